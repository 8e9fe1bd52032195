"""Ranking with what is known: both engines agree, and what no window and no error come to."""

from __future__ import annotations

import itertools
import math
from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from networks import network, staffed

from afterban.engines import compiled, reference
from afterban.engines.agreement import assert_same, differences
from afterban.engines.reference import ranking as rule
from afterban.mechanisms import pulses
from afterban.mechanisms.ranking import FOLLOWERS, GIVEN, IMPRESSIONS, LINKS
from afterban.scenario.sections.ranking import readings
from afterban.world import build

DAYS = np.array([10.0, 20.0, 30.0, 30.5, 50.0, 65.0])


def tables(*given_tables, horizon=80.0):
    """Parameters of tables (what, window in days), as they are lowered from a scenario."""
    back = [readings(window) for _, window in given_tables]
    every = [w / m if m else 0.0 for (_, w), m in zip(given_tables, back, strict=True)]
    days = sorted(
        (k * step, t)
        for t, step in enumerate(every)
        if step
        for k in range(1, math.ceil(horizon / step))
    )
    return {
        "rank_what": np.array([what for what, _ in given_tables], dtype=np.int64),
        "rank_every": np.array(every, dtype=np.float64),
        "rank_back": np.array(back, dtype=np.int64),
        "rank_day": np.array([day for day, _ in days], dtype=np.float64),
        "rank_table": np.array([t for _, t in days], dtype=np.int64),
    }


def ranked(*given_tables, error=0.0, make=network, **changes):
    count = len(given_tables)
    return make(
        pulse_day=DAYS,
        pulse_share=np.full(len(DAYS), 0.1),
        pulse_choose=np.zeros(len(DAYS), dtype=np.int64),
        pulse_table=np.resize(np.arange(count), len(DAYS)),
        pulse_error=np.full(len(DAYS), float(error)),
        **tables(*given_tables),
        **changes,
    )


def both(parameters, seed=1, replication=0):
    world = build(parameters, seed, replication)
    told = reference.run(parameters, world, seed, replication)
    assert_same(told, compiled.run(parameters, world, seed, replication))
    return told


def struck(told):
    """Who was struck on which day."""
    rows = told.accounts[np.isin(told.accounts["suspended_day"], DAYS)]
    rows = rows[rows["channel"] == rows["channel"].max()]
    return sorted(zip(rows["suspended_day"].tolist(), rows["operator"].tolist(), strict=True))


WHAT = [IMPRESSIONS, FOLLOWERS, LINKS]
# Without a window and with one, each with an error and without.
FEW = [(0.0, 0.0), (7.5, 0.4)]
ALL = list(itertools.product([0.0, 0.25, 1.0, 7.5, 30.0], [0.0, 0.4]))


@pytest.mark.slow
@pytest.mark.parametrize("what", WHAT)
@pytest.mark.parametrize(
    ("window", "error"),
    [pytest.param(*one, marks=() if one in FEW else pytest.mark.slow) for one in ALL],
)
def test_campaigns(what, window, error):
    told = both(ranked((what, window), error=error))
    assert told.struck.sum() > 20


def test_several_tables_at_once():
    both(ranked((IMPRESSIONS, 30.0), (FOLLOWERS, 2.5), (LINKS, 0.0), (IMPRESSIONS, 1.0), error=0.1))


@pytest.mark.slow
@pytest.mark.parametrize("what", [IMPRESSIONS, FOLLOWERS, LINKS])
@pytest.mark.parametrize("window", [0.0, 6.0])
def test_the_queue(what, window):
    told = both(
        ranked(
            (what, window), make=staffed, queue_table=0, queue_error=0.3, on_duty=np.full(159, 1)
        )
    )
    plain = both(staffed(on_duty=np.full(159, 1)))
    assert differences(told, plain)


def test_ties_go_by_operator():
    """All alike: every observation is the same number, and the first operators are struck."""
    same = {"insider_share": np.zeros(3), "moves": np.zeros(3), "returns": np.zeros(3)}
    p = ranked((LINKS, 5.0), **same)
    world = build(p, 1, 0)
    world = world._replace(links=np.full_like(world.links, 4))
    told = reference.run(p, world, 1, 0)
    assert_same(told, compiled.run(p, world, 1, 0))
    first = told.accounts[told.accounts["suspended_day"] == DAYS[0]]["operator"]
    assert len(first) > 5
    there = set(range(len(world.links))) - set(first.tolist())
    before = told.accounts[told.accounts["suspended_day"] < DAYS[0]]["operator"]
    assert max(first) < min(there - set(before.tolist()))


