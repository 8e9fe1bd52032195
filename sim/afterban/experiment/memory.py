"""What a replication needs of the machine's memory, before it is made.

Checked by ``tests/experiment/test_memory.py`` and ``test_sweep.py``.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from pathlib import Path

from afterban.errors import AfterbanError
from afterban.model import distributions, state
from afterban.parameters import DEGREE, WITHOUT_ENFORCEMENT, Parameters
from afterban.scenario import Scenario


def least_bytes(scenario: Scenario, policy: str = WITHOUT_ENFORCEMENT) -> float:
    """Memory that the world and its state take before anything happens."""
    p = Parameters.from_scenario(scenario, policy)
    row = 8 * (4 + state.COLUMNS + len(p.windows))
    links = sum(
        count * 4.0 * max(1.0, distributions.quantile(p.tier_distributions[k, DEGREE], 0.5))
        for k, count in enumerate(p.tier_count)
    )
    return float(row * p.tier_count.sum(dtype=float) + links)


def memory_available() -> float:
    """Memory in bytes that this machine can still give; infinite if it does not say."""
    try:
        with Path("/proc/meminfo").open() as stream:
            for line in stream:
                if line.startswith("MemAvailable:"):
                    return 1024.0 * int(line.split()[1])
    except OSError:
        pass
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (ValueError, OSError):
        return math.inf


def refuse_too_large(scenario: Scenario, policies: Iterable[str]) -> None:
    """Raise AfterbanError if one replication of an arm is plainly too large for this machine."""
    free = memory_available()
    for policy in policies:
        refuse(least_bytes(scenario, policy), free, scenario, policy)


def refuse(
    least: float, free: float, scenario: Scenario, policy: str = WITHOUT_ENFORCEMENT
) -> None:
    """Raise AfterbanError if a replication needs more than is free."""
    if least > free:
        arm = scenario.arm(policy) if policy in scenario.policies else scenario
        operators = sum(tier.count for tier in arm.tiers.values())
        raise AfterbanError(
            f"one replication of {operators:,} operators needs {size_text(least)} of memory or "
            f"more, and {size_text(free)} are free; simulate a smaller network"
        )


def size_text(size: float) -> str:
    """Bytes for people: ``1.2 GB``."""
    for unit, length in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= length:
            return f"{size / length:.3g} {unit}"
    return f"{size:.0f} B"
