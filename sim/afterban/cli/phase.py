"""``afterban phase``: how well followers are regained, over time to action and promotion."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any

import typer

from afterban.cli import options, output, questions

if TYPE_CHECKING:
    from afterban.experiment.phase import PhaseDiagram
    from afterban.scenario import Scenario

commands = typer.Typer()

TIMES = "6h,12h,1d,2d,4d,8d,16d"
STEPS = 5  # strengths, each twice the one before


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

    from afterban.experiment.phase import field_of, phase_diagram

    field_of(loaded, "outsiders")  # refuses what theory does not describe, before anything runs
    wanted = wanted or _possible(loaded)
    with questions.place("phase", loaded, out) as files:
        cells = len(days) * len(wanted)
        with questions.clock(loaded.name, "cells", cells, quiet) as done:
            found = phase_diagram(
                loaded, days, wanted, engine=chosen, workers=workers, progress=lambda *_: done()
            )
        data = _data(found, days, wanted)
        files.table("phase.csv", data)
        files.picture("phase.png", lambda: questions.figures().phase(found))
    if as_json:
        answer = {"operators": found.operators, "n": found.n, "cells": data}
        output.say_json({**questions.about(loaded), **answer, **files.data()})
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


def _possible(scenario: Scenario) -> list[float]:
    """Strengths up to nearly what the links of a scenario allow.

    Raises AfterbanError where nobody promotes anybody.
    """
    from afterban.errors import AfterbanError

    (tier,) = scenario.tiers.values()
    most = tier.degree.mean() * tier.promotes
    if not most:
        raise AfterbanError(f"nobody in {scenario.name} promotes anybody")
    return [0.8 * most / 2**k for k in reversed(range(STEPS))]


def _data(
    found: PhaseDiagram, days: Sequence[float], strengths: Sequence[float]
) -> list[dict[str, Any]]:
    """Rows of ``phase.csv``: each cell of the map."""
    from afterban.experiment.phase import SEGMENTS

    return [
        {
            "audience": segment,
            "comes_back_alone_per_day": float(found.refollow[k]),
            "strength": strength,
            "time_to_action_days": time,
            "simulated": float(found.simulated[k, row, column]),
            "standard_error": float(found.spread[k, row, column]),
            "theory": float(found.theory[k, row, column]),
            "threshold_days": float(found.threshold[row]) if found.refollow[k] == 0 else math.nan,
            "crossover_days": float(found.crossover[k, row]),
            "n": found.n,
        }
        for k, segment in enumerate(SEGMENTS)
        for row, strength in enumerate(strengths)
        for column, time in enumerate(days)
    ]


def _say(found: PhaseDiagram, days: Sequence[float], strengths: Sequence[float]) -> None:
    """A table for each part of the audience, and how to read them."""
    from afterban.experiment.breakeven import time_text
    from afterban.experiment.phase import SEGMENTS

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
