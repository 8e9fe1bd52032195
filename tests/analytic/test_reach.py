"""Impressions and reach of networks that nobody touches, against Poisson exposures."""

from __future__ import annotations

import math

import numpy as np
import pytest

from afterban import theory
from afterban.metrics import measure

QUIET = {"detection.threats": 0, "tiers.alike.insider_share": 0}


@pytest.mark.parametrize("days", [1.0, 20.0])
def test_reach_of_one_account(plain, run, engine, days):
    # 1,000 of 200,000 follow; 5 posts a day, each seen with probability 0.02.
    scenario = plain(
        {
            **QUIET,
            "tiers.alike.count": 1,
            "horizon": f"{days} d",
            "exposure.outsiders": 200_000,
        }
    )
    one = run(scenario, engine)
    seen = measure(*one, ["alike"], 11, 0)
    exposures = 0.1 * days
    assert seen["outsider_impressions"] == pytest.approx(1000 * exposures, rel=1e-12)
    expected = 1000 * float(theory.poisson_reach(exposures))
    assert seen["reach"] == pytest.approx(expected, rel=1e-8)
    assert seen["frequency"] == pytest.approx(1000 * exposures / seen["reach"], rel=1e-12)


@pytest.mark.parametrize("count", [2, 15])
def test_reach_of_audiences_that_overlap(plain, run, engine, count):
    # Each has 1,000 of 4,000 outsiders; whoever is in one audience may be in others.
    scenario = plain(
        {
            **QUIET,
            "tiers.alike.count": count,
            "horizon": "10 d",
            "exposure.outsiders": 4000,
        }
    )
    seen = measure(*run(scenario, engine), ["alike"], 11, 0)
    expected = 4000 * theory.overlapping_reach([0.25] * count, [1.0] * count)
    assert seen["reach"] == pytest.approx(expected, rel=1e-8)
    assert seen["reach"] < 0.95 * min(count * 1000 * (1 - math.exp(-1)), 4000)  # not the union


def test_everybody_is_reached_once(plain, run, engine):
    changes = {**QUIET, "tiers.alike.count": 1, "horizon": "400 d", "exposure.outsiders": 2000}
    seen = measure(*run(plain(changes), engine), ["alike"], 11, 0)
    assert seen["reach"] == pytest.approx(1000, rel=1e-8)
    assert seen["audiences_cut"] == 0


def test_laws_are_cut_off_at_the_population_and_counted(plain, run, engine):
    changes = {
        **QUIET,
        "tiers.alike.audience": "{exponential: {mean: 1000}}",
        "horizon": "2 d",
        "exposure.outsiders": 2000,
    }
    one = run(plain(changes), engine)
    audience = one.world.audience[:, 1]
    assert audience.max() == pytest.approx(2000, rel=1e-12)
    cut = int((audience > 1999.999).sum())
    # exp(-2) of 300 are beyond: 40.6, with a standard deviation of 5.9.
    assert 40.6 - 4.4 * 5.9 < cut < 40.6 + 4.4 * 5.9
    assert measure(*one, ["alike"], 11, 0)["audiences_cut"] == cut
    # A cap of the scenario's own below it is no cut of ours; one above it is none of its own.
    capped = plain({**changes, "tiers.alike.audience": "{exponential: {mean: 1000, cap: 1500}}"})
    assert measure(*run(capped, engine), ["alike"], 11, 0)["audiences_cut"] == 0
    wide = plain({**changes, "tiers.alike.audience": "{exponential: {mean: 1000, cap: 2500}}"})
    assert measure(*run(wide, engine), ["alike"], 11, 0)["audiences_cut"] == cut


def test_windows_of_a_constant_audience_are_alike(plain, run, engine):
    scenario = plain({**QUIET, "horizon": "30 d", "metrics.reach_window": "7 d"})
    one = run(scenario, engine)
    windows = one.records.window_impressions
    assert windows.shape == (5, 300)
    assert windows[:4] == pytest.approx(np.full((4, 300), 7 * 0.1 * 1000), rel=1e-12)
    assert windows[4] == pytest.approx(np.full(300, 2 * 0.1 * 1000), rel=1e-12)
    later = run(scenario.with_changes({"metrics.start": "2014-06-12"}), engine)
    assert later.records.window_impressions.sum() == pytest.approx(20 * 0.1 * 1000 * 300)


def test_untouched_people_join_as_the_equation_says(plain, run, engine):
    changes = {
        **QUIET,
        "tiers.alike.count": 1,
        "tiers.alike.attached_at_start": 0.1,
        "tiers.alike.detached_at_start": 0.3,
        "audience.discover_outsiders": "0.02 per day",
        "horizon": "50 d",
    }
    one = run(plain(changes), engine)
    start = {"attached": 100.0, "detached": 300.0, "untouched": 600.0}
    days = theory.follower_days(50.0, **start, refollow=0.3, discover=0.02)
    assert one.records.window_impressions.sum() == pytest.approx(0.1 * float(days), rel=1e-11)
    followers = theory.followers(one.parameters.grid, **start, refollow=0.3, discover=0.02)
    assert one.records.series[:, 0, 2] == pytest.approx(followers, rel=1e-11)
