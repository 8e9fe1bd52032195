"""Which assumption moves a result most: each is set to the ends of its range, on common draws."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from afterban.engines import EngineName, default_engine
from afterban.experiment.assumption import Assumption
from afterban.experiment.compare import HEADLINE, check_metric, estimate_dict, estimate_from
from afterban.experiment.ranges import AFTER_A_FLAG
from afterban.experiment.ranges import (
    assumptions_of as assumptions_of,
)  # for who asks what is ranked
from afterban.experiment.replicate import replicate
from afterban.experiment.thinning import operators_of, thinned, thinned_by
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT, Parameters
from afterban.scenario import Scenario
from afterban.statistics import Estimate, mean_interval, paired_difference, undefined

Floats = npt.NDArray[np.float64]


OPERATORS = 2000  # of the thinned network
REPLICATIONS = 4


@dataclass(frozen=True)
class End:
    """The metric with one assumption at one end of its range.

    value: mean of the metric.  change: its paired difference from the centre.
    contrast: paired difference of the second arm from the first, if there is one.
    contrast_change: how far that is from the one at the centre, paired too.
    """

    text: str
    value: Estimate
    change: Estimate
    contrast: Estimate | None = None
    contrast_change: Estimate | None = None

    @property
    def told(self) -> bool:
        """Whether the change can be told from none."""
        e = self.change
        return e.low > 0 or e.high < 0 or (e.value != 0 and e.low == e.high)


@dataclass(frozen=True)
class Swing:
    """What one assumption does alone."""

    name: str
    label: str
    kind: str
    sources: tuple[str, ...]
    why: str
    low: End
    high: End

    @classmethod
    def of(cls, one: Assumption, low: End, high: End) -> Swing:
        """What an assumption does, from what its ends came to."""
        return cls(one.name, one.label, one.kind, one.sources, one.why, low, high)

    @property
    def span(self) -> float:
        """Distance between the highest and the lowest mean, the centre counted in."""
        moves = [0.0, self.low.change.value, self.high.change.value]
        return max(moves) - min(moves)

    @property
    def told(self) -> bool:
        """Whether either end can be told from the centre."""
        return self.low.told or self.high.told


@dataclass(frozen=True)
class Sensitivity:
    """Assumptions, the one that moves the metric most first.

    policy: arm whose metric it is.  other: second arm, whose advantage is followed too.
    operators, of: size of the network that was run, and of the scenario's.
    what: what is followed, in words, where it is no metric but a difference of arms; else "".
    """

    scenario: str
    digest: str
    metric: str
    policy: str
    other: str | None
    seed: int
    engine: str
    replications: int
    operators: int
    of: int
    centre: Estimate
    contrast: Estimate | None
    swings: tuple[Swing, ...]
    what: str = ""

    def of_decision(self, what: str) -> Sensitivity | None:
        """The same of the difference of the second arm from the first, which a choice rests on.

        Assumptions by how much they move that difference, the most first; None without a second
        arm, or where it was not kept.
        """
        swings = []
        for swing in self.swings:
            ends = []
            for end in (swing.low, swing.high):
                if end.contrast is None or end.contrast_change is None:
                    return None
                ends.append(End(end.text, end.contrast, end.contrast_change))
            swings.append(replace(swing, low=ends[0], high=ends[1]))
        if self.contrast is None or not swings:
            return None
        swings.sort(key=_by_span)
        return replace(self, centre=self.contrast, contrast=None, swings=tuple(swings), what=what)

    @property
    def thinned(self) -> bool:
        """Whether the network was made smaller."""
        return self.operators != self.of

    def to_dict(self) -> dict[str, Any]:
        """For JSON: a number that is not finite is None."""
        return {
            **{
                key: getattr(self, key)
                for key in (
                    *("scenario", "digest", "metric", "policy", "other", "seed", "engine"),
                    *("replications", "operators", "of", "what"),
                )
            },
            "centre": estimate_dict(self.centre),
            "contrast": None if self.contrast is None else estimate_dict(self.contrast),
            "swings": [
                {
                    "name": swing.name,
                    "label": swing.label,
                    "kind": swing.kind,
                    "sources": list(swing.sources),
                    "why": swing.why,
                    "low": _end_dict(swing.low),
                    "high": _end_dict(swing.high),
                }
                for swing in self.swings
            ],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Sensitivity:
        """What :meth:`to_dict` gave.  Raises KeyError or TypeError for anything else."""
        plain = {
            key: value for key, value in data.items() if key not in ("centre", "contrast", "swings")
        }
        return cls(
            **plain,
            centre=estimate_from(data["centre"]),
            contrast=None if data["contrast"] is None else estimate_from(data["contrast"]),
            swings=tuple(
                Swing(
                    name=one["name"],
                    label=one["label"],
                    kind=one["kind"],
                    sources=tuple(one["sources"]),
                    why=one["why"],
                    low=_end(one["low"]),
                    high=_end(one["high"]),
                )
                for one in data["swings"]
            ),
        )


def rank(
    scenario: Scenario,
    *,
    metric: str = HEADLINE,
    policy: str = AS_WRITTEN,
    other: str | None = None,
    operators: int = OPERATORS,
    replications: int = REPLICATIONS,
    leave_out: Collection[str] = (),
    assumptions: Sequence[Assumption] | None = None,
    seed: int | None = None,
    engine: EngineName | None = None,
    workers: int | None = None,
    level: float = 0.95,
    progress: Callable[[int, int], None] | None = None,
) -> Sensitivity:
    """Run every assumption that the scenario makes at both ends of its range.

    Args:
        scenario: the scenario.
        metric: what is followed.
        policy: the arm in which it is followed.
        other: another arm; its difference from ``policy`` is followed too.
        operators: largest network that is run as it is; larger ones are thinned.
        replications: of each setting, on common random numbers.
        leave_out: names of assumptions that are not varied.
        assumptions: what to vary; all that the scenario has ranges for if left out.
        level: of the intervals.
        progress: called with the settings done and planned.

    Raises:
        AfterbanError: a metric that is not there.
    """
    check_metric(scenario, metric)
    if assumptions is None:
        assumptions = assumptions_of(scenario)
    smaller = thinned(scenario, operators)
    plans = _planned(scenario, [one for one in assumptions if one.name not in leave_out])
    settings = _Settings(
        (policy,) if other is None else (policy, other),
        metric,
        replications,
        seed,
        engine,
        workers,
        progress,
        total=1 + 2 * len(plans),
    )
    centre = settings.run(smaller)
    factor = operators_of(smaller) / operators_of(scenario)

    def end(text: str, changes: Mapping[str, str]) -> End:
        there = settings.run(thinned_by(scenario.with_changes(changes), factor))
        return _end_at(text, there, centre, policy, other, level)

    swings = [
        Swing.of(one, end(one.text(one.low), low), end(one.text(one.high), high))
        for one, low, high in plans
    ]
    swings.sort(key=_by_span)
    return Sensitivity(
        scenario=scenario.name,
        digest=scenario.digest(),
        metric=metric,
        policy=policy,
        other=other,
        seed=scenario.seed if seed is None else seed,
        engine=engine or default_engine(),
        replications=replications,
        operators=operators_of(smaller),
        of=operators_of(scenario),
        centre=_mean(centre[policy], level),
        contrast=_contrast(centre, policy, other, level),
        swings=tuple(swings),
    )


def _end_at(
    text: str,
    there: Mapping[str, Floats],
    centre: Mapping[str, Floats],
    policy: str,
    other: str | None,
    level: float,
) -> End:
    """What the arms come to at an end, beside the centre."""
    moved = None
    if other is not None:
        moved = _paired(there[other] - there[policy], centre[other] - centre[policy], level)
    return End(
        text,
        _mean(there[policy], level),
        _paired(there[policy], centre[policy], level),
        _contrast(there, policy, other, level),
        moved,
    )


def _by_span(swing: Swing) -> float:
    """The widest first, those that are undefined last."""
    return -swing.span if math.isfinite(swing.span) else math.inf


@dataclass
class _Settings:
    """Settings that are run on common random numbers, each world without enforcement only once.

    arms: of each setting.  metric: that is followed in them.
    progress: called with the settings done and ``total``.
    """

    arms: tuple[str, ...]
    metric: str
    replications: int
    seed: int | None
    engine: EngineName | None
    workers: int | None
    progress: Callable[[int, int], None] | None
    total: int
    done: int = 0
    twins: dict[str, list[Mapping[str, float]]] = field(default_factory=dict)

    def run(self, scenario: Scenario) -> dict[str, Floats]:
        """The metric in each arm, one number per replication."""
        key = twin_key(scenario)
        known = self.twins.get(key)
        rows = list(
            replicate(
                scenario,
                self.arms if known is not None else [*self.arms, WITHOUT_ENFORCEMENT],
                replications=self.replications,
                seed=self.seed,
                engine=self.engine,
                workers=self.workers,
                twins=known,
            )
        )
        if known is None:
            self.twins[key] = [row[-1].metrics for row in rows]
        self.done += 1
        if self.progress is not None:
            self.progress(self.done, self.total)
        return {
            arm: np.array([row[k].metrics.get(self.metric, math.nan) for row in rows])
            for k, arm in enumerate(self.arms)
        }


def _planned(
    scenario: Scenario, assumptions: Sequence[Assumption]
) -> list[tuple[Assumption, Mapping[str, str], Mapping[str, str]]]:
    """The assumptions that the scenario makes, with the changes to either end."""
    plans: list[tuple[Assumption, Mapping[str, str], Mapping[str, str]]] = []
    for one in assumptions:
        low, high = (one.changes(scenario, x) for x in (one.low, one.high))
        if low is not None and high is not None:
            plans.append((one, low, high))
    return plans


def twin_key(scenario: Scenario) -> str:
    """The same for scenarios whose worlds without enforcement are the same."""
    parameters = Parameters.from_scenario(scenario, WITHOUT_ENFORCEMENT)
    key = hashlib.sha256()
    for name, value in parameters._asdict().items():
        if name not in AFTER_A_FLAG:
            key.update(name.encode() + np.asarray(value).tobytes())
    return key.hexdigest()


def _mean(x: Floats, level: float) -> Estimate:
    told = x[np.isfinite(x)]
    if not len(told):
        return undefined(level)
    return mean_interval(told, level)


def _paired(x: Floats, y: Floats, level: float) -> Estimate:
    good = np.isfinite(x) & np.isfinite(y)
    if not good.any():
        return undefined(level)
    return paired_difference(x[good], y[good], level)


def _contrast(
    there: Mapping[str, Floats], policy: str, other: str | None, level: float
) -> Estimate | None:
    """The difference of the second arm from the first, if there is one."""
    return None if other is None else _paired(there[other], there[policy], level)


def _end_dict(end: End) -> dict[str, Any]:
    return {
        "text": end.text,
        "value": estimate_dict(end.value),
        "change": estimate_dict(end.change),
        "contrast": None if end.contrast is None else estimate_dict(end.contrast),
        "contrast_change": None
        if end.contrast_change is None
        else estimate_dict(end.contrast_change),
    }


def _end(data: Mapping[str, Any]) -> End:
    contrast, moved = data["contrast"], data.get("contrast_change")
    return End(
        data["text"],
        estimate_from(data["value"]),
        estimate_from(data["change"]),
        None if contrast is None else estimate_from(contrast),
        None if moved is None else estimate_from(moved),
    )
