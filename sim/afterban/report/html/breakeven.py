"""Where two arms, or two points of a dial, break even."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from afterban.experiment.breakeven import crossing
from afterban.experiment.compare import HEADLINE
from afterban.experiment.wording import time_text
from afterban.report import interactive, numbers, pictures
from afterban.report.html.crossings import Break, time_between
from afterban.report.html.pictures import Picture, drawn_as
from afterban.report.html.tables import finite
from afterban.results import Results


def break_between_arms(results: Results, levels: Iterable[float] | None = None) -> Break | None:
    """Break-even times read off between the arms of a dial; None if there is no dial.

    levels: those within what was observed if None.
    """
    between = numbers.between_arms(results)
    if between is None:
        return None
    sample, first, last = between
    dial = numbers.speed_dial(results)
    curve = {days: results.estimate(HEADLINE, policy) for days, policy in dial.items()}
    if levels is None:
        levels = numbers.levels_among(one.value for one in curve.values())
    return Break(
        tuple(crossing(sample, level, shortest=first, longest=last) for level in levels),
        curve,
        "Read off between the policies that differ only in speed, by straight lines on the "
        "logarithm of time in each replication.",
        f"afterban breakeven {results.scenario.name} --below 0.5",
    )


def breakeven_part(found: Break | None, foot: str) -> dict[str, Any] | None:
    """Where arms break even, as a picture and sentences; None where they do not."""
    if found is None or not found.crossings:
        return None
    first, last = min(found.curve), max(found.curve)
    rows = []
    for one in found.crossings:
        level = f"{100 * one.value:g} %"
        if one.found:
            text = "within" if one.rising else "no sooner than after"
            text += f" {time_between(one, found)}"
            if one.count > 1:
                text += f"; it crosses {one.count} times, this is the first"
        else:
            under = one.looks[min(one.looks)].value < one.value
            text = (
                f"at any speed from {time_text(first)} to {time_text(last)}"
                if under
                else f"at no speed from {time_text(first)} to {time_text(last)}"
            )
        rows.append({"level": level, "text": text, "days": finite(one.days), "n": one.n})
    says = "Effective reach is "
    says += "; ".join(f"under {row['level']} {row['text']}" for row in rows) + "."
    return {
        "rows": rows,
        "how": found.how,
        "command": found.command,
        "picture": Picture(
            "speed",
            "How fast is fast enough",
            says,
            {"speed": ("", interactive.speed(found.curve, found.crossings))},
            svg=drawn_as("speed", says, lambda: pictures.speed(found.curve, found.crossings, foot)),
        ),
    }
