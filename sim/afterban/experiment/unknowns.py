"""Unknowns of a calibration: what is known of each before, and what a value of it changes.

Everything is learnt in *prior units*: a place u between 0 and 1 is the share of the prior below a
value, so that before anything is learnt each unknown is uniform and independent of the others.

Checked by ``tests/experiment/test_unknowns.py``.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from afterban.errors import AfterbanError
from afterban.experiment.design import DIGITS, Point
from afterban.experiment.wording import time_text
from afterban.language.documents import dump
from afterban.language.evidence import bare
from afterban.language.kinds import DurationKind
from afterban.language.laws import Flavour
from afterban.language.shapes import Table
from afterban.language.writing import written
from afterban.scenario import Scenario
from afterban.scenario.calibrating import changes, ends, written_at
from afterban.scenario.sections.calibration import Calibration, Parameter
from afterban.scenario.sweeping import target

Floats: TypeAlias = npt.NDArray[np.float64]

SEED = "seed"  # path that gives a point draws of its own
EDGE = 1e-9  # of a law, beyond which no value is taken
HOUR, MINUTE = 1 / 24, 1 / 1440  # days


@dataclass(frozen=True)
class Unknown:
    """A parameter that is to be learnt.

    name: as the scenario calls it.  parameter: its section.
    """

    name: str
    parameter: Parameter

    @cached_property
    def ends(self) -> tuple[float, float]:
        """Lowest and highest value of the range; of a law, without its thousandths."""
        found = ends(self.parameter)
        assert found is not None  # the scenario is refused otherwise
        return found

    @property
    def is_log(self) -> bool:
        """Whether any ratio is as likely."""
        law = self.parameter.prior
        return self.parameter.scale == "log" or (law is not None and law.kind == "lognormal")

    def at(self, places: Floats) -> Floats:
        """Values at places between 0 and 1, in the simulator's units (days, per day)."""
        law = self.parameter.prior
        low, high = self.ends
        if law is None:
            if self.parameter.scale == "log":
                return low * np.exp(places * math.log(high / low))
            return low + places * (high - low)
        from afterban.mechanisms.distributions import quantiles
        from afterban.parameters.numbers import row

        inside = np.clip(places, EDGE, 1 - EDGE)  # a law may have no end
        return quantiles(row(law), np.ravel(inside)).reshape(np.shape(places))

    def text(self, value: float, digits: int = 3) -> str:
        """A value for people: a factor, a time in its best unit, or as the scenario writes it."""
        if self.parameter.factor:
            return f"×{value:.{digits}g}"
        if self.is_time:
            unit = next((days for days in (1.0, HOUR) if value >= 2 * days), MINUTE)
            return time_text(float(f"{value / unit:.{digits}g}") * unit)
        return written_at(self.parameter.places[0], float(f"{value:.{digits}g}"))

    @property
    def is_time(self) -> bool:
        """Whether it is a length of time."""
        kind = target(self.parameter.places[0])
        return isinstance(kind.value if isinstance(kind, Flavour) else kind, DurationKind)


def unknowns(scenario: Scenario) -> tuple[Unknown, ...]:
    """What the scenario's calibration is to learn.  Raises AfterbanError if it has none."""
    section = scenario.calibration
    if section is None:
        raise AfterbanError(
            f"{scenario.name} has no `calibration` section; write one, such as\n"
            "  calibration:\n"
            "    parameters:\n"
            "      return: {path: returning.probability, range: [0.2, 0.9]}\n"
            "    targets:\n"
            "      pace: {metric: suspensions_per_day, observed: 10, tolerance: 2}"
        )
    return tuple(Unknown(name, one) for name, one in section.parameters.items())


def section_digest(scenario: Scenario) -> str:
    """SHA-256 (hex) of what a scenario's calibration says, without its evidence.

    The scenario's own digest leaves the section out, since it changes no run.
    """
    section = scenario.calibration
    text = "" if section is None else dump(bare(written(Table(Calibration), section, "", {})))
    return hashlib.sha256(text.encode()).hexdigest()


def plain(scenario: Scenario) -> Scenario:
    """The scenario that is run: without what says how it is run many times."""
    return scenario.with_changes({"sweep": "none", "calibration": "none", "replications": "1"})


def values_at(some: Sequence[Unknown], places: Floats) -> Floats:
    """Values of unknowns at places, both ``[points, unknowns]``; six digits, as they are run."""
    found = np.column_stack([one.at(places[:, k]) for k, one in enumerate(some)])
    digits = np.where(found != 0, np.floor(np.log10(np.abs(np.where(found, found, 1.0)))), 0.0)
    scale = 10.0 ** (DIGITS - 1 - digits)
    rounded: Floats = np.round(found * scale) / scale
    return rounded


def points_at(
    base: Scenario,
    some: Sequence[Unknown],
    places: Floats,
    seeds: npt.NDArray[np.int64] | None = None,
) -> tuple[Point, ...]:
    """Points of a plan at places ``[points, unknowns]``.

    base: the scenario that factors are relative to.
    seeds: of each point, so that each has draws of its own; those of the scenario if None.
    """
    made = []
    for k, row in enumerate(values_at(some, places)):
        texts: dict[str, str] = {}
        for one, value in zip(some, row, strict=True):
            texts |= changes(base, one.parameter, float(value))
        if seeds is not None:
            texts[SEED] = str(int(seeds[k]))
        made.append(Point(tuple(texts.items())))
    return tuple(made)
