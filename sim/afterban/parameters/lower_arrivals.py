"""Newcomers: operators who are won over by what they see, and those who come on their own."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np

from afterban.mechanisms import distributions as d
from afterban.parameters.numbers import days_after, duration, floats, integers
from afterban.scenario import Scenario
from afterban.scenario.sections.arrivals import Arrivals


def lower_recruitment(arm: Scenario) -> dict[str, Any]:
    """Recruits per impression, and when they begin."""
    given = arm.recruitment
    return {
        "recruits_per_impression": float(given.per_impression) if given else 0.0,
        "recruit_tier": list(arm.tiers).index(given.tier) if given else 0,
        "recruit_delay": duration(given.delay) if given else np.zeros(d.ROW),
        "most_recruits": int(given.most) if given else 0,
    }


def lower_arrivals(arm: Scenario, horizon: float) -> dict[str, Any]:
    """Rates of arrival by tier and regime, per day."""
    joined = list(arm.arrivals.tiers) if arm.arrivals else []
    joining = _joining(arm.arrivals, arm.start, horizon)
    rates = floats([rates for _, rates in joining]).reshape(len(joining), len(joined))
    return {
        "arrival_tier": integers([list(arm.tiers).index(name) for name in joined]),
        "arrival_start": floats([day for day, _ in joining]),
        "arrival_rate": rates.T.copy(),
    }


def _joining(
    given: Arrivals | None, start: dt.date, horizon: float
) -> list[tuple[float, list[float]]]:
    """First day of each regime of arrivals that comes about, and the rates of the tiers then.

    What a regime leaves out stays; one of the first day takes the place of what was before it.
    """
    now = {name: float(one.rate) for name, one in given.tiers.items()} if given else {}
    out = [(-math.inf, list(now.values()))]
    for regime in given.regimes if given else []:
        now |= {name: float(one.rate) for name, one in regime.tiers.items()}
        day = days_after(regime.from_, start)
        if day <= 0.0:
            out[0] = (-math.inf, list(now.values()))
        elif day < horizon:
            out.append((day, list(now.values())))
    return out
