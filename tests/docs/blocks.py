"""Runs the code blocks of a Markdown page with sybil, each page in an empty folder of its own.

- ``python``: run, with ``>>>`` as a doctest; names last to the end of the page.
- ``console``: each line after ``$`` is run; what follows is what it prints.  A line ``...`` stands
  for any lines; width of columns and spaces at ends of lines do not count.  A command of which an
  error is shown (``afterban: ...``, or a number of faults) must fail, any other must not.
- ``bash``: run as a script.
- ``yaml``: read as a scenario, or as changes to `minimal`; with a first line ``# NAME.yaml`` it is
  also written to that file.
- ``text``, ``bibtex``: shown only.

A block right under a marker such as ``<!-- run-command -->`` is run elsewhere, by ``.ci/run``.

Run as a program it writes what the commands print now into the pages: a line of output is replaced
by the one that differs from it in numbers only.  A line ``RENEW`` is replaced by everything.

    python tests/docs/blocks.py docs/quickstart.md
"""

from __future__ import annotations

import contextlib
import difflib
import doctest
import io
import math
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

from sybil import Document, Example
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser, SkipParser

ROOT = Path(__file__).resolve().parents[2]
RUN = ("python", "console", "bash", "yaml")
SHOWN = ("text", "bibtex")
FENCE = re.compile(r"(?ms)^(?P<fence>```+|:::+)(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=fence)[ ]*$")
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
ANY = "..."


def pages() -> list[Path]:
    """Every page with prose."""
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [path for path in found if "_build" not in path.parts]


def languages(text: str) -> list[str]:
    """The language of each fenced block, directives left out."""
    infos = [match["info"].strip() for match in FENCE.finditer(text)]
    return [info for info in infos if not info.startswith("{")]


def parse(path: Path) -> Document:
    """The examples of a page."""
    return Document.parse(
        str(path),
        PythonCodeBlockParser(doctest_optionflags=FLAGS),
        CodeBlockParser("console", console),
        CodeBlockParser("bash", bash),
        CodeBlockParser("yaml", yaml),
        SkipParser(),
    )


def evaluate(path: Path) -> int:
    """Run every block of a page in the current folder; returns how many there were."""
    count = 0
    for example in parse(path):
        if not elsewhere(example):
            example.evaluate()
            count += 1
    return count


def elsewhere(example: Example) -> bool:
    """Whether a block stands right under the marker of a command that `.ci/run` runs."""
    before = example.document.text[: example.start].rstrip("\n").rsplit("\n", 1)[-1]
    return bool(re.fullmatch(r"<!-- \w+-command -->", before))


