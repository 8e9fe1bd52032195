"""What an exploration finds: of an arm, and where something comes about.

The exploration that they are of is in :mod:`afterban.experiment.exploration`.

Checked by ``tests/experiment/test_explore.py``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from afterban.experiment.amounts import percent
from afterban.experiment.assumption import Assumption
from afterban.experiment.prim import Box, Restriction
from afterban.statistics import Estimate

ONLY = 0.95  # coverage from which it is said that something comes about only in a box


@dataclass(frozen=True)
class ArmFound:
    """What there is to say of an arm, over the points.

    band: 5, 50 and 95 % of the metric.  best: share of points at which it is best, ties shared.
    regret: mean, 95 % point and largest.  targets: share of points at which each is met.
    prices: 5, 50 and 95 % of what it costs, by metric; None where that is undefined.
    """

    arm: str
    band: tuple[float, float, float] | None
    best: Estimate
    regret: tuple[float, float, float]
    targets: tuple[Estimate, ...]
    prices: Mapping[str, tuple[float, float, float] | None]


@dataclass(frozen=True)
class Discovery:
    """Where something comes about.

    share: of the points.  box: None where chance finds one as good.
    sides: what restricts it, with the assumption, the most telling first.
    """

    what: str
    share: float
    points: int
    box: Box | None
    sides: tuple[tuple[Assumption, Restriction], ...]

    def words(self) -> str:
        """The finding in a few sentences."""
        if self.share in (0.0, 1.0):
            return f"{self.what} at {'every' if self.share else 'no'} point."
        at = f"{self.what} at {percent(self.share)} of the points"
        if self.box is None:
            return f"{at}; no box found: chance finds one as good, so no few ranges say where."
        only = "only" if self.box.coverage >= ONLY else "mostly"
        if self.box.coverage < 0.5:
            only = "among others"
        where = "; ".join(f"{one.label} {side_text(one, side)}" for one, side in self.sides)
        held = ""
        if math.isfinite(self.box.held_out):
            held = f" (boxes found in half of the points: {percent(self.box.held_out)} in the rest)"
        return (
            f"{at}, {only} where: {where}. There it does at {percent(self.box.density)} of "
            f"{self.box.points} points (density){held}, and {percent(self.box.coverage)} of all "
            "such points lie there (coverage)."
        )


def side_text(one: Assumption, side: Restriction) -> str:
    """A side of a box in the unit of its assumption."""
    low, high = one.text(one.at(side.low)), one.text(one.at(side.high))
    if side.low > 0 and side.high < 1:
        return f"between {low} and {high}"
    return f"over {low}" if side.low > 0 else f"under {high}"


__all__ = ["ArmFound", "Discovery", "side_text"]
