"""Ranges of the shipped scenarios: all there, around the scenario's own values, and used."""

from __future__ import annotations

import re

import numpy as np
import pytest
from scipy.stats import spearmanr

from afterban.experiment.design import check_points
from afterban.experiment.ensemble import correlated, points_of
from afterban.experiment.ranges import assumptions_of, is_left_out, without_range
from afterban.experiment.sensitivity import thinned
from afterban.language.documents import Mapping, Sequence
from afterban.language.paths import steps
from afterban.scenario import Scenario, files, shipped_names
from afterban.scenario.contents import ABOUT_VALUES
from afterban.scenario.inert import without_effect
from afterban.scenario.patching import Patches
from afterban.scenario.places import numbers
from afterban.scenario.roles import kind_of_path
from afterban.scenario.uncertain import shared_out

SHIPPED = shipped_names()


def lacking(scenario: Scenario) -> list[str]:
    """``scenario: path`` of each assumed value that no range is given for."""
    return [f"{scenario.name}: {spot.path}" for spot in without_range(scenario)]


@pytest.mark.parametrize("name", SHIPPED)
def test_everything_that_a_shipped_scenario_assumes_has_a_range(name: str) -> None:
    scenario = Scenario.from_yaml(name)
    assert lacking(scenario) == []
    found = assumptions_of(scenario)
    assert len(found) >= 20
    for one in found:
        assert one.sources or one.why != "no reason is given", f"{name}: {one.name}"


def test_a_range_that_is_missing_is_named() -> None:
    scenario = Scenario.from_yaml("minimal").with_changes({"uncertainties.forgetting": "none"})
    assert lacking(scenario) == [
        "minimal: audience.forget_insiders",
        "minimal: audience.forget_outsiders",
    ]
    known = scenario.with_changes(
        {"audience.forget_insiders": "{value: 0.05 per day, range: [0, 0.5 per day], reason: x}"}
    )
    assert lacking(known) == ["minimal: audience.forget_outsiders"]
    everything = Scenario.from_yaml("minimal").with_changes({"uncertainties": "{}"})
    assert len(lacking(everything)) > 30


CHOSEN = {
    "detection.handle_match.edits",
    "detection.operating_curve.points[*].threshold",
    "detection.operating_curve.threshold",
    "detection.pulses[*].every",
    "review.team.reviewers",
}
SETTINGS = {
    *("seed", "replications", "horizon"),
    *("metrics.every", "metrics.kept_accounts", "metrics.kept_part"),
    *("metrics.outsider_sample", "metrics.reach_window"),
    # Bounds of what is drawn.
    *("detection.handle_match.ordinary.sample", "recruitment.most", "returning.most_lives"),
}


def test_what_needs_no_range_is_little_and_known() -> None:
    """Choices and settings, over all shipped scenarios, so that no assumption hides among them."""
    found: dict[str, set[str]] = {"lever": set(), "setting": set(), "uncertainty": set()}
    for name in SHIPPED:
        scenario = Scenario.from_yaml(name)
        moved = {path for one in assumptions_of(scenario) for path in one.paths}
        idle = without_effect(scenario)
        for spot in numbers(scenario):
            if steps(spot.path)[0] in ABOUT_VALUES:
                continue  # errors of observations, bounds of a search: they enter no equation
            assumed = scenario.evidence[spot.path].kind == "assumed"
            if assumed and spot.path not in moved | idle and not is_left_out(spot):
                path = re.sub(r"\[\d+\]", "[*]", spot.path)
                found[kind_of_path(scenario, spot.path)].add(path)
    assert found["lever"] == CHOSEN
    assert found["setting"] == SETTINGS
    assert found["uncertainty"] == set()


@pytest.mark.parametrize("name", SHIPPED)
def test_a_stated_range_has_the_value_of_its_scenario(name: str) -> None:
    """As it is stated: none had to be widened."""
    scenario = Scenario.from_yaml(name)
    root, _ = files.tree(name)
    stated = root.get("uncertainties")
    assert isinstance(stated, Mapping)
    shared = shared_out(scenario, scenario.uncertainties, scenario.evidence)
    looked_at = 0
    for key, node in stated.entries:
        assert isinstance(node, Mapping)
        ends = node.get("range")
        assert isinstance(ends, Sequence)
        texts = [item.value for item in ends.items]  # type: ignore[union-attr]  # scalars
        assert scenario.uncertainties[key.value].range == texts, f"{name}: {key.value}"
        looked_at += len(shared[key.value])
    assert looked_at >= 20
    for one in assumptions_of(scenario):
        assert not one.centre < one.low, one.name
        assert not one.centre > one.high, one.name


