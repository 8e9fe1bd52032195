"""How policies fare when they are answered: under no response, the stated one and the worst one.

Every arm is judged three times: as if nobody changed anything, under the response that the scenario
states (``adaptation``), and under the one within its bounds (``response_bounds``) that serves
operators best under that very arm.  All runs are on common draws.

Checked by ``tests/experiment/test_responses.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np

from afterban.engines import EngineName, default_engine
from afterban.errors import AfterbanError, UnknownName, listed
from afterban.experiment.compare import HEADLINE, check_metric
from afterban.experiment.design import Point
from afterban.experiment.ensemble import plan_at, values_of
from afterban.experiment.exploring import Space
from afterban.experiment.ranges import assumptions_of
from afterban.experiment.responded import KINDS, ArmResponses, Judged, Responses
from afterban.experiment.response_search import (
    NO_RESPONSE,
    Floats,
    Response,
    Side,
    as_changes,
    idle_in,
    sides_of,
    stated_in,
    worst,
)
from afterban.experiment.spreads import BAND, means, quantiles
from afterban.experiment.sweep import Forecast
from afterban.experiment.thinning import operators_of, thinned, thinning
from afterban.metrics import METRICS
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.scenario import Scenario
from afterban.scenario.roles import changed
from afterban.statistics import Estimate, compare_with_control, mean_interval

POINTS = 16
REPLICATIONS = 2  # of each point
OPERATORS = 3000  # of the thinned network
PRICES = ("wrong_suspensions", "paid_hours")
MOST_ARMS = 6

Here: TypeAlias = dict[str, dict[str, Floats]]  # arm -> metric -> replications


def respond(
    scenario: Scenario,
    policies: Sequence[str] | None = None,
    *,
    baseline: str = AS_WRITTEN,
    metric: str = HEADLINE,
    points: int = POINTS,
    replications: int = REPLICATIONS,
    draws: int | None = None,
    operators: int = OPERATORS,
    level: float = 0.95,
    out: Path | str = "results",
    engine: EngineName | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    forecast: Callable[[Forecast], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Responses:
    """Judge arms under no response, the stated one, and the worst one within the stated bounds.

    Runs are kept under ``out``; what was stopped is continued.

    Args:
        policies: arms; those of the scenario, up to a number, if None.
        baseline: the arm that the others are compared with; it is judged too, under its own worst.
        metric: what they are judged by; one of which more or less is better.
        points: over all stated ranges, of which the band is, each with the worst response there; 0
            for the scenario as written alone, which says nothing of the assumptions.
        replications: of each point, on common draws.
        draws: replications as written in which the worst response is looked for, and as many more
            of which the interval of chance is; the scenario's number, but 10 at least, if None.
        operators: about so many at most; a larger network is thinned.
        level: of the intervals of chance; those of differences hold together over the arms.
        cluster: ``tcp://host:port`` or ``local:N``: run on a Dask cluster instead.
        forecast, progress: as of a sweep, for each round.

    Raises AfterbanError for an arm or a metric that is not there, for an arm that says itself how
    operators respond, if nothing says how far they could go, and as a sweep does.
    """
    asked = _asked(scenario, policies, baseline, metric, points, replications, operators)
    draws = _draws(scenario, draws)
    sides = sides_of(scenario)
    idle = {arm: idle_in(scenario, arm, sides) for arm in asked.arms}
    runs = _Runs(
        scenario, asked, operators, Path(out), engine, workers, cluster, forecast, progress
    )
    sites = _sites(scenario, points, operators) if points else ()
    found = _search(runs, sides, idle, sites, replications, draws)
    stated = stated_in(scenario)
    responses = {
        arm: dict(zip(KINDS, (NO_RESPONSE, stated, one), strict=True))
        for arm, one in found.worst.items()
    }
    once = list(dict.fromkeys([NO_RESPONSE, stated, *found.worst.values()]))
    kept = (metric, *(name for name in PRICES if name != metric))
    judging = _Judging(
        asked,
        _by_draw(responses, once, runs.at((runs.as_written(),), once, 2 * draws, kept), draws),
        _by_point(asked, stated, found),
        level,
    )
    return Responses(
        scenario=scenario.name,
        digest=scenario.digest(),
        metric=metric,
        better=asked.better,
        baseline=baseline,
        level=level,
        seed=scenario.seed,
        engine=engine or default_engine(),
        points=points,
        replications=replications,
        draws=draws,
        operators=runs.operators,
        of=operators_of(scenario),
        tried=len(found.tried),
        sides=sides,
        arms=tuple(
            ArmResponses(
                arm, idle[arm], *(judging.of(arm, kind, responses[arm][kind]) for kind in KINDS)
            )
            for arm in asked.arms
        ),
    )


# --- what is asked --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Asked:
    """The arms, the baseline among them; better: +1 if more of the metric is better, -1 if less."""

    arms: tuple[str, ...]
    baseline: str
    metric: str
    better: int


def _asked(
    scenario: Scenario,
    policies: Sequence[str] | None,
    baseline: str,
    metric: str,
    points: int,
    replications: int,
    operators: int,
) -> _Asked:
    """What is asked, looked at before anything is run.  Raises AfterbanError."""
    for count, what, least in (
        (points, "points", 0),
        (replications, "replications of each point", 1),
        (operators, "operators", 1),
    ):
        if count < least:
            raise AfterbanError(f"{count} {what}; take {least} or more")
    check_metric(scenario, metric)
    better = METRICS[metric.partition(".")[0]].better
    if not better:
        raise AfterbanError(
            f"neither more nor less of `{metric}` is better, so no response is the worst by it; "
            "choose another, such as `effective_reach`"
        )
    known = [AS_WRITTEN, *scenario.policies, WITHOUT_ENFORCEMENT]
    chosen = list(policies) if policies is not None else list(scenario.policies)[:MOST_ARMS]
    for name in (*chosen, baseline):
        if name not in known:
            raise UnknownName("arm", name, scenario.name, known)
        own = [path for path in changed(scenario, name) if path.startswith("adaptation")]
        if own:
            raise AfterbanError(
                f"`{name}` says itself how operators respond (`{own[0]}`), and a response is "
                "theirs; leave it out here, and see what it does with `afterban compare`"
            )
    return _Asked(tuple(dict.fromkeys([baseline, *chosen])), baseline, metric, better)


def _draws(scenario: Scenario, draws: int | None) -> int:
    """Replications of the scenario as written.  Raises AfterbanError for too few."""
    if draws is not None and draws < 2:
        raise AfterbanError(f"{draws} replications of the scenario as written; take 2 or more")
    return max(scenario.replications, 10) if draws is None else draws


# --- what is run ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Runs:
    """How points are run under responses, and where they are kept."""

    scenario: Scenario
    asked: _Asked
    most: int
    root: Path
    engine: EngineName | None
    workers: int | None
    cluster: str | None
    forecast: Callable[[Forecast], None] | None
    progress: Callable[[int, int], None] | None

    @property
    def operators(self) -> int:
        """Operators of the network that is run."""
        return operators_of(thinned(self.scenario, self.most))

    def as_written(self) -> Point:
        """The scenario as written, thinned."""
        factor = self.most / operators_of(self.scenario)
        return Point(tuple(thinning(self.scenario, factor).items()) if factor < 1.0 else ())

    def at(
        self,
        sites: Sequence[Point],
        responses: Sequence[Response],
        replications: int,
        metrics: Sequence[str],
    ) -> list[list[Here]]:
        """Run what is not finished: of each response the values at each site.

        A site may move what is stated; any other response is the same at all of them.
        """
        stated = stated_in(self.scenario)
        made = []
        for one in responses:
            changes = as_changes(one)
            for site in sites:
                own = {path: text for path, text in site.values if path in changes}
                rest = {path: text for path, text in site.values if path not in changes}
                here = {**changes, **own} if one == stated else changes
                made.append(Point(tuple({**rest, **here}.items())))
        once = tuple({point.key: point for point in made}.values())
        plan = plan_at(self.scenario, once, self.asked.arms, metrics, replications, self.engine)
        values = values_of(
            self.scenario,
            plan,
            self.root,
            workers=self.workers,
            cluster=self.cluster,
            forecast=self.forecast,
            progress=self.progress,
        )
        by_key = {point.key: here for point, here in zip(once, values, strict=True)}
        told = [by_key[point.key] for point in made]
        return [told[k : k + len(sites)] for k in range(0, len(told), len(sites))]


def _sites(scenario: Scenario, points: int, operators: int) -> tuple[Point, ...]:
    """Points over all stated ranges, thinned."""
    space = Space.over(scenario, assumptions_of(scenario), operators)
    return space.points(space.rows(points))


class _Found(NamedTuple):
    """What a search comes to.

    worst: the response to each arm as written.  tried: all that were looked at.
    ran: of each of these the values at each point.
    """

    worst: dict[str, Response]
    tried: list[Response]
    ran: list[list[Here]]


def _search(
    runs: _Runs,
    sides: Sequence[Side],
    idle: Mapping[str, Mapping[str, str]],
    sites: Sequence[Point],
    replications: int,
    draws: int,
) -> _Found:
    """Look for the worst response to each arm, as written and over the points."""
    asked, written = runs.asked, (runs.as_written(),)
    ran: list[list[Here]] = []

    def gains(those: Sequence[Response]) -> Floats:
        found = [_gains(asked, runs.at(written, those, draws, (asked.metric,)))]
        if sites:
            ran[:] = runs.at(sites, those, replications, (asked.metric,))
            found.append(_gains(asked, ran))
        return np.hstack(found)

    keys = frozenset(side.key for side in sides if side.is_open)
    active = [keys - idle[arm].keys() for arm in asked.arms]
    found, tried = worst(sides, active * (2 if sites else 1), gains)
    return _Found(dict(zip(asked.arms, found, strict=False)), tried, ran)


def _gains(asked: _Asked, ran: Sequence[Sequence[Here]]) -> Floats:
    """What operators gain by each response under each arm, ``[responses, arms]``.

    Mean over the points of the mean over the replications in which the metric is defined.
    """
    found = np.full((len(ran), len(asked.arms)), np.nan)
    for j, here in enumerate(ran):
        for k, arm in enumerate(asked.arms):
            at = means(np.array([site[arm][asked.metric] for site in here]))
            told = at[np.isfinite(at)]
            if len(told):
                found[j, k] = -asked.better * float(told.mean())
    return found


# --- what comes of it -----------------------------------------------------------------------------

_Key: TypeAlias = tuple[str, str]  # arm, and kind of response


def _by_draw(
    responses: Mapping[str, Mapping[str, Response]],
    once: Sequence[Response],
    ran: Sequence[Sequence[Here]],
    seen: int,
) -> dict[_Key, dict[str, Floats]]:
    """Values of the scenario as written under each kind of response, by metric ``[draws]``.

    once: the responses that were run.  seen: replications that the search has seen, the first ones.
    """
    place = {one: k for k, one in enumerate(once)}
    return {
        (arm, kind): {name: each[seen:] for name, each in ran[place[one]][0][arm].items()}
        for arm, kinds in responses.items()
        for kind, one in kinds.items()
    }


def _by_point(asked: _Asked, stated: Response, search: _Found) -> dict[_Key, Floats]:
    """Means of the metric at each point under each kind of response, ``[points]``.

    The worst response is looked for at each point by itself, since those who respond know theirs.
    """
    found: dict[_Key, Floats] = {}
    for arm in asked.arms if search.ran else ():
        each = np.array(
            [means(np.array([at[arm][asked.metric] for at in here])) for here in search.ran]
        )
        found[arm, "none"] = each[search.tried.index(NO_RESPONSE)]
        found[arm, "stated"] = each[search.tried.index(stated)]
        found[arm, "worst"] = -asked.better * np.fmax.reduce(-asked.better * each, axis=0)
    return found


@dataclass(frozen=True)
class _Judging:
    """Values by arm and kind of response: by metric over draws, and of the metric at points."""

    asked: _Asked
    chance: Mapping[_Key, Mapping[str, Floats]]
    points: Mapping[_Key, Floats]
    level: float

    def of(self, arm: str, kind: str, response: Response) -> Judged:
        """What an arm comes to under one response, and against the baseline under its own."""
        metric = self.asked.metric
        mine = self.chance[arm, kind]
        if len(_told(mine[metric])) < 2:
            raise AfterbanError(_undefined(metric, [arm]))
        value = mean_interval(_told(mine[metric]), self.level)
        against = None if arm == self.asked.baseline else self._differences(kind)[arm]
        band = difference_band = None
        better_at = math.nan
        if self.points:
            here = self.points[arm, kind]
            band = _band(here)
            apart = _told(here - self.points[self.asked.baseline, kind])
            if against is not None and len(apart):
                difference_band = _band(apart)
                better_at = float((self.asked.better * apart > 0).mean())
        prices = {
            name: float(_told(each).mean())
            for name, each in mine.items()
            if name != metric and len(_told(each))
        }
        return Judged(response, value, band, against, difference_band, better_at, prices)

    def _differences(self, kind: str) -> dict[str, Estimate]:
        """Of each arm from the baseline, paired; the intervals hold together."""
        control = self.chance[self.asked.baseline, kind][self.asked.metric]
        others = {
            arm: self.chance[arm, kind][self.asked.metric]
            for arm in self.asked.arms
            if arm != self.asked.baseline
        }
        good = np.all(np.isfinite(np.vstack([control, *others.values()])), axis=0)
        if good.sum() < 2:
            raise AfterbanError(_undefined(self.asked.metric, self.asked.arms))
        return compare_with_control(
            {arm: x[good] for arm, x in others.items()}, control[good], self.level, "bonferroni"
        )


def _undefined(metric: str, arms: Sequence[str]) -> str:
    return (
        f"{metric} is undefined in all replications but one, or in all, under {listed(arms)}; "
        "choose another metric, or leave an arm out"
    )


def _told(values: Floats) -> Floats:
    return values[np.isfinite(values)]


def _band(values: Floats) -> tuple[float, float, float]:
    low, middle, high = quantiles(values, BAND)
    return low, middle, high


__all__ = ["OPERATORS", "POINTS", "REPLICATIONS", "respond"]
