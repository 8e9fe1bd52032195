"""Flags on ordinary users: how many a channel raises and when, nested across rates.

A channel that flags all the time does so at a rate r(t), a step function.  Layer j is a keyed
Poisson process that covers the rates from :func:`_bottom` (j) up to the next layer's: each point
has a mark, uniform over the layer, and counts where the mark is under r.  So the flags at a lower
rate are among those at a higher one, and a rate that changes on a date changes nothing before it.
A channel that acts once draws a number from a keyed uniform; a larger mean never makes it smaller.

Test: ``tests/analytic/test_price.py``.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from afterban.arithmetic import exp, log
from afterban.mechanisms.detection import regime_at
from afterban.mechanisms.distributions import unit_exponential
from afterban.randomness import WRONG_FLAG, uniforms

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

BITS: Final = 29  # of the number of a flag, which with its channel is the key of its draws
_LOW: Final = (1 << BITS) - 1
PLACE: Final = 24  # bits of these for a point's place in its layer
_FAR: Final = 12.0  # standard deviations from the mean at which a sum begins: under 1e-30 lie below


def _bottom(layer: int) -> float:
    """Lowest rate (per day) that a layer covers: 0, 1, 2, 4, 8, ..."""
    return 0.0 if layer == 0 else math.ldexp(1.0, layer - 1)


def points(
    channel: int, starts: Floats, rates: Floats, horizon: float, seed: int, replication: int
) -> tuple[Floats, Integers]:
    """Days and numbers of a channel's flags before ``horizon`` (days), layer by layer.

    starts, rates: of the regimes ``[R]``; flags per day from each start on, 0 or more, finite.
    """
    highest = rates.max()
    room = 1024
    day = np.empty(room)
    number = np.empty(room, dtype=np.int64)
    found = 0
    layer = 0
    while _bottom(layer) < highest:
        low = _bottom(layer)
        width = _bottom(layer + 1) - low
        now = 0.0
        place = 0
        while True:
            u, mark = uniforms(seed, replication, WRONG_FLAG, channel, layer, place)
            now += unit_exponential(u) / width
            if now >= horizon:
                break
            if low + mark * width < rates[regime_at(starts, now)]:
                if found == room:
                    room *= 2
                    more_days = np.empty(room)
                    more_days[:found] = day
                    day = more_days
                    more_numbers = np.empty(room, dtype=np.int64)
                    more_numbers[:found] = number
                    number = more_numbers
                day[found] = now
                number[found] = ((layer << PLACE) | (place & ((1 << PLACE) - 1))) & _LOW
                found += 1
            place += 1
        layer += 1
    return day[:found], number[:found]


def _log_factorial(n: int) -> float:
    """log(n!): by a sum for a few, by Stirling's series for more (relative error under 1e-15)."""
    if n < 20:
        total = 0.0
        for k in range(2, n + 1):
            total += log(float(k))
        return total
    x = float(n)
    s = 1.0 / (x * x)
    return (
        (x + 0.5) * log(x)
        - x
        + 0.91893853320467274178
        + (1.0 / 12.0 - s * (1.0 / 360.0 - s * (1.0 / 1260.0 - s / 1680.0))) / x
    )


def how_many(u: float, mean: float) -> int:
    """Quantile ``u`` of a Poisson number; it never falls as ``mean`` (0 or more, finite) grows."""
    if mean <= 0.0:
        return 0
    n = max(math.floor(mean - _FAR * math.sqrt(mean)), 0)
    part = exp(n * log(mean) - mean - _log_factorial(n))
    below = part
    end = mean + _FAR * math.sqrt(mean) + 40.0
    while below <= u and n < end:
        n += 1
        part *= mean / n
        below += part
    return int(n)


def of_act(
    mean: float,
    decision: int,
    operator: int,
    life: int,
    ordinal: int,
    seed: int,
    replication: int,
) -> tuple[int, int]:
    """How many flags on ordinary users one act of a channel raises, and the first one's number."""
    u, v = uniforms(seed, replication, decision, operator, life, ordinal)
    return how_many(u, mean), int(v * (1 << BITS))


def numbered(first: int, k: int) -> int:
    """Number of the flag that comes ``k`` after an act's first one."""
    return (first + k) & _LOW
