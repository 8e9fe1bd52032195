"""``afterban calibrate``: what figures say about what is not known of a scenario."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from afterban.cli import INTERRUPTED, options, output
from afterban.cli.progress import progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterban.experiment.calibrated import Calibrated
    from afterban.experiment.calibration_check import Checked
    from afterban.experiment.learnt import Prediction, Settings

commands = typer.Typer()

TRUTHS, RECOVERED = 200, 50
STAGES = {
    "waves": "history matching",
    "simulations": "the posterior",
    "predictions": "what it predicts",
    "proof": "known truths",
}
Check: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--check",
        help="Instead, prove on 200 known truths that such posteriors are right; exit code 1 "
        "if they are not.",
    ),
]
Keep: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        parser=options.place,
        metavar="FOLDER",
        help="Keep what is made in this folder too, each file with its digest: the posterior "
        "and its numbers, or the proof.",
    ),
]


@commands.command()
def calibrate(
    scenario: options.ScenarioName,
    changes: options.Changes = [],  # noqa: B006 (typer reads the default and never changes it)
    points: Annotated[
        int | None, typer.Option(help="Points of a wave of history matching; 64 if left out.")
    ] = None,
    reps: Annotated[
        int | None,
        typer.Option(help="Replications of a point, and of a draw that is predicted from; 4."),
    ] = None,
    waves: Annotated[int | None, typer.Option(help="Waves at most; 3 if left out.")] = None,
    simulations: Annotated[
        int | None, typer.Option(help="Simulations that the posterior is made from; 2000.")
    ] = None,
    draws: Annotated[
        int | None, typer.Option(help="Draws of the posterior that are kept; 200 if left out.")
    ] = None,
    check: Check = False,
    keep: Keep = None,
    resume: options.Resume = False,
    cluster: options.Cluster = None,
    seed: options.Seed = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
    out: options.Out = options.RESULTS,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Learn from the figures of a scenario's `calibration` section, and say what stays unknown.

    What was stopped is continued by the same command.
    """
    del resume
    options.at_least_one(workers, "worker", "--workers")
    sizes = _sizes(points, reps, waves, simulations, draws)
    loaded = output.load(scenario, changes, seed)

    from afterban.experiment.calibrate import Calibration
    from afterban.experiment.calibration_kept import keep_posterior, keep_proof

    chosen = output.engine_name(engine)
    with ExitStack() as stack:
        calibration = Calibration(
            loaded,
            sizes,
            out,
            chosen,
            workers,
            cluster,
            lambda told: output.note(told.words(), quiet),
            _stages(loaded.name, quiet, stack),
        )
        try:
            if check:
                proof = calibration.check(TRUTHS, RECOVERED)
                if keep is not None:
                    keep_proof(loaded, proof, keep)
                _say_proof(proof, calibration.runs().folder, as_json)
            else:
                found = calibration.run()
                if keep is not None:
                    keep_posterior(found, keep)
                _say(found, quiet, as_json)
        except KeyboardInterrupt:
            output.note("interrupted: what is finished is kept; the same command runs the rest")
            raise typer.Exit(INTERRUPTED) from None


def _sizes(
    points: int | None,
    reps: int | None,
    waves: int | None,
    simulations: int | None,
    draws: int | None,
) -> Settings:
    """The sizes that were asked for.  Raises BadParameter."""
    from afterban.experiment.learnt import Settings

    least = {
        "points": (points, 8),
        "replications": (reps, 2),
        "waves": (waves, 1),
        "simulations": (simulations, 100),
        "draws": (draws, 10),
    }
    for name, (given, lowest) in least.items():
        if given is not None and given < lowest:
            option = {"replications": "reps"}.get(name, name)
            raise typer.BadParameter(f"write {lowest} or more", param_hint=f"'--{option}'")
    return Settings(**{name: given for name, (given, _) in least.items() if given is not None})


def _stages(name: str, quiet: bool, stack: ExitStack) -> Callable[[str, int, int], None]:
    """Progress, a bar a stage."""
    bars: dict[str, Callable[[int, int], None]] = {}

    def tell(stage: str, done: int, planned: int) -> None:
        if stage not in bars:
            stack.close()
            bars[stage] = stack.enter_context(progress(f"{name}, {STAGES[stage]}", quiet))
        bars[stage](done, planned)

    return tell


