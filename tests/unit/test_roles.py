"""What is chosen, what is not known, and what only says how a scenario is run."""

from __future__ import annotations

import pytest

from afterban.scenario import Scenario
from afterban.scenario.roles import changed, kind_of_arm, kind_of_path

ROLES = {
    "review.time_to_action": "lever",  # a dial, whatever it was in 2014
    "detection.regimes[0].reports": "lever",
    "detection.handle_match.edits": "lever",
    "policies.faster.review.time_to_action": "lever",
    "review.sensitivity": "uncertainty",  # has a range
    "review.mistakes.probability": "uncertainty",
    "returning.probability": "uncertainty",
    "tiers.supporter.audience": "uncertainty",
    "tiers.supporter.audience.lognormal.sigma": "uncertainty",
    "policies.most-return.returning.probability": "uncertainty",
    "exposure.outsiders": "uncertainty",
    "seed": "setting",
    "horizon": "setting",
    "start": "setting",
    "replications": "setting",
    "metrics.every": "setting",
    "tiers.release.sleeper.public": "setting",
}


@pytest.mark.parametrize("path", ROLES)
def test_a_path_is_chosen_or_not_known_or_a_setting(path: str) -> None:
    assert kind_of_path(Scenario.from_yaml("september-2014"), path) == ROLES[path]


def test_a_scenario_says_what_else_is_chosen() -> None:
    scenario = Scenario.from_yaml("think-again-2014")
    path = "counter_speech.speakers.campaign.answers"
    assert kind_of_path(scenario, path) == "lever"
    assert kind_of_path(scenario.with_changes({"levers": []}), path) == "uncertainty"
    assert kind_of_arm(scenario, "silent") == "lever"
    assert kind_of_arm(scenario.with_changes({"levers": []}), "silent") == "uncertainty"
    # That answers convince is not the choice of who answers.
    assert kind_of_arm(scenario, "answers-all-and-convinces") == "uncertainty"


def test_an_arm_that_changes_the_offenders_is_no_choice() -> None:
    scenario = Scenario.from_yaml("september-2014")
    assert {name: kind_of_arm(scenario, name) for name in scenario.policies} == {
        "faster": "lever",
        "without-promotion": "uncertainty",
        "ten-times-the-detection": "lever",
        "seen-first": "lever",
        "most-return": "uncertainty",
    }
    assert kind_of_arm(scenario, "base") == kind_of_arm(scenario, "none") == "lever"
    assert changed(scenario, "most-return") == ["returning.probability"]


def test_no_shipped_arm_of_nature_is_a_choice() -> None:
    arms = 0
    for name in ("does-suspension-hurt", "under-pressure", "displacement-2014", "recruitment"):
        scenario = Scenario.from_yaml(name)
        for arm in scenario.policies:
            offenders = [
                one for one in changed(scenario, arm) if not one.startswith(("detection", "review"))
            ]
            assert (kind_of_arm(scenario, arm) == "lever") == (not offenders), (name, arm)
            arms += bool(offenders)
    assert arms > 10
