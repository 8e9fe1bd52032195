"""``afterban ranking``: whom first, with what is known of accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from afterban.cli import options, output, questions

if TYPE_CHECKING:
    from afterban.experiment.ranking import WhomFirst

commands = typer.Typer()


@commands.command()
def ranking(
    scenario: options.ScenarioName,
    policy: questions.Policy = "base",
    day: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="When the accounts are removed, after the start; a third of the run if left out.",
        ),
    ] = None,
    window: Annotated[
        str, typer.Option(metavar="TIME", help="Time over which accounts are observed.")
    ] = "30d",
    error: Annotated[
        float, typer.Option(help="How far observations are off (sigma of a lognormal factor).")
    ] = 0.2,
    shares: Annotated[
        str, typer.Option(metavar="SHARES", help="Shares of the accounts removed.")
    ] = "1%,2%,5%,10%,20%,50%",
    changes: options.Changes = [],  # noqa: B006 (typer reads the default and never changes it)
    reps: options.Reps = None,
    seed: options.Seed = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
    out: questions.OutFolder = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Compare whom to remove first, by what is known of accounts.

    One campaign takes a share of the accounts; what is left of the reach is shown for each
    ranking, beside the best that could have been done after the fact.
    """
    wanted = _shares(shares)
    after = None if day is None else options.duration(day, "--day")
    seen = options.duration(window, "--window")
    loaded, chosen = questions.asked(scenario, changes, seed, reps, engine, workers, quiet)
    questions.known_policy(loaded, policy)

    from afterban.experiment.ranking import ranking as find

    with questions.place("ranking", loaded, out) as files:
        with questions.clock(loaded.name, "replications", loaded.replications, quiet) as done:
            found = find(
                loaded,
                policy,
                day=after,
                window=seen,
                error=error,
                shares=wanted,
                engine=chosen,
                workers=workers,
                each=done,
            )
        files.table("ranking.csv", found.table())
        files.picture("ranking.png", found.figure)
    if as_json:
        output.say_json({**questions.about(loaded), **found.to_dict(), **files.data()})
        return
    _say(found)
    for text in found.words():
        output.say(text)
    output.say("Intervals: Student's t over replications, differences paired on the same draws.")
    files.say()


def _say(found: WhomFirst) -> None:
    output.say_table(
        ["accounts removed", "ranking", "reach left", "95 % interval", "above the best", "n"],
        [
            [
                f"{100 * share:g} %" if k == 0 else "",
                row.ranking,
                questions.percent(row.left),
                questions.percents(row.left),
                questions.percent(row.above_best),
                str(row.left.n),
            ]
            for share in found.shares
            for k, row in enumerate(one for one in found.rows if one.share == share)
        ],
        right=(2, 4, 5),
    )


def _shares(text: str) -> list[float]:
    """Shares of a list such as `1%,5%`.  Raises BadParameter."""
    from afterban.errors import ValueProblem
    from afterban.units import parse_share

    found = []
    for part in text.split(","):
        try:
            found.append(parse_share(part.strip()))
        except ValueProblem as problem:
            raise typer.BadParameter(str(problem), param_hint="'--shares'") from None
    return found
