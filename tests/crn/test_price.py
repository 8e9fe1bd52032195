"""No lever without its price: what lowers reach costs flags, wrongs or pay in either staffing."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from afterban.engines.agreement import differences
from afterban.experiment.replicate import run_replication, simulate
from afterban.mechanisms.detection import CHANNELS
from afterban.metrics import flags_by_day
from afterban.parameters import Parameters
from afterban.scenario import Scenario

# Every channel is on; the network comes back, so that acts on new accounts are many.
TEXT = """
schema_version: 1
name: price
start: 2026-01-05
horizon: 60 days
seed: 11
tiers:
  supporter: {count: 300, audience: 500, posts: 3 per day, degree: 6, watched: 0.002 per day}
exposure: {outsiders: 1_000_000}
detection:
  precision: 0.5
  signup: 0.05
  reports: 100 per million impressions
  insider_reports: 0.1
  classifier: 0.003 per post
  threats: 0.001 per day
  handle_match: {recall: 0.1, edits: 1}
  link_match: {promoted: 0.02, promoter: 0.02}
  pulses: [{date: 2026-01-19, every: 14d, accounts: 6}]
review:
  time_to_action: 2d
  action_delay: 1d
  mistakes: {probability: 0.3, appeals: 0.5, reinstatement: 20d}
