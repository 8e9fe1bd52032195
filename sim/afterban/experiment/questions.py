"""Single questions about a scenario, as the commands of the same names ask them.

Each gives an :class:`~afterban.experiment.answer.Answer`.  A time is a text such as ``"6h"``, or a
number of days.  What is left out is what the command has when its option is left out.

Checked by ``tests/experiment/test_answers.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

from afterban.engines import EngineName
from afterban.errors import AfterbanError, UnknownName, ValueProblem
from afterban.experiment.answer import Answer, columns, estimate_data, plain
from afterban.experiment.breakeven import (
    DIAL,
    LONGEST,
    SHORTEST,
    Crossing,
    Dial,
    Explanation,
    crossing,
    explaining,
)
from afterban.experiment.capacity import Staff, Staffing, reviewers_needed
from afterban.experiment.compare import HEADLINE
from afterban.experiment.extinction import Extinctions, extinctions
from afterban.experiment.matching import (
    CORPUS,
    MatchCurve,
    TradeOff,
    match_curve,
    weigh,
    worth_it,
)
from afterban.experiment.phase import PhaseDiagram, field_of, phase_diagram
from afterban.experiment.promise import Promise
from afterban.experiment.replicate import Outcome, replicate
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.scenario import Scenario
from afterban.units import parse_duration

if TYPE_CHECKING:
    import pandas as pd

    from afterban.report.figures import Figure

Time: TypeAlias = str | float  # such as "6h", or days

TIMES = ("6h", "12h", "1d", "2d", "4d", "8d", "16d")  # of a phase diagram
STEPS = 5  # strengths of a phase diagram, each twice the one before
THRESHOLDS = range(7)  # edits that are tried where the arms do not differ in them


def _days(time: Time, what: str) -> float:
    """A time in days.  Raises AfterbanError for a text that is none."""
    if not isinstance(time, str):
        return float(time)
    try:
        return parse_duration(time.strip())
    except ValueProblem as problem:
        raise AfterbanError(f"{what}: {problem}") from None


def known_arm(scenario: Scenario, policy: str) -> None:
    """Raise UnknownName for an arm that the scenario does not have."""
    known = [AS_WRITTEN, *scenario.policies, WITHOUT_ENFORCEMENT]
    if policy not in known:
        raise UnknownName("arm", policy, scenario.name, known)


# --- one time turned ------------------------------------------------------------------------------


@dataclass(frozen=True)
class _OfDial(Answer):
    """What is found by turning one time of an arm."""

    dial: Dial

    def _about(self) -> dict[str, Any]:
        scenario = self.dial.scenario
        return {
            "scenario": scenario.name,
            "digest": scenario.digest(),
            "path": self.dial.path,
            "metric": self.dial.metric,
            "policy": self.dial.policy,
            "seed": scenario.seed if self.dial.seed is None else self.dial.seed,
        }


@dataclass(frozen=True)
class BreakEven(_OfDial):
    """The time at which a metric crosses a value.

    dial: what was turned.  crossing: what was found: ``days``, ``low`` and ``high`` of it, and the
    looks at single times.
    """

    crossing: Crossing

    def words(self) -> list[str]:
        """The answer in a sentence."""
        return [self.crossing.words(self.dial.metric, self.dial.path)]

    def frame(self) -> pd.DataFrame:
        """One row for each time that was tried: the mean of the metric with its interval."""
        import pandas as pd

        looks = sorted(self.crossing.looks.items())
        rows = [{"days": days, **columns(self.dial.metric, e), "n": e.n} for days, e in looks]
        return pd.DataFrame(rows)

    def figure(self) -> Figure:
        """The metric over the time, and where it crosses the value."""
        from afterban.report.crossing import crossing as draw
        from afterban.report.figures import in_style

        with in_style():
            return draw(self.dial, self.crossing)

    def to_dict(self) -> dict[str, Any]:
        """Everything for JSON: a number that is not finite is None."""
        return {**self._about(), **self.crossing.to_dict(), "verdict": self.words()[0]}


@dataclass(frozen=True)
class Explained(_OfDial):
    """The times that explain a figure.

    dial: what was turned.  explanation: what was found: ``low``, ``high`` and ``best``, in days.
    """

    explanation: Explanation

    def words(self) -> list[str]:
        """The answer in a sentence."""
        return [self.explanation.words(self.dial.metric, self.dial.path)]

    def frame(self) -> pd.DataFrame:
        """One row for each time that was tried: how far out the figure lies there."""
        import pandas as pd

        found = self.explanation
        return pd.DataFrame(
            [
                {
                    "days": days,
                    "median": found.medians[days],
                    "p_value": found.p_values[days],
                    "told": found.told[days],
                }
                for days in sorted(found.p_values)
            ]
        )

    def figure(self) -> Figure:
        """How many runs are as far out as the figure, over the time."""
        from afterban.report.crossing import explanation
        from afterban.report.figures import in_style

        with in_style():
            return explanation(self.dial, self.explanation)

    def to_dict(self) -> dict[str, Any]:
        """Everything for JSON: a number that is not finite is None."""
        return {**self._about(), **self.explanation.to_dict(), "verdict": self.words()[0]}


def breakeven(
    scenario: Scenario,
    below: float,
    *,
    metric: str = HEADLINE,
    path: str = DIAL,
    policy: str = AS_WRITTEN,
    shortest: Time = SHORTEST,
    longest: Time = LONGEST,
    replications: int = 20,
    level: float = 0.95,
    seed: int | None = None,
    engine: EngineName | None = None,
    workers: int | None = None,
    progress: Callable[[Dial, float], None] | None = None,
) -> BreakEven:
    """Find the median time at which a metric falls under a value, with its interval.

    below: the value, in the unit of the metric.
    path: of the time that is turned; a distribution is stretched as a whole.
    policy: arm whose time is turned.
    shortest, longest: range of the search.
    replications: at each time, on common random numbers.
    progress: called with the dial and the days that are run next.

    Raises AfterbanError for what cannot be turned, and for numbers that make no sense.
    """
    first, last = _days(shortest, "shortest"), _days(longest, "longest")
    dial = Dial(scenario, path, metric, policy, replications, seed, engine, workers)
    dial.progress = None if progress is None else lambda days: progress(dial, days)
    return BreakEven(dial, crossing(dial, below, shortest=first, longest=last, level=level))


def explain(
    scenario: Scenario,
    value: float,
    *,
    metric: str,
    path: str = DIAL,
    policy: str = AS_WRITTEN,
    shortest: Time = SHORTEST,
    longest: Time = LONGEST,
    replications: int = 79,
    level: float = 0.95,
    seed: int | None = None,
    engine: EngineName | None = None,
    workers: int | None = None,
    progress: Callable[[Dial, float], None] | None = None,
) -> Explained:
    """Find the times to action that explain a figure that was published.

    value: the figure, in the unit of the metric.
    level: share of runs in whose range the figure must lie.
    The others are those of :func:`breakeven`.
    """
    first, last = _days(shortest, "shortest"), _days(longest, "longest")
    dial = Dial(scenario, path, metric, policy, replications, seed, engine, workers)
    dial.progress = None if progress is None else lambda days: progress(dial, days)
    return Explained(dial, explaining(dial, value, shortest=first, longest=last, level=level))


# --- staff, dates, tipping points -----------------------------------------------------------------


def staffing(
    scenario: Scenario,
    median: Time | None = None,
    *,
    promise: Promise | str | None = None,
    policy: str = AS_WRITTEN,
    replications: int | None = None,
    seed: int | None = None,
    engine: EngineName | None = None,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Staffing:
    """Find how many reviewers keep the median time to action, or a promise, under a target.

    median: the target; one day if neither it nor a promise is given.
    promise: another share of accounts within a time, such as ``"95 % within 24 h"``.
    replications: for each number of reviewers; the scenario's own number if None.
    progress: called with the number of reviewers that is run next.

    Raises AfterbanError for a scenario without a team, and if no number of reviewers does it.
    """
    if promise is not None and median is not None:
        raise AfterbanError("a promise and a median are two targets; give one of them")
    asked = Promise.parse(promise) if isinstance(promise, str) else promise
    if asked is None:
        asked = Promise(0.5, _days("1d" if median is None else median, "median"))
    known_arm(scenario, policy)
    n = scenario.replications if replications is None else replications
    staff = Staff(scenario, policy, n, seed, engine, progress, workers=workers, share=asked.share)
    return reviewers_needed(scenario, policy=policy, promise=asked, staff=staff)


def extinction(
    scenario: Scenario,
    tier: str,
    *,
    beside: str | None = None,
    policy: str = AS_WRITTEN,
    replications: int | None = None,
    seed: int | None = None,
    engine: EngineName | None = None,
    workers: int | None = None,
    each: Callable[[Outcome], None] | None = None,
) -> Extinctions:
    """Find the date on which the last account of a tier goes, in each replication.

    beside: tier that is shown beside it; the largest other one if None.
    each: called with each replication as it is finished.

    Raises UnknownName for a tier or an arm that is not there.
    """
    known_arm(scenario, policy)
    others = [name for name in scenario.tiers if name != tier] or list(scenario.tiers)
    other = beside or max(others, key=lambda name: scenario.tiers[name].count)
    return extinctions(
        scenario,
        tier,
        other,
        policy,
        replications=replications,
        seed=seed,
        engine=engine,
        workers=workers,
        each=each,
    )


def phase(
    scenario: Scenario,
    times: Sequence[Time] = TIMES,
    strengths: Sequence[float] | None = None,
    *,
    replications: int | None = None,
    seed: int | None = None,
    engine: EngineName | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> PhaseDiagram:
    """Map how well followers are regained over time to action and promotion, beside theory.

    scenario: a network of operators who are all alike.
    times: mean times to action, rising.
    strengths: promotions a life times the share that one moves, rising; up to nearly what the links
        of the scenario allow if None.
    progress: called with the cells that are done and all of them.

    Raises AfterbanError for a scenario that theory does not describe, and for what is no axis.
    """
    field_of(scenario, "outsiders")  # refuses what theory does not describe, before anything runs
    days = [_days(time, "times") for time in times]
    wanted = possible_strengths(scenario) if strengths is None else list(strengths)
    for values, what in ((days, "times"), (wanted, "strengths")):
        rising = all(a < b for a, b in pairwise(values))
        if len(values) < 2 or not rising or values[0] <= 0 or not math.isfinite(values[-1]):
            raise AfterbanError(f"{what}: give two or more values above 0, from small to large")
    done = 0

    def count(time: float, strength: float) -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, len(days) * len(wanted))

    return phase_diagram(
        scenario,
        days,
        wanted,
        replications=replications,
        seed=seed,
        engine=engine,
        workers=workers,
        progress=count,
    )


def possible_strengths(scenario: Scenario) -> list[float]:
    """Strengths up to nearly what the links of a scenario allow.

    Raises AfterbanError where nobody promotes anybody.
    """
    (tier,) = scenario.tiers.values()
    most = tier.degree.mean() * tier.promotes
    if not most:
        raise AfterbanError(f"nobody in {scenario.name} promotes anybody")
    return [0.8 * most / 2**k for k in reversed(range(STEPS))]


# --- handles --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HandleThresholds(Answer):
    """Which threshold on the likeness of handles is worth it.

    curve: the matcher alone.  arms: reach that is left and look-alikes that are hit, by arm.
    best: arms that are best at some price of a look-alike, and the price up to which each is.
    """

    scenario: str
    seed: int
    curve: MatchCurve
    arms: tuple[TradeOff, ...]
    best: tuple[tuple[TradeOff, float], ...]

    def words(self) -> list[str]:
        """At which price of a look-alike which arm is best."""
        said = ["Worth it, where one look-alike in 100,000 counts as much as so much reach:"]
        below = 0.0
        for row, price in self.best:
            if price < NEGLIGIBLE:
                continue
            edits = f"{row.threshold} edit{'' if row.threshold == 1 else 's'}"
            if math.isinf(price):
                span = f"more than {_points(below)}" if below else "anything"
            else:
                span = (
                    f"{_points(below)} to {_points(price)}" if below else f"up to {_points(price)}"
                )
            said.append(f"  {span}: {row.policy} ({edits})")
            below = price
        return said

    def rows(self) -> list[dict[str, Any]]:
        """One record for each arm in the network."""
        return [
            {
                "policy": row.policy,
                "edits": row.threshold,
                "near_identical": row.near_identical,
                **columns("effective_reach", row.effective_reach),
                **columns("look_alikes_per_100k", row.per_100k),
                **columns("look_alikes_suspended", row.suspended),
                "n": row.effective_reach.n,
            }
            for row in self.arms
        ]

    def matcher_rows(self) -> list[dict[str, Any]]:
        """One record for each threshold of the matcher alone."""
        return [
            {
                "edits": p.threshold,
                **columns("recall", p.recall),
                **columns("recall_any", p.recall_any),
                **columns("false_matches", p.false_matches),
                "look_alikes": p.look_alikes,
                "handles": self.curve.corpus,
            }
            for p in self.curve.points
        ]

    def frame(self) -> pd.DataFrame:
        """:meth:`rows` as a data frame."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def figure(self) -> Figure:
        """What each threshold finds and hits, and the reach it leaves against what it costs."""
        from afterban.report.figures import in_style
        from afterban.report.matching import matching

        n = self.arms[0].effective_reach.n
        foot = f"{self.scenario} · seed {self.seed} · n = {n} replication{'s'[: n > 1]}"
        with in_style():
            return matching(self.curve, self.arms, foot)

    def to_dict(self) -> dict[str, Any]:
        """Everything for JSON: a number that is not finite is None."""
        found: dict[str, Any] = plain(
            {
                "curve": [
                    {
                        "edits": p.threshold,
                        "recall": estimate_data(p.recall),
                        "recall_any": estimate_data(p.recall_any),
                        "false_matches": estimate_data(p.false_matches),
                        "look_alikes": p.look_alikes,
                    }
                    for p in self.curve.points
                ],
                "trade_off": [
                    {
                        "policy": row.policy,
                        "edits": row.threshold,
                        "near_identical": row.near_identical,
                        "effective_reach": estimate_data(row.effective_reach),
                        "look_alikes_per_100k": estimate_data(row.per_100k),
                        "look_alikes_flagged": estimate_data(row.look_alikes),
                        "look_alikes_suspended": estimate_data(row.suspended),
                    }
                    for row in self.arms
                ],
                "worth_it": [
                    {"policy": row.policy, "edits": row.threshold, "up_to_price": price}
                    for row, price in self.best
                ],
            }
        )
        return found


