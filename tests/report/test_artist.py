"""The process that draws figures while another one simulates."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or (os.cpu_count() or 1) < 2, reason="there is no second process then"
)

SCRIPT = """
import os, signal, sys, time
from pathlib import Path
from afterban.report import artist

here = os.getpid()

def draw(results, lines, verdicts, part=0, of=1):
    if results == "not in a copy" and os.getpid() != here:
        raise OSError("no room")
    if results == "nowhere":
        raise OSError("no room")
    Path(sys.argv[1], str(part)).write_text(str(os.getpid() == here))
    if results == "half of it here" and part == 1:
        os._exit(3)

artist._draw = draw
if sys.argv[2] == "numpy was loaded":
    import numpy
with artist.artist() as ask:
    if sys.argv[2] == "the copy was killed":
        import multiprocessing
        multiprocessing.active_children()[0].kill()
    ask(sys.argv[2], None, ())
"""


def drawn_here(tmp_path, how: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", SCRIPT, str(tmp_path), how]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "here"),
    [
        ("as usual", ["False", "False"]),
        ("numpy was loaded", ["True"]),
        ("not in a copy", ["True"]),
        ("the copy was killed", ["True"]),
        ("half of it here", ["True", "False"]),  # all of it once more
    ],
)
def test_who_draws(tmp_path, how, here):
    told = drawn_here(tmp_path, how)
    assert told.returncode == 0, told.stderr
    assert told.stderr == ""
    assert [path.read_text() for path in sorted(tmp_path.iterdir())] == here


@pytest.mark.slow
def test_a_fault_that_both_meet_is_told_by_the_first(tmp_path):
    told = drawn_here(tmp_path, "nowhere")
    assert told.returncode == 1
    assert told.stderr.count("Traceback") == 1
    assert "no room" in told.stderr


@pytest.mark.slow
def test_the_figures_are_the_same_whoever_draws_them(tmp_path):
    pictures = []
    for first in ("", "import numpy; "):
        out = tmp_path / f"results-{len(first)}"
        code = f"{first}from afterban.cli import main; raise SystemExit(main())"
        options = ["run", "minimal", "--reps", "2", "--quiet", "--out", str(out)]
        subprocess.run(
            [sys.executable, "-c", code, *options], check=True, capture_output=True, timeout=120
        )
        found = sorted(out.rglob("*.png"))
        assert found
        pictures.append({path.name: path.read_bytes() for path in found})
    assert pictures[0] == pictures[1]
