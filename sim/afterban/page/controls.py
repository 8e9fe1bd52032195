"""What the dials of a story change in its scenario, as data that Python and the page both read.

A *control* stands at a number or at one of its words.  An *edit* puts one value of the scenario to
a text, into which the number or the word of one control is written; it holds under *conditions* on
where controls stand.  A control that stands where the story starts edits nothing by itself, so that
at the start of a story in its real size the scenario is the shipped one.

The page makes a scenario of a state by these edits (``src/engine/scenario.js``), and Python lowers
that scenario to numbers by the same (:mod:`afterban.page.slots`).

Checked by ``tests/page/test_controls.py`` and ``tests/page/test_engine.py``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, TypeAlias

from afterban.errors import AfterbanError, listed, shortened
from afterban.page.presets import ANY, NOBODY, OFF, SLIDERS, Story
from afterban.scenario import Scenario
from afterban.units import parse_duration

Value: TypeAlias = float | int | str
Settings: TypeAlias = Mapping[str, Value]

# Conditions on a control.  A word stands for itself.
MOVED: Final = "moved"  # it is not where the story starts
ZERO: Final = "zero"
POSITIVE: Final = "positive"

SIZE: Final = "size"  # a control like the others, of which every story has one or two words
REAL: Final = "real"  # the word of the shipped scenario
_HOURS: Final = 2.0  # days below which a time may be written in hours


@dataclass(frozen=True)
class Number:
    """Bounds of a control's number.

    unit: days, share, posts, people or edits.
    """

    least: float
    most: float
    whole: bool
    unit: str
    logarithmic: bool = False


@dataclass(frozen=True)
class Control:
    """A dial: a number, words, or both.

    start: where it stands when the story begins.
    """

    key: str
    start: Value
    number: Number | None
    words: tuple[str, ...] = ()

    def check(self, value: Value) -> None:
        """Raise AfterbanError with one line for a value that it does not have."""
        if isinstance(value, str):
            if value not in self.words:
                raise AfterbanError(
                    f"`{shortened(value)}` is no value of `{self.key}`"
                    + (f"; it is {listed(self.words, 'or')}" if self.words else "")
                )
            return
        if self.number is None:
            raise AfterbanError(f"`{self.key}` is {listed(self.words, 'or')}, and no number")
        of = self.number
        if not of.least <= value <= of.most or (of.whole and value != int(value)):
            kind = "a whole number" if of.whole else "a number"
            raise AfterbanError(
                f"`{value}` is no value of `{self.key}`; it is {kind} from "
                f"{number_text(of.least)} to {number_text(of.most)}"
            )


Condition: TypeAlias = tuple[tuple[str, str], ...]  # (control, what holds of it), all of them


@dataclass(frozen=True)
class Edit:
    """One value of the scenario, and what it is put to.

    text: YAML, with ``{}`` where the value of the control ``of`` stands.
    times: what its number is multiplied by.
    odds: (own, before): its number is the probability of others, and this value, which is ``own``
        where theirs is ``before``, keeps its odds ratio to it; instead of ``times``.
    when: the edit is made if all parts of one of these hold.
    """

    path: str
    text: str
    when: tuple[Condition, ...]
    of: str = ""
    times: float = 1.0
    odds: tuple[float, float] | None = None


NUMBERS: Final[Mapping[str, Number]] = {
    "speed": Number(0.0, 365.0, False, "days", logarithmic=True),
    "reviewers": Number(1, 100, True, "people"),
    "edits": Number(1, 12, True, "edits"),
    "returns": Number(0.0, 1.0, False, "share"),
    "promotion": Number(0, 40, True, "posts"),
}


def value_of(key: str, text: str) -> Value:
    """A position of a slider of the presets, as the value of a control."""
    number = NUMBERS.get(key)
    if number is None or text in (ANY, OFF):
        return text
    if number.unit == "days":
        return parse_duration(text)
    return int(text) if number.whole else float(text)


def controls_of(story: Story) -> tuple[Control, ...]:
    """The dials of a story, its size the last one."""
    found = []
    for key in SLIDERS:
        start, number = value_of(key, story.start[key]), NUMBERS.get(key)
        values = [value_of(key, step.value) for step in story.steps(key)]
        words = tuple(value for value in values if isinstance(value, str))
        if key in story.fixed:
            words = (start,) if isinstance(start, str) else ()
            only = None if isinstance(start, str) or number is None else start
            number = (
                None
                if only is None or number is None
                else replace(number, least=float(only), most=float(only))
            )
        found.append(Control(key, start, number, words))
    return (*found, size_of(story))


def size_of(story: Story) -> Control:
    """The size of a story's network, which is no dial that people see."""
    return Control(SIZE, REAL, None, story.sizes)