returning: {probability: 0.9, delay: 2d}
"""
UNLIMITED = {"review.waves.every": "3d"}
TEAM = {
    "review.waves.every": "3d",
    "review.team": {"reviewers": 1, "service_time": {"exponential": {"mean": "40min"}}},
}
# Levers of either staffing, turned up: each lowers reach.
LEVERS = {
    "signup": {"detection.signup": 0.5},
    "reports": {"detection.reports": "1000 per million impressions"},
    "insider_reports": {"detection.insider_reports": 5},
    "classifier": {"detection.classifier": "0.03 per post"},
    "threats": {"detection.threats": "0.03 per day"},
    "watch": {"detection.watch": 10},
    "recall": {"detection.handle_match.recall": 0.9},
    "edits": {"detection.handle_match.recall": 0.9, "detection.handle_match.edits": 2},
    "promoted": {"detection.link_match.promoted": 0.5},
    "promoter": {"detection.link_match.promoter": 0.5},
    "accounts": {"detection.pulses[0].accounts": 60},
    "share": {"detection.pulses[0].share": 0.3},
    "every": {"detection.pulses[0].every": "2d"},
    "regime": {"detection.regimes": [{"from": "2026-01-12", "classifier": "0.03 per post"}]},
    "waves": {"review.waves": None},
}
OF_UNLIMITED_STAFF = {"time_to_action": {"review.time_to_action": "2h"}}
OF_A_TEAM = {
    "reviewers": {"review.team.reviewers": 6},
    "shifts": {
        "review.team.shifts": [
            {
                "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
                "start": "0h",
                "end": "24h",
                "reviewers": 5,
            }
        ]
    },
    "action_delay": {"review.action_delay": "1h"},
}
PRICES = ("wrong_suspensions", "wrong_days", "wrong_flags", "cleared_flags", "paid_hours")


def both_staffs():
    for name, lever in {**LEVERS, **OF_UNLIMITED_STAFF}.items():
        yield pytest.param(UNLIMITED, lever, id=f"{name}-unlimited")
    for name, lever in {**LEVERS, **OF_A_TEAM}.items():
        yield pytest.param(TEAM, lever, id=f"{name}-team")


def metrics_of(scenario, replications=3):
    told = [
        run_replication(scenario, ["base"], replication=k)[0].metrics for k in range(replications)
    ]
    return {
        name: float(np.nansum([one[name] for one in told]))
        for name in (*PRICES, "effective_reach", "wrong_per_right")
    }


@pytest.fixture(scope="module")
def before():
    """What each staffing comes to with no lever turned up."""
    scenario = Scenario.from_text(TEXT)
    return {id(staff): metrics_of(scenario.with_changes(staff)) for staff in (UNLIMITED, TEAM)}


@pytest.mark.parametrize(("staff", "lever"), list(both_staffs()))
def test_no_lever_lowers_reach_at_no_price(before, staff, lever):
    """Not among them: whom a campaign or a queue takes first, which spends the same otherwise."""
    one = before[id(staff)]
    other = metrics_of(Scenario.from_text(TEXT).with_changes({**staff, **lever}))
    assert other["effective_reach"] < one["effective_reach"]
    more = [name for name in PRICES if other[name] > one[name] * 1.01]
    assert more, (one, other)


def test_reports_have_a_price_beside_a_teams_benign_reports():
    scenario = Scenario.from_text(TEXT).with_changes(
        {
            **TEAM,
            "review.team.benign_reports": "5 per day",
            "detection.precision": 1,
            "detection.precision_of.reports": 0.5,
        }
    )
    one = simulate(scenario).metrics
    other = simulate(scenario.with_changes(LEVERS["reports"])).metrics
    plain = simulate(scenario.with_changes({"detection.precision_of.reports": "none"})).metrics
    assert other["effective_reach"] < one["effective_reach"]
    assert other["wrong_suspensions"] > 1.5 * one["wrong_suspensions"]
    assert 200 < plain["wrong_flags.reports"] < one["wrong_flags.reports"]


def test_without_the_price_levers_are_free():
    """The check can fail: flags that are all right cost nothing with unlimited staff."""
    scenario = Scenario.from_text(TEXT).with_changes({**UNLIMITED, "detection.precision": 1})
    one = metrics_of(scenario)
    other = metrics_of(scenario.with_changes({"detection.classifier": "0.03 per post"}))
    assert other["effective_reach"] < one["effective_reach"]
    assert not [name for name in PRICES if other[name] > one[name] * 1.01]


def keys(records, channel=None):
    cases = np.concatenate((records.cases, records.open_cases))
    cases = cases[cases["operator"] < -1]
    if channel is not None:
        cases = cases[cases["operator"] == -1 - channel]
    return {
        (one["operator"].item(), one["life"].item(), one["arrived_day"].item()) for one in cases
    }


@pytest.mark.parametrize("staff", [UNLIMITED, TEAM], ids=["unlimited", "team"])
def test_flags_at_a_lower_rate_are_among_those_at_a_higher_one(staff):
    scenario = Scenario.from_text(TEXT).with_changes(staff)
    low = simulate(scenario).records
    for lever in ({"detection.classifier": "0.0042 per post"}, {"detection.precision": 0.3}):
        high = simulate(scenario.with_changes(lever)).records
        continuous = [4, 5, 6, 8]  # reports, classifier, threats, watch
        mine = set.union(*(keys(low, channel) for channel in continuous))
        theirs = set.union(*(keys(high, channel) for channel in continuous))
        assert mine < theirs


def test_a_regime_changes_no_flag_before_it():
    scenario = Scenario.from_text(TEXT)
    later = {"detection.regimes": [{"from": "2026-02-04", "classifier": "0.03 per post"}]}
    one = keys(simulate(scenario).records)
    other = keys(simulate(scenario.with_changes(later)).records)
    assert {key for key in one if key[2] < 30.0} == {key for key in other if key[2] < 30.0}
    assert len(keys(simulate(scenario.with_changes(later)).records, 5)) > 2 * len(
        keys(simulate(scenario).records, 5)
    )


def test_a_busy_team_is_slower_for_them_and_unlimited_staff_is_not():
    scenario = Scenario.from_text(TEXT)
    worse = {"detection.precision": 0.1}
    reach = {}
    for name, staff in (("unlimited", UNLIMITED), ("team", TEAM)):
        given = scenario.with_changes(staff)
        one, other = simulate(given), simulate(given.with_changes(worse))
        reach[name] = one.metrics["effective_reach"], other.metrics["effective_reach"]
        if name == "unlimited":
            assert (one.records.accounts == other.records.accounts).any()
            assert not [
                line for line in differences(one.records, other.records) if "account" in line
            ]
    assert reach["unlimited"][0] == reach["unlimited"][1]
    assert reach["team"][1] > 1.02 * reach["team"][0]


PLATFORM = """
schema_version: 1
name: free-detection
start: 2026-01-05
horizon: 40 days
seed: 11
tiers: {supporter: {count: 300, audience: 500, posts: 3 per day}}
exposure: {outsiders: 1_000_000}
"""


def test_ten_times_the_classifier_costs_wrong_suspensions():
    """The team's other reports, which no classifier makes more of, are few here."""
    team = "{reviewers: 3, service_time: 6min, benign_reports: 10 per day}"
    scenario = Scenario.from_text(
        PLATFORM
        + "detection: {classifier: 0.003 per post, precision: 0.5}\n"
        + f"review: {{mistakes: {{probability: 0.02}}, team: {team}}}\n"
    )
    one, ten = (
        simulate(scenario.with_changes({"detection.classifier": f"{rate} per post"}))
        for rate in (0.003, 0.03)
    )
    assert ten.metrics["wrong_suspensions"] > 1.5 * one.metrics["wrong_suspensions"]
    assert ten.metrics["wrong_flags.classifier"] > 7 * one.metrics["wrong_flags.classifier"]


