"""A sweep of many small points: what was forecast and what it took.

python benchmarks/sweep.py [points] [workers]
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

from afterban.experiment.sweep import Forecast, sweep
from afterban.scenario import Scenario

MANY = """
schema_version: 1
name: many
start: 2014-09-01
horizon: 5 days
seed: 3
tiers: {supporter: {count: 20, audience: 200, posts: 2 per day}}
detection: {classifier: 0.05 per post}
review: {time_to_action: {lognormal: {median: 24h, sigma: 1.0}}}
sweep:
  design: latin-hypercube
  points: POINTS
  replications: 1
  policies: [base]
  parameters:
    tiers.supporter.count: {from: 10, to: 30}
    returning.probability: {from: 0.2, to: 0.9}
    review.time_to_action.lognormal.median: {from: 1h, to: 10d, scale: log}
"""


def main() -> None:
    points, workers = (int(x) for x in (*sys.argv[1:], "10000", "2")[:2])
    if len(sys.argv) == 2:
        workers = 2
    told: list[Forecast] = []
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        done = sweep(
            Scenario.from_text(MANY.replace("POINTS", str(points))),
            folder,
            workers=workers,
            forecast=told.append,
        )
        took = time.perf_counter() - began
        assert done is not None
        disk = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        table = done.table.stat().st_size
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    (forecast,) = told
    print(f"{points:,} points, {workers} workers")
    print(f"time    forecast {forecast.seconds:8.1f} s    took {took:8.1f} s")
    print(f"memory  forecast {forecast.memory_bytes / 1e6:8.1f} MB   took {memory / 1e6:8.1f} MB")
    print(f"disk    forecast {forecast.disk_bytes / 1e6:8.1f} MB   took {disk / 1e6:8.1f} MB")
    print(f"table   {table / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
