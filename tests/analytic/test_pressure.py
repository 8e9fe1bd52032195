"""A network under steady pressure, with arrivals: the engine against theory, without promotion.

Tolerances are 4.4 standard errors over independent replications (a right engine fails one check in
some 10,000 with t of 23 degrees).
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from afterban import theory
from afterban.mechanisms import census as c

HAZARD, GAP, RETURNS, RATE = 0.1, 5.0, 0.8, 6.0
BEGIN, END = 60.0, 120.0
OPERATORS, AUDIENCE = 300, 500.0  # outsiders of each operator
REPLICATIONS = 24
CHANGES = {
    "horizon": "120 d",
    "tiers.alike.count": OPERATORS,
    "arrivals": {"tiers": {"alike": {"rate": f"{RATE} per day"}}},
    "detection.threats": f"{HAZARD} per day",
    "returning.probability": RETURNS,
    "returning.delay": {"exponential": {"mean": f"{GAP} d"}},
    "returning.fatigue": 1,
    "handles.near_identical": 0.4,
    "audience.recognition.unrelated": 0.1,
    "audience.refollow_outsiders": "0.3 per day",
    "audience.forget_outsiders": "0.1 per day",
    "audience.discover_outsiders": "0.03 per day",
    "audience.lost_outsiders": 0.2,
}
RIGHT = {
    "life_rate": HAZARD,
    "gap_rate": 1 / GAP,
    "returns": RETURNS,
    "refollow": 0.3,
    "forget": 0.1,
    "discover": 0.03,
    "loss": 0.2,
    "near": 0.4,
    "unrelated": 0.1,
}


def expected(**changes):
    """Outsider impressions and live account-days of the window, of the whole network."""
    told = theory.under_pressure(BEGIN, END, **{**RIGHT, **changes})
    seen = 5 * 0.02 * AUDIENCE * (OPERATORS * told.followed + RATE * told.followed_newcomers)
    return float(seen), float(OPERATORS * told.live + RATE * told.live_newcomers)


@pytest.fixture(scope="module")
def measured(plain, run, engine):
    """Outsider impressions and live account-days of each replication, ``[2, replications]``."""
    told = []
    for k in range(REPLICATIONS):
        one = run(plain(CHANGES), engine, replication=k)
        days, series = one.parameters.grid, one.records.series.sum(axis=1)
        seen = series[:, c.OUTSIDER_IMPRESSIONS]
        live = series[(days >= BEGIN) & (days <= END), c.LIVE]
        total = np.interp(END, days, seen) - np.interp(BEGIN, days, seen)
        told.append((total, np.trapezoid(live)))
    return np.array(told).T


def agrees(sample, truth, errors=4.4):
    return abs(sample.mean() - truth) <= errors * sample.std(ddof=1) / math.sqrt(len(sample))


def test_impressions_and_live_days_follow_the_closed_form(measured):
    seen, live = expected()
    assert agrees(measured[0], seen)
    assert agrees(measured[1], live)


@pytest.mark.parametrize(
    "wrong",
    [
        {"life_rate": 1.5 * HAZARD},
        {"gap_rate": 2 / GAP},
        {"returns": 0.9},
        {"forget": 0.0},
        {"loss": 0.0},
        {"near": 1.0},
        {"discover": 0.0},
    ],
)
def test_another_world_is_told_from_it(measured, wrong):
    assert not agrees(measured[0], expected(**wrong)[0])


def test_where_all_return_and_nobody_is_lost_it_is_the_live_share_times_what_is_regained():
    told = theory.under_pressure(
        5000.0, 6000.0, life_rate=0.1, gap_rate=0.2, returns=1.0, refollow=0.3
    )
    live = theory.live_share(10.0, 5.0)
    regained = theory.attached_share_while_live_exponential(0.3, 0.1)
    assert told.live / 1000.0 == pytest.approx(live, rel=1e-9)
    assert told.followed / 1000.0 == pytest.approx(live * regained, rel=1e-9)


def test_live_accounts_with_arrivals_agree_with_the_other_closed_form():
    days = np.linspace(40.0, 50.0, 2001)
    other = theory.arrivals_live_through_time(days, 20.0, 1.5, 0.1, 0.25, 0.6)
    told = theory.under_pressure(40, 50, life_rate=0.1, gap_rate=0.25, returns=0.6, refollow=1.0)
    live = 20.0 * told.live + 1.5 * told.live_newcomers
    assert live == pytest.approx(np.trapezoid(other, days), rel=1e-6)


def test_without_pressure_everybody_keeps_their_followers():
    told = theory.under_pressure(
        10.0,
        30.0,
        life_rate=[0.0, 0.1],
        gap_rate=1.0,
        returns=0.5,
        refollow=0.3,
        forget=0.1,
        discover=0.02,
    )
    assert told.followed[0] == pytest.approx(20.0)
    assert told.live_newcomers[0] == pytest.approx((30**2 - 10**2) / 2)
    t = np.linspace(10.0, 30.0, 4001)
    followed = t + np.expm1(-0.02 * t) / 0.02  # of one newcomer a day
    assert told.followed_newcomers[0] == pytest.approx(np.trapezoid(followed, t), rel=1e-7)
    assert told.followed[1] < told.live[1] < 20.0


@pytest.mark.parametrize(
    "wrong", [{"begin": -1.0}, {"end": 0.0}, {"gap_rate": 0.0}, {"returns": 1.1}, {"life_rate": -1}]
)
def test_what_makes_no_sense_is_refused(wrong):
    right = {"begin": 0.0, "end": 1.0, "life_rate": 1.0, "gap_rate": 1.0, "returns": 0.5}
    with pytest.raises(ValueError, match=r"0 or more|above 0|after begin|between 0 and 1"):
        theory.under_pressure(**{"refollow": 1.0, **right, **wrong})
