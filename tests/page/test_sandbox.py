"""A page of any scenario: sliders stand where the scenario does, and its figures are its own."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pytest
from node import called, needs_node
from test_engine import ASK, compare, files

from afterban.cli import main
from afterban.errors import AfterbanError
from afterban.page import file, sandbox
from afterban.page.build import text_of
from afterban.page.controls import controls_of, edits_of, yaml_of
from afterban.page.slots import Lowering
from afterban.page.story import story_data
from afterban.parameters import AS_WRITTEN
from afterban.scenario import Scenario, shipped_names

OWN = """\
schema_version: 1
name: ours
title: "<img src=x onerror=alert(1)> & [[operators]]"
description: "</script><script>alert(2)</script>"
extends: minimal
sources:
  log-2024: {title: "<b>Our log</b>", year: "2024"}
detection:
  handle_match: {recall: 0.5, edits: 3}
returning:
  probability: {value: 0.6, kind: measured, source: log-2024}
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("own") / "our own.yaml"
    path.write_text(OWN, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def data(own: Path) -> Any:
    return sandbox.page_data(own)


def shown(name: str, **changes: str) -> Any:
    scenario = Scenario.from_yaml(name)
    if changes:
        scenario = scenario.with_changes({k.replace("__", "."): v for k, v in changes.items()})
    return sandbox.story_of(scenario)


# --- where sliders stand --------------------------------------------------------------------------


QUICK = ("all-alike", "they-adapt", "isaf-taliban-2011", "handle-threshold", "calibrate-2014")


@pytest.mark.parametrize(
    "name",
    [*QUICK, *(pytest.param(n, marks=pytest.mark.slow) for n in shipped_names() if n not in QUICK)],
)
def test_at_the_start_the_page_plays_the_scenario(name: str) -> None:
    shipped = Scenario.from_yaml(name)
    story = sandbox.story_of(shipped)
    dials = controls_of(story)
    for dial in dials:
        dial.check(dial.start)
    text = yaml_of(story, dials, edits_of(story), {}, shipped.seed)
    kept = {"name": shipped.name, "replications": shipped.replications}
    made = Scenario.from_text(text, "<page>").with_changes(kept)
    assert made.digest() == shipped.digest()


@pytest.mark.parametrize("name", ["minimal", "census-2014"])
def test_a_slider_put_to_where_it_stands_changes_nothing(name: str) -> None:
    """The edits of a slider, with very nearly the scenario's value in them, are its own."""
    scenario = Scenario.from_yaml(name)
    lowering = Lowering(sandbox.story_of(scenario), scenario=scenario)
    for key in ("speed", "returns"):
        (control,) = (one for one in lowering.controls if one.key == key)
        assert isinstance(control.start, float)
        nearly = lowering.at({key: math.nextafter(control.start, 0.0)})[AS_WRITTEN]
        for table, other in zip(lowering.at({})[AS_WRITTEN].values(), nearly.values(), strict=True):
            assert other == pytest.approx(table, rel=1e-12, nan_ok=True)


LEFT_OUT = {
    "speed": [
        ({"review__time_to_action": "{exponential: {mean: 2d}}"}, "another law"),
        ({"review__time_to_action": "{lognormal: {median: 1d, sigma: 1, cap: 9d}}"}, "another law"),
        ({"review__time_to_action": "{lognormal: {median: 500d, sigma: 1}}"}, "from 0 to 365"),
        (
            {
                "detection__regimes": "[{from: 2014-09-20, time_to_action: 2h}]",
            },
            "changes on dates",
        ),
    ],
    "reviewers": [({}, "has no team")],
    "edits": [({}, "compares no handles")],
    "promotion": [({"promotion__posts": "50"}, "from 0 to 40")],
    "returns": [({"returning__probability": "0", "tiers__hub__returns": "0.5"}, "no odds ratio")],
    "first": [
        ({"detection__pulses": "[{date: 2014-09-10, share: 0.1}]"}, "campaigns of its own"),
    ],
}


@pytest.mark.slow
@pytest.mark.parametrize("key", list(LEFT_OUT))
def test_a_slider_that_does_not_fit_is_left_out_with_its_reason(key: str) -> None:
    for changes, why in LEFT_OUT[key]:
        story = shown("minimal", **changes)
        assert why in story.fixed[key]
        assert len([dial for dial in controls_of(story) if dial.key == key]) == 1
    usual = shown("minimal").fixed
    assert set(usual) == {"reviewers", "edits"}


def test_a_delay_that_no_slider_has_stays_when_another_one_moves() -> None:
    changes = {"review__action_delay": "{exponential: {mean: 3h}}"}
    scenario = Scenario.from_yaml("capacity").with_changes(
        {key.replace("__", "."): value for key, value in changes.items()}
    )
    story = sandbox.story_of(scenario)
    assert "speed" in story.fixed
    moved = Lowering(story, scenario=scenario).scenario({"reviewers": 12})
    assert moved.review.team is not None
    assert moved.review.team.reviewers == 12
    assert moved.review.action_delay == scenario.review.action_delay


def test_what_changes_nothing_is_not_shown() -> None:
    scenario = Scenario.from_yaml("isaf-taliban-2011")  # where nobody is flagged
    story = sandbox.story_of(scenario)
    assert "speed" not in story.fixed
    shown = [one["key"] for one in story_data(story, scenario=scenario)["controls"]]
    assert shown == ["returns", "promotion", "first"]


# --- the file -------------------------------------------------------------------------------------


def test_texts_of_strangers_are_texts(data: Any) -> None:
    page = file.assemble([data])
    assert "<title>&lt;img src=x onerror=alert(1)&gt; &amp; [[operators]] · afterban<" in page
    assert "<img" not in page
    assert "alert(2)" not in page  # it is packed, and the script shows it as text
    assert "log-2024: 2024, <b>Our log</b>" in data["about"]
    assert data["scenario"] == '"our own.yaml"'
    assert not any("[[" in text for text in data["beats"][0]["text"])


def test_a_long_description_leaves_room_for_sliders() -> None:
    scenario = Scenario.from_yaml("capacity")
    whole, opening = " ".join(scenario.description.split()), sandbox._opening(scenario)
    assert len(whole) > 400
    assert len(opening) < 260
    story = sandbox.story_of(scenario)
    assert whole in sandbox._about(scenario, story, set())
    short = scenario.with_changes({"description": "Short. And sweet."})
    assert sandbox._opening(short) == "Short. And sweet."
    assert "Short. And sweet." not in sandbox._about(short, story, set())


def test_the_command_makes_a_page(own: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    assert main(["page", str(own), "--out", str(out)]) == 0
    assert 100_000 < out.stat().st_size < file.LARGEST


def test_what_no_page_can_be_made_of_is_refused_in_one_line(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "MOST", 300)
    rule = tmp_path / "rule.py"
    rule.write_text("def returns(): ...\n", encoding="utf-8")
    for asked, said in (
        (str(own), "a page has room for 300 operators, and ours has 303"),
        ("no-such-story", "neither a story nor a scenario"),
        (str(tmp_path / "missing.yaml"), "there is no such file"),
        (str(rule), "is no scenario: rules of one's own are run by Python"),
    ):
        assert main(["page", asked, "--out", str(tmp_path / "page.html")]) == 2
        told = capsys.readouterr().err
        assert said in told
        assert "Traceback" not in told


def test_two_of_one_name_are_refused(data: Any) -> None:
    with pytest.raises(AfterbanError, match="two parts of the page go by `ours`"):
        file.assemble([data, data])


# --- the figures ----------------------------------------------------------------------------------


def asked_of(lowered: Any, rng: random.Random, count: int) -> list[dict[str, Any]]:
    """Settings at random of the sliders that are shown, the start first."""
    found: list[dict[str, Any]] = [{"size": "real", "seed": lowered["seed"]}]
    for _ in range(count):
        one: dict[str, Any] = {"size": "real", "seed": rng.randrange(2**32)}
        for control in lowered["controls"]:
            number, words = control.get("number"), [word["value"] for word in control["words"]]
            if rng.random() < 0.25:
                continue
            if number is None or (words and rng.random() < 0.25):
                one[control["key"]] = rng.choice(words)
            elif number["whole"]:
                one[control["key"]] = rng.randint(
                    int(number["least"]), min(int(number["most"]), 20)
                )
            elif number["logarithmic"]:
                one[control["key"]] = 10 ** rng.uniform(-3, 1.5)
            else:
                one[control["key"]] = rng.uniform(number["least"], number["most"])
        found.append(one)
    return found


def told_by_the_page(lowered: Any, asked: Any, folder: Path) -> Any:
    path = folder / "story.json"
    path.write_text(text_of(lowered), encoding="utf-8")
    return called(ASK, {**files("june-2014"), "story": str(path), "asked": asked})


@needs_node
def test_figures_of_ones_own_scenario_are_the_command_lines(
    own: Path, data: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lowered = data["lowered"]
    keys = [one["key"] for one in lowered["controls"]]
    assert keys == ["speed", "edits", "returns", "promotion", "first"]
    monkeypatch.chdir(own.parent)  # what the page exports extends the file beside it
    told = told_by_the_page(lowered, asked_of(lowered, random.Random(4), 3), own.parent)
    for one in told:
        assert compare(one) > 100
    reach = told[0]["figures"]["base"]["effective_reach"]
    assert data["answers"][0]["numbers"]["effective_reach"] == pytest.approx(reach, abs=1e-4)
    assert len({one["figures"]["base"]["outsider_impressions"] for one in told}) == len(told)


@pytest.mark.slow
@needs_node
@pytest.mark.parametrize(
    "name", ["calibrate-2014", "they-adapt", "does-suspension-hurt", "struggling-2014"]
)
def test_figures_of_shipped_scenarios_are_the_command_lines(name: str, tmp_path: Path) -> None:
    scenario = Scenario.from_yaml(name)
    lowered = story_data(sandbox.story_of(scenario), scenario=scenario)
    for told in told_by_the_page(lowered, asked_of(lowered, random.Random(name), 2), tmp_path):
        assert compare(told) > 100
