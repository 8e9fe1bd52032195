"""Attachment: closed forms against the equations they solve, and what must hold between events."""

from __future__ import annotations

import math
from decimal import Decimal, getcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from afterban.mechanisms import state as s
from afterban.mechanisms.audience import (
    advance,
    appear,
    content_share,
    detach,
    followers_at,
    growth,
    joined,
    newly,
    recognition,
    reinstate,
    since,
)
from afterban.mechanisms.promotion import moved_share, promote, seen_at_least_once

DISCOVER = np.array([0.02, 0.002])
INSIDERS, OUTSIDERS = s.ATTACHED_IN, s.ATTACHED_OUT


def row_of(
    insiders=(30.0, 400.0, 500.0, 70.0),
    outsiders=(10.0, 200.0, 3000.0, 90.0),
    clock=5.0,
    refollow=(0.9, 0.04),
    busy=0.0,
    rebuild=0.0,
):
    row = np.zeros(s.COLUMNS)
    row[INSIDERS : INSIDERS + 4] = insiders
    row[OUTSIDERS : OUTSIDERS + 4] = outsiders
    row[s.CLOCK] = clock
    row[s.REFOLLOW_IN], row[s.REFOLLOW_OUT] = refollow
    row[s.PUBLIC] = 1.0
    row[s.BUSY_UNTIL], row[s.REBUILD_UNTIL] = busy, rebuild
    return row


def audience_of(row):
    return row[INSIDERS : INSIDERS + 4].sum(), row[OUTSIDERS : OUTSIDERS + 4].sum()


def is_conserved(row, audience):
    compartments = row[INSIDERS : OUTSIDERS + 4]
    return bool(
        np.allclose(audience_of(row), audience, rtol=1e-12, atol=0)
        and (compartments >= -1e-12 * max(audience)).all()
    )


@pytest.mark.parametrize("hazard", [0.0, 1e-9, 0.03, 1.0, 40.0])
@pytest.mark.parametrize("elapsed", [0.0, 1e-6, 0.3, 25.0])
def test_joined_and_its_integral(hazard, elapsed):
    expected = 7.0 * (1 - math.exp(-hazard * elapsed))
    assert joined(7.0, hazard, elapsed) == pytest.approx(expected, rel=1e-9, abs=1e-14)
    area = integrate.quad(lambda t: joined(7.0, hazard, t), 0, elapsed, epsrel=1e-11, limit=200)[0]
    people, person_days = growth(7.0, hazard, elapsed)
    assert people == joined(7.0, hazard, elapsed)
    assert person_days == pytest.approx(area, rel=1e-10, abs=0)


@given(st.floats(-18, 2))
def test_the_integral_keeps_its_digits(exponent):
    # 1 - (1 - e^-x) / x with 60 digits, for the small x where a difference of doubles is all noise.
    getcontext().prec = 60
    x = 10.0**exponent
    exact = 1 - (1 - (-Decimal(x)).exp()) / Decimal(x)
    assert growth(1.0, x, 1.0)[1] == pytest.approx(float(exact), rel=1e-13, abs=0)


def test_compartments_solve_the_equations():
    row = row_of()
    before = row.copy()

    def slope(_t, y):
        out = np.zeros(8)
        for segment, refollow, discover in ((0, 0.9, 0.02), (4, 0.04, 0.002)):
            found, new = refollow * y[segment + 1], discover * y[segment + 2]
            out[segment : segment + 4] = found + new, -found, -new, 0.0
        return out

    start = before[INSIDERS : OUTSIDERS + 4]
    end = integrate.solve_ivp(slope, (5.0, 16.0), start, "DOP853", rtol=1e-12, atol=1e-12).y[:, -1]
    assert followers_at(row, 16.0, DISCOVER) == pytest.approx((end[0], end[4]), rel=1e-9)
    assert (row == before).all()  # looking changes nothing
    advance(row, 16.0, DISCOVER, 0.3)
    assert row[INSIDERS : OUTSIDERS + 4] == pytest.approx(end, rel=1e-9)
    assert row[s.CLOCK] == 16.0
    assert row[s.PUBLIC_DAYS] == 11.0
    # Insiders and outsiders have hazards of their own.
    exchanged = row_of(refollow=(0.04, 0.9))
    assert followers_at(exchanged, 16.0, DISCOVER)[0] != pytest.approx(end[0], rel=1e-3)


# Busy with promoting until ..., then re-announcing itself until ...: in every order with the clock
# (day 5) and the end (day 15).
WINDOWS = [
    (0.0, 0.0),
    (0.0, 8.0),
    (0.0, 20.0),
    (7.0, 0.0),
    (7.0, 8.0),
    (8.0, 7.0),
    (7.0, 30.0),
    (30.0, 8.0),
    (30.0, 40.0),
]


