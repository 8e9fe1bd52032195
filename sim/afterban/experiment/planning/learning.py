"""What to learn first: by how much a choice would be expected to gain if something were known.

Value of information of a choice between a few mixes, from points at which all were run:

- of everything (EVPI): the mean of the best at each point less the best mean.  What chance adds to
  the best at a point makes it too large, so it is told a second time with the best of one
  replication and the value of another, which makes it too small: the truth lies between;
- of one assumption, or of several that one column of a log tells (EVPPI): the same of what is
  expected of each mix when only these are known, by regression on the points (Strong, Oakley &
  Brennan 2014, *Medical Decision Making* 34:311): Legendre polynomials of the first and second
  degree with a ridge that generalised cross-validation chooses (Golub, Heath & Wahba 1979).

A regression finds something where there is nothing.  So the same is done with points in shuffled
orders: their mean is taken off, and what is not above 95 % of them is not distinguishable from
none.  Intervals are by bootstrap of the points.

Checked by ``tests/experiment/test_plan_learning.py``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from afterban.experiment.assumption import Assumption
from afterban.experiment.design import Floats
from afterban.experiment.generators import LEARNT, generator
from afterban.logs.columns import TELLS
from afterban.scenario import Scenario
from afterban.scenario.places import matches
from afterban.scenario.sweeping import number

if TYPE_CHECKING:
    import pandas as pd

SHUFFLES = 200
RESAMPLED = 200
LEVEL = 0.95
_RIDGES = np.geomspace(1e-3, 1e4, 30)
LEAST = 16  # points from which anything is told


@dataclass(frozen=True)
class Unknowns:
    """What is not known, and where it is at each point.

    names, labels: of each.  paths: that it moves.  places: ``[points, unknowns]``, from 0 to 1.
    posterior: whether they are draws of a posterior, and no stated ranges.
    """

    names: tuple[str, ...]
    labels: tuple[str, ...]
    paths: tuple[tuple[str, ...], ...]
    places: Floats
    posterior: bool

    @classmethod
    def of_assumptions(
        cls, some: Sequence[Assumption], places: Floats, scenario: Scenario
    ) -> Unknowns:
        """Stated ranges, at places of the unit cube."""
        return cls(
            tuple(one.name for one in some),
            tuple(one.label for one in some),
            tuple(one.paths for one in some),
            places,
            False,
        )

    @classmethod
    def of_draws(cls, frame: pd.DataFrame, paths: Sequence[str], scenario: Scenario) -> Unknowns:
        """Draws of values: those that are single numbers and differ, by their ranks."""
        told, places = [], []
        for path in paths:
            values = [number(path, str(x)) if isinstance(x, str) else x for x in frame[path]]
            if any(x is None or isinstance(x, bool) for x in values):
                continue  # a law, or a word
            column = np.array(values, dtype=np.float64)
            if len(np.unique(column)) > 1:
                told.append(path)
                places.append((column.argsort(kind="stable").argsort() + 0.5) / len(column))
        found = np.column_stack(places) if places else np.empty((len(frame), 0))
        return cls(tuple(told), tuple(told), tuple((path,) for path in told), found, True)

    def at(self, told: npt.NDArray[np.bool_]) -> Unknowns:
        """At some of the points."""
        return replace(self, places=self.places[told])

    def groups(self) -> dict[str, list[int]]:
        """Which unknowns each column of a log tells, by their places."""
        found: dict[str, list[int]] = {}
        for column, patterns in TELLS.items():
            mine = [
                k
                for k, paths in enumerate(self.paths)
                if any(matches(pattern, path) for path in paths for pattern in patterns)
            ]
            if mine:
                found[column] = mine
        return found


@dataclass(frozen=True)
class Worth:
    """What it is worth to know something, in the unit of the aim.

    names: of the unknowns.  value: what shuffled points find being taken off, 0 at least.
    low, high: by bootstrap.  floor: what 95 % of shuffled points stay below, likewise.
    told: whether it is above that.
    """

    name: str
    label: str
    names: tuple[str, ...]
    value: float
    low: float
    high: float
    floor: float
    told: bool


@dataclass(frozen=True)
class Learning:
    """What to learn first.

    all: to know everything: at least, at most (chance is in the second and not in the first; NaN
    with one replication).  each: one by one, the most valuable first.  columns: of a log, likewise.
    points: that it rests on.
    """

    all: tuple[float, float]
    each: tuple[Worth, ...]
    columns: tuple[Worth, ...]
    points: int


def learn(
    unknowns: Unknowns,
    level: Floats,
    seed: int,
    *,
    halves: tuple[Floats, Floats] | None = None,
) -> Learning | None:
    """What is worth learning for a choice.

    Args:
        unknowns: at the points.
        level: what each mix comes to at each point, ``[points, mixes]``; more is better.
        seed: of shuffling and resampling.
        halves: the same from one replication and from another.

    Returns None with fewer points than ``LEAST``.
    """
    count = len(level)
    if count < LEAST or level.shape[1] < 2:
        return None
    most = float(level.max(axis=1).mean() - level.mean(axis=0).max())
    least = math.nan if halves is None else _crossed(*halves)
    best = int(level.mean(axis=0).argmax())
    apart = level - level[:, [best]]
    some = [(unknowns.names[k], unknowns.labels[k], [k]) for k in range(unknowns.places.shape[1])]
    each = [
        _worth(name, label, places, unknowns, apart, seed, number)
        for number, (name, label, places) in enumerate(some)
    ]
    columns = [
        _worth(name, name, places, unknowns, apart, seed, 10_000 + number)
        for number, (name, places) in enumerate(unknowns.groups().items())
    ]
    return Learning(
        (min(max(least, 0.0), most) if math.isfinite(least) else least, most),
        tuple(sorted(each, key=_order)),
        tuple(sorted(columns, key=_order)),
        count,
    )


def _order(one: Worth) -> tuple[bool, float, str]:
    return not one.told, -one.value, one.name


def _crossed(one: Floats, other: Floats) -> float:
    """What the best of one replication is worth in the other, less the best mean; both ways."""
    rows = np.arange(len(one))
    found = [
        float(b[rows, a.argmax(axis=1)].mean() - b[:, (a + b).mean(axis=0).argmax()].mean())
        for a, b in ((one, other), (other, one))
    ]
    return sum(found) / 2


def _worth(
    name: str,
    label: str,
    places: Sequence[int],
    unknowns: Unknowns,
    apart: Floats,
    seed: int,
    number: int,
) -> Worth:
    random = generator(seed, LEARNT + ((number + 1) << 32))
    design = _design(unknowns.places[:, list(places)])
    smooth = Smoother(design)
    value = _gain(smooth.fitted(apart))
    count = len(apart)
    shuffled = np.array(
        [_gain(smooth.fitted(apart[random.permutation(count)])) for _ in range(SHUFFLES)]
    )
    off = float(shuffled.mean())
    again = []
    for _ in range(RESAMPLED):
        rows = random.integers(0, count, count)
        again.append(_gain(Smoother(design[rows]).fitted(apart[rows])) - off)
    low, high = (float(np.quantile(again, q)) for q in ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    floor = float(np.quantile(shuffled, LEVEL))
    return Worth(
        name=name,
        label=label,
        names=tuple(unknowns.names[k] for k in places),
        value=max(value - off, 0.0),
        low=max(low, 0.0),
        high=max(high, 0.0),
        floor=max(floor - off, 0.0),
        told=value > floor,
    )


def _gain(expected: Floats) -> float:
    """What it is worth to choose at each point by what is expected there."""
    return float(expected.max(axis=1).mean() - expected.mean(axis=0).max())


def _design(places: Floats) -> Floats:
    """Legendre polynomials of the first and second degree of each place, ``[points, 2 d]``."""
    x = 2.0 * places - 1.0
    return np.hstack([x * math.sqrt(3), (3 * x**2 - 1) / 2 * math.sqrt(5)])


class Smoother:
    """Ridge regression on a design, its strength by generalised cross-validation.

    design: ``[points, columns]``.
    """

    def __init__(self, design: Floats) -> None:
        centred = design - design.mean(axis=0)
        self._u, s, _ = np.linalg.svd(centred, full_matrices=False)
        self._keep = s[None, :] ** 2 / (s[None, :] ** 2 + _RIDGES[:, None] + 1e-12)
        self._left = len(design) - 1 - self._keep.sum(axis=1)

    def fitted(self, values: Floats) -> Floats:
        """What is expected at each point, ``[points, mixes]``."""
        mean = values.mean(axis=0)
        apart = values - mean
        inside = self._u.T @ apart
        whole, found = (apart**2).sum(axis=0), np.empty_like(values)
        # What is left of each column at each strength, by its parts along the design.
        lost = whole[None, :] - np.einsum("rk,kc->rc", self._keep * (2 - self._keep), inside**2)
        score = np.maximum(lost, 0.0) / np.maximum(self._left, 1e-6)[:, None] ** 2
        for c, best in enumerate(score.argmin(axis=0)):
            found[:, c] = mean[c] + self._u @ (self._keep[best] * inside[:, c])
        return found


__all__ = ["Learning", "Smoother", "Unknowns", "Worth", "learn"]
