"""Calibration: what published or own figures say about what is not known of a scenario.

History matching rules out what cannot have led to the figures (``history``); simulations of what is
left make a posterior (``posterior``); runs at its draws say what it predicts, of the targets and,
apart from these, of what was held out.

Checked by ``tests/experiment/test_calibrate.py``; that its posteriors are right by
``calibration_check``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from afterban.engines import EngineName
from afterban.errors import AfterbanError, listed
from afterban.experiment.calibrated import Calibrated
from afterban.experiment.calibration_check import Checked, check
from afterban.experiment.calibration_runs import Runs, folder_of
from afterban.experiment.generators import (
    EMULATED,
    ERRORS,
    PREDICTED,
    RESAMPLED,
    TABLE,
    TABLE_SEEDS,
    generator,
)
from afterban.experiment.history import CANDIDATES, CUT, History, match
from afterban.experiment.learnt import Settings
from afterban.experiment.observed import Observation, observations
from afterban.experiment.posterior import Weighted, places_of, posterior, values_and_bounds
from afterban.experiment.sweep import Forecast
from afterban.experiment.unknowns import plain, points_at, unknowns
from afterban.scenario import Scenario

Floats: TypeAlias = npt.NDArray[np.float64]

MOST_TRIED = 2**20  # places that are drawn before so few are left that none is found
LEAST_ROWS = 50  # effective rows below which a posterior says little


@dataclass(frozen=True)
class Calibration:
    """A calibration that can be run: see :class:`Settings` for its sizes.

    Args:
        scenario: with a ``calibration`` section.
        settings: sizes; those of :class:`Settings` if left out.
        root: folder of all results; what was run before with the same scenario is not run again.
        engine, workers: as of a run.
        cluster: ``tcp://host:port`` or ``local:N``: run on a Dask cluster.
        forecast, progress: as of a sweep; ``progress`` is told the stage first.

    Raises AfterbanError for a scenario without such a section.
    """

    scenario: Scenario
    settings: Settings = field(default_factory=Settings)
    root: Path | str = "results"
    engine: EngineName | None = None
    workers: int | None = None
    cluster: str | None = None
    forecast: Callable[[Forecast], None] | None = None
    progress: Callable[[str, int, int], None] | None = None

    def __post_init__(self) -> None:
        unknowns(self.scenario)

    def run(self) -> Calibrated:
        """Run what is not finished, and tell what was learnt.

        Raises AfterbanError as a sweep does, or if nothing in the stated ranges meets the targets.
        """
        some, asked = unknowns(self.scenario), observations(self.scenario)
        runs, sizes, seed = self.runs(), self.settings, self.scenario.seed
        base = runs.base
        targets = [k for k, one in enumerate(asked) if not one.held_out]
        unreached: list[str] = []

        def choose(values: Floats) -> list[int]:
            reached = [k for k in targets if asked[k].reached(values[:, :, k])]
            unreached.extend(asked[k].name for k in targets if k not in reached)
            if not reached:
                raise AfterbanError(
                    f"{self.scenario.name}: no value in the stated ranges reaches "
                    f"{listed(unreached)}, and there is no other target"
                )
            return reached

        history = match(
            lambda places: runs.at("waves", points_at(base, some, places), sizes.replications),
            choose,
            asked,
            len(some),
            points=sizes.points,
            waves=sizes.waves,
            seed=seed,
        )
        places = self._table_places(history, len(some))
        seeds = _seeds(len(places), seed)
        simulated = runs.at("simulations", points_at(base, some, places, seeds), 1)[:, 0]
        learnt = [k for k in targets if asked[k].name not in unreached]
        found = _posterior(asked, learnt, places, simulated, seed)
        drawn = found.drawn(sizes.draws, generator(seed, RESAMPLED))
        predicted = runs.at("predictions", points_at(base, some, drawn), sizes.replications)
        return Calibrated(
            scenario=self.scenario,
            settings=sizes,
            unknowns=some,
            observations=asked,
            unreached=tuple(unreached),
            history=history,
            weighted=found,
            places=drawn,
            predicted=predicted,
            observed=_observed(asked, predicted, seed),
            informs=_informs(history, len(some), seed),
            folder=runs.folder,
            run_now=dict(runs.run_now),
            prove=self.check,
        )

    def check(
        self, truths: int = 200, recovered: int = 50, simulations: int | None = None
    ) -> Checked:
        """Prove on known truths that posteriors of this calibration are right.

        See :func:`afterban.experiment.calibration_check.check`.
        """
        return check(
            self.scenario,
            self.runs(),
            truths=truths,
            recovered=recovered,
            simulations=simulations or self.settings.simulations,
        )

    def runs(self) -> Runs:
        """What runs its simulations, and keeps them."""
        some, asked = unknowns(self.scenario), observations(self.scenario)
        base = plain(self.scenario)
        folder = folder_of(self.scenario, base, some, asked, Path(self.root), self.engine)
        return Runs(
            base,
            asked,
            folder,
            engine=self.engine,
            workers=self.workers,
            cluster=self.cluster,
            forecast=self.forecast,
            progress=self.progress,
        )

    def _table_places(self, history: History, count: int) -> Floats:
        """Draws of the prior that no wave rules out; more of the same begin with these."""
        rng = generator(self.scenario.seed, TABLE)
        kept: list[Floats] = []
        wanted, tried = self.settings.simulations, 0
        while sum(map(len, kept)) < wanted and tried < MOST_TRIED:
            new = rng.random((CANDIDATES, count))
            tried += len(new)
            kept.append(new[history.worst(new) <= CUT])
        found = np.concatenate(kept)[:wanted]
        if len(found) < min(wanted, LEAST_ROWS):
            new = rng.random((CANDIDATES, count))
            _, name, far = history.nearest(new)
            raise AfterbanError(
                f"{self.scenario.name}: no value in the stated ranges meets all targets at once: "
                f"where they are met best, `{name}` is {far:.1f} standard deviations away; widen a "
                "range, or ask whether a mechanism is missing"
            )
        return found


def _seeds(count: int, seed: int) -> npt.NDArray[np.int64]:
    """Seeds of simulations with draws of their own; more begin with the same."""
    return generator(seed, TABLE_SEEDS).integers(1, 2**32, count)


def _posterior(
    asked: Sequence[Observation],
    learnt: Sequence[int],
    places: Floats,
    simulated: Floats,
    seed: int,
) -> Weighted:
    """The posterior from a table of simulations.  Raises AfterbanError if no row agrees."""
    targets = [asked[k] for k in learnt]
    values, held = values_and_bounds(targets, simulated[:, learnt], generator(seed, ERRORS))
    try:
        return posterior(places, values, places_of(targets), held)
    except ValueError as error:
        raise AfterbanError(f"{error}; simulate more, or widen a range") from None


def _observed(asked: Sequence[Observation], predicted: Floats, seed: int) -> Floats:
    """An observation of each predicted replication, in the unit of the metric."""
    rng = generator(seed, PREDICTED)
    return np.stack(
        [
            one.unscaled(one.drawn(one.scaled(predicted[:, :, k]), rng))
            for k, one in enumerate(asked)
        ],
        axis=2,
    )


def _informs(history: History, count: int, seed: int) -> dict[str, Floats]:
    """What is left of each unknown's 5-95 % width by each target alone, ``[unknowns]``.

    Over the whole prior, from the emulators: each place has their mean, error and chance.
    """
    rng = generator(seed, EMULATED)
    places = rng.random((CANDIDATES, count))
    found = {}
    for one in history.emulated:
        if one.emulator is None:
            continue
        mean, variance = one.emulator.at(places)
        scaled = mean + np.sqrt(variance + one.chance) * rng.standard_normal(len(places))
        if one.target.is_bound:
            held = one.target.holds(scaled)
            if not held.any():
                continue
            alone = posterior(places, np.empty((len(places), 0)), np.empty(0), held)
        else:
            values = one.target.drawn(scaled, rng)[:, None]
            alone = posterior(places, values, np.array([one.target.place]), nearest=0.1)
        low, high = alone.quantile((0.05, 0.95))
        found[one.target.name] = (high - low) / 0.9
    return found
