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
from afterban.model.distributions import quantiles
from afterban.parameters import AUDIENCE, DEGREE, POSTS, Parameters
from afterban.randomness import (
    WORLD_AUDIENCE,
    WORLD_DEGREE,
    WORLD_NEIGHBOUR,
    WORLD_POSTS,
    WORLD_PROMINENCE,
    many_uniforms,
    uniforms_of_operators,
)

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_ONE = np.uint64(1)
_VECTOR = 8  # draws that a processor makes at once
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


_DRAWN_FROM = (
    "tier_count",
    "most_recruits",
    "recruit_tier",
    "platform_share",
    "platform",
    "same_as",
    "insider_share",
    "prominence",
    "prominence_tail",
    "own_audience",
    "own_posts",
    "own_promoter_start",
    "own_promoters",
)
_LAWS = (AUDIENCE, POSTS, DEGREE)


def same_world(one: Parameters, other: Parameters) -> bool:
    """Whether :func:`build` draws the same world from both; it does if only enforcement differs."""
    return all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in _DRAWN_FROM
    ) and np.array_equal(one.tier_distributions[:, _LAWS], other.tier_distributions[:, _LAWS])


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
    if len(parameters.own_promoter_start):
        start, promoters = parameters.own_promoter_start, parameters.own_promoters
        links = np.bincount(promoters, minlength=len(posts))
    else:
        start, promoters, links = _follow_graph(degree[:first], weight[:first], seed, replication)
    if len(recruits):
        # Newcomers are followed by those who were there and by each other, and take no place among
        # the followers of those who were there: how many may come must change nothing before.
        degree[:first] = 0
        more_start, more, more_links = _follow_graph(degree, weight, seed, replication)
        start = np.concatenate((start[:-1], len(promoters) + more_start[first:]))
        promoters = np.concatenate((promoters, more))
        more_links[: len(links)] += links
        links = more_links
    return World(np.concatenate((tier, recruits)), audience, posts, start, promoters, links)


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
    own = np.arange(n)
    u = np.empty((4, n))
    value = np.empty((3, n))
    unused = np.empty(n)
    for decision, numbers in (
        (WORLD_AUDIENCE, keys),
        (WORLD_POSTS, keys),
        (WORLD_DEGREE, own),
        (WORLD_PROMINENCE, own),
    ):
        row = u[decision - WORLD_AUDIENCE]
        uniforms_of_operators(seed, replication, decision, numbers, 0, row, unused)
    first = 0
    while first < n:
        k = tier[first]
        end = first + 1
        while end < n and tier[end] == k:
            end += 1
        for row, law in enumerate(_LAWS):
            quantiles(distributions[k, law], u[row, first:end], value[row, first:end])
        for i in range(first, end):
            size = audience_share[k] * value[0, i]
            audience[i, 0] = insider_share[k] * size
            audience[i, 1] = size - audience[i, 0]
            posts[i] = value[1, i]
            degree[i] = math.floor(value[2, i] + 0.5)
            weight[i] = prominence[k]
            if tail > 0.0:
                weight[i] *= min(math.pow(1.0 - u[3, i], -1.0 / tail), MOST_PROMINENT)
        first = end
    return audience, posts, degree, weight


@compiled
def _follow_graph(
    degree: Integers, weight: Floats, seed: int, replication: int
) -> tuple[Integers, npt.NDArray[np.int32], Integers]:
    """Each operator draws its promoters in proportion to their weight; itself and repeats left out.

    ``edge[j]`` is the weight of all operators before j, so that a draw from ``edge[j]`` to
    ``edge[j + 1]`` is j's; ``guide[b]`` is the operator whose share holds b/(2N) of the total, so
    that a draw is found in a step or two instead of by a search.  All draws of an operator are
    looked up before the first is used, which keeps the processor from waiting for each.
    """
    n = len(degree)
    cumulative = np.cumsum(weight)
    total = cumulative[-1] if n > 0 else 0.0
    edge = np.empty(n + 1)
    edge[0] = 0.0
    edge[1:] = cumulative
    edge[n] = math.inf  # whatever rounding does to the last draw, it is the last operator's
    parts = 2 * n
    guide = np.empty(parts + 1, dtype=np.int32)
    at = 0
    for b in range(parts + 1 if n > 0 else 0):
        while edge[at + 1] <= total * b / parts:
            at += 1
        guide[b] = at
    start = np.zeros(n + 1, dtype=np.int64)
    promoters = np.empty(degree.sum() + 1, dtype=np.int32)  # the last place is for a repeat
    chosen = np.zeros((n, 2), dtype=np.int32)  # by whom last, as number + 1, and how often in all
    most = degree.max() if n > 0 else 0
    draws = np.empty(most + _VECTOR - 1)
    near = np.empty(most, dtype=np.int32)
    filled = 0
    for i in range(n):
        start[i] = filled
        if total > 0.0:
            whole = -(-degree[i] // _VECTOR) * _VECTOR  # a few more are sooner made than fewer
            many_uniforms(seed, replication, WORLD_NEIGHBOUR, i, 0, draws[:whole])
            for k in range(degree[i]):  # unsigned numbers need no look whether they are negative
                j = np.uint64(guide[np.uint64(draws[k] * parts)])
                near[k] = np.int64(j) + int(edge[j + _ONE] <= draws[k] * total)
            for k in range(degree[i]):
                goal = draws[k] * total
                j = near[k]
                while edge[j] > goal:
                    j -= 1
                while edge[j + 1] <= goal:
                    j += 1
                is_new = int(j != i and chosen[j, 0] != i + 1)
                chosen[j, 0] = i + 1
                chosen[j, 1] += is_new
                promoters[filled] = j
                filled += is_new
    start[n] = filled
    return start, promoters[:filled].copy(), chosen[:, 1].astype(np.int64)


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
