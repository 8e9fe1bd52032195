"""The runs behind an exploration: every arm at points over all stated ranges, and at a design's.

The network may be thinned, at each point by its own numbers.  Runs are kept as those of an
ensemble, and shared by whatever asks for the same points.

Checked by ``tests/experiment/test_explore.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from afterban.engines import EngineName
from afterban.errors import AfterbanError
from afterban.experiment.assumption import Assumption
from afterban.experiment.design import Floats, Point, latin_hypercube
from afterban.experiment.ensemble import plan_at, points_at, thinned_points, values_of
from afterban.experiment.spreads import means
from afterban.experiment.sweep import Forecast
from afterban.experiment.thinning import operators_of, thinned
from afterban.scenario import Scenario

Values: TypeAlias = Mapping[str, Mapping[str, Floats]]  # arm -> metric -> (points, replications)


@dataclass(frozen=True)
class Space:
    """What is run, and the assumptions that are its dimensions.

    operators, of: size of the network that is run, and of the scenario's.
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
        found = tuple(one for one in assumptions if one.changes(scenario, one.low) is not None)
        if not found:
            raise AfterbanError(f"{scenario.name} makes no assumption that has a range")
        whole = operators_of(scenario)
        return cls(scenario, found, operators_of(thinned(scenario, operators)), whole)

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
        """What the scenario is at rows of the unit cube, thinned."""
        made = points_at(self.scenario, self.dimensions, rows)
        if self.operators == self.of:
            return made
        return thinned_points(self.scenario, made, self.operators / self.of)


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


def stacked(values: Values, arms: Collection[str], metric: str) -> Floats:
    """The means of a metric by point and arm, shape (points, arms)."""
    return np.column_stack([means(values[arm][metric]) for arm in arms])


__all__ = ["Runner", "Space", "Values", "stacked"]
