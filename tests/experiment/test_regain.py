"""Followers of a promoted return by its age, and the values that make it look as published."""

from __future__ import annotations

import math

import numpy as np
import pytest

from afterban import engines, theory
from afterban.experiment.regain import TARGETS, Target, expected_followers, fit, medians
from afterban.mechanisms import census as c
from afterban.parameters import Parameters
from afterban.scenario import Scenario
from afterban.world import build

# Accounts that come back on day 1 to a network that stands.
NETWORK = """
schema_version: 1
name: regain
start: 2014-06-02
horizon: 12 d
seed: 5
tiers:
  supporter:
    count: 300
    audience: {lognormal: {median: 300, sigma: 1.0}}
    sleeper: {public: 2014-06-03}
    attached_at_start: 0
    detached_at_start: 1
    posts: 100000 per day
    degree: 12
    promotes: 0
  friend:
    count: 300
    audience: {lognormal: {median: 300, sigma: 1.0}}
    attached_at_start: 0.8
    detached_at_start: 0
    posts: 100000 per day
    promotes: 0.4
    prominence: 3
exposure: {outsiders: 1_000_000}
audience: {discover_insiders: 0, discover_outsiders: 0, forget_insiders: 0, forget_outsiders: 0}
network: {overlap_outsiders: 0.4}
promotion: {posts: 1, view_probability: 0.5, untouched_factor: 0}
metrics: {every: 6 h}
"""


@pytest.fixture(scope="module")
def network():
    return Scenario.from_text(NETWORK)


def test_expected_followers_are_those_of_simulated_returns(network):
    p = Parameters.from_scenario(network)
    # Only who lives promotes: those who come back too are public at the same moment, and promote
    # nobody.  What they start with is as if they had it, so that the friends alone matter.
    ages = (0.25, 1.0, 3.0, 10.0)
    world = build(p, 5, 0)
    expected = expected_followers(p, world, 0, ages).sum(axis=1)
    found = []
    for replication in range(12):
        records = engines.run(p, world, 5, replication)
        series = records.series[:, 0]
        at = np.searchsorted(p.grid, 1.0 + np.array(ages) - 1e-9)
        found.append(series[at][:, [c.ATTACHED_INSIDERS, c.ATTACHED_OUTSIDERS]].sum(axis=1))
    mean, error = np.mean(found, axis=0), np.std(found, axis=0, ddof=1) / math.sqrt(12)
    # 12 replications of one world: t with 11 degrees, 5 standard errors are one alarm in 2,500.
    assert (np.abs(mean - expected) <= 5 * error + 1e-3 * expected).all()
    alone = expected_followers(p._replace(promotion_seen=0.0), world, 0, ages).sum(axis=1)
    assert (expected > 1.05 * alone).all()
    assert not (np.abs(mean - alone) <= 5 * error + 1e-3 * alone).any()


def test_without_promotion_it_is_the_closed_form_of_regain(network):
    p = Parameters.from_scenario(network.with_changes({"promotion.view_probability": 0}))
    world = build(p, 5, 0)
    people = expected_followers(p, world, 0, (2.0,))[0]
    for segment, hazard in ((0, 1.0), (1, 0.03)):
        whole = world.audience[world.tier == 0, segment]
        people = people - theory.followers(2.0, detached=1.0, refollow=hazard) * whole
    assert people == pytest.approx(0.0, abs=1e-9)


@pytest.mark.slow
def test_a_fit_finds_the_values_that_made_its_targets(network):
    ages = (0.25, 1.0, 4.0)
    shapes = tuple(Target("L40", "supporter", (age,), 1.0, 1.0) for age in ages)
    truth = medians(network, shapes)
    targets = tuple(Target(t.source, t.tier, t.ages, value, value) for t, (value,) in truth)
    start = network.with_changes(
        {"promotion.view_probability": 0.05, "audience.refollow_insiders": "0.4 per day"}
    )
    found = fit(start, targets=targets)
    assert found.view_probability == pytest.approx(0.5, rel=0.02)
    assert found.refollow_insiders == pytest.approx(1.0, rel=0.02)
    assert found.miss < 1e-3
    fitted = start.with_changes(dict(found.changes()))
    for (_, (value,)), (_, (again,)) in zip(truth, medians(fitted, shapes), strict=True):
        assert again == pytest.approx(value, rel=0.01)
    # Overlap and being seen are one: twice the one is half the other.
    other = fit(start.with_changes({"network.overlap_insiders": 1}), overlap=0.8, targets=targets)
    assert other.strength == pytest.approx(found.strength, rel=0.02)
    assert other.view_probability == pytest.approx(0.25, rel=0.02)


def test_a_target_is_missed_outside_its_range_only():
    target = Target("L40", "supporter", (1.0, 2.0, 3.0), 100.0, 200.0)
    assert target.miss([50.0, 150.0, 400.0]) == pytest.approx([-math.log(2), 0.0, math.log(2)])


@pytest.mark.slow
def test_the_network_of_2014_comes_near_the_published_returns():
    network = Scenario.from_yaml("no-enforcement")
    fewer = {f"tiers.{n}.count": max(1, t.count // 5) for n, t in network.tiers.items()}
    thin = network.with_changes({"promotion.posts": 1, **fewer})
    found = fit(thin, overlap=0.5)
    assert 0.1 < found.view_probability < 0.5
    assert 0.5 < found.refollow_insiders < 2.0
    assert found.miss < 0.12
    # As ordinary posts are seen, and with the overlap of people who have nothing in common.
    casual = {"promotion.view_probability": 0.02, "network.overlap_outsiders": 0.1}
    before = [m for t, ms in medians(network.with_changes(casual)) for m in t.miss(ms)]
    assert math.sqrt(sum(m * m for m in before) / len(before)) > 3 * found.miss
    assert {t.source for t in TARGETS} == {"L29", "L40"}
