"""Intervals of one sample: of a mean, a quantile, a share, one more replication."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy import special  # and not scipy.stats, which takes half a second to import

from afterban.statistics.estimate import Estimate
from afterban.statistics.samples import check_level, sample, t_quantile


def mean_interval(values: ArrayLike, level: float = 0.95) -> Estimate:
    """Mean over replications, with Student's t interval.

    Args:
        values: shape (n,), one number per replication, any unit.
        level: confidence level.

    Returns:
        The estimate; without an interval if n = 1.

    Assumes independent replications whose mean is close to normal.
    """
    check_level(level)
    x = sample(values)
    n = int(x.size)
    value = float(x.mean())
    if n < 2:
        return Estimate(value, math.nan, math.nan, n, level, "mean, one replication: no interval")
    half = t_quantile(level, n - 1) * float(x.std(ddof=1)) / math.sqrt(n)
    return Estimate(value, value - half, value + half, n, level, "mean, Student's t")


def prediction_interval(values: ArrayLike, level: float = 0.95, log: bool = False) -> Estimate:
    """Mean over replications, with the interval in which one further replication falls.

    mean ± t s √(1 + 1/n), with t of n - 1 degrees of freedom (Hahn & Meeker, *Statistical
    Intervals*, section on prediction intervals for a single future observation).

    Args:
        values: shape (n,), one number per replication, any unit.
        level: share of further replications that fall within.
        log: take the interval of the logarithms, for positive values that differ by factors.

    Returns:
        The estimate; without an interval if n = 1.

    Raises ValueError for the logarithm of a value that is not positive.
    Assumes independent replications that (or whose logarithms) are themselves close to normal, not
    only their mean.
    """
    check_level(level)
    x = sample(values)
    n = int(x.size)
    value = float(x.mean())
    if n < 2:
        return Estimate(value, math.nan, math.nan, n, level, "mean, one replication: no interval")
    if log and x.min() <= 0:
        raise ValueError("a logarithm needs positive values")
    y = np.log(x) if log else x
    centre, half = float(y.mean()), float(y.std(ddof=1)) * math.sqrt(1 + 1 / n)
    half *= t_quantile(level, n - 1)
    low, high = centre - half, centre + half
    if log:
        low, high = math.exp(low), math.exp(high)
    return Estimate(value, low, high, n, level, "one more replication, Student's t")


def quantile_interval(values: ArrayLike, q: float, level: float = 0.95) -> Estimate:
    """Quantile over replications, with an interval between two order statistics.

    The number of values below the true quantile is binomial, whatever the distribution; so the
    interval holds its level or more for every continuous distribution (David & Nagaraja, *Order
    Statistics*, section on distribution-free intervals for quantiles).

    Args:
        values: shape (n,), any unit.
        q: which quantile, above 0 and below 1.
        level: least coverage of the interval.

    Returns:
        The estimate (linear interpolation between order statistics). An end that no order statistic
        can give at this level is infinite: with n = 5 there is no 95 % interval for a median.
    """
    check_level(level)
    if not 0 < q < 1:
        raise ValueError(f"q lies between 0 and 1, not {q!r}")
    x = np.sort(sample(values))
    n = int(x.size)
    tail = (1 - level) / 2
    below = special.bdtr(np.arange(n + 1), n, q)  # below[i] = P(at most i values below)
    # low = x_(l): misses if fewer than l values lie below; the largest l with P <= tail.
    l_index = int(np.searchsorted(below, tail, side="right"))
    # high = x_(u): misses if u or more values lie below; the smallest u with P <= tail.
    u_index = int(np.searchsorted(below, 1 - tail, side="left")) + 1
    low = float(x[l_index - 1]) if l_index >= 1 else -math.inf
    high = float(x[u_index - 1]) if u_index <= n else math.inf
    value = float(np.quantile(x, q))
    return Estimate(value, low, high, n, level, f"quantile {q:g}, order statistics")


def median_interval(values: ArrayLike, level: float = 0.95) -> Estimate:
    """Median over replications; see :func:`quantile_interval`."""
    return quantile_interval(values, 0.5, level)


def wilson_interval(successes: float, trials: int, level: float = 0.95) -> Estimate:
    """Share of successes, with Wilson's score interval.

    Wilson (1927), *J. Am. Stat. Assoc.* 22:209. Stays within 0 and 1 and is useful at 0 successes,
    where the textbook interval has no length.

    Args:
        successes: from 0 to `trials`; a tie may count as a part of one.
        trials: 1 or more, independent.
        level: confidence level.
    """
    check_level(level)
    if trials < 1 or not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes in {trials} trials is not possible")
    z = float(special.ndtri(0.5 + level / 2))
    p = successes / trials
    scale = 1 + z * z / trials
    centre = (p + z * z / (2 * trials)) / scale
    half = z * math.sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials)) / scale
    # At 0 and at all successes one end is exact; rounding must not push it past the value.
    low = 0.0 if successes == 0 else centre - half
    high = 1.0 if successes == trials else centre + half
    return Estimate(p, low, high, trials, level, "proportion, Wilson score")
