"""Counter-speech: accounts that nobody suspends, their growth, and what their answers change."""

from __future__ import annotations

import math

from afterban.arithmetic import exp, expm1, log1p


def followers(start: float, growth: float, ceiling: float, time: float) -> float:
    """Followers of a speaker ``time`` days after the start: logistic, exponential if no ceiling.

    start: followers at the start.  growth: per day.  ceiling: people, inf for none.
    """
    if math.isinf(ceiling):
        return start * exp(growth * time)
    return ceiling * start / (start + (ceiling - start) * exp(-growth * time))


def follower_days(start: float, growth: float, ceiling: float, time: float) -> float:
    """Integral of :func:`followers` from 0 to ``time``, in person-days."""
    if growth == 0.0:
        return start * time
    if math.isinf(ceiling):
        return start * expm1(growth * time) / growth
    left = 1.0 - start / ceiling
    return ceiling * (time + log1p(left * expm1(-growth * time)) / growth)


def conversion(effect: float, answered: float, seen: float) -> float:
    """Factor on the hazard with which untouched people begin to follow the network.

    effect: share by which somebody who saw the answer is less likely to follow.
    answered: share of the network's posts that are answered.
    seen: share of those exposed to a post who also see its answer.
    """
    return 1.0 - effect * min(1.0, answered) * seen
