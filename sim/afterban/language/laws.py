"""Distributions: how they are written, their parameters, means, medians, shares below."""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any

from pydantic_core import core_schema

from afterban.errors import ValueProblem, listed
from afterban.language.kinds import (
    MOST_POINTS,
    NEVER,
    AnyNumberKind,
    DurationKind,
    Kind,
    NumberKind,
    RateKind,
)

# For each kind, the sets of parameters that determine it; "cap" and "floor" may join any of them.
FORMS: dict[str, tuple[tuple[str, ...], ...]] = {
    "constant": (("value",),),
    "exponential": (("mean",), ("median",)),
    "lognormal": (("median", "sigma"), ("mean", "median"), ("mean", "sigma")),
    "uniform": (("low", "high"),),
    "weibull": (("scale", "shape"),),
    "pareto": (("minimum", "exponent"),),
    "quantiles": (("points",),),
    "mixture": (("parts",),),
    "observed": (("back", "not_back"), ("back", "not_back", "beyond")),
    "never": ((),),
}
# Kinds that only a time to return may have: they are longer than what is kept of other laws.
OF_GAPS = ("mixture", "observed")
MOST_COMPONENTS = 64
MOST_GAPS = 10_000
# Parameters that are plain numbers whatever the distribution is of; the others have its unit.
PLAIN_PARAMETERS = frozenset(("sigma", "shape", "exponent"))
LIMITS = ("cap", "floor")


