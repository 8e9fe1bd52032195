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

from afterban.arithmetic import pow
from afterban.jit import compiled
from afterban.mechanisms import state as s
from afterban.mechanisms.arrivals import days_of_arrivals, promoters_of_arrivals
from afterban.mechanisms.distributions import (
    CONSTANT,
    normal_probability,
    normal_quantile,
    quantile,
    quantiles,
)
from afterban.parameters import AUDIENCE, DEGREE, POSTS, REFOLLOW, Parameters
from afterban.randomness import (
    WORLD_AUDIENCE,
    WORLD_DEGREE,
    WORLD_LOST,
    WORLD_NEIGHBOUR,
    WORLD_POSTS,
    WORLD_PROMINENCE,
    WORLD_REFOLLOW,
    WORLD_RETURNS,
    uniforms_of_operators,
    uniforms_of_pairs,
)

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_ONE = np.uint64(1)
_BLOCK = 64  # operators whose links are drawn together
_SIXTEEN = 16  # what a processor writes at once
_PARTS = 2  # for each operator, in the guide to the draws
_HAIR = 1e-9  # relative: what rounding may take from an audience that was cut
MOST_PROMINENT = 1000.0  # bound on one operator's prominence; the law has no mean for tails <= 1


class World(NamedTuple):
    """Operators 0 .. N-1, tier by tier in the scenario's order.

    ``promoters[promoter_start[i]:promoter_start[i + 1]]`` are the accounts' operators that follow
    operator i and may promote it: a directed graph in compressed rows.
    """

    tier: Integers  # [N]; the scenario's own, then recruits, then newcomers: not there at the start
    audience: Floats  # [N, 2] people: insiders, outsiders
    posts: Floats  # [N] per day
    promoter_start: Integers  # [N + 1]
    promoters: npt.NDArray[np.int32]  # [E]
    links: Integers  # [N] operators that each may promote
    factors: Floats = np.ones((0, 3))  # [N, 3] RETURNS, REFOLLOW, LOST; [0, 3] if all are alike
    # [arrivals] day on which each of the last operators makes its first account; inf for never.
    arrivals: Floats = np.empty(0)


