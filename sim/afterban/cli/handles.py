"""``afterban handles``: which threshold on the likeness of handles is worth it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from afterban.cli import options, output, questions

if TYPE_CHECKING:
    from afterban.experiment.matching import MatchCurve, TradeOff

commands = typer.Typer()


@commands.command()
def handles(
    scenario: options.ScenarioName,
    corpus: Annotated[
        int, typer.Option(help="Ordinary handles on which the matcher is measured.")
    ] = 100_000,
    changes: options.Changes = [],  # noqa: B006 (typer reads the default and never changes it)
    reps: options.Reps = None,
    seed: options.Seed = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
    out: questions.OutFolder = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Find which threshold on the likeness of handles is worth it.

    The arms that differ in it are run; thresholds from 0 to 6 edits where the scenario has none.
    """
    if not 1 <= corpus <= 100_000_000:
        raise typer.BadParameter("take 1 to 100,000,000 handles", param_hint="'--corpus'")
    loaded, chosen = questions.asked(scenario, changes, seed, reps, engine, workers, quiet)

    from afterban.experiment.questions import handles as find
    from afterban.experiment.questions import with_thresholds

    with_thresholds(loaded)  # refuses a scenario without ordinary users, before a folder is made
    with questions.place("handles", loaded, out) as files:
        output.note(f"{loaded.name}: measuring the matcher on {corpus:,} handles", quiet)
        with questions.clock(loaded.name, "replications", loaded.replications, quiet) as done:
            found = find(
                loaded, corpus=corpus, engine=chosen, workers=workers, each=lambda _: done()
            )
        files.table("matcher.csv", found.matcher_rows())
        files.table("trade-off.csv", found.rows())
        files.picture("handles.png", found.figure)
    if as_json:
        output.say_json({**questions.about(loaded), **found.to_dict(), **files.data()})
        return
    _say_matcher(found.curve)
    _say_trade_off(found.arms)
    for text in found.words():
        output.say(text)
    output.say("Intervals: Student's t over replications, Wilson for the matcher.")
    files.say()


def _say_matcher(curve: MatchCurve) -> None:
    """The table of the matcher alone."""
    output.say(
        f"The matcher alone: {curve.corpus:,} ordinary handles, {curve.suspended:,} suspended, "
        "as many successors"
    )
    output.say_table(
        ["edits", "successors found", "95 % interval", "ordinary users hit", "95 % interval"],
        [
            [
                str(p.threshold),
                questions.percent(p.recall),
                questions.percents(p.recall),
                questions.percent(p.false_matches),
                questions.percents(p.false_matches),
            ]
            for p in curve.points
        ],
        right=(0, 1, 3),
    )


def _say_trade_off(rows: Sequence[TradeOff]) -> None:
    """The table of the arms in the network."""
    output.say("In the network: reach that is left, and ordinary accounts that are flagged")
    output.say_table(
        [
            "arm",
            "edits",
            "effective reach",
            "95 % interval",
            "look-alikes in 100,000",
            "95 % interval",
            "n",
        ],
        [
            [
                row.policy,
                str(row.threshold),
                questions.percent(row.effective_reach),
                questions.percents(row.effective_reach),
                output.number(row.per_100k.value),
                output.interval(row.per_100k),
                str(row.effective_reach.n),
            ]
            for row in rows
        ],
        right=(1, 2, 4, 6),
    )
