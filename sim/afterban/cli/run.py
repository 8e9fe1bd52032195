"""``afterban run``: simulate, write the results, and show what matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from afterban.cli import options, output, verdicts
from afterban.cli.running import execute

if TYPE_CHECKING:
    from afterban.claims import Verdict
    from afterban.results import Results

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
    results, judged, interrupted = execute(
        loaded, arms, engine=chosen, workers=workers, out=out, figures=figures, quiet=quiet
    )
    from afterban.experiment.notes import notes

    for line in notes(results.scenario, results.values):
        output.note(f"note: {line}", quiet)
    if as_json:
        output.say_json(_document(results, judged))
    else:
        show(results, quiet)
        verdicts.show(judged)
        output.say(str(results.folder))
    if interrupted:
        raise typer.Exit(interrupted)
    if any(verdict.broke for verdict in judged):
        raise typer.Exit(1)


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


def _document(results: Results, judged: list[Verdict]) -> dict[str, Any]:
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
        "claims": [verdict.data() for verdict in judged],
    }
