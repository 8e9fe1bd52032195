"""Sweeps that are killed, stopped, resumed and expanded end with the bytes of one that was not."""

from __future__ import annotations

import errno
import importlib.util
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
contents, parts = helpers.contents, helpers.parts


@pytest.fixture
def scenario_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scenario") / "small.yaml"
    path.write_text(SWEPT, encoding="utf-8")
    return path


def run(out: Path, text: str = SWEPT, **arguments):
    arguments = {"engine": "reference", "workers": 1, **arguments}
    return sweep(loads(text), out, **arguments)


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
    for outcome in run_replication(scenario, ["base", "faster"], replication=2, engine="reference"):
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
    before = {path: path.stat().st_mtime_ns for path in parts(whole)}
    finished = run(whole)
    assert finished is not None
    assert finished.run == 0
    assert {path: path.stat().st_mtime_ns for path in parts(whole)} == before


def test_an_interrupted_sweep_ends_with_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    def stop(done: int, tasks: int) -> None:
        if done == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, progress=stop)
    kept = {path: path.stat().st_mtime_ns for path in parts(tmp_path)}
    assert len(kept) == 7
    with pytest.raises(
        AfterbanError, match=r"7 of 24 replications .* are finished; add `--resume`"
    ):
        run(tmp_path)
    finished = run(tmp_path, resume=True)
    assert finished is not None
    assert finished.run == 17
    assert contents(tmp_path) == contents(whole)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept, "one was run again"


def test_what_a_crash_leaves_behind_is_cleared(whole: Path, tmp_path: Path) -> None:
    def stop(done: int, tasks: int) -> None:
        if done == 9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, progress=stop)
    first, second, third = parts(tmp_path)[:3]
    first.write_bytes(first.read_bytes()[:-20])  # cut off
    second.write_bytes(b"")  # empty, as some file systems leave it after a power cut
    third.with_name(".000009.parquet.123.tmp").write_bytes(b"half")
    finished = run(tmp_path, resume=True)
    assert finished is not None
    assert finished.run == 24 - 9 + 2
    assert contents(tmp_path) == contents(whole)


def test_a_full_disk_keeps_what_is_finished(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, left = pq.write_table, [5]

    def fills_up(table, where, **options):
        if left[0] == 0:
            where.write(b"PAR1 and no more")
            raise OSError(errno.ENOSPC, "No space left on device")
        left[0] -= 1
        write(table, where, **options)

    monkeypatch.setattr(pq, "write_table", fills_up)
    with pytest.raises(
        AfterbanError, match=r"the disk is full; what is finished is kept.*--resume"
    ):
        run(tmp_path)
    assert len(parts(tmp_path)) == 5
    assert not list(tmp_path.rglob("*.tmp"))
    monkeypatch.undo()
    finished = run(tmp_path, resume=True)
    assert finished is not None
    assert finished.run == 19
    assert contents(tmp_path) == contents(whole)


def test_a_limit_on_the_size_of_files_is_met_at_the_table(
    whole: Path, tmp_path: Path, scenario_file: Path
) -> None:
    """A real refusal by the system, at the one file that is larger than the limit."""
    size = max(path.stat().st_size for path in parts(whole)) + 1000
    (table,) = whole.glob("small/sweep-*/sweep.parquet")
    assert table.stat().st_size > size
    command = [sys.executable, "-m", "afterban", "sweep", scenario_file, "--out", tmp_path]
    stopped = subprocess.run(
        [*command, "--engine", "reference", "--workers", "1"],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert stopped.returncode == 2, stopped.stderr
    assert "--resume" in stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert len(parts(tmp_path)) == 24
    finished = run(tmp_path, resume=True)
    assert finished is not None
    assert finished.run == 0
    assert contents(tmp_path) == contents(whole)


# --- killed for real -----------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_kill_9_loses_nothing_that_is_finished(
    whole: Path, tmp_path: Path, scenario_file: Path, workers: int
) -> None:
    options = ("--out", tmp_path, "--engine", "reference", "--workers", workers)
    for goal in (4, 9):
        command = Command("sweep", scenario_file, *options, "--resume")
        command.until(lambda goal=goal: len(parts(tmp_path)) >= goal)
        command.kill_all()
    kept = {path: path.stat().st_mtime_ns for path in parts(tmp_path)}
    assert 9 <= len(kept) < 24, "it must be killed in the middle, or this proves nothing"
    code, said = afterban("sweep", scenario_file, *options, "--resume")
    assert code == 0, said
    assert contents(tmp_path) == contents(whole)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept, "one was run again"


@pytest.mark.slow
def test_ctrl_c_says_how_to_go_on(whole: Path, tmp_path: Path, scenario_file: Path) -> None:
    options = ("--out", tmp_path, "--engine", "reference", "--workers", 1)
    command = Command("sweep", scenario_file, *options)
    command.until(lambda: len(parts(tmp_path)) >= 5)
    code, said = command.signal(signal.SIGINT)
    assert code == 130, said
    assert "finished and kept" in said
    assert "--resume" in said
    assert "Traceback" not in said
    assert 5 <= len(parts(tmp_path)) < 24
    code, said = afterban("sweep", scenario_file, *options, "--resume")
    assert code == 0, said
    assert contents(tmp_path) == contents(whole)


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
    monkeypatch.setattr(sweep_module, "fingerprint", lambda: "0.0.9+00000000")
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
    for part in parts(tmp_path):
        part.write_text("mine too")
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
    used = sum(path.stat().st_size for path in parts(whole))
    assert 0.5 < told[0].disk_bytes / used < 2


@pytest.mark.parametrize("free", [1e3, 1e8])
def test_what_cannot_fit_into_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: float
) -> None:
    monkeypatch.setattr(sweep_module, "memory_available", lambda: free)
    with pytest.raises(AfterbanError, match=r"of memory"):
        run(tmp_path)
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
    (outcome,) = run_replication(scenario, ["faster"], engine="reference")
    names = store_module.metric_names(scenario, ["faster"])
    assert set(outcome.metrics) <= set(names), "a metric would be lost"
