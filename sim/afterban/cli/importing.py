"""``afterban import``: a scenario from the network of another program."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from afterban.cli import options, output

commands = typer.Typer()


@commands.command(name="import")
def import_(
    edges: Annotated[
        Path,
        typer.Argument(parser=options.place, metavar="EDGES", help="Edge list; .gz or not."),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            parser=options.place,
            metavar="FOLDER",
            help="New folder for tables and scenario; named after the edge list if left out.",
        ),
    ] = None,
    operators: Annotated[
        Path | None,
        typer.Option(
            parser=options.place, metavar="TABLE", help="Table of the operators; assumed if none."
        ),
    ] = None,
    follower: Annotated[
        str,
        typer.Option(
            help="End of an edge that follows, and may promote, the other: first, second."
        ),
    ] = "first",
    undirected: Annotated[
        bool, typer.Option("--undirected", help="Count each edge both ways.")
    ] = False,
    posts: Annotated[float, typer.Option(help="Posts a day where the table says nothing.")] = 2.0,
    insider_share: Annotated[
        float, typer.Option(help="Share of an audience that is the network's own.")
    ] = 0.5,
    as_json: options.Json = False,
) -> None:
    """Make a scenario and its tables from an edge list.

    Takes comments, tabs, spaces, commas, semicolons, headers and weights; says what it dropped and
    what it assumed.
    """
    if follower not in ("first", "second"):
        raise typer.BadParameter(
            f"`{follower}`: write `first` or `second`", param_hint="'--follower'"
        )
    from afterban.edges import import_network

    place = out or Path(edges.name.partition(".")[0] or "network")
    found = import_network(
        edges,
        place,
        operators=operators,
        follower="first" if follower == "first" else "second",
        undirected=undirected,
        posts=posts,
        insider_share=insider_share,
    )
    if as_json:
        output.say_json(
            {
                "folder": str(found.folder),
                "scenario": str(found.scenario),
                "operators": found.operators,
                "links": found.links,
                "dropped": dict(found.dropped),
                "assumed": list(found.assumed),
            }
        )
        return
    for sentence in found.words():
        output.say(sentence)
    output.say(f"afterban run {found.scenario}")
