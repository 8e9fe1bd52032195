"""``afterban explore``: which arm is best over all stated ranges, and which assumption decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from afterban.cli import complete, options, output, questions
from afterban.cli.progress import progress

if TYPE_CHECKING:
    from afterban.experiment.exploration import Exploration

commands = typer.Typer()
Arms: TypeAlias = Annotated[
    list[str],
    typer.Option(
        help="Arms to choose between, separated by commas; those that a platform can choose "
        "if left out.",
        autocompletion=complete.policy,
    ),
]
Targets: TypeAlias = Annotated[
    list[str],
    typer.Option(
        metavar="TARGET",
        help='What an arm shall come to, such as "effective_reach < 0.5 and '
        'wrong_suspensions < 100"; may be given again and again.',
    ),
]
Pair: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="A,B",
        help="Two arms whose difference is followed; the two that are best most often if left out.",
    ),
]
How: TypeAlias = Annotated[
    str,
    typer.Option(
        help="Of sensitivity: given (from the points themselves), sobol or morris (points of "
        "their own)."
    ),
]
Samples: TypeAlias = Annotated[
    int | None,
    typer.Option(
        help="Base samples of a sobol design (64 if left out), or trajectories of a morris "
        "design (16)."
    ),
]


@commands.command()
def explore(
    scenario: options.ScenarioName,
    policies: Arms = [],  # noqa: B006 (typer reads the default and never changes it)
    metric: options.JudgedBy = "effective_reach",
    target: Targets = [],  # noqa: B006 (as above)
    between: Pair = None,
    method: How = "given",
    points: Annotated[
        int | None, typer.Option(help="Points over all stated ranges; 256 if left out.")
    ] = None,
    samples: Samples = None,
    reps: Annotated[
        int | None, typer.Option(help="Replications of each point; 2 if left out.")
    ] = None,
    operators: Annotated[int | None, options.thinned(1000)] = None,
    changes: options.Changes = [],  # noqa: B006 (as above)
    seed: options.Seed = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
    out: options.Out = options.RESULTS,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Find which arm is best over all stated ranges at once, and which assumption decides.

    What was stopped is continued.
    """
    from afterban.experiment import explore as exploring

    loaded, chosen = questions.asked(scenario, changes, seed, None, engine, workers, quiet)
    arms = output.names_in(policies)
    sizes: dict[str, Any] = {"points": points, "replications": reps, "operators": operators}
    with (
        questions.place("explore", loaded, out / "questions" / f"explore-{loaded.name}") as files,
        progress(loaded.name, quiet) as advance,
    ):
        found = exploring.explore(
            loaded,
            arms or None,
            metric=metric,
            targets=target,
            between=_pair(between),
            method=method,  # type: ignore[arg-type]  # a word that is looked at there
            samples=samples,
            **{name: size for name, size in sizes.items() if size is not None},
            out=out,
            engine=chosen,
            workers=workers,
            forecast=lambda told: output.note(told.words(), quiet),
            progress=advance,
        )
        files.frame("arms.csv", found.frame())
        if found.responses:
            files.frame("indices.csv", found.indices_frame())
            files.picture("explore.png", found.figure)
        files.frame("points.csv", found.points_frame())
    if as_json:
        output.say_json({**found.to_dict(), **files.data()})
        return
    _say(found)
    files.say()


def _pair(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    names = [name.strip() for name in text.split(",")]
    if len(names) != 2 or not all(names):
        raise typer.BadParameter(
            f"`{text}`: give two arms, such as base,faster", param_hint="'--between'"
        )
    return names[0], names[1]


def _say(found: Exploration) -> None:
    """A table of the arms with their prices, and all else in sentences."""
    from afterban.experiment.amounts import amount, percent
    from afterban.experiment.exploration import SHARES
    from afterban.experiment.wording import label

    prices = [name for name in found.arms[0].prices if any(one.prices[name] for one in found.arms)]
    rows = []
    for one in found.arms:
        mean, far, most = (amount(found.metric, x, True) for x in one.regret)
        rows.append(
            [
                one.arm,
                _band(found.metric, one.band),
                f"{percent(one.best.value)} ({percent(one.best.low)} to {percent(one.best.high)})",
                f"{mean}; {far}; {most}",
                *(_band(name, one.prices[name]) for name in prices),
                *(percent(met.value) for met in one.targets),
            ]
        )
    head = ["policy", f"{label(found.metric)}, 5 to 95 %", "P(best)", "regret: mean; 95 %; most"]
    head += [label(name) for name in prices] + list(found.targets)
    output.say_table(head, rows, right=(), fold=(0, *range(3, len(head))))
    said = [found.size_words(), SHARES, *found.sensitivity_words()]
    output.say("\n".join([*said, *(one.words() for one in found.discoveries)]))


def _band(metric: str, band: tuple[float, float, float] | None) -> str:
    from afterban.experiment.amounts import amount

    if band is None:
        return "undefined"
    low, middle, high = (amount(metric, x) for x in band)
    return middle if low == high else f"{middle} ({low} to {high})"
