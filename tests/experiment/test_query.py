from __future__ import annotations

import datetime
import shutil
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from afterban.errors import AfterbanError, FileWarning, MissingExtra
from afterban.experiment.query import query, sql_name
from afterban.experiment.run import run
from afterban.experiment.sweep import sweep
from afterban.scenario import loads

TEXT = """
schema_version: 1
name: small
start: 2014-09-01
horizon: 20 days
tiers:
  hub: {count: 2, audience: 900, posts: 5 per day}
  supporter: {count: 40, audience: 200, posts: 2 per day}
detection: {reports: 20_000 per million impressions}
review: {time_to_action: {lognormal: {median: 24h, sigma: 1.0}}}
sweep:
  replications: 3
  policies: [base, none]
  parameters:
    review.time_to_action.lognormal.median: {values: [1h, 7d]}
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("results")
    sweep(loads(TEXT), out, workers=1)
    return out


def test_sql_over_a_sweep(results: Path) -> None:
    answer = query(
        "SELECT review_time_to_action_lognormal_median AS median, avg(effective_reach) AS reach, "
        "avg(effective_reach_hub) AS hub, count(*) AS n FROM sweep "
        "WHERE policy = 'base' GROUP BY ALL ORDER BY median",
        results,
    )
    assert answer.columns == ("median", "reach", "hub", "n")
    assert [row[3] for row in answer.rows] == [3, 3]
    assert [row[0] for row in answer.rows] == pytest.approx([1 / 24, 7.0])
    assert 0 < answer.rows[0][1] < answer.rows[1][1] < 1


def test_the_folder_of_one_sweep_may_be_given(results: Path) -> None:
    (folder,) = results.glob("small/sweep-*")
    assert query("SELECT count(*) FROM sweep", folder).rows == ((12,),)


def test_what_is_finished_of_a_sweep_can_be_asked(tmp_path: Path) -> None:
    def stop(done: int, tasks: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(loads(TEXT), tmp_path, workers=1, progress=stop)
    with pytest.warns(FileWarning, match="this sweep is unfinished: 2 of 6 replications"):
        assert query("SELECT count(*) FROM sweep", tmp_path).rows == ((4,),)


def test_refusals_are_one_message(results: Path, tmp_path: Path) -> None:
    with pytest.raises(AfterbanError, match="there are no results here"):
        query("SELECT 1", tmp_path)
    with pytest.raises(AfterbanError, match=r"the query is refused: .*\n(.*\n)*.*tables `sweep`"):
        query("SELECT nothing FROM sweep", results)
    with pytest.raises(AfterbanError, match="the query is refused"):
        query("SELEC", results)


@pytest.mark.parametrize("sql", ["", " ;\n"])
def test_an_empty_query_is_refused(results: Path, sql: str) -> None:
    with pytest.raises(AfterbanError, match="the query is empty"):
        query(sql, results)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("sweep.parquet", b"PAR1", "not the file that was written .*cut off or changed"),
        ("manifest.json", b"{", "manifest.json: this file is damaged"),
        ("manifest.json", b'{"format": 1, "points": []}', "not the manifest of a sweep"),
        ("manifest.json", b'{"format": 1, "points": 3}', "not the manifest of a sweep"),
        ("manifest.json", b'{"format": 9, "points": []}', "has format 9"),
    ],
)
def test_a_damaged_sweep_is_told(
    results: Path, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    copy = tmp_path / "results"
    shutil.copytree(results, copy)
    (folder,) = copy.glob("small/sweep-*")
    if name != "sweep.parquet":
        (folder / "sweep.parquet").unlink()
    (folder / name).write_bytes(content)
    with pytest.raises(AfterbanError, match=message):
        query("SELECT 1 FROM sweep", copy)
    if name != "sweep.parquet":
        with pytest.raises(AfterbanError):
            sweep(loads(TEXT), copy, workers=1)


def test_the_missing_package_is_named(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(MissingExtra, match=r"pip install 'afterban\[sweep\]'"):
        query("SELECT 1", results)


def test_names_need_no_quotes() -> None:
    assert sql_name("reach_people.hub") == "reach_people_hub"
    assert sql_name("detection.regimes[0].reports") == "detection_regimes_0_reports"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM '{file}'",
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM parquet_metadata('{folder}/a.parquet')",
        "COPY (SELECT 1) TO '{folder}/new.csv'",
        "COPY sweep TO '{folder}/new.parquet' (FORMAT parquet)",
        "ATTACH '{folder}/new.db'",
        "EXPORT DATABASE '{folder}/new'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET temp_directory = '{folder}/new'",
        "SET allowed_directories = ['{folder}']",
        "SELECT * FROM 'https://example.org/a.csv'",
        "SELECT 1; SELECT * FROM '{file}'",
        "SELECT * FROM secret",
    ],
)
def test_a_query_sees_the_results_alone(results: Path, tmp_path: Path, sql: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text("a\n1\n")
    secret = pa.table({"a": [1]})  # of this program, not of the results
    assert len(secret) == 1
    with pytest.raises(AfterbanError, match="the query is refused"):
        query(sql.format(file=file, folder=tmp_path), results)
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.slow
def test_tables_of_a_run_are_read_and_checked(tmp_path: Path) -> None:
    scenario = loads(TEXT.partition("sweep:")[0]).with_changes({"replications": 2})
    made = run(scenario, workers=1, out=tmp_path)
    assert made.folder is not None
    names = ("summary", "replications", "timeseries", "survival", "lives", "accounts")
    for name in names:
        ((count,),) = query(f"SELECT count(*) FROM {name}", tmp_path).rows
        assert count > 3
    listing = query("SHOW TABLES", tmp_path).rows
    assert {row[0] for row in listing} == set(names)
    ((first,),) = query("SELECT min(date) FROM timeseries", tmp_path).rows
    assert str(first) == "2014-09-01"
    assert type(first) is datetime.date
    path = made.folder / "summary.csv"
    path.write_text(path.read_text().replace("0.", "3."))
    with pytest.raises(AfterbanError, match=r"summary\.csv: .* cut off or changed"):
        query("SELECT * FROM Summary", tmp_path)
    # The others are as they were.
    assert query("SELECT count(*) FROM accounts", tmp_path).rows[0][0] > 3
