"""Who is drawn around an operator, and where: a sample that stays put while time and sliders move.

The operator stands in the middle; around it, ring by ring, those with the largest audiences first.
In each ring neighbours stand near their neighbours further in, so that links cross seldom.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from afterban.world import World

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

RINGS = (8, 16, 28, 40)  # how many stand in each
NEAR = 34  # of them neighbours of the one in the middle, at most
ROUNDS = 4  # of putting neighbours near neighbours


@dataclass(frozen=True)
class Shown:
    """The operators that are drawn.

    operators: numbers, the one in the middle first.
    places: x and y, from -1 to 1.
    sizes: 0 to 1, by audience on a logarithmic scale.
    links: [links, 2] who may promote whom, as operator numbers: promoter, promoted.
    """

    operators: Integers
    places: Floats
    sizes: Floats
    links: Integers


def sample(world: World, lives: Integers, operator: int) -> Shown:
    """Choose operators around one: its neighbours, and of each tier those with most lives.

    lives: number of lives of each operator in a run; they make the picture worth watching.
    """
    there = np.nonzero(lives > 0)[0]
    first, end = world.promoter_start[operator : operator + 2]
    promoters = world.promoters[first:end].astype(np.int64)
    promoted = (
        np.searchsorted(
            world.promoter_start, np.nonzero(world.promoters == operator)[0], side="right"
        )
        - 1
    )
    near = np.intersect1d(np.union1d(promoters, promoted), there)
    wanted = sum(RINGS)
    chosen = [operator]

    def add(candidates: Integers, most: int) -> None:
        candidates = np.setdiff1d(candidates, chosen)
        order = np.lexsort((candidates, -world.links[candidates], -lives[candidates]))
        chosen.extend(candidates[order[: max(0, min(most, wanted + 1 - len(chosen)))]].tolist())

    add(near, NEAR)
    tiers = np.unique(world.tier[there])
    for tier in tiers:
        add(there[world.tier[there] == tier], 14)
    add(there, wanted)
    operators = np.array(chosen, dtype=np.int64)
    people = world.audience[operators].sum(axis=1)
    rest = operators[1:][np.lexsort((operators[1:], -people[1:]))]
    operators = np.concatenate((operators[:1], rest))
    links = _links(world, operators)
    return Shown(operators, _places(operators, links), _sizes(world, operators), links)


def _links(world: World, operators: Integers) -> Integers:
    """Who may promote whom among some operators."""
    found = []
    inside = np.zeros(len(world.tier), dtype=np.bool_)
    inside[operators] = True
    for one in operators.tolist():
        first, end = world.promoter_start[one : one + 2]
        found += [(int(j), one) for j in world.promoters[first:end] if inside[j]]
    return np.array(sorted(found), dtype=np.int64).reshape(-1, 2)


def _sizes(world: World, operators: Integers) -> Floats:
    size = np.log10(np.maximum(world.audience[operators].sum(axis=1), 10.0))
    sizes: Floats = np.clip((size - 1.5) / 3.5, 0.0, 1.0)
    return sizes


def _places(operators: Integers, links: Integers) -> Floats:
    count = len(operators)
    places = np.zeros((count, 2))
    row = {int(one): k for k, one in enumerate(operators)}
    neighbours: list[list[int]] = [[] for _ in range(count)]
    for a, b in links.tolist():
        neighbours[row[a]].append(row[b])
        neighbours[row[b]].append(row[a])
    rings: list[list[int]] = []
    at = 1
    for room in RINGS:
        rings.append(list(range(at, min(at + room, count))))
        at += room
    rings = [ring for ring in rings if ring]
    angle = np.zeros(count)
    for turn in range(ROUNDS):
        for k, ring in enumerate(rings):
            if turn or k:
                wanted = {one: _towards(one, neighbours, angle, angle[one]) for one in ring}
                ring.sort(key=lambda one: (wanted[one], one))
            for place, one in enumerate(ring):
                angle[one] = 2 * math.pi * (place + 0.5 * (k % 2)) / len(ring)
    for k, ring in enumerate(rings):
        # A ring needs room for its members, and the rings should be evenly spaced.
        radius = (k + 1) / len(rings)
        for one in ring:
            places[one] = radius * math.cos(angle[one]), radius * math.sin(angle[one])
    return places


def _towards(one: int, neighbours: list[list[int]], angle: Floats, now: float) -> float:
    """Mean direction of an operator's neighbours; the middle has none."""
    others = [other for other in neighbours[one] if other != 0]
    if not others:
        return now
    x = float(np.cos(angle[others]).sum())
    y = float(np.sin(angle[others]).sum())
    return math.atan2(y, x) % (2 * math.pi) if x or y else now
