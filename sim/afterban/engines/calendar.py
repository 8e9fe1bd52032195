"""The compiled engine's event calendar, whose page (bucket) of today is a small heap.

The time axis is cut into equal pages, and a number of pages in a row are a volume.  An event of a
volume to come is written behind the last one of that volume; when the volume is opened, its events
go to the linked lists of its pages; when a page is turned to, its list moves into a binary heap,
from which events leave in their total order.  So an event costs the logarithm of what stands on its
page, not of the number of events that wait (Brown 1988, "Calendar queues", CACM 31(10), 1220-1227).
Only the open volume is read here and there, and it is small enough for a processor's cache; the
others are written and read from one end to the other.

Order: by day, and within one instant as :mod:`afterban.engines.events` says.
Test: ``tests/engines/test_calendar.py``.
"""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from afterban.instructions import first_bit
from afterban.jit import compiled

# The list links are part of an event, so that one memory access fetches all of it.
EVENT: Final = np.dtype(
    [
        ("day", np.float64),
        ("key", np.int64),  # kind, operator and ordinal in one number that sorts as they do
        ("subject", np.int32),  # row of the account, or of the case, that it is about
        ("round", np.int32),  # review of that account after which it was planned
        ("next", np.int64),  # next event of the page, or next free place; -1 at the end
    ]
)
_LATER: Final = np.dtype([(name, EVENT[name]) for name in ("day", "key", "subject", "round")])
_BLOCK: Final = 32  # events: the piece in which a volume to come takes memory

_WORD: Final = 32  # pages whose bits stand in one number

_BITS: Final = 29  # of an operator's number and of an ordinal; the kind has the rest
_LOW: Final = (1 << _BITS) - 1
MOST_OPERATORS: Final = 1 << _BITS

_PAGE: Final = 0  # marks: the page that is in the heap, counted from the first day
_VOLUME: Final = 1  # the volume that is open
_IN_HEAP: Final = 2  # events in the heap
_USED: Final = 3  # places of the pool that were ever used
_FREE: Final = 4  # first place that is free again, -1 if none
_USED_BLOCKS: Final = 5  # blocks that were ever used
_FREE_BLOCK: Final = 6  # first block that is free again, -1 if none
_WAITING: Final = 7  # events in all
_NAMED: Final = 8  # the last page that :func:`soon` has named
_SOON: Final = 9  # how many pages it names behind the open one
_MARKS: Final = 10

Table = npt.NDArray[Any]
Integers = npt.NDArray[np.int64]


class Calendar(NamedTuple):
    """Events to come.  Each table of events has room for as many as may wait in all."""

    per_day: float  # pages
    ahead: int  # events after the open page that come soon, where there is one on a page
    bits: int  # of the number of a page in its volume
    first: npt.NDArray[np.int32]  # [pages] first event on each of the open volume, -1 if none
    used: Integers  # [pages / _WORD] a bit for each of these pages, 1 if it has events
    pool: Table  # EVENT; those of the open volume
    heap: Table  # EVENT; those of the open page
    end: Integers  # [volumes] place in ``later`` behind a volume's last event, 0 if it has none
    later: Table  # _LATER; those of the volumes to come, in blocks
    before: npt.NDArray[np.int32]  # [blocks] block of the same volume, or next free one; -1 if none
    marks: Integers