def test_wrong_suspensions_for_each_right_one_rise_as_reviewing_gets_worse():
    scenario = Scenario.from_text(
        PLATFORM
        + "detection: {classifier: 0.003 per post, precision: 0.3}\n"
        + "review: {time_to_action: 24h, mistakes: {probability: 0.02}}\n"
    )
    good, poor = (
        simulate(scenario.with_changes({"review.sensitivity": share})) for share in (1.0, 0.3)
    )
    assert poor.metrics["wrong_per_right"] > 1.5 * good.metrics["wrong_per_right"]
    assert poor.metrics["wrong_suspensions"] == good.metrics["wrong_suspensions"] > 0


CURVE = {
    "threshold": 0.5,
    "points": [
        {"threshold": 0.2, "recall": 1, "precision": 0.2},
        {"threshold": 0.5, "recall": 0.6, "precision": 0.6},
        {"threshold": 0.9, "recall": 0.1, "precision": 0.95},
    ],
}


@pytest.mark.parametrize("staff", [UNLIMITED, TEAM], ids=["unlimited", "team"])
def test_a_lower_threshold_finds_more_and_costs_more(staff):
    scenario = Scenario.from_text(TEXT).with_changes(
        {
            **staff,
            "detection.classifier": "0.02 per post",
            "detection.operating_curve": CURVE,
            "review.team" if staff is UNLIMITED else "review.team.reviewers": (
                "none" if staff is UNLIMITED else 20
            ),
        }
    )
    told, flags = [], []
    for threshold in (0.9, 0.7, 0.5, 0.35, 0.2):
        one = simulate(scenario.with_changes({"detection.operating_curve.threshold": threshold}))
        told.append(one.metrics)
        flags.append(keys(one.records, 5))
    for one, other in pairwise(told):
        assert other["effective_reach"] < one["effective_reach"]
        assert other["wrong_flags.classifier"] > one["wrong_flags.classifier"]
        assert other["wrong_suspensions"] > one["wrong_suspensions"]
    assert all(one < other for one, other in pairwise(flags))
    # At a point of the curve it is the plain channel with that rate and precision.
    plain = simulate(
        scenario.with_changes(
            {
                "detection.operating_curve": "none",
                "detection.classifier": "0.012 per post",
                "detection.precision_of.classifier": 0.6,
            }
        )
    )
    assert plain.metrics["effective_reach"] == pytest.approx(told[2]["effective_reach"], rel=1e-9)
    assert plain.metrics["wrong_flags"] == told[2]["wrong_flags"]


APPEALS = {"filing": "2d", "success": 0.5, "operators": 0.5, "posts_after": 0.46}


