"""``afterban compare``, ``breakeven`` and ``explain``: arms and times on common random numbers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from afterban.cli import banding, complete, options, output
from afterban.cli.progress import progress

if TYPE_CHECKING:
    from afterban.bands import Bands
    from afterban.experiment.breakeven import Dial
    from afterban.experiment.compare import Comparison
    from afterban.experiment.difference import Difference
    from afterban.experiment.questions import BreakEven, Explained
    from afterban.scenario import Scenario

commands = typer.Typer()

Found = TypeVar("Found", "BreakEven", "Explained")

POLICIES = typer.Option(
    [],
    help="Arms to compare, separated by commas; every policy if left out.",
    autocompletion=complete.policy,
)
POLICY = typer.Option(
    "base",
    help="Arm whose time is turned; `base` is the scenario as written.",
    autocompletion=complete.policy,
)
SHORTEST = typer.Option("1h", "--from", metavar="TIME", help="Shortest time that is tried.")
LONGEST = typer.Option("90d", "--to", metavar="TIME", help="Longest time that is tried.")
KEPT = typer.Option(
    None,
    "--out",
    "-o",
    parser=options.place,
    metavar="FILE",
    help="File to keep the comparison in, for `afterban report`.",
)
RESULTS = typer.Option(
    options.RESULTS,
    "--results",
    parser=options.place,
    metavar="FOLDER",
    help="Where bands over the assumptions are kept.",
)


@commands.command()
def compare(
    scenario: options.ScenarioName,
    policies: list[str] = POLICIES,
    baseline: str = typer.Option(
        "none", help="What they are compared with: `none` (no enforcement), `base`, or an arm."
    ),
    metric: str = typer.Option(
        "effective_reach", help="What the verdicts are about.", autocompletion=complete.metric
    ),
    reps: options.Reps = None,
    precision: float | None = typer.Option(
        None, help="Add replications until each interval's half-width in the metric is this."
    ),
    max_reps: int = typer.Option(1000, help="Most replications with --precision."),
    level: float = typer.Option(0.95, help="Level of the intervals, which hold together."),
    tiers: bool = typer.Option(False, "--tiers", help="Show metrics of single tiers too."),
    out: Path | None = KEPT,
    changes: options.Changes = [],  # noqa: B006 (typer never changes it)
    seed: options.Seed = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
    points: banding.Points = None,
    root: Path = RESULTS,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Compare arms on common random numbers: paired differences, intervals, and a verdict."""
    from afterban.experiment import compare as comparison
    from afterban.experiment.notes import notes

    loaded = output.load(scenario, changes, seed, reps)
    names = output.names_in(policies)
    options.at_least_one(workers, "worker", "--workers")
    if not 0 < level < 1:
        raise typer.BadParameter("a level lies between 0 and 1", param_hint="'--level'")
    output.check_file(out, "--out", "such as `--out compared.json`")
    output.note_provisional(scenario, quiet)
    with progress(loaded.name, quiet) as advance:
        found = comparison.compare(
            loaded,
            names or None,
            baseline=baseline,
            metric=metric,
            replications=reps,
            precision=precision,
            maximum=max_reps,
            level=level,
            engine=output.engine_name(engine),
            workers=workers,
            progress=advance,
        )
    for line in notes(loaded, found.values):
        output.note(f"note: {line}", quiet)
    if not as_json:
        _show(found, tiers)
    bands = _bands(loaded, found, points, root, engine, workers, quiet)
    document = {**found.to_dict(), "assumptions": _assumptions(found, bands)}
    if as_json:
        output.say_json(document)
    else:
        _show_bands(found, bands)
    if out is not None:
        # With the scenario and the single replications, so that nothing else is needed later.
        values = {
            policy: {metric: row.tolist() for metric, row in arm.items()}
            for policy, arm in found.values.items()
        }
        kept = {**document, "resolved": loaded.resolved_yaml(), "values": values}
        output.write_json(out, kept, sealed=True)
        output.note(f"kept in {out}; `afterban report {out}` makes a page of it", quiet)


def _bands(
    loaded: Scenario,
    found: Comparison,
    points: int | None,
    root: Path,
    engine: str | None,
    workers: int | None,
    quiet: bool,
) -> Bands:
    """The bands of what is compared, made now where one is not known."""
    known, arms = banding.kept(loaded, root), _arms(found)
    told = [known.of(found.metric, arm, against) for arm, against in _pairs(found)]
    if None not in told or not banding.can_make(loaded, arms, points, engine):
        return known
    return banding.make(
        loaded,
        arms,
        points=points,
        out=root,
        metrics=[found.metric],
        engine=engine,
        workers=workers,
        quiet=quiet,
    )


