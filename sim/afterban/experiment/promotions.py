"""Who promoted whom, and when, in one replication.

The engines only count promotions.  Every decision and delay is drawn by key, so which promotions
took place follows from the account table: a neighbour that decided for it promotes, if both
accounts are public at that moment, on the same platform, and the promoter has a post to spare.

Checked by ``tests/experiment/test_promotions.py``: as many as the account table counts.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from afterban.engines.records import Records
from afterban.mechanisms import adaptation
from afterban.mechanisms.bursts import after_ordinary_days
from afterban.mechanisms.clock import day_drawn
from afterban.mechanisms.promotion import may_promote, promoting_days
from afterban.mechanisms.returning import posting_factor, posts_on_ordinary_days
from afterban.parameters import Parameters
from afterban.randomness import PROMOTE, uniforms_of_many
from afterban.world import World

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

PROMOTION = np.dtype(
    [
        ("day", np.float64),
        ("promoter", np.int64),
        ("promoter_life", np.int64),
        ("operator", np.int64),
        ("life", np.int64),
    ]
)


def promotions(
    parameters: Parameters,
    world: World,
    records: Records,
    seed: int,
    replication: int,
    promoters: npt.ArrayLike,
) -> npt.NDArray[np.void]:
    """Promotions made by certain operators, in the order of time; dtype ``PROMOTION``.

    promoters: numbers of the operators that may have promoted.  All that they did is told, whoever
        it was for.
    """
    n = len(world.tier)
    wanted = np.zeros(n, dtype=np.bool_)
    wanted[np.asarray(promoters, dtype=np.int64)] = True
    if parameters.promotion_posts == 0 or not wanted.any():
        return np.empty(0, dtype=PROMOTION)
    accounts = records.accounts
    there = int(parameters.tier_count.sum())
    # Those that are public when the scenario begins are not new to anybody, nor are those that an
    # appeal brings back under their own names.
    operator = accounts["operator"].astype(np.int64)
    first = (accounts["life"] == 1) & (operator < there)
    first &= parameters.sleeper[world.tier[operator]] == 0
    new = np.isfinite(accounts["public_day"]) & (accounts["edit_distance"] != 0)
    if not parameters.promotes_on_start:
        new &= ~first
    public = accounts["public_day"].astype(np.float64)
    ended = np.where(np.isfinite(accounts["suspended_day"]), accounts["suspended_day"], np.inf)
    life = accounts["life"].astype(np.int64)
    after = _habits(parameters, accounts)
    start = np.searchsorted(operator, np.arange(n + 1))
    day, made_by, row = _planned(
        operator,
        life,
        public,
        ended,
        new,
        wanted,
        world.tier,
        world.promoter_start,
        world.promoters,
        parameters.promotes,
        start,
        after[:, adaptation.PROMOTING].copy(),
        parameters.promotion_delay,
        parameters.horizon,
        seed,
        replication,
    )
    platform = accounts["platform"].astype(np.int64)
    posts = _posts(
        world.posts[operator],
        life - 1,
        platform - parameters.platform[world.tier[operator]],
        parameters.posts_after_return,
        parameters.posts_after_move,
        adaptation.in_lives(operator, after)[:, adaptation.POSTING].copy(),
    )
    # One instant has the order of the promoted operators' numbers, then of the neighbours'.
    order = np.lexsort((made_by, operator[row], day))
    day, made_by, row = day[order], made_by[order], row[order]
    kept, with_life = _made(
        day,
        made_by,
        row,
        start,
        public,
        ended,
        platform,
        posts,
        float(parameters.promotion_posts),
        parameters.burst_start,
        parameters.burst_factor,
        world.tier,
    )
    found = np.empty(int(kept.sum()), dtype=PROMOTION)
    found["day"] = day[kept]
    found["promoter"] = made_by[kept]
    found["promoter_life"] = life[with_life[kept]]
    found["operator"] = operator[row[kept]]
    found["life"] = life[row[kept]]
    return found


def _habits(parameters: Parameters, accounts: npt.NDArray[np.void]) -> Floats:
    """Habits of the operator after each account, ``[accounts, adaptation.HABITS]``."""
    if not parameters.adapts:
        return np.ones((len(accounts), adaptation.HABITS))
    return adaptation.of_lives(
        accounts["operator"].astype(np.int64),
        accounts["channel"].astype(np.int64),
        accounts["flagged_day"],
        accounts["suspended_day"],
        parameters.answers,
    )


def _promoting(
    start: Integers, ended: Floats, promoting: Floats, operator: int, day: float
) -> float:
    """How readily an operator promotes on a day, relative to its first life."""
    now = 1.0
    for k in range(start[operator], start[operator + 1]):
        if ended[k] > day:
            break
        now = promoting[k]
    return now


def _planned(
    operator: Integers,
    life: Integers,
    public: Floats,
    ended: Floats,
    new: npt.NDArray[np.bool_],
    wanted: npt.NDArray[np.bool_],
    tier: Integers,
    promoter_start: Integers,
    promoters: npt.NDArray[np.int32],
    promotes: Floats,
    start: Integers,
    promoting: Floats,
    delay: Floats,
    horizon: float,
    seed: int,
    replication: int,
) -> tuple[Floats, Integers, Integers]:
    """Promotions that neighbours decided for and that come while the account lives."""
    # Those who may promote each new account, in the order of the accounts and of the graph.
    about = np.flatnonzero(new)
    first, many = promoter_start[operator[about]], np.diff(promoter_start)[operator[about]]
    rows = np.repeat(about, many)
    place = np.arange(len(rows)) - np.repeat(np.cumsum(many) - many, many)
    by = promoters[np.repeat(first, many) + place].astype(np.int64)
    rows, by = rows[wanted[by]], by[wanted[by]]
    # Draws of one life are of one key, so that they are made life by life.
    decides, when = np.empty(len(rows)), np.empty(len(rows))
    for number in np.unique(life[rows]).tolist():
        of = life[rows] == number
        decides[of], when[of] = uniforms_of_many(
            seed, replication, PROMOTE, operator[rows[of]], number, by[of]
        )
    kept, days = np.zeros(len(rows), dtype=np.bool_), np.empty(len(rows))
    readiest = max(1.0, float(promoting.max(initial=1.0)))  # what a habit can make of anybody
    for m in np.flatnonzero(decides < promotes[tier[by]] * readiest).tolist():
        k, j = int(rows[m]), int(by[m])
        habit = _promoting(start, ended, promoting, j, public[k])
        if decides[m] < adaptation.likelihood(promotes[tier[j]], habit):
            days[m] = day_drawn(public[k], delay, when[m])
            kept[m] = days[m] < horizon and days[m] < ended[k]
    return days[kept], by[kept], rows[kept]


def _posts(
    own: Floats,
    returns: Integers,
    moves: Integers,
    after_return: float,
    after_move: float,
    habit: Floats,
) -> Floats:
    """Posts per ordinary day of each account, ``[accounts]``."""
    posts = np.empty(len(own))
    for k in range(len(own)):
        factor = posting_factor(after_return, after_move, returns[k], moves[k])
        factor = adaptation.compounded(factor, habit[k])
        posts[k] = posts_on_ordinary_days(own[k], factor)
    return posts


def _made(
    day: Floats,
    made_by: Integers,
    row: Integers,
    start: Integers,
    public: Floats,
    ended: Floats,
    platform: Integers,
    posts: Floats,
    each: float,
    starts: Floats,
    factors: Floats,
    tier: Integers,
) -> tuple[npt.NDArray[np.bool_], Integers]:
    """Which of them took place, and with which account of the promoter."""
    kept = np.zeros(len(day), dtype=np.bool_)
    with_life = np.zeros(len(day), dtype=np.int64)
    busy = np.zeros(len(public))
    for m in range(len(day)):
        j = made_by[m]
        for k in range(start[j], start[j + 1]):
            if public[k] <= day[m] < ended[k]:
                same = platform[k] == platform[row[m]]
                if may_promote(True, True, same, posts[k], busy[k], day[m]):
                    days = promoting_days(each, posts[k])
                    busy[k] = after_ordinary_days(starts, factors[tier[j]], day[m], days)
                    kept[m] = True
                    with_life[m] = k
                break
    return kept, with_life


def made_and_received(
    found: npt.NDArray[np.void], accounts: npt.NDArray[np.void]
) -> tuple[Integers, Integers]:
    """How many promotions each account made and received, in the order of the account table."""
    most = int(accounts["life"].max(initial=0)) + 1

    def counted(operators: str, lives: str) -> Integers:
        keys = found[operators] * most + found[lives]
        known, numbers = np.unique(keys, return_counts=True)
        mine = accounts["operator"].astype(np.int64) * most + accounts["life"]
        at = np.minimum(np.searchsorted(known, mine), max(len(known) - 1, 0))
        if not len(known):
            return np.zeros(len(mine), dtype=np.int64)
        counts: Integers = np.where(known[at] == mine, numbers[at], 0)
        return counts

    return counted("promoter", "promoter_life"), counted("operator", "life")