NEGLIGIBLE = 1e-6  # effective reach that nobody could distinguish from none


def _points(share: float) -> str:
    return f"{100 * share:.3g} % points"


def handles(
    scenario: Scenario,
    *,
    corpus: int = CORPUS,
    replications: int | None = None,
    seed: int | None = None,
    engine: EngineName | None = None,
    workers: int | None = None,
    each: Callable[[list[Outcome]], None] | None = None,
) -> HandleThresholds:
    """Find which threshold on the likeness of handles is worth it.

    The arms that differ in it are run; thresholds from 0 to 6 edits where the scenario has none.
    corpus: ordinary handles on which the matcher is measured, 1 or more.
    each: called with the outcomes of each replication as it is finished.

    Raises AfterbanError for a scenario without ordinary users.
    """
    changed, arms = with_thresholds(scenario)
    if corpus < 1:
        raise AfterbanError(f"{corpus} ordinary handles; take 1 or more")
    seed = scenario.seed if seed is None else seed
    curve = match_curve(changed, corpus, seed=seed)
    runs = []
    for outcomes in replicate(
        changed, arms, replications=replications, seed=seed, engine=engine, workers=workers
    ):
        runs.append(outcomes)
        if each is not None:
            each(outcomes)
    rows = weigh(changed, arms, runs)
    return HandleThresholds(scenario.name, seed, curve, tuple(rows), tuple(worth_it(rows)))


def with_thresholds(scenario: Scenario) -> tuple[Scenario, list[str]]:
    """The scenario and its arms, with arms of their own for the thresholds if it has none.

    Raises AfterbanError for one without ordinary users.
    """
    if scenario.detection.handle_match.ordinary is None:
        raise AfterbanError(
            f"{scenario.name} has no ordinary users; give it `detection.handle_match.ordinary`, "
            "as handle-threshold has"
        )
    policies = [AS_WRITTEN, *scenario.policies]
    if len({scenario.arm(name).detection.handle_match.edits for name in policies}) > 1:
        return scenario, policies
    arms = {f"edits-{k}": {"detection": {"handle_match": {"edits": k}}} for k in THRESHOLDS}
    changed = scenario.with_changes({f"policies.{name}": arm for name, arm in arms.items()})
    return changed, list(arms)
