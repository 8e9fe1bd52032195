"""Phase diagram: how well followers are regained over time to action and strength of promotion.

For a network in which every operator is alike, so that mean-field theory can be laid beside it:
attached share while live in each cell, the threshold below which promotion alone cannot keep a
network together, and, where followers also come back by themselves, the line of steepest change.
In the latter case theory has no threshold at all (``theory.PromotionField``).

Checked by ``tests/analytic/test_phase.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from afterban import engines, theory
from afterban.engines import EngineName
from afterban.errors import AfterbanError
from afterban.experiment.answer import Answer, plain
from afterban.experiment.breakeven import stretched
from afterban.experiment.parallel import side_by_side
from afterban.experiment.wording import time_text
from afterban.language.laws import DURATIONS
from afterban.language.writing import law_text
from afterban.mechanisms import census
from afterban.parameters import Parameters
from afterban.scenario import Scenario
from afterban.world import build

if TYPE_CHECKING:
    import pandas as pd

    from afterban.report.figures import Figure

Floats = npt.NDArray[np.float64]

SEGMENTS = ("insiders", "outsiders")
LIVES = 24.0  # length of a run in mean lives with their gaps; the first half is left out
LONGEST = 2000.0  # days


def field_of(scenario: Scenario, segment: str) -> theory.PromotionField:
    """The mean field of a scenario with one tier of operators who are all alike.

    Raises AfterbanError, naming what differs, for a scenario that the theory does not describe.
    """
    wrong = _departures(scenario)
    if wrong:
        raise AfterbanError(
            f"{scenario.name} is not a network of operators who are all alike: {'; '.join(wrong)}"
        )
    p = Parameters.from_scenario(scenario)
    (tier,) = scenario.tiers.values()
    delay = scenario.returning.delay if tier.return_delay is None else tier.return_delay
    k = SEGMENTS.index(segment)
    # Repeated draws of a neighbour and draws of oneself are left out of the graph.
    drawn, others = round(tier.degree.mean()), tier.count - 1
    distinct = others * (1.0 - (1.0 - 1.0 / tier.count) ** drawn)
    flags = scenario.detection.classifier * scenario.detection.classifier_recall
    found = 1.0 / (flags * tier.posts.mean())
    return theory.PromotionField(
        life_rate=1.0 / (found + scenario.review.time_to_action.mean()),
        refollow=float(p.refollow[0, k]),
        mean_gap=delay.mean(),
        neighbours=drawn,
        promotes=tier.promotes * distinct / drawn if drawn else 0.0,
        promotion_rate=1.0 / scenario.promotion.delay.mean(),
        gain=p.promotion_seen * float(p.overlap[k]),
    )


def _departures(s: Scenario) -> list[str]:
    if len(s.tiers) != 1:
        return [f"it has {len(s.tiers)} tiers"]
    (tier,) = s.tiers.values()
    life = s.review.time_to_action
    returns = s.returning.probability if tier.returns is None else tier.returns
    checks = {
        "audiences vary": tier.audience.kind != "constant",
        "activity varies": tier.posts.kind != "constant",
        "degrees vary": tier.degree.kind != "constant",
        "prominence varies": s.network.prominence_tail != 0,
        "not everybody returns": returns < 1 or s.returning.fatigue < 1,
        "followers are lost": s.audience.lost_insiders > 0 or s.audience.lost_outsiders > 0,
        "insiders are operators": s.audience.insiders == "operators",
        "followers forget": s.audience.forget_insiders > 0 or s.audience.forget_outsiders > 0,
        "handles matter": s.audience.recognition.unrelated != 1,
        "followers are won": s.audience.discover_insiders > 0 or s.audience.discover_outsiders > 0,
        "somebody has never followed": tier.attached_at_start + tier.detached_at_start < 1,
        "time to action is not exponential": life.kind != "exponential",
        "promotion delays are not exponential": s.promotion.delay.kind != "exponential",
        "accounts are not found by a classifier": s.detection.classifier <= 0,
        "the tier has a factor on detection": bool(s.detection.tiers)
        or any(regime.tiers for regime in s.detection.regimes),
        "operators arrive": s.arrivals is not None,
        "reports depend on followers": s.detection.reports > 0,
        "review has finite staff or waves": s.review.team is not None or s.review.waves is not None,
        "operators prepare spares": tier.spares > 0,
        "part of the posts rebuild": s.returning.rebuilding.share > 0,
    }
    return [words for words, holds in checks.items() if holds]


@dataclass(frozen=True)
class PhaseDiagram(Answer):
    """Attached share while live, simulated and by theory, on a grid.

    times: mean time to action in days, ``[T]``.  strengths: k q g, promotions that a life gets
        times the share of the detached that each brings back at best, ``[S]``.
    simulated: ``[segment, S, T]``, mean over replications.  spread: its standard error, same shape.
    theory: ``[segment, S, T]``.
    threshold: time to action below which promotion alone keeps nobody, by strength, ``[S]``;
        infinite where no time to action is long enough.
    crossover: time to action of steepest change by strength, ``[segment, S]``; ``nan`` where
        followers do not come back by themselves, since there is a threshold instead.
    refollow: hazard of coming back by themselves, per day, ``[segment]``.
    """

    scenario: str
    times: Floats
    strengths: Floats
    simulated: Floats
    spread: Floats
    theory: Floats
    threshold: Floats
    crossover: Floats
    refollow: Floats
    n: int
    operators: int

    def words(self) -> list[str]:
        """For each part of the audience, where theory has a threshold or a crossover."""
        said = []
        for k, segment in enumerate(SEGMENTS):
            alone = self.refollow[k] > 0
            turns = self.crossover[k] if alone else self.threshold
            at = [
                f"{time_text(float(turn)) if math.isfinite(turn) else 'none'} at {strength:g}"
                for strength, turn in zip(self.strengths, turns, strict=True)
            ]
            said.append(
                f"{segment.capitalize()}, who "
                + (
                    f"also come back by themselves ({self.refollow[k]:g} a day): no threshold; by "
                    "promotion strength, theory's crossover is "
                    if alone
                    else "come back by promotion alone: by promotion strength, theory's threshold "
                    "is "
                )
                + f"{', '.join(at)}."
            )
        return said

    def rows(self) -> list[dict[str, Any]]:
        """One record for each part of the audience and cell; times in days."""
        return [
            {
                "audience": segment,
                "comes_back_alone_per_day": float(self.refollow[k]),
                "strength": float(strength),
                "time_to_action_days": float(time),
                "simulated": float(self.simulated[k, row, column]),
                "standard_error": float(self.spread[k, row, column]),
                "theory": float(self.theory[k, row, column]),
                "threshold_days": float(self.threshold[row]) if self.refollow[k] == 0 else math.nan,
                "crossover_days": float(self.crossover[k, row]),
                "n": self.n,
            }
            for k, segment in enumerate(SEGMENTS)
            for row, strength in enumerate(self.strengths)
            for column, time in enumerate(self.times)
        ]

    def frame(self) -> pd.DataFrame:
        """:meth:`rows` as a data frame."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def figure(self) -> Figure:
        """The map of each part of the audience, with theory's lines on it."""
        from afterban.report.figures import in_style
        from afterban.report.questions import phase

        with in_style():
            return phase(self)

    def to_dict(self) -> dict[str, Any]:
        """Every cell, for JSON: a number that is not finite is None."""
        found: dict[str, Any] = plain(
            {"operators": self.operators, "n": self.n, "cells": self.rows()}
        )
        return found