@dataclass(frozen=True)
class Distribution:
    """A distribution of numbers that are 0 or more, in the simulator's units (days, per day).

    ``kind`` is a key of ``FORMS``.  ``written`` has the parameters as the author chose them;
    :attr:`parameters` has them in the one form that the engines use.  A draw above ``cap`` becomes
    ``cap``, and one below ``floor`` becomes ``floor``.
    """

    kind: str
    written: tuple[tuple[str, Any], ...] = ()

    def __init__(self, kind: str, written: Mapping[str, Any] | None = None) -> None:
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "written", tuple((written or {}).items()))
        _check(kind, dict(self.written))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.is_instance_schema(cls)

    @property
    def parameters(self) -> dict[str, Any]:
        """Parameters in canonical form.

        constant: value; exponential: mean; lognormal: median, sigma; uniform: low, high; weibull:
        scale, shape; pareto: minimum, exponent; quantiles: points, a tuple of (p, value); mixture:
        parts, a tuple of (weight, distribution); observed: back, not_back, two tuples of times,
        and beyond.  Also ``cap`` and ``floor`` where given.  With arithmetic of the project's own,
        so that a run is handed the same bits on every machine.
        """
        given = dict(self.written)
        if self.kind == "exponential" and "median" in given:
            from afterban.arithmetic import log

            given["mean"] = given.pop("median") / log(2.0)
        if self.kind == "lognormal" and "mean" in given:
            from afterban.arithmetic import exp, log

            mean = given.pop("mean")
            if "sigma" in given:
                given["median"] = mean * exp(-(given["sigma"] ** 2) / 2)
            else:
                given["sigma"] = math.sqrt(2 * log(mean / given["median"]))
        return given

    @property
    def cap(self) -> float:
        """Largest value; infinite if there is no cap."""
        return float(dict(self.written).get("cap", math.inf))

    @property
    def floor(self) -> float:
        """Smallest value."""
        return float(dict(self.written).get("floor", 0.0))

    @property
    def largest(self) -> float:
        """Largest value that can be drawn, with cap and floor; infinite if there is none."""
        p = self.parameters
        highest: dict[str, Callable[[], float]] = {
            "constant": lambda: p["value"],
            "uniform": lambda: p["high"],
            "quantiles": lambda: p["points"][-1][1],
            "mixture": lambda: max(law.largest for _, law in self.components),
            "observed": lambda: self.gaps.largest,
        }
        most = highest[self.kind]() if self.kind in highest else math.inf
        return float(min(max(most, self.floor), self.cap))

    @property
    def smallest(self) -> float:
        """Smallest value that can be drawn, with cap and floor."""
        p = self.parameters
        lowest: dict[str, Callable[[], float]] = {
            "never": lambda: math.inf,
            "constant": lambda: p["value"],
            "uniform": lambda: p["low"],
            "pareto": lambda: p["minimum"],
            "quantiles": lambda: p["points"][0][1],
            "mixture": lambda: min(law.smallest for _, law in self.components),
            "observed": lambda: self.gaps.smallest,
        }
        least = lowest[self.kind]() if self.kind in lowest else 0.0
        return float(min(max(least, self.floor), self.cap))

    def median(self) -> float:
        """Median, with cap and floor."""
        p = self.parameters
        if self.kind == "never":
            return math.inf
        plain: dict[str, Callable[[], float]] = {
            "constant": lambda: p["value"],
            "exponential": lambda: p["mean"] * math.log(2),
            "lognormal": lambda: p["median"],
            "uniform": lambda: (p["low"] + p["high"]) / 2,
            "weibull": lambda: p["scale"] * math.log(2) ** (1 / p["shape"]),
            "pareto": lambda: p["minimum"] * 2 ** (1 / p["exponent"]),
            "quantiles": lambda: _interpolated(p["points"], 0.5),
            "mixture": lambda: _mixed_median(self.components),
            "observed": lambda: self.gaps.quantile(0.5),
        }
        return float(min(max(plain[self.kind](), self.floor), self.cap))

    @property
    def components(self) -> tuple[tuple[float, Distribution], ...]:
        """Share and law of each component of a mixture; of any other law, itself alone.

        A mixture within a mixture is taken apart; shares of 0 are left out.
        """
        if self.kind != "mixture":
            return ((1.0, self),)
        parts = self.parameters["parts"]
        whole = math.fsum(weight for weight, _ in parts)
        return tuple(
            (weight / whole * share, law)
            for weight, part in parts
            for share, law in part.components
            if weight > 0
        )

    @property
    def gaps(self) -> Gaps:
        """What a table of observed gaps says."""
        p = self.parameters
        return Gaps.of(p["back"], p["not_back"], p.get("beyond", math.inf))

    def below(self, value: float) -> float:
        """Probability of a draw that is at most ``value``, with cap and floor."""
        if value < self.floor:
            return 0.0
        if value >= self.cap:
            return 1.0
        p = self.parameters
        if self.kind == "mixture":
            return math.fsum(share * law.below(value) for share, law in self.components)
        return float(_BELOW[self.kind](p, value))

    def mean(self) -> float:
        """Mean, with cap and floor; infinite if there is none."""
        return self.mean_below(math.inf)

    def mean_below(self, most: float) -> float:
        """Mean, with cap and floor, where a draw above ``most`` counts as ``most``."""
        cap = min(self.cap, most)
        if self.kind == "never":
            return cap
        if self.kind == "mixture":
            return math.fsum(share * law.mean_below(cap) for share, law in self.components)
        if self.kind == "observed":
            return self.gaps.mean_below(cap)
        # E[min(max(X, floor), cap)] = floor + E[min(X, cap)] - E[min(X, floor)]
        limited = _LIMITED_MEANS[self.kind]
        p = self.parameters
        if self.floor == 0:
            return limited(p, cap)
        if self.floor >= cap:
            return cap
        return self.floor + limited(p, cap) - limited(p, self.floor)


def _require(condition: bool, found: str, allowed: str) -> None:
    if not condition:
        raise ValueProblem(found, allowed)


def _check(kind: str, given: dict[str, Any]) -> None:
    if kind not in FORMS:
        raise ValueProblem(f"`{kind}` is not a distribution", f"write one of {listed(FORMS)}")
    names = set(given) - set(LIMITS)
    if not any(names == set(form) for form in FORMS[kind]):
        raise ValueProblem(f"{kind} is given {listed(sorted(names)) or 'nothing'}", needs(kind))
    if kind in OF_GAPS:
        (_check_parts if kind == "mixture" else _check_gaps)(given)
        return
    if kind == "quantiles":
        _check_points(given["points"])
        given = {name: value for name, value in given.items() if name != "points"}
    for name, value in given.items():
        _require(
            isinstance(value, int | float) and 0 <= value < math.inf,
            f"{name} is {value!r}",
            "it is a finite number that is 0 or more",
        )
    for name in ("median", "mean", "scale", "shape", "minimum", "exponent"):
        if name in given:
            _require(given[name] > 0, f"{name} of a {kind} distribution is 0", "make it positive")
    if kind == "uniform":
        _require(given["low"] <= given["high"], "low is above high", "exchange them")
    if kind == "lognormal" and names == {"mean", "median"}:
        _require(
            given["mean"] >= given["median"],
            "the mean is below the median",
            "the mean of a lognormal distribution is its median or more",
        )
    if kind == "pareto":
        _require(
            given["exponent"] > 1 or "cap" in given,
            "a pareto distribution with an exponent of 1 or less has no mean",
            "give it a `cap`, or an exponent above 1",
        )
    if "cap" in given and "floor" in given:
        _require(given["floor"] <= given["cap"], "the floor is above the cap", "exchange them")


