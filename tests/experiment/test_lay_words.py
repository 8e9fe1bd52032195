"""Words of laymen are those of the numbers."""

from __future__ import annotations

import pytest

from afterban import Scenario
from afterban.experiment import lay_words as lay
from afterban.experiment.ranges import assumptions_of
from afterban.scenario import shipped_names


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (-0.098, "about a tenth"),
        (0.25, "about a quarter"),
        (0.48, "about half"),
        (0.14, "about 14 %"),
        (0.42, "about two fifths"),
        (0.003, "about 0.3 %"),
        (1.7, "about 170 %"),
    ],
)
def test_a_share_is_a_fraction_where_it_is_near_one(share: float, said: str) -> None:
    assert lay.fraction(share) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-0.152, -0.051, "5–15 %"),
        (0.051, 0.152, "5–15 %"),
        (-0.08, 0.021, "8.0 % less to 2.1 % more"),
        (-0.05, -0.003, "0.3–5.0 %"),
    ],
)
def test_ends_of_two_signs_are_told_with_their_signs(low: float, high: float, said: str) -> None:
    assert lay.between(low, high) == said


def test_after_from_comes_to() -> None:
    assert lay.from_to(-0.15, -0.05) == "5 to 15 %"
    assert lay.from_to(-0.15, 0.05) == "15 % less to 5.0 % more"


@pytest.mark.parametrize(
    ("number", "side", "said"),
    [
        (1.2, "more", "one more user"),
        (-3.0, "fewer", "three fewer users"),
        (0.3, "more", "less than one more user"),
        (1234.0, "more", "about 1,200 more users"),
    ],
)
def test_people_are_counted(number: float, side: str, said: str) -> None:
    assert lay.count(number, "user", side) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [("×0.5", "half of it"), ("×2", "twice it"), ("×1.5", "1.5 times it"), ("6 h", "6 h")],
)
def test_a_factor_is_said_as_one(text: str, said: str) -> None:
    assert lay.end(text) == said


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (3.1, "about three times as much"),
        (1.0, "about as much"),
        (1.5, "about half as much again"),
        (2.1, "about twice as much"),
        (0.5, "about half as much"),
        (0.02, "next to nothing beside that"),
        (47.0, "about 47 times as much"),
    ],
)
def test_times_as_much(ratio: float, said: str) -> None:
    assert lay.times(ratio) == said


@pytest.mark.parametrize(
    ("days", "said"),
    [(9, "nine days"), (28, "four weeks"), (122, "four months"), (60, "two months")],
)
def test_how_long_a_run_is(days: float, said: str) -> None:
    assert lay.span(days) == said


def test_arms_are_called_by_the_one_value_that_sets_them_apart() -> None:
    minimal = Scenario.from_yaml("minimal")
    names = lay.Names(minimal, ["base", "slower"])
    assert names.rather("base", "slower") == "acting within 24 h rather than 7 days"
    other = minimal.with_changes({"policies.loud": {"detection": {"watch": 2}}})
    assert lay.Names(other, ["base", "loud"]).rather("loud", "base") == (
        "choosing “loud” rather than leaving things as they are"
    )
    assert lay.Names(minimal, ["none", "base"]).rather("base", "none").endswith("suspending nobody")
    capacity = Scenario.from_yaml("capacity")
    people = lay.Names(capacity, ["reviewers-8", "reviewers-9"])
    assert people.rather("reviewers-9", "reviewers-8") == "having 9 reviewers rather than 8"


@pytest.mark.slow
def test_no_path_of_a_scenario_is_in_any_word() -> None:
    told = []
    for name in shipped_names():
        scenario = Scenario.from_yaml(name)
        names = lay.Names(scenario, ["base", *scenario.policies])
        told += [names.means(arm) for arm in scenario.policies]
        told += [lay.assumed(one.label, one.name) for one in assumptions_of(scenario)]
    assert len(told) > 100
    assert [text for text in told if lay._PATH.search(text) or "_" in text] == []
