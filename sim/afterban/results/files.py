"""Results as files: written whole or not at all, and read with every fault told."""

from __future__ import annotations

import csv
import math
import os
import platform
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from afterban import manifest as manifests
from afterban.cells import as_written
from afterban.core.code import source_digest
from afterban.errors import FileWarning, listed
from afterban.files import fault_of, sha256_of
from afterban.mechanisms.detection import CHANNELS
from afterban.metrics import METRICS, OWN, lineages
from afterban.parameters import WITHOUT_ENFORCEMENT
from afterban.results.columns import cell_of
from afterban.results.folder import manifest_in
from afterban.results.names import LEVEL, OWN_SOURCES, RESOLVED, SERIES, TABLES, Floats
from afterban.results.shape import (
    Curve,
    Results,
    column_of,
    digest_of,
    is_newer,
    tell_former,
    versions,
)
from afterban.scenario import tables as own_tables

if TYPE_CHECKING:
    from afterban.scenario import Scenario


def write(results: Results, folder: Path) -> None:
    """Write the tables into an existing folder, the manifest last."""
    own_tables.keep(own_tables.places(results.scenario), folder)
    (folder / RESOLVED).write_text(results.scenario.kept_yaml(), encoding="utf-8")
    for name, (head, rows) in (
        ("summary.csv", results._summary()),
        ("replications.csv", results._replications()),
        ("timeseries.csv", results._timeseries()),
        ("survival.csv", results._survival()),
        ("lives.csv", results._lives()),
    ):
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            table = csv.writer(stream, lineterminator="\n")
            table.writerow(head)
            for row in rows:
                table.writerow([cell_of(value) for value in row])
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest = {
        **results.manifest,
        manifests.FILES: {path.relative_to(folder).as_posix(): sha256_of(path) for path in files},
    }
    (folder / manifests.NAME).write_text(manifests.text_of(manifest), encoding="utf-8")


def read(folder: str | os.PathLike[str]) -> Results:
    """Read results that were written before, every file checked against its digest.

    Tables that are not there are nobody's fault: of the results that come with the project only
    the metrics are kept, without curves.  Results from before there were digests are read with a
    :class:`afterban.errors.FileWarning`.

    Raises AfterbanError if this is no such folder, or if a file in it is not what the run wrote.
    """
    from afterban.scenario import Scenario

    path = Path(folder)
    manifest = manifest_in(path)
    manifests.verify(path, manifest, (RESOLVED, *TABLES))
    with fault_of(path / RESOLVED):
        scenario = Scenario.from_yaml(path / RESOLVED)
    policies = tuple(manifest.policies)
    tell_former(path, manifest, scenario)
    finished = tuple(manifest.replications_finished)
    with fault_of(path / "summary.csv"):
        names = {column_of(name): name for name in _names(path, scenario)}
    with fault_of(path / "replications.csv"):
        values = _values(_rows(path / "replications.csv"), policies, finished, names)
    series: dict[str, dict[str, dict[str, Curve]]] = {}
    curves = path / "timeseries.csv"
    with fault_of(curves):
        head, *rows = _rows(curves) if curves.exists() else [[]]
        for (policy, tier), block in _blocks(rows, 2):
            series.setdefault(policy, {})[tier] = {
                name: Curve(block[0], block[k], block[k + 1], block[k + 2], int(block[2][0]))
                for name in SERIES
                if name in head or not is_newer(name)
                for k in (head.index(name) - 2,)
            }
            none = np.full_like(block[0], np.nan)
            for name in SERIES:
                if name not in head:
                    series[policy][tier][name] = Curve(block[0], none, none, none, 0)
    curves = path / "survival.csv"
    with fault_of(curves):
        head, *rows = _rows(curves) if curves.exists() else [[]]
        lives = {
            policy: Curve(block[0], block[1], block[2], block[3], int(block[4][0]))
            for (policy,), block in _blocks(rows, 1)
        }
    by_life: dict[str, dict[str, dict[str, Curve]]] = {}
    curves = path / "lives.csv"
    with fault_of(curves):
        head, *rows = _rows(curves) if curves.exists() else [[]]
        for (policy, tier), block in _blocks(rows, 2):
            by_life.setdefault(policy, {})[tier] = {
                name: Curve(block[0], block[k], block[k + 1], block[k + 2], len(finished))
                for name in lineages.COLUMNS
                for k in (head.index(name) - 2,)
            }
    return Results(
        scenario, policies, finished, values, series, lives, manifest.data(), by_life, folder=path
    )


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [[as_written(cell) for cell in row] for row in csv.reader(stream)]


