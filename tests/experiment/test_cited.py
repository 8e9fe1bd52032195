"""The cited figures along the dial of speed: the arms, both bands, and where there is no dial."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from afterban import run
from afterban.claims import Claim, load
from afterban.experiment import cited
from afterban.experiment.ensemble import points_of
from afterban.experiment.replicate import run_replication
from afterban.scenario import Scenario

CLAIMS = {claim.id: claim for claim in load()}
CLAIM = Claim(
    id="S16",
    source="S16",
    says="a number",
    figure=1.0,
    comparison="at most",
    scenario="minimal",
    metric="effective_reach",
    why="a test",
)


def test_an_arm_is_the_scenario_but_for_its_speed() -> None:
    scenario = Scenario.from_yaml("september-2014")
    dial = cited.dialled(scenario)
    assert dial.replications == scenario.replications
    for speed, days in zip(cited.SPEEDS, (1 / 24, 0.25, 1, 3, 7, 30), strict=True):
        review = dial.arm(f"in-{speed}").review
        assert review.time_to_action.median() == pytest.approx(days, rel=1e-12, abs=0)
        assert review.urgent_time_to_action.median() == pytest.approx(days, rel=1e-12, abs=0)
    assert dial.tiers == scenario.tiers
    assert dial.seed == scenario.seed


def test_both_bands_are_of_the_dial(tmp_path: Path) -> None:
    (found,) = cited.measure(
        [CLAIM],
        tmp_path,
        speeds=("1h", "7d"),
        points=4,
        point_replications=2,
        replications=3,
        workers=1,
    )
    dial = cited.dialled(Scenario.from_yaml("minimal"), ("1h", "7d"))
    told = run(dial, ["in-1h", "in-7d"], replications=3)
    assert found.has_speed
    assert found.points == 4
    for place, arm in zip(found.places, ("in-1h", "in-7d"), strict=True):
        assert place.chance == told.estimate("effective_reach", arm)
        means = []
        for point in points_of(dial, 4):
            there = dial.with_changes(dict(point.values))
            runs = [run_replication(there, [arm], replication=k)[0] for k in range(2)]
            means.append(np.mean([one.metrics["effective_reach"] for one in runs]))
        e = place.assumptions
        assert [e.low, e.value, e.high] == pytest.approx(
            np.quantile(means, [0.05, 0.5, 0.95]), rel=1e-9, abs=0
        )
        assert e.n == 4
    assert found.places[0].chance.value < found.places[1].chance.value
    assert found.met == found.places


def test_where_nobody_is_suspended_there_is_no_dial(tmp_path: Path) -> None:
    (found,) = cited.measure(
        [CLAIMS["S5-voice"]], tmp_path, points=2, point_replications=2, replications=2, workers=1
    )
    assert not found.has_speed
    (place,) = found.places
    told = run(Scenario.from_yaml("isaf-taliban-2011"), ["base"], replications=2)
    assert place.chance == told.estimate("voice_ratio", "base")
    assert place.assumptions.n == found.points == 2
