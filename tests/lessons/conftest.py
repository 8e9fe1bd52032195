"""The lessons, each run once for all tests.

They are made for the compiled engine, with which they take seconds.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache

import pytest

from afterban import lessons
from afterban.core import can_run
from afterban.lessons.play import Played
from afterban.lessons.play import play as run

NAMES = [lesson.name for lesson in lessons.LESSONS]
# For tests that play them: the first in the default suite.
EACH = [NAMES[0], *(pytest.param(name, marks=pytest.mark.slow) for name in NAMES[1:])]


@cache
def _played(name: str) -> Played:
    return run(lessons.find(name))


@pytest.fixture(scope="session")
def play() -> Callable[[str], Played]:
    """Function from a lesson's name to the lesson as it was run."""
    pytest.importorskip("marimo", reason="marimo is not installed; pip install 'afterban[lessons]'")
    if not can_run() or "compiled" not in os.environ.get("AFTERBAN_TEST_ENGINES", "compiled"):
        pytest.skip("lessons take minutes without the compiled engine")
    return _played
