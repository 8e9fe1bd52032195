"""The band over the assumptions at the end of a command: what is kept, or what is run now."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from afterban.cli import output
from afterban.cli.progress import progress

if TYPE_CHECKING:
    from afterban.bands import Bands
    from afterban.scenario import Scenario

Points: TypeAlias = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        envvar="AFTERBAN_POINTS",
        help="Points over the stated ranges for the band over the assumptions, a power of two; 64 "
        "if left out, 0 for none. Not used where the band is known.",
    ),
]


def command_of(scenario: str, changes: Sequence[str] = ()) -> str:
    """What makes the band of a scenario with some values changed."""
    return shlex.join(["afterban", "band", scenario, *(f"--set={one}" for one in changes)])


def kept(scenario: Scenario, out: Path) -> Bands:
    """The bands of just this scenario that come with the program or stand in the results."""
    from afterban.bands import NAME
    from afterban.experiment.ensemble import bands_of

    return bands_of(scenario, None, out / NAME)


def can_make(
    scenario: Scenario, arms: Sequence[str], points: int | None, engine: str | None
) -> bool:
    """Whether there is a band to be made at once.

    Not with 0 points, of a scenario without ranges, and on the reference engine, on which it would
    take an hour.
    """
    from afterban.engines import default_engine
    from afterban.experiment.ensemble import varied

    if points is not None and points != 0 and points < 2:
        raise typer.BadParameter("write 2 or more, or 0 for none", param_hint="'--points'")
    return (
        points != 0
        and any(arm != "none" for arm in arms)
        and (engine or default_engine()) != "reference"
        and bool(varied(scenario))
    )


def make(
    scenario: Scenario,
    arms: Sequence[str],
    *,
    points: int | None,
    out: Path,
    metrics: Sequence[str] = (),
    engine: str | None = None,
    workers: int | None = None,
    quiet: bool = False,
) -> Bands:
    """Run an ensemble and keep its bands in the results; what of them is known at the end.

    Ctrl-C ends it and loses nothing that is finished.

    points: over the stated ranges; 64 if None.
    """
    from afterban.experiment import ensemble
    from afterban.experiment.banded import band

    count = ensemble.POINTS if points is None else points
    output.note(
        f"the band over the assumptions: {count} points (Ctrl-C leaves it out and loses nothing)",
        quiet,
    )
    try:
        with progress(f"band of {scenario.name}", quiet) as advance:
            band(
                scenario,
                [arm for arm in arms if arm != "none"][: ensemble.MOST_ARMS],
                out=out,
                metrics=metrics,
                points=count,
                engine=output.engine_name(engine),
                workers=workers,
                progress=advance,
            )
    except KeyboardInterrupt:
        output.note("interrupted: what is finished of the band is kept; the same command goes on")
    return kept(scenario, out)
