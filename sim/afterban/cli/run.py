"""``afterban run``: simulate, write the results, and show what matters."""

from __future__ import annotations

import shlex
import sys
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated, Any

import typer

from afterban.cli import INTERRUPTED, options, output

if TYPE_CHECKING:
    from pathlib import Path

    from afterban.claims import Verdict
    from afterban.report.artist import Draw
    from afterban.results import Results
    from afterban.scenario import Scenario

commands = typer.Typer()

# Metrics of the first table, where they can be told; `summary.csv` has all of them.
HEADLINE = (
    "effective_reach",
    "effective_reached",
    "effective_weekly_reach",
    "recent_effective_reach",
    "outsider_impressions",
    "reach",
    "reach_per_window",
    "attached_outsiders_share",
    "rebuild_effort",
    "ordinary_posts",
    "posts_made",
    "effective_reach_of_all_posts",
    "suspensions",
    "suspensions_per_day",
    "time_to_action_median",
    "unnoticed_days",
    "waiting_days",
    "waiting_share",
    "account_life_median",
    "lives_per_operator",
    "return_share",
    "first_account_share",
    "kept_less_share",
    "regeneration_number",
    "replacement_ratio",
    "paid_hours",
    "reviewer_hours",
    "utilisation",
    "backlog_mean",
    "wrong_suspensions",
    "share_of_voice",
    "recruits",
    "arrivals",
)
FIRST_COMPILATION_SECONDS = 80


