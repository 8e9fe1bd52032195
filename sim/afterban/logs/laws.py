"""Laws of durations that a log can be fitted with, by parameters without bounds.

Checked against ``scipy.stats`` and its fits of censored data in ``tests/logs/test_laws.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

import numpy as np
import numpy.typing as npt
from scipy import special

from afterban.language import laws
from afterban.language.laws import Distribution

Floats = npt.NDArray[np.float64]

_LOG_ROOT: Final = 0.5 * np.log(2 * np.pi)
FINE: Final = 1 / 1440 + 1e-9  # days: times told more finely than this count as exact


@dataclass(frozen=True)
class Family:
    """A family of laws.

    parameters: how many.  log_density, log_survival: of parameters and days above 0.
    start: parameters to begin a search at, from durations.  law: in the language of scenarios.
    """

    name: str
    parameters: int
    log_density: Callable[[Floats, Floats], Floats]
    log_survival: Callable[[Floats, Floats], Floats]
    start: Callable[[Floats], list[float]]
    law: Callable[[Floats], Distribution]

    def below(self, theta: Floats, days: Floats) -> Floats:
        """Probability of at most so many days."""
        return -np.expm1(self.log_survival(theta, np.maximum(days, 1e-12)))

    def log_of(self, theta: Floats, days: Floats, resolution: float) -> Floats:
        """Log-likelihood of durations whose ends are told to a resolution (days).

        The difference of two times that were cut to whole days lies up to a day to either side.
        """
        if resolution <= FINE:
            return self.log_density(theta, np.maximum(days, resolution / 2))
        low = self.log_survival(theta, np.maximum(days - resolution, 1e-12))
        high = self.log_survival(theta, days + resolution)
        return low + np.log(np.maximum(-np.expm1(high - low), 1e-300))

    def median(self, theta: Floats) -> float:
        """Days that half of all take longer than."""
        return self.law(theta).median()


def _exponential_density(theta: Floats, t: Floats) -> Floats:
    return np.asarray(-theta[0] - t * np.exp(-theta[0]))


def _exponential_survival(theta: Floats, t: Floats) -> Floats:
    return np.asarray(-t * np.exp(-theta[0]))


def _weibull_density(theta: Floats, t: Floats) -> Floats:
    shape = np.exp(theta[1])
    z = np.log(t) - theta[0]
    return np.asarray(theta[1] - np.log(t) + shape * z - np.exp(np.minimum(shape * z, 700.0)))


def _weibull_survival(theta: Floats, t: Floats) -> Floats:
    return np.asarray(-np.exp(np.minimum(np.exp(theta[1]) * (np.log(t) - theta[0]), 700.0)))


def _lognormal_density(theta: Floats, t: Floats) -> Floats:
    z = (np.log(t) - theta[0]) / np.exp(theta[1])
    return np.asarray(-0.5 * z * z - _LOG_ROOT - theta[1] - np.log(t))


def _lognormal_survival(theta: Floats, t: Floats) -> Floats:
    return np.asarray(special.log_ndtr((theta[0] - np.log(t)) / np.exp(theta[1])))


def _shares(theta: Floats) -> tuple[float, float]:
    return -np.logaddexp(0.0, -theta[4]), -np.logaddexp(0.0, theta[4])


def _mixture_density(theta: Floats, t: Floats) -> Floats:
    one, other = _shares(theta)
    return np.logaddexp(
        one + _lognormal_density(theta[:2], t), other + _lognormal_density(theta[2:4], t)
    )


def _mixture_survival(theta: Floats, t: Floats) -> Floats:
    one, other = _shares(theta)
    return np.logaddexp(
        one + _lognormal_survival(theta[:2], t), other + _lognormal_survival(theta[2:4], t)
    )


def _spread(days: Floats) -> tuple[float, float]:
    logs = np.log(np.maximum(days, 1e-6))
    return float(np.median(logs)), float(max(logs.std(), 0.1))


def _start_mixture(days: Floats) -> list[float]:
    logs = np.log(np.maximum(days, 1e-6))
    low, high = np.quantile(logs, [0.25, 0.75])
    wide = float(max(logs.std() / 2, 0.1))
    return [float(low), np.log(wide), float(high), np.log(wide), 0.0]


def _mixed(theta: Floats) -> Distribution:
    share = float(special.expit(theta[4]))
    return laws.mixture(
        (share, laws.lognormal(float(np.exp(theta[0])), float(np.exp(theta[1])))),
        (1.0 - share, laws.lognormal(float(np.exp(theta[2])), float(np.exp(theta[3])))),
    )


EXPONENTIAL: Final = Family(
    "exponential",
    1,
    _exponential_density,
    _exponential_survival,
    lambda days: [float(np.log(max(days.mean(), 1e-6)))],
    lambda theta: laws.exponential(float(np.exp(theta[0]))),
)
WEIBULL: Final = Family(
    "weibull",
    2,
    _weibull_density,
    _weibull_survival,
    lambda days: [_spread(days)[0] + 0.3, float(np.log(1.2 / max(_spread(days)[1], 0.2)))],
    lambda theta: laws.weibull(float(np.exp(theta[0])), float(np.exp(theta[1]))),
)
LOGNORMAL: Final = Family(
    "lognormal",
    2,
    _lognormal_density,
    _lognormal_survival,
    lambda days: [_spread(days)[0], float(np.log(_spread(days)[1]))],
    lambda theta: laws.lognormal(float(np.exp(theta[0])), float(np.exp(theta[1]))),
)
MIXTURE: Final = Family(
    "mixture of two lognormals",
    5,
    _mixture_density,
    _mixture_survival,
    _start_mixture,
    _mixed,
)
SIMPLE: Final = (EXPONENTIAL, WEIBULL, LOGNORMAL)
OF_RETURN: Final = (*SIMPLE, MIXTURE)
LEAST_FOR_A_MIXTURE: Final = 200  # durations from which on two components can be told apart


MARGIN: Final = 10.0  # of AIC: two components are easily found where there is one
LEAST_SHARE: Final = 0.05  # of a component that counts as one
LEAST_SPREAD: Final = 0.15  # of it, as sigma: less is a spike on a few rows


def is_proper(family: Family, theta: Floats) -> bool:
    """Whether a mixture has two components, and not one and a spike; all else is proper."""
    if family is not MIXTURE:
        return True
    share = float(special.expit(theta[4]))
    return min(share, 1 - share) >= LEAST_SHARE and min(np.exp(theta[[1, 3]])) >= LEAST_SPREAD


class _Fitted(Protocol):
    @property
    def aic(self) -> float: ...


T = TypeVar("T", bound=_Fitted)


def chosen(fits: Iterable[tuple[Family, T]]) -> tuple[Family, T]:
    """The family whose fit is best by AIC; a mixture has to be better by ``MARGIN``."""
    return min(fits, key=lambda one: one[1].aic + (MARGIN if one[0] is MIXTURE else 0.0))


def families(count: int, mixtures: bool) -> Sequence[Family]:
    """Families that so many durations can choose among."""
    return OF_RETURN if mixtures and count >= LEAST_FOR_A_MIXTURE else SIMPLE
