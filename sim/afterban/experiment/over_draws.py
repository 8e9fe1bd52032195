"""Every answer of a run over draws of what is not known: ``afterban run X --draws FILE``.

Each draw is one version of the scenario, run in every arm on common random numbers, and kept as a
point of a sweep.  What the draws leave open (5 to 95 % of their means) and chance (the spread of
replications at one draw) are two numbers and are never added up.

Checked by ``tests/experiment/test_draws.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from afterban.engines import EngineName
from afterban.errors import AfterbanError
from afterban.experiment.answer import Answer, plain
from afterban.experiment.design import Point
from afterban.experiment.draws import Draws, at_each_draw
from afterban.experiment.spreads import quantiles, spread_of_chance
from afterban.experiment.store import Plan, Store, metric_names, rows_by_run
from afterban.experiment.sweep import Forecast, run_plan
from afterban.experiment.sweep_plan import folder_named, plan_at
from afterban.experiment.unknowns import plain as without_its_own
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.results import column_of
from afterban.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from afterban.report.figures import Figure

Floats: TypeAlias = npt.NDArray[np.float64]

REPLICATIONS = 4
MAIN = "effective_reach"


class Row(NamedTuple):
    """One metric in one arm, or its difference from the first arm (``against``).

    mean, low, high: over draws, each with its mean over replications.
    chance: standard deviation of a replication at one draw.
    same_sign: share of the draws in which a difference has its more frequent sign; else NaN.
    draws: in which the metric is defined.
    """

    metric: str
    arm: str
    against: str
    mean: float
    low: float
    high: float
    chance: float
    same_sign: float
    draws: int


@dataclass(frozen=True)
class OverDraws(Answer):
    """What a scenario comes to over draws.

    values: by metric, ``[draws, replications, arms]``.
    """

    scenario: str
    source: Path
    same_scenario: bool
    arms: tuple[str, ...]
    replications: int
    values: dict[str, Floats]
    folder: Path

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return len(next(iter(self.values.values())))

    def rows(self, metrics: Sequence[str] | None = None) -> list[Row]:
        """A row a metric and arm, and one for each difference from the first arm."""
        found = []
        for metric in self.values if metrics is None else metrics:
            told = self.values.get(metric)
            if told is None:
                continue
            for k, arm in enumerate(self.arms):
                found.append(_row(metric, arm, "", told[:, :, k]))
            found += [
                _row(metric, arm, self.arms[0], told[:, :, k] - told[:, :, 0])
                for k, arm in enumerate(self.arms)
                if k and arm != WITHOUT_ENFORCEMENT
            ]
        return [row for row in found if row.draws]

    def words(self) -> list[str]:
        """Effective reach in each arm, and whether arms differ in most draws."""
        found = []
        for row in self.rows((MAIN,)):
            if row.against:
                more = "more" if row.mean > 0 else "less"
                found.append(
                    f"{row.arm} less {row.against}: {row.mean:+.3f} ({row.low:+.3f} to "
                    f"{row.high:+.3f} over the draws), {more} in {row.same_sign:.0%} of them"
                )
            else:
                found.append(
                    f"{row.arm}: {MAIN.replace('_', ' ')} {row.mean:.3f} on average, {row.low:.3f} "
                    f"to {row.high:.3f} over {row.draws} draws; chance, apart: ±{row.chance:.2g}"
                )
        return found or [f"{self.scenario}: {MAIN} is undefined (no observations)"]

    def frame(self) -> pd.DataFrame:
        """All rows."""
        import pandas as pd

        return pd.DataFrame(self.rows(), columns=list(Row._fields))

    def figure(self) -> Figure:
        """Effective reach of each arm over the draws, with chance beside it."""
        from afterban.report.calibration import over_draws

        return over_draws(self)

    def to_dict(self) -> dict[str, Any]:
        """All rows in plain types."""
        found = {
            "scenario": self.scenario,
            "draws_file": str(self.source),
            "draws": self.draws,
            "same_scenario": self.same_scenario,
            "replications": self.replications,
            "policies": list(self.arms),
            "folder": str(self.folder),
            "rows": [row._asdict() for row in self.rows()],
        }
        data: dict[str, Any] = plain(found)
        return data


def over_draws(
    scenario: Scenario,
    draws: Draws,
    arms: Sequence[str] = (),
    *,
    replications: int | None = None,
    root: Path | str = "results",
    engine: EngineName | None = None,
    workers: int | None = None,
    forecast: Callable[[Forecast], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> OverDraws:
    """Run a scenario at each draw, what is finished left out.

    Args:
        scenario: to which the draws give values.
        draws: that were read, such as the posterior of a calibration.
        arms: all if none are named.
        replications: of each draw, two or more, or there is no chance to tell; 4 if None.
        forecast, progress: as of a sweep.

    Raises AfterbanError for a draw that the scenario cannot take, and as a sweep does.
    """
    count = REPLICATIONS if replications is None else replications
    if count < 2:
        raise AfterbanError("chance is told from two replications of each draw or more")
    base = without_its_own(scenario)
    at_each_draw(base, draws)
    names = tuple(arms) or (AS_WRITTEN, *scenario.policies)
    points = [Point(tuple(changes.items())) for changes in draws.changes()]
    plan = plan_at(base, points, names, metric_names(base, names), count, engine)
    done = run_plan(
        base,
        plan,
        _folder_of(plan, Path(root)),
        workers=workers,
        expand=True,
        forecast=forecast,
        progress=progress,
    )
    assert done is not None  # it is no dry run
    table = Store(done.folder).table(done.plan)
    place = rows_by_run(table)
    rows = [place[point.key, r, arm] for point in points for r in range(count) for arm in names]
    shape = (len(points), count, len(names))
    values = {
        name: table.column(column_of(name)).to_numpy()[rows].reshape(shape) for name in plan.metrics
    }
    same = draws.meta.get("digest") in (None, scenario.digest())
    return OverDraws(scenario.name, draws.path, same, names, count, values, done.folder)


def _folder_of(plan: Plan, root: Path) -> Path:
    """Folder of the runs: the same for any draws of the same paths, so that they serve again."""
    of = [dict(plan.identity), plan.policies, sorted(plan.paths)]
    return folder_named(root, plan.scenario_name, "draws", of)


def _row(metric: str, arm: str, against: str, told: Floats) -> Row:
    """told: ``[draws, replications]``."""
    defined = np.isfinite(told)
    enough = defined.sum(axis=1) > told.shape[1] / 2
    means = np.where(defined, told, 0.0).sum(axis=1)[enough] / defined.sum(axis=1)[enough]
    if not len(means):
        return Row(metric, arm, against, *(math.nan,) * 5, draws=0)
    low, high = quantiles(means)
    signs = max((means < 0).mean(), (means > 0).mean()) if against else math.nan
    return Row(
        metric,
        arm,
        against,
        float(means.mean()),
        low,
        high,
        spread_of_chance(told),
        float(signs),
        len(means),
    )
