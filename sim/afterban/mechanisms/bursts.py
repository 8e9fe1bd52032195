"""Posting that bursts on dates: in a window the operators of a tier post so many times as much.

A burst multiplies a rate and nothing else, so between two changes every closed form stays what it
is.  On the day of a change each account is brought up to date at its old rate and goes on at its
new one; hazards that follow posts are piecewise constant, as under regimes of detection.

A history is a step function: ``starts`` ``[B]``, the first one -inf, and ``factors`` ``[B]``, above
0, each from its start on.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from afterban.mechanisms import state as s

Floats = npt.NDArray[np.float64]


def ordinary_days(starts: Floats, factors: Floats, begin: float, end: float) -> float:
    """Ordinary days of posting from one day to another: the integral of the factor, in days."""
    if len(starts) == 1:
        return float(factors[0] * (end - begin))
    days = 0.0
    for k in range(len(starts)):
        until = starts[k + 1] if k + 1 < len(starts) else math.inf
        since, to = max(begin, starts[k]), min(end, until)
        if to > since:
            days += factors[k] * (to - since)
    return days


def after_ordinary_days(starts: Floats, factors: Floats, begin: float, days: float) -> float:
    """The day by which so many ordinary days (0 or more) have been posted since ``begin``."""
    now = begin
    left = days
    for k in range(len(starts)):
        until = starts[k + 1] if k + 1 < len(starts) else math.inf
        if until <= now:
            continue
        needed = left / factors[k]
        if needed <= until - now:
            return float(now + needed)
        left -= factors[k] * (until - now)
        now = until
    return now


def change_pace(row: Floats, time: float, change: float) -> None:
    """From ``time``, the row's clock if it is public, on the operator posts at another rate.

    change: of the posting rate, relative to that of the first life on ordinary days.  Posts that
    still have to go into promoting others are as many as before, and take more or less time.
    """
    before, after = 1.0 + row[s.POSTS_CHANGE], 1.0 + change
    if row[s.PUBLIC] != 0.0 and row[s.BUSY_UNTIL] > time and after > 0.0:
        row[s.BUSY_UNTIL] = time + (row[s.BUSY_UNTIL] - time) * (before / after)
    row[s.POSTS_CHANGE] = change
