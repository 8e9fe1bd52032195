"""What keyed draws promise: a run changes only where, and from when, its policy does."""

from __future__ import annotations

import numpy as np
import pytest

from afterban.experiment.replicate import replicate
from afterban.mechanisms import handles
from afterban.mechanisms.detection import STRUCK

DAY_20 = "2014-06-22"  # of the small network
ARRIVED = ("operator", "life", "handle", "edit_distance", "created_day", "public_day")


@pytest.fixture(params=["unlimited staff", "team"])
def network(request, small, with_team):
    """The small network under either kind of review."""
    return small(with_team if request.param == "team" else None)


def test_the_same_key_gives_the_same_run(network, run, engine, same):
    one = run(network, engine)
    assert same(one, run(network, engine))
    assert len(one.records.accounts) > 100
    assert not same(one.records.accounts, run(network, engine, seed=12).records.accounts)
    assert not same(one.records.accounts, run(network, engine, replication=1).records.accounts)


SAME_AS_BEFORE = {"signup": 0.1, "reports": "3000 per million impressions"}


@pytest.mark.parametrize(
    "nothing",
    [
        {"returning.fatigue": 1.0},
        {"detection.insider_reports": 0, "detection.handle_match.edits": 2},
        {"detection.regimes": [{"from": DAY_20}]},
        {"detection.regimes": [{"from": DAY_20, **SAME_AS_BEFORE}]},
    ],
)
def test_a_policy_that_does_nothing_leaves_every_bit(network, run, engine, same, nothing):
    base = run(network, engine)
    assert same(base, run(network.with_changes(nothing), engine))
    something = {"returning.fatigue": 0.9}
    assert not same(base, run(network.with_changes(something), engine))


@pytest.mark.parametrize(
    "change",
    [
        {
            "detection.regimes": [
                {"from": DAY_20, "reports": "1 per 10 impressions", "time_to_action": "1 h"}
            ]
        },
        {"detection.regimes": [{"from": DAY_20, "reports": 0, "classifier": 0, "signup": 1}]},
        {
            "detection.pulses": [
                {"date": "2014-06-20", "share": 0.2},
                {"date": DAY_20, "share": 0.5, "choose": "followers"},
            ]
        },
    ],
)
def test_a_policy_changes_nothing_before_its_date(network, run, engine, same, change):
    day = 20.0
    one, two = run(network, engine), run(network.with_changes(change), engine)
    a, b = one.records.accounts, two.records.accounts
    # Lives that ended before that day, to the bit, whatever is written of them.
    assert same(a[a["suspended_day"] < day], b[b["suspended_day"] < day])
    assert (a["suspended_day"] < day).sum() > 30
    # Lives that had begun, as far as they had come.
    begun, other = a[a["created_day"] < day], b[b["created_day"] < day]
    for name in ARRIVED:
        assert same(begun[name], other[name]), name
    # A campaign on the day writes over the flag of those whom it strikes.
    struck = (begun["channel"] == STRUCK) | (other["channel"] == STRUCK)
    flags = begun["flagged_day"][~struck], other["flagged_day"][~struck]
    assert same(flags[0][flags[0] < day], flags[1][flags[1] < day])
    assert (flags[0] < day).sum() > 20
    # The census of the day itself sees the world just before.
    until = one.parameters.grid <= day
    assert same(one.records.series[until], two.records.series[until])
    assert same(one.records.backlog[until], two.records.backlog[until])
    windows = one.parameters.windows[1:] <= day
    assert same(one.records.window_impressions[windows], two.records.window_impressions[windows])
    # ... and something afterwards.
    assert not same(one.records.series[-1], two.records.series[-1])


ALONE = {"count": 2, "audience": 4000, "posts": "9 per day", "degree": 0}


def with_loner(scenario, prominence=0):
    return scenario.with_changes({"tiers.loner": {**ALONE, "prominence": prominence}})


def test_an_isolated_operator_changes_nobody_else(small, run, engine, same):
    one, two = run(small(), engine), run(with_loner(small()), engine)
    n = len(one.world.tier)
    assert len(two.world.tier) == n + 2
    rows = two.records.accounts
    assert same(one.records.accounts, rows[rows["operator"] < n])
    assert (rows["operator"] >= n).sum() > 2  # the loners have lives of their own
    assert same(one.records.series, two.records.series[:, :-1])
    assert same(one.records.window_impressions, two.records.window_impressions[:, :n])
    assert same(one.records.final, two.records.final[:n])
    # One that others follow, and so promotes them, does change them.
    rows = run(with_loner(small(), prominence=20), engine).records.accounts
    assert not same(one.records.accounts, rows[rows["operator"] < n])


