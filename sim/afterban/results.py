"""What a run came to: tables in memory, and one folder for each different run.

``<root>/<scenario>/<digest>/`` holds ``scenario.resolved.yaml``, ``manifest.json``, ``figures/``,
``summary.csv``, ``replications.csv``, ``timeseries.csv``, ``survival.csv``, ``lives.csv``,
``accounts.parquet``.
The digest covers everything that decides the numbers (scenario, seed, replications, arms), so the
same run always has the same folder and the same bytes; no data file holds a time of day.

A folder is made under a temporary name and renamed when it is complete.
"""

from __future__ import annotations

import csv
import errno
import fcntl
import hashlib
import json
import math
import os
import platform
import re
import shutil
import warnings
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt
from scipy import special

from afterban import lineages, statistics
from afterban import manifest as manifests
from afterban.cells import as_written, csv_cell
from afterban.engines.records import END_REASONS, Records
from afterban.errors import AfterbanError, FileWarning, UnknownName, listed
from afterban.files import fault_of, json_or_none, sha256_of
from afterban.jit import source_digest
from afterban.manifest import RunManifest
from afterban.metrics import METRICS, OWN, flags_by_day, metric_of
from afterban.model import census, detection, handles
from afterban.model.detection import CHANNELS
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT, Parameters
from afterban.scenario import fingerprint
from afterban.scenario import tables as own_tables
from afterban.statistics import Estimate
from afterban.world import World

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from afterban.scenario import Scenario

Floats = npt.NDArray[np.float64]

LEVEL = 0.95
EVERYBODY = "all"  # the row of a time series that adds up all tiers
RESOLVED = "scenario.resolved.yaml"
ACCOUNTS = "accounts.parquet"
TABLES = (
    *("summary.csv", "replications.csv", "timeseries.csv", "survival.csv", "lives.csv"),
    ACCOUNTS,
)
OWN_SOURCES = "own_sources"  # key of the manifest: of the user's own metrics and rules, by name
ONLY_PLATFORM = "main"  # what it is called where the scenario names none

KINDS_OF_FLAGS = ("right", "wrong", "cleared")
# Column of timeseries.csv -> column of the census, or None where it is worked out.
SERIES: Mapping[str, int | None] = {
    "live_accounts": census.LIVE,
    "attached_insiders_people": census.ATTACHED_INSIDERS,
    "attached_outsiders_people": census.ATTACHED_OUTSIDERS,
    "attached_insiders_share": None,
    "attached_outsiders_share": None,
    "followers_per_live_account_people": None,
    "insider_impressions_so_far": census.INSIDER_IMPRESSIONS,
    "outsider_impressions_so_far": census.OUTSIDER_IMPRESSIONS,
    "outsider_impressions_of_all_posts_so_far": census.ALL_OUTSIDER_IMPRESSIONS,
    "posts_so_far": census.POSTS,
    "rebuild_posts_so_far": census.REBUILD_POSTS,
    "accounts_made_so_far": census.CREATED,
    "accounts_suspended_so_far": census.SUSPENDED,
    "accounts_under_review": census.UNDER_REVIEW,
    "backlog_cases": None,
    "operators_arrived_so_far": None,
    **dict.fromkeys(f"{kind}_flags_so_far" for kind in KINDS_OF_FLAGS),
    **dict.fromkeys(
        f"{kind}_flags_{channel}_so_far" for kind in KINDS_OF_FLAGS for channel in CHANNELS[1:]
    ),
}
SHARES = {
    "attached_insiders_share": (census.ATTACHED_INSIDERS, 0),
    "attached_outsiders_share": (census.ATTACHED_OUTSIDERS, 1),
}
PER_LIVE_ACCOUNT = "followers_per_live_account_people"
AT_A_GLANCE = (  # metrics of the ten lines of a repr
    *("effective_reach", "effective_reached", "effective_weekly_reach"),
    *("suspensions", "creations", "replacement_ratio", "account_life_median"),
)
# Ages at which survival is told: from a minute on, in equal steps of the logarithm.
AGES: Floats = np.concatenate(([0.0], np.geomspace(1e-3, 1e4, 281)))


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


