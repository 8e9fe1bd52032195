"""Which settings a number rests on: those that move it on the same draws when they are changed.

Every draw is a function of its key, so a setting that is not used leaves the same bits.  Nothing is
listed by hand.

Checked by ``tests/experiment/test_why.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from afterban.engines import EngineName
from afterban.errors import AfterbanError
from afterban.experiment import lay_words
from afterban.experiment.applying import number_text
from afterban.experiment.breakeven import stretched
from afterban.experiment.ranges import is_left_out
from afterban.experiment.replicate import run_replication
from afterban.experiment.thinning import thinned
from afterban.language.kinds import CountKind, ShareKind
from afterban.language.laws import Flavour
from afterban.language.paths import joined, steps
from afterban.language.writing import law_text
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.scenario import Scenario
from afterban.scenario.inert import without_effect
from afterban.scenario.keys import sections
from afterban.scenario.places import STAR, Spot, numbers
from afterban.scenario.roles import kind_of_path

OPERATORS = 300  # of the network in which settings are tried
_SHIFTS = (2.0, 0.5)  # factors that are tried, the second where the first does nothing


@dataclass(frozen=True)
class Input:
    """A setting that moves a metric.

    path: in the scenario, with ``*`` for tiers, whose values are moved together.
    meaning: in words.
    factor: that it was multiplied by.
    change: of the metric then, relative; NaN where there was nothing to divide by.
    """

    path: str
    meaning: str
    factor: float
    change: float

    @property
    def mechanism(self) -> str:
        """The section that it is a setting of."""
        return steps(self.path)[0]


@dataclass(frozen=True)
class Inputs:
    """Settings that move a metric in some replications, and those that do not.

    moving: the one that moves it most first.  still: paths of the others that were tried.
    operators: of the network in which they were.
    """

    moving: tuple[Input, ...]
    still: tuple[str, ...]
    operators: int
    replications: int

    @property
    def mechanisms(self) -> dict[str, str]:
        """Sections with settings that move it, and what each is about."""
        known = sections()
        found = {}
        for one in self.moving:
            of = known.get(one.mechanism) or known.get(f"{one.mechanism}.NAME")
            about = (of.__doc__ or "").strip().splitlines()[0] if of else ""
            found[one.mechanism] = about
        return found


def inputs_of(
    scenario: Scenario,
    metric: str,
    policy: str = AS_WRITTEN,
    *,
    operators: int = OPERATORS,
    replications: int = 1,
    engine: EngineName | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Inputs:
    """Try every number of an arm that has an effect: doubled, then halved.

    What is left out of the scenario (a rate of 0, say) is not tried: it is nothing that the number
    rests on.
    """
    there = scenario.arm(policy) if policy != WITHOUT_ENFORCEMENT else scenario
    run = WITHOUT_ENFORCEMENT if policy == WITHOUT_ENFORCEMENT else AS_WRITTEN
    there = thinned(there, operators)
    centre = _told(there, metric, run, replications, engine)
    moving, still = [], []
    tried = _groups(there)
    for k, (path, together) in enumerate(tried.items(), start=1):
        found = None
        for factor in _SHIFTS:
            changes = {spot.path: _moved(spot, factor) for spot in together}
            if all(text is None for text in changes.values()):
                continue
            given = {where: text for where, text in changes.items() if text is not None}
            try:
                values = _told(there.with_changes(given), metric, run, replications, engine)
            except AfterbanError:
                continue  # no scenario has that value
            if _differ(values, centre):
                found = Input(path, lay_words.meaning(path), factor, _change(values, centre))
                break
        if found is None:
            still.append(path)
        else:
            moving.append(found)
        if progress is not None:
            progress(k, len(tried))
    moving.sort(key=lambda one: -abs(one.change) if math.isfinite(one.change) else math.inf)
    return Inputs(
        tuple(moving),
        tuple(still),
        sum(tier.count for tier in there.tiers.values()),
        replications,
    )


def _groups(there: Scenario) -> dict[str, list[Spot]]:
    """Numbers to be moved, those of all tiers together, by path."""
    idle = without_effect(there)
    found: dict[str, list[Spot]] = {}
    for spot in numbers(there):
        if spot.path in idle or is_left_out(spot):
            continue
        if kind_of_path(there, spot.path) == "setting":
            continue
        found.setdefault(pattern(spot.path), []).append(spot)
    return found


def pattern(path: str) -> str:
    """A path with ``*`` for the name of a tier."""
    names = path.split(".")
    if names[0] == "tiers" and len(names) > 2:
        names[1] = STAR
    elif names[:2] == ["detection", "tiers"] and len(names) > 3:
        names[2] = STAR
    text = ""
    for name in names:
        text = joined(text, name) if name != STAR else f"{text}.{STAR}"
    return text


def _moved(spot: Spot, factor: float) -> str | None:
    """A value times a factor, within what it may be; None where that is the same value."""
    now = spot.number
    if not math.isfinite(now) or now == 0:
        return None
    if isinstance(spot.of, Flavour):
        return law_text(spot.of, stretched(spot.value, now * factor))
    new = now * factor
    if isinstance(spot.kind, ShareKind) and new >= 1.0:
        return None  # that would be another mechanism: everybody, or nobody else
    if isinstance(spot.kind, CountKind):
        new = max(1.0, round(new))
    return None if new == now else number_text(spot.kind, new)


def _told(
    there: Scenario, metric: str, run: str, replications: int, engine: EngineName | None
) -> list[float]:
    """The metric in each replication."""
    return [
        run_replication(there, [run], replication=k, engine=engine)[0].metrics.get(metric, math.nan)
        for k in range(replications)
    ]


def _differ(values: Iterable[float], others: Iterable[float]) -> bool:
    """Whether any two are not the same bits; undefined is the same as undefined."""
    return any(
        not (a == b or (math.isnan(a) and math.isnan(b)))
        for a, b in zip(values, others, strict=True)
    )


def _change(values: list[float], others: list[float]) -> float:
    before = math.fsum(others) / len(others)
    after = math.fsum(values) / len(values)
    return (after - before) / abs(before) if before else math.nan


__all__ = ["Input", "Inputs", "inputs_of", "pattern"]
