"""What a closed form takes: arguments within their ranges, named in the error if they are not.

Each function but :func:`array` raises ValueError.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def positive(**values: float) -> None:
    """Refuse what is not above 0 and finite."""
    for name, value in values.items():
        if not (value > 0 and math.isfinite(value)):
            raise ValueError(f"{name} is above 0 and finite, not {value!r}")


def not_negative(**values: float) -> None:
    """Refuse what is not 0 or more and finite."""
    for name, value in values.items():
        if not (value >= 0 and math.isfinite(value)):
            raise ValueError(f"{name} is 0 or more and finite, not {value!r}")


def share(**values: float) -> None:
    """Refuse what does not lie between 0 and 1."""
    for name, value in values.items():
        if not 0 <= value <= 1:
            raise ValueError(f"{name} lies between 0 and 1, not {value!r}")


def whole(least: int, **values: int) -> None:
    """Refuse what is no whole number of `least` or more."""
    for name, value in values.items():
        if value != int(value) or value < least:
            raise ValueError(f"{name} is a whole number, {least} or more, not {value!r}")


def array(x: ArrayLike) -> FloatArray:
    """Numbers in double precision, of any shape."""
    return np.asarray(x, dtype=np.float64)


def below_one(returns: float) -> None:
    """Refuse a probability of return with which nobody ever leaves."""
    if not 0 <= returns < 1:
        raise ValueError(f"returns is 0 or more and below 1, not {returns!r}")
