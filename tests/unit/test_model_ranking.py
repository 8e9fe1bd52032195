"""What is observed of an account: its error, and the tables that a scenario asks for."""

from __future__ import annotations

import math

import numpy as np
import pytest

from afterban.errors import ScenarioErrors
from afterban.mechanisms import state as s
from afterban.mechanisms.ranking import (
    FOLLOWERS,
    IMPRESSIONS,
    LINKS,
    value_now,
    window_number,
    with_error,
)
from afterban.parameters import Parameters
from afterban.scenario import Scenario
from afterban.scenario.sections.ranking import RankBy, readings

TEXT = """
schema_version: 1
name: own
start: 2024-01-01
horizon: 10 days
tiers: {one: {count: 30, audience: 50, posts: 5 per day}}
detection:
  pulses:
    - {date: 2024-01-03, share: 0.1, rank_by: {what: followers, window: 36h, error: 0.3}}
    - {date: 2024-01-04, share: 0.1, choose: links}
    - {date: 2024-01-05, share: 0.1, rank_by: {what: impressions, window: 0}}
    - {date: 2024-01-06, share: 0.1, rank_by: {what: followers, window: 36h}}
review: {team: {reviewers: 1, rank_by: {what: links, window: 3d, error: 0.1}}}
"""


def test_an_error_is_a_lognormal_factor_of_median_one():
    told = np.array([with_error(7.0, 0.5, k, 1, 0, 1, 0) for k in range(20_000)])
    logs = np.log(told / 7.0)
    # Four standard errors each.
    assert abs(logs.mean()) < 4 * 0.5 / math.sqrt(20_000)
    assert abs(logs.std() - 0.5) < 4 * 0.5 / math.sqrt(2 * 20_000)


def test_an_error_is_of_an_account_and_a_window():
    first = with_error(7.0, 0.5, 3, 1, 0, 1, 0)
    assert with_error(14.0, 0.5, 3, 1, 0, 1, 0) == 2 * first
    others = {with_error(7.0, 0.5, *key, 1, 0) for key in ((4, 1, 0), (3, 2, 0), (3, 1, 1))}
    assert len(others | {first}) == 4
    assert with_error(7.0, 0.0, 3, 1, 0, 1, 0) == 7.0
    assert with_error(0.0, 0.5, 3, 1, 0, 1, 0) == 0.0


def test_windows_are_numbered_by_their_length():
    assert [window_number(0.0, taken, 3) for taken in range(7)] == [0, 0, 0, 1, 1, 1, 2]
    assert window_number(4.9, 0, 0) == 4


def test_the_truth_of_the_moment():
    row = np.zeros(s.COLUMNS)
    row[s.PUBLIC] = 1.0
    row[s.ATTACHED_IN], row[s.ATTACHED_OUT] = 40.0, 60.0
    row[s.POSTS_CHANGE] = 0.5
    none = np.zeros(2)
    assert value_now(FOLLOWERS, row, 0.0, none, 0.5, 2.0, 9) == 80.0
    assert value_now(LINKS, row, 0.0, none, 0.5, 2.0, 9) == 9.0
    assert value_now(IMPRESSIONS, row, 0.0, none, 0.5, 2.0, 9) == 180.0


@pytest.mark.parametrize(("window", "count"), [(0, 0), (0.25, 1), (1, 1), (1.5, 2), (30, 30)])
def test_a_reading_comes_once_a_day_or_more_often(window, count):
    assert readings(window) == count


def test_campaigns_and_queues_that_ask_alike_share_a_table():
    p = Parameters.from_scenario(Scenario.from_text(TEXT, "own.yaml"))
    assert p.rank_what.tolist() == [FOLLOWERS, IMPRESSIONS, LINKS]
    assert p.rank_back.tolist() == [2, 0, 3]
    assert p.pulse_table.tolist() == [0, -1, 1, 0]
    assert p.pulse_error.tolist() == [0.3, 0.0, 0.0, 0.0]
    assert (p.queue_table, p.queue_error) == (2, 0.1)
    days = p.rank_day[p.rank_table == 0]
    assert np.allclose(days, np.arange(0.75, 10.0, 0.75), rtol=0, atol=1e-11)
    assert not (p.rank_table == 1).any()


def test_without_enforcement_nobody_keeps_a_table():
    p = Parameters.from_scenario(Scenario.from_text(TEXT, "own.yaml"), "none")
    assert not len(p.rank_what)
    assert not len(p.rank_day)
    assert p.queue_table == -1


def test_a_ranking_is_in_the_digest_only_where_it_is_used():
    plain = Scenario.from_text(TEXT.replace(", rank_by: {what: followers, window: 36h}", ""), "o")
    both = Scenario.from_text(TEXT, "o")
    assert plain.digest() != both.digest()
    none = Scenario.from_text(TEXT.replace("choose: links", "choose: links, rank_by: none"), "o")
    assert none.digest() == both.digest()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("error: 0.3", "error: 30", "10 or less"),
        ("window: 36h", "window: 5000d", "over ten years"),
        ("what: links", "what: link", "did you mean `links`"),
        ("window: 3d", "window: 1s", "a table of"),
    ],
)
def test_what_cannot_be_is_told(old, new, message):
    with pytest.raises(ScenarioErrors, match=message):
        Scenario.from_text(TEXT.replace(old, new), "own.yaml")


def test_by_default_it_is_impressions_of_a_month():
    assert (RankBy().what, RankBy().window, RankBy().error) == ("impressions", 30.0, 0.0)
