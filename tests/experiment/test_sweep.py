"""Sweeps that are killed, stopped, resumed and expanded end with the bytes of one that was not."""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from afterban.errors import AfterbanError
from afterban.experiment import store as store_module
from afterban.experiment import sweep as sweep_module
from afterban.experiment import sweep_plan
from afterban.experiment.replicate import run_replication
from afterban.experiment.sweep import sweep
from afterban.results import column_of
from afterban.scenario import Scenario, loads

_spec = importlib.util.spec_from_file_location("helpers", Path(__file__).with_name("helpers.py"))
assert _spec is not None
assert _spec.loader is not None
helpers = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(helpers)
SWEPT, Command, afterban = helpers.SWEPT, helpers.Command, helpers.afterban
contents, parts, journal = helpers.contents, helpers.parts, helpers.journal


@pytest.fixture
def scenario_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scenario") / "small.yaml"
    path.write_text(SWEPT, encoding="utf-8")
    return path


def run(out: Path, text: str = SWEPT, **arguments):
    return sweep(loads(text), out, **{"workers": 1, **arguments})


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep that nothing happened to."""
    out = tmp_path_factory.mktemp("whole")
    finished = run(out)
    assert finished is not None
    assert finished.run == 24
    return out


# --- what is in it -------------------------------------------------------------------------------


def test_the_table_has_what_plain_replications_give(whole: Path) -> None:
    (path,) = whole.glob("small/sweep-*/sweep.parquet")
    frame = pq.read_table(path).to_pandas()
    assert len(frame) == 6 * 4 * 2
    assert list(frame.columns[:6]) == [
        "point",
        "point_key",
        "replication",
        "policy",
        "review.time_to_action.lognormal.median",
        "returning.probability",
    ]
    row = frame[(frame.point == 3) & (frame.replication == 2)]
    assert row["review.time_to_action.lognormal.median"].tolist() == [1.0, 1.0]
    assert row["returning.probability"].tolist() == [0.9, 0.9]
    scenario = loads(SWEPT).with_changes(
        {"review.time_to_action.lognormal.median": "1d", "returning.probability": 0.9}
    )
    for outcome in run_replication(scenario, ["base", "faster"], replication=2):
        stored = row[row.policy == outcome.policy]
        assert len(outcome.metrics) > 30
        for name, value in outcome.metrics.items():
            np.testing.assert_array_equal(stored[column_of(name)].item(), value, err_msg=name)


def test_points_share_their_random_numbers(whole: Path) -> None:
    (path,) = whole.glob("small/sweep-*/sweep.parquet")
    frame = pq.read_table(path).to_pandas()
    # The arm `faster` sets the median itself, so that the varied median changes nothing in it.
    faster = frame[(frame.policy == "faster") & (frame["returning.probability"] == 0.5)]
    for _, same in faster.groupby("replication"):
        assert len(same) == 3
        assert same["effective_reach"].nunique() == 1
    assert faster["effective_reach"].nunique() == 4


# --- the same bytes ------------------------------------------------------------------------------


def test_workers_change_no_byte(whole: Path, tmp_path: Path) -> None:
    run(tmp_path, workers=2)
    assert contents(tmp_path) == contents(whole)


def test_a_second_run_does_nothing(whole: Path) -> None:
    before = journal(whole).stat().st_mtime_ns
    finished = run(whole)
    assert finished is not None
    assert finished.run == 0
    assert journal(whole).stat().st_mtime_ns == before


def test_an_interrupted_sweep_ends_with_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    def stop(done: int, tasks: int) -> None:
        if done == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, progress=stop)
    assert len(parts(tmp_path)) == 7
    with pytest.raises(
        AfterbanError, match=r"7 of 24 replications .* are finished; add `--resume`"
    ):
        run(tmp_path)
    finished = run(tmp_path, resume=True)
    assert finished is not None
    assert finished.run == 17
    assert contents(tmp_path) == contents(whole)


def test_what_a_crash_leaves_behind_is_cleared(whole: Path, tmp_path: Path) -> None:
    def stop(done: int, tasks: int) -> None:
        if done == 9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, progress=stop)
    records = parts(tmp_path)
    size = len(records[0])
    records[2] = bytes(size)  # as some file systems leave it after a power cut
    records[4] = records[3]
    journal(tmp_path).write_bytes(b"".join(records)[: 8 * size + 20])  # the last is cut off
    journal(tmp_path).with_name(".sweep.parquet.123.tmp").write_bytes(b"half")
    finished = run(tmp_path, resume=True)
    assert finished is not None
    assert finished.run == 24 - 9 + 3
    assert contents(tmp_path) == contents(whole)


@pytest.mark.slow
@pytest.mark.parametrize("at", ["journal", "table"])
def test_a_limit_on_the_size_of_files_keeps_what_is_finished(
    whole: Path, tmp_path: Path, scenario_file: Path, at: str
) -> None:
    """A real refusal by the system, in the middle of a record or of the table."""
    records = parts(whole)
    size = int(10.5 * len(records[0])) if at == "journal" else 24 * len(records[0]) + 1000
    (table,) = whole.glob("small/sweep-*/sweep.parquet")
    assert table.stat().st_size > size
    command = [sys.executable, "-m", "afterban", "sweep", scenario_file, "--out", tmp_path]
    stopped = subprocess.run(
        [*command, "--workers", "1"],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert stopped.returncode == 2, stopped.stderr
    assert "--resume" in stopped.stderr
    assert "Traceback" not in stopped.stderr
    kept = 10 if at == "journal" else 24
    assert len(parts(tmp_path)) == kept
    assert journal(tmp_path).stat().st_size == kept * len(records[0])
    assert not list(tmp_path.rglob("*.tmp"))
    finished = run(tmp_path, resume=True)
    assert finished is not None
    assert finished.run == 24 - kept
    assert contents(tmp_path) == contents(whole)


# --- killed for real -----------------------------------------------------------------------------


LONG = SWEPT.replace("replications: 4", "replications: 16")


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep that takes seconds, and that nothing happened to."""
    out = tmp_path_factory.mktemp("long")
    run(out, LONG, workers=2, engine="reference")
    return out


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_kill_9_loses_nothing_that_is_finished(
    long: Path, tmp_path: Path, scenario_file: Path, workers: int
) -> None:
    scenario_file.write_text(LONG)
    options = ("--out", tmp_path, "--engine", "reference", "--workers", workers)
    for _ in range(2):
        goal = len(parts(tmp_path)) + 1
        command = Command("sweep", scenario_file, *options, "--resume")
        command.until(lambda goal=goal: len(parts(tmp_path)) >= goal)
        command.kill_all()
    kept = parts(tmp_path)
    assert 2 <= len(kept) < 96, "it must be killed in the middle, or this proves nothing"
    code, said = afterban("sweep", scenario_file, *options, "--resume")
    assert code == 0, said
    assert f"{96 - len(kept)} run now" in said, "one was run again"
    assert contents(tmp_path) == contents(long)


