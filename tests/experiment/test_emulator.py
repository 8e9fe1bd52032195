"""The emulator against functions that are known."""

from __future__ import annotations

import numpy as np
import pytest

from afterban.experiment.design import sobol
from afterban.experiment.emulator import Emulator


def function(places: np.ndarray) -> np.ndarray:
    return np.asarray(3 + 2 * places[:, 0] + np.sin(3 * places[:, 1]) * places[:, 0])


def rng() -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=[4, 4]))


def test_it_says_what_it_was_not_told() -> None:
    places = sobol(64, 3, 1)
    made = Emulator(places, function(places), 0.0)
    new = rng().random((500, 3))
    mean, variance = made.at(new)
    off = mean - function(new)
    assert np.sqrt((off**2).mean()) < 0.01
    assert (np.abs(off) <= 3 * np.sqrt(variance) + 1e-3).mean() > 0.95
    assert made.cross_validated().explained > 0.999


@pytest.mark.slow
def test_chance_is_not_taken_for_the_function() -> None:
    places = sobol(128, 2, 2)
    chance = 0.2**2
    noisy = function(places) + 0.2 * rng().standard_normal(len(places))
    made = Emulator(places, noisy, chance)
    mean, variance = made.at(rng().random((500, 2)))
    off = mean - function(rng().random((500, 2)))
    assert np.sqrt((off**2).mean()) < 0.1
    assert (np.abs(off) <= 3 * np.sqrt(variance)).mean() > 0.95
    found = made.cross_validated()
    assert found.rmse == pytest.approx(0.2, rel=0.25)
    assert found.beyond < 0.03


def test_of_pure_chance_it_explains_nothing() -> None:
    places = sobol(64, 2, 3)
    made = Emulator(places, rng().standard_normal(64), 1.0)
    assert made.cross_validated().explained < 0.1


def test_the_error_of_cross_validation_is_that_of_leaving_out() -> None:
    """Closed form beside a fit of all but one run, with the same lengths."""
    places = sobol(20, 2, 4)
    values = function(places)
    made = Emulator(places, values, 0.01)
    precision = np.diag(made._inverse)
    off = made._weights / precision
    k = 7
    rest = np.arange(20) != k
    covariance = made._covariance(places, places) + (made._chance + made._nugget) * np.eye(20)
    weights = np.linalg.solve(covariance[np.ix_(rest, rest)], made._values[rest])
    told = covariance[k, rest] @ weights
    assert made._values[k] - told == pytest.approx(off[k], rel=1e-4, abs=1e-6)


def test_few_runs_are_refused() -> None:
    with pytest.raises(ValueError, match="6 runs or more"):
        Emulator(np.zeros((3, 1)), np.zeros(3), 0.0)
