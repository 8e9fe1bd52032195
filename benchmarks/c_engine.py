"""The C engine from Python: built natively, handed tables, and its tables read as an engine's.

Not yet an engine of the package.  ``native`` builds it with gcc or clang and calls it by ctypes;
:mod:`c_wasm` runs the same program as a WebAssembly module.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import c_layout
import numpy as np
import numpy.typing as npt

from afterban.engines import look_alikes, packing, wrong_flags
from afterban.engines.records import CASE, Records
from afterban.mechanisms import census, detection, liveshare, state
from afterban.parameters import Parameters
from afterban.world import World, first_state

SOURCE: Final = Path(__file__).with_name("c") / "engine.c"
# Nothing is reordered or contracted: what an operation gives is what is written.
FLAGS: Final = ("-std=c11", "-O3", "-ffp-contract=off", "-fno-math-errno", "-Wall", "-Wextra")
DONE, PAUSED, MORE_MEMORY = 0, 1, 2
WRONG: Final = {-1: "the tables have another layout", -2: "the tables do not fit each other"}
EVENTS_AT_A_TIME: Final = 1 << 16  # some 50 milliseconds

Table = npt.NDArray[Any]


class Core(Protocol):
    """A program that was built, with memory of its own or this process's."""

    def place(self, size: int) -> int:
        """Address of so many bytes, aligned to 16, that stay until the next :meth:`clear`."""

    def write(self, address: int, data: Table) -> None: ...

    def read(self, address: int, table: Table) -> None:
        """Fill a table with what stands at an address."""

    def call(self, name: str, *arguments: int) -> int:
        """What an entry point returns."""

    def clear(self) -> None: ...


def compiler() -> str | None:
    """A C compiler of this machine."""
    return shutil.which("gcc") or shutil.which("clang")


class Native:
    """The program as a shared library."""

    def __init__(self, folder: Path, source: Path = SOURCE, flags: Sequence[str] = ()) -> None:
        library = folder / "libafterban.so"
        command = [str(compiler()), *FLAGS, *flags, "-shared", "-fPIC", str(source)]
        subprocess.run([*command, "-o", str(library), "-lm"], check=True)
        self.library = ctypes.CDLL(str(library))
        self.pieces: list[Table] = []  # kept, since fresh memory costs time
        self.used = 0

    def place(self, size: int) -> int:
        if self.used == len(self.pieces):
            self.pieces.append(np.empty(0, dtype=np.uint8))
        if self.pieces[self.used].size < size + 16:
            self.pieces[self.used] = np.empty(size + 16, dtype=np.uint8)
        self.used += 1
        return int(self.pieces[self.used - 1].ctypes.data + 15) & ~15

    def write(self, address: int, data: Table) -> None:
        ctypes.memmove(address, data.ctypes.data, data.nbytes)

    def read(self, address: int, table: Table) -> None:
        ctypes.memmove(table.ctypes.data, address, table.nbytes)

    def call(self, name: str, *arguments: int) -> int:
        function = getattr(self.library, f"afterban_{name}")
        function.restype = ctypes.c_int64
        return int(function(*(ctypes.c_int64(value) for value in arguments)))

    def clear(self) -> None:
        self.used = 0


