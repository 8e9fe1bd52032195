"""How large an ensemble is, and that a thinned one is checked against the whole network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import afterban
from afterban import bands
from afterban.experiment import ensemble, sizing
from afterban.experiment.replicate import run_replication
from afterban.experiment.sizing import size_of
from afterban.experiment.thinning import operators_of, thinned_by
from afterban.scenario import Scenario


def test_a_small_network_is_run_whole_and_more_often() -> None:
    scenario = Scenario.from_yaml("minimal")
    size = size_of(scenario, ["base"], 64)
    assert size.operators == size.of == operators_of(scenario)
    assert not size.is_thinned
    assert size.replications * size.operators >= sizing.ENOUGH_OPERATORS or (
        size.replications == sizing.MOST_REPLICATIONS
    )


def test_more_arms_or_points_make_the_network_smaller() -> None:
    scenario = Scenario.from_yaml("september-2014")
    arms = ["base", *scenario.policies]
    few, many = (size_of(scenario, some, 64) for some in (arms[:2], arms))
    assert few.of > few.operators > many.operators >= sizing.LEAST_OPERATORS
    assert size_of(scenario, arms[:2], 128).operators < few.operators
    assert few.replications == 1
    # Under harder pressure there are more lives to simulate.
    pressed = Scenario.from_yaml("under-pressure")
    assert size_of(pressed, ["base"], 64).operators < size_of(scenario, ["base"], 64).operators


def test_what_is_asked_for_is_taken() -> None:
    scenario = Scenario.from_yaml("minimal")
    size = size_of(scenario, ["base"], 8, operators=10, replications=3)
    assert (size.operators, size.replications, size.is_thinned) == (10, 3, True)
    whole = size_of(scenario, ["base"], 8, operators=10**9)
    assert (whole.operators, whole.factor) == (operators_of(scenario), 1.0)


def test_a_thinned_ensemble_says_how_far_it_is_off(tmp_path: Path) -> None:
    scenario = Scenario.from_yaml("minimal")
    whole = operators_of(scenario)
    few = whole // 2
    found = afterban.band(
        scenario, ["base"], out=tmp_path, points=4, replications=2, operators=few, workers=1
    )
    (one,) = (b for b in found.bands if b.key == bands.Key("effective_reach", "base"))
    assert (one.operators, one.of) == (few, whole)
    apart = []
    for point in ensemble.points_of(scenario, 4):
        there = scenario.with_changes(dict(point.values))
        reach = [
            np.mean(
                [
                    run_replication(version, ["base"], replication=k)[0].metrics["effective_reach"]
                    for k in range(2)
                ]
            )
            for version in (there, thinned_by(there, few / whole))
        ]
        apart.append(abs(reach[0] - reach[1]))
    assert one.off == pytest.approx(max(apart), rel=1e-5)
    assert one.off > 0


def test_any_metric_has_a_band_without_another_run(tmp_path: Path) -> None:
    scenario = Scenario.from_yaml("minimal")
    how = {"out": tmp_path, "points": 2, "replications": 1, "operators": 50, "workers": 1}
    first = afterban.band(scenario, ["base"], **how)
    assert not any(one.key.metric == "account_life_median" for one in first.bands)
    ran = []
    more = afterban.band(
        scenario, ["base"], metrics=["account_life_median"], forecast=ran.append, **how
    )
    assert any(one.key.metric == "account_life_median" for one in more.bands)
    assert ran == []
