"""The compiled engine's queue of events: a calendar whose page of today is a small heap.

The time axis is cut into equal buckets.  An event of a later bucket waits in that bucket's linked
list, unsorted; when its bucket comes, the list moves into a binary heap, from which events leave
in their total order.  So an event costs the logarithm of its bucket's size, not of the number of
events that wait (Brown 1988, "Calendar queues", CACM 31(10), 1220-1227).

Order: by day, and within one instant as :mod:`afterban.engines.events` says.
Test: ``tests/engines/test_queue.py``.
"""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from afterban.instructions import fetch_ahead
from afterban.jit import compiled

# The list links are part of an event, so that one memory access fetches all of it.
EVENT: Final = np.dtype(
    [
        ("day", np.float64),
        ("key", np.int64),  # kind, operator and ordinal in one number that sorts as they do
        ("subject", np.int32),  # row of the account, or of the case, that it is about
        ("round", np.int32),  # review of that account after which it was planned
        ("next", np.int64),  # next event of the bucket, or next free place; -1 at the end
    ]
)

_BITS: Final = 29  # of an operator's number and of an ordinal; the kind has the rest
_LOW: Final = (1 << _BITS) - 1
MOST_OPERATORS: Final = 1 << _BITS

_BUCKET: Final = 0  # marks: the bucket that is in the heap
_IN_HEAP: Final = 1  # events in the heap
_USED: Final = 2  # places of the pool that were ever used
_FREE: Final = 3  # first place that is free again, -1 if none
_WAITING: Final = 4  # events in all
_MARKS: Final = 5

Table = npt.NDArray[Any]
Integers = npt.NDArray[np.int64]


class Calendar(NamedTuple):
    """Events to come.  ``pool`` and ``heap`` have room for as many each as may wait in all."""

    per_day: float  # buckets
    first: npt.NDArray[np.int32]  # [buckets] first event of each bucket's list, -1 if none
    pool: Table  # EVENT
    heap: Table  # EVENT
    marks: Integers


def empty(horizon: float, buckets: int, room: int) -> Calendar:
    """A calendar of ``horizon`` days without events, with room for so many.

    Not compiled: numpy asks the system for large pages of memory, numba does not.
    """
    marks = np.zeros(_MARKS, dtype=np.int64)
    marks[_FREE] = -1
    return Calendar(
        buckets / horizon,
        np.full(buckets, -1, dtype=np.int32),
        np.empty(room, dtype=EVENT),
        np.empty(room, dtype=EVENT),
        marks,
    )


@compiled
def roomier(calendar: Calendar) -> Calendar:
    """The same calendar with twice the room."""
    room = len(calendar.pool)
    pool = np.empty(2 * room, dtype=EVENT)
    pool[:room] = calendar.pool
    heap = np.empty(2 * room, dtype=EVENT)
    heap[:room] = calendar.heap
    return Calendar(calendar.per_day, calendar.first, pool, heap, calendar.marks)


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


@compiled(borrows=True)
def push(calendar: Calendar, day: float, key: int, subject: int, round_: int) -> None:
    """Put an event in; there must be room, and ``day`` must lie before the horizon."""
    marks = calendar.marks
    marks[_WAITING] += 1
    bucket = min(int(day * calendar.per_day), len(calendar.first) - 1)
    # A day that rounding put a hair before now belongs to the heap as well.
    if bucket <= marks[_BUCKET]:
        _put_in_heap(calendar.heap, marks[_IN_HEAP], day, key, subject, round_)
        marks[_IN_HEAP] += 1
        return
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
    event["next"] = calendar.first[bucket]
    calendar.first[bucket] = place


@compiled(inline=True, borrows=True)
def _fetch_pages(calendar: Calendar, bucket: int) -> None:
    """Have the first events of the next pages fetched: they lie anywhere in the pool's memory."""
    first = calendar.first
    pool = calendar.pool
    if bucket + 2 >= len(first):
        return
    head = int(first[bucket + 2])
    if head >= 0:
        fetch_ahead(pool, head, 0)
    head = int(first[bucket + 1])
    if head >= 0:
        second = int(pool[head]["next"])
        if second >= 0:
            fetch_ahead(pool, second, 0)


@compiled(borrows=True)
def _turn_page(calendar: Calendar) -> None:
    """Move the events of the next bucket that has any into the heap, which is empty."""
    first = calendar.first
    pool = calendar.pool
    marks = calendar.marks
    bucket = marks[_BUCKET] + 1
    while first[bucket] < 0:
        bucket += 1
    marks[_BUCKET] = bucket
    _fetch_pages(calendar, bucket)
    place = int(first[bucket])
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


@compiled(borrows=True)
def pop(calendar: Calendar) -> tuple[float, int, int, int]:
    """Take the next event out: its day, key, subject and round; day inf if there is none."""
    marks = calendar.marks
    if marks[_WAITING] == 0:
        return math.inf, 0, 0, 0
    if marks[_IN_HEAP] == 0:  # only before the first event: later pages are turned in time
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
    elif marks[_WAITING] > 0:
        _turn_page(calendar)
    return day, key, subject, round_


@compiled(inline=True, borrows=True)
def next_key(calendar: Calendar) -> int:
    """Key of the event that will be next if nothing earlier is put in, -1 if none waits."""
    return int(calendar.heap[0]["key"]) if calendar.marks[_IN_HEAP] > 0 else -1
