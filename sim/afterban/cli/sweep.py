"""``afterban sweep`` and ``query``: many versions of a scenario, and SQL over what came of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from afterban.cli import INTERRUPTED, options, output
from afterban.cli.progress import progress

if TYPE_CHECKING:
    from collections.abc import Callable

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
    cluster: str | None = typer.Option(
        None, help="Run on Dask: the address `tcp://host:port` of a scheduler, or `local:N`."
    ),
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
    loaded = output.load(scenario, changes, seed)
    # Within the section, so that they are checked as if they were written there.
    sizes = {"sweep.points": points, "sweep.replications": reps}
    sizes = {path: value for path, value in sizes.items() if value is not None}
    if sizes and loaded.sweep is not None:
        loaded = loaded.with_changes(sizes)

    from afterban.experiment.sweep import no_effect
    from afterban.experiment.sweep import sweep as run_sweep
    from afterban.scenario.inert import words

    names = [name.strip() for part in policies for name in part.split(",") if name.strip()]
    if loaded.sweep is not None:  # it is refused below otherwise
        for sentence in words(no_effect(loaded, names or None)):
            output.note(sentence, quiet)

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

    carry_out(loaded, start, dry_run, quiet, as_json)


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
    from afterban.experiment.sweep import again as plan_again
    from afterban.experiment.sweep import folder_of, run_plan

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

    found = carry_out(loaded, start, dry_run, quiet, as_json)
    return None if found is None else found.folder


def carry_out(
    loaded: Scenario,
    start: Callable[..., Finished | None],
    dry_run: bool,
    quiet: bool,
    as_json: bool,
) -> Finished | None:
    """Start a sweep, tell how it goes, and show what came of it; None of one that is not run."""
    from afterban.experiment.identical import identical_words

    told: list[Forecast] = []

    def forecast(found: Forecast) -> None:
        told.append(found)
        if dry_run and not as_json:
            output.say(found.words())
        else:
            output.note(found.words(), quiet)

    finished = 0
    with progress(loaded.name, quiet) as advance:

        def tell(done: int, tasks: int) -> None:
            nonlocal finished
            finished = done
            advance(done, tasks)

        try:
            found = start(forecast=forecast, progress=tell)
        except KeyboardInterrupt:
            if not finished:
                raise
            found = None
    if found is None:
        if dry_run:
            if as_json:
                output.say_json(vars(told[0]) | {"seconds": told[0].seconds})
            return None
        output.note(
            f"interrupted: {finished:,} of {told[0].tasks:,} replications are finished and kept; "
            "the same command with `--resume` runs the rest"
        )
        raise typer.Exit(INTERRUPTED)
    if as_json:
        output.say_json(
            {
                "scenario": loaded.name,
                "folder": str(found.folder),
                "table": str(found.table),
                "points": len(found.plan.points),
                "points_asked": found.plan.asked,
                "points_repeated": found.plan.repeated,
                "replications": found.plan.replications,
                "policies": list(found.plan.policies),
                "identical": found.identical,
                "run_now": found.run,
                "kept_before": found.plan.tasks - found.run,
            }
        )
        return found
    before = found.plan.tasks - found.run
    for sentence in identical_words(found.identical):
        output.note(sentence, quiet)
    output.say(
        f"{loaded.name}: {found.plan.told}, {found.plan.replications:,} "
        f"replications of {len(found.plan.policies)} arm{'s'[: len(found.plan.policies) > 1]}; "
        f"{found.run:,} run now" + (f", {before:,} were there" if before else "")
    )
    output.say(str(found.table))
    output.note(
        'try: afterban query "SELECT point, policy, avg(effective_reach) AS reach FROM sweep '
        'GROUP BY ALL ORDER BY ALL"',
        quiet,
    )
    return found


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
