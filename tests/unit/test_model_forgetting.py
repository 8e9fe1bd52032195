"""Forgetting: what becomes of the detached, against many digits and integration."""

from __future__ import annotations

from decimal import Decimal, getcontext
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from afterban.mechanisms import state as s
from afterban.mechanisms.audience import advance, appear, detach, followers_at, growth, joined, wait
from afterban.mechanisms.forgetting import divided_differences, leave, mean_decay
from afterban.mechanisms.promotion import promote

DISCOVER = np.array([0.02, 0.002])
INSIDERS, OUTSIDERS = s.ATTACHED_IN, s.ATTACHED_OUT
RATES = st.one_of(st.floats(1e-9, 1e-3), st.floats(1e-3, 60.0))


def row_of(refollow=(0.9, 0.04), forget=(0.05, 0.2), clock=5.0, busy=0.0, rebuild=0.0):
    row = np.zeros(s.COLUMNS)
    row[INSIDERS : INSIDERS + 4] = 30.0, 400.0, 500.0, 70.0
    row[OUTSIDERS : OUTSIDERS + 4] = 10.0, 200.0, 3000.0, 90.0
    row[s.CLOCK] = clock
    row[s.REFOLLOW_IN], row[s.REFOLLOW_OUT] = refollow
    row[s.FORGET_IN], row[s.FORGET_OUT] = forget
    row[s.PUBLIC] = 1.0
    row[s.BUSY_UNTIL], row[s.REBUILD_UNTIL] = busy, rebuild
    return row


def people(row):
    return row[INSIDERS : INSIDERS + 4].sum(), row[OUTSIDERS : OUTSIDERS + 4].sum()


def exact(x: float, y: float) -> tuple[float, float]:
    """The two divided differences with 80 digits; equal arguments are moved apart by 1e-30."""
    getcontext().prec = 80
    a, b = Decimal(x), Decimal(y)
    if a == b:
        b += Decimal("1e-25")
    small = Decimal("1e-25")

    def one(z):
        return (1 - (-z).exp()) / z if z > small else 1 - z / 2

    def two(z):
        return (1 - one(z)) / z if z > small else Decimal("0.5") - z / 6

    return float((one(a) - one(b)) / (b - a)), float((two(a) - two(b)) / (b - a))


@given(RATES, st.one_of(st.just(0.0), RATES))
def test_divided_differences_keep_their_digits(x, y):
    assert divided_differences(x, y) == pytest.approx(exact(x, y), rel=1e-13, abs=0)
    assert divided_differences(x, y) == divided_differences(y, x)


@given(RATES, st.floats(-12.0, 0.0))
def test_nearly_equal_rates(x, exponent):
    y = x * (1.0 + 10.0**exponent)
    assert divided_differences(x, y) == pytest.approx(exact(x, y), rel=1e-13, abs=0)
    assert divided_differences(x, x) == pytest.approx(exact(x, x), rel=1e-13, abs=0)


def test_divided_differences_at_their_ends():
    assert divided_differences(0.0, 0.0) == pytest.approx((1 / 2, 1 / 6), rel=1e-15)
    assert mean_decay(0.0) == 1.0
    assert divided_differences(700.0, 0.0)[0] == pytest.approx(1 / 700, rel=2e-3)


RATE = st.one_of(st.just(0.0), st.floats(1e-7, 8.0))


