"""An ensemble over all stated ranges at once: the power of each claim, and the band of a number.

Each assumption that a scenario makes (``ranges.py``) is one dimension of a Sobol design.  A
point gives a value to all of them together, and each replication of it has the draws of the
scenario's own.  The runs are kept as those of a sweep, so that they can be stopped and resumed.
A large network may be thinned (``sizing.py``); some points are run with the whole one too then.

Checked by ``tests/experiment/test_ensemble.py``.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from afterban import bands as store
from afterban.bands import Band, Bands
from afterban.claims import Claim, by_replication, is_as_shipped
from afterban.engines import EngineName
from afterban.errors import AfterbanError
from afterban.experiment.assumption import Assumption
from afterban.experiment.design import DIGITS, Floats, Point, check_points, sobol
from afterban.experiment.ranges import assumptions_of, correlations_of
from afterban.experiment.sizing import CHECKED
from afterban.experiment.store import Plan, Store, metric_names, rows_by_run
from afterban.experiment.sweep import Finished, Forecast, run_plan
from afterban.experiment.sweep_plan import folder_named, identity_of
from afterban.experiment.thinning import operators_of, thinning
from afterban.language.kinds import CountKind
from afterban.metrics import METRICS
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.power import Made, Power, Powers, read
from afterban.results import column_of
from afterban.scenario import Scenario
from afterban.scenario.correlations import lower_factor
from afterban.scenario.patching import Patches
from afterban.scenario.sweeping import target

POINTS = 64
REPLICATIONS = 4
# What bands are made of: the headline, of impressions (also tier by tier) and of people, what it
# costs, and whom it wins over.
BANDED = (
    *("effective_reach", "effective_reached", "effective_weekly_reach"),
    *("suspensions", "wrong_suspensions", "paid_hours", "recruits"),
)
MOST_ARMS = 6  # of which a band is made unless they are asked for: each costs a run at each point


def varied(scenario: Scenario, assumptions: Sequence[Assumption] | None = None) -> list[Assumption]:
    """Assumptions that the scenario makes, each a dimension of its ensemble; all if None."""
    chosen = assumptions_of(scenario) if assumptions is None else assumptions
    return [one for one in chosen if one.changes(scenario, one.low) is not None]


def points_of(
    scenario: Scenario, count: int = POINTS, assumptions: Sequence[Assumption] | None = None
) -> tuple[Point, ...]:
    """The points of an ensemble: each gives values to everything that has a range.

    A longer ensemble begins with the shorter one.  Ranges of factors and of times are walked
    through by ratios, all others evenly, and those that have a prior by its quantiles.  Stated
    correlations are those of a normal copula.  What a policy itself sets stays as it sets it.

    Raises AfterbanError if nothing has a range, or if one value is in two ranges.
    """
    dimensions = varied(scenario, assumptions)
    if not dimensions:
        raise AfterbanError(f"{scenario.name} makes no assumption that has a range")
    return points_at(scenario, dimensions, sobol(count, len(dimensions), scenario.seed))


def points_at(
    scenario: Scenario, dimensions: Sequence[Assumption], rows: Floats
) -> tuple[Point, ...]:
    """The points at some rows of the unit cube, whose columns are the places of assumptions.

    Raises AfterbanError if one value is in two ranges.
    """
    found = []
    for row in correlated(rows, [one.name for one in dimensions], correlations_of(scenario)):
        values: dict[str, str] = {}
        for one, place in zip(dimensions, row, strict=True):
            given = one.changes(scenario, float(f"{one.at(float(place)):.{DIGITS}g}")) or {}
            both = given.keys() & values.keys()
            if both:
                raise AfterbanError(f"{one.name}: another range gives {min(both)} a value too")
            values |= {path: _whole(path, text) for path, text in given.items()}
        found.append(Point(tuple(values.items())))
    return tuple(found)


def correlated(
    places: Floats, names: Sequence[str], pairs: Iterable[tuple[str, str, float]]
) -> Floats:
    """Independent places between 0 and 1 (a row a point) with rank correlations between some names.

    A normal copula: Cholesky's factor of the normal correlations that give those ranks.  What has
    no correlation stays where it was, to the bit.
    """
    known = [pair for pair in pairs if pair[0] in names and pair[1] in names]
    if not known:
        return places
    from scipy.special import ndtr, ndtri

    together = [name for name in names if any(name in pair[:2] for pair in known)]
    columns = [names.index(name) for name in together]
    factor = lower_factor(known, together)
    assert factor is not None  # the scenario was checked
    found = places.copy()
    found[:, columns] = ndtr(ndtri(places[:, columns]) @ np.array(factor).T)
    return found


def _whole(path: str, text: str) -> str:
    """The text, or the nearest whole number of what is counted."""
    return str(round(float(text))) if isinstance(target(path), CountKind) else text


# --- what is run ----------------------------------------------------------------------------------


def compared(claims: Iterable[Claim], name: str) -> list[Claim]:
    """Claims that compare a metric of this scenario."""
    return [one for one in claims if one.metric is not None and one.scenario == name]


def plan_of(
    scenario: Scenario,
    claims: Sequence[Claim],
    *,
    points: int = POINTS,
    replications: int = REPLICATIONS,
    assumptions: Sequence[Assumption] | None = None,
    engine: EngineName | None = None,
    bands_of: Sequence[str] = (),
    operators: int | None = None,
) -> Plan:
    """What has to be run for some claims of a scenario: their arms and metrics, and no others.

    bands_of: arms of which there shall be bands; these are run too.  Of a scenario without claims
        of the register every metric is kept, so that a band of any can be had without a new run.
    operators: of the network, which is thinned if the scenario has more; the whole one if None.

    Raises ScenarioErrors if there is a point at which there can be no scenario.
    """
    made = points_of(scenario, points, assumptions)
    factor = 1.0 if operators is None else min(1.0, operators / operators_of(scenario))
    if factor < 1.0:
        made = thinned_points(scenario, made, factor)
    arms = dict.fromkeys(claim.policy for claim in claims)
    arms |= dict.fromkeys(one.divided_by_policy for one in claims if one.divided_by_policy)
    arms |= dict.fromkeys(bands_of)
    metrics = {name for one in claims for name in (one.metric, one.divided_by) if name}
    if bands_of:
        shipped = any(not one.is_own for one in claims)
        metrics |= set(
            banded_metrics(scenario) if shipped else metric_names(_base(scenario), tuple(arms))
        )
    return plan_at(scenario, made, tuple(arms), metrics, replications, engine)


def plan_at(
    scenario: Scenario,
    made: Sequence[Point],
    arms: Sequence[str],
    metrics: Iterable[str],
    replications: int,
    engine: EngineName | None = None,
) -> Plan:
    """What has to be run for some metrics of some arms at any points.

    Raises ScenarioErrors if there is a point at which there can be no scenario.
    """
    base = _base(scenario)
    check_points(base, made)
    return Plan(
        scenario_name=scenario.name,
        resolved=base.resolved_yaml(),
        identity=identity_of(base, engine),
        policies=tuple(arms),
        metrics=tuple(sorted(set(metrics))),
        paths=tuple(path for path, _ in made[0].values),
        points=tuple(made),
        replications=replications,
        asked=len(made),
        repeated=len(made) - len({point.key for point in made}),
    )


def thinned_points(scenario: Scenario, made: Sequence[Point], factor: float) -> tuple[Point, ...]:
    """The same points of a network that is smaller by a factor."""
    versions = Patches(_base(scenario))
    return tuple(
        Point(tuple((values | thinning(versions.at(values), factor)).items()))
        for values in (dict(point.values) for point in made)
    )


def folder_of(plan: Plan, root: Path) -> Path:
    """Folder of an ensemble: the same for every size of it, so that it can grow."""
    first = plan.points[0].key  # of the same ranges in every size
    of = [dict(plan.identity), plan.policies, plan.metrics, plan.paths, first]
    return folder_named(root, plan.scenario_name, "ensemble", of)


def run(
    scenario: Scenario,
    claims: Sequence[Claim],
    root: Path | str = "results",
    *,
    points: int = POINTS,
    replications: int = REPLICATIONS,
    assumptions: Sequence[Assumption] | None = None,
    engine: EngineName | None = None,
    workers: int | None = None,
    forecast: Callable[[Forecast], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Power]:
    """Tell the power of each of these claims: see :func:`measure`."""
    return measure(
        scenario,
        claims,
        root,
        points=points,
        replications=replications,
        assumptions=assumptions,
        engine=engine,
        workers=workers,
        forecast=forecast,
        progress=progress,
    ).powers


class Measured(NamedTuple):
    """What came of an ensemble."""

    powers: list[Power]
    bands: list[Band]


def measure(
    scenario: Scenario,
    claims: Sequence[Claim] = (),
    root: Path | str = "results",
    *,
    bands_of: Sequence[str] = (),
    metrics: Sequence[str] = (),
    points: int = POINTS,
    replications: int = REPLICATIONS,
    operators: int | None = None,
    assumptions: Sequence[Assumption] | None = None,
    engine: EngineName | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    forecast: Callable[[Forecast], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Measured:
    """Run what is not finished of an ensemble: the powers of claims and the bands of the headline.

    Args:
        scenario: as it is shipped, where there are claims; else any.
        claims: of this scenario; those that compare no metric are passed over.
        root: folder of all results.
        bands_of: arms of which there shall be bands; the others are compared with the first.
        metrics: of which there shall be bands too, beside the headline; only without claims.
        points: of the design, spread most evenly if a power of two.
        replications: of each point.
        operators: of the network, thinned if the scenario has more, which some points then check
            against the whole one; the whole one if None.
        workers: parallel workers; all cores if None.
        cluster: ``tcp://host:port`` or ``local:N``: run on a Dask cluster instead.
        forecast, progress: as of a sweep.

    Raises AfterbanError as a sweep does.
    """
    mine = compared(claims, scenario.name)
    if not mine and not bands_of:
        return Measured([], [])

    def ran(points: int, operators: int | None) -> _Ran:
        plan = plan_of(
            scenario,
            mine,
            points=points,
            replications=replications,
            assumptions=assumptions,
            engine=engine,
            bands_of=bands_of,
            operators=operators,
        )
        values = values_of(
            scenario,
            plan,
            root,
            workers=workers,
            cluster=cluster,
            forecast=forecast,
            progress=progress,
        )
        return _Ran(plan, values)

    whole = operators_of(scenario)
    all_points = ran(points, operators)
    checked = ran(min(points, CHECKED), None).values if (operators or whole) < whole else ()
    made = made_at(scenario, points_of(scenario, points, assumptions))
    if (operators or whole) < whole:
        mine = [one for one in mine if is_of_any_size(one)]
    return Measured(
        [_power(claim, scenario.name, all_points.values, made, all_points.plan) for claim in mine],
        _bands(
            scenario,
            all_points,
            bands_of,
            [*banded_metrics(scenario), *metrics],
            assumptions,
            operators=min(operators or whole, whole),
            checked=checked,
        ),
    )


class _Ran(NamedTuple):
    """A plan, and what was run of it: at each point, by arm and metric, its replications."""

    plan: Plan
    values: Sequence[Mapping[str, Mapping[str, Floats]]]


def values_of(
    scenario: Scenario,
    plan: Plan,
    root: Path | str = "results",
    *,
    workers: int | None = None,
    cluster: str | None = None,
    forecast: Callable[[Forecast], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[dict[str, dict[str, Floats]]]:
    """Run what is not finished of a plan: at each point, by arm and metric, its replications.

    Raises AfterbanError as a sweep does.
    """
    done = run_plan(
        _base(scenario),
        plan,
        folder_of(plan, Path(root)),
        workers=workers,
        cluster=cluster,
        expand=True,
        forecast=forecast,
        progress=progress,
    )
    assert done is not None
    return _values(done, plan)


def _base(scenario: Scenario) -> Scenario:
    return scenario.with_changes({"sweep": "none", "replications": "1"})


def _values(done: Finished, plan: Plan) -> list[dict[str, dict[str, Floats]]]:
    """For each point of the plan, by arm and metric, one number for each of its replications.

    What is kept may have more points and replications than the plan.
    """
    table = Store(done.folder).table(done.plan)
    place = rows_by_run(table)
    metrics = {name: table.column(column_of(name)).to_numpy() for name in plan.metrics}
    return [
        {
            arm: {
                name: np.array([told[place[point.key, k, arm]] for k in range(plan.replications)])
                for name, told in metrics.items()
            }
            for arm in plan.policies
        }
        for point in plan.points
    ]


# --- power ----------------------------------------------------------------------------------------


def _power(
    claim: Claim,
    name: str,
    values: Sequence[Mapping[str, Mapping[str, Floats]]],
    made: Made,
    plan: Plan,
) -> Power:
    inside = outside = 0
    band: list[float] = []
    for here in values:
        each = by_replication(claim, here)
        e = None if each is None else claim.estimate(each)
        if each is None or e is None or e.n <= plan.replications / 2:
            continue  # what did not happen is undefined
        told = claim.told_at(e)
        inside += told is True
        outside += told is False
        band += [e.value] if claim.judged_by == "mean" else each[np.isfinite(each)].tolist()
    return Power(
        id=claim.id,
        scenario=name,
        points=len(values),
        replications=plan.replications,
        told=inside + outside,
        fails=outside,
        lowest=min(band, default=math.nan),
        highest=max(band, default=math.nan),
        made=Made(made.scenario, made.ranges, claim.digest()),
    )


def is_of_any_size(claim: Claim) -> bool:
    """Whether a claim says the same of a thinned network: not of what is counted in it."""
    form = METRICS[str(claim.metric).partition(".")[0]].form
    return claim.divided_by is not None or form in ("share", "ratio", "time")


def made_at(scenario: Scenario, points: Sequence[Point]) -> Made:
    """What an ensemble is made for, but for the claim; points of the whole network."""
    keys = ",".join(point.key for point in points)
    ranges = hashlib.sha256(keys.encode()).hexdigest()[:12]
    return Made(scenario.digest()[:12], ranges, "")


def powers_of(scenario: Scenario, claims: Iterable[Claim], path: Path | None = None) -> Powers:
    """The powers that are kept of the claims about a scenario, and those that are out of date.

    There are none of a scenario that is not as it is shipped: they say nothing about it.

    Raises AfterbanError for a file that is damaged.
    """
    mine = {claim.id: claim for claim in compared(claims, scenario.name)}
    kept = {name: one for name, one in read(path).items() if name in mine} if mine else {}
    if not kept or not is_as_shipped(scenario):
        return Powers()
    return up_to_date(kept.values(), mine, Scenario.from_yaml(scenario.name))


def up_to_date(kept: Iterable[Power], claims: Mapping[str, Claim], scenario: Scenario) -> Powers:
    """Powers that were made for these claims and just this scenario, and those that were not.

    claims: by id; there is one for every power.
    """
    known, stale = {}, {}
    made: dict[int, Made] = {}  # by the number of points
    for power in kept:
        if power.points not in made:
            made[power.points] = made_at(scenario, points_of(scenario, power.points))
        now = replace(made[power.points], claim=claims[power.id].digest())
        why = power.made.differs(now, scenario.name)
        if why:
            stale[power.id] = why
        else:
            known[power.id] = power
    return Powers(known, stale)


# --- bands ----------------------------------------------------------------------------------------


def banded_metrics(scenario: Scenario) -> list[str]:
    """Metrics of which bands are made: the headline, tier by tier where it is told so."""
    return [
        name
        for metric in BANDED
        for name in (metric, *(f"{metric}.{t}" for t in scenario.tiers if METRICS[metric].by_tier))
    ]


def banded_arms(scenario: Scenario, claims: Iterable[Claim] = ()) -> list[str]:
    """Arms of which bands are made: as written, and those of the claims.

    Without claims others too, up to a number; each costs a run of every point.
    """
    named = [one.policy for one in compared(claims, scenario.name)]
    arms = dict.fromkeys([AS_WRITTEN, *(named or scenario.policies)])
    arms.pop(WITHOUT_ENFORCEMENT, None)
    return list(arms) if named else list(arms)[:MOST_ARMS]


def _bands(
    scenario: Scenario,
    ran: _Ran,
    arms: Sequence[str],
    metrics: Sequence[str],
    assumptions: Sequence[Assumption] | None,
    *,
    operators: int,
    checked: Sequence[Mapping[str, Mapping[str, Floats]]],
) -> list[Band]:
    """Bands of metrics under arms and of their differences from the first, tiers' left out."""
    made = made_for(scenario, assumptions)
    found = []
    for metric in dict.fromkeys(metrics) if arms else []:
        for arm in arms:
            others = [""] if arm == arms[0] or "." in metric else ["", arms[0]]
            for against in others:

                def told(
                    points: Sequence[Mapping[str, Mapping[str, Floats]]],
                    arm: str = arm,
                    against: str = against,
                    metric: str = metric,
                ) -> list[Floats]:
                    return [
                        here[arm][metric] - (here[against][metric] if against else 0.0)
                        for here in points
                    ]

                one = store.band(
                    scenario.name,
                    store.Key(metric, arm, against),
                    told(ran.values),
                    ran.plan.replications,
                    made,
                    operators=operators,
                    of=operators_of(scenario),
                    whole=told(checked),
                )
                found += [one] if one is not None else []
    return found


