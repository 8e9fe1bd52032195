"""``afterban staffing``, ``extinction``, ``handles`` and ``phase``: single questions, in full.

Each prints its answer and the table behind it, and writes both with a picture into a folder.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from afterban.cells import csv_cell
from afterban.cli import complete, options, output
from afterban.errors import terminal_safe

if TYPE_CHECKING:
    from afterban.experiment.matching import TradeOff
    from afterban.experiment.promise import Promise
    from afterban.scenario import Scenario
    from afterban.statistics import Estimate

commands = typer.Typer()

OutFolder: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        parser=options.place,
        metavar="FOLDER",
        help="Folder of the picture and the table; results/questions/... if left out.",
    ),
]
Policy: TypeAlias = Annotated[
    str,
    typer.Option(
        help="Arm that is asked about; `base` is the scenario as written.",
        autocompletion=complete.policy,
    ),
]
LONG = 5.0  # seconds beyond which it is worth to say how long something takes


# --- staffing -------------------------------------------------------------------------------------

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
    policy: Policy = "base",
    changes: options.Changes = [],  # noqa: B006 (typer reads the default and never changes it)
    reps: options.Reps = None,
    seed: options.Seed = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
    out: OutFolder = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Find how many reviewers keep the median time to action, or a promise, under a target.

    The fewest are searched on common random numbers, and laid beside queue theory; with their paid
    hours and people, the shifts, and what the scenario has now.
    """
    asked = _promise(median, promise)
    loaded, chosen = _asked(scenario, changes, seed, reps, engine, workers, quiet)
    _known_policy(loaded, policy)
    output.note_no_effect(loaded, [policy], quiet)

    from afterban.experiment.breakeven import time_text
    from afterban.experiment.capacity import Staff, reviewers_needed
    from afterban.experiment.promise import roster
    from afterban.statistics import mean_interval

    with _place("staffing", loaded, out) as files:
        with _clock(loaded.name, "numbers of reviewers", LOOKS, quiet, rough=True) as done:
            staff = Staff(
                loaded,
                policy,
                loaded.replications,
                None,
                chosen,
                workers=workers,
                share=asked.share,
            )
            # Told before each number is run, so the first call is no number that is done.
            staff.progress = lambda number: done() if staff.seen else None
            found = reviewers_needed(loaded, policy=policy, promise=asked, staff=staff)
        other = asked.share not in (0.5, 0.95)
        head = ["reviewers", "median", "95 % interval", "theory"]
        if other:
            head += [f"{asked.share * 100:g} % within", "95 % interval", "theory"]
        head += ["95th percentile", "95 % interval", "theory"]
        head += ["paid hours a week", "people at 40 h", "backlog a day", "n"]
        rows, data = [], []
        for number, look in found.details.items():
            m, far, kept = (mean_interval(x) for x in (look.median, look.p95, look.promised))
            expected = found.theory[number]
            data.append(
                {
                    "reviewers": number,
                    **_columns("median_days", m),
                    "theory_median_days": expected.median,
                    **_columns("p95_days", far),
                    "theory_p95_days": expected.p95,
                    "promised_share": asked.share,
                    **_columns("promised_days", kept),
                    "theory_promised_days": expected.promised,
                    "theory_load": expected.load,
                    "paid_hours_per_week": found.paid_hours(number),
                    "people": found.people(number),
                    "paid_hours_per_day": float(look.paid.mean()),
                    "backlog_growth_per_day": float(look.growth.mean()),
                    "n": m.n,
                }
            )
            rows.append(
                [
                    str(number),
                    time_text(m.value),
                    _times(m),
                    _limit(expected.median),
                    *(
                        (time_text(kept.value), _times(kept), _limit(expected.promised))
                        if other
                        else ()
                    ),
                    time_text(far.value),
                    _times(far),
                    _limit(expected.p95),
                    f"{found.paid_hours(number):,.0f}",
                    f"{found.people(number):,}",
                    f"{round(float(look.growth.mean()), 1) + 0.0:+,.1f} cases",
                    str(m.n),
                ]
            )
        files.table("staffing.csv", data)
        files.picture("capacity.png", lambda: _figures().capacity([found], loaded.name))
    shifts = next(iter(found.theory.values())).shifts
    if as_json:
        answer = {
            "policy": policy,
            "target_days": asked.days,
            "share": asked.share,
            "reviewers": found.reviewers,
            "paid_hours_per_week": found.paid_hours(found.reviewers),
            "people": found.people(found.reviewers),
            "roster": roster(found.teams[found.reviewers]),
            "now": {
                "reviewers": found.now,
                "paid_hours_per_week": found.paid_hours(found.now),
                "people": found.people(found.now),
                "days": found.looks[found.now].value,
            },
            "days_without_queue": found.shortest,
            "held_up_by_shifts": found.held_up_by_shifts,
            "low": found.low if found.n > 1 else None,
            "high": found.high if found.n > 1 else None,
            "level": found.level,
            "n": found.n,
            "queue_theory": {"reviewers": found.steady, "model": "fluid" if shifts else "M/M/c"},
            "looks": data,
        }
        output.say_json({**_about(loaded), **answer, "words": found.words(), **files.data()})
        return
    output.say(found.words())
    right = [k for k, name in enumerate(head) if name != "95 % interval"]
    output.say_table(head, rows, right=tuple(right))
    name = "the fluid wait of a week plus a mean service" if shifts else "M/M/c (Erlang C)"
    output.say(
        "Time from flag to suspension (Kaplan-Meier: accounts that still wait count). "
        "Intervals: Student's t over\nreplications on common random numbers. "
        f"Theory: {name}, for the arrivals that were simulated.\n"
        "Paid hours are those on duty, busy or not; people are in full time, without leave."
    )
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


