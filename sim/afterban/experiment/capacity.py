"""How many reviewers: time to action against staff on common random numbers, beside queue theory.

Checked by ``tests/analytic/test_capacity.py`` and ``tests/crn/test_capacity.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from afterban import engines, theory
from afterban.engines import EngineName
from afterban.engines.records import Records
from afterban.errors import AfterbanError, UnknownName
from afterban.experiment.answer import Answer, columns, plain
from afterban.experiment.parallel import side_by_side
from afterban.experiment.promise import (
    Promise,
    off_duty_words,
    people,
    roster,
    shortest,
    weekly_hours,
)
from afterban.mechanisms import detection
from afterban.metrics import waits
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT, Parameters
from afterban.scenario import Scenario
from afterban.scenario.sections.review import Team
from afterban.statistics import Estimate, kaplan_meier, mean_interval
from afterban.world import World, build

if TYPE_CHECKING:
    import pandas as pd

    from afterban.report.figures import Figure

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
    promised: time from flag to suspension in days that the share of a promise stays within.
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
    promised: Floats


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
    share: float = 0.5  # of accounts, whose time to action is looked at beside median and p95
    seen: dict[int, Look] = field(default_factory=dict)
    _worlds: dict[int, World] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.policy == WITHOUT_ENFORCEMENT:
            raise AfterbanError("without enforcement there is nothing to review")
        if self.policy != AS_WRITTEN and self.policy not in self.scenario.policies:
            known = [AS_WRITTEN, *self.scenario.policies]
            raise UnknownName("arm", self.policy, self.scenario.name, known)
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
                (parameters, self._worlds[replication], seed, replication, self.engine, self.share)
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
                promised=table[:, 9],
            )
        return self.seen[reviewers]

    def theory(self, look: Look) -> Theory:
        """What queue theory gives for the arrivals of a look."""
        parameters = Parameters.from_scenario(with_reviewers(self.arm, look.reviewers))
        assert self.arm.review.team is not None
        service = self.arm.review.team.service_time.mean()
        return predicted(parameters, tuple(look.arrivals.mean(axis=0)), service, self.share)

    def team(self, reviewers: int) -> Team:
        """The team with so many reviewers where most are on duty."""
        team = with_reviewers(self.arm, reviewers).review.team
        assert team is not None
        return team


def times_to_action(
    parameters: Parameters, records: Records, shares: Sequence[float] = (0.5, 0.95)
) -> tuple[float, ...]:
    """Times from flag to suspension that shares of accounts stay within, in days.

    Of accounts flagged in the evaluation period that were not cleared, those that still wait at the
    horizon being censored there; campaigns and catches at sign-up are left out.  Where the curve
    does not come down so far, the longest time that could be seen.  ``nan`` if nobody was flagged.
    """
    a = records.accounts
    first, last = float(parameters.windows[0]), parameters.horizon
    flagged = (a["flagged_day"] >= first) & ~np.isin(a["channel"], _AT_ONCE)
    if not flagged.any():
        return (math.nan,) * len(shares)
    acted = ~np.isnan(a["suspended_day"][flagged])
    end = np.where(acted, a["suspended_day"][flagged], last)
    curve = kaplan_meier(end - a["flagged_day"][flagged], acted)
    most = last - first
    return tuple(min(curve.quantile(share).value, most) for share in shares)


def _look(
    p: Parameters,
    world: World,
    seed: int,
    replication: int,
    engine: EngineName | None,
    share: float = 0.5,
) -> list[float]:
    return _observed(p, engines.run(p, world, seed, replication, engine), share)


def _observed(p: Parameters, records: Records, share: float = 0.5) -> list[float]:
    first = float(p.windows[0])
    days = p.horizon - first
    cases = np.concatenate((records.cases, records.open_cases))
    urgent = cases[cases["arrived_day"] >= first]["urgent"] == 1
    wait, taken_up = waits(p.horizon, records, first)
    median, p95, promised = times_to_action(p, records, (0.5, 0.95, share))
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
        promised,
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
    promised: time in the system, in days, that the share of a promise stays within.
    """

    load: float
    median: float
    p95: float
    urgent_wait: float
    routine_wait: float
    shifts: bool
    promised: float


