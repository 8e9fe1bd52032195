"""Operators who adapt, in both engines: each answer occurs, both agree, and a fault is noticed."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial

import numpy as np
import pytest
from networks import adapting, bursting, constant, granting, lognormal, network, returning, staffed

from afterban.engines import compiled, reference
from afterban.engines.agreement import assert_same, differences
from afterban.engines.reference import operator
from afterban.mechanisms import adaptation, detection
from afterban.mechanisms.adaptation import POSTING, PROMOTING, SIMILARITY, WAITING, Habits
from afterban.world import build

ANSWERS = {
    name: value
    for name, value in adapting()._asdict().items()
    if name.startswith("answer_to_") or name in ("adapts", "quick_days")
}


def both(p, seed=1):
    """Run both engines, demand that they agree, and return what they agree on."""
    world = build(p, seed, 0)
    told = reference.run(p, world, seed, 0)
    assert_same(told, compiled.run(p, world, seed, 0))
    return told


@cache
def agreed():
    """A network that adapts, and what both engines tell of it, before any fault."""
    p = adapting()
    world = build(p, 1, 0)
    told, right = reference.run(p, world, 1, 0), compiled.run(p, world, 1, 0)
    assert not differences(told, right)
    return p, world, told, right


def habits_of(p, accounts):
    """Habits after each account, and in it."""
    columns = (accounts[name] for name in ("operator", "channel", "flagged_day", "suspended_day"))
    who, channel, flagged, suspended = columns
    after = adaptation.of_lives(who, channel, flagged, suspended, p.answers)
    return after, adaptation.in_lives(who, after)


def answered_lives(p, accounts):
    """Number of further lives under each habit that is another than at first."""
    _, before = habits_of(p, accounts)
    return (before != 1.0).sum(axis=0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "fewest"),
    [
        (adapting, 30),
        (partial(staffed, **ANSWERS, near_identical=0.8, on_duty=np.full(159, 4)), 10),
        (partial(returning, **ANSWERS), 5),
        (partial(bursting, **ANSWERS), 5),
        (partial(granting, **ANSWERS), 5),
        (partial(adapting, live_insiders=True, promotes_on_start=True), 30),
    ],
    ids=["plain", "staffed", "returning", "bursting", "granting", "live-insiders"],
)
def test_every_answer_occurs_and_both_engines_agree(make, fewest):
    p = make()
    total = np.zeros(adaptation.HABITS)
    for seed in (1, 2, 3):  # three for the counts; the reference engine is asked of one
        total += answered_lives(p, compiled.run(p, build(p, seed, 0), seed, 0).accounts)
    both(p)
    assert (total >= fewest).all(), total


@pytest.mark.slow
@pytest.mark.parametrize(
    ("channel", "answer", "habit"),
    [
        (detection.HANDLE_MATCHED, "answer_to_handle", SIMILARITY),
        (detection.REPORTED, "answer_to_reports", POSTING),
        (detection.CLASSIFIED, "answer_to_classifier", POSTING),
        (detection.LINK_MATCHED, "answer_to_link", PROMOTING),
    ],
)
def test_an_answer_is_to_its_own_channel(channel, answer, habit):
    """With one answer alone, exactly the lives of that channel change exactly that habit."""
    silent = dict.fromkeys((name for name in ANSWERS if name.startswith("answer")), 1.0)
    p = adapting(**{**silent, answer: 0.5})
    accounts = both(p).accounts
    after, before = habits_of(p, accounts)
    ended = ~np.isnan(accounts["suspended_day"])
    found = ended & (accounts["channel"] == channel)
    assert found.sum() > 10
    assert (after[found, habit] == 0.5 * before[found, habit]).all()
    assert (after[~found] == before[~found]).all()
    others = [k for k in range(adaptation.HABITS) if k != habit]
    assert (after[:, others] == 1.0).all()
    # It acts: the run is another one from the first such end on, and the same before.
    plain = both(adapting(**silent)).accounts
    first = accounts["suspended_day"][found].min()
    for table in (accounts, plain):
        assert (table["created_day"] <= first).sum() > 50
    early = [table[table["created_day"] <= first] for table in (accounts, plain)]
    assert early[0]["handle"].tobytes() == early[1]["handle"].tobytes()
    assert accounts.tobytes() != plain.tobytes()


def test_after_a_handle_match_nobody_is_alike():
    """At a factor of 0 every later handle of who was matched is an unrelated one."""
    p = adapting(answer_to_handle=0.0, near_identical=1.0)
    accounts = both(p).accounts
    _, before = habits_of(p, accounts)
    later = (accounts["life"] > 1) & ~np.isnan(accounts["created_day"])
    matched = later & (before[:, SIMILARITY] == 0.0)
    assert matched.sum() > 20
    assert (accounts["edit_distance"][matched] > 2).mean() > 0.9
    assert (accounts["edit_distance"][later & ~matched] <= 2).all()


def test_who_was_acted_on_quickly_waits_as_many_times_as_long():
    """A constant delay of a day is two, four, eight... days."""
    rows = network().tier_distributions.copy()
    rows[:, 3] = constant(1.0)
    p = adapting(tier_distributions=rows, answer_to_quick=2.0, spares=np.zeros(3, dtype=np.int64))
    accounts = both(p).accounts
    _, before = habits_of(p, accounts)
    again = np.flatnonzero(accounts["life"] > 1)
    gap = accounts["created_day"][again] - accounts["suspended_day"][again - 1]
    assert gap == pytest.approx(before[again, WAITING])
    assert set(before[again, WAITING]) >= {1.0, 2.0, 4.0}


def test_a_constant_time_to_action_is_quick_up_to_itself():
    """24 h is within 24 h, whatever the last bit of the day of the flag."""
    law = np.array([[constant(1.0)] * 2] * 2)
    p = adapting(time_to_action=law, quick_days=1.0)
    accounts = both(p).accounts
    after, before = habits_of(p, accounts)
    at_once = (detection.CAUGHT_AT_SIGNUP, detection.STRUCK)
    ended = ~np.isnan(accounts["suspended_day"])
    reviewed = ended & ~np.isin(accounts["channel"], at_once)
    changed = after[:, WAITING] != before[:, WAITING]
    assert reviewed.sum() > 100
    assert (changed == reviewed).all()
    assert (ended & ~reviewed).sum() > 10


@pytest.mark.slow
@pytest.mark.parametrize("make", [network, staffed, returning, bursting, granting])
def test_answers_of_one_change_no_bit(make):
    p = make()
    told = both(p)
    silent = dict.fromkeys((name for name in ANSWERS if name.startswith("answer")), 1.0)
    assert_same(told, both(p._replace(adapts=True, **silent)))


def test_less_posting_with_each_life_is_less_after_each_return():
    """Where the classifier finds everybody, the answer to it is `posts_after_return`."""
    off = np.zeros(2)
    alone = dict.fromkeys(
        ("signup", "reports", "threats", "watch", "handle_recall", "link_promoted"), off
    )
    alone |= {"link_promoter": off, "classifier": np.array([5e-3, 5e-3])}
    alone |= {"pulse_day": np.zeros(0), "pulse_share": np.zeros(0)}
    alone |= {"pulse_accounts": np.zeros(0, dtype=np.int64)}
    alone |= {"pulse_choose": np.zeros(0, dtype=np.int64)}
    silent = dict.fromkeys((name for name in ANSWERS if name.startswith("answer")), 1.0)
    answers = both(adapting(**{**silent, **alone, "answer_to_classifier": 0.5}))
    known = both(adapting(**{**silent, **alone, "posts_after_return": 0.5}))
    assert answers.accounts["life"].max() > 3
    assert not differences(answers, replace(known, events=answers.events))


@pytest.mark.parametrize("name", [name for name in ANSWERS if name != "adapts"])
def test_a_factor_that_one_engine_reads_wrongly_is_noticed(name):
    p, world, told, _ = agreed()
    wrong = p._replace(**{name: 1.3 * getattr(p, name)})
    assert differences(told, compiled.run(wrong, world, 1, 0))


def _without(habit):
    """The rule without one of its answers."""
    known = adaptation.answered

    def answered(habits, *given):
        return Habits(*(1.0 if k == habit else x for k, x in enumerate(known(habits, *given))))

    return answered


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "name", "wrong"),
    [
        *((adaptation, "answered", _without(habit)) for habit in range(adaptation.HABITS)),
        (adaptation, "was_quick", lambda channel, flagged, suspended, quick: True),
        (adaptation, "was_quick", lambda channel, flagged, suspended, quick: False),
        (adaptation, "compounded", lambda so_far, factor: min(so_far, factor)),
        (operator, "likelihood", lambda probability, factor: probability),
    ],
)
def test_a_fault_in_one_engine_is_noticed(monkeypatch, module, name, wrong):
    p, world, _, right = agreed()
    monkeypatch.setattr(module, name, wrong)
    assert differences(reference.run(p, world, 1, 0), right)


def test_long_waits_and_many_lives_stay_numbers():
    """Nobody waits a hundred times as long, and a delay of never stays never."""
    rows = network().tier_distributions.copy()
    rows[:, 3] = lognormal(0.01)
    p = adapting(tier_distributions=rows, answer_to_quick=10.0, answer_to_reports=10.0)
    accounts = both(p).accounts
    after, _ = habits_of(p, accounts)
    assert after[:, WAITING].max() == adaptation.MOST
    assert np.isfinite(accounts["created_day"]).all()
