"""The compiled program as this machine builds it, the module, and the reference engine.

    python benchmarks/programs.py [repeats]

Tables are compared first: the two programs give the same bytes, the reference engine the same but
for its time series, which agree to rounding.  All are timed in turn, without drawing the world.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from common import machine, september, side_by_side, under_pressure

from afterban import core
from afterban.engines import compiled, reference
from afterban.engines.agreement import differences
from afterban.engines.records import Records
from afterban.parameters import Parameters
from afterban.scenario import Scenario
from afterban.world import World, build

CASES = {
    "minimal": lambda: Parameters.from_scenario(Scenario.from_yaml("minimal")),
    "september-2014": september,
    "found ten times as often": lambda: september("ten-times-the-detection"),
    "under pressure": under_pressure,
}


def runs(p: Parameters, world: World, programs: list[core.Program]) -> list[Callable[[], Records]]:
    return [lambda one=one: compiled.run_in(one, p, world, 1, 0) for one in programs]


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    programs = core.all_that_run()
    if not programs:
        raise SystemExit("neither a C compiler nor wasmtime is installed")
    print(machine())
    print("seconds of processor time of one run, the fewest of several in turn; the same tables")
    for name, make in CASES.items():
        p = make()
        world = build(p, 1, 0)
        timings = side_by_side(runs(p, world, list(programs.values())), repeats)
        (plain,) = side_by_side([lambda p=p, world=world: reference.run(p, world, 1, 0)], 1)
        for timing in timings:
            if found := differences(plain.result, timing.result):
                raise SystemExit(f"{name}: the engines give different tables: {found[0]}")
        print(f"\n{name}: {plain.result.events} events, {len(plain.result.accounts)} accounts")
        for what, timing in zip((*programs, "reference engine"), (*timings, plain), strict=True):
            ratio = timing.fewest / timings[0].fewest
            print(f"  {what:28}{timing.fewest:9.4f}{ratio:9.2f}")


if __name__ == "__main__":
    main()
