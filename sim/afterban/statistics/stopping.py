"""How many replications are enough."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from afterban.statistics.estimate import Estimate
from afterban.statistics.intervals import mean_interval
from afterban.statistics.samples import FloatArray, check_level, sample, t_quantile


def replications_needed(
    pilot: ArrayLike,
    half_width: float,
    level: float = 0.95,
    *,
    relative: bool = False,
    most: int = 10_000_000,
) -> int:
    """Replications that a t interval of a given half-width would take, judged from a pilot.

    The least n with t(n-1) * s / sqrt(n) <= half-width, holding the pilot's standard deviation s
    for the true one (Law, *Simulation Modeling and Analysis*, chapter on output analysis). Since s
    is itself uncertain, so is n: after a pilot of 10 normal replications the true need is more than
    twice as large one time in eight.

    Args:
        pilot: shape (m,), m is 2 or more; differences, if a paired difference is wanted.
        half_width: wanted half-width, above 0, in the sample's unit, or as a share of the pilot's
            mean if `relative`.
        level: confidence level.
        relative: whether `half_width` is a share of the absolute mean.
        most: give up above this number.

    Returns:
        Total number of replications, the pilot's included; 2 or more.
    """
    check_level(level)
    x = sample(pilot, "pilot")
    if x.size < 2:
        raise ValueError("a pilot has two replications or more")
    if not half_width > 0:
        raise ValueError(f"a half-width is above 0, not {half_width!r}")
    target = half_width * abs(float(x.mean())) if relative else half_width
    if target == 0:
        raise ValueError("a relative half-width needs a mean that is not zero")
    ratio = float(x.std(ddof=1)) / target

    def enough(n: int) -> bool:
        return t_quantile(level, n - 1) * ratio <= math.sqrt(n)

    low, high = 1, 2
    while not enough(high):
        low, high = high, 2 * high
        if low > most:
            raise ValueError(f"more than {most} replications would be needed")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


@dataclass(frozen=True, slots=True)
class Stopping:
    """Whether to stop replicating, and why.

    Attributes:
        stop: whether to stop now.
        reason: ``precise``, ``cap``, or ``continue``.
        estimate: the estimate so far. Its method says when the sample size was chosen by looking.
    """

    stop: bool
    reason: Literal["precise", "cap", "continue"]
    estimate: Estimate


def should_stop(
    values: ArrayLike,
    half_width: float,
    cap: int,
    *,
    minimum: int = 10,
    level: float = 0.95,
    relative: bool = False,
) -> Stopping:
    """Whether a sample is precise enough to stop replicating.

    Looking after every replication and stopping at the first short interval favours samples that
    happen to vary little: the interval then covers less often than its level says (for normal
    samples and ten or more replications, by a few percentage points). The method of the estimate
    says so. For a level that holds, take :func:`replications_needed` from a pilot and fresh
    replications after it.

    Args:
        values: shape (n,), the replications so far.
        half_width: wanted half-width, above 0; a share of the absolute mean if `relative`.
        cap: largest number of replications; reaching it stops.
        minimum: smallest number at which precision may stop; 2 or more. It guards against samples
            that are too small to know how much they vary.
        level: confidence level.
        relative: whether `half_width` is a share of the absolute mean.
    """
    if not 2 <= minimum <= cap:
        raise ValueError(f"2 <= minimum <= cap does not hold: minimum {minimum}, cap {cap}")
    if not half_width > 0:
        raise ValueError(f"a half-width is above 0, not {half_width!r}")
    plain = mean_interval(values, level)
    target = half_width * abs(plain.value) if relative else half_width
    estimate = Estimate(
        plain.value,
        plain.low,
        plain.high,
        plain.n,
        level,
        f"{plain.method}; stopped by its own width, covers less than stated",
    )
    if plain.n >= minimum and plain.half_width <= target:
        return Stopping(True, "precise", estimate)
    if plain.n >= cap:
        # The width did not decide here, though earlier looks could have: the note stays.
        return Stopping(True, "cap", estimate)
    return Stopping(False, "continue", plain)


def run_until_precise(
    replicate: Callable[[int], float],
    half_width: float,
    cap: int,
    *,
    minimum: int = 10,
    level: float = 0.95,
    relative: bool = False,
) -> tuple[Stopping, FloatArray]:
    """Replicate until :func:`should_stop` says so.

    Args:
        replicate: number of the replication, from 0 -> its value.
        half_width: see :func:`should_stop`, like what follows.
        cap: largest number of replications.
        minimum: smallest number of replications.
        level: confidence level.
        relative: whether `half_width` is a share of the absolute mean.

    Returns:
        The decision, and the values, shape (n,).
    """
    values: list[float] = []
    while True:
        values.append(float(replicate(len(values))))
        decision = should_stop(
            values, half_width, cap, minimum=minimum, level=level, relative=relative
        )
        if decision.stop:
            return decision, np.array(values)
