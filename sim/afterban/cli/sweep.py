"""``afterban sweep`` and ``query``: many versions of a scenario, and SQL over what came of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from afterban.cli import INTERRUPTED, options, output
from afterban.cli.progress import progress

if TYPE_CHECKING:
    from afterban.experiment.sweep import Finished, Forecast
    from afterban.scenario import Scenario

commands = typer.Typer()

SCENARIO = typer.Argument(
    ...,
    help="Name of a shipped scenario with a `sweep` section, the path of a file, or a folder or "
    "bundle of a sweep, which is run again.",
)
CHANGES = typer.Option(
    [], "--set", metavar="PATH=VALUE", help="Change a value; may be given again and again."
)
POLICIES = typer.Option([], help="Arms to run, separated by commas; those of the section if none.")
OUT = typer.Option(
    options.RESULTS,
    parser=options.place,
    metavar="FOLDER",
    help="Folder in which results are kept.",
)
RESULTS = typer.Option(
    options.RESULTS,
    parser=options.place,
    metavar="FOLDER",
    help="Folder of results, or of one sweep or run; the last one is taken.",
)


@commands.command()
def sweep(
    scenario: str = SCENARIO,
    changes: list[str] = CHANGES,
    points: int | None = typer.Option(
        None, help="Points of a Latin hypercube or Sobol design, instead of the section's."
    ),
    reps: int | None = typer.Option(
        None, help="Replications of each point, instead of the section's."
    ),
    policies: list[str] = POLICIES,
    resume: bool = typer.Option(False, "--resume", help="Continue a sweep that was stopped."),
    expand: bool = typer.Option(
        False, "--expand", help="Add points or replications to a sweep that is there."
    ),
    dry_run: bool = typer.Option(
        False, "--dry-run", help="Tell the time, memory and disk that it takes, and stop."
    ),
    cluster: options.Cluster = None,
    seed: int | None = typer.Option(None, help="Seed of every random draw."),
    engine: str | None = typer.Option(None, help="compiled or reference."),
    workers: int | None = typer.Option(
        None, help="Parallel workers on this machine; all cores if left out."
    ),
    out: Path = OUT,
    quiet: bool = typer.Option(False, "--quiet", "-q", help="No progress and no notes."),
    as_json: bool = typer.Option(False, "--json", help="One JSON document instead of text."),
) -> None:
    """Run the scenario's sweep: each finished replication is kept at once."""
    options.at_least_one(workers, "worker", "--workers")
    if output.is_kept(scenario):
        given = {
            "--set": changes,
            "--points": points,
            "--reps": reps,
            "--policies": policies,
            "--seed": seed,
            "--expand": expand,
        }
        output.refuse_changes(scenario, given)
        with output.opened(scenario) as folder:
            again(
                folder,
                engine=engine,
                workers=workers,
                out=out,
                quiet=quiet,
                as_json=as_json,
                cluster=cluster,
                resume=resume,
                dry_run=dry_run,
            )
        return
    loaded = _sized(output.load(scenario, changes, seed), points, reps)

    from afterban.experiment.sweep import sweep as run_sweep

    names = output.names_in(policies)
    _note_no_effect(loaded, names, quiet)

    def start(**told: Any) -> Finished | None:
        return run_sweep(
            loaded,
            out,
            policies=names or None,
            engine=output.engine_name(engine),
            workers=workers,
            cluster=cluster,
            resume=resume,
            expand=expand,
            dry_run=dry_run,
            **told,
        )

    _carry_out(loaded, start, dry_run, quiet, as_json)


def again(
    folder: Path,
    *,
    engine: str | None,
    workers: int | None,
    out: Path,
    quiet: bool,
    as_json: bool,
    cluster: str | None = None,
    resume: bool = False,
    dry_run: bool = False,
) -> Path | None:
    """Run the sweep that a folder holds, and return the folder of what came of it, if any."""
    from afterban.experiment.sweep import run_plan
    from afterban.experiment.sweep_plan import again as plan_again
    from afterban.experiment.sweep_plan import folder_of

    loaded, plan = plan_again(folder, output.engine_name(engine))

    def start(**told: Any) -> Finished | None:
        return run_plan(
            loaded,
            plan,
            folder_of(plan, out),
            workers=workers,
            cluster=cluster,
            resume=resume,
            dry_run=dry_run,
            **told,
        )

    found = _carry_out(loaded, start, dry_run, quiet, as_json)
    return None if found is None else found.folder


