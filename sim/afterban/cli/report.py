"""``afterban report``: a page to take to a meeting."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from afterban.cli import options, output
from afterban.cli.progress import progress

if TYPE_CHECKING:
    from afterban.experiment.sensitivity import Sensitivity
    from afterban.report.html import Break
    from afterban.report.numbers import Numbers
    from afterban.results import Results

commands = typer.Typer()

PAGE = "report.html"
CACHE = "sensitivity.json"


@commands.command()
def report(
    what: Annotated[
        str,
        typer.Argument(
            metavar="RESULTS",
            help="Folder of a run or a sweep, JSON file of a comparison, "
            "or name of a scenario that was run.",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="File to write; report.html beside the results if left out."
        ),
    ] = None,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Print it as PDF too; needs chromium.")
    ] = False,
    sensitivity: Annotated[
        bool,
        typer.Option(help="Rank the assumptions; takes a while, and is kept for the next time."),
    ] = True,
    sensitivity_reps: Annotated[
        int | None, typer.Option(help="Replications of each setting of an assumption.")
    ] = None,
    break_even: Annotated[
        float | None,
        typer.Option(
            help="Search the time to action at which effective reach falls under this, by runs."
        ),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(help="Arm that differences are from; the scenario as written if left out."),
    ] = None,
    root: Annotated[
        Path, typer.Option("--results", help="Where results are looked for by name.")
    ] = (options.RESULTS),
    engine: options.Engine = None,
    workers: options.Workers = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Make a page to take to a meeting: one HTML file that needs nothing else, and prints."""
    from afterban.errors import AfterbanError
    from afterban.report import html, numbers, sweeps

    html.require()
    if sensitivity_reps is not None and sensitivity_reps < 1:
        raise typer.BadParameter(
            "there is at least 1 replication", param_hint="'--sensitivity-reps'"
        )
    chosen = output.engine_name(engine)
    path = numbers.locate(what, root)
    if path.is_dir() and sweeps.is_sweep(path):
        page = html.page_of_sweep(sweeps.read_sweep(path))
    else:
        document = numbers.read_document(path)
        if isinstance(document, dict):
            if baseline is not None:
                raise AfterbanError("--baseline: a comparison has its baseline already")
            found = numbers.of_comparison(document, path)
            skipped = (
                "Assumptions are ranked in the report of a run; this is one of a comparison."
                if sensitivity
                else "Left out, as asked."
            )
            page = html.page_of_numbers(found, no_sensitivity=skipped)
        else:
            found = numbers.of_run(document, baseline)
            breaking = (
                None
                if break_even is None
                else _search(document, break_even, chosen, workers, quiet)
            )
            ranked, why = None, "Left out, as asked (--no-sensitivity)."
            if sensitivity:
                ranked, why = _ranked(found, document, sensitivity_reps, chosen, workers, quiet)
            page = html.page_of_numbers(
                found, sensitivity=ranked, no_sensitivity=why, breaking=breaking
            )
    target = out or (path / PAGE if path.is_dir() else path.with_suffix(".html"))
    html.write(target, page)
    made: dict[str, Any] = {"page": str(target), "bytes": target.stat().st_size}
    if pdf:
        from afterban.report.pdf import print_pdf

        printed = target.with_suffix(".pdf")
        print_pdf(target, printed)
        made["pdf"] = str(printed)
    if as_json:
        output.say_json(made)
    else:
        output.say(made["page"])
        if pdf:
            output.say(made["pdf"])


def _ranked(
    found: Numbers,
    results: Results,
    replications: int | None,
    engine: Any,
    workers: int | None,
    quiet: bool,
) -> tuple[Sensitivity | None, str]:
    """The ranking of assumptions, from its file if it is there; else why there is none."""
    from afterban.experiment import sensitivity as ranking
    from afterban.jit import source_digest
    from afterban.report import numbers

    scenario = results.scenario
    if not found.estimate("suspensions", found.main).value > 0:
        return None, "Nobody is suspended in this run, so no assumption changes effective reach."
    count = replications or ranking.REPLICATIONS
    others = [arm for arm in found.by_reach if arm != found.main]
    other = others[0] if others else None
    dial = len(numbers.speed_dial(results)) >= 3
    # The dial is what the page is about, not an assumption.
    leave_out = ["time-to-action"] if dial else []
    asked = {
        "results": results.digest,
        "code": source_digest(),
        "policy": found.main,
        "other": other,
        "replications": count,
        "operators": ranking.OPERATORS,
        "leave_out": leave_out,
        "assumptions": [[one.name, one.label, one.low, one.high] for one in ranking.ASSUMPTIONS],
    }
    cache = None if results.folder is None else results.folder / CACHE
    known = _cached(cache, asked)
    if known is not None:
        return known, ""
    with progress("assumptions", quiet, "runs") as advance:
        ranked = ranking.rank(
            scenario,
            policy=found.main,
            other=other,
            replications=count,
            leave_out=leave_out,
            engine=engine,
            workers=workers,
            progress=advance,
        )
    if cache is not None:
        text = json.dumps({"asked": asked, **ranked.to_dict()}, indent=1, ensure_ascii=False)
        try:
            temporary = cache.with_name(f".{cache.name}.tmp")
            temporary.write_text(text + "\n", encoding="utf-8")
            temporary.replace(cache)
        except OSError:
            output.note(f"{cache} cannot be written; the ranking is not kept", quiet)
    return ranked, ""


def _cached(cache: Path | None, asked: dict[str, Any]) -> Sensitivity | None:
    from afterban.experiment.sensitivity import Sensitivity

    try:
        data = json.loads(cache.read_text(encoding="utf-8")) if cache is not None else None
        if not isinstance(data, dict) or data.pop("asked", None) != asked:
            return None
        return Sensitivity.from_dict(data)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _search(results: Results, below: float, engine: Any, workers: int | None, quiet: bool) -> Break:
    """Break-even by runs at several times, as ``afterban breakeven`` does."""
    from afterban.experiment.breakeven import LONGEST, SHORTEST, Dial, crossing
    from afterban.report.html import Break

    scenario = results.scenario
    with progress("break-even", quiet, "runs") as advance:
        dial = Dial(
            scenario,
            replications=max(2, len(results.finished)),
            engine=engine,
            workers=workers,
        )
        if advance is not None:
            dial.progress = lambda days: advance(len(dial.seen), 20)
        found = crossing(dial, below, shortest=SHORTEST, longest=LONGEST)
    return Break(
        (found,),
        dict(sorted(found.looks.items())),
        f"Searched by runs at {len(found.looks)} speeds on common random numbers.",
        f"afterban breakeven {scenario.name} --below {below:g} --reps {found.n}",
    )
