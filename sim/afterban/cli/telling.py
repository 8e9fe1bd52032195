"""``afterban page``: the stories and the simulator in one file that needs nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from afterban.cli import complete, options, output

commands = typer.Typer()


@commands.command()
def page(
    stories: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="STORY ...",
            help="Names of stories, or of what they play; all of them if none is named.",
            autocompletion=complete.tale,
        ),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="A file with every story.")] = False,
    out: Annotated[
        Path | None,
        options.file("File to write; afterban-STORY.html here if left out, or afterban.html."),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Make a page: one HTML file that tells stories, asks for predictions, and simulates.

    It opens from a disk and asks for nothing from anywhere.
    """
    if all_ and stories:
        raise typer.BadParameter("name stories, or write --all", param_hint="'--all'")
    output.check_file(out, "--out", "such as `--out page.html`")

    from afterban.page import file
    from afterban.page.stories import STORIES
    from afterban.report.html import write

    wanted = list(dict.fromkeys(file.known_story(name) for name in stories or STORIES))
    name = f"afterban-{wanted[0]}.html" if len(wanted) == 1 else "afterban.html"
    target = out or Path(name)
    text = file.page_of(wanted)
    write(target, text)
    if as_json:
        output.say_json(
            {"page": str(target), "bytes": len(text.encode("utf-8")), "stories": wanted}
        )
    else:
        output.say(str(target))
