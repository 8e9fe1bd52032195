"""How far a claim could have failed: its power over the stated ranges, and where that is kept.

``scenarios/power.csv`` has one row for each claim with a metric: at how many points of an ensemble
over all stated ranges it does not hold, and for how many that could be told.  It is made by
``afterban claims --power`` (see ``experiment/ensemble.py``).  A row proves what it was made for by
three digests: of the scenario, of the ranges, and of what the claim compares.

Checked by ``tests/unit/test_power.py``.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from afterban.cells import as_written, csv_cell
from afterban.files import fault_of, write_text
from afterban.language.documents import shipped_directory

NAME = "power.csv"  # in the results, of the claims of scenarios of one's own
LEAST = 0.2  # power from which a claim that holds counts as reproduced
DIGITS = 6  # of the ends of a band


@dataclass(frozen=True)
class Made:
    """What a power was made for: the first 12 hex digits of three digests."""

    scenario: str
    ranges: str
    claim: str

    def differs(self, other: Made, name: str) -> str:
        """In what another one differs, in words; "" if in nothing.  ``name``: of the scenario."""
        if self.scenario != other.scenario:
            return f"another version of {name}"
        if self.ranges != other.ranges:
            return "other ranges"
        return "another tolerance or metric" if self.claim != other.claim else ""


@dataclass(frozen=True)
class Power:
    """What an ensemble over all stated ranges says of one claim.

    points: of the ensemble.  replications: of each point, on common random numbers.
    told: points at which it can be told whether the claim holds (``Claim.told_at``).
    fails: those of them at which it does not.
    lowest, highest: the band over the ranges, of the means at the points; of single replications
        where a claim is judged by the spread.  NaN if nothing happened at any point.
    """

    id: str
    scenario: str
    points: int
    replications: int
    told: int
    fails: int
    lowest: float
    highest: float
    made: Made

    @property
    def share(self) -> float:
        """The power: share of all points at which the claim is told not to hold."""
        return self.fails / self.points

    @property
    def most(self) -> float:
        """The power if the claim failed wherever that is not known."""
        return 1.0 - (self.told - self.fails) / self.points

    @property
    def could_fail(self) -> bool | None:
        """Whether the claim could have failed; None if too few points could be told."""
        if self.share >= LEAST:
            return True
        return False if self.most < LEAST else None

    def words(self) -> str:
        """The power for people: ``power 34 %, 60 of 64 told``."""
        share = 100 * self.share
        text = f"{share:.0f}" if share >= 1 or share == 0 else "below 1"
        return f"power {text} %, {self.told} of {self.points} told"


@dataclass(frozen=True)
class Powers:
    """Powers by the id of the claim; of a power that is out of date, what it was measured with."""

    known: Mapping[str, Power] = field(default_factory=dict)
    stale: Mapping[str, str] = field(default_factory=dict)


def shipped_powers() -> Path:
    """The file that comes with the program."""
    return shipped_directory() / NAME


_COLUMNS = (
    *("id", "scenario", "points", "replications", "told", "fails", "lowest", "highest"),
    *("scenario_digest", "ranges_digest", "claim_digest"),
)


def read(path: Path | None = None) -> dict[str, Power]:
    """The powers of a file by the id of the claim; none if there is no such file.

    Raises AfterbanError for a file that cannot be read or is damaged.
    """
    return {one.id: one for one in read_all(path)}


def read_all(path: Path | None = None) -> list[Power]:
    """The powers of a file, of claims of several scenarios; none if there is no such file.

    Raises AfterbanError for a file that cannot be read or is damaged.
    """
    path = shipped_powers() if path is None else path
    if not path.exists():
        return []
    with fault_of(path, "make it anew with `afterban claims --power`, or remove it"):
        lines = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
        if tuple(lines.fieldnames or ()) != _COLUMNS:
            raise ValueError(f"its columns are not {', '.join(_COLUMNS)}")
        found = [_power(row) for row in lines]
        if len({(one.scenario, one.id) for one in found}) < len(found):
            raise ValueError("a claim occurs twice")
    return found


def _power(row: Mapping[str, str]) -> Power:
    points, told, fails = (int(row[name]) for name in ("points", "told", "fails"))
    if not 0 <= fails <= told <= points or not points:
        raise ValueError(f"{row['id']}: {fails} of {told} of {points} points")
    return Power(
        id=as_written(row["id"]),
        scenario=as_written(row["scenario"]),
        points=points,
        replications=int(row["replications"]),
        told=told,
        fails=fails,
        lowest=float(row["lowest"] or math.nan),
        highest=float(row["highest"] or math.nan),
        made=Made(row["scenario_digest"], row["ranges_digest"], row["claim_digest"]),
    )


def keep(powers: Sequence[Power], scenario: str, path: Path) -> None:
    """Put powers of the claims of a scenario in the place of those that a file has of it.

    Raises AfterbanError for a file that is damaged, and OSError.
    """
    kept = read_all(path)
    write([*(one for one in kept if one.scenario != scenario), *powers], path)


def write(powers: Iterable[Power], path: Path | None = None) -> None:
    """Write powers, in the order given; the same bytes for the same powers.  Raises OSError."""
    stream = io.StringIO(newline="")
    lines = csv.writer(stream, lineterminator="\n")
    lines.writerow(_COLUMNS)
    for one in powers:
        lines.writerow(
            [
                *(csv_cell(one.id), csv_cell(one.scenario)),
                *(one.points, one.replications, one.told, one.fails),
                *(_number(one.lowest), _number(one.highest)),
                *(one.made.scenario, one.made.ranges, one.made.claim),
            ]
        )
    write_text(shipped_powers() if path is None else path, stream.getvalue())


def _number(value: float) -> str:
    return f"{value:.{DIGITS}g}" if math.isfinite(value) else ""
