"""``afterban bundle``: a folder of results in one file, to be run again elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from afterban.cli import options, output

commands = typer.Typer()


@commands.command()
def bundle(
    results: Annotated[
        Path,
        typer.Argument(
            parser=options.place, metavar="RESULTS", help="Folder of one run or one sweep."
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            parser=options.place,
            metavar="FILE",
            help="The .zip file; named after scenario and folder if left out.",
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Put results into one file, to be run again.

    `afterban run` makes them anew from it, to the same bytes.
    """
    output.check_file(out, "--out", "such as `--out mine.zip`")
    from afterban.experiment.bundle import bundle as put_together

    made = put_together(results, out)
    if as_json:
        output.say_json({"bundle": str(made), "bytes": made.stat().st_size})
        return
    output.say(str(made))
    output.note(f"anybody can run it: afterban run {made}")
