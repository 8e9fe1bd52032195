"""Extinction of a tier: on which day its last public account goes, and what is left of the others.

Checked by ``tests/experiment/test_extinction.py``.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from afterban.engines import EngineName
from afterban.errors import AfterbanError, closest, listed
from afterban.experiment.replicate import Outcome, replicate
from afterban.mechanisms import census
from afterban.parameters import AS_WRITTEN, Parameters
from afterban.scenario import Scenario
from afterban.statistics import Estimate, wilson_interval

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Extinctions:
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

    def words(self) -> str:
        """What was found, in two sentences."""
        n = len(self.days)
        told = np.sort(self.days[np.isfinite(self.days)])
        text = f"the {self.tier} tier died out in {len(told)} of {n} replications"
        if len(told):
            middle = float(np.median(told))
            text += (
                f", on {self.date(middle).isoformat()} in the median "
                f"({self.date(told[0]).isoformat()} to {self.date(told[-1]).isoformat()})"
            )
        left = self.others[:, -1] / self.others[:, 0]
        return f"{text}. Of the {self.beside} accounts {left.mean():.0%} are there at the end."


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

    Raises AfterbanError for a tier that the scenario does not have.
    """
    arm = scenario.arm(policy)
    names = list(arm.tiers)
    for name in (tier, beside):
        if name not in names:
            raise AfterbanError(
                f"{scenario.name} has no tier `{name}`, only {listed(names)}"
                + (f"; did you mean `{hint}`?" if (hint := closest(name, names)) else "")
            )
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
