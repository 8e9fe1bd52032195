"""Parts of a scenario that refer to each other: cut out, taken away, or varied together."""

from __future__ import annotations

import pytest

from afterban.cli import main
from afterban.errors import ScenarioErrors
from afterban.experiment.design import points
from afterban.experiment.sweep_plan import plan_of
from afterban.parameters import Parameters
from afterban.scenario import Scenario

BASE = """
schema_version: 1
name: base
start: 2014-09-01
horizon: 30 days
tiers:
  supporter: {count: 20, audience: 200, posts: 2 per day}
  hub: {count: 2, audience: 900, posts: 2 per day}
platforms: {first: {users: 1000}, second: {users: 100}}
detection:
  reports: 3000 per million impressions
  pulses: [{date: 2014-09-05, share: 0.1, every: 7d}]
policies:
  slower: {review: {time_to_action: 9d}}
  october: {detection: {reports: 9000 per million impressions}}
"""
SWEEP = """
sweep:
  replications: 1
  policies: [base, slower]
  parameters:
    returning.probability: {values: [0.2, 0.8]}
"""
SHARES = """
schema_version: 1
name: joint-shares
start: 2014-09-01
horizon: 5 days
tiers: {{supporter: {{count: 20, audience: 200, posts: 2 per day}}}}
sweep:
  {design}
  replications: 1
  policies: [base]
  parameters:
    tiers.supporter.attached_at_start: {{{attached}}}
    tiers.supporter.detached_at_start: {{{detached}}}
"""


def fault(text):
    with pytest.raises(ScenarioErrors) as caught:
        Scenario.from_text(text, "s.yaml")
    (error,) = caught.value.errors
    return error


