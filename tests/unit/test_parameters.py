"""From a scenario to numbers: dates, regimes, shifts, grids, and the twin without enforcement."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterban.language.kinds import MOST_POINTS
from afterban.mechanisms import distributions as d
from afterban.mechanisms.clock import on_the_clock
from afterban.mechanisms.distributions import quantile
from afterban.mechanisms.review import ROUTINE, URGENT
from afterban.parameters import Parameters, row, steps
from afterban.scenario import Distribution, Scenario, shipped_names

TEXT = """
schema_version: 1
name: numbers
start: 2014-06-02   # a Monday
horizon: 30 d
tiers:
  official:
    count: 2
    audience: 5000
    posts: 10 per day
    severity: urgent
    returns: 0.9
    refollow_factor: 0.5
    sleeper: {created: 2014-06-05, public: 2014-06-09}
    return_delay: 2 h
  supporter: {count: 7, audience: 200, posts: 2 per day}
detection:
  reports: 3 per million impressions
  classifier: 0.01 per post
  signup: 0.1
  handle_match: {recall: 0.2}
  pulses:
    - {date: 2014-06-20, share: 0.5, choose: links}
    - {date: 2014-06-10, share: 0.25}
  regimes:
    - {from: 2014-06-12, reports: 30 per million impressions, signup: 0.3}
    - {from: 2014-06-22, reports: 0, urgent_time_to_action: 1 h, handle_recall: 0.6}
review:
  time_to_action: 2 d
returning: {probability: 0.4, delay: 3 d}
policies:
  fast: {review: {time_to_action: 1 h}}
