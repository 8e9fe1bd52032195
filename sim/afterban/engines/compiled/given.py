"""What the compiled program is handed for one replication: tables in the order of its layout."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from afterban.core import Program, core
from afterban.core.kernels import call
from afterban.engines.compiled import layout, packing
from afterban.engines.records import NO_LOOKS, Looks
from afterban.parameters import Parameters
from afterban.world import World

Table = npt.NDArray[Any]

_ROOM = 1 << 20, 1 << 8  # bytes that the program is given at first, and more for each operator


def laid_out(
    p: Parameters,
    world: World,
    seed: int,
    replication: int,
    gap: int = 0,
    program: Program | None = None,
    looks: Looks = NO_LOOKS,
) -> tuple[int, list[tuple[int, Table]]]:
    """What the engine is handed for one replication: its size, and tables by their place in it.

    gap: bytes that nobody may read between two tables, for the checks of a sanitizer.  program:
    that makes what a replication begins with (this thread's if None).
    """
    packing.check(p)
    begin = start(program or core(), p, world, seed, replication)
    tables = _tables(p, world, begin, seed, replication)
    tables |= {"look_day": looks.day, "look_operator": looks.operator}
    head = [layout.digest()]
    at = 8 * (1 + 2 * len(layout.GIVEN)) + gap
    parts = []
    for name, kind in layout.GIVEN:
        data = np.ascontiguousarray(tables[name], dtype=kind)
        head += [at, data.size]
        parts.append((at, data))
        at += -(-data.nbytes // 8) * 8 + gap
    return at, [(0, np.array(head, dtype=np.int64)), *parts]


def given(
    p: Parameters,
    world: World,
    seed: int,
    replication: int,
    gap: int = 0,
    looks: Looks = NO_LOOKS,
) -> Table:
    """The same in one piece, as bytes."""
    size, parts = laid_out(p, world, seed, replication, gap, looks=looks)
    whole = np.zeros(size, dtype=np.uint8)
    for begin, part in parts:
        whole[begin : begin + part.nbytes] = part.reshape(-1).view(np.uint8)
    return whole


def start(
    program: Program, p: Parameters, world: World, seed: int, replication: int
) -> dict[str, Table]:
    """What a replication begins with beside its world, by the names of :data:`layout.GIVEN`.

    Rows of the operators, weights and hazards of the live share, flags on ordinary users that are
    known before, and the sample of ordinary handles.
    """
    given = {**p._asdict(), **world._asdict(), "exposure": p.exposure}
    given |= {"seed": seed, "replication": replication}
    return call(program, "start", given, _ROOM[0] + _ROOM[1] * len(world.tier))


def _tables(
    p: Parameters, world: World, begin: dict[str, Table], seed: int, replication: int
) -> dict[str, Table]:
    observed = np.union1d(p.grid, p.windows)
    observed = np.append(observed[observed < p.horizon], p.horizon)
    there = int(p.tier_count.sum())
    sizes = (len(world.tier), len(p.tier_count), len(p.platform_kept), len(p.regime_start))
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
        **begin,
    }


def _place(days: Table, wanted: Table) -> Table:
    place = np.searchsorted(wanted, days)
    found = wanted[np.minimum(place, len(wanted) - 1)] == days
    return np.where(found, place, len(wanted))
