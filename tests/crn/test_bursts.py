"""Posting that bursts: what it leaves as it was, and what it must change."""

from __future__ import annotations

import numpy as np
import pytest

from afterban.mechanisms import census as c
from afterban.mechanisms import detection

# Start 2014-06-02, 40 days.
MIDDLE = {"from": "2014-06-12", "until": "2014-06-19"}  # day 10 to 17
HUBS = {**MIDDLE, "factor": 3, "tiers": ["hub"]}
NO_PROMOTION = {"promotion.posts": 0}


def burst(*bursts):
    return {"posting.bursts": list(bursts)}


@pytest.mark.parametrize(
    "bursts",
    [
        [{**MIDDLE, "factor": 1}],
        [{"from": "2014-06-02", "factor": 1}],
        [{**MIDDLE, "factor": 4}, {**MIDDLE, "factor": 0.25}],
    ],
)
def test_bursts_that_change_nothing_leave_every_bit(small, run, engine, same, bursts):
    plain = run(small(), engine)
    assert same(plain, run(small(burst(*bursts)), engine))
    assert not same(plain, run(small(burst({**MIDDLE, "factor": 4})), engine))


@pytest.mark.parametrize("team", [False, True])
def test_a_burst_of_the_whole_time_is_a_rate(small, with_team, run, engine, same, team):
    """Twice the posts, so that not even rounding differs."""
    changes = with_team if team else {}
    whole = {
        "tiers.hub.posts": "20 per day",
        "tiers.supporter.posts": "6 per day",
    }
    half = {
        "tiers.hub.posts": "10 per day",
        "tiers.supporter.posts": "3 per day",
    }
    always = {"from": "2014-06-02", "factor": 2}
    for more in ({}, {"returning.posts_after_return": 0.5}):
        one = run(small({**changes, **whole, **more}), engine).records
        other = run(small({**changes, **half, **more, **burst(always)}), engine).records
        assert all(same(one.accounts[name], other.accounts[name]) for name in _TOLD)
        assert one.window_impressions == pytest.approx(other.window_impressions, rel=1e-12)
        assert one.series == pytest.approx(other.series, rel=1e-9, abs=1e-6)
        assert one.events == other.events


_TOLD = ["operator", "life", "public_day", "flagged_day", "suspended_day", "channel", "handle"]


def test_nothing_changes_before_a_burst(small, run, engine, same):
    one, other = run(small(), engine), run(small(burst({**MIDDLE, "factor": 4})), engine)
    before = one.parameters.grid <= 10.0
    assert same(one.records.series[before], other.records.series[before])
    assert not same(one.records.series, other.records.series)


def test_another_tier_keeps_every_bit(small, run, engine, same):
    """Without promotion nobody's fate hangs on another's."""
    one, other = (run(small({**NO_PROMOTION, **more}), engine) for more in ({}, burst(HUBS)))
    mine = [run_.records.accounts["operator"] >= 3 for run_ in (one, other)]  # supporters
    assert same(one.records.accounts[mine[0]], other.records.accounts[mine[1]])
    assert same(one.records.series[:, 1], other.records.series[:, 1])
    assert not same(one.records.series[:, 0], other.records.series[:, 0])


def test_a_burst_is_found_no_later(small, run):
    """By reports and the classifier, of the first lives; and the other channels as before."""
    alone = {**NO_PROMOTION, "returning.probability": 0, "review.sensitivity": 1}
    one, other = (
        run(small({**alone, **more})).records.accounts
        for more in ({}, burst({**MIDDLE, "factor": 4}))
    )
    first = [rows[rows["life"] == 1]["flagged_day"] for rows in (one, other)]
    first = [np.where(np.isnan(days), np.inf, days) for days in first]
    assert (first[1] <= first[0] + 1e-9).all()
    assert (first[1] < first[0]).any()
    threats = [rows[rows["channel"] == detection.THREATENED] for rows in (one, other)]
    both = np.intersect1d(threats[0]["operator"], threats[1]["operator"])
    days = [rows["flagged_day"][np.isin(rows["operator"], both)] for rows in threats]
    assert (days[0] == days[1]).all()


def test_flags_on_ordinary_users_do_not_burst(small, run, same):
    """They belong to ordinary activity."""
    price = {"detection.precision": 0.5, "returning.probability": 0, **NO_PROMOTION}
    one, other = (run(small({**price, **more})).records.cases for more in ({}, burst(HUBS)))
    rows = [cases[cases["operator"] == -1 - detection.REPORTED] for cases in (one, other)]
    assert len(rows[0]) > 0
    assert same(np.sort(rows[0]["arrived_day"]), np.sort(rows[1]["arrived_day"]))


def test_rebuilding_is_a_share_of_posts_in_a_burst_too(small, run):
    """Of two worlds in which nobody returns or promotes all posts are ordinary ones."""
    told = run(small(burst({**MIDDLE, "factor": 4})), policy="none").records.series[-1]
    assert told[:, c.REBUILD_POSTS].sum() == 0.0
    assert told[:, c.POSTS].sum() > 0.0
