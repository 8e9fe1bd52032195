"""``afterban ablate``: what each part of the cycle contributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from afterban.cli import options, output, questions

if TYPE_CHECKING:
    from afterban.experiment.ablate import Ablation

commands = typer.Typer()


@commands.command()
def ablate(
    scenario: options.ScenarioName,
    pressure: Annotated[
        str,
        typer.Option(
            metavar="FACTORS", help="Factors on every hazard of discovery, separated by commas."
        ),
    ] = "1",
    parts: Annotated[
        str | None,
        typer.Option(
            help="Parts to switch off: return, similar-names, promotion, spares; all if left out."
        ),
    ] = None,
    metric: Annotated[str, typer.Option(help="What they contribute to.")] = "effective_reach",
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
    """Find what return, similar names, promotion and spares each contribute.

    Each is switched off alone on the same draws.  Contributions need not add up.
    """
    factors = _factors(pressure)
    loaded, chosen = questions.asked(scenario, changes, seed, reps, engine, workers, quiet)

    from afterban.experiment.ablate import ablate as find

    questions.known_policy(loaded, policy)
    wanted = None if parts is None else [one.strip() for one in parts.split(",") if one.strip()]
    with questions.place("ablation", loaded, out) as files:
        planned = loaded.replications * len(factors)
        with questions.clock(loaded.name, "replications", planned, quiet) as done:
            found = find(
                loaded,
                wanted,
                policy=policy,
                pressures=factors,
                metric=metric,
                engine=chosen,
                workers=workers,
                each=lambda _: done(),
            )
        files.table("ablation.csv", found.rows())
        files.picture("ablation.png", found.figure)
    if as_json:
        output.say_json({**questions.about(loaded), **found.to_dict(), **files.data()})
        return
    _say(found, len(factors))
    files.say()


def _say(found: Ablation, pressures: int) -> None:
    """The contributions in words, if there is one pressure, and as a table."""
    from afterban.experiment.wording import decimals, interval, number

    rows = []
    for one in found.contributions:
        d = one.difference
        if d is None:
            rows.append([f"{one.pressure:g}×", one.part, "–", "–", "–", "–", one.absent, "0"])
            continue
        digits = decimals(d.estimate.half_width)
        rows.append(
            [
                f"{one.pressure:g}×",
                one.part,
                number(d.arm.value, digits),
                number(d.control.value, digits),
                interval(d.estimate, signed=True),
                f"{number(100 * one.relative, 1)} %",
                {1: "raises it", -1: "lowers it", 0: "not distinguishable from zero"}[one.sign]
                if not d.same
                else "no draw depended on it",
                str(d.estimate.n),
            ]
        )
    if pressures == 1:  # for several the table is easier to read
        output.say("\n".join(found.words()))
    output.say_table(
        ["pressure", "part", "with", "without", "contribution", "relative", "", "n"],
        rows,
        right=(0, 2, 3, 4, 5, 7),
    )
    output.say(
        f"{found.metric} with all parts at work and with one switched off, on common random "
        "numbers.\nIntervals of one pressure hold together at 95 %; contributions need not add up."
    )


def _factors(text: str) -> list[float]:
    try:
        factors = [float(one) for one in text.split(",")]
    except ValueError:
        factors = []
    if not factors or not all(0 < one < float("inf") for one in factors):
        raise typer.BadParameter(
            f"`{text}`: give factors above 0, such as 1,3,10", param_hint="'--pressure'"
        )
    return sorted(dict.fromkeys(factors))
