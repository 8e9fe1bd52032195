"""The simulations of a calibration, kept as those of a sweep are: resumable, and grown in place.

Three tables lie in one folder: the waves of history matching (all points on common random numbers),
the simulations of the posterior (each with draws of its own), and the predictions at its draws.

Checked by ``tests/experiment/test_calibrate.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from afterban.engines import EngineName
from afterban.experiment.design import Point, check_points
from afterban.experiment.observed import Observation
from afterban.experiment.store import Plan, Store, rows_by_run
from afterban.experiment.sweep import Finished, Forecast, run_plan
from afterban.experiment.sweep_plan import folder_named, identity_of, plan_at
from afterban.experiment.unknowns import Unknown
from afterban.results import column_of
from afterban.scenario import Scenario

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass
class Runs:
    """Runs points of a scenario, and tells what some figures came to.

    base: the scenario that is run.  asked: figures that are told, in their order.
    folder: of the calibration.  progress: called with a stage, and what of it is done and planned.
    """

    base: Scenario
    asked: Sequence[Observation]
    folder: Path
    engine: EngineName | None = None
    workers: int | None = None
    cluster: str | None = None
    forecast: Callable[[Forecast], None] | None = None
    progress: Callable[[str, int, int], None] | None = None
    run_now: dict[str, int] = field(default_factory=dict)

    def at(self, stage: str, points: Sequence[Point], replications: int) -> Floats:
        """What the figures came to, ``[points, replications, figures]``; NaN where undefined.

        stage: name of the table.  Raises AfterbanError as a sweep does.
        """
        plan = self._plan(points, replications)
        check_points(self.base, plan.points)
        done = run_plan(
            self.base,
            plan,
            self.folder / stage,
            workers=self.workers,
            cluster=self.cluster,
            expand=True,
            forecast=self.forecast,
            progress=self._counting(stage),
        )
        assert done is not None  # it is no dry run
        self.run_now[stage] = self.run_now.get(stage, 0) + done.run
        return self._values(done, points, replications)

    def _counting(self, stage: str) -> Callable[[int, int], None] | None:
        tell = self.progress
        return None if tell is None else lambda done, planned: tell(stage, done, planned)

    def _plan(self, points: Sequence[Point], replications: int) -> Plan:
        arms = tuple(dict.fromkeys(one.arm for one in self.asked))
        metrics = sorted({one.metric for one in self.asked})
        return plan_at(self.base, points, arms, metrics, replications, self.engine)

    def _values(self, done: Finished, points: Sequence[Point], replications: int) -> Floats:
        """From the table, in which there may be more points and replications."""
        table = Store(done.folder).table(done.plan)
        place = rows_by_run(table)
        out = np.empty((len(points), replications, len(self.asked)))
        for k, one in enumerate(self.asked):
            told = table.column(column_of(one.metric)).to_numpy()
            rows = [place[point.key, r, one.arm] for point in points for r in range(replications)]
            out[:, :, k] = told[rows].reshape(len(points), replications)
        return out


def folder_of(
    scenario: Scenario,
    base: Scenario,
    some: Sequence[Unknown],
    asked: Sequence[Observation],
    root: Path,
    engine: EngineName | None,
) -> Path:
    """Folder of a calibration: the same whatever was observed, so that its runs serve again.

    A parameter that is added, or another metric, makes another folder.
    """
    of = [
        dict(identity_of(base, engine)),
        sorted({(one.metric, one.arm) for one in asked}),
        [[one.name, list(one.parameter.places), one.parameter.factor] for one in some],
    ]
    return folder_named(root, scenario.name, "calibrate", of)
