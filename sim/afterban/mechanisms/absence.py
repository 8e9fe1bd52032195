"""Days on which followers would have seen an account: what is missed while it is away.

Followers of the world without enforcement, of an operator's own account from its first public day
on; new ones come as on the first day, also where counter-speech begins or ends later.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from afterban.mechanisms import state as s
from afterban.mechanisms.audience import joined_days

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def follower_days_spared(
    rows: Floats,
    born: Floats,
    discover: Floats,
    first: float,
    horizon: float,
    starts: Floats,
    factors: Floats,
    tier: Integers,
) -> Floats:
    """Outsider follower-days of each operator if nobody was suspended, ``[N]``.

    rows: of the operators at the start.  born: day on which each is first public, NaN if never.
    discover: per day ``[2]``.  first, horizon: days from and to which they are counted.
    starts, factors: of :mod:`afterban.mechanisms.bursts`, ``[B]`` and ``[K, B]``.  tier: ``[N]``.
    """
    days = np.zeros(len(rows))
    for i in range(len(rows)):
        if not math.isnan(born[i]):
            own = factors[tier[i]]
            since = max(born[i], first)
            days[i] = _days_posted(rows[i], born[i], since, horizon, discover, first, starts, own)
    return days


def follower_days_away(
    rows: Floats,
    operator: npt.NDArray[np.int32],
    public: Floats,
    suspended: Floats,
    posts: Floats,
    discover: Floats,
    first: float,
    horizon: float,
    starts: Floats,
    factors: Floats,
    tier: Integers,
) -> float:
    """Outsider follower-days of the absences, each weighted with posts per day, added up.

    operator, public, suspended: of the account table, in its order; NaN for a day that is none.
    posts: per day, ``[N]``.  The rest as in :func:`follower_days_spared`.
    """
    total = 0.0
    born = math.nan  # day on which the operator's first account became public
    since = math.nan  # day from which it is away
    for k in range(len(operator)):
        i = operator[k]
        if k == 0 or operator[k - 1] != i:
            born, since = math.nan, math.nan
        if math.isnan(born):
            born = public[k]
        if math.isnan(born):  # not seen so far
            continue
        if not math.isnan(since) and not math.isnan(public[k]):
            own = factors[tier[i]]
            total += posts[i] * _days_posted(
                rows[i], born, since, public[k], discover, first, starts, own
            )
            since = math.nan
        if not math.isnan(suspended[k]) and math.isnan(since):
            since = suspended[k]
        last = k + 1 == len(operator) or operator[k + 1] != i
        if last and not math.isnan(since):
            own = factors[tier[i]]
            total += posts[i] * _days_posted(
                rows[i], born, since, horizon, discover, first, starts, own
            )
    return total


def _days_posted(
    row: Floats,
    born: float,
    start: float,
    end: float,
    discover: Floats,
    first: float,
    starts: Floats,
    factors: Floats,
) -> float:
    """:func:`days_between`, each day with its factor of :mod:`afterban.mechanisms.bursts`."""
    days = 0.0
    for k in range(len(starts)):
        until = starts[k + 1] if k + 1 < len(starts) else math.inf
        since, to = max(start, starts[k]), min(end, until)
        if to > since:
            days += factors[k] * days_between(row, born, since, to, discover, first)
    return days


def days_between(
    row: Floats, born: float, start: float, end: float, discover: Floats, first: float
) -> float:
    """Outsider follower-days from one day to another of an account that was never suspended."""
    start = max(start, first)
    if end <= start:
        return 0.0
    detached, untouched = row[s.DETACHED_OUT], row[s.UNTOUCHED_OUT]
    again, forget = row[s.REFOLLOW_OUT], row[s.FORGET_OUT]
    until, more = joined_days(detached, untouched, again, forget, discover[1], end - born)
    before, fewer = joined_days(detached, untouched, again, forget, discover[1], start - born)
    days: float = row[s.ATTACHED_OUT] * (end - start) + (until - before) + (more - fewer)
    return days
