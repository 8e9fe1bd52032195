"""The template of a platform, and what answers make of it."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from afterban import inputs
from afterban.errors import AfterbanError, ValueProblem
from afterban.experiment.design import check_points
from afterban.experiment.ensemble import points_of
from afterban.experiment.ranges import without_range
from afterban.scenario import Scenario
from afterban.scenario.inert import inert
from afterban.scenario.rosters import HOURS_OF_A_PERSON, ROSTERS, filled, people_for, shifts
from afterban.scenario.template_filling import SOURCE, defaults, fill
from afterban.scenario.template_questions import QUESTIONS
from afterban.scenario.templates import template_names, template_path
from afterban.scenario.uncertain import moves

TEMPLATE = template_path("platform").read_text(encoding="utf-8")


def answered(**texts):
    found = {}
    for question in QUESTIONS:
        found[question.key] = question.read(texts.pop(question.key, ""), found)
    assert not texts
    return found


def made(**texts):
    return Scenario.from_text(fill("own", answered(**texts)), "own.yaml")


# --- the template ---------------------------------------------------------------------------------


def test_every_template_is_valid_and_has_its_own_name():
    assert "platform" in template_names()
    for name in template_names():
        scenario = Scenario.from_yaml(template_path(name))
        assert scenario.name == name
        inputs.check(scenario)


def test_an_unknown_template_is_met_with_the_nearest():
    with pytest.raises(AfterbanError, match="did you mean `platform`"):
        template_path("platfrom")


def test_the_template_is_of_today_and_claims_nothing():
    scenario = Scenario.from_yaml(template_path("platform"))
    assert scenario.start.year >= 2025
    assert not scenario.claims
    assert not {"official", "media", "regional", "hub", "supporter", "release"} & set(
        scenario.tiers
    )
    assert sum(tier.count for tier in scenario.tiers.values()) == 3000
    assert scenario.exposure.outsiders == 12_000_000
    assert scenario.review.team.timezone == "Europe/Berlin"
    assert sum(shift.reviewers for shift in scenario.review.team.shifts) == 6


def test_nothing_in_the_template_is_without_effect():
    assert not inert(Scenario.from_yaml(template_path("platform")))


def test_everything_that_it_assumes_has_a_range():
    scenario = Scenario.from_yaml(template_path("platform"))
    assert not without_range(scenario)
    check_points(scenario.with_changes({"replications": "1"}), points_of(scenario, 8))


# --- answers --------------------------------------------------------------------------------------


def test_answers_that_are_the_defaults_are_the_template_itself():
    assert fill("platform", defaults()) == TEMPLATE


def test_the_rosters_of_the_template_are_those_of_its_people():
    scenario = Scenario.from_text(fill("own", answered(people="6 ")), "own.yaml")
    template = Scenario.from_yaml(template_path("platform"))
    assert scenario.review.team == template.review.team
    for arm in template.policies:
        assert scenario.arm(arm).review == template.arm(arm).review, arm


def test_what_was_counted_is_measured_and_what_was_not_is_assumed_with_a_range():
    scenario = made(
        users="8 million measured",
        operators="900 measured (700 to 1,100)",
        returns="0.7 measured (0.6 to 0.8)",
        appeals="30 %",
        time_to_action="36 h measured",
        precision="0.9",
        benign_reports="12 per day (10 per day to 20 per day)",
    )
    evidence = scenario.evidence
    for path in (
        *("exposure.outsiders", "returning.probability", "review.time_to_action"),
        *("tiers.organiser.count", "tiers.amplifier.count", "tiers.member.count"),
    ):
        assert (evidence[path].kind, evidence[path].source) == ("measured", SOURCE), path
    assert evidence["returning.probability"].range == (0.6, 0.8)
    assert evidence["review.mistakes.appeals"].kind == "assumed"
    low, high = evidence["review.mistakes.appeals"].range
    assert low < 0.3 < high
    assert evidence["review.team.benign_reports"].range == (10.0, 20.0)
    assert sum(tier.count for tier in scenario.tiers.values()) == 900
    # What was counted exactly is moved by no common range.
    moved = {m.spot.path for one in scenario.uncertainties.values() for m in moves(scenario, one)}
    assert "tiers.member.count" in moved
    assert not moved & {"exposure.outsiders", "review.time_to_action"}


def test_an_answer_without_a_word_is_assumed():
    assert made(returns="0.7").evidence["returning.probability"].kind == "assumed"
    assert SOURCE not in made(returns="0.7").sources


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [
        ("users", "many", "not a number"),
        ("users", "12 milion", "did you mean `million`"),
        ("users", "100", "10,000"),
        ("users", "1.5", "whole"),
        ("operators", "2 million", "200,000"),
        ("operators", "3,000 mesured", "did you mean `measured`"),
        ("operators", "3,000 (4,000 to 5,000)", "not in its range"),
        ("operators", "3,000 (2,000)", "no range"),
        ("people", "0", "1 to 1,000"),
        ("people", "6 (5 to 7)", "has none"),
        ("shifts", "two-shift", "did you mean `two-shifts`"),
        ("timezone", "Berlin", "did you mean `Europe/Berlin`"),
        ("time_to_action", "24", "no unit"),
        ("time_to_action", "0 h", "1 min"),
        ("precision", "80", "80 %"),
        ("precision", "1", "0.01 to 0.99"),
        ("benign_reports", "100", "per"),
        ("appeals", "-0.1", "0"),
        ("returns", "1.2", "outside 0 to 1"),
    ],
)
def test_what_cannot_be_is_told_with_what_can(key, text, told):
    with pytest.raises(ValueProblem) as caught:
        answered(**{key: text})
    assert told in str(caught.value)


def test_a_roster_that_cannot_be_filled_is_told_with_those_that_can():
    with pytest.raises(ValueProblem, match=r"5 people.*`office`, or|`office` or `two-shifts`"):
        answered(people="2", shifts="around-the-clock")


def test_defaults_give_way_where_earlier_answers_leave_no_room():
    told = answered(users="10,000", people="1")
    assert told["operators"].value == 1000
    assert told["shifts"].value == "office"
    assert told["shifts"].given


@pytest.mark.parametrize("name", ROSTERS)
def test_a_roster_pays_nobody_for_more_than_a_week(name):
    least = people_for(name)
    assert not filled(name, least - 1)
    for people in range(least, least + 50):
        told = shifts(name, people)
        hours = sum(8 * len(one["days"]) * one["reviewers"] for one in told)
        assert people * HOURS_OF_A_PERSON - 8 * 7 < hours <= people * HOURS_OF_A_PERSON
        assert min(one["reviewers"] for one in told) >= 1
        assert math.isclose(max(filled(name, people)), min(filled(name, people)), abs_tol=1)


@st.composite
def all_answers(draw):
    """Texts of ten answers that can be, in the forms that people write."""
    word = st.sampled_from(["", " measured", " assumed"])
    texts = {}
    users = draw(st.integers(10_000, 3 * 10**9))
    texts["users"] = draw(st.sampled_from([f"{users:,}", str(users)])) + draw(word)
    texts["operators"] = str(draw(st.integers(20, min(200_000, users // 10)))) + draw(word)
    people = draw(st.integers(1, 1000))
    texts["people"] = str(people)
    able = [name for name in ROSTERS if filled(name, people)]
    texts["shifts"] = draw(st.sampled_from(able))
    texts["timezone"] = draw(st.sampled_from(["UTC", "Asia/Kolkata", "America/New_York"]))
    hours = draw(st.floats(0.1, 8760, allow_nan=False))
    texts["time_to_action"] = f"{hours:.4g} h" + draw(word)
    share = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.5, 1.0]))
    precision = draw(st.floats(0.01, 0.99))
    texts["precision"] = f"{precision:.4f}" + draw(word)
    if draw(st.booleans()):
        low, high = draw(st.floats(0.01, precision)), draw(st.floats(precision, 0.99))
        if f"{low:.4f}" < f"{high:.4f}":
            texts["precision"] += f" ({low:.4f} to {high:.4f})"
    texts["benign_reports"] = f"{draw(st.floats(0, 1e5)):.4g} per day" + draw(word)
    for key in ("appeals", "returns"):
        value = draw(share)
        texts[key] = f"{value:.6f}" + draw(word)
        low, high = draw(st.floats(0, value)), draw(st.floats(value, 1))
        if draw(st.booleans()) and f"{low:.6f}" < f"{high:.6f}":
            texts[key] += f" ({low:.6f} to {high:.6f})"
    left_out = draw(st.sets(st.sampled_from(["operators", "precision", "returns", "timezone"])))
    return {key: "" if key in left_out else text for key, text in texts.items()}


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(all_answers())
def test_any_answers_make_a_valid_scenario_at_both_ends_of_its_ranges(texts):
    scenario = made(**texts)
    inputs.check(scenario)
    assert not without_range(scenario)
    curve = scenario.detection.operating_curve
    ends = [
        scenario.evidence.get(f"detection.operating_curve.points[{k}].precision") for k in range(3)
    ]
    # Whatever a point of the ensemble draws, a stricter threshold flags fewer wrongly.
    most, least = zip(
        *[one.range or (curve.points[k].precision,) * 2 for k, one in enumerate(ends)], strict=True
    )
    recalls = [(1.0, 1.0), (0.4, 0.75), (0.1, 0.35)]
    wrong = [
        (r[0] * (1 - p) / p, r[1] * (1 - q) / q)
        for r, p, q in zip(recalls, least, most, strict=True)
    ]
    assert wrong[0][0] >= wrong[1][1]
    assert wrong[1][0] >= wrong[2][1]