@pytest.mark.slow
def test_ctrl_c_says_how_to_go_on(long: Path, tmp_path: Path, scenario_file: Path) -> None:
    scenario_file.write_text(LONG)
    options = ("--out", tmp_path, "--engine", "reference", "--workers", 1)
    command = Command("sweep", scenario_file, *options)
    command.until(lambda: len(parts(tmp_path)) >= 5)
    code, said = command.signal(signal.SIGINT)
    assert code == 130, said
    assert "finished and kept" in said
    assert "--resume" in said
    assert "Traceback" not in said
    assert 5 <= len(parts(tmp_path)) < 96
    code, said = afterban("sweep", scenario_file, *options, "--resume")
    assert code == 0, said
    assert contents(tmp_path) == contents(long)


@pytest.mark.slow
def test_two_at_once_are_refused(tmp_path: Path, scenario_file: Path) -> None:
    options = ("--out", tmp_path, "--engine", "reference", "--workers", 1, "--reps", 200)
    command = Command("sweep", scenario_file, *options)
    command.until(lambda: len(parts(tmp_path)) >= 1)
    code, said = afterban("sweep", scenario_file, *options, "--resume")
    command.kill_all()
    assert code == 2
    assert "another afterban is running this sweep" in said


# --- grown ---------------------------------------------------------------------------------------


