"""Where two curves cross, in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from afterban.experiment.breakeven import Crossing
from afterban.experiment.wording import time_text
from afterban.statistics import Estimate


@dataclass(frozen=True)
class Break:
    """Times to action at which effective reach crosses levels.

    how: how the times between were worked out.
    """

    crossings: tuple[Crossing, ...]
    curve: Mapping[float, Estimate]
    how: str
    command: str


def crossing_sentence(one: Crossing, breaking: Break) -> str:
    """How soon accounts must be suspended to keep reach under a level."""
    within = "within" if one.rising else "no sooner than after"
    return (
        f"To keep effective reach under {100 * one.value:g} %, half of the flagged accounts must "
        f"be suspended {within} {time_between(one, breaking)}."
    )


def time_between(one: Crossing, breaking: Break) -> str:
    """The time at which a curve crosses, with its interval."""
    first, last = min(breaking.curve), max(breaking.curve)
    if math.isnan(one.low):
        return f"{time_text(one.days)} (one replication: no interval)"
    low = f"less than {time_text(first)}" if one.low == 0 else time_text(one.low)
    high = f"more than {time_text(last)}" if math.isinf(one.high) else time_text(one.high)
    return f"{time_text(one.days)} ({low} to {high})"
