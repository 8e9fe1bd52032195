"""A sweep as a report sees it: effective reach along each of the values that were varied.

Checked by ``tests/report/test_sweep_page.py``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from afterban.errors import AfterbanError
from afterban.experiment.compare import HEADLINE, differences
from afterban.experiment.identical import identical
from afterban.files import json_or_none
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.report.arms import together
from afterban.report.numbers import COSTS, Numbers
from afterban.results import LEVEL, RESOLVED, column_of, estimate
from afterban.scenario import Scenario
from afterban.scenario.roles import kind_of_arm, kind_of_path
from afterban.statistics import Estimate, paired_difference

if TYPE_CHECKING:
    from afterban.scenario import Scenario

Floats = npt.NDArray[np.float64]

METRICS = (
    "effective_reach",
    "reach",
    "time_to_action_median",
    "paid_hours",
    "reviewer_hours",
    "suspensions",
    "wrong_suspensions",
    "rebuild_effort",
)
BINS = 6  # of a value that has a different number at every point
# The paths that enforcement chooses; everything else is how the network is.
_TIME = "review.time_to_action"
_TIMES = (_TIME, *(f"{_TIME}.{part}" for part in ("lognormal.median", "exponential.mean")))


@dataclass(frozen=True)
class Place:
    """Effective reach at one value (or in one range of values), mean over everything else."""

    x: float
    text: str
    estimate: Estimate


def same_lines(lines: Mapping[str, Sequence[Place]]) -> list[list[str]]:
    """Arms whose lines are the same side by side; lines: arm -> its places."""
    return together(
        {
            policy: repr([(one.x, one.estimate.value, one.estimate.low) for one in places])
            for policy, places in lines.items()
        }
    )


@dataclass(frozen=True)
class Influence:
    """What one value does between its lowest and its highest, mean over everything else."""

    path: str
    low: str
    high: str
    at_low: Estimate
    at_high: Estimate
    change: Estimate


@dataclass(frozen=True)
class Choice:
    """Something that enforcement can do: an arm with the values that enforcement chooses.

    values: of those paths, as written; ``any`` where they make no difference to this arm.
    points: the points that it is the mean of.
    averted: share of the outsider impressions without enforcement that it averts.
    cost: what it costs.
    efficient: whether no other choice averts as much or more for no more cost, by the means.
    more: of an efficient one, what it averts beyond the next cheaper efficient one, paired by
        replication.
    """

    policy: str
    values: Mapping[str, str]
    points: tuple[int, ...]
    averted: Estimate
    cost: Estimate
    efficient: bool = False
    more: Estimate | None = None


@dataclass(frozen=True)
class Swept:
    """A sweep.

    points: values as written, by path, of each point.
    values: arm -> metric -> ``[points, replications]``, nan where it is not finished or not told.
    told: how many points were asked for and how many differ; empty where all do.
    """

    name: str
    scenario: Scenario
    paths: tuple[str, ...]
    policies: tuple[str, ...]
    points: tuple[Mapping[str, str], ...]
    numbers: tuple[Mapping[str, float | str], ...]
    values: Mapping[str, Mapping[str, Floats]]
    replications: int
    finished: int
    source: Path
    engine: str = ""
    code: str = ""
    told: str = ""

    @property
    def main(self) -> str:
        """The arm that sentences are about."""
        return AS_WRITTEN if AS_WRITTEN in self.policies else self.policies[0]

    @property
    def complete(self) -> bool:
        """Whether every replication of every point is there."""
        return self.finished == len(self.points) * self.replications

    def estimate(self, metric: str, policy: str, point: int) -> Estimate:
        """A metric of an arm at a point."""
        return estimate(self.values[policy][metric][point])

    def groups(self, path: str) -> list[tuple[float, str, list[int]]]:
        """Points with the same value; of a value that never repeats, points in ranges of it."""
        numbers = [one[path] for one in self.numbers]
        if not all(isinstance(x, float) for x in numbers):
            texts = list(dict.fromkeys(point[path] for point in self.points))
            return [
                (float(k), text, [i for i, p in enumerate(self.points) if p[path] == text])
                for k, text in enumerate(texts)
            ]
        x = np.array(numbers, dtype=np.float64)
        distinct = np.unique(x)
        if len(distinct) <= 2 * BINS:
            found = []
            for value in distinct:
                places = np.flatnonzero(x == value).tolist()
                found.append((float(value), self.points[places[0]][path], places))
            return found
        parts = np.array_split(np.argsort(x, kind="stable"), BINS)
        return [
            (
                float(np.median(x[part])),
                " to ".join(shortened(self.points[int(part[k])][path]) for k in (0, -1)),
                part.tolist(),
            )
            for part in parts
        ]

    def is_log(self, path: str) -> bool:
        """Whether the values are better seen on a logarithmic axis."""
        x = [place for place, _, _ in self.groups(path)]
        return min(x) > 0 and max(x) / min(x) >= 20

    def along(self, path: str, policy: str) -> list[Place]:
        """Effective reach of an arm at each value, mean over the other values per replication."""
        table = self.values[policy][HEADLINE]
        return [
            Place(x, text, estimate(_mean(table[places]))) for x, text, places in self.groups(path)
        ]

    def influences(self) -> list[Influence]:
        """Values by what they do to effective reach, the most first."""
        table = self.values[self.main][HEADLINE]
        found = []
        for path in self.paths:
            groups = self.groups(path)
            if len(groups) < 2:
                continue
            low, high = (_mean(table[places]) for _, _, places in (groups[0], groups[-1]))
            good = np.isfinite(low) & np.isfinite(high)
            if not good.any():
                continue
            found.append(
                Influence(
                    path,
                    groups[0][1],
                    groups[-1][1],
                    estimate(low),
                    estimate(high),
                    paired_difference(high[good], low[good]),
                )
            )
        return sorted(found, key=lambda one: -abs(one.change.value))

    @property
    def levers(self) -> tuple[str, ...]:
        """Paths that enforcement chooses."""
        return tuple(path for path in self.paths if kind_of_path(self.scenario, path) == "lever")

    @cached_property
    def left_out(self) -> tuple[str, ...]:
        """Arms that are no choices: they change more than the platform, or equal another arm."""
        alike = identical({policy: self.values[policy] for policy in self.policies})
        return tuple(
            policy
            for policy in self.policies
            if policy in alike or kind_of_arm(self.scenario, policy) != "lever"
        )

    @property
    def crossed(self) -> bool:
        """Whether every choice of enforcement met the same networks, as in a grid."""
        met: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        others = [path for path in self.paths if path not in self.levers]
        for point in self.points:
            chosen = tuple(point[path] for path in self.levers)
            met.setdefault(chosen, []).append(tuple(point[path] for path in others))
        return len({tuple(sorted(rows)) for rows in met.values()}) == 1

    def costs(self) -> tuple[str, ...]:
        """Costs that can be told and are not nothing everywhere."""
        return tuple(
            cost
            for cost in COSTS
            if any(
                np.nan_to_num(arm[cost]).max() > 0 for arm in self.values.values() if cost in arm
            )
        )

    def choices(self, cost: str) -> list[Choice]:
        """What enforcement can do, from the cheapest to the dearest.

        Where every choice met the same networks, it is the mean over them; else each point stands
        for itself.  Choices that are the same in every replication are one.
        """
        groups: dict[tuple[str, ...], list[int]] = {}
        shown = self.levers if self.crossed else self.paths
        for k, point in enumerate(self.points):
            groups.setdefault(tuple(point[path] for path in shown), []).append(k)
        found: dict[tuple[str, bytes, bytes], Choice] = {}
        for policy in self.policies:
            if policy in self.left_out:
                continue
            for texts, points in groups.items():
                averted = 1 - _mean(self.values[policy][HEADLINE][points])
                spent = _mean(self.values[policy][cost][points])
                told = np.isfinite(averted) & np.isfinite(spent)
                if not told.any():
                    continue
                key = (policy, averted.tobytes(), spent.tobytes())
                values = dict(zip(shown, texts, strict=True))
                if key in found:
                    before = found[key]
                    for path, text in before.values.items():
                        if text != values[path]:
                            values[path] = "any"
                    points = [*before.points, *points]
                found[key] = Choice(
                    policy,
                    values,
                    tuple(points),
                    estimate(np.where(told, averted, math.nan)),
                    estimate(np.where(told, spent, math.nan)),
                )
        ordered = sorted(found.items(), key=lambda item: _order(item[1]))
        kept: list[Choice] = []
        last: tuple[float, Floats] | None = None
        for (_, key_averted, _), one in ordered:
            here = np.frombuffer(key_averted, dtype=np.float64)
            if last is None or one.averted.value > last[0]:
                more = None
                if last is not None:
                    good = np.isfinite(here) & np.isfinite(last[1])
                    more = paired_difference(here[good], last[1][good]) if good.any() else None
                last = (one.averted.value, here)
                one = replace(one, efficient=True, more=more)
            kept.append(one)
        return kept

    def across(self) -> Numbers | None:
        """The arms side by side, mean over all points; None where no replication has them all."""
        values = {
            policy: {metric: _mean(table) for metric, table in arm.items()}
            for policy, arm in self.values.items()
        }
        if not np.isfinite(values[self.main][HEADLINE]).any():
            return None
        against = [policy for policy in self.policies if policy != self.main]
        return Numbers(
            name=self.name,
            digest=self.scenario.digest(),
            policies=(self.main, *against),
            baseline=self.main,
            estimates={
                policy: {metric: estimate(row) for metric, row in arm.items()}
                for policy, arm in values.items()
            },
            differences=differences(values, against, self.main, LEVEL) if against else {},
            replications=int(np.isfinite(values[self.main][HEADLINE]).sum()),
            seed=self.scenario.seed,
            engine=self.engine,
            level=LEVEL,
            scenario=self.scenario,
            source=self.source,
            values=values,
        )

    def by_speed(self) -> tuple[str, dict[float, Floats]] | None:
        """Path of the time to action, and effective reach at each of its values (days).

        Per replication, mean over the other values.  None where fewer than three were swept.
        """
        for path in _TIMES:
            if path not in self.paths:
                continue
            groups = self.groups(path)
            if len(groups) != len({point[path] for point in self.points}):
                return None  # ranges, not values
            table = self.values[self.main][HEADLINE]
            found = {x: _mean(table[places]) for x, _, places in groups if x > 0}
            good = np.all([np.isfinite(row) for row in found.values()], axis=0)
            if not isinstance(self.numbers[0][path], float) or len(found) < 3 or not good.any():
                return None
            return path, {x: row[good] for x, row in found.items()}
        return None


def shortened(text: str) -> str:
    """A value as written with three digits of each number: ``0.114634d`` -> ``0.115d``."""
    return re.sub(r"\d+\.\d+", lambda match: f"{float(match[0]):.3g}", text)


def _order(one: Choice) -> tuple[float, float]:
    return one.cost.value, -one.averted.value


def _mean(rows: Floats) -> Floats:
    """Mean over points of each replication that all of them have."""
    means: Floats = rows.mean(axis=0)
    return means


def is_sweep(folder: Path) -> bool:
    """Whether a folder is one of a sweep, damaged or not."""
    data = json_or_none(folder / "manifest.json")
    if data is None:
        return (folder / "replications").is_dir()
    return isinstance(data, dict) and "points" in data


def read_sweep(folder: Path) -> Swept:
    """Read what is finished of a sweep.  Raises AfterbanError if nothing is."""
    from afterban.experiment.store import Store

    store = Store(folder)
    plan = store.plan()
    table = store.table(plan)
    if not table.num_rows:
        raise AfterbanError(f"{folder}: no replication of this sweep is finished yet")
    points = np.asarray(table["point"].to_numpy(), dtype=np.int64)
    replications = np.asarray(table["replication"].to_numpy(), dtype=np.int64)
    policies = np.asarray(table["policy"].to_pylist())
    values: dict[str, dict[str, Floats]] = {}
    arms = [policy for policy in plan.policies if policy != WITHOUT_ENFORCEMENT]
    for policy in arms:
        mine = policies == policy
        values[policy] = {}
        for name in METRICS:
            if name not in plan.metrics:
                continue
            column = np.asarray(
                table[column_of(name)].to_numpy(zero_copy_only=False), dtype=np.float64
            )
            grid = np.full((len(plan.points), plan.replications), math.nan)
            grid[points[mine], replications[mine]] = column[mine]
            values[policy][name] = grid
    if not arms:
        raise AfterbanError(f"{folder}: this sweep has no arm but the twin without enforcement")
    return Swept(
        name=plan.scenario_name,
        scenario=Scenario.from_file_text(plan.resolved, RESOLVED, folder / RESOLVED),
        paths=tuple(plan.paths),
        policies=tuple(arms),
        points=tuple(dict(point.values) for point in plan.points),
        numbers=tuple(point.numbers() for point in plan.points),
        values=values,
        replications=plan.replications,
        finished=len(set(zip(points.tolist(), replications.tolist(), strict=True))),
        source=folder,
        engine=str(plan.identity.get("engine", "")),
        code=str(plan.identity.get("code", "")),
        told=plan.told if plan.repeated else "",
    )


def told(swept: Swept) -> Sequence[str]:
    """Metrics that can be told at some point."""
    return [
        name
        for name in METRICS
        if any(np.isfinite(arm[name]).any() for arm in swept.values.values() if name in arm)
    ]
