"""Levers as a search sees them, and what a mix writes into a scenario."""

from __future__ import annotations

import pytest

from afterban.experiment.planning.mixes import (
    apart,
    coordinates,
    count_of,
    dials_of,
    distinct,
    mix_at,
    moves_of,
    words_of,
    written_into,
)
from afterban.scenario import Scenario

TEXT = """\
schema_version: 1
name: small
extends: minimal
policies:
  shifts:
    review:
      team:
        reviewers: 0
        service_time: {exponential: {mean: 10min}}
        shifts: [{days: [mon, tue], start: 9h, end: 17h, reviewers: 3}]
plan:
  levers:
    speed: {path: review.urgent_time_to_action, values: [1h, 60min, 2d]}
    reports: {path: detection.reports, factor: true, range: [0.5, 4], scale: log}
    close: {path: detection.handle_match.recall, range: [0.1, 0.9]}
    edits: {path: detection.handle_match.edits, range: [0, 3]}
    staff: {policies: [base, shifts]}
"""


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario.from_text(TEXT, "small.yaml")


def test_choices_and_their_places(scenario: Scenario) -> None:
    speed, reports, close, edits, staff = dials_of(scenario)
    assert speed.options == ("1h", "2d")  # 60min is the same
    assert edits.options == ("0", "1", "2", "3")
    assert staff.options == ("base", "shifts")
    assert (edits.ordered, staff.ordered) == (True, False)
    for dial in (reports, close):
        for place in (0.0, 0.13, 0.5, 0.99, 1.0):
            text = dial.text(place)
            assert len(text) <= 4
            assert dial.place(text) == pytest.approx(place, abs=0.03)
    assert (reports.text(0.0), reports.text(1.0)) == ("0.5", "4")
    assert reports.text(0.5) == "1.4"
    assert [edits.text(x) for x in (0.0, 0.24, 0.26, 1.0)] == ["0", "0", "1", "3"]
    assert count_of((speed, edits, staff)) == 16
    assert count_of((speed, reports)) is None


def test_what_a_mix_writes(scenario: Scenario) -> None:
    dials = dials_of(scenario)
    mix = ("2d", "2", "0.3", "1", "shifts")
    written = written_into(scenario, moves_of(dials, mix))
    there = scenario.with_changes({"plan": "none", **written})
    assert float(there.detection.reports) == pytest.approx(2 * float(scenario.detection.reports))
    assert there.detection.handle_match.edits == 1
    assert there.review.team == scenario.arm("shifts").review.team
    nothing = (None,) * len(dials)
    assert moves_of(dials, nothing) == ()
    assert words_of(dials, nothing) == "as written"
    assert words_of(dials, mix) == "speed 2d, reports ×2, close 0.3, edits 1, staff shifts"


def test_who_is_next_to_whom(scenario: Scenario) -> None:
    dials = dials_of(scenario)
    mix = ("2d", "2", "0.3", "1", "base")
    near = ("2d", "2.1", "0.31", "1", "base")
    far = ("2d", "2.1", "0.45", "1", "base")
    assert not apart(dials, mix, near)
    assert apart(dials, mix, far)
    assert apart(dials, mix, ("2d", "2", "0.3", "2", "base"))
    assert distinct(dials, [mix, near, far]) == [mix, far]
    table = coordinates(dials, [mix, near])
    assert table.shape == (2, 6)  # one for each choice among policies, one for each other lever
    assert mix_at(dials, [0.9, 0.0, 0.0, 0.0, 0.0]) == ("2d", "0.5", "0.1", "0", "base")