@pytest.mark.parametrize(("busy", "rebuild"), WINDOWS)
def test_what_is_seen_is_the_integral_over_the_windows(busy, rebuild):
    share = 0.3
    row = row_of(busy=busy, rebuild=rebuild)
    corners = [t for t in (busy, rebuild) if 5.0 < t < 15.0] or None

    def area(f):
        return integrate.quad(f, 5.0, 15.0, points=corners, epsrel=1e-12, limit=200)[0]

    def content(t):
        if t < busy:
            return 0.0
        return 1 - share if t < rebuild else 1.0

    before = row.copy()
    more = since(row, 15.0, DISCOVER, share)
    assert (row == before).all()  # looking changes nothing
    expected_in = area(lambda t: content(t) * followers_at(row, t, DISCOVER)[0])
    expected_out = area(lambda t: content(t) * followers_at(row, t, DISCOVER)[1])
    assert more.seen_in == pytest.approx(expected_in, rel=1e-10, abs=1e-9)
    assert more.seen_out == pytest.approx(expected_out, rel=1e-10, abs=1e-9)
    assert more.effort == pytest.approx(area(lambda t: 1 - content(t)), rel=1e-10, abs=1e-9)
    for t in (5.0, 6.9, 7.5, 9.0, 14.9):
        assert content_share(t, busy, rebuild, share) == content(t)


def test_nobody_follows_a_private_account():
    row = row_of()
    row[s.PUBLIC] = 0.0
    assert followers_at(row, 15.0, DISCOVER) == (0.0, 0.0)


positive = st.floats(0.0, 1e6)
hazard = st.one_of(st.just(0.0), st.floats(1e-6, 10.0))


@given(
    st.tuples(positive, positive, positive, positive),
    st.tuples(hazard, hazard),
    st.floats(0.0, 30.0),
    st.floats(0.0, 1.0),
    st.floats(0.0, 20.0),
    st.floats(0.0, 20.0),
)
def test_an_interval_may_be_split_anywhere(insiders, refollow, length, cut, busy, rebuild):
    one = row_of(insiders=insiders, refollow=refollow, busy=5.0 + busy, rebuild=5.0 + rebuild)
    two = one.copy()
    advance(one, 5.0 + length, DISCOVER, 0.3)
    advance(two, 5.0 + cut * length, DISCOVER, 0.3)
    advance(two, 5.0 + length, DISCOVER, 0.3)
    scale = max(1.0, sum(insiders), 3300.0) * max(1.0, length)
    assert two == pytest.approx(one, rel=1e-9, abs=1e-12 * scale)


ACTION = st.one_of(
    st.tuples(st.just("advance"), st.floats(0.0, 50.0)),
    st.tuples(st.just("promote"), st.floats(0.0, 1.0)),
    st.tuples(st.just("suspend"), st.floats(0.0, 1.0)),
    st.tuples(st.just("return"), st.floats(0.0, 1.0)),
)


