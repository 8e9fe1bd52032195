import math

import numpy as np
import pytest

from afterban import claims
from afterban.claims import Claim, judge, load, loads, record, without_run
from afterban.errors import AfterbanError, ScenarioErrors
from afterban.metrics import METRICS
from afterban.results import Results
from afterban.scenario import Scenario, shipped_names
from afterban.sources import registry

ROW = """\
schema_version: 1
claims:
  - id: S12
    source: S12
    says: followers when suspended
    figure: 700
    unit: people
    scenario: minimal
    metric: followers_at_termination.hub
    factor: 2
    why: a test
    holds: false
"""


def results(values, changes=None, finished=(0, 1, 2)):
    """Results of `minimal` in which only some metrics of some arms are told."""
    scenario = Scenario.from_yaml("minimal").with_changes(
        {"replications": len(finished), **(changes or {})}
    )
    told = {
        arm: {name: np.array(column, dtype=float) for name, column in metrics.items()}
        for arm, metrics in values.items()
    }
    return Results(scenario, tuple(told), finished, told, {}, {}, {})


def verdict(row, values, **more):
    (found,) = judge([row], results(values, **more))
    return found


def claim(**changes):
    fields = {
        "id": "S12",
        "source": "S12",
        "says": "followers",
        "figure": 700.0,
        "scenario": "minimal",
        "metric": "reach",
        "factor": 2.0,
        "why": "a test",
    }
    return Claim(**{**fields, **changes})


# --- the shipped file -----------------------------------------------------------------------------


def test_every_figure_of_the_documents_has_a_row():
    rows = load()
    figures = {name for name in registry().figures if name.startswith("S")}
    assert len(figures) >= 20
    assert {row.source for row in rows if row.source.startswith("S")} == figures


def test_every_comparison_names_an_arm_that_its_scenario_has():
    compared = [row for row in load() if row.metric is not None]
    assert compared
    for row in compared:
        arms = {"base", "none", *Scenario.from_yaml(row.scenario).policies}
        assert row.policy in arms
        assert row.divided_by_policy in {"", *arms}


def test_every_comparison_of_a_part_names_a_tier_or_platform_that_its_scenario_has():
    for row in load():
        for metric in (row.metric, row.divided_by):
            base, dot, part = (metric or "").partition(".")
            if dot:
                scenario = Scenario.from_yaml(row.scenario)
                parts = scenario.platforms if METRICS[base].by_platform else scenario.tiers
                assert part in parts


@pytest.mark.smoke
def test_a_claim_can_be_traced_to_its_document():
    row = next(row for row in load() if row.id == "S12")
    assert row.published.source.id == "defenseone-2014"
    assert "700 followers" in row.published.says


# --- reading --------------------------------------------------------------------------------------


def test_a_row_is_read():
    (row,) = loads(ROW)
    assert (row.figure, row.metric, row.holds) == (700.0, "followers_at_termination.hub", False)
    assert row.cited == "700 people"


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("source: S12", "source: S120", 4, "`S120` is no figure"),
        ("scenario: minimal", "scenario: minimum", 8, "did you mean `minimal`"),
        ("metric: followers_at_termination.hub", "metric: reech", 9, "did you mean `reach`"),
        (
            "metric: followers_at_termination.hub",
            "metric: reach.hub",
            9,
            "not reported by tier or platform",
        ),
        ("factor: 2", "factor: 0.5", 3, "the factor is below 1"),
        ("    why: a test\n", "", 3, "`why` is missing"),
        ("    figure: 700\n", "", 3, "`figure` is missing"),
        ("    factor: 2", "    faktor: 2", 10, "did you mean `factor`"),
        ("    factor: 2", "    needs: luck", 3, "`metric` and `needs` is given"),
        ("holds: false", "holds: perhaps", 12, "neither true nor false"),
        ("figure: 700", "figure: many", 6, "`many` is not a number"),
    ],
)
def test_a_fault_is_told_with_its_line(old, new, line, message):
    assert old in ROW
    with pytest.raises(ScenarioErrors) as caught:
        loads(ROW.replace(old, new), "claims.yaml")
    assert message in str(caught.value)
    assert f"claims.yaml:{line}:" in str(caught.value)


