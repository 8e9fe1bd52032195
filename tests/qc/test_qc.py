"""The comparator, and what scenarios/qc.yaml says."""

from __future__ import annotations

import pytest
from qc_compare import compare, same
from qc_record import reports, text

from afterban.scenario import Scenario, qc, shipped_directory, shipped_names

ONE = """
schema_version: 1
name: one
start: 2014-06-01
horizon: 30 days
tiers:
  supporter:
    count: {value: 27000, kind: reported, source: S15}
    audience: {value: {lognormal: {median: 200, sigma: 1.8}}, kind: derived, source: L4}
    insider_share: 0.4
    posts: 2 per day
exposure: {view_probability: 0.03}
audience: {recognition: {near_edits: 3}}
detection:
  regimes:
    - {from: {value: 2014-06-15, kind: reported, source: S9}, watch: 1}
policies:
  crowd: {tiers: {supporter: {count: {value: 46000, kind: reported, source: L2}}}}
  slow: {review: {time_to_action: 3d}}
"""
RIGHT = {
    "tiers.supporter.count": ("27_000", "S15"),
    "tiers.supporter.audience": ({"lognormal": {"median": 201, "sigma": 1.8}}, "L4", 0.01),
    "handles.near_identical": (0.6, "L42"),
    "counter_speech": ("none", "S1"),
    "detection.regimes[0].from": ("2014-06-15", "S9"),
    "policies.crowd.tiers.supporter.count": (46000, "L2"),
}


@pytest.fixture(scope="module")
def one():
    return Scenario.from_text(ONE)


@pytest.fixture
def right(one):
    # Whatever else the schema calls reported by default.
    rows = {row.path: (row.value, row.source) for row in qc.compared_rows(one)}
    return {**rows, **{k: v for k, v in RIGHT.items() if k in rows}}


def test_a_faithful_rebuild_passes(one, right):
    report = compare(one, right)
    assert report.passed, report.words()
    assert "tiers.supporter.count" in report.agreeing
    assert "policies.crowd.tiers.supporter.count" in report.agreeing
    # An arm that claims nothing asks for nothing; a bare value is not claimed.
    assert not [path for path in right if path.startswith("policies.slow")]
    assert "exposure.view_probability" in report.assumed


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        ("tiers.supporter.count", (46000, "S15"), "differing"),
        ("tiers.supporter.count", (27000, "L24"), "other_source"),
        ("tiers.supporter.count", ("a few", "S15"), "not_there"),
        ("tiers.supporter.audience", ("{lognormal: {median: 201, sigma: 1.8}}", "L4"), "differing"),
        (
            "tiers.supporter.audience",
            ("{lognormal: {median: 200, sigma: 1.7}}", "L4", 0.01),
            "differing",
        ),
        ("tiers.supporter.audience", ("{constant: {value: 200}}", "L4", 0.5), "differing"),
        ("tiers.hub.count", (300, "L32"), "not_there"),
        ("policies.crowd.tiers.supporter.count", (45000, "L2"), "differing"),
        ("detection.regimes[0].from", ("2014-06-20", "S9"), "differing"),
    ],
)
def test_a_rebuild_that_differs_does_not(one, right, path, value, fault):
    report = compare(one, {**right, path: value})
    assert not report.passed
    assert path in getattr(report, fault)
    assert path in report.words()


def test_what_is_left_out_is_missed(one, right):
    del right["tiers.supporter.count"]
    report = compare(one, right)
    assert not report.passed
    assert report.not_rebuilt == ["tiers.supporter.count"]
    assert not compare(one, {}).passed


def test_values_that_the_scenario_does_not_claim_need_not_agree(one, right):
    report = compare(one, {**right, "exposure.view_probability": (0.02, "L75")})
    assert report.passed
    assert report.not_claimed == ["exposure.view_probability"]


def test_numbers_are_compared_relatively():
    assert same(
        "{lognormal: {median: 1e-05 per day}}", "{lognormal: {median: 1.001e-05 per day}}", 0.01
    )
    assert not same("1e-05 per day", "2e-05 per day", 0.01)
    assert not same("3 per day", "3 per hour", 0.5)


def test_the_fingerprint_follows_claimed_values_only(one):
    before = qc.fingerprint(one)
    assert qc.fingerprint(one.with_changes({"exposure.view_probability": 0.02})) == before
    for other in (
        ONE.replace("27000", "27001"),
        ONE.replace("source: L4", "source: L6"),
        ONE.replace("46000", "46001"),
    ):
        assert qc.fingerprint(Scenario.from_text(other)) != before


def test_provisional(monkeypatch):
    names = shipped_names()
    assert names
    assert "qc" not in names
    monkeypatch.setattr(qc, "passed", dict)
    assert qc.is_provisional("minimal")
    assert "provisional" in qc.provisional_note("minimal")
    now = qc.fingerprint(qc.load("minimal"))
    monkeypatch.setattr(qc, "passed", lambda: {"minimal": now})
    assert not qc.is_provisional("minimal")
    assert qc.provisional_note("minimal") is None
    monkeypatch.setattr(qc, "passed", lambda: {"minimal": "0" * 16})
    assert qc.is_provisional("minimal")
    assert not qc.is_provisional("somebody's own")


@pytest.mark.slow
def test_the_recorded_scenarios_are_those_that_passed():
    # If this fails, run `python tests/qc/qc_record.py` and look at what it says.
    results = reports()
    assert (shipped_directory() / qc.FILE).read_text(encoding="utf-8") == text(results)
    assert set(qc.passed()) <= set(results)
