"""Numbers, times and arms in a layman's words: ``about a tenth``, ``within 24 h``.

Checked by ``tests/experiment/test_lay_words.py``.
"""

from __future__ import annotations

import math
import re

from afterban.errors import AfterbanError
from afterban.experiment.assumption import Assumption
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.scenario import Scenario
from afterban.scenario.keys import find
from afterban.scenario.roles import changed

_FRACTIONS = (
    *((1 / 100, "a hundredth"), (1 / 50, "a fiftieth"), (1 / 20, "a twentieth")),
    *((1 / 10, "a tenth"), (1 / 8, "an eighth"), (1 / 6, "a sixth"), (1 / 5, "a fifth")),
    *((1 / 4, "a quarter"), (1 / 3, "a third"), (2 / 5, "two fifths"), (1 / 2, "half")),
    *((3 / 5, "three fifths"), (2 / 3, "two thirds"), (3 / 4, "three quarters")),
    *((4 / 5, "four fifths"), (9 / 10, "nine tenths")),
)
_CLOSE = 0.08  # of a fraction: farther from all of them, a percentage is told
_NUMBERS = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve"),
)
_WEEK, _MONTH, _YEAR = 7.0, 30.44, 365.25  # days
TIME, PEOPLE = "review.time_to_action", "review.team.reviewers"


def fraction(share: float) -> str:
    """A share of a whole: ``about a tenth``, ``about 14 %``; its sign is left out."""
    size = abs(share)
    near, name = min(_FRACTIONS, key=lambda one: abs(math.log(max(size, 1e-9) / one[0])))
    if abs(size / near - 1) <= _CLOSE:
        return f"about {name}"
    return f"about {percent(size)}"


def percent(share: float) -> str:
    """A share in percent, to two digits at least: ``0.4 %``, ``14 %``."""
    return f"{percents(share)} %"


def percents(share: float) -> str:
    """The same without the sign of percent."""
    size = 100 * abs(share)
    return f"{size:.0f}" if size >= 9.95 else f"{size:.2g}" if size < 1 else f"{size:.1f}"


def between(low: float, high: float) -> str:
    """Ends of a change in what is seen: ``5–15 %``, ``8 % less to 2 % more``.  Less is negative."""
    if low <= high <= 0 or 0 <= low <= high:
        first, last = (100 * size for size in sorted((abs(low), abs(high))))
        if first >= 0.95 and last >= 9.95:
            return f"{first:.0f}–{last:.0f} %"
        return f"{percents(first / 100)}–{percents(last / 100)} %"
    return f"{percent(low)} less to {percent(high)} more"


def from_to(low: float, high: float) -> str:
    """The same as ``5 to 15 %``, for what stands after "from"."""
    text = between(low, high)
    return text if " to " in text else text.replace("–", " to ")


def count(number: float, what: str, side: str) -> str:
    """How many more or fewer: ``one more user``, ``about 120 fewer users``."""
    size = abs(number)
    if size < 0.5:
        return f"less than one {side} {what}"
    whole = round(size)
    if whole < len(_NUMBERS):
        return f"{_NUMBERS[whole]} {side} {what}{'s'[: whole != 1]}"
    return f"about {two_digits(size)} {side} {what}s"


def two_digits(size: float) -> str:
    """A number to two digits, thousands apart: ``1,200``."""
    if size < 1:
        return f"{size:.2g}"
    unit = 10 ** max(0, math.floor(math.log10(size)) - 1)
    return f"{round(size / unit) * unit:,}"


def times(ratio: float) -> str:
    """How much more or less one thing does than another: ``about three times as much``."""
    if ratio < 0.05:
        return "next to nothing beside that"
    if ratio < 0.85:
        return f"{fraction(ratio)} as much" if ratio >= 0.1 else "less than a tenth as much"
    if ratio < 1.2:
        return "about as much"
    if ratio < 1.75:
        return "about half as much again"
    whole = round(ratio)
    if whole == 2:
        return "about twice as much"
    if whole < len(_NUMBERS):
        return f"about {_NUMBERS[whole]} times as much"
    return f"about {two_digits(ratio)} times as much"


def span(days: float) -> str:
    """A time that a run lasts: ``four months``, ``nine days``."""
    for length, word, least in (
        (_YEAR, "year", 2.0),
        (_MONTH, "month", 1.8),
        (_WEEK, "week", 2.0),
        (1.0, "day", 0.0),
    ):
        number = days / length
        if number >= least:
            whole = max(1, round(number))
            name = _NUMBERS[whole] if whole < len(_NUMBERS) else f"{whole:,}"
            return f"{name} {word}{'s'[: whole != 1]}"
    raise ValueError(days)


def time(days: float) -> str:
    """A time to action: ``24 h``, ``30 min``, ``7 days``."""
    if days * 24 < 1:
        return f"{days * 1440:.3g} min"
    return f"{days * 24:.3g} h" if days <= 3 else f"{days:.3g} days"


# --- arms -----------------------------------------------------------------------------------------


