"""Simulate, judge, draw and write: what ``afterban run`` does, and ``claims --run``."""

from __future__ import annotations

import shlex
import sys
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from afterban.cli import INTERRUPTED, output
from afterban.cli.progress import progress
from afterban.cli.verdicts import note_powers

if TYPE_CHECKING:
    from pathlib import Path

    from afterban.claims import Verdict
    from afterban.report.artist import Draw
    from afterban.results import Results
    from afterban.scenario import Scenario


def execute(
    scenario: Scenario,
    arms: list[str],
    *,
    engine: Any = None,
    workers: int | None = None,
    out: Path,
    figures: bool = True,
    quiet: bool = False,
) -> tuple[Results, list[Verdict], int]:
    """Simulate, judge, draw and write.

    Ctrl-C and lost worker processes keep what is finished; the last is the exit code then, else 0.
    """
    from afterban.report.artist import artist

    with artist() if figures else nullcontext(None) as draw:  # before anything large is loaded
        return _execute(scenario, arms, engine, workers, out, draw, quiet)


def _execute(
    scenario: Scenario,
    arms: list[str],
    engine: Any,
    workers: int | None,
    out: Path,
    draw: Draw | None,
    quiet: bool,
) -> tuple[Results, list[Verdict], int]:
    from afterban import claims
    from afterban.engines import default_engine
    from afterban.experiment.ensemble import powers_of
    from afterban.experiment.memory import refuse_too_large
    from afterban.experiment.pool import PoolLost
    from afterban.experiment.replicate import replicate
    from afterban.experiment.trace import traced_operator
    from afterban.results import Recorder

    refuse_too_large(scenario, arms)  # before there is a folder of results
    engine = engine or default_engine()
    known = claims.load()  # first, so that a fault in it costs no run
    began = time.monotonic()
    interrupted = 0
    with Recorder(scenario, arms, out) as recorder:
        output.note_compilation(engine, quiet)
        try:
            with progress(scenario.name, quiet) as advance:
                advance(0, scenario.replications)
                for outcomes in replicate(
                    scenario, arms, engine=engine, workers=workers, keep=True
                ):
                    recorder.add(outcomes)
                    advance(recorder.finished, scenario.replications)
        except (KeyboardInterrupt, PoolLost) as stop:
            if not recorder.finished:
                raise
            lost = isinstance(stop, PoolLost)
            interrupted = PoolLost.exit_code if lost else INTERRUPTED
            why = str(stop) if lost else "interrupted"
            output.note(
                f"{why}: {recorder.finished} of {scenario.replications} replications "
                "are finished and kept"
            )
        results = recorder.finish(
            engine=engine,
            command=shlex.join(["afterban", *sys.argv[1:]]),
            wall_seconds=round(time.monotonic() - began, 3),
        )
        powers = powers_of(results.scenario, known)
        note_powers(powers, quiet)
        verdicts = claims.judge(known, results, powers)
        if draw is not None:
            draw(results, traced_operator(results, engine), verdicts)
        return recorder.publish(results), verdicts, interrupted
