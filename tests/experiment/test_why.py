"""Why a number: its parts add up to it, and what is named as an input moves it."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from afterban import AfterbanError, Scenario, simulate
from afterban.cli import main
from afterban.errors import UnknownName
from afterban.experiment import why_parts
from afterban.experiment.replicate import replicate
from afterban.experiment.sensitivity import rank
from afterban.experiment.why import Why, why
from afterban.experiment.why_inputs import inputs_of, pattern
from afterban.metrics import METRICS

ALONE: dict[str, Any] = {"workers": 1}
BARE: dict[str, Any] = {"inputs": False, "assumptions": False, **ALONE}
QUICK = {"review": {"time_to_action": "1h"}}


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """Two tiers whose accounts come back, half of them soon found again."""
    return Scenario.from_yaml("minimal").with_changes(
        {
            "horizon": "40d",
            "replications": 3,
            "tiers": {
                "loud": {"count": 10, "audience": 900, "posts": "9 per day"},
                "quiet": {"count": 40, "audience": 200, "posts": "3 per day"},
            },
            "exposure.outsiders": 20000,
            "detection.reports": "3000 per million impressions",
            "policies": {"quick": QUICK},
        }
    )


@pytest.fixture(scope="module")
def reach(scenario: Scenario) -> Why:
    return why(scenario, "effective_reach", **BARE)


def mean_of(scenario: Scenario, metric: str, policy: str = "base") -> float:
    rows = replicate(scenario, [policy], **ALONE)
    told = [row[0].metrics[metric] for row in rows]
    return math.fsum(told) / len(told)


@pytest.mark.parametrize("kind", ["tier", "life", "part of life", "loss"])
def test_parts_add_up_to_the_number(scenario: Scenario, reach: Why, kind: str) -> None:
    number = mean_of(scenario, "effective_reach")
    assert reach.estimate.value == pytest.approx(number, rel=1e-12)
    assert reach.of(kind).whole == pytest.approx(number, rel=1e-9)
    assert sum(part != 0 for part in reach.of(kind).parts.values()) > 1


@pytest.mark.parametrize(
    ("metric", "kinds"),
    [
        ("suspensions", {"tier", "life"}),
        ("creations", {"tier", "life"}),
        ("unnoticed_days", {"tier", "life"}),
        ("waiting_share", {"tier", "life"}),
        ("first_account_share", {"tier", "life"}),
        ("outsider_impressions", {"tier", "life", "part of life"}),
        ("outsider_impressions.loud", {"life", "part of life"}),
        ("mean_live_accounts", {"tier"}),
        ("account_life_median", set()),
        ("reach", set()),
    ],
)
def test_what_can_be_taken_apart_is(scenario: Scenario, metric: str, kinds: set[str]) -> None:
    found = why(scenario, metric, **BARE)
    assert {one.kind for one in found.decompositions} == kinds
    for one in found.decompositions:
        assert one.whole == pytest.approx(mean_of(scenario, metric), rel=1e-9)


@pytest.mark.slow
def test_every_metric_is_taken_apart_rightly_or_not_at_all(scenario: Scenario) -> None:
    taken = 0
    outcome = simulate(scenario)
    for metric in METRICS:
        if metric in outcome.metrics:
            found = why(scenario, metric, replications=1, **BARE)
            for one in found.decompositions:
                assert one.whole == pytest.approx(found.estimate.value, rel=1e-9), metric
                taken += 1
    assert taken > 30


def test_parts_by_tier_are_those_of_the_accounts(scenario: Scenario) -> None:
    parts = why(scenario, "suspensions", replications=1, **BARE)
    outcome = simulate(scenario)
    assert outcome.records is not None
    assert outcome.world is not None
    rows = outcome.records.accounts
    gone = rows[~(rows["suspended_day"] != rows["suspended_day"])]
    tiers = outcome.world.tier[gone["operator"]]
    assert parts.of("tier").parts == {"loud": (tiers == 0).sum(), "quiet": (tiers == 1).sum()}
    assert parts.of("life").parts["first account"] == (gone["life"] == 1).sum()


def test_parts_that_do_not_add_up_are_found() -> None:
    import numpy as np

    assert why_parts.adds_up(np.array([0.25, 0.5]), 0.75)
    assert not why_parts.adds_up(np.array([0.25, 0.5]), 0.76)
    assert not why_parts.adds_up(np.array([0.25, math.nan]), 0.25)


def test_of_an_evaluation_period_it_is_said_how_it_is_shared_out(scenario: Scenario) -> None:
    late = scenario.with_changes({"metrics.start": "2014-09-11"})
    found = why(late, "effective_reach", **BARE)
    assert found.of("life").shared
    assert found.of("life").whole == pytest.approx(mean_of(late, "effective_reach"), rel=1e-9)
    assert "shared out by all impressions" in str(found)
    assert "shared out" not in str(why(scenario, "effective_reach", **BARE))


@pytest.mark.slow
def test_a_setting_that_is_named_moves_it_and_one_that_is_not_does_not(scenario: Scenario) -> None:
    found = inputs_of(scenario, "creations")
    moving = {one.path for one in found.moving}
    assert {"returning.probability", "detection.reports", "tiers.*.audience"} <= moving
    assert found.still
    before = simulate(scenario).metrics["creations"]

    def after(path: str, value: str) -> float:
        there = scenario.with_changes({path: value})
        return simulate(there).metrics["creations"]

    assert after("returning.probability", "0.4") != before
    assert "exposure.outsiders" in found.still
    for text in ("10000", "40000", "15000"):
        assert after("exposure.outsiders", text) == before
    seen = inputs_of(scenario, "reach")
    assert "exposure.outsiders" in {one.path for one in seen.moving}


def test_mechanisms_are_the_sections_of_what_moves_it(scenario: Scenario) -> None:
    found = inputs_of(scenario, "creations")
    assert set(found.mechanisms) == {one.path.split(".")[0] for one in found.moving}
    assert all(found.mechanisms.values())
    sizes = [abs(one.change) for one in found.moving]
    assert sizes == sorted(sizes, reverse=True)


def test_without_enforcement_nothing_of_enforcement_moves_it(scenario: Scenario) -> None:
    found = inputs_of(scenario, "outsider_impressions", "none")
    assert found.moving
    assert not {"detection", "review"} & set(found.mechanisms)


def test_tiers_are_moved_together() -> None:
    assert pattern("tiers.loud.audience") == "tiers.*.audience"
    assert pattern("detection.tiers.loud.reports") == "detection.tiers.*.reports"
    assert pattern("review.team.shifts[0].reviewers") == "review.team.shifts[0].reviewers"


@pytest.mark.slow
def test_three_assumptions_are_those_of_the_ranking(scenario: Scenario) -> None:
    small = scenario.with_changes({"horizon": "15d"})
    found = why(small, "creations", inputs=False, **ALONE)
    ranked = rank(small, metric="creations", **ALONE)
    assert [one.name for one in found.assumptions] == [one.name for one in ranked.swings[:3]]
    assert found.assumptions[0].label in str(found)
    assert len(found.to_dict()["assumptions"]) == 3


@pytest.mark.slow
def test_the_command_says_what_the_function_does(
    scenario: Scenario,
    tmp_path: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.yaml").write_text(scenario.resolved_yaml(), encoding="utf-8")
    how = ("--no-assumptions", "-q", "--arm", "quick")
    assert main(["why", "creations", "one.yaml", *how, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    mine = why(
        Scenario.from_yaml("one.yaml"), "creations", policy="quick", assumptions=False, **ALONE
    )
    assert told == mine.to_dict()
    assert main(["why", "creations", "one.yaml", *how]) == 0
    assert capsys.readouterr().out.splitlines() == mine.words()
    assert main(["why", "creatons", "one.yaml", *how]) == 2
    assert "did you mean `creations`?" in capsys.readouterr().err


def test_a_name_that_is_not_there_gets_the_nearest(scenario: Scenario) -> None:
    with pytest.raises(AfterbanError, match="did you mean `effective_reach`"):
        why(scenario, "efective_reach")
    with pytest.raises(UnknownName, match="did you mean `quick`"):
        why(scenario, "effective_reach", policy="quik")
