"""Rankings compared: what each leaves, beside the best after the fact."""

from __future__ import annotations

import numpy as np
import pytest

from afterban.errors import AfterbanError
from afterban.experiment import ranking as r
from afterban.experiment.ranking import (
    BEST,
    FOLLOWERS,
    IMPRESSIONS,
    MOMENT,
    RANDOM,
    RANKINGS,
    live_on,
    ranking,
)
from afterban.experiment.replicate import simulate
from afterban.scenario import Scenario

TEXT = """
schema_version: 1
name: small
start: 2024-01-01
horizon: 60 days
replications: 12
seed: 4
tiers:
  large: {count: 6, audience: {lognormal: {median: 3000, sigma: 0.6}}, posts: 10 per day}
  others:
    count: 114
    audience: {lognormal: {median: 200, sigma: 1.3}}
    posts: {lognormal: {median: 2 per day, sigma: 1.0}}
detection: {reports: 50 per million impressions}
returning: {probability: 0.5}
"""
SHARES = (0.05, 0.25)


@pytest.fixture(scope="module")
def small():
    return Scenario.from_text(TEXT, "small.yaml")


@pytest.fixture(scope="module")
def found(small):
    return ranking(small, shares=[*SHARES, 1.0], error=0.3)


def left(scenario, window, error, replications, shares=(0.2,)):
    """What each ranking leaves, ``[replications, rankings, shares]``, whatever the error."""
    rows = [
        r._replication(scenario, "base", 4, k, 20.0, window, error, shares, "compiled")[1]
        for k in range(replications)
    ]
    return np.array(rows)


def apart(values, one, other):
    """Mean difference of two rankings at the first share, and its standard error."""
    gap = values[:, RANKINGS.index(one), 0] - values[:, RANKINGS.index(other), 0]
    return float(gap.mean()), float(gap.std(ddof=1) / np.sqrt(len(gap)))


def test_rankings_differ_as_they_must(found):
    for share in SHARES:
        random, known, best = (
            found.at(name, share).left.value for name in (RANDOM, IMPRESSIONS, BEST)
        )
        assert best <= known < random
    said = found.words()
    assert said[0].startswith(f"Removing {100 * found.telling:g} % of the accounts leaves")
    assert "after the fact" in said[0]


def test_nothing_beats_the_best_after_the_fact_beyond_chance(found):
    # Four standard errors: of 15 comparisons one in a thousand fails by chance.
    for row in found.rows:
        low = row.above_best
        error = (low.high - low.low) / 2 / 2.2  # Student's t of 11 degrees of freedom
        assert low.value > -4 * error - 1e-12, row


def test_the_check_on_the_best_can_fail(small, monkeypatch):
    """A best that goes the wrong way round is beaten."""
    losses = r._losses
    monkeypatch.setattr(r, "_losses", lambda *given: losses(*given).max() + 1 - losses(*given))
    wrong = ranking(small, shares=[0.25], error=0.3)
    assert wrong.at(IMPRESSIONS, 0.25).above_best.high < 0


def test_when_all_are_removed_all_rankings_are_the_same(found):
    assert len({row.left.value for row in found.rows if row.share == 1.0}) == 1


def test_without_window_and_error_what_is_known_is_what_is(small):
    told = ranking(small, window=0, error=0, shares=SHARES, replications=3)
    for share in SHARES:
        assert told.at(IMPRESSIONS, share).left == told.at(MOMENT, share).left


@pytest.mark.slow
def test_with_an_error_beyond_all_measure_it_is_random(small):
    # Four standard errors, and small beside what a ranking without an error gains.
    values = left(small, 0.0, 100.0, 150)
    for known in (IMPRESSIONS, FOLLOWERS):
        gap, error = apart(values, known, RANDOM)
        assert abs(gap) < 4 * error
    gains = apart(values, MOMENT, RANDOM)
    assert gains[0] < -8 * gains[1]


@pytest.mark.slow
def test_the_larger_the_error_the_less_a_ranking_gains(small):
    means = [
        apart(left(small, 5.0, error, 40), IMPRESSIONS, RANDOM)[0] for error in (0.0, 1.5, 100)
    ]
    assert means[0] < means[1] < means[2]


def test_the_answer_is_the_same_for_any_number_of_workers(small):
    one = ranking(small, shares=SHARES, replications=4, workers=1)
    assert ranking(small, shares=SHARES, replications=4, workers=2).to_dict() == one.to_dict()


def test_both_engines_give_one_answer(small):
    few = small.with_changes({"tiers.others.count": 30})
    told = [
        ranking(few, shares=[0.2], replications=1, engine=engine, workers=1).to_dict()
        for engine in ("reference", "compiled")
    ]
    assert told[0] == told[1]


def test_live_accounts_are_those_that_a_campaign_can_take(small):
    outcome = simulate(
        small.with_changes({"detection.pulses": "[{date: 2024-01-21, share: 1}]"}),
    )
    assert outcome.records.struck.tolist() == [len(live_on(outcome.records, 20.0))]


def test_campaigns_of_the_scenario_are_left_out(small):
    plain = ranking(small, shares=[0.2], replications=2)
    more = small.with_changes({"detection.pulses": "[{date: 2024-01-11, share: 0.5}]"})
    assert ranking(more, shares=[0.2], replications=2).rows == plain.rows


def test_a_queue_that_ranks_keeps_its_table(small):
    team = {
        "reviewers": 1,
        "rank_by": {"what": "followers", "window": "3d"},
        "service_time": "30min",
    }
    told = ranking(small.with_changes({"review.team": team}), shares=[0.2], replications=2)
    assert told.at(BEST, 0.2).left.value < 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"day": "60d"}, "less than the horizon, 60d"),
        ({"day": 0.0}, "more than 0"),
        ({"day": "soon"}, "day: "),
        ({"shares": []}, "one or more"),
        ({"shares": [1.2]}, "at most 1"),
        ({"error": 11.0}, "10 or less"),
        ({"window": 4000.0}, "over ten years"),
        ({"window": -1.0}, "greater than or equal"),
        ({"policy": "bass"}, "bass"),
        ({"policy": "none"}, "none"),
    ],
)
def test_what_cannot_be_is_told(small, changes, message):
    with pytest.raises((AfterbanError, KeyError), match=message):
        ranking(small, replications=1, **changes)
