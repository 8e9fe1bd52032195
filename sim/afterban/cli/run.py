"""``afterban run``: simulate, write the results, and show what matters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from afterban.cli import banding, complete, options, output, verdicts
from afterban.cli.running import execute

if TYPE_CHECKING:
    from afterban.bands import Bands
    from afterban.claims import Verdict
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


@commands.command()
def run(
    scenario: Annotated[
        str,
        typer.Argument(
            help="Name of a shipped scenario, the path of a file, or a folder or bundle of a run.",
            autocompletion=complete.scenario,
        ),
    ],
    changes: options.Changes = [],  # noqa: B006 (typer reads the default and never changes it)
    seed: options.Seed = None,
    reps: options.Reps = None,
    policies: options.Policies = [],  # noqa: B006 (as above)
    engine: options.Engine = None,
    workers: options.Workers = None,
    out: options.Out = options.RESULTS,
    figures: Annotated[bool, typer.Option(help="Draw the figures.")] = True,
    points: banding.Points = None,
    draws: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Run at each draw of a Parquet file, such as the posterior of `afterban "
            "calibrate`, and show what is left open over them.",
        ),
    ] = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Run a scenario: tables on the screen, and a folder with everything.

    A folder of results, or a bundle of one, is run again, and its tables compared.
    """
    if workers is not None and workers < 1:
        raise typer.BadParameter("there is at least 1 worker", param_hint="'--workers'")
    how = _How(engine, workers, out, figures, points, quiet, as_json)
    if draws is not None:
        from afterban.cli.draws import run_over_draws

        loaded = output.load(scenario, changes, seed)
        run_over_draws(loaded, draws, policies, reps=reps, headline=HEADLINE, **how._asdict())
        return
    if output.is_kept(scenario):
        code = _again(scenario, changes, seed, reps, policies, how)
    else:
        loaded = output.load(scenario, changes, seed, reps)
        _, code = _run(loaded, scenario, changes, policies, how)
    if code:
        raise typer.Exit(code)


class _How(NamedTuple):
    """How a run is made and shown."""

    engine: str | None
    workers: int | None
    out: Path
    figures: bool
    points: int | None
    quiet: bool
    as_json: bool


def _run(
    loaded: Scenario, source: str, changes: list[str], policies: list[str], how: _How
) -> tuple[Results, int]:
    """Run and show a scenario; the results, and the exit code."""
    arms = output.arms(loaded, policies)
    chosen = output.engine_name(how.engine)
    output.note_provisional(source, how.quiet)
    output.note_asked(policies, arms, how.quiet)
    if not output.is_kept(source):  # in which everything is written
        output.note_no_effect(loaded, arms, how.quiet)
    _note_former(loaded, arms, how.out, how.quiet)
    results, judged, interrupted = execute(
        loaded,
        arms,
        engine=chosen,
        workers=how.workers,
        out=how.out,
        figures=how.figures,
        quiet=how.quiet,
    )
    from afterban.experiment.notes import notes

    for line in notes(results.scenario, results.values):
        output.note(f"note: {line}", how.quiet)
    scenario, known = results.scenario, banding.kept(results.scenario, how.out)
    to_make = (
        not known
        and results.complete
        and banding.can_make(scenario, results.policies, how.points, how.engine)
    )
    from afterban.experiment.publish import judge

    command = banding.command_of(source, changes)
    later = to_make and bool(scenario.claims)  # with the band it is known what could have failed
    if how.as_json:
        known = _made(results, how) if to_make else known
        judged = judge(results, how.out) if later else judged
        output.say_json(_document(results, judged, known))
        verdicts.note_powers(judged, scenario, command, how.quiet)
    else:
        show(results, how.quiet, known, "" if to_make else command)
        verdicts.show([] if later else judged)
        output.say(str(results.folder))
        if to_make:
            show_bands(results, _made(results, how))
        if later:
            judged = judge(results, how.out)
            verdicts.show(judged)
        verdicts.note_powers(judged, scenario, command, how.quiet)
    return results, interrupted or int(any(verdict.broke for verdict in judged))


def _again(
    source: str,
    changes: list[str],
    seed: int | None,
    reps: int | None,
    policies: list[str],
    how: _How,
) -> int:
    """Run what a bundle or a folder of results holds, and compare; the exit code."""
    from afterban.experiment.again import kept
    from afterban.results import RESOLVED

    with output.opened(source) as folder:
        before = kept(folder)
        if before.sweep:
            from afterban.cli.sweep import again

            given = {"--set": changes, "--seed": seed, "--reps": reps, "--policies": policies}
            output.refuse_changes(source, given)
            made = again(
                folder,
                engine=how.engine,
                workers=how.workers,
                out=how.out,
                quiet=how.quiet,
                as_json=how.as_json,
            )
            code, same = 0, before.same_sweep(how.engine)
        else:
            loaded = output.load(str(folder / RESOLVED), changes, seed, reps)
            how = how._replace(engine=before.engine(how.engine))
            results, code = _run(loaded, source, changes, policies or before.arms, how)
            made = results.folder if results.complete else None
            same = before.same_run(results.digest)
    if made is None:
        return code
    if not same:
        output.note("this is another run than the one that was kept, so they are not compared")
        return code
    unlike = before.unlike(made)
    if unlike:
        output.note(before.why(source, unlike, made))
        return code or 1
    output.note(f"{len(before.files)} files are the same bytes as those that were kept", how.quiet)
    return code


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


