"""Growth of counter-speakers against the equation that it solves, and what answers change."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from afterban.mechanisms.counterspeech import conversion, follower_days, followers

CASES = [(500.0, 0.02, 10_000.0), (500.0, 0.02, math.inf), (500.0, 0.0, 10_000.0), (9.0, 0.3, 8.0)]


@pytest.mark.parametrize(("start", "growth", "ceiling"), CASES)
def test_growth_is_logistic(start, growth, ceiling):
    def slope(_t, y):
        return [growth * y[0] * (1 - y[0] / ceiling), y[0]]

    end = integrate.solve_ivp(slope, (0, 150.0), [start, 0.0], "DOP853", rtol=1e-12, atol=1e-10)
    people, days = end.y[:, -1]
    assert followers(start, growth, ceiling, 150.0) == pytest.approx(people, rel=1e-9)
    assert follower_days(start, growth, ceiling, 150.0) == pytest.approx(days, rel=1e-9)
    assert followers(start, growth, ceiling, 0.0) == pytest.approx(start)
    assert follower_days(start, growth, ceiling, 0.0) == 0.0


@given(st.floats(1.0, 1e5), st.floats(1e-4, 0.2), st.floats(1.0, 300.0))
def test_a_ceiling_slows_growth(start, growth, time):
    bounded = followers(start, growth, 2 * start, time)
    assert start < bounded < 2 * start * (1 + 1e-12)
    assert bounded < followers(start, growth, math.inf, time)


@given(st.floats(0.0, 1.0), st.floats(0.0, 3.0), st.floats(0.0, 1.0))
def test_conversion_is_lowered_by_those_who_see_an_answer(effect, answered, seen):
    factor = conversion(effect, answered, seen)
    assert 1 - effect - 1e-12 <= factor <= 1.0
    assert factor == pytest.approx(1 - effect * min(answered, 1.0) * seen)
    assert conversion(0.0, answered, seen) == 1.0