@contextlib.contextmanager
def place(folder: Path | str) -> Iterator[None]:
    """Work in a folder, with tables of a fixed width, one worker, and no lines of progress."""
    before = Path.cwd()
    os.chdir(folder)
    environment = {
        "AFTERBAN_POINTS": "0",
        "COLUMNS": "100",
        "MPLBACKEND": "Agg",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    try:
        with (
            mock.patch.dict(os.environ, environment),
            mock.patch("os.cpu_count", return_value=1),
            mock.patch("afterban.cli.progress.FIRST", math.inf),
        ):
            yield
    finally:
        os.chdir(before)


# --- shells ---------------------------------------------------------------------------------------


def commands(block: str) -> list[tuple[str, list[str]]]:
    """The commands of a console block with the lines that each prints."""
    found: list[tuple[str, list[str]]] = []
    for line in block.rstrip("\n").split("\n"):
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif line.startswith("> ") and found and found[-1][0].endswith("\\"):
            found[-1] = (found[-1][0][:-1] + line[2:], found[-1][1])
        elif found:
            found[-1][1].append(line)
        else:
            raise ValueError(f"a console block begins with a command, not with `{line}`")
    return found


def run(command: str) -> tuple[int, list[str]]:
    """Exit code and lines of a command; afterban's own commands are called in this process."""
    words = shlex.split(command)
    if words[0] == "afterban" and not set("|<>&;$*") & set(command):
        from afterban.cli import main

        stream = io.StringIO()
        with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
            code = main(words[1:])
        text = stream.getvalue()
    else:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        code, text = done.returncode, done.stdout
    return code, text.rstrip("\n").split("\n") if text.strip() else []


def console(example: Example) -> str | None:
    """Run the commands of a block and compare what they print; text if something is wrong."""
    for command, expected in commands(example.parsed):
        code, lines = run(command)
        fails = any(re.match(r"afterban: |.*: \d+ faults?$", line) for line in expected)
        if code and not fails:
            return f"`{command}` ends with {code}:\n" + "\n".join(lines)
        if not code and fails:
            return f"`{command}` should fail and does not"
        if expected and not agree(expected, lines):
            return (
                f"`{command}` prints something else.  Expected:\n"
                + "\n".join(expected)
                + "\nGot:\n"
                + "\n".join(lines)
            )
    return None


def squeezed(lines: Sequence[str]) -> list[str]:
    """Lines without what does not count: width, rules of tables, empty lines."""
    narrow = (" ".join(re.sub(r"[─═]{2,}", "──", line).split()) for line in lines)
    return [line for line in narrow if line]


def agree(expected: Sequence[str], lines: Sequence[str]) -> bool:
    """Whether lines are as expected; ``...`` stands for any."""
    parts: list[list[str]] = [[]]
    for line in squeezed(expected):
        if line == ANY:
            parts.append([])
        else:
            parts[-1].append(line)
    got, at = squeezed(lines), 0
    if len(parts) == 1:
        return got == parts[0]
    if got[: len(parts[0])] != parts[0]:
        return False
    at = len(parts[0])
    for part in parts[1:-1]:
        while at + len(part) <= len(got) and got[at : at + len(part)] != part:
            at += 1
        if at + len(part) > len(got):
            return False
        at += len(part)
    last = parts[-1]
    return len(got) - len(last) >= at and (not last or got[-len(last) :] == last)


def bash(example: Example) -> str | None:
    """Run a block as a script, line by line where that is possible."""
    for command in re.sub(r"\\\n\s*", "", example.parsed).strip().split("\n"):
        if command.strip() and not command.startswith("#"):
            code, lines = run(command)
            if code:
                return f"`{command}` ends with {code}:\n" + "\n".join(lines)
    return None


# --- scenarios ------------------------------------------------------------------------------------


def yaml(example: Example) -> None:
    """Read a block as a scenario, or as changes to one; ScenarioErrors if it is faulty."""
    from afterban import Scenario

    text = example.parsed
    if "schema_version:" not in text:
        text = f"schema_version: 1\nname: fragment\nextends: minimal\n{text}"
    named = re.match(r"# ([\w.-]+\.yaml)\n", example.parsed)
    if named:
        Path(named[1]).write_text(text, encoding="utf-8")
        Scenario.from_yaml(named[1])
    else:
        Scenario.from_text(text)


# --- renewing -------------------------------------------------------------------------------------


def _masked(line: str) -> str:
    return re.sub(r"[-+−]?[\d.,]+", "#", " ".join(re.sub(r"─{2,}", "──", line).split()))


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one.split(), other.split()).ratio()


def renewed(expected: Sequence[str], lines: Sequence[str]) -> list[str]:
    """Expected lines with the numbers that are printed now."""
    if list(expected) == ["RENEW"]:
        return [line.rstrip() for line in lines]
    out, at = [], 0
    for line in expected:
        alike = [k for k in range(at, len(lines)) if _masked(lines[k]) == _masked(line)]
        # Of several lines that differ in numbers only, the one that is nearest.
        found = max(alike, key=lambda k: _likeness(lines[k], line), default=None)
        if line == ANY or not line.strip():
            out.append(line)
        elif found is None:
            out.append(line)
            sys.stderr.write(f"nothing like it is printed: {line}\n")
        else:
            out.append(lines[found].rstrip())
            at = found + 1
    return out


def renew(path: Path) -> None:
    """Write into a page what its commands print now."""
    text = path.read_text(encoding="utf-8")
    made: list[tuple[int, int, str]] = []

    def fresh(example: Example) -> None:
        block = str(example.parsed)
        lines = []
        for command, expected in commands(block):
            start = text.find(f"$ {command[:20]}", example.start)
            head = text[start : text.find("\n", start)]
            wrapped = [head] if head == f"$ {command}" else [f"$ {command}"]
            lines += wrapped
            code, printed = run(command)
            lines += renewed(expected, printed) if expected else []
            if code:
                sys.stderr.write(f"{path.name}: `{command}` ends with {code}\n")
                sys.stderr.write("\n".join(printed[-5:]) + "\n")
        at = text.index(block, example.start)
        made.append((at, at + len(block), "\n".join(lines) + "\n"))

    parsers: list[Callable[..., Any]] = [
        PythonCodeBlockParser(doctest_optionflags=FLAGS),
        CodeBlockParser("console", fresh),
        CodeBlockParser("bash", bash),
        CodeBlockParser("yaml", yaml),
        SkipParser(),
    ]
    with tempfile.TemporaryDirectory() as folder, place(folder):
        for example in Document.parse(str(path), *parsers):
            try:
                if not elsewhere(example):
                    example.evaluate()
            except Exception as error:  # the rest is renewed all the same
                sys.stderr.write(f"{path.name}: {error}\n")
    for start, end, new in reversed(made):
        text = text[:start] + new + text[end:]
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        renew(Path(name).resolve())
