"""What a number is made of: by tier, by life number, by part of a life, and what is missing in it.

The parts are those of the metric's own sum.  It is made once more of the accounts of each group,
and the groups are weighted so that they add up to the number; a sum of which that cannot be done
(a median) has no parts.  Each replication is checked, so a weight that fits one by chance is found.

Checked by ``tests/experiment/test_why.py``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from afterban.engines.records import Records
from afterban.experiment.compare import HEADLINE
from afterban.metrics import METRICS
from afterban.metrics.register import REGISTER, Sum, names_of
from afterban.metrics.run import Flags, Floats, Run

LIVES = ("first account", "second", "third", "fourth and later")
PARTS_OF_LIFE = ("before the flag, or without one", "between flag and action")
LOSSES = {
    "loss_by_absence": "seen while they had no account",
    "loss_by_followers": "seen by followers who are missing",
    "loss_by_rebuilding": "gave way to posts of rebuilding",
}
_SEEN = "outsider_impressions"
_CLOSE = 1e-9  # relative, of sums in another order


class _Closed(Exception):
    """A sum read what is not of single accounts."""


class _Table:
    """Records of which only the table of accounts may be read."""

    def __init__(self, accounts: npt.NDArray[Any]) -> None:
        self.accounts = accounts

    def __getattr__(self, name: str) -> Any:
        raise _Closed(name)


@dataclass(frozen=True)
class _Weighing(Run):
    """A run that remembers of how many accounts each mean was."""

    counts: list[float] = field(default_factory=list)

    def means(self, values: Floats, of: Flags) -> Floats:
        self.counts.append(float(np.count_nonzero(of)))
        return super().means(values, of)


def sum_of(metric: str) -> Sum:
    """The sum that makes a metric."""
    name = metric.partition(".")[0]
    return next(one for one in REGISTER.sums if any(m.name == name for m in one.metrics))


def parts_of(run: Run, metric: str, told: Mapping[str, float]) -> dict[str, dict[str, Floats]]:
    """Candidates for the parts of a metric: kind -> weighting -> the parts, ``[groups]``.

    told: all metrics of this replication.
    """
    tier = metric.partition(".")[2]
    found: dict[str, dict[str, Floats]] = {}
    if not tier and len(run.tiers) > 1:
        found["tier"] = _by_tier(run, metric, told)
    rows = run.accounts
    of_tier = (
        run.tier == run.tiers.index(tier) if tier in run.tiers else np.ones(len(run.tier), bool)
    )
    life = np.minimum(rows["life"], len(LIVES)) - 1
    found["life"] = _by_group(run, metric, told, [life == k for k in range(len(LIVES))], of_tier)
    seen = _share_of_seen(metric)
    if seen:
        number = told.get(metric, math.nan)
        each = rows["outsider_impressions"] * of_tier
        early = rows["unnoticed_impressions"] * of_tier
        lives = np.array([each[life == k].sum() for k in range(len(LIVES))])
        parts = np.array([early.sum(), each.sum() - early.sum()])
        found["life"]["impressions"] = _shared(number, lives)
        found["part of life"] = {"impressions": _shared(number, parts)}
    if metric == HEADLINE:
        missing = 1.0 - told.get(HEADLINE, math.nan)
        losses = np.array([-missing * told.get(name, math.nan) for name in LOSSES])
        found["loss"] = {"impressions": np.array([1.0, *np.nan_to_num(losses)])}
    return found


def names_of_parts(kind: str, tiers: Sequence[str]) -> tuple[str, ...]:
    """What the groups of a kind are called."""
    return {
        "tier": tuple(tiers),
        "life": LIVES,
        "part of life": PARTS_OF_LIFE,
        "loss": ("without enforcement", *LOSSES.values()),
    }[kind]


def adds_up(parts: Floats, number: float) -> bool:
    """Whether parts are those of a number."""
    return bool(np.isfinite(parts).all()) and math.isclose(
        float(parts.sum()), number, rel_tol=_CLOSE, abs_tol=1e-12
    )


def _share_of_seen(metric: str) -> bool:
    """Whether a metric counts what outsiders see, so that it goes with impressions of accounts."""
    name = metric.partition(".")[0]
    return name == _SEEN or METRICS[name].ratio_of == _SEEN


def _shared(number: float, of: Floats) -> Floats:
    """A number shared out in proportion."""
    whole = float(of.sum())
    if whole > 0:
        return np.asarray(number * of / whole)
    return np.zeros(len(of)) if number == 0 else np.full(len(of), math.nan)


def _by_tier(run: Run, metric: str, told: Mapping[str, float]) -> dict[str, Floats]:
    """By the metric's own tiers if it has them, else of the accounts of each."""
    one = METRICS[metric]
    groups = [run.tier == k for k in range(len(run.tiers))]
    everybody = np.ones(len(run.tier), bool)
    if not one.by_tier:
        return _by_group(run, metric, told, groups, everybody)
    if one.ratio_of:
        whole = float(run.of_twin(one.ratio_of)[0])
        above = np.array([told.get(f"{one.ratio_of}.{tier}", math.nan) for tier in run.tiers])
        return {"counts": above / whole if whole > 0 else np.full(len(above), math.nan)}
    each = np.array([told.get(f"{metric}.{tier}", math.nan) for tier in run.tiers])
    return {"counts": each} | _by_group(run, metric, told, groups, everybody)


