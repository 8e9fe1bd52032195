"""Small plans for tests: a network that runs in a moment, and a runner without any."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from afterban.experiment.design import Floats
from afterban.experiment.planning.mixes import Dial, Mix
from afterban.scenario import Scenario
from afterban.scenario.sections.plan import Lever

TEXT = """\
schema_version: 1
name: small-plan
extends: minimal
horizon: 40 days
tiers:
  hub: {count: 4}
  supporter: {count: 36}
review:
  team: {reviewers: 2, service_time: {exponential: {mean: 6h}}, benign_reports: 4 per day}
  mistakes: {probability: 0.1}
common_ranges: false
uncertainties:
  return: {paths: [returning.probability], range: [0.3, 0.9], reason: a judgement}
  reports: {paths: [detection.reports], how: factor, range: [0.5, 2], reason: a judgement}
plan:
  levers:
    people: {path: review.team.reviewers, values: [1, 2, 3, 4]}
    effort: {path: detection.reports, factor: true, values: [0.5, 1, 3]}
    whom-first: {path: review.team.order, values: [arrival, followers]}
  limits: [{metric: people, at_most: 13}]
"""


def small(text: str = TEXT) -> Scenario:
    return Scenario.from_text(text, "small-plan.yaml")


def options(out: Path) -> dict[str, object]:
    """What makes a plan quick, in this process."""
    return {
        "points": 16,
        "replications": 1,
        "rounds": 1,
        "out": out,
        "engine": "compiled",
        "workers": 1,
    }


class Table:
    """A runner whose mixes come to what a function says, and that counts what it was asked for."""

    def __init__(self, value: Callable[[Mix, int], Sequence[float]]) -> None:
        self._value = value
        self._seen: dict[Mix, Floats] = {}

    def upto(self, some: Sequence[tuple[Mix, int]]) -> None:
        for mix, last in some:
            before = len(self._seen.get(mix, ()))
            if last > before:
                new = [self._value(mix, n) for n in range(before, last)]
                old = [self._seen[mix]] if before else []
                self._seen[mix] = np.vstack([*old, np.array(new, dtype=np.float64)])

    def measured(self) -> dict[Mix, Floats]:
        return self._seen

    @property
    def runs(self) -> int:
        return sum(map(len, self._seen.values()))


def choices(name: str, count: int) -> Dial:
    """A lever with so many whole numbers."""
    texts = tuple(map(str, range(count)))
    lever = Lever(path="review.team.reviewers", values=list(texts))
    return Dial(name, lever, texts, (0.0, count - 1.0), True)
