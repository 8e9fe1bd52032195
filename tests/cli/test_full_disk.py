"""The k-th write fails, for each k: one line, nothing half-written taken for whole."""

from __future__ import annotations

import builtins
import errno
import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from afterban import results
from afterban.cli import main
from afterban.experiment.store import Store

FAST = ("--workers", "1", "-q")
MOST = 400  # writes of a command

SWEPT = """
schema_version: 1
name: swept
start: 2014-09-01
horizon: 5 days
tiers: {supporter: {count: 5, audience: 200, posts: 2 per day}}
sweep:
  replications: 1
  policies: [base]
  parameters: {tiers.supporter.posts: {values: [1 per day, 2 per day]}}
"""


class Disk:
    """Counts what is asked of the disk below a folder, and refuses the k-th."""

    def __init__(self, below: Path, refused: int) -> None:
        self.below = str(below)
        self.refused = refused
        self.asked = 0

    def ask(self, path: Any) -> None:
        """One more thing that may fail."""
        if isinstance(path, int) or os.fspath(path).startswith(self.below):
            self.asked += 1
            if self.asked == self.refused + 1:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    @property
    def failed(self) -> bool:
        """Whether something was refused."""
        return self.asked > self.refused


class _File(io.FileIO):
    """A file whose every write goes to the disk's gate."""

    disk: Disk

    def write(self, data: Any) -> int:
        self.disk.ask(str(self.name))
        return super().write(data) or 0


@contextmanager
def disk_that_refuses(k: int, below: Path, patch: pytest.MonkeyPatch) -> Iterator[Disk]:
    disk = Disk(below, k)
    plain = io.open

    def opened(file: Any, mode: str = "r", buffering: int = -1, *more: Any, **named: Any) -> Any:
        writes = set(mode) & set("wax+")
        if isinstance(file, int) or not writes or not os.fspath(file).startswith(disk.below):
            return plain(file, mode, buffering, *more, **named)
        disk.ask(file)
        raw = _File(os.fspath(file), mode.replace("b", "").replace("t", ""))
        raw.disk = disk
        stream = io.BufferedWriter(raw)
        if "b" in mode:
            return stream
        keys = ("encoding", "errors", "newline")
        return io.TextIOWrapper(stream, **{key: named[key] for key in keys if key in named})

    def gated(function: Callable[..., Any]) -> Callable[..., Any]:
        def ask(path: Any, *more: Any, **named: Any) -> Any:
            if function.__name__ != "mkdir" or not os.path.isdir(path):
                disk.ask(path)
            return function(path, *more, **named)

        return ask

    with patch.context() as patched:
        patched.setattr(io, "open", opened)
        patched.setattr(builtins, "open", opened)
        for name in ("mkdir", "rename", "replace", "fsync"):
            patched.setattr(os, name, gated(getattr(os, name)))
        yield disk


def each_write(
    below: Path, patch: pytest.MonkeyPatch, command: Callable[[], int]
) -> Iterator[tuple[int, int]]:
    """Run a command again and again, its k-th write refused: k and the exit code of each."""
    for k in range(MOST):
        with disk_that_refuses(k, below, patch) as disk:
            code = command()
        if not disk.failed:
            assert code == 0
            assert k > 4, "it must write something, or this proves nothing"
            return
        yield k, code
    raise AssertionError("it never ended well")


def told_in_a_line(code: int, err: str) -> None:
    assert code == 2, err
    assert err.count("\n") == 1, err
    assert "bug in afterban" not in err


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob(".*") if path.name != ".lock"]


@pytest.mark.slow
def test_a_run(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    out = here / "out"
    command = ["run", "tiny.yaml", "--out", str(out), "--no-figures", "--policies", "base", *FAST]
    for _, code in each_write(out, monkeypatch, lambda: main(command)):
        told_in_a_line(code, capsys.readouterr().err)
        assert not out.exists()
    capsys.readouterr()
    (folder,) = (out / "tiny").iterdir()
    whole = {path.name: path.read_bytes() for path in folder.iterdir()}
    for k, code in each_write(out, monkeypatch, lambda: main(command)):
        told_in_a_line(code, capsys.readouterr().err)
        if k % 5 == 0:
            results.read(folder)
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == whole
        assert [path.name for path in folder.parent.iterdir()] == [folder.name]


@pytest.mark.slow
def test_a_sweep(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    (here / "swept.yaml").write_text(SWEPT)
    command = ["sweep", "swept.yaml", *FAST, "--resume", "--out"]
    assert main([*command, str(here / "whole")]) == 0
    (whole,) = (here / "whole").glob("swept/*")
    store = Store(here / "out" / "swept" / whole.name)
    out = here / "out"

    def anew() -> int:
        shutil.rmtree(out, ignore_errors=True)
        return main([*command, str(out)])

    def is_as_whole() -> None:
        for path in whole.rglob("*"):
            if path.is_file():
                assert (store.folder / path.relative_to(whole)).read_bytes() == path.read_bytes()

    capsys.readouterr()
    seen = set()
    for _, code in each_write(out, monkeypatch, anew):
        told_in_a_line(code, capsys.readouterr().err)
        assert not hidden(out)
        plan = store.read()
        finished = set() if plan is None else store.finished(plan)
        journal = store.folder / "replications.journal"
        size = (whole / "replications.journal").stat().st_size // 2
        assert not journal.exists() or journal.stat().st_size == len(finished) * size
        assert not store.is_published() or len(finished) == 2
        assert main([*command, str(out)]) == 0
        assert f"{2 - len(finished)} run now" in capsys.readouterr().out, "one was run again"
        is_as_whole()
        seen.add(len(finished))
        capsys.readouterr()
    assert seen == {0, 1, 2}
    is_as_whole()


@pytest.mark.slow
def test_a_report(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    out = here / "out"
    run = ["run", "tiny.yaml", "--out", str(out), "--no-figures", "--policies", "base", *FAST]
    assert main(run) == 0
    (folder,) = (out / "tiny").iterdir()
    command = ["report", str(folder), "--no-sensitivity", "-q"]
    assert main(command) == 0
    page = folder / "report.html"
    whole = page.read_text()
    capsys.readouterr()
    from afterban.report import html

    # The page is the same each time, and making it is most of the time that this takes.
    monkeypatch.setattr(html, "page_of_numbers", lambda *_, **__: whole)
    missing = 0
    for k, code in each_write(out, monkeypatch, lambda: main(command)):
        told_in_a_line(code, capsys.readouterr().err)
        assert not hidden(out)
        missing += not page.exists()
        if page.exists():
            assert page.read_text() == whole
        if k % 2 == 0:
            page.unlink(missing_ok=True)
    assert missing