# --- from settings to the values of a scenario ----------------------------------------------------


def holds(control: Control, value: Value, condition: str) -> bool:
    """Whether a condition holds of a control that stands at a value."""
    if condition == MOVED:
        return value != control.start
    if condition == ZERO:
        return not isinstance(value, str) and value == 0
    if condition == POSITIVE:
        return not isinstance(value, str) and value > 0
    return value == condition


def changes(
    controls: tuple[Control, ...], edits: tuple[Edit, ...], settings: Settings
) -> dict[str, str]:
    """What settings change in the shipped scenario: path -> YAML of the value.

    Raises AfterbanError with one line for a setting that the story does not have.
    """
    known = {control.key: control for control in controls}
    for key in settings:
        if key not in known:
            raise AfterbanError(f"the story has no control `{shortened(key)}`")
    values = {key: settings.get(key, control.start) for key, control in known.items()}
    for key, value in values.items():
        known[key].check(value)
    found = {}
    for edit in edits:
        if any(all(holds(known[key], values[key], of) for key, of in one) for one in edit.when):
            found[edit.path] = edit.text.replace("{}", _written(edit, known, values))
    return found


def _written(edit: Edit, known: Mapping[str, Control], values: Settings) -> str:
    if not edit.of:
        return ""
    value = values[edit.of]
    if isinstance(value, str):
        return value
    value = number_of(edit, value)
    number = known[edit.of].number
    return time_text(value) if number and number.unit == "days" else number_text(value)


def number_of(edit: Edit, value: float) -> float:
    """The number that an edit writes where its control stands at a number."""
    if edit.odds is None:
        return value if edit.times == 1.0 else value * edit.times
    own, before = edit.odds
    return shifted(own, before, value)


def shifted(own: float, before: float, after: float) -> float:
    """A tier's own probability when that of the others moves: the odds ratio stays."""
    if own in (0.0, 1.0) or before == after:
        return own
    come, go = own * after * (1.0 - before), (1.0 - own) * before * (1.0 - after)
    return come / (come + go)


def number_text(value: float) -> str:
    """A number in the fewest digits that are read back as it, without an exponent."""
    text = format(Decimal(repr(value)), "f")
    return text.removesuffix(".0")


def time_text(days: float) -> str:
    """A duration that is read back as the identical number of days."""
    hours = days * 24.0
    if days < _HOURS and (hours * 4.0).is_integer() and hours / 24.0 == days:
        return f"{number_text(hours)}h"
    return f"{number_text(days)}d"


def nested(changed: Mapping[str, str]) -> list[str]:
    """Lines of YAML of changes by path, each key under those above it."""
    tree: dict[str, Any] = {}
    for path, text in changed.items():
        *above, last = path.split(".")
        at = tree
        for step in above:
            at = at.setdefault(step, {})
        at[last] = text
    return _lines(tree, 0)


def _lines(tree: Mapping[str, Any], depth: int) -> list[str]:
    found: list[str] = []
    for key, value in tree.items():
        if isinstance(value, dict):
            found += [f"{'  ' * depth}{key}:", *_lines(value, depth + 1)]
        else:
            found.append(f"{'  ' * depth}{key}: {value}")
    return found


def yaml_of(
    story: Story,
    controls: tuple[Control, ...],
    edits: tuple[Edit, ...],
    settings: Settings,
    seed: int,
) -> str:
    """The scenario of a state, which extends the shipped one."""
    return (
        "\n".join(
            [
                "schema_version: 1",
                f"name: page-{story.key}",
                f"title: {json.dumps(story.title + ', with the controls of the page')}",
                f"extends: {story.scenario}",
                f"seed: {seed}",
                "replications: 1",
                *nested(changes(controls, edits, settings)),
            ]
        )
        + "\n"
    )


