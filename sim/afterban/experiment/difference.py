"""An arm against a baseline on common random numbers: the difference, and what pairing saved.

Checked by ``tests/experiment/test_compare.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from afterban.experiment.identical import identical_sentence
from afterban.experiment.wording import decimals, label, number
from afterban.metrics import metric_of
from afterban.statistics import Estimate


@dataclass(frozen=True)
class Gain:
    """What common random numbers saved in one comparison.

    factor: variance of the difference on independent seeds divided by its variance as paired, with
        a jackknife interval (of its logarithm); for a ratio to the twin by the delta method, the
        twin being independent too.  Above 1: pairing helped.
    n: paired replications.
    """

    factor: Estimate
    n: int

    @property
    def independent(self) -> float:
        """Replications on independent seeds that tell as much; infinite if no number would."""
        return self.factor.value * self.n

    @property
    def saved(self) -> float:
        """Share of replications that pairing saved; negative if it cost some."""
        return 1.0 if math.isinf(self.factor.value) else 1.0 - 1.0 / self.factor.value

    def words(self) -> str:
        """One sentence."""
        if math.isinf(self.factor.value):
            return (
                f"the difference is the same in all {self.n} replications, so what pairing saved "
                "is undefined"
            )
        return (
            f"{self.n} paired replications tell as much as about {self.independent:,.0f} "
            f"on independent seeds ({self.saved:.0%} saved)"
        )


@dataclass(frozen=True)
class Difference:
    """An arm against the baseline in one metric.

    arm, control: means of each on its own, over the replications of the difference.
    estimate: mean of arm minus control; the intervals of all arms in a metric hold together.
    skipped: replications left out since the metric is undefined in one of the arms.
    needed: replications after which the interval would leave out zero if the difference stayed as
        it is; None where it does already, or where it is undefined.
    gain: what pairing saved; None below three replications, and where there is no difference.
    identical: whether the arms are equal in every metric of every replication, so that nothing in
        which they differ was used.
    """

    policy: str
    baseline: str
    metric: str
    arm: Estimate
    control: Estimate
    estimate: Estimate
    skipped: int = 0
    needed: int | None = None
    gain: Gain | None = None
    identical: bool = False

    @property
    def same(self) -> bool:
        """Whether the arms are equal in every replication."""
        e = self.estimate
        return e.n >= 2 and e.value == 0 and e.low == 0 and e.high == 0

    @property
    def distinguishable(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.estimate.low > 0 or self.estimate.high < 0

    @property
    def relative(self) -> float:
        """The difference as a share of the baseline's mean; NaN where that is not above 0."""
        base = self.control.value
        return self.estimate.value / base if base > 0 else math.nan

    @property
    def relative_ends(self) -> tuple[float, float]:
        """The interval as a share of the baseline's mean; NaN where that is not above 0."""
        base, e = self.control.value, self.estimate
        return (e.low / base, e.high / base) if base > 0 else (math.nan, math.nan)

    def _relative(self) -> str:
        if not math.isfinite(self.relative):
            return ""
        size = decimals(100 * self.estimate.half_width / self.control.value)
        return f" ({number(100 * self.relative, size)} %)"

    def size_words(self) -> str:
        """The difference without its sign, ``42 (39–45) percentage points``."""
        e, metric = self.estimate, metric_of(self.metric)
        scale, unit = (100.0, "percentage points") if self._share else (1.0, metric.unit)
        digits = decimals(scale * e.half_width)
        ends = sorted((abs(e.low), abs(e.high)))
        size, low, high = (number(scale * x, digits) for x in (abs(e.value), *ends))
        return f"{size} ({low}–{high}) {unit}".rstrip()

    def ends_words(self) -> str:
        """From the baseline to the arm, ``from 100 % to 58 %``."""
        scale, unit = (100.0, " %") if self._share else (1.0, "")
        digits = decimals(scale * self.estimate.half_width)
        before, after = (number(scale * e.value, digits) for e in (self.control, self.arm))
        return f"from {before}{unit} to {after}{unit}"

    @property
    def _share(self) -> bool:
        return metric_of(self.metric).form == "share"

    def words(self) -> str:
        """The verdict, in one sentence."""
        name = label(self.metric)
        if self.identical:
            return identical_sentence([self.policy], self.baseline)
        if self.same:
            return f"{self.policy} leaves {name} as under {self.baseline} in every replication"
        e = self.estimate
        if self.distinguishable:
            return (
                f"{self.policy} {'reduces' if e.value < 0 else 'raises'} {name} by "
                f"{self.size_words()}, {self.ends_words()}{self._relative()}"
            )
        start = f"{self.policy} and {self.baseline} are not distinguishable in {name} yet"
        if math.isnan(e.low):
            return f"{start}; one replication gives no interval"
        if self.needed is None:
            return f"{start}; no number of replications up to ten million would do"
        more = max(1, self.needed - e.n)
        return f"{start}; about {more:,} more replication{'s'[: more > 1]} needed"