def test_an_arm_may_be_the_one_without_enforcement():
    more = "    divided_by: reach\n    divided_by_policy: none\n    judged_by: spread\n"
    (row,) = loads(ROW + more)
    assert (row.divided_by_policy, row.judged_by) == ("none", "spread")
    shipped = {row.id: row.divided_by_policy for row in load()}
    assert shipped["S10"] == shipped["S12-share"] == "none"


def test_an_id_occurs_once():
    twice = ROW + ROW.partition("claims:\n")[2]
    with pytest.raises(ScenarioErrors, match="occurs twice"):
        loads(twice)


def test_a_list_is_no_claims_file():
    with pytest.raises(ScenarioErrors, match="a list is found"):
        loads("- id: S12\n")


# --- verdicts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "value", "held"),
    [
        ({}, 1399.0, True),
        ({}, 1401.0, False),
        ({}, 351.0, True),
        ({}, 349.0, False),
        ({"comparison": "at least"}, 351.0, True),
        ({"comparison": "at least"}, 349.0, False),
        ({"comparison": "at least"}, 1e9, True),
        ({"comparison": "at most"}, 1e-9, True),
        ({"comparison": "at most"}, 1401.0, False),
        ({"figure": 0.0, "margin": 0.5}, 0.4, True),
        ({"figure": 0.0, "margin": 0.5}, 0.6, False),
    ],
)
def test_what_counts_as_the_figure(changes, value, held):
    found = verdict(claim(**changes), {"base": {"reach": [value] * 3}})
    assert found.held is held
    assert found.status == ("holds" if held else "does not hold")


def test_how_far_off_is_told():
    assert verdict(claim(), {"base": {"reach": [7000.0] * 3}}).text == (
        "does not hold: off by a factor of 10 (too high)"
    )
    assert verdict(claim(), {"base": {"reach": [70.0] * 3}}).text == (
        "does not hold: off by a factor of 10 (too low)"
    )
    zero = claim(figure=0.0, unit="people")
    assert verdict(zero, {"base": {"reach": [3.0] * 3}}).text == "does not hold: off by 3 people"


def test_an_interval_beyond_the_tolerance_is_told():
    found = verdict(claim(), {"base": {"reach": [100.0, 700.0, 1300.0]}})
    assert found.held
    assert "interval reaches beyond" in found.text
    narrow = verdict(claim(), {"base": {"reach": [699.0, 700.0, 701.0]}})
    assert narrow.text == "holds"


def test_a_fitted_figure_is_no_reproduction():
    found = verdict(claim(fitted="tiers.hub.audience"), {"base": {"reach": [700.0] * 3}})
    assert found.status == "fitted"
    assert found.held
    assert verdict(claim(fitted="x"), {"base": {"reach": [7.0] * 3}}).status == "does not hold"


def test_a_share_is_taken_within_each_replication():
    row = claim(figure=0.5, factor=1.0, divided_by="reach", divided_by_policy="none")
    values = {"base": {"reach": [1.0, 4.0, 1.0]}, "none": {"reach": [2.0, 8.0, 2.0]}}
    found = verdict(row, values)
    assert found.simulated.value == 0.5
    assert found.simulated.low == 0.5
    assert found.held


def test_a_division_by_nothing_cannot_be_told():
    row = claim(divided_by="reach", divided_by_policy="none")
    values = {"base": {"reach": [1.0] * 3}, "none": {"reach": [0.0] * 3}}
    assert verdict(row, values).status == "undefined"


