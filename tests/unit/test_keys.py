"""Every key of a scenario in words, and the search for one."""

import pytest

from afterban.errors import AfterbanError
from afterban.language.shapes import slots
from afterban.scenario import Scenario
from afterban.scenario.keys import find, keys, sections

BY_PATH = {key.path: key for key in keys()}


def paths(path):
    return [key.path for key in find(path)]


def test_every_key_of_every_section_is_told_once():
    assert len(keys()) > 250
    assert len(BY_PATH) == len(keys())
    assert [key.key for key in keys() if not key.section] == list(slots(Scenario))
    for path, cls in sections().items():
        told = [key for key in keys() if key.section == path]
        assert [key.key for key in told] == list(slots(cls))
        assert all(key.meaning for key in told), path
    assert {key.below for key in keys()} - {None} == set(sections()) - {""}


@pytest.mark.parametrize(
    ("path", "written", "unit", "default", "allowed", "rests"),
    [
        (
            "exposure.view_probability",
            "a probability",
            "",
            "0.02",
            "0 to 1",
            ("reported", "L75"),
        ),
        ("horizon", "a duration", "days", None, "0 or more", ("", None)),
        ("review.team", "a section, or `none`", "", "none", "", ("", None)),
        ("review.team.shifts", "a list of: a section", "", "empty", "", ("", None)),
        (
            "review.team.reviewers",
            "a count",
            "reviewers",
            "0",
            "whole, 0 or more",
            ("assumed", None),
        ),
        ("tiers.NAME.severity", "a word", "", "routine", "routine, urgent", ("assumed", None)),
        (
            "tiers.NAME.differences.correlations[].rank",
            "a correlation",
            "",
            None,
            "-1 to 1",
            ("", None),
        ),
    ],
)
def test_what_is_told_of_a_key(path, written, unit, default, allowed, rests):
    key = BY_PATH[path]
    assert (key.written, key.unit, key.default, key.allowed) == (written, unit, default, allowed)
    assert (key.kind, key.source) == rests


def test_a_section_is_found_with_all_that_stands_in_it():
    team = paths("review.team")
    assert team[0] == "review.team"
    assert "review.team.shifts[].days" in team
    assert set(team) < set(paths("review"))
    assert "review.time_to_action" not in team
    assert paths("tiers")[:2] == ["tiers", "tiers.NAME.count"]
    assert paths("horizon") == ["horizon"]


def test_names_and_places_of_a_scenario_may_stand_in_a_path():
    assert paths("tiers.official.audience") == ["tiers.NAME.audience"]
    assert paths("review.team.shifts[0].days") == ["review.team.shifts[].days"]
    assert paths("policies.quick.review.team.reviewers") == ["review.team.reviewers"]
    assert paths("policies.quick") == ["policies"]
    assert paths("review.time_to_action.lognormal.median") == ["review.time_to_action"]


def test_a_name_alone_finds_every_key_that_is_called_so():
    assert paths("view_probability") == [
        "exposure.view_probability",
        "promotion.view_probability",
    ]


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("polices", "policies"),
        ("tiers.official.audince", "tiers.NAME.audience"),
        ("review.reviewers", "review.team.reviewers"),  # it is there, one step further
        ("policies.quick.reviw.team", "review"),
        ("exposure.sensitivity", "review.sensitivity"),
    ],
)
def test_a_path_that_is_wrong_is_met_with_the_nearest(path, near):
    with pytest.raises(AfterbanError, match=f"did you mean `{near}`") as told:
        find(path)
    assert "it has `" in str(told.value)


def test_below_a_value_there_is_nothing():
    with pytest.raises(AfterbanError, match="`horizon` is a value"):
        find("horizon.days")
    with pytest.raises(AfterbanError, match="no key `zzzzzz`"):
        find("zzzzzz")
