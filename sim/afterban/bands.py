"""What the stated ranges of the assumptions leave of a number: bands, and where they are kept.

A band is of a metric under an arm, or of the difference of two arms, over the points of an ensemble
that gives values to all assumptions at once (see ``experiment/ensemble.py``).  It is not the
interval of a run, which is chance alone.  ``scenarios/bands.csv`` has those of the shipped
scenarios, made by ``afterban claims --power`` in one run with the powers; ``bands.csv`` in the
folder of results has those of other scenarios, made by ``afterban band``.  A row proves what it was
made for by two digests: of the scenario but for its seed and replications, and of the ranges.

Checked by ``tests/unit/test_bands.py``.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from afterban.cells import as_written, csv_cell
from afterban.experiment.spreads import quantiles
from afterban.files import fault_of, write_text
from afterban.language.documents import shipped_directory
from afterban.statistics import Estimate

Floats: TypeAlias = npt.NDArray[np.float64]

LEVEL = 0.9  # from the 5 % to the 95 % point
DIGITS = 6  # of what is kept
NAME = "bands.csv"
SHIPPED = f"scenarios/{NAME}"  # as it is told


class Key(NamedTuple):
    """What a band is of: ``against`` is the arm that is subtracted, or "" for the metric itself."""

    metric: str
    arm: str
    against: str = ""


class Made(NamedTuple):
    """What a band was made for: the first 12 hex digits of two digests."""

    scenario: str
    ranges: str


@dataclass(frozen=True)
class Band:
    """What a number is over the points of an ensemble; each point counts with its mean.

    points: of the ensemble.  replications: of each point, on common random numbers.
    told: points at which it is defined.
    low, middle, high: 5, 50 and 95 % points over these, in the unit of the metric.
    lowest, highest: over the same.  All five NaN if it is defined at no point.
    less, more: points at which it is below and above zero; of a difference, its sign.
    operators: of the network that was run.  of: of the scenario's; more if the network was thinned.
    off: furthest that the thinned network is from the whole one, at those points at which both were
        run; None if it was not thinned.
    """

    scenario: str
    key: Key
    points: int
    replications: int
    told: int
    low: float
    middle: float
    high: float
    lowest: float
    highest: float
    less: int
    more: int
    made: Made
    operators: int = 0
    of: int = 0
    off: float | None = None

    @property
    def is_thinned(self) -> bool:
        """Whether a smaller network stood in for the scenario's."""
        return self.operators < self.of

    @property
    def estimate(self) -> Estimate:
        """The median with the 5 and 95 % points, in the form in which numbers are written."""
        return Estimate(self.middle, self.low, self.high, self.told, LEVEL, "over the assumptions")

    @property
    def same_sign(self) -> float:
        """Share of the points told that have the more frequent sign, from 0 to 1; NaN if none."""
        return max(self.less, self.more) / self.told if self.told else math.nan


def band(
    scenario: str,
    key: Key,
    values: Sequence[Floats],
    replications: int,
    made: Made,
    *,
    operators: int = 0,
    of: int = 0,
    whole: Sequence[Floats] = (),
) -> Band | None:
    """The band of a number from its replications at each point; None if there is no point.

    A point is told if the number is defined in more than half of its replications, as for a power.

    operators, of: size of the network that was run, and of the scenario's.
    whole: replications of the whole network at the first of the points.
    """
    if not values:
        return None
    means = _means(values, replications)
    told = means[np.isfinite(means)]
    apart = np.abs(means[: len(whole)] - _means(whole, replications))
    apart = apart[np.isfinite(apart)]
    shares = (0.0, 0.05, 0.5, 0.95, 1.0)
    lowest, low, middle, high, highest = quantiles(told, shares)
    return Band(
        scenario=scenario,
        key=key,
        points=len(values),
        replications=replications,
        told=len(told),
        low=low,
        middle=middle,
        high=high,
        lowest=lowest,
        highest=highest,
        less=int((told < 0).sum()),
        more=int((told > 0).sum()),
        made=made,
        operators=operators,
        of=of,
        off=float(apart.max()) if len(apart) else None,
    )


def _means(values: Sequence[Floats], replications: int) -> Floats:
    """The mean at each point; NaN where the number is defined in too few replications."""
    defined = [one[np.isfinite(one)] for one in values]
    return np.array([one.mean() if len(one) > replications / 2 else math.nan for one in defined])


