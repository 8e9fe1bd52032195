"""What the dials of a story change in its scenario, by Python and by the page's own script."""

from __future__ import annotations

import json
import math
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from node import called, needs_node, refusal

from afterban.errors import AfterbanError
from afterban.page.controls import (
    Settings,
    Value,
    changes,
    controls_of,
    edits_of,
    nested,
    number_text,
    shifted,
    time_text,
    yaml_of,
)
from afterban.page.presets import STORIES
from afterban.page.story import dial_data, edit_data
from afterban.scenario import Scenario
from afterban.units import parse_duration

NUMBERS = st.floats(1e-9, 1e6, allow_nan=False)


def anywhere(key: str, rng: random.Random) -> Settings:
    """Settings of a story at random: words, bounds, whole numbers and any number between."""
    found: dict[str, Value] = {}
    for control in controls_of(STORIES[key]):
        if rng.random() < 0.3:
            continue
        number = control.number
        if number is None or (control.words and rng.random() < 0.3):
            found[control.key] = rng.choice(control.words)
        elif rng.random() < 0.15:
            found[control.key] = rng.choice((number.least, number.most))
        elif number.whole:
            found[control.key] = rng.randint(int(number.least), int(number.most))
        elif number.logarithmic:
            found[control.key] = min(number.most, 10 ** rng.uniform(-3, 2.6))
        else:
            found[control.key] = rng.uniform(number.least, number.most)
    return found


@given(NUMBERS)
def test_a_number_and_a_time_are_read_back_as_they_were(value: float) -> None:
    assert float(number_text(value)) == value
    assert "e" not in number_text(value)
    assert parse_duration(time_text(value)) == value


def test_a_time_is_written_in_hours_where_that_is_exact() -> None:
    assert time_text(parse_duration("1h")) == "1h"
    assert time_text(parse_duration("90min")) == "1.5h"
    assert time_text(3.0) == "3d"
    assert time_text(0.1) == "0.1d"


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_the_odds_ratio_stays(own: float, before: float, after: float) -> None:
    def odds(p: float) -> float:
        return p / (1 - p)

    moved = shifted(own, before, after)
    assert odds(moved) / odds(after) == pytest.approx(odds(own) / odds(before), rel=1e-9)


def test_odds_at_the_ends() -> None:
    assert shifted(0.7, 0.4, 1.0) == 1.0
    assert shifted(0.7, 0.4, 0.0) == 0.0
    assert shifted(0.0, 0.4, 0.9) == 0.0  # a tier that never returns
    assert shifted(0.7, 0.4, 0.4) == 0.7


@pytest.mark.parametrize("key", list(STORIES))
def test_the_start_in_real_size_is_the_shipped_scenario(key: str) -> None:
    story = STORIES[key]
    shipped = Scenario.from_yaml(story.scenario)
    made = Scenario.from_text(
        yaml_of(story, controls_of(story), edits_of(story), {}, shipped.seed), "<page>"
    )
    own = {"name": shipped.name, "title": shipped.title, "replications": shipped.replications}
    assert made.with_changes(own).digest() == shipped.digest()
    moved = yaml_of(story, controls_of(story), edits_of(story), {"promotion": 7}, shipped.seed)
    assert Scenario.from_text(moved, "<page>").with_changes(own).digest() != shipped.digest()


@pytest.mark.parametrize("key", list(STORIES))
def test_any_settings_are_a_scenario(key: str) -> None:
    story, rng = STORIES[key], random.Random(key)
    for _ in range(3):
        settings = anywhere(key, rng)
        text = yaml_of(story, controls_of(story), edits_of(story), settings, 1)
        scenario = Scenario.from_text(text, "<page>")
        if "promotion" in settings:
            assert scenario.promotion.posts == settings["promotion"]
        if isinstance(settings.get("returns"), float):
            assert scenario.returning.probability == settings["returns"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"speed": -1.0}, "`-1.0` is no value of `speed`; it is a number from 0 to 365"),
        ({"speed": math.nan}, "`nan` is no value of `speed`"),
        ({"speed": "soon"}, "`soon` is no value of `speed`"),
        ({"reviewers": 7.5}, "it is a whole number from 1 to 100"),
        ({"reviewers": "some"}, "`some` is no value of `reviewers`; it is `any`"),
        ({"first": 3}, "`first` is"),
        ({"luck": 1}, "the story has no control `luck`"),
        ({"size": "huge"}, "`huge` is no value of `size`"),
    ],
)
def test_a_value_that_a_control_does_not_have_is_refused(settings: Any, said: str) -> None:
    story = STORIES["june-2014"]
    with pytest.raises(AfterbanError) as error:
        changes(controls_of(story), edits_of(story), settings)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


# --- the page's own script ------------------------------------------------------------------------


def story_part(key: str) -> dict[str, Any]:
    story = STORIES[key]
    controls, edits = controls_of(story), edits_of(story)
    return {
        "dials": {one.key: dial_data(one, edits) for one in controls},
        "edits": [edit_data(one) for one in edits],
    }


@needs_node
def test_the_page_writes_the_same_scenario() -> None:
    rng = random.Random(5)
    asked = [(key, anywhere(key, rng)) for key in STORIES for _ in range(25)]
    stories = {
        key: {
            "key": key,
            "title": story.title,
            "scenario": story.scenario,
            "engine": story_part(key),
        }
        for key, story in STORIES.items()
    }
    told = called(
        """return data.asked.map(([key, { size = "real", ...settings }]) =>
            state.toYaml({ seed: 3, size, settings }, data.stories[key]));""",
        {"asked": asked, "stories": stories},
    )
    parts = {key: (story, controls_of(story), edits_of(story)) for key, story in STORIES.items()}
    for (key, settings), text in zip(asked, told, strict=True):
        wanted = yaml_of(*parts[key], settings, 3)
        assert text.split("schema_version", 1)[1] == wanted.split("schema_version", 1)[1]


@needs_node
def test_numbers_and_times_are_written_alike() -> None:
    rng = random.Random(6)
    values = [10 ** rng.uniform(-9, 9) for _ in range(500)] + [n / 24 for n in range(60)]
    told = called("return data.map((x) => [controls.numberText(x), controls.timeText(x)]);", values)
    assert told == [[number_text(float(x)), time_text(float(x))] for x in values]


@needs_node
def test_the_page_refuses_what_python_refuses() -> None:
    for settings in ({"speed": -1}, {"speed": "soon"}, {"reviewers": 7.5}, {"first": 3}):
        ((key, value),) = settings.items()
        dial = story_part("june-2014")["dials"][key]
        said = refusal("controls.check(data.dial, data.value);", {"dial": dial, "value": value})
        assert "no value of" in said or "no number" in said


def test_changes_are_written_as_a_tree() -> None:
    assert nested({"a.b": "1", "c": "2", "a.d": "3"}) == ["a:", "  b: 1", "  d: 3", "c: 2"]
    assert json.dumps(nested({})) == "[]"
