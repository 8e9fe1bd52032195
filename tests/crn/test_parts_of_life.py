"""A life in two parts, time to action with censoring, and the end of the run."""

from __future__ import annotations

import math

import numpy as np
import pytest

from afterban.engines import run as run_engine
from afterban.experiment.replicate import run_replication, simulate
from afterban.metrics import METRICS
from afterban.parameters import Parameters
from afterban.scenario import loads
from afterban.world import build

FOUND = """
schema_version: 1
name: found
start: 2014-09-01
horizon: 120 days
seed: 7
tiers: {supporter: {count: 1200, audience: 200, posts: 2 per day}}
detection: {classifier: 0.02 per post}
returning: {probability: 0}
exposure: {outsiders: 100_000}
metrics: {outsider_sample: 100}
"""


def found(median, **changes):
    law = f"{{lognormal: {{median: {median}, sigma: 0.8}}}}"
    return loads(FOUND).with_changes({"review.time_to_action": law, **changes})


@pytest.mark.parametrize(("median", "days"), [("2d", 2.0), ("30d", 30.0)])
def test_the_median_time_to_action_is_the_one_that_was_set(median, days):
    outcome = simulate(found(median, horizon="60 days"))
    # Some 1,000 flags, a part of them censored: 5 standard errors of a lognormal median.
    error = 5 * days * 0.8 * math.sqrt(math.pi / 2 / 1000)
    assert outcome.metrics["time_to_action_median"] == pytest.approx(days, abs=error)
    finished = outcome.records.accounts
    told = finished["suspended_day"] - finished["flagged_day"]
    if days == 30.0:  # what leaving out those who still wait would give
        assert np.nanmedian(told) < days - error


def test_a_median_that_is_not_reached_is_undefined():
    assert math.isnan(simulate(found("1000d")).metrics["time_to_action_median"])


def test_both_parts_are_all_that_was_seen_and_action_at_the_flag_leaves_the_first():
    slow, fast = (simulate(found(median)) for median in ("5d", "0.001min"))
    for outcome in (slow, fast):
        a = outcome.records.accounts
        assert (a["unnoticed_impressions"] <= a["outsider_impressions"] * (1 + 1e-12)).all()
        m = outcome.metrics
        assert m["unnoticed_share"] + m["waiting_share"] == pytest.approx(1.0)
    assert slow.metrics["waiting_share"] > 0.02
    assert fast.metrics["waiting_share"] < 1e-6
    # Nobody comes back here, so the second part is just what acting at the flag would cut.
    left = slow.metrics["effective_reach"] * slow.metrics["unnoticed_share"]
    assert fast.metrics["effective_reach"] == pytest.approx(left, rel=1e-6)


def test_a_flag_that_is_cleared_does_not_count_as_the_flag(small, engine):
    scenario = small({"review.sensitivity": 0.3, "returning.probability": 0})
    a = simulate(scenario, engine=engine).records.accounts
    never = np.isnan(a["flagged_day"])
    assert never.any()
    assert (~never).any()
    assert (a["unnoticed_impressions"][never] == a["outsider_impressions"][never]).all()
    assert (a["unnoticed_impressions"][~never] <= a["outsider_impressions"][~never]).all()


def test_the_last_thirty_days_are_those_of_the_series():
    scenario = found("1d")
    policies = ["base", "none"]
    base, none = run_replication(scenario, policies, keep=True)
    p = Parameters.from_scenario(scenario)
    seen = [one.records.series[:, 0, 4] for one in (base, none)]
    recent, whole = ([s[-1] - s[k] for s in seen] for k in (90, 0))
    assert p.grid[90] == 90.0
    assert base.metrics["recent_effective_reach"] == pytest.approx(recent[0] / recent[1])
    assert base.metrics["effective_reach"] == pytest.approx(whole[0] / whole[1], rel=1e-9)
    before = [s[90] - s[60] for s in seen]
    trend = (recent[0] / recent[1]) / (before[0] / before[1]) - 1
    assert base.metrics["effective_reach_trend"] == pytest.approx(trend)
    assert trend < -0.1


def test_a_short_run_has_no_trend_and_its_last_thirty_days_are_all_of_it():
    out = simulate(found("1d", horizon="20 days")).metrics
    assert out["recent_effective_reach"] == pytest.approx(out["effective_reach"], rel=1e-9)
    assert math.isnan(out["effective_reach_trend"])


def test_without_enforcement_nothing_is_noticed():
    p = Parameters.from_scenario(found("1d"), "none")
    records = run_engine(p, build(p, 7, 0), 7, 0)
    a = records.accounts
    assert (a["unnoticed_impressions"] == a["outsider_impressions"]).all()


def test_every_metric_says_what_kind_of_number_it_is():
    assert {one.form for one in METRICS.values()} == {"share", "ratio", "count", "time", "rate"}
    for one in METRICS.values():
        assert (one.form == "time") == (one.unit == "days"), one.name
        assert one.form not in ("share",) or not one.unit, one.name


def test_a_ratio_of_counts_is_no_whole_number(small, engine):
    scenario = small({"tiers.hub.watched": "2 per day", "tiers.hub.returns": 0})
    out = simulate(scenario, engine=engine).metrics
    assert 0 < out["others_left.hub"] < 1
    assert math.isnan(out["others_left.supporter"])
