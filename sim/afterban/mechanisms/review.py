"""Review: in what order reviewers take cases, and when suspensions take effect."""

from __future__ import annotations

import math
from typing import Final

from afterban.mechanisms.clock import MICROSECONDS, due

ARRIVAL: Final = 0
FOLLOWERS: Final = 1
ACTIVITY: Final = 2
LINKS: Final = 3

URGENT: Final = 0
ROUTINE: Final = 1


def precedence(order: int, followers: float, posts: float, links: int) -> float:
    """What puts a case before others of its severity: larger first, equal ones by arrival."""
    if order == FOLLOWERS:
        return followers
    if order == ACTIVITY:
        return posts
    if order == LINKS:
        return float(links)
    return 0.0


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


def is_urgent(urgent: bool, severity: int) -> bool:
    """Whether a case is: by the channel that found the account, or by the tier it is of.

    urgent: whether the channel's flags are.  severity: of the tier, URGENT or ROUTINE.
    """
    return bool(urgent or severity == URGENT)


def severity_of(urgent: bool) -> int:
    """The class of a case, which the laws of time to action are for."""
    return URGENT if urgent else ROUTINE


def takes_next(in_hand: int, on_duty: int) -> bool:
    """Whether a reviewer takes the next case: who goes off duty finishes the case in hand.

    in_hand: cases that are being reviewed.  on_duty: reviewers; fewer than cases after a shift.
    """
    return in_hand < on_duty


def place_in_queue(
    urgent: bool, precedence: float, arrived: float, own: bool, number: int, after: int
) -> tuple[int, float, float, int, int, int]:
    """Where a case stands in the queue: the smaller goes first.

    Urgent cases, then those of larger ``precedence``, then by day of arrival; of one instant the
    network's own (``own``), then by ``number``, of the operator or for others of the channel, then
    by ``after``, their order of arrival.  The last three are a convention, which both engines keep.
    """
    return severity_of(urgent), -precedence, arrived, 0 if own else 1, number, after
