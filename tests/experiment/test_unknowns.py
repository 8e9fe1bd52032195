"""Places in prior units, and what they are in a scenario."""

from __future__ import annotations

import numpy as np
import pytest

from afterban.errors import AfterbanError
from afterban.experiment.unknowns import plain, points_at, unknowns, values_at
from afterban.scenario import Scenario

TEXT = """\
schema_version: 1
name: small
extends: minimal
calibration:
  parameters:
    share: {path: returning.probability, range: [0.2, 0.8]}
    delay: {path: returning.delay.lognormal.median, range: [2h, 8 d], scale: log}
    eager: {paths: [tiers.hub.promotes, tiers.supporter.promotes], factor: true, range: [0.5, 1.1]}
    law: {path: audience.refollow_insiders, prior: {lognormal: {median: 1, sigma: 0.5}}}
    many: {path: tiers.hub.count, range: [2, 9]}
  targets:
    pace: {metric: suspensions, observed: 70, tolerance: 20}
"""


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario.from_text(TEXT)


def test_middles_and_ends(scenario: Scenario) -> None:
    some = unknowns(scenario)
    low, middle, high = values_at(some, np.array([[0.0] * 5, [0.5] * 5, [1.0 - 1e-12] * 5]))
    assert middle[:4] == pytest.approx([0.5, np.sqrt(8 / 12), 0.8, 1.0], rel=1e-4)
    assert low[:3] == pytest.approx([0.2, 1 / 12, 0.5], rel=1e-5)
    assert high[:3] == pytest.approx([0.8, 8.0, 1.1], rel=1e-5)


def test_a_law_has_its_quantiles(scenario: Scenario) -> None:
    law = unknowns(scenario)[3]
    places = np.array([0.1587, 0.8413])
    assert law.at(places) == pytest.approx(np.exp([-0.5, 0.5]), rel=1e-3)


def test_points_are_versions_of_the_scenario(scenario: Scenario) -> None:
    some, base = unknowns(scenario), plain(scenario)
    one, other = points_at(base, some, np.array([[0.0] * 5, [0.5] * 5]), np.array([5, 6]))
    values = dict(one.values)
    assert values["returning.probability"] == "0.2"
    assert values["seed"] == "5"
    assert values["tiers.hub.count"] == "2"
    assert float(values["tiers.hub.promotes"]) == pytest.approx(0.45)
    assert one.of(base).returning.probability == 0.2
    assert one.key != other.key


def test_texts_for_people(scenario: Scenario) -> None:
    some = {one.name: one for one in unknowns(scenario)}
    assert some["delay"].text(0.0833) == "2 h"
    assert some["eager"].text(0.75) == "×0.75"
    assert some["share"].text(0.4) == "0.4"


def test_a_scenario_without_the_section_is_told_how_to_write_it() -> None:
    with pytest.raises(AfterbanError, match="has no `calibration` section; write one"):
        unknowns(Scenario.from_yaml("minimal"))
