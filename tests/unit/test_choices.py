"""Shares of being best, regret, and what chance leaves, on tables that are worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from afterban.statistics import best_shares, regrets, share_of_noise

# Four points, three choices.
TABLE = np.array([[0.3, 0.5, 0.4], [0.6, 0.2, 0.2], [0.1, 0.4, 0.9], [0.5, 0.5, 0.5]])


def test_the_best_share_what_they_tie_for() -> None:
    found = best_shares(TABLE, -1)
    np.testing.assert_allclose(
        found, [[1, 0, 0], [0, 0.5, 0.5], [1, 0, 0], [1 / 3, 1 / 3, 1 / 3]], rtol=1e-15
    )
    np.testing.assert_allclose(found.sum(axis=1), 1.0, rtol=1e-15)
    np.testing.assert_array_equal(best_shares(TABLE, 1)[0], [0, 1, 0])


def test_regret_is_the_distance_to_the_best_of_the_same_point() -> None:
    np.testing.assert_allclose(
        regrets(TABLE, -1),
        [[0, 0.2, 0.1], [0.4, 0, 0], [0, 0.3, 0.8], [0, 0, 0]],
        rtol=1e-12,
        atol=1e-15,
    )
    np.testing.assert_allclose(regrets(TABLE, 1)[2], [0.8, 0.5, 0.0], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("bad", [np.array([[1.0, np.nan]]), np.empty((0, 2))])
def test_what_is_undefined_is_refused(bad: np.ndarray) -> None:
    with pytest.raises(ValueError, match="needs a value"):
        best_shares(bad, -1)
    with pytest.raises(ValueError, match="needs a value"):
        regrets(bad, 1)


def test_neither_direction_is_refused() -> None:
    with pytest.raises(ValueError, match="more is better"):
        best_shares(TABLE, 0)


def test_what_chance_does_to_all_points_alike_is_no_noise() -> None:
    points, draws = np.linspace(0, 1, 50)[:, None], np.array([0.0, 5.0, -2.0])
    assert share_of_noise(points + draws) == pytest.approx(0.0, abs=1e-12)


def test_noise_is_the_share_that_was_put_in() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(0.0, 1.0, (4000, 1)) + rng.normal(0.0, 1.0, (4000, 4))
    # Of the means: a variance of 1 between points, and 1/4 of chance.  Its standard error is 0.005.
    assert share_of_noise(values) == pytest.approx(0.2, abs=0.02)
    assert np.isnan(share_of_noise(values[:, :1]))
    assert np.isnan(share_of_noise(np.zeros((5, 3))))
