"""Look-alikes: ordinary users whose new handles are near those of suspended accounts."""

from __future__ import annotations

import math

import numpy as np

from afterban.mechanisms import detection
from afterban.mechanisms.handles import ordinary_handles, texts
from afterban.mechanisms.matching import first_match, recall_from
from afterban.metrics.decisions import decided
from afterban.metrics.metric import Metric
from afterban.metrics.register import gives
from afterban.metrics.run import Run, mean


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
    p, a = run.p, run.records.accounts
    if not p.ordinary_signups > 0.0:
        return math.nan
    recall = p.rate("handle_recall")[0]
    if not (recall > 0.0).any():
        return 0.0
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
    days = recall_from(day, p.regime_start, recall, p.horizon)
    return float(days.mean()) / p.horizon
