"""A race between mixes: which of them can still be the best, told from pairs at common points.

Mixes have met the same worlds in the same order, each so many of them as it was run with.  A mix is
out when a limit surely is not kept, or when it is surely worse than the leader: by a paired test
whose error is shared among all mixes and all looks (Bonferroni), so that over a whole race the best
mix goes out with a probability of at most ``ERROR``.  Nobody is out for good: at each look
everything is told anew from all that was run, so that who went out because of a leader comes back
when that leader turns out to break a limit.

Checked by ``tests/experiment/test_plan_race.py``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from afterban.experiment.design import Floats
from afterban.experiment.planning.mixes import Mix
from afterban.experiment.spreads import means

ERROR = 0.05  # probability with which the best mix goes out in a race, at most
WORST = 10.0  # of a limit, how far beyond it is told: ten times the limit, or undefined

# Of each mix what is measured, ``[numbers, measures]``, from number 0 on.
Seen: TypeAlias = Mapping[Mix, Floats]


@dataclass(frozen=True)
class Bound:
    """A limit on a measure.  sign: +1 if it is a highest value, -1 if a lowest one."""

    column: int
    limit: float
    sign: int
    text: str

    def beyond(self, values: Floats) -> Floats:
        """How far beyond the limit, relative to it; 0 or less where it is kept."""
        over = self.sign * (values - self.limit) / (abs(self.limit) or 1.0)
        return np.minimum(np.where(np.isfinite(values), over, WORST), WORST)


@dataclass(frozen=True)
class Rules:
    """How mixes are judged.

    better: +1 if more of the first measure is better, -1 if less.
    sure: share of the points at which each bound has to be kept.
    points: of what is not known; number n is at point n modulo these.
    worth: smallest difference of the aim that matters.
    tests: how many are made in a race, at most; they share the error.
    """

    better: int
    bounds: tuple[Bound, ...]
    sure: float
    points: int
    worth: float = 0.0
    tests: int = 1

    def by_point(self, values: Floats) -> Floats:
        """Means over the replications of each point, ``[points, measures]``, of what was run."""
        k = min(len(values), self.points)
        whole = len(values) // k * k if k else 0
        stacked = values[:whole].reshape(-1, k, values.shape[1])
        return np.column_stack([means(stacked[:, :, j].T) for j in range(values.shape[1])])

    def kept(self, values: Floats) -> Floats:
        """Share of the points at which each bound is kept."""
        there = self.by_point(values)
        return np.array([(one.beyond(there[:, one.column]) <= 0).mean() for one in self.bounds])

    def excess(self, values: Floats) -> Floats:
        """How far beyond each bound a mix is at the share of the points where it has to be kept.

        Relative to the bound; 0 or less where it is kept often enough.
        """
        there = self.by_point(values)
        needed = max(1, math.ceil(self.sure * len(there) - 1e-9))
        return np.array(
            [np.sort(one.beyond(there[:, one.column]))[needed - 1] for one in self.bounds]
        )

    def violation(self, values: Floats) -> float:
        """How far the bounds are broken, added up; 0 if they are kept."""
        return float(np.maximum(self.excess(values), 0.0).sum())

    def gains(self, one: Floats, other: Floats) -> Floats:
        """By how much one is better than the other, world by world in which both were run."""
        n = min(len(one), len(other))
        found: Floats = self.better * (one[:n, 0] - other[:n, 0])
        return found[np.isfinite(found)]

    @property
    def error(self) -> float:
        """Of one test."""
        return ERROR / max(1, self.tests)

    def surely_breaks(self, values: Floats) -> bool:
        """Whether a bound is kept at so few points that it is not kept often enough."""
        from scipy.special import bdtr

        n = min(len(values), self.points)
        return any(bdtr(round(share * n), n, self.sure) < self.error for share in self.kept(values))

    def surely_worse(self, one: Floats, other: Floats) -> bool:
        """Whether one cannot be better than the other by anything that matters."""
        gains = self.gains(one, other)
        if len(gains) < 2:
            return False
        return highest(gains, self.error) < self.worth


def highest(gains: Floats, error: float) -> float:
    """Upper end of the mean of some gains, which is beyond it with a probability (Student's t)."""
    from scipy.special import stdtrit

    n = len(gains)
    t = float(stdtrit(n - 1, 1.0 - error))
    return float(gains.mean()) + t * float(gains.std(ddof=1)) / math.sqrt(n)


@dataclass(frozen=True)
class Standing:
    """How mixes stand.

    leader: the best that keeps the bounds as far as was seen; None if none does.
    out: who cannot be the best, and why: ``limit`` or ``worse``.
    order: all that are not out, the best first.
    """

    leader: Mix | None
    out: Mapping[Mix, str]
    order: tuple[Mix, ...]


def standing(rules: Rules, seen: Seen, reference: Mix) -> Standing:
    """How all mixes stand that were run.

    reference: a mix that was run with all numbers; gains are told against it, so that mixes of
        which one was run with fewer numbers can be laid side by side.
    """
    against = seen[reference]
    merits = {mix: merit(rules, values, against) for mix, values in seen.items()}
    out = {mix: "limit" for mix, values in seen.items() if rules.surely_breaks(values)}
    inside = [mix for mix in seen if mix not in out]
    good = [mix for mix in inside if merits[mix][0] == 0.0]
    # The one that is ahead beyond chance: few worlds make a lucky leader.
    leader = min(
        good, key=lambda mix: (_cautious(rules, seen[mix], against), mix_key(mix)), default=None
    )
    if leader is not None:
        out |= {
            mix: "worse"
            for mix in inside
            if mix != leader and rules.surely_worse(seen[mix], seen[leader])
        }
    left = sorted((mix for mix in seen if mix not in out), key=lambda m: (*merits[m], mix_key(m)))
    return Standing(leader, out, tuple(left))


def merit(rules: Rules, values: Floats, against: Floats) -> tuple[float, float]:
    """What mixes are ordered by, least first: bounds broken, then the gain over a reference."""
    gains = rules.gains(values, against)
    return rules.violation(values), -float(gains.mean()) if len(gains) else math.inf


def _cautious(rules: Rules, values: Floats, against: Floats) -> float:
    gains = rules.gains(values, against)
    if len(gains) < 2:
        return math.inf
    return -float(gains.mean() - gains.std(ddof=1) / math.sqrt(len(gains)))


def mix_key(mix: Mix) -> tuple[str, ...]:
    """An order of mixes that depends on nothing else."""
    return tuple(text or "" for text in mix)


__all__ = ["ERROR", "Bound", "Rules", "Seen", "Standing", "highest", "merit", "mix_key", "standing"]
