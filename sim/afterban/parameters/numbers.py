"""How laws, days and lists of a scenario are written as numbers; places in the arrays by tier."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import numpy.typing as npt

from afterban.arithmetic import log
from afterban.language.laws import Distribution
from afterban.mechanisms import distributions as d
from afterban.mechanisms.clock import MICROSECONDS, on_the_clock

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

AUDIENCE, POSTS, DEGREE, RETURN_DELAY = range(4)
RETURNS, REFOLLOW, LOST = range(3)  # in which operators of a tier may differ


def row(distribution: Distribution) -> Floats:
    """The numbers of a distribution, as :mod:`afterban.mechanisms.distributions` reads them."""
    p: dict[str, Any] = dict(distribution.parameters)
    out = np.zeros(d.ROW)
    out[3] = p.get("floor", -math.inf)
    out[4] = p.get("cap", math.inf)
    kind = distribution.kind
    if kind == "never":
        out[:3] = d.CONSTANT, math.inf, 0.0
    elif kind == "constant":
        out[:3] = d.CONSTANT, p["value"], 0.0
    elif kind == "exponential":
        out[:3] = d.EXPONENTIAL, p["mean"], 0.0
    elif kind == "lognormal":
        out[:3] = d.LOGNORMAL, log(p["median"]), p["sigma"]
    elif kind == "uniform":
        out[:3] = d.UNIFORM, p["low"], p["high"]
    elif kind == "weibull":
        out[:3] = d.WEIBULL, p["scale"], p["shape"]
    elif kind == "pareto":
        out[:3] = d.PARETO, p["minimum"], p["exponent"]
    elif kind == "quantiles":
        points = p["points"]
        out[0] = d.QUANTILES
        out[5] = len(points)
        out[6 : 6 + len(points)] = [at for at, _ in points]
        out[6 + d.MOST_POINTS : 6 + d.MOST_POINTS + len(points)] = [x for _, x in points]
    else:
        raise ValueError(f"no such distribution: {kind!r}")
    return out


def duration(law: Distribution) -> Floats:
    """The numbers of a distribution of times: those that are values themselves, on the clock."""
    out = row(law)
    values = (1, 3, 4) if out[0] == d.CONSTANT else (3, 4)
    for k in values:
        if math.isfinite(out[k]):
            out[k] = on_the_clock(out[k])
    return out


def days_after(date: dt.date, start: dt.date) -> float:
    """Days from ``start`` to ``date``."""
    return float((date - start).days)


def steps(first: float, last: float, step: float) -> Floats:
    """Days from ``first`` on, ``step`` apart, each a whole microsecond; ``last`` ends them."""
    parts = int(MICROSECONDS)
    begin, end = round(first * parts), round(last * parts)
    steps: Floats = np.arange(begin, end, max(1, round(step * parts)), dtype=np.float64) / parts
    return np.append(steps, on_the_clock(last))


def floats(values: list[Any]) -> Floats:
    """An array of 64-bit floats."""
    return np.array(values, dtype=np.float64)


def integers(values: list[Any]) -> Integers:
    """An array of 64-bit integers."""
    return np.array(values, dtype=np.int64)
