"""The exact clock: calendar times are whole microseconds, held as days.

A day is a float, and sums of day fractions carry rounding errors: 24 cases of 20 minutes end a hair
before an eight-hour shift does, so that a 25th would begin.  So whatever is due a while after an
event is put on the clock by :func:`due`: a sum within its rounding error of a whole microsecond is
that microsecond, the very number to which a date, the end of a shift, a wave or the horizon is
turned by :func:`on_the_clock`.  Continuous times, which tie with nothing, stay as they are.

Exact up to the longest horizon of a scenario, a hundred years, but for sums in its last decade
(the floats of those days are a microsecond apart).  Test: ``tests/unit/test_model_clock.py``.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from afterban.mechanisms.distributions import quantile

Floats = npt.NDArray[np.float64]

MICROSECONDS: Final = 86_400e6  # of a day
_NOISE: Final = 2.0**-50  # rounding error of a sum of two days and its terms, relative


def on_the_clock(day: float) -> float:
    """The whole microsecond nearest to ``day`` (days, finite, 0 or more), in days.

    The same microsecond is always the same number: the quotient of two whole numbers, rounded once,
    as a duration that is read from a scenario is.
    """
    whole = math.floor(day)
    fraction = math.floor((day - whole) * MICROSECONDS + 0.5)
    return (whole * MICROSECONDS + fraction) / MICROSECONDS


def due(now: float, duration: float) -> float:
    """Day that comes ``duration`` (days, 0 or more, inf for never) after ``now``."""
    day = now + duration
    if duration == 0.0 or not day < math.inf:
        return day
    exact = on_the_clock(day)
    # Not before now, which may lie that hair behind the microsecond.
    if abs(exact - day) <= _NOISE * max(day, 1.0):
        return max(exact, now)
    return day


def day_drawn(now: float, law: Floats, u: float) -> float:
    """Day that comes a while after ``now``, of which ``law`` is the distribution in days.

    u: its draw, in (0, 1).
    """
    return due(now, quantile(law, u))
