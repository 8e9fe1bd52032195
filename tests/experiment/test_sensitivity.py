"""Assumptions ranked: what is varied, what is left alone, and that the ranking can be trusted."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from afterban.experiment import sensitivity
from afterban.experiment.assumption import Assumption
from afterban.experiment.ranges import assumptions_of
from afterban.experiment.replicate import run_replication
from afterban.experiment.sensitivity import Sensitivity, rank
from afterban.experiment.thinning import operators_of
from afterban.scenario import Scenario
from afterban.scenario.patching import Patches

from ..conftest import WITH_TEAM


def by_name(scenario: Scenario) -> dict[str, Assumption]:
    return {one.name: one for one in assumptions_of(scenario)}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["minimal", "september-2014", "enforcement-speed"])
def test_every_change_is_one_that_the_scenario_takes(name: str) -> None:
    scenario = Scenario.from_yaml(name)
    found, versions = assumptions_of(scenario), Patches(scenario)
    assert len(found) >= 20
    for one in found:
        assert one.low < one.high, one.name
        # Labels stand in figures, in narrow windows too.
        assert len(one.label) <= 46 or one.label == one.name, one.name
        # Of a prior or a range from sources the kind says so, and every range says why.
        assert bool(one.sources) == (one.kind != "assumed"), one.name
        assert one.why, one.name
        ends = [one.changes(scenario, end) or {} for end in (one.low, one.high)]
        assert set(ends[0]) == set(ends[1]) == set(one.paths), one.name
        # A scenario may stand at one end of a range, and then only the other is a change.
        digests = {versions.at(changes).digest() for changes in ends}
        assert len(digests | {scenario.digest()}) >= 2, one.name


def test_pressure_has_the_range_of_its_own_time() -> None:
    early, late = Scenario.from_yaml("september-2014"), Scenario.from_yaml("enforcement-speed")
    then, later = by_name(early)["pressure"], by_name(late)["pressure"]
    assert (then.low, then.high) == (pytest.approx(2 / 3, rel=1e-12, abs=0), 10)
    assert (later.low, later.high) == (0.5, 2)
    changed = early.with_changes(then.changes(early, 10.0) or {})
    for channel in ("reports", "classifier"):
        before, after = (getattr(one.detection.regimes[0], channel) for one in (early, changed))
        assert before is not None
        assert after == pytest.approx(10 * before, rel=1e-9, abs=0)
    # Ordinary accounts are found by chance too, in the same fit; official ones are watched.
    for tier, factor in {"supporter": 10, "hub": 10, "official": 1}.items():
        watched = [one.tiers[tier].watched for one in (early, changed)]
        assert watched[1] == pytest.approx(factor * watched[0], rel=1e-9, abs=0)


# The small network with one mechanism more, the assumption about it, and what it must change.
MECHANISMS: dict[str, tuple[dict[str, Any], dict[str, tuple[str, str]]]] = {
    "team": (
        {
            **WITH_TEAM,
            "review.mistakes": {"probability": 0.05},
        },
        {
            "benign-reports": ("review.team.benign_reports", "1.25 per day"),
            "service-time": ("review.team.service_time", "{exponential: {mean: 1h}}"),
            "mistakes": ("review.mistakes.probability", "0.01"),
            "appeals": ("review.mistakes.appeals", "0.1"),
            "reinstatement": (
                "review.mistakes.reinstatement",
                "{lognormal: {median: 42h, sigma: 1}}",
            ),
        },
    ),
    "flags": (
        {"detection.precision": 0.91},
        {
            "precision": ("detection.precision", f"{0.91 / (0.91 + 0.532164 * 0.09):.10g}"),
            "accuracy": ("review.sensitivity", "0.85"),
            "fatigue": ("returning.fatigue", "0.9"),
        },
    ),
    "prices": (
        {
            **WITH_TEAM,
            "review.mistakes": {"probability": 0.05},
            "review.appeals": {"success": 0.7, "operators": 0.2, "operators_succeed": 0.1},
            "detection.wrong_flags.reports": "8 per day",
            "detection.operating_curve": {
                "threshold": 0.5,
                "points": [
                    {"threshold": 0.3, "recall": 1, "precision": 0.5},
                    {"threshold": 0.9, "recall": 0.4, "precision": 1},
                ],
            },
        },
        {
            "wrong-shares": (
                "detection.operating_curve.points[0].precision",
                f"{0.5 / 0.75:.10g}",
            ),
            "wrong-rates": ("detection.wrong_flags.reports", "2 per day"),
            "appeal-success": ("review.appeals.success", "0.5"),
            "own-appeals": ("review.appeals.operators", "0"),
            "own-appeal-success": ("review.appeals.operators_succeed", "0"),
        },
    ),
    "habits": (
        {
            "returning.give_up": {"suspensions": 5, "within": "9d"},
            "tiers.hub.differences": {"returns": {"uniform": {"low": 0.9, "high": 1.1}}},
        },
        {
            "give-up": ("returning.give_up.suspensions", "3"),
            "differences": ("tiers.supporter.differences.lost", "1"),
        },
    ),
    "matching": (
        {
            "detection.link_match": {"promoted": 0.2, "promoter": 0.1},
            "detection.retaliation.probability": 0.2,
            "detection.regimes": [{"from": "2014-06-20", "link_promoted": 0.4, "retaliation": 0.4}],
        },
        {
            "handle-recall": ("detection.handle_match.recall", "0.15"),
            "link-match-promoted": ("detection.regimes[0].link_promoted", "0.2"),
            "link-match-promoter": ("detection.link_match.promoter", "0.05"),
            "retaliation": ("detection.regimes[0].retaliation", "0.04"),
        },
    ),
    "targeting": (
        {
            "tiers.hub.watched": "0.1 per day",
            "detection.pulses": [{"date": "2014-06-20", "accounts": 10, "choose": "links"}],
        },
        {
            "campaigns": ("detection.pulses[0].accounts", "5"),
            "watched": ("tiers.hub.watched", "0.05 per day"),
        },
    ),
    "platforms": (
        {
            "platforms": {
                "first": {"users": 1_000_000},
                "second": {
                    "users": 100_000,
                    "follows": 0.4,
                    "intensity": 5,
                    "enforces_from": "2014-06-10",
                    "worth": 3,
                },
            },
            "returning.moves": 0.3,
        },
        {
            "moves": ("returning.moves", "0.15"),
            "follows": ("platforms.second.follows", "0.2"),
            "worth": ("platforms.second.worth", "1"),
            "other-platforms": ("platforms.second.intensity", "1"),
        },
    ),
    "counter-speech": (
        {
            "counter_speech": {
                "speakers": {"office": {"followers": 700, "posts": "10 per day", "answers": 0.5}},
                "effect": 0.2,
            }
        },
        {
            "answers": ("counter_speech.speakers.office.answers", "0.05"),
            "answers-seen": ("counter_speech.answers_seen", "0.013"),
            "answers-effect": ("counter_speech.effect", "0"),
        },
    ),
    "recruitment": (
        {
            "recruitment": {
                "per_impression": "100 per million impressions",
                "tier": "supporter",
                "most": 50,
            }
        },
        {
            "recruits": ("recruitment.per_impression", "50 per million impressions"),
            "recruits-delay": ("recruitment.delay", "{exponential: {mean: 7d}}"),
        },
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_mechanism_has_its_ranges_where_it_is_and_only_there(mechanism: str, small: Any) -> None:
    changes, expected = MECHANISMS[mechanism]
    scenario = small(changes)
    for name, (path, value) in expected.items():
        one = by_name(scenario)[name]
        low, high = (scenario.with_changes(one.changes(scenario, e)) for e in (one.low, one.high))
        wanted = scenario.with_changes({path: value})
        rows = [{row.path: row.value for row in s.inspect_rows()} for s in (low, wanted, scenario)]
        mine = [row for row in rows[0] if row.startswith(path)]
        assert mine, name
        assert {row: rows[0][row] for row in mine} == {row: rows[1][row] for row in mine}, name
        assert low.digest() != scenario.digest(), name
        assert high.digest() != low.digest(), name
    general = {"accuracy", "fatigue", "handle-recall", "campaigns"}  # of every small network
    general |= {"differences"}
    for name in set(expected) - general:
        assert name not in by_name(small()), name


def test_a_law_of_its_own_is_no_assumption_of_the_range(small: Any) -> None:
    own = {"returns": {"uniform": {"low": 0.9, "high": 1.1}}}
    scenario = small({"tiers.hub.differences": own})
    changes = by_name(scenario)["differences"].changes(scenario, 0.5) or {}
    assert "tiers.hub.differences.returns" not in changes
    assert changes["tiers.hub.differences.lost"] == "{uniform: {low: 0.5, high: 1.5}}"
    assert "tiers.hub.differences.refollow" not in changes  # which would take seventy times as long


def test_a_share_that_is_multiplied_ends_at_one(small: Any) -> None:
    scenario = small({"detection.handle_match.recall": 0.9})
    assert by_name(scenario)["handle-recall"].changes(scenario, 1.5) == {
        "detection.handle_match.recall": "1"
    }


@pytest.fixture(scope="module")
def few(small: Any) -> Sensitivity:
    names = ("return-probability", "near-identical-handles", "time-to-action")
    scenario = small({"policies": {"slow": {"review": {"time_to_action": "20d"}}}})
    return rank(
        scenario,
        other="slow",
        replications=3,
        assumptions=[by_name(scenario)[name] for name in names],
        workers=1,
    )


def test_the_one_that_moves_most_is_first(few: Sensitivity) -> None:
    spans = [swing.span for swing in few.swings]
    assert spans == sorted(spans, reverse=True)
    assert spans[0] > 0
    assert few.replications == few.centre.n == 3
    assert not few.thinned


def test_an_end_is_what_a_run_of_the_changed_scenario_gives(few: Sensitivity, small: Any) -> None:
    scenario = small({"returning.probability": 0.2})
    values = [run_replication(scenario, ["base"], replication=k)[0].metrics for k in range(3)]
    (swing,) = [one for one in few.swings if one.name == "return-probability"]
    mean = np.mean([one["effective_reach"] for one in values])
    assert swing.low.value.value == pytest.approx(mean, rel=1e-12, abs=0)
    change = swing.low.value.value - few.centre.value
    assert swing.low.change.value == pytest.approx(change, rel=1e-9, abs=1e-15)


def test_the_twin_is_run_again_only_where_it_is_another(
    small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = small()
    key = sensitivity.twin_key(base)
    for path, value in (
        ("returning.probability", 0.2),
        ("handles.near_identical", 0.16),
        ("review.time_to_action", "14d"),
        ("tiers.hub.spares", 3),
        ("tiers.hub.returns", 0.7),
    ):
        changed = small({path: value})
        assert sensitivity.twin_key(changed) == key, path
        one, other = (
            run_replication(scenario, ["none"])[0].metrics for scenario in (base, changed)
        )
        np.testing.assert_equal(one, other, err_msg=path)
    assert sensitivity.twin_key(small({"exposure.view_probability": 0.05})) != key


def test_an_assumption_that_changes_nothing_has_no_swing(small: Any) -> None:
    same = replace(
        by_name(small())["near-identical-handles"],
        changes=lambda scenario, value: {"metrics.every": "2d"},
    )
    found = rank(small(), replications=2, assumptions=[same], workers=1)
    (swing,) = found.swings
    assert swing.span == 0
    assert not swing.told


def test_it_is_the_same_after_a_file(few: Sensitivity) -> None:
    text = json.dumps(few.to_dict(), allow_nan=False)
    assert Sensitivity.from_dict(json.loads(text)).to_dict() == few.to_dict()
    assert few.contrast is not None


@pytest.mark.slow
def test_a_range_of_what_is_counted_is_thinned_with_the_network() -> None:
    """Arrivals at the end of their range, on a third of the network, are a third as many."""
    whole = Scenario.from_yaml("steady-state")
    operators = operators_of(whole) // 3
    (arrivals,) = [one for one in assumptions_of(whole) if one.name == "arrivals"]
    ranked = rank(
        whole, metric="arrivals", operators=operators, replications=2, assumptions=[arrivals]
    )
    (swing,) = ranked.swings
    assert ranked.thinned
    assert swing.high.value.value == pytest.approx(2 * ranked.centre.value, rel=0.2)
    assert swing.low.value.value == pytest.approx(0.5 * ranked.centre.value, rel=0.2)
