"""Wrong suspensions, appeals, and the days that they last."""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from afterban.mechanisms.mistakes import wrongly_suspended
from afterban.parameters import row
from afterban.scenario import Distribution

N = 20_000
HORIZON = 1000.0


def days(mistake=0.1, appeal=0.5, reinstatement=None, decided=None, number=None, seed=1):
    return told(mistake, appeal, reinstatement, decided, number, seed)[0]


def told(
    mistake=0.1,
    appeal=0.5,
    reinstatement=None,
    decided=None,
    number=None,
    seed=1,
    channel=0,
    heard=None,
    success=1.0,
    delay=0.0,
    waves=0.0,
):
    return wrongly_suspended(
        np.full(N, 10.0) if decided is None else decided,
        np.full(N, channel),
        np.arange(N) if number is None else number,
        np.full(N, math.inf) if heard is None else heard,
        HORIZON,
        mistake,
        appeal,
        success,
        heard is not None,
        row(reinstatement or Distribution("exponential", {"mean": 7.0})),
        row(Distribution("constant", {"value": delay})),
        waves,
        seed,
        0,
    )


def test_shares_and_durations():
    lost = days()
    wrong = lost > 0
    # 4.4 standard errors: right shares fail once in 10^5.
    assert abs(wrong.mean() - 0.1) < 4.4 * math.sqrt(0.09 / N)
    forever = lost == HORIZON - 10.0
    assert abs(forever[wrong].mean() - 0.5) < 4.4 * math.sqrt(0.25 / wrong.sum())
    assert stats.kstest(lost[wrong & ~forever], "expon", (0, 7.0)).pvalue > 1e-5


def test_limits():
    assert (days(mistake=0.0) == 0).all()
    assert (days(mistake=1.0, appeal=0.0) == HORIZON - 10.0).all()
    slow = Distribution("constant", {"value": 5000.0})
    assert (days(mistake=1.0, appeal=1.0, reinstatement=slow) == HORIZON - 10.0).all()
    week = Distribution("constant", {"value": 7.0})
    assert (days(mistake=1.0, appeal=1.0, reinstatement=week) == 7.0).all()


def test_a_case_keeps_its_fate_whenever_it_is_decided():
    late = days(decided=np.full(N, 500.0))
    soon = days()
    assert ((late > 0) == (soon > 0)).all()
    # ... and whatever other cases there are.
    assert (days(number=np.arange(N)[::-1].copy())[::-1] == soon).all()
    assert ((days(seed=2) > 0) != (soon > 0)).any()
    # A larger probability of a mistake adds wrong suspensions and takes none away.
    assert (days(mistake=0.3)[soon > 0] == soon[soon > 0]).all()


def test_appeals_can_fail():
    for channel in (0, 5):
        every, _ = told(channel=channel)
        some, after = told(channel=channel, success=0.6)
        none, _ = told(channel=channel, success=0.0)
        wrong = every > 0
        assert ((some > 0) == wrong).all()
        assert (none[wrong] == HORIZON - 10.0).all()
        back, whole = after > 0, wrong & (every < HORIZON - 10.0)
        assert not (back & ~whole).any()
        share = back.sum() / whole.sum()
        assert abs(share - 0.6) < 4.4 * math.sqrt(0.24 / whole.sum())
        assert (some[back] == every[back]).all()
        np.testing.assert_allclose((some + after)[back], HORIZON - 10.0)


def test_a_team_says_when_an_appeal_is_heard():
    heard = np.full(N, 33.0)
    heard[::2] = math.inf
    days_, after = told(heard=heard, appeal=1.0)
    wrong = days_ > 0
    assert set(days_[wrong][heard[wrong] < math.inf]) == {23.0}
    assert set(days_[wrong][heard[wrong] == math.inf]) == {HORIZON - 10.0}
    assert (after[wrong & (heard < math.inf)] == HORIZON - 33.0).all()


def test_the_suspension_of_a_flag_waits_for_its_action():
    at_once, _ = told(channel=5, appeal=0.0)
    later, _ = told(channel=5, appeal=0.0, delay=4.0)
    waved, _ = told(channel=5, appeal=0.0, waves=25.0)
    wrong = at_once > 0
    assert (later[wrong] == at_once[wrong] - 4.0).all()
    assert (waved[wrong] == HORIZON - 25.0).all()
    never, _ = told(channel=5, appeal=0.0, delay=2 * HORIZON)
    assert (never == 0).all()
    assert (told(channel=0, appeal=0.0, delay=4.0)[0] == told(channel=0, appeal=0.0)[0]).all()
