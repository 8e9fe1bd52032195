"""``afterban diff``: the first event at which two runs part, and the draw that did it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from afterban.cli import complete, options, output

if TYPE_CHECKING:
    from afterban.experiment.diverge import Run

commands = typer.Typer()


@commands.command()
def diff(
    one: Annotated[
        str,
        typer.Argument(
            metavar="A",
            help="A scenario and an arm, such as my-own.yaml:quick, or a folder of results.",
            autocompletion=complete.scenario,
        ),
    ],
    other: Annotated[
        str | None,
        typer.Argument(
            metavar="[B]", help="What it is held against; A itself if left out.", show_default=False
        ),
    ] = None,
    changes: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="PATH=VALUE",
            help="Change a value of B; may be given again and again.",
            autocompletion=complete.path,
        ),
    ] = [],  # noqa: B006 (typer reads the default and never changes it)
    seed: Annotated[
        str | None, typer.Option(metavar="SEED[,SEED]", help="Seed of both, or of A and of B.")
    ] = None,
    replication: Annotated[
        str, typer.Option(metavar="N[,N]", help="Replication of both, or of A and of B, from 0.")
    ] = "0",
    engines: Annotated[
        bool, typer.Option("--engines", help="Compare both engines on A, life by life.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Name the first event at which two runs part, and the draw that did it.

    Both are run again, event by event, by the reference engine, which takes its time for a large
    network.  Of two folders it is told first how they were made.
    """
    from afterban.experiment.diverge import Run, diff_engines
    from afterban.experiment.diverge import diff as find

    seeds = (None, None) if seed is None else _pair(seed, "--seed")
    numbers = _pair(replication, "--replication")
    first = Run.parse(one, seeds[0], numbers[0])
    if engines:
        if other is not None or changes or seeds[0] != seeds[1] or numbers[0] != numbers[1]:
            raise typer.BadParameter(
                "both engines run A alone; leave out B, `--set` and second numbers",
                param_hint="'--engines'",
            )
        output.engine_name("compiled")  # raises where it cannot be run
        found = diff_engines(first)
    else:
        second = _changed(Run.parse(one if other is None else other, seeds[1], numbers[1]), changes)
        found = find(first, second)
    if as_json:
        output.say_json(found.to_dict())
        return
    output.say("\n".join(found.words()))


def _changed(run: Run, changes: list[str]) -> Run:
    """The run with other values, which its folder does not stand for any more."""
    if not changes:
        return run
    from dataclasses import replace

    wanted = output.changes_of(changes)
    return replace(run, scenario=run.scenario.with_changes(wanted), folder=None).checked()


def _pair(text: str, option: str) -> tuple[int, int]:
    """One number for both runs, or one for each.  Raises BadParameter."""
    parts = [part.strip() for part in text.split(",")]
    if not 1 <= len(parts) <= 2 or not all(part.isascii() and part.isdigit() for part in parts):
        raise typer.BadParameter(
            f"found `{text}`; write one whole number for both runs, or two such as 1,2",
            param_hint=f"'{option}'",
        )
    return int(parts[0]), int(parts[-1])
