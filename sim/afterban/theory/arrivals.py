"""Operators who arrive from outside and give up: how many are there."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from afterban.theory import check
from afterban.theory.check import FloatArray


def arrivals_live(rate: float, mean_life: float, returns: float) -> float:
    """Operators with a live account in the long run, where arrivals balance those who give up.

    An operator makes a geometric number of accounts, 1/(1 - p) on average, and each lives E[life]:
    L = rate x E[life] / (1 - p), for any laws of life and gap and for lives that differ between
    operators (Little's law). With Poisson arrivals and operators that do not touch each other the
    number is Poisson with that mean (M/G/infinity queue; Ross, *Introduction to Probability
    Models*).

    Args:
        rate: new operators per day, 0 or more.
        mean_life: E[life], days, above 0; over operators, if they differ.
        returns: p, probability of return after each suspension, below 1.

    Raises:
        ValueError: an argument out of its range; with p = 1 nobody ever leaves.
    """
    check.not_negative(rate=rate)
    check.positive(mean_life=mean_life)
    check.below_one(returns)
    return rate * mean_life / (1.0 - returns)


def arrivals_between_accounts(rate: float, mean_gap: float, returns: float) -> float:
    """Operators who wait for their next account in the long run: rate x p E[gap] / (1 - p).

    Each has p/(1 - p) gaps on average, one fewer than accounts (Little's law).

    Args:
        rate: new operators per day, 0 or more.
        mean_gap: E[gap] from a suspension to the next account, days, 0 or more.
        returns: p, below 1.
    """
    check.not_negative(rate=rate, mean_gap=mean_gap)
    check.below_one(returns)
    return rate * returns * mean_gap / (1.0 - returns)


def arrivals_live_through_time(
    times: ArrayLike,
    start: float,
    rate: float,
    life_rate: float,
    gap_rate: float,
    returns: float,
) -> FloatArray:
    """Expected operators with a live account at some times, from ``start`` of them at time 0.

    Lives and gaps exponential. With L live and B between accounts, dL/dt = r - l L + g B and
    dB/dt = p l L - g B. The matrix has the eigenvalues -(l + g)/2 +- root, with
    root^2 = (l + g)^2/4 - l g (1 - p), which is not negative; derivation here.

    Args:
        times: days, 0 or more.
        start: L at time 0; B is 0 then.
        rate: r, new operators per day.
        life_rate: l, per day, above 0.
        gap_rate: g, per day, above 0.
        returns: p, below 1.
    """
    check.not_negative(start=start, rate=rate)
    check.positive(life_rate=life_rate, gap_rate=gap_rate)
    check.below_one(returns)
    t = check.array(times)
    level = arrivals_live(rate, 1.0 / life_rate, returns)
    waiting = arrivals_between_accounts(rate, 1.0 / gap_rate, returns)
    live, between = start - level, -waiting
    middle = (life_rate + gap_rate) / 2.0
    root = math.sqrt(max(middle**2 - life_rate * gap_rate * (1.0 - returns), 0.0))
    # exp(Mt) = exp(-middle t) (cosh(root t) 1 + sinh(root t)/root (M + middle 1)), M as above.
    slope = (middle - life_rate) * live + gap_rate * between
    slow, fast = np.exp((root - middle) * t), np.exp(-(root + middle) * t)
    rise = t * np.exp(-middle * t) if root == 0.0 else (slow - fast) / (2.0 * root)
    found: FloatArray = level + (slow + fast) / 2.0 * live + rise * slope
    return found
