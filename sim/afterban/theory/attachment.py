"""Followers within a life and from life to life, without promotion."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from afterban.theory import check
from afterban.theory.check import FloatArray


def followers(
    time: ArrayLike,
    *,
    attached: float = 0.0,
    detached: float = 0.0,
    untouched: float = 0.0,
    refollow: float,
    discover: float = 0.0,
) -> FloatArray:
    """Followers of an account that has been public for `time` days, without promotion.

    F(t) = F0 + D0 (1 - e^{-h t}) + U0 (1 - e^{-g t}): the solution of dD/dt = -h D, dU/dt = -g U.

    Args:
        time: days since the account became public, 0 or more, any shape.
        attached: F0, people.
        detached: D0, people.
        untouched: U0, people.
        refollow: h, per day, 0 or more.
        discover: g, per day, 0 or more.
    """
    check.not_negative(refollow=refollow, discover=discover)
    t = check.array(time)
    return attached - detached * np.expm1(-refollow * t) - untouched * np.expm1(-discover * t)


def _integral_of_attached(rate: float, t: FloatArray) -> FloatArray:
    """Integral of 1 - e^{-rate s} for s from 0 to t."""
    if rate == 0:
        return np.zeros_like(t)
    x = rate * t
    # x - (1 - e^-x) loses its digits for small x; there, its series.
    small = x < 1e-3
    series = x * x / 2 - x**3 / 6 + x**4 / 24 - x**5 / 120
    return np.where(small, series, x + np.expm1(-x)) / rate


def follower_days(
    time: ArrayLike,
    *,
    attached: float = 0.0,
    detached: float = 0.0,
    untouched: float = 0.0,
    refollow: float,
    discover: float = 0.0,
) -> FloatArray:
    """Integral of :func:`followers` from 0 to `time`, in people times days; same arguments.

    Times posts per day and view probability, these are the expected impressions.
    """
    check.not_negative(refollow=refollow, discover=discover)
    t = check.array(time)
    return (
        attached * t
        + detached * _integral_of_attached(refollow, t)
        + untouched * _integral_of_attached(discover, t)
    )


def attached_share_while_live_exponential(
    refollow: float, life_rate: float, start: float = 0.0
) -> float:
    """Mean attached share over live time; lives exponential, each beginning at share `start`.

    1 - (1 - m0) lambda/(lambda + h), which for m0 = 0 is h/(lambda + h). Derivation here: over a
    life T, E[integral of (1 - m)] = (1 - m0) E[(1 - e^{-hT})/h] = (1 - m0)/(lambda + h); by renewal
    reward, divide by E[T] = 1/lambda.

    Args:
        refollow: h, per day, 0 or more.
        life_rate: lambda, per day, above 0.
        start: m0, attached share at the beginning of a life.
    """
    check.positive(life_rate=life_rate)
    check.not_negative(refollow=refollow)
    check.share(start=start)
    return 1 - (1 - start) * life_rate / (life_rate + refollow)


def attached_share_while_live_fixed(refollow: float, life: float, start: float = 0.0) -> float:
    """Mean attached share over live time; every life lasts `life` days.

    1 - (1 - m0) (1 - e^{-hT})/(hT), by the same derivation as
    :func:`attached_share_while_live_exponential`. By Jensen's inequality this is the least share of
    all distributions with the same mean life: where lives vary, most live time is in long ones.

    Args:
        refollow: h, per day, 0 or more.
        life: T, days, above 0.
        start: m0, attached share at the beginning of a life.
    """
    check.positive(life=life)
    check.not_negative(refollow=refollow)
    check.share(start=start)
    x = refollow * life
    detached = 1.0 if x == 0 else -math.expm1(-x) / x
    return 1 - (1 - start) * detached


def attached_share_while_live_gamma(
    refollow: float, mean_life: float, shape: float, start: float = 0.0
) -> float:
    """Mean attached share over live time; lives gamma with the given mean and shape.

    1 - (1 - m0) (1 - L(h))/(h E[T]) with the Laplace transform L(h) = (1 + h E[T]/k)^{-k}. Shape 1
    is the exponential life, a large shape the fixed one, a shape below 1 many short and a few long
    lives.

    Args:
        refollow: h, per day, 0 or more.
        mean_life: E[T], days, above 0.
        shape: k, above 0.
        start: m0, attached share at the beginning of a life.
    """
    check.positive(mean_life=mean_life, shape=shape)
    check.not_negative(refollow=refollow)
    check.share(start=start)
    x = refollow * mean_life
    detached = 1.0 if x == 0 else -math.expm1(-shape * math.log1p(x / shape)) / x
    return 1 - (1 - start) * detached


def _lost_per_life(refollow: float, mean_life: float, loss: float, fixed: bool) -> float:
    """Expected share of the remaining audience that is lost at the end of one life."""
    x = refollow * mean_life
    return loss * (-math.expm1(-x) if fixed else x / (1 + x))


def detached_share_at_life(
    life: int, refollow: float, mean_life: float, loss: float, *, fixed: bool = False
) -> float:
    """Expected detached share of the audience at the beginning of life number `life`.

    Derivation here: a life begins with D of the audience detached and nobody attached; it ends with
    F = D (1 - e^{-hT}), of which the share l is lost for good and the rest is detached again. So
    D' = D (1 - l (1 - e^{-hT})), and as lives are independent the expectations multiply:
    (1 - l E[1 - e^{-hT}])^{life - 1}, with E[1 - e^{-hT}] = h/(lambda + h) for exponential lives.

    Args:
        life: number of the life; at the beginning of life 1 everybody is detached.
        refollow: h, per day, 0 or more.
        mean_life: 1/lambda, days, above 0.
        loss: l, share of followers lost at a suspension.
        fixed: whether every life lasts `mean_life`; else lives are exponential.
    """
    check.whole(1, life=life)
    check.positive(mean_life=mean_life)
    check.not_negative(refollow=refollow)
    check.share(loss=loss)
    return float((1 - _lost_per_life(refollow, mean_life, loss, fixed)) ** (life - 1))


def attached_share_in_life(
    life: int, refollow: float, mean_life: float, loss: float, *, fixed: bool = False
) -> float:
    """Mean attached share, of the whole audience, over the live time of life number `life`.

    Expected follower-days of that life divided by its expected length and the audience: the share
    detached at its beginning times the mean attached share while live without loss. Arguments as in
    :func:`detached_share_at_life`.
    """
    begin = detached_share_at_life(life, refollow, mean_life, loss, fixed=fixed)
    if fixed:
        return begin * attached_share_while_live_fixed(refollow, mean_life)
    return begin * attached_share_while_live_exponential(refollow, 1 / mean_life)


def follower_days_of_lineage(
    audience: float, refollow: float, mean_life: float, loss: float, returns: float
) -> float:
    """Expected follower-days (people times days) over all lives of an operator; lives exponential.

    A h/(lambda (lambda + h)) / (1 - p r), with r = 1 - l h/(lambda + h): the geometric sum of
    :func:`attached_share_in_life` over lives, life j being reached with probability p^{j-1}.

    Args:
        audience: A, people, all detached at the beginning of life 1.
        refollow: h, per day, 0 or more.
        mean_life: 1/lambda, days, above 0.
        loss: l, share of followers lost at a suspension.
        returns: p, probability of return after a suspension.

    Returns:
        People times days; infinite if the operator always returns and loses nobody.
    """
    check.positive(mean_life=mean_life)
    check.not_negative(audience=audience, refollow=refollow)
    check.share(loss=loss, returns=returns)
    keep = 1 - _lost_per_life(refollow, mean_life, loss, fixed=False)
    one = audience * mean_life * attached_share_while_live_exponential(refollow, 1 / mean_life)
    if one == 0:
        return 0.0
    return one / (1 - returns * keep) if returns * keep < 1 else math.inf
