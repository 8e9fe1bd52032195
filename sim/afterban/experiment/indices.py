"""Indices of sensitivity, by SALib: shares of a variance, and mean effects.

Points lie in the unit cube, evenly.  ``given`` takes any such points; the designs of ``sobol`` and
``morris`` are their own.

Checked by ``tests/experiment/test_indices.py``.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from afterban.experiment.orders import Orders

Floats = npt.NDArray[np.float64]
Method: TypeAlias = Literal["given", "sobol", "morris"]

METHODS: Final = ("given", "sobol", "morris")
HARMONICS = 4  # that RBD-FAST adds up at most: a smooth effect is in the first few
PER_HARMONIC = 32  # points for each of them
RESAMPLES = 200
LEVEL = 0.95
Z = float(ndtri(0.5 + LEVEL / 2))
LEVELS = 4  # of a Morris design


@dataclass(frozen=True)
class Index:
    """What one input, or group of inputs, does to a response.

    first: share of the variance that the input makes alone; of ``morris`` the mean of the absolute
        elementary effects, in the unit of the response.
    total: share that it takes part in, interactions included; NaN where the method has none; of
        ``morris`` the standard deviation of the elementary effects.
    first_half, total_half: half widths of the bootstrap's intervals, at ``LEVEL``; NaN for none.
    """

    name: str
    first: float
    first_half: float
    total: float = np.nan
    total_half: float = np.nan


@dataclass(frozen=True)
class Pair:
    """What two inputs make of the variance only together."""

    names: tuple[str, str]
    second: float
    half: float


@dataclass(frozen=True)
class Indices:
    """Indices of one response, in the order of the inputs, and pairs where the method has them.

    variance: of the response over the points; 0 where it does not move, and there are no indices.
    """

    method: Method
    variance: float
    each: tuple[Index, ...] = ()
    pairs: tuple[Pair, ...] = ()

    @property
    def ranked(self) -> tuple[Index, ...]:
        """The largest first: by the total where there is one, by the first if not."""
        return tuple(sorted(self.each, key=lambda one: -size(self.method, one)))

    @property
    def together(self) -> tuple[Pair, ...]:
        """Pairs that make something only together, the most first.

        Those whose intervals lie above zero, of all pairs at once (Bonferroni), and that claim no
        more than the totals of their members leave, as too few samples let them do.
        """
        if not self.pairs:
            return ()
        wider = float(ndtri(1 - (1 - LEVEL) / 2 / len(self.pairs))) / Z
        most = {one.name: one.total + one.total_half for one in self.each}
        told = [
            pair
            for pair in self.pairs
            if pair.second > wider * pair.half
            and pair.second <= min(most[name] for name in pair.names)
        ]
        return tuple(sorted(told, key=lambda pair: -pair.second))

    @property
    def too_few(self) -> bool:
        """Whether shares come to more than the whole, as they do of too few samples."""
        if self.method == "morris" or not self.each:
            return False
        return self.interactions < -0.15 or any(size(self.method, one) > 1.05 for one in self.each)

    @property
    def interactions(self) -> float:
        """Share of the variance that no input makes alone; NaN where there are no shares."""
        if self.method == "morris" or not self.each:
            return np.nan
        return float(1 - sum(one.first for one in self.each))


@dataclass(frozen=True)
class Response:
    """Indices of one response: ``level``, ``difference`` or ``best``.

    points: that they are of.  dropped: samples of the design left out, as undefined in some arm.
    """

    what: str
    indices: Indices
    points: int
    dropped: int


def size(method: Method, one: Index) -> float:
    """What an input is ranked by."""
    return one.total if method == "sobol" else one.first


def half_width(method: Method, one: Index) -> float:
    """Half of the interval of what an input is ranked by."""
    return one.total_half if method == "sobol" else one.first_half


@dataclass(frozen=True)
class Leading:
    """above: indices whose intervals lie above zero.  tied: those that may be the largest."""

    above: tuple[Index, ...]
    tied: tuple[Index, ...]


def leading(found: Indices) -> Leading:
    """Which indices are distinguishable from zero, and which of them from the largest."""
    above = tuple(one for one in found.ranked if ends(found.method, one)[0] > 0)
    if not above:
        return Leading((), ())
    low = ends(found.method, above[0])[0]
    return Leading(above, tuple(one for one in found.ranked if ends(found.method, one)[1] >= low))


def ends(method: Method, one: Index) -> tuple[float, float]:
    """The interval of what an assumption is ranked by."""
    value, half = size(method, one), half_width(method, one)
    return value - half, value + half


def design(
    method: Method, names: Sequence[str], count: int, seed: int, groups: Sequence[str] | None = None
) -> Floats:
    """The points of a design in the unit cube, shape (n, d).

    Args:
        method: ``sobol`` (Saltelli 2002: count (2 g + 2) points for g groups, of which a power of
            two is spread most evenly) or ``morris`` (Morris 1991: count (d + 1) points).
        names: of the inputs.
        groups: the group of each input; every input alone if None.  A Morris design has none.
    """
    problem = _problem(names, groups)
    if method == "sobol":
        from SALib.sample import sobol

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # that a power of two is best
            return np.asarray(sobol.sample(problem, count, seed=seed), dtype=np.float64)
    from SALib.sample import morris

    return np.asarray(morris.sample(problem, count, num_levels=LEVELS, seed=seed))


def indices(
    method: Method,
    names: Sequence[str],
    x: Floats,
    y: Floats,
    seed: int,
    groups: Sequence[str] | None = None,
) -> Indices:
    """Indices of one or several responses at the points of a design.

    Args:
        method: ``given`` is RBD-FAST (Tarantola, Gatelli & Mara 2006; Plischke 2010) with the
            correction of bias of Tissot & Prieur (2012): first-order shares, at any even points.
        x: the points, shape (n, d); of ``sobol`` and ``morris`` those of :func:`design`.
        y: shape (n,), or (n, k) for k parts of one response, such as which of k arms is the best.
            Then variances are added up over the parts, and shares are of that sum (Gamboa, Janon,
            Klein & Lagnoux 2014); effects of ``morris`` are of half of the sum of absolute
            changes, which is 1 where the answer becomes another.
        groups: as for the design.

    Raises ValueError for values that are not finite.
    """
    parts = y[:, None] if y.ndim == 1 else y
    if not np.isfinite(parts).all():
        raise ValueError("every point of a design needs a value")
    if method == "morris":
        return _morris(names, x, parts, seed)
    spread = parts.var(axis=0)
    moving = np.flatnonzero(spread > 1e-12 * np.maximum(1.0, np.abs(parts).max(axis=0)) ** 2)
    if not len(moving):
        return Indices(method, 0.0)
    one = _given if method == "given" else _sobol
    found = [one(names, x, parts[:, k], seed, groups) for k in moving]
    weights = spread[moving] / spread[moving].sum()
    return _added(method, found, weights, float(spread.sum()))


@dataclass(frozen=True)
class _Raw:
    """Indices of a part with its resamples: first, total and second order, the last a square."""

    names: tuple[str, ...]
    first: Floats
    first_all: Floats
    total: Floats
    total_all: Floats
    second: Floats
    second_half: Floats


def _added(method: Method, found: Sequence[_Raw], weights: Floats, variance: float) -> Indices:
    """The parts' indices weighted by their variance; resamples are of the same points in each."""
    first, first_all, total, total_all, second = (
        sum(w * getattr(one, what) for w, one in zip(weights, found, strict=True))
        for what in ("first", "first_all", "total", "total_all", "second")
    )
    half = sum(w * one.second_half for w, one in zip(weights, found, strict=True))
    halves = [Z * np.std(each, axis=0, ddof=1) for each in (first_all, total_all)]
    names = found[0].names
    d = len(names)
    return Indices(
        method,
        variance,
        tuple(
            Index(names[j], *(float(v[j]) for v in (first, halves[0], total, halves[1])))
            for j in range(d)
        ),
        tuple(
            Pair((names[j], names[k]), float(second[j, k]), float(half[j, k]))
            for j in range(d)
            for k in range(j + 1, d)
            if np.isfinite(second[j, k])
        ),
    )


