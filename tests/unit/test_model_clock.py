"""Exact times: two ways to the same moment are the same number."""

from __future__ import annotations

import math
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from afterban.mechanisms.clock import due, on_the_clock

DAY = 86_400_000_000
MOMENTS = st.integers(0, 3000 * DAY)


@given(MOMENTS)
def test_a_moment_stays_where_it_is(microseconds):
    day = on_the_clock(microseconds / DAY)
    assert day == float(Fraction(microseconds, DAY))
    assert on_the_clock(day) == day


@given(MOMENTS, st.integers(1, DAY), st.integers(1, 50))
def test_a_sum_of_services_ends_where_it_should(start, service, number):
    day = on_the_clock(start / DAY)
    for _ in range(number):
        day = due(day, service / DAY)
    assert day == float(Fraction(start + number * service, DAY))


def test_sums_of_fractions_do_not():
    """What the clock is for: 24 services of 20 minutes are not eight hours in floats."""
    day = 1 / 3
    for _ in range(24):
        day += 20 / 1440
    assert day != 2 / 3
    day = on_the_clock(1 / 3)
    for _ in range(24):
        day = due(day, 20 / 1440)
    assert day == on_the_clock(2 / 3)


@given(st.floats(0, 3000), st.floats(0, 100))
def test_continuous_times_stay_as_they_are_and_none_goes_back(now, duration):
    day = due(now, duration)
    assert day >= now
    assert abs(day - (now + duration)) <= 2.0**-50 * max(day, 1.0)


def test_never_is_never():
    assert due(3.0, math.inf) == math.inf
