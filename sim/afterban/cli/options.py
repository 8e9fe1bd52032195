"""Options that several commands have, spelled and explained once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer


def place(text: str | Path) -> Path:
    """A file or folder; an empty name, as of a variable that is not set, is none."""
    if not str(text).strip():
        raise typer.BadParameter(
            "no file or folder is named; leave the option out, or write `.` for the folder you "
            "are in"
        )
    return Path(text)


ScenarioName: TypeAlias = Annotated[
    str, typer.Argument(help="Name of a shipped scenario, or the path of a file.")
]
Changes: TypeAlias = Annotated[
    list[str],
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Change a value; may be given again and again."
    ),
]
Seed: TypeAlias = Annotated[int | None, typer.Option(help="Seed of every random draw.")]
Reps: TypeAlias = Annotated[int | None, typer.Option(help="Number of replications.")]
Policies: TypeAlias = Annotated[
    list[str],
    typer.Option(help="Arms, separated by commas; base and every policy if left out."),
]
Engine: TypeAlias = Annotated[str | None, typer.Option(help="compiled or reference.")]
Workers: TypeAlias = Annotated[
    int | None, typer.Option(help="Parallel workers; all cores if left out.")
]
Out: TypeAlias = Annotated[
    Path,
    typer.Option(parser=place, metavar="FOLDER", help="Folder in which results are kept."),
]
Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no notes.")]
Json: TypeAlias = Annotated[
    bool, typer.Option("--json", help="One JSON document instead of tables.")
]

RESULTS = Path("results")
