"""Quantiles against scipy, and what common random numbers ask of them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special, stats

from afterban.mechanisms.distributions import (
    normal_quantile,
    quantile,
    quantiles,
    unit_exponential,
)
from afterban.parameters import row
from afterban.scenario import Distribution

TAILS = np.concatenate([10.0 ** -np.arange(1, 13), 1 - 10.0 ** -np.arange(1, 13)])
GRID = np.sort(np.concatenate([TAILS, np.linspace(0.005, 0.995, 199)]))
GRID = (np.floor(GRID * 2.0**52) + 0.5) * 2.0**-52  # as draws are: of 52 bits
POINTS = ((0.0, 0.05), (0.4, 1.0), (0.69, 5.0), (0.977, 50.0), (1.0, 100.0))

LAWS = [
    (Distribution("exponential", {"mean": 3.0}), stats.expon(scale=3.0)),
    (Distribution("exponential", {"median": 2.0}), stats.expon(scale=2.0 / math.log(2))),
    (Distribution("lognormal", {"median": 200.0, "sigma": 1.8}), stats.lognorm(1.8, scale=200.0)),
    (
        Distribution("lognormal", {"mean": 5.0, "sigma": 0.5}),
        stats.lognorm(0.5, scale=5.0 * math.exp(-0.125)),
    ),
    (Distribution("uniform", {"low": 1.0, "high": 4.0}), stats.uniform(1.0, 3.0)),
    (Distribution("weibull", {"scale": 2.0, "shape": 0.6}), stats.weibull_min(0.6, scale=2.0)),
    (Distribution("pareto", {"minimum": 2.0, "exponent": 2.5}), stats.pareto(2.5, scale=2.0)),
]
ALL = [law for law, _ in LAWS] + [
    Distribution("quantiles", {"points": POINTS}),
    Distribution("constant", {"value": 2.5}),
]


def values(law, u=GRID):
    numbers = row(law)
    return np.array([quantile(numbers, float(p)) for p in u])


@pytest.mark.parametrize(("law", "truth"), LAWS, ids=lambda x: getattr(x, "kind", ""))
def test_quantiles_against_scipy(law, truth):
    assert values(law) == pytest.approx(truth.ppf(GRID), rel=2e-12, abs=0)
    assert values(law) != pytest.approx(truth.ppf(GRID) * (1 + 1e-10), rel=2e-12, abs=0)


@given(st.integers(0, 2**52 - 1))
def test_the_unit_exponential_loses_nothing_on_draws(bits):
    u = (bits + 0.5) * 2.0**-52
    assert unit_exponential(u) == pytest.approx(-math.log1p(-u), rel=4e-16, abs=0)


def test_quantiles_are_interpolated_on_a_logarithmic_scale():
    law = Distribution("quantiles", {"points": POINTS})
    p, x = zip(*POINTS, strict=True)
    expected = np.exp(np.interp(GRID, p, np.log(x)))
    assert values(law) == pytest.approx(expected, rel=1e-13, abs=0)
    # As many points as there is room for.
    most = tuple((k / 7, 2.0**k) for k in range(8))
    law = Distribution("quantiles", {"points": most})
    assert values(law) == pytest.approx(2.0 ** (7 * GRID), rel=1e-13, abs=0)


def test_constant_and_never():
    assert (values(Distribution("constant", {"value": 2.5})) == 2.5).all()
    assert (values(Distribution("never")) == math.inf).all()


@pytest.mark.parametrize("law", ALL, ids=lambda law: law.kind)
@given(st.data())
def test_monotone_in_the_draw(law, data):
    open_unit = st.floats(2.0**-53, 1 - 2.0**-53)
    low, high = sorted(data.draw(st.tuples(open_unit, open_unit)))
    numbers = row(law)
    below, above = quantile(numbers, low), quantile(numbers, high)
    assert below <= above * (1 + 1e-15)  # one rounding at the joints


@pytest.mark.parametrize("law", ALL, ids=lambda law: law.kind)
def test_floor_and_cap(law):
    free = values(law)
    limited = values(Distribution(law.kind, {**dict(law.written), "floor": 2.0, "cap": 3.0}))
    assert (limited == np.clip(free, 2.0, 3.0)).all()
    assert (limited != free).any() or law.kind == "constant"


@pytest.mark.parametrize("law", ALL, ids=lambda law: law.kind)
@pytest.mark.parametrize("limits", [{}, {"cap": 3.0}, {"floor": 1.5, "cap": 20.0}])
def test_mean_and_median_are_those_of_the_draws(law, limits):
    if law.kind == "lognormal" and "mean" in dict(law.written) and not limits:
        assert law.mean() == pytest.approx(dict(law.written)["mean"], rel=1e-12)
    law = Distribution(law.kind, {**dict(law.written), **limits})
    numbers = row(law)
    assert quantile(numbers, 0.5) == pytest.approx(law.median(), rel=1e-12, abs=0)
    # The mean is the integral of the quantile; a substitution tames its ends.
    mean = integrate.quad(
        lambda z: quantile(numbers, float(special.ndtr(z))) * math.exp(-z * z / 2),
        -8.0,
        8.0,
        epsrel=1e-9,
        limit=800,
        points=[float(special.ndtri(p)) for p in (0.4, 0.69, 0.977)],
    )[0] / math.sqrt(2 * math.pi)
    assert mean == pytest.approx(law.mean(), rel=1e-6, abs=0)


def test_normal_quantile_against_scipy():
    p = np.concatenate(
        [
            np.logspace(-300, -1, 600),
            np.linspace(0.075 - 1e-3, 0.075 + 1e-3, 101),  # where the formula changes
            np.logspace(-12, -10, 101),
            np.linspace(0.01, 0.99, 500),
        ]
    )
    mine = np.array([normal_quantile(float(x)) for x in p])
    assert mine == pytest.approx(stats.norm.ppf(p), rel=2e-15, abs=0)
    assert normal_quantile(0.5) == 0.0


@given(st.integers(1, 2**30 - 1))
def test_normal_quantile_is_odd(k):
    p = k / 2.0**30  # exact, and so is 1 - p
    assert normal_quantile(1.0 - p) == -normal_quantile(p)


@given(st.floats(2.0**-53, 1 - 2.0**-53), st.floats(0.01, 100), st.floats(1.001, 10))
def test_a_slower_law_is_slower_for_the_same_draw(u, median, factor):
    # Common random numbers stay in step: every draw, not only the mean.
    fast = row(Distribution("lognormal", {"median": median, "sigma": 1.2}))
    slow = row(Distribution("lognormal", {"median": median * factor, "sigma": 1.2}))
    assert quantile(slow, u) > quantile(fast, u)
    assert quantile(slow, u) / quantile(fast, u) == pytest.approx(factor, rel=1e-12)


@pytest.mark.parametrize("law", ALL, ids=lambda law: law.kind)
def test_many_quantiles_are_those_of_one_call_each(law):
    numbers = row(law)
    assert quantiles(numbers, GRID).tolist() == [quantile(numbers, u) for u in GRID]
