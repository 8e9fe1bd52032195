"""Synthetic handles: base names, near-identical successors, unrelated ones, and their distance.

A handle is a row of 16 bytes: up to 15 characters (the platform's limit in 2014) and its length.
Names are five nonsense syllables, so that no real handle is made; an operator's base name is found
by a permutation of its number, so no two operators of a replication share one.

The kinds of edit are those seen between successive handles in the public record (L42): of ten
near-identical links, four were one edit apart and six two; three changed digits only, the others a
doubled letter or a separator.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from afterban.jit import compiled
from afterban.randomness import HANDLE_BASE, HANDLE_CHOICE, HANDLE_EDIT, uniforms

LONGEST: Final = 15
ROW: Final = 16

Bytes = npt.NDArray[np.uint8]

_CONSONANTS: Final = np.frombuffer(b"bcdfghjklmnprstvwxyz", dtype=np.uint8)
_VOWELS: Final = np.frombuffer(b"aeiou", dtype=np.uint8)
_SYLLABLES: Final = 5
_NAMES: Final = 100**_SYLLABLES
_STRIDE: Final = 3_819_660_113  # prime to 10, about 0.38 of the number of names
_ZERO: Final = 48
_SEPARATOR: Final = 95

ONE_EDIT: Final = 0.4  # L42: four of ten links
DIGIT_EDITS: Final = 0.3  # L42: three of ten; the rest split evenly, assumed
DOUBLED_LETTERS: Final = 0.6
SEPARATORS: Final = 0.9
_ATTEMPTS: Final = 8


@compiled
def _spell(number: int, row: Bytes) -> None:
    for k in range(_SYLLABLES):
        row[2 * k] = _CONSONANTS[(number // 5) % 20]
        row[2 * k + 1] = _VOWELS[number % 5]
        number //= 100
    row[LONGEST] = 2 * _SYLLABLES


@compiled
def _insert(row: Bytes, position: int, character: int) -> None:
    length = int(row[LONGEST])
    for k in range(length, position, -1):
        row[k] = row[k - 1]
    row[position] = character
    row[LONGEST] = length + 1


@compiled
def base_handle(seed: int, replication: int, operator: int, row: Bytes) -> None:
    """Write the first handle of an operator into ``row``: a name, one in three with two digits."""
    shift, _ = uniforms(seed, replication, HANDLE_BASE, 0, 0, 0)
    number = (operator * _STRIDE + int(shift * _NAMES)) % _NAMES
    row[:] = 0
    _spell(number, row)
    digits, which = uniforms(seed, replication, HANDLE_BASE, operator, 1, 0)
    if digits < 1.0 / 3.0:
        two = int(which * 100.0)
        _insert(row, 2 * _SYLLABLES, _ZERO + two // 10)
        _insert(row, 2 * _SYLLABLES + 1, _ZERO + two % 10)


@compiled
def unrelated_handle(seed: int, replication: int, operator: int, life: int, row: Bytes) -> None:
    """Write a fresh name for life number ``life`` of an operator into ``row``."""
    which, _ = uniforms(seed, replication, HANDLE_BASE, operator, life, 1)
    row[:] = 0
    _spell(int(which * _NAMES), row)


@compiled
def _edit(kind: float, place: float, row: Bytes) -> None:
    length = int(row[LONGEST])
    position = int(place * length)
    room = length < LONGEST
    if kind < DIGIT_EDITS or not room:
        for k in range(length):
            at = (position + k) % length
            if _ZERO <= row[at] <= _ZERO + 9:
                row[at] = _ZERO + (row[at] - _ZERO + 1 + int(place * 8.0)) % 10
                return
        if room:
            _insert(row, length, _ZERO + int(place * 10.0))
        else:
            row[length - 1] = _ZERO + int(place * 10.0)
    elif kind < DOUBLED_LETTERS:
        _insert(row, position, row[position])
    elif kind < SEPARATORS or length < 2:
        _insert(row, max(position, 1), _SEPARATOR)
    else:
        at = min(position, length - 2)
        if row[at] == row[at + 1]:
            _insert(row, at, row[at])
        else:
            kept = row[at]
            row[at] = row[at + 1]
            row[at + 1] = kept


@compiled
def edit_distance(one: Bytes, other: Bytes) -> int:
    """Optimal string alignment distance: insertions, deletions, changes, swaps of neighbours.

    The compiled engine's counterpart of ``rapidfuzz.distance.OSA``, which the reference engine
    uses; ``tests/unit/test_handles.py`` holds the two against each other.
    """
    n = int(one[LONGEST])
    m = int(other[LONGEST])
    first = 0
    while first < n and first < m and one[first] == other[first]:
        first += 1
    while n > first and m > first and one[n - 1] == other[m - 1]:
        n -= 1
        m -= 1
    n -= first  # what is left of both when the ends that they share are cut off
    m -= first
    if n == 0 or m == 0:
        return n + m
    # One column of the table of distances at a time, as the bits of its steps up and down
    # (Hyyrö 2003, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances").
    last = 1 << (n - 1)
    distance = n
    up = -1
    down = 0
    diagonal = 0
    equal_before = 0
    for j in range(m):
        equal = 0
        for i in range(n):
            if one[first + i] == other[first + j]:
                equal |= 1 << i
        swapped = ((~diagonal & equal) << 1) & equal_before
        diagonal = (((equal & up) + up) ^ up) | equal | down | swapped
        right = down | ~(diagonal | up)
        left = diagonal & up
        if right & last != 0:
            distance += 1
        if left & last != 0:
            distance -= 1
        right = (right << 1) | 1
        left <<= 1
        up = left | ~(diagonal | right)
        down = right & diagonal
        equal_before = equal
    return distance


@compiled
def near_identical_handle(
    seed: int, replication: int, operator: int, life: int, row: Bytes
) -> None:
    """Change the handle in ``row``, in place, into one that is one or two edits away.

    Two edits can undo or overlap each other, so that the distance is not two; then two others are
    tried.  A handle of full length with a single digit has no neighbour two edits away that these
    edits reach, so that after a few attempts one edit will do.
    """
    before = row.copy()
    how_many, _ = uniforms(seed, replication, HANDLE_EDIT, operator, life, 0)
    edits = 1 if how_many < ONE_EDIT else 2
    draw = 1
    for attempt in range(2 * _ATTEMPTS):
        if attempt == _ATTEMPTS:
            edits = 1
        row[:] = before
        for _ in range(edits):
            kind, place = uniforms(seed, replication, HANDLE_EDIT, operator, life, draw)
            draw += 1
            _edit(kind, place, row)
        if edit_distance(before, row) == edits:
            return


@compiled
def next_handle(
    seed: int, replication: int, operator: int, life: int, near_identical: float, row: Bytes
) -> None:
    """Turn the handle of life ``life - 1`` in ``row`` into that of ``life``."""
    choice, _ = uniforms(seed, replication, HANDLE_CHOICE, operator, life, 0)
    if choice < near_identical:
        near_identical_handle(seed, replication, operator, life, row)
    else:
        unrelated_handle(seed, replication, operator, life, row)


def text(row: Bytes) -> str:
    """The handle in ``row`` as a string."""
    return bytes(row[: int(row[LONGEST])]).decode("ascii")


def row_of(handle: str) -> Bytes:
    """The row of a handle of at most 15 ASCII characters; ValueError if it is longer."""
    if len(handle) > LONGEST:
        raise ValueError(f"handle {handle!r} has {len(handle)} characters, at most {LONGEST}")
    row = np.zeros(ROW, dtype=np.uint8)
    row[: len(handle)] = np.frombuffer(handle.encode("ascii"), dtype=np.uint8)
    row[LONGEST] = len(handle)
    return row
