"""A value with its uncertainty."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

UNDEFINED: Final = "undefined (no observations)"  # the method of no interval


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its uncertainty, never one without the other.

    Attributes:
        value: point estimate, in the unit of the sample.
        low: lower end of the interval; ``nan`` if no interval can be given, ``-inf`` if unbounded.
        high: upper end, likewise.
        n: how many independent observations (usually replications) it rests on.
        level: confidence level of the interval, between 0 and 1.
        method: how the interval was made, in words.
    """

    value: float
    low: float
    high: float
    n: int
    level: float
    method: str

    @property
    def half_width(self) -> float:
        """Half the length of the interval; ``inf`` if unbounded, ``nan`` if there is none."""
        return (self.high - self.low) / 2

    def contains(self, x: float) -> bool:
        """Whether `x` lies in the interval; never true if there is no interval."""
        return self.low <= x <= self.high

    def __str__(self) -> str:
        if math.isnan(self.low):
            return f"{self.value:.4g} (n = {self.n}, no interval)"
        return (
            f"{self.value:.4g} [{self.low:.4g}, {self.high:.4g}] (n = {self.n}, {self.level:.0%})"
        )


def undefined(level: float) -> Estimate:
    """The estimate of something that nothing was observed for, ``nan`` with n = 0."""
    return Estimate(math.nan, math.nan, math.nan, 0, level, UNDEFINED)
