"""Why a number is what it is: what it rests on, what it is made of, what of it is assumed.

Checked by ``tests/experiment/test_why.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from afterban.engines import EngineName
from afterban.errors import AfterbanError
from afterban.experiment import sensitivity, why_parts
from afterban.experiment.answer import Answer, estimate_data, plain
from afterban.experiment.compare import check_metric
from afterban.experiment.questions import known_arm
from afterban.experiment.replicate import Outcome, replicate
from afterban.experiment.sensitivity import Sensitivity, Swing
from afterban.experiment.why_inputs import Inputs, inputs_of
from afterban.experiment.wording import decimals, label, number
from afterban.metrics import metric_of
from afterban.metrics.run import Floats, Run
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT, Parameters
from afterban.scenario import Scenario
from afterban.statistics import Estimate, mean_interval, undefined

if TYPE_CHECKING:
    import pandas as pd

    from afterban.report.figures import Figure

MOST_ASSUMPTIONS = 3
_KINDS = {
    "tier": "by tier",
    "life": "by life number",
    "part of life": "by part of life",
    "loss": "by what is missing",
}


@dataclass(frozen=True)
class Decomposition:
    """Parts that add up to a number.

    kind: ``tier``, ``life``, ``part of life`` or ``loss``.
    parts: name -> mean over the replications, in the metric's unit.
    shared: whether parts were shared out by the impressions since the start, since the number is of
        the evaluation period only.
    """

    kind: str
    parts: Mapping[str, float]
    shared: bool = False

    @property
    def whole(self) -> float:
        """What the parts add up to."""
        return math.fsum(self.parts.values())


@dataclass(frozen=True)
class Why(Answer):
    """What a metric under an arm rests on.

    made_by: name of the function that makes it.
    decompositions: those in which the parts add up; none of a median, say.
    inputs: settings that move it; None if that was not asked for.
    ranked: assumptions by how much they move it; None if that was not asked for.
    """

    scenario: str
    digest: str
    metric: str
    policy: str
    seed: int
    replications: int
    estimate: Estimate
    made_by: str
    decompositions: tuple[Decomposition, ...]
    inputs: Inputs | None
    ranked: Sensitivity | None

    @property
    def assumptions(self) -> tuple[Swing, ...]:
        """The three that move it most, each over its stated range."""
        swings = () if self.ranked is None else self.ranked.swings
        return tuple(s for s in swings if math.isfinite(s.span) and s.span > 0)[:MOST_ASSUMPTIONS]

    def of(self, kind: str) -> Decomposition:
        """A decomposition by its kind.  Raises KeyError if it has none of that kind."""
        for one in self.decompositions:
            if one.kind == kind:
                return one
        raise KeyError(kind)

    def words(self) -> list[str]:
        """The number, its parts, what it rests on, and what of it is assumed."""
        one = metric_of(self.metric)
        said = [
            f"{label(self.metric)} under {self.policy} is {_value(self.metric, self.estimate)}: "
            f"{one.meaning}."
        ]
        for each in self.decompositions:
            parts = "; ".join(
                f"{name} {_part(self.metric, value, self.estimate)}"
                for name, value in each.parts.items()
                if value != 0
            )
            shared = ", shared out by all impressions since the start" if each.shared else ""
            said.append(f"{_KINDS[each.kind].capitalize()}{shared}: {parts}.")
        if not self.decompositions:
            said.append("It has no parts that add up to it, as a median has none.")
        if self.inputs is not None:
            said += self._inputs_words(self.inputs)
        if self.ranked is not None:
            said.append(self._assumptions_words())
        return said

    def _inputs_words(self, inputs: Inputs) -> list[str]:
        if not inputs.moving:
            return ["No setting moves it."]
        told = "; ".join(
            f"{one.meaning} ({one.path}, {_change(one.change)} at "
            f"{'twice' if one.factor == 2 else 'half'} of it)"
            for one in inputs.moving[:5]
        )
        return [
            f"It rests on {len(inputs.moving)} settings of {len(inputs.mechanisms)} sections "
            f"({', '.join(inputs.mechanisms)}), most on: {told}.",
            f"{len(inputs.still)} settings that have an effect elsewhere do not move it.",
        ]

    def _assumptions_words(self) -> str:
        if not self.assumptions:
            return "No assumption that has a range moves it."
        told = "; ".join(
            f"{one.label} ({_value(self.metric, one.low.value)} at {one.low.text}, "
            f"{_value(self.metric, one.high.value)} at {one.high.text})"
            for one in self.assumptions
        )
        ranked = self.ranked
        assert ranked is not None
        size = f" in a network of {ranked.operators:,} operators" if ranked.thinned else ""
        return f"Of what is assumed these move it most, each alone over its range{size}: {told}."

    def frame(self) -> pd.DataFrame:
        """One row for each part, setting and assumption."""
        import pandas as pd

        rows: list[dict[str, Any]] = [
            {"what": each.kind, "name": name, "value": value}
            for each in self.decompositions
            for name, value in each.parts.items()
        ]
        if self.inputs is not None:
            rows += [
                {"what": "input", "name": one.path, "change": one.change}
                for one in self.inputs.moving
            ]
        rows += [
            {"what": "assumption", "name": one.name, "low": one.low.value.value}
            | {"high": one.high.value.value, "span": one.span}
            for one in self.assumptions
        ]
        return pd.DataFrame(
            rows, columns=["what", "name", "value", "change", "low", "high", "span"]
        )

    def figure(self) -> Figure:
        """The parts of each decomposition as bars, and the swings of the assumptions."""
        from afterban.report.answers import parts
        from afterban.report.figures import in_style

        with in_style():
            return parts(
                f"{label(self.metric)} under {self.policy}",
                self.metric,
                {_KINDS[one.kind]: one.parts for one in self.decompositions},
                {
                    one.label: (one.low.value.value, one.high.value.value)
                    for one in self.assumptions
                },
                f"{self.scenario} {self.digest[:12]} · seed {self.seed} · n = {self.replications}",
            )

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types."""
        inputs = self.inputs
        data: dict[str, Any] = plain(
            {
                "scenario": self.scenario,
                "digest": self.digest,
                "metric": self.metric,
                "policy": self.policy,
                "seed": self.seed,
                "replications": self.replications,
                "made_by": self.made_by,
                "meaning": metric_of(self.metric).meaning,
                **estimate_data(self.estimate),
                "parts": {
                    one.kind: {"parts": dict(one.parts), "shared": one.shared}
                    for one in self.decompositions
                },
                "inputs": None
                if inputs is None
                else {
                    "mechanisms": inputs.mechanisms,
                    "moving": [vars(one) for one in inputs.moving],
                    "still": list(inputs.still),
                    "operators": inputs.operators,
                },
                "assumptions": None
                if self.ranked is None
                else [
                    {
                        "name": one.name,
                        "label": one.label,
                        "low": {"at": one.low.text, **estimate_data(one.low.value)},
                        "high": {"at": one.high.text, **estimate_data(one.high.value)},
                        "span": one.span,
                    }
                    for one in self.assumptions
                ],
            }
        )
        return data


