"""Rosters: so many people of 40 hours a week, as the shifts of a team.

Checked by ``tests/unit/test_templates.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

HOURS_OF_A_PERSON: Final = 40
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri")
EVERY_DAY: Final = (*WEEKDAYS, "sat", "sun")


@dataclass(frozen=True)
class Roster:
    """Shifts of eight hours.  starts: hours after midnight.  says: the roster in words."""

    days: tuple[str, ...]
    starts: tuple[int, ...]
    says: str

    @property
    def hours(self) -> int:
        """Hours a week of one person on duty in one of the shifts."""
        return 8 * len(self.days)


ROSTERS: Final[Mapping[str, Roster]] = {
    "office": Roster(WEEKDAYS, (9,), "9 h to 17 h on weekdays"),
    "two-shifts": Roster(WEEKDAYS, (6, 14), "6 h to 14 h and 14 h to 22 h on weekdays"),
    "every-day": Roster(EVERY_DAY, (6, 14), "the same on every day of the week"),
    "around-the-clock": Roster(EVERY_DAY, (0, 8, 16), "three shifts on every day"),
}


def people_for(name: str) -> int:
    """The fewest people who put one on duty in each shift of a roster."""
    one = ROSTERS[name]
    return -(-one.hours * len(one.starts) // HOURS_OF_A_PERSON)


def filled(name: str, people: int) -> list[int]:
    """People on duty in each shift, paid for at most 40 hours a week each; [] if one is empty.

    The shifts are as equal as can be, the earlier ones with one more where it does not come out.
    """
    one = ROSTERS[name]
    posts = people * HOURS_OF_A_PERSON // one.hours
    count = len(one.starts)
    if posts < count:
        return []
    return [posts // count + (k < posts % count) for k in range(count)]


def shifts(name: str, people: int) -> list[dict[str, Any]]:
    """The shifts of a roster as ``review.team.shifts`` has them."""
    one = ROSTERS[name]
    return [
        {
            "days": list(one.days),
            "start": f"{start}h",
            "end": f"{start + 8}h",
            "reviewers": number,
        }
        for start, number in zip(one.starts, filled(name, people), strict=True)
    ]
