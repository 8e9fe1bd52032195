"""Where a sweep is kept: a journal of finished replications, and one table.

``<root>/<scenario>/sweep-<digest>/`` holds

- ``manifest.json``: the points, the arms, and what the sweep was started with, its ``sweep``
  section and the versions of the packages included;
- ``scenario.resolved.yaml``: the scenario without its sweep, complete;
- ``inputs/``: copies of its own tables, if it has some;
- ``replications.journal``: a record for each replication, added as soon as it is finished;
- ``sweep.parquet``: all of them in one table, once every one is finished.

A record counts only when it is whole, so whatever stops a sweep leaves finished replications and
nothing else.  At the end the journal is put in order.  No file but the manifest tells how the sweep
was run, so that interrupted and uninterrupted sweeps give the same bytes.

Nothing is believed unchecked: a record proves itself (see ``journal``), and the manifest has the
digests of the scenario, of the table, and its own.

Checked by ``tests/experiment/test_sweep.py`` and ``test_query.py``.
"""

from __future__ import annotations

import datetime as dt
import errno
import fcntl
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from afterban import manifest as manifests
from afterban.errors import AfterbanError
from afterban.experiment.design import Point
from afterban.experiment.journal import Format, Journal, Task
from afterban.files import fault_of, json_or_none, sha256_of, write_text, written_whole
from afterban.manifest import SweepManifest
from afterban.mechanisms.detection import CHANNELS
from afterban.metrics import METRICS
from afterban.results import RESOLVED, column_of, versions
from afterban.scenario import tables as own_tables
from afterban.scenario.sweeping import typed

if TYPE_CHECKING:
    import pyarrow as pa

    from afterban.scenario import Scenario

FORMAT = 2
_TABLE_ALONE = 1  # an earlier format, of which only the finished table is read
TABLE = "sweep.parquet"
MANIFEST = manifests.NAME
JOURNAL = "replications.journal"
ROWS = 10_000  # of the table at a time, and in each of its groups


@dataclass(frozen=True)
class Plan:
    """What a sweep consists of.

    identity: what decides the numbers of a replication at a point, by name; a sweep is continued or
        expanded only by the same.
    asked: points that the section asks for; fewer may differ.
    repeated: of these, those with the values of another.
    design: the section as it is written; with points that were added to it, the last one.
    own_tables: that the scenario names, and where their copies go.
    """

    scenario_name: str
    resolved: str
    identity: Mapping[str, Any]
    policies: tuple[str, ...]
    metrics: tuple[str, ...]
    paths: tuple[str, ...]
    points: tuple[Point, ...]
    replications: int
    asked: int
    repeated: int = 0
    design: Mapping[str, Any] = field(default_factory=dict)
    own_tables: own_tables.Places = field(default_factory=dict)

    @cached_property
    def columns(self) -> dict[str, pa.Array]:
        """What each path is at each point, in the order of the points."""
        return {path: _column(path, self) for path in self.paths}

    @property
    def told(self) -> str:
        """How many points there are, and how many were asked for if some repeat others."""
        there = f"{len(self.points):,} point{'s'[: len(self.points) != 1]}"
        if not self.repeated:
            return there
        differ = self.asked - self.repeated
        more = "" if differ == len(self.points) else f"; {there} with those of before"
        return (
            f"{self.asked:,} points asked for, {differ:,} differ{'s'[: differ == 1]} "
            f"({self.repeated:,} repeat{'s'[: self.repeated == 1]} another){more}"
        )

    @property
    def tasks(self) -> int:
        """Replications of all points."""
        return len(self.points) * self.replications

    def manifest(self) -> dict[str, Any]:
        """What is written down before the first replication."""
        return {
            "format": FORMAT,
            "scenario": self.scenario_name,
            **self.identity,
            "policies": list(self.policies),
            "metrics": list(self.metrics),
            "paths": list(self.paths),
            "replications": self.replications,
            "points_asked": self.asked,
            "points_repeated": self.repeated,
            **({"sweep": dict(self.design)} if self.design else {}),
            "versions": versions(),
            "points": [{"key": point.key, "values": dict(point.values)} for point in self.points],
        }

    @classmethod
    def from_manifest(cls, data: Mapping[str, Any], resolved: str) -> Plan:
        """The plan of a sweep that was started before."""
        plain = (
            *("format", "scenario", "policies", "metrics", "paths", "replications", "points"),
            *("points_asked", "points_repeated", manifests.FILES, manifests.SEAL),
            *("sweep", "versions"),
        )
        return cls(
            scenario_name=data["scenario"],
            resolved=resolved,
            identity={key: value for key, value in data.items() if key not in plain},
            policies=tuple(data["policies"]),
            metrics=tuple(data["metrics"]),
            paths=tuple(data["paths"]),
            points=tuple(Point(tuple(one["values"].items())) for one in data["points"]),
            replications=data["replications"],
            asked=data.get("points_asked", len(data["points"])),
            repeated=data.get("points_repeated", 0),
            design=data.get("sweep", {}),
        )


