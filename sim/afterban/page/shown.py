"""Who is drawn: a sample of the network that stays the same while settings change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from afterban.world import World

Integers = npt.NDArray[np.int64]

NEAR = 22  # neighbours of the one in the middle, at most
OF_A_TIER = 8
MOST = 56  # operators around the one in the middle


@dataclass(frozen=True)
class Shown:
    """The operators that are drawn.

    operators: numbers, the one in the middle first, the others by audience.
    links: [links, 2] places in ``operators``: who may promote whom.
    """

    operators: Integers
    links: Integers


def choose(world: World, lives: Integers, operator: int) -> Shown:
    """The operators around one: its neighbours, and of each tier those with most lives.

    lives: number of lives of each operator in a run of the story as it starts.
    """
    there = np.nonzero(lives > 0)[0]
    chosen = [operator]

    def add(candidates: Integers, most: int) -> None:
        candidates = np.setdiff1d(candidates, chosen)
        order = np.lexsort((candidates, -world.links[candidates], -lives[candidates]))
        chosen.extend(candidates[order[: max(0, min(most, MOST + 1 - len(chosen)))]].tolist())

    add(np.intersect1d(_neighbours(world, operator), there), NEAR)
    for tier in np.unique(world.tier[there]):
        add(there[world.tier[there] == tier], OF_A_TIER)
    add(there, MOST)
    rest = np.array(chosen[1:], dtype=np.int64)
    people = world.audience[rest].sum(axis=1)
    rest = rest[np.lexsort((rest, -people))]
    operators = np.concatenate((np.array(chosen[:1], dtype=np.int64), rest))
    return Shown(operators, _links(world, operators))


def _neighbours(world: World, operator: int) -> Integers:
    first, end = world.promoter_start[operator : operator + 2]
    promoted = np.nonzero(world.promoters == operator)[0]
    owners = np.searchsorted(world.promoter_start, promoted, side="right") - 1
    return np.union1d(world.promoters[first:end].astype(np.int64), owners)


def _links(world: World, operators: Integers) -> Integers:
    place = {int(one): k for k, one in enumerate(operators)}
    found = []
    for k, one in enumerate(operators.tolist()):
        first, end = world.promoter_start[one : one + 2]
        found += [(place[int(j)], k) for j in world.promoters[first:end] if int(j) in place]
    return np.array(sorted(found), dtype=np.int64).reshape(-1, 2)
