"""The search: first a spread of mixes, then those that a surrogate proposes, then a race.

Everything is decided in rounds: a round names the mixes to be run and how far, and only what came
of all of them decides the next.  So the order in which answers come in changes nothing, and a
search that was stopped decides the same again from what is kept.

Checked by ``tests/experiment/test_plan_search.py``.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from afterban.experiment.design import Floats, sobol
from afterban.experiment.generators import PLANNED, generator
from afterban.experiment.planning.mixes import (
    APART,
    STEP,
    Dial,
    Mix,
    coordinates,
    count_of,
    distinct,
    mix_at,
)
from afterban.experiment.planning.race import Rules, Seen, Standing, standing

FIRST = 8  # mixes of the first round for each lever
LEAST_FIRST = 32
PROPOSED = 10  # in a round
ROUNDS = 5  # in which mixes are proposed
FIRST_LOOK = 8  # numbers with which a mix is run first
RAISED = 4  # mixes that a round of the search runs further, to know better who leads
WIDTHS = (20, 12, 8, 5)  # mixes that are run further at each rung of the race, at most
_POOL = 600  # places at which a surrogate is asked, all over the cube and as many near the best
_NEAR = 0.1  # standard deviation of those near the best
_CHANCE = 0.01  # variance of a value that is chance at the least
_APART = 0.08  # distance within which two proposals of a round are much the same


class Runner(Protocol):
    """What runs mixes; see :class:`afterban.experiment.planning.runs.Runs`."""

    def upto(self, some: Sequence[tuple[Mix, int]]) -> None:
        """Have each of some mixes run with all numbers below its own."""
        ...

    def measured(self) -> Seen:
        """Measures of all mixes that were run."""
        ...


@dataclass(frozen=True)
class Found:
    """What a search comes to.

    standing: of all mixes.  tried: how many there were.  unfollowed: that could not be told from
    the best and were not run further.  runs: replications.
    """

    standing: Standing
    seen: Seen
    tried: int
    unfollowed: int
    runs: int
    every: bool


@dataclass
class Search:
    """A search for the best mix.

    numbers: with which the last of the race are run, points times replications.
    told: called at each round with what is done, in words.
    """

    dials: tuple[Dial, ...]
    rules: Rules
    runner: Runner
    seed: int
    numbers: int
    proposed: int = PROPOSED
    rounds: int = ROUNDS
    racing: bool = True
    reference: Mix = field(init=False)

    def __post_init__(self) -> None:
        self.reference = (None,) * len(self.dials)
        # Every mix may be tested at every rung, against limits and against the leader.
        mixes = self._first + (self.rounds + 2) * self.proposed
        self.rules = replace(self.rules, tests=2 * mixes * len(self.rungs))

    # --- the whole -------------------------------------------------------------------------------

    def run(self) -> Found:
        """Search, race, and tell how all stand."""
        whole = self.rungs[-1]
        self.runner.upto([(self.reference, whole)])
        every = count_of(self.dials)
        if every is not None and every <= self._first + self.proposed * self.rounds:
            self._look(self.all_mixes())
        else:
            self._look(self._spread(self._first))
            for number in range(self.rounds):
                self._raise_some()
                self._look(self._proposals(number))
        for _ in range(2):  # what is beside the best, and what is beside what that found
            self._look(self._neighbours())
            self._raise_some()
        unfollowed = self._race()
        seen = self.runner.measured()
        return Found(
            self._standing(),
            seen,
            len(seen) - 1,
            unfollowed,
            sum(len(values) for values in seen.values()),
            every is not None and len(seen) - 1 == every,
        )

    @property
    def rungs(self) -> tuple[int, ...]:
        """With how many numbers mixes are run, one step of the race after the other."""
        points = self.rules.points
        found = [min(FIRST_LOOK, points)]
        while found[-1] < points:
            found.append(min(2 * found[-1], points))
        return (*found, *([self.numbers] if self.numbers > points else []))

    def _standing(self) -> Standing:
        return standing(self.rules, self.runner.measured(), self.reference)

    def _look(self, some: Sequence[Mix]) -> None:
        """Run mixes for the first time."""
        first = self.rungs[0] if self.racing else self.rungs[-1]
        self.runner.upto([(mix, first) for mix in dict.fromkeys(some)])

    def expected(self) -> int:
        """About how many replications there will be."""
        rungs, every = self.rungs, count_of(self.dials)
        looked = self._first + self.proposed * self.rounds
        mixes = looked if every is None else min(every, looked)
        if not self.racing:
            return mixes * rungs[-1]
        above = list(itertools.pairwise(rungs))
        widths = [width for _, width, _ in self._heats()]
        raced = sum((b - a) * w for (a, b), w in zip(above, widths, strict=False))
        return rungs[-1] + mixes * rungs[0] + raced + 8 * rungs[-1]

    @property
    def _first(self) -> int:
        return max(LEAST_FIRST, FIRST * len(self.dials))

    # --- which mixes -----------------------------------------------------------------------------

    def all_mixes(self) -> list[Mix]:
        """Every mix there is, where there are only choices."""
        return list(itertools.product(*(dial.options for dial in self.dials)))

    def _spread(self, count: int) -> list[Mix]:
        places = sobol(count, len(self.dials), self.seed)
        return [mix_at(self.dials, row) for row in places]

    def _proposals(self, number: int) -> list[Mix]:
        """New mixes of which a surrogate expects most."""
        seen = self.runner.measured()
        known = [mix for mix in seen if mix != self.reference]
        pool = self._pool(number, known, seen)
        if not pool:
            return []
        where = coordinates(self.dials, pool)
        promise = self._promise(coordinates(self.dials, known), [seen[m] for m in known], where)
        found = []
        for _ in range(min(self.proposed, len(pool))):
            best = int(np.argmax(promise))
            found.append(pool[best])
            apart = ((where - where[best]) ** 2).sum(axis=1)
            promise = promise + np.log(np.maximum(1 - np.exp(-apart / (2 * _APART**2)), 1e-30))
            promise[best] = -np.inf
        return found

    def _promise(self, known: Floats, values: Sequence[Floats], asked: Floats) -> Floats:
        """Logarithm of what is expected to be gained at some coordinates, within the limits.

        A Gaussian process of the gain, and one of each limit (Gardner et al. 2014, *Proc. ICML*,
        section 3).
        """
        from scipy.special import log_ndtr

        against = self.runner.measured()[self.reference]
        gains = np.array([_mean(self.rules.gains(one, against)) for one in values])
        gains[~np.isfinite(gains)] = np.nanmin(gains) if np.isfinite(gains).any() else 0.0
        excess = np.array([self.rules.excess(one) for one in values]).reshape(len(values), -1)
        good = np.asarray((excess <= 0).all(axis=1))
        promise = np.log(np.maximum(improvement(known, gains, good, asked), 1e-30))
        for column in excess.T:
            if column.max() > 0:  # else it has been kept by all
                mean, sd = surrogate(known, np.sign(column) * np.log1p(np.abs(column)), asked)
                promise = promise + log_ndtr(-mean / sd)
        return promise

    def _pool(self, number: int, known: Sequence[Mix], seen: Seen) -> list[Mix]:
        """Mixes that were not run: all over the cube, and near the best."""
        random = generator(self.seed, PLANNED + (number << 32))
        d = len(self.dials)
        anywhere = random.random((_POOL, d))
        top = [mix for mix in self._standing().order if mix != self.reference][:6] or known[:6]
        centres = np.array(
            [
                [dial.place(text or "") for dial, text in zip(self.dials, m, strict=True)]
                for m in top
            ]
        )
        near = centres[random.integers(0, len(top), _POOL)]
        moved = np.clip(near + random.normal(0.0, _NEAR, near.shape), 0.0, 1.0 - 1e-9)
        jump = random.random(near.shape) < 0.15  # a choice without order has no neighbours
        free = np.array([not dial.ordered for dial in self.dials])
        moved = np.where(free, np.where(jump, random.random(near.shape), near), moved)
        mixes = dict.fromkeys(mix_at(self.dials, row) for row in np.vstack([anywhere, moved]))
        return [mix for mix in mixes if mix not in seen]

    def _neighbours(self) -> list[Mix]:
        """Mixes that differ from the two best in one choice, by one step."""
        seen = self.runner.measured()
        return [
            mix
            for one in self._rivals()[:2]
            for k, dial in enumerate(self.dials)
            for text in steps_from(dial, one[k] or "")
            if (mix := (*one[:k], text, *one[k + 1 :])) not in seen
        ]

    # --- how far they are run --------------------------------------------------------------------

    def _raise_some(self) -> None:
        """Run the best of the mixes that were hardly run a little further."""
        if not self.racing:
            return
        seen, most = self.runner.measured(), min(self.rungs[-1], self.rules.points) // 2
        low = [mix for mix in self._rivals() if len(seen[mix]) < most][:RAISED]
        self.runner.upto([(mix, self._next(len(seen[mix]))) for mix in low])

    def _rivals(self, part: float = STEP) -> list[Mix]:
        """Mixes that may be the best, in their order, without those next to a better one."""
        order = [mix for mix in self._standing().order if mix != self.reference]
        return distinct(self.dials, order, part) if self.racing else order

    def _next(self, numbers: int) -> int:
        return next((rung for rung in self.rungs if rung > numbers), self.rungs[-1])

    def _race(self) -> int:
        """Run who may still be the best further and further; how many were not followed."""
        for _ in range(len(self.rungs) + 2):
            for rung, width, part in self._heats():
                seen = self.runner.measured()
                some = self._rivals(part)[:width]
                self.runner.upto([(mix, rung) for mix in some if len(seen[mix]) < rung])
            seen = self.runner.measured()
            if all(len(seen[mix]) >= self.rungs[-1] for mix in self._rivals()[:1]):
                break  # else a leader turned out to break a limit, and others came back in
        seen = self.runner.measured()
        return sum(len(seen[mix]) < self.rungs[-1] for mix in self._standing().order)

    def _heats(self) -> Iterator[tuple[int, int, float]]:
        """Rungs above the first, with the mixes that are run so far at most, and how far apart."""
        above = self.rungs[1:] or self.rungs
        for k, rung in enumerate(above):
            left = len(above) - k
            width = WIDTHS[max(0, len(WIDTHS) - left)] if self.racing else 10**9
            yield rung, width, APART if left <= 2 else STEP


def improvement(known: Floats, gains: Floats, good: npt.NDArray[np.bool_], asked: Floats) -> Floats:
    """Expected improvement over the best that keeps the limits, at some coordinates.

    known: coordinates of mixes that were run, ``[mixes, d]``; gains: what each came to; good:
    whether it keeps the limits.  Gains are taken by their ranks, as normal scores, so that a long
    tail does not bend the surrogate.  (Mockus, Tiesis & Zilinskas 1978; Jones, Schonlau & Welch
    1998.)
    """
    from scipy.special import ndtr, ndtri

    order = np.empty(len(gains))
    order[np.argsort(gains, kind="stable")] = np.arange(len(gains))
    scores = ndtri((order + 0.5) / len(gains))
    best = scores[good].max() if good.any() else scores.min()
    mean, sd = surrogate(known, scores, asked)
    ahead = (mean - best) / sd
    density = np.exp(-(ahead**2) / 2) / math.sqrt(2 * math.pi)
    found: Floats = sd * (ahead * ndtr(ahead) + density)
    return found


def surrogate(known: Floats, values: Floats, asked: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation at some coordinates, by a Gaussian process through others."""
    from afterban.experiment.emulator import Emulator

    mean, variance = Emulator(known, values, _CHANCE).at(asked)
    return mean, np.sqrt(np.maximum(variance, 1e-12))


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else math.nan


def steps_from(dial: Dial, text: str) -> list[str]:
    """The choices beside one: one step down and up, or every other one without order."""
    if not dial.ordered:
        return [one for one in dial.options if one != text]
    if dial.options:
        here = dial.options.index(text)
        return [dial.options[k] for k in (here - 1, here + 1) if 0 <= k < len(dial.options)]
    here_at = dial.place(text)
    found = [dial.text(min(max(here_at + by, 0.0), 1.0)) for by in (-STEP, STEP)]
    return [one for one in dict.fromkeys(found) if one != text]


__all__ = ["Found", "Runner", "Search", "improvement", "steps_from", "surrogate"]
