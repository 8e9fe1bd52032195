"""Estimates with intervals from replications, and survival curves from censored lives.

Uses numpy and scipy only and knows nothing of the model, so that a check never shares code with
what it checks. Nothing here draws random numbers: the same sample gives the same interval on every
machine. Every function refuses empty samples and values that are not finite.

Checked by ``tests/unit/test_statistics.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special  # and not scipy.stats, which takes half a second to import

__all__ = [
    "Estimate",
    "Pairing",
    "Stopping",
    "SurvivalCurve",
    "bonferroni_level",
    "compare_with_control",
    "holm_adjusted",
    "kaplan_meier",
    "mean_interval",
    "median_interval",
    "paired_difference",
    "paired_p_value",
    "pairing_gain",
    "quantile_interval",
    "ratio_of_means",
    "replications_needed",
    "run_until_precise",
    "should_stop",
    "wilson_interval",
]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its uncertainty, never one without the other.

    Attributes:
        value: point estimate, in the unit of the sample.
        low: lower end of the interval; ``nan`` if no interval can be given, ``-inf`` if unbounded.
        high: upper end, likewise.
        n: how many independent observations (usually replications) it rests on.
        level: confidence level of the interval, between 0 and 1.
        method: how the interval was made, in words.
    """

    value: float
    low: float
    high: float
    n: int
    level: float
    method: str

    @property
    def half_width(self) -> float:
        """Half the length of the interval; ``inf`` if unbounded, ``nan`` if there is none."""
        return (self.high - self.low) / 2

    def contains(self, x: float) -> bool:
        """Whether `x` lies in the interval; never true if there is no interval."""
        return self.low <= x <= self.high

    def __str__(self) -> str:
        if math.isnan(self.low):
            return f"{self.value:.4g} (n = {self.n}, no interval)"
        return (
            f"{self.value:.4g} [{self.low:.4g}, {self.high:.4g}] (n = {self.n}, {self.level:.0%})"
        )


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not {level!r}")


def _sample(values: ArrayLike, name: str = "values") -> FloatArray:
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 1:
        raise ValueError(f"{name}: one number per replication is needed, got shape {x.shape}")
    if x.size == 0:
        raise ValueError(f"{name}: the sample is empty")
    if not np.isfinite(x).all():
        raise ValueError(f"{name}: not every number is finite")
    return x


def _pairs(a: ArrayLike, b: ArrayLike, names: tuple[str, str]) -> tuple[FloatArray, FloatArray]:
    x, y = _sample(a, names[0]), _sample(b, names[1])
    if x.size != y.size:
        raise ValueError(
            f"{names[0]} and {names[1]} must come from the same replications, "
            f"got {x.size} and {y.size}"
        )
    return x, y


def _t_quantile(level: float, df: float) -> float:
    return float(special.stdtrit(df, 0.5 + level / 2))


# --- one sample -----------------------------------------------------------------------------------


def mean_interval(values: ArrayLike, level: float = 0.95) -> Estimate:
    """Mean over replications, with Student's t interval.

    Args:
        values: shape (n,), one number per replication, any unit.
        level: confidence level.

    Returns:
        The estimate; without an interval if n = 1.

    Assumes independent replications whose mean is close to normal.
    """
    _check_level(level)
    x = _sample(values)
    n = int(x.size)
    value = float(x.mean())
    if n < 2:
        return Estimate(value, math.nan, math.nan, n, level, "mean, one replication: no interval")
    half = _t_quantile(level, n - 1) * float(x.std(ddof=1)) / math.sqrt(n)
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
    _check_level(level)
    x = _sample(values)
    n = int(x.size)
    value = float(x.mean())
    if n < 2:
        return Estimate(value, math.nan, math.nan, n, level, "mean, one replication: no interval")
    if log and x.min() <= 0:
        raise ValueError("a logarithm needs positive values")
    y = np.log(x) if log else x
    centre, half = float(y.mean()), float(y.std(ddof=1)) * math.sqrt(1 + 1 / n)
    half *= _t_quantile(level, n - 1)
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
    _check_level(level)
    if not 0 < q < 1:
        raise ValueError(f"q lies between 0 and 1, not {q!r}")
    x = np.sort(_sample(values))
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


