"""Synthetic handles: unique, short, and as near to each other as they are said to be."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, Levenshtein

from afterban.mechanisms import handles

# L42: four of ten links are one edit apart, three change digits; doubled letters and separators.
ONE_EDIT = 0.4
KINDS = {"digits": 0.3, "doubled": 0.35, "separator": 0.35, "swap": 0.0}
SEED, REPLICATION = 3, 1
CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789_"
HANDLE = st.text(st.sampled_from("ab01_"), max_size=15) | st.text(
    st.sampled_from(CHARACTERS), max_size=15
)


def base(operator, seed=SEED, replication=REPLICATION):
    row = np.zeros(handles.ROW, dtype=np.uint8)
    handles.base_handle(seed, replication, operator, row)
    return handles.text(row)


def links(kinds=KINDS, one=ONE_EDIT):
    """Shares of links as the model reads them."""
    return np.array([one, *np.cumsum(list(kinds.values()))[:-1]])


LINKS = links()


def near(handle, operator, life=2, links=LINKS):
    before = handles.row_of(handle)
    row = np.zeros_like(before)
    handles.near_identical_handle(SEED, REPLICATION, operator, life, links, before, row)
    return handles.text(row)


@given(HANDLE, HANDLE)
def test_distance_against_rapidfuzz(one, other):
    measured = handles.edit_distance(handles.row_of(one), handles.row_of(other))
    assert measured == OSA.distance(one, other)


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


@pytest.mark.slow
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


@pytest.mark.slow
def test_near_identical_is_one_or_two_edits_and_never_none(chains):
    distances = {OSA.distance(*pair) for pair in chains}
    assert distances == {1, 2}
    assert all(len(name) <= handles.LONGEST for pair in chains for name in pair)
    assert all(set(name) <= set(CHARACTERS) for pair in chains for name in pair)
    # Lineages do reach the longest handle, so that its rules are at work.
    assert sum(len(successor) == handles.LONGEST for _, successor in chains) > 1000


@pytest.mark.slow
def test_four_in_ten_are_one_edit_apart():
    first = [OSA.distance(base(k), near(base(k), k)) for k in range(20_000)]
    share = np.mean(np.array(first) == 1)
    # 4.4 standard errors: a right share fails once in 10^5.
    assert abs(share - ONE_EDIT) < 4.4 * math.sqrt(0.24 / len(first))


@given(st.text(st.sampled_from("ab0_"), min_size=1, max_size=15), st.integers(0, 10**6))
def test_any_handle_has_near_identical_ones(handle, operator):
    assert 1 <= OSA.distance(handle, near(handle, operator)) <= 2


def kind_of(before, after):
    """What the edits of a link are, from its two handles alone."""
    if before.replace("_", "") == after.replace("_", ""):
        return "separator"
    if re.sub(r"\d", "", before) == re.sub(r"\d", "", after):
        return "digits"
    if re.sub(r"([a-z])\1*", r"\1", before) == re.sub(r"([a-z])\1*", r"\1", after):
        return "doubled"
    return "swap" if sorted(before) == sorted(after) else "other"


OTHERS = {"digits": 0.1, "doubled": 0.2, "separator": 0.3, "swap": 0.4}


@pytest.mark.slow
@pytest.mark.parametrize("kinds", [KINDS, OTHERS])
def test_the_shares_of_links_are_those_that_are_given(kinds):
    n = 20_000
    found = [kind_of(base(k), near(base(k), k, links=links(kinds))) for k in range(n)]
    for kind, share in kinds.items():
        # 4.4 standard errors: a right share fails once in 10^5.
        error = 4.4 * math.sqrt(share * (1 - share) / n)
        assert abs(found.count(kind) / n - share) <= error, kind


@pytest.mark.slow
def test_and_stay_so_along_a_lineage(chains):
    """Where one extra makes way for another, a link is neither the one kind nor the other."""
    found = [kind_of(*pair) for pair in chains]
    unclear = found.count("other") / len(found)
    assert unclear < 0.08
    for kind, share in KINDS.items():
        assert -unclear - 0.01 < found.count(kind) / len(found) - share < 0.01, kind
    assert abs(found.count("digits") / len(found) - KINDS["digits"]) < 0.012
    one = np.mean([OSA.distance(*pair) == 1 for pair in chains])
    assert abs(one - ONE_EDIT) < 4.4 * math.sqrt(0.24 / len(chains))


@pytest.mark.parametrize("probability", [0.0, 0.6, 1.0])
def test_successors_are_near_identical_as_often_as_asked(probability):
    n, close = 4000, 0
    for operator in range(n):
        before = handles.row_of(base(operator))
        row = np.zeros_like(before)
        handles.next_handle(SEED, REPLICATION, operator, 2, probability, LINKS, before, row)
        close += OSA.distance(base(operator), handles.text(row)) <= 2
    error = math.sqrt(probability * (1 - probability) / n)
    assert abs(close / n - probability) <= 4.4 * error + 1e-3 * (probability < 1)


def test_a_handle_belongs_to_its_key():
    assert near("kabilo", 5) == near("kabilo", 5)
    assert len({near("kabilodami", k) for k in range(50)}) > 20
    assert len({near("kabilodami", 5, life) for life in range(50)}) > 20
