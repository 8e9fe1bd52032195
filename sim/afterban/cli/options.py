"""Options that several commands have, spelled and explained once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from afterban.cli import complete


def place(text: str | Path) -> Path:
    """A file or folder; an empty name, as of a variable that is not set, is none."""
    if not str(text).strip():
        raise typer.BadParameter(
            "no file or folder is named; leave the option out, or write `.` for the folder you "
            "are in"
        )
    return Path(text)


def duration(text: str, option: str) -> float:
    """A length of time in days, as an option gives it.  Raises BadParameter."""
    from afterban.errors import ValueProblem
    from afterban.units import parse_duration

    try:
        return parse_duration(text.strip())
    except ValueProblem as problem:
        raise typer.BadParameter(str(problem), param_hint=f"'{option}'") from None


def at_least_one(count: int | None, what: str, option: str) -> None:
    """Refuse a count of 0 or less: there is at least 1 worker, say.  Raises BadParameter."""
    if count is not None and count < 1:
        raise typer.BadParameter(f"there is at least 1 {what}", param_hint=f"'{option}'")


def thinned(operators: int) -> Any:
    """The option ``--operators`` of a question that thins a larger network to about so many."""
    return typer.Option(
        help=f"Operators to which a larger network is thinned; {operators} if left out."
    )


def file(about: str) -> Any:
    """The option ``--out`` of a command that writes one file.

    about: its line of help, such as what is written if it is left out.
    """
    return typer.Option("--out", "-o", parser=place, metavar="FILE", help=about)


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
JudgedBy: TypeAlias = Annotated[
    str, typer.Option(help="What they are judged by.", autocompletion=complete.metric)
]
Resume: TypeAlias = Annotated[
    bool, typer.Option("--resume", help="As without it: what was stopped is always continued.")
]
Engine: TypeAlias = Annotated[str | None, typer.Option(help="compiled or reference.")]
Workers: TypeAlias = Annotated[
    int | None, typer.Option(help="Parallel workers; all cores if left out.")
]
Out: TypeAlias = Annotated[
    Path,
    typer.Option(parser=place, metavar="FOLDER", help="Folder in which results are kept."),
]
Cluster: TypeAlias = Annotated[
    str | None,
    typer.Option(help="Run on Dask: the address `tcp://host:port` of a scheduler, or `local:N`."),
]
Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no notes.")]
Json: TypeAlias = Annotated[
    bool, typer.Option("--json", help="One JSON document instead of tables.")
]

RESULTS = Path("results")
