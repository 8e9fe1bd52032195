"""Metrics on records made by hand, with answers known beforehand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from afterban.engines.records import ACCOUNT, CASE, Records
from afterban.mechanisms import census as c
from afterban.mechanisms import detection
from afterban.mechanisms import state as s
from afterban.mechanisms.detection import CHANNELS
from afterban.metrics import METRICS, measure, metric_of
from afterban.parameters import Parameters
from afterban.scenario import Scenario
from afterban.world import World

TEXT = """
schema_version: 1
name: by-hand
start: 2014-06-01
horizon: 20 d
tiers:
  official: {count: 1, audience: 1000, posts: 10 per day}
  supporter: {count: 2, audience: 100, posts: 2 per day}
exposure: {outsiders: 10_000}
metrics: {start: 2014-06-06, reach_window: 7 d}
"""
TIERS = ["official", "supporter"]
NAN = math.nan


def account(operator, life, created, suspended=NAN, **more):
    row = np.zeros(1, dtype=ACCOUNT)[0]
    values = {
        "operator": operator,
        "life": life,
        "edit_distance": -1 if life == 1 else 1,
        "created_day": created,
        "public_day": created,
        "flagged_day": NAN,
        "review_started_day": NAN,
        "suspended_day": suspended,
        **more,
    }
    for name, value in values.items():
        row[name] = value
    return row


# An official account suspended on day 6 and again, by a campaign, on day 10, whose third life is
# caught at sign-up on day 11, and whose fourth goes on from day 14; a supporter suspended on day 2
# who does not come back; and one who is left alone.
ACCOUNTS = [
    account(
        0,
        1,
        0.0,
        6.0,
        flagged_day=4.0,
        channel=detection.REPORTED,
        insider_followers=400,
        outsider_followers=600,
    ),
    account(
        0,
        2,
        7.0,
        10.0,
        flagged_day=10.0,
        channel=detection.STRUCK,
        insider_followers=200,
        outsider_followers=100,
        edit_distance=9,
    ),
    account(
        0,
        3,
        11.0,
        11.0,
        public_day=NAN,
        flagged_day=11.0,
        channel=detection.CAUGHT_AT_SIGNUP,
        edit_distance=2,
    ),
    account(0, 4, 14.0, insider_followers=50, outsider_followers=50),
    account(
        1,
        1,
        0.0,
        2.0,
        flagged_day=1.5,
        channel=detection.THREATENED,
        urgent=1,
        insider_followers=50,
        outsider_followers=50,
    ),
    account(2, 1, 0.0, insider_followers=50, outsider_followers=50),
]
# Outsider impressions in the windows [5, 12], [12, 19] and [19, 20], by operator.
WINDOWS = np.array([[700.0, 0.0, 14.0], [500.0, 0.0, 14.0], [100.0, 0.0, 2.0]])


def records(accounts=ACCOUNTS, cases=(), windows=WINDOWS, backlog=None, left=()):
    series = np.zeros((21, 2, c.COLUMNS))
    days = np.arange(21)
    series[:, 0, c.LIVE] = ((days <= 6) | ((days > 7) & (days <= 10)) | (days > 14)).astype(float)
    series[:, 1, c.LIVE] = np.where(days <= 2, 2.0, 1.0)
    series[:, 0, c.ATTACHED_OUTSIDERS] = np.where(days >= 5, 30.0, 1e9)
    series[:, 1, c.ATTACHED_OUTSIDERS] = 30.0
    series[-1, :, c.INSIDER_IMPRESSIONS] = 70.0, 7.0
    series[-1, :, c.OUTSIDER_IMPRESSIONS] = 900.0, 23.0
    series[:, 0, c.ALL_OUTSIDER_IMPRESSIONS] = 100.0 * days
    series[:, 1, c.ALL_OUTSIDER_IMPRESSIONS] = 10.0 * days
    series[-1, :, c.POSTS] = 150.0, 50.0
    series[-1, :, c.REBUILD_POSTS] = 18.0, 2.0
    return Records(
        accounts=np.array(accounts, dtype=ACCOUNT),
        cases=np.array([(*case, 0) for case in cases], dtype=CASE),
        series=series,
        window_impressions=windows,
        backlog=np.zeros(21) if backlog is None else backlog,
        final=np.zeros((3, s.COLUMNS)),
        events=17,
        open_cases=np.array([(*case, 0) for case in left], dtype=CASE),
    )


WORLD = World(
    tier=np.array([0, 1, 1]),
    audience=np.array([[500.0, 500.0], [50.0, 50.0], [50.0, 50.0]]),
    posts=np.array([10.0, 2.0, 2.0]),
    promoter_start=np.zeros(4, dtype=np.int64),
    promoters=np.zeros(0, dtype=np.int32),
    links=np.zeros(3, dtype=np.int64),
)


@pytest.fixture(scope="module")
def parameters():
    return Parameters.from_scenario(Scenario.from_text(TEXT))


@pytest.fixture(scope="module")
def measured(parameters):
    twin = {
        "outsider_impressions": 2660.0,
        "outsider_impressions.official": 2600.0,
        "outsider_impressions.supporter": 60.0,
        "reach_per_window": 1000.0,
        "outsider_impressions_of_all_posts": 3300.0,
    }
    return measure(parameters, WORLD, records(), TIERS, 1, 0, twin)


EXPECTED = {
    "outsider_impressions": 1330.0,
    "outsider_impressions_of_all_posts": 1650.0,  # from day 5 to day 20
    "effective_reach_of_all_posts": 0.5,
    "posts_made": 200.0,
    "ordinary_posts": 180.0,
    "outsider_impressions.official": 1300.0,
    "outsider_impressions.supporter": 30.0,
    "effective_reach": 0.5,
    "effective_reach.official": 0.5,
    "effective_reach.supporter": 0.5,
    "impressions": 1000.0,
    "rebuild_effort": 0.1,
    "suspensions": 4.0,
    "creations": 3.0,
    "suspensions_per_day": 3 / 15,
    # Public days from day 5 on: 1 + 3 + 6 of the official one, 15 of the second supporter.
    "suspension_hazard": 2 / 25,
    "replacement_ratio": 3 / 4,
    "lives_per_operator": 2.0,
    "most_lives": 4.0,
    "return_share": 3 / 4,
    "return_share.official": 1.0,
    "return_share.supporter": 0.0,
    "return_delay_median": 1.0,
    "near_identical_share": 2 / 3,
    # 300, 0 and 100 followers after 1000, 300 and 0.
    "regeneration_number": 400 / 1300,
    "time_to_action_median": 0.5,  # 2 days and half a day; neither campaign nor sign-up
    "time_to_action_p95": 2.0,
    "urgent_time_to_action_median": 0.5,
    "routine_time_to_action_median": 2.0,
    "unnoticed_days": (4 + 3 + 1.5) / 3,
    "unnoticed_days.official": 3.5,
    "waiting_days": (2 + 0 + 0.5) / 3,
    "waiting_days.supporter": 0.5,
    # Lives after the first: one of 3 days, one of 6 that goes on.
    "account_life_median": 3.0,
    "attached_outsiders_share": 60 / 600,
    "live_accounts": 2.0,
    "live_accounts.official": 1.0,
    "live_accounts.supporter": 1.0,
    "suspended_share": 2 / 3,
    "suspended_share.official": 1.0,
    "suspended_share.supporter": 0.5,
    "followers_at_termination": (1000 + 300 + 100) / 3,
    "followers_at_termination.official": 650.0,
    "followers_at_termination.supporter": 100.0,
    "public_until_termination": (6 + 3 + 2) / 3,
    "public_until_termination.official": 4.5,
    "most_followers.official": 1000.0,
    "events": 17.0,
    "threats_after_suspension": 0.0,  # the one threat was sent by a first account
    # The table has no impressions; of the one operator that came back, 100 followers of 1000.
    "kept_less_share": 1.0,
    "kept_less_share.official": 1.0,
}
NOT_KNOWN = (
    "extinction_day",
    "extinction_day.official",
    "waiting_time_mean",
    "backlog_age_p95",
    "unserved_share",
    "paid_hours",
    "reviewer_hours",
    "utilisation",
    "backlog_mean",
)


@pytest.mark.parametrize("name", EXPECTED)
def test_known_answers(measured, name):
    assert measured[name] == pytest.approx(EXPECTED[name], rel=1e-12)


@pytest.mark.parametrize("name", NOT_KNOWN)
def test_what_cannot_be_told_is_not_a_number(measured, name):
    assert math.isnan(measured[name])


@pytest.mark.smoke
def test_every_metric_is_registered_and_measured(measured):
    for name in measured:
        assert metric_of(name).name == name.split(".")[0]
    # Platforms are told apart where a scenario has any.
    expected = {name for name, metric in METRICS.items() if not metric.by_platform}
    assert {name.split(".")[0] for name in measured} == expected
    for metric in METRICS.values():
        tiers = [name for name in measured if name.startswith(metric.name + ".")]
        parts = 2 if metric.by_tier else len(CHANNELS) - 1 if metric.by_channel else 0
        assert len(tiers) == parts, metric.name
        assert metric.better in (-1, 0, 1)
        assert metric.label
        assert metric.meaning


def test_unknown_names_are_refused():
    for name in ("nothing", "reach.official", "effective reach"):
        with pytest.raises(KeyError):
            metric_of(name)


def test_reach_is_between_one_window_and_the_impressions(measured):
    # 500 of 10,000 follow the official account: exposed with 1 - exp(-impressions / 500).
    official = 500 * -math.expm1(-700 / 500), 500 * -math.expm1(-500 / 500)
    supporter = 50 * -math.expm1(-14 / 50)
    last = 500 * -math.expm1(-100 / 500) + 50 * -math.expm1(-2 / 50)
    mean = (7 * (sum(official) + 2 * supporter) + last) / 15
    # 4.4 standard errors of a share of 0.03 among 4,000, in people; those who follow two blur it.
    assert abs(measured["reach_per_window"] - mean) < 4.4 * 10_000 * math.sqrt(0.03 / 4000) + 15
    assert measured["effective_weekly_reach"] == measured["reach_per_window"] / 1000
    assert measured["reach"] > measured["reach_per_window"]
    assert measured["frequency"] == pytest.approx(1330 / measured["reach"])


def test_a_shorter_last_window_counts_for_less(parameters):
    # If nobody is exposed in the last day, the mean over windows hardly falls.
    quiet = WINDOWS.copy()
    quiet[2] = 0.0
    whole = measure(parameters, WORLD, records(), TIERS, 1, 0)["reach_per_window"]
    less = measure(parameters, WORLD, records(windows=quiet), TIERS, 1, 0)["reach_per_window"]
    assert 0.95 * whole < less < whole


def test_nothing_happened(parameters):
    alone = [account(k, 1, 0.0, insider_followers=1, outsider_followers=1) for k in range(3)]
    out = measure(parameters, WORLD, records(alone, windows=np.zeros((3, 3))), TIERS, 1, 0)
    assert out["suspensions"] == out["creations"] == out["reach"] == 0.0
    for name in (
        "replacement_ratio",
        "return_share",
        "return_delay_median",
        "near_identical_share",
        "regeneration_number",
        "time_to_action_median",
        "time_to_action_p95",
        "account_life_median",
        "followers_at_termination",
        "frequency",
    ):
        assert math.isnan(out[name]), name
    assert out["suspension_hazard"] == 0.0
    assert "effective_reach" not in out


def test_actions_at_once_are_times_of_zero(parameters):
    rows = [account(k, 1, 0.0, 3.0, flagged_day=3.0, channel=detection.REPORTED) for k in range(3)]
    out = measure(parameters, WORLD, records(rows), TIERS, 1, 0)
    assert out["time_to_action_median"] == 0.0
    assert math.isnan(out["urgent_time_to_action_median"])


def test_account_life_allows_for_the_lives_that_go_on(parameters):
    # Second lives of 1, 2 and 9+ days: half have ended by day 2, not by their mean.
    rows = []
    for k, (begin, end) in enumerate([(10.0, 11.0), (10.0, 12.0), (11.0, NAN)]):
        rows += [account(k, 1, 0.0, 5.0, flagged_day=5.0), account(k, 2, begin, end)]
    out = measure(parameters, WORLD, records(rows), TIERS, 1, 0)
    assert out["account_life_median"] == 2.0
    # All but one censored early: the curve never falls to a half.
    rows = []
    for k, (begin, end) in enumerate([(10.0, 11.0), (10.0, NAN), (11.0, NAN)]):
        rows += [account(k, 1, 0.0, 5.0, flagged_day=5.0), account(k, 2, begin, end)]
    assert math.isnan(measure(parameters, WORLD, records(rows), TIERS, 1, 0)["account_life_median"])


def test_the_last_account_of_a_tier(parameters):
    made = records()
    made.series[:, 0, c.LIVE] = 0.0
    made.series[[0, 1, 2, 5], 0, c.LIVE] = 1.0  # gone on days 3 and 4, and back
    out = measure(parameters, WORLD, made, TIERS, 1, 0)
    assert out["extinction_day.official"] == 6.0
    assert math.isnan(out["extinction_day.supporter"])
    assert math.isnan(out["extinction_day"])
    made.series[7:, 1, c.LIVE] = 0.0
    assert measure(parameters, WORLD, made, TIERS, 1, 0)["extinction_day"] == 7.0


def test_the_review_team():
    scenario = Scenario.from_text(TEXT).with_changes(
        {"review.team": {"reviewers": 1}, "review.mistakes": {"probability": 1, "appeals": 0}}
    )
    parameters = Parameters.from_scenario(scenario)
    cases = [
        (0, 1, 0, 1.0, 2.0, 2.5, 1),
        (-1, 0, 0, 1.0, 1.0, 1.25, 0),
        (-1, 1, 0, 10.0, 13.0, 14.0, 0),
    ]
    backlog = np.zeros(21)
    backlog[10:13] = 7.0
    out = measure(parameters, WORLD, records(cases=cases, backlog=backlog), TIERS, 1, 0)
    assert out["waiting_time_mean"] == pytest.approx(4 / 3)
    assert out["backlog_age_p95"] == 3.0
    assert out["unserved_share"] == 0.0
    assert out["reviewer_hours"] == pytest.approx(24 * 1.75)
    assert out["paid_hours"] == pytest.approx(24 * 20)
    assert out["utilisation"] == pytest.approx(1.75 / 20)
    assert out["backlog_mean"] == pytest.approx(1.0)
    # Every review of an ordinary user is wrong, and none appeals: 18.75 and 6 days to the end.
    assert out["wrong_suspensions"] == 2.0
    assert out["wrong_days"] == pytest.approx(18.75 + 6.0)
    assert out["wrong_per_right"] == pytest.approx(2 / 4)


def test_cases_without_a_decision_count():
    # Days 1 and 5 taken up after 1 and 3 days, the second still in hand; days 16 and 19 wait on.
    scenario = Scenario.from_text(TEXT).with_changes({"review.team": {"reviewers": 2}})
    parameters = Parameters.from_scenario(scenario)
    left = [
        (-1, 1, 0, 5.0, 8.0, NAN, 0),
        (0, 1, 0, 16.0, NAN, NAN, 0),
        (-1, 2, 0, 19.0, NAN, NAN, 0),
    ]
    told = records(cases=[(-1, 0, 0, 1.0, 2.0, 2.5, 0)], left=left)
    out = measure(parameters, WORLD, told, TIERS, 1, 0)
    # One of the four at risk is taken up after a day, one of the other two after three days.
    assert out["waiting_time_mean"] == pytest.approx(1 + 2 * 0.75 + 1 * 0.375)
    assert out["backlog_age_p95"] == 4.0  # the longest that was seen
    assert out["unserved_share"] == 2 / 4  # a case in hand is served
    assert out["reviewer_hours"] == pytest.approx(24 * (0.5 + 12))
    assert out["utilisation"] == pytest.approx(12.5 / 40)


def test_a_team_without_cases_has_a_state():
    scenario = Scenario.from_text(TEXT).with_changes({"review.team": {"reviewers": 2}})
    parameters = Parameters.from_scenario(scenario)
    out = measure(parameters, WORLD, records(), TIERS, 1, 0)
    assert [out[name] for name in ("backlog_mean", "reviewer_hours", "utilisation")] == [0, 0, 0]
    assert out["paid_hours"] == pytest.approx(24 * 2 * 20)
    assert math.isnan(out["waiting_time_mean"])  # no case arrived
    assert math.isnan(out["unserved_share"])


def test_flags_are_counted_by_channel_whatever_became_of_them():
    scenario = Scenario.from_text(TEXT).with_changes(
        {"detection.precision": 0.8, "review.mistakes.probability": 1}
    )
    made = np.zeros(3, dtype=CASE)
    made["operator"] = [-6, -6, -8]  # two of the classifier, one of a campaign
    made["life"] = [1, 2, 3]
    made["decided_day"] = [4.0, 5.0, 6.0]
    left = made[:1].copy()
    left["decided_day"] = math.nan
    flags = np.zeros((2, len(CHANNELS)), dtype=np.int64)
    flags[:, CHANNELS.index("classifier")] = 5, 2
    told = replace(records(), cases=made, open_cases=left, flags=flags)
    out = measure(Parameters.from_scenario(scenario), WORLD, told, TIERS, 1, 0)
    assert out["right_flags"] == out["right_flags.classifier"] == 5
    assert out["wrong_flags"] == 4
    assert out["wrong_flags.classifier"] == 3
    assert out["wrong_flags.pulse"] == 1
    assert out["wrong_suspensions"] == 3
    assert out["cleared_flags"] == out["cleared_flags.classifier"] == 2
    assert out["flag_precision"] == pytest.approx(5 / 9)
    assert out["flag_precision.classifier"] == pytest.approx(5 / 8)
    assert math.isnan(out["flag_precision.link"])
    never = scenario.with_changes({"review.mistakes.probability": 0})
    out = measure(Parameters.from_scenario(never), WORLD, told, TIERS, 1, 0)
    assert out["wrong_suspensions"] == 0
    assert out["cleared_flags"] == 5


def test_columns_carry_their_unit():
    assert METRICS["effective_reach"].column == "effective_reach"
    assert METRICS["account_life_median"].column == "account_life_median_days"
    assert METRICS["frequency"].column == "frequency_impressions_per_person"
