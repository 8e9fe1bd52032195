"""Arrivals against departures: the engine against Little's law and the M/G/infinity queue.

Operators do not touch each other. Tolerances are 4.4 standard errors over independent replications
(on fixed seeds: a right engine fails one check in some 10,000 with t of 23 degrees).
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from afterban import theory
from afterban.experiment.steady import live_in_the_long_run
from afterban.mechanisms import census as c
from afterban.parameters import Parameters
from afterban.scenario import Scenario

RATE, RETURNS, HAZARD, GAP = 1.5, 0.6, 0.1, 4.0
REPLICATIONS = 24


@pytest.fixture(scope="module")
def joining(plain):
    """Function from changes to the plain network with arrivals, 20 operators at the start."""

    def changed(changes=None):
        return plain(
            {
                "horizon": "200 d",
                "tiers.alike.count": 20,
                "arrivals": {"tiers": {"alike": {"rate": f"{RATE} per day"}}},
                "detection.threats": f"{HAZARD} per day",
                "returning.probability": RETURNS,
                "returning.delay": {"exponential": {"mean": f"{GAP} d"}},
                **(changes or {}),
            }
        )

    return changed


def live(run, scenario, engine):
    """Live accounts at each day, ``[replications, days]``, and the days."""
    told = [run(scenario, engine, replication=k) for k in range(REPLICATIONS)]
    return told[0].parameters.grid, np.array(
        [one.records.series[:, :, c.LIVE].sum(axis=1) for one in told]
    )


def agrees(sample, truth, errors=4.4):
    return abs(sample.mean() - truth) <= errors * sample.std(ddof=1) / math.sqrt(len(sample))


def test_live_accounts_through_time(run, joining, engine):
    days, found = live(run, joining(), engine)
    exact = theory.arrivals_live_through_time(days, 20.0, RATE, HAZARD, 1.0 / GAP, RETURNS)
    for k in (5, 20, 60, 150, 200):
        assert agrees(found[:, k], exact[k])
    # Somebody who forgets that operators come back, or that they wait, is noticed.
    assert not agrees(found[:, 150], RATE / HAZARD)
    assert not agrees(found[:, 20], theory.arrivals_live(RATE, 1 / HAZARD, RETURNS))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "mean_life"),
    [
        ({}, 1 / HAZARD),
        ({"review.time_to_action": "3 d"}, 1 / HAZARD + 3.0),
        ({"review.time_to_action": {"lognormal": {"median": "2d", "sigma": 1.0}}}, 13.2974),
        ({"returning.delay": "10 d"}, 1 / HAZARD),  # the gap does not matter
    ],
)
def test_live_accounts_in_the_long_run(run, joining, engine, changes, mean_life):
    scenario = joining(changes)
    days, found = live(run, scenario, engine)
    truth = theory.arrivals_live(RATE, mean_life, RETURNS)
    assert live_in_the_long_run(Parameters.from_scenario(scenario)) == pytest.approx(
        [truth], rel=1e-4
    )
    late = found[:, days >= 120.0].mean(axis=1)
    assert agrees(late, truth)
    assert not agrees(late, 1.25 * truth)


def test_the_number_alive_is_poisson(run, joining, engine):
    _, found = live(run, joining(), engine)
    many = found[:, 120::40].ravel()  # 40 days apart: all but independent
    truth = theory.arrivals_live(RATE, 1 / HAZARD, RETURNS)
    # Relative standard error of a variance of 72: a sixth.
    assert 0.45 < many.var(ddof=1) / truth < 1.7


def test_a_law_of_posts_and_a_regime(run, joining, engine):
    scenario = joining(
        {
            "detection.threats": 0,
            "detection.classifier": "0.02 per post",
            "tiers.alike.posts": {"uniform": {"low": "2 per day", "high": "8 per day"}},
            "arrivals.regimes": [{"from": "2014-07-01", "tiers": {"alike": {"rate": "3 per day"}}}],
        }
    )
    # E[1/(0.02 r)] for r uniform from 2 to 8.
    mean_life = math.log(8 / 2) / (0.02 * 6)
    truth = theory.arrivals_live(3.0, mean_life, RETURNS)
    level = live_in_the_long_run(Parameters.from_scenario(scenario))
    assert level == pytest.approx([truth], rel=1e-6)
    days, found = live(run, scenario, engine)
    assert agrees(found[:, days >= 150.0].mean(axis=1), truth)


@pytest.mark.parametrize(
    "changes",
    [
        {"detection.reports": "10 per million impressions"},
        {"detection.signup": 0.1},
        {"detection.pulses": [{"date": "2014-06-20", "share": 0.5}]},
        {"returning.probability": 1},
        {"review.sensitivity": 0.9},
        {"review.team": {"reviewers": 3}},
        {"detection.threats": 0},
    ],
)
def test_where_no_closed_form_holds_there_is_none(joining, changes):
    assert np.isnan(live_in_the_long_run(Parameters.from_scenario(joining(changes)))).all()


@pytest.mark.slow
def test_the_shipped_year(run, engine):
    scenario = Scenario.from_yaml("steady-state")
    levels = {
        policy: live_in_the_long_run(Parameters.from_scenario(scenario, policy))
        for policy in ("base", "ten-times-the-pressure")
    }
    # What its description says.
    assert levels["base"] == pytest.approx([300, 26_700], rel=2e-3)
    # A tenth of its size, whose sizes are Poisson in the long run; it is steady from the start, and
    # under ten times the pressure after half a year.
    small = scenario.with_changes(
        {
            "tiers.hub.count": 30,
            "tiers.supporter.count": 2670,
            "arrivals.tiers.hub.rate": "0.0298 per day",
            "arrivals.tiers.supporter.rate": "7.95 per day",
        }
    )
    for policy, level in levels.items():
        told = run(small.arm(policy), engine)
        found = told.records.series[told.parameters.grid >= 181.0][:, 1, c.LIVE].mean()
        expected = 0.1 * level[1]
        assert abs(found - expected) < 4.4 * math.sqrt(expected)
        assert abs(found - 1.5 * expected) > 4.4 * math.sqrt(expected)
