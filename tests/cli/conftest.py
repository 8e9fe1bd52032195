import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from afterban.cli import main

# Small enough for the reference engine, with an arm to choose.
TINY = """\
schema_version: 1
name: tiny
title: A tiny network
start: 2014-09-01
horizon: 20 days
replications: 2
seed: 3
tiers:
  supporter:
    count: 12
    audience: {lognormal: {median: 500, sigma: 1.0}}
    posts: 5 per day
exposure: {outsiders: 20_000}
detection: {reports: 5000 per million impressions}
returning: {probability: 0.9}
policies:
  quick: {review: {time_to_action: 1h}}
"""


class Told(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """An empty working directory with one small scenario in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.yaml").write_text(TINY)
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