def wilson_interval(successes: int, trials: int, level: float = 0.95) -> Estimate:
    """Share of successes, with Wilson's score interval.

    Wilson (1927), *J. Am. Stat. Assoc.* 22:209. Stays within 0 and 1 and is useful at 0 successes,
    where the textbook interval has no length.

    Args:
        successes: from 0 to `trials`.
        trials: 1 or more, independent.
        level: confidence level.
    """
    _check_level(level)
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


# --- two arms, paired by replication --------------------------------------------------------------


def paired_difference(treated: ArrayLike, control: ArrayLike, level: float = 0.95) -> Estimate:
    """Mean of treated minus control over common replications, with Student's t interval.

    Args:
        treated: shape (n,), one number per replication.
        control: shape (n,), the same replications in the same order.
        level: confidence level.
    """
    x, y = _pairs(treated, control, ("treated", "control"))
    plain = mean_interval(x - y, level)
    return Estimate(plain.value, plain.low, plain.high, plain.n, level, f"paired {plain.method}")


def paired_p_value(treated: ArrayLike, control: ArrayLike) -> float:
    """Two-sided p value of the paired t test of no difference; n must be 2 or more.

    Where all differences are the same number: 1 if that is zero, else 0.
    """
    x, y = _pairs(treated, control, ("treated", "control"))
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
    _check_level(level)
    x, y = _pairs(numerator, denominator, ("numerator", "denominator"))
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
    t2n = _t_quantile(level, n - 1) ** 2 / n
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
    _check_level(level)
    x, y = _pairs(treated, control, ("treated", "control"))
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
        half = _t_quantile(level, n - 1) * spread
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


# --- several arms at once -------------------------------------------------------------------------


def bonferroni_level(level: float, comparisons: int) -> float:
    """Level at which each of several intervals must be made for all to hold at `level` together."""
    _check_level(level)
    if comparisons < 1:
        raise ValueError("there must be one comparison or more")
    return 1 - (1 - level) / comparisons


