"""What the loss of reach is made of: days away, posts of rebuilding, followers that are missing.

Beside the world without enforcement an outsider impression is missing for one of three reasons.
The operator had no public account, and would have been seen by those who follow it there; or it
posted about an account, its own or another's, in place of something else; or, while it posted, it
had fewer followers than there.  The three add up to the whole loss (S16).

Checked by ``tests/analytic/test_losses.py``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from afterban.engines.records import Records
from afterban.metrics.kernels import follower_days_away, follower_days_spared
from afterban.metrics.metric import Metric
from afterban.metrics.reach import outsider_impressions, outsider_impressions_of_all_posts
from afterban.metrics.register import gives
from afterban.metrics.run import Floats, Integers, Run, once
from afterban.parameters import Parameters
from afterban.world import World, first_state

_TOO_SMALL = 1e-9  # a loss relative to the world without enforcement that is only rounding


@once
def _shares(run: Run) -> Floats:
    """:func:`shares_of_loss` of a run beside its twin."""
    seen = {
        "outsider_impressions": float(outsider_impressions(run)[0]),
        "outsider_impressions_of_all_posts": outsider_impressions_of_all_posts(run),
    }
    return shares_of_loss(seen, run.twin or {}, missed_while_away(run.p, run.world, run.records))


@gives(
    Metric(
        "loss_by_absence",
        "",
        "share",
        "loss of reach by absence",
        "share of the missing outsider impressions that operators would have made while they "
        "had no public account",
    ),
    Metric(
        "loss_by_rebuilding",
        "",
        "share",
        "loss of reach by rebuilding",
        "share of the missing outsider impressions for which a post re-announced or promoted",
    ),
    Metric(
        "loss_by_followers",
        "",
        "share",
        "loss of reach by followers",
        "share of the missing outsider impressions for which followers were missing",
    ),
    beside_twin=True,
)
def parts_of_the_loss(run: Run) -> dict[str, float]:
    """Shares that add up to 1; nan where nothing is missing."""
    absence, rebuilding, of_followers = _shares(run).tolist()
    return {
        "loss_by_absence": absence,
        "loss_by_rebuilding": rebuilding,
        "loss_by_followers": of_followers,
    }


@gives(
    Metric(
        "loss_of_the_most_seen",
        "",
        "share",
        "loss of reach of the most seen",
        "share of the missing outsider impressions that the hundredth of the operators who are "
        "seen most without enforcement would have made",
    ),
    beside_twin=True,
)
def loss_of_the_most_seen(run: Run) -> float:
    """A share; nan where nothing is missing."""
    if math.isnan(_shares(run)[0]):
        return math.nan
    return share_of_the_most_seen(run.p, run.world, run.records)


@gives(
    Metric(
        "lost_outsider_impressions",
        "impressions",
        "count",
        "lost outsider impressions",
        "outsider impressions that are missing beside the world without enforcement",
        +1,
        by_tier=True,
    ),
    beside_twin=True,
)
def lost_outsider_impressions(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    return run.of_twin("outsider_impressions", by_tier=True) - outsider_impressions(run)


def shares_of_loss(seen: Mapping[str, float], twin: Mapping[str, float], away: float) -> Floats:
    """Shares of the missing outsider impressions, ``[3]``: absence, rebuilding, followers.

    seen, twin: ``outsider_impressions`` and ``outsider_impressions_of_all_posts`` with enforcement
    and without.  away: :func:`missed_while_away`.  NaN where nothing is missing.
    """
    ordinary, everything = "outsider_impressions", "outsider_impressions_of_all_posts"
    loss = twin.get(ordinary, math.nan) - seen[ordinary]
    if not loss > _TOO_SMALL * twin.get(ordinary, math.nan):
        return np.full(3, math.nan)
    rebuilding = (
        seen[everything] - seen[ordinary] - (twin.get(everything, math.nan) - twin[ordinary])
    )
    return np.array([away, rebuilding, loss - away - rebuilding]) / loss


def missed_while_away(p: Parameters, world: World, records: Records) -> float:
    """Outsider impressions that operators without a public account would have made otherwise.

    In the evaluation period, from a suspension until the next account is public, or to the horizon;
    at the operator's own posting rate, bursts included, to those who would follow it if nobody was
    suspended.  New followers come as on the first day, also where counter-speech begins or ends
    later.
    """
    a = records.accounts
    return p.view_probability * follower_days_away(
        first_state(p, world),
        a["operator"],
        a["public_day"],
        a["suspended_day"],
        world.posts,
        *_evaluated(p, world),
    )


def _evaluated(
    p: Parameters, world: World
) -> tuple[Floats, float, float, Floats, Floats, Integers]:
    """What follower-days of the evaluation period hang on, but for the operators' own."""
    period = float(p.windows[0]), float(p.horizon)
    return p.discover, *period, p.burst_start, p.burst_factor, world.tier


def share_of_the_most_seen(p: Parameters, world: World, records: Records) -> float:
    """Share of the loss that the most seen hundredth of the operators (at least one) carry.

    Most seen in the world without enforcement.  NaN where nothing is missing.
    """
    expected = seen_if_spared(p, world, records)
    missing = expected - records.window_impressions.sum(axis=0)
    whole = float(missing.sum())
    if not whole > _TOO_SMALL * float(expected.sum()):
        return math.nan
    most = max(1, len(expected) // 100)
    return float(missing[np.argpartition(-expected, most - 1)[:most]].sum()) / whole


def seen_if_spared(p: Parameters, world: World, records: Records) -> Floats:
    """Outsider impressions of each operator in the evaluation period if nobody was suspended, [N].

    Without what promotions win and cost in that world.
    """
    a = records.accounts
    born = np.full(len(world.tier), math.nan)
    seen = ~np.isnan(a["public_day"])
    operator, public = a["operator"][seen][::-1], a["public_day"][seen][::-1]
    born[operator] = public  # the first account's stands
    days = follower_days_spared(
        first_state(p, world),
        born,
        *_evaluated(p, world),
    )
    return np.asarray(p.view_probability * world.posts * days)
