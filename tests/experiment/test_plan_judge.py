"""What is said of mixes: ties, doubt, who beats whom."""

from __future__ import annotations

import numpy as np
import pytest

from afterban.experiment.planning.judge import Judge
from afterban.experiment.planning.measures import measures_of
from afterban.experiment.planning.race import Rules
from afterban.scenario import Scenario

TEXT = """\
schema_version: 1
name: small
extends: minimal
plan:
  levers: {back: {path: returning.probability, values: [0.1, 0.2]}}
  costs: [wrong_suspensions]
  limits: [{metric: wrong_suspensions, at_most: 10}]
"""
WRITTEN, CHEAP, GOOD, SAME, DEAR = (None,), ("a",), ("b",), ("c",), ("d",)


@pytest.fixture
def judge() -> Judge:
    random = np.random.default_rng(1)
    world = random.random(64)

    def mix(aim: float, cost: float, noise: float = 0.0) -> np.ndarray:
        own = random.normal(0, noise, 128)
        return np.column_stack([np.tile(world, 2) + aim + own, np.full(128, cost)])

    seen = {
        WRITTEN: mix(0.5, 5),
        CHEAP: mix(0.4, 1),
        GOOD: mix(0.1, 6),
        SAME: mix(0.1001, 6, 0.01),
        DEAR: mix(0.0, 20),
    }
    measures = measures_of(Scenario.from_text(TEXT), 1.0)
    rules = Rules(-1, measures.bounds, 0.9, 64, worth=0.0)
    return Judge(rules, measures, seen, WRITTEN)


def test_only_who_keeps_the_limits_may_be_chosen(judge: Judge) -> None:
    assert judge.choices(judge.whole())[:2] in ([GOOD, SAME], [SAME, GOOD])
    assert DEAR not in judge.choices(judge.whole())


def test_ties_by_interval_and_by_what_matters(judge: Judge) -> None:
    tie = judge.versus(GOOD, SAME, ("b", "c"))
    assert tie.tie == "interval"
    assert judge.versus(GOOD, CHEAP, ("b", "a")).tie == ""
    judge.rules = Rules(-1, judge.rules.bounds, 0.9, 64, worth=0.5)
    assert judge.versus(GOOD, CHEAP, ("b", "a")).tie == "worth"
    assert judge.versus(GOOD, CHEAP, ("b", "a")).share == 1.0


def test_the_doubt_adds_up(judge: Judge) -> None:
    found = judge.doubts([GOOD, SAME, CHEAP])
    assert sum(best.value for best, _ in found.values()) == pytest.approx(1.0)
    assert found[CHEAP][1][0] == pytest.approx(0.3, abs=0.02)
    assert all(0 <= mean <= far <= most for _, (mean, far, most) in found.values())


def test_who_is_beaten_in_everything(judge: Judge) -> None:
    assert judge.beaten_by(WRITTEN, judge.whole()) == CHEAP
    assert judge.beaten_by(GOOD, [CHEAP, WRITTEN, DEAR]) is None  # better in the aim, dearer
    judge.seen[WRITTEN][:, 1] = judge.points[WRITTEN][:, 1] = 0.5
    assert judge.beaten_by(WRITTEN, judge.whole()) is None


def test_the_trade_off(judge: Judge) -> None:
    line = judge.efficient(judge.whole())
    assert line[0] == CHEAP
    assert line[-1] == DEAR
    assert WRITTEN not in line


def test_a_step_and_what_each_buys(judge: Judge) -> None:
    step = judge.step("back", ("1", CHEAP), ("2", GOOD), "wrong_suspensions")
    assert step.more == pytest.approx(5)
    assert step.gain.value == pytest.approx(0.3)
    assert step.each.value == pytest.approx(0.06)
