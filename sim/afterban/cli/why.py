"""``afterban why``: what a number rests on, what it is made of, and what of it is assumed."""

from __future__ import annotations

from typing import Annotated

import typer

from afterban.cli import complete, options, output
from afterban.cli.progress import stages

commands = typer.Typer()


@commands.command()
def why(
    metric: Annotated[
        str,
        typer.Argument(
            help="The metric, such as effective_reach, or effective_reach.hub of one tier.",
            autocompletion=complete.metric,
        ),
    ],
    scenario: options.ScenarioName,
    arm: Annotated[
        str, typer.Option(help="Arm of the scenario.", autocompletion=complete.policy)
    ] = "base",
    changes: options.Changes = [],  # noqa: B006 (typer reads the default and never changes it)
    seed: options.Seed = None,
    reps: options.Reps = None,
    inputs: Annotated[
        bool, typer.Option(help="Try which settings move it, one by one, in a small network.")
    ] = True,
    assumptions: Annotated[
        bool, typer.Option(help="Rank what has a stated range, each set to both of its ends.")
    ] = True,
    engine: options.Engine = None,
    workers: options.Workers = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Say why a number is what it is: its parts, the settings it rests on, its assumptions."""
    from afterban.experiment.why import why as find

    options.at_least_one(workers, "worker", "--workers")
    options.at_least_one(reps, "replication", "--reps")
    loaded = output.load(scenario, changes, seed, reps)
    output.note_provisional(scenario, quiet)
    with stages(quiet) as advance:
        found = find(
            loaded,
            metric,
            policy=arm,
            inputs=inputs,
            assumptions=assumptions,
            engine=output.engine_name(engine),
            workers=workers,
            progress=advance,
        )
    if as_json:
        output.say_json(found.to_dict())
        return
    for sentence in found.words():
        output.say(sentence)
