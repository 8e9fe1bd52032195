"""The posteriors that come with the project are those of its scenarios."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterban.experiment.calibration_check import ALARM, LEVEL, PLACEBO
from afterban.experiment.calibration_kept import NUMBERS, PROOF, read
from afterban.experiment.draws import read_draws
from afterban.experiment.unknowns import section_digest
from afterban.scenario import Scenario

FOLDER = Path(__file__).resolve().parents[2] / "results" / "posteriors"
NAMES = sorted(path.name for path in FOLDER.iterdir())


def test_there_is_one() -> None:
    assert "calibrate-2014" in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_what_is_kept_is_of_the_scenario_as_it_is_shipped(name: str) -> None:
    scenario = Scenario.from_yaml(name)
    numbers, proof = read(FOLDER / name / NUMBERS), read(FOLDER / name / PROOF)
    draws = read_draws(FOLDER / name / "posterior.parquet")
    assert numbers["digest"] == proof["digest"] == draws.meta["digest"] == scenario.digest()
    said = section_digest(scenario)
    assert numbers["calibration_digest"] == proof["calibration_digest"] == said
    assert draws.meta["calibration_digest"] == said
    section = scenario.calibration
    assert section is not None
    assert set(numbers["parameters"]) == set(section.parameters)
    assert {one["name"] for one in numbers["fitted"]} == set(section.targets)
    assert {one["name"] for one in numbers["held_out"]} == set(section.hold_outs)
    for one in numbers["fitted"]:
        assert one["observed"] == section.targets[one["name"]].observed
    for changes in draws.changes()[:5]:
        assert scenario.with_changes(changes).horizon == scenario.horizon


@pytest.mark.parametrize("name", NAMES)
def test_its_proof_passed(name: str) -> None:
    proof = read(FOLDER / name / PROOF)
    assert proof["passed"]
    assert proof["truths"] == 200
    assert proof["recovered"] == 50
    assert proof["false_alarm_rate"] == ALARM
    assert proof["level"] == LEVEL
    assert proof["inside_low"] <= proof["inside"] <= proof["inside_high"]
    assert proof["intervals"] == 50 * len(proof["parameters"])
    (placebo,) = (one for one in proof["parameters"] if one["parameter"] == PLACEBO)
    assert not placebo["identified"]


def test_the_public_record_leaves_the_return_probability_open() -> None:
    numbers = read(FOLDER / "calibrate-2014" / NUMBERS)
    (known,) = (one for one in numbers["known"] if one["name"] == "return")
    assert not known["identified"]
