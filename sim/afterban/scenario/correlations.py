"""Rank correlations between what operators differ in, and between any other numbers.

They are those of a normal copula.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

# In the order in which they are drawn; what a tier always has comes first.
QUANTITIES = ("audience", "posts", "returns", "refollow", "lost")
_LEAST = 1e-9  # pivot under which a matrix counts as not positive definite


def pearson(rank: float) -> float:
    """Correlation of two normal numbers whose rank correlation (Spearman) is ``rank``.

    Pearson (1907), "On further methods of determining correlation": r = 2 sin(pi rank / 6).
    """
    return 2.0 * _sine(math.pi * rank / 6.0)


def _sine(x: float) -> float:
    """Sine of up to pi / 6 by its series: the same bits on every machine."""
    total = 0.0
    for k in range(17, 0, -2):  # what follows is below 1e-22 of it
        total = 1.0 - x * x * total / ((k + 1) * (k + 2))
    return x * total


def lower_factor(
    pairs: Iterable[tuple[str, str, float]], names: Sequence[str] = QUANTITIES
) -> list[list[float]] | None:
    """Cholesky's factor of the normal correlations, in the order of ``names``; None if none is.

    pairs: two names and their rank correlation; all others are independent.  There is none if the
    matrix is not positive definite: no numbers have such correlations.
    """
    size = len(names)
    matrix = [[float(i == j) for j in range(size)] for i in range(size)]
    for one, other, rank in pairs:
        i, j = names.index(one), names.index(other)
        matrix[i][j] = matrix[j][i] = pearson(rank)
    factor = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = matrix[i][j] - math.fsum(factor[i][k] * factor[j][k] for k in range(j))
            if i > j:
                factor[i][j] = rest / factor[j][j]
            elif rest < _LEAST:
                return None
            else:
                factor[i][i] = math.sqrt(rest)
    return factor
