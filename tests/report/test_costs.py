"""What enforcement costs on frontiers and tables: the paid hours of a team."""

from __future__ import annotations

import numpy as np
import pytest

from afterban.experiment.run import run
from afterban.report import numbers
from afterban.report.html import frontier
from afterban.scenario import Scenario

TEAM = """
schema_version: 1
name: teams
start: 2014-09-01
horizon: 20 d
replications: 2
seed: 3
tiers: {supporter: {count: 60, audience: 200, posts: 2 per day}}
detection: {classifier: 0.02 per post}
review:
  team: {reviewers: 6, service_time: {exponential: {mean: 20min}}, benign_reports: 50 per day}
policies: {twelve: {review: {team: {reviewers: 12}}}}
"""


@pytest.fixture(scope="module")
def results():
    return run(Scenario.from_text(TEAM), workers=1)


def test_twice_the_team_costs_twice_as_much(results):
    paid, busy, used = (
        [results.estimate(name, arm).value for arm in ("base", "twelve")]
        for name in ("paid_hours", "reviewer_hours", "utilisation")
    )
    assert paid == [6 * 24 * 20, 12 * 24 * 20]
    # They do the same work, and are busy for half as much of their time.
    assert busy[1] == pytest.approx(busy[0], rel=0.05)
    assert used[1] == pytest.approx(used[0] / 2, rel=0.05)
    assert results.estimate("paid_hours", "none").n == 0


def test_paid_hours_are_the_cost_of_the_frontier(results):
    found = numbers.of_run(results)
    assert numbers.costs(found)[0] == "paid_hours"
    rows = frontier.frontier_rows(found)
    assert rows["head"][0] == "paid hours"
    assert rows["per"] == "impressions averted per paid hour"
    costs = {row["policy"]: row["costs"][0] for row in rows["rows"]}
    assert "2,880 h" in costs["as written"]
    assert "5,760 h" in costs["twelve"]


def test_the_backlog_has_a_curve_without_a_single_decision():
    idle = Scenario.from_text(TEAM).with_changes({"review.team.service_time": "30 d"})
    series = run(idle, ["base"], replications=1, workers=1).series
    backlog = series["base"]["all"]["backlog_cases"]
    assert backlog.mean[0] == 0.0
    assert backlog.mean[-1] > 500
    assert np.isnan(series["none"]["all"]["backlog_cases"].mean).all()
