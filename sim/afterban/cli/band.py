"""``afterban band``: what the stated ranges of the assumptions leave of the headline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from afterban.cli import complete, options, output
from afterban.cli.progress import progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterban.bands import Band

commands = typer.Typer()


@commands.command()
def band(
    scenario: options.ScenarioName,
    changes: options.Changes = [],  # noqa: B006 (typer reads the default and never changes it)
    policies: options.Policies = [],  # noqa: B006 (as above)
    points: Annotated[
        int | None,
        typer.Option(help="Points over all stated ranges, a power of two; 64 if left out."),
    ] = None,
    reps: Annotated[
        int | None,
        typer.Option(help="Replications of each point; by the size of the network if left out."),
    ] = None,
    operators: Annotated[
        int | None,
        typer.Option(
            help="Operators of the network, thinned if there are more; so many that it takes less "
            "than a minute if left out. As many as there are take the whole network."
        ),
    ] = None,
    metrics: Annotated[
        list[str],
        typer.Option(
            "--metric",
            help="A metric of which there shall be a band too; may be given again.",
            autocompletion=complete.metric,
        ),
    ] = [],  # noqa: B006 (as above)
    engine: options.Engine = None,
    workers: options.Workers = None,
    cluster: options.Cluster = None,
    out: options.Out = options.RESULTS,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Show effective reach over all stated ranges at once, and keep it for `afterban run`.

    What was stopped is continued.
    """
    from afterban.bands import Bands
    from afterban.experiment import ensemble
    from afterban.experiment.banded import band as find
    from afterban.report import headline

    chosen = output.engine_name(engine)
    options.at_least_one(workers, "worker", "--workers")
    if points is not None and points < 2:
        raise typer.BadParameter("write 2 or more", param_hint="'--points'")
    options.at_least_one(reps, "replication", "--reps")
    options.at_least_one(operators, "operator", "--operators")
    loaded = output.load(scenario, changes, None, None)
    arms = output.arms(loaded, policies) if policies else ensemble.banded_arms(loaded)
    arms = [arm for arm in arms if arm != "none"]
    with progress(f"band of {loaded.name}", quiet) as advance:
        found = find(
            loaded,
            arms,
            out=out,
            points=points or ensemble.POINTS,
            replications=reps,
            operators=operators,
            metrics=metrics,
            engine=chosen,
            workers=workers,
            cluster=cluster,
            forecast=lambda told: output.note(told.words(), quiet),
            progress=advance,
        )
    if as_json:
        output.say_json(found.to_dict()["bands"])
        return
    output.say(f"{loaded.name}: {loaded.title}" if loaded.title else loaded.name)
    _show(found.bands)
    for sentence in headline.thinned(Bands({one.key: one for one in found.bands})):
        output.say(sentence)
    output.say(str(found.path))


def _show(made: Sequence[Band]) -> None:
    from afterban.report import words

    rows = []
    for one in made:
        metric, arm, against = one.key
        text = words.change_text if against else words.both
        parts = text(metric, one.estimate).partition(" (")
        rows.append(
            [
                words.heading(metric),
                f"{arm}, less {against}" if against else arm,
                parts[0],
                parts[2].removesuffix(")") or "no spread",
                f"{one.same_sign:.0%} {'more' if one.more > one.less else 'less'}"
                if against and one.told
                else "",
                str(one.told),
            ]
        )
    output.say_table(
        ["metric", "policy", "median", "5 to 95 %", "same sign", "points"],
        rows,
        right=(2, 5),
        fold=(0, 1),
    )
