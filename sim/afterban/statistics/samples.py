"""What a sample is: one finite number per replication; and the level of an interval.

What is no sample or level raises ValueError.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special  # and not scipy.stats, which takes half a second to import

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def check_level(level: float) -> None:
    """Refuse a confidence level that does not lie between 0 and 1."""
    if not 0 < level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not {level!r}")


def sample(values: ArrayLike, name: str = "values") -> FloatArray:
    """One finite number per replication, shape (n,); `name` stands in the error."""
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 1:
        raise ValueError(f"{name}: one number per replication is needed, got shape {x.shape}")
    if x.size == 0:
        raise ValueError(f"{name}: the sample is empty")
    if not np.isfinite(x).all():
        raise ValueError(f"{name}: not every number is finite")
    return x


def pairs(a: ArrayLike, b: ArrayLike, names: tuple[str, str]) -> tuple[FloatArray, FloatArray]:
    """Two samples of the same replications, each of shape (n,)."""
    x, y = sample(a, names[0]), sample(b, names[1])
    if x.size != y.size:
        raise ValueError(
            f"{names[0]} and {names[1]} must come from the same replications, "
            f"got {x.size} and {y.size}"
        )
    return x, y


def t_quantile(level: float, df: float) -> float:
    """Half-length of the central interval of Student's t with `df` degrees of freedom."""
    return float(special.stdtrit(df, 0.5 + level / 2))
