"""Arms beside each other, and which of two is the better: the numbers, without the sentences.

Checked by ``tests/experiment/test_weigh.py``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from afterban.experiment import lay_words
from afterban.experiment.compare import HEADLINE, Comparison
from afterban.experiment.difference import Difference
from afterban.experiment.sensitivity import Sensitivity
from afterban.experiment.spreads import BAND, quantiles
from afterban.scenario import Scenario

Floats: TypeAlias = npt.NDArray[np.float64]
Verdict: TypeAlias = Literal["clear", "depends", "unclear", "same"]

MOST_ARMS = 5  # on one page
PRICES = ("wrong_suspensions", "paid_hours", "suspensions")


@dataclass(frozen=True)
class Over:
    """A number over the points of an ensemble: median, 5 and 95 % points, and its sign.

    told: points at which it is defined.  less, more: points below and above zero.
    """

    low: float
    middle: float
    high: float
    told: int
    less: int
    more: int

    @classmethod
    def of(cls, values: Floats) -> Over:
        """From the number at each point."""
        told = values[np.isfinite(values)]
        low, middle, high = quantiles(told, BAND)
        return cls(low, middle, high, len(told), int((told < 0).sum()), int((told > 0).sum()))

    @property
    def crosses(self) -> bool:
        """Whether its sign is not the same from the 5 to the 95 % point."""
        return self.low < 0 < self.high


@dataclass(frozen=True)
class Points:
    """What the arms come to at the points of an ensemble over all stated ranges.

    seen: arm -> what outsiders see beside the other arm, less one, at each point.
    prices: metric -> arm -> its difference from the other arm at each point, of the whole network.
    operators: of the network that was run.  of: of the scenario's.
    """

    count: int
    replications: int
    operators: int
    of: int
    seen: Mapping[str, Over]
    prices: Mapping[str, Mapping[str, Over]]


@dataclass(frozen=True)
class Case:
    """Arms beside each other, and which of two is the better.

    better: the arm that leaves the least effective reach.  other: what it and all others are
        compared with.
    comparison: of all arms with ``other``, just as ``afterban compare`` makes it.
    twice: ``better`` with accounts found twice as often, beside ``better``: metric -> difference;
        empty where no channel of it finds anybody.
    twice_from_other: the same beside ``other``.
    points: over the assumptions; None if that was not asked for or there are none.
    ranked: assumptions by what they do to the difference of the two; None if not asked for.
    """

    of: Scenario
    question: str
    better: str
    other: str
    comparison: Comparison
    twice_arm: str
    twice: Mapping[str, Difference]
    twice_from_other: Mapping[str, Difference]
    points: Points | None
    ranked: Sensitivity | None

    @property
    def arms(self) -> tuple[str, ...]:
        """All arms but the one that others are compared with, the better first."""
        rest = [arm for arm in self.comparison.policies if arm != self.better]
        return (self.better, *sorted(rest, key=self._reach))

    def _reach(self, arm: str) -> float:
        found = self.difference(arm)
        return math.inf if found is None else found.arm.value

    def difference(self, arm: str, metric: str = HEADLINE) -> Difference | None:
        """An arm less the other one; None where it is undefined."""
        if arm == self.twice_arm:
            return self.twice_from_other.get(metric)
        rows = self.comparison.differences.get(metric, ())
        return next((one for one in rows if one.policy == arm), None)

    @property
    def verdict(self) -> Verdict:
        """Whether the better arm is the better one.

        ``clear``; ``depends`` where its sign is not the same over the assumptions; ``unclear``
        where chance could make the difference; ``same`` where there is none in any replication.
        """
        one = self.difference(self.better)
        if one is None:
            return "unclear"
        if one.same or one.identical:
            return "same"
        if not one.distinguishable:
            return "unclear"
        over = None if self.points is None else self.points.seen.get(self.better)
        return "depends" if over is not None and over.crosses else "clear"

    @property
    def prices(self) -> tuple[str, ...]:
        """Metrics in which what is compared has a price, the first of which a picture shows."""
        found = [name for name in PRICES[:2] if self._costs(name)]
        return tuple(found or [name for name in PRICES[2:] if self._costs(name)])

    def _costs(self, metric: str) -> bool:
        rows = [self.difference(arm, metric) for arm in self.told]
        return any(
            one is not None
            and max(one.arm.value, one.control.value) > 0
            and not (metric == "paid_hours" and one.same)
            for one in rows
        )

    @property
    def names(self) -> lay_words.Names:
        """What the arms are called."""
        return lay_words.Names(self.of, [self.other, *self.arms])

    @property
    def told(self) -> tuple[str, ...]:
        """Arms that are told about: all but the other, and the one that finds twice as often."""
        return (*self.arms, *([self.twice_arm] if self.twice_arm else []))


__all__ = ["MOST_ARMS", "PRICES", "Case", "Over", "Points", "Verdict"]
