"""What a worker of a sweep is given, and what it does: some replications of some points.

Checked by ``tests/experiment/test_sweep.py`` and ``test_cluster.py``.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from functools import lru_cache

from afterban.engines import EngineName
from afterban.errors import AfterbanError
from afterban.experiment.cluster import fingerprint, refusal
from afterban.experiment.design import Point
from afterban.experiment.replicate import run_replication
from afterban.experiment.store import Block, Plan, row_of
from afterban.scenario import Scenario
from afterban.scenario.patching import Patches, versions_of


@dataclass(frozen=True)
class Task:
    """Some replications of some points; everything that a worker needs."""

    scenario: bytes  # pickled, without its sweep
    replications: tuple[tuple[Point, int], ...]
    policies: tuple[str, ...]
    metrics: tuple[str, ...]
    engine: EngineName
    fingerprint: str


def task_of(base: Scenario, plan: Plan, some: tuple[tuple[Point, int], ...]) -> Task:
    """Replications of points of a plan, of the scenario without its sweep."""
    engine: EngineName = plan.identity["engine"]
    return Task(
        pickle.dumps(base), some, plan.policies, plan.metrics, engine, plan.identity["code"]
    )


def run_task(task: Task) -> tuple[Block, ...]:
    """Run some replications of some points; on any machine."""
    if task.fingerprint != fingerprint():
        # A worker that joined after the others were checked.
        raise AfterbanError(refusal(task.fingerprint, [f"a worker has {fingerprint()}"]))
    return tuple(
        Block(
            point.key,
            replication,
            tuple(
                tuple(row_of(one.metrics, task.metrics))
                for one in run_replication(
                    _at_point(task.scenario, point),
                    task.policies,
                    replication=replication,
                    engine=task.engine,
                )
            ),
        )
        for point, replication in task.replications
    )


@lru_cache(maxsize=2)
def _versions(pickled: bytes) -> Patches:
    base: Scenario = pickle.loads(pickled)
    return versions_of(base)


def _at_point(pickled: bytes, point: Point) -> Scenario:
    versions = _versions(pickled)
    return point.of(versions.scenario, versions)
