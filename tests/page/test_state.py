"""Where the sliders of stories stand, and what they make of the shipped scenarios."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import pytest

from afterban.page import presets, state
from afterban.page.presets import ANY, AT_ONCE, NOBODY, OFF, PRESETS, SLIDERS, STORIES
from afterban.page.state import State, start_of
from afterban.scenario import Distribution, Scenario
from afterban.sources import registry
from afterban.units import parse_duration

# Moved as far from every story's start as the sliders go.
FAR = {
    "speed": "3h",
    "reviewers": "8",
    "edits": "4",
    "returns": "0.8",
    "promotion": "8",
    "first": "followers",
}


def far(story: str) -> State:
    return replace(start_of(story), **FAR)


def median(law: Distribution | None) -> tuple[float, float]:
    assert law is not None
    assert law.kind == "lognormal"
    written = dict(law.written)
    return written["median"], written["sigma"]


@pytest.mark.parametrize("key", list(STORIES))
def test_a_story_starts_at_what_the_shipped_scenario_says(key: str) -> None:
    story = STORIES[key]
    shipped = Scenario.from_yaml(story.scenario)
    start = story.start
    assert set(start) == set(SLIDERS)
    assert (shipped.review.team is None) == (start["reviewers"] == ANY)
    if shipped.review.team is not None:
        assert str(shipped.review.team.reviewers) == start["reviewers"]
        assert dict(shipped.review.action_delay.written) == {"value": 0.0}
        assert start["speed"] == AT_ONCE
    else:
        law = shipped.review.time_to_action
        assert median(law) == (parse_duration(start["speed"]), story.spread[0])
    urgent = shipped.review.urgent_time_to_action
    if urgent is None:
        assert story.ratio is None
    else:
        day = parse_duration(start["speed"])
        assert median(urgent) == (day * (story.ratio or 0), story.spread[1])
    match = shipped.detection.handle_match
    assert start["edits"] == (OFF if match.recall == 0 else str(match.edits))
    assert float(start["returns"]) == shipped.returning.probability
    assert int(start["promotion"]) == shipped.promotion.posts
    assert start["first"] == NOBODY
    assert shipped.detection.pulses == []


@pytest.mark.parametrize("key", list(STORIES))
def test_at_the_start_in_real_size_it_is_the_shipped_scenario(key: str) -> None:
    at_start = replace(start_of(key), size="real")
    shipped = state.shipped(at_start)
    made = state.scenario_of(at_start).with_changes(
        {"name": shipped.name, "replications": shipped.replications}
    )
    assert made.digest() == shipped.digest()
    assert made.with_changes({"promotion.posts": 7}).digest() != shipped.digest()


@pytest.mark.slow
@pytest.mark.parametrize("key", list(STORIES))
def test_every_position_of_every_slider_is_a_scenario_and_another_one(key: str) -> None:
    at_start = start_of(key)
    digests = {state.scenario_of(at_start).digest()}
    count = 1
    for name in SLIDERS:
        for step in STORIES[key].steps(name):
            if step.value == STORIES[key].start[name]:
                continue
            digests.add(state.scenario_of(replace(at_start, **{name: step.value})).digest())
            count += 1
    assert len(digests) == count > 30


@pytest.mark.smoke
def test_the_sliders_reach_what_they_name() -> None:
    made = state.scenario_of(far("june-2014"))
    assert median(made.review.action_delay) == (3 / 24, 1.2)
    assert made.review.team is not None
    assert made.review.team.reviewers == 8
    assert made.review.team.order == "followers"
    assert made.detection.handle_match.edits == 4
    assert made.detection.handle_match.recall == 0.9
    assert made.returning.probability == 0.8
    # 0.95 is odds of 19; 0.4 -> 0.8 multiplies odds by 6.
    assert made.tiers["official"].returns == pytest.approx(114 / 115, abs=1e-4)
    assert made.tiers["release"].returns == 0
    assert made.promotion.posts == 8
    assert [pulse.choose for pulse in made.detection.pulses] == ["followers"]
    plain = state.scenario_of(replace(start_of("june-2014"), speed="12h"))
    assert median(plain.review.time_to_action) == (0.5, 1.2)
    assert median(plain.review.urgent_time_to_action) == (0.125, 0.8)


def test_probabilities_shift_by_odds() -> None:
    assert state.shifted(0.95, 0.4, 0.4) == 0.95
    assert state.shifted(0.95, 0.4, 0.0) == 0.0
    assert state.shifted(0.95, 0.4, 1.0) == 1.0
    assert state.shifted(0.0, 0.4, 0.9) == 0.0
    assert state.shifted(0.5, 0.5, 0.8) == pytest.approx(0.8)
    assert 0.8 < state.shifted(0.8, 0.4, 0.6) < 1.0


def test_stories_cite_figures_that_are_known() -> None:
    figures = registry().figures
    cited = {source for story in STORIES.values() for source in story.sources}
    assert cited <= set(figures)
    assert len(cited) >= 12
    assert {figures[source].source.id for source in cited} == {
        "defenseone-2014",
        "wapo-2011",
        "wire-2011",
    }


def test_presets_move_sliders_that_there_are() -> None:
    assert len({one.key for one in PRESETS}) == len(PRESETS)
    for one, story in itertools.product(PRESETS, STORIES):
        assert set(one.moves) <= set(SLIDERS)
        moved = replace(start_of(story), **one.moves)
        if STORIES[story].offers(one):
            assert moved.moved()
            assert set(moved.moved()) <= set(one.moves)
    assert sum(STORIES["june-2014"].offers(one) for one in PRESETS) >= 7
    assert not STORIES["flame-war-2011"].offers(
        presets.Preset("x", "as it starts", {"returns": "0.4"})
    )


def test_slider_values_are_plain_text_for_any_page() -> None:
    for slider in SLIDERS.values():
        values = [step.value for step in slider.steps]
        assert len(set(values)) == len(values) > 4
        assert slider.label_of(values[0]) == slider.steps[0].label
        assert json.loads(json.dumps(values)) == values
