"""An operator that is suspended and returns again and again: an alternating renewal process."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from afterban.theory import check
from afterban.theory.check import FloatArray


def live_share(mean_life: float, mean_gap: float) -> float:
    """Long-run share of time in which an operator that always returns has a live account.

    E[life] / (E[life] + E[gap]), for any distributions (alternating renewal theorem; Ross,
    *Stochastic Processes*, renewal theory).

    Args:
        mean_life: mean of one life, days, above 0.
        mean_gap: mean return delay, days, 0 or more.
    """
    check.positive(mean_life=mean_life)
    check.not_negative(mean_gap=mean_gap)
    return mean_life / (mean_life + mean_gap)


def live_probability(time: ArrayLike, life_rate: float, return_rate: float) -> FloatArray:
    """Probability that an operator live at time 0 is live at `time`; lives and gaps exponential.

    mu/(lambda+mu) + lambda/(lambda+mu) e^{-(lambda+mu) t}: the two-state Markov chain (Ross,
    *Introduction to Probability Models*, continuous-time Markov chains).

    Args:
        time: days, 0 or more, any shape.
        life_rate: lambda, per day, above 0.
        return_rate: mu, per day, above 0.

    Returns:
        Same shape as `time`.
    """
    check.positive(life_rate=life_rate, return_rate=return_rate)
    total = life_rate + return_rate
    return (return_rate + life_rate * np.exp(-total * check.array(time))) / total


def live_days(time: ArrayLike, life_rate: float, return_rate: float) -> FloatArray:
    """Expected days with a live account up to `time`, for an operator that is live at time 0.

    The integral of :func:`live_probability`: mu t/(lambda+mu) + lambda (1 - e^{-(lambda+mu) t}) /
    (lambda+mu)^2. Of a large network it is the integral of its live share. Arguments as there.
    """
    check.positive(life_rate=life_rate, return_rate=return_rate)
    total = life_rate + return_rate
    t = check.array(time)
    return (return_rate * t - life_rate * np.expm1(-total * t) / total) / total
