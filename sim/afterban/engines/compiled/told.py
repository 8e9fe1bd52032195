"""What the compiled program hands back: its tables as those of an engine."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from afterban.core import Program
from afterban.engines.compiled import layout
from afterban.engines.records import CASE, Records
from afterban.mechanisms import census, detection, state
from afterban.parameters import Parameters
from afterban.world import World

Table = npt.NDArray[Any]


def tables(program: Program, here: int) -> dict[str, Table]:
    """Tables of a replication that is done, by name; here: its address."""
    heads = np.empty((len(layout.TOLD), 2), dtype=np.int64)
    program.read(program.call("told", here), heads)
    found = {}
    for (name, kind, _, _), (at, count) in zip(layout.TOLD, heads.tolist(), strict=True):
        dtype: np.dtype[Any] = layout.OPEN_CASE if isinstance(kind, str) else np.dtype(kind)
        found[name] = np.empty(count, dtype=dtype)
        program.read(at, found[name])
    return found


def collected(told: dict[str, Table], p: Parameters, world: World) -> Records:
    """The tables in the order and with the columns of an engine's."""
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
        looked=told["looked"].reshape(-1, census.COLUMNS),
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
