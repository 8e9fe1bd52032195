"""The running totals against a census that looks at everybody."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import network

from afterban.engines import compiled, ledger, packing
from afterban.mechanisms import census as c
from afterban.mechanisms import liveshare
from afterban.mechanisms import state as s
from afterban.mechanisms.audience import advance, appear, detach
from afterban.world import build

REFOLLOW, LOST = np.array([2.0, 0.5]), np.array([0.1, 0.3])
PEOPLE, TIERS = 40, 3


class Crowd:
    """Operators to whom things happen, and a ledger that hears of each before it does."""

    def __init__(self, discover=(0.0, 0.0), tell=True, forget=(0.0, 0.0)):
        self.p = packing.settings(network(discover=np.array(discover)), 1, 0)[0]
        self.p["live_insiders"] = 0
        self.draw = np.random.default_rng(5)
        self.tier = self.draw.integers(0, TIERS, PEOPLE)
        self.posts = self.draw.uniform(0.0, 9.0, PEOPLE)
        self.rows = np.zeros((PEOPLE, s.COLUMNS))
        self.rows[:, s.PUBLIC] = self.draw.random(PEOPLE) < 0.8
        self.rows[:, s.ATTACHED_IN] = self.rows[:, s.PUBLIC] * self.draw.uniform(0, 90, PEOPLE)
        self.rows[:, s.ATTACHED_OUT] = self.rows[:, s.PUBLIC] * self.draw.uniform(0, 900, PEOPLE)
        self.rows[:, s.UNTOUCHED_OUT] = 50.0 * (np.arange(PEOPLE) % 4 == 0)
        self.rows[:, [s.FORGET_IN, s.FORGET_OUT]] = forget
        self.book = ledger.empty(TIERS, PEOPLE, np.arange(1.0, 200.0))
        self.place = np.zeros(PEOPLE, dtype=np.int64)
        self.shares = liveshare.constant(1)
        self.tell = tell
        self.found = None  # speed at which a new account is found; drawn if None
        self.paused = 0

    def change(self, i: int, day: float) -> None:
        row = self.rows[i]
        if row[s.PUBLIC] == 0.0:
            self.hear_of(i)
            found = self.draw.integers(0, 2) if self.found is None else self.found
            appear(row, day, REFOLLOW, found, day + self.draw.exponential(2.0))
        elif row[s.BUSY_UNTIL] > day or self.draw.random() < 0.3:
            self.end(i, day)
        else:
            self.promote(i, day)

    def end(self, i: int, day: float) -> None:
        self.hear_of(i)
        advance(self.rows[i], day, self.p["discover"], self.p["rebuild_share"])
        detach(self.rows[i], LOST)

    def promote(self, i: int, day: float) -> None:
        row = self.rows[i]
        pauses = self.tell and ledger.is_straight(self.book, i)
        if not pauses:
            self.hear_of(i)
        advance(row, day, self.p["discover"], self.p["rebuild_share"])
        row[s.BUSY_UNTIL] = day + self.draw.exponential(self.draw.choice([0.2, 3.0, 60.0]))
        if pauses:
            self.paused += 1
            ledger.pause(self.book, self.rows, i, self.tier[i], self.posts[i], self.p)

    def hear_of(self, i: int) -> None:
        if self.tell:
            ledger.disturb(
                self.book, self.rows, i, self.tier[i], self.posts[i], self.p, self.shares, 0
            )

    def quick(self, day: float, asked: bool = True) -> tuple[np.ndarray, np.ndarray]:
        table = np.zeros((TIERS, c.COLUMNS))
        seen = np.zeros(PEOPLE if asked else 0)
        tier = self.tier.astype(np.uint16)
        ledger.take_census(
            self.book,
            day,
            self.rows,
            tier,
            self.posts,
            self.p,
            table,
            seen,
            self.shares,
            self.place,
        )
        return table, seen

    def full(self, day: float) -> tuple[np.ndarray, np.ndarray]:
        table = np.zeros((TIERS, c.COLUMNS))
        seen = np.zeros(PEOPLE)
        p = self.p
        c.take_census(
            day,
            self.rows,
            self.tier,
            self.posts,
            p["view_probability"],
            p["discover"],
            p["rebuild_share"],
            table,
            seen,
        )
        return table, seen

    def worst(self, days: int = 200) -> float:
        """The largest relative difference on any day, with a few changes a day.

        Each operator's impressions, on every third day, count as 1 where a single bit differs.
        """
        worst = 0.0
        for day in range(1, days):
            for i in self.draw.integers(0, PEOPLE, 3):
                self.change(i, day - self.draw.random())
            full, full_seen = self.full(day)
            table, seen = self.quick(day, asked=day % 3 == 0)
            apart = np.abs(table - full) / np.maximum(np.abs(full), 1.0)
            worst = max(worst, apart.max())
            if len(seen) > 0 and seen.tobytes() != full_seen.tobytes():
                worst = max(worst, 1.0)
        return worst


class Members(Crowd):
    """The same where insiders are operators, some of whom are live, and each weighs 1."""

    def __init__(self, platforms=2, **more):
        super().__init__(**more)
        self.p["live_insiders"] = 1
        self.place = np.arange(PEOPLE) % platforms
        ones = np.ones(PEOPLE)
        everybody = np.zeros((PEOPLE, s.COLUMNS))
        everybody[:, s.PUBLIC] = 1.0
        hazards = np.append(self.p["discover"][0], REFOLLOW[0] + self.rows[0, s.FORGET_IN])
        self.shares = liveshare.at_the_start(
            *(ones, everybody, self.place, platforms, hazards[hazards > 0.0], 200.0)
        )
        self.book = ledger.empty(TIERS * platforms, PEOPLE, np.arange(1.0, 200.0))
        self.moved = 0
        for i in np.flatnonzero(self.rows[:, s.PUBLIC] == 0.0):
            liveshare.depart(self.shares, i, self.place[i], 0.0)

    def end(self, i, day):
        self.hear_of(i)
        self.settle(i, day)
        detach(self.rows[i], LOST)
        liveshare.depart(self.shares, i, self.place[i], day)
        if self.draw.random() < 0.1:
            self.hear_of(i)
            self.place[i] = 1 - self.place[i]
            self.moved += 1

    def promote(self, i, day):
        self.hear_of(i)
        self.settle(i, day)
        self.rows[i, s.BUSY_UNTIL] = day + self.draw.exponential(3.0)

    def settle(self, i, day):
        p, row = self.p, self.rows[i]
        inside = row[s.SEEN_IN] + liveshare.seen_inside(
            self.shares, self.place[i], row, day, p["discover"][0], p["rebuild_share"]
        )
        advance(row, day, p["discover"], p["rebuild_share"])
        row[s.SEEN_IN] = inside

    def change(self, i, day):
        away = self.rows[i, s.PUBLIC] == 0.0
        super().change(i, day)
        if away:
            liveshare.arrive(self.shares, i, self.place[i], day, False)

    def hear_of(self, i):
        if self.tell:
            book = ledger.book_of(self.tier[i], self.place[i], len(self.shares.live), self.p)
            ledger.disturb(
                *(self.book, self.rows, i, book, self.posts[i], self.p),
                *(self.shares, self.place[i]),
            )

    def full(self, day):
        table, seen = np.zeros((TIERS, c.COLUMNS)), np.zeros(PEOPLE)
        p = self.p
        liveshare.take_census(
            *(day, self.rows, self.tier, self.posts, self.place, self.shares),
            *(p["view_probability"], p["discover"], p["rebuild_share"], table, seen),
        )
        return table, seen

    def worst(self, days=200):
        """As of any crowd, whose changes come in the order of their days."""
        worst = 0.0
        for day in range(1, days):
            moments = np.sort(day - self.draw.random(3))
            for i, moment in zip(self.draw.permutation(PEOPLE)[:3], moments, strict=True):
                self.change(i, moment)
            full, full_seen = self.full(day)
            table, seen = self.quick(day, asked=day % 3 == 0)
            worst = max(worst, (np.abs(table - full) / np.maximum(np.abs(full), 1.0)).max())
            if len(seen) > 0 and seen.tobytes() != full_seen.tobytes():
                worst = max(worst, 1.0)
        return worst


@pytest.mark.parametrize("discover", [(0.0, 0.0), (0.02, 0.001)])
@pytest.mark.parametrize("forget", [(0.0, 0.0), (0.05, 0.3)])
def test_totals_agree_where_insiders_are_operators(discover, forget):
    crowd = Members(discover=discover, forget=forget)
    assert crowd.worst() < 1e-11
    assert crowd.moved > 3
    _, straight, curved = kinds(crowd.book)
    assert straight + curved == crowd.book.held.sum() > PEOPLE / 4
    log = crowd.shares.log
    assert log.used.min() > 50
    level = log.entries[0, : log.used[0], 1]
    assert level.min() < 0.8


def test_a_change_of_members_that_the_ledger_does_not_hear_of_shows():
    assert Members(tell=False).worst(60) > 1e-3


def kinds(book):
    """How many operators are others, straight, and curved."""
    return np.bincount(book.kind[:PEOPLE], minlength=3).tolist()


@pytest.mark.parametrize("discover", [(0.0, 0.0), (0.02, 0.001), (0.02, 1e-7)])
def test_totals_agree_with_a_count_of_everybody(discover):
    crowd = Crowd(discover)
    assert crowd.worst() < 1e-12
    assert crowd.paused > 20
    others, straight, curved = kinds(crowd.book)
    assert others == crowd.book.how_many[0] == len(set(crowd.book.others[:others].tolist()))
    assert straight + curved == crowd.book.held.sum()
    if discover[1] != 1e-7:  # too slow for the books, which would divide by it
        assert straight + curved > PEOPLE / 2  # most are on the books most of the time
        assert curved > 0


# With the hazards of being found again, 2 and 0.5: those who look leave faster than others come,
# more slowly, exactly as fast, and nearly so.
@pytest.mark.parametrize(
    ("discover", "forget", "close"),
    [
        ((0.0, 0.0), (0.05, 0.05), False),
        ((0.02, 0.001), (0.05, 0.0), False),
        ((3.0, 1.2), (0.05, 0.4), False),
        ((2.05, 0.9), (0.05, 0.4), True),
        ((2.05 + 1e-9, 0.9), (0.05, 0.4 + 1e-12), True),
    ],
)
def test_totals_agree_where_people_forget(discover, forget, close):
    crowd = Crowd(discover, forget=forget)
    crowd.found = 1  # by everybody at the same speed
    assert crowd.worst() < 1e-12
    others, straight, curved = kinds(crowd.book)
    assert others == crowd.book.how_many[0]
    assert straight > 0
    assert (curved > PEOPLE / 4) == (not close)  # sizes that would cancel are not on the books


@pytest.mark.parametrize("discover", [(0.0, 0.0), (0.02, 0.001)])
def test_a_hazard_for_which_there_is_no_room(monkeypatch, discover):
    crowd = Crowd(discover)
    many = iter(np.linspace(0.01, 3.0, 10_000))
    fill = crowd.change

    def change(i, day):
        global REFOLLOW
        REFOLLOW = np.array([next(many), next(many)])
        fill(i, day)

    monkeypatch.setattr(crowd, "change", change)
    # Who promotes leaves the books, so that more have to be taken up again.
    monkeypatch.setattr(ledger, "is_straight", lambda *_: False)
    monkeypatch.setitem(globals(), "REFOLLOW", REFOLLOW)
    assert crowd.worst() < 1e-12
    used = (crowd.book.totals[:, ledger._HAZARD : ledger._JOINING] > 0).sum()
    assert used == TIERS * 2 * ledger._HAZARDS
    assert kinds(crowd.book)[0] > PEOPLE / 4


def test_nobody_is_left_of_followers_who_have_gone():
    crowd = Crowd((0.02, 0.001))
    crowd.worst(30)
    for i in range(PEOPLE):
        if crowd.rows[i, s.PUBLIC] != 0.0:
            crowd.end(i, 30.0)
    table, _ = crowd.quick(30.0)
    assert (table[:, [c.LIVE, c.ATTACHED_INSIDERS, c.ATTACHED_OUTSIDERS]] == 0.0).all()


def test_a_change_that_the_ledger_does_not_hear_of_shows():
    assert Crowd(tell=False).worst() > 1e-3


@pytest.mark.parametrize("step", ["take out", "put back", "draw"])
def test_a_pause_without_each_of_its_steps_shows(monkeypatch, step):
    for name in ("disturb", "pause"):  # in Python, where a step can be left out
        function = getattr(ledger, name)
        monkeypatch.setattr(ledger, name, getattr(function, "py_func", function))
    assert Crowd().worst(60) < 1e-12
    take_out = ledger._take_out
    if step == "draw":
        monkeypatch.setattr(ledger, "_draw_line", lambda *_: None)
    else:
        left_out = 1.0 if step == "take out" else -1.0
        monkeypatch.setattr(
            ledger, "_take_out", lambda *a: take_out(*a) if a[-1] != left_out else None
        )
    assert Crowd().worst(60) > 1e-3


def test_pauses_that_are_over_before_the_next_census_and_after_the_last_one():
    crowd = Crowd()
    crowd.rows[:, s.PUBLIC] = 1.0
    crowd.rows[:, s.UNTOUCHED_OUT] = 0.0
    crowd.quick(1.0)
    for i in range(PEOPLE):
        advance(crowd.rows[i], 1.25, crowd.p["discover"], crowd.p["rebuild_share"])
        crowd.rows[i, s.BUSY_UNTIL] = (1.5, 2.0, 3.5, 1e6)[i % 4]
        ledger.pause(crowd.book, crowd.rows, i, crowd.tier[i], crowd.posts[i], crowd.p)
    for day in (2.0, 3.0, 4.0, 5.0):
        full, full_seen = crowd.full(day)
        table, seen = crowd.quick(day)
        assert table == pytest.approx(full, rel=1e-12)
        assert seen.tobytes() == full_seen.tobytes()


@given(st.lists(st.floats(0.01, 50.0), min_size=1, max_size=12), st.floats(0.0, 1.2))
def test_the_first_census_that_is_not_before_a_day(steps, share):
    days = np.cumsum(steps)
    for day in (share * days[-1], *days):
        assert ledger._census_from(days, day) == np.searchsorted(days, day)


def test_nothing_is_left_of_those_who_were_taken_out():
    crowd = Crowd()
    crowd.rows[:, s.REFOLLOW_IN : s.REFOLLOW_OUT + 1] = 0.0
    crowd.quick(1.0)
    assert (crowd.book.held > 0).all()
    for i in range(PEOPLE):
        if i % 2 == 0 and crowd.rows[i, s.PUBLIC] != 0.0:
            crowd.promote(i, 1.5)
        ledger.disturb(
            crowd.book, crowd.rows, i, crowd.tier[i], crowd.posts[i], crowd.p, crowd.shares, 0
        )
    assert crowd.paused > 5
    assert (crowd.book.totals == 0.0).all()
    assert (crowd.book.resuming == 0.0).all()


def test_a_daily_census_does_not_change_what_happens():
    daily = network(grid=np.arange(81.0))
    seldom = network(grid=np.array([0.0, 80.0]), windows=np.array([0.0, 80.0]))
    world = build(daily, 1, 0)
    one, two = compiled.run(daily, world, 1, 0), compiled.run(seldom, world, 1, 0)
    assert one.accounts.tobytes() == two.accounts.tobytes()
    assert one.final.tobytes() == two.final.tobytes()
    assert one.series[-1] == pytest.approx(two.series[-1], rel=1e-9)
