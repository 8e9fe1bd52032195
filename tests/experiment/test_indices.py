"""Indices against the closed form of a function that has one (Ishigami & Homma 1990)."""

from __future__ import annotations

import math

import numpy as np
import pytest

from afterban.experiment.indices import design, indices

pytest.importorskip("SALib", reason="an extra: pip install 'afterban[explore]'")

NAMES = ("a", "b", "c", "d")
A, B = 7.0, 0.1
# Variances of its terms.
ONE = 0.5 * (1 + B * math.pi**4 / 5) ** 2
TWO = A**2 / 8
BOTH = B**2 * math.pi**8 * (1 / 18 - 1 / 50)
WHOLE = ONE + TWO + BOTH
FIRST = {"a": ONE / WHOLE, "b": TWO / WHOLE, "c": 0.0, "d": 0.0}
TOTAL = {"a": (ONE + BOTH) / WHOLE, "b": TWO / WHOLE, "c": BOTH / WHOLE, "d": 0.0}


def ishigami(x: np.ndarray) -> np.ndarray:
    z = math.pi * (2 * x - 1)
    return np.sin(z[:, 0]) + A * np.sin(z[:, 1]) ** 2 + B * z[:, 2] ** 4 * np.sin(z[:, 0])


def test_sobol_indices_are_those_of_the_closed_form() -> None:
    x = design("sobol", NAMES, 1024, 1)
    assert x.shape == (1024 * 10, 4)
    found = indices("sobol", NAMES, x, ishigami(x), 1)
    assert found.variance == pytest.approx(WHOLE, rel=0.02)
    for one in found.each:
        assert one.first == pytest.approx(FIRST[one.name], abs=0.03)
        assert one.total == pytest.approx(TOTAL[one.name], abs=0.03)
        assert abs(one.first - FIRST[one.name]) < 2 * one.first_half + 1e-12
    (pair,) = found.together
    assert pair.names == ("a", "c")
    assert pair.second == pytest.approx(BOTH / WHOLE, abs=0.03)
    assert found.interactions == pytest.approx(BOTH / WHOLE, abs=0.06)
    assert [one.name for one in found.ranked] == ["a", "b", "c", "d"]
    assert not found.too_few


def test_a_group_of_others_leaves_the_shares_as_they_are() -> None:
    names, groups = ("b", "x", "a", "c"), ["b", "rest", "a", "rest"]
    x = design("sobol", names, 1024, 2, groups)
    assert len(x) == 1024 * 8
    found = indices("sobol", names, x, ishigami(x[:, [2, 0, 3]]), 2, groups)
    each = {one.name: one for one in found.each}
    assert set(each) == {"a", "b", "rest"}
    assert each["a"].total == pytest.approx(TOTAL["a"], abs=0.06)
    assert each["rest"].total == pytest.approx(TOTAL["c"], abs=0.06)
    assert each["rest"].first == pytest.approx(0.0, abs=0.06)
    assert abs(each["a"].total - TOTAL["a"]) < 2 * each["a"].total_half


def test_given_points_have_the_first_order_indices() -> None:
    x = np.random.default_rng(1).random((2048, 4))
    found = indices("given", NAMES, x, ishigami(x), 1)
    for one in found.each:
        assert one.first == pytest.approx(FIRST[one.name], abs=0.04)
        assert math.isnan(one.total)
    assert found.interactions == pytest.approx(BOTH / WHOLE, abs=0.08)


@pytest.mark.slow
def test_intervals_of_given_points_hold_what_they_say() -> None:
    """Of 20 samples and 2 inputs 95 % should hold; 31 or fewer have a probability of 2e-4."""
    held = 0
    for k in range(20):
        x = np.random.default_rng(k).random((256, 2))
        y = x[:, 0] + 0.5 * x[:, 1]
        for one, share in zip(indices("given", NAMES[:2], x, y, k).each, (0.8, 0.2), strict=True):
            held += abs(one.first - share) <= one.first_half
    assert held > 31


def test_effects_of_a_line_are_its_slopes() -> None:
    x = design("morris", NAMES, 10, 1)
    assert x.shape == (10 * 5, 4)
    y = x @ np.array([3.0, -2.0, 0.0, 0.5])
    found = indices("morris", NAMES, x, y, 1)
    assert [one.first for one in found.each] == pytest.approx([3.0, 2.0, 0.0, 0.5], abs=1e-12)
    assert [one.total for one in found.each] == pytest.approx([0.0] * 4, abs=1e-12)


@pytest.mark.parametrize("method", ["given", "sobol", "morris"])
def test_which_of_two_is_best_is_whether_the_first_is(method: str) -> None:
    x = np.random.default_rng(1).random((200, 4)) if method == "given" else None
    x = design(method, NAMES, 32, 1) if x is None else x
    y = (x[:, 0] + 0.3 * x[:, 1] > 0.6) * 1.0
    one = indices(method, NAMES, x, y, 1)
    both = indices(method, NAMES, x, np.column_stack((y, 1 - y)), 1)
    for a, b in zip(one.each, both.each, strict=True):
        assert a.first == pytest.approx(b.first, abs=1e-9)
        assert a.total == pytest.approx(b.total, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("method", ["given", "sobol"])
def test_what_does_not_move_has_no_indices(method: str) -> None:
    x = np.random.default_rng(1).random((100, 4)) if method == "given" else None
    x = design(method, NAMES, 10, 1) if x is None else x
    found = indices(method, NAMES, x, np.full(len(x), 3.0), 1)
    assert not found.each
    assert found.variance == 0.0


def test_what_is_undefined_is_refused() -> None:
    x = np.random.default_rng(1).random((20, 4))
    with pytest.raises(ValueError, match="needs a value"):
        indices("given", NAMES, x, np.full(20, np.nan), 1)


def test_too_few_samples_are_seen() -> None:
    x = design("sobol", NAMES, 8, 1)
    y = np.exp(6 * x[:, 0]) * (1 + x[:, 1])
    assert indices("sobol", NAMES, x, y, 1).too_few


def test_the_same_seed_gives_the_same() -> None:
    for method in ("sobol", "morris"):
        np.testing.assert_array_equal(design(method, NAMES, 8, 3), design(method, NAMES, 8, 3))
        assert (design(method, NAMES, 8, 3) != design(method, NAMES, 8, 4)).any()
    long, short = design("sobol", NAMES, 16, 3), design("sobol", NAMES, 8, 3)
    np.testing.assert_array_equal(long[: len(short)], short)  # so that a design can grow
