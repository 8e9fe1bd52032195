"""How many operators there are, how large, and how many are new.

Checked by ``tests/logs/test_sizes.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    """Operators of a size.  audience: law of their followers.  n: how many it rests on."""

    name: str
    share: float
    least: float
    audience: Distribution
    n: int


@dataclass(frozen=True)
class Sizes:
    """What a log says of operators.  tiers: by size, none if followers are not known."""

    quantities: tuple[Quantity, ...]
    tiers: tuple[Tier, ...]


def sizes(log: Log, chains: Lineages, boot: Bootstrap, recall: Recall | None) -> Sizes:
    """Operators at the start, new ones a day, and tiers by the followers of first accounts."""
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
    return Sizes(tuple(quantities), _tiers(log, chains))


def _arrivals(
    log: Log, chains: Lineages, boot: Bootstrap, recall: Recall | None
) -> Quantity:
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
        return Quantity(**made.__dict__ | {"tells": "no", "why": "there may be none"})
    return made


def _tiers(log: Log, chains: Lineages) -> tuple[Tier, ...]:
    """Operators by the followers that their first account had in the end."""
    first = chains.anchored & (chains.life == 1) & (log.followers >= 1)
    if first.sum() < LEAST:
        first = (chains.life == 1) & (log.followers >= 1)
    people = np.sort(log.followers[first])
    if len(people) < LEAST:
        return ()
    edges = [float(np.quantile(people, share)) for _, share in CUTS]
    found: list[Tier] = []
    for number, (name, _) in enumerate(CUTS):
        low = 0.0 if number == 0 else edges[number]
        high = edges[number + 1] if number + 1 < len(edges) else np.inf
        mine = people[(people >= low) & (people < high)]
        if len(mine) >= 3:
            found.append(Tier(name, len(mine) / len(people), low, _law(mine), len(mine)))
    return tuple(found)


def _law(people: Floats) -> Distribution:
    """The law through quantiles of what was seen."""
    points: dict[float, float] = {}
    for p in _POINTS:
        points[p] = float(f"{np.quantile(people, p):.3g}")
    return laws.quantiles(points)
