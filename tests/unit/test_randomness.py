"""The generator against its published vectors, and draws against the properties they promise."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from afterban import randomness
from afterban.randomness import (
    WORLD_NEIGHBOUR,
    philox4x32,
    uniforms,
    uniforms_of_operators,
    uniforms_of_ordinals,
    uniforms_of_pairs,
)

WORD = st.integers(0, 2**32 - 1)

# Salmon et al. 2011, Random123's known-answer vectors for philox4x32-10: counter, key, result.
VECTORS = [
    (
        (0, 0, 0, 0),
        (0, 0),
        (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8),
    ),
    (
        (0xFFFFFFFF,) * 4,
        (0xFFFFFFFF,) * 2,
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


def philox_of_the_paper(counter, key, rounds=10, multiplier=0xD2511F53):
    """Written from the paper, in integers without limit: high and low word of each product."""
    (x0, x1, x2, x3), (k0, k1) = counter, key
    for _ in range(rounds):
        high0, low0 = divmod(multiplier * x0, 2**32)
        high1, low1 = divmod(0xCD9E8D57 * x2, 2**32)
        x0, x1, x2, x3 = high1 ^ x1 ^ k0, low1, high0 ^ x3 ^ k1, low0
        k0, k1 = (k0 + 0x9E3779B9) % 2**32, (k1 + 0xBB67AE85) % 2**32
    return x0, x1, x2, x3


@pytest.mark.parametrize(("counter", "key", "result"), VECTORS)
def test_published_vectors(counter, key, result):
    assert philox4x32(*counter, *key) == result
    assert philox_of_the_paper(counter, key) == result
    # A round or a bit less, and the vectors do not come out.
    assert philox_of_the_paper(counter, key, rounds=9) != result
    assert philox_of_the_paper(counter, key, multiplier=0xD2511F52) != result


@given(st.tuples(WORD, WORD, WORD, WORD), st.tuples(WORD, WORD))
def test_any_counter_and_key(counter, key):
    assert philox4x32(*counter, *key) == philox_of_the_paper(counter, key)


@given(st.tuples(WORD, WORD, WORD, WORD, WORD, WORD))
def test_the_place_of_each_part_of_the_key(key):
    # Results of earlier versions can be made again only while this stays as it is.
    seed, replication, decision, operator, life, ordinal = key
    words = philox_of_the_paper((operator, life, ordinal, decision), (seed, replication))
    bits = [(words[k] >> 6) * 2**26 + (words[k + 1] >> 6) for k in (0, 2)]
    assert uniforms(*key) == tuple((b + 0.5) / 2**52 for b in bits)


@given(st.tuples(WORD, WORD, WORD, WORD, WORD, WORD))
def test_draws_are_odd_multiples_of_two_to_the_minus_53(key):
    # So they are never 0 or 1, whatever the words: 0 < odd < 2^53.
    for u in uniforms(*key):
        scaled = u * 2.0**53
        assert scaled == int(scaled)
        assert int(scaled) % 2 == 1
        assert 0.0 < u < 1.0
        assert math.isfinite(math.log(u))
        assert math.isfinite(math.log1p(-u))


def test_every_part_of_the_key_matters_and_none_is_mixed_up():
    keys = list(itertools.product(range(3), repeat=6))
    draws = [uniforms(*key) for key in keys]
    assert len(set(draws)) == len(keys)
    assert len({u for pair in draws for u in pair}) == 2 * len(keys)


PARTS = ("seed", "replication", "decision", "operator", "life", "ordinal")


def along(part, n, base=(7, 3, 13, 1000, 2, 5)):
    """Draws of keys that differ in one part only: [n, 2]."""
    at = PARTS.index(part)
    return np.array([uniforms(*base[:at], k, *base[at + 1 :]) for k in range(n)])


def looks_uniform(draws):
    """Kolmogorov-Smirnov: true for uniform draws but once in 10^5."""
    return stats.kstest(draws, "uniform").pvalue > 1e-5


def looks_uncorrelated(x, y):
    """Correlation within 4.4 standard errors of 0: true for independent draws but once in 10^5."""
    return abs(np.corrcoef(x, y)[0, 1]) < 4.4 / math.sqrt(len(x))


@pytest.mark.parametrize("part", PARTS)
def test_uniform_and_independent_along_every_part_of_the_key(part):
    u = along(part, 8000)
    for column in u.T:
        assert looks_uniform(column)
        assert looks_uncorrelated(column[1:], column[:-1])
        # Squares show a dependence that the values themselves may hide.
        centred = (column - 0.5) ** 2
        assert looks_uncorrelated(centred[1:], centred[:-1])
    assert looks_uncorrelated(u[:, 0], u[:, 1])
    # The checks can fail.
    assert not looks_uniform(u[:, 0] ** 1.1)
    assert not looks_uncorrelated(u[1:, 0], u[1:, 0] + u[:-1, 0])


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(PARTS, 2)))
def test_draws_of_different_parts_are_independent(one, other):
    x, y = along(one, 3000)[:, 0], along(other, 3000)[:, 0]
    # Both lists may pass through the same key; leave those out.
    different = x != y
    assert different.sum() > 2990
    assert looks_uncorrelated(x[different], y[different])


def test_pairs_fill_the_square():
    u = along("operator", 20_000)
    counts, _, _ = np.histogram2d(u[:, 0], u[:, 1], bins=10, range=[[0, 1], [0, 1]])
    assert stats.chisquare(counts.ravel()).pvalue > 1e-5


def decisions(module):
    return {
        name: value
        for name, value in vars(module).items()
        if name.isupper() and not name.startswith("_") and isinstance(value, int)
    }


def test_decision_numbers_are_unique():
    numbers = decisions(randomness)
    assert len(numbers) > 20
    assert len(set(numbers.values())) == len(numbers)
    assert all(0 < number < 2**32 for number in numbers.values())


def test_many_draws_of_pairs_are_those_of_one_call_each():
    operators = np.array([5, 0, 2**31 - 1, 7, 7, *range(30)], dtype=np.int32)
    ordinals = operators[::-1].copy()
    out = np.empty(len(operators))
    uniforms_of_pairs(3, 2, WORLD_NEIGHBOUR, operators, 4, ordinals, out)
    pairs = zip(operators, ordinals, strict=True)
    assert out.tolist() == [uniforms(3, 2, WORLD_NEIGHBOUR, int(i), 4, int(k))[0] for i, k in pairs]


def test_many_draws_of_operators_and_of_ordinals_are_those_of_one_call_each():
    numbers = np.array([5, 0, 2**31, 7, 7, 2**32 - 1, *range(30)])
    first, second = np.empty((2, len(numbers)))
    uniforms_of_operators(3, 2, WORLD_NEIGHBOUR, numbers, 4, first, second)
    expected = [uniforms(3, 2, WORLD_NEIGHBOUR, int(k), 4, 0) for k in numbers]
    assert list(zip(first, second, strict=True)) == expected
    ordinals = np.array([3, 0, 2**31 - 1, 9, *range(30)], dtype=np.int32)
    first, second = np.empty((2, len(ordinals)))
    uniforms_of_ordinals(3, 2, WORLD_NEIGHBOUR, 11, 4, ordinals, first, second)
    expected = [uniforms(3, 2, WORLD_NEIGHBOUR, 11, 4, int(k)) for k in ordinals]
    assert list(zip(first, second, strict=True)) == expected
