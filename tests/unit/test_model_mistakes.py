"""Wrong suspensions, appeals, and the days that they last."""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from afterban.model.mistakes import wrong_days
from afterban.parameters import row
from afterban.scenario import Distribution

N = 20_000
HORIZON = 1000.0


def days(mistake=0.1, appeal=0.5, reinstatement=None, decided=None, number=None, seed=1):
    return wrong_days(
        np.full(N, 10.0) if decided is None else decided,
        np.arange(N) if number is None else number,
        HORIZON,
        mistake,
        appeal,
        row(reinstatement or Distribution("exponential", {"mean": 7.0})),
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
