"""What a replication needs of the machine's memory, before it is made.

Checked by ``tests/experiment/test_memory.py`` and ``test_sweep.py``.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from afterban.errors import AfterbanError
from afterban.metrics import METRICS
from afterban.model import distributions, state
from afterban.model.census import COLUMNS
from afterban.parameters import AUDIENCE, DEGREE, POSTS, WITHOUT_ENFORCEMENT, Parameters
from afterban.scenario import Scenario

Floats = npt.NDArray[np.float64]

_PARTS = (np.arange(4000) + 0.5) / 4000
MOST_CANDIDATES = 1e9  # about a quarter of an hour of the compiled engine


def least_bytes(scenario: Scenario, policy: str = WITHOUT_ENFORCEMENT) -> float:
    """Memory that the world and its state take before anything happens."""
    p = Parameters.from_scenario(scenario, policy)
    row = 8 * (4 + state.COLUMNS + len(p.windows))
    links = sum(
        count * 4.0 * max(1.0, _mean(p.tier_distributions[k, DEGREE]))
        for k, count in enumerate(p.tier_count)
    )
    return float(row * p.tier_count.sum(dtype=float) + links)


def _mean(law: Floats) -> float:
    """Mean of a law, by the midpoints of 4,000 equal parts of probability: a heavy tail counts."""
    values = np.empty(len(_PARTS))
    distributions.quantiles(law, _PARTS, values)
    return float(values.mean())


def candidates(p: Parameters) -> tuple[float, int]:
    """Candidate reports and recruits that thinning draws in a replication, and the tier with most.

    As if the whole audience followed every day, which is the bound that they are thinned against.
    """
    rate = float(p.reports.max(initial=0.0)) * p.report_weight + p.recruits_per_impression
    seen = np.zeros(len(p.tier_count))
    for k, count in enumerate(p.tier_count):
        if rate[k] > 0.0 and count:
            people, posts = (_mean(p.tier_distributions[k, law]) for law in (AUDIENCE, POSTS))
            inside = p.insider_share[k]
            weight = 1.0 - inside + p.insider_reports * inside
            seen[k] = count * people * weight * posts * p.view_probability * p.horizon
    each = seen * rate
    return float(each.sum()), int(each.argmax()) if len(each) else 0


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
        p = Parameters.from_scenario(scenario, policy)
        number, tier = candidates(p)
        if number > MOST_CANDIDATES:
            name = list(scenario.tiers)[tier]
            raise AfterbanError(
                f"one replication would draw about {number:.2g} candidate reports or recruits, "
                f"most of them for `tiers.{name}.audience`; {MOST_CANDIDATES:.0e} are the most: "
                "lower the audience or its cap, posts, `detection.reports` or the horizon"
            )


def refuse_too_many(scenario: Scenario, policies: Sequence[str]) -> None:
    """Raise AfterbanError if what a run keeps of all its replications cannot fit into memory."""
    p = Parameters.from_scenario(scenario)
    tiers = len(p.tier_count)
    each = 8.0 * len(policies) * (len(p.grid) * (tiers + 1) * COLUMNS + len(METRICS) * (tiers + 1))
    if each * scenario.replications > memory_available():
        raise AfterbanError(
            f"{scenario.replications:,} replications keep {size_text(each)} each, which is "
            f"{size_text(each * scenario.replications)}, and {size_text(memory_available())} are "
            "free; take fewer with `--reps`, or run them in parts with other seeds"
        )


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
