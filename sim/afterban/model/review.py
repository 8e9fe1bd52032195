"""Review: when reviewers are on duty, in what order they take cases, when suspensions take effect."""

from __future__ import annotations

import math
from typing import Final

from afterban.jit import compiled

URGENT: Final = 0
ROUTINE: Final = 1


@compiled
def execution_day(decided: float, delay: float, wave_every: float) -> float:
    """Day on which a decision takes effect: after ``delay``, and then with the next wave if any."""
    day = decided + delay
    if wave_every > 0.0 and day < math.inf:
        # A day that rounding puts a hair after a wave goes with it, and none goes back in time.
        return max(day, math.ceil(day / wave_every - 1e-9) * wave_every)
    return day
