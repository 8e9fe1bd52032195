"""How many people are reached, from how many impressions."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from afterban.theory import check
from afterban.theory.check import FloatArray


def poisson_reach(exposures: ArrayLike) -> FloatArray:
    """Share of people exposed at least once, each with the same expected exposures: 1 - e^{-m}.

    Args:
        exposures: m, expected exposures per person in the window, 0 or more, any shape.
    """
    return -np.expm1(-check.array(exposures))


def gamma_mixed_reach(exposures: ArrayLike, shape: float) -> FloatArray:
    """Share of people exposed at least once, expected exposures varying between people as a gamma.

    1 - (1 + m/k)^{-k}: exposures are then negative binomial (Ehrenberg, *Repeat-Buying*). Below
    :func:`poisson_reach` at the same mean, and equal to it as k grows.

    Args:
        exposures: m, mean expected exposures per person, 0 or more, any shape.
        shape: k of the gamma, above 0; the smaller, the more unequal.
    """
    check.positive(shape=shape)
    return -np.expm1(-shape * np.log1p(check.array(exposures) / shape))


def overlapping_reach(shares: ArrayLike, exposures: ArrayLike) -> float:
    """Share of a population exposed at least once by operators whose audiences overlap.

    People differ by an appetite, exponential with mean 1; an audience that is the share q of the
    population has everybody with probability 1 - e^{-c x appetite}, c = q/(1 - q), which has the
    mean q. Derivation here: whoever is in the audience of operator i is exposed by it with
    probability e_i = 1 - e^{-m_i}, so that nobody exposes somebody of appetite w with probability
    prod_i (1 - e_i + e_i e^{-c_i w}). Multiplied out, each subset S of operators gives a term
    prod_{S} e_i prod_{not S} (1 - e_i) e^{-w sum_S c_i}, whose mean over w has the last factor
    1/(1 + sum_S c_i).

    Args:
        shares: q_i, of the population, from 0 to below 1, up to 20 of them.
        exposures: m_i, expected exposures per member, 0 or more.
    """
    q, exposed = check.array(shares), poisson_reach(exposures)
    if len(q) > 20 or np.any((q < 0) | (q >= 1)):
        raise ValueError("up to 20 shares from 0 to below 1 are expected")
    weight, rate = np.ones(1), np.zeros(1)  # of each subset
    for c, e in zip(q / (1 - q), np.broadcast_to(exposed, q.shape), strict=True):
        weight = np.concatenate((weight * (1 - e), weight * e))
        rate = np.concatenate((rate, rate + c))
    # The difference to 1, which the weights add up to, without cancellation.
    return float((weight * rate / (1 + rate)).sum())


def frequency(exposures: ArrayLike, reach: ArrayLike) -> FloatArray:
    """Exposures per person exposed: mean exposures per person divided by the share reached."""
    return check.array(exposures) / check.array(reach)
