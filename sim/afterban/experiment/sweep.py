"""Sweeps: every arm at every point of a design, each replication kept as soon as it is finished.

The unit of work is one replication of one point: the twin without enforcement and all arms, on
common random numbers.  Replication k has the same draws at every point.

Checked by ``tests/experiment/test_sweep.py`` and ``test_cluster.py``.
"""

from __future__ import annotations

import itertools
import math
import os
import resource
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afterban.engines import EngineName
from afterban.errors import AfterbanError, UnknownName
from afterban.experiment.answer import Answer
from afterban.experiment.cluster import (
    connected,
    on_cluster,
    on_this_machine,
)
from afterban.experiment.design import Point, merged
from afterban.experiment.identical import NOT_SEEN, identical_in, identical_words
from afterban.experiment.journal import Format
from afterban.experiment.memory import least_bytes, memory_available, refuse, size_text
from afterban.experiment.replicate import run_replication
from afterban.experiment.store import (
    JOURNAL,
    MANIFEST,
    ROWS,
    TABLE,
    Block,
    Plan,
    Store,
    row_of,
)
from afterban.experiment.sweep_plan import folder_of, plan_of
from afterban.experiment.tasks import Task, run_task, task_of
from afterban.files import fault_of
from afterban.parameters import AS_WRITTEN
from afterban.results import column_of
from afterban.scenario import Scenario
from afterban.scenario.inert import Inert, common, inert
from afterban.scenario.patching import Patches, versions_of
from afterban.scenario.sections.network import TABLES as NETWORK_TABLES
from afterban.scenario.sweeping import number
from afterban.scenario.tables import FOLDER as TABLES_OF_OWN

if TYPE_CHECKING:
    import pandas as pd

    from afterban.report.figures import Figure

SAFETY = 1.5  # on the memory that was seen in one replication
PROCESS_BYTES = 350e6  # of a worker process before it simulates anything
PILOT_SECONDS = 1.0  # of replications at points of the whole design, to see how long they take
ROW_COPIES = 4  # of what is written to the table at a time
TASK_BYTES = 700  # of what is known of a replication that is to be run or kept, and of its point
BATCH_SECONDS = 0.5  # of what is sent to a process at once
LEAST_BATCHES = 8  # for each of them
MOST_POINTS_READ = 60  # to find what has no effect: what acts at all does so at many of them


@dataclass(frozen=True)
class Forecast:
    """What a sweep will take.

    seconds_per_task: of one replication of all arms, on one worker, the others busy too.
    bytes_per_task: working memory of a worker while it runs one.
    memory_bytes: of this process and its workers, ``memory_here`` included, which it has already.
    points: how many there are, in words.
    """

    tasks: int
    finished: int
    workers: int
    seconds_per_task: float
    bytes_per_task: float
    memory_bytes: float
    memory_available: float
    disk_bytes: float
    disk_available: float
    memory_here: float = 0.0
    points: str = ""

    @property
    def left(self) -> int:
        """Tasks that are not finished yet."""
        return self.tasks - self.finished

    @property
    def seconds(self) -> float:
        """Time that is left, all workers busy."""
        return self.seconds_per_task * math.ceil(self.left / self.workers)

    def refuse(self) -> None:
        """Raise AfterbanError if the sweep cannot fit into memory or onto the disk."""
        if self.memory_bytes - self.memory_here > self.memory_available:
            raise AfterbanError(
                f"this sweep needs about {size_text(self.memory_bytes)} of memory with "
                f"{self.workers} workers, and {size_text(self.memory_available)} are free; "
                "take fewer `--workers`, or a smaller network"
            )
        if self.disk_bytes > self.disk_available:
            raise AfterbanError(
                f"this sweep needs about {size_text(self.disk_bytes)} on the disk, and "
                f"{size_text(self.disk_available)} are free; choose another place with `--out`"
            )

    def words(self) -> str:
        """One line."""
        points = f"{self.points}: " if self.points else ""
        return (
            f"{points}{self.left:,} of {self.tasks:,} replications to run, about "
            f"{self.seconds_per_task:.2g} s each on {self.workers} "
            f"worker{'s'[: self.workers > 1]}: {duration_text(self.seconds)}; "
            f"{size_text(self.memory_bytes)} of memory ({size_text(self.memory_available)} free), "
            f"{size_text(self.disk_bytes)} on the disk ({size_text(self.disk_available)} free)"
        )


