"""Operators whom impressions make: the reproduction number of the network."""

from __future__ import annotations

import math

from scipy import special

from afterban.theory import check
from afterban.theory.attachment import follower_days_of_lineage


def recruitment_number(
    per_impression: float,
    audience: float,
    posts: float,
    view_probability: float,
    refollow: float,
    mean_life: float,
    returns: float,
) -> float:
    """New operators that one operator's outsider impressions make over all its lives.

    R0 = rho r v A (1/lambda) (h/(lambda + h)) / (1 - p): recruits per impression, times impressions
    per follower-day, times :func:`follower_days_of_lineage` without loss. The network grows if
    R0 > 1 (branching processes: Harris, *The Theory of Branching Processes*).

    Args:
        per_impression: rho, new operators per outsider impression, 0 or more.
        audience: A, outsiders in an operator's audience, all detached at the beginning of a life.
        posts: r, per day.
        view_probability: v, per follower and post.
        refollow: h, per day.
        mean_life: 1/lambda, days, above 0; lives exponential.
        returns: p, probability of return after a suspension.
    """
    check.not_negative(per_impression=per_impression, posts=posts)
    check.share(view_probability=view_probability)
    days = follower_days_of_lineage(audience, refollow, mean_life, 0.0, returns)
    rate = per_impression * posts * view_probability
    return rate * days if rate > 0 else 0.0


def recruitment_threshold(
    audience: float,
    posts: float,
    view_probability: float,
    refollow: float,
    mean_life: float,
    returns: float,
) -> float:
    """Recruits per outsider impression above which the network grows by itself: rho where R0 = 1.

    Arguments as in :func:`recruitment_number`. Infinite if there are no impressions, 0 if an
    operator's impressions are without limit.
    """
    one = recruitment_number(1.0, audience, posts, view_probability, refollow, mean_life, returns)
    return 1 / one if one > 0 else math.inf


def recruitment_time_to_action(
    per_impression: float,
    audience: float,
    posts: float,
    view_probability: float,
    refollow: float,
    returns: float,
) -> float:
    """Mean life (days) above which the network grows by itself: 1/lambda where R0 = 1.

    lambda^2 + h lambda - rho r v A h/(1 - p) = 0, its positive root. Arguments as in
    :func:`recruitment_number`. Infinite if nobody is ever recruited.
    """
    check.not_negative(
        per_impression=per_impression, audience=audience, posts=posts, refollow=refollow
    )
    check.share(view_probability=view_probability, returns=returns)
    rate = per_impression * posts * view_probability * audience * refollow
    if rate == 0:
        return math.inf
    c = rate / (1 - returns) if returns < 1 else math.inf
    return (refollow + math.sqrt(refollow * refollow + 4 * c)) / (2 * c) if c < math.inf else 0.0


def recruitment_extinction_probability(number: float, *, fixed: bool = False) -> float:
    """Probability that the recruits of one operator, theirs, and so on, come to an end.

    With fast reattachment an operator's total live time is a geometric sum of exponential lives,
    itself exponential; its recruits are then geometric and the probability is min(1, 1/R0). With
    `fixed` every operator has the same impressions, its recruits are Poisson, and the probability
    is the smallest root of q = e^{R0 (q - 1)} (Harris, *The Theory of Branching Processes*).

    Args:
        number: R0, 0 or more.
        fixed: whether all operators have the same live time.
    """
    check.not_negative(number=number)
    if number <= 1:
        return 1.0
    if not fixed:
        return 1 / number
    root = special.lambertw(-number * math.exp(-number)).real
    return float(-root / number)