def _check_points(points: tuple[tuple[float, float], ...]) -> None:
    _require(len(points) >= 2, "there are fewer than two quantiles", "give at least p 0 and p 1")
    _require(
        len(points) <= MOST_POINTS,
        f"there are {len(points)} quantiles",
        f"give at most {MOST_POINTS}",
    )
    _require(
        points[0][0] == 0 and points[-1][0] == 1,
        f"the quantiles go from p = {points[0][0]:g} to p = {points[-1][0]:g}",
        "the first is p = 0 (the least value) and the last p = 1 (the largest)",
    )
    for (p, x), (q, y) in pairwise(points):
        _require(p < q, f"p = {q:g} comes after p = {p:g}", "list the quantiles by growing p")
        _require(
            x <= y, f"the value at p = {q:g} is less than at p = {p:g}", "quantiles never fall"
        )
    _require(
        (points[0][1] > 0 or points[1][1] == 0) and points[-1][1] < math.inf,
        "a quantile is 0",
        "make it positive, since interpolation is on a logarithmic scale",
    )


def _check_parts(given: dict[str, Any]) -> None:
    parts = given["parts"]
    _require(
        not set(given) & set(LIMITS),
        "a mixture is given a cap or floor",
        "give it to each of its components",
    )
    _require(len(parts) > 0, "the mixture has no components", "give at least one")
    for weight, law in parts:
        _require(
            isinstance(weight, int | float) and 0 <= weight < math.inf,
            f"a weight is {weight!r}",
            "it is a finite number that is 0 or more",
        )
        _require(isinstance(law, Distribution), "a component is no distribution", "give one")
    _require(
        any(weight > 0 for weight, _ in parts), "every weight is 0", "make one of them positive"
    )
    count = sum(len(law.components) for _, law in parts)
    _require(
        count <= MOST_COMPONENTS, f"there are {count} components", f"give at most {MOST_COMPONENTS}"
    )


def _check_gaps(given: dict[str, Any]) -> None:
    back, not_back = given["back"], given["not_back"]
    _require(
        not set(given) & set(LIMITS),
        "a table of gaps is given a cap or floor",
        "leave it out: the values are those of the table",
    )
    _require(len(back) > 0, "nobody was seen back", "give at least one time in `back`")
    count = len(back) + len(not_back)
    _require(count <= MOST_GAPS, f"there are {count:,} gaps", f"give at most {MOST_GAPS:,}")
    for value in (*back, *not_back):
        _require(
            isinstance(value, int | float) and 0 <= value < math.inf,
            f"a gap is {value!r}",
            "it is a finite number that is 0 or more",
        )
    if "beyond" in given:
        _require(
            given["beyond"] > 0,
            "the mean wait beyond the table is 0",
            "make it positive, or write `never`",
        )
    else:
        _require(
            not not_back or max(not_back) < max(back),
            "somebody was not seen back by the end, and nothing says what becomes of him",
            "give `beyond: never`, or the mean time after the last one in the table, such as "
            "`beyond: 30d`",
        )


