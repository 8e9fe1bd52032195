"""A sweep over a table of points: rows in the scenario, a file, a frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from afterban.errors import AfterbanError, ScenarioErrors
from afterban.experiment.design import points
from afterban.experiment.sweep import run_plan, sweep
from afterban.experiment.sweep_plan import again, plan_of
from afterban.scenario import Scenario, loads

START = """
schema_version: 1
name: small
start: 2014-09-01
horizon: 5 days
replications: 2
tiers:
  supporter: {count: 8, audience: 200, posts: 2 per day}
detection: {reports: 5000 per million impressions}
review: {time_to_action: {lognormal: {median: 24h, sigma: 1.0}}}
"""
MEDIAN = "review.time_to_action.lognormal.median"
ROWS = f"""
sweep:
  design: table
  rows:
    - {{returning.probability: 0.2, {MEDIAN}: 6h}}
    - {{returning.probability: 90 %, {MEDIAN}: 3d}}
    - {{{MEDIAN}: 0.25 d, returning.probability: 0.2}}
"""
CSV = f"returning.probability,{MEDIAN}\n0.2,6h\n\n90 %, 3d\n0.2,0.25 d\n"


def base() -> Scenario:
    return loads(START)


def of_file(folder: Path, text: str, name: str = "points.csv") -> Scenario:
    (folder / name).write_text(text, encoding="utf-8")
    (folder / "small.yaml").write_text(
        f"{START}\nsweep: {{design: table, table: {name}}}\n", encoding="utf-8"
    )
    return Scenario.from_yaml(folder / "small.yaml")


def frame() -> pd.DataFrame:
    return pd.DataFrame({"returning.probability": [0.2, 0.9, 0.2], MEDIAN: [0.25, 3.0, 0.25]})


def values(scenario: Scenario) -> list[dict[str, str]]:
    return [dict(point.values) for point in points(scenario.sweep, scenario.seed)]


# --- what is read ---------------------------------------------------------------------------------


def test_rows_a_file_and_a_frame_are_the_same_points(tmp_path: Path) -> None:
    expected = [
        {"returning.probability": "0.2", MEDIAN: "6h"},
        {"returning.probability": "0.9", MEDIAN: "3d"},
    ]
    frame().to_parquet(tmp_path / "points.parquet")
    (tmp_path / "small.yaml").write_text(
        f"{START}\nsweep: {{design: table, table: points.parquet}}\n", encoding="utf-8"
    )
    given = [
        loads(START + ROWS),
        Scenario.from_yaml(tmp_path / "small.yaml"),
        of_file(tmp_path, CSV),
        base().with_points(frame()),
        base().with_points(frame().to_dict("records")),
        base().with_points({name: frame()[name].to_numpy() for name in frame()}),
    ]
    for scenario in given:
        assert values(scenario) == expected
    assert len({plan_of(one).points for one in given}) == 1
    assert plan_of(given[0]).repeated == 1
    assert plan_of(given[0]).told.startswith("3 points asked for, 2 differ")


def test_numbers_of_python_keep_every_digit() -> None:
    exact = np.nextafter(0.3, 1)
    made = base().with_points({"returning.probability": [exact], MEDIAN: [np.float64(1) / 3]})
    found = points(made.sweep, 1)[0].numbers()
    assert found["returning.probability"] == exact
    assert found[MEDIAN] == pytest.approx(1 / 3, rel=1e-14)


def test_counts_truth_values_and_distributions_can_be_points() -> None:
    made = base().with_points(
        [
            {
                "tiers.supporter.count": 4.0,
                "promotion.on_start": True,
                "returning.delay": "{exponential: {mean: 2h}}",
            }
        ]
    )
    assert values(made) == [
        {
            "tiers.supporter.count": "4",
            "promotion.on_start": "true",
            "returning.delay": "{exponential: {mean: 2h}}",
        }
    ]


def test_what_a_sweep_says_beside_its_points_stays() -> None:
    arms = "policies: {slower: {review: {time_to_action: 7d}}}\n"
    swept = loads(
        START + arms + "sweep: {replications: 3, policies: [slower], parameters: "
        "{returning.probability: {values: [0.1]}}}"
    )
    made = swept.with_points(frame())
    assert (made.sweep.replications, made.sweep.policies) == (3, ["slower"])
    other = swept.with_points(frame(), replications=1, policies=["base"])
    assert (other.sweep.replications, other.sweep.policies) == (1, ["base"])


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        (f"returning.probability,{MEDIAN}\n0.2,6h\n\n1.4,3d\n", "4:1", "outside 0 to 1"),
        (f"returning.probability,{MEDIAN}\n0.2,6\n", "2:2", "did you mean `6 d`"),
        ("returning.probabilty\n0.2\n", "2:1", "did you mean `returning.probability`"),
        ("returning.probability,seed\n0.2\n", "2:1", "1 value, and the header 2"),
        ("returning.probability,replications\n0.2,3\n", "1:2", "not varied by a sweep"),
        ("returning.probability,returning.probability\n0.2,0.3\n", "1:2", "there twice"),
        (f"review.time_to_action,{MEDIAN}\n1d,2d\n", "1:2", "varies the same place"),
        ("returning.probability,\n0.2,1\n", "1:2", "has no path"),
        ("returning.probability;x\n0.2;1\n", "1:1", "separate columns by commas"),
        ('returning.probability,"x\n0.2,1\n', "1:1", "cannot be read"),
        (f"returning.probability,{MEDIAN}\n0.2,\n", "2:2", "there is no value"),
        ("a],c\n1,2\n", "1:1", "is not a path"),
    ],
)
def test_a_fault_of_a_table_has_line_and_column(
    text: str, place: str, told: str, tmp_path: Path
) -> None:
    with pytest.raises(ScenarioErrors) as caught:
        of_file(tmp_path, text)
    assert f"points.csv:{place}: " in str(caught.value)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no header"),
        ("returning.probability\n", "no rows"),
        ("returning.probability\n\n\n", "no rows"),
    ],
)
def test_a_table_without_points_is_refused(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioErrors, match=told):
        of_file(tmp_path, text)


def test_a_table_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_bytes(b"returning.probability\n\xff\n")
    of_bytes = START + "\nsweep: {design: table, table: points.csv}\n"
    (tmp_path / "small.yaml").write_text(of_bytes, encoding="utf-8")
    with pytest.raises(ScenarioErrors, match="not UTF-8"):
        Scenario.from_yaml(tmp_path / "small.yaml")
    (tmp_path / "points.csv").unlink()
    with pytest.raises(ScenarioErrors, match="there is no file"):
        Scenario.from_yaml(tmp_path / "small.yaml")
    (tmp_path / "points.parquet").write_bytes(b"nonsense")
    (tmp_path / "small.yaml").write_text(
        START + "\nsweep: {design: table, table: points.parquet}\n", encoding="utf-8"
    )
    with pytest.raises(ScenarioErrors, match="not a Parquet file"):
        Scenario.from_yaml(tmp_path / "small.yaml")


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("{design: table}", "or neither"),
        ("{design: table, rows: [{returning.probability: 0.1}], table: x.csv}", "there is no file"),
        ("{design: table, rows: [{returning.probability: 0.1}], points: 3}", "remove `points`"),
        ("{rows: [{returning.probability: 0.1}]}", "write `design: table`"),
        (
            "{design: table, rows: [{returning.probability: 0.1}], "
            "parameters: {returning.fatigue: {values: [1]}}}",
            "remove them",
        ),
        (
            "{design: table, rows: [{returning.probability: 0.1}, {returning.fatigue: 1}]}",
            "same paths in every row",
        ),
    ],
)
def test_a_section_that_is_no_table_is_refused(section: str, told: str) -> None:
    with pytest.raises(ScenarioErrors, match=told):
        loads(START + f"sweep: {section}\n")


def test_a_fault_of_a_row_has_its_place() -> None:
    bad = ROWS.replace("90 %", "140 %")
    with pytest.raises(ScenarioErrors) as caught:
        loads(START + bad, "here.yaml")
    line = (START + bad).splitlines().index(f"    - {{returning.probability: 140 %, {MEDIAN}: 3d}}")
    assert f"here.yaml:{line + 1}:" in str(caught.value)


@pytest.mark.parametrize("given", [[], {}, [{}], {"a": [1], "b": [1, 2]}])
def test_no_points_from_python_are_refused(given: object) -> None:
    with pytest.raises(AfterbanError):
        base().with_points(given)


# --- what is run ----------------------------------------------------------------------------------


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.suffix in (".parquet", ".json")}


def test_a_table_is_run_stopped_and_grown_as_any_sweep(tmp_path: Path) -> None:
    made = base().with_points(frame())
    whole = sweep(made, tmp_path / "whole", workers=1)
    assert whole is not None
    table = whole.frame()
    assert table[MEDIAN].tolist() == [0.25, 0.25, 3.0, 3.0]
    assert len(table) == 4

    def stop(done: int, _: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(made, tmp_path / "cut", workers=1, progress=stop)
    cut = sweep(made, tmp_path / "cut", workers=1, resume=True)
    assert cut is not None
    assert cut.run < 4
    assert bytes_of(cut.folder) == bytes_of(whole.folder)

    longer = pd.concat([frame(), pd.DataFrame({"returning.probability": [0.5], MEDIAN: [1.0]})])
    grown = sweep(base().with_points(longer), tmp_path / "cut", workers=1, expand=True)
    assert grown is not None
    assert (grown.run, len(grown.plan.points)) == (2, 3)
    assert grown.folder == cut.folder


def test_a_folder_of_a_table_can_be_run_again_without_the_file(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    whole = sweep(of_file(there, CSV), tmp_path / "whole", workers=1)
    assert whole is not None
    (there / "points.csv").unlink()
    scenario, plan = again(whole.folder)
    assert plan.points == whole.plan.points
    done = run_plan(scenario, plan, tmp_path / "again", workers=1)
    assert done is not None
    assert done.table.read_bytes() == whole.table.read_bytes()
