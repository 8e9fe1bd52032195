"""What comes to pass at a rate that bursts multiply."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from afterban.theory import check
from afterban.theory.check import FloatArray


def in_bursts(
    integral: Callable[[FloatArray], FloatArray],
    time: ArrayLike,
    bursts: Sequence[tuple[float, float, float]],
) -> FloatArray:
    """What comes to pass by `time` at a rate that bursts multiply: posts, impressions, a hazard.

    G(t) + sum of (k - 1) (G(min(t, e)) - G(min(t, b))): in each burst the rate is there k - 1 times
    more.

    Args:
        integral: G, what comes to pass by a time without bursts; 0 at 0.
        time: days, 0 or more, any shape.
        bursts: begin b, end e (days) and factor k of each; no two of one time.
    """
    t = check.array(time)
    total = integral(t)
    for begin, end, factor in bursts:
        begun = integral(np.full_like(t, begin))
        total = total + (factor - 1.0) * (integral(t.clip(begin, end)) - begun)
    return total