def _carry_out(
    loaded: Scenario,
    start: Callable[..., Finished | None],
    dry_run: bool,
    quiet: bool,
    as_json: bool,
) -> Finished | None:
    """Start a sweep, tell how it goes, and show what came of it; None of one that is not run."""
    told = _Told(aloud=dry_run and not as_json, quiet=quiet)
    with progress(loaded.name, quiet) as advance:
        try:
            found = start(forecast=told.forecast, progress=told.counting(advance))
        except KeyboardInterrupt:
            if not told.finished:
                raise
            found = None
    if found is None and not dry_run:
        output.note(told.interrupted())
        raise typer.Exit(INTERRUPTED)
    if as_json:
        output.say_json(told.data() if found is None else found.to_dict())
    elif found is not None:
        _say(found, quiet)
    return found


def _sized(scenario: Scenario, points: int | None, reps: int | None) -> Scenario:
    """With another size of its sweep, checked as if it were written in the section."""
    sizes = {"sweep.points": points, "sweep.replications": reps}
    sizes = {path: value for path, value in sizes.items() if value is not None}
    return scenario.with_changes(sizes) if sizes and scenario.sweep is not None else scenario


def _note_no_effect(scenario: Scenario, arms: list[str], quiet: bool) -> None:
    """Name the keys that have no effect at any point."""
    from afterban.experiment.sweep import no_effect
    from afterban.scenario.inert import words

    if scenario.sweep is None:
        return  # which is refused later
    for sentence in words(no_effect(scenario, arms or None)):
        output.note(sentence, quiet)


class _Told:
    """What a sweep says of itself before it runs and while it does.

    aloud: whether the forecast is the answer, and no note.
    """

    def __init__(self, aloud: bool, quiet: bool) -> None:
        self.aloud = aloud
        self.quiet = quiet
        self.finished = 0
        self._forecasts: list[Forecast] = []

    def forecast(self, found: Forecast) -> None:
        """Take down what it takes, and tell it."""
        self._forecasts.append(found)
        if self.aloud:
            output.say(found.words())
        else:
            output.note(found.words(), self.quiet)

    def counting(self, advance: Callable[[int, int], None]) -> Callable[[int, int], None]:
        """A function of (done, planned) that takes down how far it is."""

        def tell(done: int, tasks: int) -> None:
            self.finished = done
            advance(done, tasks)

        return tell

    def interrupted(self) -> str:
        """What is kept, and how to go on."""
        tasks = self._forecasts[0].tasks
        return (
            f"interrupted: {self.finished:,} of {tasks:,} replications are finished and kept; "
            "the same command with `--resume` runs the rest"
        )

    def data(self) -> dict[str, Any]:
        """The forecast, for JSON."""
        return vars(self._forecasts[0]) | {"seconds": self._forecasts[0].seconds}


def _say(found: Finished, quiet: bool) -> None:
    """What was run, and where it is."""
    ran, *same = found.words()
    for sentence in same:
        output.note(sentence, quiet)
    output.say(ran)
    output.say(str(found.table))
    output.note(
        'try: afterban query "SELECT point, policy, avg(effective_reach) AS reach FROM sweep '
        'GROUP BY ALL ORDER BY ALL"',
        quiet,
    )


@commands.command()
def query(
    sql: str = typer.Argument(..., help="The query; the table of a sweep is called `sweep`."),
    results: Path = RESULTS,
    as_csv: bool = typer.Option(False, "--csv", help="CSV instead of a table."),
    as_json: bool = typer.Option(False, "--json", help="A list of JSON objects."),
) -> None:
    """Run SQL (DuckDB) over the last sweep and the last run."""
    from afterban.experiment.query import query as ask

    answer = ask(sql, results)
    if as_json:
        output.say_json([dict(zip(answer.columns, row, strict=True)) for row in answer.rows])
    elif as_csv:
        output.say_csv(answer.columns, answer.rows)
    elif answer.columns:
        numbers = [
            k
            for k in range(len(answer.columns))
            if any(isinstance(row[k], int | float) for row in answer.rows)
        ]
        output.say_table(
            list(answer.columns),
            [[_cell(value) for value in row] for row in answer.rows],
            right=numbers,
        )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return output.number(value) if isinstance(value, float) else str(value)