@dataclass(frozen=True)
class Finished(Answer):
    """A sweep that is complete.

    run: replications that were run now; the others were there before.
    """

    folder: Path
    plan: Plan
    run: int
    table: Path

    def frame(self) -> pd.DataFrame:
        """One row per point, replication and arm: the values of the paths, and every metric."""
        import pyarrow.parquet as pq

        with fault_of(self.table):
            found: pd.DataFrame = pq.read_table(self.table).to_pandas()
        return found

    def words(self) -> list[str]:
        """What was run, and arms that do the same as others."""
        plan, before = self.plan, self.plan.tasks - self.run
        return [
            f"{plan.scenario_name}: {plan.told}, {plan.replications:,} replications of "
            f"{len(plan.policies)} arm{'s'[: len(plan.policies) > 1]}; {self.run:,} run now"
            + (f", {before:,} were there" if before else ""),
            *identical_words(self.identical),
        ]

    def figure(self, path: str | None = None) -> Figure:
        """Effective reach along one of the values, the mean over the others; a line for each arm.

        path: the first of the design if None.  Raises AfterbanError for one that is not in it.
        """
        from afterban.report.figures import in_style
        from afterban.report.pictures import sweep_lines
        from afterban.report.sweeps import read_sweep

        paths = self.plan.paths
        wanted = paths[0] if path is None else path
        if wanted not in paths:
            raise UnknownName("path", wanted, "this sweep", paths)
        foot = f"{self.plan.scenario_name} · n = {self.plan.replications} at each point"
        with in_style():
            return sweep_lines(read_sweep(self.folder), wanted, foot)

    def to_dict(self) -> dict[str, Any]:
        """What was run and where it is; the numbers are in the table."""
        return {
            "scenario": self.plan.scenario_name,
            "folder": str(self.folder),
            "table": str(self.table),
            "points": len(self.plan.points),
            "points_asked": self.plan.asked,
            "points_repeated": self.plan.repeated,
            "replications": self.plan.replications,
            "policies": list(self.plan.policies),
            "identical": self.identical,
            "run_now": self.run,
            "kept_before": self.plan.tasks - self.run,
        }

    @property
    def identical(self) -> dict[str, str]:
        """Arms that equal another one in every draw of every point, and that one: no finding."""
        seen = (column_of(name) for name in self.plan.metrics if name not in NOT_SEEN)
        return identical_in(self.table, seen)


