"""Ranges in the language: read by the kind of a value, written back, inherited, in no digest."""

from __future__ import annotations

import itertools
import math

import pytest

from afterban.errors import ScenarioErrors
from afterban.language.laws import Distribution, exponential, lognormal, mixture, quantiles, uniform
from afterban.language.quantiles import quantile
from afterban.scenario import Scenario
from afterban.scenario.common import common_ranges
from afterban.scenario.correlations import lower_factor
from afterban.scenario.places import matches, numbers, patterns, spots
from afterban.scenario.uncertain import moves, shared_out

BASE = """
schema_version: 1
name: own
start: 2024-03-01
horizon: 60 days
tiers:
  one: {count: 30, audience: {lognormal: {median: 100, sigma: 1}}, posts: 5 per day, returns: 0.5}
  two: {count: 20, audience: 50, posts: 5 per day, spares: 1}
detection: {reports: 400 per million impressions}
"""


def read(more: str = "") -> Scenario:
    return Scenario.from_text(BASE + more, "own.yaml")


# --- beside a value -------------------------------------------------------------------------------


def test_a_range_is_in_the_unit_of_its_value() -> None:
    scenario = read(
        """
returning:
  probability: {value: 40 %, range: [20 %, 0.9]}
  delay: {value: {exponential: {median: 36h}}, range: [12h, 4 days]}
  spare_delay: {value: 1h, prior: {lognormal: {median: 1h, sigma: 1}}, reason: a guess}
"""
    )
    evidence = scenario.evidence
    assert evidence["returning.probability"].range == (0.2, 0.9)
    assert evidence["returning.delay"].range == (0.5, 4.0)
    prior = evidence["returning.spare_delay"].prior
    assert prior.median() == pytest.approx(1 / 24, rel=1e-12, abs=0)
    again = Scenario.from_text(scenario.resolved_yaml())
    assert dict(again.evidence) == dict(evidence)


def test_what_is_said_about_values_is_in_no_digest() -> None:
    plain = read("returning: {probability: 0.4}\n")
    said = read(
        """
returning: {probability: {value: 0.4, kind: measured, source: log, range: [0.3, 0.6]}}
sources: {log: {title: A log}}
uncertainties: {fatigue: none}
correlations: [{of: lost, with: regain, rank: 0.3}]
levers: [exposure]
claims: {one: {source: log, metric: suspensions, figure: 3}}
common_ranges: true
"""
    )
    assert said.digest() == plain.digest()
    assert said.resolved_yaml() != plain.resolved_yaml()


def test_a_value_that_is_set_anew_has_lost_its_range() -> None:
    scenario = read("returning: {delay: {value: {exponential: {median: 36h}}, range: [12h, 4d]}}\n")
    changed = scenario.with_changes({"returning.delay.median": "30d"})
    assert changed.returning.delay.median() == pytest.approx(30, rel=1e-12, abs=0)
    assert changed.evidence["returning.delay"].range is None


@pytest.mark.parametrize(("half", "refused"), [(0.05, False), (0.039, True)])
def test_a_narrow_range_says_why(half: float, refused: bool) -> None:
    text = f"returning: {{probability: {{value: 0.4, range: [{0.4 - half}, {0.4 + half}]}}}}\n"
    if not refused:
        assert read(text).evidence["returning.probability"].range is not None
        return
    with pytest.raises(ScenarioErrors, match="the range is narrow"):
        read(text)
    assert read(text.replace("]", "], reason: many lives")).returning.probability == 0.4


def test_sources_are_inherited_and_written() -> None:
    parent = Scenario.from_text(BASE + "sources: {log: {title: A log}}\n")
    child = parent.with_changes(
        {"returning.probability": "{value: 0.5, kind: measured, source: log}"}
    )
    assert child.evidence["returning.probability"].source == "log"
    assert "title: A log" in child.resolved_yaml()
    with pytest.raises(ScenarioErrors, match="`log` is not a source"):
        read().with_changes({"returning.probability": "{value: 0.5, kind: measured, source: log}"})


# --- named uncertainties --------------------------------------------------------------------------


def test_the_common_ranges_stand_beneath_those_of_a_scenario() -> None:
    common = common_ranges()
    assert common is not None
    names = set(common.get("uncertainties").keys())  # type: ignore[union-attr]  # it is a mapping
    assert len(names) > 60
    assert set(read().uncertainties) == names
    own = read(
        "uncertainties: {lost: none, "
        "mine: {paths: [returning.fatigue], range: [0.5, 1], reason: x}}"
    )
    assert set(own.uncertainties) == (names - {"lost"}) | {"mine"}
    assert read("common_ranges: false\n").uncertainties == {}
    assert set(Scenario.from_text(own.resolved_yaml()).uncertainties) == set(own.uncertainties)


def test_an_inherited_range_is_widened_to_the_value_and_an_own_one_is_refused() -> None:
    inherited = read("returning: {fatigue: 0.5}\n").uncertainties["fatigue"]
    assert inherited.range == ["0.5", "1"]
    assert read().uncertainties["fatigue"].range == ["0.9", "1"]
    changed = read().with_changes({"returning.fatigue": 0.5})
    assert changed.uncertainties["fatigue"].range == ["0.5", "1"]
    own = "uncertainties: {fatigue: {paths: [returning.fatigue], range: [0.9, 1], reason: x}}\n"
    with pytest.raises(ScenarioErrors, match=r"the value 0\.5 lies outside its range, 0\.9 to 1"):
        read("returning: {fatigue: 0.5}\n" + own)


