"""An emulator: what a simulated figure is at places that were not run, and how well that is known.

A Gaussian process over places in prior units: a linear trend with a wide prior, a smooth part with
a length of its own for each unknown (squared exponential), and the chance of the runs.  Lengths and
variances maximise the marginal likelihood (Rasmussen & Williams 2006, chapters 2 and 5); what it
says of each run without that run is closed form (the same, equations 5.10 to 5.12).

Checked by ``tests/experiment/test_emulator.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]

TREND = 10.0  # prior standard deviation of the trend's terms, in those of what is emulated
LEAST = 6  # runs of which an emulator is made
_LENGTH = math.log(0.7)  # of the smooth part, before: about the whole range, two thirds or more
_SPREAD = 1.0  # of its logarithm
_JITTER = 1e-8


@dataclass(frozen=True)
class CrossValidated:
    """How well an emulator says each run that it is not told of.

    rmse: root mean squared error, in the unit of what is emulated.
    explained: share of the variance of the runs that it explains; below 0 if the mean says more.
    beyond: share of the runs that are more than three of its standard deviations away.
    """

    rmse: float
    explained: float
    beyond: float


class Emulator:
    """A Gaussian process that was fitted to runs.

    Args:
        places: of the runs, ``[runs, unknowns]``, between 0 and 1.
        values: what each came to, ``[runs]``.
        chance: variance of each of these values that comes of chance alone.

    Raises ValueError for fewer runs than ``LEAST``.
    """

    def __init__(self, places: Floats, values: Floats, chance: float) -> None:
        if len(values) < LEAST:
            raise ValueError(f"an emulator is made of {LEAST} runs or more, not {len(values)}")
        self._places = np.ascontiguousarray(places)
        self._mean = float(values.mean())
        self._unit = float(values.std()) or 1.0
        self._values = (values - self._mean) / self._unit
        self._chance = chance / self._unit**2
        self._lengths, self._smooth, self._nugget = self._fitted()
        whole = self._covariance(self._places, self._places)
        whole[np.diag_indices_from(whole)] += self._chance + self._nugget + _JITTER
        self._inverse = np.linalg.inv(whole)
        self._weights = self._inverse @ self._values

    def _fitted(self) -> tuple[Floats, float, float]:
        """Lengths, and the variances of the smooth part and of what chance does not explain."""
        from scipy.optimize import minimize

        d = self._places.shape[1]
        apart = (self._places[:, None, :] - self._places[None, :, :]) ** 2
        trend = self._trend(self._places, self._places)

        def loss(x: Floats) -> float:
            lengths, smooth, nugget = np.exp(x[:d]), math.exp(x[d]), math.exp(x[d + 1])
            whole = trend + smooth * np.exp(-0.5 * (apart / lengths**2).sum(axis=2))
            whole[np.diag_indices_from(whole)] += self._chance + nugget + _JITTER
            try:
                lower = np.linalg.cholesky(whole)
            except np.linalg.LinAlgError:
                return 1e10
            solved = np.linalg.solve(lower, self._values)
            before = (((x[:d] - _LENGTH) / _SPREAD) ** 2).sum() + (
                x[d] ** 2 + (x[d + 1] + 5) ** 2
            ) / 9
            return float(0.5 * solved @ solved + np.log(np.diag(lower)).sum() + 0.5 * before)

        start = np.concatenate([np.full(d, _LENGTH), [0.0, -5.0]])
        bounds = [(math.log(0.05), math.log(10.0))] * d + [(-8.0, 4.0), (-14.0, 1.0)]
        found = minimize(loss, start, method="L-BFGS-B", bounds=bounds, options={"maxiter": 60}).x
        return np.exp(found[:d]), math.exp(found[d]), math.exp(found[d + 1])

    @staticmethod
    def _trend(one: Floats, other: Floats) -> Floats:
        return TREND**2 * (1.0 + (one - 0.5) @ (other - 0.5).T)

    def _covariance(self, one: Floats, other: Floats) -> Floats:
        scaled, against = one / self._lengths, other / self._lengths
        squares = (scaled**2).sum(1)[:, None] + (against**2).sum(1)[None, :]
        apart = np.maximum(squares - 2 * scaled @ against.T, 0.0)
        found: Floats = self._trend(one, other) + self._smooth * np.exp(-0.5 * apart)
        return found

    def at(self, places: Floats) -> tuple[Floats, Floats]:
        """Mean and variance of the figure without chance at places ``[n, unknowns]``."""
        between = self._covariance(places, self._places)
        mean = between @ self._weights
        own = TREND**2 * (1.0 + ((places - 0.5) ** 2).sum(1)) + self._smooth
        variance = own - ((between @ self._inverse) * between).sum(1) + self._nugget
        return self._mean + self._unit * mean, self._unit**2 * np.maximum(variance, 0.0)

    def cross_validated(self) -> CrossValidated:
        """Its error at each run, from all the others."""
        precision = np.diag(self._inverse)
        off = self._weights / precision
        sd = 1.0 / np.sqrt(precision)
        spread = float(((self._values - self._values.mean()) ** 2).mean())
        return CrossValidated(
            rmse=self._unit * float(np.sqrt((off**2).mean())),
            explained=1.0 - float((off**2).mean()) / spread if spread else math.nan,
            beyond=float((np.abs(off) > 3 * sd).mean()),
        )
