"""Policies that are answered: the worst is found where it is known, and the verdicts follow."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import afterban
from afterban.errors import AfterbanError, UnknownName
from afterban.experiment import responses
from afterban.experiment.responded import ArmResponses, Judged, Responses
from afterban.experiment.response_search import (
    NO_RESPONSE,
    Side,
    idle_in,
    sides_of,
    stated_in,
    worst,
)
from afterban.scenario import Scenario
from afterban.scenario.sections.adaptation import ANSWERED
from afterban.statistics import Estimate

TEXT = """
schema_version: 1
name: answered
start: 2014-06-02
horizon: 40 d
replications: 4
seed: 3
tiers: {supporter: {count: 60, audience: 500, posts: 5 per day, degree: 4, promotes: 0.5}}
exposure: {outsiders: 100_000}
detection: {classifier: 0.02 per post, reports: 0 per impression, precision: 0.9}
review: {time_to_action: 12h, mistakes: {probability: 0.05}}
handles: {near_identical: 0.9}
audience: {recognition: {unrelated: 0.2}}
returning: {probability: 0.95, delay: 1d}
adaptation: {handle_match: {value: 0.7, kind: assumed, range: [0.3, 1]}}
response_bounds: {handle_match: [0, 1], classifier: [0.2, 1]}
policies:
  match: {detection: {handle_match: {recall: 0.9, edits: 2}}}
  slow: {review: {time_to_action: 5d}}
