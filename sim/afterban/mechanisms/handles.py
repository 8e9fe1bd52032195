"""Synthetic handles: base names, near-identical successors, unrelated ones, and their distance;
and the handles of ordinary users, among which some look alike.

A handle is a row of 16 bytes: up to 15 characters (the platform's limit in 2014) and its length.
Names are five nonsense syllables, so that no real handle is made; an operator's base name is found
by a permutation of its number, so no two operators of a replication share one.

A near-identical successor is one link of the public record (L42), and shares are of links: how many
edits it is away, and what kind of edit they are.  One draw decides each, and the edits are made so
that both come out: letters doubled and separators together take three places of a handle, and
digits two, so that there is room for any link after any other (decision 0026).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA

from afterban.randomness import (
    HANDLE_BASE,
    HANDLE_CHOICE,
    HANDLE_EDIT,
    HANDLE_ORDINARY,
    uniforms,
)

LONGEST: Final = 15
ROW: Final = 16

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

_CONSONANTS: Final = b"bcdfghjklmnprstvwxyz"
_VOWELS: Final = b"aeiou"
# A hundred syllables: their first letters, and their second.
_FIRST: Final = np.repeat(np.frombuffer(_CONSONANTS, dtype=np.uint8), len(_VOWELS))
_SECOND: Final = np.tile(np.frombuffer(_VOWELS, dtype=np.uint8), len(_CONSONANTS))
_SYLLABLES: Final = 5
_NAMES: Final = 100**_SYLLABLES
_STRIDE: Final = 3_819_660_113  # prime to 10, about 0.38 of the number of names
_ZERO: Final = 48
_SEPARATOR: Final = 95

# A row of shares of near-identical links, each with those before it (``Parameters.near_links``).
ONE_EDIT: Final = 0  # one edit, the rest two
DIGIT: Final = 1  # of the kinds, which are a draw of their own: digits changed or put at the end
DOUBLED: Final = 2  # a letter doubled, or no longer
SEPARATOR: Final = 3  # a separator put in or taken out; the rest: letters that change places
LINKS: Final = 4  # numbers in that row
SWAP: Final = 4

_MOST_OF_A_KIND: Final = 2  # doubled letters in a handle, or separators
_MOST_EXTRAS: Final = 3  # of both
_ATTEMPTS: Final = 8

UNMEASURED: Final = -2  # a distance that nobody has asked for yet

# Handles of ordinary users: nothing is published that these could be taken from, so all of it is
# assumed.  How many take a name of the network's stock is up to the scenario.
SHORTEST_ORDINARY: Final = 3  # syllables
LONGEST_ORDINARY: Final = 6
NO_DIGITS: Final = 0.5  # the rest put one, two or four digits (a year) at the end
ONE_DIGIT: Final = 0.6
TWO_DIGITS: Final = 0.85
ORDINARY_SEPARATORS: Final = 0.1
TOPIC_SYLLABLES: Final = 3  # how much of a name a topic word is


def _spell(number: int, row: Bytes) -> None:
    left = number
    for k in range(_SYLLABLES):
        syllable = left % 100
        row[2 * k] = _FIRST[syllable]
        row[2 * k + 1] = _SECOND[syllable]
        left //= 100
    for k in range(2 * _SYLLABLES, LONGEST):
        row[k] = 0
    row[LONGEST] = 2 * _SYLLABLES


def _insert(row: Bytes, position: int, character: int) -> None:
    length = int(row[LONGEST])
    for k in range(length, position, -1):
        row[k] = row[k - 1]
    row[position] = character
    row[LONGEST] = length + 1


def _base_handle(shift: float, operator: int, digits: float, which: float, row: Bytes) -> None:
    number = (operator * _STRIDE + int(shift * _NAMES)) % _NAMES
    _spell(number, row)
    two = int(which * 100.0)
    has_digits = int(digits < 1.0 / 3.0)  # a factor, since a processor would guess wrong
    row[2 * _SYLLABLES] = has_digits * (_ZERO + two // 10)
    row[2 * _SYLLABLES + 1] = has_digits * (_ZERO + two % 10)
    row[LONGEST] = 2 * _SYLLABLES + 2 * has_digits


def base_handle(seed: int, replication: int, operator: int, row: Bytes) -> None:
    """Write the first handle of an operator into ``row``: a name, one in three with two digits."""
    shift, _ = uniforms(seed, replication, HANDLE_BASE, 0, 0, 0)
    digits, which = uniforms(seed, replication, HANDLE_BASE, operator, 1, 0)
    _base_handle(shift, operator, digits, which, row)


def unrelated_handle(seed: int, replication: int, operator: int, life: int, row: Bytes) -> None:
    """Write a fresh name for life number ``life`` of an operator into ``row``."""
    which, _ = uniforms(seed, replication, HANDLE_BASE, operator, life, 1)
    _spell(int(which * _NAMES), row)


def _remove(row: Bytes, position: int) -> None:
    length = int(row[LONGEST])
    for k in range(position, length - 1):
        row[k] = row[k + 1]
    row[length - 1] = 0
    row[LONGEST] = length - 1


def _is_digit(character: int) -> bool:
    return _ZERO <= character <= _ZERO + 9


def _is_letter(character: int) -> bool:
    return character > _SEPARATOR


# Where an edit can be made: a code for each, so that one loop finds a place for any of them.
_A_DIGIT: Final = 0  # is there
_A_DOUBLE: Final = 1  # letter is there, with its twin behind it
_A_SEPARATOR: Final = 2  # is there
_FOR_DOUBLING: Final = 3  # a letter that is like neither neighbour
_FOR_A_SEPARATOR: Final = 4  # behind another character than here, neither of them one
_FOR_A_SWAP: Final = 5  # two letters whose exchange makes and breaks no doubled one


def _fits(row: Bytes, at: int, what: int) -> bool:
    """Whether the place ``at`` of a handle is one of those that ``what`` names."""
    length = int(row[LONGEST])
    here = int(row[at])
    after = int(row[at + 1]) if at + 1 < length else 0
    before = int(row[at - 1]) if at > 0 else 0
    if what == _A_DIGIT:
        return _is_digit(here)
    if what == _A_DOUBLE:
        return _is_letter(here) and here == after
    if what == _A_SEPARATOR:
        return here == _SEPARATOR
    if what == _FOR_DOUBLING:
        return _is_letter(here) and here != after and here != before
    if what == _FOR_A_SEPARATOR:
        return at > 0 and here != _SEPARATOR and before != _SEPARATOR and here != before
    behind = int(row[at + 2]) if at + 2 < length else 0
    return (
        _is_letter(here)
        and _is_letter(after)
        and here != after
        and here != before
        and after != behind
        and before != after
        and here != behind
    )


def _places(row: Bytes, what: int) -> int:
    """How many places of a handle ``what`` names."""
    found = 0
    for at in range(int(row[LONGEST])):
        if _fits(row, at, what):
            found += 1
    return found


def _place(row: Bytes, what: int, u: float) -> int:
    """One of those places, by a draw ``u`` in (0, 1); -1 if there is none."""
    left = int(u * _places(row, what))
    for at in range(int(row[LONGEST])):
        if _fits(row, at, what):
            if left == 0:
                return at
            left -= 1
    return -1


def _change_digit(row: Bytes, at: int, what: float) -> None:
    row[at] = _ZERO + (int(row[at]) - _ZERO + 1 + int(what * 9.0)) % 10


def _edit_digits(row: Bytes, edits: int, where: float, what: float) -> None:
    """Change digits, or put one at the end where there are too few to change."""
    there = _places(row, _A_DIGIT)
    if there > 0:
        first = _place(row, _A_DIGIT, where)
        _change_digit(row, first, what)
        if edits > 1:
            again = 9.0 * what - math.floor(9.0 * what)  # what the first change has not used of it
            if there > 1:
                _change_digit(row, _other_digit(row, first, again), again)
            elif row[LONGEST] < LONGEST:
                _insert(row, int(row[LONGEST]), _ZERO + int(10.0 * again))
        return
    for k in range(edits):
        if row[LONGEST] < LONGEST:
            digit = int(10.0 * (where if k == 0 else what))
            _insert(row, int(row[LONGEST]), _ZERO + digit)


def _other_digit(row: Bytes, first: int, u: float) -> int:
    """The place of a digit other than the one at ``first``; there must be one."""
    left = int(u * (_places(row, _A_DIGIT) - 1))
    for at in range(int(row[LONGEST])):
        if at != first and _fits(row, at, _A_DIGIT):
            if left == 0:
                return at
            left -= 1
    return first


def _put_in(row: Bytes, kind: int, u: float) -> None:
    """Double a letter, or put a separator in."""
    at = _place(row, _FOR_DOUBLING if kind == DOUBLED else _FOR_A_SEPARATOR, u)
    if at >= 0 and row[LONGEST] < LONGEST:
        _insert(row, at, int(row[at]) if kind == DOUBLED else _SEPARATOR)


def _take_out(row: Bytes, kind: int, u: float) -> None:
    """Write a doubled letter once, or take a separator out."""
    at = _place(row, _A_DOUBLE if kind == DOUBLED else _A_SEPARATOR, u)
    if at >= 0 and row[LONGEST] > 1:
        _remove(row, at)


def _edit_extras(row: Bytes, kind: int, edits: int, where: float, what: float) -> None:
    """Double letters or put separators in while there is room for them, else take some out."""
    other = SEPARATOR if kind == DOUBLED else DOUBLED
    own = _places(row, _A_DOUBLE if kind == DOUBLED else _A_SEPARATOR)
    others = _places(row, _A_SEPARATOR if kind == DOUBLED else _A_DOUBLE)
    room = min(_MOST_OF_A_KIND - own, _MOST_EXTRAS - own - others)
    if edits <= room:
        for k in range(edits):
            _put_in(row, kind, where if k == 0 else what)
    elif edits == 1:
        _take_out(row, kind, where)
    else:  # somewhere else; in place of one of the other kind if there is none of this
        _take_out(row, kind if own > 0 else other, where)
        _put_in(row, kind, what)


def _edit(kind: int, edits: int, where: float, what: float, row: Bytes) -> None:
    """Make one or two edits of a kind; fewer where they are not possible."""
    if kind == DIGIT:
        _edit_digits(row, edits, where, what)
    elif kind != SWAP:
        _edit_extras(row, kind, edits, where, what)
    else:
        for k in range(edits):
            at = _place(row, _FOR_A_SWAP, where if k == 0 else what)
            if at >= 0:
                kept = int(row[at])
                row[at] = row[at + 1]
                row[at + 1] = kept


def copy_handle(one: Bytes, other: Bytes) -> None:
    """Write the handle in ``one`` into ``other``; a slice would be copied twice."""
    for k in range(ROW):
        other[k] = one[k]


def edit_distance(one: Bytes, other: Bytes) -> int:
    """Optimal string alignment distance of two handles: insertions, deletions, changes, swaps."""
    return int(
        OSA.distance(one[: int(one[LONGEST])].tobytes(), other[: int(other[LONGEST])].tobytes())
    )


def near_identical_handle(
    seed: int,
    replication: int,
    operator: int,
    life: int,
    links: Floats,
    before: Bytes,
    row: Bytes,
) -> int:
    """Write a handle that is one or two edits away from ``before`` into ``row``.

    links: shares of links by edits and by kind, ``[LINKS]``; see ``ONE_EDIT`` and what follows it.
    Returns the distance.

    The edits of a link are of one kind, but that a doubled letter may make way for a separator,
    or a separator for a doubled letter.  Two edits can undo or overlap each other, so that the
    distance is not two; then two others of the kind are tried.  A handle that none of this network
    bears may have no such neighbour: after a few attempts one edit will do, then one of another
    kind.
    """
    how_many, which = uniforms(seed, replication, HANDLE_EDIT, operator, life, 0)
    edits = 1 if how_many < links[ONE_EDIT] else 2
    kind = DIGIT
    while kind < SWAP and which >= links[kind]:
        kind += 1
    for attempt in range(1, 3 * _ATTEMPTS):
        if attempt == _ATTEMPTS:
            edits = 1
        elif attempt == 2 * _ATTEMPTS:
            kind = DIGIT
        copy_handle(before, row)
        where, what = uniforms(seed, replication, HANDLE_EDIT, operator, life, attempt)
        _edit(kind, edits, where, what, row)
        distance = edit_distance(before, row)
        if distance == edits:
            return distance
    copy_handle(before, row)  # of full length and without a digit
    row[int(row[LONGEST]) - 1] = _ZERO
    return 1


def next_handle(
    seed: int,
    replication: int,
    operator: int,
    life: int,
    near_identical: float,
    links: Floats,
    before: Bytes,
    row: Bytes,
) -> int:
    """Write the handle of ``life`` into ``row``; ``before`` is that of ``life - 1``.

    links: as for :func:`near_identical_handle`.  Returns the distance between the two where it is
    known; that of an unrelated handle, which takes longer to measure than to make, is UNMEASURED.
    """
    if near_identical > 0.0:
        choice, _ = uniforms(seed, replication, HANDLE_CHOICE, operator, life, 0)
        if choice < near_identical:
            return near_identical_handle(seed, replication, operator, life, links, before, row)
    unrelated_handle(seed, replication, operator, life, row)
    return UNMEASURED


def ordinary_handle(
    seed: int,
    replication: int,
    user: int,
    operators: int,
    namesakes: float,
    topic_names: float,
    row: Bytes,
) -> None:
    """Write the handle of an ordinary user into ``row``.

    operators: the network's, whose base names are also names that ordinary people have.
    namesakes: probability of a handle made of the whole base name of some operator.
    topic_names: probability of one that begins with the first syllables of such a name, as with a
        word that the network and others have in common, and goes on differently.

    Everybody else has a name of their own, of three to six syllables.  Digits and separators are
    put on all of them in the same way, except that a namesake without any gets digits: handles are
    unique on a platform, so nobody has the very handle that an operator had.
    """
    kind, which = uniforms(seed, replication, HANDLE_ORDINARY, user, 0, 0)
    number, length = uniforms(seed, replication, HANDLE_ORDINARY, user, 0, 1)
    digits, value = uniforms(seed, replication, HANDLE_ORDINARY, user, 0, 2)
    separator, place = uniforms(seed, replication, HANDLE_ORDINARY, user, 0, 3)
    alike = operators > 0 and kind < namesakes + topic_names
    namesake = alike and kind < namesakes
    if alike:
        base_handle(seed, replication, int(which * operators), row)
        shared = _SYLLABLES if namesake else TOPIC_SYLLABLES
        syllables = _SYLLABLES
    else:
        shared = 0
        syllables = SHORTEST_ORDINARY + int(length * (LONGEST_ORDINARY - SHORTEST_ORDINARY + 1))
    own = int(number * 100.0**LONGEST_ORDINARY)
    for k in range(shared, syllables):
        row[2 * k] = _FIRST[own % 100]
        row[2 * k + 1] = _SECOND[own % 100]
        own //= 100
    row[2 * syllables :] = 0
    row[LONGEST] = 2 * syllables
    marked = separator < ORDINARY_SEPARATORS
    if marked:
        _insert(row, 1 + int(place * (2 * syllables - 1)), _SEPARATOR)
    if digits < NO_DIGITS and (marked or not namesake):
        return
    if digits < ONE_DIGIT:
        count = 1
    elif digits < TWO_DIGITS:
        count = 2
    else:
        count = 4
    year = int(value * 10_000.0)
    for _ in range(min(count, LONGEST - int(row[LONGEST]))):
        _insert(row, int(row[LONGEST]), _ZERO + year % 10)
        year //= 10


def ordinary_handles(
    seed: int,
    replication: int,
    first: int,
    count: int,
    operators: int,
    namesakes: float,
    topic_names: float,
) -> Bytes:
    """Rows of ``count`` ordinary users from number ``first`` on, ``[count, ROW]``."""
    rows = np.zeros((count, ROW), dtype=np.uint8)
    for k in range(count):
        ordinary_handle(seed, replication, first + k, operators, namesakes, topic_names, rows[k])
    return rows


def texts(rows: Bytes) -> list[str]:
    """The handles in ``rows``, ``[n, ROW]``, as strings."""
    whole = np.ascontiguousarray(rows).tobytes().decode("ascii")
    lengths = rows[:, LONGEST].tolist()
    return [whole[ROW * k : ROW * k + length] for k, length in enumerate(lengths)]


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
