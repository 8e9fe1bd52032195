"""What a run gives: estimates and curves of each arm, and where they are kept."""

from __future__ import annotations

import hashlib
import json
import math
import platform
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt
from scipy import special

from afterban import manifest as manifests
from afterban import statistics
from afterban.engines.records import Records
from afterban.errors import FileWarning, UnknownName
from afterban.files import fault_of
from afterban.manifest import RunManifest
from afterban.mechanisms.detection import CHANNELS
from afterban.metrics import METRICS, OWN, lineages, metric_of
from afterban.results.columns import frame_of
from afterban.results.folder import check
from afterban.results.names import (
    ACCOUNTS,
    AT_A_GLANCE,
    LEVEL,
    OWN_SOURCES,
    PER_LIVE_ACCOUNT,
    RESOLVED,
    SERIES,
    Floats,
)
from afterban.scenario import fingerprint
from afterban.statistics import Estimate
from afterban.world import World

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from afterban.scenario import Scenario


class Finished(Protocol):
    """What one arm came to in one replication (see ``experiment.replicate.Outcome``)."""

    @property
    def policy(self) -> str:
        """Name of the arm."""

    @property
    def replication(self) -> int:
        """Number of the replication, from 0."""

    @property
    def metrics(self) -> Mapping[str, float]:
        """Value of every metric."""

    @property
    def records(self) -> Records | None:
        """Tables of the engine, if they were kept."""

    @property
    def world(self) -> World | None:
        """The network before the first event, if it was kept."""


@dataclass(frozen=True)
class Curve:
    """Mean over replications at each point, with a 95 % interval (nan where n = 1)."""

    x: Floats
    mean: Floats
    low: Floats
    high: Floats
    n: int


