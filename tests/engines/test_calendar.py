"""The event calendar of the C program against Python's own heap."""

from __future__ import annotations

import ctypes
import heapq
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterban.core import native, sources
from afterban.engines.compiled import MOST_OPERATORS

HORIZON = 10.0
SOURCE = """
#include <stdlib.h>
#include "engine.c"
typedef struct { Memory memory; Calendar calendar; } Alone;
i64 afterban_test_key(i64 kind, i64 operator_, i64 ordinal) {
    return key_of(kind, operator_, ordinal);
}
Alone *afterban_test_new(double horizon, i64 pages, i64 room) {
    Alone *b = calloc(1, sizeof *b);
    i64 size = 1 << 20;
    b->memory = memory_at(malloc((size_t)size), size);
    return begin_calendar(&b->memory, &b->calendar, horizon, pages, room) ? b : NULL;
}
i64 afterban_test_push(Alone *b, double day, i64 key, i64 subject) {
    if (!make_room(&b->memory, &b->calendar, 1)) return 0;
    push(&b->calendar, (Event){.day = day, .key = key, .subject = (i32)subject});
    return 1;
}
i64 afterban_test_pop(Alone *b, Event *out) { return pop(&b->calendar, out); }
i64 afterban_test_used(const Alone *b) { return b->calendar.used; }
"""


class Event(ctypes.Structure):
    _fields_ = (
        ("day", ctypes.c_double),
        ("key", ctypes.c_int64),
        ("subject", ctypes.c_int32),
        ("round", ctypes.c_int32),
    )


class Calendar:
    """A calendar of the C program."""

    def __init__(self, library, horizon, pages, room):
        self.library = library
        self.at = library.afterban_test_new(ctypes.c_double(horizon), pages, room)
        assert self.at

    def push(self, day, key, subject=0):
        assert self.library.afterban_test_push(self.at, ctypes.c_double(day), key, subject)

    def pop(self):
        """Day, key and subject of the next event; None if there is none."""
        out = Event()
        if not self.library.afterban_test_pop(self.at, ctypes.byref(out)):
            return None
        return out.day, out.key, out.subject


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    command = native.compiler()
    if command is None:
        pytest.skip("there is no C compiler")
    folder = tmp_path_factory.mktemp("calendar")
    source = folder / "calendar_alone.c"
    source.write_text(SOURCE)
    made = folder / "calendar.so"
    native.build(command, made, source, (*native.FLAGS, "-O0", f"-I{sources.SOURCE.parent}"))
    library = ctypes.CDLL(str(made))
    handle, number = ctypes.c_void_p, ctypes.c_int64
    library.afterban_test_key.argtypes = [number] * 3
    library.afterban_test_key.restype = number
    library.afterban_test_new.argtypes = [ctypes.c_double, number, number]
    library.afterban_test_new.restype = handle
    library.afterban_test_push.argtypes = [handle, ctypes.c_double, number, number]
    library.afterban_test_push.restype = number
    library.afterban_test_pop.argtypes = [handle, ctypes.POINTER(Event)]
    library.afterban_test_pop.restype = number
    library.afterban_test_used.argtypes = [handle]
    library.afterban_test_used.restype = number
    return library


def test_keys_sort_as_kind_operator_ordinal(library):
    parts = [
        (kind, operator, ordinal)
        for kind in (1, 2, 14)
        for operator in (0, 7, MOST_OPERATORS - 1)
        for ordinal in (0, 3, MOST_OPERATORS - 1)
    ]
    keys = [library.afterban_test_key(*part) for part in parts]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


@given(
    st.sampled_from([1, 2, 8, 64]),
    st.lists(st.tuples(st.floats(0.0, 9.99), st.integers(1, 14), st.integers(0, 5)), max_size=200),
    st.lists(st.floats(0.0, 3.0), max_size=60),
)
@settings(max_examples=100)
def test_events_leave_in_their_order(library, pages, events, later):
    calendar = Calendar(library, HORIZON, pages, 8)
    expected: list[tuple[float, int, int]] = []

    def push(day: float, kind: int, operator: int, number: int) -> None:
        key = library.afterban_test_key(kind, operator, number)
        calendar.push(day, key, number)
        heapq.heappush(expected, (day, key, number))

    for number, (day, kind, operator) in enumerate(events):
        push(day, kind, operator, number)
    for number, wait in enumerate(later):
        found = calendar.pop()
        if found is None:
            break
        assert found == heapq.heappop(expected)
        # Zero waits, and days that rounding puts a hair before now, are among what is pushed.
        day = found[0] + wait if number % 3 else math.nextafter(found[0], -1.0)
        if day < HORIZON:
            push(max(day, 0.0), 1 + number % 14, number % 5, 1000 + number)
    left = []
    while (found := calendar.pop()) is not None:
        left.append(found)
    assert left == [heapq.heappop(expected) for _ in range(len(expected))]
    assert calendar.pop() is None


@pytest.mark.parametrize("pages", [1, 3, 8])
@pytest.mark.parametrize("horizon", [1.0, 0.9, 6.7, 7.1, 1.7, 3.4])  # some are rounded up
def test_the_last_instant_has_a_page(library, pages, horizon):
    calendar = Calendar(library, horizon, pages, 4)
    last = math.nextafter(horizon, 0.0)
    for day in (0.0, last, 0.99 * horizon):
        calendar.push(day, library.afterban_test_key(1, 0, 0))
    assert [calendar.pop()[0] for _ in range(2)] == [0.0, 0.99 * horizon]
    calendar.push(last, library.afterban_test_key(1, 1, 0), 1)  # now into the page that is open
    assert [calendar.pop()[::2] for _ in range(2)] == [(last, 0), (last, 1)]


def test_places_are_used_again(library):
    calendar = Calendar(library, HORIZON, 16, 4)
    for k in range(5000):
        calendar.push(0.0019 * (k + 1), library.afterban_test_key(1, 0, 0))
        assert calendar.pop()[0] == 0.0019 * (k + 1)
    assert library.afterban_test_used(calendar.at) <= 2
