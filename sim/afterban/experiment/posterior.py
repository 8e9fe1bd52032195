"""From a table of simulations to a posterior: regression-adjusted rejection.

Each row of the table has values of the unknowns that were drawn from what is known of them before,
and one replication of the simulation with draws of its own.  An observation is drawn of each
simulated figure, so that a row is a draw of the joint law of unknowns and observations.  The rows
that are nearest to what was observed count, by the Epanechnikov kernel, and a local linear
regression moves each to where it would be had it met the observation (Beaumont, Zhang & Balding
2002, "Approximate Bayesian computation in population genetics", Genetics 162), on the logit of
places in prior units, so that nothing leaves its range.  Of a bound the likelihood is known, so it
weights the rows exactly (Wilkinson 2013, "Approximate Bayesian computation gives exact results
under the assumption of model error", SAGMB 12).

One table serves any number of observations, which makes the proof in ``calibration_check`` cheap.

Checked by ``tests/experiment/test_posterior.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from afterban.experiment.generators import Generator
from afterban.experiment.observed import Observation

Floats: TypeAlias = npt.NDArray[np.float64]

NEAREST = 0.2  # share of the rows that count
LEAST_NEAREST = 100  # of them, if there are as many
EDGE = 1e-6  # of a range, at which a logit is cut
_RIDGE = 1e-6


@dataclass(frozen=True)
class Weighted:
    """A posterior as weighted places in prior units, ``[rows, unknowns]``; weights sum to 1."""

    places: Floats
    weights: Floats

    @property
    def size(self) -> float:
        """Effective number of rows."""
        return float(1.0 / (self.weights**2).sum()) if len(self.weights) else 0.0

    def quantile(self, shares: Sequence[float]) -> Floats:
        """Quantiles of each unknown, ``[shares, unknowns]``."""
        out = np.empty((len(shares), self.places.shape[1]))
        for k in range(self.places.shape[1]):
            order = np.argsort(self.places[:, k], kind="stable")
            reached = np.cumsum(self.weights[order]) - 0.5 * self.weights[order]
            out[:, k] = np.interp(shares, reached, self.places[order, k])
        return out

    def below(self, place: Floats) -> Floats:
        """Share of the posterior below a place ``[unknowns]``, of each unknown."""
        found: Floats = (self.weights[:, None] * (self.places < place)).sum(axis=0)
        return found

    def drawn(self, count: int, rng: Generator) -> Floats:
        """Equally likely places, ``[count, unknowns]``: systematic resampling, in random order."""
        edges = np.cumsum(self.weights)
        at = (np.arange(count) + rng.random()) / count * edges[-1]
        rows = np.minimum(np.searchsorted(edges, at, side="right"), len(edges) - 1)
        return self.places[rng.permutation(rows)]


def posterior(
    places: Floats,
    observed: Floats,
    at: Floats,
    held: Floats | None = None,
    nearest: float = NEAREST,
) -> Weighted:
    """The posterior of the unknowns where certain figures are observed.

    Args:
        places: of the rows in prior units, ``[rows, unknowns]``.
        observed: an observation of each figure in each row, ``[rows, figures]``; NaN where the
            figure is undefined, which is not what was observed.
        at: what was observed of each, ``[figures]``.
        held: likelihood of the bounds in each row, ``[rows]``; 1 if None.
        nearest: share of the rows that count.

    Raises ValueError if no row has every figure.
    """
    weights = np.ones(len(places)) if held is None else held.copy()
    told = np.isfinite(observed).all(axis=1) & (weights > 0)
    if not told.any():
        raise ValueError("no simulation has every figure and keeps every bound")
    places, observed, weights = places[told], observed[told], weights[told]
    if not observed.shape[1]:
        return Weighted(places, weights / weights.sum())
    unit = _units(observed)
    off = (observed - at) / unit
    distance = np.sqrt((off**2).sum(axis=1))
    count = min(len(distance), max(LEAST_NEAREST, round(nearest * len(distance))))
    reach = np.partition(distance, count - 1)[count - 1] * (1 + 1e-9) + 1e-12
    near = distance < reach
    weights = weights[near] * (1 - (distance[near] / reach) ** 2)
    weights = weights / weights.sum()
    logits = _logit(places[near])
    return Weighted(_expit(_adjusted(logits, off[near], weights)), weights)


def _units(observed: Floats) -> Floats:
    """A robust spread of each figure over the rows; 1 of one that is the same in all."""
    middle = np.median(observed, axis=0)
    spread = 1.4826 * np.median(np.abs(observed - middle), axis=0)
    plain = observed.std(axis=0)
    spread = np.where(spread > 1e-3 * plain, spread, plain)
    return np.where(spread > 0, spread, 1.0)


def _adjusted(logits: Floats, off: Floats, weights: Floats) -> Floats:
    """Logits moved along a weighted linear regression to where figures are as observed."""
    design = np.column_stack([np.ones(len(off)), off])
    weighted = design * weights[:, None]
    normal = design.T @ weighted + _RIDGE * np.diag([0.0, *np.ones(off.shape[1])])
    slopes = np.linalg.solve(normal, weighted.T @ logits)
    moved: Floats = logits - off @ slopes[1:]
    return moved


def _logit(places: Floats) -> Floats:
    inside = np.clip(places, EDGE, 1 - EDGE)
    found: Floats = np.log(inside / (1 - inside))
    return found


def _expit(logits: Floats) -> Floats:
    found: Floats = 1.0 / (1.0 + np.exp(-logits))
    return found


# --- figures of a table ---------------------------------------------------------------------------


def values_and_bounds(
    targets: Sequence[Observation], simulated: Floats, rng: Generator
) -> tuple[Floats, Floats]:
    """Observations of the targets that are values ``[rows, values]``, and what the bounds say.

    simulated: metrics of the targets, ``[rows, targets]``.  Bounds: ``[rows]``, their likelihood.
    """
    held = np.ones(len(simulated))
    values = []
    for k, one in enumerate(targets):
        scaled = one.scaled(simulated[:, k])
        if one.is_bound:
            held = held * one.holds(scaled)
        else:
            values.append(one.drawn(scaled, rng))
    return (np.column_stack(values) if values else np.empty((len(simulated), 0))), held


def places_of(targets: Sequence[Observation]) -> Floats:
    """What was observed of the targets that are values, on their scales."""
    return np.array([one.place for one in targets if not one.is_bound])
