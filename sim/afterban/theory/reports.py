"""Suspended by the reports of followers: a hazard that grows with the account."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from afterban.theory import check
from afterban.theory.attachment import follower_days
from afterban.theory.check import FloatArray


def thinned_cumulative_hazard(
    time: ArrayLike, audience: float, refollow: float, per_follower: float, start: float = 0.0
) -> FloatArray:
    """Cumulative hazard of an account whose hazard is proportional to its followers.

    With F(t) = A (1 - (1 - m0) e^{-ht}) and the hazard c F(t), where c is reports that count per
    impression times view probability times posts per day:
    H(t) = c A (t - (1 - m0)(1 - e^{-ht})/h). Derivation here: the integral of c F.

    Args:
        time: days since the account became public, 0 or more, any shape.
        audience: A, people, 0 or more.
        refollow: h, per day, 0 or more.
        per_follower: c, per follower and day, 0 or more.
        start: m0, attached share at the beginning.
    """
    check.share(start=start)
    check.not_negative(audience=audience, per_follower=per_follower)
    return per_follower * follower_days(
        time, attached=start * audience, detached=(1 - start) * audience, refollow=refollow
    )


def thinned_survival(
    time: ArrayLike, audience: float, refollow: float, per_follower: float, start: float = 0.0
) -> FloatArray:
    """Probability that such an account is not flagged by `time`: e^{-H(t)}.

    See :func:`thinned_cumulative_hazard` for H and the arguments.
    """
    return np.exp(-thinned_cumulative_hazard(time, audience, refollow, per_follower, start))


def thinned_mean_life(
    audience: float, refollow: float, per_follower: float, start: float = 0.0
) -> float:
    """Mean time (days) to the flag, hazard proportional to followers.

    The integral of e^{-H}. Derivation here: put a = c A/h, b = a (1 - m0) and y = e^{-ht}; then
    (1/h) e^b int_0^1 y^{a-1} e^{-by} dy = (1/h) e^b b^{-a} Gamma(a) P(a, b), with P the regularised
    lower incomplete gamma function. By Kummer's series the same is
    (1/h) e^b a^{-1} 1F1(a; a + 1; -b) = (1/(ha)) 1F1(1; a + 1; b)
    = (1/(ha)) (1 + b/(a+1) + b^2/((a+1)(a+2)) + ...), whose positive terms are summed.

    Args:
        audience: A, people, above 0.
        refollow: h, per day, above 0.
        per_follower: c, per follower and day, above 0.
        start: m0, attached share at the beginning.
    """
    check.positive(audience=audience, refollow=refollow, per_follower=per_follower)
    check.share(start=start)
    a = per_follower * audience / refollow
    b = a * (1 - start)
    # Term n is at most e^{-n^2 / (2 (a + n))}: enough of them for double precision.
    terms = int(math.sqrt(90 * a)) + 100
    ratios = b / (a + np.arange(1, terms + 1))
    return float(1 + np.cumprod(ratios).sum()) / (refollow * a)
