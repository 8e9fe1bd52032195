"""The network before the first event: operators, audiences, and who may promote whom.

What the scenario does not read from files is drawn by key, so an operator that is appended without
neighbours changes nobody else, and a change to one tier's posting rates leaves every audience and
every link as it was.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from afterban.jit import compiled
from afterban.model import state as s
from afterban.model.distributions import quantile
from afterban.parameters import AUDIENCE, DEGREE, POSTS, Parameters
from afterban.randomness import (
    WORLD_AUDIENCE,
    WORLD_DEGREE,
    WORLD_NEIGHBOUR,
    WORLD_POSTS,
    WORLD_PROMINENCE,
    many_uniforms,
    uniforms,
)

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

MOST_PROMINENT = 1000.0  # bound on one operator's prominence; the law has no mean for tails <= 1


class World(NamedTuple):
    """Operators 0 .. N-1, tier by tier in the scenario's order.

    ``promoters[promoter_start[i]:promoter_start[i + 1]]`` are the accounts' operators that follow
    operator i and may promote it: a directed graph in compressed rows.
    """

    tier: Integers  # [N]; those after the scenario's own are recruits, not there at the start
    audience: Floats  # [N, 2] people: insiders, outsiders
    posts: Floats  # [N] per day
    promoter_start: Integers  # [N + 1]
    promoters: npt.NDArray[np.int32]  # [E]
    links: Integers  # [N] operators that each may promote


def build(parameters: Parameters, seed: int, replication: int) -> World:
    """Draw the world of one replication.

    Operators and links of files stand in the place of the drawn ones, the same in each replication;
    a platform's size caps their audiences too.  Recruits are drawn, and link to anybody.
    """
    tier = np.repeat(np.arange(len(parameters.tier_count)), parameters.tier_count)
    recruits = np.full(parameters.most_recruits, parameters.recruit_tier)
    audience, posts, degree, weight = _operators(
        np.concatenate((tier, recruits)),
        _keys(parameters),
        parameters.platform_share[parameters.platform],
        parameters.tier_distributions,
        parameters.insider_share,
        parameters.prominence,
        parameters.prominence_tail,
        seed,
        replication,
    )
    there = len(parameters.own_posts)
    if there:
        share = parameters.platform_share[parameters.platform][tier]
        audience[:there] = share[:, np.newaxis] * parameters.own_audience
        posts[:there] = parameters.own_posts
    first = len(tier)
    start, promoters = parameters.own_promoter_start, parameters.own_promoters
    if len(start) == 0:
        start, promoters = _follow_graph(
            degree[:first], np.cumsum(weight[:first]), seed, replication
        )
    if len(recruits):
        # Newcomers are followed by those who were there and by each other, and take no place among
        # the followers of those who were there: how many may come must change nothing before.
        degree[:first] = 0
        more_start, more = _follow_graph(degree, np.cumsum(weight), seed, replication)
        start = np.concatenate((start[:-1], len(promoters) + more_start[first:]))
        promoters = np.concatenate((promoters, more))
    return World(
        np.concatenate((tier, recruits)),
        audience,
        posts,
        start,
        promoters,
        np.bincount(promoters, minlength=len(posts)),
    )


def _keys(parameters: Parameters) -> Integers:
    """Number by which each operator's audience and activity are drawn: its own, or its double's."""
    count = parameters.tier_count
    first = np.cumsum(count) - count
    keys = np.arange(count.sum() + parameters.most_recruits)
    for k, other in enumerate(parameters.same_as):
        if other >= 0:
            keys[first[k] : first[k] + count[k]] = first[other] + np.arange(count[k])
    return keys


def first_state(parameters: Parameters, world: World) -> Floats:
    """Rows of all operators at the start, ``[N, COLUMNS]``: sleepers are not public yet."""
    return _first_state(
        world.tier,
        world.audience,
        parameters.attached_at_start,
        parameters.detached_at_start,
        parameters.sleeper,
        parameters.refollow,
        int(parameters.tier_count.sum()),
    )


@compiled
def _operators(
    tier: Integers,
    keys: Integers,
    audience_share: Floats,
    distributions: Floats,
    insider_share: Floats,
    prominence: Floats,
    tail: float,
    seed: int,
    replication: int,
) -> tuple[Floats, Floats, Integers, Floats]:
    n = len(tier)
    audience = np.empty((n, 2))
    posts = np.empty(n)
    degree = np.empty(n, dtype=np.int64)
    weight = np.empty(n)
    for i in range(n):
        k = tier[i]
        u, _ = uniforms(seed, replication, WORLD_AUDIENCE, keys[i], 0, 0)
        size = audience_share[k] * quantile(distributions[k, AUDIENCE], u)
        audience[i, 0] = insider_share[k] * size
        audience[i, 1] = size - audience[i, 0]
        u, _ = uniforms(seed, replication, WORLD_POSTS, keys[i], 0, 0)
        posts[i] = quantile(distributions[k, POSTS], u)
        u, _ = uniforms(seed, replication, WORLD_DEGREE, i, 0, 0)
        degree[i] = math.floor(quantile(distributions[k, DEGREE], u) + 0.5)
        u, _ = uniforms(seed, replication, WORLD_PROMINENCE, i, 0, 0)
        weight[i] = prominence[k]
        if tail > 0.0:
            weight[i] *= min(math.pow(1.0 - u, -1.0 / tail), MOST_PROMINENT)
    return audience, posts, degree, weight


@compiled
def _follow_graph(
    degree: Integers, cumulative: Floats, seed: int, replication: int
) -> tuple[Integers, npt.NDArray[np.int32]]:
    """Each operator draws its promoters in proportion to their weight; itself and repeats left out.

    ``guide[b]`` is the first operator whose cumulative weight exceeds b/N of the total, so that a
    draw is found in a step or two instead of by a search of the whole array.
    """
    n = len(degree)
    total = cumulative[-1] if n > 0 else 0.0
    guide = np.empty(n + 1, dtype=np.int64)
    at = 0
    for b in range(n + 1):
        while at < n - 1 and cumulative[at] <= total * b / n:
            at += 1
        guide[b] = at
    start = np.zeros(n + 1, dtype=np.int64)
    promoters = np.empty(degree.sum(), dtype=np.int32)
    chosen_by = np.full(n, -1, dtype=np.int32)  # the last operator that drew this one
    draws = np.empty(degree.max() if n > 0 else 0)
    filled = 0
    for i in range(n):
        start[i] = filled
        if total > 0.0:
            many_uniforms(seed, replication, WORLD_NEIGHBOUR, i, 0, draws[: degree[i]])
            for u in draws[: degree[i]]:
                goal = u * total
                j = guide[int(u * n)]
                while j > 0 and cumulative[j - 1] > goal:
                    j -= 1
                while j < n - 1 and cumulative[j] <= goal:
                    j += 1
                if j != i and chosen_by[j] != i:
                    chosen_by[j] = i
                    promoters[filled] = j
                    filled += 1
    start[n] = filled
    return start, promoters[:filled].copy()


@compiled
def _first_state(
    tier: Integers,
    audience: Floats,
    attached: Floats,
    detached: Floats,
    sleeper: Integers,
    refollow: Floats,
    there: int,
) -> Floats:
    n = len(tier)
    rows = np.zeros((n, s.COLUMNS))
    for i in range(n):
        k = tier[i]
        public = sleeper[k] == 0 and i < there
        share = attached[k] if public else 0.0
        row = rows[i]
        row[s.PUBLIC] = 1.0 if public else 0.0
        row[s.ATTACHED_IN] = share * audience[i, 0]
        before = detached[k] if i < there else 0.0
        row[s.DETACHED_IN] = before * audience[i, 0]
        row[s.UNTOUCHED_IN] = audience[i, 0] - row[s.ATTACHED_IN] - row[s.DETACHED_IN]
        row[s.ATTACHED_OUT] = share * audience[i, 1]
        row[s.DETACHED_OUT] = before * audience[i, 1]
        row[s.UNTOUCHED_OUT] = audience[i, 1] - row[s.ATTACHED_OUT] - row[s.DETACHED_OUT]
        row[s.REFOLLOW_IN] = refollow[k, 0]
        row[s.REFOLLOW_OUT] = refollow[k, 1]
    return rows