class FolderTaken(AfterbanError):
    """The folder of a run holds something that is not this run."""


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
    values: arm -> metric -> one number per finished replication, nan where it cannot be told.
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
        return _frame(*self._summary())

    def replications(self) -> pd.DataFrame:
        """One row per arm and replication, one column per metric."""
        return _frame(*self._replications())

    def timeseries(self) -> pd.DataFrame:
        """One row per arm, tier and day: means over replications with intervals."""
        return _frame(*self._timeseries())

    def survival(self) -> pd.DataFrame:
        """One row per arm and age: share of accounts that live longer (Kaplan-Meier)."""
        return _frame(*self._survival())

    def life_table(self) -> pd.DataFrame:
        """One row per arm, tier and number of the life: means over replications with intervals.

        The last number is for that and all later lives.  Each mean is over the replications in
        which it is defined: nobody may have a ninth life in some of them.
        """
        return _frame(*self._lives())

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
        return Estimate(math.nan, math.nan, math.nan, 0, LEVEL, "cannot be told")
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


# --- collecting -----------------------------------------------------------------------------------


class Recorder:
    """Takes the outcomes of replications one after another, and makes results of them.

    With a root folder the accounts go to disk as they come, so that large runs fit into memory;
    everything else is small.  Use it as a context: what is not finished leaves nothing behind.
    """

    def __init__(
        self,
        scenario: Scenario,
        policies: Sequence[str],
        root: Path | None = None,
        own: Mapping[str, str] | None = None,
    ) -> None:
        self.scenario = scenario
        self.policies = tuple(policies)
        self.own = dict(own or {})  # sources of the user's own metrics and rules
        self.folder = None if root is None else folder_of(scenario, self.policies, root, self.own)
        self._finished: list[int] = []
        # Of each replication only its metrics are kept, a number each.
        self._values: dict[str, dict[str, array[float]]] = {p: {} for p in self.policies}
        self._series: dict[str, Moments] = {p: Moments() for p in self.policies}
        self._lives: dict[str, Moments] = {p: Moments() for p in self.policies}
        self._by_life = {p: lineages.LifeMoments() for p in self.policies}
        self._numbers: dict[str, Parameters] = {}  # of each arm, once it is asked for
        self._traced: dict[str, npt.NDArray[np.void]] = {}
        self._grid: Floats | None = None
        # Arms with a queue in front of reviewers: it is there without any case, too.
        self._staffed = {
            policy
            for policy in self.policies
            if policy != WITHOUT_ENFORCEMENT
            and (scenario if policy == AS_WRITTEN else scenario.arm(policy)).review.team is not None
        }
        # Beyond the horizon no life was ever watched.
        self._ages = AGES[scenario.horizon >= AGES]
        self._tables: list[pa.Table] = []
        self._writer: Any = None
        self._stream: IO[bytes] | None = None
        self._temporary: Path | None = None
        self._held: int | None = None  # lock on it, which ends with this process however that ends
        self._made: list[Path] = []  # folders above it that were not there, the lowest first
        if self.folder is not None:
            self._made = [path for path in self.folder.parents if not path.exists()]
            try:
                self._temporary = _temporary(
                    self.folder, digest_of(scenario, self.policies, self.own)
                )
                self._held = _hold(self._temporary)
                own_tables.keep(own_tables.places(scenario), self._temporary)
            except BaseException as error:
                self.__exit__(type(error), error, None)
                raise

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        with suppress(OSError):  # on a full disk the last rows cannot be written either
            self._close()
        if self._held is not None:
            os.close(self._held)
            self._held = None
        if self._temporary is None:
            return
        shutil.rmtree(self._temporary, ignore_errors=True)
        self._remove_made()
        if isinstance(error, OSError) and _is_full(error):
            raise AfterbanError(
                f"{self.folder}: there is no room for the results here "
                f"({_reason(error)}), so nothing was kept; make room, or choose another place "
                "with `--out`"
            ) from None

    def _remove_made(self) -> None:
        for path in self._made:
            with suppress(OSError):  # it is not there, or something else is in it
                path.rmdir()

    @property
    def finished(self) -> int:
        """How many replications are in."""
        return len(self._finished)

    def add(self, outcomes: Iterable[Finished]) -> None:
        """Take all arms of one replication."""
        by_policy = {outcome.policy: outcome for outcome in outcomes}
        number = by_policy[self.policies[0]].replication
        kept = self.scenario.metrics.kept_accounts
        for policy in self.policies:
            outcome = by_policy[policy]
            self._remember(policy, outcome.metrics)
            records, world = outcome.records, outcome.world
            if records is None or world is None:
                continue
            self._series[policy].add(self._daily(records, world, policy, number))
            self._by_life[policy].add(lineages.by_life(self._parameters(policy), records, world))
            survivors = self._survivors(records)
            if np.isfinite(survivors).all():  # an account was made after the start
                self._lives[policy].add(survivors)
            if policy == self.policies[0] and not self._traced:
                self._traced[policy] = self._most_suspended(records, world)
            if kept is None or number < kept:
                self._keep(account_table(self.scenario, outcome.policy, number, records, world))
        self._finished.append(number)

    def finish(self, **made: Any) -> Results:
        """Results of what came in; ``made`` goes into the manifest."""
        self._close()
        if self.own:
            made = {**made, "as_shipped": False, OWN_SOURCES: self.own}
        names = {name: None for columns in self._values.values() for name in columns}
        nowhere = np.full(len(self._finished), math.nan)
        values = {
            policy: {
                name: np.array(columns[name]) if name in columns else nowhere.copy()
                for name in names
            }
            for policy, columns in self._values.items()
        }
        series = {policy: self._curves(told) for policy, told in self._series.items() if told.n}
        # No curve for an arm in which no account was made after the start.
        lives = {policy: told.curve(self._ages) for policy, told in self._lives.items() if told.n}
        by_life = {
            policy: self._life_curves(told) for policy, told in self._by_life.items() if told.n.size
        }
        return Results(
            scenario=self.scenario,
            policies=self.policies,
            finished=tuple(self._finished),
            values=values,
            series=series,
            lives=lives,
            by_life=by_life,
            manifest=_manifest(self.scenario, self.policies, self._finished, made),
            traced=self._traced,
            folder=self._temporary,
            tables=tuple(self._tables),
        )

    def publish(self, results: Results) -> Results:
        """Write the tables beside the figures that were drawn already, and rename the folder.

        A complete folder of the same run is not replaced by an incomplete one.
        """
        if self._temporary is None or self.folder is None:
            return results
        write(results, self._temporary)
        if not results.complete and _is_complete(self.folder):
            shutil.rmtree(self._temporary)
        else:
            swap(self._temporary, self.folder)
        self._temporary = None
        return Results(**{**_fields(results), "folder": self.folder})

    def _daily(self, records: Records, world: World, policy: str, replication: int) -> Floats:
        """The columns of ``SERIES``, ``[columns, all and each tier, days]``."""
        p = self._parameters(policy)
        told = flags_by_day(p, records, self.scenario.seed, replication)
        by_channel = dict(zip(KINDS_OF_FLAGS, told, strict=True))
        tiers = len(self.scenario.tiers)
        table = np.concatenate([records.series.sum(axis=1, keepdims=True), records.series], axis=1)
        audience = np.zeros((tiers + 1, 2))
        np.add.at(audience, world.tier + 1, world.audience)
        audience[0] = world.audience.sum(axis=0)
        out = np.full((len(SERIES), tiers + 1, len(records.series)), np.nan)
        for k, (name, column) in enumerate(SERIES.items()):
            if column is not None:
                out[k] = table[:, :, column].T
            elif name in SHARES:
                column, segment = SHARES[name]
                with np.errstate(invalid="ignore", divide="ignore"):
                    out[k] = table[:, :, column].T / audience[:, segment, None]
            elif name == PER_LIVE_ACCOUNT:
                attached = table[:, :, census.ATTACHED_INSIDERS]
                attached = attached + table[:, :, census.ATTACHED_OUTSIDERS]
                live = table[:, :, census.LIVE]
                with np.errstate(invalid="ignore", divide="ignore"):
                    out[k] = np.where(live > 0.0, attached / live, np.nan).T
            elif name == "operators_arrived_so_far":
                out[k] = self._arrived(world, tiers)
            elif name == "backlog_cases":
                if policy in self._staffed:
                    out[k, 0] = records.backlog
            else:  # flags, on all or by one channel
                kind, _, rest = name.removesuffix("_so_far").partition("_flags")
                counted = by_channel[kind]
                out[k, 0] = (
                    counted[:, CHANNELS.index(rest.removeprefix("_"))]
                    if rest
                    else counted.sum(axis=1)
                )
        return out

    def _arrived(self, world: World, tiers: int) -> Floats:
        """Operators who had arrived before each day, ``[all and each tier, days]``."""
        tier = world.tier[len(world.tier) - len(world.arrivals) :]
        found = [world.arrivals, *(world.arrivals[tier == k] for k in range(tiers))]
        return np.array([np.searchsorted(np.sort(days), self._days()) for days in found], float)

    def _days(self) -> Floats:
        if self._grid is None:
            self._grid = self._parameters(AS_WRITTEN).grid
        return self._grid

    def _parameters(self, policy: str) -> Parameters:
        """The numbers of an arm, kept for all replications."""
        if policy not in self._numbers:
            self._numbers[policy] = Parameters.from_scenario(self.scenario, policy)
        return self._numbers[policy]

    def _life_curves(self, told: lineages.LifeMoments) -> dict[str, dict[str, Curve]]:
        """Means over the replications in which each cell is defined, with Student's t intervals."""
        x = np.arange(1.0, lineages.MOST + 1.0)
        mean = np.where(told.n > 0, told.mean, np.nan)
        with np.errstate(invalid="ignore"):
            half = special.stdtrit(np.maximum(told.n - 1, 1), 0.5 + LEVEL / 2) * told.spread()
        return {
            tier: {
                name: Curve(
                    x,
                    mean[row, :, k],
                    mean[row, :, k] - half[row, :, k],
                    mean[row, :, k] + half[row, :, k],
                    int(told.n[row, :, k].max()),
                )
                for k, name in enumerate(lineages.COLUMNS)
            }
            for row, tier in enumerate([EVERYBODY, *self.scenario.tiers])
        }

    def _remember(self, policy: str, metrics: Mapping[str, float]) -> None:
        """Put a number behind those of each metric: nan for one that a replication has not."""
        columns = self._values[policy]
        before = len(self._finished)
        for name in metrics:
            if name not in columns:
                columns[name] = array("d", [math.nan]) * before
        for name, column in columns.items():
            column.append(metrics.get(name, math.nan))

    def _curves(self, told: Moments) -> dict[str, dict[str, Curve]]:
        assert self._grid is not None
        return {
            tier: {name: told.curve(self._grid, (k, row)) for k, name in enumerate(SERIES)}
            for row, tier in enumerate([EVERYBODY, *self.scenario.tiers])
        }

    def _most_suspended(self, records: Records, world: World) -> npt.NDArray[np.void]:
        """Lives of the operator of the traced tier that has most of them."""
        tiers = list(self.scenario.tiers)
        wanted = self.scenario.metrics.traced_tier or tiers[0]
        a = records.accounts
        lives = np.bincount(a["operator"], minlength=len(world.tier))
        lives[world.tier != tiers.index(wanted)] = -1
        chosen: npt.NDArray[np.void] = a[a["operator"] == int(lives.argmax())]
        return chosen

    def _survivors(self, records: Records) -> Floats:
        """Share of the accounts made after the start that outlive each age."""
        a = records.accounts
        made = (a["life"] > 1) & ~np.isnan(a["public_day"])
        if not made.any():
            return np.full(len(self._ages), np.nan)
        ended = ~np.isnan(a["suspended_day"][made])
        end = np.where(ended, a["suspended_day"][made], self.scenario.horizon)
        age = end - a["public_day"][made]
        return statistics.kaplan_meier(age, ended, level=LEVEL).at(self._ages)

    def _keep(self, table: pa.Table) -> None:
        if self._temporary is None:
            self._tables.append(table)
            return
        if self._writer is None:
            import pyarrow.parquet as pq

            self._stream = (self._temporary / ACCOUNTS).open("wb")
            self._writer = pq.ParquetWriter(
                self._stream, table.schema, compression="zstd", write_page_checksum=True
            )
        self._writer.write_table(table)

    def _close(self) -> None:
        writer, stream, self._writer, self._stream = self._writer, self._stream, None, None
        try:
            if writer is not None:
                writer.close()
        finally:
            if stream is not None:
                stream.close()


