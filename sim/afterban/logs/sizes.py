"""How many operators there are, how large, and how many are new.

Checked by ``tests/logs/test_sizes.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from afterban.language import laws
from afterban.language.laws import Distribution
from afterban.logs.bootstrap import Bootstrap
from afterban.logs.estimates import LEAST, Quantity, quantity, undefined
from afterban.logs.lineages import Lineages
from afterban.logs.record import NONE, Floats, Log
from afterban.logs.returning import Recall, spread_of

GROUP: Final = "operators"
CUTS: Final = (("ordinary", 0.0), ("large", 0.99))  # tiers by size, from which share on
_POINTS: Final = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


@dataclass(frozen=True)
class Tier:
    """Operators of a size.

    audience: law of their followers.  low, high: 95 % interval of its median.  n: how many it
    rests on.
    """

    name: str
    share: float
    least: float
    audience: Distribution
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Sizes:
    """What a log says of operators.  tiers: by size, none if followers are not known."""

    quantities: tuple[Quantity, ...]
    tiers: tuple[Tier, ...]


def sizes(
    log: Log, chains: Lineages, boot: Bootstrap, recall: Recall | None, weight: Floats
) -> Sizes:
    """Operators at the start, new ones a day, and tiers by the followers of first accounts.

    weight: how many first accounts each one stands for, see :mod:`afterban.logs.pressure`.
    """
    starts = log.before == NONE
    old = int((starts & (log.created <= 0)).sum())
    quantities = [
        Quantity(
            "operators", "accounts that were there when the log began", GROUP, "operators",
            float(old), float(old), float(old), old, "counted",
            draws=np.full(boot.draws, float(old)),
        ),
        _arrivals(log, chains, boot, recall),
    ]  # fmt: skip
    return Sizes(tuple(quantities), _tiers(log, chains, weight))


def _arrivals(log: Log, chains: Lineages, boot: Bootstrap, recall: Recall | None) -> Quantity:
    """First accounts made in the log, less those that are returns whose link was not found."""
    key, about = "arrivals", "operators that join, beside those who return"
    new = (log.before == NONE) & (log.created > 0)
    linked = (log.before != NONE) & (log.created > 0)
    if recall is None or recall.source == "none":
        why = "how many new accounts are returns without a link is not known"
        return undefined(key, about, GROUP, "per day", why, int(new.sum()))
    total = np.array([float(new.sum()), float(linked.sum())])
    influence = np.column_stack(
        [spread_of(x.astype(np.float64), chains.lineage, chains.count) for x in (new, linked)]
    )
    moved = boot.moved(total, influence)
    missed = (1 - recall.draws) / recall.draws
    draws = np.maximum(moved[:, 0] - moved[:, 1] * missed, 0.0) / log.end
    value = max(total[0] - total[1] * (1 - recall.value) / recall.value, 0.0) / log.end
    made = quantity(
        key, about, GROUP, value, draws, int(new.sum()),
        "new accounts without a link, less returns whose link is missing", "per day",
    )  # fmt: skip
    if made.low <= 0:
        return replace(made, tells="no", why="there may be none")
    return made


def _tiers(log: Log, chains: Lineages, weight: Floats) -> tuple[Tier, ...]:
    """Operators by the followers that their first account had in the end."""
    first = (weight > 0) & (log.followers >= 1)
    if first.sum() < LEAST:
        first = (chains.life == 1) & (log.followers >= 1)
        weight = first.astype(np.float64)
    if first.sum() < LEAST:
        return ()
    order = np.argsort(log.followers[first], kind="stable")
    people, stand = log.followers[first][order], weight[first][order]
    edges = [0.0, *(_quantile(people, stand, share) for _, share in CUTS[1:]), np.inf]
    found: list[Tier] = []
    for number, (name, _) in enumerate(CUTS):
        mine = (people >= edges[number]) & (people < edges[number + 1])
        if mine.sum() >= 3:
            share = float(stand[mine].sum() / stand.sum())
            law = _law(people[mine], stand[mine])
            ends = _median(people[mine], stand[mine])
            found.append(Tier(name, share, edges[number], law, *ends, int(mine.sum())))
    return tuple(found)


def _quantile(people: Floats, stand: Floats, share: float) -> float:
    """Quantile of weighted values in order; the least and the largest at 0 and 1."""
    within = (np.cumsum(stand) - 0.5 * stand) / stand.sum()
    return float(np.interp(share, within, people))


def _median(people: Floats, stand: Floats) -> tuple[float, float]:
    """Interval of a weighted median: the quantiles that half of so many may be."""
    effective = stand.sum() ** 2 / (stand**2).sum()
    half = 1.96 * np.sqrt(0.25 / effective)
    low, high = max(0.5 - half, 0.0), min(0.5 + half, 1.0)
    return _quantile(people, stand, low), _quantile(people, stand, high)


def _law(people: Floats, stand: Floats) -> Distribution:
    """The law through quantiles of what was seen."""
    return laws.quantiles({p: float(f"{_quantile(people, stand, p):.3g}") for p in _POINTS})