def at(scenario: Scenario, time_to_action: float, strength: float) -> Scenario:
    """The scenario at a mean time to action (days) and a promotion strength k q g.

    Strength is turned by what a follower sees of a promotion (``promotion.view_probability``, or
    ``exposure.view_probability`` in a scenario where both are one), with as many neighbours and
    decisions as before.  Raises AfterbanError where it would exceed 1.
    """
    (tier,) = scenario.tiers.values()
    view = strength / (tier.degree.mean() * tier.promotes)
    if scenario.promotion.posts != 1:
        raise AfterbanError("a promotion takes one post here; set `promotion.posts` to 1")
    if not 0 <= view <= 1:
        raise AfterbanError(
            f"strength {strength:g} needs more than {tier.degree.mean() * tier.promotes:g} "
            "promotions a life; raise the degree"
        )
    seen = "exposure" if scenario.promotion.view_probability is None else "promotion"
    law = scenario.review.time_to_action
    law = stretched(law, law.median() * time_to_action / law.mean())
    delay = scenario.returning.delay.mean()
    return scenario.with_changes(
        {
            "review.time_to_action": law_text(DURATIONS, law),
            f"{seen}.view_probability": view,
            "horizon": f"{min(LIVES * (time_to_action + delay), LONGEST):.9g}d",
        }
    )


