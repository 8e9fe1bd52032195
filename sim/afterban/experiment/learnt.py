"""What a calibration learns: of an unknown, along a direction, and of a figure.

The calibration that they are of is in :mod:`afterban.experiment.calibrated`.

Checked by ``tests/experiment/test_calibrate.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

UNKNOWN = 0.8  # share of the prior's width that is left, above which a value is not identified
LEAST_SHOWN = 0.35  # of a direction's parts


@dataclass(frozen=True)
class Settings:
    """Sizes of a calibration.

    points: of a wave.  replications: of each, and of each draw that is predicted from.
    waves: at most.  simulations: from which the posterior is made.  draws: of it that are kept.
    """

    points: int = 64
    replications: int = 4
    waves: int = 3
    simulations: int = 2000
    draws: int = 200


class Known(NamedTuple):
    """What is known of one unknown, in the simulator's units.

    low, middle, high: 5, 50 and 95 % points of the posterior.  prior_low, prior_high: of the prior.
    width: distance of the ends in prior units, as a share of that before.
    informed_by: targets that alone leave less than nine tenths of it.
    """

    name: str
    low: float
    middle: float
    high: float
    prior_low: float
    prior_high: float
    width: float
    informed_by: tuple[str, ...]

    @property
    def identified(self) -> bool:
        """Whether the targets say something about it."""
        return self.width <= UNKNOWN


class Direction(NamedTuple):
    """A direction of the posterior in prior units.

    width: standard deviation along it, as a share of that before; 1 if nothing is learnt.
    parts: how much of each unknown is in it, the largest first.
    """

    width: float
    parts: tuple[tuple[str, float], ...]

    @property
    def text(self) -> str:
        """Its larger parts."""
        shown = [one for one in self.parts if abs(one[1]) >= LEAST_SHOWN] or list(self.parts[:1])
        first = math.copysign(1.0, shown[0][1])
        words = [f"{abs(x):.2f} {name}" for name, x in shown]
        signs = ["+" if x * first > 0 else "−" for _, x in shown[1:]]
        return words[0] + "".join(f" {s} {w}" for s, w in zip(signs, words[1:], strict=True))


class Prediction(NamedTuple):
    """What is simulated of a figure, in the unit of the metric.

    mean, low, high: over draws of the posterior, each with its mean over replications.
    chance: standard deviation of a replication at one draw.
    observed_low, observed_high: 5 and 95 % points of what would be observed.
    prior_low, prior_high: of the means over the points of the whole prior.
    share: of the posterior's observations that are on the bound's side; NaN of a value.
    undefined: share of the replications in which the metric is undefined.
    """

    name: str
    metric: str
    arm: str
    comparison: str
    observed: float
    source: str
    held_out: bool
    used: bool
    mean: float
    low: float
    high: float
    chance: float
    observed_low: float
    observed_high: float
    prior_low: float
    prior_high: float
    share: float
    undefined: float

    @property
    def verdict(self) -> str:
        """Whether what was observed is to be expected."""
        if not self.held_out and not self.used:
            return "no value in the stated ranges reaches it"
        if math.isnan(self.mean):
            return "undefined (no observations)"
        if self.comparison != "about":
            return f"kept in {self.share:.0%}"
        inside = self.observed_low <= self.observed <= self.observed_high
        return "as expected" if inside else "outside what is expected"
