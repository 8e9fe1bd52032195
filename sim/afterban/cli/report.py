"""``afterban report``: a page to take to a meeting."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeAlias, TypeVar

import typer

from afterban.cli import banding, complete, options, output
from afterban.cli import one_page as one_page_of
from afterban.cli.assumptions import Ranking
from afterban.cli.keeping import keep, kept
from afterban.cli.progress import progress

if TYPE_CHECKING:
    from afterban.experiment.ablate import Ablation
    from afterban.report.html import Break
    from afterban.report.numbers import Numbers
    from afterban.results import Results

T = TypeVar("T")
commands = typer.Typer()

PAGE = "report.html"
ABLATION = "ablation.json"
What: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="RESULTS",
        help="Folder of a run or a sweep, file of a comparison, "
        "or name of a scenario that was run; with --question a scenario.",
    ),
]
Ablate: TypeAlias = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="Switch off each part of the cycle in N replications; takes a while, and is kept "
        "and shown the next time too.",
    ),
]
Question: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="TEXT",
        help="Answer a question about a scenario in its first sentence, such as "
        '"48 hours or 24?"; the arms are those of --compare.',
    ),
]
Compare: TypeAlias = Annotated[
    list[str],
    typer.Option(
        metavar="ARMS",
        help="Two to five arms of a scenario to answer about, separated by commas; the first "
        "is what others are compared with. As written and its first policies if left out.",
        autocompletion=complete.policy,
    ),
]
Root: TypeAlias = Annotated[
    Path,
    typer.Option(
        "--results",
        parser=options.place,
        metavar="FOLDER",
        help="Where results are looked for by name.",
    ),
]


@commands.command()
def report(
    what: What,
    out: Annotated[
        Path | None,
        options.file("File to write; report.html beside the results if left out."),
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
    ablate: Ablate = None,
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
    question: Question = None,
    compare: Compare = [],  # noqa: B006 (typer reads the default and never changes it)
    one_page: Annotated[
        bool, typer.Option("--one-page", help="Answer on one printed page; the rest beside it.")
    ] = False,
    changes: options.Changes = [],  # noqa: B006 (as above)
    reps: options.Reps = None,
    root: Root = options.RESULTS,
    points: banding.Points = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Make a page to take to a meeting: one HTML file that needs nothing else, and prints.

    With --question, --compare or --one-page it takes a scenario and runs what the answer needs.
    """
    from afterban.report import html, numbers

    html.require()
    options.at_least_one(sensitivity_reps, "replication", "--sensitivity-reps")
    options.at_least_one(ablate, "replication", "--ablate")
    chosen = output.engine_name(engine)
    _check_named(what)
    output.check_file(out, "--out", "such as `--out meeting.html`")
    asked = _OfARun(baseline, break_even, ablate)
    if question is not None or compare or one_page:
        asked.refuse("a question; name the arms with --compare")
        words = question or ""
        ranked = (sensitivity, sensitivity_reps)
        how = (changes, reps, points, *ranked, root, chosen, workers, quiet)
        _answer(one_page_of.Asked(what, words, compare, one_page, *how), out, pdf, as_json)
        return
    _only_of_a_question(changes, reps)
    path = numbers.locate(what, root)
    ranking = Ranking(sensitivity, sensitivity_reps, chosen, workers, quiet)
    banded = _Banded(points, root, chosen, workers, quiet)
    page = _page(path, asked, ranking, banded)
    made = _write(out or (path / PAGE if path.is_dir() else path.with_suffix(".html")), page, pdf)
    if as_json:
        output.say_json(made)
    else:
        for name in ("page", "pdf")[: 1 + pdf]:
            output.say(made[name])


def _only_of_a_question(changes: list[str], reps: int | None) -> None:
    """Refuse options that say how to run where nothing is run."""
    for option, given in (("--set", changes), ("--reps", reps)):
        if given:
            raise typer.BadParameter(
                "results are as they were run; it goes with --question or --compare",
                param_hint=f"'{option}'",
            )


def _answer(asked: one_page_of.Asked, out: Path | None, pdf: bool, as_json: bool) -> None:
    """Answer a question on a page, and say where the page is and what it says."""
    made = one_page_of.make(asked, out)
    if pdf:
        made["pdf"] = _printed(Path(made["page"]))
    if as_json:
        output.say_json(made)
        return
    for sentence in made["answer"]["answer"]:
        output.say(sentence)
    for name in ("page", "appendix", "pdf"):
        if name in made:
            output.say(made[name])


def _check_named(what: str) -> None:
    from afterban.errors import AfterbanError

    if not what.strip():
        raise AfterbanError("no results are named; give a folder, a file or a name")