def account_table(
    scenario: Scenario, policy: str, replication: int, records: Records, world: World
) -> pa.Table:
    """One row per life; days count from the first day, null where a thing did not happen."""
    import pyarrow as pa

    a = records.accounts
    n = len(a)
    constant = np.zeros(n, dtype=np.int32)
    followers = a["insider_followers"] + a["outsider_followers"]
    impressions = a["insider_impressions"] + a["outsider_impressions"]
    columns = {
        "policy": _words(constant, (policy,)),
        "replication": _numbers(np.full(n, replication, dtype=np.int32)),
        "operator": _numbers(a["operator"]),
        "life": _numbers(a["life"]),
        "tier": _words(world.tier[a["operator"]], tuple(scenario.tiers)),
        "platform": _words(a["platform"], tuple(scenario.platforms) or (ONLY_PLATFORM,)),
        "handle": _texts(a["handle"][:, : handles.LONGEST], a["handle"][:, handles.LONGEST]),
        "edit_distance_edits": _numbers(a["edit_distance"], a["edit_distance"] >= 0),
        **{
            name: _numbers(a[name], ~np.isnan(a[name]))
            for name in (
                "created_day",
                "public_day",
                "flagged_day",
                "review_started_day",
                "suspended_day",
            )
        },
        "channel": _words(a["channel"], detection.CHANNELS),
        "urgent": _flags(a["urgent"] == 1),
        "end_reason": _words(~np.isnan(a["suspended_day"]), END_REASONS),
        "peak_followers_people": _numbers(followers),
        "peak_outsider_followers_people": _numbers(a["outsider_followers"]),
        "impressions": _numbers(impressions),
        "outsider_impressions": _numbers(a["outsider_impressions"]),
        "unnoticed_impressions": _numbers(a["unnoticed_impressions"]),
        "promotions_received": _numbers(a["promotions_received"]),
        "promotions_made": _numbers(a["promotions_made"]),
    }
    return pa.Table.from_arrays(list(columns.values()), names=list(columns))


