"""Every count at the largest value that is allowed does the same in both engines."""

from __future__ import annotations

import pytest

from afterban.core import can_run
from afterban.engines.agreement import differences
from afterban.errors import AfterbanError, ScenarioErrors
from afterban.experiment import memory
from afterban.experiment.replicate import simulate
from afterban.language.kinds import LARGEST_SMALL_COUNT
from afterban.scenario.sections.promotion import MOST_PROMOTION_POSTS

COUNTS = {
    "tiers.hub.spares": {},
    "returning.most_lives": {},
    "audience.recognition.near_edits": {},
    "detection.handle_match.edits": {"detection.handle_match.recall": 0.5},
    "promotion.posts": {},
    "detection.pulses[0].accounts": {},
    "review.team.reviewers": {"review.team": "{reviewers: 1, service_time: 1h}"},
}


@pytest.mark.skipif(not can_run(), reason="there is one engine only")
@pytest.mark.parametrize("path", COUNTS)
def test_the_largest_count_is_the_same_in_both_engines(small, path):
    most = MOST_PROMOTION_POSTS if path == "promotion.posts" else LARGEST_SMALL_COUNT
    scenario = small({**COUNTS[path], path: most, "horizon": "20 days"})
    one, other = (simulate(scenario, engine=engine) for engine in ("reference", "compiled"))
    assert differences(one.records, other.records) == []
    assert one.metrics["events"] > 100


SPEECH = (
    "{speakers: {one: {followers: 100, growth: 0.01 per day, ceiling: 1000, posts: 1 per day}}}"
)
# Counts that are exact as floats, and what they need to act.
PEOPLE = {
    "exposure.outsiders": {},
    "platforms.next.users": {"platforms": "{first: {users: 1000}, next: {users: 1000}}"},
    "counter_speech.speakers.one.followers": {"counter_speech": SPEECH},
    "counter_speech.speakers.one.ceiling": {"counter_speech": SPEECH},
}


@pytest.mark.skipif(not can_run(), reason="there is one engine only")
@pytest.mark.parametrize("path", PEOPLE)
def test_the_most_people_are_the_same_in_both_engines_and_give_finite_numbers(small, path):
    scenario = small({**PEOPLE[path], path: 2**53, "horizon": "20 days"})
    one, other = (simulate(scenario, engine=engine) for engine in ("reference", "compiled"))
    assert differences(one.records, other.records) == []
    assert one.metrics["effective_reach"] == pytest.approx(other.metrics["effective_reach"])
    assert 0 < one.metrics["reach"] <= one.metrics["outsider_impressions"]


# Counts of what is held in memory, and what they need to act: their largest value is what fits.
# How many are too many, and the words that say so.
IN_MEMORY = {
    "tiers.hub.count": ({}, 2**53, "operators needs"),
    "recruitment.most": (
        {"recruitment": "{per_impression: 1 per million impressions, tier: hub, most: 1}"},
        2**53,
        "operators needs",
    ),
    "detection.handle_match.ordinary.sample": (
        {"detection.handle_match": "{recall: 0.5, ordinary: {signups: 100 per day}}"},
        2**32 - 1,
        "4,294,967,295 ordinary handles needs",
    ),
}


@pytest.mark.parametrize("path", IN_MEMORY)
def test_more_than_memory_holds_is_refused_before_anything_is_made(small, path, monkeypatch):
    monkeypatch.setattr(memory, "memory_available", lambda: 8e9)  # whatever this machine has
    needed, most, words = IN_MEMORY[path]
    with pytest.raises(AfterbanError, match=words):
        simulate(small({**needed, path: most}))


@pytest.mark.skipif(not can_run(), reason="there is one engine only")
@pytest.mark.parametrize("count", [5_000, pytest.param(200_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("path", ["recruitment.most", "detection.handle_match.ordinary.sample"])
def test_a_large_one_that_fits_is_the_same_in_both_engines(small, path, count):
    """Room for more recruits than ever come, and more ordinary handles than are needed."""
    scenario = small({**IN_MEMORY[path][0], path: count, "horizon": "20 days"})
    one, other = (simulate(scenario, engine=engine) for engine in ("reference", "compiled"))
    assert differences(one.records, other.records) == []


@pytest.mark.parametrize("path", COUNTS)
@pytest.mark.parametrize("value", [LARGEST_SMALL_COUNT + 1, 10**12])
def test_a_larger_one_is_refused(small, path, value):
    with pytest.raises(ScenarioErrors, match="too large"):
        small({**COUNTS[path], path: value})


@pytest.mark.skipif(not can_run(), reason="there is one engine only")
def test_spares_without_end_are_used(small):
    """What 2^31 of them did before: none was, in the compiled engine alone."""
    many = simulate(small({"tiers.hub.spares": LARGEST_SMALL_COUNT}), engine="compiled")
    none = simulate(small({"tiers.hub.spares": 0}), engine="compiled")
    assert many.metrics["return_delay_median"] < none.metrics["return_delay_median"]