def why(
    scenario: Scenario,
    metric: str,
    *,
    policy: str = AS_WRITTEN,
    replications: int | None = None,
    inputs: bool = True,
    assumptions: bool = True,
    seed: int | None = None,
    engine: EngineName | None = None,
    workers: int | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Why:
    """Tell what a metric under an arm rests on, what it is made of, and what of it is assumed.

    Args:
        scenario: the scenario.
        metric: such as ``effective_reach``, or ``effective_reach.hub`` of one tier.
        policy: the arm.
        replications: of the number and its parts; the scenario's own if None.
        inputs: whether settings are tried one by one, on one replication of a thinned network.
        assumptions: whether what has a range is ranked, each set to both ends on the same draws.
        progress: called with what is done, the steps done and planned.

    Raises:
        AfterbanError: a metric that is not there.  UnknownName: an arm that is not there.
    """
    check_metric(scenario, metric)
    known_arm(scenario, policy)

    def told(what: str) -> Callable[[int, int], None] | None:
        if progress is None:
            return None
        return lambda done, planned: progress(what, done, planned)

    estimate, found, n = _decomposed(
        scenario, metric, policy, replications, seed, engine, workers, told("replications")
    )
    moved = None
    if inputs:
        moved = inputs_of(scenario, metric, policy, engine=engine, progress=told("settings"))
    ranked = None
    if assumptions:
        ranked = sensitivity.rank(
            scenario,
            metric=metric,
            policy=policy,
            seed=seed,
            engine=engine,
            workers=workers,
            progress=told("single assumptions"),
        )
    return Why(
        scenario.name,
        scenario.digest(),
        metric,
        policy,
        scenario.seed if seed is None else seed,
        n,
        estimate,
        why_parts.sum_of(metric).name,
        found,
        moved,
        ranked,
    )


def _decomposed(
    scenario: Scenario,
    metric: str,
    policy: str,
    replications: int | None,
    seed: int | None,
    engine: EngineName | None,
    workers: int | None,
    progress: Callable[[int, int], None] | None,
) -> tuple[Estimate, tuple[Decomposition, ...], int]:
    """The number, and its parts under a weighting that fits in each replication."""
    arm = scenario if policy in (AS_WRITTEN, WITHOUT_ENFORCEMENT) else scenario.arm(policy)
    parameters = Parameters.from_scenario(scenario, policy)
    planned = scenario.replications if replications is None else replications
    keyed = scenario.seed if seed is None else seed
    if planned < 1:
        raise AfterbanError(f"{planned} replications: at least 1 is needed")
    values: list[float] = []
    parts: dict[str, dict[str, list[Floats]]] = {}
    for row in replicate(
        scenario,
        list(dict.fromkeys([WITHOUT_ENFORCEMENT, policy])),
        replications=planned,
        seed=seed,
        engine=engine,
        workers=workers,
        keep=True,
    ):
        run = _run(row[-1], row[0].metrics, parameters, arm, keyed)
        value = row[-1].metrics.get(metric, math.nan)
        values.append(value)
        if math.isfinite(value):
            each = why_parts.parts_of(run, metric, row[-1].metrics)
            _collect(parts, each, value, first=len([v for v in values if math.isfinite(v)]) == 1)
        if progress is not None:
            progress(len(values), planned)
    told = np.array([value for value in values if math.isfinite(value)])
    estimate = mean_interval(told, 0.95) if len(told) else undefined(0.95)
    late = float(parameters.windows[0]) > 0
    return (
        estimate,
        tuple(
            Decomposition(
                kind,
                dict(zip(why_parts.names_of_parts(kind, list(arm.tiers)), mean, strict=True)),
                shared=late and weighting == "impressions" and kind != "loss",
            )
            for kind, ways in parts.items()
            for weighting, rows in list(ways.items())[:1]
            for mean in [np.mean(rows, axis=0).tolist()]
            # Of one group alone any weighting fits.
            if weighting in ("counts", "impressions") or np.count_nonzero(mean) > 1
        ),
        len(values),
    )


def _collect(
    parts: dict[str, dict[str, list[Floats]]],
    each: Mapping[str, Mapping[str, Floats]],
    value: float,
    first: bool,
) -> None:
    """Keep the weightings that fit in this replication too, and drop all others."""
    for kind in list(each) if first else list(parts):
        ways = {
            name: rows
            for name, rows in each.get(kind, {}).items()
            if why_parts.adds_up(rows, value)
        }
        if first:
            parts[kind] = {name: [rows] for name, rows in ways.items()}
        else:
            kept = {name: [*parts[kind][name], ways[name]] for name in parts[kind] if name in ways}
            parts[kind] = kept
        if not parts[kind]:
            del parts[kind]


def _run(
    outcome: Outcome, twin: Mapping[str, float], parameters: Parameters, arm: Scenario, seed: int
) -> Run:
    """What the sums of a metric read."""
    assert outcome.records is not None
    assert outcome.world is not None
    return Run(
        parameters,
        outcome.world,
        outcome.records,
        tuple(arm.tiers),
        tuple(arm.platforms),
        seed,
        outcome.replication,
        twin,
    )


def _value(metric: str, e: Estimate) -> str:
    """A value with its interval, shares in percent."""
    if not e.n:
        return "undefined (no observations)"
    scale, unit = _scale(metric)
    digits = decimals(scale * e.half_width) if e.half_width > 0 else _digits(scale * e.value)
    text = f"{number(scale * e.value, digits)}{unit}"
    if math.isnan(e.low) or e.low == e.high:
        return text
    return f"{text} ({number(scale * e.low, digits)} to {number(scale * e.high, digits)})"


def _part(metric: str, value: float, whole: Estimate) -> str:
    scale, unit = _scale(metric)
    digits = max(_digits(scale * whole.value), 0)
    return f"{number(scale * value, digits)}{unit}"


def _digits(value: float) -> int:
    """Decimals for three digits of a number."""
    return 2 if not value else max(0, 2 - math.floor(math.log10(abs(value))))


def _scale(metric: str) -> tuple[float, str]:
    one = metric_of(metric)
    if one.form == "share":
        return 100.0, " %"
    return 1.0, f" {one.unit}" if one.unit else ""


def _change(change: float) -> str:
    if not math.isfinite(change):
        return "from nothing"
    return f"{100 * change:+.2g} %".replace("-", "−")


__all__ = ["Decomposition", "Why", "why"]
