"""What a team promises, and what its roster alone makes of it: hours, people, and hours off duty.

Checked by ``tests/analytic/test_capacity.py``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from afterban.errors import AfterbanError, ValueProblem
from afterban.language.zones import UTC
from afterban.units import parse_duration

if TYPE_CHECKING:
    from afterban.scenario.sections.review import Team

Floats = npt.NDArray[np.float64]

WEEK: Final = 7.0  # days
HOURS_OF_A_PERSON: Final = 40.0  # paid hours a week of one person in full time
_MINUTES: Final = 7 * 24 * 60
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FORM: Final = re.compile(r"\s*(\d+(?:\.\d*)?)\s*%\s*(?:with)?in\s+(\S.*)", re.IGNORECASE)


@dataclass(frozen=True)
class Promise:
    """A share of the flagged accounts is suspended within a time.

    share: above 0, below 1; a half for a median.  days: above 0, from flag to suspension.
    Raises AfterbanError for any other.
    """

    share: float
    days: float

    def __post_init__(self) -> None:
        if not 0 < self.share < 1:
            raise AfterbanError(
                f"a promise is about more than 0 % and less than 100 %, not {self.share * 100:g} %"
            )
        if not 0 < self.days < math.inf:
            raise AfterbanError(f"a time to action is above 0, not {self.days!r} days")

    @classmethod
    def parse(cls, text: str) -> Promise:
        """A promise such as ``95 % within 24 h``.  Raises AfterbanError."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise AfterbanError(f"`{text}` is no promise; write one such as `95 % within 24 h`")
        try:
            days = parse_duration(found[2].strip())
        except ValueProblem as problem:
            raise AfterbanError(f"`{text}` is no promise: {problem}") from None
        return cls(float(found[1]) / 100, days)

    @property
    def is_median(self) -> bool:
        """Whether it is about a half of the accounts."""
        return self.share == 0.5

    def __str__(self) -> str:
        return f"{self.share * 100:g} % within {self.days * 24:g} h"


def weekly_hours(team: Team) -> float:
    """Paid hours of a week: those on duty, with a case or not."""
    shifts = sum(len(set(s.days)) * (s.end - s.start) * 24 * s.reviewers for s in team.shifts)
    return WEEK * 24 * team.reviewers + float(shifts)


def people(hours: float) -> int:
    """People in full time (40 hours a week) for so many paid hours a week; leave not counted."""
    return math.ceil(hours / HOURS_OF_A_PERSON - 1e-9)


def roster(team: Team) -> list[str]:
    """The shifts of a team in words, such as ``mon to fri, 9 h to 17 h: 42``."""
    found = [f"at all hours: {team.reviewers}"] if team.reviewers else []
    zone = "" if team.timezone == UTC else f" ({team.timezone})"
    for shift in team.shifts:
        if shift.reviewers:
            found.append(
                f"{_days(shift.days)}, {shift.start * 24:g} h to {shift.end * 24:g} h{zone}: "
                f"{shift.reviewers}"
            )
    return found


def _days(days: Sequence[str]) -> str:
    places = sorted({_DAYS.index(day) for day in days})
    if len(places) == len(_DAYS):
        return "every day"
    if len(places) > 2 and places == list(range(places[0], places[-1] + 1)):
        return f"{_DAYS[places[0]]} to {_DAYS[places[-1]]}"
    return " ".join(_DAYS[place] for place in places)


def off_duty_waits(team: Team) -> Floats:
    """Days until somebody is on duty, for each minute of a week from Monday on; 0 on duty."""
    on_duty = np.full(_MINUTES, team.reviewers > 0)
    for shift in team.shifts:
        if shift.reviewers:
            for day in shift.days:
                first = _DAYS.index(day) * 1440
                begin, end = (round(1440 * at) for at in (shift.start, shift.end))
                on_duty[first + begin : first + end] = True
    if not on_duty.any():
        return np.full(_MINUTES, math.inf)
    # Backwards through two weeks: the next minute on duty from each on.
    at = np.arange(2 * _MINUTES)
    later = np.where(np.tile(on_duty, 2), at, 2 * _MINUTES)
    following = np.minimum.accumulate(later[::-1])[::-1][:_MINUTES]
    return np.asarray((following - at[:_MINUTES]) / 1440, dtype=np.float64)


def shortest(team: Team, share: float) -> float:
    """Days within which a share of accounts finds somebody on duty, if there were no queue.

    The part of the time to action that the shifts make: no number of reviewers in the same shifts
    takes less.  Flags are taken to come evenly through the week.
    """
    return float(np.quantile(off_duty_waits(team), share, method="inverted_cdf"))


def off_duty_words(team: Team) -> str:
    """How much of a week nobody is on duty."""
    hours = float((off_duty_waits(team) > 0).mean()) * WEEK * 24
    return f"nobody is on duty for {hours:.4g} of the 168 hours of a week"


__all__ = [
    "Promise",
    "off_duty_waits",
    "off_duty_words",
    "people",
    "roster",
    "shortest",
    "weekly_hours",
]
