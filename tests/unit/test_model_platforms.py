"""Platforms: who follows an operator there, from when each enforces, and one operator on two."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterban.mechanisms import state as s
from afterban.mechanisms.audience import advance, appear, detach, migrate
from afterban.mechanisms.promotion import promote
from afterban.mechanisms.review import ACTIVITY, ARRIVAL, FOLLOWERS, LINKS, precedence
from afterban.parameters import CHOOSE, ORDER, Parameters
from afterban.scenario import Scenario
from afterban.world import build, first_state

DISCOVER = np.array([0.02, 0.002])
SEGMENTS = ((s.ATTACHED_IN, s.AWAY_IN), (s.ATTACHED_OUT, s.AWAY_OUT))


def row_of(insiders, outsiders, public=0.0):
    """A state row; the compartments are F, D, U, G and away."""
    row = np.zeros(s.COLUMNS)
    for (first, away), people in zip(SEGMENTS, (insiders, outsiders), strict=True):
        row[first : first + 4] = people[:4]
        row[away] = people[4]
    row[s.REFOLLOW_IN], row[s.REFOLLOW_OUT] = 0.9, 0.04
    row[s.PUBLIC] = public
    return row


def compartments(row):
    """F, D, U, G and away of both segments, [2, 5]."""
    return np.array([[*row[first : first + 4], row[away]] for first, away in SEGMENTS])


def is_conserved(row, audience):
    now = compartments(row)
    return bool(
        np.allclose(now.sum(axis=1), audience, rtol=1e-12, atol=1e-12)
        and (now >= -1e-12 * max(audience)).all()
    )


PEOPLE = st.lists(st.floats(0.0, 1e6), min_size=5, max_size=5)
SHARE = st.floats(0.0, 1.0)


# --- moving --------------------------------------------------------------------------------------


@given(PEOPLE, PEOPLE, SHARE)
def test_a_move_conserves_people_and_leaves_the_lost_alone(insiders, outsiders, kept):
    insiders[0] = outsiders[0] = 0.0  # a move comes after a suspension: nobody is attached
    row = row_of(insiders, outsiders)
    before = compartments(row)
    migrate(row, kept)
    after = compartments(row)
    assert is_conserved(row, before.sum(axis=1))
    assert (after[:, [0, 3]] == before[:, [0, 3]]).all()
    # `kept` of all who are not lost are there, whoever was there before.
    there = after[:, 1] + after[:, 2]
    assert there == pytest.approx(kept * before[:, [1, 2, 4]].sum(axis=1), rel=1e-12, abs=1e-9)
    # Those who knew the operator are the same share of them as among those that it left.
    for segment in (0, 1):
        was = before[segment, 1] + before[segment, 2]
        if was > 1e-9:
            known = before[segment, 1] / was
            assert after[segment, 1] == pytest.approx(known * there[segment], rel=1e-12, abs=1e-9)


EVENT = st.tuples(
    st.sampled_from(["advance", "promote", "suspend", "return", "move"]), st.floats(0.0, 1.0)
)


@given(st.lists(EVENT, max_size=30), SHARE)
def test_no_sequence_of_events_and_moves_makes_or_loses_anybody(events, lost):
    row = row_of((30.0, 400.0, 500.0, 70.0, 0.0), (10.0, 200.0, 3000.0, 90.0, 500.0), public=1.0)
    audience = compartments(row).sum(axis=1)
    gone = compartments(row)[:, 3]
    for what, x in events:
        if what == "advance" and row[s.PUBLIC]:
            advance(row, row[s.CLOCK] + 10 * x, DISCOVER, 0.3)
        elif what == "promote" and row[s.PUBLIC]:
            promote(row, x, x * x, 0.5)
        elif what == "suspend" and row[s.PUBLIC]:
            detach(row, np.array([0.1, lost]))
        elif what == "return" and not row[s.PUBLIC]:
            appear(row, row[s.CLOCK] + x, np.array([0.9, 0.04]), 1.0, row[s.CLOCK] + 3)
        elif what == "move" and not row[s.PUBLIC]:
            migrate(row, x)
        assert is_conserved(row, audience)
        assert (compartments(row)[:, 3] >= gone).all()
        gone = compartments(row)[:, 3]


def test_the_check_of_conservation_can_fail():
    row = row_of((0.0, 400.0, 500.0, 70.0, 0.0), (0.0, 200.0, 3000.0, 90.0, 500.0))
    audience = compartments(row).sum(axis=1)
    migrate(row, 0.3)
    assert is_conserved(row, audience)
    # A move that forgets those who stay behind.
    row[s.AWAY_OUT] = 0.0
    assert not is_conserved(row, audience)


def test_limits_of_a_move():
    start = (0.0, 400.0, 500.0, 70.0, 0.0), (0.0, 200.0, 3000.0, 90.0, 0.0)
    row = row_of(*start)
    migrate(row, 1.0)  # everybody follows
    assert (row == row_of(*start)).all()
    migrate(row, 0.0)  # nobody does
    assert (compartments(row)[:, :3] == 0.0).all()
    assert compartments(row)[:, 4].tolist() == [900.0, 3200.0]
    assert compartments(row)[:, 3].tolist() == [70.0, 90.0]
    # Those who were not on a small platform are found again on a large one.
    one, two = row_of(*start), row_of(*start)
    migrate(one, 0.05)
    migrate(one, 0.6)
    migrate(two, 0.6)
    assert one == pytest.approx(two, rel=1e-12)


# --- platforms as numbers ------------------------------------------------------------------------

PLATFORMS = """
schema_version: 1
name: moves
start: 2014-06-02
horizon: 60 d
tiers:
  first: {count: 8, audience: {lognormal: {median: 1000, sigma: 1}}, posts: 4 per day}
  second:
    count: 8
    audience: {lognormal: {median: 1000, sigma: 1}}
    posts: {lognormal: {median: 4 per day, sigma: 1}}
    platform: small
