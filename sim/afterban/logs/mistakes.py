"""Suspensions that were appealed and reversed.

A reversed suspension was wrong and appealed; a wrong one that nobody appealed stands in the log as
any other, so that the share of wrong suspensions has a lower bound only.

Checked by ``tests/logs/test_mistakes.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from afterban.logs import laws
from afterban.logs.bootstrap import Bootstrap, maximise
from afterban.logs.estimates import LEAST, Quantity, quantity, share, undefined
from afterban.logs.lineages import Lineages
from afterban.logs.record import Floats, Log

GROUP: Final = "appeals"


@dataclass(frozen=True)
class Mistakes:
    """What a log says of appeals.  law, draws: of the time to reinstatement, None if not known."""

    quantities: tuple[Quantity, ...]
    family: laws.Family | None = None
    theta: Floats | None = None
    draws: Floats | None = None


def mistakes(log: Log, chains: Lineages, boot: Bootstrap) -> Mistakes:
    """Shares of suspensions appealed and reversed, of appeals granted, and how long it took.

    A log with `reversed` and without `appealed` tells of reversals alone.
    """
    ended = np.flatnonzero(~log.censored)
    of = chains.lineage
    if "appealed" not in log.has and "reversed" not in log.has:
        why = "there is no column `appealed` or `reversed`"
        return Mistakes((undefined("appealed", "share of suspensions appealed", GROUP, "", why),))
    found: list[Quantity] = []
    told = ended[log.appealed[ended] >= 0]
    if "appealed" in log.has:
        about = "share of suspensions appealed"
        found.append(share("appealed", about, GROUP, log.appealed[told] == 1, of[told], boot))
    if "reversed" in log.has:
        known = ended[log.reversed[ended] >= 0]
        wrong = log.reversed[known] == 1
        found.append(
            share(
                "wrong", "share of suspensions that were reversed, so wrong", GROUP, wrong,
                of[known], boot, tells="lower bound",
                why="a wrong suspension that nobody appealed is not told from a right one",
            )
        )  # fmt: skip
        asked = told[(log.appealed[told] == 1) & (log.reversed[told] >= 0)]
        if len(asked):
            granted = log.reversed[asked] == 1
            about = "share of appeals that were granted by the end of the log"
            found.append(
                share("granted", about, GROUP, granted, of[asked], boot, tells="lower bound",
                      why="appeals that are still open may be granted")
            )  # fmt: skip
    return _with_delay(log, chains, boot, found)


def _with_delay(log: Log, chains: Lineages, boot: Bootstrap, found: list[Quantity]) -> Mistakes:
    """Time from a suspension to its reversal, given that it came before the log ended."""
    key, about = "review.mistakes.reinstatement", "median time from suspension to reinstatement"
    back = np.flatnonzero(np.isfinite(log.reversed_at) & np.isfinite(log.suspended))
    if len(back) < LEAST:
        if "reversed_at" in log.has:
            why = f"{len(back)} reversals with a time are too few"
            found.append(undefined(key, about, GROUP, "days", why, len(back)))
        return Mistakes(tuple(found))
    days = np.maximum(log.reversed_at[back] - log.suspended[back], 1e-9)
    follow = np.maximum(log.end - log.suspended[back], days)
    best: Any = None
    for family in laws.SIMPLE:

        def loglik(theta: Floats, family: laws.Family = family) -> Floats:
            seen = np.log(np.maximum(family.below(theta, follow), 1e-300))
            return family.log_of(theta, days, log.resolution) - seen

        start = family.start(np.maximum(days, log.resolution / 2))
        fit = maximise(loglik, start, chains.lineage[back], chains.count)
        if best is None or (fit.sure and fit.aic < best[1].aic):
            best = family, fit
    family, fit = best
    draws = boot.moved(fit.theta, fit.influence)
    medians = np.array([family.median(theta) for theta in draws])
    found.append(
        quantity(
            key, about, GROUP, family.median(fit.theta), medians, len(back),
            f"{family.name}, right-truncated at the end of the log, chosen by AIC", "days",
        )
    )  # fmt: skip
    return Mistakes(tuple(found), family, fit.theta, draws)
