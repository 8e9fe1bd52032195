"""Random orders and draws for tests by shuffling, each a function of the seed and its number.

Checked by ``tests/experiment/test_prim.py``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from afterban.randomness import EXPLORE_ORDER, uniforms_of_many


class Orders:
    """One after another; the same seed gives the same."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._made = 0

    def draws(self, n: int) -> npt.NDArray[np.float64]:
        """The next n numbers between 0 and 1."""
        out, _ = uniforms_of_many(self._seed, 0, EXPLORE_ORDER, self._made, 0, np.arange(n))
        self._made += 1
        return out

    def order(self, n: int) -> npt.NDArray[np.int64]:
        """The next order of n things."""
        return np.argsort(self.draws(n))

    def half(self, n: int) -> npt.NDArray[np.int64]:
        """The next half of n things, each at most once."""
        return self.order(n)[: n // 2]

    def again(self, n: int) -> npt.NDArray[np.int64]:
        """The next n of n things, any of them more than once."""
        return (self.draws(n) * n).astype(np.int64)


__all__ = ["Orders"]
