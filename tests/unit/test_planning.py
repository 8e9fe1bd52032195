"""The section `plan`: what is read, and every fault with its place."""

from __future__ import annotations

import pytest

from afterban.errors import ScenarioErrors
from afterban.scenario import Scenario
from afterban.scenario.planning import multiplied, numbers_of

TEXT = """\
schema_version: 1
name: small
extends: minimal
plan:
  aim: {metric: effective_reach}
  levers:
    speed: {path: review.time_to_action.lognormal.median, range: [2h, 4 d], scale: log}
    effort: {path: detection.reports, factor: true, values: [0.5, 1, 2]}
    both: {paths: [tiers.hub.promotes, tiers.supporter.promotes], values: [0, 0.1]}
  costs: [suspensions, wrong_suspensions.hub]
  prices: [{metric: wrong_suspensions, each: 20}]
  limits:
    - {metric: suspensions, at_most: 200}
    - {metric: money, at_most: 1000}
  sure: 80 %
  frontier: [suspensions, effective_reach]
"""
TEXT = TEXT.replace(", wrong_suspensions.hub", ", suspended_share.hub")


def faults(text: str) -> list[str]:
    with pytest.raises(ScenarioErrors) as caught:
        Scenario.from_text(text, "small.yaml")
    return [str(error) for error in caught.value.errors]


def test_what_is_read() -> None:
    found = Scenario.from_text(TEXT).plan
    assert found is not None
    assert numbers_of(found.levers["speed"]) == (pytest.approx(1 / 12), 4.0)
    assert numbers_of(found.levers["effort"]) == (0.5, 1.0, 2.0)
    assert found.levers["both"].places == ("tiers.hub.promotes", "tiers.supporter.promotes")
    assert float(found.sure) == 0.8


def test_it_is_in_no_digest_and_in_no_arm() -> None:
    scenario = Scenario.from_text(TEXT)
    assert scenario.digest() == scenario.with_changes({"plan": "none"}).digest()
    assert scenario.arm("faster").plan is None
    assert scenario.alone().plan is None
    assert Scenario.from_text(scenario.resolved_yaml()) == scenario


def test_a_factor_on_a_share_ends_at_one() -> None:
    assert multiplied("returning.probability", 0.6, 3.0) == "1"
    assert multiplied("detection.reports", 1e-4, 3.0) == "0.3 per thousand impressions"


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("metric: effective_reach", "metric: efective_reach", "5:", "mean `effective_reach`?"),
        ("[suspensions, suspended", "[suspension, suspended", "10:", "did you mean `suspensions`?"),
        ("share.hub", "share.hb", "10:", "did you mean `hub`?"),
        ("metric: suspensions, at", "metric: suspnsions, at", "13:", "did you mean `suspensions`?"),
        ("[2h, 4 d]", "[4 d, 2h]", "7:", "the low end is not below the high one"),
        ("[2h, 4 d]", "[2h, 4]", "7:", "4 d"),
        ("[2h, 4 d]", "[2h]", "7:", "a range has two ends"),
        ("[2h, 4 d], scale", "[0h, 4 d], scale", "7:", ""),
        ("path: detection.reports", "path: detection.report", "8:", "mean `detection.reports`?"),
        ("path: detection.reports", "path: seed", "8:", "is not chosen by a plan"),
        ("values: [0.5, 1, 2]", "values: [0.5, x]", "8:", "no numbers"),
        ("values: [0.5, 1, 2]", "values: [0.5, 0.5]", "8:", "there is one choice"),
        ("values: [0, 0.1]", "values: [0, 1.1]", "9:", "with `1.1`"),
        ("values: [0, 0.1]", "policies: [base, faster]", "9:", "policies say themselves"),
        ("paths: [tiers.hub.promotes, ", "paths: [detection.reports, ", "9:", "by `effort`"),
        (
            "paths: [tiers.hub.promotes, tiers.supporter.promotes], values: [0, 0.1]",
            "policies: [base, fastr]",
            "9:",
            "did you mean `faster`?",
        ),
        ("  prices: [{metric: wrong_suspensions, each: 20}]\n", "", "", "nothing has a price"),
        ("{metric: wrong_suspensions, each", "{metric: people, each", "11:", "has no price"),
        (", at_most: 200", "", "13:", "nothing is bounded"),
        ("[suspensions, effective_reach]", "[suspensions]", "", "a trade-off is between two"),
        ("sure: 80 %", "sure: 0", "", "make `sure` positive"),
        ("costs:", "cost:", "10:", "did you mean `costs`?"),
    ],
)
def test_faults_have_their_place(old: str, new: str, place: str, words: str) -> None:
    assert old in TEXT
    found = faults(TEXT.replace(old, new))
    assert any(f"small.yaml:{place}" in one and words in one for one in found), found
