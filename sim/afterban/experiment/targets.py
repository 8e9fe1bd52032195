"""A target: what an arm shall come to, such as ``effective_reach < 0.5 and wrong_suspensions < 9``.

Checked by ``tests/experiment/test_explore.py``.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from afterban.errors import AfterbanError, ValueProblem
from afterban.experiment.compare import check_metric
from afterban.metrics import METRICS
from afterban.scenario import Scenario
from afterban.units import parse_duration

_SIGNS: Mapping[str, Callable[[npt.NDArray[np.float64], float], npt.NDArray[np.bool_]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_PART = re.compile(r"\s*([^<>=\s]+)\s*(<=|>=|<|>)\s*([^<>=]+?)\s*")


@dataclass(frozen=True)
class Condition:
    """A metric below or above a limit, in its unit."""

    metric: str
    sign: str
    limit: float


@dataclass(frozen=True)
class Target:
    """Conditions that shall all hold.  text: as it was written."""

    text: str
    conditions: tuple[Condition, ...]

    def met(self, values: Mapping[str, npt.NDArray[np.float64]]) -> npt.NDArray[np.bool_]:
        """Whether it is met, from each metric's values; what is undefined does not meet it."""
        met = [_SIGNS[one.sign](values[one.metric], one.limit) for one in self.conditions]
        return np.asarray(np.logical_and.reduce(met), dtype=bool)


def target(text: str, scenario: Scenario) -> Target:
    """Read a target.

    A limit is a number in the unit of its metric, a percentage, or of a time a duration (``6h``).
    Raises AfterbanError for what is none, and for a metric that the scenario does not have.
    """
    found = []
    for part in re.split(r"\s+and\s+", text.strip()):
        match = _PART.fullmatch(part)
        if match is None:
            raise AfterbanError(
                f"`{text}` is no target; write a metric, one of < <= > >=, and a limit, such as "
                "`effective_reach < 0.5`; join several with `and`"
            )
        metric, sign, limit = match.groups()
        check_metric(scenario, metric)
        found.append(Condition(metric, sign, _limit(limit, metric)))
    return Target(text.strip(), tuple(found))


def _limit(text: str, metric: str) -> float:
    number, share = text.removesuffix("%").strip(), text.endswith("%")
    try:
        value = float(number) / (100 if share else 1)
    except ValueError:
        value = float("nan")
    if not np.isfinite(value) and METRICS[metric.partition(".")[0]].form == "time":
        try:
            return parse_duration(text)
        except ValueProblem as problem:
            raise AfterbanError(f"{metric}: {problem}") from None
    if not np.isfinite(value):
        raise AfterbanError(f"{metric}: `{text}` is no limit; write a number, such as 0.5 or 50 %")
    return value


__all__ = ["Condition", "Target", "target"]
