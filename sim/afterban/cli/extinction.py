"""``afterban extinction``: the date on which the last account of a tier goes."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Annotated

import typer

from afterban.cli import options, output, questions

if TYPE_CHECKING:
    from afterban.experiment.extinction import Extinctions
    from afterban.statistics import Estimate

commands = typer.Typer()


@commands.command()
def extinction(
    scenario: options.ScenarioName,
    tier: Annotated[str, typer.Argument(help="Tier whose last account is looked for.")],
    beside: Annotated[
        str | None, typer.Option(help="Tier that is shown beside it; the largest other one.")
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar="DATE", help="Tell the share that is extinct by a date.")
    ] = None,
    policy: questions.Policy = "base",
    changes: options.Changes = [],  # noqa: B006 (typer reads the default and never changes it)
    reps: options.Reps = None,
    seed: options.Seed = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
    out: questions.OutFolder = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Find the date on which the last account of a tier goes, in each replication."""
    date = _date(by)
    loaded, chosen = questions.asked(scenario, changes, seed, reps, engine, workers, quiet)

    from afterban.experiment.questions import extinction as find

    questions.known_policy(loaded, policy)
    with questions.place("extinction", loaded, out) as files:
        with questions.clock(loaded.name, "replications", loaded.replications, quiet) as done:
            found = find(
                loaded,
                tier,
                beside=beside,
                policy=policy,
                engine=chosen,
                workers=workers,
                each=lambda _: done(),
            )
        files.table("extinction.csv", found.rows())
        files.picture("extinction.png", found.figure)
    by_then = None if date is None else found.gone_by(date)
    if as_json:
        told = None if by_then is None else {"date": by, **output.estimate_data(by_then)}
        answer = {**questions.about(loaded), **found.to_dict(), "by": told, **files.data()}
        output.say_json(answer)
        return
    output.say(str(found).replace("\n", " "))
    _say_shares(found, by, by_then)
    _say_dates(found, found.quantiles())
    output.say(
        "Extinct: without a public account until the end of the run; a date close to it is weak "
        "evidence.\nIntervals: Wilson for shares, Greenwood for dates."
    )
    files.say()


def _date(text: str | None) -> dt.date | None:
    """The date of ``--by``.  Raises BadParameter."""
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"`{text}` is no date; write one such as 2014-09-15", param_hint="'--by'"
        ) from None


def _say_shares(found: Extinctions, by: str | None, by_then: Estimate | None) -> None:
    """The table of shares that are extinct, by the end and by a date."""
    told = [("by the end", found.happened)]
    if by_then is not None:
        told.append((f"by {by}", by_then))
    output.say_table(
        ["extinct", "of replications", "95 % interval", "n"],
        [
            [label, questions.percent(e), questions.percents(e), str(len(found.days))]
            for label, e in told
        ],
        right=(1, 3),
    )


def _say_dates(found: Extinctions, shares: dict[float, Estimate]) -> None:
    """The table of dates."""

    def day_text(day: float) -> str:
        return found.date(day).isoformat() if math.isfinite(day) else "not in this run"

    n = len(found.days)
    output.say_table(
        ["share of replications extinct", "from", "95 % interval", "n"],
        [
            [
                f"{q:.0%}",
                day_text(e.value),
                "n = 1: no interval"
                if n == 1
                else f"{day_text(max(e.low, 0.0))} to {day_text(e.high)}",
                str(n),
            ]
            for q, e in shares.items()
        ],
        right=(0, 3),
    )
