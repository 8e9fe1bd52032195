"""How far long commands are: a bar on a terminal, a line now and then elsewhere.

Checked by ``tests/cli/test_progress.py``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from afterban.cli import output


@contextmanager
def progress(
    name: str, quiet: bool, what: str = "replications"
) -> Iterator[Callable[[int, int], None]]:
    """How far it is and the time that is left, on stderr.

    A bar on a terminal; elsewhere (a log, another program) a plain line from time to time, none of
    what is over soon.  Gives a function of (done, planned), which does nothing if it is not wanted.
    """
    if quiet:
        yield lambda done, planned: None
        return
    if not sys.stderr.isatty():
        yield _Lines(name, what)
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    from afterban.errors import terminal_safe

    columns = (
        "{task.description}",
        BarColumn(),
        MofNCompleteColumn(),
        f"{what},",
        TimeRemainingColumn(),
        "left",
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(escape(terminal_safe(name)), total=None)
        yield lambda done, planned: bar.update(task, completed=done, total=planned)


@contextmanager
def stages(quiet: bool) -> Iterator[Any]:
    """One bar after the other, each for what is being done."""
    with ExitStack() as stack:
        now: list[Any] = ["", None]

        def advance(what: str, done: int, planned: int) -> None:
            if what != now[0]:
                stack.close()
                now[:] = [what, stack.enter_context(progress(what, quiet, "runs"))]
            now[1](done, planned)

        yield advance


FIRST, EVERY = 10.0, 30.0  # seconds until the first line, and from one to the next


class _Lines:
    """A line on stderr from time to time: ``band of minimal: 96 of 256 replications, about 40 s``.

    clock: seconds, from any beginning.
    """

    def __init__(self, name: str, what: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._name, self._what, self._clock = name, what, clock
        self._start = clock()
        self._next = self._start + FIRST

    def __call__(self, done: int, planned: int) -> None:
        now = self._clock()
        if now < self._next or done >= planned:
            return
        self._next = now + EVERY
        left = (now - self._start) / done * (planned - done) if done else 0.0
        about = f", about {_time(left)} left" if done else ""
        text = f"{self._name}: {done:,} of {planned:,} {self._what}{about}"
        output.note(text)


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
