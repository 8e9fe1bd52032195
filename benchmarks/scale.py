"""Time per event and peak memory of the compiled engine, from 1,000 operators to 1,000,000.

    python benchmarks/scale.py [largest number of operators]

The network of september-2014 under pressure for 120 days, scaled up and down; each size in a
process of its own, so that its peak memory is its own.  Draws scale.png beside this file.
"""

from __future__ import annotations

import math
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from common import machine, under_pressure

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
DAYS = 120.0


def one(operators: int) -> None:
    """Print seconds of drawing the world, of the loop, events, accounts, and peak memory (GB)."""
    from afterban.engines import compiled
    from afterban.world import build

    def network(operators: int):
        p = under_pressure(horizon=DAYS, grid=np.array([0.0, DAYS]), windows=np.array([0.0, DAYS]))
        count = np.round(p.tier_count * (operators / p.tier_count.sum())).astype(np.int64)
        count[np.argmax(count)] += operators - count.sum()
        return p._replace(tier_count=count)

    small = network(100)
    compiled.run(small, build(small, 1, 0), 1, 0)  # so that nothing is built while measured
    p = network(operators)
    best = (math.inf, math.inf)
    for _ in range(max(3, min(20, 100_000 // operators))):
        told = None  # the tables of the run before are not this one's memory
        start = time.thread_time()
        world = build(p, 1, 0)
        drawn = time.thread_time() - start
        start = time.thread_time()
        told = compiled.run(p, world, 1, 0)
        best = (min(best[0], drawn), min(best[1], time.thread_time() - start))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(*best, told.events, len(told.accounts), memory)


def main() -> None:
    if "--one" in sys.argv:
        one(int(sys.argv[-1]))
        return
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1]
    print(machine())
    print("operators    events   accounts  world s   loop s  ns/event  ns/(event log2 n)  peak GB")
    rows = []
    for operators in SIZES:
        if operators > largest:
            break
        command = [sys.executable, __file__, "--one", str(operators)]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        drawn, loop, memory = float(out[0]), float(out[1]), float(out[4])
        events, accounts = int(out[2]), int(out[3])
        each = 1e9 * loop / events
        rows.append((operators, each, memory))
        print(
            f"{operators:9} {events:9} {accounts:10} {drawn:8.3f} {loop:8.3f} {each:9.0f} "
            f"{each / math.log2(operators):18.1f} {memory:8.2f}"
        )
    draw(rows)


def draw(rows: list[tuple[int, float, float]]) -> None:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    sizes, each, memory = (np.array(column) for column in zip(*rows, strict=True))
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.0, 3.6), layout="constrained")
    left.plot(sizes, each, "o-", color="#1b6ca8", label="measured")
    growth = each[0] * np.log2(sizes) / np.log2(sizes[0])
    left.plot(sizes, growth, "--", color="#888888", label="N log N in all, from the smallest")
    left.set(xscale="log", xlabel="operators", ylabel="nanoseconds per event", ylim=(0, None))
    left.legend(frameon=False)
    right.plot(sizes, memory, "o-", color="#b8532a", label="measured")
    right.axhline(8.0, linestyle="--", color="#888888", label="target for a million")
    right.set(xscale="log", xlabel="operators", ylabel="peak memory, GB", ylim=(0, 9))
    right.legend(frameon=False)
    for axis in (left, right):
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(Path(__file__).with_name("scale.png"), dpi=120)


if __name__ == "__main__":
    main()
