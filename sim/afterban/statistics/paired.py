"""Two arms, paired by replication."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special  # and not scipy.stats, which takes half a second to import

from afterban.statistics.estimate import Estimate
from afterban.statistics.intervals import mean_interval
from afterban.statistics.samples import FloatArray, check_level, pairs, t_quantile


def paired_difference(treated: ArrayLike, control: ArrayLike, level: float = 0.95) -> Estimate:
    """Mean of treated minus control over common replications, with Student's t interval.

    Args:
        treated: shape (n,), one number per replication.
        control: shape (n,), the same replications in the same order.
        level: confidence level.
    """
    x, y = pairs(treated, control, ("treated", "control"))
    plain = mean_interval(x - y, level)
    return Estimate(plain.value, plain.low, plain.high, plain.n, level, f"paired {plain.method}")


def paired_p_value(treated: ArrayLike, control: ArrayLike) -> float:
    """Two-sided p value of the paired t test of no difference; n must be 2 or more.

    Where all differences are the same number: 1 if that is zero, else 0.
    """
    x, y = pairs(treated, control, ("treated", "control"))
    if x.size < 2:
        raise ValueError("a test needs two replications or more")
    d = x - y
    spread = float(d.std(ddof=1))
    mean = float(d.mean())
    if spread == 0:
        return 1.0 if mean == 0 else 0.0
    return float(2 * special.stdtr(d.size - 1, -abs(mean) * math.sqrt(d.size) / spread))


def ratio_of_means(
    numerator: ArrayLike,
    denominator: ArrayLike,
    level: float = 0.95,
    method: Literal["fieller", "jackknife"] = "fieller",
) -> Estimate:
    """Ratio of two means over common replications, such as effective reach.

    The ratio of the means and not the mean of the ratios: a replication with a small denominator
    does not count more than others.

    Args:
        numerator: shape (n,), one number per replication.
        denominator: shape (n,), the same replications in the same order.
        level: confidence level.
        method: ``fieller``: the ratios r for which numerator - r * denominator could have mean zero
            by the t test (Fieller 1954, *J. R. Stat. Soc. B* 16:175); exact for normal pairs. These
            are unbounded where the mean of the denominator could be zero. ``jackknife``: leave one
            replication out, t interval on the pseudo-values.

    Returns:
        The estimate. Without an interval if n = 1; with one of no length if every replication has
        the same ratio. For ``jackknife`` the value is corrected for
        bias of order 1/n; for ``fieller`` it is the plain ratio.

    Raises:
        ZeroDivisionError: the mean of the denominator is zero.
    """
    check_level(level)
    x, y = pairs(numerator, denominator, ("numerator", "denominator"))
    n = int(x.size)
    mx, my = float(x.mean()), float(y.mean())
    if my == 0:
        raise ZeroDivisionError("the denominator has mean zero")
    ratio = mx / my
    if n < 2:
        return Estimate(ratio, math.nan, math.nan, n, level, "ratio, one replication: no interval")
    if np.abs(x - ratio * y).max() <= 1e-12 * np.abs(x).max():
        # Such as a policy that does nothing: however few the replications, nothing is uncertain.
        return Estimate(ratio, ratio, ratio, n, level, "ratio, the same in every replication")
    if method == "jackknife":
        rest = (n * my - y) / (n - 1)
        if (rest == 0).any():
            raise ZeroDivisionError("without one replication the denominator has mean zero")
        left_out = ((n * mx - x) / (n - 1)) / rest
        inner = mean_interval(n * ratio - (n - 1) * left_out, level)
        return Estimate(inner.value, inner.low, inner.high, n, level, "ratio of means, jackknife")
    if method != "fieller":
        raise ValueError(f"method is 'fieller' or 'jackknife', not {method!r}")
    t2n = t_quantile(level, n - 1) ** 2 / n
    sxx, syy = float(x.var(ddof=1)), float(y.var(ddof=1))
    sxy = float(((x - mx) * (y - my)).sum()) / (n - 1)
    # The interval is { r : a r^2 - 2 b r + c <= 0 }.
    a = my * my - t2n * syy
    b = mx * my - t2n * sxy
    c = mx * mx - t2n * sxx
    discriminant = b * b - a * c
    if a <= 0:
        # The denominator is not distinguishable from zero: the set is a line or has a hole.
        return Estimate(ratio, -math.inf, math.inf, n, level, "ratio of means, Fieller (unbounded)")
    root = math.sqrt(max(discriminant, 0.0))  # negative only by rounding, when a > 0
    return Estimate(ratio, (b - root) / a, (b + root) / a, n, level, "ratio of means, Fieller")


@dataclass(frozen=True, slots=True)
class Pairing:
    """What common random numbers saved.

    Attributes:
        factor: variance of the difference had the arms been independent, divided by its variance as
            paired. Above 1: pairing helped. Interval by jackknife of its logarithm.
        correlation: between the two arms, over replications; ``nan`` if an arm is constant.
        replications_saved: share of replications that pairing saves at equal precision,
            1 - 1/factor; negative if pairing hurt.
    """

    factor: Estimate
    correlation: float
    replications_saved: float


def _log_variance_factor(x: FloatArray, y: FloatArray) -> float:
    apart = float(x.var(ddof=1) + y.var(ddof=1))
    together = float((x - y).var(ddof=1))
    return math.log(apart / together) if together > 0 and apart > 0 else math.inf


def pairing_gain(treated: ArrayLike, control: ArrayLike, level: float = 0.95) -> Pairing:
    """Variance-reduction factor of pairing two arms by replication.

    Args:
        treated: shape (n,), one number per replication; n is 3 or more.
        control: shape (n,), the same replications in the same order.
        level: confidence level of the interval of the factor. It is approximate: hold it for
            reliable from about 20 replications on.

    Returns:
        The gain. If all differences are equal the factor is infinite, or 1 if the arms do not vary
        at all; both then without an interval.
    """
    check_level(level)
    x, y = pairs(treated, control, ("treated", "control"))
    n = int(x.size)
    if n < 3:
        raise ValueError("the gain of pairing needs three replications or more")
    sx, sy = float(x.std(ddof=1)), float(y.std(ddof=1))
    correlation = float(np.corrcoef(x, y)[0, 1]) if sx > 0 and sy > 0 else math.nan
    if sx == 0 and sy == 0:
        none = Estimate(1.0, math.nan, math.nan, n, level, "variance factor, constant arms")
        return Pairing(none, correlation, 0.0)
    whole = _log_variance_factor(x, y)
    keep = ~np.eye(n, dtype=bool)
    left_out = np.array([_log_variance_factor(x[k], y[k]) for k in keep])
    if math.isinf(whole) or np.isinf(left_out).any():
        value = math.exp(whole) if math.isfinite(whole) else math.inf
        factor = Estimate(value, math.nan, math.nan, n, level, "variance factor: no interval")
    else:
        spread = math.sqrt((n - 1) / n * float(((left_out - left_out.mean()) ** 2).sum()))
        half = t_quantile(level, n - 1) * spread
        factor = Estimate(
            math.exp(whole),
            math.exp(whole - half),
            math.exp(whole + half),
            n,
            level,
            "variance factor, jackknife of its logarithm",
        )
    saved = 1.0 if math.isinf(factor.value) else 1 - 1 / factor.value
    return Pairing(factor, correlation, saved)
