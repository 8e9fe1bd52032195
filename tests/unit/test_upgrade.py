"""Scenarios of an earlier version of the language: rewritten by steps, comments kept."""

from __future__ import annotations

from typing import Any

import pytest

from afterban.errors import ScenarioErrors
from afterban.scenario import Scenario, shipped_names, shipped_path
from afterban.scenario import upgrade as upgrades
from afterban.scenario.upgrade import Step, rename, spell_out, upgraded

OLD = """\
# A network of mine.
schema_version: 0   # of last year
name: mine
start: 2014-09-01
horizon: 20 days
tiers:
  hub:  # the few
    count: 12
    audience: {lognormal: {median: 500, sigma: 1.0}}
    posts: '5 per day'
detection:
  regimes:
    # from then on
    - from: 2014-09-05
      complaints: 900 per million impressions  # a guess
review: {delay: 6h}
recruitment: {per_impression: 1 per million impressions, tier: hub, most: 10}
policies:
  quick:
    review: {delay: 1h}
sweep:
  parameters:
    review.delay: {values: [1h, 6h]}
    policies.quick.review.delay: {values: [1h, 6h]}
    "detection.regimes[0].complaints": {values: [1 per million impressions]}
"""


def edit(tree: Any) -> list[str]:
    return [
        *rename(tree, "review.delay", "time_to_action"),
        *rename(tree, "detection.regimes.*.complaints", "reports"),
        *spell_out(tree, "audience.recognition.unrelated", "0.4"),
        *spell_out(tree, "recruitment.delay", "9d"),
        *spell_out(tree, "arrivals.nothing", "1"),
        *spell_out(tree, "tiers.*.promotes", 0.35),
    ]


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(upgrades.STEPS, 0, Step("keys were called otherwise", edit))


def test_a_file_of_this_version_stays_as_it_is() -> None:
    for name in shipped_names():
        text = shipped_path(name).read_text()
        assert upgraded(text, name) == (text, [])


def test_an_old_file_means_the_same_and_keeps_its_comments(steps: None) -> None:
    text, told = upgraded(OLD, "mine.yaml")
    changed = set(text.splitlines()) - set(OLD.splitlines())
    assert changed == {
        "schema_version: 1   # of last year",
        "      reports: 900 per million impressions     # a guess",
        "review: {time_to_action: 6h}",
        "recruitment: {per_impression: 1 per million impressions, tier: hub, most: 10, delay: 9d}",
        "    review: {time_to_action: 1h}",
        "    review.time_to_action: {values: [1h, 6h]}",
        "    policies.quick.review.time_to_action: {values: [1h, 6h]}",
        "    detection.regimes[0].reports: {values: [1 per million impressions]}",
        "    promotes: 0.35",
        "audience:",
        "  recognition:",
        "    unrelated: '0.4'",
    }
    scenario = Scenario.from_text(text)
    assert scenario.audience.recognition.unrelated == 0.4
    assert scenario.tiers["hub"].promotes == 0.35
    assert scenario.review.time_to_action.mean() == 0.25
    assert told[0] == "version 1: keys were called otherwise"
    assert "`policies.quick.review.delay` is `time_to_action` now" in told
    assert "`recruitment.delay` is written out as 9d, its default before" in told
    assert not [sentence for sentence in told if "arrivals" in sentence]
    assert upgraded(text, "mine.yaml") == (text, [])


def test_one_that_extends_another_inherits_what_is_written_there(steps: None) -> None:
    text, told = upgraded(
        "schema_version: 0\nname: b\nextends: mine.yaml\nreview: {delay: 1h}\n", "b.yaml"
    )
    assert text == "schema_version: 1\nname: b\nextends: mine.yaml\nreview: {time_to_action: 1h}\n"
    assert len(told) == 2


def test_reading_an_old_file_says_what_to_do(steps: None) -> None:
    with pytest.raises(ScenarioErrors) as raised:
        Scenario.from_text(OLD, "mine.yaml")
    assert len(raised.value.errors) == 1
    assert str(raised.value).startswith(
        "mine.yaml:2:17: schema_version: version 0 of the language, and 1 is read here; "
        "`afterban upgrade FILE` rewrites it"
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name: a\n", "no version of the language is given"),
        ("- 3\n", "no version of the language is given"),
        ("schema_version: [1]\nname: a\n", "no version of the language is given"),
        ("schema_version: 7\nname: a\n", "version 7 of the language is not known here"),
        ("schema_version: 1\na: 1\na: 2\n", "this key occurs twice"),
        ("a: [\n", "bracket"),
    ],
)
def test_what_is_no_scenario_of_a_known_version_is_refused(text: str, found: str) -> None:
    with pytest.raises(ScenarioErrors, match=found):
        upgraded(text, "x.yaml")
