"""What is taken note of while replications are simulated."""

from __future__ import annotations

import math
import os
import shutil
from array import array
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from scipy import special

from afterban import statistics
from afterban.engines.records import Records
from afterban.errors import AfterbanError
from afterban.mechanisms import census
from afterban.mechanisms.detection import CHANNELS
from afterban.metrics import flags_by_day, lineages
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT, Parameters
from afterban.results.columns import account_table
from afterban.results.files import fields, manifest_of, write
from afterban.results.folder import hold, is_complete, is_full, reason, swap, temporary_beside
from afterban.results.names import (
    ACCOUNTS,
    AGES,
    EVERYBODY,
    KINDS_OF_FLAGS,
    LEVEL,
    OWN_SOURCES,
    PER_LIVE_ACCOUNT,
    SERIES,
    SHARES,
    Floats,
)
from afterban.results.shape import Curve, Finished, Moments, Results, digest_of, folder_of
from afterban.scenario import tables as own_tables
from afterban.world import World

if TYPE_CHECKING:
    import pyarrow as pa

    from afterban.scenario import Scenario


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
                self._temporary = temporary_beside(
                    self.folder, digest_of(scenario, self.policies, self.own)
                )
                self._held = hold(self._temporary)
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
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)
        self._remove_made()
        if isinstance(error, OSError) and is_full(error):
            raise AfterbanError(
                f"{self.folder}: there is no room for the results here "
                f"({reason(error)}), so nothing was kept; make room, or choose another place "
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
            manifest=manifest_of(self.scenario, self.policies, self._finished, made),
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
        if not results.complete and is_complete(self.folder):
            shutil.rmtree(self._temporary)
        else:
            swap(self._temporary, self.folder)
        self._temporary = None
        return Results(**{**fields(results), "folder": self.folder})

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