_DRAWN_FROM = (
    "tier_count",
    "most_recruits",
    "recruit_tier",
    "platform_share",
    "platform",
    "same_as",
    "differences",
    "correlated",
    "insider_share",
    "prominence",
    "prominence_tail",
    "own_audience",
    "own_posts",
    "own_promoter_start",
    "own_promoters",
    "arrival_tier",
    "arrival_start",
    "arrival_rate",
    "horizon",
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
    a platform's size caps their audiences too.  Recruits and newcomers are drawn, and link to
    anybody.
    """
    tier = np.repeat(np.arange(len(parameters.tier_count)), parameters.tier_count)
    first = len(tier)
    recruits = np.full(parameters.most_recruits, parameters.recruit_tier)
    arrivals = _arrivals(parameters, seed, replication)
    ways = max(1, len(parameters.arrival_tier))
    newcomers = np.tile(parameters.arrival_tier, len(arrivals) // ways)
    tier = np.concatenate((tier, recruits, newcomers))
    keys = _keys(parameters, len(tier))
    audience, posts, degree, weight, factors = _operators(
        tier,
        keys,
        parameters.platform_share[parameters.platform],
        parameters.tier_distributions,
        parameters.differences,
        parameters.correlated,
        parameters.insider_share,
        parameters.prominence,
        parameters.prominence_tail,
        seed,
        replication,
    )
    there = len(parameters.own_posts)
    if there:
        share = parameters.platform_share[parameters.platform][tier[:there]]
        audience[:there] = share[:, np.newaxis] * parameters.own_audience
        posts[:there] = parameters.own_posts
    end = first + len(recruits)
    audience[end:][np.isinf(arrivals)] = 0.0  # nobody waits for those who do not come
    if len(parameters.own_promoter_start):
        start, promoters = parameters.own_promoter_start, parameters.own_promoters
        links = np.bincount(promoters, minlength=end)
    else:
        start, promoters, links = _follow_graph(degree[:first], weight[:first], seed, replication)
    if len(recruits):
        # Newcomers are followed by those who were there and by each other, and take no place among
        # the followers of those who were there: how many may come must change nothing before.
        degree[:first] = 0
        more_start, more, more_links = _follow_graph(degree[:end], weight[:end], seed, replication)
        start = np.concatenate((start[:-1], len(promoters) + more_start[first:]))
        promoters = np.concatenate((promoters, more))
        more_links[: len(links)] += links
        links = more_links
    if len(arrivals):
        more_start, more = promoters_of_arrivals(arrivals, degree, weight, first, seed, replication)
        start = np.concatenate((start[:-1], len(promoters) + more_start))
        promoters = np.concatenate((promoters, more))
        links = np.concatenate((links[:end], np.zeros(len(arrivals), dtype=np.int64)))
        links += np.bincount(more, minlength=len(tier))
    return World(tier, audience, posts, start, promoters, links, factors, arrivals)


def _arrivals(parameters: Parameters, seed: int, replication: int) -> Floats:
    """Days of the newcomers, by number; none if no tier has arrivals."""
    if not len(parameters.arrival_tier):
        return np.empty(0)
    days: Floats = days_of_arrivals(
        int(parameters.tier_count.sum()) + parameters.most_recruits,
        parameters.arrival_start,
        parameters.arrival_rate,
        parameters.horizon,
        seed,
        replication,
    )
    return days


def _keys(parameters: Parameters, operators: int) -> Integers:
    """Number by which each operator's audience and activity are drawn: its own, or its double's."""
    count = parameters.tier_count
    first = np.cumsum(count) - count
    keys = np.arange(operators)
    for k, other in enumerate(parameters.same_as):
        if other >= 0:
            keys[first[k] : first[k] + count[k]] = first[other] + np.arange(count[k])
    return keys


def first_state(parameters: Parameters, world: World) -> Floats:
    """Rows of all operators at the start, ``[N, COLUMNS]``: sleepers are not public yet."""
    rows = _first_state(
        world.tier,
        world.audience,
        parameters.attached_at_start,
        parameters.detached_at_start,
        parameters.sleeper,
        parameters.refollow,
        parameters.forget,
        int(parameters.tier_count.sum()),
    )
    if len(world.factors):
        rows[:, s.REFOLLOW_IN] *= world.factors[:, REFOLLOW]
        rows[:, s.REFOLLOW_OUT] *= world.factors[:, REFOLLOW]
    rows[:, s.POSTS_CHANGE] = parameters.burst_factor[world.tier, 0] - 1.0
    return rows


def cut_audiences(parameters: Parameters, world: World) -> int:
    """Operators whose audience a law drew at least as large as the outside population.

    It was cut there: the rest of the population cannot follow anybody twice.  Constants and
    operators of files are never cut, since a scenario with larger ones is refused.
    """
    law = parameters.tier_distributions[:, AUDIENCE]
    share = parameters.platform_share[parameters.platform] * (1.0 - parameters.insider_share)
    most = np.where(law[:, 0] == CONSTANT, math.inf, share * law[:, 4])
    whole = share * parameters.audience_limit
    # Below a cap of the scenario's own nothing was cut for the population's sake.
    most[most < whole * (1.0 - _HAIR)] = math.inf
    drawn = np.arange(len(world.tier)) >= len(parameters.own_posts)
    reached = world.audience[:, 1] >= most[world.tier] * (1.0 - _HAIR)
    return int((drawn & reached & (share[world.tier] > 0.0)).sum())


@compiled
def _operators(
    tier: Integers,
    keys: Integers,
    audience_share: Floats,
    distributions: Floats,
    differences: Floats,
    correlated: Floats,
    insider_share: Floats,
    prominence: Floats,
    tail: float,
    seed: int,
    replication: int,
) -> tuple[Floats, Floats, Integers, Floats, Floats]:
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
    factors = np.ones((n if len(differences) else 0, 3))
    if len(differences):
        _differ(tier, keys, differences, correlated, seed, replication, u[:2], factors)
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
                weight[i] *= min(pow(1.0 - u[3, i], -1.0 / tail), MOST_PROMINENT)
        first = end
    return audience, posts, degree, weight, factors


@compiled
def _differ(
    tier: Integers,
    keys: Integers,
    differences: Floats,
    correlated: Floats,
    seed: int,
    replication: int,
    size: Floats,
    factors: Floats,
) -> None:
    """Draw the factors in which operators differ, ``[N, 3]``, into ``factors``.

    size: ``[2, N]`` draws of audience and posts, which what goes with them is drawn by; those of
    posts are changed where they go with the audience.  A normal copula: normal numbers of the
    draws, in the order of scenario.correlations, times the factor of their correlations.
    """
    n = len(tier)
    u = np.empty((5, n))
    unused = np.empty(n)
    u[:2] = size
    for row, decision in ((2, WORLD_RETURNS), (3, WORLD_REFOLLOW), (4, WORLD_LOST)):
        uniforms_of_operators(seed, replication, decision, keys, 0, u[row], unused)
    z = np.empty(5)
    for i in range(n):
        factor = correlated[tier[i]]
        for row in range(5):
            z[row] = normal_quantile(u[row, i])
        for row in range(1, 5):
            own = factor[row, row]
            if own < 1.0:  # else it goes with nothing that was drawn before it
                mixed = own * z[row]
                for other in range(row):
                    mixed += factor[row, other] * z[other]
                u[row, i] = normal_probability(mixed)
        for kind in range(3):
            factors[i, kind] = quantile(differences[tier[i], kind], u[2 + kind, i])
        size[1, i] = u[1, i]


@compiled
def _follow_graph(
    degree: Integers, weight: Floats, seed: int, replication: int
) -> tuple[Integers, npt.NDArray[np.int32], Integers]:
    """Each operator draws its promoters in proportion to their weight; itself and repeats left out.

    A block of operators at a time, and each step for all their draws: a processor that runs through
    the few draws of one operator after another guesses wrong where each ends, and that takes it
    longer than the draws.
    """
    n = len(degree)
    edge = np.empty(n + 1)  # the weight of all operators before j: edge[j] to edge[j + 1] is j's
    edge[0] = 0.0
    edge[1:] = np.cumsum(weight)
    total = edge[n]
    edge[n] = math.inf  # whatever rounding does to the last draw, it is the last operator's
    start = np.zeros(n + 1, dtype=np.int64)
    links = np.zeros(n, dtype=np.int64)
    if not total > 0.0:
        return start, np.empty(0, dtype=np.int32), links
    guide = _guide(edge, total)
    most = 0
    for first in range(0, n, _BLOCK):
        most = max(most, degree[first : first + _BLOCK].sum())
    owner = np.empty(most + _SIXTEEN, dtype=np.int32)
    ordinal = np.empty(most + _SIXTEEN, dtype=np.int32)
    draws = np.empty(most)
    found = np.empty(most, dtype=np.int32)
    last_owner = np.full(n, -1, dtype=np.int32)  # by whom each was drawn last
    promoters = np.empty(degree.sum() + 1, dtype=np.int32)  # the last place is for a repeat
    filled = 0
    for first in range(0, n, _BLOCK):
        size = _number_draws(degree[first : first + _BLOCK], first, owner, ordinal)
        uniforms_of_pairs(seed, replication, WORLD_NEIGHBOUR, owner, 0, ordinal, draws[:size])
        for k in range(size):
            found[k] = _share_at(edge, guide, draws[k], total)
        for k in range(size):
            i = owner[k]
            j = np.uint64(found[k])  # unsigned numbers need no look whether they are negative
            is_new = int(found[k] != i) & int(last_owner[j] != i)
            last_owner[j] = i
            promoters[np.uint64(filled)] = found[k]
            filled += is_new
            start[np.uint64(i) + _ONE] = filled
    for i in range(n):  # those who drew nobody
        start[i + 1] = max(start[i], start[i + 1])
    for k in range(filled):
        links[np.uint64(promoters[k])] += 1
    return start, promoters[:filled], links


@compiled
def _guide(edge: Floats, total: float) -> npt.NDArray[np.int32]:
    """For each of 2N equal parts of the weight, the last operator that begins before the part.

    From there a draw is found in a step or two, where a search would take log N.
    """
    n = len(edge) - 1
    parts = _PARTS * n
    guide = np.zeros(parts + 2, dtype=np.int32)
    # A little more, so that rounding puts no draw before the operator that its part names.
    scale = (1.0 + 1e-12) * parts / total
    for j in range(1, n):
        guide[np.uint64(min(edge[j] * scale, float(parts))) + _ONE] = j
    for b in range(parts + 1):
        guide[b + 1] = max(guide[b], guide[b + 1])
    return guide


@compiled(inline=True, borrows=True)
def _share_at(edge: Floats, guide: npt.NDArray[np.int32], u: float, total: float) -> int:
    """The operator into whose share of the weight a draw ``u`` in (0, 1) falls."""
    goal = u * total
    j = np.uint64(guide[np.uint64(u * (_PARTS * (len(edge) - 1)))])
    j += np.uint64(edge[j + _ONE] <= goal)
    while edge[j + _ONE] <= goal:
        j += _ONE
    return int(j)


@compiled(borrows=True)
def _number_draws(
    degree: Integers,
    first: int,
    owner: npt.NDArray[np.int32],
    ordinal: npt.NDArray[np.int32],
) -> int:
    """Whose each draw of a block is, and its number among its owner's; how many there are.

    degree: of the operators of the block, from ``first`` on.  Sixteen numbers at a time are written
    to owner and ordinal, which have room for that; the next owner's replace what is too much.
    """
    at = 0
    for i in range(len(degree)):
        for begin in range(0, degree[i], _SIXTEEN):
            place = np.uint64(at + begin)
            for k in range(_SIXTEEN):
                owner[place + np.uint64(k)] = first + i
            for k in range(_SIXTEEN):
                ordinal[place + np.uint64(k)] = begin + k
        at += degree[i]
    return at


@compiled
def _first_state(
    tier: Integers,
    audience: Floats,
    attached: Floats,
    detached: Floats,
    sleeper: Integers,
    refollow: Floats,
    forget: Floats,
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
        row[s.FORGET_IN] = forget[0]
        row[s.FORGET_OUT] = forget[1]
    return rows