platforms:
  home: {users: 1_000_000, follows: 0.9, enforces_from: 2014-06-20, intensity: 7}
  small: {users: 250_000, follows: 0.6, enforces_from: 2014-06-12, intensity: 4}
  large: {users: 3_000_000, follows: 0.5, enforces_from: 2014-05-01, intensity: 0.5}
  lawless: {users: 10_000}
detection:
  signup: 0.2
  threats: 0.1 per day
  classifier: 0.01 per post
  reports: 100 per million impressions
  handle_match: {recall: 0.5}
  link_match: {promoted: 0.3, promoter: 0.1}
  regimes:
    - {from: 2014-06-12, threats: 0.3 per day}
    - {from: 2014-07-02, signup: 0.4, link_promoter: 0}
"""


@pytest.fixture(scope="module")
def scenario():
    return Scenario.from_text(PLATFORMS)


@pytest.fixture(scope="module")
def parameters(scenario):
    return Parameters.from_scenario(scenario)


def test_the_share_that_follows_is_capped_by_the_size(parameters):
    # follows x min(1, users / users of the first)
    assert parameters.platform_kept == pytest.approx([0.9, 0.6 * 0.25, 0.5, 0.01])
    assert parameters.platform_share == pytest.approx([1.0, 0.25, 1.0, 0.01])
    assert parameters.platform.tolist() == [0, 1]


def test_enforcement_begins_on_the_date_of_each_platform(parameters):
    days = parameters.regime_start
    assert days.tolist() == [-math.inf, -32.0, 10.0, 30.0]
    threats = np.array([0.1, 0.1, 0.3, 0.3])
    assert parameters.rate("threats") == pytest.approx(
        np.array([threats, threats * [0, 0, 4, 4], threats * [0, 0.5, 0.5, 0.5], threats * 0])
    )
    # Probabilities end at 1; hazards do not.
    assert parameters.rate("signup") == pytest.approx(
        np.array([[0.2, 0.2, 0.2, 0.4], [0, 0, 0.8, 1.0], [0, 0.1, 0.1, 0.2], [0, 0, 0, 0]])
    )
    assert parameters.rate("link_promoter")[:, -1].tolist() == [0, 0, 0, 0]
    assert parameters.rate("link_promoted")[1].tolist() == [0, 0, 1, 1]
    for name in ("classifier", "reports", "handle_recall"):
        assert (parameters.rate(name)[1] > 0).tolist() == [False, False, True, True], name
        assert (parameters.rate(name)[3] == 0).all(), name


def test_without_platforms_there_is_one_that_keeps_everybody(scenario):
    alone = scenario.with_changes({"platforms": {}, "tiers.second.platform": None})
    p = Parameters.from_scenario(alone)
    assert p.platform_kept.tolist() == p.platform_share.tolist() == [1.0]
    assert p.rate("signup").shape == (1, 3)


def test_the_size_of_a_platform_caps_the_audience_of_those_who_start_there(scenario, parameters):
    moved = scenario.with_changes({"tiers.second.platform": "home"})
    here, there = (build(p, 3, 0) for p in (Parameters.from_scenario(moved), parameters))
    assert there.audience[8:] == pytest.approx(0.25 * here.audience[8:], rel=1e-12)
    assert (there.audience[:8] == here.audience[:8]).all()
    assert (there.promoters == here.promoters).all()


def test_newcomers_are_dormant_and_unfollowed(scenario):
    recruiting = {"per_impression": "1 per 1000 impressions", "tier": "second", "most": 5}
    changes = {"tiers.second.detached_at_start": 0.3, "tiers.second.attached_at_start": 0.7}
    p = Parameters.from_scenario(scenario.with_changes({"recruitment": recruiting, **changes}))
    world = build(p, 3, 0)
    assert world.tier.tolist() == [0] * 8 + [1] * 13
    rows = first_state(p, world)
    assert (rows[:16, s.PUBLIC] == 1).all()
    assert (rows[8:16, s.ATTACHED_OUT] > 0).all()
    assert (rows[8:16, s.DETACHED_OUT] > 0).all()
    newcomers = rows[16:]
    assert (newcomers[:, s.PUBLIC] == 0).all()
    for segment, (first, _) in enumerate(SEGMENTS):
        assert (newcomers[:, [first, first + 1, first + 3]] == 0).all()
        assert (newcomers[:, first + 2] == world.audience[16:, segment]).all()
    assert (world.audience[16:] > 0).all()


# --- the same people twice -----------------------------------------------------------------------


def test_doubles_share_audience_and_activity(scenario):
    alike = {
        "tiers.second.platform": "home",
        "tiers.first.posts": "{lognormal: {median: 4 per day, sigma: 1}}",
    }
    apart = Parameters.from_scenario(scenario.with_changes(alike))
    double = Parameters.from_scenario(
        scenario.with_changes({**alike, "tiers.second.same_operators_as": "first"})
    )
    assert double.same_as.tolist() == [-1, 0]
    one, two = build(apart, 3, 0), build(double, 3, 0)
    assert (two.audience[8:] == two.audience[:8]).all()
    assert (two.posts[8:] == two.posts[:8]).all()
    assert (one.audience[8:] != one.audience[:8]).any()
    assert (one.posts[8:] != one.posts[:8]).all()
    # Their links are their own, and nobody else is drawn differently.
    assert (two.audience[:8] == one.audience[:8]).all()
    assert (two.posts[:8] == one.posts[:8]).all()
    assert (two.promoters == one.promoters).all()
    assert (two.promoter_start == one.promoter_start).all()
    promoters = [
        two.promoters[first:end].tolist()
        for first, end in zip(two.promoter_start[:-1], two.promoter_start[1:], strict=True)
    ]
    assert promoters[:8] != promoters[8:]


def test_a_double_with_other_laws_keeps_its_rank(scenario):
    changes = {
        "tiers.second.same_operators_as": "first",
        "tiers.second.audience": "{lognormal: {median: 50, sigma: 0.2}}",
    }
    world = build(Parameters.from_scenario(scenario.with_changes(changes)), 3, 0)
    sizes = world.audience.sum(axis=1)
    assert (np.argsort(sizes[8:]) == np.argsort(sizes[:8])).all()
    assert (sizes[8:] < 100).all()
    alone = build(Parameters.from_scenario(scenario), 3, 0).audience.sum(axis=1)
    assert (np.argsort(alone[8:]) != np.argsort(alone[:8])).any()


# --- what comes first in the queue ---------------------------------------------------------------


def test_the_words_of_the_order_are_the_numbers_of_the_model():
    assert ORDER == ("arrival", "followers", "activity", "links")
    assert [ORDER[k] for k in (ARRIVAL, FOLLOWERS, ACTIVITY, LINKS)] == list(ORDER)
    assert CHOOSE[1:] == ORDER[1:]


@given(st.floats(0.0, 1e7), st.floats(0.0, 100.0), st.integers(0, 10_000))
def test_precedence_is_the_number_that_the_order_names(followers, posts, links):
    got = [precedence(order, followers, posts, links) for order in range(4)]
    assert got == [0.0, followers, posts, float(links)]