def test_what_did_not_happen_in_most_replications_is_not_reproduced():
    never = verdict(claim(), {"base": {"reach": [math.nan] * 3}})
    assert never.status == "undefined"
    seldom = verdict(claim(), {"base": {"reach": [700.0, math.nan, math.nan]}})
    assert seldom.status == "undefined"
    assert "1 of 3" in seldom.text
    mostly = verdict(claim(), {"base": {"reach": [700.0, math.nan, 700.0]}})
    assert mostly.held
    assert "2 of 3" in mostly.text


def test_an_arm_that_was_not_run_is_told_as_such():
    found = verdict(claim(policy="faster"), {"base": {"reach": [700.0] * 3}})
    assert found.status == "not run"
    assert not found.broke


def test_only_claims_about_the_scenario_are_judged():
    assert judge([claim(scenario="september-2014")], results({"base": {}})) == []


def test_what_is_missing_is_told():
    bare = {"metric": None, "scenario": None}
    assert without_run(claim(**bare, needs="luck")).text == "needs luck"
    assert without_run(claim(**bare, not_comparable="no")).status == "not comparable"
    assert without_run(claim()).status == "not run"


# --- claims that held before ----------------------------------------------------------------------


def test_a_claim_that_held_and_does_not_is_broken():
    off = {"base": {"reach": [7.0] * 3}}
    assert verdict(claim(holds=True), off).broke
    assert not verdict(claim(holds=False), off).broke
    assert not verdict(claim(holds=True), {"base": {"reach": [700.0] * 3}}).broke
    assert verdict(claim(holds=True), {"base": {"reach": [math.nan] * 3}}).broke


def test_a_changed_scenario_breaks_no_claim_but_another_seed_may():
    off = {"base": {"reach": [7.0] * 3}}
    changed = verdict(claim(holds=True), off, changes={"returning.probability": 0.1})
    assert changed.status == "does not hold"
    assert not changed.broke
    assert "does not count" in changed.text
    assert verdict(claim(holds=True), off, changes={"seed": 99}).broke


def test_an_interrupted_run_breaks_no_claim():
    scenario = Scenario.from_yaml("minimal")
    told = {"base": {"reach": np.array([7.0])}}
    (found,) = judge([claim(holds=True)], Results(scenario, ("base",), (0,), told, {}, {}, {}))
    assert found.status == "does not hold"
    assert not found.broke


def test_what_holds_is_recorded_in_its_line_alone(tmp_path):
    path = tmp_path / "claims.yaml"
    path.write_text("# a comment\n" + ROW)
    (row,) = loads(ROW)
    values = {"base": {"followers_at_termination.hub": [700.0] * 3}}
    assert record(judge([row], results(values)), path) == ["S12"]
    assert path.read_text() == "# a comment\n" + ROW.replace("holds: false", "holds: true")
    assert record(judge(load(path), results(values)), path) == []
    values = {"base": {"followers_at_termination.hub": [7.0] * 3}}
    assert record(judge(load(path), results(values)), path) == ["S12"]
    assert path.read_text() == "# a comment\n" + ROW


def test_a_row_without_a_record_cannot_be_recorded(tmp_path):
    path = tmp_path / "claims.yaml"
    path.write_text(ROW.replace("    holds: false\n", ""))
    values = {"base": {"followers_at_termination.hub": [700.0] * 3}}
    with pytest.raises(AfterbanError, match="add `holds: false`"):
        record(judge(load(path), results(values)), path)


def test_a_changed_scenario_is_not_recorded(tmp_path):
    path = tmp_path / "claims.yaml"
    path.write_text(ROW)
    values = {"base": {"followers_at_termination.hub": [700.0] * 3}}
    verdicts = judge(load(path), results(values, changes={"returning.probability": 0.1}))
    assert record(verdicts, path) == []


def test_as_shipped_is_any_seed_and_number_of_replications():
    assert "minimal" in shipped_names()
    assert claims.is_as_shipped(results({"base": {}}, changes={"seed": 3}).scenario)
    assert not claims.is_as_shipped(results({"base": {}}, changes={"horizon": "9d"}).scenario)
    assert not claims.is_as_shipped(results({"base": {}}, changes={"name": "other"}).scenario)
