"""``afterban page``: stories or scenarios and the simulator in a file that needs nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from afterban.cli import complete, options, output
from afterban.cli.progress import progress

commands = typer.Typer()


@commands.command()
def page(
    stories: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="STORY|SCENARIO ...",
            help="Names of stories, names of scenarios, or files of scenarios; every story if none "
            "is named.",
            autocompletion=complete.tale,
        ),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="A file with every story.")] = False,
    out: Annotated[
        Path | None,
        options.file("File to write; afterban-NAME.html here if left out, or afterban.html."),
    ] = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Make a page: one HTML file that tells stories, asks for predictions, and simulates.

    Of a scenario it has no story, but the network with the sliders that fit it, also of one of your
    own.  It opens from a disk and asks for nothing from anywhere.
    """
    if all_ and stories:
        raise typer.BadParameter("name stories, or write --all", param_hint="'--all'")
    output.check_file(out, "--out", "such as `--out page.html`")

    from afterban.page import file
    from afterban.page.stories import STORIES
    from afterban.report.html import write

    wanted = list(dict.fromkeys(file.known_story(name) or name for name in stories or STORIES))
    name = f"afterban-{Path(wanted[0]).stem}.html" if len(wanted) == 1 else "afterban.html"
    target = out or Path(name)
    told = all(one in STORIES for one in wanted)
    with progress("page", quiet or told, "parts") as advance:
        text = file.page_of(wanted, advance)
    write(target, text)
    if as_json:
        output.say_json({"page": str(target), "bytes": len(text.encode("utf-8")), "parts": wanted})
    else:
        output.say(str(target))
