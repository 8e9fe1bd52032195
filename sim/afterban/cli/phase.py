"""``afterban phase``: how well followers are regained, over time to action and promotion."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

import typer

from afterban.cli import options, output, questions

if TYPE_CHECKING:
    from afterban.experiment.phase import PhaseDiagram

commands = typer.Typer()

TIMES = "6h,12h,1d,2d,4d,8d,16d"


@commands.command()
def phase(
    scenario: Annotated[
        str, typer.Argument(help="A network of operators who are all alike.")
    ] = "all-alike",
    times: Annotated[str, typer.Option(help="Mean times to action, separated by commas.")] = TIMES,
    strengths: Annotated[
        str | None,
        typer.Option(help="Promotions a life × share that one moves; up to what degrees allow."),
    ] = None,
    changes: options.Changes = [],  # noqa: B006 (typer reads the default and never changes it)
    reps: options.Reps = None,
    seed: options.Seed = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
    out: questions.OutFolder = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Map how well followers are regained over time to action and promotion, beside theory."""
    days = [options.duration(part, "--times") for part in times.split(",")]
    _rising(days, "--times")
    wanted = _strengths(strengths)
    loaded, chosen = questions.asked(scenario, changes, seed, reps, engine, workers, quiet)

    from afterban.experiment.phase import field_of
    from afterban.experiment.questions import phase as find
    from afterban.experiment.questions import possible_strengths

    field_of(loaded, "outsiders")  # refuses what theory does not describe, before a folder is made
    wanted = wanted or possible_strengths(loaded)
    with questions.place("phase", loaded, out) as files:
        cells = len(days) * len(wanted)
        with questions.clock(loaded.name, "cells", cells, quiet) as done:
            found = find(
                loaded, days, wanted, engine=chosen, workers=workers, progress=lambda *_: done()
            )
        files.table("phase.csv", found.rows())
        files.picture("phase.png", found.figure)
    if as_json:
        output.say_json({**questions.about(loaded), **found.to_dict(), **files.data()})
        return
    _say(found, days, wanted)
    files.say()


def _rising(values: Sequence[float], option: str) -> None:
    """Refuse what is no axis of a map.  Raises BadParameter."""
    rising = all(a < b for a, b in pairwise(values))
    if len(values) < 2 or not rising or values[0] <= 0 or not math.isfinite(values[-1]):
        raise typer.BadParameter(
            "give two or more values above 0, from small to large", param_hint=f"'{option}'"
        )


def _strengths(text: str | None) -> list[float]:
    """The strengths of ``--strengths``, none if it is left out.  Raises BadParameter."""
    if text is None:
        return []
    values = []
    for part in text.split(","):
        try:
            values.append(float(part))
        except ValueError:
            raise typer.BadParameter(
                f"`{part.strip()}` is no number", param_hint="'--strengths'"
            ) from None
    _rising(values, "--strengths")
    return values


def _say(found: PhaseDiagram, days: Sequence[float], strengths: Sequence[float]) -> None:
    """A table for each part of the audience, and how to read them."""
    from afterban.experiment.phase import SEGMENTS
    from afterban.experiment.wording import time_text

    for k, segment in enumerate(SEGMENTS):
        alone = found.refollow[k] > 0
        turns = found.crossover[k] if alone else found.threshold
        title = (
            f"{segment.capitalize()}, who also come back by themselves ({found.refollow[k]:g} a "
            "day): no threshold"
            if alone
            else f"{segment.capitalize()}, who come back by promotion alone: a threshold"
        )
        output.say(title)
        output.say_table(
            ["promotion", "theory's " + ("crossover" if alone else "threshold")]
            + [time_text(time) for time in days],
            [
                [
                    f"{strength:g}",
                    time_text(float(turns[row])),
                    *(
                        _cell(found.simulated[k, row, c], found.spread[k, row, c])
                        + f" ({100 * found.theory[k, row, c]:.0f})"
                        for c in range(len(days))
                    ),
                ]
                for row, strength in reversed(list(enumerate(strengths)))
            ],
            right=range(len(days) + 2),
        )
    output.say(
        "Attached share of the audience in % while accounts are live, by promotion strength and "
        "mean time to action:\nsimulated"
        + (f" ± standard error, n = {found.n}" if found.n > 1 else ", n = 1")
        + " (mean-field theory)."
    )


def _cell(value: float, spread: float) -> str:
    text = f"{100 * value:.0f}"
    return text if math.isnan(spread) else f"{text} ± {100 * spread:.1f}"
