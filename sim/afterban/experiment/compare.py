"""Comparison of arms on common random numbers: paired differences, verdicts, what pairing saved.

Checked by ``tests/experiment/test_compare.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

from afterban.engines import EngineName
from afterban.errors import AfterbanError, closest, listed
from afterban.experiment.answer import Answer
from afterban.experiment.difference import Difference, Gain
from afterban.experiment.identical import identical, same_everywhere
from afterban.experiment.replicate import Outcome
from afterban.experiment.stopping import Batches, until_precise
from afterban.mechanisms.detection import CHANNELS
from afterban.metrics import METRICS, RATIOS, metric_of
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.scenario import Scenario
from afterban.scenario.inert import Inert, inert
from afterban.statistics import (
    Estimate,
    compare_with_control,
    mean_interval,
    replications_needed,
)

if TYPE_CHECKING:
    import pandas as pd

    from afterban.report.figures import Figure

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

HEADLINE = "effective_reach"
# Impressions, people reached, people reached in a window: a sentence about one gives all.
KINDS_OF_REACH = {
    "effective_reach": "impressions on outsiders",
    "effective_reached": "people reached at least once",
    "effective_weekly_reach": "people reached in a week or window",
}
PILOT = 10  # replications before the first look at a width


@dataclass(frozen=True)
class Comparison(Answer):
    """Several arms against one baseline on common random numbers.

    values: policy -> metric -> one number per replication, shape (n,); NaN where it is undefined.
    differences: metric -> one difference per arm, in the order of the arms.  Metrics that could be
        told in fewer than one common replication are left out.
    stopping: how the number of replications came about, in words.
    asked: in what the arms differ from those that were asked for; "" if in nothing.
    no_effect: keys that were written and have no effect under any of the arms.
    """

    scenario: str
    digest: str
    baseline: str
    policies: tuple[str, ...]
    metric: str
    level: float
    seed: int
    engine: str
    replications: int
    stopping: str
    values: Mapping[str, Mapping[str, Floats]]
    differences: Mapping[str, tuple[Difference, ...]]
    asked: str = ""
    no_effect: tuple[Inert, ...] = ()

    @property
    def identical(self) -> dict[str, str]:
        """Arms that equal another one in every draw, and that one: no finding."""
        return identical(self.values)

    @property
    def headline(self) -> tuple[Difference, ...]:
        """The differences in the metric that the comparison is about."""
        return self.differences.get(self.metric, ())

    @property
    def verdicts(self) -> list[str]:
        """A sentence for each arm about the metric; one about reach gives the three kinds of it."""
        return [one.words() + self._other_kinds(one) for one in self.headline]

    def words(self) -> list[str]:
        """The answer, a sentence for each arm."""
        return self.verdicts

    def frame(self) -> pd.DataFrame:
        """One row per metric and arm: both means, their difference with its interval."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "metric": d.metric,
                    "policy": d.policy,
                    "baseline": self.baseline,
                    "estimate": d.arm.value,
                    "baseline_estimate": d.control.value,
                    "difference": d.estimate.value,
                    "interval_low": d.estimate.low,
                    "interval_high": d.estimate.high,
                    "n": d.estimate.n,
                    "relative": d.relative,
                    "verdict": d.words(),
                }
                for one in self.differences.values()
                for d in one
            ]
        )

    def figure(self) -> Figure:
        """The difference that each arm makes to the metric, with its interval."""
        from afterban.report.answers import differences as draw
        from afterban.report.figures import in_style

        with in_style():
            return draw(self)

    def _other_kinds(self, one: Difference) -> str:
        if one.metric not in KINDS_OF_REACH or one.identical or one.same:
            return ""
        told = [
            f"{what} {other.ends_words()}"
            for metric, what in KINDS_OF_REACH.items()
            for other in self.differences.get(metric, ())
            if metric != one.metric and other.policy == one.policy
        ]
        return f"; {', '.join(told)}" if told else ""

    def to_dict(self) -> dict[str, Any]:
        """Everything but the single replications, for JSON: a number that is not finite is None."""
        return {
            "scenario": self.scenario,
            "digest": self.digest,
            "baseline": self.baseline,
            "policies": list(self.policies),
            "metric": self.metric,
            "level": self.level,
            "seed": self.seed,
            "engine": self.engine,
            "replications": self.replications,
            "stopping": self.stopping,
            "asked": self.asked,
            "no_effect": [one._asdict() for one in self.no_effect],
            "identical": self.identical,
            "verdicts": self.verdicts,
            "differences": [
                {
                    "policy": d.policy,
                    "metric": d.metric,
                    "unit": metric_of(d.metric).unit,
                    "arm": estimate_dict(d.arm),
                    "baseline": estimate_dict(d.control),
                    "difference": estimate_dict(d.estimate),
                    "relative": d.relative if math.isfinite(d.relative) else None,
                    "skipped": d.skipped,
                    "verdict": d.words(),
                    "identical": d.identical,
                    "replications_needed": d.needed,
                    "pairing_factor": None if d.gain is None else estimate_dict(d.gain.factor),
                }
                for one in self.differences.values()
                for d in one
            ],
        }


