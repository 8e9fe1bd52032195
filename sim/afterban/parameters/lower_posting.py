"""Posting in bursts, ``[K, B]``."""

from __future__ import annotations

from typing import Any

from afterban.parameters.numbers import floats
from afterban.scenario import Scenario


def lower_posting(arm: Scenario, horizon: float) -> dict[str, Any]:
    """Days on which a step of posting begins, and the factors on posts from then on."""
    steps = arm.posting.steps(arm.start, horizon, list(arm.tiers))
    return {
        "burst_start": floats([day for day, _ in steps]),
        "burst_factor": floats([factors for _, factors in steps]).T.copy(),
    }
