"""The compiled engine beside the C engine: built natively, and as a WebAssembly module.

    python benchmarks/c_program.py [repeats]

Needs gcc or clang; the module also needs the packages ziglang and wasmtime, and is left out without
them.  Their tables are compared first.  The native build's must be the same: the time series to
rounding and the rest to the last bit.  The module's lives must be, and its numbers agree to
rounding, since C libraries differ in the last bit of exp and log.  All are timed in turn, without
drawing the world.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import c_engine
import c_wasm
import numpy as np
from common import machine, september, side_by_side, under_pressure

from afterban.engines import compiled
from afterban.engines.agreement import differences
from afterban.engines.records import Records
from afterban.parameters import Parameters
from afterban.scenario import Scenario
from afterban.world import World, build


def lives_alike(one: Records, other: Records) -> bool:
    """Whether all whole numbers of the account tables are the same, handles too."""
    a, b = one.accounts, other.accounts
    whole = [name for name in a.dtype.names or () if a.dtype[name].base.kind != "f"]
    return len(a) == len(b) and all(np.array_equal(a[name], b[name]) for name in whole)


def furthest(one: Records, other: Records) -> float:
    """Largest relative difference of a number of the account tables.

    One under a millionth of the largest of its column counts as that: impressions of a life are a
    difference of two sums.
    """
    a, b = one.accounts, other.accounts
    found = 0.0
    for name in a.dtype.names or ():
        if a.dtype[name].base.kind == "f":
            largest = float(np.nanmax(np.abs(a[name]), initial=1e-300))
            scale = np.maximum(np.abs(a[name]), 1e-6 * largest)
            found = max(found, float(np.nanmax(np.abs(a[name] - b[name]) / scale, initial=0.0)))
    return found


def scenarios() -> list[tuple[str, Parameters]]:
    minimal = Parameters.from_scenario(Scenario.from_yaml("minimal"))
    return [
        ("minimal", minimal),
        ("september-2014", september()),
        ("under pressure", under_pressure()),
    ]


def runs(p: Parameters, world: World, cores: list[c_engine.Core]) -> list[Callable[[], Records]]:
    ours: list[Callable[[], Records]] = [lambda: compiled.run(p, world, 1, 0)]
    return ours + [lambda core=core: c_engine.run(core, p, world, 1, 0) for core in cores]


def cores(folder: Path) -> dict[str, c_engine.Core]:
    """The builds that this machine can make, by name."""
    found: dict[str, c_engine.Core] = {"native": c_engine.Native(folder)}
    if c_wasm.available():
        path = c_wasm.make(folder)
        start = time.process_time()
        module = c_wasm.Module(path)
        took = time.process_time() - start
        print(f"module: {path.stat().st_size / 1000:.1f} kB, compiled in {took:.2f} s by wasmtime")
        found["module"] = module
    return found


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    if c_engine.compiler() is None:
        raise SystemExit("there is no C compiler on this machine")
    print(machine())
    print("seconds of processor time of one run, the fewest of several; the same events each")
    with tempfile.TemporaryDirectory() as name:
        built = cores(Path(name))
        for title, p in scenarios():
            world = build(p, 1, 0)
            timings = side_by_side(runs(p, world, list(built.values())), repeats)
            told = timings[0].result
            print(f"\n{title}: {told.events} events, {len(told.accounts)} accounts")
            for what, timing in zip(("compiled engine", *built), timings, strict=True):
                if not differences(told, timing.result):
                    alike = "the same tables"
                elif lives_alike(told, timing.result):
                    alike = f"the same lives, numbers within {furthest(told, timing.result):.0e}"
                else:
                    alike = "OTHER LIVES"
                ratio = timing.fewest / timings[0].fewest
                print(f"  {what:16}{timing.fewest:8.4f}{ratio:7.2f}   {alike}")


if __name__ == "__main__":
    main()
