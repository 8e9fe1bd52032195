"""``afterban staffing``: how many reviewers keep a time to action under a target."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Annotated

import typer

from afterban.cli import options, output, questions

if TYPE_CHECKING:
    from afterban.experiment.capacity import Staffing
    from afterban.experiment.promise import Promise

commands = typer.Typer()

# Runs of a search, about: the first, those around the answer, and the way there.
LOOKS = 10


@commands.command()
def staffing(
    scenario: options.ScenarioName,
    median: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Target of the median time to action; 1d if neither this nor a promise is given.",
        ),
    ] = None,
    promise: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="Another share of accounts within a time, such as `95 % within 24 h`.",
        ),
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
    """Find how many reviewers keep the median time to action, or a promise, under a target.

    The fewest are searched on common random numbers, and laid beside queue theory; with their paid
    hours and people, the shifts, and what the scenario has now.
    """
    asked = _promise(median, promise)
    loaded, chosen = questions.asked(scenario, changes, seed, reps, engine, workers, quiet)
    questions.known_policy(loaded, policy)
    output.note_no_effect(loaded, [policy], quiet)

    from afterban.experiment.questions import staffing as find

    with questions.place("staffing", loaded, out) as files:
        with questions.clock(loaded.name, "numbers of reviewers", LOOKS, quiet, rough=True) as done:
            begun = itertools.count()
            found = find(
                loaded,
                promise=asked,
                policy=policy,
                engine=chosen,
                workers=workers,
                # Told before each number is run, so the first call is no number that is done.
                progress=lambda number: done() if next(begun) else None,
            )
        files.table("staffing.csv", found.rows())
        files.picture("capacity.png", found.figure)
    if as_json:
        output.say_json({**questions.about(loaded), **found.to_dict(), **files.data()})
        return
    _say(found, asked)
    files.say()


def _promise(median: str | None, promise: str | None) -> Promise:
    """What is asked for.  Raises BadParameter."""
    from afterban.errors import AfterbanError
    from afterban.experiment.promise import Promise

    if promise is not None:
        if median is not None:
            raise typer.BadParameter(
                "a promise and a median are two targets; give one of them", param_hint="'--promise'"
            )
        try:
            return Promise.parse(promise)
        except AfterbanError as error:
            raise typer.BadParameter(str(error), param_hint="'--promise'") from None
    target = options.duration("1d" if median is None else median, "--median")
    if not 0 < target < math.inf:
        raise typer.BadParameter("a median time to action is above 0", param_hint="'--median'")
    return Promise(0.5, target)


def _say(found: Staffing, asked: Promise) -> None:
    """The answer and its table, for people."""
    other = asked.share not in (0.5, 0.95)
    head = ["reviewers", "median", "95 % interval", "theory"]
    if other:
        head += [f"{asked.share * 100:g} % within", "95 % interval", "theory"]
    head += ["95th percentile", "95 % interval", "theory"]
    head += ["paid hours a week", "people at 40 h", "backlog a day", "n"]
    output.say(" ".join(found.words()))
    right = [k for k, name in enumerate(head) if name != "95 % interval"]
    output.say_table(head, [_row(found, k, other) for k in found.details], right=right)
    name = "the fluid wait of a week plus a mean service" if found.shifts else "M/M/c (Erlang C)"
    output.say(
        "Time from flag to suspension (Kaplan-Meier: accounts that still wait count). "
        "Intervals: Student's t over\nreplications on common random numbers. "
        f"Theory: {name}, for the arrivals that were simulated.\n"
        "Paid hours are those on duty, busy or not; people are in full time, without leave."
    )


def _row(found: Staffing, number: int, other: bool) -> list[str]:
    """A number of reviewers in the table; ``other``: with the promise in columns of its own."""
    from afterban.experiment.wording import time_text
    from afterban.statistics import mean_interval

    look, expected = found.details[number], found.theory[number]
    m, far, kept = (mean_interval(x) for x in (look.median, look.p95, look.promised))
    shown = [(m, expected.median), (kept, expected.promised), (far, expected.p95)]
    if not other:
        del shown[1]
    row = [str(number)]
    for estimate, theory in shown:
        row += [
            time_text(estimate.value),
            questions.times(estimate),
            questions.limit(theory),
        ]
    return [
        *row,
        f"{found.paid_hours(number):,.0f}",
        f"{found.people(number):,}",
        f"{round(float(look.growth.mean()), 1) + 0.0:+,.1f} cases",
        str(m.n),
    ]
