"""History matching: waves of runs that rule out what cannot have led to the figures.

Of each wave an emulator is made for each target.  A place is implausible if some target is farther
from what the emulator says there than three standard deviations of all that is not known: the error
of the emulator, the chance of one replication, and the error of the observation (Craig, Goldstein,
Seheult & Smith 1997, "Pressure matching for hydrocarbon reservoirs").  The next wave is run where
nothing was ruled out.  Three standard deviations leave 95 % of any distribution with one mode
(Pukelsheim 1994).

Checked by ``tests/experiment/test_history.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from afterban.experiment.design import sobol
from afterban.experiment.emulator import LEAST, CrossValidated, Emulator
from afterban.experiment.observed import Observation

Floats: TypeAlias = npt.NDArray[np.float64]

CUT = 3.0  # implausibility above which a place is ruled out
CANDIDATES = 2**13  # places that are looked at
TRUSTED = 0.15  # of the runs may be beyond three standard deviations of an emulator that rules out
CONVERGED = 0.9  # of what was left before: a wave that leaves more is the last
_BATCH = 2048  # places at a time


@dataclass(frozen=True)
class Emulated:
    """A target, its emulator, and what is not known of it beside that.

    emulator: None if the figure was defined in too few runs.
    chance: variance of one replication, on the scale of the figure.
    told: runs' points at which it was defined.
    """

    target: Observation
    emulator: Emulator | None
    chance: float
    error: CrossValidated | None
    told: int

    @property
    def rules_out(self) -> bool:
        """Whether it is good enough to rule anything out."""
        return self.error is not None and self.error.beyond <= TRUSTED

    def implausibility(self, places: Floats) -> Floats:
        """Distance from the observation, in standard deviations, at places ``[n, unknowns]``."""
        if self.emulator is None:
            return np.zeros(len(places))
        mean, variance = self.emulator.at(places)
        return self.target.distance(mean, variance + self.chance)


@dataclass(frozen=True)
class Wave:
    """One wave: its runs' places, the emulators of all runs so far, and what they leave.

    left: share of the prior that no wave rules out, this one included.
    """

    number: int
    places: Floats
    emulated: tuple[Emulated, ...]
    left: float


@dataclass(frozen=True)
class History:
    """All waves, and the runs that they are made of.

    places: of all runs, ``[points, unknowns]``.
    values: what the figures came to, ``[points, replications, figures]``, hold-outs included.
    first: points of the first wave, which are spread over the whole prior.
    """

    waves: tuple[Wave, ...]
    places: Floats
    values: Floats
    first: int

    @property
    def emulated(self) -> tuple[Emulated, ...]:
        """The emulators of all runs."""
        return self.waves[-1].emulated

    def worst(self, places: Floats) -> Floats:
        """The largest implausibility of places over targets and waves, ``[n]``."""
        return worst([one for wave in self.waves for one in wave.emulated], places)

    def nearest(self, places: Floats) -> tuple[int, str, float]:
        """The least implausible of some places, the target that is farthest there, and how far."""
        each = np.array([one.implausibility(places) for one in self.emulated])
        best = int(each.max(axis=0).argmin())
        k = int(each[:, best].argmax())
        return best, self.emulated[k].target.name, float(each[k, best])


def worst(emulated: Sequence[Emulated], places: Floats) -> Floats:
    """The largest implausibility of places over those emulators that may rule out, ``[n]``."""
    found = np.zeros(len(places))
    for one in emulated:
        if one.rules_out:
            for k in range(0, len(places), _BATCH):
                part = slice(k, k + _BATCH)
                found[part] = np.maximum(found[part], one.implausibility(places[part]))
    return found


def emulate(target: Observation, places: Floats, values: Floats) -> Emulated:
    """An emulator of a target from runs.

    values: of its metric, ``[points, replications]``; a point counts where it is defined in all.
    """
    scaled = target.scaled(values)
    told = np.isfinite(scaled).all(axis=1)
    scaled = scaled[told]
    replications = scaled.shape[1]
    chance = float(scaled.var(axis=1, ddof=1).mean()) if replications > 1 and len(scaled) else 0.0
    if len(scaled) < LEAST:
        return Emulated(target, None, chance, None, len(scaled))
    made = Emulator(places[told], scaled.mean(axis=1), chance / replications)
    return Emulated(target, made, chance, made.cross_validated(), len(scaled))


def match(
    run: Callable[[Floats], Floats],
    choose: Callable[[Floats], Sequence[int]],
    asked: Sequence[Observation],
    unknowns: int,
    *,
    points: int,
    waves: int,
    seed: int,
) -> History:
    """Run waves until one rules out little more, or all were run.

    Args:
        run: from places to what the figures came to, ``[points, replications, figures]``.
        choose: from the values of the first wave to the numbers of the figures that are learnt
            from, so that one that nothing reaches can be left out.
        asked: the figures.
        points: of a wave.
        waves: at most.
        seed: of the places.
    """
    candidates = sobol(max(CANDIDATES, 2 * points), unknowns, seed)
    open_ = np.ones(len(candidates), dtype=bool)
    free = np.ones(len(candidates), dtype=bool)
    places, values = np.empty((0, unknowns)), None
    learnt: Sequence[int] = ()
    made: list[Wave] = []
    for number in range(waves):
        chosen = np.flatnonzero(open_ & free)[:points]
        if not len(chosen):
            break
        free[chosen] = False
        told = run(candidates[chosen])
        places = np.concatenate([places, candidates[chosen]])
        values = told if values is None else np.concatenate([values, told])
        if number == 0:
            learnt = choose(values)
        emulated = tuple(emulate(asked[k], places, values[:, :, k]) for k in learnt)
        before = float(open_.mean())
        open_ &= worst(emulated, candidates) <= CUT
        made.append(Wave(number + 1, candidates[chosen], emulated, float(open_.mean())))
        if not open_.any() or (number and open_.mean() > CONVERGED * before):
            break
    assert values is not None  # there is a wave
    return History(tuple(made), places, values, len(made[0].places))