def _names(folder: Path, scenario: Scenario) -> list[str]:
    """Names of the metrics of a folder; those that this version does not know are told."""
    path = folder / "summary.csv"
    names = list(dict.fromkeys(row[1] for row in _rows(path)[1:]))
    if not names:
        raise ValueError("there is no metric in it")
    parts = {"", *scenario.tiers, *scenario.platforms, *CHANNELS}

    def known(name: str) -> bool:
        base, _, part = name.partition(".")
        if base == OWN:
            return bool(part)
        if base not in METRICS or part not in parts:
            return False
        metric = METRICS[base]
        return not part or metric.by_tier or metric.by_platform or metric.by_channel

    strange = [name for name in names if not known(name)]
    if strange:
        warnings.warn(
            f"{path}: {listed(strange)}: no such metric in this version of afterban, so left out",
            FileWarning,
            stacklevel=3,
        )
    return [name for name in names if known(name)]


def _values(
    table: list[list[str]],
    policies: Sequence[str],
    finished: Sequence[int],
    names: Mapping[str, str],
) -> dict[str, dict[str, Floats]]:
    """Metrics of single replications.  Raises ValueError if rows or columns are missing."""
    head, *rows = table
    missing = [column for column in names if column not in head]
    if missing:
        raise ValueError(f"there is no column `{missing[0]}`")
    values = {}
    for policy in policies:
        mine = [row for row in rows if row[0] == policy]
        if [int(row[1]) for row in mine] != list(finished):
            raise ValueError(f"the rows of `{policy}` are not its finished replications")
        values[policy] = {
            names[column]: np.array(
                [float(row[k]) if row[k] else math.nan for row in mine], dtype=np.float64
            )
            for k, column in enumerate(head)
            if column in names
        }
    return values


def _blocks(rows: list[list[str]], keys: int) -> Iterator[tuple[tuple[str, ...], list[Floats]]]:
    """Rows that share their first ``keys`` cells, and the columns of the rest as numbers."""
    groups: dict[tuple[str, ...], list[list[str]]] = {}
    for row in rows:
        groups.setdefault(tuple(row[:keys]), []).append(row[keys:])
    for key, group in groups.items():
        columns = zip(*group, strict=True)
        yield key, [np.array([_number(cell) for cell in column]) for column in columns]


def _number(cell: str) -> float:
    try:
        return float(cell) if cell else math.nan
    except ValueError:
        return math.nan  # a date


def fields(results: Results) -> dict[str, Any]:
    """The fields of results by name."""
    return {name: getattr(results, name) for name in Results.__dataclass_fields__}


def manifest_of(
    scenario: Scenario, policies: Sequence[str], finished: Sequence[int], made: Mapping[str, Any]
) -> dict[str, Any]:
    """What the manifest says of a run."""
    return {
        "scenario": scenario.name,
        "digest": digest_of(scenario, policies, made.get(OWN_SOURCES)),
        "scenario_digest": scenario.digest(),
        "schema_version": scenario.schema_version,
        "code_digest": source_digest(),
        "seed": scenario.seed,
        "replications_asked": scenario.replications,
        "replications_finished": list(finished),
        "complete": len(finished) >= scenario.replications,
        "policies": list(policies),
        "twin": WITHOUT_ENFORCEMENT,
        **made,
        "versions": versions(),
        "machine": f"{platform.system()} {platform.machine()}",
        "interval": f"{LEVEL:.0%}, Student's t over replications; ratios within each replication",
    }
