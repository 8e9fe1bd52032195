"""The points of a sweep: which values the scenario takes at each of them.

A point is known by its values, not by its number, so that a design can grow.  Every draw is keyed
by the scenario's seed, so that the same scenario always has the same points.

Checked by ``tests/experiment/test_design.py``.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from afterban.errors import AfterbanError, ScenarioError, ScenarioErrors
from afterban.language.kinds import CountKind, Kind, NumberKind
from afterban.language.laws import Flavour
from afterban.randomness import SWEEP_ORDER, SWEEP_PLACE, SWEEP_SHIFT, uniforms
from afterban.scenario import Scenario
from afterban.scenario.patching import Patches, versions_of
from afterban.scenario.points import rows_of
from afterban.scenario.sections.sweep import Sweep, Variation
from afterban.scenario.sweeping import MOST_TRIED, at_point, canonical, number, of_point, target

Floats = npt.NDArray[np.float64]

DIGITS = 6  # of values taken from a range: enough to tell points apart, short enough to read
_SOBOL_BITS = 30


@dataclass(frozen=True)
class Point:
    """One version of the scenario: values as they are written, by path."""

    values: tuple[tuple[str, str], ...]

    @cached_property
    def key(self) -> str:
        """What the point is known by (12 hex digits): a digest of its values."""
        text = json.dumps(sorted(self.values), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def of(self, scenario: Scenario, versions: Patches | None = None) -> Scenario:
        """The scenario at this point.

        versions: of the scenario, where many points are made.
        Raises ScenarioErrors whose fault names the point, if there can be no such scenario.
        """
        values = dict(self.values)
        try:
            return at_point(scenario, values) if versions is None else versions.at(values)
        except ScenarioErrors as errors:
            found, allowed = of_point(values, errors.errors[0])
            raise ScenarioErrors(
                [ScenarioError(file=scenario.name, path="sweep", found=found, allowed=allowed)]
            ) from None

    def numbers(self) -> dict[str, float | str]:
        """Values by path: numbers in the simulator's units (days, per day), else text."""
        return {
            path: text if (x := number(path, text)) is None else x for path, text in self.values
        }


def points(sweep: Sweep, seed: int) -> list[Point]:
    """The points of a design, in its order, each once.

    grid: every combination, the last path varying fastest.
    latin-hypercube: each path's range is cut into as many strata as there are points; each stratum
        is used once, at a random place within it (McKay, Beckman & Conover 1979).
    sobol: the first points of Sobol's sequence under a random digital shift, so that a longer
        design begins with the shorter one.  A power of two is spread most evenly.
    table: the rows in their order.
    """
    if sweep.design == "table":
        rows = rows_of(sweep)
        made = [Point(tuple((p, canonical(p, row[p])) for p in rows[0])) for row in rows]
        return list({point.key: point for point in made}.values())
    paths = list(sweep.parameters)
    if sweep.design == "grid":
        levels = [_levels(path, sweep.parameters[path]) for path in paths]
        made = [
            Point(tuple(zip(paths, texts, strict=True))) for texts in itertools.product(*levels)
        ]
    else:
        assert sweep.points is not None  # the scenario is refused otherwise
        spread = latin_hypercube if sweep.design == "latin-hypercube" else sobol
        unit = spread(sweep.points, len(paths), seed)
        made = [
            Point(
                tuple(
                    (path, _at(path, sweep.parameters[path], float(u)))
                    for path, u in zip(paths, row, strict=True)
                )
            )
            for row in unit
        ]
    return list({point.key: point for point in made}.values())


def asked(sweep: Sweep) -> int:
    """How many points a design asks for; fewer may differ, as of `on_start: [true, false]`."""
    if sweep.design == "table":
        return len(rows_of(sweep))
    if sweep.design != "grid":
        assert sweep.points is not None  # the scenario is refused otherwise
        return sweep.points
    return math.prod(len(one.values) or one.steps for one in sweep.parameters.values())


def check_points(scenario: Scenario, made: Sequence[Point]) -> None:
    """Refuse a design with a point at which there can be no scenario; of many some are looked at.

    Raises ScenarioErrors whose fault names the point.
    """
    plain = scenario.with_changes({"sweep": "none"})
    versions = versions_of(plain)
    count = min(len(made), MOST_TRIED)
    for k in range(count):
        made[k * len(made) // count].of(plain, versions)


def latin_hypercube(count: int, dimensions: int, seed: int, block: int = 0) -> Floats:
    """Points in the unit cube, one in each stratum of each side, shape (count, dimensions).

    A path's places do not depend on the other paths.
    """
    out = np.empty((count, dimensions))
    for j in range(dimensions):
        order = np.argsort([uniforms(seed, block, SWEEP_ORDER, j, 0, i)[0] for i in range(count)])
        place = np.array([uniforms(seed, block, SWEEP_PLACE, j, 0, i)[0] for i in range(count)])
        out[order, j] = (np.arange(count) + place[order]) / count
    return out


def sobol(count: int, dimensions: int, seed: int) -> Floats:
    """First points of Sobol's sequence under a keyed digital shift, shape (count, dimensions)."""
    from scipy.stats import qmc

    if dimensions > qmc.Sobol.MAXDIM:
        raise AfterbanError(f"a sobol design varies at most {qmc.Sobol.MAXDIM} values")
    power = max(0, math.ceil(math.log2(count)))
    plain = qmc.Sobol(dimensions, scramble=False, bits=_SOBOL_BITS).random_base2(power)[:count]
    shift = np.array([uniforms(seed, 0, SWEEP_SHIFT, j, 0, 0)[0] for j in range(dimensions)])
    size = 2**_SOBOL_BITS
    shifted = (plain * size).astype(np.int64) ^ (shift * size).astype(np.int64)
    return np.asarray((shifted + 0.5) / size, dtype=np.float64)


def _levels(path: str, variation: Variation) -> list[str]:
    if variation.values:
        return list(dict.fromkeys(canonical(path, text) for text in variation.values))
    steps = np.linspace(0.0, 1.0, variation.steps)
    return list(dict.fromkeys(_between(path, variation, float(u)) for u in steps))


def _at(path: str, variation: Variation, u: float) -> str:
    """The value at a place between 0 and 1: of a range, or one of a list's equal parts."""
    if variation.values:
        texts = variation.values
        return canonical(path, texts[min(int(u * len(texts)), len(texts) - 1)])
    return _between(path, variation, u)


def _between(path: str, variation: Variation, u: float) -> str:
    kind = _kind(path)
    assert variation.from_ is not None
    assert variation.to is not None
    low, high = float(kind.parse(variation.from_)), float(kind.parse(variation.to))
    if isinstance(kind, CountKind):
        # Each whole number of the range gets an equal share of it.
        return kind.format(min(int(low + u * (high - low + 1)), int(high)))
    if u in (0.0, 1.0):
        return kind.format(high if u else low)
    x = low * (high / low) ** u if variation.scale == "log" else low + u * (high - low)
    return kind.format(float(f"{x:.{DIGITS}g}"))


def _kind(path: str) -> Kind:
    kind = target(path)
    found = kind.value if isinstance(kind, Flavour) else kind
    return found if found is not None else NumberKind()


def merged(old: Sequence[Point], new: Sequence[Point]) -> list[Point]:
    """The points of a grown design: the new ones in their order, then old ones that it lacks."""
    return list({point.key: point for point in (*new, *old)}.values())
