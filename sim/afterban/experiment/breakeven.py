"""Two searches along one time: where a metric crosses a value, and which times explain a figure.

Both run the scenario at several times to action on common random numbers, stretching the whole
distribution at a path so that it has a given median.  Both search on the logarithm of time.

Checked by ``tests/experiment/test_breakeven.py``.
"""

from __future__ import annotations

import bisect
import hashlib
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import optimize

from afterban.engines import EngineName
from afterban.errors import AfterbanError, ScenarioErrors, closest, listed
from afterban.experiment.compare import (
    HEADLINE,
    check_metric,
    estimate_dict,
)
from afterban.experiment.replicate import replicate
from afterban.experiment.wording import decimals, label, number, time_text
from afterban.language import paths
from afterban.language.laws import DURATIONS, PLAIN_PARAMETERS
from afterban.language.writing import law_text
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT, Parameters
from afterban.scenario import Distribution, Scenario
from afterban.statistics import Estimate, mean_interval
from afterban.units import format_duration

Floats = npt.NDArray[np.float64]
Sampler: TypeAlias = Callable[[float], Floats]

DIAL = "review.time_to_action"
SHORTEST, LONGEST = 1 / 24, 90.0  # days
CLOSE = 0.01  # of the logarithm of time: a search ends within 1 % of the time itself
COARSE = 7  # first looks for a crossing
FINE = 13  # first looks for the times that explain a figure

# Where a time that is left out is taken from.
_STANDS_FOR = {
    "urgent_time_to_action": ("review.urgent_time_to_action", "review.time_to_action"),
    "time_to_action": ("review.time_to_action",),
    "return_delay": ("returning.delay",),
}
# Parameters that act on flagged accounts only, of which the twin without enforcement has none.
_AFTER_A_FLAG = frozenset(
    ("time_to_action", "wave_every", "action_delay", "scan_time", "sensitivity")
)


# --- one time changed -----------------------------------------------------------------------------


def value_at(scenario: Scenario, path: str) -> Any:
    """The value of a scenario at a path; a part of a distribution as a number.

    Raises AfterbanError if nothing has that path, with the nearest that something has.
    """
    here: Any = scenario
    steps = paths.steps(path)
    for k, step in enumerate(steps):
        known: Sequence[str] = ()
        if isinstance(here, Distribution):
            rest = steps[k:][1:] if steps[k] == here.kind else steps[k:]
            given = dict(here.written)
            if len(rest) == 1 and rest[0] in given:
                return given[rest[0]]
            known = [f"{here.kind}.{name}" for name in given]
            found = None
        elif isinstance(here, Mapping):
            known = list(here)
            found = here.get(step)
        elif isinstance(here, list):
            found = here[int(step)] if step.isdecimal() and int(step) < len(here) else None
        else:
            known = [] if here is None else [_written(name) for name in type(here).model_fields]
            if step not in known:
                raise _no_path(scenario, path, steps[:k], known)
            found = getattr(here, "from_" if step == "from" else step)
        if found is None and k + 1 < len(steps):
            raise _no_path(scenario, path, steps[:k], known)
        here = found
    return here


def _written(name: str) -> str:
    return name.removesuffix("_") if name == "from_" else name


def _no_path(
    scenario: Scenario, path: str, before: Sequence[str], known: Sequence[str]
) -> AfterbanError:
    near = closest(path, [".".join([*before, one]) for one in known])
    return AfterbanError(
        f"{scenario.name} has nothing at `{path}`" + (f"; did you mean `{near}`?" if near else "")
    )


def with_time(scenario: Scenario, path: str, days: float) -> Scenario:
    """The scenario with the time at ``path`` set to ``days``.

    A distribution is stretched as a whole until its median is that, cap and floor with it; where
    its median is 0 or infinite it becomes the constant.  A single duration is replaced.
    """
    value = value_at(scenario, path)
    last = path.rpartition(".")[2]
    for other in _STANDS_FOR.get(last, ()):
        if value is None:
            value = value_at(scenario, other)
    if isinstance(value, Distribution):
        return scenario.with_changes({path: law_text(DURATIONS, stretched(value, days))})
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise AfterbanError(f"`{path}` is no time; give the path of one, such as `{DIAL}`")
    return scenario.with_changes({path: format_duration(days)})


def stretched(law: Distribution, median: float) -> Distribution:
    """The same distribution on another scale, so that its median is ``median`` (days)."""
    old = law.median()
    if law.kind == "constant" or not 0 < old < math.inf:
        return Distribution("constant", {"value": median})
    return _times(law, median / old)


