"""The progress bar of long commands."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(
    name: str, quiet: bool, what: str = "replications"
) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr with the time that is left, where somebody looks.

    Gives a function of (done, planned), which does nothing if the bar is not wanted.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda done, planned: None
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
