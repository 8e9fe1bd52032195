"""The reference engine beside a bare SimPy loop with the same number of events.

    python benchmarks/reference.py [repeats]

The bare loop has one process per operator, each of which waits for one time-out after another and
does nothing else: what SimPy itself costs.
"""

from __future__ import annotations

import sys

import simpy
from common import machine, side_by_side, under_pressure

from afterban.engines import reference
from afterban.world import build


def bare(processes: int, events: int) -> int:
    """A loop of about ``events`` time-outs in ``processes`` processes."""
    environment = simpy.Environment()
    happened = 0

    def process(start: int):
        nonlocal happened
        wait = 1.0 + (start % 97) / 97.0
        for _ in range(events // processes):
            yield environment.timeout(wait)
            happened += 1

    for start in range(processes):
        environment.process(process(start))
    environment.run()
    return happened


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    print(machine())
    p = under_pressure()
    world = build(p, 1, 0)
    operators = len(world.tier)
    events = reference.run(p, world, 1, 0).events
    ours, simple = side_by_side(
        [lambda: reference.run(p, world, 1, 0), lambda: bare(operators, events)], repeats
    )
    print(f"{operators} processes; events per second of processor time, the best of {repeats}")
    print(f"  reference engine {events / ours.fewest:10.0f}   {events} events")
    print(f"  bare SimPy       {simple.result / simple.fewest:10.0f}   {simple.result} events")
    ratio = (ours.fewest / events) / (simple.fewest / simple.result)
    print(f"  an event costs {ratio:.1f} times a bare time-out")


if __name__ == "__main__":
    main()
