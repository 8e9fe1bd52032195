"""The review team against queueing theory.

Waiting times of one queue hang together, so that means are compared over batches of 50 days, which
are long against the time in which the queue forgets (under a day). With 20 batches 5.5 standard
errors are exceeded by a right engine once in 30,000 (t with 19 degrees of freedom).
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from afterban import theory
from afterban.scenario import Scenario

BATCH = 50.0
ERRORS = 5.5
EXPONENTIAL = {"exponential": {"mean": "1.8 h"}}
QUIET = {"detection.threats": 0, "tiers.alike.count": 1}


def by_batch(cases, values, horizon, skip=1):
    """Mean of the values in each batch of arrivals, the first ones left out as warm-up."""
    batch = (cases["arrived_day"] // BATCH).astype(int)
    return np.array([values[batch == k].mean() for k in range(skip, int(horizon / BATCH))])


def agrees(means, truth, errors=ERRORS):
    return abs(means.mean() - truth) <= errors * means.std(ddof=1) / math.sqrt(len(means))


def team(reviewers, service, benign):
    return {
        "review.team": {
            "reviewers": reviewers,
            "service_time": service,
            "benign_reports": f"{benign} per day",
        }
    }


@pytest.mark.parametrize("servers", [1, 3])
def test_waits_of_a_team_are_those_of_mmc(plain, run, engine, servers):
    rate, mean = 10.0 * servers, 0.075  # 75 % of the team's time
    horizon = 1050.0 if servers == 1 else 550.0
    changes = {**QUIET, **team(servers, EXPONENTIAL, rate)}
    changes["horizon"] = f"{horizon} d"
    one = run(plain(changes), engine)
    cases = one.records.cases
    assert len(cases) == pytest.approx(rate * horizon, rel=0.05)
    assert (cases["operator"] == -1).all()
    waits = cases["started_day"] - cases["arrived_day"]
    means = by_batch(cases, waits, horizon)
    assert agrees(means, theory.mmc_mean_wait(rate, 1 / mean, servers))
    assert not agrees(means, 2 * theory.mmc_mean_wait(rate, 1 / mean, servers))
    assert agrees(by_batch(cases, waits > 0, horizon), theory.erlang_c(rate * mean, servers))
    for t in (0.05, 0.2):
        survival = float(theory.mmc_wait_survival(t, rate, 1 / mean, servers))
        assert agrees(by_batch(cases, waits > t, horizon), survival)
    # First come, first served: cases start in the order of arrival.
    order = np.argsort(cases["arrived_day"])
    assert (np.diff(cases["started_day"][order]) >= 0).all()
    # Little's law on the backlog, which is looked at once a day.
    backlog = one.records.backlog[50:]
    mean_backlog = backlog[: len(backlog) // 10 * 10].reshape(-1, 10).mean(axis=1)
    assert agrees(mean_backlog, theory.mmc_mean_queue_length(rate, 1 / mean, servers))


def test_waits_with_a_fixed_service_time(plain, run, engine):
    changes = {**QUIET, **team(1, "1.8 h", 10), "horizon": "1050 d"}
    cases = run(plain(changes), engine).records.cases
    means = by_batch(cases, cases["started_day"] - cases["arrived_day"], 1050.0)
    assert agrees(means, theory.mg1_mean_wait(10.0, 0.075, 0.0))
    assert not agrees(means, theory.mmc_mean_wait(10.0, 1 / 0.075, 1))


def test_urgent_cases_wait_by_their_priority(plain, run, engine):
    # Threats of 400 operators, all cleared, are nearly Poisson: 8 urgent cases a day (an operator
    # under review cannot be flagged, which takes under 1 % off the rate). 9 others come with them.
    changes = {
        **team(2, {"exponential": {"mean": "2.4 h"}}, 9),
        "tiers.alike.count": 400,
        "detection.threats": "0.02 per day",
        "review.sensitivity": 0,
        "horizon": "550 d",
        "metrics.every": "10 d",
    }
    one = run(plain(changes), engine)
    cases = one.records.cases
    urgent = cases["urgent"] == 1
    assert (urgent == (cases["operator"] >= 0)).all()
    assert (cases["upheld"] == 0).all()
    waits = cases["started_day"] - cases["arrived_day"]
    expected = theory.mmc_priority_mean_waits([8.0, 9.0], 10.0, 2)
    seen = [by_batch(cases[one], waits[one], 550.0) for one in (urgent, ~urgent)]
    for means, truth in zip(seen, expected, strict=True):
        # 10 batches: 8 standard errors are exceeded once in 40,000.
        assert agrees(means, truth, 8.0)
    assert expected[1] > 2 * expected[0]
    assert not agrees(seen[0], theory.mmc_mean_wait(17.0, 10.0, 2), 8.0)
    # No routine case starts while an urgent one waits.
    for case in cases[~urgent][::50]:
        before = urgent & (cases["arrived_day"] < case["started_day"])
        assert not (cases["started_day"][before] > case["started_day"]).any()


def test_reviewers_are_as_busy_as_the_work(plain, run, engine, metrics_of):
    scenario = plain({**QUIET, **team(3, EXPONENTIAL, 30), "horizon": "300 d"})
    one = run(scenario, engine)
    hours = metrics_of(scenario, one)["reviewer_hours"]
    # The sum of about 9,000 exponential services of 1.8 hours: standard error sqrt(2 n) 1.8.
    truth = 30 * 300 * 1.8
    assert abs(hours - truth) < 4.4 * 1.8 * math.sqrt(2 * 9000)


def test_an_action_delay_comes_on_top(plain, run, engine):
    changes = {
        **team(1000, "0 h", 0),
        "review.action_delay": "{exponential: {mean: 3 d}}",
        "returning.probability": 0,
        "tiers.alike.count": 1500,
    }
    rows = run(plain(changes), engine).records.accounts
    early = rows["flagged_day"] < 30
    delay = (rows["suspended_day"] - rows["flagged_day"])[early]
    assert len(delay) > 1400
    assert abs(delay.mean() - 3.0) < 4.4 * delay.std(ddof=1) / math.sqrt(len(delay))
    assert (rows["review_started_day"][early] == rows["flagged_day"][early]).all()


# Nobody finishes a case: one takes a month, and the run has three weeks.
IDLE = """
schema_version: 1
name: idle-team
start: 2014-09-01
horizon: 21 days
replications: 2
seed: 3
tiers: {supporter: {count: 100, audience: 200, posts: 2 per day}}
detection: {classifier: 1 per post}
review: {team: {reviewers: 1, service_time: 30d, benign_reports: 10 per day}}
"""


def test_a_team_that_finishes_no_case_has_a_backlog_and_hours(run, engine, metrics_of):
    scenario = Scenario.from_text(IDLE)
    one = run(scenario, engine)
    records = one.records
    told = metrics_of(scenario, one)
    assert len(records.cases) == 0
    # All who came wait, but for the one in hand: 100 accounts and some 210 reports.
    waiting = np.isnan(records.open_cases["started_day"])
    assert (~waiting).sum() == 1
    assert waiting.sum() == records.backlog[-1]
    assert abs(waiting.sum() - 309) < 4.4 * math.sqrt(210)
    assert told["backlog_mean"] == pytest.approx(records.backlog.mean())
    assert told["backlog_mean"] == pytest.approx(190, rel=0.15)
    assert told["paid_hours"] == 24 * 21
    first = records.open_cases["arrived_day"].min()
    assert told["reviewer_hours"] == pytest.approx(24 * (21 - first))
    assert told["utilisation"] == pytest.approx(1 - first / 21)
    # All but one wait to the end, and nobody can be seen to wait for longer than the run.
    assert 20 < told["backlog_age_p95"] <= 21
    assert 20 < told["waiting_time_mean"] <= 21


def test_waits_of_a_team_that_is_too_small_grow_with_the_run(plain, run, engine, metrics_of):
    # 30 cases a day for a reviewer who does 20: whoever arrives on day a waits for a / 2 days.
    service = {"exponential": {"mean": "1.2 h"}}
    scenario = plain({**QUIET, **team(1, service, 30), "horizon": "40 d"})
    one = run(scenario, engine)
    cases = one.records.cases
    decided = float((cases["started_day"] - cases["arrived_day"]).mean())
    assert decided == pytest.approx(40 * (2 / 3) / 2 / 2, rel=0.15)
    # Arrivals of the last third still wait; what they waited so far counts, though no longer wait
    # was seen than that of the last one who was taken up.
    assert metrics_of(scenario, one)["waiting_time_mean"] > 1.1 * decided
