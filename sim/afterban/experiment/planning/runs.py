"""The runs of a plan: mixes at points of what is not known, each kept as soon as it is finished.

A run is one replication of one mix at one point.  Its number decides the point and the draws, so
that all mixes meet the same worlds (common random numbers): number n is at point n modulo the
points, and has the draws of replication n.  What came of it is a pure function of scenario, point,
mix and number, so that one worker, many, and a cluster give the same, and a search that was
stopped goes on where it was.

Checked by ``tests/experiment/test_plan.py``.
"""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from afterban.engines import EngineName
from afterban.errors import AfterbanError, ScenarioErrors
from afterban.experiment.cluster import (
    connected,
    fingerprint,
    on_cluster,
    on_this_machine,
    refusal,
)
from afterban.experiment.design import Floats, Point
from afterban.experiment.journal import Format, Journal
from afterban.experiment.planning.mixes import Dial, Mix, Move, moves_of, words_of, written_into
from afterban.experiment.replicate import run_replication
from afterban.experiment.store import JOURNAL, Store, row_of
from afterban.experiment.thinning import thinning
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.scenario import Scenario
from afterban.scenario.patching import Patches
from afterban.scenario.places import matches
from afterban.scenario.roles import PLATFORMS_OWN

# What `thinning` gives values to.
_SIZED = (
    *("tiers", "arrivals", "recruitment", "exposure.outsiders", "detection.pulses"),
    *("detection.wrong_flags", "review.team.benign_reports", "review.team.service_time"),
)
AT_ONCE = 6  # mixes that are run at one point by one worker, which makes the point once


@dataclass(frozen=True)
class Lot:
    """Some mixes at one point with the same draws; everything that a worker needs.

    mixes: key, values and name of each.  factor: by which the network is smaller.
    twin: whether the world without enforcement is the same for all of them.
    """

    scenario: bytes
    point: Point
    number: int
    mixes: tuple[tuple[str, tuple[Move, ...], str], ...]
    factor: float
    twin: bool
    metrics: tuple[str, ...]
    engine: EngineName
    fingerprint: str


@dataclass(frozen=True)
class Ran:
    """What came of a mix: its metrics, in the order of the lot."""

    key: str
    number: int
    row: tuple[float, ...]


def run_lot(lot: Lot) -> tuple[Ran, ...]:
    """Run some mixes at a point; on any machine."""
    if lot.fingerprint != fingerprint():
        raise AfterbanError(refusal(lot.fingerprint, [f"a worker has {fingerprint()}"]))
    there = _there(lot.scenario, lot.point, lot.factor)
    twin = None
    if lot.twin:
        (none,) = run_replication(
            there.thinned, [WITHOUT_ENFORCEMENT], replication=lot.number, engine=lot.engine
        )
        twin = none.metrics
    found = []
    for key, moves, name in lot.mixes:
        try:
            made = there.with_mix(moves)
        except ScenarioErrors as errors:
            first = errors.errors[0]
            raise AfterbanError(
                f"there can be no scenario with {name}: {first.path}: {first.found}; "
                f"{first.allowed}"
            ) from None
        (outcome,) = run_replication(
            made, [AS_WRITTEN], replication=lot.number, engine=lot.engine, twin=twin
        )
        found.append(Ran(key, lot.number, tuple(row_of(outcome.metrics, lot.metrics))))
    return tuple(found)


@lru_cache(maxsize=1)
def _base(pickled: bytes) -> Patches:
    base: Scenario = pickle.loads(pickled)
    return Patches(base)


@dataclass(frozen=True)
class _There:
    """The scenario at a point, whole and thinned, and what makes versions of each."""

    whole: Scenario
    thinned: Scenario
    of_whole: Patches
    of_thinned: Patches
    factor: float

    def with_mix(self, moves: Sequence[Move]) -> Scenario:
        """With what a mix writes, thinned; what goes with the size of the network is thinned anew.

        Raises ScenarioErrors.
        """
        if self.factor == 1.0 or not self._resizes(moves):
            return self.of_thinned.at(written_into(self.thinned, moves))
        values = written_into(self.whole, moves)
        made = self.of_whole.at(values)
        return self.of_whole.at(values | thinning(made, self.factor))

    def _resizes(self, moves: Sequence[Move]) -> bool:
        """Whether a mix gives values to what thinning changes."""
        a_team = self.whole.review.team is None
        return any(
            matches(pattern, move.path)
            for move in moves
            for pattern in (*_SIZED, *(("review.team",) if a_team else ()))
        )


