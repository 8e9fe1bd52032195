"""Which of a few arms: what the better one gains, at what price, and what would change that.

The gain is told relative to the other arm, with two intervals: of chance (paired differences, as
``afterban compare`` has them) and of the assumptions (an ensemble over all stated ranges).  Beside
it stands what finding accounts twice as often would do, on the same draws.

Checked by ``tests/experiment/test_weigh.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from afterban.engines import EngineName
from afterban.errors import AfterbanError, UnknownName
from afterban.experiment import ensemble, lay_words, sensitivity, weighed_words
from afterban.experiment.answer import Answer, plain
from afterban.experiment.assumption import Assumption
from afterban.experiment.compare import HEADLINE, Comparison, compare, differences, table
from afterban.experiment.compare import estimate_dict as data_of
from afterban.experiment.difference import Difference
from afterban.experiment.replicate import replicate
from afterban.experiment.sensitivity import Sensitivity
from afterban.experiment.sizing import size_of
from afterban.experiment.spreads import means
from afterban.experiment.thinning import operators_of
from afterban.experiment.twice import found_more
from afterban.experiment.weighed import MOST_ARMS, PRICES, Case, Over, Points
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.scenario import Scenario
from afterban.scenario.inert import inert
from afterban.scenario.roles import kind_of_arm

if TYPE_CHECKING:
    import pandas as pd

    from afterban.report.figures import Figure

Floats: TypeAlias = npt.NDArray[np.float64]
Ranking: TypeAlias = Callable[[str, str, Sequence[str]], Sensitivity | None]


class Weighed(Case, Answer):
    """Arms beside each other, and which of two is the better."""

    def words(self) -> list[str]:
        """The answer in one sentence, what finding twice as often would do, and the doubts."""
        return [*weighed_words.answer(self), *weighed_words.doubts(self)]

    def frame(self) -> pd.DataFrame:
        """One row for each arm: the change of what is seen, its two intervals, and the prices."""
        import pandas as pd

        return pd.DataFrame([self._row(arm) for arm in self.told])

    def _row(self, arm: str) -> dict[str, Any]:
        seen = self.difference(arm)
        low, high = (math.nan, math.nan) if seen is None else seen.relative_ends
        over = None if self.points is None else self.points.seen.get(arm)
        row = {
            "policy": arm,
            "baseline": self.other,
            "relative": math.nan if seen is None else seen.relative,
            "chance_low": low,
            "chance_high": high,
            "assumptions_low": math.nan if over is None else over.low,
            "assumptions_high": math.nan if over is None else over.high,
        }
        for metric in PRICES:
            one = self.difference(arm, metric)
            row[metric] = math.nan if one is None else one.estimate.value
        return row

    def figure(self) -> Figure:
        """What is gained against the price of it."""
        from afterban.report.figures import in_style
        from afterban.report.gain import gain_against_price

        with in_style():
            return gain_against_price(self)

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types; the comparison as ``afterban compare --json`` has it."""
        points = self.points
        return {
            "scenario": self.of.name,
            "digest": self.of.digest(),
            "question": self.question,
            "answer": self.words(),
            "verdict": self.verdict,
            "better": self.better,
            "other": self.other,
            "arms": plain([self._row(arm) for arm in self.told]),
            "twice": None
            if HEADLINE not in self.twice
            else {
                "arm": self.twice_arm,
                "difference": data_of(self.twice[HEADLINE].estimate),
                "relative": plain(self.twice[HEADLINE].relative),
            },
            "points": None
            if points is None
            else plain(
                {
                    **{k: getattr(points, k) for k in ("count", "replications", "operators", "of")},
                    "seen": {arm: vars(one) for arm, one in points.seen.items()},
                    "prices": {
                        metric: {arm: vars(one) for arm, one in of.items()}
                        for metric, of in points.prices.items()
                    },
                }
            ),
            "ranked": None if self.ranked is None else self.ranked.to_dict(),
            "comparison": self.comparison.to_dict(),
        }