@dataclass(frozen=True)
class Gaps:
    """Observed gaps by Kaplan and Meier (1958): when what share had been seen back.

    times: at which somebody was seen back, growing.  shares: seen back by then, of all, as if
    nobody had been lost sight of.  last: the longest time, seen back or not.  beyond: mean wait
    after that of the others, infinite if they never come back.
    """

    times: tuple[float, ...]
    shares: tuple[float, ...]
    last: float
    beyond: float

    @classmethod
    def of(cls, back: tuple[float, ...], not_back: tuple[float, ...], beyond: float) -> Gaps:
        """The shares; of two at one time, who was seen back was so before sight was lost."""
        times = sorted(set(back))
        ends, lost = sorted(back), sorted(not_back)
        shares: list[float] = []
        left = 1.0
        for time in times:
            under_watch = (
                len(ends)
                - bisect.bisect_left(ends, time)
                + len(lost)
                - bisect.bisect_left(lost, time)
            )
            seen = bisect.bisect_right(ends, time) - bisect.bisect_left(ends, time)
            left *= 1.0 - seen / under_watch
            shares.append(1.0 - left)
        return cls(tuple(times), tuple(shares), max(*back, *not_back, 0.0), beyond)

    @property
    def smallest(self) -> float:
        """Least time."""
        return self.times[0]

    @property
    def largest(self) -> float:
        """Largest time; infinite if somebody was not seen back."""
        return self.times[-1] if self.shares[-1] == 1.0 else math.inf

    def quantile(self, p: float) -> float:
        """Least time by which a share ``p`` was seen back, or one beyond the table."""
        k = bisect.bisect_left(self.shares, p)
        if k < len(self.times):
            return self.times[k]
        if math.isinf(self.beyond):
            return math.inf
        return self.last - self.beyond * math.log((1.0 - p) / (1.0 - self.shares[-1]))

    def below(self, value: float) -> float:
        """Share that is back by then."""
        k = bisect.bisect_right(self.times, value)
        seen = self.shares[k - 1] if k else 0.0
        if value <= self.last or k < len(self.times) or math.isinf(self.beyond):
            return seen
        return 1.0 - (1.0 - seen) * math.exp(-(value - self.last) / self.beyond)

    def mean_below(self, most: float) -> float:
        """Mean, where a time above ``most`` counts as ``most``."""
        before = (0.0, *self.shares)
        seen = math.fsum(
            (q - p) * min(x, most) for p, q, x in zip(before, self.shares, self.times, strict=False)
        )
        left = 1.0 - self.shares[-1]
        if left == 0.0:
            return seen
        if most <= self.last or math.isinf(self.beyond):
            return seen + left * most
        more = -self.beyond * math.expm1(-(most - self.last) / self.beyond)
        return seen + left * (self.last + more)


def _mixed_median(components: tuple[tuple[float, Distribution], ...]) -> float:
    """Between the medians of the components, by bisection."""
    medians = [law.median() for _, law in components]
    low, high = min(medians), max(medians)
    mixed = Distribution("mixture", {"parts": components})
    if mixed.below(low) >= 0.5:
        return low
    while math.isinf(high):  # the median of a component that may never end
        high = next((x for x in _doubled(low) if mixed.below(x) >= 0.5), 0.0)
        if not high:
            return math.inf
    while (middle := (low + high) / 2) not in (low, high):
        low, high = (low, middle) if mixed.below(middle) >= 0.5 else (middle, high)
    return high


def _doubled(low: float) -> Iterator[float]:
    """Ever longer times, up to longer ones than any run has."""
    return (max(low, 1e-6) * 2.0**k for k in range(64))


def needs(kind: str) -> str:
    """What a distribution takes, in words."""
    forms = [listed(form) for form in FORMS[kind] if form]
    return f"it takes {', or '.join(forms)}" if forms else "it takes nothing"


def _normal(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))


_WIDE = 35.0  # sigma of a lognormal law from which on its mean is written without its exponential


def _lognormal_limited(p: dict[str, Any], cap: float) -> float:
    median, sigma = p["median"], p["sigma"]
    if math.isinf(cap):
        return float(median * math.exp(sigma**2 / 2)) if sigma < _WIDE else math.inf
    if cap == 0:
        return 0.0
    if sigma == 0:
        return float(min(median, cap))
    z = (math.log(cap) - math.log(median)) / sigma
    if sigma < _WIDE:
        below = float(median * math.exp(sigma**2 / 2)) * _normal(z - sigma)
    elif z < sigma:  # the mean is beyond all numbers, and its part below the cap is in a far tail
        below = cap * math.exp(-z * z / 2) / ((sigma - z) * math.sqrt(2 * math.pi))
    else:
        return math.inf
    return below + cap * _normal(-z)


