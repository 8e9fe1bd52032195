"""What decides between arms when the assumptions are not known, all of them at once.

Every arm that a platform can choose is run at points over all stated ranges, on common draws:
which arm is best at how many of them, what is regretted, how often targets are met, which
assumptions move the level and which move the decision, and where the answer would be another.

Checked by ``tests/experiment/test_explore.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from afterban.engines import EngineName, default_engine
from afterban.errors import AfterbanError, MissingExtra, UnknownName
from afterban.experiment.assumption import Assumption
from afterban.experiment.compare import HEADLINE, check_metric
from afterban.experiment.design import Floats
from afterban.experiment.exploration import Exploration
from afterban.experiment.exploring import Runner, Space, Values, stacked
from afterban.experiment.findings import ArmFound, Discovery
from afterban.experiment.indices import METHODS, Indices, Method, Response, design, indices, size
from afterban.experiment.prim import FEWEST, find_box
from afterban.experiment.ranges import assumptions_of, correlations_of
from afterban.experiment.sizing import CHECKED
from afterban.experiment.spreads import BAND, means, quantiles
from afterban.experiment.sweep import Forecast
from afterban.experiment.targets import Target, target
from afterban.metrics import METRICS
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.scenario import Scenario
from afterban.scenario.roles import changed, kind_of_arm, kind_of_path
from afterban.statistics import best_shares, regrets, share_of_noise, wilson_interval

Flags: TypeAlias = npt.NDArray[np.bool_]

POINTS = 256
OPERATORS = 1000  # of the thinned network
REPLICATIONS = 2
SAMPLES = {"sobol": 64, "morris": 16}  # of a design: base samples, or trajectories
SINGLE = 5  # assumptions that have indices of their own in a sobol design; all others are a group
MOST_ARMS = 6  # that are taken unless arms are asked for: each costs a run at each point
PRICES = ("wrong_suspensions", "paid_hours")  # what is shown beside every arm
REST = "all others"


def explore(
    scenario: Scenario,
    policies: Sequence[str] | None = None,
    *,
    metric: str = HEADLINE,
    targets: Sequence[str] = (),
    between: tuple[str, str] | None = None,
    method: Method = "given",
    points: int = POINTS,
    samples: int | None = None,
    replications: int = REPLICATIONS,
    operators: int = OPERATORS,
    assumptions: Sequence[Assumption] | None = None,
    out: Path | str = "results",
    engine: EngineName | None = None,
    workers: int | None = None,
    forecast: Callable[[Forecast], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Exploration:
    """Find which arm is best over all stated ranges at once, and what decides it.

    Runs are kept under ``out``; what was stopped is continued.

    Args:
        policies: arms that a platform can choose; those of the scenario, up to a number, if None.
        metric: what they are judged by; one of which more or less is better.
        targets: conditions of which it is told at how many points each arm meets them.
        between: the two arms whose difference is followed; if None, the two that are best most
            often.
        method: of sensitivity.  ``given``: first-order indices from the points themselves; `sobol`:
            first, total and second-order ones; `morris`: elementary effects.  The last two run
            points of their own.
        points: over all stated ranges, 16 or more, a Latin hypercube.
        samples: base samples of a sobol design (14 points each, as a rule), or trajectories of a
            morris one.
        replications: of each point, on common draws.
        operators: about so many at most; a larger network is thinned, and some points are run with
            the whole one too.
        forecast, progress: as of a sweep.

    Raises AfterbanError for an arm or a metric that is not there or is no choice, and as a sweep.
    """
    _check_sizes(method, points, samples, replications, operators)
    asked = _asked(scenario, policies, metric, targets, between, method)
    space = Space.over(
        scenario, assumptions_of(scenario) if assumptions is None else assumptions, operators
    )
    runner = Runner(
        asked.arms, asked.metrics, replications, Path(out), engine, workers, forecast, progress
    )
    ran = _run(asked, runner, space, points, between)
    return Exploration(
        scenario=scenario.name,
        digest=scenario.digest(),
        metric=metric,
        better=asked.better,
        seed=scenario.seed,
        engine=engine or default_engine(),
        points=points,
        undefined=int((~ran.told).sum()),
        replications=replications,
        operators=space.operators,
        of=space.of,
        off=_off(asked, ran, runner, space),
        method=method,
        pair=ran.pair,
        arms=_arms_found(asked, ran),
        left_out=_left_out(scenario, asked.arms, policies),
        targets=tuple(goal.text for goal in asked.wanted),
        responses=_sensitivity(asked, ran, runner, space, method, samples),
        noise=_noise(asked, ran),
        discoveries=_discoveries(asked, ran, space),
        assumptions=space.dimensions,
        rows=ran.rows,
        values={arm: {m: means(ran.values[arm][m]) for m in runner.metrics} for arm in asked.arms},
    )


# --- what is asked --------------------------------------------------------------------------------


class _Asked(NamedTuple):
    """The arms that are chosen between, by which metric, and what they shall come to.

    better: +1 if more of the metric is better, -1 if less.
    """

    arms: tuple[str, ...]
    metric: str
    better: int
    wanted: tuple[Target, ...]

    @property
    def metrics(self) -> tuple[str, ...]:
        """All that are kept of a run."""
        of_goals = (one.metric for goal in self.wanted for one in goal.conditions)
        return tuple(sorted({self.metric, *PRICES, *of_goals}))


def _asked(
    scenario: Scenario,
    policies: Sequence[str] | None,
    metric: str,
    targets: Sequence[str],
    between: tuple[str, str] | None,
    method: Method,
) -> _Asked:
    """What is asked, looked at before anything is run.  Raises AfterbanError."""
    better = _direction(scenario, metric)
    arms = _arms(scenario, policies)
    wanted = tuple(target(text, scenario) for text in targets)
    for name in between or ():
        if name not in arms:
            raise UnknownName("arm", name, "this exploration", arms)
    if between is not None and between[0] == between[1]:
        raise AfterbanError(f"`{between[0]}` is compared with itself; name two arms")
    if method != "given":
        _needs_salib()
        if correlations_of(scenario):
            raise AfterbanError(
                f"{scenario.name} states correlations, and the indices of a {method} design are of "
                "independent ranges; take the method `given`"
            )
    return _Asked(arms, metric, better, wanted)


def _check_sizes(
    method: str, points: int, samples: int | None, replications: int, operators: int
) -> None:
    if method not in METHODS:
        raise UnknownName("method", method, "afterban", METHODS)
    least = ((points, 2 * FEWEST, "points"), (replications, 1, "replications of each point"))
    for count, lowest, what in (*least, (operators, 1, "operators")):
        if count < lowest:
            raise AfterbanError(f"{count} {what}; take {lowest} or more")
    if samples is not None and method == "given":
        raise AfterbanError("a number of samples is for sobol and morris; choose a method")
    if samples is not None and samples < FEWEST:
        raise AfterbanError(f"{samples} samples; take {FEWEST} or more")


def _needs_salib() -> None:
    if not _has_salib():
        raise MissingExtra("SALib", "pip install 'afterban[explore]'")


def _direction(scenario: Scenario, metric: str) -> int:
    """Whether more (+1) or less (-1) of a metric is better."""
    check_metric(scenario, metric)
    better = METRICS[metric.partition(".")[0]].better
    if not better:
        raise AfterbanError(
            f"neither more nor less of `{metric}` is better, so no arm is best by it; choose "
            "another, such as `effective_reach` (`afterban metrics` says which way each goes)"
        )
    return better


def _arms(scenario: Scenario, policies: Sequence[str] | None) -> tuple[str, ...]:
    """The arms that are chosen between.

    Raises AfterbanError for one that is not there, that nobody can choose, or only one.
    """
    known = [AS_WRITTEN, *scenario.policies, WITHOUT_ENFORCEMENT]
    chosen = list(policies) if policies is not None else _choices(scenario)[:MOST_ARMS]
    for name in chosen:
        if name not in known:
            raise UnknownName("arm", name, scenario.name, known)
        if kind_of_arm(scenario, name) != "lever":
            others = [x for x in changed(scenario, name) if kind_of_path(scenario, x) != "lever"]
            raise AfterbanError(
                f"`{name}` is no choice: it changes `{others[0]}`, which no platform decides; "
                "leave it out here, and see what it does with `afterban compare`"
            )
    arms = tuple(dict.fromkeys(chosen))
    if len(arms) < 2:
        raise AfterbanError(
            f"{scenario.name}: there is nothing to choose between with "
            f"{'only the arm `' + arms[0] + '`' if arms else 'no arm'}; name two or more arms with "
            f"`--policies`, such as `{AS_WRITTEN},{WITHOUT_ENFORCEMENT}`"
        )
    return arms


def _choices(scenario: Scenario) -> list[str]:
    """As written, and every policy that changes what the platform does and nothing else."""
    return [AS_WRITTEN, *(p for p in scenario.policies if kind_of_arm(scenario, p) == "lever")]


def _left_out(
    scenario: Scenario, arms: Sequence[str], policies: Sequence[str] | None
) -> tuple[str, ...]:
    """Choices that were not taken, without anybody having said so."""
    if policies is not None:
        return ()
    return tuple(name for name in _choices(scenario) if name not in arms)


# --- what is run ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Ran:
    """Every arm at the points of the plain ensemble.

    rows: the points in the unit cube, ``[points, assumptions]``.
    level: mean of the metric, ``[points, arms]``.  told: points at which it is defined in each arm.
    pair: the two arms whose difference is followed.
    """

    rows: Floats
    values: Values
    level: Floats
    told: Flags
    pair: tuple[str, str]


def _run(
    asked: _Asked, runner: Runner, space: Space, points: int, between: tuple[str, str] | None
) -> _Ran:
    """Run what is not finished.  Raises AfterbanError if there are too few points that are told."""
    rows = space.rows(points)
    values = runner.at(space, rows)
    level = stacked(values, asked.arms, asked.metric)
    told: Flags = np.asarray(np.isfinite(level).all(axis=1))
    if told.sum() < 2 * FEWEST:
        raise AfterbanError(
            f"{asked.metric} is undefined in some arm at {int((~told).sum())} of {points} points; "
            "choose another metric, or leave the arm out"
        )
    pair = between or _contest(asked.arms, best_shares(level[told], asked.better))
    return _Ran(rows, values, level, told, pair)


def _off(asked: _Asked, ran: _Ran, runner: Runner, space: Space) -> float | None:
    """Furthest that the difference of the pair in the thinned network is from that in the whole.

    At the first points, of which the whole network is run too; None if it was not thinned, or where
    the difference is defined at none of them.
    """
    if space.operators == space.of:
        return None
    few = ran.rows[:CHECKED]
    whole = stacked(runner.at(replace(space, operators=space.of), few), asked.arms, asked.metric)
    a, b = (asked.arms.index(name) for name in ran.pair)
    apart = np.abs(np.subtract(*((x[:, a] - x[:, b]) for x in (whole, ran.level[: len(few)]))))
    told = apart[np.isfinite(apart)]
    return float(told.max()) if len(told) else None


# --- the decision ---------------------------------------------------------------------------------


def _contest(arms: Sequence[str], best: Floats) -> tuple[str, str]:
    """The two arms that are best most often; as the scenario has them where that is equal."""
    order = np.argsort(-best.sum(axis=0), kind="stable")
    return arms[order[0]], arms[order[1]]


def _arms_found(asked: _Asked, ran: _Ran) -> tuple[ArmFound, ...]:
    """What there is to say of each arm, over the points at which all are defined."""
    count, level = int(ran.told.sum()), ran.level[ran.told]
    best, worse = best_shares(level, asked.better), regrets(level, asked.better)
    found = []
    for k, arm in enumerate(asked.arms):
        here = {name: means(each)[ran.told] for name, each in ran.values[arm].items()}
        prices = {name: _band(here[name]) for name in PRICES if name != asked.metric}
        found.append(
            ArmFound(
                arm=arm,
                band=_band(level[:, k]),
                best=wilson_interval(float(best[:, k].sum()), count),
                regret=(
                    float(worse[:, k].mean()),
                    float(np.quantile(worse[:, k], 0.95)),
                    float(worse[:, k].max()),
                ),
                targets=tuple(
                    wilson_interval(float(goal.met(here).sum()), count) for goal in asked.wanted
                ),
                prices=prices,
            )
        )
    return tuple(found)


def _band(values: Floats) -> tuple[float, float, float] | None:
    """5, 50 and 95 % over the points at which a metric is defined; None if it is at none."""
    low, middle, high = quantiles(values, BAND)
    return None if math.isnan(middle) else (low, middle, high)


def _noise(asked: _Asked, ran: _Ran) -> tuple[float, float]:
    """Share of chance in the variance of the level, and of the difference of the pair."""
    each_arm = {arm: ran.values[arm][asked.metric][ran.told] for arm in asked.arms}
    level = each_arm[asked.arms[0]]
    between = each_arm[ran.pair[0]] - each_arm[ran.pair[1]]
    return tuple(  # type: ignore[return-value]  # of two
        share_of_noise(each[np.isfinite(each).all(axis=1)])
        if np.isfinite(each).all(axis=1).sum() > 1
        else float("nan")
        for each in (level, between)
    )


# --- sensitivity ----------------------------------------------------------------------------------


def _sensitivity(
    asked: _Asked, ran: _Ran, runner: Runner, space: Space, method: Method, samples: int | None
) -> tuple[Response, ...]:
    """Indices of the level, of the difference of the pair, and of which arm is best."""
    names, rows, level = space.names, ran.rows[ran.told], ran.level[ran.told]
    if method == "given" and not _has_salib():
        return ()
    groups: list[str] | None = None
    dropped = 0
    if method != "given":
        if method == "sobol":
            groups = _groups(names, _responses(asked, ran.pair, level), rows, space)
        rows = design(method, names, samples or SAMPLES[method], space.scenario.seed, groups=groups)
        level = stacked(runner.at(space, rows), asked.arms, asked.metric)
        block = len(names) + 1 if method == "morris" else 2 * len(set(groups or names)) + 2
        defined: Flags = np.asarray(np.isfinite(level).all(axis=1))
        whole: Flags = np.asarray(defined.reshape(-1, block).all(axis=1))
        dropped = int((~whole).sum())
        if whole.sum() < FEWEST:
            raise AfterbanError(
                f"{asked.metric} is undefined in {dropped} of {len(whole)} samples of the {method} "
                "design; choose another metric, or leave the arm out"
            )
        keep = np.repeat(whole, block)
        rows, level = rows[keep], level[keep]
    return tuple(
        Response(
            what, indices(method, names, rows, y, space.scenario.seed, groups), len(y), dropped
        )
        for what, y in _responses(asked, ran.pair, level).items()
    )


def _has_salib() -> bool:
    from importlib.util import find_spec

    return find_spec("SALib") is not None


def _responses(asked: _Asked, pair: tuple[str, str], level: Floats) -> dict[str, Floats]:
    a, b = (asked.arms.index(name) for name in pair)
    return {
        "level": level[:, 0],
        "difference": level[:, a] - level[:, b],
        "best": best_shares(level, asked.better),
    }


def _groups(
    names: Sequence[str], responses: dict[str, Floats], rows: Floats, space: Space
) -> list[str] | None:
    """Which assumptions have indices of their own: those that move any response most.

    By first-order indices at the plain points.  All others are varied too, as one group, so that
    shares are of the whole variance; None if there are hardly any others.
    """
    if len(names) <= SINGLE + 1:
        return None
    largest = np.zeros(len(names))
    for y in responses.values():
        found: Indices = indices("given", names, rows, y, space.scenario.seed)
        if found.each:
            largest = np.maximum(largest, [size("given", one) for one in found.each])
    single = set(np.argsort(-largest, kind="stable")[:SINGLE].tolist())
    return [name if k in single else REST for k, name in enumerate(names)]


# --- discovery ------------------------------------------------------------------------------------


def _discoveries(asked: _Asked, ran: _Ran, space: Space) -> tuple[Discovery, ...]:
    """Where the second of the pair beats the first, and where the first meets each target."""
    first, second = ran.pair
    a, b = (asked.arms.index(name) for name in ran.pair)
    rows, level = ran.rows[ran.told], ran.level[ran.told]
    wins = (asked.better * (level[:, b] - level[:, a]) > 0).astype(np.float64)
    found = [_discovery(space, rows, wins, f"`{second}` beats `{first}`")]
    here = {name: means(each)[ran.told] for name, each in ran.values[first].items()}
    for goal in asked.wanted:
        met = goal.met(here).astype(np.float64)
        rarer = met if met.mean() <= 0.5 else 1 - met
        verb = "meets" if met.mean() <= 0.5 else "fails"
        found.append(_discovery(space, rows, rarer, f"`{first}` {verb} `{goal.text}`"))
    return tuple(found)


def _discovery(space: Space, rows: Floats, y: Floats, what: str) -> Discovery:
    box = find_box(rows, y, space.scenario.seed)
    sides = tuple(
        (space.dimensions[one.dimension], one) for one in (() if box is None else box.restrictions)
    )
    return Discovery(what, float(y.mean()), len(y), box, sides)


__all__ = ["explore"]
