"""Several arms at once, with intervals that all hold together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special  # and not scipy.stats, which takes half a second to import

from afterban.statistics.estimate import Estimate
from afterban.statistics.intervals import mean_interval
from afterban.statistics.samples import FloatArray, check_level, pairs, sample, t_quantile


def bonferroni_level(level: float, comparisons: int) -> float:
    """Level at which each of several intervals must be made for all to hold at `level` together."""
    check_level(level)
    if comparisons < 1:
        raise ValueError("there must be one comparison or more")
    return 1 - (1 - level) / comparisons


def holm_adjusted(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p values, in the order given.

    Holm (1979), *Scand. J. Stat.* 6:65. Rejecting where the adjusted value is below alpha keeps the
    probability of any false rejection below alpha, whatever the dependence.
    """
    p = sample(p_values, "p_values")
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
    one = t_quantile(level, n - 1)
    return min(max(critical, one), t_quantile(bonferroni_level(level, arms), n - 1))


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
    check_level(level)
    if not arms:
        raise ValueError("there is no arm to compare")
    if method not in ("max-t", "bonferroni"):
        raise ValueError(f"method is 'max-t' or 'bonferroni', not {method!r}")
    base = sample(control, "control")
    n = int(base.size)
    differences = {}
    for name, values in arms.items():
        x, _ = pairs(values, base, (name, "control"))
        differences[name] = x - base
    if n < 2:
        return {name: mean_interval(d, level) for name, d in differences.items()}
    # An arm identical to the control (or shifted by a constant) has no error to allow for.
    varying = [d for d in differences.values() if d.std(ddof=1) > 1e-12 * (1 + abs(d.mean()))]
    critical = 0.0
    if varying and method == "max-t":
        critical = _max_t_critical(np.column_stack(varying), level)
    elif varying:
        critical = t_quantile(bonferroni_level(level, len(varying)), n - 1)
    words = f"paired mean, simultaneous over {len(differences)} ({method})"
    estimates = {}
    for name, d in differences.items():
        value = float(d.mean())
        half = critical * float(d.std(ddof=1)) / math.sqrt(n)
        estimates[name] = Estimate(value, value - half, value + half, n, level, words)
    return estimates