def sweep(
    scenario: Scenario,
    root: Path | str = "results",
    *,
    policies: Sequence[str] | None = None,
    engine: EngineName | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    resume: bool = False,
    expand: bool = False,
    dry_run: bool = False,
    forecast: Callable[[Forecast], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Finished | None:
    """Run what is not finished of a sweep, and write its table.

    Args:
        scenario: with a ``sweep`` section.
        root: folder of all results.
        policies: arms; those of the section if None.
        workers: parallel workers on this machine; all cores if None.
        cluster: ``tcp://host:port`` or ``local:N``: run on a Dask cluster instead.
        resume: continue a sweep that was stopped.
        expand: add points or replications to a sweep; implies ``resume``.
        dry_run: only forecast; None is returned and nothing is written.
        forecast: called with the forecast before anything is run.
        progress: called with the finished and all replications, after each.

    Raises:
        AfterbanError: the sweep cannot start, cannot fit, or was stopped from outside.
    """
    wanted = plan_of(scenario, policies=policies, engine=engine)
    return run_plan(
        scenario,
        wanted,
        folder_of(wanted, Path(root)),
        workers=workers,
        cluster=cluster,
        resume=resume,
        expand=expand,
        dry_run=dry_run,
        forecast=forecast,
        progress=progress,
    )


def run_plan(
    scenario: Scenario,
    wanted: Plan,
    folder: Path,
    *,
    workers: int | None = None,
    cluster: str | None = None,
    resume: bool = False,
    expand: bool = False,
    dry_run: bool = False,
    forecast: Callable[[Forecast], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Finished | None:
    """Run what is not finished of a plan in its folder, and write its table; see :func:`sweep`."""
    store = Store(folder)
    if dry_run:
        plan, done = _continued(store, wanted, resume=True, expand=True)
        _forecast(scenario, plan, store, done, workers, cluster, forecast)
        return None
    with store.locked():
        plan, done = _continued(store, wanted, resume=resume or expand, expand=expand)
        if len(done) < plan.tasks:
            # Connected first, so that a cluster that cannot be used is told before any work.
            with connected(cluster) if cluster is not None else nullcontext() as client:
                first = _forecast(scenario, plan, store, done, workers, cluster, forecast)
                store.start(plan)
                with store.keeping(plan) as keep:
                    finished = set(done)
                    rest = (
                        block
                        for blocks in _blocks(
                            scenario,
                            plan,
                            # Looked at when everything of the trial is kept.
                            lambda: _left(plan, finished),
                            workers,
                            client,
                            first.seconds_per_task,
                        )
                        for block in blocks
                    )
                    for block in itertools.chain(first.blocks, rest):
                        keep(block)
                        finished.add((block.key, block.replication))
                        if progress is not None:
                            progress(len(finished), plan.tasks)
        elif progress is not None:
            progress(plan.tasks, plan.tasks)
        table = store.folder / TABLE
        if len(done) < plan.tasks or not store.is_published():
            table = store.publish(plan)
        return Finished(store.folder, plan, plan.tasks - len(done), table)


def _continued(
    store: Store, wanted: Plan, *, resume: bool, expand: bool
) -> tuple[Plan, set[tuple[str, int]]]:
    """The plan to run, given what is there, and what of it is finished."""
    kept = store.read()
    if kept is None:
        # What a start that was stopped at once can have left is no reason to refuse.
        own = {JOURNAL, "scenario.resolved.yaml", TABLES_OF_OWN}
        there = {path.name for path in store.folder.glob("[!.]*")}
        done = store.finished(wanted) if MANIFEST in there else set()
        if done:
            # Each finished replication proves itself, so that the plan can be written anew.
            if not resume:
                raise AfterbanError(
                    f"{store.folder}: the manifest or the scenario of this sweep is damaged; add "
                    "`--resume` to write them anew and keep what is finished, or choose another "
                    "place with `--out`"
                )
            return wanted, done
        if there - own:
            raise AfterbanError(
                f"{store.folder}: this folder is there and holds no sweep, so it is left alone; "
                "remove it, or choose another place with `--out`"
            )
        return wanted, set()
    if kept.identity != wanted.identity:
        code = kept.identity.get("code"), wanted.identity["code"]
        why = (
            f"it was started with afterban {code[0]}, and this is {code[1]}"
            if code[0] != code[1]
            else "it is of another scenario"
        )
        raise AfterbanError(
            f"{store.folder}: this sweep cannot be continued, since {why}; remove the folder, or "
            "choose another place with `--out`"
        )
    same = (kept.points, kept.replications) == (wanted.points, wanted.replications)
    if not same and not expand:
        raise AfterbanError(
            f"{store.folder}: this sweep is there with {len(kept.points):,} points and "
            f"{kept.replications:,} replications, and {len(wanted.points):,} points and "
            f"{wanted.replications:,} replications are asked for; add `--expand` to keep what is "
            "finished and run the rest"
        )
    plan = wanted
    if not same:
        plan = replace(
            wanted,
            points=tuple(merged(kept.points, wanted.points)),
            replications=max(kept.replications, wanted.replications),
        )
    done = store.finished(plan)
    if 0 < len(done) < plan.tasks and not resume:
        raise AfterbanError(
            f"{store.folder}: {len(done):,} of {plan.tasks:,} replications of this sweep are "
            "finished; add `--resume` to run the rest, or choose another place with `--out`"
        )
    return plan, done


def no_effect(scenario: Scenario, policies: Sequence[str] | None = None) -> list[Inert]:
    """What the scenario or its ``sweep`` section writes and has no effect at any of its points.

    policies: arms that are run; those of the section if None.
    Raises AfterbanError if there is no such section.
    """
    plan = plan_of(scenario, policies=policies)
    base = scenario.with_changes({"sweep": "none"})
    return no_effect_at(base, [dict(point.values) for point in plan.points], plan.policies)


def no_effect_at(
    scenario: Scenario, points: Sequence[Mapping[str, str]], policies: Sequence[str]
) -> list[Inert]:
    """What has no effect at any of some points, each given by its values; many are sampled."""
    count = min(len(points), MOST_POINTS_READ)
    versions = Patches(scenario)
    found: list[Inert] | None = None
    for k in range(count):
        here = inert(versions.at(points[k * len(points) // count]), policies)
        found = here if found is None else common([found, here])
        if not found:
            break  # as soon as everything acts somewhere
    return found or []


# --- forecast -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Trial:
    """What was run to see how long the rest will take."""

    blocks: tuple[Block, ...]
    seconds_per_task: float


def _forecast(
    scenario: Scenario,
    plan: Plan,
    store: Store,
    done: set[tuple[str, int]],
    workers: int | None,
    cluster: str | None,
    tell: Callable[[Forecast], None] | None,
) -> _Trial:
    """Run a few replications of what is left, the largest first; tell what the rest will take.

    Raises AfterbanError if it cannot fit: before the trial if that is plain from its size.
    """
    base = _without_sweep(scenario)
    versions = versions_of(base)
    left = list(_left(plan, done)) or [(plan.points[0], 0)]
    operators = _operators(base, versions, {point: None for point, _ in left})
    largest = max(left, key=lambda task: operators[task[0]])
    free = memory_available()
    whole = largest[0].of(base, versions)
    refuse(least_bytes(whole), free, whole)
    engine: EngineName = plan.identity["engine"]
    # Compilation is no part of what a replication takes: a first, small one takes it.
    one = {f"tiers.{tier}.count": 1 for tier in whole.tiers}
    drawn = {f"network.{table}": "none" for table in NETWORK_TABLES}  # which have all operators
    small = whole.with_changes({**one, **drawn})
    run_replication(small, [AS_WRITTEN], engine=engine)
    workers = workers or os.cpu_count() or 1
    at_once = min(workers, max(1, plan.tasks - len(done)))
    if cluster is not None and cluster.removeprefix("local:").isdecimal():
        at_once = int(cluster.removeprefix("local:"))
    began = time.perf_counter()
    outcomes = run_replication(
        largest[0].of(base, versions),
        plan.policies,
        replication=largest[1],
        engine=engine,
        keep=True,
    )
    seconds = time.perf_counter() - began
    bytes_per_task = SAFETY * sum(_bytes_of(one.records) + _bytes_of(one.world) for one in outcomes)
    rows = tuple(tuple(row_of(one.metrics, plan.metrics)) for one in outcomes)
    blocks = [Block(largest[0].key, largest[1], rows)]
    del outcomes
    # Threads share the interpreter, so that what they take is only seen when all of them are busy.
    threads = at_once if engine == "compiled" and cluster is None else 1
    if seconds < PILOT_SECONDS and len(left) > 1:
        others = [task for task in _spread(left) if task != largest]
        more, seconds = _try(task_of(base, plan, ()), others, threads)
        blocks += more
    processes = at_once if (engine != "compiled" and at_once > 1) or cluster is not None else 0
    far = cluster is not None and not cluster.startswith("local:")
    record = Format(plan.identity, plan.policies, plan.metrics).record.itemsize
    here = _memory_here()
    at_the_end = ROW_COPIES * 8 * ROWS * len(plan.metrics) + TASK_BYTES * plan.tasks
    place = store.folder
    while not place.exists():
        place = place.parent
    told = Forecast(
        tasks=plan.tasks,
        finished=len(done),
        workers=at_once,
        seconds_per_task=seconds,
        bytes_per_task=bytes_per_task,
        # On a cluster of other machines this one holds only what it writes.
        memory_bytes=here
        + at_the_end
        + (0.0 if far else at_once * bytes_per_task + processes * PROCESS_BYTES),
        memory_available=free,
        memory_here=here,
        # The journal, and as much again while it is put in order, or for the table.
        disk_bytes=float(record * (2 * plan.tasks - len(done))),
        disk_available=float(shutil.disk_usage(place).free),
        points=plan.told if plan.repeated else "",
    )
    if tell is not None:
        tell(told)
    told.refuse()
    return _Trial(tuple(blocks), seconds)


def _try(task: Task, left: Sequence[tuple[Point, int]], threads: int) -> tuple[list[Block], float]:
    """Run replications for a second: what came of them, and the time of one on one worker."""
    import joblib  # noqa: F401 (its import is no part of what a replication takes)

    began = time.perf_counter()

    def until() -> Iterator[Task]:
        for one in left:
            if time.perf_counter() - began > PILOT_SECONDS:
                return
            yield replace(task, replications=(one,))

    blocks = [b for some in on_this_machine(run_task, until(), threads, True) for b in some]
    return blocks, (time.perf_counter() - began) * threads / len(blocks)


def _spread(left: Sequence[tuple[Point, int]]) -> Iterator[tuple[Point, int]]:
    """All of them, such that the first of them are spread over the design."""
    step = max(1, round(0.618 * len(left)))
    while math.gcd(step, len(left)) > 1:
        step += 1
    return (left[k * step % len(left)] for k in range(len(left)))


def _operators(base: Scenario, versions: Patches, some: Mapping[Point, None]) -> dict[Point, int]:
    """Operators of each point; only where it must be is a point made for that."""
    counts = {name: int(tier.count) for name, tier in base.tiers.items()}
    plain = {f"tiers.{name}.count": name for name in counts}

    def of(point: Point) -> int:
        own = dict(counts)
        for path, text in point.values:
            if path in plain:
                own[plain[path]] = int(number(path, text) or 0)
            elif path == "tiers" or path.removeprefix("tiers.") in counts:
                there = point.of(base, versions)
                return sum(int(tier.count) for tier in there.tiers.values())
        return sum(own.values())

    return {point: of(point) for point in some}


def _bytes_of(record: Any) -> float:
    if record is None:
        return 0.0
    fields = record._asdict() if hasattr(record, "_asdict") else vars(record)
    return float(sum(getattr(value, "nbytes", 0) for value in fields.values()))


def _memory_here() -> float:
    """Most memory in bytes that this process has had."""
    unit = 1 if sys.platform == "darwin" else 1024
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)


# --- running --------------------------------------------------------------------------------------


def _left(plan: Plan, done: set[tuple[str, int]]) -> Iterator[tuple[Point, int]]:
    return (
        (point, k)
        for k in range(plan.replications)
        for point in plan.points
        if (point.key, k) not in done
    )


def _without_sweep(scenario: Scenario) -> Scenario:
    return scenario.with_changes({"sweep": "none", "replications": 1})


def _blocks(
    scenario: Scenario,
    plan: Plan,
    left: Callable[[], Iterator[tuple[Point, int]]],
    workers: int | None,
    client: Any,
    seconds: float,
) -> Iterator[tuple[Block, ...]]:
    """What came of everything that is left, as it is finished."""
    empty = task_of(_without_sweep(scenario), plan, ())
    remaining = list(left())
    threads = client is None and empty.engine == "compiled"
    size = 1
    if not threads and workers != 1:
        # Little ones go to another process together, but never so many that one waits for others.
        at_once = sum(client.nthreads().values()) if client is not None else workers
        least = LEAST_BATCHES * max(1, at_once or os.cpu_count() or 1)
        size = max(1, min(int(BATCH_SECONDS / max(seconds, 1e-6)), len(remaining) // least))
    tasks = (
        replace(empty, replications=tuple(remaining[k : k + size]))
        for k in range(0, len(remaining), size)
    )
    if client is not None:
        yield from on_cluster(client, run_task, tasks)
    else:
        # Compiled code runs without the interpreter's lock, so threads do; SimPy needs processes.
        yield from on_this_machine(run_task, tasks, workers, threads=threads)


# --- words ----------------------------------------------------------------------------------------


def duration_text(seconds: float) -> str:
    """A time for people: ``3 min``."""
    for unit, length in (("d", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 2 * length:
            return f"{seconds / length:.2g} {unit}"
    return f"{max(seconds, 1):.0f} s"