def empty_calendar(horizon: float, volumes: int, pages: int, room: int, ahead: int = 0) -> Calendar:
    """A calendar of ``horizon`` days without events, with room for so many.

    It has so many volumes of so many pages, a power of two; about ``ahead`` events are within
    :func:`soon`.  Not compiled: numpy asks the system for large pages of memory, numba does not.
    """
    if pages < 1 or pages & (pages - 1) != 0:
        raise ValueError(f"{pages} pages of a volume are not a power of two")
    marks = np.zeros(_MARKS, dtype=np.int64)
    marks[_FREE] = -1
    marks[_FREE_BLOCK] = -1
    marks[_SOON] = ahead
    blocks = _blocks(volumes, room)
    return Calendar(
        volumes * pages / horizon,
        ahead,
        pages.bit_length() - 1,
        np.full(pages, -1, dtype=np.int32),
        np.zeros(-(-pages // _WORD), dtype=np.int64),
        np.empty(room, dtype=EVENT),
        np.empty(room, dtype=EVENT),
        np.zeros(volumes, dtype=np.int64),
        np.empty(blocks * _BLOCK, dtype=_LATER),
        np.empty(blocks, dtype=np.int32),
        marks,
    )


@compiled
def _blocks(volumes: int, room: int) -> int:
    """Enough for so many events: of each volume's blocks only the last is not full."""
    return room // _BLOCK + volumes


@compiled
def roomier(calendar: Calendar) -> Calendar:
    """The same calendar with twice the room."""
    room = len(calendar.pool)
    pool = np.empty(2 * room, dtype=EVENT)
    pool[:room] = calendar.pool
    heap = np.empty(2 * room, dtype=EVENT)
    heap[:room] = calendar.heap
    blocks = _blocks(len(calendar.end), 2 * room)
    later = np.empty(blocks * _BLOCK, dtype=_LATER)
    later[: len(calendar.later)] = calendar.later
    before = np.empty(blocks, dtype=np.int32)
    before[: len(calendar.before)] = calendar.before
    return Calendar(
        calendar.per_day,
        calendar.ahead,
        calendar.bits,
        calendar.first,
        calendar.used,
        pool,
        heap,
        calendar.end,
        later,
        before,
        calendar.marks,
    )


@compiled(inline=True, borrows=True)
def room_left(calendar: Calendar) -> int:
    """Events that can still be put in."""
    return len(calendar.pool) - int(calendar.marks[_WAITING])


@compiled(inline=True, borrows=True)
def key_of(kind: int, operator: int, ordinal: int) -> int:
    """Kind, operator and ordinal in one number; operator and ordinal under ``MOST_OPERATORS``."""
    return (kind << (2 * _BITS)) | (operator << _BITS) | ordinal


@compiled(inline=True, borrows=True)
def parts_of(key: int) -> tuple[int, int, int]:
    """Kind, operator and ordinal of a key."""
    return key >> (2 * _BITS), (key >> _BITS) & _LOW, key & _LOW


@compiled(inline=True, borrows=True)
def _comes_before(day: float, key: int, other: Any) -> bool:
    return bool(day < other["day"] or (day == other["day"] and key < other["key"]))


@compiled(borrows=True)
def _put_in_heap(heap: Table, size: int, day: float, key: int, subject: int, round_: int) -> None:
    """Put an event into the first ``size`` places' heap, which has ``size + 1`` then."""
    at = size
    while at > 0:
        parent = (at - 1) >> 1
        above = heap[parent]
        if not _comes_before(day, key, above):
            break
        here = heap[at]
        here["day"] = above["day"]
        here["key"] = above["key"]
        here["subject"] = above["subject"]
        here["round"] = above["round"]
        at = parent
    here = heap[at]
    here["day"] = day
    here["key"] = key
    here["subject"] = subject
    here["round"] = round_


@compiled(borrows=True)
def _close_gap(heap: Table, size: int) -> None:
    """Refill the first place of a heap from the event after its last place, ``heap[size]``."""
    last = heap[size]
    day = last["day"]
    key = last["key"]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        below = heap[child]
        if child + 1 < size and _comes_before(
            heap[child + 1]["day"], heap[child + 1]["key"], below
        ):
            child += 1
            below = heap[child]
        if not _comes_before(below["day"], below["key"], last):
            break
        here = heap[at]
        here["day"] = below["day"]
        here["key"] = below["key"]
        here["subject"] = below["subject"]
        here["round"] = below["round"]
        at = child
    here = heap[at]
    here["day"] = day
    here["key"] = key
    here["subject"] = last["subject"]
    here["round"] = last["round"]


@compiled(inline=True, borrows=True)
def push(calendar: Calendar, day: float, key: int, subject: int, round_: int) -> None:
    """Put an event in; there must be room, and ``day`` must lie before the horizon."""
    marks = calendar.marks
    marks[_WAITING] += 1
    page = min(int(day * calendar.per_day), (len(calendar.end) << calendar.bits) - 1)
    # A day that rounding put a hair before now belongs to the heap as well.
    if page <= marks[_PAGE]:
        _put_in_heap(calendar.heap, marks[_IN_HEAP], day, key, subject, round_)
        marks[_IN_HEAP] += 1
        return
    volume = page >> calendar.bits
    if volume > marks[_VOLUME]:
        _put_in_volume(calendar, volume, day, key, subject, round_)
    else:
        _put_on_page(calendar, page - (volume << calendar.bits), day, key, subject, round_)


@compiled(inline=True, borrows=True)
def _put_on_page(
    calendar: Calendar, page: int, day: float, key: int, subject: int, round_: int
) -> None:
    """Put an event into the list of a page of the open volume, counted from its first."""
    marks = calendar.marks
    pool = calendar.pool
    place = marks[_FREE]
    if place >= 0:
        marks[_FREE] = pool[place]["next"]
    else:
        place = marks[_USED]
        marks[_USED] += 1
    event = pool[place]
    event["day"] = day
    event["key"] = key
    event["subject"] = subject
    event["round"] = round_
    event["next"] = calendar.first[page]
    calendar.first[page] = place
    calendar.used[page // _WORD] |= 1 << (page % _WORD)


@compiled(borrows=True)
def _put_in_volume(
    calendar: Calendar, volume: int, day: float, key: int, subject: int, round_: int
) -> None:
    """Write an event behind the others of a volume to come."""
    place = calendar.end[volume]
    if place % _BLOCK == 0:  # the volume's last block is full, or it has none
        marks = calendar.marks
        block = marks[_FREE_BLOCK]
        if block >= 0:
            marks[_FREE_BLOCK] = calendar.before[block]
        else:
            block = marks[_USED_BLOCKS]
            marks[_USED_BLOCKS] += 1
        calendar.before[block] = place // _BLOCK - 1
        place = block * _BLOCK
    event = calendar.later[place]
    event["day"] = day
    event["key"] = key
    event["subject"] = subject
    event["round"] = round_
    calendar.end[volume] = place + 1


@compiled(borrows=True)
def _open_volume(calendar: Calendar, volume: int) -> None:
    """Put the events of a volume on its pages, and have its blocks free for others."""
    marks = calendar.marks
    marks[_VOLUME] = volume
    opened = volume << calendar.bits
    end = calendar.end[volume]
    block = (end - 1) // _BLOCK
    events = 0
    while end > 0:
        events += end - block * _BLOCK
        for place in range(block * _BLOCK, end):
            event = calendar.later[place]
            page = int(event["day"] * calendar.per_day) - opened
            _put_on_page(
                calendar,
                min(page, len(calendar.first) - 1),
                event["day"],
                event["key"],
                event["subject"],
                event["round"],
            )
        before = calendar.before[block]
        calendar.before[block] = marks[_FREE_BLOCK]
        marks[_FREE_BLOCK] = block
        block = before
        end = (block + 1) * _BLOCK
    marks[_SOON] = calendar.ahead * (len(calendar.first) // min(events + 1, len(calendar.first)))


@compiled(inline=True, borrows=True)
def next_used(calendar: Calendar, page: int, end: int) -> int:
    """First page of the open volume with events, from ``page`` on; ``end`` if none before it."""
    if page >= end:
        return end
    used = calendar.used
    word = page // _WORD
    bits = used[word] >> (page % _WORD)
    if bits != 0:
        return min(page + first_bit(bits), end)
    word += 1
    while word * _WORD < end:
        if used[word] != 0:
            return min(word * _WORD + first_bit(used[word]), end)
        word += 1
    return end


@compiled(inline=True, borrows=True)
def _turn_page(calendar: Calendar) -> None:
    """Move the events of the next page that has any into the heap, which is empty."""
    first = calendar.first
    pool = calendar.pool
    marks = calendar.marks
    page = marks[_PAGE] + 1 - (marks[_VOLUME] << calendar.bits)
    while True:
        page = next_used(calendar, page, len(first))
        if page < len(first):
            break
        _open_volume(calendar, marks[_VOLUME] + 1)
        page = 0
    marks[_PAGE] = (marks[_VOLUME] << calendar.bits) + page
    place = int(first[page])
    first[page] = -1
    calendar.used[page // _WORD] ^= 1 << (page % _WORD)
    size = 0
    while place >= 0:
        event = pool[place]
        _put_in_heap(
            calendar.heap, size, event["day"], event["key"], event["subject"], event["round"]
        )
        size += 1
        after = event["next"]
        event["next"] = marks[_FREE]
        marks[_FREE] = place
        place = after
    marks[_IN_HEAP] = size


@compiled(inline=True, borrows=True)
def pop(calendar: Calendar) -> tuple[float, int, int, int]:
    """Take the next event out: its day, key, subject and round; day inf if there is none."""
    marks = calendar.marks
    if marks[_WAITING] == 0:
        return math.inf, 0, 0, 0
    if marks[_IN_HEAP] == 0:
        _turn_page(calendar)
    marks[_WAITING] -= 1
    marks[_IN_HEAP] -= 1
    heap = calendar.heap
    top = heap[0]
    day = float(top["day"])
    key = int(top["key"])
    subject = int(top["subject"])
    round_ = int(top["round"])
    if marks[_IN_HEAP] > 0:
        _close_gap(heap, marks[_IN_HEAP])
    return day, key, subject, round_


@compiled(inline=True, borrows=True)
def soon(calendar: Calendar) -> tuple[int, int]:
    """The next pages that come soon, from one to before another; each page is named once."""
    marks = calendar.marks
    opened = marks[_VOLUME] << calendar.bits
    page = max(marks[_NAMED], marks[_PAGE]) + 1
    end = min(marks[_PAGE] + marks[_SOON], opened + len(calendar.first) - 1) + 1
    marks[_NAMED] = end - 1
    return page - opened, end - opened
