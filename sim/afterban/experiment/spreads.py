"""Two spreads that stand apart: over points or draws, and of chance at one of them.

Numbers that are not finite are undefined and left out; what is made of none is NaN.

Checked by ``tests/experiment/test_spreads.py``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]

ENDS = (0.05, 0.95)
BAND = (0.05, 0.5, 0.95)


def means(values: Floats) -> Floats:
    """The mean at each point, ``[points]``, over the replications in which a number is defined.

    values: ``[points, replications]``.
    """
    there = np.isfinite(values)
    count = there.sum(axis=1)
    total = np.where(there, values, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), math.nan)


def quantiles(values: Floats, shares: Sequence[float] = ENDS) -> tuple[float, ...]:
    """Quantiles of what is defined, one for each share."""
    told = values[np.isfinite(values)]
    if not len(told):
        return (math.nan,) * len(shares)
    return tuple(float(x) for x in np.quantile(told, shares))


def spread_of_chance(values: Floats) -> float:
    """Standard deviation of a replication about the mean of its point.

    values: ``[points, replications]``.
    """
    rows = values[np.isfinite(values).sum(axis=1) > 1]
    if not len(rows):
        return math.nan
    return math.sqrt(float(np.nanmean(np.nanvar(rows, axis=1, ddof=1))))