# Columns are made from buffers: `pyarrow.array` imports pandas, which a plain run does not need.


def _numbers(values: npt.NDArray[Any], told: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    """A column of numbers; null where it is not told."""
    import pyarrow as pa

    values = np.ascontiguousarray(values)
    kind = pa.from_numpy_dtype(values.dtype)
    mask = (
        None if told is None or told.all() else pa.py_buffer(np.packbits(told, bitorder="little"))
    )
    return pa.Array.from_buffers(kind, len(values), [mask, pa.py_buffer(values)])


def _flags(values: npt.NDArray[np.bool_]) -> pa.Array:
    """A column of truth values."""
    import pyarrow as pa

    bits = pa.py_buffer(np.packbits(values, bitorder="little"))
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, bits])


def _words(codes: npt.NDArray[Any], names: Sequence[str]) -> pa.Array:
    """A column of a few words, each held once."""
    import pyarrow as pa

    letters = [name.encode() for name in names]
    offsets = np.cumsum([0, *map(len, letters)], dtype=np.int32)
    words = pa.Array.from_buffers(
        pa.string(), len(names), [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(letters))]
    )
    return pa.DictionaryArray.from_arrays(_numbers(codes.astype(np.int32)), words)


def _texts(characters: npt.NDArray[np.uint8], lengths: npt.NDArray[np.uint8]) -> pa.Array:
    """A column of texts, given as rows of bytes with their lengths."""
    import pyarrow as pa

    inside = np.arange(characters.shape[1]) < lengths[:, None]
    offsets = np.concatenate(([0], np.cumsum(lengths, dtype=np.int32))).astype(np.int32)
    return pa.Array.from_buffers(
        pa.string(),
        len(lengths),
        [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(characters[inside]))],
    )


