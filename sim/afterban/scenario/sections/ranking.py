"""Who goes first, by what was observed of accounts and not by what is true of them."""

from __future__ import annotations

import math
from typing import Literal

from pydantic import model_validator

from afterban.language.fields import Section, param
from afterban.language.kinds import Duration, Factor

LARGEST_ERROR = 10.0  # with which no order is left
LONGEST_WINDOW = 3653.0  # days
LONGEST_STEP = 1.0  # days between two readings


class RankBy(Section):
    """Accounts with the largest observed number first; one that no table has yet comes last."""

    what: Literal["impressions", "followers", "links"] = param(
        "impressions",
        "what is observed: impressions on outsiders, followers, or accounts that it may promote",
    )
    window: Duration = param(
        30.0,
        "time over which it is observed, by a table that is brought up to date once a day; 0 for "
        "what is true at the moment",
        unit="days",
    )
    error: Factor = param(
        0.0,
        "how far off an observation is: the spread (sigma) of a lognormal factor on it, one for "
        "each account and window; 0 for none",
    )

    @model_validator(mode="after")
    def _can_be(self) -> RankBy:
        if self.error > LARGEST_ERROR:
            raise ValueError(
                f"an error of {self.error:g} is beyond all order; write {LARGEST_ERROR:g} or less "
                "(0.2 is off by about a fifth)"
            )
        if self.window > LONGEST_WINDOW:
            raise ValueError("the window is over ten years; write a shorter one")
        return self


def readings(window: float) -> int:
    """Readings in a window of so many days, one a day or more often; 0 for no window."""
    return math.ceil(window / LONGEST_STEP)
