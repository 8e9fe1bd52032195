"""Review: in what order reviewers take cases, and when suspensions take effect."""

from __future__ import annotations

import math
from typing import Final

from afterban.jit import compiled
from afterban.mechanisms.clock import MICROSECONDS, due

ARRIVAL: Final = 0
FOLLOWERS: Final = 1
ACTIVITY: Final = 2
LINKS: Final = 3

URGENT: Final = 0
ROUTINE: Final = 1


@compiled
def precedence(order: int, followers: float, posts: float, links: int) -> float:
    """What puts a case before others of its severity: larger first, equal ones by arrival."""
    if order == FOLLOWERS:
        return followers
    if order == ACTIVITY:
        return posts
    if order == LINKS:
        return float(links)
    return 0.0


@compiled
def execution_day(decided: float, delay: float, wave_every: float) -> float:
    """Day on which a decision takes effect: after ``delay``, and then with the next wave if any."""
    day = due(decided, delay)
    if wave_every > 0.0 and day < math.inf:
        period = max(math.floor(wave_every * MICROSECONDS + 0.5), 1.0)
        number = max(math.floor(day / wave_every) - 1.0, 0.0)
        # A day that rounding puts a hair after a wave goes with it, and none goes back in time.
        while number * period / MICROSECONDS < day - 1e-12:
            number += 1.0
        return max(day, number * period / MICROSECONDS)
    return day