@dataclass(frozen=True)
class Results:
    """Everything that a run came to.

    scenario: complete, with the seed and the number of replications that were asked for.
    policies: arms in the order of tables; the twin without enforcement is last.
    finished: numbers of the replications that were finished.
    values: arm -> metric -> one number per finished replication, nan where it is undefined.
    series: arm -> tier (or ``all``) -> column of ``SERIES`` -> curve over days.
    lives: arm -> share of the accounts made after the start that outlive an age (days).
    by_life: arm -> tier (or ``all``) -> column of :mod:`afterban.lineages` -> curve over the number
        of the life, the last of which is for that and all later ones.
    manifest: how the run was made.
    traced: first arm -> the lives of the most suspended operator of the traced tier, in the first
        replication; empty if results were read from a folder.
    folder: where it was written, if it was.
    """

    scenario: Scenario
    policies: tuple[str, ...]
    finished: tuple[int, ...]
    values: Mapping[str, Mapping[str, Floats]]
    series: Mapping[str, Mapping[str, Mapping[str, Curve]]]
    lives: Mapping[str, Curve]
    manifest: Mapping[str, Any]
    by_life: Mapping[str, Mapping[str, Mapping[str, Curve]]] = field(default_factory=dict)
    traced: Mapping[str, npt.NDArray[np.void]] = field(default_factory=dict, repr=False)
    folder: Path | None = None
    tables: Sequence[pa.Table] = field(default=(), repr=False)

    @property
    def digest(self) -> str:
        """Fingerprint of what decides the numbers."""
        return digest_of(self.scenario, self.policies, self.manifest.get(OWN_SOURCES))

    @property
    def as_shipped(self) -> bool:
        """Whether the run had no metrics and no rules of the user's own."""
        return not self.manifest.get(OWN_SOURCES)

    @property
    def complete(self) -> bool:
        """Whether every replication that was asked for is finished."""
        return len(self.finished) >= self.scenario.replications

    def estimate(self, metric: str, policy: str) -> Estimate:
        """Mean over the replications in which the metric can be told, with its interval.

        Effective reach is a ratio within each replication, so its mean is a mean of ratios.
        Raises UnknownName, a KeyError, for an arm or metric that is not there.
        """
        if policy not in self.values:
            raise UnknownName("arm", policy, self.scenario.name, self.policies)
        if metric not in self.values[policy]:
            raise UnknownName("metric", metric, self.scenario.name, self.metrics)
        return estimate(self.values[policy][metric])

    @cached_property
    def metrics(self) -> tuple[str, ...]:
        """Names of the metrics, in the order of the register, parts after the whole."""
        known = [*METRICS, OWN]
        names = {name for arm in self.values.values() for name in arm}
        parts = ["", *self.scenario.tiers, *self.scenario.platforms, *CHANNELS]

        def place(name: str) -> tuple[int, int, str]:
            base, _, part = name.partition(".")
            own = base == OWN
            return known.index(base), 0 if own else parts.index(part), part if own else ""

        return tuple(sorted(names, key=place))

    # --- at a glance -----------------------------------------------------------------------------

    def _about(self) -> str:
        done = f"{len(self.finished)} of {self.scenario.replications}"
        return (
            f"{self.scenario.name}: seed {self.scenario.seed}, {done} replications, digest "
            f"{self.digest[:12]}" + ("" if self.as_shipped else ", not as shipped")
        )

    def _glance(self, most: int | None = None) -> tuple[list[str], list[list[str]]]:
        """Head and rows of the metrics that are looked at first, for ``most`` arms."""
        arms = self.policies[:most]
        rows = []
        for name in [name for name in AT_A_GLANCE if name in self.metrics]:
            cells = [name]
            for policy in arms:
                e = self.estimate(name, policy)
                told = "–" if math.isnan(e.value) else f"{e.value:.3g}"
                ends = f" ({e.low:.3g} to {e.high:.3g})" if e.low < e.high else ""
                cells.append(told + ends)
            rows.append(cells)
        return ["metric", *arms], rows

    def __repr__(self) -> str:
        head, rows = self._glance(4)
        widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in (head, *rows)
        ]
        more = len(self.policies) - len(head) + 1
        end = f"{len(self.metrics)} metrics in summary()" + (f", {more} more arms" if more else "")
        return "\n".join([self._about(), *lines, end])

    def _repr_html_(self) -> str:
        """A table, for a notebook."""
        head, rows = self._glance()
        top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
        )
        return f"<table><caption>{escape(self._about())}</caption><tr>{top}</tr>{body}</table>"

    # --- tables ----------------------------------------------------------------------------------

    def to_arrow(self, table: str = "summary") -> pa.Table:
        """A table as Arrow has it: ``summary``, ``replications``, ``timeseries``, ``survival``,
        ``life_table`` or ``accounts``.

        Raises UnknownName for another name, and AfterbanError as :meth:`accounts` does.
        """
        import pyarrow as pa

        made = {
            "summary": self._summary,
            "replications": self._replications,
            "timeseries": self._timeseries,
            "survival": self._survival,
            "life_table": self._lives,
        }
        if table == "accounts":
            return self._accounts()
        if table not in made:
            raise UnknownName("table", table, self.scenario.name, [*made, "accounts"])
        head, rows = made[table]()
        columns = list(zip(*rows, strict=True)) or [()] * len(head)
        return pa.table(dict(zip(head, map(list, columns), strict=True)))

    def summary(self) -> pd.DataFrame:
        """One row per arm and metric: estimate, interval, n."""
        return frame_of(*self._summary())

    def replications(self) -> pd.DataFrame:
        """One row per arm and replication, one column per metric."""
        return frame_of(*self._replications())

    def timeseries(self) -> pd.DataFrame:
        """One row per arm, tier and day: means over replications with intervals."""
        return frame_of(*self._timeseries())

    def survival(self) -> pd.DataFrame:
        """One row per arm and age: share of accounts that live longer (Kaplan-Meier)."""
        return frame_of(*self._survival())

    def life_table(self) -> pd.DataFrame:
        """One row per arm, tier and number of the life: means over replications with intervals.

        The last number is for that and all later lives.  Each mean is over the replications in
        which it is defined: nobody may have a ninth life in some of them.
        """
        return frame_of(*self._lives())

    def accounts(self) -> pd.DataFrame:
        """One row per life, of the replications whose accounts were kept."""
        frame: pd.DataFrame = self._accounts().to_pandas()
        return frame

    def _accounts(self) -> pa.Table:
        import pyarrow as pa

        if self.folder is not None:
            import pyarrow.parquet as pq

            path = self.folder / ACCOUNTS
            if (self.folder / manifests.NAME).exists():  # it is written last
                check(self.folder, [ACCOUNTS])
            with fault_of(path):
                return pq.read_table(path)
        return pa.concat_tables(self.tables)

    def _summary(self) -> tuple[list[str], Iterator[list[Any]]]:
        head = ["policy", "metric", "unit", "estimate", "interval_low", "interval_high"]
        head += ["interval_level", "n", "method"]

        def rows() -> Iterator[list[Any]]:
            for policy in self.policies:
                for name in self.metrics:
                    e = self.estimate(name, policy)
                    unit = metric_of(name).unit
                    yield [policy, name, unit, e.value, e.low, e.high, e.level, e.n, e.method]

        return head, rows()

    def _replications(self) -> tuple[list[str], Iterator[list[Any]]]:
        def rows() -> Iterator[list[Any]]:
            for policy in self.policies:
                columns = [self.values[policy][name] for name in self.metrics]
                for k, number in enumerate(self.finished):
                    yield [policy, number, *(float(column[k]) for column in columns)]

        return ["policy", "replication", *(column_of(name) for name in self.metrics)], rows()

    def _timeseries(self) -> tuple[list[str], Iterator[list[Any]]]:
        parts = ("", "_low", "_high")
        head = ["policy", "tier", "day", "date", "n"]
        head += [name + part for name in SERIES for part in parts]
        start = self.scenario.start.isoformat()

        def rows() -> Iterator[list[Any]]:
            for policy, tiers in self.series.items():
                for tier, curves in tiers.items():
                    first = curves["live_accounts"]
                    dates = written_dates(start, first.x)
                    columns = [
                        values.tolist()
                        for name in SERIES
                        for curve in (curves[name],)
                        for values in (curve.mean, curve.low, curve.high)
                    ]
                    for k, (day, date) in enumerate(zip(first.x.tolist(), dates, strict=True)):
                        yield [policy, tier, day, date, first.n, *(c[k] for c in columns)]

        return head, rows()

    def _survival(self) -> tuple[list[str], Iterator[list[Any]]]:
        head = ["policy", "age_days", "surviving_share", "surviving_share_low"]
        head += ["surviving_share_high", "n"]

        def rows() -> Iterator[list[Any]]:
            for policy, curve in self.lives.items():
                columns = (curve.x, curve.mean, curve.low, curve.high)
                for age, mean, low, high in zip(*(c.tolist() for c in columns), strict=True):
                    yield [policy, age, mean, low, high, curve.n]

        return head, rows()

    def _lives(self) -> tuple[list[str], Iterator[list[Any]]]:
        parts = ("", "_low", "_high")
        head = ["policy", "tier", "life"]
        head += [name + part for name in lineages.COLUMNS for part in parts]

        def rows() -> Iterator[list[Any]]:
            for policy, tiers in self.by_life.items():
                for tier, curves in tiers.items():
                    columns = [
                        values.tolist()
                        for name in lineages.COLUMNS
                        for curve in (curves[name],)
                        for values in (curve.mean, curve.low, curve.high)
                    ]
                    for k in range(lineages.MOST):
                        yield [policy, tier, k + 1, *(c[k] for c in columns)]

        return head, rows()


