"""Ordinary users whose names are like suspended ones: with a team they are cases in its queue.

A replication draws a sample of ordinary handles, each of which stands for so many new accounts a
day.  From the day on which the first handle within the threshold of one is suspended, the handle
match flags those accounts: a Poisson process with the platform's recall of the day, so that the
flags at a lower recall are among those at a higher one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from afterban.mechanisms.detection import next_arrival
from afterban.mechanisms.handles import edit_distance, ordinary_handles
from afterban.mechanisms.wrong_flags import BITS
from afterban.parameters import Parameters
from afterban.randomness import LOOK_ALIKE, uniforms

Floats = npt.NDArray[np.float64]


class LookAlikes(NamedTuple):
    """The sample of ordinary handles, empty where look-alikes take nobody's time."""

    handles: npt.NDArray[np.uint8]  # [users, ROW]
    matched: npt.NDArray[np.bool_]  # [users], whether a suspended handle is within the threshold
    starts: Floats  # [R] of the regimes
    recall: Floats  # [R]


def sampled(parameters: Parameters, seed: int, replication: int) -> LookAlikes:
    """The sample that the metrics count look-alikes on, before anybody is suspended."""
    p = parameters
    recall = np.ascontiguousarray(p.rate("handle_recall")[0])
    on = p.finite_staff and p.ordinary_signups > 0.0 and bool((recall > 0.0).any())
    users = ordinary_handles(
        seed,
        replication,
        0,
        p.ordinary_sample if on else 0,
        int(p.tier_count.sum()),
        p.ordinary_namesakes,
        p.ordinary_topic_names,
    )
    matched = np.zeros(len(users), dtype=np.bool_)
    return LookAlikes(users, matched, p.regime_start, recall)


def newly_alike(users: LookAlikes, handle: npt.NDArray[np.uint8], k: int, edits: int) -> bool:
    """Whether user ``k`` is matched from now on, since ``handle`` is suspended.

    Handles are unique on a platform, so an identical one is no match.
    """
    if users.matched[k]:
        return False
    distance = edit_distance(users.handles[k], handle)
    users.matched[k] = 0 < distance <= edits
    return bool(users.matched[k])


def next_flag(
    now: float,
    k: int,
    ordinal: int,
    signups: float,
    starts: Floats,
    recall: Floats,
    seed: int,
    replication: int,
) -> float:
    """Day of the next flag on a user like number ``k`` of the sample, inf if there is none.

    signups: accounts per day for which each of the sample stands.
    """
    u, _ = uniforms(seed, replication, LOOK_ALIKE, k, 0, ordinal)
    return next_arrival(now, u, signups, starts, recall)


def number_of(k: int, ordinal: int, seed: int, replication: int) -> int:
    """Number of a flag, which with its channel is the key of its draws."""
    _, v = uniforms(seed, replication, LOOK_ALIKE, k, 0, ordinal)
    return int(v * (1 << BITS))