def _exponential_limited(p: dict[str, Any], cap: float) -> float:
    return float(-p["mean"] * math.expm1(-cap / p["mean"]))


def _uniform_limited(p: dict[str, Any], cap: float) -> float:
    low, high = p["low"], p["high"]
    if cap >= high:
        return float((low + high) / 2)
    if cap <= low:
        return cap
    return float(((cap**2 - low**2) / 2 + cap * (high - cap)) / (high - low))


def _weibull_limited(p: dict[str, Any], cap: float) -> float:
    # The integral of the survival function, an incomplete gamma function, by its series
    # gamma(a, x) = x^a e^-x sum x^n / (a (a+1) ... (a+n)).
    scale, a = p["scale"], 1 / p["shape"]
    whole = float(scale * math.gamma(1 + a))
    if math.isinf(cap):
        return whole
    x = (cap / scale) ** p["shape"]
    if x == 0:
        return 0.0
    if x > 600 + 4 * a:
        return whole
    term = total = 1 / a
    n = 1
    while term > total * 1e-17:
        term *= x / (a + n)
        total += term
        n += 1
    return float(scale * a * math.exp(a * math.log(x) - x + math.log(total)))


def _pareto_limited(p: dict[str, Any], cap: float) -> float:
    low, a = p["minimum"], p["exponent"]
    if cap <= low:
        return cap
    if math.isinf(cap):
        return float(low * a / (a - 1)) if a > 1 else math.inf
    if a == 1:
        return float(low * (1 + math.log(cap / low)))
    return float(low + low / (a - 1) * (1 - (low / cap) ** (a - 1)))


def _quantiles_limited(p: dict[str, Any], cap: float) -> float:
    # Within a segment log x is linear in p, so the mean of x over it is (y - x) / log(y / x).
    total = 0.0
    for (q0, x0), (q1, x1) in pairwise(p["points"]):
        if x0 == 0:  # straight from an atom at 0
            total += (q1 - q0) * (_uniform_limited({"low": 0.0, "high": x1}, cap) if x1 else 0.0)
        elif x1 <= cap:
            total += (q1 - q0) * _log_mean(x0, x1)
        elif x0 >= cap:
            total += (q1 - q0) * cap
        else:
            part = math.log(cap / x0) / math.log(x1 / x0)
            total += (q1 - q0) * (part * _log_mean(x0, cap) + (1 - part) * cap)
    return total


def _quantile_below(p: dict[str, Any], value: float) -> float:
    total = 0.0
    for (q0, x0), (q1, x1) in pairwise(p["points"]):
        if value >= x1:
            total = q1
        elif value > x0:
            part = value / x1 if x0 == 0 else math.log(value / x0) / math.log(x1 / x0)
            return float(q0 + (q1 - q0) * part)
    return total


def _uniform_below(p: dict[str, Any], value: float) -> float:
    if value >= p["high"]:
        return 1.0
    return float(max(0.0, value - p["low"]) / (p["high"] - p["low"]))


def _lognormal_below(p: dict[str, Any], value: float) -> float:
    if value <= 0:
        return 0.0
    if p["sigma"] == 0:
        return float(value >= p["median"])
    return _normal((math.log(value) - math.log(p["median"])) / p["sigma"])


# Probability of a draw that is at most a value of 0 or more.
_BELOW: dict[str, Callable[[dict[str, Any], float], float]] = {
    "never": lambda p, x: 0.0,
    "constant": lambda p, x: float(x >= p["value"]),
    "exponential": lambda p, x: -math.expm1(-x / p["mean"]),
    "lognormal": _lognormal_below,
    "uniform": _uniform_below,
    "weibull": lambda p, x: -math.expm1(-((x / p["scale"]) ** p["shape"])),
    "pareto": lambda p, x: 1 - (p["minimum"] / x) ** p["exponent"] if x > p["minimum"] else 0.0,
    "quantiles": _quantile_below,
    "observed": lambda p, x: Gaps.of(p["back"], p["not_back"], p.get("beyond", math.inf)).below(x),
}


def _log_mean(x: float, y: float) -> float:
    return x if x == y else (y - x) / math.log(y / x)


