"""The census against a count by hand."""

from __future__ import annotations

import numpy as np
import pytest

from afterban.mechanisms import census as c
from afterban.mechanisms import state as s
from afterban.mechanisms.audience import advance

DISCOVER = np.array([0.02, 0.002])
TIER = np.array([0, 1, 1])
POSTS = np.array([10.0, 2.0, 4.0])
VIEW, REBUILD = 0.02, 0.3


def rows_of_three():
    rows = np.zeros((3, s.COLUMNS))
    for i, row in enumerate(rows):
        row[s.CLOCK] = 4.0 + i
        row[s.ATTACHED_IN : s.GONE_IN + 1] = 100.0 * (i + 1), 50.0, 20.0, 0.0
        row[s.ATTACHED_OUT : s.GONE_OUT + 1] = 300.0 * (i + 1), 70.0, 900.0, 5.0
        row[s.REFOLLOW_IN], row[s.REFOLLOW_OUT] = 1.0, 0.03
        row[s.BUSY_UNTIL], row[s.REBUILD_UNTIL] = 5.0, 8.0
        row[s.SEEN_IN], row[s.SEEN_OUT] = 1000.0, 2000.0
        row[s.REBUILD_DAYS], row[s.PUBLIC_DAYS] = 1.0, 3.0
        row[s.SHOWN_OUT] = 2500.0
        row[s.PUBLIC] = 1.0
    rows[2, s.PUBLIC] = 0.0  # suspended, and not back
    return rows


def census(rows, time=9.0):
    table = np.zeros((2, c.COLUMNS))
    seen = np.full(3, np.nan)
    c.take_census(time, rows, TIER, POSTS, VIEW, DISCOVER, REBUILD, table, seen)
    return table, seen


def test_it_adds_up_by_tier_and_touches_nothing():
    rows = rows_of_three()
    before = rows.copy()
    table, seen = census(rows)
    assert (rows == before).all()
    for i in (0, 1):
        advance(rows[i], 9.0, DISCOVER, REBUILD)
    live = np.array([1.0, 1.0, 0.0])
    for k in (0, 1):
        of_tier = k == TIER
        expected = {
            c.LIVE: live[of_tier].sum(),
            c.ATTACHED_INSIDERS: (live * rows[:, s.ATTACHED_IN])[of_tier].sum(),
            c.ATTACHED_OUTSIDERS: (live * rows[:, s.ATTACHED_OUT])[of_tier].sum(),
            c.INSIDER_IMPRESSIONS: (POSTS * VIEW * rows[:, s.SEEN_IN])[of_tier].sum(),
            c.OUTSIDER_IMPRESSIONS: (POSTS * VIEW * rows[:, s.SEEN_OUT])[of_tier].sum(),
            c.ALL_OUTSIDER_IMPRESSIONS: (POSTS * VIEW * rows[:, s.SHOWN_OUT])[of_tier].sum(),
            c.POSTS: (POSTS * rows[:, s.PUBLIC_DAYS])[of_tier].sum(),
            c.REBUILD_POSTS: (POSTS * rows[:, s.REBUILD_DAYS])[of_tier].sum(),
        }
        for column, value in expected.items():
            assert table[k, column] == pytest.approx(value, rel=1e-12), column
    assert seen == pytest.approx(POSTS * VIEW * rows[:, s.SEEN_OUT], rel=1e-12)


def test_it_adds_to_what_was_counted_as_it_happened():
    table = np.zeros((2, c.COLUMNS))
    table[:, c.CREATED] = 7.0
    c.take_census(9.0, rows_of_three(), TIER, POSTS, VIEW, DISCOVER, REBUILD, table, np.zeros(3))
    assert table[:, c.CREATED].tolist() == [7.0, 7.0]
    assert table[:, c.SUSPENDED].tolist() == [0.0, 0.0]


def test_a_later_census_sees_more():
    one, two = census(rows_of_three(), 9.0)[0], census(rows_of_three(), 12.0)[0]
    for column in (c.ATTACHED_OUTSIDERS, c.OUTSIDER_IMPRESSIONS, c.POSTS):
        assert (two[:, column] > one[:, column]).all()
    # All windows of rebuilding are over by day 8.
    assert two[:, c.REBUILD_POSTS] == pytest.approx(one[:, c.REBUILD_POSTS], rel=1e-12)