@lru_cache(maxsize=128)
def _there(pickled: bytes, point: Point, factor: float) -> _There:
    whole = _base(pickled).at(dict(point.values))
    of_whole = Patches(whole)
    if factor == 1.0:
        return _There(whole, whole, of_whole, of_whole, factor)
    thinned = of_whole.at(thinning(whole, factor))
    return _There(whole, thinned, of_whole, Patches(thinned), factor)


@dataclass
class Runs:
    """Runs mixes, and knows what came of each.

    base: the scenario alone.  points: of what is not known, each with its values.
    metrics: that are kept.  factor: by which the network is smaller.
    seen: metrics of each mix, ``[numbers, metrics]``, from number 0 on.
    """

    base: Scenario
    dials: tuple[Dial, ...]
    points: tuple[Point, ...]
    metrics: tuple[str, ...]
    factor: float
    folder: Path
    engine: EngineName
    identity: dict[str, Any]
    workers: int | None = None
    cluster: str | None = None
    progress: Callable[[int], None] | None = None
    seen: dict[Mix, Floats] = field(default_factory=dict)
    run_now: int = 0
    _kept: dict[tuple[str, int], Floats] = field(default_factory=dict)
    _client: Any = None
    _journal: Journal | None = None

    @contextmanager
    def open(self) -> Iterator[None]:
        """Read what is there, and keep what is added; nobody else adds to it meanwhile."""
        form = Format(self.identity, (AS_WRITTEN,), self.metrics)
        with Store(self.folder).locked():
            self._journal = Journal(self.folder / JOURNAL, form)
            places = self._journal.finished()
            rows = self._journal.values(list(places.values()))[:, 0, :] if places else ()
            self._kept = dict(zip(places, rows, strict=True))
            try:
                if self.cluster is None:
                    yield
                else:
                    with connected(self.cluster) as self._client:
                        yield
                self._journal.put_in_order(sorted(self._kept))
            finally:
                self._journal.close()

    def key_of(self, mix: Mix, point: Point) -> str:
        """What a mix at a point is known by (12 hex digits)."""
        text = json.dumps([sorted(point.values), moves_of(self.dials, mix)], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def upto(self, some: Sequence[tuple[Mix, int]]) -> None:
        """Have each of some mixes run with all numbers below its own."""
        lots: dict[int, list[tuple[str, Mix]]] = {}
        keys: dict[tuple[Mix, int], str] = {}
        for mix, last in some:
            for number in range(len(self.seen.get(mix, ())), last):
                key = self.key_of(mix, self.points[number % len(self.points)])
                keys[mix, number] = key
                if (key, number) not in self._kept:
                    lots.setdefault(number, []).append((key, mix))
        self._run([lot for number in sorted(lots) for lot in self._lots(number, lots[number])])
        for mix, last in some:
            before = self.seen.get(mix, np.empty((0, len(self.metrics))))
            new = [self._kept[keys[mix, k], k] for k in range(len(before), last)]
            if new:
                self.seen[mix] = np.vstack([before, *new])

    def _lots(self, number: int, some: Sequence[tuple[str, Mix]]) -> Iterator[Lot]:
        once = list(dict(some).items())
        for k in range(0, len(once), AT_ONCE):
            yield Lot(
                scenario=self._pickled,
                point=self.points[number % len(self.points)],
                number=number,
                mixes=tuple(
                    (key, moves_of(self.dials, mix), words_of(self.dials, mix))
                    for key, mix in once[k : k + AT_ONCE]
                ),
                factor=self.factor,
                twin=self._shares_twin,
                metrics=self.metrics,
                engine=self.engine,
                fingerprint=self.identity["code"],
            )

    def _run(self, lots: Sequence[Lot]) -> None:
        if not lots:
            return
        assert self._journal is not None  # it is open
        if self._client is not None:
            done = on_cluster(self._client, run_lot, lots)
        else:
            done = on_this_machine(run_lot, lots, self.workers, threads=self.engine == "compiled")
        for some in done:
            for one in some:
                self._journal.add(one.key, one.number, [one.row])
                self._kept[one.key, one.number] = np.array(one.row)
                self.run_now += 1
                if self.progress is not None:
                    self.progress(self.run_now)

    @property
    def _pickled(self) -> bytes:
        if not hasattr(self, "_bytes"):
            self._bytes = pickle.dumps(self.base)
        return self._bytes

    @property
    def _shares_twin(self) -> bool:
        """Whether no lever changes the world without enforcement."""
        return all(
            steps_of.partition(".")[0] in PLATFORMS_OWN
            for dial in self.dials
            for text in (dial.options or (dial.text(0.0),))
            for steps_of, _, _ in dial.moves(text)
        )


__all__ = ["Lot", "Ran", "Runs", "run_lot"]