def holm_adjusted(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p values, in the order given.

    Holm (1979), *Scand. J. Stat.* 6:65. Rejecting where the adjusted value is below alpha keeps the
    probability of any false rejection below alpha, whatever the dependence.
    """
    p = _sample(p_values, "p_values")
    if ((p < 0) | (p > 1)).any():
        raise ValueError("a p value lies between 0 and 1")
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(stepped, 1.0)
    return [float(v) for v in adjusted]


_POINTS = 2**13  # of the integration below; its error is then about 1 % of the critical value


@lru_cache(maxsize=32)
def _uniform_points(dimensions: int) -> FloatArray:
    """Additive-recurrence (Kronecker) points with square roots of primes; no randomness."""
    primes: list[int] = []
    candidate = 2
    while len(primes) < dimensions:
        if all(candidate % p for p in primes):
            primes.append(candidate)
        candidate += 1
    steps = np.sqrt(np.array(primes, dtype=np.float64)) % 1.0
    points = (0.5 + np.arange(1, _POINTS + 1)[:, None] * steps[None, :]) % 1.0
    return np.asarray(points, dtype=np.float64)


def _max_t_critical(differences: FloatArray, level: float) -> float:
    """Critical value of the largest of several correlated t statistics.

    For normal replications with the correlation that the sample has: numerator and denominators of
    the t statistics are drawn jointly (the sample covariance by Bartlett's decomposition of a
    Wishart matrix), over a fixed set of evenly spread points.

    Args:
        differences: shape (n, arms), each column not constant.
        level: probability that none of the statistics is larger.
    """
    n, arms = differences.shape
    correlation = np.atleast_2d(np.corrcoef(differences, rowvar=False))
    values, vectors = np.linalg.eigh(correlation)
    large = values > 1e-9 * values.max()
    root = vectors[:, large] * np.sqrt(values[large])  # correlation = root @ root.T
    rank = int(large.sum())
    u = _uniform_points(rank + rank * (rank + 1) // 2)
    numerator = special.ndtri(u[:, :rank]) @ root.T
    bartlett = np.zeros((_POINTS, rank, rank))
    column = rank
    for i in range(rank):
        bartlett[:, i, i] = np.sqrt(special.chdtri(n - 1 - i, 1 - u[:, column]))
        column += 1
        for j in range(i):
            bartlett[:, i, j] = special.ndtri(u[:, column])
            column += 1
    spread = np.einsum("kr,prs->pks", root, bartlett)
    denominator = np.sqrt((spread**2).sum(axis=2) / (n - 1))
    largest = np.abs(numerator / denominator).max(axis=1)
    critical = float(np.quantile(largest, level))
    # Exact bounds: never below one comparison's value, never above Bonferroni's.
    one = _t_quantile(level, n - 1)
    return min(max(critical, one), _t_quantile(bonferroni_level(level, arms), n - 1))


def compare_with_control(
    arms: Mapping[str, ArrayLike],
    control: ArrayLike,
    level: float = 0.95,
    method: Literal["max-t", "bonferroni"] = "max-t",
) -> dict[str, Estimate]:
    """Differences of several arms from one control, with intervals that all hold together.

    Args:
        arms: name -> shape (n,), one number per replication; common replications throughout.
        control: shape (n,), the arm that all are compared with.
        level: probability that *every* interval holds the true difference.
        method: ``max-t`` uses how the arms vary together (the paired counterpart of Dunnett 1955,
            *J. Am. Stat. Assoc.* 50:1096); ``bonferroni`` does not, and is never shorter.

    Returns:
        name -> estimate of arm minus control. An arm whose differences are all equal gets an
        interval without length.
    """
    _check_level(level)
    if not arms:
        raise ValueError("there is no arm to compare")
    if method not in ("max-t", "bonferroni"):
        raise ValueError(f"method is 'max-t' or 'bonferroni', not {method!r}")
    base = _sample(control, "control")
    n = int(base.size)
    differences = {}
    for name, values in arms.items():
        x, _ = _pairs(values, base, (name, "control"))
        differences[name] = x - base
    if n < 2:
        return {name: mean_interval(d, level) for name, d in differences.items()}
    # An arm identical to the control (or shifted by a constant) has no error to allow for.
    varying = [d for d in differences.values() if d.std(ddof=1) > 1e-12 * (1 + abs(d.mean()))]
    critical = 0.0
    if varying and method == "max-t":
        critical = _max_t_critical(np.column_stack(varying), level)
    elif varying:
        critical = _t_quantile(bonferroni_level(level, len(varying)), n - 1)
    words = f"paired mean, simultaneous over {len(differences)} ({method})"
    estimates = {}
    for name, d in differences.items():
        value = float(d.mean())
        half = critical * float(d.std(ddof=1)) / math.sqrt(n)
        estimates[name] = Estimate(value, value - half, value + half, n, level, words)
    return estimates


# --- how many replications ------------------------------------------------------------------------


def replications_needed(
    pilot: ArrayLike,
    half_width: float,
    level: float = 0.95,
    *,
    relative: bool = False,
    most: int = 10_000_000,
) -> int:
    """Replications that a t interval of a given half-width would take, judged from a pilot.

    The least n with t(n-1) * s / sqrt(n) <= half-width, holding the pilot's standard deviation s
    for the true one (Law, *Simulation Modeling and Analysis*, chapter on output analysis). Since s
    is itself uncertain, so is n: after a pilot of 10 normal replications the true need is more than
    twice as large one time in eight.

    Args:
        pilot: shape (m,), m is 2 or more; differences, if a paired difference is wanted.
        half_width: wanted half-width, above 0, in the sample's unit, or as a share of the pilot's
            mean if `relative`.
        level: confidence level.
        relative: whether `half_width` is a share of the absolute mean.
        most: give up above this number.

    Returns:
        Total number of replications, the pilot's included; 2 or more.
    """
    _check_level(level)
    x = _sample(pilot, "pilot")
    if x.size < 2:
        raise ValueError("a pilot has two replications or more")
    if not half_width > 0:
        raise ValueError(f"a half-width is above 0, not {half_width!r}")
    target = half_width * abs(float(x.mean())) if relative else half_width
    if target == 0:
        raise ValueError("a relative half-width needs a mean that is not zero")
    ratio = float(x.std(ddof=1)) / target

    def enough(n: int) -> bool:
        return _t_quantile(level, n - 1) * ratio <= math.sqrt(n)

    low, high = 1, 2
    while not enough(high):
        low, high = high, 2 * high
        if low > most:
            raise ValueError(f"more than {most} replications would be needed")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


@dataclass(frozen=True, slots=True)
class Stopping:
    """Whether to stop replicating, and why.

    Attributes:
        stop: whether to stop now.
        reason: ``precise``, ``cap``, or ``continue``.
        estimate: the estimate so far. Its method says when the sample size was chosen by looking.
    """

    stop: bool
    reason: Literal["precise", "cap", "continue"]
    estimate: Estimate


def should_stop(
    values: ArrayLike,
    half_width: float,
    cap: int,
    *,
    minimum: int = 10,
    level: float = 0.95,
    relative: bool = False,
) -> Stopping:
    """Whether a sample is precise enough to stop replicating.

    Looking after every replication and stopping at the first short interval favours samples that
    happen to vary little: the interval then covers less often than its level says (for normal
    samples and ten or more replications, by a few percentage points). The method of the estimate
    says so. For a level that holds, take :func:`replications_needed` from a pilot and fresh
    replications after it.

    Args:
        values: shape (n,), the replications so far.
        half_width: wanted half-width, above 0; a share of the absolute mean if `relative`.
        cap: largest number of replications; reaching it stops.
        minimum: smallest number at which precision may stop; 2 or more. It guards against samples
            that are too small to know how much they vary.
        level: confidence level.
        relative: whether `half_width` is a share of the absolute mean.
    """
    if not 2 <= minimum <= cap:
        raise ValueError(f"2 <= minimum <= cap does not hold: minimum {minimum}, cap {cap}")
    if not half_width > 0:
        raise ValueError(f"a half-width is above 0, not {half_width!r}")
    plain = mean_interval(values, level)
    target = half_width * abs(plain.value) if relative else half_width
    estimate = Estimate(
        plain.value,
        plain.low,
        plain.high,
        plain.n,
        level,
        f"{plain.method}; stopped by its own width, covers less than stated",
    )
    if plain.n >= minimum and plain.half_width <= target:
        return Stopping(True, "precise", estimate)
    if plain.n >= cap:
        # The width did not decide here, though earlier looks could have: the note stays.
        return Stopping(True, "cap", estimate)
    return Stopping(False, "continue", plain)


def run_until_precise(
    replicate: Callable[[int], float],
    half_width: float,
    cap: int,
    *,
    minimum: int = 10,
    level: float = 0.95,
    relative: bool = False,
) -> tuple[Stopping, FloatArray]:
    """Replicate until :func:`should_stop` says so.

    Args:
        replicate: number of the replication, from 0 -> its value.
        half_width: see :func:`should_stop`, like what follows.
        cap: largest number of replications.
        minimum: smallest number of replications.
        level: confidence level.
        relative: whether `half_width` is a share of the absolute mean.

    Returns:
        The decision, and the values, shape (n,).
    """
    values: list[float] = []
    while True:
        values.append(float(replicate(len(values))))
        decision = should_stop(
            values, half_width, cap, minimum=minimum, level=level, relative=relative
        )
        if decision.stop:
            return decision, np.array(values)


# --- survival -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SurvivalCurve:
    """Kaplan-Meier estimate of a survival function, a step at each time of an event.

    Attributes:
        time: shape (k,), days, increasing: the distinct times of events.
        survival: shape (k,), probability of surviving *beyond* each time.
        low: shape (k,), lower end of the pointwise interval.
        high: shape (k,), upper end; ``nan`` where the curve is 0, since nobody is left to tell.
        variance: shape (k,), Greenwood's variance of `survival`; ``nan`` likewise.
        at_risk: shape (k,), observed lives at risk just before each time.
        events: shape (k,), events at each time.
        n: number of lives.
        censored: how many of them were still live when last seen.
        level: confidence level of the intervals.
    """

    time: FloatArray
    survival: FloatArray
    low: FloatArray
    high: FloatArray
    variance: FloatArray
    at_risk: IntArray
    events: IntArray
    n: int
    censored: int
    level: float

    def at(self, time: ArrayLike) -> FloatArray:
        """Probability of surviving beyond each of `time` (days); 1 before the first event.

        Beyond the last observed time the curve is not known; the last value is given.
        """
        index = np.searchsorted(self.time, np.asarray(time, dtype=np.float64), side="right")
        return np.concatenate(([1.0], self.survival))[index]

    def _first_at_or_below(self, curve: FloatArray, share: float) -> float:
        # A hair of tolerance, since 0.5 reached as a product of fractions is not quite 0.5.
        reached = np.flatnonzero(curve <= share + 1e-12)
        return float(self.time[reached[0]]) if reached.size else math.inf

    def quantile(self, q: float) -> Estimate:
        """Time (days) by which a share `q` of lives has ended, with its interval.

        The first time at which the curve is at or below 1 - q; infinite if it never gets there. The
        interval holds the times at which the pointwise intervals include 1 - q (Brookmeyer &
        Crowley 1982, *Biometrics* 38:29, on the log-log scale).
        """
        if not 0 < q < 1:
            raise ValueError(f"q lies between 0 and 1, not {q!r}")
        share = 1 - q
        return Estimate(
            self._first_at_or_below(self.survival, share),
            self._first_at_or_below(self.low, share),
            self._first_at_or_below(self.high, share),
            self.n,
            self.level,
            f"Kaplan-Meier quantile {q:g}, log-log",
        )

    def median(self) -> Estimate:
        """Median life (days); see :meth:`quantile`."""
        return self.quantile(0.5)

    def restricted_mean(self, horizon: float) -> float:
        """Mean life (days) if lives were cut at `horizon` days: the area under the curve."""
        if not horizon > 0:
            raise ValueError(f"the horizon is above 0, not {horizon!r}")
        inside = self.time < horizon
        edges = np.concatenate(([0.0], self.time[inside], [horizon]))
        heights = np.concatenate(([1.0], self.survival[inside]))
        return float((np.diff(edges) * heights).sum())


def kaplan_meier(
    duration: ArrayLike,
    ended: ArrayLike,
    entry: ArrayLike | None = None,
    level: float = 0.95,
) -> SurvivalCurve:
    """Kaplan-Meier estimate, with right-censoring and left-truncation.

    Kaplan & Meier (1958), *J. Am. Stat. Assoc.* 53:457. Intervals are pointwise, from Greenwood's
    variance on the log(-log) scale, which stay within 0 and 1 (Kalbfleisch & Prentice, *The
    Statistical Analysis of Failure Time Data*). A life censored at the time of an event counts as
    at risk at it.

    Args:
        duration: shape (n,), days from the beginning of each life until it ended or was last seen;
            0 or more.
        ended: shape (n,), true if the life ended then, false if it was still live (censored).
        entry: shape (n,), age in days at which each life came under observation, if it was observed
            only because it was still live then; below its duration. Counts as at risk at times
            above its entry. None: all observed from the beginning.
        level: confidence level.

    Returns:
        The curve, with no steps if nothing ended.

    Assumes that censoring and entry tell nothing about the life. With late entry the first lives at
    risk can be few: if all of them end, the curve is 0 from there on, so look at `at_risk`.
    """
    _check_level(level)
    t = _sample(duration, "duration")
    event = np.asarray(ended, dtype=np.bool_)
    if event.shape != t.shape:
        raise ValueError(f"ended has shape {event.shape}, duration has {t.shape}")
    if (t < 0).any():
        raise ValueError("a duration is 0 or more")
    n = int(t.size)
    times, events = np.unique(t[event], return_counts=True)
    # At risk at x: those with entry < x <= duration.
    at_risk = n - np.searchsorted(np.sort(t), times, side="left")
    if entry is not None:
        begin = _sample(entry, "entry")
        if begin.shape != t.shape:
            raise ValueError(f"entry has shape {begin.shape}, duration has {t.shape}")
        if (begin < 0).any() or (begin >= t).any():
            raise ValueError("an entry is 0 or more and below the duration")
        at_risk = at_risk - (n - np.searchsorted(np.sort(begin), times, side="left"))
    survival: FloatArray = np.cumprod(1 - events / at_risk, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        # Where all at risk end, Greenwood's term is infinite: see below.
        terms = np.cumsum(events / (at_risk * (at_risk - events)))
        log_survival = np.log(survival)
        half = float(special.ndtri(0.5 + level / 2)) * np.sqrt(terms) / np.abs(log_survival)
        low = survival ** np.exp(half)
        high = survival ** np.exp(-half)
        variance = survival**2 * terms
    gone = survival <= 0
    low[gone] = 0.0
    high[gone] = np.nan
    variance[gone] = np.nan
    return SurvivalCurve(
        time=times,
        survival=survival,
        low=low,
        high=high,
        variance=variance,
        at_risk=at_risk.astype(np.int64),
        events=events.astype(np.int64),
        n=n,
        censored=int(n - event.sum()),
        level=level,
    )
