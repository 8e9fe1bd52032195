"""Spreads over points and of chance, by hand on small tables."""

from __future__ import annotations

import math

import numpy as np
import pytest

from afterban.experiment.spreads import means, quantiles, spread_of_chance


def test_the_mean_is_over_what_is_defined() -> None:
    found = means(np.array([[1.0, 3.0], [np.nan, 2.0], [np.nan, np.nan]]))
    assert found[:2].tolist() == [2.0, 2.0]
    assert math.isnan(found[2])


def test_quantiles_leave_out_what_is_undefined() -> None:
    values = np.array([np.nan, *range(101), np.inf])
    assert quantiles(values) == pytest.approx((5.0, 95.0))
    assert quantiles(values, (0.0, 0.5, 1.0)) == pytest.approx((0.0, 50.0, 100.0))


def test_quantiles_of_nothing_are_undefined() -> None:
    found = quantiles(np.array([np.nan, np.inf]), (0.1, 0.5, 0.9))
    assert len(found) == 3
    assert all(math.isnan(x) for x in found)


def test_chance_is_about_the_mean_of_a_point() -> None:
    # Points far apart add nothing; one with a single replication cannot tell.
    values = np.array([[0.0, 2.0], [100.0, 102.0], [7.0, np.nan]])
    assert spread_of_chance(values) == pytest.approx(math.sqrt(2.0))
    assert math.isnan(spread_of_chance(values[2:]))
