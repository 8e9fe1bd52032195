"""How the world is drawn, in Python: the readable reference of ``core/c/world.c``.

Both do the same operations in the same order, so that they give the same bytes;
``tests/unit/test_world_in_c.py`` holds them against each other.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from afterban.arithmetic import pow
from afterban.mechanisms import state as s
from afterban.mechanisms.arrivals import days_of_arrivals, promoters_of_arrivals
from afterban.mechanisms.distributions import normal_probability, normal_quantile, quantile
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
    uniforms_of_many,
)
from afterban.world.shape import MOST_PROMINENT, World

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_LAWS = (AUDIENCE, POSTS, DEGREE)


def drawn(parameters: Parameters, seed: int, replication: int) -> World:
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
    own = np.arange(n)
    u = np.array(
        [
            uniforms_of_many(seed, replication, decision, numbers, 0, 0)[0]
            for decision, numbers in (
                (WORLD_AUDIENCE, keys),
                (WORLD_POSTS, keys),
                (WORLD_DEGREE, own),
                (WORLD_PROMINENCE, own),
            )
        ]
    )
    factors = np.ones((n if len(differences) else 0, 3))
    if len(differences):
        _differ(tier, keys, differences, correlated, seed, replication, u[:2], factors)
    value = np.empty((3, n))
    for row, law in enumerate(_LAWS):
        for i in range(n):
            value[row, i] = quantile(distributions[tier[i], law], u[row, i])
    size = audience_share[tier] * value[0]
    inside = insider_share[tier] * size
    weight = prominence[tier].astype(np.float64)
    if tail > 0.0:
        for i in range(n):
            weight[i] *= min(pow(1.0 - u[3, i], -1.0 / tail), MOST_PROMINENT)
    degree = np.floor(value[2] + 0.5).astype(np.int64)
    return np.column_stack((inside, size - inside)), value[1], degree, weight, factors


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
    u = np.empty((5, len(tier)))
    u[:2] = size
    for row, decision in ((2, WORLD_RETURNS), (3, WORLD_REFOLLOW), (4, WORLD_LOST)):
        u[row] = uniforms_of_many(seed, replication, decision, keys, 0, 0)[0]
    for i in range(len(tier)):
        factor = correlated[tier[i]]
        z = [normal_quantile(u[row, i]) for row in range(5)]
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


def _follow_graph(
    degree: Integers, weight: Floats, seed: int, replication: int
) -> tuple[Integers, npt.NDArray[np.int32], Integers]:
    """Each operator draws its promoters in proportion to their weight; itself and repeats left out.

    Returns where each operator's begin ``[N + 1]``, the promoters, and how many each may promote.
    """
    n = len(degree)
    edge = np.cumsum(weight)  # the weight of all operators up to j
    if not (n and edge[-1] > 0.0):
        return np.zeros(n + 1, np.int64), np.empty(0, np.int32), np.zeros(n, np.int64)
    total = edge[-1]
    edge[-1] = math.inf  # whatever rounding does to the last draw, it is the last operator's
    owner = np.repeat(np.arange(n), degree)
    ordinal = np.arange(len(owner)) - np.repeat(np.cumsum(degree) - degree, degree)
    draws, _ = uniforms_of_many(seed, replication, WORLD_NEIGHBOUR, owner, 0, ordinal)
    found = np.searchsorted(edge, draws * total, side="right")
    _, first = np.unique(owner * n + found, return_index=True)  # each only once for its owner
    is_new = np.zeros(len(owner), dtype=np.bool_)
    is_new[first] = True
    is_new &= found != owner
    start = np.concatenate(([0], np.cumsum(np.bincount(owner[is_new], minlength=n))))
    promoters = found[is_new].astype(np.int32)
    return start, promoters, np.bincount(promoters, minlength=n)


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
    is_there = np.arange(len(tier)) < there
    public = (sleeper[tier] == 0) & is_there
    share = np.where(public, attached[tier], 0.0)
    before = np.where(is_there, detached[tier], 0.0)
    rows = np.zeros((len(tier), s.COLUMNS))
    rows[:, s.PUBLIC] = public
    for side, (attached_, detached_, untouched) in enumerate(
        (
            (s.ATTACHED_IN, s.DETACHED_IN, s.UNTOUCHED_IN),
            (s.ATTACHED_OUT, s.DETACHED_OUT, s.UNTOUCHED_OUT),
        )
    ):
        rows[:, attached_] = share * audience[:, side]
        rows[:, detached_] = before * audience[:, side]
        rows[:, untouched] = audience[:, side] - rows[:, attached_] - rows[:, detached_]
    rows[:, s.REFOLLOW_IN] = refollow[tier, 0]
    rows[:, s.REFOLLOW_OUT] = refollow[tier, 1]
    rows[:, s.FORGET_IN], rows[:, s.FORGET_OUT] = forget
    return rows
