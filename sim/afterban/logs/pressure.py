"""How hard reports press: their hazard for each follower, from who was suspended and who was not.

Reports go by impressions, so that large accounts go first, and a log has followers of suspended
accounts only: those it has are larger than those there are.  Of the N first accounts that were
there when the log began, one with F followers is suspended within T days with probability
1 - exp(-(a + c F) T), where a is the hazard of all other channels.  Weighted by one over that,
those suspended stand for all N, which gives c (Horvitz & Thompson 1952, J. Am. Stat. Assoc.
47:663).  Followers are taken to be as many all along a first account's life, and all to post alike.

Checked by ``tests/logs/test_pressure.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from afterban import channels
from afterban.logs.bootstrap import Bootstrap
from afterban.logs.estimates import LEAST, Quantity, quantity
from afterban.logs.lifetimes import GROUP, Lifetimes
from afterban.logs.lineages import Lineages
from afterban.logs.record import Floats, Log
from afterban.logs.returning import spread_of

KEY: Final = "reports_per_follower"
_REPORTS: Final = channels.number("reports")


@dataclass(frozen=True)
class Pressure:
    """Hazard of reports per follower and day, and how many first accounts each suspended one means.

    quantity: None where no suspension is by reports, or followers are not known.
    weight: of each account of the log; 1 where nothing goes by size, 0 where followers are unknown.
    """

    quantity: Quantity | None
    weight: Floats


def pressure(log: Log, chains: Lineages, boot: Bootstrap, lives: Lifetimes) -> Pressure:
    """The hazard of reports for each follower."""
    first = chains.anchored & (chains.life == 1) & lives.lives.used
    seen = first & ~log.censored & np.isfinite(log.followers)
    even = seen.astype(np.float64)
    mine = lives.hazards.get("reports")
    events = int((seen & (log.channel == _REPORTS)).sum())
    if mine is None or events < LEAST or seen.sum() == first.sum():
        return Pressure(None, even)
    others = sum(rate for name, (rate, _, _) in lives.hazards.items() if name != "reports")
    people = log.followers[seen] + 0.5
    days = np.maximum(log.end - np.maximum(log.created[seen], 0.0), 1e-3)

    def weights(c: float) -> Floats:
        return np.asarray(-1.0 / np.expm1(-(others + c * people) * days))

    c = _solved(weights, float(first.sum()), 1.0 / (np.median(people) * log.end))
    if c is None:
        return Pressure(None, even)
    step = 1e-4 * c
    slope = float((weights(c + step) - weights(c - step)).sum()) / (2 * step)
    each = -first.astype(np.float64)
    each[seen] += weights(c)
    influence = spread_of(-each / slope / c, chains.lineage, chains.count)
    draws = c * np.exp(boot.moved(np.zeros(1), influence[:, None])[:, 0])
    weight = np.zeros(len(log))
    weight[seen] = weights(c)
    made = quantity(
        *(KEY, "hazard of reports for each follower of an account", GROUP),
        c,
        draws,
        events,
        "those suspended weighted up to all who were there (Horvitz-Thompson)",
        "per day",
        why="if followers are as many all along, and all post alike",
    )
    return Pressure(made, weight)


def _solved(weights: object, total: float, guess: float) -> float | None:
    """The hazard at which those suspended stand for all; None if there is none."""
    from scipy import optimize

    assert callable(weights)

    def excess(log_c: float) -> float:
        return float(np.sum(weights(np.exp(log_c)))) - total

    low, high = np.log(guess) - 12, np.log(guess) + 12
    if excess(low) * excess(high) > 0:
        return None
    return float(np.exp(optimize.brentq(excess, low, high, xtol=1e-10)))
