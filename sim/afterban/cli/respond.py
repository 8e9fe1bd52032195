"""``afterban respond``: how policies fare when operators answer them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from afterban.cli import complete, options, output, questions
from afterban.cli.progress import progress

if TYPE_CHECKING:
    from afterban.experiment.responded import Responses

commands = typer.Typer()
Arms: TypeAlias = Annotated[
    list[str],
    typer.Option(
        help="Arms to judge, separated by commas; the scenario's policies if left out.",
        autocompletion=complete.policy,
    ),
]
Points: TypeAlias = Annotated[
    int | None,
    typer.Option(
        help="Points over all stated ranges; 16 if left out, 0 for the scenario as written alone."
    ),
]
Reps: TypeAlias = Annotated[
    int | None, typer.Option(help="Replications of each point; 2 if left out.")
]
Draws: TypeAlias = Annotated[
    int | None,
    typer.Option(
        help="Replications of the scenario as written, for the interval of chance; its own number, "
        "but 10 at least, if left out."
    ),
]


@commands.command()
def respond(
    scenario: options.ScenarioName,
    policies: Arms = [],  # noqa: B006 (typer reads the default and never changes it)
    baseline: Annotated[
        str,
        typer.Option(help="Arm that the others are compared with.", autocompletion=complete.policy),
    ] = "base",
    metric: options.JudgedBy = "effective_reach",
    points: Points = None,
    reps: Reps = None,
    draws: Draws = None,
    operators: Annotated[int | None, options.thinned(3000)] = None,
    changes: options.Changes = [],  # noqa: B006 (as above)
    cluster: options.Cluster = None,
    seed: options.Seed = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
    out: options.Out = options.RESULTS,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Judge policies as things are and when operators answer them as badly as they could.

    The worst response is looked for within the bounds that the scenario states, for each policy by
    itself.  What was stopped is continued.
    """
    from afterban.experiment import responses

    loaded, chosen = questions.asked(scenario, changes, seed, None, engine, workers, quiet)
    arms = output.names_in(policies)
    sizes = {"points": points, "replications": reps, "draws": draws, "operators": operators}
    with (
        questions.place("respond", loaded, out / "questions" / f"respond-{loaded.name}") as files,
        progress(loaded.name, quiet) as advance,
    ):
        found = responses.respond(
            loaded,
            arms or None,
            baseline=baseline,
            metric=metric,
            **{name: size for name, size in sizes.items() if size is not None},
            out=out,
            engine=chosen,
            workers=workers,
            cluster=cluster,
            forecast=lambda told: output.note(told.words(), quiet),
            progress=advance,
        )
        files.frame("responses.csv", found.frame())
        files.picture("responses.png", found.figure)
    if as_json:
        output.say_json({**found.to_dict(), **files.data()})
        return
    _say(found)
    files.say()


def _say(found: Responses) -> None:
    """A table of the arms under each response, and all else in sentences."""
    from afterban.experiment.amounts import amount
    from afterban.experiment.responded import HEADINGS, KINDS
    from afterban.experiment.wording import label

    gone = {"stated": "as things are", "worst": "at the worst"}
    rows = [
        [
            one.arm,
            *(amount(found.metric, one.under(kind).value.value) for kind in KINDS),
            gone.get(found.vanishes(one), ""),
        ]
        for one in found.arms
    ]
    head = ["policy", *(HEADINGS[kind] for kind in KINDS), "its advantage vanishes"]
    output.say(f"{label(found.metric)}, by the response of operators")
    output.say_table(head, rows, right=(1, 2, 3))
    output.say("\n".join(found.words()))
