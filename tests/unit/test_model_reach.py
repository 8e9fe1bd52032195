"""Reach: conservation, bounds and limits for any audiences, beside closed forms and brute force."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterban import theory
from afterban.mechanisms.reach import KIND_SHARES, KINDS, SMALL, exposed_share, membership

AUDIENCE = np.array([5000.0, 300.0, 20_000.0, 40.0])
IMPRESSIONS = np.array([[2000.0, 900.0, 100.0, 0.0], [0.0, 30.0, 60_000.0, 400.0]])
POPULATION = 30_000.0
EXACT = 1e-9  # relative: the sum over kinds of people, and the series of small audiences

# A share of the population: anything from one in a million to everybody.
SHARE = st.one_of(st.floats(1e-6, 1.0), st.floats(-6.0, 0.0).map(lambda x: 10.0**x))
EXPOSURES = st.one_of(st.just(0.0), st.floats(1e-3, 60.0))
NETWORK = st.lists(st.tuples(SHARE, EXPOSURES), min_size=1, max_size=12)


def reach(network, population=POPULATION):
    """People reached in one window by operators of (share, exposures per member)."""
    shares, exposures = np.array(network).T
    audience = shares * population
    return population * exposed_share(
        np.ascontiguousarray((exposures * audience)[np.newaxis]), audience, population
    )


# --- conservation ---------------------------------------------------------------------------------


@given(SHARE)
def test_an_audience_has_the_size_that_it_is_given(share):
    inside = membership(share)
    assert ((inside >= 0) & (inside <= 1)).all()  # in it or not, nobody twice
    assert (np.diff(inside) >= -1e-15).all()  # who follows more is in it more often
    assert inside @ KIND_SHARES == pytest.approx(share, rel=EXACT)
    assert len(inside) == KINDS
    assert KIND_SHARES.sum() == pytest.approx(1, rel=1e-14)


@given(SHARE, EXPOSURES)
def test_the_limit_of_one_operator(share, exposures):
    # Each member is exposed or not, and there are `share` of them.
    (one, both) = reach([(share, exposures)])
    assert one == pytest.approx(
        POPULATION * share * float(theory.poisson_reach(exposures)), rel=1e-8
    )
    assert both == pytest.approx(one, rel=1e-8)


def test_a_half_of_all_people_is_reached_where_each_of_them_is_exposed():
    # Audiences drawn with repeats left 636,000 of this million, however much it was exposed.
    share = exposed_share(np.array([[5e8]]), np.array([1e6]), 2e6)
    assert share.tolist() == pytest.approx([0.5, 0.5], rel=1e-10)


@given(NETWORK)
def test_reach_is_at_most_the_union_and_at_least_its_largest_part(network):
    parts = np.array([POPULATION * q * (1 - math.exp(-m)) for q, m in network])
    one = reach(network)[0]
    assert one <= min(parts.sum(), POPULATION) * (1 + 1e-8) + 1e-9
    assert one >= parts.max() * (1 - 1e-8) - 1e-9


# --- what one more, or more of one, does ----------------------------------------------------------


@given(NETWORK, SHARE, EXPOSURES)
def test_one_more_operator_adds_at_most_its_own(network, share, exposures):
    before, after = reach(network)[0], reach([*network, (share, exposures)])[0]
    own = POPULATION * share * (1 - math.exp(-exposures))
    assert before * (1 - 1e-8) - 1e-9 <= after <= (before + own) * (1 + 1e-8) + 1e-9


@given(NETWORK, SHARE)
def test_one_more_operator_whom_nobody_sees_changes_no_bit(network, share):
    assert reach([*network, (share, 0.0)]).tolist() == reach(network).tolist()


@given(NETWORK, st.integers(0, 11), st.floats(1.0, 3.0), st.floats(1.0, 3.0))
def test_larger_audiences_and_more_exposures_reach_more(network, which, larger, more):
    share, exposures = network[which % len(network)]
    changed = list(network)
    changed[which % len(network)] = (min(share * larger, 1.0), exposures * more)
    assert reach(changed)[0] >= reach(network)[0] * (1 - 1e-8) - 1e-9


@given(NETWORK)
def test_the_order_of_operators_changes_nothing(network):
    assert reach(network[::-1])[0] == pytest.approx(reach(network)[0], rel=1e-9, abs=1e-9)


@given(NETWORK, st.integers(1, 5))
def test_all_windows_together_are_one_long_window(network, windows):
    shares, exposures = np.array(network).T
    audience = shares * POPULATION
    parts = np.tile(exposures * audience / windows, (windows, 1))
    out = exposed_share(parts, audience, POPULATION)
    assert out[-1] * POPULATION == pytest.approx(reach(network)[0], rel=1e-8, abs=1e-9)
    assert (out[:-1] <= out[-1] * (1 + 1e-12) + 1e-15).all()


# --- truth ----------------------------------------------------------------------------------------


@given(NETWORK)
def test_against_the_closed_form(network):
    shares, exposures = np.array(network).T
    shares = np.minimum(shares, 0.999)
    truth = theory.overlapping_reach(shares, exposures)
    one = reach(np.column_stack((shares, exposures)))[0] / POPULATION
    assert one == pytest.approx(truth, rel=1e-8, abs=1e-13)


@pytest.mark.parametrize("beside", [0.5, 0.999, 1.001, 2.0])
def test_the_series_of_small_audiences_meets_the_product(beside):
    share = beside * SMALL / (1 + SMALL)
    for exposures in (0.01, 0.7, 5.0):
        truth = theory.overlapping_reach([share] * 15, [exposures] * 15)
        assert reach([(share, exposures)] * 15)[0] / POPULATION == pytest.approx(truth, rel=1e-8)


def test_many_small_audiences_are_a_geometric_number_of_them():
    # The number of audiences that somebody is in is geometric then, of mean sum(q), and so is the
    # number of exposures mixed by a gamma of shape 1.
    rng = np.random.default_rng(8)
    audience = rng.lognormal(5.3, 1.0, 20_000)
    population = 1e7
    everything = exposed_share((100 * audience)[np.newaxis], audience, population)[0]
    mean = audience.sum() / population
    assert everything == pytest.approx(mean / (1 + mean), rel=1e-3)
    few = exposed_share((0.3 * audience)[np.newaxis], audience, population)[0]
    seen = mean * (1 - math.exp(-0.3))
    assert few == pytest.approx(float(theory.gamma_mixed_reach(seen, 1.0)), rel=1e-3)


def test_against_people_who_follow_and_see_posts():
    rng = np.random.default_rng(8)
    people = 200_000
    appetite = rng.exponential(size=people)
    share = AUDIENCE / POPULATION
    inside = rng.random((people, 4)) < -np.expm1(-np.outer(appetite, share / (1 - share)))
    # Nobody is in an audience twice, and each has the size that it should have.
    assert abs(inside.mean(axis=0) - share).max() < 4.4 * math.sqrt(0.25 / people)
    seen = rng.poisson(inside * (IMPRESSIONS.sum(axis=0) / AUDIENCE))
    exposed = (seen.sum(axis=1) > 0).mean()
    truth = exposed_share(IMPRESSIONS, AUDIENCE, POPULATION)[-1]
    # 4.4 standard errors: a right formula fails less than once in 10^5.
    assert abs(truth - exposed) < 4.4 * math.sqrt(exposed * (1 - exposed) / people)
    # Without overlap, and with everybody alike, the share would be another.
    alone = (AUDIENCE * (1 - np.exp(-IMPRESSIONS.sum(axis=0) / AUDIENCE))).sum() / POPULATION
    assert abs(truth - alone) > 8 * math.sqrt(exposed * (1 - exposed) / people)


def test_limits():
    assert exposed_share(np.zeros((2, 4)), AUDIENCE, POPULATION).tolist() == [0.0, 0.0, 0.0]
    assert exposed_share(np.ones((1, 2)), np.zeros(2), POPULATION).tolist() == [0.0, 0.0]
    assert exposed_share(np.ones((1, 0)), np.zeros(0), POPULATION).tolist() == [0.0, 0.0]
    whole = exposed_share(np.array([[1e9, 1e9]]), np.array([POPULATION, 5.0]), POPULATION)
    assert whole.tolist() == pytest.approx([1.0, 1.0], rel=1e-12)


def test_an_audience_without_people_reaches_nobody():
    audience = np.append(AUDIENCE, 0.0)
    impressions = np.column_stack([IMPRESSIONS, [0.0, 0.0]])
    with_it = exposed_share(impressions, audience, POPULATION)
    assert with_it.tolist() == exposed_share(IMPRESSIONS, AUDIENCE, POPULATION).tolist()


@settings(max_examples=5)
@given(st.floats(0.0, 1e6))
def test_exposure_is_poisson(exposures):
    from afterban.mechanisms.reach import _exposed

    assert _exposed(exposures) == pytest.approx(-math.expm1(-exposures), rel=1e-13)