def _arms(found: Comparison) -> list[str]:
    """All arms, the baseline first."""
    return list(dict.fromkeys([found.baseline, *found.policies]))


def _pairs(found: Comparison) -> list[tuple[str, str]]:
    """What bands are of: each arm less the baseline, or itself where that is the twin."""
    against = "" if found.baseline == "none" else found.baseline
    return [(arm, against) for arm in found.policies if arm not in ("none", found.baseline)]


def _assumptions(found: Comparison, bands: Bands) -> list[dict[str, Any]]:
    """The bands of the differences, for JSON."""
    from afterban.experiment.banded import band_data

    told = [bands.of(found.metric, *pair) for pair in _pairs(found)]
    return [band_data(one) for one in told if one is not None]


def _show_bands(found: Comparison, bands: Bands) -> None:
    """How the arms differ over the assumptions, and at how many points with the same sign."""
    from afterban.experiment.ensemble import BANDED
    from afterban.report import headline, words

    rows = []
    for metric in dict.fromkeys([found.metric, *BANDED]):
        label = words.heading(metric)
        for arm, _ in _pairs(found):
            one = headline.apart(bands, metric, arm, found.baseline)
            if one is not None and not one.is_nothing:
                rows.append([label, arm, one.change, one.sign])
                label = ""
    if not rows:
        output.say(headline.about(bands, banding.command_of(found.scenario)))
        return
    what = "median (5 to 95 %)"
    if found.baseline != "none":
        what = f"less {found.baseline}, {what}"
    output.say()
    output.say_table(["over the assumptions", "arm", what, "sign"], rows, fold=(0, 1))
    output.say(headline.about(bands, ""))


def _show(found: Comparison, tiers: bool) -> None:
    from afterban.experiment.identical import identical_words
    from afterban.experiment.wording import label
    from afterban.report import words
    from afterban.scenario.inert import words as no_effect_words

    output.say(
        f"{found.scenario}: {len(found.policies)} arm{'s'[: len(found.policies) > 1]} against "
        f"{found.baseline}, {found.replications} paired replications, seed {found.seed}"
    )
    if found.asked:
        output.say(found.asked)
    for sentence in no_effect_words(found.no_effect):
        output.say(sentence)
    output.say()
    against = {p for p, other in found.identical.items() if other == found.baseline}
    for sentence in found.verdicts:
        output.say(sentence)
    others = {p: other for p, other in found.identical.items() if p not in against}
    others.pop(found.baseline, None)  # said of the arm that equals it
    for sentence in identical_words(others):
        output.say(sentence)
    if not found.headline:
        output.say(
            f"{label(found.metric)} is undefined (no observations) in every common replication"
        )
    for difference in found.headline:
        if difference.gain is not None:
            output.say(f"  pairing, {difference.policy}: {difference.gain.words()}")
    output.say()
    rows = []
    for name, differences in found.differences.items():
        if "." in name and not tiers and name != found.metric:
            continue
        shown = words.heading(name)
        for d in differences:
            if d.identical:
                continue  # said above; zeros would read as findings
            rows.append(
                [
                    shown,
                    d.policy,
                    words.value_text(name, d.control),
                    words.value_text(name, d.arm),
                    words.change_text(name, d.estimate),
                    words.relative_text(d),
                    str(d.estimate.n),
                    _verdict(d),
                ]
            )
            shown = ""
    if not rows:
        output.say(f"Every metric is undefined (no observations). {found.stopping}.")
        return
    output.say_table(
        [
            "metric",
            "arm",
            found.baseline,
            "arm's mean",
            f"difference [{found.level:.0%}]",
            "relative",
            "n",
            "verdict",
        ],
        rows,
        right=(2, 3, 5, 6),
        fold=(0,),
    )
    arms = len(found.policies)
    together = f"; in each metric the {arms} intervals hold together" if arms > 1 else ""
    output.say(f"Intervals: Student's t on paired differences{together}. {found.stopping}.")


def _verdict(d: Difference) -> str:
    """The last word of a row of the table."""
    if d.same:
        return "same"
    if d.distinguishable:
        return "less" if d.estimate.value < 0 else "more"
    return f"?, {d.needed - d.estimate.n:,} more needed" if d.needed else "?"


