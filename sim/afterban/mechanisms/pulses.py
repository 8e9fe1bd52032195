"""Pulses: a campaign that suspends a chosen share of the live accounts at one moment."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from afterban.mechanisms import state as s
from afterban.mechanisms.audience import followers_at
from afterban.randomness import PULSE, uniforms

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

RANDOM: Final = 0
FOLLOWERS: Final = 1
ACTIVITY: Final = 2
LINKS: Final = 3


def chosen(
    time: float,
    pulse: int,
    choose: int,
    share: float,
    accounts: int,
    rows: Floats,
    life: Integers,
    posts: Floats,
    links: Integers,
    place: Integers,
    platform: int,
    tier: Integers,
    tiers: npt.NDArray[np.bool_],
    discover: Floats,
    live_share: Floats,
    seed: int,
    replication: int,
) -> Integers:
    """Operators whose public accounts a pulse suspends, in the order of their numbers.

    At random and by share: each with that probability, so that one operator's fate hangs on nobody
    else's.  Otherwise that share and so many ``accounts`` more, largest first; equal ones by
    operator number.  A share that is no whole number x is rounded at random, to floor(x + u) with a
    draw u of the campaign: on average it is x, for every way to choose, and a larger share never
    takes fewer.

    place: the platform that each operator is on.  platform: the one whose accounts are chosen from;
    all of them if negative.  tier: of each operator.  tiers: for each tier whether it is hit; a
    share is one of the accounts that can be chosen.
    live_share: of the insiders, by platform.
    """
    n = len(life)
    value = np.empty(n)
    live = 0
    for i in range(n):
        value[i] = -1.0
        if rows[i, s.PUBLIC] == 0.0 or not tiers[tier[i]]:
            continue
        if platform < 0 or place[i] == platform:
            live += 1
            if choose == RANDOM:
                u, _ = uniforms(seed, replication, PULSE, i, life[i], pulse)
                value[i] = 1.0 - u
            elif choose == FOLLOWERS:
                inside, outside = followers_at(rows[i], time, discover)
                value[i] = live_share[place[i]] * inside + outside
            elif choose == ACTIVITY:
                value[i] = posts[i] * (1.0 + rows[i, s.POSTS_CHANGE])
            else:
                value[i] = float(links[i])
    if choose == RANDOM and accounts == 0:
        return np.nonzero(value > 1.0 - share)[0]
    return largest_first(value, live, share, accounts, pulse, seed, replication)


def largest_first(
    value: Floats, live: int, share: float, accounts: int, pulse: int, seed: int, replication: int
) -> Integers:
    """That share of the ``live`` operators and so many accounts more; equal ones by number.

    value: of each operator, negative for one that cannot be chosen.
    """
    order = np.argsort(-value, kind="mergesort")
    u, _ = uniforms(seed, replication, PULSE, 0, 0, pulse)  # no account's: lives count from 1
    return np.sort(order[: min(live, int(share * live + u) + accounts)])


def chosen_as_observed(
    observed: Floats,
    pulse: int,
    share: float,
    accounts: int,
    rows: Floats,
    place: Integers,
    platform: int,
    tier: Integers,
    tiers: npt.NDArray[np.bool_],
    seed: int,
    replication: int,
) -> Integers:
    """As :func:`chosen`, those first of whom most was observed (0 or more for each operator)."""
    value = np.empty(len(observed))
    live = 0
    for i in range(len(observed)):
        value[i] = -1.0
        if rows[i, s.PUBLIC] != 0.0 and tiers[tier[i]] and platform in (-1, place[i]):
            value[i] = observed[i]
            live += 1
    return largest_first(value, live, share, accounts, pulse, seed, replication)