def handle_texts(rows: npt.NDArray[np.uint8]) -> list[str]:
    """Names in rows of bytes (see ``model.handles``)."""
    return [bytes(row[: row[handles.LONGEST]]).decode("ascii") for row in rows]


# --- writing and reading --------------------------------------------------------------------------


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
                table.writerow([_cell(value) for value in row])
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
    manifest = _manifest_in(path)
    manifests.verify(path, manifest, (RESOLVED, *TABLES))
    with fault_of(path / RESOLVED):
        scenario = Scenario.from_yaml(path / RESOLVED)
    policies = tuple(manifest.policies)
    _tell_former(path, manifest, scenario)
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
                if name in head or not _is_newer(name)
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


def check(folder: Path, names: Iterable[str] | None = None) -> None:
    """Raise AfterbanError if a table in a folder of results is not what the run wrote.

    names: of the tables that are checked; all of them, and the scenario, if None.
    """
    wanted = (RESOLVED, *TABLES) if names is None else names
    manifests.verify(folder, _manifest_in(folder), wanted)


def _tell_former(folder: Path, manifest: RunManifest, scenario: Scenario) -> None:
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


def _manifest_in(folder: Path) -> RunManifest:
    return manifests.read(folder, RunManifest, "results")


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


def _is_newer(column: str) -> bool:
    """Whether earlier versions did not write this column of a time series."""
    return column == PER_LIVE_ACCOUNT or "_flags_" in column


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


def _cell(value: Any) -> Any:
    """Ten digits of a number: more than any estimate has, and the same on every machine."""
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.10g}"
    return csv_cell(value)


