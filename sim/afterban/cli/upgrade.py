"""``afterban upgrade``: scenarios and results of before, as of this version."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from afterban.cli import options, output

commands = typer.Typer()


@commands.command()
def upgrade(
    paths: Annotated[
        list[Path],
        typer.Argument(
            parser=options.place,
            metavar="PATH...",
            help="Scenario files, folders of results, or folders with such folders in them.",
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be changed, and change nothing.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Bring scenarios and results of before up to date.

    Says what it changed; comments, tables and figures stay as they are.
    """
    from afterban.experiment.upgrade import look

    changes = look(paths)  # all of them, before anything is written
    if not dry_run:
        for change in changes:
            change.do()
    if as_json:
        output.say_json(
            [
                {
                    "path": str(change.path),
                    "what": change.what,
                    "changes": change.words,
                    "now": str(change.path if dry_run else change.target),
                }
                for change in changes
            ]
        )
        return
    for change in changes:
        if not change.words:
            output.say(f"{change.path}: {change.what}, as it should be")
            continue
        output.say(f"{change.path}: {change.what}, " + ("to be changed" if dry_run else "changed"))
        for sentence in change.words:
            output.say(f"  {sentence}")
    count = sum(bool(change.words) for change in changes)
    if dry_run and count:
        output.note(f"{count} of {len(changes)} would be changed; leave `--dry-run` out to do it")
