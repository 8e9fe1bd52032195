"""``afterban page`` and ``afterban app``: the stories and the simulator in one file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from afterban.cli import complete, options, output

commands = typer.Typer()

Stories = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="STORY ...",
        help="Names of stories, or of what they play; all of them if none is named.",
        autocompletion=complete.tale,
    ),
]


@commands.command()
def page(
    stories: Stories = None,
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

    from afterban.report.html import write

    wanted, text = _made(stories)
    target = out or Path(f"afterban-{wanted[0]}.html" if len(wanted) == 1 else "afterban.html")
    write(target, text)
    if as_json:
        output.say_json(
            {"page": str(target), "bytes": len(text.encode("utf-8")), "stories": wanted}
        )
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
) -> None:
    """Open the page with its stories and its simulator in a browser.

    It is the file that `afterban page` writes, kept in the cache; no server runs.
    """
    import webbrowser

    from afterban.core.cache import cache_directory
    from afterban.page.link import fragment_of
    from afterban.report.html import write

    fragment = "" if state is None else f"#{fragment_of(state)}"
    _, text = _made(stories)
    target = cache_directory("page") / "afterban.html"
    write(target, text)
    output.say(str(target))
    if browser:
        webbrowser.open(target.as_uri() + fragment)


def _made(stories: Sequence[str] | None) -> tuple[list[str], str]:
    """Names of the stories that are meant, and their page."""
    from afterban.page import file
    from afterban.page.stories import STORIES

    wanted = list(dict.fromkeys(file.known_story(name) for name in stories or STORIES))
    return wanted, file.page_of(wanted)
