"""What is observed of the whole network at one moment, without touching it."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from afterban.mechanisms import state as s
from afterban.mechanisms.audience import NOTHING, Since, since

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

LIVE: Final = 0  # public accounts
ATTACHED_INSIDERS: Final = 1  # followers among insiders
ATTACHED_OUTSIDERS: Final = 2
INSIDER_IMPRESSIONS: Final = 3  # impressions of ordinary posts since the start
OUTSIDER_IMPRESSIONS: Final = 4
POSTS: Final = 5  # posts since the start
REBUILD_POSTS: Final = 6  # of these, spent on rebuilding
CREATED: Final = 7  # accounts made since the start
SUSPENDED: Final = 8  # accounts suspended since the start
UNDER_REVIEW: Final = 9  # accounts flagged and not yet decided on
ALL_OUTSIDER_IMPRESSIONS: Final = 10  # of all posts, those of rebuilding too, since the start
COLUMNS: Final = 11


def count_operator(
    row: Floats,
    more: Since,
    share: float,
    k: int,
    posts: float,
    time: float,
    view_probability: float,
    table: Floats,
) -> float:
    """Add an operator of tier ``k`` to ``table``; returns its outsider impressions so far.

    more: what has come to its account since the row's clock, see :func:`so_far`.  share: of its
    insiders, who are live (:mod:`afterban.mechanisms.liveshare`).
    """
    inside = row[s.SEEN_IN] + more.seen_in
    outside = row[s.SEEN_OUT] + more.seen_out
    effort = row[s.REBUILD_DAYS] + more.effort
    days = row[s.PUBLIC_DAYS]
    if row[s.PUBLIC] != 0.0:
        days += (1.0 + row[s.POSTS_CHANGE]) * (time - row[s.CLOCK])
        table[k, LIVE] += 1.0
        table[k, ATTACHED_INSIDERS] += share * (row[s.ATTACHED_IN] + more.found_in + more.new_in)
        table[k, ATTACHED_OUTSIDERS] += row[s.ATTACHED_OUT] + more.found_out + more.new_out
    rate = posts * view_probability
    table[k, INSIDER_IMPRESSIONS] += rate * inside
    table[k, OUTSIDER_IMPRESSIONS] += rate * outside
    table[k, ALL_OUTSIDER_IMPRESSIONS] += rate * (row[s.SHOWN_OUT] + more.shown_out)
    table[k, POSTS] += posts * days
    table[k, REBUILD_POSTS] += posts * effort
    return float(rate * outside)


def so_far(row: Floats, time: float, discover: Floats, rebuild: float) -> Since:
    """What has come to an operator's account from its row's clock to ``time``."""
    return since(row, time, discover, rebuild) if row[s.PUBLIC] != 0.0 else NOTHING


def take_census(
    time: float,
    rows: Floats,
    tier: Integers,
    posts: Floats,
    view_probability: float,
    discover: Floats,
    rebuild: float,
    table: Floats,
    seen: Floats,
) -> None:
    """Add up ``rows`` by tier.

    table: ``[K, COLUMNS]``, added to.  seen: ``[N]``, set to each operator's outsider impressions.
    """
    for i in range(len(tier)):
        more = so_far(rows[i], time, discover, rebuild)
        seen[i] = count_operator(
            rows[i], more, 1.0, tier[i], posts[i], time, view_probability, table
        )