def test_appeals_take_a_teams_time_and_can_fail():
    scenario = Scenario.from_text(TEXT).with_changes(TEAM)
    one = simulate(scenario)
    other = simulate(scenario.with_changes({"review.appeals": APPEALS}))
    assert np.isnan(one.metrics["appeals"])
    appeals = other.records.cases[other.records.cases["appeal"] == 1]
    assert (appeals["operator"] >= 0).any()
    assert (appeals["operator"] < 0).any()
    assert other.metrics["appeals"] >= len(appeals)
    for name in ("reviewer_hours", "waiting_time_mean"):
        assert other.metrics[name] > 1.02 * one.metrics[name], name
    more = {"review.appeals": {**APPEALS, "success": 1}}
    kind = simulate(scenario.with_changes(more))
    assert kind.metrics["wrong_days"] < other.metrics["wrong_days"]
    assert kind.metrics["reinstatements"] > other.metrics["reinstatements"] > 0
    # Who is reinstated posts less: more is lost than days.
    assert other.metrics["posting_lost"] > other.metrics["wrong_days"]
    assert one.metrics["posting_lost"] == one.metrics["wrong_days"]


@pytest.mark.parametrize("staff", [UNLIMITED, TEAM])
def test_flags_through_time_end_at_what_is_counted(staff):
    scenario = Scenario.from_text(TEXT).with_changes(staff)
    told = simulate(scenario)
    p = Parameters.from_scenario(scenario)
    days = flags_by_day(p, told.records, scenario.seed, 0)
    assert days.shape == (3, len(p.grid), len(CHANNELS))
    assert (np.diff(days, axis=1) >= 0).all()
    assert not days[:, 0].any()
    for kind, counted in zip(("right", "wrong", "cleared"), days, strict=True):
        for channel, number in zip(CHANNELS[1:], counted[-1, 1:], strict=True):
            assert number == told.metrics[f"{kind}_flags.{channel}"], (kind, channel)
        assert 0 < counted[len(counted) // 2].sum() < counted[-1].sum()


def test_an_appeal_that_succeeds_brings_an_operator_back():
    scenario = Scenario.from_text(TEXT).with_changes(
        {**TEAM, "returning.probability": 0, "returning.most_lives": 9}
    )
    vain = {**APPEALS, "operators": 1}
    one = simulate(scenario.with_changes({"review.appeals": vain}))
    other = simulate(scenario.with_changes({"review.appeals": {**vain, "operators_succeed": 0.5}}))
    assert one.metrics["operators_reinstated"] == 0
    lives = other.records.accounts["life"]
    assert other.metrics["operators_reinstated"] == (lives > 1).sum() > 20
    assert other.metrics["creations"] == 0  # nobody made an account
    assert other.metrics["effective_reach"] > 1.1 * one.metrics["effective_reach"]
    # To grant every appeal is to suspend for as long as an appeal takes.
    every = {"review.appeals": {**vain, "operators_succeed": 1}}
    assert (
        simulate(scenario.with_changes(every)).metrics["effective_reach"]
        > (other.metrics["effective_reach"])
    )


def test_with_unlimited_staff_appeals_touch_nothing_but_the_wronged():
    scenario = Scenario.from_text(TEXT).with_changes(UNLIMITED)
    one = simulate(scenario)
    other = simulate(scenario.with_changes({"review.appeals": APPEALS}))
    assert not differences(one.records, other.records)
    assert other.metrics["wrong_days"] > one.metrics["wrong_days"]
    assert other.metrics["wrong_suspensions"] == one.metrics["wrong_suspensions"]


def test_look_alikes_take_a_teams_time_as_often_as_expected():
    often = {"signups": "100 per day", "sample": 100, "namesakes": 0.3, "topic_names": 0.3}
    scenario = Scenario.from_text(TEXT).with_changes(
        {
            **TEAM,
            "review.team.service_time": {"exponential": {"mean": "20min"}},
            "detection.handle_match.recall": 0.5,
        }
    )
    one = simulate(scenario)
    other = simulate(scenario.with_changes({"detection.handle_match.ordinary": often}))
    expected = other.metrics["look_alike_share"] * 100.0 * 60.0
    assert expected > 50
    flagged = other.metrics["look_alikes_flagged"]
    # 4.4 standard errors of a Poisson number: one false alarm in 100,000.
    assert abs(flagged - expected) < 4.4 * expected**0.5 < 0.7 * expected
    assert other.metrics["wrong_flags.handle"] == flagged
    assert 0 < other.metrics["look_alikes_suspended"] < flagged
    assert other.metrics["reviewer_hours"] > 1.02 * one.metrics["reviewer_hours"]


OFTEN = {"signups": "100 per day", "sample": 100, "namesakes": 0.3, "topic_names": 0.3}
ALIKE = {
    "detection.precision": 1,
    "detection.handle_match": {"recall": 0.5, "edits": 1, "ordinary": OFTEN},
    "review.action_delay": "0h",
    "review.waves": None,
}


def test_with_unlimited_staff_look_alikes_cost_the_days_that_a_team_counts():
    """A team that always has somebody and takes as long: its flags beside the expected ones."""
    many = {**OFTEN, "signups": "5000 per day", "sample": 5000}
    scenario = Scenario.from_text(TEXT).with_changes(
        {
            **ALIKE,
            "review.mistakes.probability": 0.5,  # half of whom appeal
            "detection.handle_match.ordinary": many,
        }
    )
    always = {"reviewers": 5000, "service_time": "2d"}
    one = simulate(scenario).metrics
    team = simulate(scenario.with_changes({"review.team": always})).metrics
    assert one["look_alike_share"] == team["look_alike_share"]  # the same network
    n = team["look_alikes_suspended"]
    assert n > 2000
    # 4.4 standard errors of a sum over a Poisson number of flags, each of up to 60 days, and as
    # much for the flags that the expected ones are told from.
    error = 4.4 * (2.0 * n * 60.0**2 / 3.0) ** 0.5
    assert abs(one["wrong_days"] - team["wrong_days"]) < error < 0.3 * team["wrong_days"]
    back = team["reinstatements"]
    assert abs(one["reinstatements"] - back) < 4.4 * (2.0 * back) ** 0.5 < 0.3 * back


def test_look_alikes_who_win_an_appeal_post_less():
    scenario = Scenario.from_text(TEXT).with_changes(
        {**ALIKE, "review.appeals": {"success": 1, "posts_after": 0.46}}
    )
    one = simulate(scenario).metrics
    assert one["posting_lost"] > one["wrong_days"] > 0
    assert 0 < one["reinstatements"] < one["look_alikes_suspended"]
    less = simulate(scenario.with_changes({"review.appeals.success": 0.2})).metrics
    assert less["reinstatements"] < 0.6 * one["reinstatements"]
    assert less["wrong_days"] > one["wrong_days"]


def test_look_alikes_cost_no_days_where_nothing_is_decided_before_the_end():
    change = {**ALIKE, "review.time_to_action": "61d"}
    late = simulate(Scenario.from_text(TEXT).with_changes(change)).metrics
    assert late["wrong_days"] == 0.0
    assert np.isnan(
        simulate(
            Scenario.from_text(TEXT).with_changes(
                {**change, "detection.handle_match": {"recall": 0.5}}
            )
        ).metrics["wrong_days"]
    )


@pytest.mark.parametrize("staff", [UNLIMITED, TEAM], ids=["unlimited", "team"])
@pytest.mark.parametrize("lever", ["recall", "edits"])
def test_look_alikes_alone_are_a_price(staff, lever):
    scenario = Scenario.from_text(TEXT).with_changes({**ALIKE, **staff})
    one = metrics_of(scenario)
    other = metrics_of(scenario.with_changes(LEVERS[lever]))
    assert other["effective_reach"] < one["effective_reach"]
    for name in ("wrong_days", "wrong_flags", "cleared_flags", "wrong_suspensions"):
        assert other[name] > one[name] * 1.01, name