def weigh(
    scenario: Scenario,
    policies: Sequence[str] | None = None,
    *,
    question: str = "",
    replications: int | None = None,
    points: int = ensemble.POINTS,
    ranking: bool | Ranking = True,
    out: Path | str = "results",
    seed: int | None = None,
    engine: EngineName | None = None,
    workers: int | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Weighed:
    """Weigh up to five arms: which leaves the least of what outsiders see, and at what price.

    Where arms are called by one value that sets them apart, such as ``within 24 h``, that value is
    no assumption: it is what was asked about.

    Args:
        scenario: the scenario.
        policies: arms, ``base`` and ``none`` among them.  Of more than two the first is what the
            others are compared with.  If None, the scenario as written and its first policies; as
            written against no enforcement if it has none.
        question: as it was asked; made of the arms if empty.
        replications: the scenario's own number if None.
        points: over all stated ranges, a power of two; 0 for none.
        ranking: whether assumptions are ranked by what they do to the difference, or a function of
            the two arms (the other, the better) and of the names that are left out, which ranks.
        out: root of all results; what is finished of the ensemble is kept there.
        progress: called with what is done, the steps done and planned.

    Raises:
        UnknownName: an arm that is not there.  AfterbanError: fewer than two arms, or more than
            five.
    """
    arms = chosen_arms(scenario, policies)

    def told(what: str) -> Callable[[int, int], None] | None:
        if progress is None:
            return None
        return lambda done, planned: progress(what, done, planned)

    how: dict[str, Any] = {"seed": seed, "engine": engine, "workers": workers}
    first = compare(
        scenario,
        arms[1:],
        baseline=arms[0],
        replications=replications,
        progress=told("arms"),
        **how,
    )
    better, other = _pair(first, arms)
    others = [arm for arm in arms if arm != other]
    comparison = first if other == arms[0] else _against(first, scenario, others, other)
    larger, twice_arm = found_more(scenario, better) or (scenario, "")
    beside, beside_other = _twice(larger, comparison, twice_arm, better, other, how)
    found = None
    names = lay_words.Names(scenario, arms)
    asked_about = [one.name for one in ensemble.varied(scenario) if names.by in one.paths]
    assumptions = [one for one in ensemble.varied(scenario) if one.name not in asked_about]
    if points and assumptions:
        every = [other, *others, *([twice_arm] if twice_arm else [])]
        advance = told("combinations of assumptions")
        found = _over_points(
            larger, every, assumptions, points, Path(out), engine, workers, advance
        )
    ranked = _ranked(scenario, ranking, (other, better), asked_about, told, how)
    return Weighed(
        scenario,
        question.strip() or f"{names.rather(better, other).capitalize()}?",
        better,
        other,
        comparison,
        twice_arm,
        beside,
        beside_other,
        found,
        ranked,
    )


def _ranked(
    scenario: Scenario,
    ranking: bool | Ranking,
    pair: tuple[str, str],
    leave_out: Sequence[str],
    told: Callable[[str], Callable[[int, int], None] | None],
    how: Mapping[str, Any],
) -> Sensitivity | None:
    """Assumptions by what they do to the difference of two arms, the better one last."""
    other, better = pair
    if callable(ranking):
        return ranking(other, better, leave_out)
    if not ranking:
        return None
    return sensitivity.rank(
        scenario,
        policy=other,
        other=better,
        leave_out=leave_out,
        progress=told("single assumptions"),
        **how,
    )


def chosen_arms(scenario: Scenario, policies: Sequence[str] | None) -> list[str]:
    """The arms to weigh, each once: those asked for, or sensible ones.

    Raises UnknownName for one that is not there, AfterbanError for too few or too many.
    """
    known = [AS_WRITTEN, *scenario.policies, WITHOUT_ENFORCEMENT]
    if not policies:
        own = [arm for arm in scenario.policies if kind_of_arm(scenario, arm) == "lever"]
        rest = own[: MOST_ARMS - 2]
        return [AS_WRITTEN, *rest] if rest else [WITHOUT_ENFORCEMENT, AS_WRITTEN]
    for name in policies:
        if name not in known:
            raise UnknownName("arm", name, scenario.name, known)
    arms = list(dict.fromkeys(policies))
    if len(arms) < 2:
        given = f"only `{arms[0]}` is named" if arms else "no arm is named"
        raise AfterbanError(f"{given}; name two to {MOST_ARMS} arms to compare")
    if len(arms) > MOST_ARMS:
        raise AfterbanError(f"{len(arms)} arms; one page has room for {MOST_ARMS}")
    return arms


def _pair(found: Comparison, arms: Sequence[str]) -> tuple[str, str]:
    """The arm with the least effective reach, and what it is compared with.

    That is the first arm, or, if the first is the best, the next best.
    """
    reach = {arm: float(np.nanmean(found.values[arm][HEADLINE])) for arm in arms}
    better = min(arms, key=lambda arm: reach[arm])
    if better != arms[0]:
        return better, arms[0]
    return better, min(arms[1:], key=lambda arm: reach[arm])


def _against(first: Comparison, scenario: Scenario, arms: Sequence[str], other: str) -> Comparison:
    """The same comparison with another arm as the baseline."""
    return replace(
        first,
        baseline=other,
        policies=tuple(arms),
        differences=differences(first.values, list(arms), other, first.level, closer=(HEADLINE,)),
        no_effect=tuple(inert(scenario, [*arms, other])),
    )


def _twice(
    larger: Scenario,
    found: Comparison,
    twice_arm: str,
    better: str,
    other: str,
    how: Mapping[str, Any],
) -> tuple[dict[str, Difference], dict[str, Difference]]:
    """The arm that finds twice as often beside the better one, and beside the other; {} of none."""
    if not twice_arm:
        return {}, {}
    none = found.values[WITHOUT_ENFORCEMENT]
    twins = [{name: float(row[k]) for name, row in none.items()} for k in range(found.replications)]
    done = list(replicate(larger, [twice_arm], replications=found.replications, twins=twins, **how))
    values = {**found.values, **table(done, [twice_arm])}
    metrics = [HEADLINE, *PRICES]
    beside, beside_other = (
        {
            name: rows[0]
            for name, rows in differences(
                values, [twice_arm], arm, found.level, metrics=metrics
            ).items()
        }
        for arm in (better, other)
    )
    return beside, beside_other


def _over_points(
    scenario: Scenario,
    arms: Sequence[str],
    assumptions: Sequence[Assumption],
    points: int,
    out: Path,
    engine: EngineName | None,
    workers: int | None,
    progress: Callable[[int, int], None] | None,
) -> Points:
    """The arms at all points of an ensemble, the first being what others are compared with."""
    size = size_of(scenario, arms, points, engine=engine)
    plan = ensemble.plan_of(
        scenario,
        (),
        points=points,
        replications=size.replications,
        assumptions=assumptions,
        engine=engine,
        bands_of=arms,
        operators=size.operators,
    )
    values = ensemble.values_of(scenario, plan, out, workers=workers, progress=progress)
    whole = operators_of(scenario) / size.operators

    def mean(arm: str, metric: str) -> Floats:
        if arm == WITHOUT_ENFORCEMENT and metric == HEADLINE:
            return np.ones(len(values))
        return means(np.array([point[arm][metric] for point in values]))

    other, *rest = arms
    reach = {arm: mean(arm, HEADLINE) for arm in arms}
    return Points(
        count=points,
        replications=size.replications,
        operators=size.operators,
        of=operators_of(scenario),
        seen={
            arm: Over.of(
                np.divide(
                    reach[arm],
                    reach[other],
                    out=np.full(len(values), math.nan),
                    where=reach[other] > 0,
                )
                - 1.0
            )
            for arm in rest
        },
        prices={
            metric: {
                # A team's paid hours stay when the network is thinned.
                arm: Over.of(
                    (1.0 if metric == "paid_hours" else whole)
                    * (mean(arm, metric) - mean(other, metric))
                )
                for arm in rest
            }
            for metric in PRICES
            if metric in plan.metrics
        },
    )


__all__ = ["MOST_ARMS", "Over", "Points", "Weighed", "chosen_arms", "weigh"]
