"""Cross-promotion: the accounts that survive send their followers to the ones that came back."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from afterban.arithmetic import power
from afterban.mechanisms import state as s

Floats = npt.NDArray[np.float64]


def seen_at_least_once(view_probability: float, posts: int) -> float:
    """Probability that a follower sees at least one of ``posts`` posts, views independent."""
    return 1.0 - power(1.0 - view_probability, posts)


def moved_share(
    seen: float, overlap: float, audience: float, promoter_audience: float, followers: float
) -> float:
    """Share of a detached audience that one promotion brings back at once (0 to 1).

    view probability x share of the audience that the two have in common x the promoter's own
    attached share at that moment.  The two have in common ``overlap`` of the smaller audience, so
    a small account can send little to a large one.
    """
    if audience <= 0.0 or promoter_audience <= 0.0:
        return 0.0
    common = overlap * min(1.0, promoter_audience / audience)
    return seen * common * (followers / promoter_audience)


def promote(row: Floats, insiders: float, outsiders: float, untouched_factor: float) -> None:
    """Move the shares ``insiders`` and ``outsiders`` of the detached, and some untouched, to F."""
    found = insiders * row[s.DETACHED_IN]
    new = untouched_factor * insiders * row[s.UNTOUCHED_IN]
    row[s.ATTACHED_IN] += found + new
    row[s.DETACHED_IN] -= found
    row[s.UNTOUCHED_IN] -= new
    found = outsiders * row[s.DETACHED_OUT]
    new = untouched_factor * outsiders * row[s.UNTOUCHED_OUT]
    row[s.ATTACHED_OUT] += found + new
    row[s.DETACHED_OUT] -= found
    row[s.UNTOUCHED_OUT] -= new


def may_promote(
    public: bool,
    promoter_public: bool,
    same_platform: bool,
    posts: float,
    busy_until: float,
    now: float,
) -> bool:
    """Whether a neighbour that decided to promote an account does: it has a post to spare.

    public, promoter_public: whether each of both has an account that anybody sees.
    same_platform: whether they are on one.  posts: the promoter's per day, now.
    busy_until: day until which all its posts go into an earlier promotion.  now: today.

    Assumption: who is busy promotes nobody else instead, or later (decision 0003).
    """
    there = public and promoter_public and same_platform
    return there and posts > 0.0 and busy_until <= now


def promoting_days(promotion_posts: float, posts: float) -> float:
    """Days for which a promotion takes all posts.

    promotion_posts: that it takes.  posts: the promoter's per day, above 0.
    """
    return promotion_posts / posts
