"""What the tab key offers, in the words of the shell."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from afterban.cli import main
from afterban.metrics import METRICS
from afterban.scenario import shipped_names


def asked(line: str) -> dict[str, str]:
    """What bash hands over for the last word of a line."""
    return {
        "COMP_WORDS": line,
        "COMP_CWORD": str(line.count(" ")),
        "_AFTERBAN_COMPLETE": "complete_bash",
    }


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("afterban ru", ["run"]),
        ("afterban page fas", ["faster"]),
        ("afterban run sept", ["september-2014"]),
        ("afterban compare sept", ["september-2014"]),
        ("afterban run minimal --set rev", ["review."]),
        ("afterban run minimal --set review.time", ["review.time_to_action="]),
        ("afterban run minimal --set tiers.", ["tiers.hub.", "tiers.supporter."]),
        (
            "afterban run minimal --set tiers.hub.ret",
            ["tiers.hub.returns=", "tiers.hub.return_delay="],
        ),
        ("afterban run minimal --set nothing.at.all.", []),
        ("afterban run minimal --set seed=", []),
        ("afterban run minimal --policies s", ["slower"]),
        ("afterban run minimal --policies slower,f", ["slower,faster"]),
        ("afterban breakeven minimal --metric repla", ["replacement_ratio"]),
        ("afterban run no-such-one --policies b", []),
        ("afterban app --no-b", ["--no-browser"]),
    ],
)
def test_the_shell_is_offered(
    line: str, expected: list[str], here: Path, monkeypatch: Any, capsys: Any
) -> None:
    for name, value in asked(line).items():
        monkeypatch.setenv(name, value)
    assert main([]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.split() == expected


def test_the_shell_is_offered_it_by_a_process_of_its_own(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "afterban"],
        env={**os.environ, **asked("afterban run minimal --policies slower,f")},
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert (done.returncode, done.stderr, done.stdout.split()) == (0, "", ["slower,faster"])


def test_all_scenarios_and_metrics_are_offered() -> None:
    from afterban.cli import complete

    assert complete.scenario("") == shipped_names()
    assert complete.metric("") == list(METRICS)
    assert len(complete.metric("")) > 30
