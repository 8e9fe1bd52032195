"""Choose a mix of levers: the best within limits over all that is not known, and how sure that is.

Levers, costs, limits and the aim stand in the scenario (``plan:``).  Every mix meets the same
worlds, a point of everything that has a range (or a draw of a posterior) each, so that two mixes
differ by what they do alone.

Checked by ``tests/experiment/test_plan.py``.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from afterban.engines import EngineName, default_engine
from afterban.errors import AfterbanError
from afterban.experiment.design import Floats
from afterban.experiment.draws import Draws, read_draws
from afterban.experiment.memory import refuse_too_large
from afterban.experiment.planned import Planned
from afterban.experiment.planning.judge import Flags, Judge, Step
from afterban.experiment.planning.learning import Learning, learn
from afterban.experiment.planning.measures import Measures, kept_metrics, measures_of
from afterban.experiment.planning.mixes import Dial, Mix, dials_of, distinct, words_of
from afterban.experiment.planning.race import Rules, mix_key
from afterban.experiment.planning.runs import Runs
from afterban.experiment.planning.search import ROUNDS, Found, Search
from afterban.experiment.planning.worlds import World, world_of
from afterban.experiment.responded import Responses
from afterban.experiment.responses import respond
from afterban.experiment.sweep_plan import folder_named, identity_of
from afterban.language.paths import steps
from afterban.metrics import METRICS
from afterban.parameters import AS_WRITTEN
from afterban.scenario import Scenario
from afterban.scenario.sections.plan import PEOPLE

POINTS = 64
REPLICATIONS = 2  # of the last in the race
OPERATORS = 3000  # to which a larger network is thinned
LEAST_POINTS = 8
MOST_CHOICES = 8  # mixes between which the doubt is told
MOST_EFFICIENT = 6  # of the trade-off, that are run at all points
MOST_ANSWERED = 3  # mixes that are judged against responses, as written beside them
ANSWERED_POINTS = 16
MOST_STEPS = 5  # of a lever that is paid in people


@dataclass(frozen=True)
class _Sizes:
    """How much is run.

    points: of what is not known.  replications: of each point, of the last in the race.
    operators: to which a larger network is thinned.  worth: smallest difference of the aim that
    matters.  rounds: in which mixes are proposed.
    """

    points: int
    replications: int
    operators: int
    worth: float
    rounds: int | None

    def check(self) -> None:
        """Raise AfterbanError for a size that says nothing."""
        least = (
            (self.points, LEAST_POINTS, "points"),
            (self.replications, 1, "replications of each point"),
            (self.operators, 1, "operators"),
        )
        for count, lowest, what in least:
            if count < lowest:
                raise AfterbanError(f"{count} {what}; take {lowest} or more")
        if not 0 <= self.worth < math.inf:
            raise AfterbanError(f"the smallest difference that matters is {self.worth!r}")


def plan(
    scenario: Scenario,
    *,
    draws: Draws | Path | str | None = None,
    points: int = POINTS,
    replications: int = REPLICATIONS,
    operators: int = OPERATORS,
    worth: float = 0.0,
    rounds: int | None = None,
    out: Path | str = "results",
    engine: EngineName | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Planned:
    """Find the best mix of the levers of a scenario's ``plan`` within its limits.

    Runs are kept under ``out``; what was stopped is continued, and comes to the same answer.  Where
    the scenario says how far operators could go (``response_bounds``), the best mixes are judged
    under no response, the stated one, and the worst one too.

    Args:
        scenario: with a ``plan`` section.
        draws: of what is not known, such as a posterior, in place of the stated ranges.
        points: over all stated ranges, or draws.
        replications: of each point, of the last in the race.
        operators: about so many at most; a larger network is thinned.
        worth: smallest difference of the aim that matters, in its unit.
        rounds: in which new mixes are proposed; 5 if None.
        workers: parallel workers on this machine; all cores if None.
        cluster: ``tcp://host:port`` or ``local:N``: run on a Dask cluster instead.
        progress: called with the replications that are run, and about how many there will be.

    Raises AfterbanError without a plan, and for a mix of which there can be no scenario.
    """
    sizes = _Sizes(points, replications, operators, worth, rounds)
    sizes.check()
    if isinstance(draws, Path | str):
        draws = read_draws(Path(draws))
    if scenario.plan is None:
        raise AfterbanError(
            f"{scenario.name} has no `plan` section; write one, such as\n"
            "  plan:\n"
            "    levers:\n"
            "      speed: {path: review.time_to_action.lognormal.median, values: [2h, 1d, 4d]}\n"
            "    limits: [{metric: wrong_suspensions, at_most: 200}]"
        )
    refuse_too_large(scenario, [AS_WRITTEN], 1)
    chosen = engine or default_engine()
    asked = _asked(scenario, draws, sizes, Path(out), chosen)
    runs, search = asked.runs, asked.search
    runs.workers, runs.cluster = workers, cluster
    if progress is not None:
        expected = search.expected()
        runs.progress = lambda done: progress(min(done, expected), expected)
    with runs.open():
        answer = _answer(asked, search.run())
    if progress is not None:
        progress(expected, expected)
    return replace(answer, answered=_answered(scenario, answer, sizes, Path(out), chosen, workers))


def _asked(
    scenario: Scenario, draws: Draws | None, sizes: _Sizes, out: Path, engine: EngineName
) -> _Asked:
    """What is searched, and how it is run.  Raises AfterbanError for what cannot be planned."""
    assert scenario.plan is not None
    dials = dials_of(scenario)
    world = world_of(scenario, dials, draws, sizes.points, sizes.operators)
    measures = measures_of(scenario, world.factor)
    rules = Rules(
        better=measures.better,
        bounds=measures.bounds,
        sure=float(scenario.plan.sure),
        points=len(world.points),
        worth=sizes.worth,
    )
    base = scenario.alone()
    identity = identity_of(base, engine)
    kept = kept_metrics(measures)
    runs = Runs(
        base=base,
        dials=dials,
        points=world.points,
        metrics=kept,
        factor=world.factor,
        folder=folder_named(out, scenario.name, "plan", [dict(identity), kept, world.factor]),
        engine=engine,
        identity=identity,
    )
    search = Search(
        dials,
        rules,
        _Measured(runs, measures),
        scenario.seed,
        len(world.points) * sizes.replications,
        rounds=ROUNDS if sizes.rounds is None else sizes.rounds,
    )
    return _Asked(scenario, dials, search, runs, measures, world, sizes)


def _answered(
    scenario: Scenario,
    answer: Planned,
    sizes: _Sizes,
    out: Path,
    engine: EngineName,
    workers: int | None,
) -> Responses | None:
    """The finalists under no response, the stated one, and the worst one within the bounds.

    None where nothing says how far operators could go, or where no response is judged by the aim.
    """
    measures = answer.measures
    metric = METRICS.get(measures.aim.partition(".")[0])
    if scenario.response_bounds is None or metric is None or metric.better != measures.better:
        return None
    names = answer.policy_names[:MOST_ANSWERED]
    if not names:
        return None
    return respond(
        answer.as_policies(scenario),
        names,
        metric=measures.aim,
        points=min(sizes.points, ANSWERED_POINTS),
        operators=sizes.operators,
        out=out,
        engine=engine,
        workers=workers,
    )


# --- the worlds -----------------------------------------------------------------------------------


class _Measured:
    """Runs, seen as what is measured."""

    def __init__(self, runs: Runs, measures: Measures) -> None:
        self._runs, self._measures = runs, measures
        self._made: dict[Mix, Floats] = {}

    def upto(self, some: Sequence[tuple[Mix, int]]) -> None:
        """Have each of some mixes run with all numbers below its own."""
        self._runs.upto(some)

    def measured(self) -> Mapping[Mix, Floats]:
        """Measures of all mixes that were run."""
        for mix, rows in self._runs.seen.items():
            if len(self._made.get(mix, ())) < len(rows):
                self._made[mix] = self._measures.of(rows, self._runs.metrics)
        return self._made


# --- the answer -----------------------------------------------------------------------------------


class _Asked(NamedTuple):
    scenario: Scenario
    dials: tuple[Dial, ...]
    search: Search
    runs: Runs
    measures: Measures
    world: World
    sizes: _Sizes


def _answer(asked: _Asked, found: Found) -> Planned:
    """Run what is told beside the best mix, and say what all comes to."""
    search, rules = asked.search, asked.search.rules
    best = _best(asked, found)
    asked.runs.upto([(best, search.rungs[-1])])
    row = _staff_row(asked.dials, best)
    asked.runs.upto([(mix, rules.points) for _, _, mix in row])
    # The trade-off: what looks efficient from the runs so far is run at all points.
    asked.runs.upto([(mix, rules.points) for mix in _trade_off(asked)])
    judge = Judge(rules, asked.measures, search.runner.measured(), search.reference)
    ended = [mix for mix in judge.whole() if len(judge.seen[mix]) >= search.rungs[-1]]
    choices = judge.choices(ended)
    best = choices[0] if choices else best
    choices = distinct(asked.dials, choices)[:MOST_CHOICES]
    efficient = judge.efficient([m for m in judge.whole() if _keeps_others(judge, m)])
    told = list(dict.fromkeys([best, *choices, *efficient, search.reference]))
    doubts = judge.doubts(choices)
    name = {mix: words_of(asked.dials, mix) for mix in told}
    rivals = [mix for mix in told if judge.keeps(mix)]
    mixes = [
        judge.of(
            mix,
            name[mix],
            _values(asked.dials, mix),
            doubts.get(mix),
            mix in efficient,
            name[by] if (by := judge.beaten_by(mix, rivals)) is not None else None,
        )
        for mix in told
    ]
    versus = [judge.versus(best, one, (name[best], name[one])) for one in choices[1:]]
    learning = _learning(asked, judge, choices)
    return Planned(
        scenario=asked.scenario.name,
        digest=asked.scenario.digest(),
        seed=asked.scenario.seed,
        engine=asked.runs.engine,
        measures=asked.measures,
        levers=tuple(dial.name for dial in asked.dials),
        limits=tuple(one.text for one in rules.bounds),
        sure=rules.sure,
        worth=rules.worth,
        points=rules.points,
        replications=asked.sizes.replications,
        operators=round(asked.world.of * asked.world.factor),
        of=asked.world.of,
        tried=found.tried,
        unfollowed=found.unfollowed,
        every=found.every,
        runs=sum(len(values) for values in judge.seen.values()),
        posterior=asked.world.unknowns.posterior,
        at_end=_at_end(asked.dials, best),
        settled=asked.world.settled,
        feasible=bool(choices),
        mixes=tuple(mixes),
        versus=tuple(versus),
        steps=_steps(judge, asked.dials, row, asked.measures),
        learning=learning,
        folder=asked.runs.folder,
    )


def _best(asked: _Asked, found: Found) -> Mix:
    """The best mix; where none keeps the limits, the one that breaks them least."""
    search = asked.search
    seen = search.runner.measured()
    whole = [mix for mix in seen if len(seen[mix]) >= search.rungs[-1]]
    judge = Judge(search.rules, asked.measures, {m: seen[m] for m in whole}, search.reference)
    choices = judge.choices(whole)
    if choices:
        return choices[0]
    return min(seen, key=lambda mix: (search.rules.violation(seen[mix]), mix_key(mix)))


def _at_end(dials: Sequence[Dial], best: Mix) -> tuple[str, ...]:
    """Levers with a range at an end of which a mix is."""
    return tuple(
        dial.name
        for dial, text in zip(dials, best, strict=True)
        if dial.lever.range_ and text in (dial.text(0.0), dial.text(1.0))
    )


def _values(dials: Sequence[Dial], mix: Mix) -> dict[str, str]:
    return {
        dial.name: "as written" if text is None else ("×" if dial.lever.factor else "") + text
        for dial, text in zip(dials, mix, strict=True)
    }


def _keeps_others(judge: Judge, mix: Mix) -> bool:
    """Whether the limits on what is not of the trade-off are kept."""
    there = judge.points[mix]
    free = [judge.measures.column(name) for name in judge.measures.frontier]
    people = [judge.measures.column(n) for n in ("paid_hours", PEOPLE) if n in judge.measures.names]
    if set(free) & set(people):
        free += people
    return all(
        one.column in free
        or (one.beyond(there[:, one.column]) <= 0).mean() >= judge.rules.sure - 1e-9
        for one in judge.rules.bounds
    )


def _trade_off(asked: _Asked) -> list[Mix]:
    """Mixes that look efficient, spread along the frontier."""
    search = asked.search
    seen = search.runner.measured()
    first = search.rungs[0]
    # Of the same worlds for all, or the ones that met harder ones look worse.
    short = {mix: values[:first] for mix, values in seen.items()}
    judge = Judge(search.rules, asked.measures, short, search.reference)
    found = judge.efficient([mix for mix in short if _keeps_others(judge, mix)])
    places = np.unique(np.linspace(0, len(found) - 1, min(MOST_EFFICIENT, len(found))).round())
    return [found[int(k)] for k in places]


def _staff_row(dials: Sequence[Dial], best: Mix) -> list[tuple[int, str, Mix]]:
    """The best mix with every other number of each lever that is counted in reviewers."""
    found = []
    for k, dial in enumerate(dials):
        counted = dial.options and dial.ordered and best[k] is not None
        if counted and any(steps(path)[-1] == "reviewers" for path in dial.lever.places):
            places = np.unique(np.linspace(0, len(dial.options) - 1, MOST_STEPS).round())
            here = dial.options.index(best[k] or "")
            near = {k for k in (here - 1, here, here + 1) if 0 <= k < len(dial.options)}
            for place in sorted({int(p) for p in places} | near):
                text = dial.options[place]
                found.append((k, text, (*best[:k], text, *best[k + 1 :])))
    return found


def _steps(
    judge: Judge,
    dials: Sequence[Dial],
    row: Sequence[tuple[int, str, Mix]],
    measures: Measures,
) -> tuple[Step, ...]:
    cost = PEOPLE if PEOPLE in measures.names else "paid_hours"
    if cost not in measures.names:
        return ()
    return tuple(
        judge.step(dials[one[0]].name, (one[1], one[2]), (other[1], other[2]), cost)
        for one, other in itertools.pairwise(row)
        if one[0] == other[0]
    )


def _learning(asked: _Asked, judge: Judge, choices: Sequence[Mix]) -> Learning | None:
    """What is worth learning for the choice between those that may be chosen."""
    if len(choices) < 2:
        return None
    level, told = judge.levels(choices)
    return learn(
        asked.world.unknowns.at(told),
        judge.rules.better * level,
        asked.scenario.seed,
        halves=_halves(judge, choices, told),
    )


def _halves(judge: Judge, choices: Sequence[Mix], told: Flags) -> tuple[Floats, Floats] | None:
    """Two replications of each point, each by itself; None if there is one."""
    n = judge.rules.points
    if any(len(judge.seen[mix]) < 2 * n for mix in choices):
        return None
    both = []
    for k in range(2):
        here = np.column_stack([judge.seen[mix][k * n : (k + 1) * n, 0] for mix in choices])
        both.append(judge.rules.better * here[told])
    if not all(np.isfinite(one).all() for one in both):
        return None
    return both[0], both[1]


__all__ = ["plan"]