@commands.command()
def run(
    scenario: options.ScenarioName,
    changes: options.Changes = [],  # noqa: B006 (typer reads the default and never changes it)
    seed: options.Seed = None,
    reps: options.Reps = None,
    policies: options.Policies = [],  # noqa: B006 (as above)
    engine: options.Engine = None,
    workers: options.Workers = None,
    out: options.Out = options.RESULTS,
    figures: Annotated[bool, typer.Option(help="Draw the figures.")] = True,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Run a scenario: tables on the screen, and a folder with everything."""
    loaded = output.load(scenario, changes, seed, reps)
    arms = output.arms(loaded, policies)
    chosen = output.engine_name(engine)
    if workers is not None and workers < 1:
        raise typer.BadParameter("there is at least 1 worker", param_hint="'--workers'")
    output.note_provisional(scenario, quiet)
    output.note_asked(policies, arms, quiet)
    output.note_no_effect(loaded, arms, quiet)
    _note_former(loaded, arms, out, quiet)
    results, verdicts, interrupted = execute(
        loaded, arms, engine=chosen, workers=workers, out=out, figures=figures, quiet=quiet
    )
    from afterban.cli.claims import show as show_claims
    from afterban.experiment.notes import notes

    for line in notes(results.scenario, results.values):
        output.note(f"note: {line}", quiet)
    if as_json:
        output.say_json(_document(results, verdicts))
    else:
        show(results, quiet)
        show_claims(verdicts)
        output.say(str(results.folder))
    if interrupted:
        raise typer.Exit(interrupted)
    if any(verdict.broke for verdict in verdicts):
        raise typer.Exit(1)


def execute(
    scenario: Scenario,
    arms: list[str],
    *,
    engine: Any = None,
    workers: int | None = None,
    out: Path,
    figures: bool = True,
    quiet: bool = False,
) -> tuple[Results, list[Verdict], int]:
    """Simulate, judge, draw and write.

    Ctrl-C and lost worker processes keep what is finished; the last is the exit code then, else 0.
    """
    from afterban.report.artist import artist

    with artist() if figures else nullcontext(None) as draw:  # before anything large is loaded
        return _execute(scenario, arms, engine, workers, out, draw, quiet)


def _execute(
    scenario: Scenario,
    arms: list[str],
    engine: Any,
    workers: int | None,
    out: Path,
    draw: Draw | None,
    quiet: bool,
) -> tuple[Results, list[Verdict], int]:
    from afterban import claims
    from afterban.cli.claims import note_powers
    from afterban.engines import default_engine
    from afterban.experiment.ensemble import powers_of
    from afterban.experiment.memory import refuse_too_large
    from afterban.experiment.pool import PoolLost
    from afterban.experiment.replicate import replicate
    from afterban.experiment.trace import traced_operator
    from afterban.results import Recorder

    refuse_too_large(scenario, arms)  # before there is a folder of results
    engine = engine or default_engine()
    known = claims.load()  # first, so that a fault in it costs no run
    began = time.monotonic()
    interrupted = 0
    with Recorder(scenario, arms, out) as recorder:
        announce_compilation(engine, quiet)
        try:
            with _progress(scenario, quiet) as advance:
                for outcomes in replicate(
                    scenario, arms, engine=engine, workers=workers, keep=True
                ):
                    recorder.add(outcomes)
                    advance()
        except (KeyboardInterrupt, PoolLost) as stop:
            if not recorder.finished:
                raise
            lost = isinstance(stop, PoolLost)
            interrupted = PoolLost.exit_code if lost else INTERRUPTED
            why = str(stop) if lost else "interrupted"
            output.note(
                f"{why}: {recorder.finished} of {scenario.replications} replications "
                "are finished and kept"
            )
        results = recorder.finish(
            engine=engine,
            command=shlex.join(["afterban", *sys.argv[1:]]),
            wall_seconds=round(time.monotonic() - began, 3),
        )
        powers = powers_of(results.scenario, known)
        note_powers(powers, quiet)
        verdicts = claims.judge(known, results, powers)
        if draw is not None:
            draw(results, traced_operator(results, engine), verdicts)
        return recorder.publish(results), verdicts, interrupted


def _note_former(scenario: Scenario, arms: list[str], out: Path, quiet: bool) -> None:
    """Say so where the same run is kept under the digest of before."""
    if quiet or not (out / scenario.name).is_dir():
        return
    from afterban.experiment.upgrade import former_folder

    found = former_folder(scenario, arms, out)
    if found is not None:
        output.note(
            f"note: {found} has this run under a digest of before; `afterban upgrade {found}` "
            "gives it the one of this version"
        )


def announce_compilation(engine: str, quiet: bool) -> None:
    """Say so where the compiled engine is used for the first time, which takes a while."""
    if engine != "compiled":
        return
    from afterban.jit import cache_directory

    if not any(cache_directory().rglob("*.nbi")):
        output.note(f"compiling the engine, about {FIRST_COMPILATION_SECONDS} s, once", quiet)


def _progress(scenario: Scenario, quiet: bool) -> Any:
    """A context that gives a function to call after each replication."""
    if quiet or not sys.stderr.isatty():
        return nullcontext(lambda: None)
    return _Bar(scenario)


class _Bar:
    """A progress bar on stderr with the time that is left."""

    def __init__(self, scenario: Scenario) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

        self.bar = Progress(
            "{task.description}",
            BarColumn(),
            MofNCompleteColumn(),
            "replications,",
            TimeRemainingColumn(),
            "left",
            console=Console(stderr=True),
            transient=True,
        )
        self.task = self.bar.add_task(scenario.name, total=scenario.replications)

    def __enter__(self) -> Any:
        self.bar.start()
        return lambda: self.bar.advance(self.task)

    def __exit__(self, *_: object) -> None:
        self.bar.stop()


def show(results: Results, quiet: bool = False) -> None:
    """The table of headline metrics, one column per arm."""
    from afterban.parameters import WITHOUT_ENFORCEMENT
    from afterban.report import words
    from afterban.report.headline import sentences, warnings

    scenario = results.scenario
    n = len(results.finished)
    output.say(f"{scenario.name}: {scenario.title}" if scenario.title else scenario.name)
    output.say(
        f"seed {scenario.seed}, {n} replication{'s' if n != 1 else ''}"
        + ("" if results.complete else f" of {scenario.replications}")
        + f", {sum(tier.count for tier in scenario.tiers.values()):,} operators"
        + f", {scenario.horizon:g} days from {scenario.start}"
    )
    rows = []
    for name in HEADLINE:
        estimates = [results.estimate(name, policy) for policy in results.policies]
        arms = [
            e
            for policy, e in zip(results.policies, estimates, strict=True)
            if policy != WITHOUT_ENFORCEMENT or len(results.policies) == 1
        ]
        if all(e.n == 0 or e.value == 0 for e in arms):
            continue
        label = words.heading(name)
        for policy, e in zip(results.policies, estimates, strict=True):
            if e.n:
                count = str(e.n) if e.n == n else f"{e.n} of {n}"
                value, ends = words.value_text(name, e), words.interval_words(name, e)
                rows.append([label, policy, value, ends, count])
                label = ""
    output.say_table(
        ["metric", "policy", "mean", "95 % interval", "n"],
        rows,
        right=(2, 4),
        fold=(0, 1),
    )
    from afterban.experiment.identical import identical, identical_words

    for sentence in identical_words(identical(results.values)):
        output.say(sentence)
    output.say(
        "Intervals: Student's t over replications: chance alone. Effective reach counts "
        "impressions, relative to the twin `none`.\n"
        "n: replications in which the metric is defined; a median of none is not."
    )
    for sentence in sentences(results, list(results.scenario.tiers)):
        output.say(sentence)
    for warning in warnings(results):
        output.note(f"note: {warning}", quiet)


def _document(results: Results, verdicts: list[Verdict]) -> dict[str, Any]:
    from afterban.experiment.identical import identical
    from afterban.experiment.notes import notes
    from afterban.metrics import metric_of
    from afterban.scenario.inert import inert

    return {
        "scenario": results.scenario.name,
        "digest": results.digest,
        "folder": str(results.folder),
        "seed": results.scenario.seed,
        "replications": len(results.finished),
        "complete": results.complete,
        "no_effect": [one._asdict() for one in inert(results.scenario, results.policies)],
        "identical": identical(results.values),
        "notes": notes(results.scenario, results.values),
        "policies": {
            policy: {
                name: {
                    **output.estimate_data(results.estimate(name, policy)),
                    "unit": metric_of(name).unit,
                }
                for name in results.metrics
            }
            for policy in results.policies
        },
        "claims": [verdict.data() for verdict in verdicts],
    }
