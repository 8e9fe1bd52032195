"""``afterban claims``: what the documents say, beside what is simulated."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from afterban.cli import options, output
from afterban.cli.progress import progress

if TYPE_CHECKING:
    from afterban.claims import Claim, Verdict
    from afterban.engines import EngineName
    from afterban.power import Powers
    from afterban.results import Results
    from afterban.statistics import Estimate

commands = typer.Typer()

NARROW = 120  # columns below which the table would break its words


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
    power: Annotated[
        bool,
        typer.Option(
            "--power",
            help="Measure how far the claims could have failed, at points drawn from all stated "
            "ranges (an hour), and keep it in power.csv, with the bands of effective reach in "
            "bands.csv. What was stopped is continued.",
        ),
    ] = False,
    points: Annotated[int | None, typer.Option(help="Points of `--power`; 64 if left out.")] = None,
    reps: Annotated[
        int | None, typer.Option(help="Replications of each point; 4 if left out.")
    ] = None,
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
    from afterban.errors import AfterbanError, closest, listed
    from afterban.experiment.ensemble import powers_of

    chosen = output.engine_name(engine)
    options.at_least_one(workers, "worker", "--workers")
    if not power and (points is not None or reps is not None):
        raise typer.BadParameter("this goes with `--power` only", param_hint="'--points', '--reps'")
    for given, what, least in ((points, "points", 2), (reps, "reps", 2)):
        if given is not None and given < least:
            raise typer.BadParameter(f"write {least} or more", param_hint=f"'--{what}'")
    rows = register.load()
    wanted = [word.upper() for word in ids or []]
    known = {name.upper() for claim in rows for name in (claim.id, claim.source)}
    for word in wanted:
        if word not in known:
            near = closest(word, known)
            figures = listed(dict.fromkeys(claim.source for claim in rows))
            raise AfterbanError(
                f"`{word}` is no claim; the figures are {figures}"
                + (f"\n  did you mean `{near}`?" if near else "")
            )
    if wanted:
        rows = [c for c in rows if {c.id.upper(), c.source.upper()} & set(wanted)]
    if power:
        measure(rows, points, reps, out, chosen, workers, quiet)
    verdicts: dict[str, Verdict] = {}
    for name in dict.fromkeys(claim.scenario for claim in rows if claim.metric is not None):
        results = _results(str(name), rows, run, out, engine, workers, quiet)
        if results is not None:
            powers = powers_of(results.scenario, rows)
            note_powers(powers, quiet)
            verdicts |= {v.claim.id: v for v in register.judge(rows, results, powers)}
    table = [verdicts.get(claim.id) or register.without_run(claim) for claim in rows]
    if as_json:
        output.say_json([verdict.data() for verdict in table])
    else:
        show(table, everything=True)
        missing = {str(v.claim.scenario) for v in table if v.status == "not run"}
        if missing and not run:
            output.note(
                f"there are no results of {listed(sorted(missing))} in {out}; "
                "`afterban claims --run` makes them (minutes)",
                quiet,
            )
    if record:
        changed = register.record(table)
        output.note(f"recorded: {', '.join(changed) or 'nothing changed'}", quiet)
    if any(verdict.broke for verdict in table) and not record:
        raise typer.Exit(1)


def show(verdicts: list[Verdict], everything: bool = False) -> None:
    """The table of claims; with ``everything`` also scenario and document."""
    if not verdicts:
        return
    from afterban.claims import counted

    if output.screen_width() < NARROW:
        for v in verdicts:
            output.say("\n".join(_block(v, everything)))
    else:
        _table(verdicts, everything)
    output.say("; ".join(f"{count} {words}" for count, words in counted(verdicts)))


def note_powers(powers: Powers, quiet: bool) -> None:
    """Say which powers are out of date, and what makes them anew."""
    from afterban.errors import listed

    for why in dict.fromkeys(powers.stale.values()):
        names = [name for name, reason in powers.stale.items() if reason == why]
        output.note(
            f"the power of {listed(names)} was measured with {why}, so it does not count; "
            "`afterban claims --power` measures it anew",
            quiet,
        )


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
    from afterban.cli.run import announce_compilation
    from afterban.engines import default_engine
    from afterban.experiment import ensemble

    announce_compilation(engine or default_engine(), quiet)
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


def _block(v: Verdict, everything: bool) -> list[str]:
    """A verdict in a few short lines, for narrow screens."""
    lines = [f"{v.claim.id}: {v.claim.says}"]
    if v.claim.figure is not None:
        lines.append(f"    cited      {v.claim.cited}")
    if v.simulated is not None and v.simulated.n:
        e = v.simulated
        value, ends = _simulated(e)
        lines.append(f"    simulated  {value} ({ends if e.n == 1 else f'{ends}, n = {e.n}'})")
    if everything and v.claim.scenario is not None:
        lines.append(f"    in         {_where(v.claim)}")
    return [*lines, f"    verdict    {'BROKEN: ' if v.broke else ''}{v.text}"]


def _table(verdicts: list[Verdict], everything: bool) -> None:
    head = ["id", "what", "cited", "simulated", "95 % interval", "n"]
    rows = []
    for v in verdicts:
        e = v.simulated if v.simulated is not None and v.simulated.n else None
        row = [v.claim.id, v.claim.says, v.claim.cited]
        row += ["", "", ""] if e is None else [*_simulated(e), str(e.n)]
        if everything:
            row += [_where(v.claim)]
        row += [f"{'BROKEN: ' if v.broke else ''}{v.text}"]
        rows.append(row)
    head += (["scenario, policy"] if everything else []) + ["verdict"]
    output.say_table(
        head,
        rows,
        title="Cited beside simulated",
        right=(2, 3, 5),
        fold=(1, 6, len(head) - 1),
    )


def _simulated(e: Estimate) -> tuple[str, str]:
    """Value and interval, with the digits that the interval leaves certain."""
    from afterban.report.words import rounded

    value = rounded(e.value, e.half_width)
    if math.isnan(e.low):
        return value, "n = 1: no interval"
    if e.low == e.high:
        return value, "no spread"
    return value, f"{rounded(e.low, e.half_width)} to {rounded(e.high, e.half_width)}"


def _where(claim: Claim) -> str:
    return "" if claim.scenario is None else f"{claim.scenario}, {claim.policy}"


def _results(
    name: str,
    rows: list[Claim],
    run: bool,
    out: Path,
    engine: str | None,
    workers: int | None,
    quiet: bool,
) -> Results | None:
    """Results of a shipped scenario: those that are there, or a run if that is wanted."""
    from afterban import results as store
    from afterban.jit import source_digest

    scenario = output.load(name)
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
    from afterban.cli.run import execute

    output.note(f"running {name}", quiet)
    chosen: Any = output.engine_name(engine)
    made, _, interrupted = execute(
        scenario, arms, engine=chosen, workers=workers, out=out, quiet=quiet
    )
    if interrupted:
        raise KeyboardInterrupt
    return made
