"""What a replication needs of the machine's memory, before it is made.

Checked by ``tests/experiment/test_memory.py`` and ``test_sweep.py``.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from pathlib import Path

from afterban.errors import AfterbanError
from afterban.mechanisms import state
from afterban.mechanisms.arrivals import MANY
from afterban.parameters import WITHOUT_ENFORCEMENT
from afterban.scenario import Scenario
from afterban.scenario.checks import MOST_REPLICATIONS
from afterban.scenario.cost import MOST_OPERATORS, arrivals, typical_mean
from afterban.scenario.sections.ranking import readings

BYTES_OF_A_REPLICATION = 1000  # kept of each arm of each replication: a number for each metric


def least_bytes(scenario: Scenario, policy: str = WITHOUT_ENFORCEMENT) -> float:
    """Memory that the world and its state take before anything happens.

    Of links there are as many as drawn degrees add up to, which is decided by the largest ones.
    """
    arm = scenario.arm(policy) if policy in scenario.policies else scenario
    windows = 2.0 + arm.horizon / float(arm.metrics.reach_window)
    row = 8.0 * (4 + state.COLUMNS + windows)
    operators = float(sum(tier.count for tier in arm.tiers.values()))
    links = 0.0
    if arm.network.follows is None:
        links = sum(
            4.0 * tier.count * max(1.0, typical_mean(tier.degree, tier.count))
            for tier in arm.tiers.values()
        )
    if arm.recruitment is not None:
        most = float(arm.recruitment.most)
        operators += most
        degree = arm.tiers[arm.recruitment.tier].degree
        links += 4.0 * most * max(1.0, typical_mean(degree, most))
    joining = arrivals(arm)
    there = max(operators, 1.0)
    for name, number in joining.items():
        operators += number
        drawn = typical_mean(arm.tiers[name].degree, number)
        # From those who were there, and from each other (`promoters_of_arrivals`).
        others = MANY * math.log1p(sum(joining.values()) / (MANY * there))
        links += 4.0 * number * max(1.0, drawn * (1.0 + others))
    return row * operators + links + _sample_bytes(arm) + 8.0 * operators * _readings(arm)


def _sample_bytes(arm: Scenario) -> float:
    ordinary = arm.detection.handle_match.ordinary
    return 16.0 * ordinary.sample if ordinary is not None else 0.0


def _readings(arm: Scenario) -> int:
    """Of all operators, that are kept for tables of observed accounts."""
    asked = [one.rank_by for one in arm.detection.pulses]
    asked += [] if arm.review.team is None else [arm.review.team.rank_by]
    return sum(
        readings(window)
        for _, window in {(one.what, float(one.window)) for one in asked if one is not None}
    )


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


def refuse_too_large(
    scenario: Scenario, policies: Iterable[str], replications: int | None = None
) -> None:
    """Raise AfterbanError if a run of some arms is plainly too large for this machine.

    One replication of an arm has to fit, and what is kept of all replications (the scenario's
    number if None).
    """
    free = memory_available()
    arms = list(policies)
    for policy in arms:
        refuse(least_bytes(scenario, policy), free, scenario, policy)
    count = scenario.replications if replications is None else replications
    if count > MOST_REPLICATIONS:
        raise AfterbanError(
            f"{count:,} replications are too many: there are at most 2^32, each with draws of its "
            "own"
        )
    kept = float(BYTES_OF_A_REPLICATION) * count * len(arms)
    if kept > free:
        raise AfterbanError(
            f"{count:,} replications keep {size_text(kept)} of metrics in "
            f"{len(arms)} arm{'s'[: len(arms) > 1]}, and {size_text(free)} of memory are free; "
            "take fewer with `--reps`, or run them in parts with other seeds"
        )


def refuse(
    least: float, free: float, scenario: Scenario, policy: str = WITHOUT_ENFORCEMENT
) -> None:
    """Raise AfterbanError if a replication needs more than is free, or than can be numbered."""
    arm = scenario.arm(policy) if policy in scenario.policies else scenario
    operators = sum(tier.count for tier in arm.tiers.values())
    if arm.recruitment is not None:
        operators += arm.recruitment.most
    operators += round(sum(arrivals(arm).values()))
    if least > free:
        sample = _sample_bytes(arm)
        what, instead = f"{operators:,} operators", "simulate a smaller network"
        if sample > least / 2:
            assert arm.detection.handle_match.ordinary is not None
            what += f" beside {arm.detection.handle_match.ordinary.sample:,} ordinary handles"
            instead = "write a smaller `detection.handle_match.ordinary.sample`"
        raise AfterbanError(
            f"one replication of {what} needs {size_text(least)} of memory or more, and "
            f"{size_text(free)} are free; {instead}"
        )
    if operators > MOST_OPERATORS:
        raise AfterbanError(
            f"{operators:,} operators are too many: at most {MOST_OPERATORS:,} can be simulated"
        )


def size_text(size: float) -> str:
    """Bytes for people: ``1.2 GB``."""
    for unit, length in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= length:
            return f"{size / length:.3g} {unit}"
    return f"{size:.0f} B"