def predicted(
    p: Parameters, arrivals: tuple[float, ...], service: float, share: float = 0.5
) -> Theory:
    """Queue theory for a team.

    arrivals: cases per day, urgent and routine.  service: mean time for a case, in days.
    share: of a promise.
    Assumes Poisson arrivals and exponential service; arrivals are taken as given, so the feedback
    from slow review to fewer returns and fewer flags is in them or left out with them.
    """
    rate, mu = sum(arrivals), 1.0 / service
    if len(p.on_duty) == 1:
        c = int(p.on_duty[0])
        waits = theory.mmc_priority_mean_waits(arrivals, mu, c)
        median, p95, promised = (
            theory.mmc_sojourn_quantile(q, rate, mu, c) for q in (0.5, 0.95, share)
        )
        return Theory(rate * service, median, p95, waits[0], waits[1], False, promised)
    inside = p.duty_change < WEEK
    waits_of_week = theory.fluid_waits(
        rate, mu, p.duty_change[inside].tolist(), p.on_duty[inside].tolist(), WEEK
    )
    median = p95 = promised = math.inf  # one wait without limit means that all are
    if np.isfinite(waits_of_week).all():
        median, p95, promised = (
            float(np.quantile(waits_of_week, q)) + service for q in (0.5, 0.95, share)
        )
    return Theory(rate * service, median, p95, math.nan, math.nan, True, promised)


