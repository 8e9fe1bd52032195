"""Insiders who are operators: relations between runs on common draws."""

from __future__ import annotations

import numpy as np
import pytest

from afterban import engines
from afterban.mechanisms import census as c
from afterban.mechanisms import liveshare
from afterban.scenario import Scenario

MEMBERS = {"audience.insiders": "operators"}
PEOPLE = {"audience.insiders": "constant"}
NOBODY = {"detection": {"reports": "0 per impression", "pulses": []}}
PURGE = """
schema_version: 1
name: purge
start: 2014-09-01
horizon: 30 days
seed: 3
tiers: {supporter: {count: 2000, audience: 500, insider_share: 0.5, posts: 2 per day}}
detection: {pulses: [{date: 2014-09-10, share: 0.9}]}
returning: {probability: 0}
"""


def test_while_all_are_live_it_is_as_without_it(small, run, engine, same):
    # Nobody is suspended, and a tier is prepared for a release: then there are more than all.
    sleeper = {"tiers.hub.sleeper": {"created": "2014-06-05", "public": "2014-06-10"}}
    for more in ({}, sleeper):
        one = run(small({**NOBODY, **more}), engine)
        assert np.isnan(one.records.accounts["suspended_day"]).all()
        p = one.parameters._replace(live_insiders=True)
        two = engines.run(p, one.world, 11, 0, engine)
        for name in ("accounts", "final", "window_impressions", "cases", "backlog"):
            assert same(getattr(one.records, name), getattr(two, name))
        assert two.series == pytest.approx(one.records.series, rel=1e-12, abs=1e-9)
    assert not same(run(small(), engine), run(small(MEMBERS), engine))


def test_a_purge_of_nine_tenths_leaves_a_tenth(run, engine):
    scenario = Scenario.from_text(PURGE)
    before = run(scenario.with_changes(PEOPLE), engine)
    after = run(scenario, engine)  # members unless a scenario says otherwise
    rows = after.records.accounts
    left = np.isnan(rows["suspended_day"])
    assert (left == np.isnan(before.records.accounts["suspended_day"])).all()
    # The share of the members who are left, weighted by how many they follow.
    world = after.world
    weight = liveshare.weights(world.links, world.promoters, world.promoter_start, 2000)
    share = weight[left].sum() / weight.sum()
    assert share == pytest.approx(0.1, abs=0.02)
    assert rows["insider_followers"][left] == pytest.approx(250 * share, abs=250 / 1024)
    whole = before.records.accounts["insider_followers"][left]
    assert whole == pytest.approx(250)
    # Nine days with all of them and twenty-one with a tenth; outsiders are as they were.
    days = rows["insider_impressions"][left] / (2 * 0.02)
    assert days == pytest.approx(250 * (9 + 21 * share), rel=0.002)
    for name in ("outsider_impressions", "outsider_followers"):
        assert np.array_equal(rows[name], before.records.accounts[name])
    attached = after.records.series[-1, 0, c.ATTACHED_INSIDERS]
    assert attached == pytest.approx(left.sum() * 250 * share, rel=0.02)
    seen = after.records.series[-1, 0, c.INSIDER_IMPRESSIONS]
    assert seen == pytest.approx(rows["insider_impressions"].sum(), rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("count", [400, pytest.param(1500, marks=pytest.mark.slow)])
def test_twice_as_fine_a_log_changes_next_to_nothing(small, run, monkeypatch, count):
    changes = {**MEMBERS, "tiers.supporter.count": count, "detection.insider_reports": 0.5}
    found = {}
    for step in (1 / 1024, 1 / 2048):
        monkeypatch.setattr(liveshare, "STEP", step)
        found[step] = run(small(changes), "reference").records
    one, two = found.values()
    for name in ("outsider_impressions", "insider_impressions"):
        first, second = (r.accounts[name].sum() for r in (one, two))
        assert first == pytest.approx(second, rel=1e-3)
        assert first != second or name == "outsider_impressions"


def test_a_census_touches_nothing(small, run, engine, same):
    seldom, often = (
        run(small({**MEMBERS, "metrics.every": every}), engine) for every in ("7 d", "0.25 d")
    )
    assert same(seldom.records.accounts, often.records.accounts)
    assert same(seldom.records.final, often.records.final)


def test_an_isolated_operator_more_changes_nobody_else(small, run, engine):
    changes = {**MEMBERS, "detection.pulses": []}
    alone = {"audience": 400, "posts": "3 per day", "degree": 0, "prominence": 0, "promotes": 0}
    one = run(small(changes), engine)
    two = run(small({**changes, "tiers.zz-alone": {"count": 1, **alone}}), engine)
    n = len(one.world.tier)
    assert len(two.world.tier) == n + 1
    theirs = two.records.accounts
    theirs = theirs[theirs["operator"] < n]
    for name in theirs.dtype.names:
        mine = one.records.accounts[name]
        assert np.array_equal(mine, theirs[name], equal_nan=mine.dtype.kind == "f"), name


def test_fewer_live_members_mean_fewer_reports_by_members(small, run):
    # Only insiders report, and nobody comes back: later accounts are found more slowly.
    changes = {
        "detection": {
            "reports": "1500 per million impressions",
            "insider_reports": 5,
            "pulses": [{"date": "2014-06-07", "share": 0.8}],
        },
        "returning.probability": 0,
        "tiers.supporter.count": 400,
    }
    counts = []
    for more in ({}, MEMBERS):
        rows = run(small({**changes, **more})).records.accounts
        counts.append((rows["flagged_day"] > 5.0).sum())
    assert counts[1] < 0.9 * counts[0]


@pytest.mark.parametrize("probability", [0.0, 0.9])
def test_promoters_bring_back_fewer_insiders(small, run, probability):
    # Common draws; nothing finds an account by its followers.
    changes = {
        "detection": {"threats": "0.1 per day", "pulses": [{"date": "2014-06-07", "share": 0.5}]},
        "returning.probability": probability,
        "network.overlap_insiders": 1,
    }
    one, two = (run(small({**changes, **more})).records for more in ({}, MEMBERS))
    assert np.array_equal(one.accounts["created_day"], two.accounts["created_day"])
    assert (
        two.accounts["insider_impressions"] <= one.accounts["insider_impressions"] * (1 + 1e-9)
    ).all()
    assert np.array_equal(
        one.accounts["outsider_impressions"], two.accounts["outsider_impressions"]
    )
