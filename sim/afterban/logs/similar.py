"""Handles beside each other: edits, what changed, and pairs that no link tells of.

Handles come in here and none goes out: what is kept are distances, kinds and places of rows.

Checked by ``tests/logs/test_similar.py``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from afterban.logs.record import NONE, Floats, Integers, Pairs

NEAR: Final = 2  # edits up to which a handle is near-identical, `audience.recognition.near_edits`
LONGEST: Final = 64  # characters of a handle that are looked at
CROWD: Final = 50  # accounts of one block from which on it tells nothing of who is who
# What changed in a near-identical handle: the names of `handles.kinds`, then all else.
KINDS: Final = ("digit", "doubled", "separator", "swap", "other")
_UNKNOWN: Final = -1
_SEPARATORS: Final = re.compile(r"[._\-\s]+")
_DIGITS: Final = re.compile(r"\d+")
_DOUBLED: Final = re.compile(r"([^\W\d_])\1+")


def blank(handles: Any) -> int:
    """How many handles are not there."""
    import pyarrow.compute as pc

    return int(pc.sum(pc.equal(pc.utf8_trim_whitespace(handles), "")).as_py() or 0)


def compare(
    handles: Any, before: Integers, created: Floats, suspended: Floats
) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int8], Pairs | None]:
    """Edits and kind of change of each link, and near-identical pairs among the unlinked.

    handles: an Arrow array of strings, None if there are none: then nothing is known.
    """
    n = len(before)
    distance = np.full(n, _UNKNOWN, dtype=np.int16)
    edit = np.full(n, _UNKNOWN, dtype=np.int8)
    if handles is None:
        return distance, edit, None
    texts = [str(text).strip().lower()[:LONGEST] for text in handles.to_pylist()]
    for place in np.flatnonzero(before != NONE):
        one, other = texts[before[place]], texts[place]
        if one and other:
            distance[place] = edits(one, other)
            if 0 < distance[place] <= NEAR:
                edit[place] = KINDS.index(kind_of(one, other))
    return distance, edit, _pairs(texts, before, created, suspended)


def edits(one: str, other: str) -> int:
    """Edits between two handles (optimal string alignment), at most 99."""
    from rapidfuzz.distance import OSA

    return min(int(OSA.distance(one, other)), 99)


def kind_of(one: str, other: str) -> str:
    """What changed between two handles: digits, doubled letters, separators, a swap, or else."""
    if _DIGITS.sub("", one) == _DIGITS.sub("", other):
        return "digit"
    if _SEPARATORS.sub("", one) == _SEPARATORS.sub("", other):
        return "separator"
    if _DOUBLED.sub(r"\1", one) == _DOUBLED.sub(r"\1", other):
        return "doubled"
    return "swap" if len(one) == len(other) and sorted(one) == sorted(other) else "other"


def block_of(handle: str) -> str:
    """What near-identical handles have in common: their letters in order, no doubled one."""
    letters = _SEPARATORS.sub("", _DIGITS.sub("", handle))
    return "".join(sorted(_DOUBLED.sub(r"\1", letters))) or handle


def _pairs(texts: list[str], before: Integers, created: Floats, suspended: Floats) -> Pairs:
    """Who, of those that nobody is known to have followed, probably was followed by whom.

    A pair of overlapping lives cannot be a return, so those that are near-identical are chance,
    and there are as many times more or fewer of them among pairs in order as there are such pairs.
    """
    followed = np.zeros(len(texts), dtype=np.bool_)
    followed[before[before != NONE]] = True
    first = np.isfinite(suspended) & ~followed
    second = (before == NONE) & (created > 0.0)
    keys = [block_of(text) if text else "" for text in texts]
    sizes = Counter(keys)
    crowded = {key for key, size in sizes.items() if size > CROWD or not key}
    blocks: dict[str, tuple[list[int], list[int]]] = {}
    for side, chosen in enumerate((first, second)):
        for place in np.flatnonzero(chosen):
            if keys[place] not in crowded:
                blocks.setdefault(keys[place], ([], []))[side].append(int(place))
    found: set[int] = set()
    overlapping: list[int] = []
    for ones, others in blocks.values():
        ones.sort(key=lambda place: suspended[place], reverse=True)
        for other in sorted(others, key=lambda place: created[place]):
            near = [one for one in ones if one != other and edits(texts[one], texts[other]) <= NEAR]
            free = [one for one in near if suspended[one] <= created[other] and one not in found]
            found.update(free[:1])
            overlapping += [one for one in near if created[one] < created[other] < suspended[one]]
    linked = [
        int(place)
        for place in np.flatnonzero((before != NONE) & (created > 0.0))
        if keys[place] not in crowded
        and keys[place] == keys[before[place]]
        and edits(texts[before[place]], texts[place]) <= NEAR
    ]
    weight = _order(created[second], suspended[first], created[first])
    return Pairs(_places(found), _places(linked), _places(overlapping), weight)


def _places(rows: Iterable[int]) -> Integers:
    return np.array(sorted(rows), dtype=np.int64)


def _order(begins: Floats, ends: Floats, own: Floats) -> float:
    """Pairs in which the second begins after the first ended, for each in which it overlaps."""
    ended = np.searchsorted(np.sort(ends), begins, side="right").sum()
    begun = np.searchsorted(np.sort(own), begins, side="left").sum()
    overlapping = float(begun - ended)
    return float(ended) / overlapping if overlapping > 0 else 0.0
