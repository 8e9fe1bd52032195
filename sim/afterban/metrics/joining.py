"""Joining: operators who were not there at the start."""

from __future__ import annotations

import numpy as np

from afterban.metrics.metric import Metric
from afterban.metrics.register import gives
from afterban.metrics.run import Floats, Run


@gives(
    Metric(
        "recruits",
        "operators",
        "count",
        "recruits",
        "operators who were won over during the run and made an account",
        -1,
    )
)
def recruits(run: Run) -> float:
    """Operators: those behind the ones of the start, before those who join by themselves."""
    there = run.lives > 0
    newcomers = len(there) - len(run.world.arrivals)
    return float(there[int(run.p.tier_count.sum()) : newcomers].sum())


@gives(
    Metric(
        "arrivals",
        "operators",
        "count",
        "arrivals",
        "operators who joined by themselves during the run and made an account",
        by_tier=True,
    )
)
def arrivals(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    there = run.lives > 0
    newcomers = len(there) - len(run.world.arrivals)
    tiers = [(there & (run.world.tier == k))[newcomers:].sum() for k in range(len(run.tiers))]
    return np.array([there[newcomers:].sum(), *tiers], dtype=np.float64)
