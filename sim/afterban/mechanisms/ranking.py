"""Ranking with what is known: what a table of observed accounts has of each.

A table of ``m`` readings of equal length is the mean over its window: of a reading of impressions
it has those since the reading before, a day; of followers and links those at the reading.  An
account has nothing in it of the time before it was there, and nothing at all before the first
reading after it went public.  Without readings (a window of 0) it is the truth of the moment.
At the start the window before it is taken to have been like the start.

Rule by rule: ``engines/reference/ranking.py`` and ``engines/rankings.py``.
Checked by ``tests/unit/test_model_ranking.py`` and ``tests/engines/test_rankings.py``.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from afterban.arithmetic import exp
from afterban.mechanisms import state as s
from afterban.mechanisms.audience import followers_at
from afterban.mechanisms.census import so_far
from afterban.mechanisms.distributions import normal_quantile
from afterban.randomness import OBSERVED, uniforms

Floats = npt.NDArray[np.float64]

IMPRESSIONS: Final = 0
FOLLOWERS: Final = 1
LINKS: Final = 2
GIVEN: Final = 3  # an order from outside the run: the best after the fact


def value_now(
    what: int,
    row: Floats,
    time: float,
    discover: Floats,
    live_share: float,
    posts: float,
    links: int,
) -> float:
    """What is true of a public account at a moment.

    Impressions a day on outsiders are told as if every follower saw every post: the probability of
    a view, one for all, changes no order.  Followers are people, links accounts.
    posts: a day, of ordinary days in the first life.  live_share: of the insiders.
    """
    if what == LINKS:
        return float(links)
    inside, outside = followers_at(row, time, discover)
    if what == FOLLOWERS:
        return live_share * inside + outside
    return float(posts * (1.0 + row[s.POSTS_CHANGE]) * outside)


def seen_so_far(row: Floats, time: float, discover: Floats, rebuild: float, posts: float) -> float:
    """Impressions on outsiders of all accounts of an operator until now, as in ``value_now``."""
    more = so_far(row, time, discover, rebuild)
    return float(posts * (row[s.SEEN_OUT] + more.seen_out))


def with_error(
    value: float,
    error: float,
    operator: int,
    life: int,
    window: int,
    seed: int,
    replication: int,
) -> float:
    """An observation: ``value`` times a lognormal factor of median 1 and sigma ``error``.

    One draw for each account and window, by the window's number, whatever is observed.
    """
    if error == 0.0 or value == 0.0:
        return value
    u, _ = uniforms(seed, replication, OBSERVED, operator, life, window)
    return value * exp(error * normal_quantile(u))


def window_number(time: float, taken: int, back: int) -> int:
    """Number of the window whose errors an observation has: as long as it, or a day without one.

    taken: readings so far.  back: of them in a window.
    """
    return taken // back if back > 0 else math.floor(time)