@dataclass(frozen=True)
class Block:
    """What came of a task: for each arm the metrics, in the order of the plan."""

    key: str
    replication: int
    rows: tuple[tuple[float, ...], ...]


def metric_names(scenario: Scenario, policies: Sequence[str]) -> tuple[str, ...]:
    """Metrics of a sweep: the whole register, and tiers of the scenario and its arms."""
    tiers = dict.fromkeys(scenario.tiers)
    for policy in policies:
        if policy in scenario.policies:
            tiers |= dict.fromkeys(scenario.arm(policy).tiers)
    names: list[str] = []
    for name, metric in METRICS.items():
        names.append(name)
        if metric.by_tier:
            names += [f"{name}.{tier}" for tier in tiers]
        if metric.by_channel:
            names += [f"{name}.{channel}" for channel in CHANNELS[1:]]
    return tuple(names)


class Store:
    """The folder of one sweep."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    # --- what is there ---------------------------------------------------------------------------

    def read(self) -> Plan | None:
        """The plan that is kept here, or None if the folder holds no sweep, or a damaged one.

        Raises AfterbanError if it was written by a later version.
        """
        self._refuse_other_format()
        try:
            return self.plan()
        except AfterbanError:
            return None

    def _refuse_other_format(self) -> None:
        data = json_or_none(self.folder / MANIFEST)
        if (
            isinstance(data, dict)
            and "points" in data
            and data.get("format") not in (FORMAT, _TABLE_ALONE)
        ):
            raise AfterbanError(
                f"{self.folder}: this sweep has format {data.get('format')}, "
                f"and this version of afterban reads format {FORMAT}"
            )

    def plan(self) -> Plan:
        """The plan that is kept here.

        Raises AfterbanError if there is none, or if what tells it is not as it was written.
        """
        self._refuse_other_format()
        manifest = self._manifest()
        manifests.verify(self.folder, manifest, [RESOLVED])
        path = self.folder / RESOLVED
        with fault_of(path):
            resolved = path.read_text(encoding="utf-8")
        plan = Plan.from_manifest(manifest.data(), resolved)
        with fault_of(self.folder / MANIFEST):
            for point, entry in zip(plan.points, manifest.points, strict=True):
                if point.key != entry.key:
                    raise ValueError(f"the point {entry.key} has other values than its key says")
            _schema(plan)
        return plan

    def _manifest(self) -> SweepManifest:
        return manifests.read(self.folder, SweepManifest, "a sweep")

    def verified_table(self) -> Path | None:
        """The table of the finished sweep, or None if there is none yet.

        Raises AfterbanError if it is not the one that was written.
        """
        manifest = self._manifest()
        if not (self.folder / TABLE).exists():
            return None
        if manifest.files_sha256 is not None and TABLE not in manifest.files_sha256:
            return None  # stopped before its digest was written
        manifests.verify(self.folder, manifest, [TABLE])
        return self.folder / TABLE

    def is_published(self) -> bool:
        """Whether manifest, scenario and table are there as they were written, with digests."""
        try:
            manifest = self._manifest()
            manifests.verify(self.folder, manifest, [RESOLVED])
            return manifest.files_sha256 is not None and self.verified_table() is not None
        except AfterbanError:
            return False

    def _kept(self, plan: Plan) -> Journal:
        return Journal(self.folder / JOURNAL, Format(plan.identity, plan.policies, plan.metrics))

    def finished(self, plan: Plan) -> set[Task]:
        """Point keys and replications of the plan that are kept, complete.

        What cannot be read (a disk error, or somebody's hand) does not count and is run again.
        """
        return set(self._places(plan))

    def _places(self, plan: Plan) -> dict[Task, int]:
        keys = {point.key for point in plan.points}
        return {
            (key, replication): place
            for (key, replication), place in self._kept(plan).finished().items()
            if key in keys and replication < plan.replications
        }

    def table(self, plan: Plan) -> pa.Table:
        """Everything that is finished, as one table: see :meth:`tables`."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not (self.folder / JOURNAL).exists() and (table := self.verified_table()) is not None:
            with fault_of(table):
                return pq.read_table(table, page_checksum_verification=True)
        schema = _schema(plan)
        return pa.concat_tables([schema.empty_table(), *self.tables(plan)])

    def tables(self, plan: Plan) -> Iterator[pa.Table]:
        """What is finished, in the order of points and replications, ``ROWS`` at a time.

        The row groups of the table follow from the plan alone.
        """
        places, journal, schema = self._places(plan), self._kept(plan), _schema(plan)
        arms = len(plan.policies)
        columns = plan.columns
        tasks = (
            (number, point.key, k)
            for number, point in enumerate(plan.points)
            for k in range(plan.replications)
            if (point.key, k) in places
        )
        while some := list(itertools.islice(tasks, max(1, ROWS // arms))):
            numbers = np.repeat([number for number, _, _ in some], arms)
            with fault_of(journal.path):
                values = journal.values([places[key, k] for _, key, k in some])
            yield _rows(plan, schema, columns, some, numbers, values.reshape(len(numbers), -1))

    # --- what is added ---------------------------------------------------------------------------

    def start(self, plan: Plan) -> None:
        """Write the plan down; a table of a smaller plan goes."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for left in self.folder.rglob(".*.tmp"):
                left.unlink(missing_ok=True)
            (self.folder / TABLE).unlink(missing_ok=True)
            own_tables.keep(plan.own_tables, self.folder)
            self._write_manifest(plan, [RESOLVED])
        except OSError as error:
            raise _refusal(error, self.folder) from None

    def _write_manifest(self, plan: Plan, files: Sequence[str]) -> None:
        write_text(self.folder / RESOLVED, plan.resolved)
        names = [*files, *sorted(set(plan.own_tables.values()))]
        digests = {name: sha256_of(self.folder / name) for name in names}
        data = {**plan.manifest(), manifests.FILES: digests}
        write_text(self.folder / MANIFEST, manifests.text_of(data))

    @contextmanager
    def keeping(self, plan: Plan) -> Iterator[Callable[[Block], None]]:
        """A function that keeps what came of one task, at once; all is on the disk at the end."""
        journal = self._kept(plan)

        def keep(block: Block) -> None:
            try:
                journal.add(block.key, block.replication, block.rows)
            except OSError as error:
                raise _refusal(error, self.folder) from None

        try:
            yield keep
        finally:
            try:
                journal.close()
            except OSError as error:
                raise _refusal(error, self.folder) from None

    def publish(self, plan: Plan) -> Path:
        """Write the table of a finished sweep; the same bytes however it came to be finished.

        Raises AfterbanError if a replication can no longer be read.
        """
        import pyarrow.parquet as pq

        schema = _schema(plan)
        rows = 0
        try:
            self._kept(plan).put_in_order(
                [(point.key, k) for point in plan.points for k in range(plan.replications)]
            )
            with (
                written_whole(self.folder / TABLE) as stream,
                pq.ParquetWriter(
                    stream,
                    schema,
                    compression="zstd",
                    write_page_checksum=True,
                    # Most metrics take few values, or one.
                    use_dictionary=True,
                ) as writer,
            ):
                for table in self.tables(plan):
                    writer.write_table(table)
                    rows += table.num_rows
                missing = plan.tasks - rows // len(plan.policies)
                if missing:
                    raise AfterbanError(
                        f"{self.folder}: {missing:,} finished replication"
                        f"{'s'[: missing > 1]} can no longer be read, so there is no table yet; "
                        "run again with `--resume`"
                    )
            self._write_manifest(plan, [RESOLVED, TABLE])
        except OSError as error:
            raise _refusal(error, self.folder) from None
        return self.folder / TABLE

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else adds to the sweep meanwhile.  A killed owner's lock goes with it."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            stream = (self.folder / ".lock").open("w")
        except OSError as error:
            raise _refusal(error, self.folder) from None
        with stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AfterbanError(
                    f"{self.folder}: another afterban is running this sweep; wait until it has "
                    "finished, or stop it and use `--resume`"
                ) from None
            yield


def _rows(
    plan: Plan,
    schema: pa.Schema,
    columns: Mapping[str, pa.Array],
    tasks: Sequence[tuple[int, str, int]],
    numbers: npt.NDArray[np.int64],
    values: npt.NDArray[np.float64],
) -> pa.Table:
    """Rows of the table: of some tasks, each arm after the other."""
    import pyarrow as pa

    arms = len(plan.policies)
    return pa.table(
        [
            pa.array(numbers, pa.int32()),
            pa.array([key for _, key, _ in tasks for _ in range(arms)]),
            pa.array(np.repeat([k for _, _, k in tasks], arms), pa.int32()),
            pa.array(list(plan.policies) * len(tasks)),
            *(columns[path].take(pa.array(numbers)) for path in plan.paths),
            *(pa.array(np.ascontiguousarray(column)) for column in values.T),
        ],
        schema=schema,
    )


def _schema(plan: Plan) -> pa.Schema:
    import pyarrow as pa

    return pa.schema(
        [
            ("point", pa.int32()),
            ("point_key", pa.string()),
            ("replication", pa.int32()),
            ("policy", pa.string()),
            *((path, column.type) for path, column in plan.columns.items()),
            *((column_of(name), pa.float64()) for name in plan.metrics),
        ]
    )


def _column(path: str, plan: Plan) -> pa.Array:
    """What each point gives to a path, in the type of what is written there.

    Numbers are in the simulator's units (days, per day).  Text, as it is written, where one of the
    values is neither a number, true or false, nor a date: a distribution, say, or `never`.
    """
    import pyarrow as pa

    values = [typed(path, dict(point.values)[path]) for point in plan.points]
    for kind, types in (
        (pa.bool_(), (bool,)),
        (pa.int64(), (int,)),
        (pa.float64(), (int, float)),
        (pa.date32(), (dt.date,)),
    ):
        # A truth value is a whole number to Python, and not to a reader of the table.
        if all(
            isinstance(value, types) and (bool in types or not isinstance(value, bool))
            for value in values
        ):
            try:
                return pa.array(values, kind)
            except pa.ArrowInvalid:  # a whole number beyond 2^63
                continue
    return pa.array([dict(point.values)[path] for point in plan.points], pa.string())


def _refusal(error: OSError, folder: Path) -> AfterbanError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    what = "the disk is full" if full else f"this cannot be written ({error.strerror or error})"
    return AfterbanError(
        f"{folder}: {what}; what is finished is kept, so make room and run again with `--resume`"
        if full
        else f"{folder}: {what}; choose another place with `--out`"
    )


def rows_by_run(table: pa.Table) -> dict[tuple[str, int, str], int]:
    """Row of each point's key, replication and arm in a sweep's table."""
    names = ("point_key", "replication", "policy")
    columns = [table.column(name).to_pylist() for name in names]
    return {name: k for k, name in enumerate(zip(*columns, strict=True))}


def row_of(metrics: Mapping[str, float], names: Sequence[str]) -> list[float]:
    """Metrics in the order of a plan; NaN for one that the replication does not have."""
    return [float(metrics.get(name, math.nan)) for name in names]