def test_a_range_that_misses_a_value_is_seen() -> None:
    """The check above fails for a scenario whose ranges had to be widened."""
    scenario = Scenario.from_yaml("minimal").with_changes({"returning.fatigue": "0.2"})
    assert scenario.uncertainties["fatigue"].range == ["0.2", "1"] != ["0.9", "1"]


@pytest.mark.parametrize("name", ["all-alike", "handle-threshold", "isaf-taliban-2011"])
def test_there_is_a_scenario_at_each_point_of_all_ranges(name: str) -> None:
    scenario = Scenario.from_yaml(name)
    check_points(scenario.with_changes({"replications": "1"}), points_of(scenario, 8))


@pytest.mark.slow
def test_at_its_centre_a_scenario_is_itself() -> None:
    scenario = Scenario.from_yaml("september-2014")
    centred = [one for one in assumptions_of(scenario) if one.centre == one.centre]
    versions, known = Patches(scenario), {r.path: r.value for r in scenario.inspect_rows()}
    assert len(centred) > 25
    for one in centred:
        changes = one.changes(scenario, one.centre) or {}
        for path, text in changes.items():
            rows = {r.path: r.value for r in versions.at({path: text}).inspect_rows()}
            # A section that is left out has no row; there the centre is the default.
            assert rows[path] == known.get(path, "1"), (one.name, path)


def test_ranges_are_relative_to_the_network_that_is_run() -> None:
    whole = Scenario.from_yaml("targeting")
    smaller = thinned(whole, 2700)
    campaigns = {one.name: one for one in assumptions_of(whole)}["campaigns"]
    before, after = (campaigns.changes(s, 2.0) or {} for s in (whole, smaller))
    path = "detection.pulses[0].accounts"
    assert int(before[path]) == 2 * whole.detection.pulses[0].accounts
    assert int(after[path]) == 2 * smaller.detection.pulses[0].accounts


def test_a_prior_is_walked_through_by_its_quantiles() -> None:
    law = "{lognormal: {median: 0.1 per day, sigma: 1}}"
    scenario = Scenario.from_yaml("minimal").with_changes(
        {"tiers.hub.watched": f"{{value: 0.1 per day, prior: {law}, reason: x}}"}
    )
    (one,) = [a for a in assumptions_of(scenario) if a.name == "tiers.hub.watched"]
    assert one.at(0.5) == pytest.approx(0.1, rel=1e-9, abs=0)
    assert one.at(0.05) == pytest.approx(one.low, rel=1e-9, abs=0)
    assert one.at(0.95) == pytest.approx(one.high, rel=1e-9, abs=0)
    places = [dict(point.values)["tiers.hub.watched"] for point in points_of(scenario, 64)]
    below = np.mean([float(text.split()[0]) < 0.1 for text in places])
    assert below == pytest.approx(0.5, abs=0.02)  # a Sobol design halves each dimension


def test_stated_correlations_are_in_the_points_and_nothing_else_moves() -> None:
    plain = Scenario.from_yaml("minimal")
    names = [one.name for one in assumptions_of(plain)]
    pairs = "[{of: fatigue, with: return-probability, rank: -0.7}]"
    together = plain.with_changes({"correlations": pairs})
    path = ("returning.fatigue", "returning.probability")
    ranks = []
    for scenario in (plain, together):
        points = points_of(scenario, 512)
        x, y = (np.array([float(dict(p.values)[one]) for p in points]) for one in path)
        ranks.append(spearmanr(x, y).statistic)
    # The standard error of a rank correlation of 512 independent draws is 0.044; Sobol's is less.
    assert ranks == pytest.approx([0.0, -0.7], abs=0.06)
    places = np.linspace(0.05, 0.95, 3 * len(names)).reshape(3, -1)
    moved = correlated(places, names, [("fatigue", "return-probability", -0.7)])
    same = [k for k, name in enumerate(names) if name not in ("fatigue", "return-probability")]
    np.testing.assert_array_equal(moved[:, same], places[:, same])
    assert not np.array_equal(moved, places)
