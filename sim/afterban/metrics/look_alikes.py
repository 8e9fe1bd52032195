"""Look-alikes: ordinary users whose new handles are near those of suspended accounts."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from afterban.mechanisms import detection, review
from afterban.mechanisms.distributions import quantile
from afterban.mechanisms.handles import texts
from afterban.mechanisms.matching import day_of, first_match, recall_from
from afterban.mechanisms.wrong_flags import BITS
from afterban.metrics.decisions import decided
from afterban.metrics.kernels import ordinary_handles, wrongly_suspended
from afterban.metrics.metric import Metric
from afterban.metrics.register import gives
from afterban.metrics.run import Floats, Run, mean, once
from afterban.randomness import LOOK_ALIKE, WRONG_SERVICE, uniforms_of_many


class Sampled(NamedTuple):
    """The sample of ordinary users whose handles a replication holds against suspended ones.

    day: from which on each is matched, inf if never ``[users]``.
    days: integral of the recall from then to the horizon ``[users]``.
    """

    day: Floats
    days: Floats


class Wrong(NamedTuple):
    """What wrong suspensions of look-alikes come to before the horizon, expected."""

    days: float  # account-days suspended
    after: float  # account-days from reinstatements to the horizon
    reinstated: float  # accounts


FOLLOWED = 8  # of the flags for which a user stands
NONE = Wrong(0.0, 0.0, 0.0)


def only_expected(run: Run) -> bool:
    """Whether there are look-alikes that are no cases, since staff is unlimited."""
    return bool(run.p.ordinary_signups > 0.0 and not run.p.finite_staff)


@once
def _sampled(run: Run) -> Sampled:
    p, a = run.p, run.records.accounts
    gone = a[run.suspended]
    gone = gone[np.argsort(gone["suspended_day"], kind="stable")]
    users = ordinary_handles(
        run.seed,
        run.replication,
        0,
        p.ordinary_sample,
        int(p.tier_count.sum()),
        p.ordinary_namesakes,
        p.ordinary_topic_names,
    )
    (first,) = first_match(texts(users), texts(gone["handle"]), [p.match_edits])
    day = np.append(gone["suspended_day"], math.inf)[first]
    recall = p.rate("handle_recall")[0]
    return Sampled(day, recall_from(day, p.regime_start, recall, p.horizon))


@once
def wrong_look_alikes(run: Run) -> Wrong:
    """What the review of look-alikes does wrong where they are no cases; nothing elsewhere.

    Each user of the sample stands for the flags that are expected on users like it.  Some of them
    are followed, with keyed draws: the day, how long until the decision, whether the user appeals
    and with what success.  So a million flags cost no more than the sample.
    """
    p = run.p
    recall = p.rate("handle_recall")[0]
    if not only_expected(run) or p.mistake == 0.0 or not (recall > 0.0).any():
        return NONE
    day, days = _sampled(run)
    users = np.repeat(np.flatnonzero(days > 0.0), FOLLOWED)
    when, number = _flags(run, users)
    flagged = day_of(day[users], when * days[users], p.regime_start, recall, p.horizon)
    decision = _decisions(run, flagged, number)
    known = decision < p.horizon
    users, number, decision = users[known], number[known], decision[known]
    lost, after = wrongly_suspended(
        decision,
        np.full(len(users), detection.HANDLE_MATCHED),
        number,
        np.full(len(users), math.inf),  # no team hears of it
        p.horizon,
        1.0,  # what a mistake comes to; how many there are is a factor
        p.appeal,
        p.appeal_success,
        False,
        p.reinstatement,
        np.zeros_like(p.action_delay),  # it is in the time to action, as with other flags
        0.0,
        run.seed,
        run.replication,
    )
    each = p.ordinary_signups / (p.ordinary_sample * FOLLOWED)
    stands_for = p.mistake * each * days[users]
    return Wrong(*(float(stands_for @ of) for of in (lost, after, after > 0.0)))


def _flags(run: Run, users: npt.NDArray[np.intp]) -> tuple[Floats, npt.NDArray[np.int64]]:
    """When among the expected flags on users like these one falls (0 to 1), and its number.

    users: each ``FOLLOWED`` times in a row, once for each stretch of equal weight.
    """
    ordinal = np.arange(len(users)) % FOLLOWED
    when, what = uniforms_of_many(run.seed, run.replication, LOOK_ALIKE, users, 0, ordinal)
    return (ordinal + when) / FOLLOWED, (what * (1 << BITS)).astype(np.int64)


def _decisions(run: Run, flagged: Floats, number: npt.NDArray[np.int64]) -> Floats:
    """Days on which unlimited staff decides on flags, each after its time to action."""
    p = run.p
    decision = np.empty(len(flagged))
    channel = detection.HANDLE_MATCHED
    _, drawn = uniforms_of_many(run.seed, run.replication, WRONG_SERVICE, channel, 0, number)
    for k, (day, u) in enumerate(zip(flagged.tolist(), drawn.tolist(), strict=True)):
        regime = detection.regime_at(p.regime_start, day)
        action = quantile(p.time_to_action[regime, review.ROUTINE], u)
        decision[k] = review.execution_day(day, action, p.wave_every)
    return decision


@gives(
    Metric(
        "handle_matched_share",
        "",
        "share",
        "successors found by their handle",
        "accounts of operators who came back that the handle match flagged",
        +1,
    )
)
def handle_matched_share(run: Run) -> float:
    """A share."""
    came_back = (run.accounts["life"] > 1) & (run.accounts["edit_distance"] > 0)
    return mean(run.accounts["channel"][came_back] == detection.HANDLE_MATCHED)


@gives(
    Metric(
        "look_alikes_flagged",
        "accounts",
        "count",
        "look-alikes flagged",
        "new accounts of ordinary users that the handle match flagged since the start: a count "
        "with a team, whose cases they are, and the expected number with unlimited staff",
        -1,
    ),
    Metric(
        "look_alikes_suspended",
        "accounts",
        "count",
        "look-alikes suspended",
        "those of them that a mistake of the review suspended",
        -1,
    ),
)
def look_alikes(run: Run) -> dict[str, float]:
    """Accounts."""
    p = run.p
    if p.ordinary_signups > 0.0 and p.finite_staff:  # they are among the cases, and counted
        mine = -1 - detection.HANDLE_MATCHED
        left = run.records.open_cases
        done, days, _ = decided(run)
        waiting = left[left["appeal"] == 0]["operator"] == mine
        flagged = float((done["operator"] == mine).sum() + waiting.sum())
        suspended = float((days[done["operator"] == mine] > 0.0).sum())
    else:
        flagged = look_alike_share(run) * p.ordinary_signups * p.horizon
        suspended = p.mistake * flagged
    return {"look_alikes_flagged": flagged, "look_alikes_suspended": suspended}


@gives(
    Metric(
        "look_alike_share",
        "",
        "share",
        "share of look-alikes",
        "share of ordinary users' new accounts that the handle match flags, expected",
        -1,
    )
)
def look_alike_share(run: Run) -> float:
    """A share, from a sample of ordinary handles against this run's suspended ones.

    An ordinary user's new account can be matched once a handle within the threshold is suspended,
    so what counts is the recall from that day on; accounts are made at a steady rate.
    """
    p = run.p
    if not p.ordinary_signups > 0.0:
        return math.nan
    if not (p.rate("handle_recall")[0] > 0.0).any():
        return 0.0
    return float(_sampled(run).days.mean()) / p.horizon
