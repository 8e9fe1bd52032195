"""Boxes that were planted are found, and nothing is found in noise."""

from __future__ import annotations

import numpy as np
import pytest

from afterban.experiment import prim
from afterban.experiment.prim import find_box


def points(n: int, d: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random((n, d))


def planted(x: np.ndarray) -> np.ndarray:
    return ((x[:, 2] > 0.6) & (x[:, 5] < 0.5)).astype(float)


def test_a_planted_box_is_found_with_its_sides() -> None:
    x = points(200, 8, 1)
    y = planted(x)
    box = find_box(x, y)
    assert box is not None
    sides = {one.dimension: one for one in box.restrictions}
    assert set(sides) == {2, 5}
    assert (sides[2].high, sides[5].low) == (1.0, 0.0)
    assert sides[2].low == pytest.approx(0.6, abs=0.04)
    assert sides[5].high == pytest.approx(0.5, abs=0.04)
    assert box.density == 1.0
    assert box.coverage == 1.0
    assert box.of_hits == y.sum()
    assert box.held_out > 0.85
    assert all(one.p_value <= 0.05 and one.quasi_p < 1e-3 for one in box.restrictions)
    assert all(one.reproduced > 0.5 for one in box.restrictions)


@pytest.mark.slow
def test_a_box_under_noise_is_found_where_there_are_points_enough() -> None:
    x = points(400, 8, 2)
    flipped = np.random.default_rng(3).random(400) < 0.1
    box = find_box(x, np.where(flipped, 1 - planted(x), planted(x)))
    assert box is not None
    assert {one.dimension for one in box.restrictions} == {2, 5}
    assert 0.8 < box.density < 1.0
    # Hits outside are those that were flipped: their share of all hits is 0.27 at this size.
    assert 0.6 < box.coverage < 0.9


def test_a_side_between_two_ends_is_found() -> None:
    x = points(300, 5, 4)
    box = find_box(x, ((x[:, 1] > 0.3) & (x[:, 1] < 0.6)).astype(float))
    assert box is not None
    (side,) = box.restrictions
    assert side.dimension == 1
    assert (side.low, side.high) == (pytest.approx(0.3, abs=0.03), pytest.approx(0.6, abs=0.03))


@pytest.mark.slow
def test_nothing_is_found_in_noise() -> None:
    """Each has 5 % for a false alarm at most: 4 or more of 20 have a probability of 0.016."""
    found = [
        find_box(points(96, 10, k), (np.random.default_rng(k + 99).random(96) < 0.3) * 1.0, k)
        for k in range(20)
    ]
    assert sum(box is not None for box in found) < 4


@pytest.mark.parametrize("y", [np.zeros(50), np.ones(50)])
def test_what_never_or_always_comes_about_has_no_box(y: np.ndarray) -> None:
    assert find_box(points(50, 3, 1), y) is None


def test_few_points_have_no_box() -> None:
    x = points(2 * prim.FEWEST - 1, 3, 1)
    assert find_box(x, (x[:, 0] > 0.5) * 1.0) is None


def test_the_same_points_give_the_same_box() -> None:
    x = points(100, 4, 1)
    y = (x[:, 0] > 0.7) * 1.0
    assert find_box(x, y, 5) == find_box(x, y, 5)


def test_a_tie_counts_as_half_a_hit() -> None:
    x = points(100, 4, 1)
    y = np.where(x[:, 0] > 0.7, 0.5, 0.0)
    box = find_box(x, y)
    assert box is not None
    assert box.density == 0.5
    assert box.coverage == 1.0
