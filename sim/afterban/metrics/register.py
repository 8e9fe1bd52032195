"""The register of metrics: each is declared on the sum that makes it, and nowhere else.

A sum is a function of a :class:`~afterban.metrics.run.Run`:

    @gives(Metric("struck", "accounts", "count", "suspended by campaigns", "accounts that ..."))
    def struck(run: Run) -> float:
        return float(run.records.struck.sum())

It returns a number, or an array: the whole and each tier ``[1 + K]``, the whole and each channel,
or each platform ``[P]``, as the metric says.  A sum that gives several metrics returns them by
name.  Sums may call each other; each is made once a run.

Checked by ``tests/unit/test_register.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar

import numpy as np

from afterban.mechanisms.detection import CHANNELS
from afterban.metrics.metric import Metric
from afterban.metrics.run import Floats, Run, once

Value: TypeAlias = float | Floats
Given = TypeVar("Given", bound="Value | Mapping[str, Value]")


@dataclass(frozen=True)
class Sum:
    """A function and the metrics that it gives.

    beside_twin: whether it is made only where the world without enforcement is known.
    """

    function: Callable[[Run], Any]
    metrics: tuple[Metric, ...]
    beside_twin: bool = False

    @property
    def name(self) -> str:
        """Where it stands, for messages."""
        return f"{self.function.__module__}.{self.function.__qualname__}"

    def told(self, run: Run) -> dict[str, dict[str, float]]:
        """Of each metric its numbers by their full names.

        Raises TypeError if that is not what it declares.
        """
        made = self.function(run)
        values: Mapping[str, Value]
        values = made if isinstance(made, Mapping) else {self.metrics[0].name: made}
        declared = {metric.name: metric for metric in self.metrics}
        for name in declared.keys() - values.keys():
            raise TypeError(f"{self.name} declares the metric `{name}` and does not give it")
        for name in values.keys() - declared.keys():
            raise TypeError(f"{self.name} gives `{name}`, which it does not declare as a metric")
        return {name: self._numbers(run, declared[name], values[name]) for name in declared}

    def _numbers(self, run: Run, metric: Metric, value: Value) -> dict[str, float]:
        names = names_of(metric, run.tiers, run.platforms)
        numbers = np.atleast_1d(np.asarray(value, dtype=np.float64)).tolist()
        if len(names) != len(numbers):
            raise TypeError(
                f"{self.name} gives {len(numbers)} numbers for the metric `{metric.name}`, which "
                f"declares {len(names)}"
            )
        return dict(zip(names, numbers, strict=True))


def names_of(metric: Metric, tiers: Sequence[str], platforms: Sequence[str]) -> list[str]:
    """Full names of what is measured of a metric, the whole before its parts."""
    parts: list[str] = []
    if metric.by_tier:
        parts += tiers
    if metric.by_channel:
        parts += CHANNELS[1:]
    if metric.by_platform:
        parts += platforms
    whole = [metric.name] if metric.whole and not metric.by_platform else []
    return [*whole, *(f"{metric.name}.{part}" for part in parts)]


class Register(Mapping[str, Metric]):
    """Metrics by name, in the order of tables.

    The order: files as :meth:`arrange` was told, others behind them, and in each file as they are
    declared; a metric that names another as ``after`` stands right behind it instead.
    """

    def __init__(self) -> None:
        self.sums: list[Sum] = []
        self._modules: tuple[str, ...] = ()
        self._metrics: dict[str, Metric] = {}

    def arrange(self, modules: Iterable[str]) -> None:
        """Set the order of the files, by the full names of their modules."""
        self._modules = tuple(modules)
        self._metrics = {}

    def declare(self, made: Sum) -> None:
        """Take one more sum.  Raises ValueError if one of its metrics is there already."""
        for metric in made.metrics:
            for other in self.sums:
                if any(metric.name == one.name for one in other.metrics):
                    raise ValueError(f"the metric `{metric.name}` is declared by {other.name} too")
        self.sums.append(made)
        self._metrics = {}

    def withdraw(self, function: Callable[..., Any]) -> None:
        """Forget the sum of a function and its metrics."""
        self.sums = [one for one in self.sums if one.function is not function]
        self._metrics = {}

    def _placed(self) -> dict[str, Metric]:
        if not self._metrics:
            self._metrics = {metric.name: metric for metric in self._in_order()}
        return self._metrics

    def _in_order(self) -> list[Metric]:
        def place(made: Sum) -> int:
            module = made.function.__module__
            known = module in self._modules
            return self._modules.index(module) if known else len(self._modules)

        every = [metric for made in sorted(self.sums, key=place) for metric in made.metrics]
        found = [metric for metric in every if not metric.after]
        waiting = [metric for metric in every if metric.after]
        while waiting:
            names = [metric.name for metric in found]
            metric = next((one for one in waiting if one.after in names), None)
            if metric is None:
                raise ValueError(
                    f"the metric `{waiting[0].name}` stands after `{waiting[0].after}`, which is "
                    "no metric"
                )
            waiting.remove(metric)
            found.insert(names.index(metric.after) + 1, metric)
        return found

    def __getitem__(self, name: str) -> Metric:
        return self._placed()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._placed())

    def __len__(self) -> int:
        return len(self._placed())


REGISTER: Final = Register()


def gives(
    *metrics: Metric, beside_twin: bool = False
) -> Callable[[Callable[[Run], Given]], Callable[[Run], Given]]:
    """Declare what a function of a run measures.

    beside_twin: whether it needs the metrics without enforcement; where they are not known, it is
        left out.
    Raises ValueError if one of the metrics is declared already.
    """

    def declared(function: Callable[[Run], Given]) -> Callable[[Run], Given]:
        made = once(function)
        REGISTER.declare(Sum(made, metrics, beside_twin))
        return made

    return declared