@commands.command()
def breakeven(
    scenario: options.ScenarioName,
    below: float = typer.Option(..., help="Value that the metric falls under."),
    metric: str = typer.Option(
        "effective_reach", help="The metric.", autocompletion=complete.metric
    ),
    path: str = typer.Option(
        "review.time_to_action", help="Time that is turned; a distribution is stretched."
    ),
    policy: str = POLICY,
    shortest: str = SHORTEST,
    longest: str = LONGEST,
    reps: int = typer.Option(20, help="Replications at each time."),
    level: float = typer.Option(0.95, help="Level of the interval."),
    changes: options.Changes = [],  # noqa: B006 (typer never changes it)
    seed: options.Seed = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Find the time to action at which a metric falls under a value, with its interval."""
    from afterban.experiment.breakeven import summary_rows
    from afterban.experiment.questions import breakeven as find

    answer = _answered(
        lambda loaded, **how: find(loaded, below, **how),
        *(scenario, path, metric, policy, changes, seed, engine, workers),
        *(shortest, longest, reps, level, quiet, as_json),
    )
    if answer is None:
        return
    found = answer.crossing
    output.say_table(["median", f"{metric} [{level:.0%}]"], summary_rows(found.looks), right=(0,))
    output.say(
        f"{found.n} replications at each time, on common random numbers; the interval has the "
        "times at which the mean's interval holds the value."
    )


@commands.command()
def explain(
    scenario: options.ScenarioName,
    metric: str = typer.Option(
        ..., help="The metric that the figure is of.", autocompletion=complete.metric
    ),
    value: float = typer.Option(..., help="The figure."),
    path: str = typer.Option(
        "review.time_to_action", help="Time that is turned; a distribution is stretched."
    ),
    policy: str = POLICY,
    shortest: str = SHORTEST,
    longest: str = LONGEST,
    reps: int = typer.Option(79, help="Replications at each time; 39 or more for 95 %."),
    level: float = typer.Option(0.95, help="Share of runs in whose range the figure must lie."),
    changes: options.Changes = [],  # noqa: B006 (typer never changes it)
    seed: options.Seed = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Find the times to action that explain a cited figure."""
    from afterban.experiment.questions import explain as find
    from afterban.experiment.wording import time_text

    answer = _answered(
        lambda loaded, **how: find(loaded, value, **how),
        *(scenario, path, metric, policy, changes, seed, engine, workers),
        *(shortest, longest, reps, level, quiet, as_json),
    )
    if answer is None:
        return
    found = answer.explanation
    output.say_table(
        ["median", "half of the runs are below", "runs as far out as the figure", "told in"],
        [
            [
                time_text(days),
                output.number(found.medians[days]),
                f"{found.p_values[days]:.0%}",
                f"{found.told[days]:.0%}",
            ]
            for days in sorted(found.p_values)
        ],
        right=(0, 1, 2, 3),
    )


def _answered(
    find: Callable[..., Found],
    scenario: str,
    path: str,
    metric: str,
    policy: str,
    changes: list[str],
    seed: int | None,
    engine: str | None,
    workers: int | None,
    shortest: str,
    longest: str,
    reps: int,
    level: float,
    quiet: bool,
    as_json: bool,
) -> Found | None:
    """What is found between two times, and its verdict said; None if all was said, as JSON."""
    options.at_least_one(workers, "worker", "--workers")
    options.at_least_one(reps, "replication", "--reps")
    first, last = (
        options.duration(text, option) for option, text in (("--from", shortest), ("--to", longest))
    )
    loaded = output.load(scenario, changes, seed)
    chosen = output.engine_name(engine)
    with _turning(quiet) as progress:
        found = find(
            loaded,
            path=path,
            metric=metric,
            policy=policy,
            shortest=first,
            longest=last,
            replications=reps,
            level=level,
            engine=chosen,
            workers=workers,
            progress=progress,
        )
    if as_json:
        output.say_json(found.to_dict())
        return None
    output.say(str(found))
    output.say()
    return found


@contextmanager
def _turning(quiet: bool) -> Iterator[Callable[[Dial, float], None] | None]:
    """A function that says on stderr which time is being run, where somebody looks."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    from afterban.experiment.wording import time_text

    with Console(stderr=True).status("first runs") as status:
        yield lambda dial, days: status.update(
            f"{dial.path} {time_text(days)} ({len(dial.seen)} times done)"
        )
