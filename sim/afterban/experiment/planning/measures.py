"""What is measured of a mix: the aim, what is bounded, and what it costs.

Checked by ``tests/experiment/test_plan_measures.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from afterban.errors import AfterbanError, ValueProblem
from afterban.experiment.amounts import amount as amount_of_metric
from afterban.experiment.compare import check_metric
from afterban.experiment.design import Floats
from afterban.experiment.planning.race import Bound
from afterban.experiment.promise import HOURS_OF_A_PERSON, WEEK
from afterban.experiment.wording import label as label_of_metric
from afterban.metrics import METRICS
from afterban.scenario import Scenario
from afterban.scenario.sections.plan import COSTS, MONEY, PEOPLE, Limit
from afterban.units import parse_duration

PAID = "paid_hours"
# Of a network that is smaller by a factor as many times fewer are counted; a team stays as it is.
_IN_PROPORTION = frozenset(
    ("accounts", "account-days", "appeals", "flags", "impressions", "operators", "posts", "cases")
)
_ALSO = frozenset(("suspensions_per_day",))


@dataclass(frozen=True)
class Measures:
    """Names of what is measured, the aim first, and how it is made of metrics.

    better: +1 if more of the aim is better, -1 if less.
    costs: names of what is told as a cost.  frontier: the two whose trade-off is told.
    prices: money for one of a metric.  weeks: length of the scenario.
    factor: by which the network is smaller.
    """

    names: tuple[str, ...]
    better: int
    costs: tuple[str, ...]
    frontier: tuple[str, str]
    bounds: tuple[Bound, ...]
    prices: tuple[tuple[str, float], ...]
    currency: str
    weeks: float
    factor: float

    @property
    def aim(self) -> str:
        """What the choice is for."""
        return self.names[0]

    def sign(self, name: str) -> int:
        """+1 if more of a measure is better, -1 if less is; costs are better small."""
        return self.better if name == self.aim else -1

    def column(self, name: str) -> int:
        """Place of a measure."""
        return self.names.index(name)

    def of(self, rows: Floats, metrics: Sequence[str]) -> Floats:
        """What rows of metrics come to, ``[runs, measures]``."""
        column = {name: rows[:, k] for k, name in enumerate(metrics)}

        def told(name: str) -> Floats:
            if name == PEOPLE:
                return column[PAID] / self.weeks / HOURS_OF_A_PERSON
            if name == MONEY:
                return np.asarray(sum(each * told(one) for one, each in self.prices))
            if self.factor < 1.0 and in_proportion(name):
                return column[name] / self.factor
            return column[name]

        return np.column_stack([told(name) for name in self.names])

    def label(self, name: str) -> str:
        """A measure for people."""
        if name == PEOPLE:
            return "people at 40 paid hours"
        if name == MONEY:
            return f"money ({self.currency})" if self.currency else "money"
        return label_of_metric(name)

    def amount(self, name: str, value: float, difference: bool = False) -> str:
        """A value of a measure with its unit."""
        if name in (PEOPLE, MONEY):
            digits = f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
            return digits + (f" {self.currency}" if name == MONEY and self.currency else "")
        return amount_of_metric(name, value, difference)

    def span(self, name: str, low: float, high: float) -> str:
        """Two ends of a difference, such as ``0.1 to 0.4 points``, with true minus signs."""
        texts = [self.amount(name, x, True) for x in (low, high)]
        numbers, units = zip(*(text.partition(" ")[::2] for text in texts), strict=True)
        if units[0] == units[1]:
            texts[0] = numbers[0]
        return " to ".join(texts).replace("-", "−")


def in_proportion(name: str) -> bool:
    """Whether a metric goes with the size of the network."""
    metric = METRICS[name.partition(".")[0]]
    return (metric.form == "count" and metric.unit in _IN_PROPORTION) or metric.name in _ALSO


def measures_of(scenario: Scenario, factor: float) -> Measures:
    """What the plan of a scenario measures.

    Raises AfterbanError for an aim without a direction, a limit that is no number, and a metric
    that is counted otherwise in a smaller network.
    """
    plan = scenario.plan
    assert plan is not None
    aim = plan.aim.metric
    if aim in (PEOPLE, MONEY):
        better = -1
    else:
        check_metric(scenario, aim)
        better = METRICS[aim.partition(".")[0]].better
    if plan.aim.best is not None:
        better = 1 if plan.aim.best == "most" else -1
    if not better:
        raise AfterbanError(
            f"neither more nor less of `{aim}` is better by itself; write `best: least` or "
            "`best: most` beside it in `plan.aim`"
        )
    prices = tuple((one.metric, float(one.each)) for one in plan.prices)
    costs = list(plan.costs) or [name for name in COSTS if name != aim]
    if PAID in costs and PEOPLE not in costs and not plan.costs:
        costs.insert(0, PEOPLE)
    if prices and MONEY not in costs:
        costs.append(MONEY)
    frontier = (plan.frontier[0], plan.frontier[1]) if plan.frontier else (costs[0], aim)
    limited = [one.metric for one in plan.limits]
    names = tuple(dict.fromkeys([aim, *limited, *costs, *frontier, *(name for name, _ in prices)]))
    for name in names:
        if name in (PEOPLE, MONEY):
            continue
        check_metric(scenario, name)
        counted = METRICS[name.partition(".")[0]].form == "count" and name != PAID
        if factor < 1.0 and counted and not in_proportion(name):
            raise AfterbanError(
                f"`{name}` does not go with the size of the network, which is thinned here; run "
                "the whole one with `--operators`, or leave it out"
            )
    return Measures(
        names=names,
        better=better,
        costs=tuple(dict.fromkeys(costs)),
        frontier=frontier,
        bounds=tuple(b for one in plan.limits for b in _bounds(one, names)),
        prices=prices,
        currency=plan.currency,
        weeks=float(scenario.horizon) / WEEK,
        factor=factor,
    )


def _bounds(one: Limit, names: Sequence[str]) -> list[Bound]:
    column, found = names.index(one.metric), []
    for text, sign, sign_text in ((one.at_most, 1, "at most"), (one.at_least, -1, "at least")):
        if text is not None:
            name = one.metric if one.metric in (PEOPLE, MONEY) else label_of_metric(one.metric)
            shown = f"{name} {sign_text} {text}"
            found.append(Bound(column, number_of(one.metric, text, "plan.limits"), sign, shown))
    return found


def number_of(metric: str, text: str, where: str) -> float:
    """A value in the unit of its metric, as it is written.  Raises AfterbanError."""
    number, share = text.strip().removesuffix("%").strip(), text.strip().endswith("%")
    try:
        value = float(number.replace(",", "")) / (100 if share else 1)
    except ValueError:
        value = float("nan")
    form = METRICS[metric.partition(".")[0]].form if metric not in (PEOPLE, MONEY) else "count"
    if not np.isfinite(value) and form == "time":
        try:
            return parse_duration(text)
        except ValueProblem as problem:
            raise AfterbanError(f"{where}: {metric}: {problem}") from None
    if not np.isfinite(value):
        raise AfterbanError(
            f"{where}: {metric}: `{text}` is no value; write a number, such as 0.5 or 50 %"
        )
    return value


def kept_metrics(found: Measures) -> tuple[str, ...]:
    """Metrics that have to be kept of a run."""
    named = [name for name in found.names if name not in (PEOPLE, MONEY)]
    return tuple(dict.fromkeys([*named, PAID]))


__all__ = ["Measures", "kept_metrics", "measures_of", "number_of"]