def _given(
    names: Sequence[str], x: Floats, y: Floats, seed: int, groups: Sequence[str] | None
) -> _Raw:
    from SALib.analyze.rbd_fast import compute_first_order, permute_outputs, unskew_S1

    def each(points: Floats, values: Floats) -> Floats:
        if values.std() == 0.0:
            return np.zeros(points.shape[1])
        raw = (compute_first_order(permute_outputs(x_j, values), harmonics) for x_j in points.T)
        return np.array([unskew_S1(share, harmonics, len(values)) for share in raw])

    n, d = x.shape
    harmonics = max(1, min(HARMONICS, n // PER_HARMONIC))
    orders = Orders(seed)
    # Halves without repetition, as points that are there twice look like an effect.
    samples = [orders.half(n) for _ in range(RESAMPLES)]
    nothing = np.full((d, d), np.nan)
    return _Raw(
        tuple(names),
        each(x, y),
        # Half of the points, drawn anew, spread about all of them as all do about the truth.
        np.array([each(x[some], y[some]) for some in samples]),
        np.full(d, np.nan),
        np.full((RESAMPLES, d), np.nan),
        nothing,
        nothing,
    )


def _sobol(
    names: Sequence[str], x: Floats, y: Floats, seed: int, groups: Sequence[str] | None
) -> _Raw:
    from SALib.analyze import sobol

    problem = _problem(names, groups)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of pairs of a resample without variance
        found = sobol.analyze(
            problem, y, num_resamples=RESAMPLES, conf_level=LEVEL, keep_resamples=True, seed=seed
        )
    known = tuple(dict.fromkeys(groups or names))
    return _Raw(
        known,
        np.asarray(found["S1"]),
        np.asarray(found["S1_conf_all"]),
        np.asarray(found["ST"]),
        np.asarray(found["ST_conf_all"]),
        np.asarray(found["S2"]),
        np.asarray(found["S2_conf"]),
    )


def _morris(names: Sequence[str], x: Floats, parts: Floats, seed: int) -> Indices:
    """Elementary effects; of several parts, half of the sum of their absolute values."""
    d = len(names)
    paths, values = x.reshape(-1, d + 1, d), parts.reshape(-1, d + 1, parts.shape[1])
    steps = np.diff(paths, axis=1)
    which = np.abs(steps).argmax(axis=2)  # the input that moves
    length = np.take_along_axis(steps, which[..., None], axis=2)[..., 0]
    if parts.shape[1] == 1:
        from SALib.analyze import morris

        found = morris.analyze(
            _problem(names, None),
            x,
            parts[:, 0],
            num_resamples=RESAMPLES,
            conf_level=LEVEL,
            num_levels=LEVELS,
            seed=seed,
        )
        columns = (found["mu_star"], found["mu_star_conf"], found["sigma"])
    else:
        change = np.abs(np.diff(values, axis=1)).sum(axis=2) / 2 / np.abs(length)
        effects = np.empty_like(change)
        np.put_along_axis(effects, which, change, axis=1)
        orders = Orders(seed)
        resamples = [effects[orders.again(len(effects))].mean(axis=0) for _ in range(RESAMPLES)]
        again = np.array(resamples)
        half = Z * again.std(axis=0, ddof=1)
        columns = (effects.mean(axis=0), half, effects.std(axis=0, ddof=1))
    return Indices(
        "morris",
        float(parts.var(axis=0).sum()),
        tuple(
            Index(name, float(mu), float(half), float(sigma))
            for name, mu, half, sigma in zip(names, *columns, strict=True)
        ),
    )


def _problem(names: Sequence[str], groups: Sequence[str] | None) -> dict[str, Any]:
    problem: dict[str, Any] = {
        "num_vars": len(names),
        "names": list(names),
        "bounds": [[0.0, 1.0]] * len(names),
    }
    return problem if groups is None else {**problem, "groups": list(groups)}


__all__ = [
    "METHODS",
    "Index",
    "Indices",
    "Leading",
    "Method",
    "Pair",
    "design",
    "ends",
    "half_width",
    "indices",
    "leading",
    "size",
]
