"""How long a log takes to fit, and how much memory: `python benchmarks/logs.py [ROWS]`.

Writes a log of about so many rows (a tenth of the links missing, times in several zones), fits it
in a process of its own, and prints processor time and the largest resident memory.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROWS_AN_OPERATOR = 1.63
WORLD = """\
schema_version: 1
name: benchmark
start: 2024-01-01
horizon: 200 days
seed: 1
tiers:
  one:
    count: {count}
    audience: {{lognormal: {{median: 3000, sigma: 0.8}}}}
    insider_share: 0
    posts: 2 per day
    degree: 0
    watched: 0.02 per day
detection: {{reports: 0, classifier: 0.002 per post}}
promotion: {{posts: 0}}
returning: {{rebuilding: {{share: 0}}}}
"""


def make(rows: int, folder: Path) -> Path:
    """A log of about so many rows, and its scenario beside it."""
    from afterban.logs import writing
    from afterban.scenario import Scenario

    text = WORLD.format(count=int(rows / ROWS_AN_OPERATOR))
    (folder / "base.yaml").write_text(text)
    accounts, scenario = writing.accounts_of("", lambda _: Scenario.from_text(text))
    mess = writing.Mess(links=0.1, zones=0.5, duplicates=0.01, faults=0.01)
    writing.write(folder / "log.csv", writing.log_of(accounts, scenario.start, mess))
    return folder / "log.csv"


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = [sys.executable, __file__, "make", str(rows), name]
        subprocess.run(command, check=True)
        log = folder / "log.csv"
        count = sum(1 for _ in log.open("rb")) - 1
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [
                *(sys.executable, "-m", "afterban", "fit", str(log), "--linkage-recall", "0.9"),
                *("--from", str(folder / "base.yaml"), "-o", str(folder / "fitted.yaml")),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        largest = after.ru_maxrss / 1024  # of the two children: the log's maker is the other one
        size = log.stat().st_size / 1e6
        print(f"{count:,} rows, {size:.0f} MB: {seconds:.1f} s of processor time")
        print(f"largest resident memory of any child: {largest:.0f} MiB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        make(int(sys.argv[2]), Path(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