@pytest.mark.parametrize("command", [["validate"], ["run", "--no-figures"], ["compare"]])
def test_a_sweep_of_an_arm_is_no_fault_elsewhere(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.yaml").write_text(BASE + SWEEP)
    more = ["--reps", "1", "-q", "--workers", "1"] if command != ["validate"] else []
    assert main([command[0], "s.yaml", *command[1:], *more]) == 0, capsys.readouterr().err


def test_an_arm_has_no_sweep():
    assert Scenario.from_text(BASE + SWEEP).arm("slower").sweep is None


def test_values_that_stand_together_are_no_fault():
    scenario = Scenario.from_text(
        SHARES.format(design="", attached="values: [0.2, 0.4]", detached="values: [0.1, 0.5]")
    )
    assert len(plan_of(scenario).points) == 4
    for point in plan_of(scenario).points:
        point.of(scenario.with_changes({"sweep": "none"}))


def test_the_point_of_a_grid_that_cannot_be_is_named():
    error = fault(
        SHARES.format(design="", attached="values: [0.2, 0.4]", detached="values: [0.1, 0.7]")
    )
    assert error.path == "sweep.parameters"
    assert error.found.startswith(
        "at the point tiers.supporter.attached_at_start=0.4, "
        "tiers.supporter.detached_at_start=0.7, tiers.supporter: "
    )
    assert error.line == 12


def test_a_value_that_stands_nowhere_is_named_itself():
    error = fault(
        SHARES.format(design="", attached="values: [0.2, 1.4]", detached="values: [0.1, 0.5]")
    )
    assert error.path == "sweep.parameters.tiers.supporter.attached_at_start"
    assert "`1.4`" in error.found


def test_the_points_of_another_design_are_looked_at_and_not_its_corners():
    ranges = {"attached": "from: 0, to: 0.6", "detached": "from: 0, to: 0.4"}
    design = "design: latin-hypercube\n  points: 20"
    fine = Scenario.from_text(SHARES.format(design=design, **ranges))
    assert len(plan_of(fine).points) == 20
    ranges["detached"] = "from: 0, to: 0.9"
    bad = Scenario.from_text(SHARES.format(design=design, **ranges))
    sums = [sum(float(text) for _, text in p.values) for p in points(bad.sweep, bad.seed)]
    assert any(total > 1 for total in sums)
    assert any(total <= 1 for total in sums)
    with pytest.raises(ScenarioErrors, match=r"at the point tiers\.supporter\.attached_at_start="):
        plan_of(bad)


def test_a_sweep_may_end_before_what_is_planned():
    sweep = (
        "sweep: {replications: 1, parameters: {horizon: {values: [3 d, 30 d]}, "
        "returning.probability: {values: [0.2]}}}\n"
    )
    scenario = Scenario.from_text(BASE + sweep)
    early, late = (point.of(scenario) for point in plan_of(scenario).points)
    assert Parameters.from_scenario(early).pulse_day.tolist() == []
    assert Parameters.from_scenario(early, "slower").pulse_day.tolist() == []
    assert Parameters.from_scenario(late).pulse_day.tolist() == [4, 11, 18, 25]
    # Written or set by hand it is a fault as before, since it can be a slip.
    with pytest.raises(ScenarioErrors, match="is after the end"):
        scenario.with_changes({"sweep": "none", "horizon": "3 d"})


def test_what_is_inherited_can_be_taken_away(tmp_path):
    (tmp_path / "base.yaml").write_text(BASE)
    child = tmp_path / "child.yaml"
    child.write_text(
        "schema_version: 1\nname: child\nextends: ./base.yaml\n"
        "policies: {october: none}\ntiers: {hub: none}\nplatforms: {second: none}\n"
    )
    scenario = Scenario.from_yaml(child)
    assert list(scenario.policies) == ["slower"]
    assert list(scenario.tiers) == ["supporter"]
    assert list(scenario.platforms) == ["first"]
    assert list(scenario.with_changes({"policies.slower": "none"}).policies) == []
    again = Scenario.from_text(scenario.resolved_yaml())
    assert again.digest() == scenario.digest()


def test_what_refers_to_something_taken_away_is_told(tmp_path):
    (tmp_path / "base.yaml").write_text(BASE + SWEEP)
    child = tmp_path / "child.yaml"
    child.write_text(
        "schema_version: 1\nname: child\nextends: ./base.yaml\npolicies: {slower: none}\n"
    )
    with pytest.raises(ScenarioErrors, match="there is no arm `slower`"):
        Scenario.from_yaml(child)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("policies: {november: none}\n", "nothing of this name is inherited"),
        ("policies: {a: {tiers: {hub: none}}}\n", "an arm cannot take this away"),
    ],
)
def test_what_cannot_be_taken_away(text, found):
    head, _, _ = BASE.partition("policies:")
    assert found in fault(head + text).found


def days(pulse):
    scenario = Scenario.from_text(BASE).with_changes({"detection.pulses": [pulse]})
    return Parameters.from_scenario(scenario).pulse_day.tolist()


def test_campaigns_end():
    pulse = {"date": "2014-09-05", "share": "0.1", "every": "7d"}
    assert days(pulse) == [4, 11, 18, 25]
    assert days({**pulse, "times": "2"}) == [4, 11]
    assert days({**pulse, "until": "2014-09-19"}) == [4, 11]  # the day itself is after its end
    assert days({**pulse, "until": "2014-09-20"}) == [4, 11, 18]
    assert days({**pulse, "until": "2014-09-20", "times": "1"}) == [4]
    assert days({**pulse, "until": "2015-01-01", "times": "99"}) == [4, 11, 18, 25]


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"times": "2"}, "strikes once"),
        ({"until": "2014-09-20"}, "strikes once"),
        ({"every": "7d", "times": "0"}, "0 times"),
        ({"every": "7d", "until": "2014-09-05"}, "before it has begun"),
    ],
)
def test_ends_of_campaigns_that_cannot_be(more, found):
    with pytest.raises(ScenarioErrors, match=found):
        days({"date": "2014-09-05", "share": "0.1", **more})