@given(st.lists(ACTION, max_size=30), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_nobody_is_made_or_lost_by_any_sequence_of_events(actions, untouched, lost_outsiders):
    row = row_of()
    audience = audience_of(row)
    lost = np.array([0.1, lost_outsiders])
    gone = row[s.GONE_OUT]
    for what, x in actions:
        if what == "advance" and row[s.PUBLIC]:
            advance(row, row[s.CLOCK] + x, DISCOVER, 0.3)
        elif what == "promote" and row[s.PUBLIC]:
            promote(row, x, x * x, untouched)
        elif what == "suspend":
            detach(row, lost)
        elif what == "return":
            appear(row, row[s.CLOCK] + x, np.array([0.9, 0.04]), 1.0, row[s.CLOCK] + 3)
        assert is_conserved(row, audience)
        assert row[s.GONE_OUT] >= gone  # the lost do not come back
        gone = row[s.GONE_OUT]


def test_the_check_of_conservation_can_fail():
    row = row_of()
    audience = audience_of(row)
    assert is_conserved(row, audience)
    row[s.ATTACHED_OUT] += 1e-6
    assert not is_conserved(row, audience)
    row = row_of()
    row[s.ATTACHED_IN] += 500.0
    row[s.DETACHED_IN] -= 500.0  # the sum is right, but a compartment is negative
    assert not is_conserved(row, audience)


def test_a_suspension_detaches_and_loses_some_for_good():
    row = row_of()
    detach(row, np.array([0.0, 0.25]))
    assert row[INSIDERS : INSIDERS + 4] == pytest.approx([0.0, 430.0, 500.0, 70.0])
    assert row[OUTSIDERS : OUTSIDERS + 4] == pytest.approx([0.0, 207.5, 3000.0, 92.5])
    assert row[s.PUBLIC] == 0.0


def test_a_new_account_is_found_at_the_speed_of_its_name():
    row = row_of()
    detach(row, np.zeros(2))
    appear(row, 9.0, np.array([0.9, 0.04]), 0.3, 12.0)
    assert row[s.REFOLLOW_IN] == pytest.approx(0.27)
    assert row[s.REFOLLOW_OUT] == pytest.approx(0.012)
    assert (row[s.CLOCK], row[s.PUBLIC]) == (9.0, 1.0)
    assert (row[s.BUSY_UNTIL], row[s.REBUILD_UNTIL]) == (9.0, 12.0)
    assert followers_at(row, 9.0, DISCOVER) == (0.0, 0.0)
    assert [recognition(edits, 2, 0.3) for edits in (1, 2, 3, 10)] == [1.0, 1.0, 0.3, 0.3]


# --- promotion -----------------------------------------------------------------------------------


@given(st.floats(0.0, 1.0), st.integers(0, 40))
def test_seen_at_least_once_is_the_binomial(probability, posts):
    missed = 1.0
    for _ in range(posts):
        missed *= 1.0 - probability
    assert seen_at_least_once(probability, posts) == pytest.approx(1.0 - missed, abs=1e-12)


share = st.floats(0.0, 1.0)
size = st.floats(1e-3, 1e6)


@given(share, share, size, size, share)
def test_a_promotion_moves_a_share_of_those_in_common(seen, overlap, mine, theirs, attached):
    moved = moved_share(seen, overlap, mine, theirs, attached * theirs)
    assert 0.0 <= moved <= 1.0 + 1e-12
    # People moved of those in common: `overlap` of the smaller audience.
    people = seen * overlap * min(mine, theirs) * attached
    assert moved * mine == pytest.approx(people, rel=1e-9, abs=1e-9)


def test_no_audience_no_promotion():
    assert moved_share(0.5, 0.5, 0.0, 100.0, 50.0) == 0.0
    assert moved_share(0.5, 0.5, 100.0, 0.0, 0.0) == 0.0
    assert moved_share(0.5, 0.5, 100.0, 100.0, 0.0) == 0.0


def test_promotions_compose():
    one, two = row_of(), row_of()
    promote(one, 0.2, 0.1, 0.5)
    promote(one, 0.3, 0.4, 0.5)
    promote(two, 1 - 0.8 * 0.7, 1 - 0.9 * 0.6, 0.0)
    assert one[s.DETACHED_IN] == pytest.approx(two[s.DETACHED_IN])
    assert one[s.DETACHED_OUT] == pytest.approx(two[s.DETACHED_OUT])
    assert two[s.UNTOUCHED_IN] == 500.0
    assert one[s.UNTOUCHED_IN] == pytest.approx(500.0 * 0.9 * 0.85)


@pytest.mark.parametrize("forget", [0.0, 0.3])
def test_a_reinstated_account_has_those_of_its_own_who_still_look(forget):
    row = row_of(insiders=(30.0, 400.0, 500.0, 70.0), outsiders=(10.0, 0.0, 3000.0, 90.0))
    row[s.FORGET_IN] = row[s.FORGET_OUT] = forget
    people = audience_of(row)
    looked = row[INSIDERS + 1], row[OUTSIDERS + 1]
    detach(row, np.array([0.1, 0.0]))
    shares = [
        newly(before, row[first + 1])
        for before, first in zip(looked, (INSIDERS, OUTSIDERS), strict=True)
    ]
    assert shares == pytest.approx([27.0 / 427.0, 1.0])
    reinstate(row, 9.0, *shares)
    left = math.exp(-forget * 4.0)
    assert row[s.ATTACHED_IN] == pytest.approx(27.0 * left)
    assert row[s.DETACHED_IN] == pytest.approx(400.0 * left)  # of earlier accounts, as before
    assert row[s.ATTACHED_OUT] == pytest.approx(10.0 * left)
    assert row[s.DETACHED_OUT] == pytest.approx(0.0, abs=1e-9)
    assert audience_of(row) == pytest.approx(people)
    assert row[s.PUBLIC] == 1.0
    assert row[s.CLOCK] == 9.0


def test_nobody_looked_for_it():
    assert newly(0.0, 0.0) == 0.0
