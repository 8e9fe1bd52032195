"""The runs behind an exploration: every arm at points over all stated ranges, and at a design's.

The network may be thinned.  A range of its size is then one of the thinned size, by the same
factor.  Runs are kept as those of an ensemble, and shared by whatever asks for the same points.

Checked by ``tests/experiment/test_explore.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np

from afterban.engines import EngineName
from afterban.errors import AfterbanError
from afterban.experiment.assumption import Assumption
from afterban.experiment.design import Floats, Point, latin_hypercube
from afterban.experiment.ensemble import NOT_VARIED, plan_at, points_at, values_of
from afterban.experiment.sensitivity import thinned
from afterban.experiment.sweep import Forecast
from afterban.scenario import Scenario

Values: TypeAlias = Mapping[str, Mapping[str, Floats]]  # arm -> metric -> (points, replications)


@dataclass(frozen=True)
class Space:
    """What is run, and the assumptions that are its dimensions.

    scenario: the network that is run.  operators, of: its size, and that of the scenario's.
    """

    scenario: Scenario
    dimensions: tuple[Assumption, ...]
    operators: int
    of: int

    @classmethod
    def over(cls, scenario: Scenario, assumptions: Sequence[Assumption], operators: int) -> Space:
        """The space over all assumptions that a scenario makes.

        operators: about so many at most; a larger network is thinned.
        Raises AfterbanError if nothing has a range.
        """
        smaller = thinned(scenario, operators)
        before, now = _size(scenario), _size(smaller)
        found = []
        for one in assumptions:
            if one.name in NOT_VARIED or one.changes(scenario, one.low) is None:
                continue
            if one.changes(smaller, one.low) is None:  # of large networks alone, such as their size
                one = replace(one, changes=_shrunk(one, scenario, now / before))
            found.append(one)
        if not found:
            raise AfterbanError(f"{scenario.name} makes no assumption that has a range")
        return cls(smaller, tuple(found), now, before)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the assumptions, in the order of the columns."""
        return tuple(one.name for one in self.dimensions)

    def rows(self, count: int) -> Floats:
        """The points of the plain ensemble in the unit cube, shape (count, d).

        A Latin hypercube.  Of a Sobol sequence in as many dimensions as there are assumptions a few
        hundred points lie on patterns, by which one dimension looks like another.
        """
        return latin_hypercube(count, len(self.dimensions), self.scenario.seed)

    def points(self, rows: Floats) -> tuple[Point, ...]:
        """What the scenario is at rows of the unit cube."""
        return points_at(self.scenario, self.dimensions, rows)


@dataclass(frozen=True)
class Runner:
    """How points are run, and where they are kept; see :func:`afterban.experiment.ensemble.run`."""

    arms: tuple[str, ...]
    metrics: tuple[str, ...]
    replications: int
    root: Path
    engine: EngineName | None = None
    workers: int | None = None
    forecast: Callable[[Forecast], None] | None = None
    progress: Callable[[int, int], None] | None = None

    def at(self, space: Space, rows: Floats) -> Values:
        """Run what is not finished at rows of the unit cube; NaN where a metric is undefined.

        Raises AfterbanError as a sweep does.
        """
        made = space.points(rows)
        once = tuple({point.key: point for point in made}.values())
        plan = plan_at(
            space.scenario, once, self.arms, self.metrics, self.replications, self.engine
        )
        told = values_of(
            space.scenario,
            plan,
            self.root,
            workers=self.workers,
            forecast=self.forecast,
            progress=self.progress,
        )
        by_key = {point.key: here for point, here in zip(once, told, strict=True)}
        return {
            arm: {
                metric: np.array([by_key[point.key][arm][metric] for point in made])
                for metric in self.metrics
            }
            for arm in self.arms
        }


def means(values: Floats) -> Floats:
    """The mean of a metric at each point over the replications in which it is defined."""
    there = np.isfinite(values)
    count = there.sum(axis=1)
    total = np.where(there, values, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def stacked(values: Values, arms: Collection[str], metric: str) -> Floats:
    """The means of a metric by point and arm, shape (points, arms)."""
    return np.column_stack([means(values[arm][metric]) for arm in arms])


def _shrunk(
    one: Assumption, whole: Scenario, factor: float
) -> Callable[[Scenario, float], dict[str, str] | None]:
    """The changes to the network in full, with operators counted in the smaller one."""

    def changes(scenario: Scenario, value: float) -> dict[str, str] | None:
        given = one.changes(whole, value)
        if given is None:
            return None
        return {
            path: str(max(1, round(int(text) * factor))) if path.endswith(".count") else text
            for path, text in given.items()
        }

    return changes


def _size(scenario: Scenario) -> int:
    return sum(int(tier.count) for tier in scenario.tiers.values())


__all__ = ["Runner", "Space", "Values", "means", "stacked"]
