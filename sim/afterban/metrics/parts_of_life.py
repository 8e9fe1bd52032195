"""Parts of a life: before the flag (detection could shorten it) and after it (speed could)."""

from __future__ import annotations

import numpy as np

from afterban.metrics.metric import Metric
from afterban.metrics.register import gives
from afterban.metrics.run import Flags, Floats, Run, once, ratios


@once
def _ended(run: Run) -> Flags:
    """Whether each account was public and suspended."""
    return run.suspended & run.was_public


@once
def _found(run: Run) -> Floats:
    """Day on which each public account was known; one that was prepared may be flagged before."""
    return np.asarray(np.maximum(run.accounts["flagged_day"], run.accounts["public_day"]))


@gives(
    Metric(
        "unnoticed_days",
        "days",
        "time",
        "days unnoticed",
        "mean time that accounts which were suspended had been public before they were flagged",
        -1,
        by_tier=True,
    )
)
def unnoticed_days(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    days = _found(run) - run.accounts["public_day"]
    return run.means(days, _ended(run))


@gives(
    Metric(
        "waiting_days",
        "days",
        "time",
        "days from flag to action",
        "mean time that these accounts stayed public after they were flagged",
        -1,
        by_tier=True,
    )
)
def waiting_days(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    days = run.accounts["suspended_day"] - _found(run)
    return run.means(days, _ended(run))


@once
def _seen(run: Run) -> tuple[Floats, Floats]:
    """Outsider impressions since the start, of all and before a flag, ``[1 + K]`` each."""
    seen, before = run.accounts["outsider_impressions"], run.accounts["unnoticed_impressions"]
    return (
        run.sums(seen),
        run.sums(before),
    )


@gives(
    Metric(
        "unnoticed_share",
        "",
        "share",
        "seen before the flag",
        "share of outsider impressions, since the start, that accounts made before they were "
        "flagged or without being flagged: the most that better detection could cut",
        by_tier=True,
    )
)
def unnoticed_share(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    seen, before = _seen(run)
    return ratios(before, seen)


@gives(
    Metric(
        "waiting_share",
        "",
        "share",
        "seen between flag and action",
        "share of outsider impressions, since the start, that accounts made after they were "
        "flagged: the most that faster action could cut",
        -1,
        by_tier=True,
    )
)
def waiting_share(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    seen, before = run.accounts["outsider_impressions"], run.accounts["unnoticed_impressions"]
    after = run.sums(seen - before)
    return ratios(after, _seen(run)[0])
