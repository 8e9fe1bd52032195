"""The event calendar against Python's own heap."""

import heapq
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterban.engines import calendar as to_come

HORIZON = 10.0


def test_keys_sort_as_kind_operator_ordinal():
    parts = [
        (kind, operator, ordinal)
        for kind in (1, 2, 14)
        for operator in (0, 7, to_come.MOST_OPERATORS - 1)
        for ordinal in (0, 3, to_come.MOST_OPERATORS - 1)
    ]
    keys = [to_come.key_of(*part) for part in parts]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)
    assert [to_come.parts_of(key) for key in keys] == parts


@given(
    st.integers(1, 9),
    st.sampled_from([1, 2, 8, 64]),
    st.lists(st.tuples(st.floats(0.0, 9.99), st.integers(1, 14), st.integers(0, 5)), max_size=200),
    st.lists(st.floats(0.0, 3.0), max_size=60),
)
@settings(max_examples=100, deadline=None)
def test_events_leave_in_their_order(volumes, pages, events, later):
    calendar = to_come.empty_calendar(HORIZON, volumes, pages, 8)
    expected: list[tuple[float, int, int, int]] = []

    def push(day: float, kind: int, operator: int, number: int) -> None:
        nonlocal calendar
        if to_come.room_left(calendar) == 0:
            calendar = to_come.roomier(calendar)
        key = to_come.key_of(kind, operator, number)
        to_come.push(calendar, day, key, number, -number)
        heapq.heappush(expected, (day, key, number, -number))

    for number, (day, kind, operator) in enumerate(events):
        push(day, kind, operator, number)
    for number, wait in enumerate(later):
        now, *_ = found = to_come.pop(calendar)
        if now == math.inf:
            break
        assert found == heapq.heappop(expected)
        # Zero waits, and days that rounding puts a hair before now, are among what is pushed.
        day = now + wait if number % 3 else math.nextafter(now, -1.0)
        if day < HORIZON:
            push(day, 1 + number % 14, number % 5, 100 + number)
    left = []
    while (found := to_come.pop(calendar))[0] < math.inf:
        left.append(found)
    assert left == [heapq.heappop(expected) for _ in range(len(expected))]
    assert to_come.pop(calendar)[0] == math.inf


@pytest.mark.parametrize("volumes", [1, 3, 7])
@pytest.mark.parametrize("pages", [1, 8])
@pytest.mark.parametrize("horizon", [1.0, 0.9, 6.7, 7.1, 1.7, 3.4])  # some are rounded up
def test_the_last_instant_has_a_page(volumes, pages, horizon):
    calendar = to_come.empty_calendar(horizon, volumes, pages, 4)
    last = math.nextafter(horizon, 0.0)
    for day in (0.0, last, 0.99 * horizon):
        to_come.push(calendar, day, to_come.key_of(1, 0, 0), 0, 0)
    assert [to_come.pop(calendar)[0] for _ in range(2)] == [0.0, 0.99 * horizon]
    to_come.push(calendar, last, to_come.key_of(1, 1, 0), 1, 0)  # now into the volume that is open
    assert [to_come.pop(calendar)[::2] for _ in range(2)] == [(last, 0), (last, 1)]


@pytest.mark.parametrize("volumes", [1, 5, 1000])
def test_places_are_used_again(volumes):
    calendar = to_come.empty_calendar(HORIZON, volumes, 16, 4)
    for day in np.linspace(1.0, 9.0, 500):
        to_come.push(calendar, float(day), to_come.key_of(1, 0, 0), 0, 0)
        assert to_come.room_left(calendar) == 3
        assert to_come.pop(calendar)[0] == pytest.approx(day, rel=0, abs=0)
    assert to_come.room_left(calendar) == 4


def test_memory_of_past_volumes_is_used_again():
    """A thousand events at a time, in other volumes each time, in the room of a thousand."""
    calendar = to_come.empty_calendar(HORIZON, 64, 4, 1000)
    random = np.random.default_rng(1)
    for day in range(9):
        for number, event in enumerate(np.sort(random.uniform(day + 0.5, day + 1.0, 1000))):
            to_come.push(calendar, float(event), to_come.key_of(1, number, 0), number, day)
        assert to_come.room_left(calendar) == 0
        assert [to_come.pop(calendar)[2:] for _ in range(1000)] == [(k, day) for k in range(1000)]


def test_soon_names_the_pages_ahead_once_and_before_their_time():
    ahead, volumes, pages = 3, 4, 8
    calendar = to_come.empty_calendar(float(volumes * pages), volumes, pages, 100, ahead)
    days = [0, 1, 2, 5, 6, 7, 11, 12, 20, 31]
    for day in days:
        to_come.push(calendar, day + 0.5, to_come.key_of(1, day, 0), 0, 0)
    named: list[int] = []
    for day in days:
        assert to_come.pop(calendar)[0] == day + 0.5
        first = day - day % pages  # of the open volume
        page, end = to_come.soon(calendar)
        new = range(first + page, first + end)
        # As many pages as there are on average for so many events when the volume is opened.
        reach = ahead * (pages // (sum(first <= other < first + pages for other in days) + 1))
        reach = ahead if first == 0 else reach
        assert all(day < page <= day + reach for page in new)
        named += new
        assert to_come.soon(calendar) == (end, end)
        # All that lie that near are named by now, but for those of a volume to come.
        near = range(day + 1, day + reach + 1)
        assert set(named) >= {page for page in near if page < first + pages}
    assert len(named) == len(set(named))


def test_a_volume_has_a_power_of_two_of_pages():
    with pytest.raises(ValueError, match="12 pages of a volume are not a power of two"):
        to_come.empty_calendar(HORIZON, 3, 12, 10)


def test_the_next_page_that_has_events():
    pages = 256
    calendar = to_come.empty_calendar(float(pages), 1, pages, 100)
    used = [3, 31, 32, 33, 64, 200, 255]
    for day in used:
        to_come.push(calendar, day + 0.5, to_come.key_of(1, day, 0), 0, 0)
    for page in range(pages + 1):
        for end in (page, pages // 2, pages):
            expected = min([other for other in used if page <= other < end], default=end)
            assert to_come.next_used(calendar, page, end) == expected or page > end
    for day in used:
        assert to_come.pop(calendar)[0] == day + 0.5
        assert to_come.next_used(calendar, 0, pages) == min(
            [other for other in used if other > day], default=pages
        )
