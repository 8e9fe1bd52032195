"""Places that cannot be written, full disks, files that were cut off, and runs that were killed."""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from afterban import results
from afterban.cli import main
from afterban.errors import AfterbanError
from afterban.results import folder as folders

FAST = ("--workers", "1", "-q", "--no-figures")


@pytest.fixture
def file(small: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "small.yaml"
    path.write_text(small({"replications": 2}).resolved_yaml(), encoding="utf-8")
    return path


@contextmanager
def files_at_most(size: int) -> Iterator[None]:
    """As if the disk were full: no file may grow beyond that."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    "command",
    [
        ["run", "minimal"],
        ["sweep", "minimal"],
        ["staffing", "capacity"],
        ["extinction", "minimal", "hub"],
        ["claims"],
        ["compare", "minimal"],
        ["report", "minimal"],
        ["page"],
    ],
)
def test_an_empty_name_is_no_place(
    command: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for empty in ("", "  "):
        assert main([*command, "--out", empty]) == 2
        told = capsys.readouterr().err
        assert "--out" in told
        assert "no file or folder is named" in told
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", [["query", "SELECT 1"], ["report", "minimal"]])
def test_an_empty_name_is_no_place_for_results(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--results", ""]) == 2
    assert "no file or folder is named" in capsys.readouterr().err


@pytest.mark.parametrize("size", [100, 5_000, 30_000])
def test_a_full_disk_is_told_in_a_line_and_leaves_nothing(
    size: int, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with files_at_most(size):
        code = main(["run", str(file), "--out", str(tmp_path / "a" / "results"), *FAST])
    assert code == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "no room for the results" in told
    assert str(tmp_path / "a" / "results" / "small") in told
    assert "File too large" in told
    assert [path.name for path in tmp_path.iterdir()] == ["small.yaml"]


def test_a_full_disk_leaves_the_results_that_were_there(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(file), *FAST]) == 0
    (folder,) = (tmp_path / "results" / "small").iterdir()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with files_at_most(5_000):
        assert main(["run", str(file), *FAST]) == 2
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    capsys.readouterr()


def test_another_fault_is_not_called_a_full_disk(small: Any, tmp_path: Path) -> None:
    with (
        pytest.raises(OSError, match="something else"),
        results.Recorder(small(), ["base", "none"], tmp_path / "results"),
    ):
        raise OSError(5, "something else")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["accounts.parquet", "timeseries.csv", "replications.csv"])
def test_a_table_that_was_cut_off_is_told_by_the_report(
    name: str, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(file), *FAST]) == 0
    (folder,) = (tmp_path / "results" / "small").iterdir()
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])
    capsys.readouterr()
    assert main(["report", str(folder), "--no-sensitivity"]) == 2
    told = capsys.readouterr().err
    assert str(folder / name) in told
    assert "cut off" in told
    assert not (folder / "report.html").exists()
    # As it was, or not there at all (of shipped results only some tables are kept), it is fine.
    (folder / name).write_bytes(content)
    results.check(folder)
    (folder / "accounts.parquet").unlink()
    results.check(folder)


def test_what_a_killed_run_left_is_removed_by_the_next(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    assert main(["run", str(file), *FAST]) == 0
    parent = tmp_path / "results" / "small"
    (folder,) = parent.iterdir()
    node, _, alive = folders.stamp().rpartition("-")
    left = {
        "of a dead process": f".{folder.name}.{node}-{dead.pid}.tmp",
        "replaced": f".{folder.name}.{node}-{dead.pid}.old",
        "of a live process": f".other.{node}-{alive}.tmp",
        "of another machine": f".other.elsewhere-{dead.pid}.tmp",
        "of another container": f".held.{node}-{dead.pid}.tmp",
        "of somebody else": ".hidden",
    }
    for name in left.values():
        (parent / name).mkdir()
        (parent / name / "half.csv").write_text("half")
    held = folders.hold(parent / left["of another container"])
    assert held is not None
    assert main(["run", str(file), *FAST]) == 0
    there = {path.name for path in parent.iterdir()}
    assert there == {
        folder.name,
        left["of a live process"],
        left["of another machine"],
        left["of another container"],
        left["of somebody else"],
    }
    os.close(held)
    results.clear_leftovers(parent)
    assert not (parent / left["of another container"]).exists()
    capsys.readouterr()


def test_a_run_holds_its_folder_until_it_ends(small: Any, tmp_path: Path) -> None:
    with results.Recorder(small(), ["base", "none"], tmp_path):
        (temporary,) = (tmp_path / "small").iterdir()
        assert folders.hold(temporary) is None
    assert not (tmp_path / "small").exists()


def test_a_run_that_was_killed_while_it_replaced_another_loses_nothing(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    assert main(["run", str(file), *FAST]) == 0
    parent = tmp_path / "results" / "small"
    (folder,) = parent.iterdir()
    node = folders.stamp().rpartition("-")[0]
    folder.rename(parent / f".{folder.name}.{node}-{dead.pid}.old")
    results.clear_leftovers(parent)
    assert [path.name for path in parent.iterdir()] == [folder.name]
    results.check(folder)
    capsys.readouterr()


def test_inspect_names_shipped_scenarios_and_files_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "mine.yaml").write_text(
        "schema_version: 1\nname: mine\nextends: september-2014\nseed: 5\n", encoding="utf-8"
    )
    assert main(["inspect", "sub/mine.yaml", "--json"]) == 0
    origins = {row["path"]: row["origin"] for row in json.loads(capsys.readouterr().out)}
    assert origins["seed"] == "sub/mine.yaml"
    assert origins["tiers.official.spares"] == "no-enforcement"
    assert set(origins.values()) == {
        "default",
        "no-enforcement",
        "september-2014",
        "sub/mine.yaml",
    }


def test_validate_says_that_a_network_cannot_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    large = ("--set", "tiers.hub.count=1000000000000")
    assert main(["validate", "minimal", *large]) == 0
    told = capsys.readouterr().out
    assert "minimal: valid" in told
    assert "cannot run on this machine: one replication of 1,000,000,000,300 operators" in told
    assert main(["validate", "minimal", *large, "--json"]) == 0
    assert "of memory" in json.loads(capsys.readouterr().out)[0]["note"]
    # A policy alone is enough, and a network that fits has no note.
    path = tmp_path / "wide.yaml"
    path.write_text(
        "schema_version: 1\nname: wide\nextends: minimal\n"
        "policies: {huge: {tiers: {hub: {count: 1000000000000}}}}\n",
        encoding="utf-8",
    )
    assert main(["validate", str(path), "minimal"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert ["cannot run" in line for line in lines] == [False, True, False]


def test_a_comparison_that_cannot_be_written_is_told(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["compare", str(file), "--out", "kept.json", *FAST[:-1]]
    with files_at_most(1_000):
        assert main(given) == 2
    assert "kept.json: the file cannot be written (File too large)" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["small.yaml"]


def test_a_folder_without_a_manifest_holds_no_results(tmp_path: Path) -> None:
    for read in (results.read, results.check):
        with pytest.raises(AfterbanError, match=r"no manifest\.json"):
            read(tmp_path)


def test_a_comparison_that_was_edited_is_told_in_plain_words(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(file), "--out", "kept.json", *FAST[:-1]]) == 0
    kept = json.loads((tmp_path / "kept.json").read_text(encoding="utf-8"))
    capsys.readouterr()
    first = kept["policies"][0]
    short = {**kept["values"], first: {**kept["values"][first], "effective_reach": [1.0]}}
    for changed, told in (
        ({name: value for name, value in kept.items() if name != "seed"}, "it lacks `seed`"),
        ({**kept, "values": {}}, "it lacks `none`"),
        ({**kept, "values": short}, "not the same number of replications"),
        ({**kept, "level": "x"}, "a value in it is of the wrong kind"),
    ):
        (tmp_path / "edited.json").write_text(json.dumps(changed), encoding="utf-8")
        assert main(["report", "edited.json", "--no-sensitivity", "-q"]) == 2
        error = capsys.readouterr().err
        assert told in error
        assert "Error" not in error
        assert not (tmp_path / "edited.html").exists()
    (tmp_path / "deep.json").write_text("[" * 50_000, encoding="utf-8")
    assert main(["report", "deep.json"]) == 2
    assert "deep.json: this is no comparison" in capsys.readouterr().err


def test_a_report_of_nothing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", ""]) == 2
    assert "no results are named" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["fastr"], "did you mean `faster`?"),
        (["faster", "nothing"], "`nothing` is neither a story nor a scenario"),
        (["faster", "--all"], "name stories, or write --all"),
    ],
)
def test_a_page_that_cannot_be_is_told(
    given: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["page", *given]) == 2
    assert told in " ".join(capsys.readouterr().err.split())
    assert not list(tmp_path.iterdir())


def test_ctrl_c_in_compiled_code_is_no_bug(capsys: pytest.CaptureFixture[str]) -> None:
    from afterban.cli import _failed

    error = SystemError("returned a result with an exception set")
    error.__cause__ = KeyboardInterrupt()
    assert _failed(error) == 130
    assert capsys.readouterr().err == "afterban: interrupted\n"
    assert _failed(SystemError("another")) == 70
    capsys.readouterr()


def test_a_lesson_is_not_edited_over_something_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip(
        "marimo", reason="lessons are not installed (pip install 'afterban[lessons]')"
    )
    monkeypatch.chdir(tmp_path)
    assert main(["lesson", "--edit"]) == 2
    assert "no lesson is named" in capsys.readouterr().err
    (tmp_path / "lesson-1-cycle.py").write_text("mine", encoding="utf-8")
    (tmp_path / "lesson-2-pairing.py").mkdir()
    for number in ("1", "2"):
        assert main(["lesson", number, "--edit"]) == 2
        assert "is no notebook" in capsys.readouterr().err
    assert (tmp_path / "lesson-1-cycle.py").read_text(encoding="utf-8") == "mine"
    with files_at_most(100):
        assert main(["lesson", "3", "--edit"]) == 2
    assert "the notebook cannot be written (File too large)" in capsys.readouterr().err
    assert len(list(tmp_path.iterdir())) == 2


def test_a_port_that_is_taken_is_told_before_the_lesson_opens(
    capsys: pytest.CaptureFixture[str],
) -> None:
    pytest.importorskip(
        "marimo", reason="lessons are not installed (pip install 'afterban[lessons]')"
    )
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        assert main(["lesson", "1", "--notebook", "--no-browser", "--port", str(number)]) == 2
    assert f"port {number} cannot be used" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "minimal", "--reps", "abc"], ("--reps", "abc", "--help")),
        (["run", "minimal", "--workers", "1.5"], ("--workers", "1.5", "--help")),
        (["breakeven", "minimal", "--level", "half"], ("--level", "half", "--help")),
        (["lesson", "1", "--port", "99999"], ("--port", "65535", "--help")),
    ],
)
def test_an_option_that_is_no_number_is_told_with_what_was_found(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: tuple[str, ...]
) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert "Input should" not in told
    for word in words:
        assert word in told
