"""What the benchmarks share: times measured side by side, the machine's name, and scenarios."""

from __future__ import annotations

import math
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from afterban.channels import place
from afterban.parameters import Parameters
from afterban.scenario import Scenario


@dataclass
class Timing:
    """Seconds of processor time of several runs of one thing, and what the last one returned."""

    seconds: list[float]
    result: Any

    @property
    def fewest(self) -> float:
        return min(self.seconds)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def side_by_side(things: Sequence[Callable[[], Any]], repeats: int) -> list[Timing]:
    """Time the things in turn, again and again, so that a busy moment of the machine hits all.

    Processor time of this thread, not time on the clock: others may use the machine too.
    """
    timings = [Timing([], None) for _ in things]
    for _ in range(repeats):
        for thing, timing in zip(things, timings, strict=True):
            start = time.thread_time()
            timing.result = thing()
            timing.seconds.append(time.thread_time() - start)
    return timings


def machine() -> str:
    """Processor, cores, memory, Python."""
    name = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo") as lines:
            name = next(line.split(":")[1].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        pass
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    busy = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{name}, {os.cpu_count()} cores, {memory:.0f} GB{busy}, "
        f"{platform.system()}, Python {platform.python_version()}"
    )


def september(policy: str = "base", **changes: Any) -> Parameters:
    """The scenario september-2014 under a policy, with some numbers changed."""
    return Parameters.from_scenario(Scenario.from_yaml("september-2014"), policy)._replace(
        **changes
    )


def under_pressure(**changes: Any) -> Parameters:
    """The network of september-2014 when most accounts are suspended within days.

    Every channel of detection is open from the first day and nine of ten operators come back, so
    that time goes into events and not into the daily census of accounts that nothing happens to.
    """
    calm = september()

    rates = calm.rates.copy()
    for name, value in (
        ("signup", 0.05),
        ("reports", 3e-3),
        ("classifier", 1e-4),
        ("threats", 1e-3),
        ("handle_recall", 0.3),
    ):
        rates[place(name)] = value
    values: dict[str, Any] = {
        "regime_start": np.array([-math.inf] + [0.0] * (len(calm.regime_start) - 1)),
        "rates": rates,
        "returns": np.full(len(calm.tier_count), 0.9),
        "attached_at_start": np.where(calm.sleeper == 1, 0.0, 0.9),
        "grid": np.array([0.0, calm.horizon]),
        "windows": np.array([0.0, calm.horizon]),
    }
    return calm._replace(**{**values, **changes})
