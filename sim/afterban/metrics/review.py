"""Review: what a team costs, how busy it is, and how long cases wait for it, decided on or not.

Undefined with unlimited staff.  Measures of state are there without any case; waits need one that
arrived.
"""

from __future__ import annotations

import math

import numpy as np

from afterban.engines.records import Records
from afterban.metrics.metric import Metric
from afterban.metrics.register import gives
from afterban.metrics.run import Flags, Floats, Run, mean, once, ratio
from afterban.statistics import SurvivalCurve, kaplan_meier


@once
def _waited(run: Run) -> tuple[Floats, Flags]:
    """:func:`waits` of a team; none with unlimited staff."""
    if not run.p.finite_staff:
        return np.zeros(0), np.zeros(0, dtype=bool)
    return waits(run.p.horizon, run.records)


@once
def _curve(run: Run) -> SurvivalCurve | None:
    waited, taken_up = _waited(run)
    return kaplan_meier(waited, taken_up) if len(waited) else None


def waits(horizon: float, records: Records, first: float = 0.0) -> tuple[Floats, Flags]:
    """Time from arrival until a case was taken up, or the horizon; and whether it was taken up.

    Of the cases that arrived from day ``first`` on, those decided before those still open.
    """
    cases = np.concatenate((records.cases, records.open_cases))
    cases = cases[cases["arrived_day"] >= first]
    taken_up = ~np.isnan(cases["started_day"])
    until = np.where(taken_up, cases["started_day"], horizon)
    # A hair below 0 is rounding.
    return np.maximum(until - cases["arrived_day"], 0.0), taken_up


@gives(
    Metric(
        "waiting_time_mean",
        "days",
        "time",
        "waiting time",
        "mean time from arrival to the start of review (finite staff); cases that still wait "
        "at the horizon are censored there, and waits are cut at the longest that was seen",
        -1,
    )
)
def waiting_time_mean(run: Run) -> float:
    """Days."""
    curve = _curve(run)
    if curve is None:
        return math.nan
    longest = float(_waited(run)[0].max())
    return curve.restricted_mean(longest) if longest > 0.0 else 0.0


@gives(
    Metric(
        "paid_hours",
        "hours",
        "count",
        "paid hours",
        "hours that reviewers were on duty, whether they had a case or not (finite staff)",
        -1,
    )
)
def paid_hours(run: Run) -> float:
    """Hours."""
    return run.p.paid_hours if run.p.finite_staff else math.nan


@gives(
    Metric(
        "reviewer_hours",
        "hours",
        "count",
        "busy hours",
        "hours that reviewers spent on cases, finished or in hand (finite staff)",
    )
)
def reviewer_hours(run: Run) -> float:
    """Hours."""
    if not run.p.finite_staff:
        return math.nan
    done, left = run.records.cases, run.records.open_cases
    busy = float((done["decided_day"] - done["started_day"]).sum())
    in_hand = left["started_day"][~np.isnan(left["started_day"])]
    return 24.0 * (busy + float((run.p.horizon - in_hand).sum()))


@gives(
    Metric(
        "utilisation",
        "",
        "share",
        "utilisation",
        "busy hours per paid hour; above 1 if cases are finished after the shift",
    )
)
def utilisation(run: Run) -> float:
    """A share."""
    return ratio(reviewer_hours(run), paid_hours(run))


@gives(
    Metric(
        "backlog_mean",
        "cases",
        "count",
        "backlog",
        "mean number of cases waiting for a reviewer",
        -1,
    )
)
def backlog_mean(run: Run) -> float:
    """Cases."""
    return mean(run.records.backlog) if run.p.finite_staff else math.nan


@gives(
    Metric(
        "backlog_age_p95",
        "days",
        "time",
        "waiting time, 95th percentile",
        "time from arrival to the start of review that 95 in 100 cases stay within "
        "(Kaplan-Meier: cases that still wait count); the longest that was seen if more than "
        "5 in 100 wait longer",
        -1,
    )
)
def backlog_age_p95(run: Run) -> float:
    """Days."""
    curve = _curve(run)
    if curve is None:
        return math.nan
    return min(curve.quantile(0.95).value, float(_waited(run)[0].max()))


@gives(
    Metric(
        "unserved_share",
        "",
        "share",
        "cases that nobody took up",
        "cases, reports about ordinary users among them, for which no reviewer was free before "
        "the horizon, of all that arrived (finite staff)",
        -1,
    )
)
def unserved_share(run: Run) -> float:
    """A share."""
    waited, taken_up = _waited(run)
    return float(np.mean(~taken_up)) if len(waited) else math.nan
