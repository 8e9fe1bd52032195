"""What is said of mixes that were run to the end: gains, doubts, trade-offs, who beats whom.

Differences are taken point by point, on the same worlds, so that what all points share is in none
of them.  Intervals are Student's t over the points.

Checked by ``tests/experiment/test_plan_judge.py``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from afterban.experiment.design import Floats
from afterban.experiment.planning.measures import Measures
from afterban.experiment.planning.mixes import Mix
from afterban.experiment.planning.race import Rules, mix_key
from afterban.experiment.spreads import BAND, quantiles
from afterban.statistics import (
    Estimate,
    best_shares,
    mean_interval,
    regrets,
    share_of_noise,
    wilson_interval,
)

Flags: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class MixFound:
    """What there is to say of a mix.

    name: in words.  numbers: worlds it was run in.
    means: of each measure over the points.  bands: its 5, 50 and 95 % over them.
    gain: how much better the aim is than as written, with the interval over the points.
    more: of each measure, how much more it is than as written, likewise.
    kept: share of the points at which each limit is kept.  keeps: whether often enough.
    best: share of the points at which it is the best of those that may be chosen; None if it is
        none of them.  regret: mean, 95 % point and largest, likewise.
    efficient: whether no other that keeps the other limits is better in both of the frontier.
    beaten_by: name of a mix that is surely no worse in the aim and all costs, and better in one.
    """

    name: str
    mix: Mix
    values: Mapping[str, str]
    numbers: int
    means: Mapping[str, float]
    bands: Mapping[str, tuple[float, float, float]]
    gain: Estimate
    more: Mapping[str, Estimate]
    kept: tuple[Estimate, ...]
    keeps: bool
    best: Estimate | None
    regret: tuple[float, float, float] | None
    efficient: bool
    beaten_by: str | None


@dataclass(frozen=True)
class Versus:
    """One mix against another: by how much it is better, and at how many points.

    tie: why they count as equal (``interval``: chance and the assumptions leave the sign open;
        ``worth``: the difference is smaller than what matters), or empty.
    noise: share of chance in the variance of the difference over the points.
    """

    name: str
    other: str
    gain: Estimate
    share: float
    tie: str
    noise: float


@dataclass(frozen=True)
class Step:
    """What comes of one step of a lever, all else as in the best mix.

    more: what it costs more, of the cost ``cost``.  gain: by how much the aim gets better.
    each: gain for one more of the cost.
    """

    lever: str
    before: str
    after: str
    cost: str
    more: float
    gain: Estimate
    each: Estimate


class Judge:
    """Tells of mixes that were run at all points.

    seen: measures of each, ``[numbers, measures]``.  reference: the scenario as written.
    """

    def __init__(
        self, rules: Rules, measures: Measures, seen: Mapping[Mix, Floats], reference: Mix
    ) -> None:
        self.rules, self.measures, self.seen, self.reference = rules, measures, seen, reference
        self.points = {mix: rules.by_point(values) for mix, values in seen.items()}

    def level(self, mix: Mix, name: str) -> Floats:
        """A measure of a mix at each point."""
        found: Floats = self.points[mix][:, self.measures.column(name)]
        return found

    def keeps(self, mix: Mix) -> bool:
        """Whether the limits are kept at as many points as they have to be."""
        return self.rules.violation(self.seen[mix]) == 0.0

    def whole(self) -> list[Mix]:
        """Mixes that were run at all points."""
        return [mix for mix in self.points if len(self.points[mix]) == self.rules.points]

    def mean(self, mix: Mix) -> float:
        """Of the aim, over the points at which it is defined."""
        return _mean(self.level(mix, self.measures.aim))

    def choices(self, some: Sequence[Mix]) -> list[Mix]:
        """Those of some mixes that may be chosen, the best first."""
        good = [mix for mix in some if self.keeps(mix) and math.isfinite(self.mean(mix))]
        return sorted(good, key=lambda m: (-self.rules.better * self.mean(m), mix_key(m)))

    # --- the choice ------------------------------------------------------------------------------

    def levels(self, some: Sequence[Mix]) -> tuple[Floats, Flags]:
        """The aim, ``[points, mixes]``, and at which points all are defined."""
        level = np.column_stack([self.level(mix, self.measures.aim) for mix in some])
        told: Flags = np.asarray(np.isfinite(level).all(axis=1))
        return level[told], told

    def doubts(self, some: Sequence[Mix]) -> dict[Mix, tuple[Estimate, tuple[float, float, float]]]:
        """Of mixes that may be chosen: share of points at which each is best, and its regret."""
        if not some:
            return {}
        level, _ = self.levels(some)
        if not len(level):
            return {}
        best, worse = best_shares(level, self.rules.better), regrets(level, self.rules.better)
        return {
            mix: (
                wilson_interval(float(best[:, k].sum()), len(level)),
                (
                    float(worse[:, k].mean()),
                    float(np.quantile(worse[:, k], 0.95)),
                    float(worse[:, k].max()),
                ),
            )
            for k, mix in enumerate(some)
        }

    def gains(self, one: Mix, other: Mix, name: str) -> Floats:
        """By how much a measure of one is better than of another, at each point of both."""
        n = min(len(self.points[one]), len(self.points[other]))
        found = self.measures.sign(name) * (self.level(one, name)[:n] - self.level(other, name)[:n])
        return np.asarray(found[np.isfinite(found)])

    def versus(self, one: Mix, other: Mix, names: tuple[str, str]) -> Versus:
        """One mix against another."""
        gains = self.gains(one, other, self.measures.aim)
        gain = _interval(gains)
        tie = ""
        if not gain.low > 0 and not gain.high < 0:
            tie = "interval"
        if self.rules.worth and max(abs(gain.low), abs(gain.high)) < self.rules.worth:
            tie = "worth"
        share = float((gains > 0).mean() + (gains == 0).mean() / 2) if len(gains) else math.nan
        return Versus(*names, gain, share, tie, self._noise(one, other))

    def _noise(self, one: Mix, other: Mix) -> float:
        n = min(len(self.seen[one]), len(self.seen[other])) // self.rules.points
        if n < 2:
            return math.nan
        size = n * self.rules.points
        apart = (self.seen[one][:size, 0] - self.seen[other][:size, 0]).reshape(n, -1).T
        apart = apart[np.isfinite(apart).all(axis=1)]
        return share_of_noise(apart) if len(apart) > 1 else math.nan

    # --- trade-offs ------------------------------------------------------------------------------

    def efficient(self, some: Sequence[Mix]) -> list[Mix]:
        """Those of some mixes that no other beats in both of the frontier, cheapest first."""
        x, y = self.measures.frontier
        told = {
            mix: tuple(-self.measures.sign(n) * _mean(self.level(mix, n)) for n in (x, y))
            for mix in some
        }
        good = {mix: at for mix, at in told.items() if np.isfinite(at).all()}
        found, least = [], math.inf
        for mix in sorted(good, key=lambda m: (good[m], mix_key(m))):
            if good[mix][1] < least:
                found.append(mix)
                least = good[mix][1]
        return found

    def beaten_by(self, one: Mix, others: Sequence[Mix]) -> Mix | None:
        """A mix that is surely no worse in the aim and every cost, and surely better in one.

        Of the aim a difference below what matters counts as none.
        """
        for other in others:
            if other != one and self._beats(other, one):
                return other
        return None

    def _beats(self, one: Mix, other: Mix) -> bool:
        better = False
        for name in dict.fromkeys((self.measures.aim, *self.measures.costs)):
            gains = self.gains(one, other, name)
            if len(gains) < 2:
                continue  # undefined of one of them, so that nothing is said of it
            gain = _interval(gains)
            worth = self.rules.worth if name == self.measures.aim else 0.0
            if gain.low < -worth:
                return False
            better = better or gain.low > worth
        return better

    def step(self, lever: str, before: tuple[str, Mix], after: tuple[str, Mix], cost: str) -> Step:
        """From one choice of a lever to the next, all else alike."""
        gains = self.gains(after[1], before[1], self.measures.aim)
        more = -self.gains(after[1], before[1], cost)
        mean = float(more.mean()) if len(more) else math.nan
        gain = _interval(gains)
        each = _interval(gains / mean) if mean > 0 else _interval(np.array([]))
        return Step(lever, before[0], after[0], cost, mean, gain, each)

    # --- one mix ---------------------------------------------------------------------------------

    def of(
        self,
        mix: Mix,
        name: str,
        values: Mapping[str, str],
        doubt: tuple[Estimate, tuple[float, float, float]] | None,
        efficient: bool,
        beaten_by: str | None,
    ) -> MixFound:
        """All there is to say of a mix."""
        count = len(self.points[mix])
        names = self.measures.names
        return MixFound(
            name=name,
            mix=mix,
            values=values,
            numbers=len(self.seen[mix]),
            means={one: _mean(self.level(mix, one)) for one in names},
            bands={
                one: tuple(quantiles(self.level(mix, one), BAND))  # type: ignore[misc]  # of three
                for one in names
            },
            gain=_interval(self.gains(mix, self.reference, self.measures.aim)),
            more={
                one: _interval(self.measures.sign(one) * self.gains(mix, self.reference, one))
                for one in names
            },
            kept=tuple(
                wilson_interval(round(share * count), count)
                for share in self.rules.kept(self.seen[mix])
            ),
            keeps=self.keeps(mix),
            best=None if doubt is None else doubt[0],
            regret=None if doubt is None else doubt[1],
            efficient=efficient,
            beaten_by=beaten_by,
        )


def _mean(values: Floats) -> float:
    told = values[np.isfinite(values)]
    return float(told.mean()) if len(told) else math.nan


def _interval(values: Floats) -> Estimate:
    if not len(values):
        return Estimate(math.nan, math.nan, math.nan, 0, 0.95, "undefined (no observations)")
    return mean_interval(values)


__all__ = ["Flags", "Judge", "MixFound", "Step", "Versus"]
