"""The network before the first event: operators, audiences, and who may promote whom.

What the scenario does not read from files is drawn by key, so an operator that is appended without
neighbours changes nobody else, and a change to one tier's posting rates leaves every audience and
every link as it was.  The compiled program draws it (``core/c/world.c``) where there is one, and
:mod:`afterban.world.reference` says how.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from afterban.core import can_run, core
from afterban.core.kernels import call
from afterban.core.program import Program, too_large
from afterban.mechanisms import state as s
from afterban.mechanisms.distributions import CONSTANT
from afterban.parameters import AUDIENCE, DEGREE, POSTS, Parameters
from afterban.world import reference
from afterban.world.shape import MOST_PROMINENT, World

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_HAIR = 1e-9  # relative: what rounding may take from an audience that was cut
_ROOM = 1 << 20, 1 << 10  # bytes that the program is given at first, and more for each operator


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

    Raises AfterbanError if there is not enough memory.
    """
    if can_run():
        return built_in(core(), parameters, seed, replication)
    return reference.drawn(parameters, seed, replication)


def built_in(program: Program, parameters: Parameters, seed: int, replication: int) -> World:
    """The same in a program of the caller's choice."""
    p = parameters
    count = int(p.tier_count.sum()) + p.most_recruits
    given = {**p._asdict(), "seed": seed, "replication": replication}
    try:
        told = call(program, "world", given, _ROOM[0] + _ROOM[1] * count)
    except MemoryError:
        raise too_large(program.kind, count) from None
    return World(
        told["tier"].astype(np.int64),
        told["audience"].reshape(-1, 2),
        told["posts"],
        told["promoter_start"],
        told["promoters"],
        told["links"],
        told["factors"].reshape(-1, 3),
        told["arrivals"],
    )


def first_state(parameters: Parameters, world: World) -> Floats:
    """Rows of all operators at the start, ``[N, COLUMNS]``: sleepers are not public yet."""
    if not can_run():
        return reference.first_state(parameters, world)
    given = {**parameters._asdict(), **world._asdict()}
    told = call(core(), "rows", given, _ROOM[0] + s.COLUMNS * 8 * len(world.tier))
    return told["rows"].reshape(-1, s.COLUMNS)


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


__all__ = [
    "MOST_PROMINENT",
    "World",
    "build",
    "built_in",
    "cut_audiences",
    "first_state",
    "same_world",
]
