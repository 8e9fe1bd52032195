"""Choosing under values that are not known: which choice is best how often, and what is regretted.

Checked by ``tests/unit/test_choices.py``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def best_shares(values: Floats, better: int) -> Floats:
    """The share in being best of each choice at each point: 1, or of n that tie 1/n each.

    Args:
        values: shape (points, choices).
        better: +1 if more is better, -1 if less is.

    Returns shares of shape (points, choices), whose rows add up to 1.
    """
    gains = _gains(values, better)
    best = gains == gains.max(axis=1, keepdims=True)
    return np.asarray(best / best.sum(axis=1, keepdims=True), dtype=np.float64)


def regrets(values: Floats, better: int) -> Floats:
    """How much worse than the best at the same point each choice is (Savage 1951), 0 or more.

    Args and shape as for :func:`best_shares`; in the unit of the values.
    """
    gains = _gains(values, better)
    return np.asarray(gains.max(axis=1, keepdims=True) - gains, dtype=np.float64)


def share_of_noise(values: Floats) -> float:
    """Share of the variance of means over points that is left of chance within the points.

    Args:
        values: shape (points, replications); replication k has the same draws at every point, so
            what it does to all points alike is none of it.

    Returns the variance of the residual of a point and a replication, for the mean of as many,
    over the variance of the means; NaN for one replication, or where the means do not move.
    """
    points, replications = values.shape
    means = values.mean(axis=1)
    if points < 2 or replications < 2 or means.var() == 0.0:
        return float("nan")
    residual = values - means[:, None] - values.mean(axis=0) + values.mean()
    variance = (residual**2).sum() / ((points - 1) * (replications - 1))
    return float(min(1.0, variance / replications / means.var(ddof=1)))


def _gains(values: Floats, better: int) -> Floats:
    if better not in (1, -1):
        raise ValueError(f"more is better (1) or less is (-1), not {better!r}")
    if not values.size or not np.isfinite(values).all():
        raise ValueError("every choice needs a value at every point")
    return better * values


__all__ = ["best_shares", "regrets", "share_of_noise"]
