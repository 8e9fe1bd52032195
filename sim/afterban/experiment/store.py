"""Where a sweep is kept: one small Parquet file for each finished replication, and one table.

``<root>/<scenario>/sweep-<digest>/`` holds

- ``manifest.json``: the points, the arms, and what the sweep was started with;
- ``scenario.resolved.yaml``: the scenario without its sweep, complete;
- ``replications/point=<key>/<replication>.parquet``: written as soon as it is finished;
- ``sweep.parquet``: all of them in one table, once every one is finished.

A file appears under its name only when it is complete and on the disk, so whatever stops a sweep
leaves finished replications and nothing else.  No file but the manifest tells how it was run, so
that interrupted and uninterrupted sweeps give the same bytes.

Nothing is believed unchecked: a part proves itself (see ``parts``), and the manifest has the
digests of the scenario, of the table, and its own.

Checked by ``tests/experiment/test_sweep.py`` and ``test_query.py``.
"""

from __future__ import annotations

import errno
import fcntl
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from afterban import manifest as manifests
from afterban.errors import AfterbanError
from afterban.experiment.design import Point
from afterban.experiment.parts import Floats, PartFormat
from afterban.files import fault_of, json_or_none, sha256_of, write_text, written_whole
from afterban.manifest import SweepManifest
from afterban.metrics import METRICS
from afterban.results import RESOLVED, column_of

if TYPE_CHECKING:
    import pyarrow as pa

    from afterban.scenario import Scenario

FORMAT = 1
TABLE = "sweep.parquet"
MANIFEST = manifests.NAME
_PARTS = "replications"


@dataclass(frozen=True)
class Plan:
    """What a sweep consists of.

    identity: what decides the numbers of a replication at a point, by name; a sweep is continued or
        expanded only by the same.
    """

    scenario_name: str
    resolved: str
    identity: Mapping[str, Any]
    policies: tuple[str, ...]
    metrics: tuple[str, ...]
    paths: tuple[str, ...]
    points: tuple[Point, ...]
    replications: int

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
            "points": [{"key": point.key, "values": dict(point.values)} for point in self.points],
        }

    @classmethod
    def from_manifest(cls, data: Mapping[str, Any], resolved: str) -> Plan:
        """The plan of a sweep that was started before."""
        plain = (
            *("format", "scenario", "policies", "metrics", "paths", "replications", "points"),
            *(manifests.FILES, manifests.SEAL),
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
        )


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
        if isinstance(data, dict) and "points" in data and data.get("format") != FORMAT:
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

    def part(self, key: str, replication: int) -> Path:
        """File of one replication of one point."""
        return self.folder / _PARTS / f"point={key}" / f"{replication:06d}.parquet"

    def _parts(self, plan: Plan) -> PartFormat:
        manifest = json_or_none(self.folder / MANIFEST)
        old = isinstance(manifest, dict) and manifests.FILES not in manifest
        return PartFormat(plan.identity, plan.policies, plan.metrics, sealed=not old)

    def _of_point(self, form: PartFormat, key: str, count: int) -> Iterator[tuple[int, Floats]]:
        """The replications of a point that are kept, whole, with their values."""
        folder = self.folder / _PARTS / f"point={key}"
        try:
            names = set(os.listdir(folder))
        except OSError:
            return
        for replication in range(count):
            path = self.part(key, replication)
            if path.name in names:
                values = form.read(path, key, replication)
                if values is not None:
                    yield replication, values

    def finished(self, plan: Plan) -> set[tuple[str, int]]:
        """Point keys and replications of the plan that are kept, complete.

        What cannot be read (a disk error, or somebody's hand) does not count and is run again.
        """
        form = self._parts(plan)
        return {
            (point.key, replication)
            for point in plan.points
            for replication, _ in self._of_point(form, point.key, plan.replications)
        }

    def table(self, plan: Plan) -> pa.Table:
        """Everything that is finished, as one table: see :meth:`tables`."""
        import pyarrow as pa

        schema = _schema(plan)
        return pa.concat_tables([schema.empty_table(), *self.tables(plan)])

    def tables(self, plan: Plan) -> Iterator[pa.Table]:
        """For each point a table of what is finished, in the order of points and replications."""
        import pyarrow as pa

        schema = _schema(plan)
        form = self._parts(plan)
        arms = len(plan.policies)
        for number, point in enumerate(plan.points):
            found = list(self._of_point(form, point.key, plan.replications))
            if not found:
                continue
            n = len(found) * arms
            body = np.concatenate([block for _, block in found])
            values = point.numbers()
            columns: dict[str, Any] = {
                "point": [number] * n,
                "point_key": [point.key] * n,
                "replication": np.repeat([k for k, _ in found], arms),
                "policy": list(plan.policies) * len(found),
                **{
                    path: [_fitting(values[path], schema.field(path).type)] * n
                    for path in plan.paths
                },
                **{column_of(name): body[:, k] for k, name in enumerate(plan.metrics)},
            }
            yield pa.table(columns, schema=schema)

    # --- what is added ---------------------------------------------------------------------------

    def start(self, plan: Plan) -> None:
        """Write the plan down; a table of a smaller plan goes."""
        try:
            (self.folder / _PARTS).mkdir(parents=True, exist_ok=True)
            for left in self.folder.rglob(".*.tmp"):
                left.unlink(missing_ok=True)
            (self.folder / TABLE).unlink(missing_ok=True)
            self._write_manifest(plan, [RESOLVED])
        except OSError as error:
            raise _refusal(error, self.folder) from None

    def _write_manifest(self, plan: Plan, files: Sequence[str]) -> None:
        write_text(self.folder / RESOLVED, plan.resolved)
        digests = {name: sha256_of(self.folder / name) for name in files}
        data = {**plan.manifest(), manifests.FILES: digests}
        write_text(self.folder / MANIFEST, manifests.text_of(data))

    def keep(self, plan: Plan, key: str, replication: int, rows: Sequence[Sequence[float]]) -> None:
        """Keep one finished replication: for each arm the metrics, in the order of the plan."""
        path = self.part(key, replication)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            form = PartFormat(plan.identity, plan.policies, plan.metrics)
            form.write(path, key, replication, rows)
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
            with (
                written_whole(self.folder / TABLE) as stream,
                pq.ParquetWriter(
                    stream, schema, compression="zstd", write_page_checksum=True
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


def _schema(plan: Plan) -> pa.Schema:
    import pyarrow as pa

    values = [point.numbers() for point in plan.points]

    def kind(path: str) -> pa.DataType:
        return pa.float64() if all(isinstance(one[path], float) for one in values) else pa.string()

    return pa.schema(
        [
            ("point", pa.int32()),
            ("point_key", pa.string()),
            ("replication", pa.int32()),
            ("policy", pa.string()),
            *((path, kind(path)) for path in plan.paths),
            *((column_of(name), pa.float64()) for name in plan.metrics),
        ]
    )


def _fitting(value: float | str, kind: pa.DataType) -> float | str:
    import pyarrow as pa

    return str(value) if pa.types.is_string(kind) and not isinstance(value, str) else value


def _refusal(error: OSError, folder: Path) -> AfterbanError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    what = "the disk is full" if full else f"this cannot be written ({error.strerror or error})"
    return AfterbanError(
        f"{folder}: {what}; what is finished is kept, so make room and run again with `--resume`"
        if full
        else f"{folder}: {what}; choose another place with `--out`"
    )


def row_of(metrics: Mapping[str, float], names: Sequence[str]) -> list[float]:
    """Metrics in the order of a plan; NaN for one that the replication does not have."""
    return [float(metrics.get(name, math.nan)) for name in names]
