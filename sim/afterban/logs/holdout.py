"""Months that were kept back: what a fit of the months before says of them, beside what came.

Checked by ``tests/logs/test_holdout.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from afterban.logs import lineages
from afterban.logs.lifetimes import Lifetimes
from afterban.logs.lineages import Lineages
from afterban.logs.record import NONE, Floats, Integers, Log
from afterban.logs.returning import Returns

MONTH: Final = 30.4375  # days


@dataclass(frozen=True)
class Prediction:
    """One number of the held-out months.

    about: what is counted.  month: by the end of which, from 1.  low, high: 95 % of what the fit
    says, the uncertainty of the fit and chance together.  observed: what came.  n: of how many.
    """

    about: str
    month: int
    expected: float
    low: float
    high: float
    observed: int
    n: int

    @property
    def holds(self) -> bool:
        """Whether what came lies within."""
        return self.low <= self.observed <= self.high


def predictions(
    before: Log,
    whole: Log,
    chains: Lineages,
    lives: Lifetimes,
    back: Returns | None,
    months: int,
) -> tuple[Prediction, ...]:
    """What the fit of ``before`` says of the months that ``whole`` has beyond it.

    chains, lives, back: of ``before``.
    """
    place = np.full(int(whole.rows.max()) + 1, NONE, dtype=np.int64)
    place[whole.rows] = np.arange(len(whole))
    now = place[before.rows]
    days = [MONTH * (m + 1) for m in range(months)]
    found = _suspended(before, whole, now, lives, days)
    if back is not None:
        found += _returned(before, whole, now, chains, back, days)
    return tuple(found)


def _suspended(
    before: Log, whole: Log, now: Integers, lives: Lifetimes, days: list[float]
) -> list[Prediction]:
    """How many of the accounts that were there are suspended by the end of each month."""
    live = np.flatnonzero(before.censored & (now != NONE))
    age = np.maximum(before.end - before.created[live], 1e-6)
    ended = whole.suspended[now[live]] + (whole.since - before.since)
    found = []
    for month, later in enumerate(days, start=1):

        def chance(theta: Floats, later: float = later) -> Floats:
            family = lives.family
            return -np.expm1(
                family.log_survival(theta, age + later) - family.log_survival(theta, age)
            )

        observed = int((ended <= before.end + later).sum())
        draws = [chance(theta) for theta in lives.draws]
        found.append(
            _prediction(
                "accounts that were there and are suspended",
                month, chance(lives.theta), draws, observed,
            )
        )  # fmt: skip
    return found


def _returned(
    before: Log, whole: Log, now: Integers, chains: Lineages, back: Returns, days: list[float]
) -> list[Prediction]:
    """After how many suspensions without a known next account one is known by each month's end."""
    rows = back.suspensions
    waiting = rows.anchored & ~rows.back & (now[rows.place] != NONE)
    follow = np.maximum(rows.follow[waiting], 1e-9)
    power = rows.life[waiting] - 1.0
    after = lineages.of(whole).after[now[rows.place[waiting]]]
    made = np.where(after != NONE, whole.created[after] + (whole.since - before.since), np.inf)
    found = []
    for month, later in enumerate(days, start=1):

        def chance(p: float, tired: float, theta: Floats, later: float = later) -> Floats:
            most = np.minimum(p * tired**power, 1.0)
            seen = back.family.below(theta, follow)
            more = back.family.below(theta, follow + later) - seen
            return np.asarray(most * more / np.maximum(1 - most * seen, 1e-12))

        draws = [
            chance(p, tired, theta)
            for p, tired, theta in zip(
                back.found_draws, back.fatigue_draws, back.draws, strict=True
            )
        ]
        observed = int(((made > before.end) & (made <= before.end + later)).sum())
        mean = chance(back.found, back.fatigue, back.theta)
        found.append(
            _prediction("suspended operators who are seen back", month, mean, draws, observed)
        )
    return found


def _prediction(
    about: str, month: int, mean: Floats, draws: list[Floats], observed: int
) -> Prediction:
    """An interval of the count: the draws of the fit, and chance about each (a sum of coins)."""
    totals = np.array([float(p.sum()) for p in draws])
    chance = float((mean * (1 - mean)).sum())
    half = 1.96 * np.sqrt(totals.var() + chance)
    middle = float(mean.sum())
    return Prediction(
        about, month, middle, max(np.floor(middle - half), 0.0), float(np.ceil(middle + half)),
        observed, len(mean),
    )  # fmt: skip
