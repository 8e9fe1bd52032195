"""Campaigns that suspend accounts on dates: one entry for each day on which one strikes."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np

from afterban.parameters.numbers import Integers, days_after, floats, integers, steps
from afterban.scenario import Scenario
from afterban.scenario.sections.detection import Detection, Pulse

CHOOSE = ("random", "followers", "activity", "links")  # as in mechanisms.pulses


def lower_pulses(arm: Scenario, detection: Detection, horizon: float) -> dict[str, Any]:
    """Campaigns in the order of their days; ``pulse_entry`` is the place in the scenario."""
    names, platforms = list(arm.tiers), list(arm.platforms)
    days = _pulses(detection.pulses, arm.start, horizon)
    struck = [detection.pulses[k] for _, k in days]
    return {
        "pulse_day": floats([day for day, _ in days]),
        "pulse_key": _pulse_keys([day for day, _ in days], [_hits(arm, one) for one in struck]),
        "pulse_share": floats([one.share for one in struck]),
        "pulse_accounts": integers([one.accounts for one in struck]),
        "pulse_choose": integers([CHOOSE.index(one.choose) for one in struck]),
        "pulse_platform": integers(
            [platforms.index(one.platform) if one.platform else -1 for one in struck]
        ),
        "pulse_tiers": np.array(
            [[not one.tiers or name in one.tiers for name in names] for one in struck],
            dtype=np.bool_,
        ).reshape(len(struck), len(names)),
        "pulse_entry": integers([k for _, k in days]),
    }


def _pulses(pulses: list[Pulse], start: dt.date, horizon: float) -> list[tuple[float, int]]:
    """Each day on which a campaign strikes, and its place in the scenario; in the order of both."""
    out: list[tuple[float, int]] = []
    for number, pulse in enumerate(pulses):
        first = days_after(pulse.date, start)
        end = horizon if pulse.until is None else min(horizon, days_after(pulse.until, start))
        if pulse.every is None:
            days = [first]
        elif first < end:
            days = steps(first, end, float(pulse.every)).tolist()
        else:
            days = []
        # A step may be under the rest of the last one, or the end be off the clock by it.
        days = [day for day in days if 0.0 <= day < end][: pulse.times]
        out += [(day, number) for day in days]
    return sorted(out)


def _hits(arm: Scenario, pulse: Pulse) -> bool:
    """Whether a campaign strikes anybody: it has a size, and tiers that may have operators."""
    joined = {*(arm.arrivals.tiers if arm.arrivals else ())}
    if arm.recruitment is not None:
        joined.add(arm.recruitment.tier)
    there = {name for name, tier in arm.tiers.items() if tier.count > 0} | joined
    return (pulse.share > 0 or pulse.accounts > 0) and bool(there & {*(pulse.tiers or there)})


def _pulse_keys(days: list[float], hits: list[bool]) -> Integers:
    """The whole day, and the place among the campaigns of that day (up to 65,536 of them).

    Those that strike nobody come last, so that they change no other's draws.
    """
    whole = [math.floor(day) for day in days]
    before = dict.fromkeys(whole, 0)
    keys = np.zeros(len(days), dtype=np.int64)
    for k in sorted(range(len(days)), key=lambda k: not hits[k]):
        day, number = whole[k], before[whole[k]]
        before[day] += 1
        keys[k] = (number >> 8 << 24) + (day << 8) + (number & 255)
    return keys
