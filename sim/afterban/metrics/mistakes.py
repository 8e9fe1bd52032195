"""Mistakes: ordinary users who are suspended, for how long, and appeals against it."""

from __future__ import annotations

import math

from afterban.metrics.accounts import suspensions
from afterban.metrics.decisions import decided
from afterban.metrics.look_alikes import look_alikes, only_expected, wrong_look_alikes
from afterban.metrics.metric import Metric
from afterban.metrics.register import gives
from afterban.metrics.run import Run, ratio


@gives(
    Metric(
        "wrong_suspensions",
        "accounts",
        "count",
        "wrong suspensions",
        "ordinary users suspended by a mistake of the review, look-alikes among them",
        -1,
    )
)
def wrong_suspensions(run: Run) -> float:
    """Accounts."""
    counted = float((decided(run).days > 0.0).sum())
    if only_expected(run):
        counted += look_alikes(run)["look_alikes_suspended"]
    return counted


@gives(
    Metric(
        "wrong_per_right",
        "",
        "ratio",
        "wrong suspensions per right one",
        "ordinary users suspended for each account of the network suspended",
        -1,
    )
)
def wrong_per_right(run: Run) -> float:
    """Accounts per account."""
    return ratio(wrong_suspensions(run), suspensions(run))


def _known(run: Run) -> bool:
    """Whether decisions about ordinary users have days: with a team, or where channels err."""
    priced = (run.p.wrong_per_right > 0.0).any() or (run.p.wrong_a_day > 0.0).any()
    return bool(run.p.finite_staff or priced or only_expected(run))


@gives(
    Metric(
        "wrong_days",
        "account-days",
        "count",
        "days wrongly suspended",
        "days that ordinary users spent suspended before the horizon, look-alikes among them; "
        "undefined with unlimited staff where no channel flags ordinary users",
        -1,
    )
)
def wrong_days(run: Run) -> float:
    """Account-days."""
    days = float(decided(run).days.sum()) + wrong_look_alikes(run).days
    return days if _known(run) else math.nan


@gives(
    Metric(
        "posting_lost",
        "account-days",
        "count",
        "posting lost by the wrongly suspended",
        "days wrongly suspended, and of the days after reinstatement the share by which those "
        "users post less (`review.appeals.posts_after`)",
        -1,
    )
)
def posting_lost(run: Run) -> float:
    """Account-days."""
    _, days, after = decided(run)
    alike = wrong_look_alikes(run)
    lost = float(days.sum()) + alike.days
    lost += (1.0 - run.p.posts_after) * (float(after.sum()) + alike.after)
    return lost if _known(run) else math.nan


@gives(
    Metric(
        "reinstatements",
        "accounts",
        "count",
        "reinstatements",
        "wrongly suspended ordinary users whose appeal succeeded before the horizon",
    )
)
def reinstatements(run: Run) -> float:
    """Accounts."""
    counted = float((decided(run).after > 0.0).sum()) + wrong_look_alikes(run).reinstated
    return counted if _known(run) else math.nan


@gives(
    Metric(
        "operators_reinstated",
        "accounts",
        "count",
        "accounts of the network reinstated",
        "suspended accounts of the network that an appeal brought back under their own names",
    )
)
def operators_reinstated(run: Run) -> float:
    """Accounts."""
    return float(run.reinstated.sum())


@gives(
    Metric(
        "appeals",
        "appeals",
        "count",
        "appeals",
        "appeals of ordinary users and of operators to a team that hears them",
        -1,
    )
)
def appeals(run: Run) -> float:
    """Appeals, open ones too; nan where no team hears them."""
    if not run.p.hears_appeals:
        return math.nan
    return float(run.records.cases["appeal"].sum() + run.records.open_cases["appeal"].sum())