"""


@pytest.fixture(scope="module")
def scenario():
    return Scenario.from_text(TEXT)


@pytest.fixture(scope="module")
def parameters(scenario):
    return Parameters.from_scenario(scenario)


def middle(numbers):
    return quantile(numbers, 0.5)


def test_tiers(parameters):
    p = parameters
    assert p.tier_count.tolist() == [2, 7]
    assert p.severity.tolist() == [URGENT, ROUTINE]
    assert p.returns.tolist() == [0.9, 0.4]
    assert [middle(p.tier_distributions[k, 3]) for k in (0, 1)] == pytest.approx([1 / 12, 3.0])
    assert [middle(p.tier_distributions[k, 0]) for k in (0, 1)] == [5000, 200]
    assert p.sleeper.tolist() == [1, 0]
    assert p.created_day.tolist() == [3.0, 0.0]
    assert p.public_day.tolist() == [7.0, 0.0]
    assert p.refollow.tolist() == [[0.5, 0.015], [1.0, 0.03]]


def test_pulses_come_in_the_order_of_their_dates(parameters):
    assert parameters.pulse_day.tolist() == [8.0, 18.0]
    assert parameters.pulse_share.tolist() == [0.25, 0.5]
    assert parameters.pulse_choose.tolist() == [0, 3]


def test_regimes_carry_over_what_they_leave_out(parameters):
    p = parameters
    assert p.regime_start.tolist() == [-math.inf, 10.0, 20.0]
    assert p.rate("reports").shape == (1, 3)  # platforms, regimes
    assert p.rate("reports")[0].tolist() == pytest.approx([3e-6, 3e-5, 0.0])
    assert p.rate("signup")[0].tolist() == [0.1, 0.3, 0.3]
    assert p.rate("classifier")[0].tolist() == [0.01, 0.01, 0.01]
    assert p.rate("handle_recall")[0].tolist() == [0.2, 0.2, 0.6]
    assert [middle(p.time_to_action[r, ROUTINE]) for r in range(3)] == [2.0, 2.0, 2.0]
    # Urgent cases are as fast as the others until a regime says otherwise.
    assert [middle(p.time_to_action[r, URGENT]) for r in range(3)] == pytest.approx(
        [2.0, 2.0, 1 / 24]
    )


def test_the_twin_flags_nobody_and_is_else_the_same(scenario, parameters):
    twin = Parameters.from_scenario(scenario, "none")
    off = ("rates", "pulse_day")
    for name in off:
        assert not getattr(twin, name).any(), name
    assert not twin.finite_staff
    pulses = {name for name in Parameters._fields if name.startswith("pulse_")}
    # While nobody is suspended all insiders are live, which needs no sums.
    differ = {"regime_start", "pressure", "time_to_action", "live_insiders", *off, *pulses}
    alike = set(Parameters._fields) - differ
    assert len(alike) > 40
    for name in alike:
        assert np.array_equal(getattr(twin, name), getattr(parameters, name)), name


def test_an_arm_changes_what_it_names(scenario, parameters):
    fast = Parameters.from_scenario(scenario, "fast")
    assert middle(fast.time_to_action[0, ROUTINE]) == pytest.approx(1 / 24)
    for name in Parameters._fields:
        same = np.array_equal(getattr(fast, name), getattr(parameters, name))
        assert same == (name != "time_to_action"), name
    base = Parameters.from_scenario(scenario, "base")
    assert all(
        np.array_equal(getattr(base, name), getattr(parameters, name)) for name in base._fields
    )
    with pytest.raises(KeyError):
        Parameters.from_scenario(scenario, "slow")


@given(
    st.floats(0.0, 20.0),
    st.floats(0.1, 400.0),
    st.floats(0.05, 60.0) | st.sampled_from([0.1, 0.25, 1 / 3, 1.0, 7.0]),
)
def test_steps_cover_the_period_in_equal_steps(first, length, step):
    # Whole microseconds, as the dates and durations of a scenario are.
    first, last, step = (on_the_clock(x) for x in (first, first + length, step))
    days = steps(first, last, step)
    assert days[0] == (first if len(days) > 1 else last)
    assert days[-1] == last  # to the bit: the engines look for it
    widths = np.diff(days)
    assert (widths > 0).all()
    assert len(days) >= 2
    assert widths[:-1] == pytest.approx(step, rel=1e-6)
    assert widths[-1] <= step * (1 + 1e-6)


def test_the_observation_grid(scenario):
    p = Parameters.from_scenario(
        scenario.with_changes({"metrics.start": "2014-06-05", "metrics.every": "12 h"})
    )
    assert p.grid.tolist() == [k / 2 for k in range(61)]
    assert p.windows.tolist() == [3.0, 10.0, 17.0, 24.0, 30.0]


def on_duty_at(parameters, day):
    change = np.searchsorted(parameters.duty_change, day, side="right") - 1
    return int(parameters.on_duty[change])


def test_shifts_against_a_count_hour_by_hour(scenario):
    shifts = [
        {"days": ["mon", "tue", "wed", "thu", "fri"], "start": "8h", "end": "16h", "reviewers": 2},
        {"days": ["mon", "sat"], "start": "12h", "end": "24h", "reviewers": 3},
        {"days": ["sun", "mon"], "start": "0h", "end": "8h", "reviewers": 1},
    ]
    p = Parameters.from_scenario(
        scenario.with_changes({"review.team": {"reviewers": 1, "shifts": shifts}})
    )
    assert p.duty_change[0] == 0.0
    assert (np.diff(p.duty_change) > 0).all()
    assert (np.diff(p.on_duty) != 0).all()
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    seen = set()
    for hour in range(30 * 24):
        moment = dt.datetime(2014, 6, 2) + dt.timedelta(hours=hour, minutes=30)
        expected = 1
        for shift in shifts:
            begins, ends = int(shift["start"][:-1]), int(shift["end"][:-1])
            if names[moment.weekday()] in shift["days"] and begins <= moment.hour < ends:
                expected += shift["reviewers"]
        seen.add(expected)
        assert on_duty_at(p, (hour + 0.5) / 24) == expected, moment
    assert seen == {1, 2, 3, 4, 6}


def test_a_team_that_never_changes(scenario):
    p = Parameters.from_scenario(scenario.with_changes({"review.team": {"reviewers": 4}}))
    assert p.finite_staff
    assert p.duty_change.tolist() == [0.0]
    assert p.on_duty.tolist() == [4]


def test_rows_of_distributions():
    assert row(Distribution("never"))[:3].tolist() == [d.CONSTANT, math.inf, 0.0]
    numbers = row(Distribution("lognormal", {"median": 4.0, "sigma": 0.5, "cap": 9.0}))
    assert numbers[:5].tolist() == [d.LOGNORMAL, math.log(4.0), 0.5, -math.inf, 9.0]
    assert numbers.shape == (d.ROW,)
    most = Distribution("quantiles", {"points": tuple((k / 7, 1.0 + k) for k in range(8))})
    assert row(most)[5] == d.MOST_POINTS
    # Points that do not fit would be cut off silently; so many are refused.
    assert MOST_POINTS == d.MOST_POINTS


@pytest.mark.slow
def test_shipped_scenarios_become_numbers():
    names = shipped_names()
    assert len(names) >= 4
    for name in names:
        scenario = Scenario.from_yaml(name)
        for policy in ("base", "none", *scenario.policies):
            p = Parameters.from_scenario(scenario, policy)
            for field in p._fields:
                value = np.asarray(getattr(p, field), dtype=float)
                assert not np.isnan(value).any(), (name, policy, field)
            assert p.grid[-1] == p.windows[-1] == p.horizon


def test_no_number_of_a_run_hangs_on_the_platforms_functions(monkeypatch):
    text = TEXT.replace(
        "    return_delay: 2 h\n",
        "    return_delay: {exponential: {median: 2 h}}\n"
        "    differences:\n"
        "      returns: {lognormal: {mean: 1, sigma: 0.5}}\n"
        "      lost: {lognormal: {mean: 1.2, median: 1}}\n"
        "      correlations: [{of: returns, with: lost, rank: 0.5}]\n",
    )
    scenario = Scenario.from_text(text)
    right = Parameters.from_scenario(scenario)

    def refused(*_):
        raise AssertionError("a function of the platform")

    for name in ("exp", "expm1", "log", "log1p", "pow", "sin", "cos", "gamma", "erf"):
        monkeypatch.setattr(math, name, refused)
    p = Parameters.from_scenario(scenario)
    assert all(np.array_equal(getattr(p, name), getattr(right, name)) for name in p._fields)
    with pytest.raises(AssertionError, match="platform"):
        Distribution("exponential", {"median": 2.0}).below(1.0)  # which no run is handed
