"""Where a sweep is kept: one small Parquet file for each finished replication, and one table.

``<root>/<scenario>/sweep-<digest>/`` holds

- ``manifest.json``: the points, the arms, and what the sweep was started with;
- ``scenario.resolved.yaml``: the scenario without its sweep, complete;
- ``replications/point=<key>/<replication>.parquet``: written as soon as it is finished;
- ``sweep.parquet``: all of them in one table, once every one is finished.

A file appears under its name only when it is complete and on the disk, so whatever stops a sweep
leaves finished replications and nothing else.  No file but the manifest tells how it was run, so
that interrupted and uninterrupted sweeps give the same bytes.

Checked by ``tests/experiment/test_sweep.py`` and ``test_query.py``.
"""

from __future__ import annotations

import errno
import fcntl
import json
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afterban.errors import AfterbanError
from afterban.experiment.design import Point
from afterban.metrics import METRICS
from afterban.results import column_of

if TYPE_CHECKING:
    import pyarrow as pa

    from afterban.scenario import Scenario

FORMAT = 1
TABLE = "sweep.parquet"
MANIFEST = "manifest.json"
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
        plain = ("format", "scenario", "policies", "metrics", "paths", "replications", "points")
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
        try:
            data = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
            resolved = (self.folder / "scenario.resolved.yaml").read_text(encoding="utf-8")
        except (OSError, ValueError):
            return None
        if not isinstance(data, dict) or "points" not in data:
            return None
        if data.get("format") != FORMAT:
            raise AfterbanError(
                f"{self.folder}: this sweep has format {data.get('format')}, "
                f"and this version of afterban reads format {FORMAT}"
            )
        try:
            return Plan.from_manifest(data, resolved)
        except (KeyError, TypeError, AttributeError):
            return None

    def part(self, key: str, replication: int) -> Path:
        """File of one replication of one point."""
        return self.folder / _PARTS / f"point={key}" / f"{replication:06d}.parquet"

    def finished(self, plan: Plan) -> set[tuple[str, int]]:
        """Point keys and replications of the plan that are kept, complete.

        What cannot be read (a disk error, or somebody's hand) does not count and is run again.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        found: set[tuple[str, int]] = set()
        for point in plan.points:
            folder = self.folder / _PARTS / f"point={point.key}"
            names = set(os.listdir(folder)) if folder.is_dir() else set()
            for replication in range(plan.replications):
                path = self.part(point.key, replication)
                if path.name not in names:
                    continue
                try:
                    rows = pq.read_metadata(path).num_rows
                except (OSError, pa.ArrowException):
                    continue
                if rows == len(plan.policies):
                    found.add((point.key, replication))
        return found

    def table(self, plan: Plan) -> pa.Table:
        """Everything that is finished, as one table: see :meth:`tables`."""
        import pyarrow as pa

        schema = _schema(plan)
        return pa.concat_tables([schema.empty_table(), *self.tables(plan)])

    def tables(self, plan: Plan) -> Iterator[pa.Table]:
        """For each point a table of what is finished, in the order of points and replications."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        done = self.finished(plan)
        schema = _schema(plan)
        for number, point in enumerate(plan.points):
            parts = [
                pq.read_table(self.part(point.key, k), partitioning=None)
                for k in range(plan.replications)
                if (point.key, k) in done
            ]
            if not parts:
                continue
            body = pa.concat_tables(parts)
            n = body.num_rows
            values = point.numbers()
            columns: dict[str, Any] = {
                "point": [number] * n,
                "point_key": [point.key] * n,
                "replication": body["replication"],
                "policy": body["policy"],
                **{
                    path: [_fitting(values[path], schema.field(path).type)] * n
                    for path in plan.paths
                },
                **{column_of(name): body[column_of(name)] for name in plan.metrics},
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
            _write(
                self.folder / "scenario.resolved.yaml",
                lambda path: path.write_text(plan.resolved, encoding="utf-8"),
            )
            text = json.dumps(plan.manifest(), indent=1, ensure_ascii=False) + "\n"
            _write(self.folder / MANIFEST, lambda path: path.write_text(text, encoding="utf-8"))
        except OSError as error:
            raise _refusal(error, self.folder) from None

    def keep(self, plan: Plan, key: str, replication: int, rows: Sequence[Sequence[float]]) -> None:
        """Keep one finished replication: for each arm the metrics, in the order of the plan."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pa.table(
            {
                "replication": pa.array([replication] * len(plan.policies), pa.int32()),
                "policy": pa.array(list(plan.policies), pa.string()),
                **{
                    column_of(name): pa.array([row[k] for row in rows], pa.float64())
                    for k, name in enumerate(plan.metrics)
                },
            }
        )
        path = self.part(key, replication)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(
                path,
                lambda temporary: pq.write_table(
                    table,
                    temporary,
                    compression="none",  # smaller than compressed, at a few rows a file
                    use_dictionary=False,
                    write_statistics=False,
                ),
            )
        except OSError as error:
            raise _refusal(error, self.folder) from None

    def publish(self, plan: Plan) -> Path:
        """Write the table of a finished sweep; the same bytes however it came to be finished."""
        import pyarrow.parquet as pq

        schema = _schema(plan)

        def write(temporary: Path) -> None:
            with pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
                for table in self.tables(plan):
                    writer.write_table(table)

        try:
            _write(self.folder / TABLE, write)
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


def _write(path: Path, write: Any) -> None:
    """Write a file under another name, see it onto the disk, and only then give it its own."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        write(temporary)
        with temporary.open("rb") as stream:
            os.fsync(stream.fileno())
        temporary.rename(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


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
