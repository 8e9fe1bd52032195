"""Options that several commands have, spelled and explained once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from afterban.cli import complete

ScenarioName: TypeAlias = Annotated[
    str,
    typer.Argument(
        help="Name of a shipped scenario, or the path of a file.",
        autocompletion=complete.scenario,
    ),
]
Changes: TypeAlias = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Change a value; may be given again and again.",
        autocompletion=complete.path,
    ),
]
Seed: TypeAlias = Annotated[int | None, typer.Option(help="Seed of every random draw.")]
Reps: TypeAlias = Annotated[int | None, typer.Option(help="Number of replications.")]
Policies: TypeAlias = Annotated[
    list[str],
    typer.Option(
        help="Arms, separated by commas; base and every policy if left out.",
        autocompletion=complete.policy,
    ),
]
Engine: TypeAlias = Annotated[str | None, typer.Option(help="compiled or reference.")]
Workers: TypeAlias = Annotated[
    int | None, typer.Option(help="Parallel workers; all cores if left out.")
]
Out: TypeAlias = Annotated[Path, typer.Option(help="Folder in which results are kept.")]
Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no notes.")]
Json: TypeAlias = Annotated[
    bool, typer.Option("--json", help="One JSON document instead of tables.")
]

RESULTS = Path("results")