def _write(target: Path, page: str, pdf: bool) -> dict[str, Any]:
    """Write the page, as PDF too if that is wanted; where they are."""
    from afterban.report import html

    html.write(target, page)
    made: dict[str, Any] = {"page": str(target), "bytes": target.stat().st_size}
    if pdf:
        made["pdf"] = _printed(target)
    return made


def _printed(page: Path) -> str:
    """Print a page as PDF beside it; where that is."""
    from afterban.report.pdf import print_pdf

    printed = page.with_suffix(".pdf")
    print_pdf(page, printed)
    return str(printed)


class _OfARun(NamedTuple):
    """What only the report of a run can have."""

    baseline: str | None
    break_even: float | None
    ablate: int | None

    def refuse(self, what: str) -> None:
        """Refuse these options for the report of something else.  Raises AfterbanError."""
        from afterban.errors import AfterbanError

        for option, given in zip(("--baseline", "--break-even", "--ablate"), self, strict=True):
            if given is not None:
                raise AfterbanError(f"{option}: this is for the report of a run, not of {what}")


class _Banded(NamedTuple):
    """How the band over the assumptions is made where it is not known."""

    points: int | None
    root: Path
    engine: str | None
    workers: int | None
    quiet: bool

    def of(self, found: Numbers) -> Numbers:
        """The same numbers, with the file that bands of them are kept in once they are made."""
        from afterban.bands import NAME

        place = self.root / NAME if found.bands is None else found.bands
        scenario = found.scenario
        if scenario is None:
            return found
        if not banding.kept(scenario, place.parent) and banding.can_make(
            scenario, found.arms, self.points, self.engine
        ):
            banding.make(
                scenario,
                [found.main, *(arm for arm in found.arms if arm != found.main)],
                points=self.points,
                out=place.parent,
                engine=self.engine,
                workers=self.workers,
                quiet=self.quiet,
            )
        return replace(found, bands=place)


def _page(path: Path, asked: _OfARun, ranking: Ranking, banded: _Banded) -> str:
    """The page of a sweep, a comparison or a run, whichever the path is of."""
    from afterban.report import numbers, sweeps

    if path.is_dir() and sweeps.is_sweep(path):
        asked.refuse("a sweep")
        return _page_of_sweep(path, ranking)
    document = numbers.read_document(path)
    if isinstance(document, dict):
        asked.refuse("a comparison")
        return _page_of_comparison(document, path, ranking, banded)
    return _page_of_run(document, asked, ranking, banded)


def _page_of_sweep(path: Path, ranking: Ranking) -> str:
    from afterban.report import html, sweeps

    swept = sweeps.read_sweep(path)
    ranked, why = ranking.of_sweep(swept)
    return html.page_of_sweep(swept, sensitivity=ranked, no_sensitivity=why)


def _page_of_comparison(
    document: dict[str, Any], path: Path, ranking: Ranking, banded: _Banded
) -> str:
    from contextlib import nullcontext

    from afterban.files import fault_of
    from afterban.report import html, numbers

    found = banded.of(numbers.of_comparison(document, path))
    ranked, why = ranking.of_comparison(found)
    # What has no digest may hold anything.
    with nullcontext() if found.verified else fault_of(path):
        return html.page_of_numbers(found, sensitivity=ranked, no_sensitivity=why)


def _page_of_run(results: Results, asked: _OfARun, ranking: Ranking, banded: _Banded) -> str:
    from afterban.report import html, numbers

    how = (ranking.engine, ranking.workers, ranking.quiet)
    found = banded.of(numbers.of_run(results, asked.baseline))
    breaking = None if asked.break_even is None else _search(results, asked.break_even, *how)
    ranked, why = ranking.of_run(found, results)
    return html.page_of_numbers(
        found,
        sensitivity=ranked,
        no_sensitivity=why,
        breaking=breaking,
        ablation=_ablation(found, results, asked.ablate, *how),
    )


def _ablation(
    found: Numbers,
    results: Results,
    reps: int | None,
    engine: Any,
    workers: int | None,
    quiet: bool,
) -> Ablation | None:
    """What each part of the cycle contributes: worked out if asked, else what the folder has."""
    from afterban.core.code import source_digest
    from afterban.experiment.ablate import Ablation, ablate

    cache = None if results.folder is None else results.folder / ABLATION
    asked = {"results": results.digest, "code": source_digest(), "policy": found.main}
    known = kept(cache, asked, Ablation.from_dict)
    if reps is None or (known is not None and known.replications == reps):
        return known
    with progress("parts of the cycle", quiet, "replications") as advance:
        done = []

        def each(_: object) -> None:
            done.append(1)
            if advance is not None:
                advance(len(done), reps)

        made = ablate(
            results.scenario,
            policy=found.main,
            replications=reps,
            engine=engine,
            workers=workers,
            each=each,
        )
    keep(cache, asked, made.to_dict(), "the ablation", quiet)
    return made


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