def _made(results: Results, how: _How) -> Bands:
    """The bands of what was run."""
    return banding.make(
        results.scenario,
        results.policies,
        points=how.points,
        out=how.out,
        engine=how.engine,
        workers=how.workers,
        quiet=how.quiet,
    )


def show_bands(results: Results, bands: Bands) -> None:
    """Both intervals of reach and of its price, where the band was made after the table."""
    from afterban.experiment.ensemble import BANDED
    from afterban.report import headline, words

    rows = []
    for name in BANDED:
        label = words.heading(name)
        for policy in results.policies:
            e, band = results.estimate(name, policy), headline.assumptions(bands, name, policy)
            if e.n and band and e.value:
                ends = words.interval_words(name, e)
                rows.append([label, policy, words.value_text(name, e), ends, band])
                label = ""
    if not rows:
        return
    output.say()
    output.say_table(
        ["metric", "policy", "mean", "95 % interval", "assumptions"], rows, right=(2,), fold=(0, 1)
    )
    output.say(headline.about(bands, ""))
    for sentence in headline.against(bands, results.policies):
        output.say(sentence)


def show(
    results: Results, quiet: bool = False, bands: Bands | None = None, command: str = ""
) -> None:
    """The table of headline metrics, one row per arm, and the sentences below it.

    bands: of this scenario over the assumptions.  command: what makes them; "" if that follows.
    """
    from afterban.bands import Bands
    from afterban.parameters import WITHOUT_ENFORCEMENT
    from afterban.report import headline, words
    from afterban.report.headline import REACH, sentences, warnings

    bands = Bands() if bands is None else bands
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
                band = headline.assumptions(bands, name, policy)
                rows.append([label, policy, value, ends, band, count])
                label = ""
        if name == REACH[0]:  # tier by tier at once, for the first arm
            arm = results.policies[0]
            for one in headline.rows(results, bands, arm, list(scenario.tiers)):
                if one.metric.startswith(f"{REACH[0]}."):
                    e = results.estimate(one.metric, arm)
                    count = str(e.n) if e.n == n else f"{e.n} of {n}"
                    rows.append([one.label, arm, one.value, one.chance, one.assumptions, count])
    head = ["metric", "policy", "mean", "95 % interval", "assumptions", "n"]
    if not bands:
        head, *rows = ([*row[:4], row[5]] for row in [head, *rows])
    output.say_table(head, rows, right=(2, len(head) - 1), fold=(0, 1))
    from afterban.experiment.identical import identical, identical_words

    for sentence in identical_words(identical(results.values)):
        output.say(sentence)
    output.say(
        "Intervals: Student's t over replications: chance alone. Effective reach counts "
        "impressions, relative to the twin `none`.\n"
        "n: replications in which the metric is defined; a median of none is not."
    )
    if (bands or command) and any(results.estimate(REACH[0], p).n for p in results.policies):
        output.say(headline.about(bands, command))
    for sentence in headline.against(bands, results.policies):
        output.say(sentence)
    for sentence in sentences(results, list(results.scenario.tiers)):
        output.say(sentence)
    for warning in warnings(results):
        output.note(f"note: {warning}", quiet)


def _document(results: Results, judged: list[Verdict], bands: Bands) -> dict[str, Any]:
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
                    **_band_data(bands, name, policy),
                }
                for name in results.metrics
            }
            for policy in results.policies
        },
        "claims": [verdict.data() for verdict in judged],
    }


def _band_data(bands: Bands, metric: str, policy: str) -> dict[str, Any]:
    """The band over the assumptions for JSON, and that of the difference; {} if not known."""
    data = {}
    one = bands.of(metric, policy)
    if one is not None:
        data["assumptions"] = {
            **{name: getattr(one, name) for name in ("low", "middle", "high", "lowest", "highest")},
            **{"points": one.points, "told": one.told, "scenario_digest": one.made.scenario},
        }
    for key, difference in bands.known.items():
        if key[:2] == (metric, policy) and key.against and difference.told:
            data["assumptions_difference"] = {
                "against": key.against,
                **{name: getattr(difference, name) for name in ("low", "middle", "high")},
                **{"told": difference.told, "less": difference.less, "more": difference.more},
            }
    return data