def _interpolated(points: tuple[tuple[float, float], ...], at: float) -> float:
    for (q0, x0), (q1, x1) in pairwise(points):
        if at <= q1:
            part = (at - q0) / (q1 - q0)
            return float(x0 * (x1 / x0) ** part if x0 > 0 else x1 * part)
    return points[-1][1]


_LIMITED_MEANS: dict[str, Callable[[dict[str, Any], float], float]] = {
    "constant": lambda p, cap: float(min(p["value"], cap)),
    "exponential": _exponential_limited,
    "lognormal": _lognormal_limited,
    "uniform": _uniform_limited,
    "weibull": _weibull_limited,
    "pareto": _pareto_limited,
    "quantiles": _quantiles_limited,
}


def constant(value: float) -> Distribution:
    """Always ``value``."""
    return Distribution("constant", {"value": value})


def exponential(mean: float, **limits: float) -> Distribution:
    """Exponential with the given mean; ``cap`` and ``floor`` may be given."""
    return Distribution("exponential", {"mean": mean, **limits})


def lognormal(median: float, sigma: float, **limits: float) -> Distribution:
    """Lognormal with the given median and standard deviation of the logarithm."""
    return Distribution("lognormal", {"median": median, "sigma": sigma, **limits})


def uniform(low: float, high: float, **limits: float) -> Distribution:
    """Uniform from ``low`` to ``high``."""
    return Distribution("uniform", {"low": low, "high": high, **limits})


def weibull(scale: float, shape: float, **limits: float) -> Distribution:
    """Weibull with survival exp(-(x / scale)^shape)."""
    return Distribution("weibull", {"scale": scale, "shape": shape, **limits})


def pareto(minimum: float, exponent: float, **limits: float) -> Distribution:
    """Pareto with survival (minimum / x)^exponent."""
    return Distribution("pareto", {"minimum": minimum, "exponent": exponent, **limits})


def quantiles(points: Mapping[float, float], **limits: float) -> Distribution:
    """Distribution through the given quantiles, log-linear between them."""
    pairs = tuple((float(p), float(x)) for p, x in points.items())
    return Distribution("quantiles", {"points": pairs, **limits})


def mixture(*parts: tuple[float, Distribution]) -> Distribution:
    """One of several laws, each as often as its weight says; of times to return only."""
    return Distribution("mixture", {"parts": parts})


def observed(
    back: Iterable[float], not_back: Iterable[float] = (), **beyond: float
) -> Distribution:
    """Gaps in days as they were observed, seen back or not yet; of times to return only.

    ``beyond``: mean wait after the longest one of those who were not seen back; infinite for never.
    """
    return Distribution("observed", {"back": tuple(back), "not_back": tuple(not_back), **beyond})


def never() -> Distribution:
    """Infinite duration."""
    return Distribution("never")


@dataclass(frozen=True)
class Flavour:
    """What a distribution is of: plain numbers, durations, or rates."""

    name: str
    value: Kind
    example: str
    more: tuple[str, ...] = ()  # kinds of its own

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of distribution that may be written in braces."""
        return tuple(
            kind for kind in FORMS if kind != NEVER and (kind not in OF_GAPS or kind in self.more)
        )

    @property
    def may_never_end(self) -> bool:
        """Whether ``never`` is allowed."""
        return isinstance(self.value, DurationKind)

    @property
    def form(self) -> str:
        """What may be written."""
        return (
            f"write {self.value.name} such as `{self.example}`"
            f"{', `never`,' if self.may_never_end else ''} or a distribution such as "
            f"`{{lognormal: {{median: {self.example}, sigma: 1.2}}}}`"
        )


NUMBERS = Flavour("numbers", NumberKind(), "200")
DURATIONS = Flavour("durations", DurationKind(), "36h")
RATES = Flavour("rates", RateKind(), "2 per day")
PRIORS = Flavour("numbers, durations or rates", AnyNumberKind(), "0.4")
GAPS = Flavour("times to return", DurationKind(), "36h", OF_GAPS)

DurationDistribution = Annotated[Distribution, DURATIONS]
PriorDistribution = Annotated[Distribution, PRIORS]
GapDistribution = Annotated[Distribution, GAPS]
RateDistribution = Annotated[Distribution, RATES]
