"""Tables of observed accounts, as the compiled engine keeps them.

The rule of :mod:`afterban.engines.reference.ranking` a second time: a ring of readings for all
operators, in which a new account begins with zeros.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from afterban.jit import compiled
from afterban.mechanisms import liveshare, ranking
from afterban.mechanisms import state as s
from afterban.parameters import Parameters

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Table = npt.NDArray[Any]


class Tables(NamedTuple):
    """Tables 0 to T - 1, each with its readings in rows ``first[t]`` to ``first[t + 1] - 1``."""

    what: Integers  # [T]
    every: Floats  # [T], days between readings
    back: Integers  # [T], readings in a window
    day: Floats  # [readings]
    of: Integers  # [readings], table that is brought up to date
    of_pulse: Integers  # table of each campaign, -1 for none
    error: Floats  # of each campaign
    first: Integers  # [T + 1]
    ring: Floats  # [rows, N]
    taken: Integers  # [T], readings so far
    life: Integers  # [T, N], of the account that the readings are of, 0 for none
    seen: Floats  # [T, N], impressions until the last reading
    mean: Floats  # [T, N], over the window
    given: Floats  # [N] or [0]


def planned(p: Parameters, n: int) -> Tables:
    """The tables before the first reading, still empty."""
    count = len(p.rank_what)
    first = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(p.rank_back)))
    return Tables(
        p.rank_what,
        p.rank_every,
        p.rank_back,
        p.rank_day,
        p.rank_table,
        p.pulse_table,
        p.pulse_error,
        first,
        np.zeros((int(first[-1]), n)),
        np.zeros(count, dtype=np.int64),
        np.zeros((count, n), dtype=np.int64),
        np.zeros((count, n)),
        np.zeros((count, n)),
        p.given_ranking,
    )


@compiled
def begin(
    tables: Tables,
    rows: Floats,
    posts: Floats,
    links: Integers,
    place: Integers,
    discover: Floats,
    shares: liveshare.Shares,
) -> None:
    """The window before the start was like the start."""
    for t in range(len(tables.what)):
        for i in range(len(posts) if tables.back[t] > 0 else 0):
            if rows[i, s.PUBLIC] != 0.0:
                live = liveshare.share_now(shares, place[i])
                value = ranking.value_now(
                    tables.what[t], rows[i], 0.0, discover, live, posts[i], links[i]
                )
                tables.life[t, i] = 1
                for k in range(tables.first[t], tables.first[t + 1]):
                    tables.ring[k, i] = value
        _average(tables, t)


@compiled
def read(
    tables: Tables,
    number: int,
    now: float,
    p: Any,
    rows: Floats,
    life: Integers,
    posts: Floats,
    links: Integers,
    place: Integers,
    shares: liveshare.Shares,
) -> None:
    """Bring a table up to date: the newest reading takes the place of the oldest."""
    t = tables.of[number]
    what = tables.what[t]
    slot = tables.first[t] + tables.taken[t] % tables.back[t]
    for i in range(len(posts)):
        value = 0.0
        seen = 0.0
        if what == ranking.IMPRESSIONS:
            seen = ranking.seen_so_far(rows[i], now, p["discover"], p["rebuild_share"], posts[i])
        if rows[i, s.PUBLIC] == 0.0 or tables.life[t, i] != life[i]:
            for k in range(tables.first[t], tables.first[t + 1]):
                tables.ring[k, i] = 0.0
        elif what == ranking.IMPRESSIONS:
            value = (seen - tables.seen[t, i]) / tables.every[t]
        if rows[i, s.PUBLIC] != 0.0 and what != ranking.IMPRESSIONS:
            live = liveshare.share_now(shares, place[i])
            value = ranking.value_now(what, rows[i], now, p["discover"], live, posts[i], links[i])
        tables.life[t, i] = life[i] if rows[i, s.PUBLIC] != 0.0 else 0
        tables.seen[t, i] = seen
        tables.ring[slot, i] = value
    tables.taken[t] += 1
    _average(tables, t)


@compiled
def _average(tables: Tables, t: int) -> None:
    """Means over the window, the oldest reading first."""
    back = tables.back[t]
    if back == 0:
        return
    tables.mean[t] = 0.0
    for k in range(back):
        row = tables.first[t] + (tables.taken[t] + k) % back
        for i in range(tables.mean.shape[1]):
            tables.mean[t, i] += tables.ring[row, i]
    for i in range(tables.mean.shape[1]):
        tables.mean[t, i] /= back


@compiled
def observed(
    tables: Tables,
    t: int,
    error: float,
    now: float,
    p: Any,
    row: Floats,
    i: int,
    life: int,
    posts: float,
    links: int,
    live_share: float,
) -> float:
    """What is known of the account of operator ``i``, error included; 0 for none in public."""
    what = tables.what[t]
    if what == ranking.GIVEN:
        return float(tables.given[i])
    back = tables.back[t]
    if row[s.PUBLIC] == 0.0:
        return 0.0
    if back == 0:
        value = ranking.value_now(what, row, now, p["discover"], live_share, posts, links)
        window = int(now)
    else:
        value = tables.mean[t, i] if tables.life[t, i] == life else 0.0
        window = tables.taken[t] // back
    return ranking.with_error(value, error, i, life, window, p["seed"], p["replication"])


@compiled
def all_observed(
    tables: Tables,
    pulse: int,
    now: float,
    p: Any,
    rows: Floats,
    life: Integers,
    posts: Floats,
    links: Integers,
    place: Integers,
    shares: liveshare.Shares,
) -> Floats:
    """What a campaign goes by, ``[N]``."""
    values = np.empty(len(posts))
    for i in range(len(posts)):
        values[i] = observed(
            tables,
            tables.of_pulse[pulse],
            tables.error[pulse],
            now,
            p,
            rows[i],
            i,
            life[i],
            posts[i],
            links[i],
            liveshare.share_now(shares, place[i]),
        )
    return values
