"""When decisions take effect."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterban.mechanisms.review import ROUTINE, URGENT, execution_day


@given(st.floats(0.0, 1000.0), st.floats(0.0, 100.0))
def test_without_waves_after_the_delay(decided, delay):
    # To rounding: a sum that is a whole microsecond is that microsecond.
    assert execution_day(decided, delay, 0.0) == pytest.approx(decided + delay, abs=1e-11)


@given(
    st.floats(0.0, 1000.0) | st.integers(0, 1000).map(lambda k: k * 0.1),
    st.floats(0.0, 100.0) | st.just(0.0),
    # Whole microseconds, as the scenario's periods are.
    st.integers(10**9, 5 * 10**12).map(lambda k: k / 86.4e9) | st.sampled_from([0.7, 1.0, 7.0]),
)
def test_with_the_next_wave(decided, delay, every):
    day = execution_day(decided, delay, every)
    assert decided + delay - 1e-9 <= day <= decided + delay + every + 1e-9
    waves = day / every
    assert waves == pytest.approx(round(waves), rel=1e-12, abs=1e-9)


def test_a_decision_on_the_day_of_a_wave_goes_with_it():
    assert execution_day(14.0, 0.0, 7.0) == 14.0
    assert execution_day(14.0, 0.001, 7.0) == 21.0
    # (3 * 0.1) / 0.1 is more than 3: rounding must not make a decision wait for the next wave, nor
    # send it back in time.
    for k in range(1, 2000):
        for every in (0.1, 0.3, 1 / 24):
            day = k * every
            for decided in (math.nextafter(day, 0.0), day, math.nextafter(day, math.inf)):
                assert abs(execution_day(decided, 0.0, every) - day) < 1e-9


@pytest.mark.parametrize("every", [0.0, 7.0])
def test_an_action_that_never_comes(every):
    assert execution_day(3.0, math.inf, every) == math.inf


def test_urgent_goes_before_routine():
    assert URGENT < ROUTINE