def test_a_grown_sweep_has_the_bytes_of_a_large_one(whole: Path, tmp_path: Path) -> None:
    small = SWEPT.replace("[1h, 1d, 7d]", "[1d, 7d]").replace("replications: 4", "replications: 3")
    assert small != SWEPT
    run(tmp_path, small)
    with pytest.raises(AfterbanError, match="add `--expand`"):
        run(tmp_path)
    with pytest.raises(AfterbanError, match="add `--expand`"):
        run(tmp_path, resume=True)
    finished = run(tmp_path, expand=True)
    assert finished is not None
    assert finished.run == 24 - 12
    assert contents(tmp_path) == contents(whole)


def test_a_smaller_section_takes_nothing_away(whole: Path, tmp_path: Path) -> None:
    run(tmp_path, SWEPT.replace("replications: 4", "replications: 5"))
    finished = run(tmp_path, SWEPT.replace("[1h, 1d, 7d]", "[2h]"), expand=True)
    assert finished is not None
    assert len(finished.plan.points) == 8
    assert finished.plan.replications == 5
    assert finished.run == 2 * 5


def test_sobol_grows_by_its_next_points(tmp_path: Path) -> None:
    text = SWEPT.partition("sweep:")[0] + (
        "sweep: {design: sobol, points: 4, replications: 1, policies: [base], "
        "parameters: {returning.probability: {from: 0.1, to: 0.9}}}"
    )
    run(tmp_path / "a", text)
    grown = run(tmp_path / "a", text.replace("points: 4", "points: 8"), expand=True)
    whole = run(tmp_path / "b", text.replace("points: 4", "points: 8"))
    assert grown is not None
    assert whole is not None
    assert (grown.run, whole.run) == (4, 8)
    assert grown.table.read_bytes() == whole.table.read_bytes()


# --- refusals and forecasts ----------------------------------------------------------------------


def test_another_version_cannot_continue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path, SWEPT.replace("replications: 4", "replications: 1"))
    monkeypatch.setattr(sweep_plan, "fingerprint", lambda: "0.0.9+00000000")
    with pytest.raises(AfterbanError, match=r"started with afterban .* and this is 0\.0\.9"):
        run(tmp_path, expand=True)


def test_a_scenario_without_a_sweep_is_told_how(tmp_path: Path) -> None:
    with pytest.raises(AfterbanError, match="has no `sweep` section; write one"):
        run(tmp_path, SWEPT.partition("sweep:")[0])
    with pytest.raises(AfterbanError, match="no arm `fastest`"):
        run(tmp_path, policies=["fastest"])


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    finished = run(tmp_path, SWEPT.replace("replications: 4", "replications: 1"))
    assert finished is not None
    (finished.folder / "manifest.json").write_text("mine")
    journal(tmp_path).write_text("mine too")
    for resume in (False, True):
        with pytest.raises(AfterbanError, match="holds no sweep, so it is left alone"):
            run(tmp_path, resume=resume)


@pytest.mark.parametrize("name", ["manifest.json", "scenario.resolved.yaml"])
def test_a_damaged_plan_is_written_anew_from_parts_that_prove_themselves(
    whole: Path, tmp_path: Path, name: str
) -> None:
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    (file,) = tmp_path.glob(f"small/sweep-*/{name}")
    file.write_bytes(file.read_bytes()[:-30])
    with pytest.raises(AfterbanError, match=r"is damaged; add `--resume`"):
        run(tmp_path)
    finished = run(tmp_path, resume=True)
    assert finished is not None
    assert finished.run == 0
    assert contents(tmp_path) == contents(whole)


def test_a_dry_run_tells_and_writes_nothing(tmp_path: Path) -> None:
    told = []
    assert run(tmp_path, dry_run=True, forecast=told.append) is None
    (forecast,) = told
    assert list(tmp_path.iterdir()) == []
    assert (forecast.tasks, forecast.finished, forecast.left) == (24, 0, 24)
    assert 0 < forecast.seconds_per_task <= forecast.seconds
    assert 0 < forecast.memory_bytes < forecast.memory_available
    assert "24 of 24 replications to run" in forecast.words()


def test_the_forecast_of_the_disk_is_right(whole: Path, tmp_path: Path) -> None:
    told = []
    run(tmp_path, dry_run=True, forecast=told.append)
    (folder,) = whole.glob("small/sweep-*")
    used = sum((folder / name).stat().st_size for name in ("replications.journal", "sweep.parquet"))
    assert 0.5 < told[0].disk_bytes / used < 2