class Names:
    """What the arms of a choice are called.

    They are named by what sets them apart where that is one thing: the time to action, or the
    number of reviewers.
    """

    def __init__(self, scenario: Scenario, arms: list[str]) -> None:
        self.scenario = scenario
        self.by = ""  # path of the one value that sets them apart
        ours = [arm for arm in arms if arm != WITHOUT_ENFORCEMENT]
        for path in (TIME, PEOPLE):
            known = all(changed(scenario, arm) in ([], [path]) for arm in ours)
            values = [self._value(path, arm) for arm in ours] if known else [None]
            if None not in values and len(set(values)) == len(values) > 1:
                self.by = path

    def _value(self, path: str, arm: str) -> float | None:
        there = self.scenario.arm(arm)
        if path == TIME:
            later = any(regime.time_to_action is not None for regime in there.detection.regimes)
            staffed = there.review.team is not None  # then it follows from the queue
            days = float(there.review.time_to_action.median())
            return None if later or staffed or not math.isfinite(days) else days
        team = there.review.team
        return None if team is None or team.shifts else float(team.reviewers)

    def label(self, arm: str) -> str:
        """An arm in a table and beside a dot: ``within 24 h``."""
        if arm == WITHOUT_ENFORCEMENT:
            return "nobody suspended"
        value = self._value(self.by, arm) if self.by else None
        if value is not None and self.by == TIME:
            return "at once" if value == 0 else f"within {time(value)}"
        if value is not None:
            return f"{value:.0f} reviewer{'s'[: value != 1]}"
        return "as things are" if arm == AS_WRITTEN else f"“{spoken(arm)}”"

    def doing(self, arm: str) -> str:
        """An arm as what somebody does: ``acting within 24 h``."""
        if arm == WITHOUT_ENFORCEMENT:
            return "suspending nobody"
        if self.by:
            return f"{'acting' if self.by == TIME else 'having'} {self.label(arm)}"
        if arm == AS_WRITTEN:
            return "leaving things as they are"
        return f"choosing {self.label(arm)}"

    def rather(self, arm: str, other: str) -> str:
        """One arm in place of another: ``acting within 24 h rather than 48 h``."""
        in_place = self.doing(other)
        if self.by and WITHOUT_ENFORCEMENT not in (arm, other):
            in_place = self.label(other).removeprefix("within ").removesuffix(" reviewers")
        elif other not in (AS_WRITTEN, WITHOUT_ENFORCEMENT) and not self.by:
            in_place = self.label(other)
        return f"{self.doing(arm)} rather than {in_place}"

    def means(self, arm: str) -> str:
        """What an arm is, for a list of definitions; "" for one that needs none."""
        if arm == WITHOUT_ENFORCEMENT:
            return ""
        if self.by == TIME:
            return "half of the accounts that are flagged are suspended by then"
        if self.by:
            return ""
        if arm == AS_WRITTEN:
            return "nothing is changed"
        told = list(dict.fromkeys(meaning(path) for path in changed(self.scenario, arm)))
        more = f" and {len(told) - 2} more" if len(told) > 2 else ""
        return f"other {'; other '.join(told[:2])}{more}"


def spoken(name: str) -> str:
    """A name of a scenario's own as it is said: ``seen first``."""
    return name.replace("-", " ").replace("_", " ")


_PATH = re.compile(r"`?\b[a-z_]+(?:\.[a-z_*]+|\[[0-9*]*\])+`?")


def meaning(path: str) -> str:
    """What the value at a path is, in words without any path."""
    steps = path.split(".")
    try:
        text = find(path)[0].meaning
    except (AfterbanError, IndexError, KeyError):
        text = spoken(re.sub(r"\[\d*\]", "", steps[-1]))
    if text.startswith("see "):  # of a regime, which says where it is explained
        return meaning(text.removeprefix("see ").strip("`"))
    text = re.split(r";|:|, relative to|, where|, beside| \(", text)[0]
    text = _PATH.sub(lambda match: spoken(re.split(r"[.\[]", match[0].strip("`"))[-1]), text)
    text = text.replace("`", "").strip()
    of = f" ({spoken(steps[1])})" if steps[0] == "tiers" and len(steps) > 2 else ""
    return text + of


def assumed(label: str, name: str = "") -> str:
    """What an assumption is about, in words without any path."""
    label = label.removesuffix(" (median)")
    path = label if _PATH.fullmatch(label) else name if label == name and "." in name else ""
    return meaning(path) if path else _PATH.sub(lambda m: meaning(m[0].strip("`")), label)


def end(text: str) -> str:
    """An end of a range: a factor as ``half of it``, anything else as it stands."""
    if not text.startswith("×"):
        return text
    factor = float(text[1:])
    known = {0.5: "half of it", 2.0: "twice it", 1.0: "what it is"}
    return known.get(factor, f"{factor:g} times it")


def value_of(one: Assumption, place: float) -> str:
    """The value of an assumption at a place of its range, 0 to 1."""
    return end(one.text(one.at(place)))


__all__ = [
    "Names",
    "assumed",
    "between",
    "count",
    "end",
    "fraction",
    "from_to",
    "meaning",
    "percent",
    "span",
    "spoken",
    "times",
    "two_digits",
]
