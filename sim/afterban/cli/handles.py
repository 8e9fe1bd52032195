"""``afterban handles``: which threshold on the likeness of handles is worth it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from afterban.cli import options, output, questions

if TYPE_CHECKING:
    from afterban.experiment.matching import MatchCurve, TradeOff
    from afterban.scenario import Scenario

commands = typer.Typer()

THRESHOLDS = range(7)  # edits that are tried where the arms do not differ in them
NEGLIGIBLE = 1e-6  # effective reach that nobody could tell from none


@commands.command()
def handles(
    scenario: options.ScenarioName,
    corpus: Annotated[
        int, typer.Option(help="Ordinary handles on which the matcher is measured.")
    ] = 100_000,
    changes: options.Changes = [],  # noqa: B006 (typer reads the default and never changes it)
    reps: options.Reps = None,
    seed: options.Seed = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
    out: questions.OutFolder = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Find which threshold on the likeness of handles is worth it.

    The arms that differ in it are run; thresholds from 0 to 6 edits where the scenario has none.
    """
    if not 1 <= corpus <= 100_000_000:
        raise typer.BadParameter("take 1 to 100,000,000 handles", param_hint="'--corpus'")
    loaded, chosen = questions.asked(scenario, changes, seed, reps, engine, workers, quiet)

    from afterban.experiment.matching import match_curve, weigh, worth_it
    from afterban.experiment.replicate import replicate

    loaded, policies = _arms(loaded)
    with questions.place("handles", loaded, out) as files:
        output.note(f"{loaded.name}: measuring the matcher on {corpus:,} handles", quiet)
        curve = match_curve(loaded, corpus)
        with questions.clock(loaded.name, "replications", loaded.replications, quiet) as done:
            runs = []
            for outcomes in replicate(loaded, policies, engine=chosen, workers=workers):
                runs.append(outcomes)
                done()
        rows = weigh(loaded, policies, runs)
        best = worth_it(rows)
        files.table("matcher.csv", _matcher_data(curve))
        files.table("trade-off.csv", _trade_off_data(rows))
        n = loaded.replications
        foot = f"{loaded.name} · seed {loaded.seed} · n = {n} replication{'s'[: n > 1]}"
        files.picture("handles.png", lambda: _figure(curve, rows, foot))
    if as_json:
        answer = _document(curve, rows, best)
        output.say_json({**questions.about(loaded), **answer, **files.data()})
        return
    _say_matcher(curve)
    _say_trade_off(rows)
    for text in _worth(best):
        output.say(text)
    files.say()


def _arms(scenario: Scenario) -> tuple[Scenario, list[str]]:
    """The scenario and its arms, with arms of their own for the thresholds if it has none.

    Raises AfterbanError for one without ordinary users.
    """
    from afterban.errors import AfterbanError
    from afterban.parameters import AS_WRITTEN

    if scenario.detection.handle_match.ordinary is None:
        raise AfterbanError(
            f"{scenario.name} has no ordinary users; give it `detection.handle_match.ordinary`, "
            "as handle-threshold has"
        )
    policies = [AS_WRITTEN, *scenario.policies]
    if len({scenario.arm(name).detection.handle_match.edits for name in policies}) > 1:
        return scenario, policies
    arms = {f"edits-{k}": {"detection": {"handle_match": {"edits": k}}} for k in THRESHOLDS}
    changed = scenario.with_changes({f"policies.{name}": arm for name, arm in arms.items()})
    return changed, list(arms)


def _matcher_data(curve: MatchCurve) -> list[dict[str, Any]]:
    """Rows of ``matcher.csv``: each threshold on the matcher alone."""
    return [
        {
            "edits": p.threshold,
            **questions.columns("recall", p.recall),
            **questions.columns("recall_any", p.recall_any),
            **questions.columns("false_matches", p.false_matches),
            "look_alikes": p.look_alikes,
            "handles": curve.corpus,
        }
        for p in curve.points
    ]


def _trade_off_data(rows: Sequence[TradeOff]) -> list[dict[str, Any]]:
    """Rows of ``trade-off.csv``: each arm in the network."""
    return [
        {
            "policy": row.policy,
            "edits": row.threshold,
            "near_identical": row.near_identical,
            **questions.columns("effective_reach", row.effective_reach),
            **questions.columns("look_alikes_per_100k", row.per_100k),
            **questions.columns("look_alikes_suspended", row.suspended),
            "n": row.effective_reach.n,
        }
        for row in rows
    ]


def _document(
    curve: MatchCurve, rows: Sequence[TradeOff], best: Sequence[tuple[TradeOff, float]]
) -> dict[str, Any]:
    """The answer, for JSON."""
    return {
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


def _say_matcher(curve: MatchCurve) -> None:
    """The table of the matcher alone."""
    output.say(
        f"The matcher alone: {curve.corpus:,} ordinary handles, {curve.suspended:,} suspended, "
        "as many successors"
    )
    output.say_table(
        ["edits", "successors found", "95 % interval", "ordinary users hit", "95 % interval"],
        [
            [
                str(p.threshold),
                questions.percent(p.recall),
                questions.percents(p.recall),
                questions.percent(p.false_matches),
                questions.percents(p.false_matches),
            ]
            for p in curve.points
        ],
        right=(0, 1, 3),
    )


def _say_trade_off(rows: Sequence[TradeOff]) -> None:
    """The table of the arms in the network."""
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
                questions.percent(row.effective_reach),
                questions.percents(row.effective_reach),
                output.number(row.per_100k.value),
                output.interval(row.per_100k),
                str(row.effective_reach.n),
            ]
            for row in rows
        ],
        right=(1, 2, 4, 6),
    )


def _worth(best: Sequence[tuple[TradeOff, float]]) -> list[str]:
    """Which arm is best at which price of a look-alike."""
    lines = ["Worth it, where one look-alike in 100,000 counts as much as so much reach:"]
    below = 0.0
    for row, price in best:
        if price < NEGLIGIBLE:
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


def _figure(curve: MatchCurve, rows: Sequence[TradeOff], foot: str) -> Any:
    from afterban.report.matching import matching

    return matching(curve, rows, foot)
