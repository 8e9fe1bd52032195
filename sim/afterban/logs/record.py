"""A log of accounts in arrays, and what was wrong with it.

No handle and no id of an account is in here: rows go by their numbers in the file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NONE: Final = -1  # no account before


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with one row.  whole: the row is left out, and not a cell alone."""

    row: int
    column: str
    what: str
    whole: bool


@dataclass
class Faults:
    """What is wrong with a log, kept in numbers: many rows may have the same fault."""

    kinds: dict[tuple[str, str, bool], list[Integers]] = field(default_factory=dict)

    def add(self, rows: Integers, column: str, what: str, whole: bool) -> None:
        """Rows that have a fault."""
        if len(rows):
            self.kinds.setdefault((column, what, whole), []).append(np.asarray(rows))

    def counts(self) -> list[tuple[str, str, bool, int, int]]:
        """Column, fault, whether the row is left out, how many rows, and the first of them."""
        return [
            (*key, sum(map(len, rows)), int(min(part.min() for part in rows)))
            for key, rows in self.kinds.items()
        ]

    def all(self) -> list[Fault]:
        """Every fault, by row."""
        found = [
            Fault(int(row), column, what, whole)
            for (column, what, whole), parts in self.kinds.items()
            for part in parts
            for row in part
        ]
        return sorted(found, key=lambda one: (one.row, one.column))


@dataclass(frozen=True)
class Pairs:
    """Near-identical handles among accounts of which no link is known.

    found: places of the accounts that probably were followed (first) by another (second).
    linked: places of accounts that are linked and whose pair the same rule would have found.
    overlapping: places of the first of near-identical pairs that cannot be a return: chance.
    weight: how many of those found each of these stands for.
    """

    found: Integers
    linked: Integers
    overlapping: Integers
    weight: float

    @property
    def chance(self) -> float:
        """Expected number of chance pairs among those found."""
        return self.weight * len(self.overlapping)


@dataclass(frozen=True)
class Log:
    """A log as arrays, a place a row that counts; times in days after ``since``.

    rows: number of each in the file.  created, suspended, flagged, reversed_at: days, nan for not.
    before: place of the account that it followed, -1 if no link is known.
    followers, reports: at the suspension, nan if not known.  channel: number of
    ``channels.NAMES``; 0 unknown.  appealed, reversed: 1, 0, or -1 for not known.
    distance: edits between its handle and that of the account before, -1 if not known.
    edit: place of what changed in ``similar.KINDS``, -1 if not known.
    resolution: what times are told to, in days; that of flags and suspensions apart.
    since, until: when the log begins and ends, days after 1970.  has: known columns that are there.
    """

    path: str
    rows: Integers
    created: Floats
    suspended: Floats
    flagged: Floats
    before: Integers
    followers: Floats
    reports: Floats
    channel: npt.NDArray[np.int8]
    appealed: npt.NDArray[np.int8]
    reversed: npt.NDArray[np.int8]
    reversed_at: Floats
    distance: npt.NDArray[np.int16]
    edit: npt.NDArray[np.int8]
    pairs: Pairs | None
    since: float
    until: float
    resolution: float
    resolution_of_flags: float
    has: frozenset[str]
    others: tuple[str, ...]
    read: int
    later: int
    duplicates: int
    faults: Faults
    unknown_channels: Mapping[str, int]
    missing: Mapping[str, int]
    cycles: int
    local_times: int

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def end(self) -> float:
        """When the log ends, in days after it begins."""
        return self.until - self.since

    @property
    def censored(self) -> Flags:
        """Accounts that were there when the log ended."""
        return np.isnan(self.suspended)

    @property
    def left_out(self) -> int:
        """Rows that are faulty."""
        return sum(n for _, _, whole, n, _ in self.faults.counts() if whole)


def date_of(days: float) -> dt.datetime:
    """The moment so many days after 1970-01-01, UTC."""
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=days)
