"""Reach: how many distinct outsiders were exposed at least once.

A sample of outsiders is drawn, each with its own follows.  A person who belongs to the audience of
operators i, j, ... expects as many exposures in a window as a random member of those audiences
got, and is exposed at least once with probability 1 - exp(-expected exposures).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from afterban.jit import compiled
from afterban.randomness import OUTSIDER_FOLLOWS, uniforms

Floats = npt.NDArray[np.float64]


@compiled
def exposed_share(
    impressions: Floats,
    audience: Floats,
    population: float,
    sample: int,
    seed: int,
    replication: int,
) -> Floats:
    """Share of the outside population exposed at least once in each window.

    impressions: outsider impressions ``[windows, operators]``.
    audience: outsiders in each operator's audience ``[operators]``, people.
    population: outsiders in all, people; the mean number of follows is sum(audience) / population.
    sample: outsiders to draw.  Returns ``[windows]``; the last entry is for all windows together.

    Assumption: the number of operators that an outsider belongs to is geometric (many with none,
    few with many), and each is picked in proportion to its audience.
    """
    windows, operators = impressions.shape
    out = np.zeros(windows + 1)
    cumulative = np.cumsum(audience)
    total = cumulative[-1] if operators > 0 else 0.0
    if total <= 0.0 or sample == 0:
        return out
    mean = total / population
    stay = mean / (1.0 + mean)
    expected = np.empty(windows)
    for person in range(sample):
        expected[:] = 0.0
        u, _ = uniforms(seed, replication, OUTSIDER_FOLLOWS, person, 0, 0)
        follows = int(math.log(u) / math.log(stay)) if stay > 0.0 else 0
        for ordinal in range(1, follows + 1):
            u, _ = uniforms(seed, replication, OUTSIDER_FOLLOWS, person, 0, ordinal)
            i = min(int(np.searchsorted(cumulative, u * total, side="right")), operators - 1)
            for w in range(windows):
                expected[w] += impressions[w, i] / audience[i]
        for w in range(windows):
            out[w] += 1.0 - math.exp(-expected[w])
        out[windows] += 1.0 - math.exp(-expected.sum())
    return out / sample
