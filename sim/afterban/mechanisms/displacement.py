"""Displacement: operators leave for another platform, and some of their audience follows.

Platforms stand in the order in which operators turn to them, the first one 0.

Checked by ``tests/unit/test_rules.py`` and ``tests/unit/test_model_platforms.py``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from afterban.mechanisms.returning import gives_up

NOWHERE: Final = -1  # in the place of a platform


def share_that_follows(follows: float, users: float, first: float) -> float:
    """Share of an audience that an operator has on a platform to which it moves (0 to 1).

    follows: share that would follow it there.  users: people on that platform.  first: those on the
    first one.  Assumption: of a smaller platform's users as large a part is the audience.
    """
    return follows * share_of_users(users, first)


def share_of_users(users: float, first: float) -> float:
    """Users of a platform relative to those of the first one, at most 1."""
    return min(1.0, users / first)


def gives_up_platform(suspensions: Sequence[float], most: int, within: float) -> bool:
    """Whether an operator has been suspended too often on its platform, in too short a time.

    suspensions: days of those on this platform, in order, the last one today's; not empty.
    most, within: it gives up at so many in so many days (most 0: never).

    Assumption: decision 0048.
    """
    number = len(suspensions)
    earlier = suspensions[-most] if 0 < most <= number else math.nan
    return bool(gives_up(suspensions[-1], earlier, number, most, within))


def leaves(moves: float, probability: float, given_up: bool) -> bool:
    """Whether an operator that comes back does so on the next platform.

    moves: its draw.  probability: that it moves after a suspension.  given_up: its platform.
    """
    return bool(moves < probability or given_up)


def next_platform(place: int, platforms: int) -> int:
    """The platform after this one; ``NOWHERE`` after the last.  platforms: how many there are."""
    return place + 1 if place + 1 < platforms else NOWHERE


def has_left(place: int, first: int) -> bool:
    """Whether an operator on platform ``place`` has left the one where it began."""
    return place != first


def begins(only_if_moved: bool, double_has_left: bool) -> bool:
    """Whether an account that was prepared is made on its day.

    only_if_moved: it is a further account, for when its operator has left its first platform.
    double_has_left: whether it has.  Assumption: decision 0016.
    """
    return double_has_left or not only_if_moved
