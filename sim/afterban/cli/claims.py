"""``afterban claims``: what the documents say, beside what is simulated."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from afterban.cli import banding, options, output, verdicts
from afterban.cli.progress import progress
from afterban.cli.running import execute

if TYPE_CHECKING:
    from afterban.claims import Claim, Verdict
    from afterban.engines import EngineName
    from afterban.results import Results
    from afterban.scenario import Scenario

commands = typer.Typer()
Power: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--power",
        help="Measure how far the claims could have failed, at points drawn from all stated "
        "ranges (an hour), and keep it in power.csv, with the bands of effective reach in "
        "bands.csv. What was stopped is continued.",
    ),
]
About: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--scenario", help="Only claims about this scenario, its own (`claims:`) among them."
    ),
]


@commands.command()
def claims(
    ids: Annotated[
        list[str] | None, typer.Argument(help="Only these rows or figures, such as S12.")
    ] = None,
    run: Annotated[
        bool, typer.Option("--run", help="Run the scenarios of which there are no results yet.")
    ] = False,
    record: Annotated[
        bool, typer.Option("--record", help="Write into claims.yaml which claims hold now.")
    ] = False,
    power: Power = False,
    points: Annotated[int | None, typer.Option(help="Points of `--power`; 64 if left out.")] = None,
    reps: Annotated[
        int | None, typer.Option(help="Replications of each point; 4 if left out.")
    ] = None,
    scenario: About = None,
    out: options.Out = options.RESULTS,
    engine: options.Engine = None,
    workers: options.Workers = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Show what was published beside what is simulated.

    Takes the results that are there; the exit code is 1 if a claim that held before does not now.
    """
    from afterban import claims as register
    from afterban.errors import listed
    from afterban.experiment.ensemble import powers_of
    from afterban.experiment.own_powers import with_own

    chosen = output.engine_name(engine)
    options.at_least_one(workers, "worker", "--workers")
    if not power and (points is not None or reps is not None):
        raise typer.BadParameter("this goes with `--power` only", param_hint="'--points', '--reps'")
    for given, what, least in ((points, "points", 2), (reps, "reps", 2)):
        if given is not None and given < least:
            raise typer.BadParameter(f"write {least} or more", param_hint=f"'--{what}'")
    rows = register.load()
    if scenario is not None:
        rows = _about(scenario, rows)
        if record or power:
            raise typer.BadParameter(
                "only the shipped register is recorded and measured", param_hint="'--scenario'"
            )
    if ids:
        rows = _asked(rows, ids)
    if power:
        measure(rows, points, reps, out, chosen, workers, quiet)
        if not ids:
            _band_others(points, out, chosen, workers, quiet)
    judged: dict[str, Verdict] = {}
    for name in dict.fromkeys(claim.scenario for claim in rows if claim.metric is not None):
        asked = scenario if scenario is not None else str(name)
        about = output.load(asked)  # its claims may be later than those in the results
        results = _results(about, run, out, engine, workers, quiet)
        if results is not None:
            powers = with_own(powers_of(about, rows), about, out)
            found = register.judge(rows, results, powers)
            verdicts.note_powers(found, about, banding.command_of(asked), quiet)
            judged |= {v.claim.id: v for v in found}
    table = [judged.get(claim.id) or register.without_run(claim) for claim in rows]
    if as_json:
        output.say_json([verdict.data() for verdict in table])
    else:
        verdicts.show(table, everything=True)
        missing = {str(v.claim.scenario) for v in table if v.status == "not run"}
        if missing and not run:
            output.note(
                f"there are no results of {listed(sorted(missing))} in {out}; "
                f"`afterban claims{f' --scenario {scenario}' if scenario else ''} --run` makes "
                "them (minutes)",
                quiet,
            )
    if record:
        changed = register.record(table)
        output.note(f"recorded: {', '.join(changed) or 'nothing changed'}", quiet)
    if any(verdict.broke for verdict in table) and not record:
        raise typer.Exit(1)


