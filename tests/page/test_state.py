"""Where the page stands: links, files and scenarios hold it exactly, and nothing else is taken."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path

import pytest

from afterban.errors import AfterbanError
from afterban.page import presets, state
from afterban.page.presets import ANY, AT_ONCE, NOBODY, OFF, PRESETS, SLIDERS, STORIES
from afterban.page.state import State, from_json, from_query, json_of, query_of, start_of
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


@pytest.mark.parametrize("key", list(STORIES))
def test_a_link_and_a_file_restore_the_exact_state(key: str) -> None:
    for one in (
        start_of(key),
        replace(far(key), seed=7, operator="12", life=3, day=20, size="real", view="later"),
    ):
        assert from_query(query_of(one)) == one
        assert from_query("?" + query_of(one)) == one
        assert from_json(json_of(one)) == one


def test_every_field_is_in_a_link_and_in_a_file() -> None:
    a, b = start_of("june-2014"), replace(far("how-fast"), seed=7, operator="1", life=2, day=3)
    b = replace(b, size="real", view="later")
    for name in State.__dataclass_fields__:
        assert getattr(a, name) != getattr(b, name), name
        changed = replace(a, **{name: getattr(b, name)})
        assert query_of(changed) != query_of(a)
        assert json_of(changed) != json_of(a)


def test_what_a_link_leaves_out_is_as_at_the_start() -> None:
    assert from_query("") == start_of()
    found = from_query("story=names&speed=6h")
    assert found == replace(start_of("names"), speed="6h")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("speed=5h", "`5h` is no value of `speed`"),
        ("story=nothing", "`nothing` is no value of `story`"),
        ("story=nams", "did you mean `names`"),
        ("first=folowers", "did you mean `followers`"),
        ("sped=1h", "did you mean `speed`"),
        ("speed=1h&speed=3h", "`speed` twice"),
        ("seed=-1", "no value of `seed`"),
        ("seed=4294967296", "no value of `seed`"),
        ("seed=%D9%A3", "no value of `seed`"),
        ("life=0", "no value of `life`"),
        ("day=151", "day 151 is after the last one, 150"),
        ("operator=x", "no value of `operator`"),
        ("size=tiny", "no value of `size`"),
        ("view=none", "`none` is no value of `view`; it is `all` or `later`"),
        ("story=recruits&size=class", "no value of `size`; it is `real`"),
        ("story=queue&reviewers=any", "no value of `reviewers`"),
        ("speed=", "no value of `speed`"),
        ("x" * 200_000, "too long"),
        ("%0d%0aspeed=1h", "does not know"),
    ],
)
def test_a_bad_link_is_one_clear_line(query: str, told: str) -> None:
    with pytest.raises(AfterbanError) as caught:
        from_query(query)
    text = str(caught.value)
    assert told in text
    assert "\n" not in text
    assert len(text) < 400


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "not JSON"),
        ("[" * 50_000, "not JSON"),
        ("[]", "no state of the page"),
        ('{"format": "other"}', "no state of the page"),
        ('{"format": "afterban-page"}', "version `None`"),
        ('{"format": "afterban-page", "version": 2}', "version `2`"),
        ('{"format": "afterban-page", "version": 1, "seed": 1.5}', "`seed` is neither"),
        ('{"format": "afterban-page", "version": 1, "day": true}', "`day` is neither"),
        ('{"format": "afterban-page", "version": 1, "speed": "5h"}', "no value of `speed`"),
        ('{"format": "afterban-page", "version": 1, "speeed": "1h"}', "did you mean `speed`"),
        (" " * 200_000, "too large"),
    ],
)
def test_a_bad_file_is_one_clear_line(text: str, told: str) -> None:
    with pytest.raises(AfterbanError) as caught:
        from_json(text, "mine.json")
    assert "mine.json" in str(caught.value)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("key", list(STORIES))
def test_the_exported_file_is_the_scenario_of_the_page(key: str, tmp_path: Path) -> None:
    one = replace(far(key), seed=99)
    text = state.yaml_of(one, {"effective reach": "0.5 (0.4 to 0.6), n = 5"})
    file = tmp_path / "exported.yaml"
    file.write_text(text, encoding="utf-8")
    loaded = Scenario.from_yaml(str(file))
    assert loaded == state.scenario_of(one)
    assert loaded.seed == 99
    assert loaded.replications == state.REPLICATIONS
    assert "#   effective reach: 0.5 (0.4 to 0.6), n = 5" in text
    assert f"#   afterban run page-{key}.yaml --policies base" in text
    # What is chosen to be looked at changes no run.
    assert state.scenario_of(replace(one, operator="3", life=2, day=9)) == loaded


def test_the_curve_stands_on_the_sliders() -> None:
    for one in (start_of("june-2014"), far("june-2014"), start_of("queue"), far("how-fast")):
        made = state.scenario_of(one)
        again = made.with_changes(state.speed_changes(one, one.speed))
        assert again.digest() == made.digest()
        other = made.with_changes(state.speed_changes(one, "30d"))
        assert other.digest() != made.digest()


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
        moved = state.preset(one.key, far(story))
        if STORIES[story].offers(one):
            assert from_query(query_of(moved)) == moved
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