def test_one_replication_can_be_run_again_alone(network, engine, same):
    policies = ["base", "none"]
    all_of_them = list(replicate(network, policies, engine=engine, workers=1, keep=True))
    (again,) = replicate(network, policies, replications=[2], engine=engine, workers=1, keep=True)
    assert len(all_of_them) == 3
    for one, two in zip(all_of_them[2], again, strict=True):
        assert (one.policy, one.replication) == (two.policy, two.replication)
        assert same(one.records, two.records)
        assert repr(one.metrics) == repr(two.metrics)  # NaN and all
    assert not same(all_of_them[1][0].records, again[0].records)


def test_one_worker_and_two_give_the_same_bytes(small, engine, same):
    one, two = (
        list(replicate(small(), engine=engine, workers=workers, keep=True)) for workers in (1, 2)
    )
    assert len(one) == len(two) == 3
    for (a,), (b,) in zip(one, two, strict=True):
        assert a.replication == b.replication
        assert same(a.records, b.records)
        assert repr(a.metrics) == repr(b.metrics)


@pytest.mark.parametrize("every", ["6 h", "3.3 d", "100 d"])
def test_looking_more_often_changes_no_account(network, run, engine, same, every):
    one = run(network, engine)
    two = run(network.with_changes({"metrics.every": every, "metrics.reach_window": every}), engine)
    assert len(one.records.series) != len(two.records.series)
    assert same(one.records.accounts, two.records.accounts)
    assert same(one.records.cases, two.records.cases)
    assert same(one.records.final, two.records.final)
    assert same(one.records.series[-1], two.records.series[-1])


def test_policies_share_the_draws_that_they_have_in_common(small, run, engine):
    slow = small({"review.time_to_action": "{lognormal: {median: 3 d, sigma: 1.0}}"})
    a = run(small(), engine).records.accounts
    b = run(slow, engine).records.accounts
    lives = [{(r["operator"], r["life"]): r for r in rows} for rows in (a, b)]
    common = sorted(set(lives[0]) & set(lives[1]))
    delays, moved = 0, 0
    for operator, life in common:
        one, two = (of[operator, life] for of in lives)
        # The name of a life is the same, however the operator came to it.
        assert handles.text(one["handle"]) == handles.text(two["handle"])
        before = (operator, life - 1)
        if life > 1:
            gone = [of[before]["suspended_day"] for of in lives]
            delay = one["created_day"] - gone[0], two["created_day"] - gone[1]
            assert delay[0] == pytest.approx(delay[1], rel=1e-9, abs=1e-11)
            delays += 1
            moved += one["created_day"] != two["created_day"]
    assert delays > 30
    assert moved > 20  # ... at other times


def test_operators_that_return_under_a_policy_do_so_under_another(small, run, engine):
    # Whether an operator returns after life k is one draw: with a higher probability all those
    # return who did with a lower one.
    def returned(probability):
        scenario = small({"returning.probability": probability, "horizon": "300 d"})
        rows = run(scenario, engine).records.accounts
        # Lives with a successor, and lives whose operator gave up, well before the end.
        first = rows[(rows["life"] == 1) & (rows["suspended_day"] < 200)]
        again = set(rows["operator"][rows["life"] == 2].tolist())
        return set(first["operator"].tolist()), again

    few, few_back = returned(0.3)
    many, many_back = returned(0.7)
    both = few & many
    assert len(both) > 30
    assert few_back & both < many_back & both


@pytest.mark.parametrize("policy", ["base", "none"])
def test_the_twin_lives_in_the_same_world(network, run, engine, same, policy):
    world = run(network, engine).world
    other = run(network, engine, policy=policy).world
    for name in world._fields:
        assert same(getattr(world, name), getattr(other, name))


def test_an_earlier_pulse_does_not_change_the_draws_of_a_later_one(small, run, engine):
    # Nobody is struck by the added pulse, so everything should stay as it was.
    pulses = [{"date": "2014-06-05", "share": 0}, {"date": "2014-06-20", "share": 0.2}]
    one = run(small(), engine).records.accounts
    two = run(small({"detection.pulses": pulses}), engine).records.accounts
    assert np.array_equal(one["suspended_day"], two["suspended_day"], equal_nan=True)