# --- extinction -----------------------------------------------------------------------------------


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
    policy: Policy = "base",
    changes: options.Changes = [],  # noqa: B006 (as above)
    reps: options.Reps = None,
    seed: options.Seed = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
    out: OutFolder = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Find the date on which the last account of a tier goes, in each replication."""
    date = None
    if by is not None:
        try:
            date = dt.date.fromisoformat(by)
        except ValueError:
            raise typer.BadParameter(
                f"`{by}` is no date; write one such as 2014-09-15", param_hint="'--by'"
            ) from None
    loaded, chosen = _asked(scenario, changes, seed, reps, engine, workers, quiet)

    import numpy as np

    from afterban.experiment.extinction import extinctions
    from afterban.statistics import kaplan_meier

    _known_policy(loaded, policy)
    if beside is None:
        others = [name for name in loaded.tiers if name != tier] or list(loaded.tiers)
        beside = max(others, key=lambda name: loaded.tiers[name].count)
    with _place("extinction", loaded, out) as files:
        with _clock(loaded.name, "replications", loaded.replications, quiet) as done:
            found = extinctions(
                loaded, tier, beside, policy, engine=chosen, workers=workers, each=lambda _: done()
            )
        files.table(
            "extinction.csv",
            [
                {
                    "replication": k,
                    "extinct": bool(np.isfinite(day)),
                    "day": float(day),
                    "date": found.date(day).isoformat() if np.isfinite(day) else "",
                    "created": float(found.created[k, -1]),
                    "suspended": float(found.suspended[k, -1]),
                }
                for k, day in enumerate(found.days)
            ],
        )
        files.picture("extinction.png", lambda: _figures().extinction(found))
    gone = np.isfinite(found.days)
    curve = kaplan_meier(np.where(gone, found.days, found.grid[-1]), gone)
    shares = {q: curve.quantile(q) for q in (0.1, 0.25, 0.5, 0.75, 0.9)}

    def day_text(day: float) -> str:
        return found.date(day).isoformat() if math.isfinite(day) else "not in this run"

    by_then = None if date is None else found.gone_by(date)
    if as_json:
        answer = {
            "tier": tier,
            "policy": policy,
            "extinct": output.estimate_data(found.happened),
            "by": None if by_then is None else {"date": by, **output.estimate_data(by_then)},
            "quantiles_days": {f"{q:g}": output.estimate_data(e) for q, e in shares.items()},
            "days": found.days.tolist(),
        }
        output.say_json({**_about(loaded), **answer, "words": found.words(), **files.data()})
        return
    words = found.words()
    output.say(words[0].upper() + words[1:])
    rows = [["by the end", _percent(found.happened), _percents(found.happened)]]
    if by_then is not None:
        rows.append([f"by {by}", _percent(by_then), _percents(by_then)])
    n = len(found.days)
    output.say_table(
        ["extinct", "of replications", "95 % interval", "n"],
        [[*row, str(n)] for row in rows],
        right=(1, 3),
    )
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
    output.say(
        "Extinct: without a public account until the end of the run; a date close to it is weak "
        "evidence.\nIntervals: Wilson for shares, Greenwood for dates."
    )
    files.say()


# --- handles --------------------------------------------------------------------------------------


@commands.command()
def handles(
    scenario: options.ScenarioName,
    corpus: Annotated[
        int, typer.Option(help="Ordinary handles on which the matcher is measured.")
    ] = 100_000,
    changes: options.Changes = [],  # noqa: B006 (as above)
    reps: options.Reps = None,
    seed: options.Seed = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
    out: OutFolder = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Find which threshold on the likeness of handles is worth it.

    The arms that differ in it are run; thresholds from 0 to 6 edits where the scenario has none.
    """
    from afterban.errors import AfterbanError

    if not 1 <= corpus <= 100_000_000:
        raise typer.BadParameter("take 1 to 100,000,000 handles", param_hint="'--corpus'")
    loaded, chosen = _asked(scenario, changes, seed, reps, engine, workers, quiet)

    from afterban.experiment.matching import match_curve, weigh, worth_it
    from afterban.experiment.replicate import replicate
    from afterban.parameters import AS_WRITTEN

    if loaded.detection.handle_match.ordinary is None:
        raise AfterbanError(
            f"{loaded.name} has no ordinary users; give it `detection.handle_match.ordinary`, "
            "as handle-threshold has"
        )
    policies = [AS_WRITTEN, *loaded.policies]
    if len({loaded.arm(name).detection.handle_match.edits for name in policies}) < 2:
        edits = range(7)
        loaded = loaded.with_changes(
            {f"policies.edits-{k}": {"detection": {"handle_match": {"edits": k}}} for k in edits}
        )
        policies = [f"edits-{k}" for k in edits]
    with _place("handles", loaded, out) as files:
        output.note(f"{loaded.name}: measuring the matcher on {corpus:,} handles", quiet)
        curve = match_curve(loaded, corpus)
        with _clock(loaded.name, "replications", loaded.replications, quiet) as done:
            runs = []
            for outcomes in replicate(loaded, policies, engine=chosen, workers=workers):
                runs.append(outcomes)
                done()
        rows = weigh(loaded, policies, runs)
        best = worth_it(rows)
        files.table(
            "matcher.csv",
            [
                {
                    "edits": p.threshold,
                    **_columns("recall", p.recall),
                    **_columns("recall_any", p.recall_any),
                    **_columns("false_matches", p.false_matches),
                    "look_alikes": p.look_alikes,
                    "handles": curve.corpus,
                }
                for p in curve.points
            ],
        )
        files.table(
            "trade-off.csv",
            [
                {
                    "policy": row.policy,
                    "edits": row.threshold,
                    "near_identical": row.near_identical,
                    **_columns("effective_reach", row.effective_reach),
                    **_columns("look_alikes_per_100k", row.per_100k),
                    **_columns("look_alikes_suspended", row.suspended),
                    "n": row.effective_reach.n,
                }
                for row in rows
            ],
        )
        n = loaded.replications
        foot = f"{loaded.name} · seed {loaded.seed} · n = {n} replication{'s'[: n > 1]}"
        files.picture("handles.png", lambda: _match_figure()(curve, rows, foot))
    if as_json:
        answer = {
            "curve": [
                {
                    "edits": p.threshold,
                    "recall": output.estimate_data(p.recall),
                    "recall_any": output.estimate_data(p.recall_any),
                    "false_matches": output.estimate_data(p.false_matches),
                    "look_alikes": p.look_alikes,
                }
                for p in curve.points
            ],
            "trade_off": [
                {
                    "policy": row.policy,
                    "edits": row.threshold,
                    "near_identical": row.near_identical,
                    "effective_reach": output.estimate_data(row.effective_reach),
                    "look_alikes_per_100k": output.estimate_data(row.per_100k),
                    "look_alikes_flagged": output.estimate_data(row.look_alikes),
                    "look_alikes_suspended": output.estimate_data(row.suspended),
                }
                for row in rows
            ],
            "worth_it": [
                {"policy": row.policy, "edits": row.threshold, "up_to_price": price}
                for row, price in best
            ],
        }
        output.say_json({**_about(loaded), **answer, **files.data()})
        return
    output.say(
        f"The matcher alone: {curve.corpus:,} ordinary handles, {curve.suspended:,} suspended, "
        "as many successors"
    )
    output.say_table(
        ["edits", "successors found", "95 % interval", "ordinary users hit", "95 % interval"],
        [
            [
                str(p.threshold),
                _percent(p.recall),
                _percents(p.recall),
                _percent(p.false_matches),
                _percents(p.false_matches),
            ]
            for p in curve.points
        ],
        right=(0, 1, 3),
    )
    output.say("In the network: reach that is left, and ordinary accounts that are flagged")
    output.say_table(
        [
            "arm",
            "edits",
            "effective reach",
            "95 % interval",
            "look-alikes in 100,000",
            "95 % interval",
            "n",
        ],
        [
            [
                row.policy,
                str(row.threshold),
                _percent(row.effective_reach),
                _percents(row.effective_reach),
                output.number(row.per_100k.value),
                output.interval(row.per_100k),
                str(row.effective_reach.n),
            ]
            for row in rows
        ],
        right=(1, 2, 4, 6),
    )
    for text in _worth(best):
        output.say(text)
    files.say()


