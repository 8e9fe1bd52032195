"""A run as a person at a terminal sees it: for ``afterban run`` and ``claims --run``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from afterban.cli import INTERRUPTED, output
from afterban.cli.progress import progress
from afterban.experiment.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from afterban.claims import Verdict
    from afterban.engines import EngineName
    from afterban.experiment.publish import Advance
    from afterban.results import Results
    from afterban.scenario import Scenario


def execute(
    scenario: Scenario,
    arms: list[str],
    *,
    engine: EngineName | None = None,
    workers: int | None = None,
    out: Path,
    figures: bool = True,
    quiet: bool = False,
) -> tuple[Results, list[Verdict], int]:
    """Simulate, judge, draw and write (see ``experiment.publish``), and say how it goes.

    Ctrl-C and lost worker processes keep what is finished; the last is the exit code then, else 0.
    """

    @contextmanager
    def simulating(engine: EngineName) -> Iterator[Advance]:
        with progress(scenario.name, quiet) as advance:
            yield advance

    done = publish(
        scenario,
        arms,
        engine=engine,
        workers=workers,
        out=out,
        figures=figures,
        simulating=simulating,
        tell=output.note,
    )
    code = 0 if done.stopped is None else getattr(done.stopped, "exit_code", INTERRUPTED)
    return done.results, done.verdicts or [], code
