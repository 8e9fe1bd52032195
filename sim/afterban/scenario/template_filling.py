"""The template of a platform with one's own answers in it, as the text of a scenario.

What was counted is ``measured`` and names the platform's own data as its source; what was not is
``assumed``, with the range that was given, or one about as wide as the template's.

Checked by ``tests/unit/test_templates.py``.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from typing import Any, Final

from afterban.language.documents import read_file
from afterban.scenario.rosters import filled, shifts
from afterban.scenario.template_questions import QUESTIONS, Answer, Answers
from afterban.scenario.templates import DEFAULT, template_path
from afterban.units import format_duration, format_number, format_rate

SOURCE: Final = "own-data"
# The common ranges that would move what an answer says, by its question.
_COMMON: Final = {
    "users": "outside-population",
    "operators": "network-size",
    "time_to_action": "time-to-action",
    "precision": "wrong-shares",
    "benign_reports": "benign-reports",
    "appeals": "appeals",
    "returns": "return-probability",
}
_ABOUT: Final = "about as wide as the template's, around the value given"
_GIVEN: Final = "given with the value"
_FASTER: Final = 6  # the arm six-times-sooner
_MORE: Final = 1.5  # the arm half-more-people


def defaults() -> dict[str, Answer]:
    """What is answered where nothing is."""
    found: dict[str, Answer] = {}
    for question in QUESTIONS:
        found[question.key] = question.read("", found)
    return found


def fill(name: str, answers: Answers) -> str:
    """The text of a scenario: the template under this name, with these answers in it.

    answers: one for each question.
    """
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = 10**6
    yaml.indent(mapping=2, sequence=4, offset=2)
    path = template_path(DEFAULT)
    tree = yaml.load(read_file(path, str(path)))
    tree["name"] = name
    _Filler(tree, answers).fill()
    out = io.StringIO()
    yaml.dump(tree, out)
    return out.getvalue()


class _Filler:
    """Puts answers into the tree of the template, whose comments and order are kept."""

    def __init__(self, tree: Any, answers: Answers) -> None:
        self.tree = tree
        self.answers = answers

    def fill(self) -> None:
        """All of them, and what goes with them."""
        self._users()
        self._operators()
        self._team()
        self._time_to_action()
        self._precision()
        review = self.tree["review"]
        rate = ("benign_reports", review["team"], "benign_reports")
        self._value(*rate, format_rate, _by_factor)
        self._value("appeals", review["mistakes"], "appeals", _number, _by_odds)
        self._value("returns", self.tree["returning"], "probability", _number, _by_odds)
        self._sources()

    def _answer(self, key: str) -> Answer | None:
        """The answer, None where the template's value stands."""
        one = self.answers[key]
        return one if one.given else None

    def _value(
        self,
        key: str,
        section: Any,
        name: str,
        write: Callable[[float], Any],
        stretch: Callable[[float, float, float], float],
    ) -> None:
        one = self._answer(key)
        if one is not None:
            default = defaults()[key].value
            ends = [_read(QUESTIONS, key, end) for end in section[name]["range"]]
            section[name] = self._node(
                key, one, one.value, write, [stretch(end, default, one.value) for end in ends]
            )

    def _node(
        self, key: str, one: Answer, value: Any, write: Callable[[Any], Any], ends: list[float]
    ) -> Any:
        """A value with its evidence.  ends: its range where it is assumed and none was given."""
        node = _flow({"value": write(value), "kind": "measured" if one.measured else "assumed"})
        if one.measured:
            node["source"] = SOURCE
        if one.range is not None:
            node |= {"range": _list([write(end) for end in one.range]), "reason": _GIVEN}
        elif not one.measured and ends[0] < ends[1]:
            node |= {"range": _list([write(end) for end in ends]), "reason": _ABOUT}
        elif one.measured:
            self._exact(key)
        return node

    def _exact(self, key: str) -> None:
        """No common range moves what was counted."""
        self.tree.setdefault("uncertainties", {})[_COMMON[key]] = "none"

    def _users(self) -> None:
        one = self._answer("users")
        if one is None:
            return
        users = int(one.value)
        ends = [users / 2, users]
        self.tree["exposure"]["outsiders"] = self._node("users", one, users, _count, ends)
        for tier in self.tree["tiers"].values():
            law = tier["audience"]["value"]["lognormal"]
            law["cap"] = min(law["cap"], users // 20)
            law["median"] = min(law["median"], law["cap"] // 4)

    def _operators(self) -> None:
        one = self._answer("operators")
        if one is None:
            return
        tiers, number = self.tree["tiers"], int(one.value)
        whole = sum(int(tier["count"]) for tier in tiers.values())
        left = number
        for name, tier in tiers.items():
            last = name == list(tiers)[-1]
            count = left if last else max(1, round(number * int(tier["count"]) / whole))
            left -= count
            tier["count"] = count
            if one.measured:
                note = f"of {number:,} in all, divided as in the template"
                evidence = {"value": count, "kind": "measured", "source": SOURCE, "note": note}
                tier["count"] = _flow(evidence)
        if one.range is not None:
            self.tree.setdefault("uncertainties", {})["network-size"] = {
                "label": "accounts of the network",
                "paths": _list(["tiers.*.count"]),
                "how": "factor",
                "range": _list([float(f"{end / number:.6g}") for end in one.range]),
                "reason": _GIVEN,
            }
        elif one.measured:
            self._exact("operators")

    def _team(self) -> None:
        """Staff and hours, and the arms that differ in them."""
        people, name = int(self.answers["people"].value), self.answers["shifts"].value
        team, arms = self.tree["review"]["team"], self.tree["policies"]
        if self._answer("timezone") is not None:
            team["timezone"] = self.answers["timezone"].value
        if self._answer("people") is None and self._answer("shifts") is None:
            return
        team["shifts"] = _shifts(name, people)
        arms["half-more-people"]["review"]["team"]["shifts"] = _shifts(
            name, math.ceil(_MORE * people)
        )
        if name in ("every-day", "around-the-clock") or not filled("every-day", people):
            del arms["every-day"]
        else:
            arms["every-day"]["review"]["team"]["shifts"] = _shifts("every-day", people)
        comments = (team, "shifts"), (arms, "half-more-people"), (arms, "every-day")
        for section, key in comments:  # which count the template's people
            section.ca.items.pop(key, None)

    def _time_to_action(self) -> None:
        one = self._answer("time_to_action")
        if one is None:
            return
        default = defaults()["time_to_action"].value
        review = self.tree["review"]
        ends = [_read(QUESTIONS, "time_to_action", e) for e in review["time_to_action"]["range"]]
        node = self._node(
            "time_to_action",
            one,
            one.value,
            format_duration,
            [_by_factor(end, default, one.value) for end in ends],
        )
        node["value"] = _lognormal(one.value)
        review["time_to_action"] = node
        sooner = self.tree["policies"]["six-times-sooner"]["review"]
        sooner["time_to_action"] = _lognormal(one.value / _FASTER)

    def _precision(self) -> None:
        """That of the threshold in use; the other points' odds move with it."""
        one = self._answer("precision")
        if one is None:
            return
        curve = self.tree["detection"]["operating_curve"]
        default = defaults()["precision"].value
        in_use = next(p for p in curve["points"] if p["threshold"] == curve["threshold"])
        ends = [_by_odds(float(end), default, one.value) for end in in_use["precision"]["range"]]
        in_use["precision"] = self._node("precision", one, one.value, _number, ends)
        low, high = (one.range or ends) if not one.measured else (one.range or (one.value,) * 2)
        for point in curve["points"]:
            if point is in_use:
                continue
            at = point["precision"]
            value, *ends = (
                _by_odds(float(end), default, one.value) for end in (at["value"], *at["range"])
            )
            # A looser threshold has more wrong flags, a stricter one fewer, at both ends of all.
            if point["threshold"] < curve["threshold"]:
                most = _by_odds(0.56, 0.5, low)  # odds 1.27 times as high: recalls are 1 and 0.75
                value, ends = min(value, _by_odds(0.4, 0.5, most)), [min(e, most) for e in ends]
            else:
                least = _by_odds(0.475, 0.5, high)  # 0.9 times: recalls are 0.4 and 0.35
                value, ends = max(value, _by_odds(0.6, 0.5, least)), [max(e, least) for e in ends]
            at["value"] = _number(value)
            at["range"] = _list([_number(min(value, *ends)), _number(max(value, *ends))])
            at["reason"] = "at the template's odds to the threshold in use"

    def _sources(self) -> None:
        if any(one.measured for one in self.answers.values()):
            title = "What the platform counted"
            self.tree["sources"] = {SOURCE: _flow({"authors": "own", "title": title})}


# --- numbers and nodes ----------------------------------------------------------------------------


def _by_factor(end: float, default: float, value: float) -> float:
    """The end of a range that is as far from a value as the template's is from its own."""
    return float(f"{end / default * value:.3g}")


def _by_odds(end: float, default: float, value: float) -> float:
    """The same of shares, by their odds."""
    if end in (0.0, 1.0) or value in (0.0, 1.0):
        return end if value not in (0.0, 1.0) else value
    odds = end / (1 - end) / (default / (1 - default)) * (value / (1 - value))
    return float(f"{odds / (1 + odds):.3g}")


def _read(questions: Any, key: str, text: Any) -> float:
    """An end of the template's range, in the simulator's units."""
    kind = next(one.kind for one in questions if one.key == key)
    return float(kind.parse(str(text)))


def _number(value: float) -> float | int:
    """A number as YAML has it."""
    text = format_number(float(value))
    return int(text) if text.isdigit() else float(text)


def _count(value: float) -> int:
    return round(value)


def _lognormal(median: float) -> Any:
    return _flow({"lognormal": _flow({"median": format_duration(median), "sigma": 1.0})})


def _shifts(name: str, people: int) -> Any:
    from ruamel.yaml.comments import CommentedSeq

    return CommentedSeq(_flow({**one, "days": _list(one["days"])}) for one in shifts(name, people))


def _flow(mapping: dict[str, Any]) -> Any:
    """A mapping on one line."""
    from ruamel.yaml.comments import CommentedMap

    node = CommentedMap(mapping)
    node.fa.set_flow_style()
    return node


def _list(items: list[Any]) -> Any:
    """A list on one line."""
    from ruamel.yaml.comments import CommentedSeq

    node = CommentedSeq(items)
    node.fa.set_flow_style()
    return node
