"""What the first account of an operator comes to, and the second, and the later ones.

A lineage is the chain of an operator's accounts.  Sums are taken by tier and by the number of the
life, from the account table; nothing is kept of single operators.
"""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from afterban.engines.records import Records
from afterban.mechanisms import adaptation
from afterban.mechanisms.bursts import ordinary_days
from afterban.mechanisms.returning import MOST_POSTING
from afterban.metrics.kernels import exposed_share
from afterban.metrics.metric import Metric
from afterban.metrics.register import gives
from afterban.metrics.run import Floats, Integers, Run, mean
from afterban.parameters import Parameters
from afterban.world import World

Accounts = npt.NDArray[np.void]

MOST: Final = 10  # numbers of a life that are told apart; the last is for that and all later ones

COLUMNS: Final = (
    "accounts",  # made, on average over replications
    "suspended",  # of these
    "length_days",  # public days for each suspension, which allows for those that go on
    "gap_days",  # mean time from the suspension before to the making of the account
    "posts",  # of an account, on average
    "followers_people",  # mean at the end of those that were suspended
    "followers_ratio",  # these to those of the same operators' first accounts at their ends
    "outsider_impressions",  # of all of them, since the start
    "outsider_impressions_share",  # of those of all numbers
    "reach_people",  # distinct outsiders whom they exposed at least once, since the start
)


class Lineages(NamedTuple):
    """Each account beside the operator's first one; in the order of the account table."""

    operator: Integers
    life: Integers
    followers: Floats  # at its end or the horizon, people
    first: Floats  # of the operator's first account, at its end or the horizon, people
    last: npt.NDArray[np.bool_]  # whether it is the operator's latest account


def lineages(accounts: Accounts, operators: int) -> Lineages:
    """The accounts of ``operators`` operators, whose rows are in the order of operator and life."""
    operator = accounts["operator"].astype(np.int64)
    life = accounts["life"].astype(np.int64)
    followers = accounts["insider_followers"] + accounts["outsider_followers"]
    of_first = np.full(operators, np.nan)
    opened = life == 1
    of_first[operator[opened]] = followers[opened]
    last = np.ones(len(operator), dtype=bool)
    last[:-1] = operator[1:] != operator[:-1]
    return Lineages(operator, life, followers, of_first[operator], last)


def kept_less(told: Lineages, part: float) -> npt.NDArray[np.bool_]:
    """For each operator that came back, whether its latest account has less than that part.

    part: of the followers of its first account, a share.  In the order of the operators.
    """
    back = told.last & (told.life > 1)
    return np.asarray(told.followers[back] < part * told.first[back])


def first_account_share(accounts: Accounts, tier: Integers, tiers: int) -> tuple[float, Floats]:
    """Share of the outsider impressions since the start that first accounts made, in all and [K].

    tier: of each account.
    """
    seen = accounts["outsider_impressions"]
    first = accounts["life"] == 1
    whole = np.bincount(tier, seen, tiers)
    of_first = np.bincount(tier[first], seen[first], tiers)
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(of_first.sum() / whole.sum()), of_first / whole


