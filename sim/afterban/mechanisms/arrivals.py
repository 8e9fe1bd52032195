"""Arrivals: operators that are not there at the start and join a tier at a rate.

The newcomers of a tier are the points of a Poisson process in time and rate: each has a day and the
rate from which on it comes.  They are numbered by that rate, so that a higher rate only adds
newcomers, with higher numbers, and every draw of the others stays as it was.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from afterban.arithmetic import expm1
from afterban.mechanisms.clock import due
from afterban.mechanisms.detection import regime_at
from afterban.mechanisms.distributions import unit_exponential
from afterban.randomness import (
    ARRIVAL,
    ARRIVAL_NEIGHBOUR,
    WORLD_NEIGHBOUR,
    uniforms,
)

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

MANY: Final = 8.0  # times those who were there, from which on newcomers are less ready to follow


def days_of_arrivals(
    first: int, starts: Floats, rates: Floats, horizon: float, seed: int, replication: int
) -> Floats:
    """Day on which each newcomer makes its first account; inf for one that does not come.

    Newcomer number n of the k-th of K tiers is operator ``first + n K + k``.  A tier of low rates
    has numbers that nobody has, so that no other tier's rate changes who comes to it.

    first: number of the first of them.  starts: first day of each regime ``[R]``, the first one
    -inf.  rates: per day, ``[K, R]``.  Returns ``[N]``, N a multiple of K.
    """
    tiers = len(rates)
    most = np.empty(tiers)
    for k in range(tiers):
        most[k] = rates[k].max()
    guess = int(most.max() * horizon) if tiers else 0
    out = np.empty(tiers * (guess + 8 * int(math.sqrt(guess + 1.0)) + 8))
    mark = np.zeros(tiers)  # rate from which on the newcomer comes
    n = 0
    while tiers > 0:
        if (n + 1) * tiers > len(out):
            more = np.empty(2 * len(out))
            more[: len(out)] = out
            out = more
        more_to_come = False
        for k in range(tiers):
            number = n * tiers + k
            u, when = uniforms(seed, replication, ARRIVAL, first + number, 0, 0)
            mark[k] += unit_exponential(u) / horizon
            more_to_come |= mark[k] < most[k]
            day = due(0.0, when * horizon)
            comes = day < horizon and mark[k] < rates[k, regime_at(starts, day)]
            out[number] = day if comes else math.inf
        if not more_to_come:
            break
        n += 1
    return out[: n * tiers].copy()


def promoters_of_arrivals(
    arrivals: Floats,
    degree: Integers,
    weight: Floats,
    there: int,
    seed: int,
    replication: int,
) -> tuple[Integers, npt.NDArray[np.int32]]:
    """Who follows each newcomer and may promote it: those who were there, and other newcomers.

    Of those who were there it draws as many as its degree, in proportion to their weight.  Other
    newcomers follow it as readily as somebody of their weight did at the start, so that a network
    in which arrivals balance departures stays about as well linked as it was.  The readiness falls
    along their numbers, as 1 / (1 + x / MANY) where those of lower number have x times the weight
    of those who were there.  Both are drawn along the numbers, so that further newcomers change
    nobody's.

    arrivals: days of the newcomers, the last operators, inf for those who do not come.
    degree, weight: ``[N]`` of all operators.  there: those who were there at the start.
    Returns the start of each newcomer's promoters ``[arrivals + 1]``, and the promoters.
    """
    count = len(arrivals)
    first = len(weight) - count
    old = np.cumsum(weight[:there])
    whole = old[there - 1] if there > 0 else 0.0
    new = np.cumsum(weight[first:])
    start = np.zeros(count + 1, dtype=np.int64)
    promoters = np.empty(1024, dtype=np.int32)
    filled = 0
    for n in range(count):
        i = first + n
        if arrivals[n] < math.inf and whole > 0.0:
            for ordinal in range(degree[i]):
                u, _ = uniforms(seed, replication, WORLD_NEIGHBOUR, i, 0, ordinal)
                j = min(int(np.searchsorted(old, u * whole, side="right")), there - 1)
                promoters, filled = _put_in(promoters, start[n], filled, j)
            drawn = 0.0
            ordinal = 0
            while degree[i] > 0:
                u, _ = uniforms(seed, replication, ARRIVAL_NEIGHBOUR, i, 0, ordinal)
                drawn += unit_exponential(u) / degree[i]
                ordinal += 1
                at = MANY * whole * expm1(drawn / MANY)  # where so many are expected before
                if at >= new[count - 1]:
                    break
                j = int(np.searchsorted(new, at, side="right"))
                if j != n and arrivals[j] < math.inf:
                    promoters, filled = _put_in(promoters, start[n], filled, first + j)
        start[n + 1] = filled
    return start, promoters[:filled].copy()


def _put_in(
    promoters: npt.NDArray[np.int32], begin: int, filled: int, who: int
) -> tuple[npt.NDArray[np.int32], int]:
    """Add one to those from ``begin`` on, unless it is among them."""
    for k in range(begin, filled):
        if promoters[k] == who:
            return promoters, filled
    if filled == len(promoters):
        more = np.empty(2 * filled, dtype=np.int32)
        more[:filled] = promoters
        promoters = more
    promoters[filled] = who
    return promoters, filled + 1
