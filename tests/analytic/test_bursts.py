"""Posting that bursts: posts, impressions, detection, recruits and losses against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from afterban import run as simulate
from afterban import theory
from afterban.mechanisms import census
from afterban.mechanisms import state as s
from afterban.mechanisms.bursts import after_ordinary_days, change_pace, ordinary_days
from afterban.metrics.losses import seen_if_spared

WINDOWS = [(10.0, 14.0, 3.0), (30.0, 45.0, 0.25), (45.0, 50.0, 2.0)]
POSTING = {
    "posting.bursts": [
        {"from": "2014-06-12", "until": "2014-06-16", "factor": 3},
        {"from": "2014-07-02", "until": "2014-07-17", "factor": 0.25},
        {"from": "2014-07-17", "until": "2014-07-22", "factor": 2},
    ]
}
GROWING = {
    "tiers.alike.attached_at_start": 0.4,
    "tiers.alike.insider_share": 0.3,
    "audience.discover_insiders": "0.02 per day",
    "audience.discover_outsiders": "0.05 per day",
}


def test_posts_and_impressions_of_a_growing_audience(plain, run, engine):
    one = run(plain(POSTING | GROWING), engine, policy="none")
    grid, series = one.parameters.grid, one.records.series[:, 0]
    posts = theory.in_bursts(lambda t: 5.0 * t, grid, WINDOWS)
    assert series[:, census.POSTS] == pytest.approx(300 * posts, rel=1e-12)

    def seen(people, discover, bursts=WINDOWS):
        def impressions(t):
            days = theory.follower_days(
                t, attached=0.4 * people, untouched=0.6 * people, refollow=0.0, discover=discover
            )
            return 300 * 5.0 * one.parameters.view_probability * days

        return theory.in_bursts(impressions, grid, bursts)

    assert series[:, census.OUTSIDER_IMPRESSIONS] == pytest.approx(seen(700, 0.05), rel=1e-9)
    assert series[:, census.ALL_OUTSIDER_IMPRESSIONS] == pytest.approx(seen(700, 0.05), rel=1e-9)
    assert series[:, census.INSIDER_IMPRESSIONS] == pytest.approx(seen(300, 0.02), rel=1e-9)
    other = [(b, e, 1.01 * k) for b, e, k in WINDOWS]
    assert series[-1, census.OUTSIDER_IMPRESSIONS] != pytest.approx(
        seen(700, 0.05, other)[-1], rel=1e-4
    )


@pytest.mark.parametrize(
    ("channel", "hazard"),
    [
        ({"detection.classifier": "0.002 per post"}, 0.01),
        # Everybody follows all along, so that reports have a constant hazard too.
        ({"detection.reports": "100 per million impressions"}, 1e-4 * 5 * 0.02 * 500),
        ({"detection.threats": "0.01 per day"}, None),
    ],
)
def test_what_follows_posts_finds_more_in_a_burst(plain, run, engine, channel, hazard):
    """Days until the flag have the survival exp(-hazard x ordinary days of posting)."""
    changes = {
        "detection.threats": 0,
        "tiers.alike.count": 4000,
        "tiers.alike.audience": 1000,
        "tiers.alike.insider_share": 0.5,
        "detection.insider_reports": 0,
        "returning.probability": 0,
    }
    one = run(plain(POSTING | changes | channel), engine)
    flagged = one.records.accounts["flagged_day"]
    found = flagged[~np.isnan(flagged)]

    def cumulative(days, bursts):
        return 1.0 - np.exp(-theory.in_bursts(lambda t: (hazard or 0.01) * t, days, bursts))

    whole = {
        bursts: cumulative(np.array([100.0]), list(bursts))[0] for bursts in (tuple(WINDOWS), ())
    }
    fits = {
        bursts: stats.kstest(found, lambda t, b=bursts: cumulative(t, list(b)) / whole[b]).pvalue
        for bursts in whole
    }
    number = {b: stats.binomtest(len(found), 4000, p).pvalue for b, p in whole.items()}
    right, wrong = (tuple(WINDOWS), ()) if hazard else ((), tuple(WINDOWS))
    assert min(fits[right], number[right]) > 1e-3
    assert min(fits[wrong], number[wrong]) < 1e-4


def test_recruits_come_with_the_impressions(plain, run, engine):
    changes = {
        "detection.threats": 0,
        "tiers.alike.insider_share": 0,
        "tiers.alike.count": 500,
        "tiers.newcomer": {"count": 0, "audience": 1, "posts": 0, "degree": 0},
        "recruitment": {"per_impression": "500 per million impressions", "tier": "newcomer",
                        "most": 5000, "delay": 0},
    }  # fmt: skip
    one = run(plain(POSTING | changes), engine)
    rows = one.records.accounts
    days = rows["created_day"][rows["operator"] >= 500]
    rate = 500 * 5.0 * 1000 * one.parameters.view_probability * 5e-4
    truth = [theory.in_bursts(lambda t: rate * t, 100.0, b) for b in (WINDOWS, [])]
    assert abs(len(days) - truth[0]) < 4.0 * math.sqrt(truth[0])
    whole = theory.in_bursts(lambda t: t, 100.0, WINDOWS)
    assert (
        stats.kstest(days, lambda t: theory.in_bursts(lambda x: x, t, WINDOWS) / whole).pvalue
        > 1e-3
    )
    assert stats.kstest(days, lambda t: t / 100.0).pvalue < 1e-4


def parts(scenario, engine):
    outcome = simulate(scenario, replications=1, engine=engine, policies=["base"])
    table = outcome.summary().set_index(["policy", "metric"])["estimate"]
    names = ("loss_by_absence", "loss_by_rebuilding", "loss_by_followers")
    return [float(table["base", name]) for name in names]


def test_an_absence_in_a_burst_counts_as_much_more(plain, engine):
    """Who is back with the whole audience has lost the posts of the days away and nothing else."""
    found = {"audience.refollow_outsiders": "100000 per day"}
    shares = parts(plain(found | POSTING), engine)
    assert shares == pytest.approx([1.0, 0.0, 0.0], abs=1e-4)
    assert sum(parts(plain(POSTING | GROWING), engine)) == pytest.approx(1.0)


def test_what_operators_would_have_made_is_what_they_make_if_spared(plain, run):
    spared = run(plain(POSTING | GROWING), policy="none")
    made = spared.records.window_impressions.sum(axis=0)
    hit = run(plain(POSTING | GROWING))
    assert seen_if_spared(hit.parameters, hit.world, hit.records) == pytest.approx(made, rel=1e-9)


STARTS, FACTORS = np.array([-math.inf, 10.0, 14.0]), np.array([1.0, 3.0, 0.5])


@pytest.mark.parametrize(
    ("begin", "end", "days"),
    [(2.0, 5.0, 3.0), (9.0, 11.0, 4.0), (8.0, 16.0, 2.0 + 12.0 + 1.0), (12.0, 12.0, 0.0)],
)
def test_ordinary_days_there_and_back(begin, end, days):
    assert ordinary_days(STARTS, FACTORS, begin, end) == pytest.approx(days)
    assert after_ordinary_days(STARTS, FACTORS, begin, days) == pytest.approx(end)


def test_a_promotion_under_way_takes_the_posts_that_are_left():
    """30 posts at 10 a day from day 9 on: at three times the rate since day 10 until day 10 2/3."""
    row = np.zeros(s.COLUMNS)
    row[s.PUBLIC], row[s.BUSY_UNTIL] = 1.0, 12.0
    change_pace(row, 10.0, 2.0)
    assert row[s.BUSY_UNTIL] == pytest.approx(10.0 + 2.0 / 3.0)
    assert row[s.BUSY_UNTIL] == pytest.approx(after_ordinary_days(STARTS, FACTORS, 9.0, 3.0))
    change_pace(row, 11.0, 0.0)  # which is over by then
    assert row[s.BUSY_UNTIL] == pytest.approx(10.0 + 2.0 / 3.0)
    assert row[s.POSTS_CHANGE] == 0.0
