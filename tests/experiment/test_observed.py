"""Observed figures: distances, errors and bounds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from afterban.experiment.observed import Observation
from afterban.scenario.sections.calibration import Figure


def of(**fields: object) -> Observation:
    return Observation("x", Figure(**{"metric": "suspensions", "observed": 10.0, **fields}), False)


def rng() -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=[1, 2]))


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"sd": 2.0}, 10.0),
        ({"tolerance": 3.0}, 10.0),
        ({"likelihood": "lognormal", "sd": 0.3}, 10.0),
        ({"likelihood": "binomial", "n": 40, "observed": 0.3}, 0.3),
    ],
)
def test_errors_have_the_spread_that_is_stated(fields: dict[str, object], at: float) -> None:
    """Four standard errors of a standard deviation: a false alarm in 16,000."""
    one, count = of(**fields), 4000
    scaled = one.scaled(np.full(count, at))
    drawn = one.drawn(scaled, rng())
    stated = float(one.sd(scaled)[0])
    assert drawn.std() == pytest.approx(stated, rel=4 / np.sqrt(2 * count))
    assert drawn.mean() == pytest.approx(scaled[0], abs=4 * stated / np.sqrt(count))


def test_a_bound_holds_as_often_as_its_observation_is_on_its_side() -> None:
    for fields in ({"sd": 2.0}, {"tolerance": 3.0}):
        for side in ("at least", "at most"):
            one = of(comparison=side, **fields)
            scaled = np.full(4000, 11.0)
            drawn = one.drawn(scaled, rng())
            share = float(((drawn >= 10) == (side == "at least")).mean())
            assert share == pytest.approx(float(one.holds(scaled)[0]), abs=4 * 0.5 / np.sqrt(4000))


def test_what_is_undefined_stays_so_and_keeps_no_bound() -> None:
    one = of(likelihood="lognormal", sd=0.3)
    scaled = one.scaled(np.array([np.nan, 0.0, 10.0]))
    assert np.isnan(scaled).tolist() == [True, True, False]
    assert np.isnan(one.drawn(scaled, rng())).tolist() == [True, True, False]
    assert of(comparison="at least", sd=1.0).holds(np.array([np.nan]))[0] == 0.0


def test_distance_is_one_sided_for_bounds() -> None:
    none = np.zeros(2)
    scaled = np.array([6.0, 14.0])
    assert of(sd=2.0).distance(scaled, none).tolist() == [2.0, 2.0]
    assert of(sd=2.0, comparison="at least").distance(scaled, none).tolist() == [2.0, 0.0]
    assert of(sd=2.0, comparison="at most").distance(scaled, none).tolist() == [0.0, 2.0]
    assert of(sd=3.0).distance(scaled, np.full(2, 16.0)).tolist() == [0.8, 0.8]


def test_what_is_reached() -> None:
    assert of(sd=1.0).reached(np.array([5.0, 8.5]))
    assert not of(sd=1.0).reached(np.array([5.0, 7.5]))
    assert of(sd=1.0).reached(np.array([5.0, 20.0]))
    assert of(sd=1.0, comparison="at most").reached(np.array([12.0, 11.5]))
    assert not of(sd=1.0, comparison="at least").reached(np.array([1.0, 7.9]))
    assert not of(sd=1.0).reached(np.array([np.nan]))


def test_a_binomial_sd_is_that_of_a_share() -> None:
    one = of(likelihood="binomial", n=25, observed=0.2)
    assert one.sd(np.array([0.2]))[0] == pytest.approx(stats.binom.std(25, 0.2) / 25)
    assert one.sd(np.array([0.0]))[0] > 0