# --- the search -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Staffing(Answer):
    """The fewest reviewers that keep a promise, such as a median time to action under a target.

    target, share: the promise: this share of accounts is suspended within ``target`` days.
    reviewers: fewest of those tried with which the mean over replications keeps it.
    low, high: interval: the fewest that the interval of the mean does not rule out, and the fewest
        for which all of that interval is under the target; high is None if there is no such number,
        with few replications or shifts that leave it open.
    steady: fewest reviewers that theory gives for an endless run; at ``reviewers`` below it the
        backlog grows and the answer holds for this horizon only.  None if theory knows no number.
    looks: time to action of that share of accounts with its interval, by number of reviewers.
    now: number of reviewers that the arm has as it is written.
    teams: roster of each number of reviewers.
    """

    target: float
    policy: str
    reviewers: int
    low: int
    high: int | None
    steady: int | None
    n: int
    level: float
    looks: Mapping[int, Estimate]
    theory: Mapping[int, Theory]
    details: Mapping[int, Look]
    share: float
    now: int
    teams: Mapping[int, Team]
    scenario: str = ""

    @property
    def promise(self) -> Promise:
        """What was asked for."""
        return Promise(self.share, self.target)

    @property
    def shortest(self) -> float:
        """Days within which the share of accounts finds somebody on duty, without any queue."""
        return shortest(self.teams[self.reviewers], self.share)

    @property
    def held_up_by_shifts(self) -> bool:
        """Whether the hours off duty, not the queue, are most of the time to action."""
        return self.shortest > 0.5 * self.looks[self.reviewers].value

    def paid_hours(self, reviewers: int) -> float:
        """Paid hours of a week with so many reviewers."""
        return weekly_hours(self.teams[reviewers])

    def people(self, reviewers: int) -> int:
        """People at 40 hours a week that so many reviewers take."""
        return people(self.paid_hours(reviewers))

    def _time(self, reviewers: int) -> str:
        hours = self.looks[reviewers].value * 24
        return f"{hours:.3g} h" if hours < 1000 else f"{hours:,.0f} h"

    def _staff(self, reviewers: int) -> str:
        number = self.people(reviewers)
        return (
            f"{self.paid_hours(reviewers):,.0f} paid hours a week, "
            f"{number:,} {'person' if number == 1 else 'people'} at 40 hours"
        )

    @property
    def shifts(self) -> bool:
        """Whether theory is the fluid roster of a week, and not M/M/c."""
        return next(iter(self.theory.values())).shifts

    def words(self) -> list[str]:
        """The answer: reviewers, hours and people, the roster, and now."""
        one = self.reviewers == 1
        s = "s" if one else ""
        bounds = f"{self.low} or more" if self.high is None else f"{self.low} to {self.high}"
        interval = (
            f"{bounds}; {self.level * 100:g} % interval, n = {self.n}"
            if self.n > 1
            else "n = 1: no interval"
        )
        does = (
            f"keep{s} the median time to action under {self.target * 24:g} h"
            if self.promise.is_median
            else f"suspend{s} {self.promise} of the flag"
        )
        said = [
            f"{self.reviewers} reviewer{'' if one else 's'} ({interval}) {does} under "
            f"{self.policy}: {self._time(self.reviewers)}, {self._staff(self.reviewers)}.",
            f"Roster: {'; '.join(roster(self.teams[self.reviewers]))}.",
            "That is what the scenario has now."
            if self.now == self.reviewers
            else f"The scenario has {self.now} now: {self._time(self.now)}, "
            f"{self._staff(self.now)}.",
        ]
        if self.held_up_by_shifts:
            off_duty = off_duty_words(self.teams[self.reviewers])
            said.append(
                f"Shifts and not the queue keep it up: {off_duty}, so that without any queue it "
                f"would be {self.shortest * 24:.3g} h; more reviewers in the same shifts change "
                "little."
            )
        if self.steady is None:
            return [*said, "Queue theory knows no number for an endless run."]
        endless = f"Queue theory gives {self.steady} for an endless run"
        if self.reviewers < self.steady:
            endless += "; with fewer the backlog grows, and this answer holds for this horizon only"
        return [*said, f"{endless}."]

    def rows(self) -> list[dict[str, Any]]:
        """One record for each number of reviewers that was run; times in days."""
        out = []
        for number, look in self.details.items():
            m, far, kept = (mean_interval(x) for x in (look.median, look.p95, look.promised))
            expected = self.theory[number]
            out.append(
                {
                    "reviewers": number,
                    **columns("median_days", m),
                    "theory_median_days": expected.median,
                    **columns("p95_days", far),
                    "theory_p95_days": expected.p95,
                    "promised_share": self.share,
                    **columns("promised_days", kept),
                    "theory_promised_days": expected.promised,
                    "theory_load": expected.load,
                    "paid_hours_per_week": self.paid_hours(number),
                    "people": self.people(number),
                    "paid_hours_per_day": float(look.paid.mean()),
                    "backlog_growth_per_day": float(look.growth.mean()),
                    "n": m.n,
                }
            )
        return out

    def frame(self) -> pd.DataFrame:
        """:meth:`rows` as a data frame."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def figure(self) -> Figure:
        """Time to action against reviewers, queue theory beside it."""
        from afterban.report.figures import in_style
        from afterban.report.questions import capacity

        with in_style():
            return capacity([self], self.scenario)

    def to_dict(self) -> dict[str, Any]:
        """The answer and all looks, for JSON: a number that is not finite is None."""
        several = self.n > 1
        found: dict[str, Any] = plain(
            {
                "policy": self.policy,
                "target_days": self.target,
                "share": self.share,
                "reviewers": self.reviewers,
                "paid_hours_per_week": self.paid_hours(self.reviewers),
                "people": self.people(self.reviewers),
                "roster": roster(self.teams[self.reviewers]),
                "now": {
                    "reviewers": self.now,
                    "paid_hours_per_week": self.paid_hours(self.now),
                    "people": self.people(self.now),
                    "days": self.looks[self.now].value,
                },
                "days_without_queue": self.shortest,
                "held_up_by_shifts": self.held_up_by_shifts,
                "low": self.low if several else None,
                "high": self.high if several else None,
                "level": self.level,
                "n": self.n,
                "queue_theory": {
                    "reviewers": self.steady,
                    "model": "fluid" if self.shifts else "M/M/c",
                },
                "looks": self.rows(),
                "words": " ".join(self.words()),
            }
        )
        return found


def reviewers_needed(
    scenario: Scenario,
    median_days: float = 1.0,
    policy: str = AS_WRITTEN,
    *,
    promise: Promise | str | None = None,
    replications: int = 3,
    seed: int | None = None,
    engine: EngineName | None = None,
    level: float = 0.95,
    around: int = 2,
    staff: Staff | None = None,
    progress: Callable[[int], None] | None = None,
) -> Staffing:
    """Search the fewest reviewers whose median time to action is under a target, or with a promise.

    Every number of reviewers is run on the same networks and draws.  The search goes up and down
    from the number that theory gives, in growing steps and then by halving; it takes for granted
    that more reviewers are never slower on average.

    Args:
        scenario: one with ``review.team``; the roster is kept in scale (see ``with_reviewers``).
        median_days: target of the median in days, above 0.
        promise: another share of accounts within a time, such as ``95 % within 24 h``, instead.
        policy: arm whose roster, queue and waves apply.
        level: confidence level.
        around: further numbers of reviewers on each side of the answer that are looked at.
        staff: looks that were made before, to be used again and added to; of the same share.

    Raises AfterbanError if twice as many reviewers as leave nobody waiting do not do it either, or
    the scenario has no team.
    """
    asked = Promise.parse(promise) if isinstance(promise, str) else promise
    if asked is None:
        asked = Promise(0.5, median_days)
    target = asked.days
    staff = staff or Staff(
        scenario, policy, replications, seed, engine, progress, share=asked.share
    )
    if staff.share != asked.share:
        raise AfterbanError(
            f"these looks are at {staff.share:g} of the accounts, not {asked.share:g}"
        )
    search = _Search(staff, target, level)
    best = search.fewest(lambda e: e.value)
    if best is None:
        raise AfterbanError(_why_none(staff, asked, max(search.looks)))
    single = staff.replications < 2
    low = best if single else min(best, search.fewest(lambda e: e.low) or best)
    high: int | None = best
    if not single:
        sure = search.fewest(lambda e: e.high)
        high = None if sure is None else max(best, sure)
    now = reviewers_of(staff.arm)
    for number in (now, *range(max(1, best - around), best + around + 1)):
        search.look(number)
    shown = sorted(search.looks)
    return Staffing(
        target,
        policy,
        best,
        low,
        high,
        search.steady,
        staff.replications,
        level,
        {k: search.looks[k] for k in shown},
        {k: staff.theory(staff(k)) for k in shown},
        {k: staff(k) for k in shown},
        asked.share,
        now,
        {k: staff.team(k) for k in shown},
        scenario.name,
    )


class _Search:
    """From the number of reviewers that theory gives up and down, by growing steps, then by halves.

    target: days within which the share of accounts that ``staff`` looks at is to be suspended.
    looks: time to action of that share with its interval, by number of reviewers.
    steady: see :class:`Staffing`.
    """

    def __init__(self, staff: Staff, target: float, level: float) -> None:
        self.staff, self.target, self.level = staff, target, level
        self.looks: dict[int, Estimate] = {}
        self.ample = _ample(staff)
        self.steady = _steady(staff, staff(self.ample), target)

    def look(self, number: int) -> Estimate:
        """Time to action with so many reviewers.  Raises AfterbanError if nobody is flagged."""
        if number not in self.looks:
            values = self.staff(number).promised
            told = values[np.isfinite(values)]
            if not len(told):
                raise AfterbanError("no account is flagged, so there is no time to action")
            self.looks[number] = mean_interval(told, self.level)
        return self.looks[number]

    def fewest(self, of: Callable[[Estimate], float]) -> int | None:
        """Fewest reviewers at which a bound of the time is at or under the target, None if none."""

        def good(number: int) -> bool:
            return of(self.look(number)) <= self.target

        first = self.ample if self.steady is None else self.steady
        above, step = first, 1
        while not good(above):
            if above > 2 * self.ample:
                return None
            above, step = above + step, 2 * step
            if above > first + 3:
                above = max(above, self.ample)
        below, step = above - 1, 1
        while below > 0 and good(below):
            above, below, step = below, max(below - step, 0), 2 * step
        while above - below > 1:
            middle = (above + below) // 2
            above, below = (middle, below) if good(middle) else (above, middle)
        return above


def _why_none(staff: Staff, asked: Promise, tried: int) -> str:
    """Why no number of reviewers keeps a promise: shifts, or what comes after a decision."""
    what = (
        f"the median time to action under {asked.days * 24:g} h"
        if asked.is_median
        else f"the time to action of {asked.share * 100:g} % under {asked.days * 24:g} h"
    )
    text = f"no number of reviewers up to {tried:,} brings {what}; "
    team = staff.team(tried)
    least = shortest(team, asked.share)
    if least > 0.5 * asked.days:
        return text + (
            f"the shifts delay it and not the queue: {off_duty_words(team)}, so that without any "
            f"queue it would be {least * 24:.3g} h. Give other shifts, or ask for more time"
        )
    return text + "what delays it is not the queue: look at `action_delay` and `waves`"


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


def _steady(staff: Staff, look: Look, target: float) -> int | None:
    """Fewest reviewers that theory gives for the arrivals of a look; None if no number would do."""
    assert staff.arm.review.team is not None
    service = staff.arm.review.team.service_time.mean()
    arrivals = tuple(look.arrivals.mean(axis=0))

    def good(number: int) -> bool:
        p = Parameters.from_scenario(with_reviewers(staff.arm, number))
        return predicted(p, arrivals, service, staff.share).promised <= target

    if shortest(staff.team(1), staff.share) + service > target:
        return None  # whoever waits for a shift has no use for more reviewers
    above = 1
    while not good(above):
        above *= 2
        if above > MOST:
            return None
    below = above // 2
    while above - below > 1:
        middle = (above + below) // 2
        above, below = (middle, below) if good(middle) else (above, middle)
    return above