def attached_while_live(
    scenario: Scenario, replication: int, seed: int | None = None, engine: EngineName | None = None
) -> Floats:
    """Mean attached share of live accounts over the second half of a run, by segment, ``[2]``.

    By renewal reward: follower-days divided by the days that accounts were public and the audience.
    """
    seed = scenario.seed if seed is None else seed
    p = Parameters.from_scenario(scenario)
    p = p._replace(grid=np.array([0.0, p.horizon / 2, p.horizon]))
    world = build(p, seed, replication)
    records = engines.run(p, world, seed, replication, engine)
    done = (records.series[-1] - records.series[-2]).sum(axis=0)
    seen = done[[census.INSIDER_IMPRESSIONS, census.OUTSIDER_IMPRESSIONS]]
    return np.asarray(
        seen / (p.view_probability * done[census.POSTS] * world.audience[0]), dtype=np.float64
    )


def phase_diagram(
    scenario: Scenario,
    times: Sequence[float],
    strengths: Sequence[float],
    *,
    replications: int | None = None,
    seed: int | None = None,
    engine: EngineName | None = None,
    workers: int | None = 1,
    progress: Callable[[float, float], None] | None = None,
) -> PhaseDiagram:
    """Simulate every cell of a grid and lay theory beside it.

    times: mean times to action in days.  strengths: k q g; see :func:`at`.
    workers: parallel workers, all cores if None.  progress: called when a cell is finished.
    """
    n = scenario.replications if replications is None else replications
    fields = [field_of(scenario, segment) for segment in SEGMENTS]
    shape = (2, len(strengths), len(times))
    simulated, spread, expected = np.zeros(shape), np.full(shape, math.nan), np.zeros(shape)
    cells = {
        (time, strength): at(scenario, time, strength) for strength in strengths for time in times
    }
    tasks = [(cell, k, seed, engine) for cell in cells.values() for k in range(n)]
    answers = side_by_side(attached_while_live, tasks, engine, workers)
    for row, strength in enumerate(strengths):
        for column, time in enumerate(times):
            cell = cells[time, strength]
            runs = np.array([next(answers) for _ in range(n)])
            if progress is not None:
                progress(time, strength)
            simulated[:, row, column] = runs.mean(axis=0)
            if n > 1:
                spread[:, row, column] = runs.std(axis=0, ddof=1) / math.sqrt(n)
            for k, segment in enumerate(SEGMENTS):
                expected[k, row, column] = field_of(cell, segment).mean_attached_share()
    threshold, crossover = lines(scenario, strengths)
    (tier,) = scenario.tiers.values()
    return PhaseDiagram(
        scenario.name,
        np.array(times),
        np.array(strengths),
        simulated,
        spread,
        expected,
        threshold,
        crossover,
        np.array([field.refollow for field in fields]),
        n,
        tier.count,
    )


def lines(scenario: Scenario, strengths: Sequence[float]) -> tuple[Floats, Floats]:
    """Threshold of promotion alone and crossover of each segment, in days, by strength.

    Returns ``[S]`` and ``[segment, S]``, as in :class:`PhaseDiagram`.
    """
    threshold = np.full(len(strengths), math.inf)
    crossover = np.full((2, len(strengths)), math.nan)
    for row, strength in enumerate(strengths):
        cell = at(scenario, 1.0, strength)
        for k, segment in enumerate(SEGMENTS):
            field = field_of(cell, segment)
            found = theory.critical_time_to_action(replace(field, refollow=0.0))
            threshold[row] = math.inf if found is None else found
            if field.refollow > 0:
                crossover[k, row] = theory.crossover_time_to_action(field)
    return threshold, crossover