def written_dates(start: str, days: npt.NDArray[np.float64]) -> list[str]:
    """Days after the start as dates, or as dates with times if one of them is no whole day.

    So that no two that are a second or more apart are written alike.
    """
    if np.all(days == np.floor(days)):
        return [str(date) for date in np.datetime64(start) + days.astype("timedelta64[D]")]
    seconds = np.round(days * 86_400).astype("timedelta64[s]")
    return [str(date) for date in np.datetime64(start, "s") + seconds]


def column_of(name: str) -> str:
    """Heading of a metric with its unit: ``reach.hub`` -> ``reach_people.hub``."""
    _, dot, tier = name.partition(".")
    return metric_of(name).column + dot + tier


def estimate(values: npt.ArrayLike) -> Estimate:
    """Mean with its interval over the replications in which there is a value."""
    told = np.asarray(values, dtype=np.float64)
    told = told[np.isfinite(told)]
    if not len(told):
        return statistics.undefined(LEVEL)
    return statistics.mean_interval(told, LEVEL)


def curve(x: Floats, values: Floats) -> Curve:
    """Mean and Student's t interval at each point; ``values`` is ``[replications, points]``."""
    told = Moments()
    for row in values:
        told.add(row)
    return told.curve(x)


class Moments:
    """Mean and spread of tables of one shape that come one after another and are not kept.

    Welford (1962), "Note on a method for calculating corrected sums of squares and products",
    Technometrics 4(3), 419-420.  Checked by ``tests/unit/test_moments.py``.
    """

    def __init__(self) -> None:
        self.n = 0
        self._mean: Floats = np.zeros(0)
        self._squares: Floats = np.zeros(0)

    def add(self, table: Floats) -> None:
        """Take one more table."""
        self.n += 1
        if self.n == 1:
            self._mean, self._squares = table.copy(), np.zeros_like(table)
            return
        off = table - self._mean
        self._mean += off / self.n
        self._squares += off * (table - self._mean)

    def curve(self, x: Floats, row: tuple[int, ...] = ()) -> Curve:
        """Mean and Student's t interval at each point of a row of the tables."""
        n, mean = self.n, self._mean[row]
        if n < 2:
            none = np.full_like(mean, np.nan)
            return Curve(x, mean, none, none, n)
        spread = np.sqrt(self._squares[row] / (n - 1))
        half = special.stdtrit(n - 1, 0.5 + LEVEL / 2) * spread / math.sqrt(n)
        return Curve(x, mean, mean - half, mean + half, n)


