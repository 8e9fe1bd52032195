"""What the commands of single questions have in common: ``staffing``, ``extinction``, ``handles``,
``phase`` and ``ablate``.

Each prints its answer and the table behind it, and writes both with a picture into a folder.
"""

from __future__ import annotations

import csv
import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from afterban.cells import csv_cell
from afterban.cli import complete, options, output
from afterban.errors import terminal_safe

if TYPE_CHECKING:
    import pandas as pd

    from afterban.engines import EngineName
    from afterban.scenario import Scenario
    from afterban.statistics import Estimate

OutFolder: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        parser=options.place,
        metavar="FOLDER",
        help="Folder of the picture and the table; results/questions/... if left out.",
    ),
]
Policy: TypeAlias = Annotated[
    str,
    typer.Option(
        help="Arm that is asked about; `base` is the scenario as written.",
        autocompletion=complete.policy,
    ),
]
LONG = 5.0  # seconds beyond which it is worth to say how long something takes


def asked(
    scenario: str,
    changes: Sequence[str],
    seed: int | None,
    reps: int | None,
    engine: str | None,
    workers: int | None,
    quiet: bool,
) -> tuple[Scenario, EngineName]:
    """The scenario and the engine."""
    from afterban.engines import default_engine

    options.at_least_one(workers, "worker", "--workers")
    loaded = output.load(scenario, changes, seed, reps)
    chosen = output.engine_name(engine) or default_engine()
    return loaded, chosen


def known_policy(scenario: Scenario, policy: str) -> None:
    """Refuse an arm that the scenario does not have.  Raises AfterbanError."""
    output.arms(scenario, [policy])


def about(scenario: Scenario) -> dict[str, Any]:
    """What an answer is about, for JSON."""
    return {"scenario": scenario.name, "digest": scenario.digest(), "seed": scenario.seed}


class Files:
    """The files of an answer: made under another name, then renamed, so none is ever half there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made: list[Path] = []

    def _write(self, name: str, write: Callable[[Path], object]) -> None:
        path = self.folder / name
        temporary = self.folder / f".tmp-{name}"
        try:
            write(temporary)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        self.made.append(path)

    def table(self, name: str, rows: Sequence[dict[str, Any]]) -> None:
        """A CSV file; what is undefined is empty."""

        def write(path: Path) -> None:
            with path.open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
                writer.writeheader()
                for row in rows:
                    writer.writerow(
                        {
                            key: ""
                            if isinstance(value, float) and math.isnan(value)
                            else csv_cell(value)
                            for key, value in row.items()
                        }
                    )

        self._write(name, write)

    def frame(self, name: str, frame: pd.DataFrame) -> None:
        """A CSV file of a data frame, if that has rows."""
        rows = [{str(key): one for key, one in row.items()} for row in frame.to_dict("records")]
        if rows:
            self.table(name, rows)

    def picture(self, name: str, make: Callable[[], Any]) -> None:
        """A PNG file."""
        self._write(name, lambda path: figures().save(make, path))

    def data(self) -> dict[str, list[str]]:
        """Where they are, for JSON."""
        return {"files": [str(path) for path in self.made]}

    def say(self) -> None:
        """Where they are."""
        for path in self.made:
            output.say(str(path))


@contextmanager
def place(question: str, scenario: Scenario, out: Path | None) -> Iterator[Files]:
    """The folder of the files, made first: where it cannot be, nothing is run for nothing."""
    folder = out or options.RESULTS / "questions" / f"{question}-{scenario.name}"
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    files = Files(folder)
    try:
        yield files
    except BaseException:
        with suppress(OSError):  # nothing is left over, unless something is in it
            for path in missing:
                path.rmdir()
        raise


@contextmanager
def clock(
    name: str, what: str, planned: int, quiet: bool, rough: bool = False
) -> Iterator[Callable[[], None]]:
    """Says on stderr what will be run, and after the first piece how long the rest will take.

    rough: whether the number of pieces is a guess.
    """
    about = "about " if rough else ""
    output.note(f"{name}: running {about}{planned} {what}", quiet)
    began = time.monotonic()
    finished = 0

    def done() -> None:
        nonlocal finished
        finished += 1
        gone = time.monotonic() - began
        left = gone / finished * (planned - finished)
        if finished == min(2, planned) and left > LONG:  # the first one has to warm up
            output.note(f"about {_seconds(left)} left", quiet)
        if not quiet and sys.stderr.isatty():
            end = "\r" if finished < planned else "\r\033[K"
            told = terminal_safe(f"{finished} of {about}{planned} {what}")
            print(told, end=end, file=sys.stderr)  # noqa: T201 (progress goes to stderr)

    yield done


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def figures() -> Any:
    """The module that draws the answers, which is slow to load."""
    from afterban.report import questions

    return questions


def limit(days: float) -> str:
    """A time in days, for people; a queue that grows for ever has none."""
    from afterban.experiment.wording import time_text

    return time_text(days) if math.isfinite(days) else "no limit"


def times(e: Estimate) -> str:
    """The interval of a time in days."""
    from afterban.experiment.wording import time_text

    if math.isnan(e.low):
        return output.interval(e)
    return f"{time_text(max(e.low, 0.0))} to {time_text(e.high)}"


def percent(e: Estimate) -> str:
    """A share in percent."""
    return f"{output.number(100 * e.value)} %" if e.n else "-"


def percents(e: Estimate) -> str:
    """The interval of a share, in percent."""
    if math.isnan(e.low):
        return output.interval(e)
    return f"{output.number(100 * e.low)} to {output.number(100 * e.high)} %"
