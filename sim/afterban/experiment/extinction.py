"""Extinction of a tier: on which day its last public account goes, and what is left of the others.

Checked by ``tests/experiment/test_extinction.py``.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from afterban.engines import EngineName
from afterban.errors import UnknownName
from afterban.experiment.answer import Answer, estimate_data, plain
from afterban.experiment.replicate import Outcome, replicate
from afterban.mechanisms import census
from afterban.parameters import AS_WRITTEN, Parameters
from afterban.scenario import Scenario
from afterban.statistics import Estimate, kaplan_meier, wilson_interval

if TYPE_CHECKING:
    import pandas as pd

    from afterban.report.figures import Figure

Floats = npt.NDArray[np.float64]

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)  # of replications, whose dates are told


@dataclass(frozen=True)
class Extinctions(Answer):
    """The days of the last account of a tier, over replications.

    days: day after the start from which on no account of the tier is public, on the grid of the
        time series, ``[replications]``; ``nan`` where one is public at the horizon.
    grid: days of the time series, ``[days]``.
    live: public accounts of the tier, ``[replications, days]``.
    others: public accounts of the tier that is shown beside it, ``[replications, days]``.
    created, suspended: accounts of the tier made and suspended since the start,
        ``[replications, days]``: it dies out although its operators come back.
    """

    scenario: str
    policy: str
    tier: str
    beside: str
    start: dt.date
    days: Floats
    grid: Floats
    live: Floats
    others: Floats
    created: Floats
    suspended: Floats

    @property
    def happened(self) -> Estimate:
        """Share of the replications in which the tier died out, with its Wilson interval."""
        return wilson_interval(int(np.isfinite(self.days).sum()), len(self.days))

    def date(self, day: float) -> dt.date:
        """The date of a day after the start."""
        return self.start + dt.timedelta(days=int(day))

    def gone_by(self, date: dt.date) -> Estimate:
        """Share of the replications in which the tier is extinct on ``date`` and stays so."""
        with np.errstate(invalid="ignore"):
            early = self.days <= float((date - self.start).days)
        return wilson_interval(int(early.sum()), len(self.days))

    def quantiles(self) -> dict[float, Estimate]:
        """Share of replications -> day from which on the tier is extinct in so many (Greenwood)."""
        gone = np.isfinite(self.days)
        curve = kaplan_meier(np.where(gone, self.days, self.grid[-1]), gone)
        return {q: curve.quantile(q) for q in QUANTILES}

    def words(self) -> list[str]:
        """What was found, in two sentences."""
        n = len(self.days)
        told = np.sort(self.days[np.isfinite(self.days)])
        text = f"The {self.tier} tier died out in {len(told)} of {n} replications"
        if len(told):
            middle = float(np.median(told))
            text += (
                f", on {self.date(middle).isoformat()} in the median "
                f"({self.date(told[0]).isoformat()} to {self.date(told[-1]).isoformat()})"
            )
        left = self.others[:, -1] / self.others[:, 0]
        return [
            f"{text}.",
            f"Of the {self.beside} accounts {left.mean():.0%} are there at the end.",
        ]

    def rows(self) -> list[dict[str, Any]]:
        """One record for each replication; the day is NaN where the tier did not die out."""
        return [
            {
                "replication": k,
                "extinct": math.isfinite(day),
                "day": float(day),
                "date": self.date(day).isoformat() if math.isfinite(day) else "",
                "created": float(self.created[k, -1]),
                "suspended": float(self.suspended[k, -1]),
            }
            for k, day in enumerate(self.days)
        ]

    def frame(self) -> pd.DataFrame:
        """:meth:`rows` as a data frame."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def figure(self) -> Figure:
        """On which day the last account goes, with the stock of the other tier below."""
        from afterban.report.figures import in_style
        from afterban.report.questions import extinction

        with in_style():
            return extinction(self)

    def to_dict(self) -> dict[str, Any]:
        """The answer for JSON: a number that is not finite is None."""
        found: dict[str, Any] = plain(
            {
                "tier": self.tier,
                "policy": self.policy,
                "extinct": estimate_data(self.happened),
                "quantiles_days": {f"{q:g}": estimate_data(e) for q, e in self.quantiles().items()},
                "days": self.days.tolist(),
                "words": " ".join(self.words()),
            }
        )
        return found


def extinctions(
    scenario: Scenario,
    tier: str = "official",
    beside: str = "supporter",
    policy: str = AS_WRITTEN,
    *,
    replications: int | None = None,
    seed: int | None = None,
    engine: EngineName | None = None,
    workers: int | None = None,
    each: Callable[[Outcome], None] | None = None,
) -> Extinctions:
    """Run a scenario and tell when the last account of a tier was public.

    A tier whose operators still come back may be without an account for some days: extinct is what
    stays without one until the horizon, so a day close to the horizon is weak evidence.

    Raises UnknownName for a tier that the scenario does not have.
    """
    arm = scenario.arm(policy)
    names = list(arm.tiers)
    for name in (tier, beside):
        if name not in names:
            raise UnknownName("tier", name, scenario.name, names)
    rows = []
    days = []
    for (outcome,) in replicate(
        arm,
        replications=replications,
        seed=seed,
        engine=engine,
        workers=workers,
        keep=True,
        twins=_no_twins(scenario, replications, names),
    ):
        assert outcome.records is not None
        days.append(outcome.metrics[f"extinction_day.{tier}"])
        series = outcome.records.series
        own = series[:, names.index(tier)]
        rows.append(
            (
                own[:, census.LIVE],
                series[:, names.index(beside), census.LIVE],
                own[:, census.CREATED],
                own[:, census.SUSPENDED],
            )
        )
        if each is not None:
            each(outcome)
    live, others, created, suspended = np.array(rows).transpose(1, 0, 2)
    grid = Parameters.from_scenario(arm).grid
    return Extinctions(
        scenario.name,
        policy,
        tier,
        beside,
        scenario.start,
        np.array(days),
        grid,
        live,
        others,
        created,
        suspended,
    )


def _no_twins(
    scenario: Scenario, replications: int | None, tiers: list[str]
) -> list[dict[str, float]]:
    """Stand-ins for the worlds without enforcement, which are not needed here."""
    names = ["outsider_impressions", *(f"outsider_impressions.{tier}" for tier in tiers)]
    n = scenario.replications if replications is None else replications
    return [dict.fromkeys([*names, "reach_per_window"], math.nan)] * n
