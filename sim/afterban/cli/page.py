"""``afterban page`` and ``afterban app``: stories or scenarios and the simulator in one file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from afterban.cli import complete, options, output
from afterban.cli.progress import progress

commands = typer.Typer()

Stories = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="STORY|SCENARIO ...",
        help="Names of stories, names of scenarios, or files of scenarios; every story if none is "
        "named.",
        autocompletion=complete.tale,
    ),
]


@commands.command()
def page(
    stories: Stories = None,
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

    from afterban.report.html import write

    wanted, text = _made(stories, quiet)
    name = f"afterban-{Path(wanted[0]).stem}.html" if len(wanted) == 1 else "afterban.html"
    target = out or Path(name)
    write(target, text)
    if as_json:
        output.say_json({"page": str(target), "bytes": len(text.encode("utf-8")), "parts": wanted})
    else:
        output.say(str(target))


@commands.command()
def app(
    stories: Stories = None,
    browser: Annotated[bool, typer.Option(help="Open it in a browser.")] = True,
    state: Annotated[
        Path | None,
        typer.Option(
            parser=options.place, metavar="FILE", help="State that was saved on the page."
        ),
    ] = None,
    quiet: options.Quiet = False,
) -> None:
    """Open the page with its stories and its simulator in a browser.

    It is the file that `afterban page` writes, kept in the cache; no server runs.
    """
    import webbrowser

    from afterban.core.cache import cache_directory
    from afterban.page.link import fragment_of
    from afterban.report.html import write

    fragment = "" if state is None else f"#{fragment_of(state)}"
    _, text = _made(stories, quiet)
    target = cache_directory("page") / "afterban.html"
    write(target, text)
    output.say(str(target))
    if browser:
        webbrowser.open(target.as_uri() + fragment)


def _made(stories: Sequence[str] | None, quiet: bool) -> tuple[list[str], str]:
    """Names of the stories and scenarios that are meant, and their page."""
    from afterban.page import file
    from afterban.page.stories import STORIES

    wanted = list(dict.fromkeys(file.known_story(name) or name for name in stories or STORIES))
    told = all(one in STORIES for one in wanted)
    with progress("page", quiet or told, "parts") as advance:
        return wanted, file.page_of(wanted, advance)