@pytest.mark.slow
@given(RATE, st.floats(1e-7, 8.0), RATE, st.floats(1e-6, 40.0))
def test_what_becomes_of_the_detached_is_the_integral(refollow, forget, discover, elapsed):
    left = leave(7.0, refollow, forget, discover, elapsed)

    def slope(_t, y):
        looking, untouched, found, new = y[:4]
        return [
            -(refollow + forget) * looking,
            forget * looking - discover * untouched,
            refollow * looking,
            discover * untouched,
            found,
            new,
        ]

    start = [7.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    end = integrate.solve_ivp(slope, (0, elapsed), start, "Radau", rtol=1e-9, atol=1e-11).y[:, -1]
    scale = 7.0 * max(1.0, elapsed)
    assert left.found == pytest.approx(end[2], rel=1e-6, abs=1e-7 * scale)
    assert left.new == pytest.approx(end[3], rel=1e-6, abs=1e-7 * scale)
    assert left.forgotten - left.new == pytest.approx(end[1], rel=1e-6, abs=1e-7 * scale)
    assert left.found_days == pytest.approx(end[4], rel=1e-6, abs=1e-7 * scale)
    assert left.new_days == pytest.approx(end[5], rel=1e-6, abs=1e-7 * scale)
    assert min(left) >= 0.0


@pytest.mark.parametrize("refollow", [0.0, 0.03, 1.0])
def test_as_forgetting_vanishes_it_is_as_without_it(refollow):
    left = leave(7.0, refollow, 1e-13, 0.02, 9.0)
    found, days = growth(7.0, refollow, 9.0)
    assert left.found == pytest.approx(found, rel=1e-11)
    assert left.found_days == pytest.approx(days, rel=1e-11)
    assert left.forgotten < 1e-10
    assert leave(0.0, refollow, 0.1, 0.02, 9.0) == leave(7.0, refollow, 0.1, 0.02, 0.0)
    assert sum(leave(0.0, refollow, 0.1, 0.02, 9.0)) == 0.0


WINDOWS = [(0.0, 0.0), (7.0, 0.0), (7.0, 8.0), (8.0, 7.0), (0.0, 30.0), (30.0, 40.0)]
# With the hazards of discovery: plain, leaving as fast as discovering, and with nobody found again.
HAZARDS = [((0.9, 0.04), (0.05, 0.2)), ((0.015, 0.0), (0.005, 0.002)), ((0.0, 0.5), (0.3, 1e-6))]


@pytest.mark.parametrize(("refollow", "forget"), HAZARDS)
@pytest.mark.parametrize(("busy", "rebuild"), WINDOWS)
def test_followers_and_what_is_seen_solve_the_equations(busy, rebuild, refollow, forget):
    row = row_of(refollow, forget, busy=busy, rebuild=rebuild)
    before = row.copy()

    def content(t):
        return 0.0 if t < busy else (0.7 if t < rebuild else 1.0)

    def slope(t, y):
        out = np.zeros(10)
        for k, at in enumerate((0, 4)):
            found, lost = refollow[k] * y[at + 1], forget[k] * y[at + 1]
            new = DISCOVER[k] * y[at + 2]
            out[at : at + 3] = found + new, -found - lost, lost - new
            out[8 + k] = content(t) * y[at]
        return out

    state = np.append(before[INSIDERS : OUTSIDERS + 4], [0.0, 0.0])
    corners = sorted({5.0, 15.0, *(t for t in (busy, rebuild) if 5.0 < t < 15.0)})
    for one, two in pairwise(corners):
        middle = (one + two) / 2
        rate = content(middle)

        def here(t, y, rate=rate):
            out = slope(t, y)
            out[8:] = rate * y[[0, 4]]
            return out

        state = integrate.solve_ivp(here, (one, two), state, "DOP853", rtol=1e-12, atol=1e-12).y[
            :, -1
        ]
    assert followers_at(row, 15.0, DISCOVER) == pytest.approx((state[0], state[4]), rel=1e-9)
    assert (row == before).all()
    advance(row, 15.0, DISCOVER, 0.3)
    assert row[INSIDERS : OUTSIDERS + 4] == pytest.approx(state[:8], rel=1e-9)
    assert row[[s.SEEN_IN, s.SEEN_OUT]] == pytest.approx(state[8:], rel=1e-9, abs=1e-9)
    assert people(row) == pytest.approx(people(before), rel=1e-13)


@given(st.floats(0.01, 30.0), st.floats(0.0, 1.0), st.floats(1e-6, 3.0), st.floats(1e-6, 3.0))
def test_an_interval_may_be_split_anywhere(length, cut, one_rate, other_rate):
    one = row_of((one_rate, other_rate), (other_rate, one_rate))
    two = one.copy()
    advance(one, 5.0 + length, DISCOVER, 0.3)
    advance(two, 5.0 + cut * length, DISCOVER, 0.3)
    advance(two, 5.0 + length, DISCOVER, 0.3)
    assert two == pytest.approx(one, rel=1e-9, abs=1e-8)


def test_between_lives_only_forgetting_acts():
    row = row_of()
    detach(row, np.array([0.0, 0.25]))
    before = row.copy()
    wait(row, 9.0)
    gone = joined(before[s.DETACHED_OUT], 0.2, 4.0)
    assert gone == pytest.approx(before[s.DETACHED_OUT] * (1 - np.exp(-0.8)))
    assert row[s.DETACHED_OUT] == before[s.DETACHED_OUT] - gone
    assert row[s.UNTOUCHED_OUT] == before[s.UNTOUCHED_OUT] + gone
    assert row[s.CLOCK] == 9.0
    twin = before.copy()
    appear(twin, 9.0, np.array([0.9, 0.04]), 1.0, 9.0)
    assert twin[s.DETACHED_OUT] == row[s.DETACHED_OUT]  # a new account waits for its day first
    none = before.copy()
    none[[s.FORGET_IN, s.FORGET_OUT]] = 0.0
    same = none.copy()
    wait(none, 9.0)
    assert (none == same).all()


ACTION = st.tuples(
    st.sampled_from(["advance", "promote", "suspend", "return", "wait"]), st.floats(0.0, 1.0)
)


@given(st.lists(ACTION, max_size=30), st.floats(0.0, 5.0), st.floats(0.0, 1.0))
def test_nobody_is_made_or_lost_by_any_sequence_of_events(actions, forget, lost):
    row = row_of(forget=(forget, 0.05))
    audience = people(row)
    for what, x in actions:
        if what == "advance" and row[s.PUBLIC]:
            advance(row, row[s.CLOCK] + 50.0 * x, DISCOVER, 0.3)
        elif what == "promote" and row[s.PUBLIC]:
            promote(row, x, x * x, 0.1)
        elif what == "suspend":
            detach(row, np.array([0.1, lost]))
        elif what == "wait" and not row[s.PUBLIC]:
            wait(row, row[s.CLOCK] + 50.0 * x)
        elif what == "return":
            appear(row, row[s.CLOCK] + x, np.array([0.9, 0.04]), 1.0, row[s.CLOCK] + 3)
        assert people(row) == pytest.approx(audience, rel=1e-12)
        assert (row[INSIDERS : OUTSIDERS + 4] >= -1e-9).all()


@given(st.floats(0.0, 3.0), st.floats(0.0, 3.0), st.floats(0.0, 60.0), st.floats(0.0, 30.0))
def test_more_forgetting_never_gives_more_followers(one, other, gap, length):
    rows = [row_of(forget=(min(one, other),) * 2), row_of(forget=(max(one, other),) * 2)]
    for row in rows:
        detach(row, np.zeros(2))
        appear(row, 5.0 + gap, np.array([0.9, 0.04]), 1.0, 5.0)
        advance(row, 5.0 + gap + length, DISCOVER, 0.3)
    less, more = rows
    for column in (s.ATTACHED_IN, s.ATTACHED_OUT, s.SEEN_IN, s.SEEN_OUT):
        assert more[column] <= less[column] * (1 + 1e-12) + 1e-9
