"""Synthetic handles: unique, short, and as near to each other as they are said to be."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, Levenshtein

from afterban.model import handles

SEED, REPLICATION = 3, 1
CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789_"
HANDLE = st.text(st.sampled_from("ab01_"), max_size=15) | st.text(
    st.sampled_from(CHARACTERS), max_size=15
)

NAME = HANDLE.filter(bool)


def base(operator, seed=SEED, replication=REPLICATION):
    row = np.zeros(handles.ROW, dtype=np.uint8)
    handles.base_handle(seed, replication, operator, row)
    return handles.text(row)


def near(handle, operator, life=2):
    before = handles.row_of(handle)
    row = np.zeros_like(before)
    handles.near_identical_handle(SEED, REPLICATION, operator, life, before, row)
    return handles.text(row)


@given(HANDLE, HANDLE)
def test_distance_against_rapidfuzz(one, other):
    measured = handles.edit_distance(handles.row_of(one), handles.row_of(other))
    assert measured == OSA.distance(one, other)


@given(st.lists(st.tuples(NAME, NAME), min_size=4, max_size=4))
def test_four_distances_at_a_time(pairs):
    rows = [handles.row_of(name) for pair in pairs for name in pair]
    four = handles.edit_distances(*rows)
    measured = [(four >> 16 * k) & 0xFFFF for k in range(4)]
    assert measured == [OSA.distance(one, other) for one, other in pairs]


def test_the_distance_is_the_one_that_counts_a_swap_as_one():
    one, other = handles.row_of("kabilo"), handles.row_of("kbailo")
    assert handles.edit_distance(one, other) == 1 != Levenshtein.distance("kabilo", "kbailo")
    # ... and does not edit what it has swapped.
    assert handles.edit_distance(handles.row_of("ca"), handles.row_of("abc")) == 3


@given(st.text(st.sampled_from(CHARACTERS), max_size=15))
def test_row_and_text(handle):
    assert handles.text(handles.row_of(handle)) == handle


def test_a_long_handle_is_refused():
    with pytest.raises(ValueError, match="16 characters"):
        handles.row_of("a" * 16)


def test_no_two_operators_share_a_first_handle():
    names = [base(operator) for operator in range(200_000)]
    assert len(set(names)) == len(names)
    assert all(10 <= len(name) <= 12 for name in names)
    with_digits = np.mean([name[-1].isdigit() for name in names])
    # 4.4 standard errors: a right share fails once in 10^5.
    assert abs(with_digits - 1 / 3) < 4.4 * math.sqrt(2 / 9 / len(names))
    # Other worlds have other names.
    assert len({base(k, replication=2) for k in range(1000)} & set(names[:1000])) == 0
    assert len({base(k, seed=4) for k in range(1000)} & set(names[:1000])) == 0


@pytest.fixture(scope="module")
def chains():
    """Pairs of a handle and its near-identical successor, along lineages of 12 lives."""
    pairs = []
    for operator in range(2500):
        handle = base(operator)
        for life in range(2, 14):
            successor = near(handle, operator, life)
            pairs.append((handle, successor))
            handle = successor
    return pairs


def test_near_identical_is_one_or_two_edits_and_never_none(chains):
    distances = {OSA.distance(*pair) for pair in chains}
    assert distances == {1, 2}
    assert all(len(name) <= handles.LONGEST for pair in chains for name in pair)
    assert all(set(name) <= set(CHARACTERS) for pair in chains for name in pair)
    # Lineages do reach the longest handle, so that its rules are at work.
    assert sum(len(successor) == handles.LONGEST for _, successor in chains) > 1000


def test_four_in_ten_are_one_edit_apart():
    first = [OSA.distance(base(k), near(base(k), k)) for k in range(20_000)]
    share = np.mean(np.array(first) == 1)
    # 4.4 standard errors: a right share fails once in 10^5.
    assert abs(share - handles.ONE_EDIT) < 4.4 * math.sqrt(0.24 / len(first))


@given(st.text(st.sampled_from("ab0_"), min_size=1, max_size=15), st.integers(0, 10**6))
def test_any_handle_has_near_identical_ones(handle, operator):
    assert 1 <= OSA.distance(handle, near(handle, operator)) <= 2


def test_a_full_handle_with_one_digit_still_changes():
    # Two edits of its only digit are one edit: the drawn number cannot always be reached.
    assert {OSA.distance("abcdefghijklmn0", near("abcdefghijklmn0", k)) for k in range(300)} == {1}


def test_the_kinds_of_edit_are_those_of_the_record():
    kinds = {"digit": 0, "doubled": 0, "separator": 0, "swap": 0}
    single = 0
    for k in range(30_000):
        before = base(k)
        after = near(before, k)
        if OSA.distance(before, after) != 1:
            continue
        single += 1
        if Levenshtein.distance(before, after) == 2:
            kinds["swap"] += 1
        elif "_" in after:
            kinds["separator"] += 1
        elif [c for c in before if not c.isdigit()] == [c for c in after if not c.isdigit()]:
            kinds["digit"] += 1
        else:
            kinds["doubled"] += 1
    # Doubling a digit looks like a digit edit: one in thirteen to one in six of the doublings of a
    # handle with two digits.
    assert sum(kinds.values()) == single > 10_000
    shares = {kind: n / single for kind, n in kinds.items()}
    assert shares["separator"] == pytest.approx(0.3, abs=4.4 * math.sqrt(0.21 / single))
    assert shares["digit"] + shares["doubled"] == pytest.approx(0.6, abs=0.02)
    assert shares["swap"] == pytest.approx(0.1, abs=0.015)
    assert 0.3 - 0.015 < shares["digit"] < 0.3 + 0.35 / 3 * 2 / 12 + 0.015


@pytest.mark.parametrize("probability", [0.0, 0.6, 1.0])
def test_successors_are_near_identical_as_often_as_asked(probability):
    n, close = 4000, 0
    for operator in range(n):
        before = handles.row_of(base(operator))
        row = np.zeros_like(before)
        handles.next_handle(SEED, REPLICATION, operator, 2, probability, before, row)
        close += OSA.distance(base(operator), handles.text(row)) <= 2
    error = math.sqrt(probability * (1 - probability) / n)
    assert abs(close / n - probability) <= 4.4 * error + 1e-3 * (probability < 1)


def test_a_handle_belongs_to_its_key():
    assert near("kabilo", 5) == near("kabilo", 5)
    assert len({near("kabilodami", k) for k in range(50)}) > 20
    assert len({near("kabilodami", 5, life) for life in range(50)}) > 20


def test_many_base_names_are_those_of_one_call_each():
    rows = np.full((500, handles.ROW), 255, dtype=np.uint8)
    handles.base_handles(SEED, REPLICATION, rows)
    assert [handles.text(one) for one in rows] == [base(operator) for operator in range(500)]
