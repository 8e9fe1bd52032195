"""Loops of the compiled program that are not the engine: tables in, tables out.

Each is one entry point, ``afterban_<name>``, and has a reference in plain Python that gives the
same bytes.  A program in this process reads arrays where they are; a module gets copies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np

from afterban.core.program import ALIGNED, DONE, MORE_MEMORY, Program, Table

Columns: TypeAlias = tuple[tuple[str, str], ...]


class Kernel(NamedTuple):
    """What an entry point is handed and hands back: names and types, in their order."""

    given: Columns
    told: Columns


KERNELS: Final[Mapping[str, Kernel]] = {
    # The network before the first event; what is handed in has the names of the parameters.
    "world": Kernel(
        given=(
            ("seed", "i8"),
            ("replication", "i8"),
            ("horizon", "f8"),
            ("tier_count", "i8"),
            ("tier_distributions", "f8"),
            ("differences", "f8"),
            ("correlated", "f8"),
            ("insider_share", "f8"),
            ("prominence", "f8"),
            ("prominence_tail", "f8"),
            ("platform", "i8"),
            ("platform_share", "f8"),
            ("same_as", "i8"),
            ("own_audience", "f8"),
            ("own_posts", "f8"),
            ("own_promoter_start", "i8"),
            ("own_promoters", "i4"),
            ("most_recruits", "i8"),
            ("recruit_tier", "i8"),
            ("arrival_tier", "i8"),
            ("arrival_start", "f8"),
            ("arrival_rate", "f8"),
        ),
        told=(
            ("tier", "i4"),
            ("posts", "f8"),
            ("audience", "f8"),  # [operators, 2]
            ("links", "i8"),
            ("factors", "f8"),  # [operators, 3], or none
            ("promoter_start", "i8"),
            ("arrivals", "f8"),
            ("promoters", "i4"),
        ),
    ),
    # What else a replication begins with, from parameters and the world's tables.
    "start": Kernel(
        given=(
            ("seed", "i8"),
            ("replication", "i8"),
            ("horizon", "f8"),
            ("tier_count", "i8"),
            ("platform", "i8"),
            ("attached_at_start", "f8"),
            ("detached_at_start", "f8"),
            ("sleeper", "i8"),
            ("refollow", "f8"),
            ("forget", "f8"),
            ("discover", "f8"),
            ("unrelated_recognition", "f8"),
            ("live_insiders", "i8"),
            ("burst_factor", "f8"),
            ("view_probability", "f8"),
            ("promotion_posts", "i8"),
            ("regime_start", "f8"),
            ("rates", "f8"),
            ("pressure", "f8"),
            ("exposure", "f8"),
            ("insider_reports", "f8"),
            ("wrong_per_right", "f8"),
            ("wrong_a_day", "f8"),
            ("pulse_day", "f8"),
            ("pulse_key", "i8"),
            ("pulse_share", "f8"),
            ("pulse_accounts", "i8"),
            ("pulse_platform", "i8"),
            ("pulse_tiers", "u1"),
            ("finite_staff", "i8"),
            ("ordinary_signups", "f8"),
            ("ordinary_sample", "i8"),
            ("ordinary_namesakes", "f8"),
            ("ordinary_topic_names", "f8"),
            ("tier", "i4"),
            ("posts", "f8"),
            ("audience", "f8"),
            ("links", "i8"),
            ("factors", "f8"),
            ("promoter_start", "i8"),
            ("promoters", "i4"),
        ),
        told=(
            ("rows", "f8"),  # [operators, state.COLUMNS]
            ("weight", "f8"),
            ("hazards", "f8"),
            ("hazard_days", "f8"),
            ("hazard_fades", "f8"),
            ("users", "u1"),  # [users, handles.ROW]
            ("users_starts", "f8"),
            ("users_recall", "f8"),
            ("wrong_day", "f8"),
            ("wrong_channel", "i8"),
            ("wrong_number", "i8"),
        ),
    ),
    # The first of these tables alone, for what is seen without enforcement.
    "rows": Kernel(
        given=(
            ("tier_count", "i8"),
            ("attached_at_start", "f8"),
            ("detached_at_start", "f8"),
            ("sleeper", "i8"),
            ("refollow", "f8"),
            ("forget", "f8"),
            ("burst_factor", "f8"),
            ("tier", "i4"),
            ("audience", "f8"),
            ("factors", "f8"),
        ),
        told=(("rows", "f8"),),
    ),
    # Handles of ordinary users, see mechanisms.handles.ordinary_handles.
    "handles": Kernel(
        given=(
            ("seed", "i8"),
            ("replication", "i8"),
            ("first", "i8"),
            ("count", "i8"),
            ("operators", "i8"),
            ("namesakes", "f8"),
            ("topic_names", "f8"),
        ),
        told=(("handles", "u1"),),
    ),
    # Reach, see mechanisms.reach.exposed_share.
    "exposed_share": Kernel(
        given=(
            ("impressions", "f8"),  # [windows, operators]
            ("audience", "f8"),
            ("population", "f8"),
            ("windows", "i8"),
        ),
        told=(("shares", "f8"),),
    ),
    # Wrong suspensions of ordinary users, see mechanisms.mistakes.wrongly_suspended.
    "wrongly_suspended": Kernel(
        given=(
            ("decided", "f8"),
            ("channel", "i8"),
            ("number", "i8"),
            ("heard", "f8"),
            ("horizon", "f8"),
            ("mistake", "f8"),
            ("appeal", "f8"),
            ("success", "f8"),
            ("hears", "i8"),
            ("reinstatement", "f8"),
            ("action_delay", "f8"),
            ("wave_every", "f8"),
            ("seed", "i8"),
            ("replication", "i8"),
        ),
        told=(("days", "f8"), ("after", "f8")),
    ),
    # Follower-days without enforcement, see mechanisms.absence.
    "follower_days": Kernel(
        given=(
            ("rows", "f8"),
            ("born", "f8"),
            ("operator", "i4"),
            ("public", "f8"),
            ("suspended", "f8"),
            ("posts", "f8"),
            ("discover", "f8"),
            ("first", "f8"),
            ("horizon", "f8"),
            ("starts", "f8"),
            ("factors", "f8"),
            ("tier", "i8"),
        ),
        told=(("spared", "f8"), ("away", "f8")),
    ),
}
_WRONG: Final = {-1: "the tables have another layout", -2: "the tables do not fit each other"}
_HEAD: Final = 8  # bytes of a number


@cache
def digest(name: str) -> int:
    """The number that what a kernel is handed begins with, so that another layout is refused."""
    text = repr((name, KERNELS[name]))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little") >> 1


def call(
    program: Program, name: str, given: Mapping[str, Any], room: int = 1 << 16
) -> dict[str, Table]:
    """What an entry point makes of tables and single numbers; each of its tables is flat.

    room: bytes of memory that it is given at first.
    Raises MemoryError if there is not enough, and ValueError with what it says of the tables.
    """
    kernel = KERNELS[name]
    program.clear()
    head = [digest(name)]
    held = []  # what is lent must stay where it is
    for column, kind in kernel.given:
        table = np.ascontiguousarray(given[column], dtype=kind)
        held.append(table)
        head += [program.lend(table), table.size]
    at = program.lend(held_head := np.array(head, dtype=np.int64))
    told = np.empty((len(kernel.told), 2), dtype=np.int64)
    size = room
    while True:
        here = program.place(size)
        code = program.call(name, at, here, size)
        if code != MORE_MEMORY:
            break
        wanted = np.empty(1, dtype=np.int64)
        program.read(here, wanted)
        size = max(2 * size, int(wanted[0]) + ALIGNED)
    del held, held_head
    if code != DONE:
        raise ValueError(f"{name}: {_WRONG[code]}")
    program.read(here + _HEAD, told)
    found = {}
    for (column, kind), (address, count) in zip(kernel.told, told.tolist(), strict=True):
        found[column] = np.empty(count, dtype=kind)
        program.read(address, found[column])
    return found
