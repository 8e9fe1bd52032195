"""Quantiles of a distribution, which draw it at a place between 0 and 1.

Checked by ``tests/unit/test_ranges.py``, against the shares below and against the medians.
"""

from __future__ import annotations

import math

from afterban.language.laws import Distribution

_LEAST = 1e-9  # of a place: the ends of an unbounded distribution are cut there
_HALVINGS = 200


def quantile(law: Distribution, place: float) -> float:
    """The least value that a share ``place`` (0 to 1) of all draws lies at or below.

    Cap and floor count.  At places 0 and 1 the smallest and the largest value, where there are
    such; else those of a place within 1e-9 of it.

    Raises ValueError for a place outside 0 to 1.
    """
    if not 0 <= place <= 1:
        raise ValueError(f"a place lies between 0 and 1, not at {place!r}")
    low, high = law.smallest, law.largest
    if place == 0 or low == high:
        return low
    if place == 1 and math.isfinite(high):
        return high
    p = min(max(place, _LEAST), 1 - _LEAST)
    if not math.isfinite(high):
        high = max(2 * low, 1.0)
        while law.below(high) < p and math.isfinite(high):
            high *= 2
    if law.below(low) >= p:
        return low
    for _ in range(_HALVINGS):
        middle = low + (high - low) / 2
        if not low < middle < high:
            break
        if law.below(middle) >= p:
            high = middle
        else:
            low = middle
    return high
