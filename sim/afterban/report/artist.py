"""A second process that draws the figures of a run.

Half of the time of a small run goes into loading the library that draws, and into drawing.  The
artist loads it on another core while the engine runs.  It is a copy of this process from before
anything large is loaded: at that moment there is one thread, so the copy is safe.

Checked by ``tests/report/test_artist.py``.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from afterban.claims import Verdict
    from afterban.experiment.trace import Lines
    from afterban.results import Results

Draw = Callable[["Results", "Lines | None", "Sequence[Verdict]"], None]


@contextlib.contextmanager
def artist() -> Iterator[Draw]:
    """A function that draws the figures of results; while this lasts, its process is ready.

    Where a copy of this process would not be safe or would have no core of its own, and if the copy
    fails, the figures are drawn here.
    """
    if not _can_be_copied():
        yield _draw
        return
    import multiprocessing

    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    copy = context.Process(target=_work, args=(here, there), daemon=True)
    copy.start()
    there.close()

    def draw(results: Results, lines: Lines | None, verdicts: Sequence[Verdict]) -> None:
        with contextlib.suppress(OSError, EOFError):
            here.send((results, lines, verdicts))
            if here.recv() == "drawn":
                return
        _draw(results, lines, verdicts)

    try:
        yield draw
    finally:
        here.close()
        copy.kill()
        copy.join()


def _can_be_copied() -> bool:
    """Only on Linux (libraries of macOS do not bear it), and before there are other threads."""
    if sys.platform != "linux" or (os.cpu_count() or 1) < 2:
        return False
    # Libraries for linear algebra start theirs when numpy is loaded.
    return "numpy" not in sys.modules and len(os.listdir("/proc/self/task")) == 1


def _work(far: Connection, pipe: Connection) -> None:
    """What the copy does: load what drawing needs, wait for results, and draw them once."""
    far.close()  # so that the end of the first process is noticed
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # they are meant for the first process, which tells
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # so that this process can be copied once more
    from afterban.report import drawing

    drawing.warm_up()
    try:
        results, lines, verdicts = pipe.recv()
        # The first process waits now: there is a core for a second half.
        other = os.fork()
        if other == 0:
            _draw_half(results, lines, verdicts)
        _draw(results, lines, verdicts, part=0, of=2)
    except Exception:  # the first process draws then, and meets the same fault
        return
    if os.waitpid(other, 0)[1] == 0:
        pipe.send("drawn")


def _draw_half(results: Results, lines: Lines | None, verdicts: Sequence[Verdict]) -> NoReturn:
    status = 1
    try:
        _draw(results, lines, verdicts, part=1, of=2)
        status = 0
    finally:
        os._exit(status)


def _draw(
    results: Results,
    lines: Lines | None,
    verdicts: Sequence[Verdict],
    part: int = 0,
    of: int = 1,
) -> None:
    from afterban.report import draw

    draw(results, lines, verdicts, part=part, of=of)
