"""What the loss of reach is made of: by hand, and in worlds where only one part can be."""

from __future__ import annotations

import math

import numpy as np
import pytest

from afterban import run as simulate
from afterban.mechanisms import state as s
from afterban.mechanisms.absence import days_between, follower_days_away
from afterban.metrics.losses import (
    seen_if_spared,
    share_of_the_most_seen,
    shares_of_loss,
)

PARTS = ("loss_by_absence", "loss_by_rebuilding", "loss_by_followers")


def parts(scenario, engine, policy="base"):
    outcome = simulate(scenario, replications=1, engine=engine, policies=[policy, "base"])
    table = outcome.summary().set_index(["policy", "metric"])["estimate"]
    return [float(table[policy, name]) for name in PARTS]


def away(public, suspended, *, first=5.0, horizon=40.0, attached=100.0, joining=0.0):
    row = np.zeros((1, s.COLUMNS))
    row[0, s.ATTACHED_OUT] = attached
    row[0, s.UNTOUCHED_OUT] = joining
    return follower_days_away(
        row,
        np.zeros(len(public), dtype=np.int32),
        np.array(public),
        np.array(suspended),
        np.array([3.0]),
        np.array([0.0, 0.1]),
        first,
        horizon,
        np.array([-math.inf]),
        np.ones((1, 1)),
        np.zeros(1, dtype=np.int64),
    )


nan = math.nan


@pytest.mark.parametrize(
    ("public", "suspended", "days"),
    [
        ([0.0], [nan], 0.0),
        ([0.0], [10.0], 30.0),
        ([0.0, 15.0], [10.0, 20.0], 5.0 + 20.0),
        ([0.0, 7.0], [2.0, nan], 2.0),  # only what is in the evaluation period
        ([0.0, nan, 30.0], [10.0, 20.0, nan], 20.0),  # suspended in private: away all along
        ([nan, 12.0], [4.0, 30.0], 10.0),  # nobody is away before the first public account
        ([nan], [4.0], 0.0),
    ],
)
def test_the_days_of_an_absence_are_counted_once(public, suspended, days):
    assert away(public, suspended) == pytest.approx(100.0 * 3.0 * days)


def test_who_would_have_come_by_then_counts_too():
    # 50 people discover it at 0.1 a day; from day 10 to 40 they would have been 50 (1 - e^-t/10).
    more = 50.0 * (30.0 - 10.0 * (math.exp(-1.0) - math.exp(-4.0)))
    assert away([0.0], [10.0], joining=50.0) == pytest.approx(3.0 * (100.0 * 30.0 + more))
    assert days_between(np.zeros(s.COLUMNS), 0.0, 8.0, 4.0, np.zeros(2), 0.0) == 0.0


def test_where_everybody_is_back_with_the_account_the_loss_is_absence(plain, engine):
    found = {"audience.refollow_outsiders": "100000 per day"}
    absence, rebuilding, followers = parts(plain(found), engine)
    assert absence == pytest.approx(1.0, abs=1e-4)
    assert rebuilding == pytest.approx(0.0, abs=1e-12)
    assert followers == pytest.approx(0.0, abs=1e-4)


def test_where_accounts_are_back_at_once_the_loss_is_followers(plain, engine):
    at_once = {"returning.delay": "0 d", "audience.refollow_outsiders": 0}
    absence, rebuilding, followers = parts(plain(at_once), engine)
    assert (absence, rebuilding) == pytest.approx((0.0, 0.0), abs=1e-12)
    assert followers == pytest.approx(1.0)


def test_where_posts_go_into_rebuilding_only_the_loss_is_rebuilding(plain, engine):
    changes = {
        "returning.delay": "0 d",
        "audience.refollow_outsiders": "1000000 per day",
        "returning.rebuilding": "{share: 0.5, window: 2 d}",
    }
    absence, rebuilding, followers = parts(plain(changes), engine)
    assert absence == 0.0
    assert rebuilding == pytest.approx(1.0, abs=1e-3)
    assert followers == pytest.approx(0.0, abs=1e-3)


def test_the_parts_make_the_whole_and_none_of_it_is_told_of_a_world_without_loss(plain, engine):
    assert sum(parts(plain(), engine)) == pytest.approx(1.0)
    assert all(math.isnan(part) for part in parts(plain(), engine, "none"))
    same = {"outsider_impressions": 5.0, "outsider_impressions_of_all_posts": 6.0}
    assert np.isnan(shares_of_loss(same, same, 0.0)).all()
    assert np.isnan(shares_of_loss(same, {}, 0.0)).all()


def test_what_operators_would_have_made_is_what_they_make_in_the_world_without_enforcement(
    plain, run
):
    changes = {"tiers.alike.audience": "{lognormal: {median: 1000, sigma: 1}}"}
    changes |= {"tiers.alike.attached_at_start": 0.4, "audience.discover_outsiders": "0.01 per day"}
    spared = run(plain(changes), policy="none")
    expected = seen_if_spared(spared.parameters, spared.world, spared.records)
    made = spared.records.window_impressions.sum(axis=0)
    assert expected == pytest.approx(made, rel=1e-9)
    hit = run(plain(changes))
    assert seen_if_spared(hit.parameters, hit.world, hit.records) == pytest.approx(made, rel=1e-9)
    share = share_of_the_most_seen(hit.parameters, hit.world, hit.records)
    lost = made - hit.records.window_impressions.sum(axis=0)
    most = np.argsort(-made)[:3]
    assert share == pytest.approx(lost[most].sum() / lost.sum())
    assert 0.01 < share < 0.5
    assert math.isnan(share_of_the_most_seen(spared.parameters, spared.world, spared.records))
