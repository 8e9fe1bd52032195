"""Estimates by likelihood, and how they move when operators are drawn again.

An estimate is the maximum of a sum over rows.  How it moves with the weight of a row is its
influence, the inverse of the information times the row's score.  A draw of the bootstrap lets each
lineage count twice or not at all (Owen & Eckles 2012, "Bootstrapping data arrays of arbitrary
order", Ann. Appl. Stat. 6:895) and moves every estimate by its influence (Kline & Santos 2012, "A
score based approach to wild bootstrap inference", J. Econom. Methods 1:23), so that all draws are
joint, and cost no further fit.

Checked by ``tests/logs/test_bootstrap.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from afterban import randomness

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Likelihood = Callable[[Floats], Floats]  # parameters -> log-likelihood of each row

DRAWS: Final = 400
LOG_BOOTSTRAP: Final = (
    120  # decisions of draws, see `afterban.randomness`: whether a lineage counts
)
LOG_RECALL: Final = 121  # share of the links that were found
_BITS: Final = 48  # of each number that is drawn
_STEP: Final = 1e-4
_BLOCK: Final = 96 * 256  # lineages at a time


@dataclass(frozen=True)
class Fit:
    """A maximum of likelihood.

    theta: parameters.  influence: ``[lineages, parameters]``, change with the weight of each.
    loglik: at the maximum.  rows: how many it rests on.  sure: whether the information is positive
    definite, so that there is a maximum at all and not a ridge.
    """

    theta: Floats
    influence: Floats
    loglik: float
    rows: int
    sure: bool

    @property
    def aic(self) -> float:
        """Akaike's criterion: smaller is better."""
        return 2.0 * len(self.theta) - 2.0 * self.loglik


def maximise(
    loglik: Likelihood,
    start: Sequence[float],
    lineage: Integers,
    count: int,
    weights: Floats | None = None,
) -> Fit:
    """The maximum of a likelihood.

    start: parameters without bounds (logarithms, logits).  lineage: of each row, below ``count``.
    weights: how often each row counts; once if None.
    """
    from scipy import optimize

    w = 1.0 if weights is None else weights

    def loss(theta: Floats) -> float:
        with np.errstate(all="ignore"):
            value = -float(np.sum(w * loglik(theta)))
        return value if np.isfinite(value) else 1e300

    scale = max(1.0, float(len(lineage)))
    minimize: Any = optimize.minimize
    found: Any = minimize(
        lambda x: loss(x) / scale,
        np.asarray(start, dtype=np.float64),
        method="BFGS",
        options={"gtol": 1e-6, "eps": 1e-6},
    )
    theta = _polished(loglik, np.asarray(found.x), w, loss)
    scores = _scores(loglik, theta)
    weighted = scores if weights is None else scores * weights[:, None]
    information = -_hessian(loglik, theta, w)
    eigen, vectors = np.linalg.eigh((information + information.T) / 2)
    sure = bool((eigen > 1e-8 * max(1.0, float(eigen.max()))).all())
    inverse = (vectors / np.where(eigen > 0, eigen, np.inf)) @ vectors.T
    influence = np.column_stack(
        [np.bincount(lineage, weighted[:, k], minlength=count) for k in range(len(theta))]
    )
    return Fit(theta, influence @ inverse, -loss(theta), len(lineage), sure)


def _polished(
    loglik: Likelihood, theta: Floats, weights: Floats | float, loss: Callable[[Floats], float]
) -> Floats:
    """Newton's steps from where a search ended, as long as each is one towards the maximum."""
    best = loss(theta)
    for _ in range(3):
        scores = _scores(loglik, theta)
        gradient = (scores.T * weights).sum(axis=1)
        step = np.linalg.lstsq(-_hessian(loglik, theta, weights), gradient, rcond=1e-10)[0]
        value = loss(theta + step)
        if not value < best:
            break
        theta, gained, best = theta + step, best - value, value
        if gained < 1e-6:
            break
    return theta


def _scores(loglik: Likelihood, theta: Floats) -> Floats:
    """Derivative of each row's log-likelihood, ``[rows, parameters]``."""
    columns = []
    with np.errstate(all="ignore"):
        for k in range(len(theta)):
            step = np.zeros_like(theta)
            step[k] = _STEP
            columns.append((loglik(theta + step) - loglik(theta - step)) / (2 * _STEP))
    return np.nan_to_num(np.column_stack(columns), copy=False, posinf=0.0, neginf=0.0)


def _hessian(loglik: Likelihood, theta: Floats, weights: Floats | float) -> Floats:
    """Second derivatives of the sum, by central differences."""

    def total(x: Floats) -> float:
        with np.errstate(all="ignore"):
            return float(np.sum(weights * loglik(x)))

    k = len(theta)
    step = 2e-3
    out = np.zeros((k, k))
    here = total(theta)
    units = np.eye(k) * step
    for i in range(k):
        out[i, i] = (total(theta + units[i]) - 2 * here + total(theta - units[i])) / step**2
        for j in range(i):
            out[i, j] = out[j, i] = (
                total(theta + units[i] + units[j])
                - total(theta + units[i] - units[j])
                - total(theta - units[i] + units[j])
                + total(theta - units[i] - units[j])
            ) / (4 * step**2)
    return np.nan_to_num(out)


@dataclass(frozen=True)
class Bootstrap:
    """Draws of all estimates together.  seed: of the draws.  draws: how many."""

    seed: int = 1
    draws: int = DRAWS

    def moved(self, theta: Floats, influence: Floats) -> Floats:
        """Parameters at each draw, ``[draws, parameters]``."""
        out = np.zeros((self.draws, influence.shape[1]))
        for begin in range(0, len(influence), _BLOCK):
            part = influence[begin : begin + _BLOCK]
            out += self._signs(begin, len(part)) @ part
        return theta + out

    def uniform(self) -> Floats:
        """One uniform number for each draw: the place in a range that is given."""
        ordinals = np.arange(self.draws)
        return randomness.uniforms_of_many(self.seed, 0, LOG_RECALL, 0, 0, ordinals)[0]

    def _signs(self, begin: int, count: int) -> Floats:
        """1 where a lineage counts twice at a draw, -1 where it does not, ``[draws, count]``."""
        bits = np.unpackbits(_bits(self.seed, self.draws, begin, count), axis=1, count=count)
        return 2.0 * bits.astype(np.float64) - 1.0


@lru_cache(maxsize=64)
def _bits(seed: int, draws: int, begin: int, count: int) -> npt.NDArray[np.uint8]:
    """A bit for each draw and lineage from ``begin`` on, eight of them a byte."""
    each = 2 * _BITS
    ordinals = np.arange(begin // each, (begin + count - 1) // each + 1)
    rows = []
    for draw in range(draws):
        first, second = randomness.uniforms_of_many(seed, 0, LOG_BOOTSTRAP, draw, 0, ordinals)
        whole = (np.column_stack((first, second)).ravel() * 2.0**_BITS).astype("<u8")
        rows.append(whole.view(np.uint8).reshape(-1, 8)[:, : _BITS // 8].ravel())
    return np.array(rows)
