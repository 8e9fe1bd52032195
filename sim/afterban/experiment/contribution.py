"""What one part of the cycle contributes to a metric.

Checked by ``tests/experiment/test_ablate.py``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from afterban.experiment.difference import Difference
from afterban.experiment.wording import label

PARTS: Mapping[str, str] = {
    "return": "operators come back",
    "similar-names": "new handles are near-identical",
    "promotion": "surviving accounts promote the new ones",
    "spares": "spare accounts stand ready",
}


@dataclass(frozen=True)
class Contribution:
    """What one part contributes to the metric at one pressure.

    part: a key of PARTS.  pressure: factor on every hazard of discovery.
    difference: with the part minus without it, paired, in the metric's unit; None where the metric
        is undefined in one of the arms.
    absent: why the part cannot contribute, where the scenario does not have it; "" if it has.
    won_per_spent: ordinary outsider impressions that promotion wins for each that its posts would
        have made as ordinary ones; it pays above 1 (`theory.promotion_yield`).  NaN for other
        parts, and where nothing is spent.
    """

    part: str
    pressure: float
    difference: Difference | None
    absent: str = ""
    won_per_spent: float = math.nan

    @property
    def sign(self) -> int:
        """+1 if the part raises the metric, -1 if it lowers it, 0 if the interval holds zero."""
        if self.difference is None or not self.difference.distinguishable:
            return 0
        return 1 if self.difference.estimate.value > 0 else -1

    @property
    def relative(self) -> float:
        """The contribution as a share of the metric with all parts at work; NaN if undefined."""
        if self.difference is None or not self.difference.arm.value:
            return math.nan
        return self.difference.estimate.value / self.difference.arm.value

    def words(self) -> str:
        """The verdict, in one sentence."""
        what = f"`{self.part}` ({PARTS[self.part]})"
        if self.absent:
            return f"{what} contributes nothing: {self.absent}"
        d = self.difference
        if d is None:
            return f"{what}: undefined, the metric has no value in one of the arms"
        if d.same:
            return f"{what} contributes nothing: no draw of the run depended on it"
        name = label(d.metric)
        e = d.estimate
        if not self.sign:
            if math.isnan(e.low):
                return f"{what}: one replication gives no interval"
            return f"{what}: not distinguishable from zero in {e.n} replications"
        return (
            f"{what} {'raises' if self.sign > 0 else 'lowers'} {name} by {d.size_words()}, "
            f"{d.ends_words()}{self._turn()}"
        )

    def _turn(self) -> str:
        if not math.isfinite(self.won_per_spent):
            return ""
        return f"; it wins {self.won_per_spent:.2g} impressions for each spent, and pays above 1"
