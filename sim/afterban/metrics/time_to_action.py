"""Time to action: from the flag on an account of the network to its suspension."""

from __future__ import annotations

import math

import numpy as np

from afterban.mechanisms import detection
from afterban.metrics.metric import Metric
from afterban.metrics.register import gives
from afterban.metrics.run import Flags, Run, finite, once
from afterban.statistics import SurvivalCurve, kaplan_meier


@once
def _flagged(run: Run) -> Flags:
    """Whether each account was flagged, by something that does not suspend at once."""
    at_once = (detection.CAUGHT_AT_SIGNUP, detection.STRUCK)
    flagged = ~np.isnan(run.accounts["flagged_day"])
    return np.asarray(flagged & ~np.isin(run.accounts["channel"], at_once))


def _waits(run: Run, which: Flags) -> SurvivalCurve | None:
    """Time from flag to suspension of these accounts; one that waits at the horizon is censored."""
    if not which.any():
        return None
    waited = run.end - run.accounts["flagged_day"]
    return kaplan_meier(waited[which], run.suspended[which])


def _quantile(curve: SurvivalCurve | None, share: float) -> float:
    return math.nan if curve is None else finite(curve.quantile(share).value)


@gives(
    Metric(
        "time_to_action_median",
        "days",
        "time",
        "time to action",
        "median time from flag to suspension, campaigns and sign-up catches left out "
        "(Kaplan-Meier: accounts that still wait count)",
        -1,
    ),
    Metric(
        "time_to_action_p95",
        "days",
        "time",
        "time to action, 95th percentile",
        "time from flag to suspension that 95 in 100 stay within (Kaplan-Meier)",
        -1,
    ),
)
def time_to_action(run: Run) -> dict[str, float]:
    """Days."""
    curve = _waits(run, _flagged(run))
    return {
        "time_to_action_median": _quantile(curve, 0.5),
        "time_to_action_p95": _quantile(curve, 0.95),
    }


@gives(
    Metric(
        "urgent_time_to_action_median",
        "days",
        "time",
        "time to action, urgent cases",
        "median time from flag to suspension of urgent cases (Kaplan-Meier)",
        -1,
    )
)
def urgent_time_to_action_median(run: Run) -> float:
    """Days."""
    return _quantile(_waits(run, _flagged(run) & (run.accounts["urgent"] == 1)), 0.5)


@gives(
    Metric(
        "routine_time_to_action_median",
        "days",
        "time",
        "time to action, routine cases",
        "median time from flag to suspension of cases that are not urgent (Kaplan-Meier)",
        -1,
    )
)
def routine_time_to_action_median(run: Run) -> float:
    """Days."""
    return _quantile(_waits(run, _flagged(run) & (run.accounts["urgent"] == 0)), 0.5)
