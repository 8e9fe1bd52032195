"""The section `calibration`: what is read, and every fault with its place."""

from __future__ import annotations

import pytest

from afterban.errors import ScenarioErrors
from afterban.scenario import Scenario
from afterban.scenario.calibrating import changes, ends, value_at

TEXT = """\
schema_version: 1
name: small
extends: minimal
calibration:
  parameters:
    return: {path: returning.probability, range: [0.2, 0.9]}
    delay: {path: returning.delay.lognormal.median, range: [2h, 6 d], scale: log}
    eager: {paths: [tiers.hub.promotes, tiers.supporter.promotes], factor: true, range: [0.5, 2]}
    regain: {path: audience.refollow_insiders, prior: {lognormal: {median: 1, sigma: 1}}}
  targets:
    pace: {metric: suspensions, observed: {value: 70, kind: reported, source: L7}, tolerance: 20}
    back: {metric: return_share.supporter, observed: 0.6, likelihood: binomial, n: 30}
  hold_outs:
    less: {metric: replacement_ratio, arm: faster, observed: 1, comparison: at most, sd: 0.1}
"""


def faults(text: str) -> list[str]:
    with pytest.raises(ScenarioErrors) as caught:
        Scenario.from_text(text, "small.yaml")
    return [str(error) for error in caught.value.errors]


def test_what_is_read() -> None:
    scenario = Scenario.from_text(TEXT)
    found = scenario.calibration
    assert found is not None
    assert ends(found.parameters["delay"]) == (pytest.approx(1 / 12), 6.0)
    assert found.parameters["eager"].places == ("tiers.hub.promotes", "tiers.supporter.promotes")
    assert scenario.evidence["calibration.targets.pace.observed"].source == "L7"


def test_it_is_in_no_digest_and_in_no_arm() -> None:
    scenario = Scenario.from_text(TEXT)
    assert scenario.digest() == scenario.with_changes({"calibration": "none"}).digest()
    assert (
        scenario.digest() == Scenario.from_yaml("minimal").with_changes({"name": "small"}).digest()
    )
    assert scenario.arm("faster").calibration is None
    assert Scenario.from_text(scenario.resolved_yaml()) == scenario


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("metric: suspensions,", "metric: suspension,", "11:20", "did you mean `suspensions`?"),
        ("return_share.supporter", "return_share.supprter", "12:20", "did you mean `supporter`?"),
        ("arm: faster", "arm: fster", "14:44", "did you mean `faster`?"),
        ("[2h, 6 d]", "[2h, 6]", "7:60", "did you mean `6 d`?"),
        ("[2h, 6 d]", "[6 d, 2h]", "7:60", "the low end is not below the high one"),
        ("[0.2, 0.9]", "[0.2, 1.9]", "6:50", "1.9"),
        (
            "returning.probability, r",
            "returning.probabilty, r",
            "6:49",
            "did you mean `returning.probability`?",
        ),
        ("[0.2, 0.9]", "[0.2, 0.5, 0.9]", "6:5", "a range has two ends"),
        ("path: returning.probability", "path: horizn", "6:35", "did you mean `horizon`?"),
        ("path: returning.probability", "path: seed", "6:5", "`seed` is not calibrated"),
        ("tiers.supporter.promotes]", "returning.spares]", "8:5", "no number above 0"),
        ("returning.probability, r", "audience.refollow_insiders, r", "9:5", "belongs to"),
        ("tolerance: 20", "tolerance: 20, sd: 1", "11:5", "2 ways to tell the distance"),
        ("tolerance: 20", "tolerance: 0", "11:5", "the distance is 0"),
        ("likelihood: binomial, n: 30", "n: 30", "12:5", "a binomial likelihood has `n`"),
        ("observed: 0.6", "observed: 6", "12:5", "a share above 1"),
        ("    less:", "    pace:", "", "is a target and held out"),
        ("range: [0.5, 2]", "rnge: [0.5, 2]", "8:82", "did you mean `range`?"),
    ],
)
def test_faults(old: str, new: str, place: str, words: str) -> None:
    assert old in TEXT
    told = "\n".join(faults(TEXT.replace(old, new)))
    assert words in told
    assert f"small.yaml:{place}" in told


def test_a_factor_is_on_what_is_written_and_a_share_ends_at_one() -> None:
    scenario = Scenario.from_text(TEXT)
    assert scenario.calibration is not None
    eager = scenario.calibration.parameters["eager"]
    assert value_at(scenario, "tiers.hub.promotes") == 0.9
    made = changes(scenario, eager, 2.0)
    assert made["tiers.hub.promotes"] == "1"
    assert float(made["tiers.supporter.promotes"]) == pytest.approx(
        2 * scenario.tiers["supporter"].promotes
    )


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("returning.delay.lognormal.median", 1.0),
        ("returning.probability", 0.8),
        ("tiers.supporter.count", 300.0),
        ("returning.delay", None),
        ("tiers.nobody.count", None),
    ],
)
def test_the_number_at_a_path(path: str, value: float | None) -> None:
    assert value_at(Scenario.from_yaml("minimal"), path) == value
