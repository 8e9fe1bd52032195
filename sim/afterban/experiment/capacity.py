"""How many reviewers: time to action against staff on common random numbers, beside queue theory.

Checked by ``tests/analytic/test_capacity.py`` and ``tests/crn/test_capacity.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from afterban import engines, theory
from afterban.engines import EngineName
from afterban.engines.records import Records
from afterban.errors import AfterbanError
from afterban.experiment.parallel import side_by_side
from afterban.metrics import waits
from afterban.model import detection
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT, Parameters
from afterban.scenario import Scenario
from afterban.statistics import Estimate, kaplan_meier, mean_interval
from afterban.world import World, build

Floats = npt.NDArray[np.float64]

MOST = 100_000  # reviewers, beyond which a search gives up
WEEK = 7.0
_AT_ONCE = (detection.CAUGHT_AT_SIGNUP, detection.STRUCK)


# --- one number of reviewers ----------------------------------------------------------------------


def reviewers_of(scenario: Scenario) -> int:
    """Most reviewers that are on duty at the same time.  Raises AfterbanError without a team."""
    team = scenario.review.team
    if team is None:
        raise AfterbanError(
            f"{scenario.name} has unlimited staff; give it `review.team` to count reviewers"
        )
    return int(Parameters.from_scenario(scenario).on_duty.max())


def with_reviewers(scenario: Scenario, reviewers: int) -> Scenario:
    """The scenario with so many reviewers where most are on duty, the rest of the roster in scale.

    A shift keeps its share of the largest number on duty, rounded up, so that no shift that is
    staffed loses its last reviewer.
    """
    if reviewers < 1:
        raise AfterbanError(f"a team has one reviewer or more, not {reviewers}")
    before = reviewers_of(scenario)
    team = scenario.review.team
    assert team is not None

    def scaled(number: int) -> int:
        return -(-number * reviewers // before)

    shifts: list[dict[str, Any]] = [
        {
            "days": list(shift.days),
            "start": f"{shift.start * 24:g}h",
            "end": f"{shift.end * 24:g}h",
            "reviewers": scaled(shift.reviewers),
        }
        for shift in team.shifts
    ]
    return scenario.with_changes(
        {"review.team.reviewers": scaled(team.reviewers), "review.team.shifts": shifts}
    )


@dataclass(frozen=True)
class Look:
    """What one number of reviewers came to: one number per replication.

    median, p95: time from flag to suspension in days (Kaplan-Meier, so that cases that still wait
        at the horizon count); where the curve ends before, the time that could be seen.
    urgent_wait, routine_wait: mean time from arrival to the start of review, in days.
    arrivals: cases per day, urgent and routine, ``[replications, 2]``.
    hours: hours that reviewers spent on cases, per day.
    paid: hours that reviewers were on duty, per day.
    growth: cases by which the backlog grew per day, over the second half of the run.
    """

    reviewers: int
    median: Floats
    p95: Floats
    urgent_wait: Floats
    routine_wait: Floats
    arrivals: Floats
    hours: Floats
    paid: Floats
    growth: Floats


@dataclass
class Staff:
    """Looks at different numbers of reviewers, each run once, on common random numbers.

    The networks are the same for every number of reviewers and are drawn once.
    """

    scenario: Scenario
    policy: str = AS_WRITTEN
    replications: int = 3
    seed: int | None = None
    engine: EngineName | None = None
    progress: Callable[[int], None] | None = None
    workers: int | None = 1
    seen: dict[int, Look] = field(default_factory=dict)
    _worlds: dict[int, World] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.policy == WITHOUT_ENFORCEMENT:
            raise AfterbanError("without enforcement there is nothing to review")
        if self.policy != AS_WRITTEN and self.policy not in self.scenario.policies:
            raise AfterbanError(f"{self.scenario.name} has no policy `{self.policy}`")
        self.arm = self.scenario.arm(self.policy)
        reviewers_of(self.arm)

    def __call__(self, reviewers: int) -> Look:
        """What so many reviewers come to."""
        if reviewers not in self.seen:
            if self.progress is not None:
                self.progress(reviewers)
            parameters = Parameters.from_scenario(with_reviewers(self.arm, reviewers))
            seed = self.scenario.seed if self.seed is None else self.seed
            for replication in range(self.replications):
                if replication not in self._worlds:
                    self._worlds[replication] = build(parameters, seed, replication)
            tasks = [
                (parameters, self._worlds[replication], seed, replication, self.engine)
                for replication in range(self.replications)
            ]
            table = np.array(list(side_by_side(_look, tasks, self.engine, self.workers)))
            self.seen[reviewers] = Look(
                reviewers,
                median=table[:, 0],
                p95=table[:, 1],
                urgent_wait=table[:, 2],
                routine_wait=table[:, 3],
                arrivals=table[:, 4:6],
                hours=table[:, 6],
                paid=table[:, 7],
                growth=table[:, 8],
            )
        return self.seen[reviewers]

    def theory(self, look: Look) -> Theory:
        """What queue theory gives for the arrivals of a look."""
        parameters = Parameters.from_scenario(with_reviewers(self.arm, look.reviewers))
        assert self.arm.review.team is not None
        service = self.arm.review.team.service_time.mean()
        return predicted(parameters, tuple(look.arrivals.mean(axis=0)), service)


def times_to_action(parameters: Parameters, records: Records) -> tuple[float, float]:
    """Median and 95th percentile of the time from flag to suspension, in days.

    Of accounts flagged in the evaluation period that were not cleared, those that still wait at the
    horizon being censored there; campaigns and catches at sign-up are left out.  Where the curve
    does not come down so far, the longest time that could be seen.  ``nan`` if nobody was flagged.
    """
    a = records.accounts
    first, last = float(parameters.windows[0]), parameters.horizon
    flagged = (a["flagged_day"] >= first) & ~np.isin(a["channel"], _AT_ONCE)
    if not flagged.any():
        return math.nan, math.nan
    acted = ~np.isnan(a["suspended_day"][flagged])
    end = np.where(acted, a["suspended_day"][flagged], last)
    curve = kaplan_meier(end - a["flagged_day"][flagged], acted)
    most = last - first
    return min(curve.quantile(0.5).value, most), min(curve.quantile(0.95).value, most)


def _look(
    p: Parameters, world: World, seed: int, replication: int, engine: EngineName | None
) -> list[float]:
    return _observed(p, engines.run(p, world, seed, replication, engine))


def _observed(p: Parameters, records: Records) -> list[float]:
    first = float(p.windows[0])
    days = p.horizon - first
    cases = np.concatenate((records.cases, records.open_cases))
    urgent = cases[cases["arrived_day"] >= first]["urgent"] == 1
    wait, taken_up = waits(p.horizon, records, first)
    median, p95 = times_to_action(p, records)
    half = len(p.grid) // 2
    growth = (records.backlog[-1] - records.backlog[half]) / (p.grid[-1] - p.grid[half])
    spent = np.where(np.isnan(cases["decided_day"]), p.horizon, cases["decided_day"])
    spent = spent - np.maximum(cases["started_day"], first)
    hours = 24.0 * float(np.nansum(np.maximum(spent, 0.0)))
    return [
        median,
        p95,
        _mean_wait(wait[urgent], taken_up[urgent]),
        _mean_wait(wait[~urgent], taken_up[~urgent]),
        float(urgent.sum()) / days,
        float((~urgent).sum()) / days,
        hours / days,
        p.paid_hours / p.horizon,
        float(growth),
    ]


def _mean_wait(wait: Floats, taken_up: npt.NDArray[np.bool_]) -> float:
    """Mean wait in days, those who still wait being censored; cut at the longest that was seen."""
    if not len(wait) or not wait.max() > 0.0:
        return 0.0 if len(wait) else math.nan
    return kaplan_meier(wait, taken_up).restricted_mean(float(wait.max()))


# --- theory ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Theory:
    """What queue theory gives for a number of reviewers.

    load: reviewers that the work would keep busy around the clock.
    median, p95: time in the system in days.  With the same staff at all hours M/M/c, in order of
        arrival (Erlang C); with shifts the fluid wait of a week plus a mean service, which leaves
        chance out.
    urgent_wait, routine_wait: mean waits in days, M/M/c with priority; ``nan`` with shifts.
    """

    load: float
    median: float
    p95: float
    urgent_wait: float
    routine_wait: float
    shifts: bool


def predicted(p: Parameters, arrivals: tuple[float, ...], service: float) -> Theory:
    """Queue theory for a team.

    arrivals: cases per day, urgent and routine.  service: mean time for a case, in days.
    Assumes Poisson arrivals and exponential service; arrivals are taken as given, so the feedback
    from slow review to fewer returns and fewer flags is in them or left out with them.
    """
    rate, mu = sum(arrivals), 1.0 / service
    if len(p.on_duty) == 1:
        c = int(p.on_duty[0])
        waits = theory.mmc_priority_mean_waits(arrivals, mu, c)
        median, p95 = (theory.mmc_sojourn_quantile(q, rate, mu, c) for q in (0.5, 0.95))
        return Theory(rate * service, median, p95, waits[0], waits[1], False)
    inside = p.duty_change < WEEK
    waits_of_week = theory.fluid_waits(
        rate, mu, p.duty_change[inside].tolist(), p.on_duty[inside].tolist(), WEEK
    )
    median, p95 = math.inf, math.inf  # one wait without limit means that all are
    if np.isfinite(waits_of_week).all():
        median, p95 = (float(np.quantile(waits_of_week, q)) + service for q in (0.5, 0.95))
    return Theory(rate * service, median, p95, math.nan, math.nan, True)


# --- the search -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Staffing:
    """The fewest reviewers with a median time to action under a target.

    reviewers: fewest of those tried whose mean median is under the target.
    low, high: interval: the fewest that the interval of the mean does not rule out, and the fewest
        for which all of that interval is under the target.
    steady: fewest reviewers that theory gives for an endless run; at ``reviewers`` below it the
        backlog grows and the answer holds for this horizon only.
    looks: median time to action with its interval, by number of reviewers.
    """

    target: float
    policy: str
    reviewers: int
    low: int
    high: int
    steady: int
    n: int
    level: float
    looks: Mapping[int, Estimate]
    theory: Mapping[int, Theory]
    details: Mapping[int, Look]

    def words(self) -> str:
        """The answer in a sentence or two."""
        look = self.details[self.reviewers]
        one = self.reviewers == 1
        interval = (
            f"{self.low} to {self.high}; {self.level * 100:g} % interval, n = {self.n}"
            if self.n > 1
            else "n = 1: no interval"
        )
        text = (
            f"{self.reviewers} reviewer{'' if one else 's'} ({interval}) "
            f"keep{'s' if one else ''} the median time to action under "
            f"{self.target * 24:g} h under {self.policy}: "
            f"{self.looks[self.reviewers].value * 24:.3g} h, "
            f"{float(look.paid.mean()):,.0f} paid hours a day. "
            f"Queue theory gives {self.steady} for an endless run"
        )
        if self.reviewers < self.steady:
            text += "; with fewer the backlog grows, and this answer holds for this horizon only"
        return text + "."


def reviewers_needed(
    scenario: Scenario,
    median_days: float = 1.0,
    policy: str = AS_WRITTEN,
    *,
    replications: int = 3,
    seed: int | None = None,
    engine: EngineName | None = None,
    level: float = 0.95,
    around: int = 2,
    staff: Staff | None = None,
    progress: Callable[[int], None] | None = None,
) -> Staffing:
    """Search the fewest reviewers whose median time to action is under ``median_days``.

    Every number of reviewers is run on the same networks and draws.  The search goes up and down
    from the number that theory gives, in growing steps and then by halving; it takes for granted
    that more reviewers are never slower on average.

    Args:
        scenario: one with ``review.team``; the roster is kept in scale (see ``with_reviewers``).
        median_days: target in days, above 0.
        policy: arm whose roster, queue and waves apply.
        level: confidence level.
        around: further numbers of reviewers on each side of the answer that are looked at.
        staff: looks that were made before, to be used again and added to.

    Raises AfterbanError if twice as many reviewers as leave nobody waiting do not do it either, or
    the scenario has no team.
    """
    if not median_days > 0:
        raise AfterbanError(f"a median time to action is above 0, not {median_days!r}")
    staff = staff or Staff(scenario, policy, replications, seed, engine, progress)
    looks: dict[int, Estimate] = {}

    def look(number: int) -> Estimate:
        if number not in looks:
            values = staff(number).median
            told = values[np.isfinite(values)]
            if not len(told):
                raise AfterbanError("no account is flagged, so there is no time to action")
            looks[number] = mean_interval(told, level)
        return looks[number]

    ample = _ample(staff)
    first = _steady(staff, staff(ample), median_days)

    def fewest(of: Callable[[Estimate], float]) -> int:
        """Fewest reviewers at which a bound of the median is at or under the target."""

        def good(number: int) -> bool:
            value = of(look(number))
            return value <= median_days

        above, step = first, 1
        while not good(above):
            if above > 2 * ample:
                raise AfterbanError(
                    f"no number of reviewers up to {above:,} brings the median time to action "
                    f"under {median_days:g} days; what delays it is not the queue"
                )
            above, step = above + step, 2 * step
            if above > first + 3:
                above = max(above, ample)
        below, step = above - 1, 1
        while below > 0 and good(below):
            above, below, step = below, max(below - step, 0), 2 * step
        while above - below > 1:
            middle = (above + below) // 2
            above, below = (middle, below) if good(middle) else (above, middle)
        return above

    best = fewest(lambda e: e.value)
    single = staff.replications < 2
    low = best if single else min(best, fewest(lambda e: e.low))
    high = best if single else max(best, fewest(lambda e: e.high))
    for number in range(max(1, best - around), best + around + 1):
        look(number)
    shown = sorted(looks)
    return Staffing(
        median_days,
        policy,
        best,
        low,
        high,
        first,
        staff.replications,
        level,
        {k: looks[k] for k in shown},
        {k: staff.theory(staff(k)) for k in shown},
        {k: staff(k) for k in shown},
    )


def _ample(staff: Staff) -> int:
    """Reviewers enough that nobody waits long: twice those that the work would keep busy."""
    team = staff.arm.review.team
    assert team is not None
    p = Parameters.from_scenario(staff.arm)
    flags = float(p.tier_count.sum()) / 20.0  # per day, a guess on the safe side
    load = (team.benign_reports + flags) * team.service_time.mean()
    share = float(np.diff(np.append(p.duty_change, p.horizon)) @ p.on_duty) / (
        p.horizon * float(p.on_duty.max())
    )
    return math.ceil(2.0 * load / share) + 1


def _steady(staff: Staff, look: Look, target: float) -> int:
    """Fewest reviewers that theory gives for the arrivals of a look."""
    assert staff.arm.review.team is not None
    service = staff.arm.review.team.service_time.mean()
    arrivals = tuple(look.arrivals.mean(axis=0))

    def good(number: int) -> bool:
        p = Parameters.from_scenario(with_reviewers(staff.arm, number))
        return predicted(p, arrivals, service).median <= target

    above = 1
    while not good(above):
        above *= 2
        if above > MOST:
            raise AfterbanError("theory knows no number of reviewers that would do")
    below = above // 2
    while above - below > 1:
        middle = (above + below) // 2
        above, below = (middle, below) if good(middle) else (above, middle)
    return above
