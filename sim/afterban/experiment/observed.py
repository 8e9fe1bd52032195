"""Observed figures of a calibration: how far a simulated metric is from one, and what chance adds.

A figure is compared on its own scale: of the logarithm if its likelihood is lognormal.  Reality is
taken to be one replication of the simulation at the true values, of which the figure is an
observation with the error that its likelihood says.  A bound says only on which side of it the
observation was.

Checked by ``tests/experiment/test_observed.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from afterban.experiment.generators import Generator
from afterban.scenario import Scenario
from afterban.scenario.sections.calibration import Figure

Floats: TypeAlias = npt.NDArray[np.float64]

LEAST_SHARE = 0.5  # of one in n: a simulated share of 0 or 1 is not told apart from closer ones


@dataclass(frozen=True)
class Observation:
    """A figure that was observed.

    name: as the scenario calls it.  figure: its section.
    held_out: whether nothing is learnt from it.
    source: id of what it rests on, "" if none is named.
    """

    name: str
    figure: Figure
    held_out: bool
    source: str = ""

    @property
    def metric(self) -> str:
        """The metric that it is compared with."""
        return self.figure.metric

    @property
    def arm(self) -> str:
        """The arm in which it is compared."""
        return self.figure.arm

    @property
    def is_bound(self) -> bool:
        """Whether only a bound is known."""
        return self.figure.comparison != "about"

    def scaled(self, simulated: Floats) -> Floats:
        """Simulated values on the scale of the figure; NaN where they are undefined on it."""
        values = np.asarray(simulated, dtype=np.float64)
        if self.figure.likelihood != "lognormal":
            return values
        positive = values > 0
        return np.where(positive, np.log(np.where(positive, values, 1.0)), math.nan)

    def unscaled(self, scaled: Floats) -> Floats:
        """Back in the unit of the metric."""
        return np.exp(scaled) if self.figure.likelihood == "lognormal" else scaled

    @cached_property
    def place(self) -> float:
        """The observed value on the scale of the figure."""
        return float(self.scaled(np.array([self.figure.observed]))[0])

    def sd(self, scaled: Floats) -> Floats:
        """Standard deviation of the observation about scaled values."""
        figure = self.figure
        if figure.n is not None:
            edge = LEAST_SHARE / figure.n
            share = np.clip(scaled, edge, 1 - edge)
            return np.sqrt(share * (1 - share) / figure.n)
        sd = figure.tolerance / math.sqrt(3) if figure.tolerance is not None else figure.sd
        return np.full(np.shape(scaled), float(sd or 0.0))

    def drawn(self, scaled: Floats, rng: Generator) -> Floats:
        """An observation of each of some scaled values; NaN stays."""
        figure = self.figure
        if figure.n is not None:
            told = np.isfinite(scaled)
            share = np.clip(np.where(told, scaled, 0.0), 0.0, 1.0)
            return np.where(told, rng.binomial(figure.n, share) / figure.n, math.nan)
        if figure.tolerance is not None:
            return scaled + rng.uniform(-figure.tolerance, figure.tolerance, np.shape(scaled))
        return scaled + float(figure.sd or 0.0) * rng.standard_normal(np.shape(scaled))

    def holds(self, scaled: Floats) -> Floats:
        """Probability that an observation of scaled values is on the bound's side; NaN is 0."""
        from scipy.special import ndtr

        off = scaled - self.place
        if self.figure.comparison == "at most":
            off = -off
        if self.figure.tolerance is not None:
            chance = np.clip((off / self.figure.tolerance + 1) / 2, 0.0, 1.0)
        else:
            chance = ndtr(off / float(self.figure.sd or 1.0))
        return np.where(np.isfinite(scaled), chance, 0.0)

    def distance(self, scaled: Floats, variance: Floats) -> Floats:
        """Distance from the figure in standard deviations of all that is not known of it.

        variance: on the same scale, beside that of the observation.  A bound is at no distance from
            what is on its side.
        """
        off = scaled - self.place
        if self.figure.comparison == "at least":
            off = np.minimum(off, 0.0)
        elif self.figure.comparison == "at most":
            off = np.maximum(off, 0.0)
        return np.abs(off) / np.sqrt(variance + self.sd(scaled) ** 2)

    def reached(self, simulated: Floats) -> bool:
        """Whether some of the simulated values, with the error of the observation, reach it.

        A value is reached from two standard deviations of the error, or from within the tolerance,
        or if values lie on both sides.
        """
        told = self.scaled(simulated)
        told = told[np.isfinite(told)]
        if not len(told):
            return False
        slack = self.figure.tolerance or 2 * float(self.sd(np.array([self.place]))[0])
        low, high = float(told.min()) - slack, float(told.max()) + slack
        if self.figure.comparison == "at least":
            return high >= self.place
        if self.figure.comparison == "at most":
            return low <= self.place
        return low <= self.place <= high


def observations(scenario: Scenario) -> tuple[Observation, ...]:
    """The targets of a scenario's calibration, and then what is held out."""
    section = scenario.calibration
    if section is None:
        return ()
    found = []
    for kind, figures in (("targets", section.targets), ("hold_outs", section.hold_outs)):
        for name, figure in figures.items():
            why = scenario.evidence.get(f"calibration.{kind}.{name}.observed")
            source = (why.source if why is not None else None) or ""
            found.append(Observation(name, figure, kind == "hold_outs", source))
    return tuple(found)
