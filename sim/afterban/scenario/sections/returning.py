"""After a suspension: who comes back, when, and how."""

from __future__ import annotations

from pydantic import model_validator

from afterban.language.fields import Section, param
from afterban.language.kinds import Duration, Factor, Probability, Share, SmallCount
from afterban.language.laws import DurationDistribution, GapDistribution, constant, lognormal

MOST_REMEMBERED = 100  # suspensions of one operator on one platform


class Rebuilding(Section):
    """Activity that a returned operator spends on making itself known again."""

    share: Share = param(0.3, "share of posts spent on re-announcing, right after a return")
    window: Duration = param(3.0, "time after a return in which that share is spent", unit="days")


class GiveUp(Section):
    """Leaving a platform that suspends again and again: for the next one, or for good."""

    suspensions: SmallCount = param(
        ..., "suspensions on a platform after which an operator leaves it", unit="suspensions"
    )
    within: Duration = param(
        ..., "time in which all of them fall, from the first to the last", unit="days"
    )

    @model_validator(mode="after")
    def _some(self) -> GiveUp:
        if not 1 <= self.suspensions <= MOST_REMEMBERED:
            raise ValueError(
                f"{self.suspensions:,} suspensions are given; an operator leaves after 1 to "
                f"{MOST_REMEMBERED}"
            )
        return self


class Returning(Section):
    """What operators do after a suspension."""

    probability: Probability = param(0.4, "probability of return after a suspension")
    moves: Probability = param(
        0.0, "probability that an operator that comes back does so on the next platform"
    )
    fatigue: Share = param(1.0, "factor on the probability of return for each life after the first")
    delay: GapDistribution = param(
        lognormal(1.0, 1.5), "time from suspension to the next account", unit="days"
    )
    spare_delay: DurationDistribution = param(
        constant(0.02), "time from suspension to the use of a spare account", unit="days"
    )
    most_lives: SmallCount = param(
        1000, "lives after which an operator does not come back; a guard against endless loops"
    )
    rebuilding: Rebuilding = param(Rebuilding, "activity spent on becoming known again")
    posts_after_return: Factor = param(
        1.0,
        "factor on an operator's posting rate with each return: life n on one platform has "
        "factor^(n - 1), up to 100 times as much",
    )
    posts_after_move: Factor = param(
        1.0, "factor on an operator's posting rate with each move, beside that of the return"
    )
    give_up: GiveUp | None = param(
        None, "leaving a platform after several suspensions in a short time; nobody if left out"
    )
