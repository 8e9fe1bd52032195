"""What the tab key offers, in the words of the shell."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from afterban.metrics import METRICS
from afterban.scenario import shipped_names


def offered(line: str, folder: Path | None = None) -> list[str]:
    """What bash is offered for the last word of a line."""
    words = line.split(" ")
    done = subprocess.run(
        [sys.executable, "-m", "afterban"],
        env={
            **os.environ,
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
            "_AFTERBAN_COMPLETE": "complete_bash",
        },
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    assert done.returncode == 0
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("afterban ru", ["run"]),
        ("afterban handout how", ["how-fast"]),
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
def test_the_shell_is_offered(line: str, expected: list[str], tmp_path: Path) -> None:
    assert offered(line, tmp_path) == expected


def test_all_scenarios_and_metrics_are_offered() -> None:
    from afterban.cli import complete

    assert complete.scenario("") == shipped_names()
    assert complete.metric("") == list(METRICS)
    assert len(complete.metric("")) > 30