"""
SIDES = tuple(
    Side(key, low, high, 1.0)
    for key, low, high in zip(ANSWERED, (0, 0.2, 1, 1, 1), (1, 1, 1, 1, 3), strict=True)
)
ALL = frozenset(ANSWERED)


def made(**changes: Any) -> Scenario:
    return Scenario.from_text(TEXT).with_changes(changes)


def searched(gain, sides=SIDES, active=(ALL,), rounds=3):
    """The worst response by a function of the response, and those that were looked at."""
    seen = []

    def evaluate(those):
        seen.append(list(those))
        return np.array([[gain(*one)] * len(active) for one in those])

    found, tried = worst(sides, active, evaluate, rounds)
    assert seen[-1] == tried
    assert len(set(tried)) == len(tried)
    assert tried[0] == NO_RESPONSE
    return found[0], tried


# --- the search ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gain", "corner"),
    [
        (lambda h, r, c, k, q: h + r + q, (1, 1, 1, 1, 3)),
        (lambda h, r, c, k, q: -h + 2 * r - q, (0, 1, 1, 1, 1)),
        (lambda h, r, c, k, q: -h - r - q, (0, 0.2, 1, 1, 1)),
        (lambda h, r, c, k, q: (h - 0.5) * (q - 2), (1, 1, 1, 1, 3)),  # two corners are equal
    ],
)
def test_a_corner_is_found_where_the_gain_is_monotone(gain, corner) -> None:
    found, _ = searched(gain)
    if (
        corner[0] == corner[1] == 1
        and corner[4] == 3
        and gain(1, 1, 1, 1, 3) == gain(0, 1, 1, 1, 1)
    ):
        assert found == (0, 0.2, 1, 1, 1)  # the first of equal ones
    else:
        assert found == corner


def test_a_place_inside_is_found_as_by_a_grid() -> None:
    def gain(h, r, c, k, q):
        return -((h - 0.37) ** 2) - (r - 0.8) ** 2 - 0.1 * (q - 1.6) ** 2 + 0.2 * h * r

    found, tried = searched(gain, rounds=5)
    places = np.linspace(0, 1, 41)
    grid = max(
        gain(h, 0.2 + 0.8 * r, 1, 1, 1 + 2 * q)
        for h, r, q in itertools.product(places, places, places)
    )
    assert gain(*found) == pytest.approx(grid, abs=0.01)
    assert len(tried) < 60
    for factor, side in zip(found, SIDES, strict=True):
        assert side.low <= factor <= side.high
    # Corners alone would not do, and nothing but the corners is found without rounds.
    corner, few = searched(gain, rounds=0)
    assert gain(*corner) < grid - 0.05
    assert len(few) == 8  # corners, one of which is none


def test_what_has_no_effect_stays_as_stated() -> None:
    sides = (replace(SIDES[0], stated=0.5), *SIDES[1:])
    found, tried = searched(lambda h, *rest: -h, sides, (frozenset({"reports"}),))
    assert found == (0.5, 1, 1, 1, 1)  # as stated, the first of equal ones
    assert {one[0] for one in tried} == {1.0, 0.5}
    assert {one[4] for one in tried} == {1.0}


def test_nothing_gained_anywhere_is_no_response() -> None:
    assert searched(lambda *response: 0.0)[0] == NO_RESPONSE
    assert searched(lambda *response: math.nan)[0] == NO_RESPONSE


def test_bounds_are_those_stated_else_of_the_range() -> None:
    s = made()
    by_key = {side.key: side for side in sides_of(s)}
    assert (by_key["handle_match"].low, by_key["handle_match"].high) == (0.0, 1.0)
    assert (by_key["classifier"].low, by_key["classifier"].stated) == (0.2, 1.0)
    assert not by_key["reports"].is_open
    assert stated_in(s) == (0.7, 1, 1, 1, 1)
    own = {side.key: side for side in sides_of(made(response_bounds="none"))}
    assert (own["handle_match"].low, own["handle_match"].high) == (0.3, 1.0)
    assert not own["classifier"].is_open
    with pytest.raises(AfterbanError, match="nothing says how far operators could go"):
        sides_of(Scenario.from_yaml("minimal"))


def test_a_response_to_what_is_off_is_told() -> None:
    s = made(**{"detection.handle_match.recall": 0})
    idle = idle_in(s, "base", sides_of(s))
    assert set(idle) == {"handle_match"}
    assert "no handle is matched" in idle["handle_match"]
    assert idle_in(s, "match", sides_of(s)) == {}


# --- the whole -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    out = tmp_path_factory.mktemp("responses")
    return out, afterban.respond(made(), points=2, draws=6, out=out, workers=1)


@pytest.mark.slow
@pytest.mark.parametrize("steps", [2, pytest.param(4, marks=pytest.mark.slow)])
def test_the_worst_is_that_of_a_grid_by_brute_force(told, steps: int) -> None:
    """A grid of responses, run by hand on the draws of the search, has no worse one."""
    _, found = told
    places = [k / steps for k in range(steps + 1)]

    def reach(h: float, c: float, arms: tuple[str, ...]) -> list[float]:
        s = made(**{"adaptation.handle_match": h, "adaptation.classifier": c, "replications": 6})
        values = afterban.run(s, arms, workers=1).values
        return [float(np.mean(values[arm]["effective_reach"])) for arm in arms]

    arms = ("base", "match")
    grid = [reach(h, 0.2 + 0.8 * c, arms) for h, c in itertools.product(places, places)]
    for arm, worst_there in zip(arms, np.max(grid, axis=0), strict=True):
        mine = found.arm(arm).worst.response
        assert reach(mine[0], mine[2], (arm,))[0] >= worst_there * (1 - 1e-3)


@pytest.mark.slow
def test_three_judgements_and_what_they_rest_on(told) -> None:
    _, found = told
    assert [one.arm for one in found.arms] == ["base", "match", "slow"]
    for one in found.arms:
        for kind in ("none", "stated", "worst"):
            here = one.under(kind)
            assert here.value.n == 6
            assert here.band is not None
            assert (here.difference is None) == (one.arm == "base")
        assert one.none.response == NO_RESPONSE
        assert one.stated.response == (0.7, 1, 1, 1, 1)
        # At each point the worst is no better than any that was tried.
        for other in (one.none, one.stated):
            assert all(a >= b for a, b in zip(one.worst.band, other.band, strict=True))
    frame = found.frame()
    assert len(frame) == 9
    assert set(frame["response"]) == {"none", "stated", "worst"}
    data = found.to_dict()
    assert data["bounds"]["classifier"] == [0.2, 1.0]
    assert len(data["arms"]) == 3
    assert any("Best as things are" in text for text in found.words())
    assert any("Best against the worst" in text for text in found.words())
    found.figure()


@pytest.mark.slow
def test_the_same_with_many_workers_and_when_it_goes_on(told, tmp_path) -> None:
    out, found = told
    many = afterban.respond(made(), points=2, draws=6, out=tmp_path, workers=2)
    assert many.to_dict() == found.to_dict()
    again = afterban.respond(made(), points=2, draws=6, out=out, workers=1)
    assert again.to_dict() == found.to_dict()


@pytest.mark.slow
def test_without_points_it_is_of_chance_alone(tmp_path) -> None:
    found = afterban.respond(made(), ["match"], points=0, draws=4, out=tmp_path, workers=1)
    assert [one.arm for one in found.arms] == ["base", "match"]
    assert all(one.under(kind).band is None for one in found.arms for kind in ("none", "worst"))
    assert "as written alone" in found.size_words()


@pytest.mark.parametrize(
    ("changes", "arguments", "message"),
    [
        ({}, {"policies": ["mtach"]}, "mtach"),
        ({}, {"metric": "suspensions"}, "neither more nor less"),
        ({}, {"points": -1}, "take 0 or more"),
        ({}, {"draws": 1}, "take 2 or more"),
        ({"policies.match.adaptation.reports": 0.5}, {}, "says itself how operators respond"),
        ({"response_bounds": "none", "adaptation": "none"}, {}, "nothing says how far"),
    ],
)
def test_what_cannot_be_asked_is_told(changes, arguments, message, tmp_path) -> None:
    with pytest.raises((AfterbanError, UnknownName), match=message):
        responses.respond(made(**changes), out=tmp_path, **arguments)
    assert not list(tmp_path.iterdir())


# --- verdicts ------------------------------------------------------------------------------------


def judged(value: float, difference: tuple[float, float] | None) -> Judged:
    estimate = None
    if difference is not None:
        middle, half = difference
        estimate = Estimate(middle, middle - half, middle + half, 10, 0.95, "by hand")
    level = Estimate(value, value - 0.01, value + 0.01, 10, 0.95, "by hand")
    return Judged(NO_RESPONSE, level, None, estimate, None, math.nan, {})


def verdict(told: Responses, *differences: tuple[float, float], better: int = -1) -> str:
    arm = ArmResponses("new", {}, *(judged(0.5 + d[0], d) for d in differences))
    base = ArmResponses("base", {}, *(judged(0.5, None) for _ in range(3)))
    found = replace(told, arms=(base, arm), better=better)
    said = [text for text in found.words() if "vanishes" in text]
    assert bool(said) == bool(found.vanishes(arm))
    return found.vanishes(arm)


@pytest.mark.slow
def test_an_advantage_that_vanishes_is_named(told) -> None:
    _, found = told
    gain, none, loss = (-0.1, 0.02), (-0.01, 0.02), (0.1, 0.02)
    assert verdict(found, gain, gain, gain) == ""
    assert verdict(found, gain, gain, none) == "worst"
    assert verdict(found, gain, gain, loss) == "worst"
    assert verdict(found, gain, none, none) == "stated"
    assert verdict(found, none, none, none) == ""
    assert verdict(found, loss, loss, loss) == ""
    # Where more is better, the same differences say the opposite.
    assert verdict(found, loss, loss, gain, better=1) == "worst"
    assert verdict(found, gain, gain, none, better=1) == ""


@pytest.mark.slow
def test_the_best_may_be_another_against_the_worst(told) -> None:
    _, found = told
    fragile = ArmResponses("fragile", {}, judged(0.1, None), judged(0.1, None), judged(0.6, None))
    sturdy = ArmResponses("sturdy", {}, judged(0.3, None), judged(0.3, None), judged(0.3, None))
    both = replace(found, arms=(fragile, sturdy))
    assert both.best("stated").arm == "fragile"
    assert both.best("worst").arm == "sturdy"
    assert "`fragile` then comes to" in " ".join(both.words())
