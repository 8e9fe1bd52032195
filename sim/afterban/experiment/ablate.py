"""Ablation: what each part of the cycle contributes to a metric, on common random numbers.

Each part is switched off alone and the scenario is run again with the same draws.  What is lost is
what the part contributes where all others are at work: contributions need not add up.

Checked by ``tests/experiment/test_ablate.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from afterban.channels import FACTOR, HAZARDS, PER_DAY, PER_IMPRESSION, PER_POST
from afterban.engines import EngineName
from afterban.errors import AfterbanError
from afterban.experiment.answer import Answer
from afterban.experiment.compare import (
    HEADLINE,
    check_metric,
    differences,
    estimate_dict,
    estimate_from,
    table,
    unknown,
)
from afterban.experiment.contribution import PARTS, Contribution
from afterban.experiment.difference import Difference
from afterban.experiment.replicate import Outcome, replicate
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.scenario import Scenario
from afterban.units import format_per, format_rate

if TYPE_CHECKING:
    import pandas as pd

    from afterban.report.figures import Figure

# How a hazard of discovery, which pressure multiplies, is written, by its kind.
_FORMS: Mapping[str, Callable[[float], str]] = {
    PER_IMPRESSION: lambda value: format_per(value, "impression"),
    PER_POST: lambda value: format_per(value, "post"),
    PER_DAY: format_rate,
    FACTOR: repr,
}


@dataclass(frozen=True)
class Ablation(Answer):
    """The contribution of each part of the cycle, by pressure.

    contributions: in the order of the pressures and of PARTS.
    """

    scenario: str
    digest: str
    policy: str
    metric: str
    level: float
    seed: int
    replications: int
    pressures: tuple[float, ...]
    contributions: tuple[Contribution, ...]

    def at(self, part: str, pressure: float = 1.0) -> Contribution:
        """The contribution of one part at one pressure.  Raises KeyError if it was not asked."""
        for one in self.contributions:
            if one.part == part and one.pressure == pressure:
                return one
        raise KeyError((part, pressure))

    def words(self) -> list[str]:
        """One sentence for each part and pressure."""
        return [
            ("" if one.pressure == 1.0 else f"{one.pressure:g} times the hazard of discovery: ")
            + one.words()
            for one in self.contributions
        ]

    def rows(self) -> list[dict[str, Any]]:
        """One record for each part and pressure; what is undefined is NaN."""
        out = []
        for one in self.contributions:
            d = one.difference
            out.append(
                {
                    "pressure": one.pressure,
                    "part": one.part,
                    "metric": self.metric,
                    "with": math.nan if d is None else d.arm.value,
                    "without": math.nan if d is None else d.control.value,
                    "contribution": math.nan if d is None else d.estimate.value,
                    "contribution_low": math.nan if d is None else d.estimate.low,
                    "contribution_high": math.nan if d is None else d.estimate.high,
                    "relative": one.relative,
                    "sign": one.sign,
                    "won_per_spent": one.won_per_spent,
                    "absent": one.absent,
                    "n": 0 if d is None else d.estimate.n,
                }
            )
        return out

    def frame(self) -> pd.DataFrame:
        """:meth:`rows` as a data frame."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def figure(self) -> Figure:
        """The contribution of each part with its interval, over pressure if there are several."""
        from afterban.report.ablation import ablation as draw
        from afterban.report.figures import in_style

        with in_style():
            return draw(self)

    def to_dict(self) -> dict[str, Any]:
        """Everything, for JSON: a number that is not finite is None."""
        return {
            "scenario": self.scenario,
            "digest": self.digest,
            "policy": self.policy,
            "metric": self.metric,
            "level": self.level,
            "seed": self.seed,
            "replications": self.replications,
            "pressures": list(self.pressures),
            "contributions": [
                {
                    "part": one.part,
                    "pressure": one.pressure,
                    "with": None if one.difference is None else estimate_dict(one.difference.arm),
                    "without": None
                    if one.difference is None
                    else estimate_dict(one.difference.control),
                    "contribution": None
                    if one.difference is None
                    else estimate_dict(one.difference.estimate),
                    "relative": one.relative if math.isfinite(one.relative) else None,
                    "sign": one.sign,
                    "won_per_spent": one.won_per_spent
                    if math.isfinite(one.won_per_spent)
                    else None,
                    "absent": one.absent,
                    "words": one.words(),
                }
                for one in self.contributions
            ],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Ablation:
        """What :meth:`to_dict` gave.  Raises KeyError or TypeError for anything else."""
        plain = ("scenario", "digest", "policy", "metric", "level", "seed", "replications")
        return cls(
            **{key: data[key] for key in plain},
            pressures=tuple(float(one) for one in data["pressures"]),
            contributions=tuple(
                Contribution(
                    part=one["part"],
                    pressure=float(one["pressure"]),
                    difference=None
                    if one["contribution"] is None
                    else Difference(
                        policy=AS_WRITTEN,
                        baseline=_arm(one["part"]),
                        metric=data["metric"],
                        arm=estimate_from(one["with"]),
                        control=estimate_from(one["without"]),
                        estimate=estimate_from(one["contribution"]),
                    ),
                    absent=one["absent"],
                    won_per_spent=math.nan
                    if one["won_per_spent"] is None
                    else float(one["won_per_spent"]),
                )
                for one in data["contributions"]
            ),
        )


def ablate(
    scenario: Scenario,
    parts: Sequence[str] | None = None,
    *,
    policy: str = AS_WRITTEN,
    pressures: Sequence[float] = (1.0,),
    metric: str = HEADLINE,
    replications: int | None = None,
    level: float = 0.95,
    seed: int | None = None,
    engine: EngineName | None = None,
    workers: int | None = None,
    each: Callable[[list[Outcome]], None] | None = None,
) -> Ablation:
    """Switch off each part of the cycle alone, and tell what it contributes.

    Args:
        scenario: the scenario.
        parts: keys of PARTS; all if None.
        policy: arm under which it is asked.
        pressures: factors on every hazard of discovery (reports, classifier, threats, watch); each
            above 0.  Campaigns and probabilities per act (sign-up, handle and link match) stay.
        metric: what the contributions are to.
        level: probability that all intervals at one pressure hold the true contributions.
        each: called with the outcomes of each replication as it is finished.

    Raises:
        AfterbanError: a part, an arm or a metric that is not there, or a pressure that is none.
    """
    chosen = _chosen(scenario, parts, policy, pressures, metric)
    asked = scenario.arm(policy)
    found: list[Contribution] = []
    n = 0
    for factor in pressures:
        pressed = with_pressure(asked, factor)
        absent = {part: _absent(pressed, part) for part in chosen}
        arms = [part for part in chosen if not absent[part]]
        told: dict[str, Difference] = {}
        won = math.nan
        if arms:
            done = []
            for outcomes in replicate(
                _with_ablations(pressed, arms),
                _runs(arms),
                replications=replications,
                seed=seed,
                engine=engine,
                workers=workers,
            ):
                done.append(outcomes)
                if each is not None:
                    each(outcomes)
            n = len(done)
            told = _paired(done, arms, metric, level)
            won = _won_per_spent(done, arms)
        found += [
            Contribution(
                part,
                float(factor),
                told.get(part),
                absent[part],
                won if part == "promotion" and not absent[part] else math.nan,
            )
            for part in chosen
        ]
    return Ablation(
        scenario=scenario.name,
        digest=scenario.digest(),
        policy=policy,
        metric=metric,
        level=level,
        seed=scenario.seed if seed is None else seed,
        replications=n or (scenario.replications if replications is None else replications),
        pressures=tuple(float(factor) for factor in pressures),
        contributions=tuple(found),
    )


def _chosen(
    scenario: Scenario,
    parts: Sequence[str] | None,
    policy: str,
    pressures: Sequence[float],
    metric: str,
) -> list[str]:
    """The parts that are asked for, each once.  Raises AfterbanError as :func:`ablate` says."""
    chosen = list(PARTS) if parts is None else list(dict.fromkeys(parts))
    for part in chosen:
        if part not in PARTS:
            raise AfterbanError(unknown("part", part, "the cycle", list(PARTS)))
    if not chosen or not pressures:
        raise AfterbanError("there is nothing to switch off; name a part and a pressure")
    for factor in pressures:
        if not (factor > 0 and math.isfinite(factor)):
            raise AfterbanError(f"a pressure of {factor:g}: it must be above 0")
    check_metric(scenario, metric)
    known = [AS_WRITTEN, *scenario.policies]
    if policy not in known:
        raise AfterbanError(unknown("arm", policy, scenario.name, known))
    return chosen


def with_pressure(scenario: Scenario, factor: float) -> Scenario:
    """The scenario with every hazard of discovery multiplied by ``factor``, in all regimes."""
    if factor == 1.0:
        return scenario
    changes: dict[str, str] = {}
    detection = scenario.detection
    for hazard in HAZARDS:
        given = {hazard.key: detection.value_of(hazard)} | {
            f"detection.regimes[{k}].{hazard.name}": getattr(regime, hazard.name)
            for k, regime in enumerate(detection.regimes)
        }
        for path, value in given.items():
            if value is not None and value > 0:
                changes[path] = _FORMS[hazard.kind](float(value) * factor)
    return scenario.with_changes(changes)


def _paired(
    done: Sequence[Sequence[Outcome]], parts: Sequence[str], metric: str, level: float
) -> dict[str, Difference]:
    """For each part the run with it against the run without it."""
    runs = _runs(parts)
    # `differences` sets arms against one control; seen from there, what is lost has the other sign.
    found = differences(
        table(done, runs), runs[2:], AS_WRITTEN, level, metrics=[metric], closer=[metric]
    )
    return {d.policy.removeprefix("without-"): _turned(d) for d in found.get(metric, ())}


def _won_per_spent(done: Sequence[Sequence[Outcome]], parts: Sequence[str]) -> float:
    """Ordinary outsider impressions that promotion wins, over those that it costs.

    What it wins is what all posts gain, since over all posts it costs nothing; what it costs is
    the part of that which ordinary posts do not have.
    """
    if "promotion" not in parts:
        return math.nan
    place = _runs(parts).index(_arm("promotion"))
    ordinary, everything = (
        sum(o[1].metrics[name] - o[place].metrics[name] for o in done)
        for name in ("outsider_impressions", "outsider_impressions_of_all_posts")
    )
    spent = everything - ordinary
    return everything / spent if spent > 0.0 else math.nan


def _turned(d: Difference) -> Difference:
    """The same difference seen from the other arm."""
    e = d.estimate
    turned = replace(e, value=0.0 - e.value, low=0.0 - e.high, high=0.0 - e.low)
    return replace(
        d,
        policy=d.baseline,
        baseline=d.policy,
        arm=d.control,
        control=d.arm,
        estimate=turned,
    )


def _arm(part: str) -> str:
    return f"without-{part}"


def _runs(parts: Sequence[str]) -> list[str]:
    return [WITHOUT_ENFORCEMENT, AS_WRITTEN, *(_arm(part) for part in parts)]


def _with_ablations(scenario: Scenario, parts: Sequence[str]) -> Scenario:
    """The scenario with one arm for each part that is switched off."""
    changes: dict[str, dict[str, Any]] = {}
    for part in parts:
        if part == "return":
            arm: dict[str, Any] = {"returning": {"probability": 0}}
            tiers = {name: {"returns": 0} for name, t in scenario.tiers.items() if t.returns}
            if tiers:
                arm["tiers"] = tiers
        elif part == "similar-names":
            arm = {"handles": {"near_identical": 0}}
        elif part == "promotion":
            arm = {"promotion": {"posts": 0}}
        else:
            arm = {"tiers": {n: {"spares": 0} for n, t in scenario.tiers.items() if t.spares}}
        changes[f"policies.{_arm(part)}"] = arm
    return scenario.with_changes(changes)


def _absent(scenario: Scenario, part: str) -> str:
    """Why the scenario does not have the part; "" if it does."""
    if part == "return":
        chances = [
            scenario.returning.probability if t.returns is None else t.returns
            for t in scenario.tiers.values()
        ]
        return "" if any(chances) else "nobody comes back"
    if part == "similar-names":
        return "" if scenario.handles.near_identical > 0 else "no handle is near-identical"
    if part == "promotion":
        promoters = any(t.promotes for t in scenario.tiers.values())
        return "" if scenario.promotion.posts and promoters else "nobody promotes"
    return "" if any(t.spares for t in scenario.tiers.values()) else "no tier has spares"
