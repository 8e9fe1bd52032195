"""What the tests of sweeps share: a small sweep, and the real command in its own process."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

SWEPT = """
schema_version: 1
name: small
start: 2014-09-01
horizon: 30 days
seed: 3
tiers:
  supporter: {count: 120, audience: 200, posts: 2 per day}
detection: {reports: 20_000 per million impressions}
review: {time_to_action: {lognormal: {median: 24h, sigma: 1.0}}}
returning: {probability: 0.8}
policies:
  faster: {review: {time_to_action: {lognormal: {median: 1h, sigma: 1.0}}}}
sweep:
  replications: 4
  parameters:
    review.time_to_action.lognormal.median: {values: [1h, 1d, 7d]}
    returning.probability: {values: [0.5, 0.9]}
"""


def contents(folder: Path) -> dict[str, str]:
    """Digest of each file of a sweep but the lock, by its place; never empty."""
    (sweep,) = folder.glob("small/sweep-*")
    found = {
        path.relative_to(sweep).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(sweep.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }
    assert "sweep.parquet" in found
    assert len(found) == 4
    return found


def journal(folder: Path) -> Path:
    (sweep,) = folder.glob("small/sweep-*")
    return sweep / "replications.journal"


def parts(folder: Path) -> list[bytes]:
    """The whole records of the journal."""
    try:
        path = journal(folder)
        data = json.loads((path.parent / "manifest.json").read_text())
        content = path.read_bytes()
    except (OSError, ValueError):
        return []
    size = 16 + 12 + 4 + 8 * len(data["policies"]) * len(data["metrics"])
    return [content[k : k + size] for k in range(0, len(content) - size + 1, size)]


class Command:
    """The real command in a process of its own."""

    def __init__(self, *arguments: object) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "afterban", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def until(self, condition, seconds: float = 240) -> None:
        """Wait until something holds while the command runs."""
        end = time.monotonic() + seconds
        while not condition():
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < end, "nothing came of it"
            time.sleep(0.005)

    def signal(self, number: int) -> tuple[int, str]:
        self.process.send_signal(number)
        return self.finish()

    def kill_all(self) -> None:
        """Kill the command and all that it started, as a reboot does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()

    def finish(self, seconds: float = 240) -> tuple[int, str]:
        try:
            out, err = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.kill_all()
            raise
        return self.process.returncode, out + err


def afterban(*arguments: object) -> tuple[int, str]:
    return Command(*arguments).finish()
