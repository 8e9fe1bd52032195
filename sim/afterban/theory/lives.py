"""How many lives an operator has, and how much it posts in each."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from afterban.theory import check


def lives_survival(lives: int, returns: float, fatigue: float = 1.0) -> float:
    """Probability that an operator has more than `lives` lives, given unlimited time.

    After life j the operator returns with probability p f^{j-1}; so P(N > n) = p^n f^{n(n-1)/2}.
    With f = 1 the number of lives is geometric.

    Args:
        lives: n, 0 or more.
        returns: p, probability of return after the first life.
        fatigue: f, factor on it for each further life.
    """
    check.whole(0, lives=lives)
    check.share(returns=returns, fatigue=fatigue)
    return float(returns**lives * fatigue ** (lives * (lives - 1) / 2))


def lives_pmf(lives: int, returns: float, fatigue: float = 1.0) -> float:
    """Probability of exactly `lives` lives, 1 or more; see :func:`lives_survival`."""
    check.whole(1, lives=lives)
    return lives_survival(lives - 1, returns, fatigue) - lives_survival(lives, returns, fatigue)


def lives_mean_of_differing(low: float, high: float) -> float:
    """Mean number of lives where the probability of return is uniform over operators.

    Each has a geometric number with mean 1 / (1 - p), so that the mean over p is
    ln((1 - low) / (1 - high)) / (high - low): more than at the mean p, by Jensen's inequality.
    """
    return math.log((1.0 - low) / (1.0 - high)) / (high - low)


def posts_of_life(
    rate: float, factor: float, life: ArrayLike, most: float = math.inf
) -> NDArray[np.float64]:
    """Posts per day in life number ``life`` (from 1) of an operator that stays on its platform.

    rate: posts per day in its first life.  factor: on the rate with each return.  most: times the
    first life's rate that it never posts more than.
    """
    return np.asarray(rate * np.minimum(factor ** (np.asarray(life) - 1.0), most))


def lives_mean(returns: float, fatigue: float = 1.0) -> float:
    """Expected number of lives, given unlimited time: the sum of P(N > n) over n = 0, 1, ...

    1/(1 - p) without fatigue; infinite if p = f = 1. See :func:`lives_survival`.
    """
    check.share(returns=returns, fatigue=fatigue)
    if fatigue == 1:
        return 1 / (1 - returns) if returns < 1 else math.inf
    total, term, step = 0.0, 1.0, returns
    # Terms shrink at least geometrically, by the factor f more at each step.
    while term > 1e-18 * (1 + total):
        total += term
        term *= step
        step *= fatigue
    return total


def retaliation_share(probability: float, hazard: float, rate: float) -> float:
    """Share of later lives that end in a threat, acted on at once.

    probability: of a threat in each life after the first.  hazard: of all other channels, per day.
    rate: of the exponential delay to the threat, per day.
    """
    return probability * rate / (hazard + rate)


def retaliation_life_mean(probability: float, hazard: float, rate: float) -> float:
    """Mean of these lives, days; arguments as for :func:`retaliation_share`."""
    return (1.0 - probability) / hazard + probability / (hazard + rate)
