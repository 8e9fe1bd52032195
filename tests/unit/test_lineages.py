"""First accounts, second ones and later ones: known answers, sums, and means over replications."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from afterban.engines.records import ACCOUNT, CASE, Records
from afterban.mechanisms import state as s
from afterban.metrics import lineages
from afterban.parameters import Parameters
from afterban.scenario import Scenario
from afterban.world import World

NAN = math.nan
TEXT = """
schema_version: 1
name: lives
start: 2014-06-02
horizon: 20 d
tiers:
  official: {count: 1, audience: 1000, posts: 10 per day}
  supporter: {count: 2, audience: 100, posts: 2 per day}
exposure: {outsiders: 10_000}
returning: {posts_after_return: 0.5, posts_after_move: 3}
platforms:
  first: {users: 1000}
  second: {users: 1000}
"""
WORLD = World(
    tier=np.array([0, 1, 1]),
    audience=np.array([[500.0, 500.0], [50.0, 50.0], [50.0, 50.0]]),
    posts=np.array([10.0, 2.0, 2.0]),
    promoter_start=np.zeros(4, dtype=np.int64),
    promoters=np.zeros(0, dtype=np.int32),
    links=np.zeros(3, dtype=np.int64),
)
# operator, life, platform, public, suspended, followers of both segments, outsider impressions
ROWS = [
    (0, 1, 0, 0.0, 6.0, 1000.0, 3000.0),
    (0, 2, 0, 7.0, 10.0, 300.0, 600.0),
    (0, 3, 0, NAN, 11.0, 0.0, 0.0),  # caught when it was made
    (0, 4, 1, 14.0, NAN, 100.0, 400.0),
    (1, 1, 0, 0.0, 2.0, 100.0, 50.0),
    (1, 2, 0, 5.0, NAN, 80.0, 20.0),
    (2, 1, 0, 0.0, NAN, 90.0, 30.0),
]


def accounts(rows=ROWS):
    made = np.zeros(len(rows), dtype=ACCOUNT)
    for k, (operator, life, platform, public, suspended, followers, seen) in enumerate(rows):
        made[k]["operator"], made[k]["life"], made[k]["platform"] = operator, life, platform
        made[k]["public_day"], made[k]["suspended_day"] = public, suspended
        made[k]["created_day"] = 11.0 if math.isnan(public) else public
        made[k]["insider_followers"] = made[k]["outsider_followers"] = followers / 2
        made[k]["outsider_impressions"] = seen
    return made


@pytest.fixture(scope="module")
def table():
    p = Parameters.from_scenario(Scenario.from_text(TEXT))
    nothing = np.empty((0, 0))
    records = Records(
        accounts(),
        np.empty(0, CASE),
        nothing,
        nothing,
        nothing,
        np.zeros((3, s.COLUMNS)),
        events=0,
    )
    return lineages.by_life(p, records, WORLD)


def at(table, column, tier=0):
    return table[tier, :, lineages.COLUMNS.index(column)]


KNOWN = {
    "accounts": [3, 2, 1, 1],
    "suspended": [2, 1, 1, 0],
    # 6 + 2 + 20 days for two suspensions; 3 + 15 for one; the third was never public.
    "length_days": [14.0, 18.0, NAN, NAN],
    "gap_days": [NAN, (1.0 + 3.0) / 2, 1.0, 3.0],
    # Of second lives half of the rate; of the fourth an eighth, times 3 for the move.
    "posts": [(60 + 4 + 40) / 3, (15 + 15) / 2, 0.0, 6 * 10 * 3 / 8],
    "followers_people": [550.0, 300.0, NAN, NAN],
    "followers_ratio": [1.0, 0.3, NAN, NAN],
    "outsider_impressions": [3080.0, 620.0, 0.0, 400.0],
    "outsider_impressions_share": [3080 / 4100, 620 / 4100, 0.0, 400 / 4100],
}


@pytest.mark.parametrize("column", KNOWN)
def test_known_answers(table, column):
    assert at(table, column)[:4] == pytest.approx(KNOWN[column], rel=1e-12, nan_ok=True)


def test_tiers_are_told_apart(table):
    assert at(table, "accounts", 1)[:4].tolist() == [1, 1, 1, 1]
    assert at(table, "outsider_impressions", 2)[:2].tolist() == [80.0, 20.0]
    assert at(table, "followers_ratio", 2)[0] == 1.0
    for column in ("accounts", "suspended", "outsider_impressions"):
        assert at(table, column, 1) + at(table, column, 2) == pytest.approx(at(table, column))


def test_reach_of_each_number(table):
    # The official account's 500 outsiders see 6 posts each of the first, of the fourth 0.8.
    reach = at(table, "reach_people", 1)
    assert reach[0] == pytest.approx(500 * -math.expm1(-6.0), rel=1e-9)
    assert reach[3] == pytest.approx(500 * -math.expm1(-0.8), rel=1e-9)
    assert reach[2] == reach[7] == 0.0
    assert at(table, "reach_people")[0] < reach[0] + at(table, "reach_people", 2)[0]


def test_later_lives_are_told_together():
    rows = [(0, k, 0, float(k), k + 0.5, 10.0 * k, float(k)) for k in range(1, 16)]
    p = Parameters.from_scenario(Scenario.from_text(TEXT))
    nothing = np.empty((0, 0))
    made = Records(
        accounts(rows),
        np.empty(0, CASE),
        nothing,
        nothing,
        nothing,
        np.zeros((3, s.COLUMNS)),
        events=0,
    )
    told = lineages.by_life(p, made, WORLD)
    assert at(told, "accounts")[-1] == 6  # the tenth to the fifteenth
    assert at(told, "outsider_impressions")[-1] == sum(range(10, 16))
    assert at(told, "followers_people")[-1] == pytest.approx(125.0)


def test_the_share_of_first_accounts_and_of_lineages_that_kept_little():
    a = accounts()
    whole, each = lineages.first_account_share(a, WORLD.tier[a["operator"]], 2)
    assert whole == pytest.approx(3080 / 4100)
    assert each == pytest.approx([0.75, 0.8])
    told = lineages.lineages(a, 3)
    # Two came back: one has 100 of 1000 left, the other 80 of 100.
    assert lineages.kept_less(told, 0.5).tolist() == [True, False]
    assert lineages.kept_less(told, 0.05).tolist() == [False, False]
    assert lineages.kept_less(told, 0.9).tolist() == [True, True]


def test_nobody_made_an_account():
    whole, each = lineages.first_account_share(accounts([]), np.empty(0, np.int64), 2)
    assert math.isnan(whole)
    assert np.isnan(each).all()
    assert len(lineages.kept_less(lineages.lineages(accounts([]), 3), 0.5)) == 0


def test_means_over_the_replications_in_which_there_is_a_value():
    tables = np.random.default_rng(3).normal(5.0, 2.0, (6, 4, 3))
    tables[tables < 4.0] = np.nan
    tables[:, 0, 0] = np.nan
    told = lineages.LifeMoments()
    for one in tables:
        told.add(one)
    n = np.isfinite(tables).sum(axis=0)
    assert (told.n == n).all()
    assert n.min() == 0
    some = n > 0
    assert told.mean[some] == pytest.approx(np.nanmean(tables[:, some], axis=0))
    several = n > 1
    expected = stats.sem(tables[:, several], axis=0, nan_policy="omit")
    assert told.spread()[several] == pytest.approx(np.asarray(expected))
    assert np.isnan(told.spread()[~several]).all()