def _say(found: Calibrated, quiet: bool, as_json: bool) -> None:
    """The tables, the sentences, and where everything is."""
    from afterban.cli.questions import figures

    made = [found.write()]
    made.append(found.folder / "calibration.json")
    output.write_json(made[-1], found.to_dict())
    for name in ("posterior", "predictions"):
        made.append(found.folder / f"{name}.png")
        figures().save(lambda name=name: found.figure(name), made[-1])
    if as_json:
        output.say_json(found.to_dict() | {"files": [str(path) for path in made]})
        return
    loaded = found.scenario
    output.say(f"{loaded.name}: {loaded.title}" if loaded.title else loaded.name)
    _say_known(found)
    for sentence in found.words():
        if not sentence.startswith(tuple(f"{one.name}: " for one in found.unknowns)):
            output.say(sentence)
    fitted = [one for one in found.predictions if not one.held_out]
    _say_figures("fitted to", fitted)
    held_out = [one for one in found.predictions if one.held_out]
    if held_out:
        _say_figures("held out", held_out)
    output.say(
        "After: 5 to 95 % over the draws of the posterior. Chance: one standard deviation of a "
        "replication at one draw; it is in no other column but the last. Seen: 5 to 95 % of what "
        "would be observed, error and chance included."
    )
    for path in made:
        output.say(str(path))
    output.note(f"try: afterban run {loaded.name} --draws {made[0]}", quiet)
    output.note(_waves(found), quiet)


def _say_known(found: Calibrated) -> None:
    rows = [
        [
            one.name,
            f"{unknown.text(one.prior_low)} to {unknown.text(one.prior_high)}",
            unknown.text(one.middle),
            f"{unknown.text(one.low)} to {unknown.text(one.high)}",
            f"{one.width:.2f}",
            ("" if one.identified else "not identified")
            or ", ".join(one.informed_by)
            or "the targets together",
        ]
        for unknown, one in zip(found.unknowns, found.known, strict=True)
    ]
    head = ["parameter", "before", "median", "after", "width left", "informed by"]
    output.say_table(head, rows, right=(2, 4), fold=(0, 5))


def _say_figures(title: str, some: list[Prediction]) -> None:
    rows = [
        [
            one.name,
            one.metric if one.arm == "base" else f"{one.metric} ({one.arm})",
            ("" if one.comparison == "about" else f"{one.comparison} ")
            + output.number(one.observed),
            _span(one.prior_low, one.prior_high),
            _span(one.low, one.high),
            f"±{one.chance:.2g}" if one.chance == one.chance else "",
            _span(one.observed_low, one.observed_high),
            one.verdict,
        ]
        for one in some
    ]
    head = [title, "metric", "observed", "before", "after", "chance", "seen", "verdict"]
    output.say_table(head, rows, fold=(0, 1, 7))


def _span(low: float, high: float) -> str:
    if low != low:
        return "undefined"
    return f"{output.number(low)} to {output.number(high)}"


def _waves(found: Calibrated) -> str:
    told = ", ".join(f"{wave.left:.0%}" for wave in found.history.waves)
    return (
        f"history matching left {told} of the prior, wave by wave; "
        f"{found.weighted.size:.0f} simulations count"
    )


def _say_proof(found: Checked, folder: Path, as_json: bool) -> None:
    """The proof, which is kept with its picture; exit code 1 if it fails."""
    from afterban.cli.questions import figures

    made = [folder / "proof.json", folder / "ranks.png"]
    output.write_json(made[0], found.to_dict())
    figures().save(found.figure, made[1])
    if as_json:
        output.say_json(found.to_dict() | {"files": [str(path) for path in made]})
    else:
        output.say_table(
            [
                "parameter",
                "intervals that hold the truth",
                "median width",
                "identified",
                "p of ranks",
            ],
            [
                [
                    row["parameter"],
                    f"{row['inside']} of {row['of']}",
                    f"{row['median_width']:.2f}",
                    "yes" if row["identified"] else "no",
                    f"{row['p_of_ranks']:.2g}",
                ]
                for row in found.frame().to_dict("records")
            ],
            right=(1, 2, 4),
        )
        for sentence in found.words():
            output.say(sentence)
        for path in made:
            output.say(str(path))
    if not found.passed:
        raise typer.Exit(1)