@dataclass(frozen=True)
class Bands:
    """Bands that are known of one scenario, by what they are of.

    source: the file or files that they are kept in; "" if there are none.
    stale: why those that are there do not count, in words; "" if none are there.
    """

    known: Mapping[Key, Band] = field(default_factory=dict)
    source: str = ""
    stale: str = ""

    def __bool__(self) -> bool:
        return bool(self.known)

    def of(self, metric: str, arm: str, against: str = "") -> Band | None:
        """The band of a metric, or of a difference; None if it is not known or not defined."""
        found = self.known.get(Key(metric, arm, against))
        return found if found is not None and found.told else None

    @property
    def any(self) -> Band | None:
        """One of them, for what all have in common."""
        return next(iter(self.known.values()), None)


# --- what is kept ---------------------------------------------------------------------------------


def shipped_bands() -> Path:
    """The file that comes with the program."""
    return shipped_directory() / NAME


_COLUMNS = (
    *("scenario", "metric", "arm", "against", "points", "replications", "told", "low", "middle"),
    *("high", "lowest", "highest", "less", "more", "operators", "of", "off"),
    *("scenario_digest", "ranges_digest"),
)


def read(path: Path | None = None) -> list[Band]:
    """The bands of a file; none if there is no such file.

    Raises AfterbanError for a file that cannot be read or is damaged.
    """
    path = shipped_bands() if path is None else path
    if not path.exists():
        return []
    with fault_of(path, "make it anew with `afterban claims --power`, or remove it"):
        lines = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
        if tuple(lines.fieldnames or ()) != _COLUMNS:
            raise ValueError(f"its columns are not {', '.join(_COLUMNS)}")
        found = [_band(row) for row in lines]
        if len({(one.scenario, one.made, one.key) for one in found}) < len(found):
            raise ValueError("a band occurs twice")
    return found


def _band(row: Mapping[str, str]) -> Band:
    counts = ("points", "replications", "told", "less", "more", "operators", "of")
    points, replications, told, less, more, operators, of = (int(row[name]) for name in counts)
    ends = [float(row[name] or math.nan) for name in ("lowest", "low", "middle", "high", "highest")]
    ordered = told == 0 or all(a <= b for a, b in pairwise(ends))
    sized = 0 <= operators <= of
    if not (0 <= less + more <= told <= points and points and ordered and sized):
        raise ValueError(f"{row['metric']} of {row['scenario']}: {told} of {points} points, {ends}")
    lowest, low, middle, high, highest = ends
    return Band(
        scenario=as_written(row["scenario"]),
        key=Key(*(as_written(row[name]) for name in ("metric", "arm", "against"))),
        points=points,
        replications=replications,
        told=told,
        low=low,
        middle=middle,
        high=high,
        lowest=lowest,
        highest=highest,
        less=less,
        more=more,
        made=Made(row["scenario_digest"], row["ranges_digest"]),
        operators=operators,
        of=of,
        off=float(row["off"]) if row["off"] else None,
    )


def write(bands: Iterable[Band], path: Path | None = None) -> None:
    """Write bands, in the order given; the same bytes for the same bands.  Raises OSError."""
    stream = io.StringIO(newline="")
    lines = csv.writer(stream, lineterminator="\n")
    lines.writerow(_COLUMNS)
    for one in bands:
        ends = (one.low, one.middle, one.high, one.lowest, one.highest)
        lines.writerow(
            [
                *(csv_cell(text) for text in (one.scenario, *one.key)),
                *(one.points, one.replications, one.told, *(_number(value) for value in ends)),
                *(one.less, one.more, one.operators, one.of, _number(one.off), *one.made),
            ]
        )
    write_text(shipped_bands() if path is None else path, stream.getvalue())


def keep(bands: Sequence[Band], path: Path | None = None, *, each: bool = False) -> None:
    """Put bands of a scenario in the place of those that a file has of it.

    each: only in the place of those of the same version and number: versions of a scenario stand
        side by side.
    """

    def place(one: Band) -> tuple[object, ...]:
        return (one.scenario, one.made.scenario, one.key) if each else (one.scenario,)

    names, made = {place(one) for one in bands}, {one.made for one in bands}
    versions = {one.scenario for one in made}
    others = [
        one
        for one in read(path)
        if place(one) not in names and (one.made in made or one.made.scenario not in versions)
    ]
    every = sorted([*others, *bands], key=lambda one: (one.scenario, one.made.scenario))
    write(every, path)


def _number(value: float | None) -> str:
    return "" if value is None or not math.isfinite(value) else f"{value:.{DIGITS}g}"
