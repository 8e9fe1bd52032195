"""Promotion: whether and when neighbours make a new account known, and who sees it."""

from __future__ import annotations

from typing import Any

from afterban.mechanisms.promotion import seen_at_least_once
from afterban.parameters.numbers import duration
from afterban.scenario import Scenario
from afterban.scenario.sections.promotion import Promotion


def lower_promotion(arm: Scenario) -> dict[str, Any]:
    """Posts of a promotion, its delay, and the probability that it is seen."""
    promotion = arm.promotion
    seen, untouched = _seen_promotions(promotion, float(arm.exposure.view_probability))
    return {
        "promotion_delay": duration(promotion.delay),
        "promotion_posts": int(promotion.posts),
        "promotion_seen": seen,
        "untouched_factor": untouched,
        "promotes_on_start": bool(promotion.on_start),
    }


def _seen_promotions(promotion: Promotion, ordinary: float) -> tuple[float, float]:
    """Probability that who looks for the account sees a promotion, and the factor on the others.

    ordinary: probability that a follower sees a post.  Who never followed the account does not look
    for it and sees a promotion as any other post, so that the factor on the untouched shrinks as
    the detached see more.
    """
    own = promotion.view_probability
    factor = float(promotion.untouched_factor)
    posts = int(promotion.posts)
    seen = seen_at_least_once(ordinary if own is None else float(own), posts)
    if own is not None:
        factor *= seen_at_least_once(ordinary, posts) / seen if seen > 0.0 else 0.0
    return seen, factor