def digest_of(
    scenario: Scenario, policies: Sequence[str], own: Mapping[str, str] | None = None
) -> str:
    """Fingerprint (SHA-256) of everything that decides the numbers of a run; not of the engine.

    own: sources of metrics and rules of the user's own.
    """
    text = "\n".join([scenario.digest(), *policies])
    if own:
        text += "\n" + json.dumps(dict(own), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def former_digest_of(resolved: str, policies: Sequence[str]) -> str:
    """The fingerprint of before, in which every default was; of the text in a run's folder."""
    text = "\n".join([fingerprint.former(resolved), *policies])
    return hashlib.sha256(text.encode()).hexdigest()


def folder_of(
    scenario: Scenario,
    policies: Sequence[str],
    root: Path,
    own: Mapping[str, str] | None = None,
) -> Path:
    """Folder of a run."""
    return root / scenario.name / digest_of(scenario, policies, own)[:12]


def tell_former(folder: Path, manifest: RunManifest, scenario: Scenario) -> None:
    """Warn of results that go by the digest of before, in which every default was."""
    if manifest.digest == digest_of(scenario, manifest.policies):
        return
    text = (folder / RESOLVED).read_text(encoding="utf-8")
    if manifest.digest == former_digest_of(text, manifest.policies):
        warnings.warn(
            f"{folder}: these results go by a digest of before; `afterban upgrade {folder}` "
            "gives them the one of this version",
            FileWarning,
            stacklevel=3,
        )


def is_newer(column: str) -> bool:
    """Whether earlier versions did not write this column of a time series."""
    return column == PER_LIVE_ACCOUNT or "_flags_" in column


def versions() -> dict[str, str | None]:
    """Of afterban, Python and the packages that numbers and figures come from."""
    from importlib.metadata import PackageNotFoundError, version

    def installed(name: str) -> str | None:
        try:
            return version(name)
        except PackageNotFoundError:
            return None

    packages = ("numpy", "scipy", "wasmtime", "simpy", "pydantic", "pyarrow", "matplotlib")
    return {
        "afterban": installed("afterban"),
        "python": platform.python_version(),
        **{name: installed(name) for name in packages},
    }
