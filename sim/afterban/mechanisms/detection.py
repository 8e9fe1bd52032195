"""Detection channels: hazards and probabilities with which an account is flagged."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from afterban.channels import NAMES, number
from afterban.mechanisms.distributions import unit_exponential

Floats = npt.NDArray[np.float64]

CHANNELS: Final = NAMES  # by number
NONE: Final = 0
CAUGHT_AT_SIGNUP: Final = number("signup")
HANDLE_MATCHED: Final = number("handle")
LINK_MATCHED: Final = number("link")
REPORTED: Final = number("reports")
CLASSIFIED: Final = number("classifier")
THREATENED: Final = number("threat")
STRUCK: Final = number("pulse")
WATCHED: Final = number("watch")


def regime_at(starts: Floats, time: float) -> int:
    """Number of the enforcement regime in force at ``time``; ``starts`` begins with -inf."""
    regime = 0
    while regime + 1 < len(starts) and starts[regime + 1] <= time:
        regime += 1
    return regime


def most_arrivals(time: float, exposure: float, highest: float, horizon: float) -> float:
    """Bound on the hazard that adds up from ``time`` to ``horizon``: the highest rate all along.

    Where u is not below it, :func:`next_arrival` comes after the horizon, since -log(1 - u) > u; a
    millionth is added for rounding.
    """
    return 1.000001 * exposure * highest * (horizon - time)


def next_arrival(time: float, u: float, exposure: float, starts: Floats, rates: Floats) -> float:
    """First arrival after ``time`` of a Poisson process with hazard exposure x rate of the regime.

    By inversion of the cumulative hazard, which is piecewise linear; ``u`` in (0, 1); inf if none.
    """
    if exposure <= 0.0:
        return math.inf
    needed = unit_exponential(u) / exposure
    regime = regime_at(starts, time)
    now = time
    while True:
        rate = rates[regime]
        # A regime that leaves the rate as it was must not change the arrival in its last bit.
        regime += 1
        while regime < len(starts) and rates[regime] == rate:
            regime += 1
        last = regime == len(starts)
        if rate > 0.0:
            arrival: float = now + needed / rate
            if last or arrival < starts[regime]:
                return arrival
            # Rounding must not carry an arrival back over the boundary.
            needed = max(needed - rate * (starts[regime] - now), 0.0)
        elif last:
            return math.inf
        now = starts[regime]


def visibility(
    posts: float, view_probability: float, insiders: float, outsiders: float, insider_weight: float
) -> float:
    """Impressions per day that can lead to a report, insiders counting ``insider_weight`` each."""
    return posts * view_probability * (insider_weight * insiders + outsiders)


def match_probability(edits: int, threshold: int, recall: float) -> float:
    """Probability that the platform matches a new handle ``edits`` away from a suspended one."""
    return recall if edits <= threshold else 0.0


def report_rate(
    weight: float,
    posts: float,
    view_probability: float,
    insiders: float,
    outsiders: float,
    insider_weight: float,
) -> float:
    """Impressions per day that can lead to a report, as the tier counts.

    weight: of the tier (1 for an ordinary one).  posts: per ordinary day.  insiders, outsiders:
    people who follow.  insider_weight: of an insider's impression.  Definition.
    """
    return float(weight * visibility(posts, view_probability, insiders, outsiders, insider_weight))


def retaliation_probability(life: int, probability: float) -> float:
    """Probability that an account that becomes public brings a threat: none in a first life.

    probability: of the day on which it does, by tier and platform.  An account that an appeal
    brings back is no new one, and nobody asks.  Assumption: decision 0057.
    """
    return probability if life > 1 else 0.0
