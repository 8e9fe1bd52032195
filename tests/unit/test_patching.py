"""A version of a scenario made by patching is the one that reading gives, in every respect."""

from __future__ import annotations

import pickle
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterban.errors import ScenarioErrors
from afterban.language.changes import node_of
from afterban.language.documents import Scalar, parse
from afterban.parameters import Parameters
from afterban.scenario import Scenario, load, shipped_names
from afterban.scenario.patching import Patches
from afterban.scenario.sweeping import at_point

ARMS = """
schema_version: 1
name: patched
start: 2014-09-01
horizon: 30 days
tiers:
  hub:
    {count: 2, audience: {lognormal: {median: 900, sigma: 1}}, posts: 5 per day, severity: urgent}
  supporter: {count: 40, audience: 200, posts: 2 per day}
detection:
  reports: {value: 20_000 per million impressions, kind: assumed, note: a guess}
  regimes: [{from: 2014-09-10, reports: 30_000 per million impressions}]
review: {time_to_action: {lognormal: {median: 24h, sigma: 1.0}}}
policies:
  faster: {review: {time_to_action: {lognormal: {median: 1h, sigma: 1.0}}}}
  team: {review: {team: {reviewers: 2, service_time: 1h}}, tiers: {hub: {posts: 1 per day}}}
"""
VALUES = {
    "review.time_to_action.lognormal.median": ["1h", "2.5 d"],
    "review.time_to_action.lognormal.sigma": ["0.5", "1.5"],
    "returning.probability": ["0.25", "40 %"],
    "returning.delay": ["{exponential: {mean: 2h}}", "3d", "never"],
    "tiers.hub.count": ["1", "3"],
    "tiers.supporter.audience": ["100", "{lognormal: {median: 50, sigma: 0.5}}"],
    "promotion.on_start": ["true", "false"],
    "detection.regimes[0].reports": ["1 per million impressions", "0"],
    "detection.regimes[0].from": ["2014-09-12", "2014-09-20"],
    "policies.team.review.team.reviewers": ["1", "4"],
    "policies.faster.review.time_to_action.lognormal.median": ["30 min"],
    "review.team": ["none", "{reviewers: 3, service_time: 2h}"],
    "metrics.every": ["1d", "12h"],
    "horizon": ["6 d", "12 d"],
}


def same(one: Scenario, other: Scenario) -> None:
    assert one.resolved_yaml() == other.resolved_yaml()
    assert one.digest() == other.digest()
    assert one.evidence == other.evidence
    assert one.root == other.root
    for policy in ("base", "none", *one.policies):
        mine, theirs = (Parameters.from_scenario(s, policy) for s in (one, other))
        for name in Parameters._fields:
            np.testing.assert_array_equal(getattr(mine, name), getattr(theirs, name), err_msg=name)
        if policy in one.policies:
            assert one.arm(policy).resolved_yaml() == other.arm(policy).resolved_yaml()
            assert one.arm(policy).evidence == other.arm(policy).evidence


PATCHES = Patches(Scenario.from_text(ARMS))


@settings(max_examples=40)
@given(st.data())
def test_a_patched_version_is_the_one_that_is_read(data: Any) -> None:
    paths = data.draw(
        st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=4, unique=True)
    )
    values = {path: data.draw(st.sampled_from(VALUES[path])) for path in paths}
    wanted, mine = (
        _made(make, values) for make in (partial(at_point, Scenario.from_text(ARMS)), PATCHES.at)
    )
    if isinstance(wanted, str):  # `review.team.reviewers` of an arm whose team was taken away, say
        assert mine == wanted
    else:
        assert isinstance(mine, Scenario)
        same(mine, wanted)


def _made(make: Any, values: dict[str, str]) -> Scenario | str:
    try:
        found: Scenario = make(values)
    except ScenarioErrors as error:
        return str(error)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_names())
def test_shipped_scenarios_too(name: str) -> None:
    scenario = load(name)
    versions = Patches(scenario)
    for share in ("0.3", "0.6"):
        values = {"returning.probability": share, "seed": "7"}
        mine, theirs = versions.at(values), scenario.with_changes(values)
        assert mine.resolved_yaml() == theirs.resolved_yaml()
        assert mine.evidence == theirs.evidence


@pytest.mark.parametrize(
    "values",
    [
        {"returning.probability": "2"},
        {"tiers.hub.cuont": "2"},
        {"tiers.hub.count": "0", "tiers.supporter.count": "0"},
        {"horizon": "0"},
        {"detection.regimes[0].from": "2014-08-01"},
    ],
)
def test_faults_are_the_same_again_and_again(values: dict[str, str]) -> None:
    with pytest.raises(ScenarioErrors) as wanted:
        at_point(Scenario.from_text(ARMS), values)
    for _ in range(2):
        with pytest.raises(ScenarioErrors) as told:
            PATCHES.at(values)
        assert str(told.value) == str(wanted.value)


def test_versions_take_no_memory_of_their_own() -> None:
    versions = Patches(Scenario.from_text(ARMS))
    for k in range(3):
        versions.at({"returning.probability": "0.5"}).arm("team")
        if k == 0:
            kept = len(versions._kept)
    for k in range(30):
        versions.at({"returning.probability": f"0.{k + 1:02d}", "tiers.hub.count": "2"}).arm("team")
    assert len(versions._kept) <= kept + 2


def test_a_version_can_be_sent_to_another_process() -> None:
    there = pickle.loads(pickle.dumps(PATCHES.at({"returning.probability": "0.5"})))
    same(there, Scenario.from_text(ARMS).with_changes({"returning.probability": "0.5"}))


@given(st.text("09aZ_.%+-/ e:#&*!|>'\"{}[],~", min_size=1, max_size=8))
def test_a_plain_value_needs_no_parser(text: str) -> None:
    try:
        node = node_of("a.b", text, 1000)
    except ScenarioErrors:
        return
    wanted, problems = parse(text, "--set a.b", 1000)
    assert node == wanted
    assert not problems
    assert not isinstance(node, Scalar) or node.place == wanted.place