def _times(law: Distribution, by: float) -> Distribution:
    """The same distribution on a scale that is ``by`` times as large."""
    written: dict[str, Any] = {}
    for name, value in law.written:
        if name == "points":
            written[name] = tuple((p, x * by) for p, x in value)
        elif name == "parts":
            written[name] = tuple((weight, _times(part, by)) for weight, part in value)
        elif name in ("back", "not_back"):
            written[name] = tuple(time * by for time in value)
        else:
            written[name] = value if name in PLAIN_PARAMETERS else value * by
    return Distribution(law.kind, written)


@dataclass
class Dial:
    """The metric of one arm as a function of one time, on common random numbers.

    Calling it with days gives one number per replication.  Everything is kept: no time is run
    twice, and the twin without enforcement is run once for as long as the dial does not change it.
    """

    scenario: Scenario
    path: str = DIAL
    metric: str = HEADLINE
    policy: str = AS_WRITTEN
    replications: int = 20
    seed: int | None = None
    engine: EngineName | None = None
    workers: int | None = None
    progress: Callable[[float], None] | None = None
    seen: dict[float, Floats] = field(default_factory=dict)
    _twins: dict[str, list[dict[str, float]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_metric(self.scenario, self.metric)
        known = [AS_WRITTEN, *self.scenario.policies]
        if self.policy == WITHOUT_ENFORCEMENT:
            raise AfterbanError(
                f"`{self.policy}` has no enforcement, and so no time to turn; "
                f"give {listed(known, 'or')}"
            )
        if self.policy not in known:
            near = closest(self.policy, known)
            raise AfterbanError(
                f"{self.scenario.name} has no policy `{self.policy}`; it has {listed(known)}"
                + (f"\n  did you mean `{near}`?" if near else "")
            )
        self._arm = self.scenario.arm(self.policy) if self.policy != AS_WRITTEN else self.scenario
        try:
            with_time(self._arm, self.path, 1.0)
        except ScenarioErrors as faults:
            raise AfterbanError(
                f"`{self.path}` is no time that can be turned ({faults.errors[0].found}); give the "
                f"path of one, such as `{DIAL}`"
            ) from None

    def __call__(self, days: float) -> Floats:
        """Values at a median of ``days``, shape (replications,)."""
        if days not in self.seen:
            if self.progress is not None:
                self.progress(days)
            arm = with_time(self._arm, self.path, days)
            self.seen[days] = np.array(
                [
                    outcomes[0].metrics.get(self.metric, math.nan)
                    for outcomes in replicate(
                        arm,
                        [AS_WRITTEN],
                        replications=self.replications,
                        seed=self.seed,
                        engine=self.engine,
                        workers=self.workers,
                        twins=self._twin(days),
                    )
                ]
            )
        return self.seen[days]

    def _twin(self, days: float) -> list[dict[str, float]]:
        # The twin of the scenario, not of the arm: an arm may change more than enforcement.
        scenario = with_time(self.scenario, self.path, days)
        parameters = Parameters.from_scenario(scenario, WITHOUT_ENFORCEMENT)
        key = hashlib.sha256()
        for name, value in parameters._asdict().items():
            if name not in _AFTER_A_FLAG:
                key.update(name.encode() + np.asarray(value).tobytes())
        found = key.hexdigest()
        if found not in self._twins:
            self._twins[found] = [
                outcomes[0].metrics
                for outcomes in replicate(
                    scenario,
                    [WITHOUT_ENFORCEMENT],
                    replications=self.replications,
                    seed=self.seed,
                    engine=self.engine,
                    workers=self.workers,
                )
            ]
        return self._twins[found]


# --- where a metric crosses a value ---------------------------------------------------------------


@dataclass(frozen=True)
class Crossing:
    """Where the mean of a metric crosses a value.

    days: the crossing; ``nan`` if there is none in the range.
    low, high: interval of the crossing; 0 or infinite where it is open at that end of the range.
    rising: whether the metric is below the value at shorter times.
    count: crossings seen; more than 1 says that the metric does not go one way only.
    looks: mean of the metric with its interval at each time that was tried, by days.
    """

    value: float
    days: float
    low: float
    high: float
    n: int
    level: float
    rising: bool
    count: int
    looks: Mapping[float, Estimate]

    @property
    def found(self) -> bool:
        """Whether there is a crossing in the range."""
        return not math.isnan(self.days)

    @property
    def flat(self) -> bool:
        """Whether the metric is the same at all times."""
        return len({(e.value, e.low, e.high) for e in self.looks.values()}) == 1

    def words(self, metric: str = HEADLINE, path: str = DIAL) -> str:
        """What was found, in a sentence or two."""
        name = label(metric)
        first, last = min(self.looks), max(self.looks)
        between = f"between {time_text(first)} and {time_text(last)}"
        value = f"{self.value:g}"
        if self.flat:
            return (
                f"{name} does not depend on {path} {between}: it stays at "
                f"{_mean_text(self.looks[first])}. Is this time overridden, "
                "by a regime, a finite team or the arm?"
            )
        if not self.found:
            side = "under" if self.looks[first].value < self.value else "at or above"
            return (
                f"there is no crossing: {name} stays {side} {value} for a median of {path} "
                f"{between} ({_mean_text(self.looks[first])} at {time_text(first)}, "
                f"{_mean_text(self.looks[last])} at {time_text(last)})"
            )
        text = (
            f"{name} is under {value} while the median of {path} is "
            f"{'shorter' if self.rising else 'longer'} than {time_text(self.days)} "
            f"({ends_text(self.low, self.high, first, last)})"
        )
        if self.count > 1:
            text += (
                f"; beware: it crosses {value} {self.count} times in the range, "
                "and this is the first"
            )
        return text

    def to_dict(self) -> dict[str, Any]:
        """For JSON: a number that is not finite is None."""
        return {
            "value": self.value,
            "days": _finite(self.days),
            "low": _finite(self.low),
            "high": _finite(self.high),
            "n": self.n,
            "level": self.level,
            "rising": self.rising,
            "crossings": self.count,
            "looks": [{"days": t, **estimate_dict(e)} for t, e in sorted(self.looks.items())],
        }


def crossing(
    sample: Sampler,
    value: float,
    *,
    shortest: float = SHORTEST,
    longest: float = LONGEST,
    level: float = 0.95,
    looks: int = COARSE,
) -> Crossing:
    """Find the time at which the mean of ``sample`` crosses ``value``, with its interval.

    The interval holds the times at which the interval of the mean has ``value`` in it: it is the
    inversion of the t test at each time, and so covers as that one does, without any assumption
    about the form of the curve beyond its being continuous and going one way near the crossing.

    Args:
        sample: days -> one number per replication, on common random numbers.
        value: what is to be crossed, in the unit of the sample.
        shortest, longest: range of the search, in days.
        level: confidence level.
        looks: evenly spaced (on the logarithm) times to begin with; crossings closer together than
            these are not told apart.

    Raises:
        AfterbanError: numbers that make no sense, or a metric that is undefined.
    """
    _check(value, shortest, longest, level)
    look = _Means(sample, level)
    grid = [float(x) for x in np.linspace(math.log(shortest), math.log(longest), looks)]
    ends = [look(x) for x in grid]
    n = min(e.n for e in ends)
    flips = _brackets([e.value for e in ends], value)
    if not flips:
        return Crossing(value, math.nan, math.nan, math.nan, n, level, True, 0, look.seen)
    rising = ends[flips[0]].value < value

    def root(of: Callable[[Estimate], float], near: int) -> float | None:
        """Where a curve crosses the value, in the bracket nearest to ``near``; None if nowhere."""
        brackets = _brackets([of(e) for e in ends], value)
        if not brackets:
            return None
        first = min(brackets, key=lambda k: abs(k - near))
        a, b = grid[first], grid[first + 1]
        if of(look(b)) == value:
            return b
        found: float = optimize.brentq(lambda x: of(look(x)) - value, a, b, xtol=CLOSE)
        return found

    middle = root(lambda e: e.value, flips[0])
    assert middle is not None
    low, high = math.nan, math.nan
    if n >= 2:
        upper, lower = (root(of, flips[0]) for of in (lambda e: e.high, lambda e: e.low))
        left, right = (upper, lower) if rising else (lower, upper)
        low = 0.0 if left is None else min(math.exp(left), math.exp(middle))
        high = math.inf if right is None else max(math.exp(right), math.exp(middle))
    return Crossing(value, math.exp(middle), low, high, n, level, rising, len(flips), look.seen)


class _Means:
    """The mean of a sample with its interval, by the logarithm of the time; each told once.

    Raises AfterbanError at a time where the metric is undefined.
    """

    def __init__(self, sample: Sampler, level: float) -> None:
        self.sample, self.level = sample, level
        self.seen: dict[float, Estimate] = {}  # by days

    def __call__(self, log_days: float) -> Estimate:
        days = math.exp(log_days)
        if days not in self.seen:
            x = self.sample(days)
            told = x[np.isfinite(x)]
            if not len(told):
                raise AfterbanError(
                    "the metric is undefined (no observations) in every replication at "
                    f"{time_text(days)}"
                )
            self.seen[days] = mean_interval(told, self.level)
        return self.seen[days]


def _brackets(heights: Sequence[float], value: float) -> list[int]:
    """Places after which a curve is on the other side of the value."""
    below = [height < value for height in heights]
    return [k for k in range(len(below) - 1) if below[k] != below[k + 1]]


# --- which times explain a figure -----------------------------------------------------------------


@dataclass(frozen=True)
class Explanation:
    """The times at which a figure lies in the range that single runs of the model have.

    low, high: ends of the explaining times in days; 0 or infinite where the range of the search
        ends first; ``nan`` if no time explains the figure.
    best: time at which half of the runs are below the figure; ``nan`` if there is none.
    pieces: separate stretches of explaining times that were seen.
    p_values: days -> two-sided share of runs as far out as the figure.
    told: days -> share of the runs in which the metric could be told.
    """

    value: float
    low: float
    high: float
    best: float
    n: int
    level: float
    pieces: int
    p_values: Mapping[float, float]
    medians: Mapping[float, float]
    told: Mapping[float, float]

    @property
    def found(self) -> bool:
        """Whether some time explains the figure."""
        return not math.isnan(self.low)

    def words(self, metric: str, path: str) -> str:
        """What was found, in a sentence or two."""
        name, figure = label(metric), number(self.value, 0 if self.value >= 10 else 3)
        first, last = min(self.p_values), max(self.p_values)
        between = f"between {time_text(first)} and {time_text(last)}"
        if not self.found:
            lows, highs = self.medians[first], self.medians[last]
            return (
                f"no median of {path} {between} explains {name} of {figure}: half of the runs are "
                f"below {number(lows, 0)} at {time_text(first)} and below {number(highs, 0)} at "
                f"{time_text(last)}"
            )
        text = f"{name} of {figure} is explained by a median of {path} of "
        text += ends_text(self.low, self.high, first, last)
        if not math.isnan(self.best):
            text += f", best by {time_text(self.best)}"
        text += (
            f" (times at which the figure lies within what {self.level:.0%} of runs give, "
            f"{self.n} runs each)"
        )
        if self.pieces > 1:
            text += "; not every time in between explains it"
        if self.low == 0 and math.isinf(self.high):
            text += "; the figure does not identify this time"
        return text

    def to_dict(self) -> dict[str, Any]:
        """For JSON: a number that is not finite is None."""
        return {
            "value": self.value,
            "low": _finite(self.low),
            "high": _finite(self.high),
            "best": _finite(self.best),
            "n": self.n,
            "level": self.level,
            "pieces": self.pieces,
            "looks": [
                {
                    "days": t,
                    "p_value": self.p_values[t],
                    "median": _finite(self.medians[t]),
                    "told": self.told[t],
                }
                for t in sorted(self.p_values)
            ],
        }


def tail_share(x: Floats, value: float) -> float:
    """Two-sided probability of a figure as far out as ``value`` if it came from one more run.

    By rank among the runs and the figure itself, so that it holds whatever the distribution.  A run
    in which the metric is undefined is on neither side: it makes the figure less likely.
    """
    below, above = int((x <= value).sum()), int((x >= value).sum())
    return min(1.0, 2.0 * (min(below, above) + 1) / (len(x) + 1))


def explaining(
    sample: Sampler,
    value: float,
    *,
    shortest: float = SHORTEST,
    longest: float = LONGEST,
    level: float = 0.95,
    looks: int = FINE,
) -> Explanation:
    """Find the times at which one cited figure is among what single runs give.

    A time is kept if the figure is not among the most extreme 1 - ``level`` of runs there.  So if
    the model is right at some time, that time is kept with probability ``level`` or more.

    Args:
        sample: days -> one number per replication.
        value: the figure, in the unit of the sample.
        shortest, longest: range of the search, in days.
        level: of the range of runs.
        looks: evenly spaced (on the logarithm) times to begin with; its ends are then refined.

    Raises:
        AfterbanError: numbers that make no sense, or too few runs for the level.
    """
    _check(value, shortest, longest, level)
    runs = _Runs(sample, value, level)
    grid = [float(x) for x in np.linspace(math.log(shortest), math.log(longest), looks)]
    inside = [runs.keep(x) for x in grid]
    best = runs.middle(grid)
    # The stretch may lie between two looks; then it is entered through its middle.
    if not any(inside) and not math.isnan(best) and runs.keep(best):
        place = bisect.bisect_right(grid, best)
        grid.insert(place, best)
        inside.insert(place, True)
    low = high = math.nan
    if any(inside):
        first, last = inside.index(True), len(inside) - 1 - inside[::-1].index(True)
        low = 0.0 if first == 0 else runs.edge(grid[first], grid[first - 1])
        high = math.inf if last == len(inside) - 1 else runs.edge(grid[last], grid[last + 1])
    pieces = sum(now and not before for before, now in itertools.pairwise([False, *inside]))
    return Explanation(
        value,
        low,
        high,
        math.exp(best),
        runs.sizes[0],
        level,
        pieces,
        runs.shares,
        runs.medians,
        runs.told,
    )


class _Runs:
    """What single runs give at a time, beside the figure, by the logarithm of the time.

    shares, medians, told: as ``p_values``, ``medians`` and ``told`` of an :class:`Explanation`.
    sizes: replications at each time, in the order in which times were looked at.
    Raises AfterbanError if there are too few for the level.
    """

    def __init__(self, sample: Sampler, value: float, level: float) -> None:
        self.sample, self.value, self.level = sample, value, level
        self.shares: dict[float, float] = {}
        self.medians: dict[float, float] = {}
        self.told: dict[float, float] = {}
        self.sizes: list[int] = []
        if isinstance(sample, Dial):
            self._check(sample.replications)  # before any is run

    def _check(self, n: int) -> None:
        least = math.ceil(2 / (1 - self.level) - 1e-9) - 1
        if n < least:
            raise AfterbanError(
                f"{n} replications are too few for the outer {100 * (1 - self.level):.3g} % "
                f"of runs; give {least} or more"
            )

    def _look(self, log_days: float) -> float:
        """The time in days, once it has been looked at."""
        days = math.exp(log_days)
        if days not in self.shares:
            x = self.sample(days)
            self._check(len(x))
            self.sizes.append(len(x))
            good = x[np.isfinite(x)]
            self.shares[days] = tail_share(x, self.value)
            self.medians[days] = float(np.median(good)) if len(good) else math.nan
            self.told[days] = len(good) / len(x)
        return days

    def keep(self, log_days: float) -> bool:
        """Whether the figure is among what runs give there."""
        return self.shares[self._look(log_days)] > 1 - self.level

    def below(self, log_days: float) -> bool:
        """Whether more than half of the runs are below the figure there."""
        return self.medians[self._look(log_days)] < self.value

    def edge(self, inside: float, outside: float) -> float:
        """Between a time that is kept and one that is not, the last that is kept, in days."""
        while abs(outside - inside) > CLOSE:
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if self.keep(middle) else (inside, middle)
        return math.exp(inside)

    def middle(self, grid: Sequence[float]) -> float:
        """Where half of the runs are below the figure, on the logarithm; nan if nowhere."""
        for a, b in itertools.pairwise(grid):
            rising = self.below(a)
            if rising == self.below(b):
                continue
            while b - a > CLOSE:
                between = (a + b) / 2
                a, b = (between, b) if self.below(between) == rising else (a, between)
            return (a + b) / 2
        return math.nan


def _check(value: float, shortest: float, longest: float, level: float) -> None:
    if not math.isfinite(value):
        raise AfterbanError(f"the value `{value}` is not a finite number")
    if not 0 < level < 1:
        raise AfterbanError(f"a level of {level:g}: it lies between 0 and 1, such as 0.95")
    if not 0 < shortest < longest < math.inf:
        raise AfterbanError(
            f"the range from {time_text(shortest)} to {time_text(longest)} is empty; "
            "it goes from a time above 0 to a longer one"
        )


# --- words ----------------------------------------------------------------------------------------


def ends_text(low: float, high: float, first: float, last: float) -> str:
    """An interval of times, open where the search ended: ``11 h to 18 h``."""
    if math.isnan(low) or math.isnan(high):
        return "no interval from one replication"
    start = f"less than {time_text(first)}" if low == 0 else time_text(low)
    end = f"more than {time_text(last)}" if math.isinf(high) else time_text(high)
    return f"{start} to {end}"


def _mean_text(estimate: Estimate) -> str:
    digits = decimals(estimate.half_width)
    return number(estimate.value, digits)


def _finite(x: float) -> float | None:
    return x if math.isfinite(x) else None


def summary_rows(looks: Mapping[float, Estimate]) -> Sequence[tuple[str, str]]:
    """Times tried and the mean there, for a table."""
    rows = []
    for days, e in sorted(looks.items()):
        digits = decimals(e.half_width)
        ends = "" if math.isnan(e.low) else f" [{number(e.low, digits)}, {number(e.high, digits)}]"
        rows.append((time_text(days), number(e.value, digits) + ends))
    return rows
