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
            "metrics.outsider_sample": 200_000,
            "exposure.outsiders": 200_000,
        }
    )
    one = run(scenario, engine)
    seen = measure(*one, ["alike"], 11, 0, 200_000)
    exposures = 0.1 * days
    assert seen["outsider_impressions"] == pytest.approx(1000 * exposures, rel=1e-12)
    expected = 1000 * float(theory.poisson_reach(exposures))
    # 4.4 standard errors of the sample, and the half per cent who, drawn twice, count twice.
    tolerance = 4.4 * math.sqrt(expected) + 0.005 * expected
    assert abs(seen["reach"] - expected) < tolerance
    assert abs(seen["reach"] - 1000 * exposures) > tolerance or days < 2
    assert seen["frequency"] == pytest.approx(1000 * exposures / seen["reach"], rel=1e-12)


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
