"""``afterban lesson``."""

from __future__ import annotations

import json
import os
import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from afterban import lessons
from afterban.cli import main
from afterban.errors import AfterbanError

from .conftest import NAMES

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Function from arguments to exit code, output and notes, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(["lesson", *arguments])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What would have been started."""
    pytest.importorskip("marimo", reason="marimo is not installed; pip install 'afterban[lessons]'")
    calls: list[Any] = []
    monkeypatch.setattr(os, "execve", lambda *arguments: calls.append(arguments))
    return calls


def test_lessons_are_listed(cli: Cli) -> None:
    code, out, _ = cli()
    assert code == 0
    for lesson in lessons.LESSONS:
        assert lesson.name in out
        assert lesson.title in " ".join(out.split())
    code, out, _ = cli("--json")
    assert code == 0
    assert [one["name"] for one in json.loads(out)] == NAMES


@pytest.mark.parametrize("which", ["queues", "3", "Queues"])
def test_a_lesson_is_served_to_this_machine_only(cli: Cli, started: list[Any], which: str) -> None:
    code, _, _ = cli(which, "--notebook", "--no-browser", "--port", "8123")
    assert code == 0
    ((program, command, environment),) = started
    assert program == sys.executable
    assert command[1:5] == ["-m", "marimo", "run", str(lessons.find("queues").file)]
    assert command[command.index("--host") + 1] == "127.0.0.1"
    assert command[command.index("--port") + 1] == "8123"
    assert "--headless" in command
    assert "--no-sandbox" in command
    assert environment["MARIMO_SKIP_UPDATE_CHECK"] == "1"


def test_a_copy_is_edited_and_never_overwritten(cli: Cli, started: list[Any]) -> None:
    original = lessons.find("cycle").file.read_text(encoding="utf-8")
    assert cli("1", "--edit")[0] == 0
    copy = Path("lesson-1-cycle.py")
    assert started[-1][1][3:5] == ["edit", str(copy)]
    text = copy.read_text(encoding="utf-8")
    assert "html_head_file" in original
    assert "html_head_file" not in text
    compile(text, str(copy), "exec")
    mine = text + "# mine\n"
    copy.write_text(mine, encoding="utf-8")
    code, _, err = cli("1", "--edit")
    assert code == 0
    assert "already" in err
    assert copy.read_text(encoding="utf-8") == mine
    assert lessons.find("cycle").file.read_text(encoding="utf-8") == original


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("quues", "queues"),
        ("handels", "handles"),
        ("whack-a-mole", "cycle"),
        ("tipping point", "tipping"),
    ],
)
def test_a_wrong_name_is_met_with_the_nearest(cli: Cli, word: str, meant: str) -> None:
    code, out, err = cli(word)
    assert code == 2
    assert out == ""
    assert f"did you mean `{meant}`?" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("word", ["6", "0", "xyzzy"])
def test_a_lesson_that_does_not_exist(cli: Cli, word: str) -> None:
    code, _, err = cli(word)
    assert code == 2
    assert err.count("\n") == 1
    assert all(f"`{name}`" in err for name in NAMES)
    with pytest.raises(AfterbanError):
        lessons.find(word)


def test_without_marimo(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "marimo", None)
    for how in ("--notebook", "--edit"):
        code, _, err = cli("cycle", how)
    assert code == 2
    assert "pip install 'afterban[lessons]'" in err
    assert err.count("\n") == 1
    assert cli()[0] == 0  # the list needs nothing, and neither does a page
    assert cli("cycle", "--no-browser")[0] == 0


def test_a_page_is_written_and_opened(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    code, out, _ = cli("2")
    assert (code, out) == (0, "afterban-lesson-pairing.html\n")
    assert opened == [Path("afterban-lesson-pairing.html").resolve().as_uri()]
    code, out, _ = cli("cycle", "handles", "-o", "two.html", "--json")
    told = json.loads(out)
    assert told["lessons"] == ["cycle", "handles"]
    assert told["bytes"] == Path("two.html").stat().st_size
    assert len(opened) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--all", "cycle"), "name lessons, or write --all"),
        (("cycle", "--port", "8123"), "only a notebook is served"),
        (("cycle", "--edit", "-o", "x.html"), "leave out"),
        (("cycle", "queues", "--notebook"), "a notebook is one lesson"),
        (("-o", "x.html"), "no lesson is named"),
        (("cycle", "-o", "no/such/x.html"), "--out"),
    ],
)
def test_what_does_not_go_together_is_said(
    cli: Cli, arguments: tuple[str, ...], words: str
) -> None:
    code, out, err = cli(*arguments)
    assert (code, out) == (2, "")
    assert words in " ".join(err.split())
    assert "Traceback" not in err
    assert not list(Path().glob("*.html"))
