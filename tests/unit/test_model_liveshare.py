"""The live share: what is written down of it, and integrals against a count in small steps."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from afterban.mechanisms import liveshare as ls
from afterban.mechanisms import state as s
from afterban.mechanisms.audience import followers_at, since

DISCOVER = np.array([0.02, 0.002])
HAZARDS = np.array([0.02, 0.9, 0.9 + 0.05])


def crowd(weight, place=None, platforms=1, public=True, hazards=HAZARDS, horizon=60.0):
    n = len(weight)
    rows = np.zeros((n, s.COLUMNS))
    rows[:, s.PUBLIC] = public
    place = np.zeros(n, dtype=np.int64) if place is None else np.array(place)
    return ls.at_the_start(np.array(weight, float), rows, place, platforms, hazards, horizon)


def entries(shares, place=0):
    k = shares.log.used[place]
    return tuple(shares.log.entries[place, :k, column].tolist() for column in (0, 1))


def test_weights_are_those_whom_a_member_follows():
    # Operator 0 is followed by 1 and 2, 1 by 2, 2 by nobody; 3 comes later, followed by all.
    promoters = np.array([1, 2, 2, 0, 1, 2], dtype=np.int32)
    start = np.array([0, 2, 3, 3, 6])
    links = np.bincount(promoters, minlength=4)
    assert ls.weights(links, promoters, start, 3).tolist() == [0.0, 1.0, 2.0, 1.0]
    # How many may come later changes nothing for those who are there.
    links = np.bincount(promoters[:3])
    assert ls.weights(links, promoters[:3], start[:4], 3).tolist() == [0.0, 1.0, 2.0]


def test_a_purge_is_one_entry_and_a_return_the_next():
    shares = crowd([1.0] * 10)
    assert ls.never_moved(shares, 0)
    for i in range(9):
        ls.depart(shares, i, 0, 4.0)
    ls.arrive(shares, 3, 0, 6.0, False)
    assert entries(shares) == ([0.0, 4.0, 6.0], pytest.approx([1.0, 0.1, 0.2]))
    assert ls.share_now(shares, 0) == pytest.approx(0.2)
    assert not ls.never_moved(shares, 0)
    days = [ls.share_days(shares, 0, day) for day in (0.0, 3.0, 4.0, 5.0, 8.0)]
    assert days == pytest.approx([0.0, 3.0, 4.0, 4.1, 4.0 + 0.2 + 0.4])


def test_steps_under_the_threshold_wait():
    shares = crowd([1.0] * 4096)
    for k in range(8):
        ls.depart(shares, k, 0, 1.0 + k)
    assert entries(shares) == ([0.0, 4.0, 8.0], [1.0, 1 - 4 / 4096, 1 - 8 / 4096])


def test_newcomers_take_places_and_never_more_than_all():
    shares = crowd([2.0, 1.0, 1.0, 5.0], public=[True, True, True, False])
    assert shares.whole.tolist() == [4.0]
    ls.arrive(shares, 3, 0, 1.0, False)  # a newcomer: more than were there
    assert entries(shares) == ([0.0], [1.0])
    ls.depart(shares, 0, 0, 2.0)
    ls.depart(shares, 3, 0, 3.0)
    assert entries(shares) == ([0.0, 3.0], [1.0, 0.5])


def test_on_a_later_platform_those_who_come_are_its_members():
    shares = crowd([1.0, 3.0, 4.0], platforms=2)
    assert ls.share_now(shares, 1) == 1.0
    ls.arrive(shares, 1, 1, 2.0, True)
    ls.arrive(shares, 0, 1, 3.0, True)
    assert shares.whole.tolist() == [8.0, 4.0]
    assert ls.share_now(shares, 1) == 1.0
    ls.depart(shares, 1, 1, 4.0)
    assert ls.share_now(shares, 1) == 0.25
    ls.arrive(shares, 1, 1, 5.0, False)
    assert ls.share_now(shares, 1) == 1.0
    assert ls.share_now(shares, 0) == 1.0


def test_where_nobody_follows_anybody_everybody_is_live():
    shares = crowd([0.0] * 5)
    ls.depart(shares, 0, 0, 1.0)
    assert ls.never_moved(shares, 0)


def test_there_is_room_for_more(monkeypatch):
    monkeypatch.setattr(ls, "ROOM", 2)
    shares = crowd([1.0] * 50)
    for k in range(40):
        if ls.is_full(shares):
            shares = ls.roomier(shares)
        ls.depart(shares, k, 0, 1.0 + k)
    assert shares.log.used[0] == 41
    assert shares.log.entries[0, 40, 1] == pytest.approx(0.2)
    assert ls.share_days(shares, 0, 41.0) == pytest.approx(
        1 + sum(1 - k / 50 for k in range(1, 41))
    )


def row_of(forget=0.0, detached=400.0, untouched=500.0, busy=0.0, rebuild=0.0, refollow=0.9):
    row = np.zeros(s.COLUMNS)
    row[s.ATTACHED_IN : s.ATTACHED_IN + 3] = 30.0, detached, untouched
    row[s.CLOCK] = 5.0
    row[s.REFOLLOW_IN], row[s.FORGET_IN] = refollow, forget
    row[s.PUBLIC] = 1.0
    row[s.BUSY_UNTIL], row[s.REBUILD_UNTIL] = busy, rebuild
    return row


def moving(hazards=HAZARDS, horizon=60.0):
    shares = crowd([1.0] * 40, hazards=np.array(hazards), horizon=horizon)
    days = np.sort(np.random.default_rng(5).uniform(0.0, 25.0, 30))
    gone: list[int] = []
    for k, day in enumerate(days):
        if k % 3 == 2:
            ls.arrive(shares, gone.pop(), 0, day, False)
        else:
            gone.append(k)
            ls.depart(shares, k, 0, day)
    return shares


ROWS = [
    {},
    {"forget": 0.05},
    {"forget": 0.3, "untouched": 0.0},
    {"detached": 0.0, "untouched": 0.0},
    {"refollow": 0.0, "untouched": 0.0},
    {"refollow": 0.0, "untouched": 0.0, "forget": 0.2},
]


@pytest.mark.parametrize("what", ROWS)
@pytest.mark.parametrize(("busy", "rebuild"), [(0.0, 0.0), (7.0, 9.0), (30.0, 0.0), (0.0, 12.0)])
def test_what_live_insiders_see_is_the_integral(what, busy, rebuild):
    shares = moving()
    row = row_of(busy=busy, rebuild=rebuild, **what)
    days, levels = map(np.array, entries(shares))

    def seen(t):
        content = 0.0 if t < busy else (0.7 if t < rebuild else 1.0)
        level = levels[np.searchsorted(days, t, side="right") - 1]
        return content * level * followers_at(row, t, DISCOVER)[0]

    corners = sorted({5.0, 20.0, *(t for t in (*days, busy, rebuild) if 5.0 < t < 20.0)})
    area = sum(
        integrate.quad(seen, one + 1e-12, two - 1e-12, epsrel=1e-12)[0]
        for one, two in pairwise(corners)
    )
    told = ls.seen_inside(shares, 0, row, 20.0, DISCOVER[0], 0.3)
    assert told == pytest.approx(area, rel=1e-9, abs=1e-8)
    # Where all are live it is what it is without live shares.
    whole = ls.seen_inside(crowd([1.0]), 0, row, 20.0, DISCOVER[0], 0.3)
    assert whole == pytest.approx(since(row, 20.0, DISCOVER, 0.3).seen_in, rel=1e-12, abs=1e-9)


@given(st.floats(5.0, 25.0), st.floats(5.0, 25.0), st.floats(5.0, 25.0))
def test_an_interval_may_be_split_anywhere(a, b, c):
    start, middle, end = sorted((a, b, c))
    shares, row = moving(), row_of(forget=0.05)
    whole = ls.follower_days(shares, 0, row, 0.02, start, end)
    one = ls.follower_days(shares, 0, row, 0.02, start, middle)
    two = ls.follower_days(shares, 0, row, 0.02, middle, end)
    assert one + two == pytest.approx(whole, rel=1e-9, abs=1e-8)


@pytest.mark.parametrize("what", [{}, {"forget": 0.05}, {"refollow": 8.0}, {"refollow": 1e-4}])
@pytest.mark.parametrize("horizon", [25.0, 20_000.0])
def test_sums_agree_with_a_walk_over_the_entries(what, horizon):
    row = row_of(**what)
    own = [0.02, row[s.REFOLLOW_IN] + row[s.FORGET_IN]]
    summed, walked = moving(own, horizon), moving([], horizon)
    days = np.append(np.linspace(5.0, 25.0, 41), [5.25, 5.25 + 1e-9, horizon])
    for start in days[::3]:
        for end in days:
            one, two = (ls.follower_days(log, 0, row, 0.02, start, end) for log in (summed, walked))
            assert one == pytest.approx(two, rel=1e-11, abs=1e-8)
    for hazard in own:
        one, two = (ls.fading_days(log, 0, 6.3, horizon, hazard) for log in (summed, walked))
        assert one == pytest.approx(two, rel=1e-9)


def test_hazards_that_many_have_in_common():
    found = ls.common_hazards(np.array([1.0, 0.2, 1.0]), 0.5, 0.05, 0.02)
    assert found.tolist() == pytest.approx([0.02, 1.05, 0.55, 0.25, 0.15])
    assert ls.common_hazards(np.array([1e-6, 100.0]), 1.0, 0.0, 0.0).size == 0