def made_for(scenario: Scenario, assumptions: Sequence[Assumption] | None = None) -> store.Made:
    """What a band of a scenario is made for: all but seed and replications, and ranges.

    The seed only chooses the points and the draws.
    """
    same = scenario.with_changes({"sweep": "none", "replications": "1", "seed": "1"})
    ranges = [
        (one.name, one.low, one.high, str(one.prior), one.paths)
        for one in varied(scenario, assumptions)
    ]
    text = json.dumps([ranges, correlations_of(scenario)])
    return store.Made(same.digest()[:12], hashlib.sha256(text.encode()).hexdigest()[:12])


def bands_of(scenario: Scenario, *files: Path | None) -> Bands:
    """The bands that are kept of exactly this scenario, whatever its seed and replications.

    files: where to look, the first that has a band counts; None is the file that comes with the
        program.

    Raises AfterbanError for a file that is damaged.
    """
    made, stale = made_for(scenario), ""
    known: dict[store.Key, Band] = {}
    used: list[str] = []
    for path in dict.fromkeys(files or (None,)):
        kept = [one for one in store.read(path) if one.scenario == scenario.name]
        new = {one.key: one for one in kept if one.made == made and one.key not in known}
        if new:
            used.append(store.SHIPPED if path is None else str(path))
        elif any(one.made.scenario == made.scenario for one in kept if one.made != made):
            stale = "other ranges"
        elif any(one.made != made for one in kept) and not stale:
            stale = f"another version of {scenario.name}"
        known |= new
    return Bands(known, " and ".join(used), "" if known else stale)
