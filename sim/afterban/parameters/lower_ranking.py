"""Ranking with what is known: the tables that are kept, and when they are brought up to date."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from afterban.mechanisms.clock import on_the_clock
from afterban.parameters.numbers import Integers, floats, integers
from afterban.scenario.sections.detection import Detection
from afterban.scenario.sections.ranking import RankBy, readings
from afterban.scenario.sections.review import Team

WHAT: Final = ("impressions", "followers", "links")  # as in mechanisms.ranking


def lower_rankings(
    detection: Detection, pulse_entry: Integers, team: Team | None, horizon: float
) -> dict[str, Any]:
    """A table for each pair of what is observed and its window, by whoever needs it."""
    struck = [detection.pulses[int(k)].rank_by for k in pulse_entry]
    waits = None if team is None else team.rank_by
    tables = list(dict.fromkeys(_table(one) for one in (*struck, waits) if one is not None))
    back = [readings(window) for _, window in tables]
    every = [
        window / count if count else 0.0 for (_, window), count in zip(tables, back, strict=True)
    ]
    days = sorted(
        (day, k) for k, step in enumerate(every) if step > 0 for day in _days(step, horizon)
    )
    return {
        "rank_what": integers([what for what, _ in tables]),
        "rank_every": floats(every),
        "rank_back": integers(back),
        "rank_day": floats([day for day, _ in days]),
        "rank_table": integers([k for _, k in days]),
        "pulse_table": integers(
            [-1 if one is None else tables.index(_table(one)) for one in struck]
        ),
        "pulse_error": floats([0.0 if one is None else float(one.error) for one in struck]),
        "queue_table": -1 if waits is None else tables.index(_table(waits)),
        "queue_error": 0.0 if waits is None else float(waits.error),
        "given_ranking": np.empty(0),
    }


def _table(one: RankBy) -> tuple[int, float]:
    return WHAT.index(one.what), float(one.window)


def _days(step: float, horizon: float) -> list[float]:
    """Days of readings before the horizon."""
    count = math.ceil(horizon / step)
    days = (on_the_clock(k * step) for k in range(1, count + 1))
    return [day for day in days if day < horizon]