@pytest.mark.slow
@pytest.mark.parametrize("free", [1e3, 1e8])
def test_what_cannot_fit_into_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: float
) -> None:
    monkeypatch.setattr(sweep_module, "memory_available", lambda: free)
    with pytest.raises(AfterbanError, match=r"of memory"):
        run(tmp_path, workers=2, engine="reference")  # whose workers are processes
    assert parts(tmp_path) == []


def test_a_network_too_large_is_refused_before_it_is_made(tmp_path: Path) -> None:
    text = SWEPT.replace("count: 120", "count: 90_000_000_000")
    with pytest.raises(AfterbanError, match=r"90,000,000,000 operators needs .* or more"):
        run(tmp_path, text, dry_run=True)


def test_what_cannot_fit_onto_the_disk_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        sweep_module.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 1000})
    )
    with pytest.raises(AfterbanError, match="on the disk, and 1 kB are free"):
        run(tmp_path)


def test_metrics_of_a_plan_are_those_of_a_replication() -> None:
    scenario = Scenario.from_text(SWEPT)
    (outcome,) = run_replication(scenario, ["faster"])
    names = store_module.metric_names(scenario, ["faster"])
    assert set(outcome.metrics) <= set(names), "a metric would be lost"


# --- asked for and done, types -------------------------------------------------------------------

REPEATED = """
schema_version: 1
name: small
start: 2014-09-01
horizon: 5 days
seed: 3
tiers: {supporter: {count: 20, audience: 200, posts: 2 per day}}
detection: {classifier: 0.05 per post}
sweep:
  design: latin-hypercube
  points: 12
  replications: 1
  policies: [base]
  parameters:
    promotion.on_start: {values: [true, false]}
    tiers.supporter.count: {from: 18, to: 20}
"""


def test_points_that_repeat_others_are_told_everywhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from afterban.cli import main
    from afterban.report.html import page_of_sweep
    from afterban.report.sweeps import read_sweep

    told: list[sweep_module.Forecast] = []
    finished = run(tmp_path, REPEATED, forecast=told.append)
    assert finished is not None
    said = "12 points asked for, 6 differ (6 repeat another)"
    assert (finished.plan.asked, finished.plan.repeated) == (12, 6)
    assert finished.plan.told == said
    assert told[0].words().startswith(f"{said}: 6 of 6 replications to run")
    assert store_module.Store(finished.folder).plan() == finished.plan
    assert said in page_of_sweep(read_sweep(finished.folder))
    path = tmp_path / "repeated.yaml"
    path.write_text(REPEATED)
    common = ["sweep", str(path), "--out", str(tmp_path)]
    assert main(common) == 0
    assert f"small: {said}, 1 replications of 1 arm; 0 run now" in capsys.readouterr().out
    assert main([*common, "--json"]) == 0
    told_in_json = json.loads(capsys.readouterr().out)
    assert [told_in_json[key] for key in ("points", "points_asked", "points_repeated")] == [
        6,
        12,
        6,
    ]


def test_nothing_is_said_of_points_that_all_differ(tmp_path: Path) -> None:
    told: list[sweep_module.Forecast] = []
    finished = run(tmp_path, REPEATED.replace("points: 12", "points: 2"), forecast=told.append)
    assert finished is not None
    assert finished.plan.told == "2 points"
    assert "asked" not in told[0].words()
    grid = SWEPT.replace("[1h, 1d, 7d]", "[1h, 24h, 1d]").replace(
        "replications: 4", "replications: 1"
    )
    grown = run(tmp_path / "grid", grid)
    assert grown is not None
    assert grown.plan.told == "6 points asked for, 4 differ (2 repeat another)"


