"""Instructions of the processor against what they mean in Python."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterban import instructions
from afterban.jit import COMPILED, compiled

pytestmark = pytest.mark.skipif(not COMPILED, reason="numba is not installed")


@pytest.fixture(scope="module")
def in_python():
    """The module as it is where nothing is compiled."""
    found = importlib.util.find_spec("afterban.instructions")
    module = importlib.util.module_from_spec(found)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("afterban.jit.COMPILED", False)
        found.loader.exec_module(module)
    return module


@compiled
def places(rows, at, byte):
    return instructions.places_of(rows[at], byte)


@compiled
def fetch(array, index, offset):
    instructions.fetch_ahead(array, index, offset)
    return array[index]


@compiled
def lowest(word):
    return instructions.first_bit(word)


@given(st.integers(1, 2**32 - 1))
def test_the_first_bit(in_python, word):
    assert lowest(word) == in_python.first_bit(word) == f"{word:b}"[::-1].index("1")
    assert lowest(word << 1) == lowest(word) + 1


@given(st.binary(min_size=48, max_size=48), st.integers(0, 2), st.integers(0, 255))
def test_places_of_a_byte(in_python, content, at, byte):
    rows = np.frombuffer(content, dtype=np.uint8).reshape(3, 16).copy()
    for wanted in {byte, int(rows[at, 0]), int(rows[at, 15])}:
        expected = in_python.places_of(rows[at], wanted)
        assert places(rows, at, wanted) == expected
        assert expected == sum(1 << k for k in np.flatnonzero(rows[at] == wanted).tolist())


@pytest.mark.smoke
def test_fetching_changes_nothing_even_past_the_end(in_python):
    array = np.arange(5.0)
    assert fetch(array, 3, 64) == 3.0
    assert fetch(array, 4, 10**9) == 4.0
    assert in_python.fetch_ahead(array, 4, 10**9) is None