def _asked(rows: list[Claim], ids: list[str]) -> list[Claim]:
    """The claims that are asked for, by row or by figure.  Raises AfterbanError for no claim."""
    from afterban.errors import AfterbanError, closest, listed

    wanted = [word.upper() for word in ids]
    known = {name.upper() for claim in rows for name in (claim.id, claim.source)}
    for word in wanted:
        if word not in known:
            near = closest(word, known)
            figures = listed(dict.fromkeys(claim.source for claim in rows))
            raise AfterbanError(
                f"`{word}` is no claim; the figures are {figures}"
                + (f"\n  did you mean `{near}`?" if near else "")
            )
    return [c for c in rows if {c.id.upper(), c.source.upper()} & set(wanted)]


def _about(scenario: str, rows: list[Claim]) -> list[Claim]:
    """Claims about a scenario: those of the register if it is a shipped one, and its own."""
    from afterban.claims import is_as_shipped
    from afterban.errors import AfterbanError
    from afterban.own_claims import own_claims

    loaded = output.load(scenario)
    found = [one for one in rows if one.scenario == loaded.name and is_as_shipped(loaded)]
    found += own_claims(loaded)
    if not found:
        raise AfterbanError(
            f"nothing is claimed about {loaded.name}; a scenario makes claims of its own in a "
            "section `claims:`"
        )
    return found


def measure(
    rows: list[Claim],
    points: int | None,
    reps: int | None,
    out: Path,
    engine: EngineName | None,
    workers: int | None,
    quiet: bool,
) -> None:
    """Measure the power of claims and the bands of the headline, and keep them.

    A scenario at a time; others stay as they are.
    """
    from afterban import bands
    from afterban import claims as register
    from afterban import power as store
    from afterban.experiment import ensemble

    order = [claim.id for claim in register.load()]
    for name in dict.fromkeys(claim.scenario for claim in rows if claim.metric is not None):
        # Of all its claims, since what is run is the same for them.
        scenario = output.load(str(name))
        with progress(f"power in {name}", quiet) as advance:
            made = ensemble.measure(
                scenario,
                register.load(),
                out,
                bands_of=ensemble.banded_arms(scenario, register.load()),
                points=points or ensemble.POINTS,
                replications=reps or ensemble.REPLICATIONS,
                engine=engine,
                workers=workers,
                forecast=lambda found: output.note(found.words(), quiet),
                progress=advance,
            )
        kept = store.read() | {one.id: one for one in made.powers}
        store.write(kept[id_] for id_ in order if id_ in kept)
        bands.keep(made.bands)


def _band_others(
    points: int | None, out: Path, engine: EngineName | None, workers: int | None, quiet: bool
) -> None:
    """Make and keep the bands of shipped scenarios that no claim is about.

    Each as ``afterban band`` would; not on the reference engine, on which it would take hours.
    """
    from afterban import bands
    from afterban import claims as register
    from afterban.engines import default_engine
    from afterban.experiment import ensemble
    from afterban.experiment.banded import band
    from afterban.scenario import shipped_names

    if (engine or default_engine()) == "reference":
        return
    claimed = {claim.scenario for claim in register.load() if claim.metric is not None}
    for name in shipped_names():
        scenario = output.load(name)
        if name in claimed or not ensemble.varied(scenario):
            continue
        with progress(f"band of {name}", quiet) as advance:
            made = band(
                scenario,
                out=out,
                points=points or ensemble.POINTS,
                engine=engine,
                workers=workers,
                progress=advance,
            )
        bands.keep(made.bands)


def _results(
    scenario: Scenario,
    run: bool,
    out: Path,
    engine: str | None,
    workers: int | None,
    quiet: bool,
) -> Results | None:
    """Results of a scenario: those that are there, or a run if that is wanted."""
    from afterban import results as store
    from afterban.core.code import source_digest

    arms = output.arms(scenario, [])
    for root in (out, out / "reference"):
        folder = store.folder_of(scenario, arms, root)
        if not (folder / "manifest.json").exists():
            continue
        found = store.read(folder)
        old = found.manifest.get("code_digest") != source_digest()
        if old and run:
            continue
        if old:
            output.note(f"{folder}: made by other code; `--run` makes it anew", quiet)
        return found
    if not run:
        return None
    output.note(f"running {scenario.name}", quiet)
    chosen: Any = output.engine_name(engine)
    made, _, interrupted = execute(
        scenario, arms, engine=chosen, workers=workers, out=out, quiet=quiet
    )
    if interrupted:
        raise KeyboardInterrupt
    return made
