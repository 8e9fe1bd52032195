"""The queue of events against Python's own heap."""

import heapq
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterban.engines import queue

HORIZON = 10.0


def test_keys_sort_as_kind_operator_ordinal():
    parts = [
        (kind, operator, ordinal)
        for kind in (1, 2, 14)
        for operator in (0, 7, queue.MOST_OPERATORS - 1)
        for ordinal in (0, 3, queue.MOST_OPERATORS - 1)
    ]
    keys = [queue.key_of(*part) for part in parts]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)
    assert [queue.parts_of(key) for key in keys] == parts


@given(
    st.integers(1, 64),
    st.lists(st.tuples(st.floats(0.0, 9.99), st.integers(1, 14), st.integers(0, 5)), max_size=60),
    st.lists(st.floats(0.0, 3.0), max_size=60),
)
@settings(max_examples=60, deadline=None)
def test_events_leave_in_their_order(buckets, events, later):
    calendar = queue.empty(HORIZON, buckets, 8)
    expected: list[tuple[float, int, int, int]] = []

    def push(day: float, kind: int, operator: int, number: int) -> None:
        nonlocal calendar
        if queue.room_left(calendar) == 0:
            calendar = queue.roomier(calendar)
        key = queue.key_of(kind, operator, number)
        queue.push(calendar, day, key, number, -number)
        heapq.heappush(expected, (day, key, number, -number))

    for number, (day, kind, operator) in enumerate(events):
        push(day, kind, operator, number)
    for number, wait in enumerate(later):
        now, *_ = found = queue.pop(calendar)
        if now == math.inf:
            break
        assert found == heapq.heappop(expected)
        # Zero waits, and days that rounding puts a hair before now, are among what is pushed.
        day = now + wait if number % 3 else math.nextafter(now, -1.0)
        if day < HORIZON:
            push(day, 1 + number % 14, number % 5, 100 + number)
    left = []
    while (found := queue.pop(calendar))[0] < math.inf:
        left.append(found)
    assert left == [heapq.heappop(expected) for _ in range(len(expected))]
    assert queue.pop(calendar)[0] == math.inf


def test_places_are_used_again():
    calendar = queue.empty(HORIZON, 16, 4)
    for day in np.linspace(1.0, 9.0, 500):
        queue.push(calendar, float(day), queue.key_of(1, 0, 0), 0, 0)
        assert queue.room_left(calendar) == 3
        assert queue.pop(calendar)[0] == pytest.approx(day, rel=0, abs=0)
    assert queue.room_left(calendar) == 4