CHANCE = 1e-6  # effective reach that nobody could tell from none


def _worth(best: Sequence[tuple[TradeOff, float]]) -> list[str]:
    """Which arm is best at which price of a look-alike."""
    lines = ["Worth it, where one look-alike in 100,000 counts as much as so much reach:"]
    below = 0.0
    for row, price in best:
        if price < CHANCE:
            continue
        edits = f"{row.threshold} edit{'' if row.threshold == 1 else 's'}"
        if math.isinf(price):
            span = f"more than {_points(below)}" if below else "anything"
        else:
            span = f"{_points(below)} to {_points(price)}" if below else f"up to {_points(price)}"
        lines.append(f"  {span}: {row.policy} ({edits})")
        below = price
    return [*lines, "Intervals: Student's t over replications, Wilson for the matcher."]


def _points(share: float) -> str:
    return f"{100 * share:.3g} % points"


# --- phase ----------------------------------------------------------------------------------------

TIMES = "6h,12h,1d,2d,4d,8d,16d"
STEPS = 5  # strengths, each twice the one before


@commands.command()
def phase(
    scenario: Annotated[
        str, typer.Argument(help="A network of operators who are all alike.")
    ] = "all-alike",
    times: Annotated[str, typer.Option(help="Mean times to action, separated by commas.")] = TIMES,
    strengths: Annotated[
        str | None,
        typer.Option(help="Promotions a life × share that one moves; up to what degrees allow."),
    ] = None,
    changes: options.Changes = [],  # noqa: B006 (as above)
    reps: options.Reps = None,
    seed: options.Seed = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
    out: OutFolder = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Map how well followers are regained over time to action and promotion, beside theory."""
    days = [options.duration(part, "--times") for part in times.split(",")]
    _grid(days, "--times")
    wanted: list[float] = []
    for part in strengths.split(",") if strengths is not None else ():
        try:
            wanted.append(float(part))
        except ValueError:
            raise typer.BadParameter(
                f"`{part.strip()}` is no number", param_hint="'--strengths'"
            ) from None
    if strengths is not None:
        _grid(wanted, "--strengths")
    loaded, chosen = _asked(scenario, changes, seed, reps, engine, workers, quiet)

    from afterban.experiment.phase import SEGMENTS, field_of, phase_diagram

    field_of(loaded, "outsiders")  # refuses what theory does not describe, before anything runs
    if not wanted:
        (tier,) = loaded.tiers.values()
        most = tier.degree.mean() * tier.promotes
        wanted = [0.8 * most / 2**k for k in reversed(range(STEPS))]
        if not most:
            from afterban.errors import AfterbanError

            raise AfterbanError(f"nobody in {loaded.name} promotes anybody")
    with _place("phase", loaded, out) as files:
        cells = len(days) * len(wanted)
        with _clock(loaded.name, "cells", cells, quiet) as done:
            found = phase_diagram(
                loaded, days, wanted, engine=chosen, workers=workers, progress=lambda *_: done()
            )
        data = [
            {
                "audience": segment,
                "comes_back_alone_per_day": float(found.refollow[k]),
                "strength": strength,
                "time_to_action_days": time,
                "simulated": float(found.simulated[k, row, column]),
                "standard_error": float(found.spread[k, row, column]),
                "theory": float(found.theory[k, row, column]),
                "threshold_days": float(found.threshold[row])
                if found.refollow[k] == 0
                else math.nan,
                "crossover_days": float(found.crossover[k, row]),
                "n": found.n,
            }
            for k, segment in enumerate(SEGMENTS)
            for row, strength in enumerate(wanted)
            for column, time in enumerate(days)
        ]
        files.table("phase.csv", data)
        files.picture("phase.png", lambda: _figures().phase(found))
    if as_json:
        answer = {"operators": found.operators, "n": found.n, "cells": data}
        output.say_json({**_about(loaded), **answer, **files.data()})
        return

    from afterban.experiment.breakeven import time_text

    for k, segment in enumerate(SEGMENTS):
        alone = found.refollow[k] > 0
        title = (
            f"{segment.capitalize()}, who also come back by themselves ({found.refollow[k]:g} a "
            "day): no threshold"
            if alone
            else f"{segment.capitalize()}, who come back by promotion alone: a threshold"
        )
        output.say(title)
        output.say_table(
            ["promotion", "theory's " + ("crossover" if alone else "threshold")]
            + [time_text(time) for time in days],
            [
                [
                    f"{strength:g}",
                    time_text(float((found.crossover[k] if alone else found.threshold)[row])),
                    *(
                        _cell(found.simulated[k, row, c], found.spread[k, row, c])
                        + f" ({100 * found.theory[k, row, c]:.0f})"
                        for c in range(len(days))
                    ),
                ]
                for row, strength in reversed(list(enumerate(wanted)))
            ],
            right=range(len(days) + 2),
        )
    output.say(
        "Attached share of the audience in % while accounts are live, by promotion strength and "
        "mean time to action:\nsimulated"
        + (f" ± standard error, n = {found.n}" if found.n > 1 else ", n = 1")
        + " (mean-field theory)."
    )
    files.say()


def _grid(values: Sequence[float], option: str) -> None:
    rising = all(a < b for a, b in pairwise(values))
    if len(values) < 2 or not rising or values[0] <= 0 or not math.isfinite(values[-1]):
        raise typer.BadParameter(
            "give two or more values above 0, from small to large", param_hint=f"'{option}'"
        )


def _cell(value: float, spread: float) -> str:
    text = f"{100 * value:.0f}"
    return text if math.isnan(spread) else f"{text} ± {100 * spread:.1f}"


# --- what the commands have in common -------------------------------------------------------------


def _asked(
    scenario: str,
    changes: Sequence[str],
    seed: int | None,
    reps: int | None,
    engine: str | None,
    workers: int | None,
    quiet: bool,
) -> tuple[Scenario, Any]:
    """The scenario and the engine."""
    from afterban.cli.run import announce_compilation
    from afterban.engines import default_engine

    options.at_least_one(workers, "worker", "--workers")
    loaded = output.load(scenario, changes, seed, reps)
    chosen = output.engine_name(engine) or default_engine()
    announce_compilation(chosen, quiet)
    return loaded, chosen


def _known_policy(scenario: Scenario, policy: str) -> None:
    output.arms(scenario, [policy])  # raises for one that is not known


def _about(scenario: Scenario) -> dict[str, Any]:
    return {"scenario": scenario.name, "digest": scenario.digest(), "seed": scenario.seed}


class _Files:
    """The files of an answer: made under another name, then renamed, so none is ever half there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made: list[Path] = []

    def _write(self, name: str, write: Callable[[Path], object]) -> None:
        path = self.folder / name
        temporary = self.folder / f".tmp-{name}"
        try:
            write(temporary)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        self.made.append(path)

    def table(self, name: str, rows: Sequence[dict[str, Any]]) -> None:
        """A CSV file; what cannot be told is empty."""

        def write(path: Path) -> None:
            with path.open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
                writer.writeheader()
                for row in rows:
                    writer.writerow(
                        {
                            key: ""
                            if isinstance(value, float) and math.isnan(value)
                            else csv_cell(value)
                            for key, value in row.items()
                        }
                    )

        self._write(name, write)

    def picture(self, name: str, make: Callable[[], Any]) -> None:
        """A PNG file."""
        self._write(name, lambda path: _figures().save(make, path))

    def data(self) -> dict[str, list[str]]:
        """Where they are, for JSON."""
        return {"files": [str(path) for path in self.made]}

    def say(self) -> None:
        """Where they are."""
        for path in self.made:
            output.say(str(path))


@contextmanager
def _place(question: str, scenario: Scenario, out: Path | None) -> Iterator[_Files]:
    """The folder of the files, made first: where it cannot be, nothing is run for nothing."""
    folder = out or options.RESULTS / "questions" / f"{question}-{scenario.name}"
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    files = _Files(folder)
    try:
        yield files
    except BaseException:
        with suppress(OSError):  # nothing is left over, unless something is in it
            for path in missing:
                path.rmdir()
        raise


@contextmanager
def _clock(
    name: str, what: str, planned: int, quiet: bool, rough: bool = False
) -> Iterator[Callable[[], None]]:
    """Says on stderr what will be run, and after the first piece how long the rest will take.

    rough: whether the number of pieces is a guess.
    """
    about = "about " if rough else ""
    output.note(f"{name}: running {about}{planned} {what}", quiet)
    began = time.monotonic()
    finished = 0

    def done() -> None:
        nonlocal finished
        finished += 1
        gone = time.monotonic() - began
        left = gone / finished * (planned - finished)
        if finished == min(2, planned) and left > LONG:  # the first one has to warm up
            output.note(f"about {_seconds(left)} left", quiet)
        if not quiet and sys.stderr.isatty():
            end = "\r" if finished < planned else "\r\033[K"
            told = terminal_safe(f"{finished} of {about}{planned} {what}")
            print(told, end=end, file=sys.stderr)  # noqa: T201 (progress goes to stderr)

    yield done


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def _figures() -> Any:
    from afterban.report import mechanisms

    return mechanisms


def _match_figure() -> Any:
    from afterban.report.matching import matching

    return matching


def _columns(name: str, e: Estimate) -> dict[str, float]:
    return {name: e.value, f"{name}_low": e.low, f"{name}_high": e.high}


def _limit(days: float) -> str:
    from afterban.experiment.breakeven import time_text

    return time_text(days) if math.isfinite(days) else "no limit"


def _times(e: Estimate) -> str:
    from afterban.experiment.breakeven import time_text

    if math.isnan(e.low):
        return output.interval(e)
    return f"{time_text(max(e.low, 0.0))} to {time_text(e.high)}"


def _percent(e: Estimate) -> str:
    return f"{output.number(100 * e.value)} %" if e.n else "-"


def _percents(e: Estimate) -> str:
    if math.isnan(e.low):
        return output.interval(e)
    return f"{output.number(100 * e.low)} to {output.number(100 * e.high)} %"
