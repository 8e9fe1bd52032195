"""Channels: arrivals against the cumulative hazard, regimes, matches."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import optimize, stats

from afterban.mechanisms.detection import (
    CHANNELS,
    match_probability,
    most_arrivals,
    next_arrival,
    regime_at,
    visibility,
)

STARTS = np.array([-math.inf, 10.0, 20.0, 35.0])
RATES = np.array([0.5, 0.0, 2.0, 0.1])


def cumulative(begin, end, exposure, starts=STARTS, rates=RATES):
    """Integral of the hazard from `begin` to `end`."""
    edges = np.append(starts, math.inf)
    lengths = np.minimum(edges[1:], end) - np.maximum(edges[:-1], begin)
    return exposure * float((np.maximum(lengths, 0.0) * rates).sum())


@given(
    st.floats(0.0, 50.0),
    st.floats(1e-12, 1 - 1e-12),
    st.floats(0.01, 20.0),
    st.lists(st.one_of(st.just(0.0), st.floats(0.01, 5.0)), min_size=4, max_size=4),
)
def test_arrival_inverts_the_cumulative_hazard(time, u, exposure, rates):
    rates = np.array(rates)
    arrival = next_arrival(time, u, exposure, STARTS, rates)
    needed = -math.log1p(-u)
    if cumulative(time, 1e9, exposure, rates=rates) < needed * (1 - 1e-12):
        assert arrival == math.inf
        return
    assume(arrival < math.inf)  # neither does rounding decide whether there is one
    assert arrival >= time
    assert cumulative(time, arrival, exposure, rates=rates) == pytest.approx(
        needed, rel=1e-9, abs=1e-9
    )
    # It lies where the hazard is.
    assert (
        rates[regime_at(STARTS, arrival)] > 0
        or cumulative(arrival - 1e-9, arrival, exposure, rates=rates) > 0
    )


def test_arrival_against_a_root_finder():
    for u in (0.1, 0.5, 0.99):
        goal = -math.log1p(-u)
        root = optimize.brentq(
            lambda t, goal=goal: cumulative(8.0, t, 0.7) - goal, 8.0, 200.0, xtol=1e-12
        )
        assert next_arrival(8.0, u, 0.7, STARTS, RATES) == pytest.approx(root, rel=1e-10)
        # Another exposure has another root.
        assert next_arrival(8.0, u, 0.8, STARTS, RATES) != pytest.approx(root, rel=1e-6)


def test_no_hazard_no_arrival():
    none = np.zeros(4)
    assert next_arrival(3.0, 0.5, 1.0, STARTS, none) == math.inf
    assert next_arrival(3.0, 0.5, 0.0, STARTS, RATES) == math.inf
    assert next_arrival(3.0, 0.5, 1.0, np.array([-math.inf]), np.zeros(1)) == math.inf
    # The hazard is over.
    assert next_arrival(12.0, 0.999, 1.0, STARTS[:2], RATES[:2]) == math.inf


def test_a_later_regime_changes_no_arrival_before_it():
    changed = RATES.copy()
    changed[3] = 50.0
    u = np.linspace(0.001, 0.999, 999)
    before = np.array([next_arrival(15.0, x, 0.05, STARTS, RATES) for x in u])
    after = np.array([next_arrival(15.0, x, 0.05, STARTS, changed) for x in u])
    early = before < 35.0
    assert 100 < early.sum() < 900
    assert (before[early] == after[early]).all()
    assert (after[~early] >= 35.0).all()
    assert (after[~early] < before[~early]).all()


@given(st.floats(1e-9, 1 - 1e-9), st.floats(0.1, 5.0), st.floats(1.01, 10.0))
def test_more_exposure_is_never_later(u, exposure, factor):
    slow = next_arrival(2.0, u, exposure, STARTS, RATES)
    fast = next_arrival(2.0, u, exposure * factor, STARTS, RATES)
    assert fast <= slow


def test_constant_hazard_is_exponential():
    u = (np.arange(2000) + 0.5) / 2000
    waits = [next_arrival(7.0, x, 4.0, np.array([-math.inf]), np.array([0.25])) - 7.0 for x in u]
    assert stats.kstest(waits, "expon").statistic < 1e-3


def test_a_regime_begins_on_its_day():
    assert [regime_at(STARTS, t) for t in (0.0, 9.99, 10.0, 20.0, 34.9, 35.0, 1e6)] == [
        0,
        0,
        1,
        2,
        2,
        3,
        3,
    ]
    assert regime_at(np.array([-math.inf]), -5.0) == 0
    # Of two that begin on one day the later counts.
    assert regime_at(np.array([-math.inf, 10.0, 10.0]), 10.0) == 2


def test_match_and_visibility():
    assert [match_probability(edits, 2, 0.7) for edits in (0, 1, 2, 3)] == [0.7, 0.7, 0.7, 0.0]
    assert visibility(10.0, 0.02, 300.0, 500.0, 0.0) == pytest.approx(100.0)
    assert visibility(10.0, 0.02, 300.0, 500.0, 0.5) == pytest.approx(130.0)


def test_channel_names_fit_their_numbers():
    from afterban.mechanisms import detection

    assert CHANNELS[detection.NONE] == ""
    assert CHANNELS[detection.CAUGHT_AT_SIGNUP] == "signup"
    assert CHANNELS[detection.STRUCK] == "pulse"
    assert CHANNELS[detection.WATCHED] == "watch"
    named = [
        value
        for name, value in vars(detection).items()
        if name.isupper() and isinstance(value, int)
    ]
    assert len(named) == len(set(named)) == 9  # a channel without a rule of its own needs no name
    assert set(named) <= set(range(len(CHANNELS)))


@given(
    st.floats(0.0, 50.0),
    st.floats(2.0**-53, 1 - 2.0**-53),
    st.floats(1e-9, 20.0),
    st.lists(st.one_of(st.just(0.0), st.floats(1e-9, 5.0)), min_size=4, max_size=4),
    st.floats(0.001, 1.0),
)
def test_no_arrival_before_the_horizon_where_the_bound_says_so(time, u, exposure, rates, share):
    rates = np.array(rates)
    days = u / max(exposure * rates.max(), 1e-30)  # where the bound decides, and some days around
    for horizon in (time + 40.0, time + share * days, time + days, time + days / share):
        if u >= most_arrivals(time, exposure, rates.max(), horizon):
            assert next_arrival(time, u, exposure, STARTS, rates) >= horizon
    # It says so for most accounts: the bound is all but exact where hazards are small.
    assert most_arrivals(0.0, 2.0, 2e-4, 10.0) == pytest.approx(4e-3)
    assert most_arrivals(0.0, 2.0, 0.0, 10.0) == 0.0