def test_columns_have_the_types_of_what_is_varied(tmp_path: Path) -> None:
    text = (
        REPEATED.partition("sweep:")[0].replace("5 days", "20 days")
        + """
platforms: {main: {users: 1000}, other: {users: 200}}
sweep:
  replications: 1
  policies: [none]
  parameters:
    promotion.on_start: {values: [true, false]}
    tiers.supporter.count: {values: [18, 19]}
    metrics.start: {values: [2014-09-02, 2014-09-03]}
    review.time_to_action: {values: [1h, "{exponential: {mean: 2h}}"]}
    returning.probability: {values: [0.5, 1]}
"""
    )
    finished = run(tmp_path, text)
    assert finished is not None
    table = pq.read_table(finished.table)
    kinds = {name: str(table.schema.field(name).type) for name in finished.plan.paths}
    assert kinds == {
        "promotion.on_start": "bool",
        "tiers.supporter.count": "int64",
        "metrics.start": "date32[day]",
        "review.time_to_action": "string",
        "returning.probability": "double",
    }
    assert table["promotion.on_start"].to_pylist() == [True] * 16 + [False] * 16
    assert set(table["tiers.supporter.count"].to_pylist()) == {18, 19}
    assert set(table["metrics.start"].to_pylist()) == {dt.date(2014, 9, 2), dt.date(2014, 9, 3)}
    assert set(table["review.time_to_action"].to_pylist()) == {"1h", "{exponential: {mean: 2h}}"}


# --- many small points ---------------------------------------------------------------------------


def test_the_table_has_few_large_groups_whatever_the_points(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = whole.glob("small/sweep-*/sweep.parquet")
    assert pq.ParquetFile(path).num_row_groups == 1  # it had one for each of 6 points
    monkeypatch.setattr(store_module, "ROWS", 20)
    run(tmp_path)
    (small,) = tmp_path.glob("small/sweep-*/sweep.parquet")
    groups = pq.ParquetFile(small)
    assert [groups.metadata.row_group(k).num_rows for k in range(3)] == [20, 20, 8]
    assert pq.read_table(small).to_pandas().equals(pq.read_table(path).to_pandas())


def test_no_scenario_is_read_anew_for_each_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from afterban.language.reading import Reader

    read, count = Reader.section, [0]

    def counted(self, cls, node, path, partial=False):
        count[0] += 1
        return read(self, cls, node, path, partial)

    monkeypatch.setattr(Reader, "section", counted)
    text = REPEATED.replace("{from: 18, to: 20}", "{from: 1, to: 2}")
    sections = []
    for points in (8, 48):
        more = text.replace("points: 12", f"points: {points}").replace(
            "{values: [true, false]}",
            "{values: [true, false]}\n    returning.probability: {from: 0, to: 1}",
        )
        count[0] = 0
        finished = run(tmp_path / str(points), more)
        assert finished is not None
        assert len(finished.plan.points) == points
        sections.append(count[0])
    # The three sections that hold what is varied and the whole, once to look at the point and once
    # to run it; a scenario has some 25.
    assert (sections[1] - sections[0]) / 40 <= 8


@pytest.mark.slow
def test_the_forecast_is_right_within_a_factor_of_two(tmp_path: Path) -> None:
    """In a process of its own, since the most memory that this one ever had is not the sweep's."""
    script = tmp_path / "many.py"
    script.write_text(
        "import resource, sys, time\n"
        "from afterban.experiment.sweep import sweep\n"
        "from afterban.scenario import load\n"
        "told = []\n"
        "def forecast(found):\n"
        "    told[:] = [found, time.monotonic()]\n"
        "done = sweep(load(sys.argv[1]), sys.argv[2], workers=2, forecast=forecast)\n"
        "print(told[0].seconds, time.monotonic() - told[1])\n"
        "print(told[0].memory_bytes, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)\n"
        "print(told[0].disk_bytes, sum(p.stat().st_size for p in done.folder.iterdir()))\n"
        "print(1e7, done.table.stat().st_size * 2)\n"
    )
    path = tmp_path / "many.yaml"
    path.write_text(
        REPEATED.replace("points: 12", "points: 3000").replace(
            "{values: [true, false]}",
            "{values: [true, false]}\n    returning.probability: {from: 0, to: 1}",
        )
    )
    told = subprocess.run(
        [sys.executable, script, path, tmp_path / "out"], capture_output=True, text=True, check=True
    )
    pairs = [tuple(map(float, line.split())) for line in told.stdout.splitlines()]
    for forecast, found in pairs[:3]:
        assert 0.5 < forecast / found < 2
    assert pairs[3][1] < pairs[3][0], "the table is no larger than its values"
