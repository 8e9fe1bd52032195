"""``afterban run X --draws FILE``: every answer over draws of what is not known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from afterban.cli import output
from afterban.cli.progress import progress

if TYPE_CHECKING:
    from afterban.experiment.over_draws import OverDraws
    from afterban.scenario import Scenario


def run_over_draws(
    scenario: Scenario,
    path: Path,
    policies: Sequence[str],
    *,
    reps: int | None,
    engine: str | None,
    workers: int | None,
    out: Path,
    figures: bool,
    points: int | None,
    quiet: bool,
    as_json: bool,
    headline: Sequence[str],
) -> None:
    """Run a scenario at each draw of a file, and show it; what was stopped is continued."""
    from afterban.experiment.draws import read_draws
    from afterban.experiment.over_draws import over_draws

    if points:
        output.note("note: `--points` is of the band, which draws take the place of", quiet)
    draws = read_draws(path)
    arms = output.arms(scenario, list(policies)) if policies else []
    chosen = output.engine_name(engine)
    with progress(f"{scenario.name} over draws", quiet) as advance:
        found = over_draws(
            scenario,
            draws,
            arms,
            replications=reps,
            root=out,
            engine=chosen,
            workers=workers,
            forecast=lambda told: output.note(told.words(), quiet),
            progress=advance,
        )
    output.write_json(found.folder / "draws.json", found.to_dict())
    if figures:
        from afterban.cli.questions import figures as pictures

        pictures().save(found.figure, found.folder / "draws.png")
    if not found.same_scenario:
        of = draws.meta.get("scenario", "another scenario")
        output.note(f"note: the draws were made for another version than this ({of})", quiet)
    if as_json:
        output.say_json(found.to_dict())
        return
    _show(found, headline, draws.meta.get("what"))
    output.say(str(found.folder))


def _show(found: OverDraws, headline: Sequence[str], what: object) -> None:
    from afterban.report import words

    kind = f" of a {what}" if isinstance(what, str) else ""
    output.say(
        f"{found.scenario}: {found.draws:,} draws{kind}, {found.replications} replications of each"
    )
    rows, label = [], ""
    for row in found.rows(headline):
        if row.mean == 0 and row.high == 0:
            continue
        heading = words.heading(row.metric)
        rows.append(
            [
                "" if heading == label else heading,
                f"{row.arm}, less {row.against}" if row.against else row.arm,
                _number(row.metric, row.mean, bool(row.against)),
                f"{_number(row.metric, row.low, bool(row.against))} to "
                f"{_number(row.metric, row.high, bool(row.against))}",
                f"±{_number(row.metric, row.chance, False)}" if math.isfinite(row.chance) else "",
                f"{row.same_sign:.0%}" if row.against else "",
                str(row.draws),
            ]
        )
        label = heading
    head = ["metric", "policy", "mean", "5 to 95 % over draws", "chance", "same sign", "draws"]
    output.say_table(head, rows, right=(2, 5, 6), fold=(0, 1))
    output.say(
        "Over draws: what the draws leave open, each with its mean. Chance, apart: one standard "
        "deviation of a replication at one draw. Same sign: share of the draws in which a "
        "difference has its more frequent sign."
    )
    for sentence in found.words():
        output.say(sentence)


def _number(metric: str, value: float, signed: bool) -> str:
    from afterban.report import words

    text = f"{100 * value:.3g} %" if words.is_share(metric) else output.number(value)
    return f"+{text}" if signed and value > 0 else text
