"""The compiled engine beside the reference engine, whole replications and the loop alone.

    python benchmarks/engines.py [repeats]

Both engines must agree first.  Three networks: september-2014 as it is (few suspensions, so that
most of a run is drawing the world and the daily census, which both engines share), the same with
ten times the reports, and the same under pressure with a census at the ends only.

The reference engine calls compiled equations; with ``--plain`` it is timed once more in a process
without numba, as it is where numba is not installed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

from common import machine, september, side_by_side, under_pressure

from afterban.engines import compiled, reference
from afterban.engines.agreement import differences
from afterban.world import build

CASES = {
    "september-2014": september,
    "ten times the reports": lambda: september("ten-times-the-reports"),
    "under pressure": under_pressure,
}


def plain(case: str) -> float:
    """Seconds of the reference engine's whole replication where numba compiles nothing."""
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    command = [sys.executable, __file__, "--one", case]
    out = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return float(out.stdout)


def main() -> None:
    if "--one" in sys.argv:
        p = CASES[sys.argv[-1]]()
        start = time.thread_time()
        reference.run(p, build(p, 1, 0), 1, 0)
        print(time.thread_time() - start)
        return
    repeats = int(sys.argv[-1]) if sys.argv[-1].isdigit() else 5
    print(machine())
    print("milliseconds of processor time, the fewest of several runs in turn; target 100 times")
    for name, make in CASES.items():
        p = make()
        world = build(p, 1, 0)
        start = time.perf_counter()
        compiled.run(p, world, 1, 0)
        first = time.perf_counter() - start
        drawn, slow, fast = side_by_side(
            [
                lambda p=p: build(p, 1, 0),
                lambda p=p, world=world: reference.run(p, world, 1, 0),
                lambda p=p, world=world: compiled.run(p, world, 1, 0),
            ],
            repeats,
        )
        same = not differences(slow.result, fast.result)
        events = fast.result.events
        print(f"\n{name}: {events} events, {'the same tables' if same else 'DIFFERENT TABLES'}")
        print(f"  first call of the compiled engine, on the clock {1e3 * first:10.0f}")
        print(f"  the world                      {1e3 * drawn.fewest:10.1f}")
        for label, one in (("reference", slow), ("compiled", fast)):
            each = f"{1e6 * one.fewest / events:8.2f} us per event"
            print(f"  {label:10} loop                {1e3 * one.fewest:10.1f}  {each}")
        whole = (slow.fewest + drawn.fewest) / (fast.fewest + drawn.fewest)
        print(f"  ratio of the loops             {slow.fewest / fast.fewest:10.1f}")
        print(f"  ratio of whole replications    {whole:10.1f}")
        if "--plain" in sys.argv:
            seconds = plain(name)
            print(f"  reference without numba, whole {1e3 * seconds:10.0f}")
            print(
                f"  ratio to that                  {seconds / (fast.fewest + drawn.fewest):10.0f}"
            )


if __name__ == "__main__":
    main()
