"""Progress is shown without a terminal too, and not of what is over soon."""

from __future__ import annotations

import sys

import pytest

from afterban.cli import progress as module
from afterban.cli.progress import progress, stages


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    lines = module._Lines("band of minimal", "replications", clock)
    for done in range(1, 11):
        clock.now += 9.0
        lines(done, 10)
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "band of minimal: 2 of 10 replications, about 72 s left"
    assert len(told) == 2  # at 18 and 54 seconds; the last run is no line
    assert "10 of 10" not in " ".join(told)


def test_nothing_of_what_is_over_soon(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    lines = module._Lines("x", "runs", clock)
    for done in range(1, 11):
        clock.now += 0.9
        lines(done, 10)
    assert capsys.readouterr().err == ""


def test_quiet_is_quiet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "FIRST", 0.0)
    assert not sys.stderr.isatty()
    for quiet in (True, False):
        with progress("it", quiet) as advance:
            advance(1, 3)
        assert ("it: 1 of 3" in capsys.readouterr().err) is not quiet
    with stages(False) as advance:
        advance("one", 1, 2)
        advance("two", 1, 2)
    told = capsys.readouterr().err
    assert "one: 1 of 2" in told
    assert "two: 1 of 2" in told
