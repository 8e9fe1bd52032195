"""The compiled engine: the events of the reference engine, written in C to be fast.

The program (``core/c``) has one file for each part of the reference engine and each mechanism, with
the same names, and does the same operations in the same order, so that both engines give the same
tables to the last bit (``tests/engines/``).  Here it is handed its tables and asked to go on.
"""

from __future__ import annotations

from typing import Final

from afterban.core import Program, core
from afterban.core.program import DONE, MORE_MEMORY, PAUSED, too_large
from afterban.engines.compiled.given import Table, laid_out
from afterban.engines.compiled.told import collected, tables
from afterban.engines.records import NO_LOOKS, Looks, Records
from afterban.errors import AfterbanError
from afterban.parameters import Parameters
from afterban.world import World

MOST_OPERATORS: Final = 1 << 29  # that an event of the program can be about
EVENTS_AT_A_TIME: Final = 1 << 16  # some 50 milliseconds, after which Python may be interrupted
_ROOM: Final = 4 << 20  # bytes that a replication is given at first, beside four times its tables
_LAYOUT: Final = -1
_ANOTHER: Final = (
    "the compiled program was made for other tables than these Python modules have: "
    "run `python -m afterban.engines.compiled.build`, or install afterban anew"
)


def run(
    parameters: Parameters,
    world: World,
    seed: int,
    replication: int,
    looks: Looks = NO_LOOKS,
) -> Records:
    """One replication of one policy.

    looks: at operators by themselves.
    Raises AfterbanError if the program cannot be run here, or its memory is too small.
    """
    return run_in(core(), parameters, world, seed, replication, looks=looks)


def run_in(
    program: Program,
    parameters: Parameters,
    world: World,
    seed: int,
    replication: int,
    events: int = EVENTS_AT_A_TIME,
    memory: int = 0,
    looks: Looks = NO_LOOKS,
) -> Records:
    """The same in a program of the caller's choice.

    events: after which the program returns for a moment.  memory: bytes to begin with, 0 for a
    guess.
    Raises AfterbanError if memory is too small or the program is of another version, and ValueError
    where tables do not fit each other.
    """
    program.clear()
    try:
        parts = laid_out(parameters, world, seed, replication, program=program, looks=looks)
        here = _done(program, *parts, events, memory)
        found = tables(program, here)
    except MemoryError:
        raise too_large(program.kind, len(world.tier)) from None
    finally:
        program.clear()
    return collected(found, parameters, world)


def _done(
    program: Program, bytes_: int, parts: list[tuple[int, Table]], events: int, memory: int
) -> int:
    """Address of the replication that was laid out, which is at its end."""
    at = program.place(bytes_)
    for begin, part in parts:
        program.write(at + begin, part)
    parts.clear()  # rows of a large network among them
    size = memory or 4 * bytes_ + _ROOM
    while True:
        here = program.place(size)
        code = program.call("begin", at, bytes_, here, size)
        if code != MORE_MEMORY:
            break
        size *= 2
    while code in (PAUSED, MORE_MEMORY):
        if code == MORE_MEMORY:
            size = max(size // 2, program.call("wanted", here))
            program.call("give", here, program.place(size), size)
        code = program.call("go", here, events)
    if code == _LAYOUT:
        raise AfterbanError(_ANOTHER)
    if code != DONE:
        raise ValueError("the tables that the compiled program was handed do not fit each other")
    return here


__all__ = ["MOST_OPERATORS", "run", "run_in"]
