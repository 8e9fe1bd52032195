"""The network as it stands: public accounts, whom they hold, and when the last one goes."""

from __future__ import annotations

import math

import numpy as np

from afterban.mechanisms import census as c
from afterban.metrics.metric import Metric
from afterban.metrics.register import gives
from afterban.metrics.run import Floats, Run, mean, once, ratio


@gives(
    Metric(
        "attached_outsiders_share",
        "",
        "share",
        "attached outsiders",
        "share of outsider audiences that follow an account, mean over the evaluation period",
        -1,
    )
)
def attached_outsiders_share(run: Run) -> float:
    """A share."""
    inside = run.p.grid >= run.p.windows[0]
    outsiders = float(run.world.audience[:, 1].sum())
    attached = run.records.series[inside][:, :, c.ATTACHED_OUTSIDERS].sum(axis=1)
    return ratio(mean(attached), outsiders)


@once
def _live(run: Run) -> Floats:
    """Public accounts on each day of the grid, ``[1 + K, days]``: of all tiers, and of each."""
    live = run.records.series[:, :, c.LIVE]
    return np.vstack((live.sum(axis=1), live.T))


@gives(
    Metric(
        "live_accounts",
        "accounts",
        "count",
        "live accounts at the end",
        "public accounts at the horizon",
        by_tier=True,
    )
)
def live_accounts(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    return _live(run)[:, -1]


@gives(
    Metric(
        "mean_live_accounts",
        "accounts",
        "count",
        "live accounts on average",
        "public accounts, mean over the days of the evaluation period",
        by_tier=True,
    )
)
def mean_live_accounts(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    inside = run.p.grid >= run.p.windows[0]
    return np.array([mean(live[inside]) for live in _live(run)])


@gives(
    Metric(
        "extinction_day",
        "days",
        "time",
        "day of the last account",
        "first day of the time series from which on no account of the tier is public",
        by_tier=True,
        after="public_until_termination",
    )
)
def extinction_day(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``; nan for what is not gone, and for what never was."""
    return np.array([_extinction(run.p.grid, live) for live in _live(run)])


def _extinction(grid: Floats, live: Floats) -> float:
    if live[-1] > 0 or not (live > 0).any():
        return math.nan
    return float(grid[np.flatnonzero(live > 0)[-1] + 1])


@gives(
    Metric(
        "others_left",
        "",
        "share",
        "other accounts left when the tier is gone",
        "public accounts of all other tiers on the day of the tier's last account, relative to "
        "the start",
        by_tier=True,
        whole=False,
        after="extinction_day",
    )
)
def others_left(run: Run) -> Floats:
    """Each tier, ``[K]``; nan for one that is not gone."""
    whole, *tiers = _live(run)
    gone = extinction_day(run)[1:]
    left = []
    for day, live in zip(gone, tiers, strict=True):
        others = whole - live
        there = others[np.searchsorted(run.p.grid, day)] if math.isfinite(day) else math.nan
        left.append(ratio(float(there), float(others[0])))
    return np.array(left)