def _by_group(
    run: Run, metric: str, told: Mapping[str, float], groups: Sequence[Flags], of: Flags
) -> dict[str, Floats]:
    """Parts by groups of accounts under each weighting that there is; {} if it has none."""
    made = sum_of(metric)
    if made.beside_twin:
        return {}
    try:
        whole, counts = _told_of(run, made, metric, of)
        each = [_told_of(run, made, metric, of & group) for group in groups]
    except (_Closed, ValueError, IndexError, ZeroDivisionError):
        return {}
    values = np.array([value for value, _ in each])
    empty = np.array([not (of & group).any() for group in groups])
    found = {"counts": np.where(empty & np.isnan(values), 0.0, values)}
    if math.isnan(whole):
        return found
    for k, count in enumerate(counts):
        if count > 0 and all(len(mine) == len(counts) for _, mine in each):
            found[f"mean {k}"] = _weighted(values, np.array([mine[k] for _, mine in each]) / count)
    for name, weights in _other_weights(run, of, groups).items():
        found[name] = _weighted(values, weights)
    return found


def _weighted(values: Floats, weights: Floats) -> Floats:
    return np.where(weights == 0.0, 0.0, np.asarray(values) * weights)


def _other_weights(run: Run, of: Flags, groups: Sequence[Flags]) -> dict[str, Floats]:
    """Shares of each group in what a quotient may be over."""
    rows = run.accounts
    over = {
        "accounts": of.astype(float),
        "suspended": (of & run.suspended).astype(float),
        "public": (of & run.was_public).astype(float),
        "later": (of & run.later).astype(float),
        "impressions": np.where(of, rows["outsider_impressions"], 0.0),
    }
    found = {}
    for name, each in over.items():
        whole = float(each.sum())
        if whole > 0:
            found[name] = np.array([float(each[group].sum()) for group in groups]) / whole
    return found


def _told_of(run: Run, made: Sum, metric: str, of: Flags) -> tuple[float, list[float]]:
    """A metric of some of the accounts alone, and of how many accounts its means are."""
    table: Any = _Table(run.records.accounts[of])
    records: Records = table
    name = metric.partition(".")[0]
    part = _Weighing(
        run.p,
        run.world,
        records,
        run.tiers,
        run.platforms,
        run.seed,
        run.replication,
        None,
    )
    value = made.function(part)
    if isinstance(value, Mapping):
        value = value[name]
    names = names_of(METRICS[name], run.tiers, run.platforms)
    numbers = np.atleast_1d(np.asarray(value, dtype=np.float64))
    return float(numbers[names.index(metric)]), part.counts


__all__ = ["LIVES", "LOSSES", "PARTS_OF_LIFE", "adds_up", "names_of_parts", "parts_of", "sum_of"]
