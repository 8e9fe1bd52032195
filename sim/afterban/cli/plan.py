"""``afterban plan``: the best mix of levers within limits, how sure, and what to learn first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from afterban.cli import INTERRUPTED, options, output, questions
from afterban.cli.progress import progress

if TYPE_CHECKING:
    from afterban.experiment.planned import Planned
    from afterban.scenario import Scenario

commands = typer.Typer()

DrawsFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        parser=options.place,
        metavar="FILE",
        help="Draws of what is not known, such as the posterior of `afterban calibrate`, in place "
        "of the stated ranges.",
    ),
]
Worth: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="AMOUNT",
        help="Smallest difference of the aim that matters, in its unit, such as `1 %` of effective "
        "reach: mixes that are closer count as equal.",
    ),
]
MOST_ROWS = 6  # of what is worth learning


@commands.command()
def plan(
    scenario: options.ScenarioName,
    draws: DrawsFile = None,
    worth: Worth = None,
    points: Annotated[
        int | None, typer.Option(help="Points over all stated ranges, or draws; 64 if left out.")
    ] = None,
    reps: Annotated[
        int | None,
        typer.Option(help="Replications of each point, of the last in the race; 2 if left out."),
    ] = None,
    operators: Annotated[int | None, options.thinned(3000)] = None,
    changes: options.Changes = [],  # noqa: B006 (typer reads the default and never changes it)
    resume: options.Resume = False,
    cluster: options.Cluster = None,
    seed: options.Seed = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
    out: options.Out = options.RESULTS,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Find the best mix of the levers of a scenario's `plan` section within its limits.

    With the runner-up and how sure, what costs more, and what to learn first. What was stopped is
    continued by the same command.
    """
    del resume
    loaded, chosen = questions.asked(scenario, changes, seed, None, engine, workers, quiet)

    from afterban.experiment.draws import read_draws
    from afterban.experiment.plan import plan as find

    sizes = _sizes(loaded, points, reps, operators, worth)
    given = None if draws is None else read_draws(draws)
    with questions.place("plan", loaded, out / "questions" / f"plan-{loaded.name}") as files:
        try:
            with progress(loaded.name, quiet) as advance:
                found = find(
                    loaded,
                    draws=given,
                    **sizes,
                    out=out,
                    engine=chosen,
                    workers=workers,
                    cluster=cluster,
                    progress=advance,
                )
        except KeyboardInterrupt:
            output.note("interrupted: what is finished is kept; the same command runs the rest")
            raise typer.Exit(INTERRUPTED) from None
        files.frame("mixes.csv", found.frame())
        files.frame("learning.csv", found.learning_frame())
        files.picture("plan.png", found.figure)
    if as_json:
        output.say_json({**found.to_dict(), **files.data()})
        return
    _say(found)
    files.say()
    sets = " ".join(f"--set '{path}={text}'" for path, text in found.changes(loaded).items())
    if sets:
        output.note(f"try: afterban run {scenario} {sets}", quiet)


def _sizes(
    scenario: Scenario,
    points: int | None,
    reps: int | None,
    operators: int | None,
    worth: str | None,
) -> dict[str, Any]:
    """The sizes that were asked for.  Raises AfterbanError."""
    from afterban.experiment.planning.measures import number_of

    given: dict[str, Any] = {"points": points, "replications": reps, "operators": operators}
    if worth is not None and scenario.plan is not None:
        given["worth"] = number_of(scenario.plan.aim.metric, worth, "--worth")
    return {name: value for name, value in given.items() if value is not None}


def _say(found: Planned) -> None:
    """The answer in sentences, then the choices, what people buy, and what to learn."""
    output.say("\n".join([found.best_words(), *found.limit_words(), *found.doubt_words()]))
    _say_mixes(found)
    for sentence in (*found.beaten_words(), *found.step_words(), *found.answered_words()):
        output.say(sentence)
    _say_learning(found)
    output.say(found.size_words())


def _say_mixes(found: Planned) -> None:
    from afterban.experiment.amounts import percent

    measures, aim = found.measures, found.measures.aim
    shown = [name for name in found.costs if name != aim]
    rows = []
    for one in found.mixes:
        low, middle, high = (measures.amount(aim, x) for x in one.bands[aim])
        rows.append(
            [
                *(one.values[lever] for lever in found.levers),
                f"{middle} ({low} to {high})",
                "" if one.best is None else percent(one.best.value),
                "" if one.regret is None else measures.amount(aim, one.regret[0], True),
                *(measures.amount(name, one.means[name]) for name in shown),
                "" if one.keeps else "no",
                "yes" if one.efficient else "",
            ]
        )
    head = [*found.levers, f"{measures.label(aim)}, 5 to 95 %", "P(best)", "regret"]
    head += [*(measures.label(name) for name in shown), "in limits", "trade-off"]
    output.say_table(head, rows, right=(), fold=tuple(range(len(head))))
    output.say(
        "P(best) and regret are between those that keep the limits, next to the best one aside. "
        "Costs are means. Trade-off: no other mix has less of both "
        f"{measures.label(measures.frontier[0])} and {measures.label(measures.frontier[1])}."
    )


def _say_learning(found: Planned) -> None:
    said = found.learning_words()
    if not said:
        return
    output.say("\n".join(said))
    assert found.learning is not None
    aim, measures = found.measures.aim, found.measures
    rows = [
        [
            kind + one.label,
            measures.amount(aim, one.value, True),
            measures.span(aim, one.low, one.high),
            "" if one.told else "not distinguishable from none",
        ]
        for kind, some in (("", found.learning.each), ("log: ", found.learning.columns))
        for one in some[:MOST_ROWS]
    ]
    output.say_table(["to know", "is worth", "95 % interval", ""], rows, right=(1,), fold=(0, 3))


__all__ = ["commands"]
