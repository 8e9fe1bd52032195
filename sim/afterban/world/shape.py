"""What a world is."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

# Bound on one operator's prominence; the law has no mean for tails <= 1.
MOST_PROMINENT: Final = 1000.0


class World(NamedTuple):
    """Operators 0 .. N-1, tier by tier in the scenario's order.

    ``promoters[promoter_start[i]:promoter_start[i + 1]]`` are the accounts' operators that follow
    operator i and may promote it: a directed graph in compressed rows.
    """

    tier: Integers  # [N]; the scenario's own, then recruits, then newcomers: not there at the start
    audience: Floats  # [N, 2] people: insiders, outsiders
    posts: Floats  # [N] per day
    promoter_start: Integers  # [N + 1]
    promoters: npt.NDArray[np.int32]  # [E]
    links: Integers  # [N] operators that each may promote
    factors: Floats = np.ones((0, 3))  # [N, 3] RETURNS, REFOLLOW, LOST; [0, 3] if all are alike
    # [arrivals] day on which each of the last operators makes its first account; inf for never.
    arrivals: Floats = np.empty(0)
