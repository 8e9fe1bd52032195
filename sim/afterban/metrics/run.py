"""One replication of one arm as the sums read it, and what several of them need, made once."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from afterban.engines.records import Records
from afterban.parameters import Parameters
from afterban.world import World

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

Made = TypeVar("Made")


@dataclass(frozen=True)
class Run:
    """One replication of one arm.

    tiers, platforms: their names in order, K and P of them; no platforms if the scenario has only
        one, unnamed.
    twin: metrics of the same replication without enforcement, or None.
    """

    p: Parameters
    world: World
    records: Records
    tiers: tuple[str, ...]
    platforms: tuple[str, ...]
    seed: int
    replication: int
    twin: Mapping[str, float] | None = None
    made: dict[Callable[..., Any], Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def first(self) -> float:
        """Day on which the evaluation period begins."""
        return float(self.p.windows[0])

    @cached_property
    def accounts(self) -> dict[str, npt.NDArray[Any]]:
        """The account table column by column, which is what sums read: each lies in one piece.

        Rows are in the order of (operator, life): a successor stands right after its predecessor.
        """
        table = self.records.accounts
        return {name: np.ascontiguousarray(table[name]) for name in table.dtype.names or ()}

    @cached_property
    def tier(self) -> Integers:
        """Tier of each account."""
        return np.asarray(self.world.tier[self.accounts["operator"]])

    @cached_property
    def parts(self) -> list[Flags]:
        """Of each account: whether it counts in the whole (always), and in each tier, 1 + K."""
        everybody = np.ones(len(self.tier), dtype=bool)
        return [everybody, *(self.tier == k for k in range(len(self.tiers)))]

    def means(self, values: Floats, of: Flags) -> Floats:
        """Mean over the accounts for which ``of`` is true, in the whole and each tier, 1 + K."""
        return np.array([mean(values[of & part]) for part in self.parts])

    def sums(self, values: Floats) -> Floats:
        """Sum over the accounts of the whole and of each tier, 1 + K."""
        return np.array([values[part].sum() for part in self.parts])

    @cached_property
    def suspended(self) -> Flags:
        """Whether each account was suspended."""
        return np.asarray(~np.isnan(self.accounts["suspended_day"]))

    @cached_property
    def was_public(self) -> Flags:
        """Whether each account was ever public."""
        return np.asarray(~np.isnan(self.accounts["public_day"]))

    @cached_property
    def end(self) -> Floats:
        """Day on which each account was suspended, or the horizon."""
        return np.where(self.suspended, self.accounts["suspended_day"], self.p.horizon)

    @cached_property
    def followers(self) -> Floats:
        """Followers of each account at its end or the horizon, people."""
        return np.asarray(self.accounts["insider_followers"] + self.accounts["outsider_followers"])

    @cached_property
    def reinstated(self) -> Flags:
        """Whether each life is one that an appeal brought back under its own name."""
        return np.asarray(self.accounts["edit_distance"] == 0)  # no new account has the old name

    @cached_property
    def later(self) -> Flags:
        """Whether each account was made by an operator that had one before."""
        return np.asarray((self.accounts["life"] > 1) & ~self.reinstated)

    @cached_property
    def successors(self) -> npt.NDArray[np.intp]:
        """Rows of accounts whose predecessor stands in the row before."""
        life = self.accounts["life"]
        return np.flatnonzero(self.later[1:] & (life[1:] == life[:-1] + 1)) + 1

    @cached_property
    def lives(self) -> npt.NDArray[np.intp]:
        """Accounts of each operator; 0 for recruits who never came, who are nobody's operators."""
        return np.bincount(self.accounts["operator"], minlength=len(self.world.tier))

    def of_twin(self, name: str, by_tier: bool = False) -> Floats:
        """A metric without enforcement, ``[1]`` or ``[1 + K]``; nan if the twin has none."""
        twin = {} if self.twin is None else self.twin
        names = [name, *(f"{name}.{tier}" for tier in self.tiers)] if by_tier else [name]
        return np.array([twin.get(one, math.nan) for one in names])

    def beside_twin(self, name: str, values: float | Floats) -> Floats:
        """A metric divided by that of the world without enforcement, ``[1]`` or ``[1 + K]``."""
        mine = np.atleast_1d(values)
        return ratios(mine, self.of_twin(name, by_tier=len(mine) > 1))


def once(function: Callable[[Run], Made]) -> Callable[[Run], Made]:
    """The function, which is called once for each run, however many ask."""

    @wraps(function)
    def remembered(run: Run) -> Made:
        if function not in run.made:
            run.made[function] = function(run)
        made: Made = run.made[function]
        return made

    return remembered


def ratio(above: float, below: float) -> float:
    """A quotient of counts; nan if there is nothing to divide by."""
    return above / below if below > 0.0 else math.nan


def ratios(above: Floats, below: Floats) -> Floats:
    """Each :func:`ratio`."""
    pairs = zip(above.tolist(), below.tolist(), strict=True)
    return np.array([ratio(*pair) for pair in pairs])


def mean(values: npt.NDArray[Any]) -> float:
    """The mean; nan of nothing."""
    return float(np.mean(values)) if len(values) else math.nan


def median(values: Floats) -> float:
    """The median; nan of nothing."""
    return float(np.median(values)) if len(values) else math.nan


def finite(value: float) -> float:
    """The number, or nan if it is beyond what was observed."""
    return value if math.isfinite(value) else math.nan