@pytest.mark.slow
@pytest.mark.parametrize(("what", "choose"), [(FOLLOWERS, pulses.FOLLOWERS), (LINKS, pulses.LINKS)])
def test_without_window_and_error_it_is_the_truth_of_the_moment(what, choose):
    p = ranked((what, 0.0))
    as_before = p._replace(
        pulse_table=np.full(len(DAYS), -1), pulse_choose=np.full(len(DAYS), choose)
    )
    assert not differences(both(p), both(as_before))


@pytest.mark.slow
@pytest.mark.parametrize("what", [IMPRESSIONS, FOLLOWERS, LINKS])
def test_a_window_that_shrinks_comes_to_the_truth_of_the_moment(what):
    truth = struck(both(ranked((what, 0.0))))
    apart = []
    for window in (30.0, 2.0, 0.01):
        told = set(struck(compiled_only(ranked((what, window)))))
        apart.append(len(set(truth) ^ told))
    # Impressions of a reading have the hours in them at which posts went into a promotion.
    assert apart[2] <= len(truth) // 5
    assert apart[2] < apart[0] or what == LINKS


def compiled_only(p, seed=1, replication=0):
    return compiled.run(p, build(p, seed, replication), seed, replication)


def test_an_order_from_outside_is_followed():
    p = ranked((GIVEN, 0.0))
    n = len(build(p, 1, 0).tier)
    wanted = np.random.default_rng(3).permutation(n).astype(np.float64)
    told = both(p._replace(given_ranking=wanted))
    first = told.accounts[told.accounts["suspended_day"] == DAYS[0]]["operator"]
    assert wanted[first].min() > np.median(wanted)


@st.composite
def any_ranking(draw):
    what = st.sampled_from([IMPRESSIONS, FOLLOWERS, LINKS])
    window = st.sampled_from([0.0, 0.5, 1.0, 3.25, 10.0, 100.0])
    some = draw(st.lists(st.tuples(what, window), min_size=1, max_size=3, unique=True))
    error = draw(st.sampled_from([0.0, 0.2, 3.0, 10.0]))
    make = draw(st.sampled_from([network, staffed]))
    changes = {"view_probability": draw(st.sampled_from([0.0, 0.05]))}
    if make is staffed:
        changes |= {"queue_table": draw(st.integers(-1, len(some) - 1)), "queue_error": error}
    changes["live_insiders"] = draw(st.booleans())
    return ranked(*some, error=error, make=make, **changes)


@given(any_ranking(), st.integers(0, 1000))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_ranking(drawn, replication):
    both(drawn, 1, replication)


@pytest.mark.slow
@given(any_ranking(), st.integers(0, 1000))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_many_rankings(drawn, replication):
    both(drawn, 1, replication)


# --- the checks can fail --------------------------------------------------------------------------


@cache
def agreed():
    """A network with a ranking, and what both engines tell of it, before any fault."""
    p = ranked((IMPRESSIONS, 9.0), error=0.3)
    world = build(p, 1, 0)
    told, right = reference.run(p, world, 1, 0), compiled.run(p, world, 1, 0)
    assert not differences(told, right)
    return p, world, told, right


@pytest.mark.parametrize(
    "change",
    [
        {"rank_what": np.array([FOLLOWERS])},
        {"pulse_error": np.full(len(DAYS), 0.31)},
        {"rank_every": np.array([0.9])},
        tables((IMPRESSIONS, 8.0)),
    ],
)
def test_a_setting_that_one_engine_reads_wrongly_is_noticed(change):
    p, world, told, _ = agreed()
    found = differences(told, compiled.run(p._replace(**change), world, 1, 0))
    # A scale of impressions alone, which no order hangs on.
    assert bool(found) == (set(change) != {"rank_every"})


def _knows_everybody(self, one):
    number, life = one.number, one.account.life
    return (life, self.value_now(number)) if one.public else rule.NOBODY


def _forgets_no_life(self, one, error):
    return sum(had for _, had in self.readings[one.number]) if self.readings else 0.0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "wrong"),
    [("reading", _knows_everybody), ("observed", _forgets_no_life), ("read", lambda self: None)],
)
def test_a_bug_in_one_engine_is_noticed(monkeypatch, name, wrong):
    p, world, _, right = agreed()
    monkeypatch.setattr(rule.Table, name, wrong)
    assert differences(reference.run(p, world, 1, 0), right)
