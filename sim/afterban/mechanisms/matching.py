"""Which handles a platform takes for a suspended account's: the matcher, over the strings.

rapidfuzz compares some sixty million pairs of handles a second, so that a hundred thousand ordinary
handles are held against thousands of suspended ones in seconds, and nothing is approximated.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_PAIRS_AT_A_TIME: Final = 4_000_000  # one byte each


def first_match(
    handles: Sequence[str], suspended: Sequence[str], thresholds: Sequence[int]
) -> Integers:
    """Position of the first of ``suspended`` that each handle is within each threshold of.

    Returns ``[thresholds, handles]``; ``len(suspended)`` where there is none.  An identical handle
    is no match: handles are unique on a platform, so whoever drew it would have got another.  So
    nothing is within a threshold of 0.  Distances are those
    of :func:`afterban.mechanisms.handles.edit_distance`; the two are held against each other in
    ``tests/unit/test_matching.py``.
    """
    # Scenarios are read and most runs are made without it.
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    none = len(suspended)
    found = np.full((len(thresholds), len(handles)), none, dtype=np.int64)
    if none == 0 or not thresholds:
        return found
    cutoff = max(thresholds)
    step = max(1, _PAIRS_AT_A_TIME // none)
    for begin in range(0, len(handles), step):
        distances = process.cdist(
            handles[begin : begin + step],
            suspended,
            scorer=OSA.distance,
            score_cutoff=cutoff,  # what is further away comes back as cutoff + 1
            dtype=np.uint8,
            workers=1,
        )
        for k, threshold in enumerate(thresholds):
            within = (distances <= threshold) & (distances > 0)
            first = within.argmax(axis=1)
            hit = within[np.arange(len(first)), first]
            found[k, begin : begin + step] = np.where(hit, first, none)
    return found


def recall_from(day: Floats, starts: Floats, recall: Floats, horizon: float) -> Floats:
    """Integral of the platform's recall from each ``day`` to the horizon (days; 0 if after it).

    starts: first day of each regime ``[R]``, the first one -inf.  recall: in each regime ``[R]``.
    """
    # A regime that leaves the recall as it was must not change the sum in its last bit.
    begins = np.append(True, recall[1:] != recall[:-1])
    starts, recall = starts[begins], recall[begins]
    ends = np.append(starts[1:], np.inf)
    total = np.zeros(len(day))
    for begin, end, share in zip(starts, ends, recall, strict=True):
        if share > 0.0:
            total += share * np.maximum(
                np.minimum(end, horizon) - np.maximum(np.maximum(begin, 0.0), day), 0.0
            )
    return total


def day_of(day: Floats, amount: Floats, starts: Floats, recall: Floats, horizon: float) -> Floats:
    """The day on which the integral of the recall from each ``day`` on comes to an amount, days.

    The inverse of :func:`recall_from`, whose arguments the others are; ``amount`` is above 0 and at
    most what that gives.
    """
    edges = np.append(np.clip(starts, 0.0, horizon), horizon)
    whole = np.append(0.0, np.cumsum(recall * np.diff(edges)))  # at each edge
    reached = np.minimum(np.interp(day, edges, whole) + amount, whole[-1])
    regime = np.searchsorted(whole, reached) - 1  # one with a recall, since it comes to more
    return np.asarray(edges[regime] + (reached - whole[regime]) / recall[regime])