def test_what_a_scenario_has_not_got_is_not_moved() -> None:
    scenario = read()
    moved = {
        name: [each.spot.path for each in moves(scenario, one)]
        for name, one in scenario.uncertainties.items()
    }
    assert moved["spare-accounts"] == ["tiers.two.spares"]  # the other has none
    assert moved["return-probability-by-tier"] == ["tiers.one.returns"]
    assert moved["recruits"] == []
    assert moved["handle-recall"] == []  # 0: no handle is matched
    assert moved["prominence"] == []  # 1 is what others are relative to
    assert moved["forgetting"] == ["audience.forget_insiders", "audience.forget_outsiders"]


def test_each_value_is_moved_by_one() -> None:
    scenario = read(
        """
uncertainties:
  mine: {paths: [tiers.one.audience], how: median, range: ["50", "300"], reason: x}
"""
    ).with_changes({"tiers.two.audience": "{value: 50, range: [20, 90]}"})
    shared = shared_out(scenario, scenario.uncertainties, scenario.evidence)
    assert [each.spot.path for each in shared["mine"]] == ["tiers.one.audience"]
    assert shared["audiences"] == []  # the nearer one counts, and a value's own range before all
    everything = [each.spot.path for each in itertools.chain(*shared.values())]
    assert len(everything) == len(set(everything)) > 20


def test_paths_with_stars() -> None:
    scenario = read()
    found = spots(scenario, "tiers.*.count")
    assert [(one.path, one.value, one.stars) for one in found] == [
        ("tiers.one.count", 30, ("one",)),
        ("tiers.two.count", 20, ("two",)),
    ]
    (sigma,) = spots(scenario, "tiers.*.audience.lognormal.sigma")
    assert (sigma.path, sigma.number) == ("tiers.one.audience.lognormal.sigma", 1.0)
    assert spots(scenario, "tiers.three.count") == []
    assert matches("tiers.*.count", "tiers.one.count")
    assert matches("review.team", "review.team.reviewers")
    assert not matches("tiers.*.count", "tiers.one.spares")
    assert "detection.regimes[*].reports" in patterns()
    assert {"tiers.one.count", "exposure.outsiders"} <= {one.path for one in numbers(scenario)}


# --- quantiles and correlations -------------------------------------------------------------------

LAWS = [
    exponential(2.0),
    lognormal(3.0, 1.2, cap=20.0),
    lognormal(3.0, 1.2, floor=1.0),
    uniform(1.0, 4.0),
    quantiles({0: 1.0, 0.5: 10.0, 1: 200.0}),
    mixture((1.0, exponential(1.0)), (2.0, lognormal(5.0, 0.5))),
]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.kind)
def test_a_quantile_is_where_the_share_below_is_reached(law: Distribution) -> None:
    assert quantile(law, 0.5) == pytest.approx(law.median(), rel=1e-9, abs=0)
    for place in (0.01, 0.2, 0.6, 0.99):
        value = quantile(law, place)
        assert law.below(value) >= place
        if law.smallest < value:
            assert law.below(value * (1 - 1e-9)) <= place + 1e-9
    assert quantile(law, 0.0) == law.smallest
    assert math.isfinite(quantile(law, 1.0))
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantile(law, 1.5)


def test_correlations_that_cannot_be() -> None:
    assert lower_factor([("a", "b", 0.5)], ["a", "b"]) is not None
    impossible = [("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9)]
    assert lower_factor(impossible, ["a", "b", "c"]) is None


def test_a_range_that_moves_nothing_is_told() -> None:
    scenario = read(
        """
uncertainties:
  idle: {paths: [recruitment.per_impression], how: factor, range: [0.5, 2], reason: x}
  fatigue: {paths: [returning.fatigue], range: [0.9, 1], reason: x}
"""
    )
    assert [one.path for one in scenario.no_effect()] == ["uncertainties.idle"]
    assert Scenario.from_text(scenario.resolved_yaml()).no_effect() == []


BOTH = """
schema_version: 1
name: both
start: 2014-09-01
horizon: 8 days
tiers: {supporter: {count: 12, audience: 200, posts: 2 per day}}
detection: {reports: 5000 per million impressions}
returning: {delay: {lognormal: {median: 1d, sigma: 1.0}}}
uncertainties:
  delay: {label: delay, paths: [returning.delay], how: median, range: [0.5d, 6d], reason: a test}
"""


def test_what_is_changed_afterwards_widens_a_range_of_the_same_file() -> None:
    """A sweep or `--set` goes where it likes; only what the file itself says must fit."""
    scenario = Scenario.from_text(BOTH)
    there = scenario.with_changes({"returning.delay.lognormal.median": "2h"})
    assert there.uncertainties["delay"].range == ["2h", "6d"]
    with pytest.raises(ScenarioErrors, match="lies outside its range"):
        Scenario.from_text(BOTH.replace("median: 1d", "median: 2h"))
