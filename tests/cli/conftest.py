import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from afterban.cli import main


# Small enough for the reference engine, with an arm to choose.
class Told(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str


@pytest.fixture
def here(tmp_path, monkeypatch, tiny_text) -> Path:
    """An empty working directory with one small scenario in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.yaml").write_text(tiny_text)
    return tmp_path


@pytest.fixture
def cli(here, capsys) -> Callable[..., Told]:
    """Run a command in this process."""

    def run(*arguments: str) -> Told:
        capsys.readouterr()
        code = main(arguments)
        out, err = capsys.readouterr()
        return Told(code, out, err)

    return run


@pytest.fixture
def process(here) -> Callable[..., subprocess.Popen]:
    """Start a command as a process of its own."""
    started: list[subprocess.Popen] = []

    def start(*arguments: str, **more) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-m", "afterban", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=here,
            env={**os.environ, **more},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()