# --- the edits of a story -------------------------------------------------------------------------


def edits_of(story: Story, scenario: Scenario | None = None) -> tuple[Edit, ...]:
    """What the dials of a story edit, in the order in which it is written.

    scenario: the one that it plays, if it is read already.
    """
    shipped = scenario or Scenario.from_yaml(story.scenario)
    small: Condition = ((SIZE, "class"),)
    return (
        *(Edit(path, text, (small,)) for path, text in story.smaller.items()),
        *_speed(story),
        *_reviewers(story),
        *_handles(story),
        *_returns(story, shipped),
        Edit("promotion.posts", "{}", ((("promotion", MOVED),),), "promotion"),
        *_campaign(story),
    )


def _law(sigma: float) -> str:
    return f"{{lognormal: {{median: {{}}, sigma: {number_text(sigma)}}}}}"


def _speed(story: Story) -> list[Edit]:
    """Without a team the time to action; with one what comes after its decision."""
    if "speed" in story.fixed:
        return []
    found = []
    for which in (ZERO, POSITIVE):
        at: tuple[tuple[str, str], ...] = (("speed", which),)
        for path, times, sigma, team in (
            ("review.time_to_action", 1.0, story.spread[0], ANY),
            ("review.urgent_time_to_action", story.ratio, story.spread[1], ANY),
            ("review.action_delay", 1.0, story.spread[0], POSITIVE),
        ):
            if times is None or (team == ANY and ANY in story.without.get("reviewers", ())):
                continue
            moved = [(*at, ("reviewers", team), (one, MOVED)) for one in ("speed", "reviewers")]
            if which == ZERO:
                found.append(Edit(path, "0", tuple(moved)))
            else:
                found.append(Edit(path, _law(sigma), tuple(moved), "speed", times))
    return found


def _reviewers(story: Story) -> list[Edit]:
    team: Condition = (("reviewers", MOVED), ("reviewers", POSITIVE))
    found = [Edit("review.team.reviewers", "{}", (team,), "reviewers")]
    if story.start["reviewers"] == ANY:
        found += [
            Edit("review.team.benign_reports", "2000 per day", (team,)),
            Edit("review.team.service_time", "{exponential: {mean: 5min}}", (team,)),
        ]
    elif ANY not in story.without.get("reviewers", ()):
        found.append(Edit("review.team", "none", ((("reviewers", ANY),),)))
    return found


def _handles(story: Story) -> list[Edit]:
    on: Condition = (("edits", MOVED), ("edits", POSITIVE))
    at = "detection.handle_match"
    found = [Edit(f"{at}.edits", "{}", (on,), "edits")]
    if story.start["edits"] == OFF:
        found += [
            Edit(f"{at}.recall", "0.9", (on,)),
            Edit(f"{at}.scan_time", "{exponential: {mean: 12h}}", (on,)),
        ]
    else:
        found.append(Edit(f"{at}.recall", "0", ((("edits", OFF),),)))
    return found


def _returns(story: Story, shipped: Scenario) -> list[Edit]:
    moved: Condition = (("returns", MOVED),)
    found = [Edit("returning.probability", "{}", (moved,), "returns")]
    before = float(story.start["returns"])
    for name, tier in shipped.tiers.items():
        if tier.returns is not None:
            odds = (float(tier.returns), before)
            found.append(Edit(f"tiers.{name}.returns", "{}", (moved,), "returns", odds=odds))
    return found


def _campaign(story: Story) -> list[Edit]:
    day, every, share = story.campaign
    pulse = f"[{{date: {day}, every: {every}, share: {share}, choose: {{}}}}]"
    orders = [step.value for step in story.steps("first") if step.value not in (NOBODY, "random")]
    return [
        Edit("detection.pulses", pulse, ((("first", MOVED),),), "first"),
        Edit(
            "review.team.order",
            "{}",
            tuple((("first", order), ("reviewers", POSITIVE)) for order in orders),
            "first",
        ),
    ]
