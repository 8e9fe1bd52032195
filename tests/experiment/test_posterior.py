"""The posterior against one that is known in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from afterban.experiment.posterior import Weighted, posterior

N = 20_000


def rng(k: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=[9, k]))


def test_a_normal_figure_gives_the_truncated_normal() -> None:
    """Uniform before, observed with a standard deviation of 0.1: known exactly."""
    places = rng().random((N, 2))
    observed = places[:, :1] + 0.1 * rng(1).standard_normal((N, 1))
    found = posterior(places, observed, np.array([0.4]))
    exact = stats.truncnorm(-4.0, 6.0, 0.4, 0.1)
    shares = (0.05, 0.25, 0.5, 0.75, 0.95)
    assert found.quantile(shares)[:, 0] == pytest.approx(exact.ppf(shares), abs=0.015)
    assert found.quantile(shares)[:, 1] == pytest.approx(shares, abs=0.04)  # nothing is learnt


def test_the_regression_matters() -> None:
    """Rows that are near are no posterior yet: without it the interval is too wide."""
    places = rng().random((N, 1))
    observed = places + 0.02 * rng(1).standard_normal((N, 1))
    found = posterior(places, observed, np.array([0.5]))
    low, high = found.quantile((0.05, 0.95))[:, 0]
    assert high - low == pytest.approx(2 * 1.645 * 0.02, rel=0.15)
    off = np.abs(observed[:, 0] - 0.5)
    near = places[off <= np.quantile(off, 0.2), 0]
    assert np.quantile(near, 0.95) - np.quantile(near, 0.05) > 2 * (high - low)


def test_a_bound_weights_exactly() -> None:
    places = rng().random((N, 1))
    held = (places[:, 0] < 0.25).astype(float)
    found = posterior(places, np.empty((N, 0)), np.empty(0), held)
    assert found.quantile((0.5,))[0, 0] == pytest.approx(0.125, abs=0.01)


def test_rows_without_a_figure_do_not_count() -> None:
    places = rng().random((N, 1))
    observed = places + 0.1 * rng(1).standard_normal((N, 1))
    observed[places[:, 0] < 0.5] = np.nan
    found = posterior(places, observed, np.array([0.5]))
    assert (found.places > 0.4).all()
    with pytest.raises(ValueError, match="no simulation has every figure"):
        posterior(places, np.full((N, 1), np.nan), np.array([0.5]))


def test_draws_are_as_likely_as_their_weights() -> None:
    found = Weighted(np.array([[0.1], [0.5], [0.9]]), np.array([0.5, 0.3, 0.2]))
    drawn = found.drawn(1000, rng())
    assert [(drawn == x).sum() for x in (0.1, 0.5, 0.9)] == pytest.approx([500, 300, 200], abs=1)
    assert found.below(np.array([0.6]))[0] == pytest.approx(0.8)
    assert found.size == pytest.approx(1 / 0.38)