def _frame(head: list[str], rows: Iterable[list[Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(list(rows), columns=pd.Index(head))


def _fields(results: Results) -> dict[str, Any]:
    return {name: getattr(results, name) for name in Results.__dataclass_fields__}


def versions() -> dict[str, str | None]:
    """Of afterban, Python and the packages that numbers and figures come from."""
    from importlib.metadata import PackageNotFoundError, version

    def installed(name: str) -> str | None:
        try:
            return version(name)
        except PackageNotFoundError:
            return None

    packages = ("numpy", "scipy", "numba", "simpy", "pydantic", "pyarrow", "matplotlib")
    return {
        "afterban": installed("afterban"),
        "python": platform.python_version(),
        **{name: installed(name) for name in packages},
    }


def _manifest(
    scenario: Scenario, policies: Sequence[str], finished: Sequence[int], made: Mapping[str, Any]
) -> dict[str, Any]:
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


def _digest_in(folder: Path) -> str | None:
    """The digest of the run that a folder holds, complete or not; None if it holds none."""
    data = json_or_none(folder / manifests.NAME)
    return str(data.get("digest")) if isinstance(data, dict) else None


def _is_complete(folder: Path) -> bool:
    """Whether a folder holds a complete run, as it was written."""
    try:
        manifest = _manifest_in(folder)
        if manifest.files_sha256 is None:
            return manifest.complete
        check(folder)
    except AfterbanError:
        return False
    return manifest.complete


def _is_full(error: OSError) -> bool:
    """Whether a file could not be written for lack of room."""
    full = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    # Arrow has the number in its text only.
    return error.errno in full or any(f"[errno {code}]" in str(error) for code in full)


def _reason(error: OSError) -> str:
    found = re.search(r"\[errno (\d+)\]", str(error))
    code = error.errno or (int(found[1]) if found else None)
    return os.strerror(code) if code else str(error)


def _stamp() -> str:
    """This process among all that may write into a folder, some perhaps on other machines."""
    return f"{re.sub(r'[^A-Za-z0-9-]', '-', platform.node())}-{os.getpid()}"


def clear_leftovers(parent: Path) -> None:
    """Remove what runs on this machine left in a folder when they were killed.

    A run that was replacing a finished one gets that one back.
    """
    node = _stamp().rpartition("-")[0]
    pattern = re.compile(rf"\.(?P<name>.+)\.{re.escape(node)}-(?P<pid>\d+)\.(?P<kind>tmp|old)")
    for path in parent.glob(".*"):
        found = pattern.fullmatch(path.name)
        if found is None or _is_alive(int(found["pid"])):
            continue
        lock = _hold(path)
        if lock is None:
            continue  # of a process that cannot be seen from here, in another container, say
        os.close(lock)
        with suppress(OSError):
            finished = path.with_name(found["name"])
            if found["kind"] == "old" and not finished.exists():
                path.rename(finished)
            else:
                shutil.rmtree(path, ignore_errors=True)


def _hold(folder: Path) -> int | None:
    """Lock a folder; None if another process has it, or if locks cannot be had there."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # of somebody else
        pass
    return True


def _temporary(folder: Path, digest: str) -> Path:
    """An empty folder beside the one to be made; refuses before any work where that must fail."""
    clear_leftovers(folder.parent)
    if (folder.exists() or folder.is_symlink()) and _digest_in(folder) != digest:
        raise FolderTaken(
            f"{folder}: this folder is there and does not hold this run, so it is left alone; "
            "remove it, or choose another place with `--out`"
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = folder.with_name(f".{folder.name}.{_stamp()}.tmp")
        if temporary.exists():
            shutil.rmtree(temporary)
        temporary.mkdir()
    except OSError as error:
        raise AfterbanError(
            f"{folder.parent}: results cannot be written here ({error.strerror}); "
            "choose another place with `--out`"
        ) from None
    return temporary


def swap(temporary: Path, folder: Path) -> None:
    """Put a finished folder in its place."""
    old = folder.with_name(f".{folder.name}.{_stamp()}.old")
    if folder.exists():
        folder.rename(old)
    try:
        temporary.rename(folder)
    except BaseException:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


__all__ = [
    "Curve",
    "FolderTaken",
    "Recorder",
    "Results",
    "account_table",
    "check",
    "clear_leftovers",
    "digest_of",
    "estimate",
    "folder_of",
    "former_digest_of",
    "read",
    "swap",
    "versions",
    "write",
]