@gives(
    Metric(
        "first_account_share",
        "",
        "share",
        "impressions of first accounts",
        "outsider impressions that each operator's first account made, of all since the start; "
        "the rest is what came of returning",
        by_tier=True,
        after="outsider_impressions",
    )
)
def share_of_first_accounts(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    whole, tiers = first_account_share(run.records.accounts, run.tier, len(run.tiers))
    return np.array([whole, *tiers])


@gives(
    Metric(
        "kept_less_share",
        "",
        "share",
        "lineages that kept little",
        "of the operators that came back, those whose latest account has fewer followers, at "
        "its end or the horizon, than metrics.kept_part of those of their first account",
        +1,
        by_tier=True,
        after="first_account_share",
    )
)
def kept_less_share(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    told = lineages(run.records.accounts, len(run.world.tier))
    less = kept_less(told, run.p.kept_part)
    of_tier = run.tier[told.last & (told.life > 1)]
    return np.array([mean(less), *(mean(less[of_tier == k]) for k in range(len(run.tiers)))])


def by_life(p: Parameters, records: Records, world: World) -> Floats:
    """One replication: ``[1 + K, MOST, COLUMNS]``, all tiers and each; nan where undefined."""
    a = records.accounts
    told = lineages(a, len(world.tier))
    tiers = len(p.tier_count)
    number = np.minimum(told.life, MOST) - 1
    tier = world.tier[told.operator]
    cell = tier * MOST + number

    def total(weights: npt.ArrayLike, where: npt.NDArray[np.bool_] | None = None) -> Floats:
        """Sums ``[1 + K, MOST]``, over all tiers and each."""
        cells, values = cell, np.asarray(weights, dtype=np.float64)
        if where is not None:
            cells, values = cell[where], values[where]
        found = np.bincount(cells, values, tiers * MOST).reshape(tiers, MOST)
        return np.concatenate((found.sum(axis=0, keepdims=True), found))

    ended = ~np.isnan(a["suspended_day"])
    public = ~np.isnan(a["public_day"])
    end = np.where(ended, a["suspended_day"], p.horizon)
    days = np.where(public, end - a["public_day"], 0.0)
    again = told.life > 1  # its row stands right after that of the life before
    gap = np.zeros(len(a))
    gap[1:] = a["created_day"][1:] - a["suspended_day"][:-1]
    gone = ended & public
    ones = np.ones(len(a))
    accounts, suspended = total(ones), total(ones, ended)
    out = np.full((1 + tiers, MOST, len(COLUMNS)), np.nan)
    seen = total(a["outsider_impressions"])
    with np.errstate(invalid="ignore", divide="ignore"):
        columns: dict[str, Any] = {
            "accounts": accounts,
            "suspended": suspended,
            "length_days": total(days) / total(ones, gone),
            "gap_days": total(gap, again) / total(ones, again),
            "posts": total(_days_of_posting(p, tier, a, days) * _posts(p, world, a)) / accounts,
            "followers_people": total(told.followers, gone) / total(ones, gone),
            "followers_ratio": total(told.followers, gone) / total(told.first, gone),
            "outsider_impressions": seen,
            "outsider_impressions_share": seen / seen.sum(axis=1, keepdims=True),
            "reach_people": _reach(p, world, told.operator, number, a["outsider_impressions"]),
        }
    for k, name in enumerate(COLUMNS):
        out[:, :, k] = columns[name]
    out[~np.isfinite(out)] = np.nan  # days without a suspension
    return out


def _days_of_posting(p: Parameters, tier: Integers, a: Accounts, days: Floats) -> Floats:
    """Ordinary days of posting of each account, which is public for so many days."""
    starts, factors = p.burst_start, p.burst_factor
    if (factors == 1.0).all():
        return days
    out = np.zeros(len(a))
    for k in np.flatnonzero(days > 0.0):
        public = float(a["public_day"][k])
        out[k] = ordinary_days(starts, factors[tier[k]], public, public + days[k])
    return out


def _posts(p: Parameters, world: World, a: Accounts) -> Floats:
    """Posts per ordinary day of each account: an operator moves to the next platform each time."""
    moves = a["platform"] - p.platform[world.tier[a["operator"]]]
    with np.errstate(divide="ignore", invalid="ignore"):  # a factor of 0
        grown = np.where(a["life"] > 1, (a["life"] - 1.0) * np.log(p.posts_after_return), 0.0)
        grown += np.where(moves > 0, moves * np.log(p.posts_after_move), 0.0)
    changed = np.exp(np.minimum(grown, math.log(MOST_POSTING)))
    if p.adapts:
        operator = a["operator"].astype(np.int64)
        after = adaptation.of_lives(
            operator,
            a["channel"].astype(np.int64),
            a["flagged_day"],
            a["suspended_day"],
            p.answers,
        )
        habit = adaptation.in_lives(operator, after)[:, adaptation.POSTING]
        changed = np.minimum(changed * habit, MOST_POSTING)
    return np.asarray(world.posts[a["operator"]] * changed)


def _reach(
    p: Parameters,
    world: World,
    operator: Integers,
    number: Integers,
    seen: Floats,
) -> Floats:
    """Distinct outsiders exposed by accounts of each number, ``[1 + K, MOST]``, in people."""
    n = len(world.tier)
    most = int(number.max(initial=-1)) + 1
    places = number * n + operator
    impressions: Floats = np.bincount(places, seen, most * n).astype(np.float64).reshape(most, n)
    audience = np.ascontiguousarray(world.audience[:, 1])
    out = np.zeros((1 + len(p.tier_count), MOST))
    for row in range(len(out)):
        here = np.arange(n) if row == 0 else np.flatnonzero(world.tier == row - 1)
        mine = np.ascontiguousarray(impressions[:, here])
        out[row, :most] = p.outsiders * exposed_share(mine, audience[here], float(p.outsiders))[:-1]
    return out


class LifeMoments:
    """Mean and spread of tables in which a cell may be undefined in some replications.

    As :class:`afterban.results.Moments`, with a number of replications for each cell.
    """

    def __init__(self) -> None:
        self.n: Floats = np.zeros(0)
        self.mean: Floats = np.zeros(0)
        self._squares: Floats = np.zeros(0)

    def add(self, table: Floats) -> None:
        """Take one more table."""
        if not self.n.size:
            self.n, self.mean = np.zeros_like(table), np.zeros_like(table)
            self._squares = np.zeros_like(table)
        told = np.isfinite(table)
        self.n += told
        off = np.where(told, table - self.mean, 0.0)
        self.mean += off / np.maximum(self.n, 1.0)
        self._squares += off * np.where(told, table - self.mean, 0.0)

    def spread(self) -> Floats:
        """Standard error of each mean; nan where there are fewer than two replications."""
        with np.errstate(invalid="ignore", divide="ignore"):
            found = np.sqrt(self._squares / (self.n - 1.0) / self.n)
        return np.where(self.n >= 2, found, np.nan)
