from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from afterban.logs import laws
from afterban.logs.bootstrap import maximise

T = np.array([0.01, 0.3, 1.0, 7.0, 90.0])
EACH = [
    (laws.EXPONENTIAL, [0.7], stats.expon(scale=np.exp(0.7))),
    (laws.WEIBULL, [0.4, -0.3], stats.weibull_min(np.exp(-0.3), scale=np.exp(0.4))),
    (laws.LOGNORMAL, [0.4, 0.2], stats.lognorm(np.exp(0.2), scale=np.exp(0.4))),
]


@pytest.mark.parametrize(("family", "theta", "known"), EACH)
def test_densities_survival_and_medians_are_those_of_scipy(family, theta, known) -> None:
    theta = np.array(theta)
    assert family.log_density(theta, T) == pytest.approx(known.logpdf(T), rel=1e-9)
    assert family.log_survival(theta, T) == pytest.approx(known.logsf(T), rel=1e-9)
    assert family.median(theta) == pytest.approx(known.median(), rel=1e-9)
    assert family.law(theta).below(2.0) == pytest.approx(known.cdf(2.0), rel=1e-9)


def test_a_mixture_is_its_parts() -> None:
    theta = np.array([0.0, 0.1, 2.0, -0.5, 0.4])
    share = 1 / (1 + np.exp(-0.4))
    one = stats.lognorm(np.exp(0.1), scale=1.0)
    other = stats.lognorm(np.exp(-0.5), scale=np.exp(2.0))
    mixed = share * one.pdf(T) + (1 - share) * other.pdf(T)
    assert np.exp(laws.MIXTURE.log_density(theta, T)) == pytest.approx(mixed)
    assert laws.MIXTURE.law(theta).below(3.0) == pytest.approx(
        share * one.cdf(3.0) + (1 - share) * other.cdf(3.0)
    )


@pytest.mark.parametrize(
    ("family", "dist", "fixed"),
    [
        (laws.WEIBULL, stats.weibull_min, {"floc": 0}),
        (laws.LOGNORMAL, stats.lognorm, {"floc": 0}),
    ],
)
def test_fits_of_censored_data_agree_with_those_of_scipy(family, dist, fixed) -> None:
    draw = np.random.default_rng(2)
    days, until = draw.lognormal(1.0, 0.8, 400), draw.uniform(1, 10, 400)
    ended = days <= until
    seen = np.minimum(days, until)
    shape, _, scale = dist.fit(stats.CensoredData.right_censored(seen, ~ended), **fixed)

    def loglik(theta):
        return np.where(ended, family.log_density(theta, seen), family.log_survival(theta, seen))

    fit = maximise(loglik, family.start(seen), np.arange(400), 400)
    theirs = (np.log(scale), np.log(shape))
    assert fit.theta == pytest.approx(theirs, abs=2e-3)
    assert fit.sure


@pytest.mark.parametrize(("family", "theta", "known"), EACH)
def test_times_told_to_the_day_are_intervals(family, theta, known) -> None:
    """Whole days of drawn gaps find the median of the gaps; as exact times they do not."""
    draw = np.random.default_rng(4)
    begins = draw.uniform(0, 100, 20_000)
    ends = begins + known.rvs(20_000, random_state=draw)
    whole = np.floor(ends) - np.floor(begins)

    def fitted(resolution: float) -> float:
        fit = maximise(
            lambda x: family.log_of(x, whole, resolution),
            family.start(np.maximum(whole, 0.5)),
            np.arange(20_000),
            20_000,
        )
        return family.median(fit.theta)

    assert fitted(1.0) == pytest.approx(known.median(), rel=0.15)


def test_a_spike_is_no_component() -> None:
    fine = np.array([0.0, 0.0, 2.0, 0.0, 0.0])
    assert laws.is_proper(laws.MIXTURE, fine)
    assert not laws.is_proper(laws.MIXTURE, np.add(fine, [0, 0, 0, 0, 6.0]))
    assert not laws.is_proper(laws.MIXTURE, fine - [0, 4.0, 0, 0, 0])
    assert laws.is_proper(laws.LOGNORMAL, np.array([0.0, -9.0]))