def compare(
    scenario: Scenario,
    policies: Sequence[str] | None = None,
    *,
    baseline: str = WITHOUT_ENFORCEMENT,
    metric: str = HEADLINE,
    replications: int | None = None,
    precision: float | None = None,
    maximum: int = 1000,
    level: float = 0.95,
    seed: int | None = None,
    engine: EngineName | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Run every arm and the baseline on the same replications and compare them.

    Args:
        scenario: the scenario.
        policies: arms to compare; all of the scenario's if None (itself, if it has none).
        baseline: what they are compared with: ``none`` (no enforcement), ``base``, or an arm.
        metric: what the verdicts and the stopping rule are about.
        replications: how many; the scenario's own number if None.
        precision: half-width that every arm's interval of the difference in ``metric`` must reach,
            in the metric's unit.  Replications are then added until it is reached or there are
            ``maximum``; ``replications`` is the first batch.  When to look depends on the values
            seen so far and on nothing else, so the outcome is the same for any number of workers.
        level: probability that all arms' intervals in one metric hold the true difference.
        progress: called with the replications done and planned.

    Raises:
        AfterbanError: an arm or a metric that is not there, or numbers that make no sense.
    """
    arms = arms_of(scenario, policies, baseline)
    check_metric(scenario, metric)
    if replications is not None and replications < 1:
        raise AfterbanError(f"{replications} replications: at least 1 is needed")
    if precision is not None and not precision > 0:
        raise AfterbanError(f"a precision of {precision:g}: it must be above 0")
    runs = [*arms, baseline]
    if WITHOUT_ENFORCEMENT not in runs:
        runs.append(WITHOUT_ENFORCEMENT)  # run anyway; needed to say what pairing saved
    batches = Batches(scenario, runs, seed, engine, workers, progress)
    first = scenario.replications if replications is None else replications
    if precision is None:
        batches.extend(first)
        stopping = f"{first} replications, as asked"
    else:
        if maximum < 2:
            raise AfterbanError(f"at most {maximum} replications: at least 2 are needed")
        batches.extend(min(max(first if replications is not None else PILOT, 2), maximum))

        def ends() -> list[Estimate]:
            """Of each arm whose difference in the metric can be told so far."""
            values = table(batches.done, runs)
            found = differences(values, arms, baseline, level, metrics=[metric], closer=[metric])
            return [one.estimate for one in found.get(metric, ())]

        stopping = until_precise(batches, ends, len(arms), precision, maximum)
    done = batches.done
    values = table(done, runs)
    return Comparison(
        scenario=scenario.name,
        digest=scenario.digest(),
        baseline=baseline,
        policies=tuple(arms),
        metric=metric,
        level=level,
        seed=scenario.seed if seed is None else seed,
        engine=engine or _default_engine(),
        replications=len(done),
        stopping=stopping,
        values=values,
        differences=differences(values, arms, baseline, level, closer=(metric, HEADLINE)),
        asked=_asked(policies, arms, baseline),
        no_effect=tuple(inert(scenario, runs)),
    )


def _default_engine() -> str:
    from afterban.engines import default_engine

    return default_engine()


def arms_of(scenario: Scenario, policies: Sequence[str] | None, baseline: str) -> list[str]:
    """The arms to compare with the baseline, each once.

    Raises AfterbanError for one that the scenario does not have.
    """
    known = [*scenario.policies, AS_WRITTEN, WITHOUT_ENFORCEMENT]
    asked = list(policies) if policies is not None else list(scenario.policies) or [AS_WRITTEN]
    for name in [*asked, baseline]:
        if name not in known:
            raise AfterbanError(unknown("arm", name, scenario.name, known))
    arms = [name for name in dict.fromkeys(asked) if name != baseline]
    if not arms:
        raise AfterbanError(
            f"there is nothing to compare with `{baseline}`; {scenario.name} has the arms "
            f"{listed(known)}"
        )
    return arms


def _asked(policies: Sequence[str] | None, arms: Sequence[str], baseline: str) -> str:
    """In what the arms differ from those that were asked for, in words; "" if in nothing."""
    if policies is None or list(policies) == list(arms):
        return ""
    said = f"{len(policies)} arms asked, {len(arms)} compared"
    twice = [name for name in dict.fromkeys(policies) if list(policies).count(name) > 1]
    why = [f"{listed(twice)} {'is' if len(twice) == 1 else 'are'} named twice"] if twice else []
    if baseline in policies:
        why.append(f"`{baseline}` is what they are compared with")
    return f"{said}: {'; '.join(why)}"


def check_metric(scenario: Scenario, metric: str) -> None:
    """Raise AfterbanError if there is no such metric for the scenario's tiers."""
    name, _, tier = metric.partition(".")
    if name not in METRICS:
        raise AfterbanError(unknown("metric", metric, "afterban", list(METRICS)))
    if METRICS[name].by_channel and tier in CHANNELS:
        return
    if tier and not METRICS[name].by_tier:
        raise AfterbanError(f"the metric `{name}` is not reported by tier; write `{name}`")
    if tier and tier not in scenario.tiers:
        raise AfterbanError(unknown("tier", tier, scenario.name, list(scenario.tiers)))


def unknown(what: str, name: str, where: str, known: Sequence[str]) -> str:
    """That ``where`` has no such name, with the nearest one and all there are."""
    hint = closest(name, known)
    meant = f" (did you mean `{hint}`?)" if hint else ""
    return f"{where} has no {what} `{name}`{meant}; it has {listed(known)}"


def table(done: Iterable[Sequence[Outcome]], runs: Sequence[str]) -> dict[str, dict[str, Floats]]:
    """Policy -> metric -> one number per replication; NaN where an arm has no such metric."""
    rows = list(done)
    names = list(dict.fromkeys(name for row in rows for one in row for name in one.metrics))
    return {
        policy: {
            name: np.array([row[k].metrics.get(name, math.nan) for row in rows]) for name in names
        }
        for k, policy in enumerate(runs)
    }


def differences(
    values: Mapping[str, Mapping[str, Floats]],
    arms: Sequence[str],
    baseline: str,
    level: float = 0.95,
    *,
    metrics: Sequence[str] | None = None,
    closer: Sequence[str] = (),
) -> dict[str, tuple[Difference, ...]]:
    """The arms against the baseline in each metric, intervals adjusted for the number of arms.

    A replication counts in a metric if it could be told in the baseline and in every arm that it
    can be told in at all.  ``closer``: metrics whose intervals allow for how the arms vary together
    (the others use Bonferroni's, a few percent wider), and for which it is said what pairing saved.
    """
    found: dict[str, tuple[Difference, ...]] = {}
    alike = {arm for arm in arms if same_everywhere(values[arm], values[baseline])}
    for name in metrics if metrics is not None else values[baseline]:
        control = values[baseline].get(name)
        if control is None:
            continue
        told = {arm: values[arm][name] for arm in arms if np.isfinite(values[arm][name]).any()}
        good: Flags = np.all(np.isfinite(np.vstack([control, *told.values()])), axis=0)
        if not told or not good.any():
            continue
        skipped = int((~good).sum())
        ours = {arm: x[good] for arm, x in told.items()}
        # The closer method takes a while, so it is kept for what the comparison is about; of one
        # arm both are the same.
        method: Literal["max-t", "bonferroni"] = (
            "max-t" if name in closer and len(ours) > 1 else "bonferroni"
        )
        together = compare_with_control(ours, control[good], level, method)
        equal = {arm for arm, x in ours.items() if np.array_equal(x, control[good])}
        found[name] = tuple(
            Difference(
                policy=arm,
                baseline=baseline,
                metric=name,
                arm=mean_interval(x, level),
                control=mean_interval(control[good], level),
                estimate=together[arm],
                skipped=skipped,
                needed=_needed(x - control[good], together[arm]),
                gain=_gain(values, arm, baseline, name, good, level)
                if name in closer and arm not in equal
                else None,
                identical=arm in alike,
            )
            for arm, x in ours.items()
        )
    return found


def _needed(d: Floats, estimate: Estimate) -> int | None:
    """Replications for an interval that just leaves out zero, if it does not yet."""
    n, mean = len(d), abs(float(d.mean()))
    if n < 2 or mean == 0 or not estimate.contains(0.0):
        return None
    spread = float(d.std(ddof=1))
    if spread == 0:
        return None
    # The level of one interval that is as wide as this one, which holds together with others.
    critical = estimate.half_width * math.sqrt(n) / spread
    alone = 1.0 - 2.0 * float(stats.t.sf(critical, n - 1))
    try:
        return max(replications_needed(d, mean, alone), n + 1)
    except ValueError:
        return None


def _gain(
    values: Mapping[str, Mapping[str, Floats]],
    arm: str,
    baseline: str,
    metric: str,
    good: Flags,
    level: float,
) -> Gain | None:
    name, dot, tier = metric.partition(".")
    over = RATIOS.get(name, name) + dot + tier
    x, y = values[arm][over][good], values[baseline][over][good]
    twin: Floats | None = None
    if name in RATIOS:
        twin = values[WITHOUT_ENFORCEMENT][over][good]
    return pairing_gain(x, y, twin, twin_is_control=baseline == WITHOUT_ENFORCEMENT, level=level)


def pairing_gain(
    treated: Floats,
    control: Floats,
    twin: Floats | None = None,
    *,
    twin_is_control: bool = False,
    level: float = 0.95,
) -> Gain | None:
    """What pairing saved, each argument one number per replication; None below three of them.

    Without a twin the difference is treated minus control.  With one it is the difference of the
    ratios to the twin; on independent seeds each of the worlds would be independent of the others.
    """
    n = len(treated)
    if n < 3:
        return None

    def log_factor(keep: Flags) -> float:
        a, b = treated[keep], control[keep]
        if twin is None:
            together, apart = float((a - b).var(ddof=1)), float(a.var(ddof=1) + b.var(ddof=1))
        else:
            t = twin[keep]
            together = float((a / t - b / t).var(ddof=1))
            # Delta method: gradient of (a - b) / t, or of a / t - 1 where the control is the twin.
            mean = float(t.mean())
            if twin_is_control:
                slope = float(a.mean()) / mean**2
                apart = float(a.var(ddof=1)) / mean**2 + slope**2 * float(t.var(ddof=1))
            else:
                slope = float(a.mean() - b.mean()) / mean**2
                apart = float(a.var(ddof=1) + b.var(ddof=1)) / mean**2 + slope**2 * float(
                    t.var(ddof=1)
                )
        if apart <= 0:
            return 0.0
        return math.log(apart / together) if together > 0 else math.inf

    everything = np.ones(n, dtype=bool)
    whole = log_factor(everything)
    words = "variance factor, jackknife of its logarithm"
    if math.isinf(whole):
        return Gain(Estimate(math.inf, math.nan, math.nan, n, level, words), n)
    left_out = np.array([log_factor(everything & (np.arange(n) != k)) for k in range(n)])
    if np.isinf(left_out).any():
        return Gain(Estimate(math.exp(whole), math.nan, math.nan, n, level, words), n)
    spread = math.sqrt((n - 1) / n * float(((left_out - left_out.mean()) ** 2).sum()))
    half = float(stats.t.ppf(0.5 + level / 2, n - 1)) * spread
    ends = math.exp(whole - half), math.exp(min(whole + half, 700.0))
    return Gain(Estimate(math.exp(whole), *ends, n, level, words), n)


def estimate_from(data: Mapping[str, Any]) -> Estimate:
    """What :func:`estimate_dict` gave."""
    value, low, high = (
        math.nan if data[key] is None else float(data[key]) for key in ("value", "low", "high")
    )
    return Estimate(value, low, high, data["n"], data["level"], data["method"])


def estimate_dict(estimate: Estimate) -> dict[str, Any]:
    """An estimate for JSON: a number that is not finite is None."""
    numbers = {"value": estimate.value, "low": estimate.low, "high": estimate.high}
    return {
        **{key: value if math.isfinite(value) else None for key, value in numbers.items()},
        "n": estimate.n,
        "level": estimate.level,
        "method": estimate.method,
    }
