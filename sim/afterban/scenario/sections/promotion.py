"""Promotion of accounts that came back."""

from __future__ import annotations

from pydantic import model_validator

from afterban.language.fields import Section, param
from afterban.language.kinds import Probability, Share, SmallCount
from afterban.language.laws import DurationDistribution, lognormal

MOST_PROMOTION_POSTS = 100_000


class Promotion(Section):
    """Accounts that survive promote the ones that came back."""

    delay: DurationDistribution = param(
        lognormal(0.25, 1.0),
        "time from a new account's going public to a neighbour's promotion of it",
        unit="days",
    )
    posts: SmallCount = param(
        3, "posts that one promotion takes from the promoter; 0 = no promotion", unit="posts"
    )
    view_probability: Probability | None = param(
        None,
        "probability that a follower who looks for the account sees a post that promotes it; that "
        "of any post (exposure.view_probability) if left out",
    )
    untouched_factor: Share = param(
        0.1,
        "how readily an untouched person follows a promoted account, relative to a detached one",
    )
    on_start: bool = param(
        False, "whether the accounts that are public at the start are promoted as new ones are"
    )

    @model_validator(mode="after")
    def _ends(self) -> Promotion:
        # A pause of millions of years would cancel the digits of the time series.
        if self.posts > MOST_PROMOTION_POSTS:
            raise ValueError(
                f"{self.posts:,} posts for one promotion are too large; they are at most "
                f"{MOST_PROMOTION_POSTS:,}"
            )
        return self