def laid_out(
    p: Parameters, world: World, seed: int, replication: int, gap: int = 0
) -> tuple[int, list[tuple[int, Table]]]:
    """What the engine is handed for one replication: its size, and tables by their place in it.

    gap: bytes that nobody may read between two tables, for the checks of a sanitizer.
    """
    tables = _tables(p, world, first_state(p, world), seed, replication)
    head = [c_layout.layout()[1]]
    at = 8 * (1 + 2 * len(c_layout.GIVEN)) + gap
    parts = []
    for name, kind in c_layout.GIVEN:
        data = np.ascontiguousarray(tables[name], dtype=kind)
        head += [at, data.size]
        parts.append((at, data))
        at += -(-data.nbytes // 8) * 8 + gap
    return at, [(0, np.array(head, dtype=np.int64)), *parts]


def given(p: Parameters, world: World, seed: int, replication: int, gap: int = 0) -> Table:
    """The same in one piece, as bytes."""
    size, parts = laid_out(p, world, seed, replication, gap)
    whole = np.zeros(size, dtype=np.uint8)
    for begin, part in parts:
        whole[begin : begin + part.nbytes] = part.reshape(-1).view(np.uint8)
    return whole


def _tables(
    p: Parameters, world: World, rows: Table, seed: int, replication: int
) -> dict[str, Table]:
    observed = np.union1d(p.grid, p.windows)
    observed = np.append(observed[observed < p.horizon], p.horizon)
    there = int(p.tier_count.sum())
    sizes = (len(world.tier), len(p.tier_count), len(p.platform_kept), len(p.regime_start))
    wrong = wrong_flags.planned(p, world, seed, replication)
    users = look_alikes.sampled(p, seed, replication)
    share = _shares(p, world, rows)
    own = ("longer_laws", "duty_change", "on_duty", "speech_change", "discover_later")
    pulses = ("day", "key", "share", "accounts", "choose", "platform", "tiers", "table", "error")
    ranks = ("rank_what", "rank_every", "rank_back", "rank_day", "rank_table", "given_ranking")
    return {
        "settings": packing.settings(p, seed, replication),
        "sizes": np.array([*sizes, len(p.grid), len(p.windows), there]),
        "tier_table": packing.tiers(p),
        "regimes": packing.regimes(p),
        "kept": p.platform_kept,
        "actions": p.time_to_action,
        "burst_start": p.burst_start,
        "burst_factors": p.burst_factor,
        **{name: getattr(p, name) for name in (*own, *ranks)},
        **{f"pulse_{name}": getattr(p, f"pulse_{name}") for name in pulses},
        "observed": observed,
        "grid_place": _place(observed, p.grid),
        "window_place": _place(observed, p.windows),
        **{
            name: getattr(world, name)
            for name in (
                *("tier", "posts", "audience", "links", "factors", "promoter_start"),
                *("promoters", "arrivals"),
            )
        },
        "rows": rows,
        **share,
        "wrong_day": wrong.day,
        "wrong_channel": wrong.channel,
        "wrong_number": wrong.number,
        "users": users.handles,
        "users_starts": users.starts,
        "users_recall": users.recall,
    }


def _shares(p: Parameters, world: World, rows: Table) -> dict[str, Table]:
    """Weights and hazards of the live share; none where insiders are no operators."""
    platforms = len(p.platform_kept)
    if not p.live_insiders:
        shares = liveshare.constant(platforms)
    else:
        there = int(p.tier_count.sum())
        weight = liveshare.weights(world.links, world.promoters, world.promoter_start, there)
        hazards = liveshare.common_hazards(
            p.refollow[:, 0], p.unrelated_recognition, p.forget[0], p.discover[0]
        )
        place = p.platform[world.tier]
        shares = liveshare.at_the_start(weight, rows, place, platforms, hazards, p.horizon)
    return {
        "weight": shares.weight,
        "hazards": shares.log.hazards,
        "hazard_days": shares.log.days,
        "hazard_fades": shares.log.fades,
    }


def _place(days: Table, wanted: Table) -> Table:
    place = np.searchsorted(wanted, days)
    found = wanted[np.minimum(place, len(wanted) - 1)] == days
    return np.where(found, place, len(wanted))


def run(
    core: Core,
    p: Parameters,
    world: World,
    seed: int,
    replication: int,
    events: int = EVENTS_AT_A_TIME,
    memory: int = 0,
) -> Records:
    """One replication, as an engine returns it; memory: bytes to begin with, 0 for a guess.

    Raises ValueError with what the program says of its tables.
    """
    core.clear()
    bytes_, parts = laid_out(p, world, seed, replication)
    at = core.place(bytes_)
    size = memory or 4 * bytes_ + (4 << 20)
    for begin, part in parts:
        core.write(at + begin, part)
    while True:
        here = core.place(size)
        code = core.call("begin", at, bytes_, here, size)
        if code != MORE_MEMORY:
            break
        size *= 2
    while code in (PAUSED, MORE_MEMORY):
        if code == MORE_MEMORY:
            size = max(size // 2, core.call("wanted", here))
            core.call("give", here, core.place(size), size)
        code = core.call("go", here, events)
    if code != DONE:
        raise ValueError(WRONG[code])
    return _collect(_told(core, here), p, world)


def _told(core: Core, here: int) -> dict[str, Table]:
    heads = np.empty((len(c_layout.TOLD), 2), dtype=np.int64)
    core.read(core.call("told", here), heads)
    found = {}
    for (name, kind, _, _), (at, count) in zip(c_layout.TOLD, heads.tolist(), strict=True):
        dtype = c_layout.OPEN_CASE if isinstance(kind, str) else np.dtype(kind)
        found[name] = np.empty(count, dtype=dtype)
        core.read(at, found[name])
    return found


def _collect(told: dict[str, Table], p: Parameters, world: World) -> Records:
    accounts, cases, decided = told["accounts"], told["cases"], told["decided"]
    if not p.finite_staff:  # decided on in the order of the days that were drawn
        order = np.argsort(cases["decided_day"], kind="stable")
        decided = order[~np.isnan(cases["decided_day"][order])]
    left = _still_open(accounts, cases)
    table, open_cases = np.empty(len(decided), dtype=CASE), np.empty(len(left), dtype=CASE)
    for name in CASE.names or ():
        table[name] = cases[name][decided]
        open_cases[name] = cases[name][left]
    n, days = len(world.tier), len(p.grid)
    flags = told["flags_by_day"].reshape(days, 2, len(detection.CHANNELS))
    return Records(
        accounts=accounts,
        cases=table,
        series=told["series"].reshape(days, len(p.tier_count), census.COLUMNS),
        window_impressions=told["impressions"].reshape(len(p.windows) - 1, n),
        backlog=told["backlog"],
        final=told["rows"].reshape(n, state.COLUMNS),
        events=int(told["events"][0]),
        open_cases=open_cases,
        struck=told["struck"],
        flags=flags[-1],
        flags_by_day=flags,
    )


def _still_open(accounts: Table, cases: Table) -> Table:
    """Rows of the cases without a decision, by arrival, the network's own first.

    Not those that wait in vain, since a campaign was faster.
    """
    rows = np.flatnonzero(np.isnan(cases["decided_day"]))
    own = rows[(cases["operator"][rows] >= 0) & (cases["appeal"][rows] == 0)]
    key = accounts["operator"].astype(np.int64) << 32 | accounts["life"]
    wanted = cases["operator"][own] << 32 | cases["life"][own]
    struck = ~np.isnan(accounts["suspended_day"][np.searchsorted(key, wanted)])
    vain = own[struck & np.isnan(cases["started_day"][own])]
    rows = np.setdiff1d(rows, vain, assume_unique=True)
    left = cases[rows]
    order = np.lexsort((left["life"], left["operator"], left["operator"] < 0, left["arrived_day"]))
    return rows[order]
