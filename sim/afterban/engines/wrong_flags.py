"""Flags on ordinary users that are known before a run: they belong to ordinary activity.

A channel of precision q raises (1 - q) / q of them for each right flag that it would raise in the
untouched world: with the operators, accounts and followers of the start, at its effort of the day.
Nothing that happens to the network changes them.  Channels that act on what operators do (sign-up,
handle match, link match) raise theirs in the engines, act by act.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from afterban.channels import (
    ALWAYS,
    AT_CREATION,
    AT_PROMOTION,
    CHANNELS,
    FACTOR,
    HAZARDS,
    NAMES,
    OF_RATE,
    PER_IMPRESSION,
    PER_POST,
    Channel,
    number,
)
from afterban.mechanisms import detection
from afterban.mechanisms import state as s
from afterban.mechanisms.wrong_flags import numbered, of_act, points
from afterban.parameters import Parameters
from afterban.randomness import WRONG_AT_PULSE
from afterban.world import World, first_state

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class WrongFlags(NamedTuple):
    """Flags on ordinary users in the order of their days, ``[flags]``."""

    day: Floats
    channel: Integers  # of model.detection
    number: Integers  # with the channel the key of its draws


def right_flags(parameters: Parameters, world: World) -> Floats:
    """Right flags a day of the channels that flag all the time, ``[NAMES, R]``.

    In the untouched world: expected, from the public accounts and followers of the start and the
    channel's rate in each regime.
    """
    p = parameters
    rows = first_state(p, world)
    public = rows[:, s.PUBLIC] != 0.0
    tier = world.tier
    seen = world.posts * p.view_probability
    followers = p.insider_reports * rows[:, s.ATTACHED_IN] + rows[:, s.ATTACHED_OUT]
    tiers = np.arange(len(p.tier_count))
    out = np.zeros((len(NAMES), len(p.regime_start)))
    for hazard, factor in zip(HAZARDS, p.exposure.T, strict=True):
        of = factor[tier]
        if hazard.kind == PER_IMPRESSION:
            of = of * seen * followers
        elif hazard.kind == PER_POST:
            of = of * world.posts
        here = np.bincount(tier[public], weights=of[public], minlength=len(tiers))
        rate = p.by_tier(hazard.name)[tiers, p.platform]
        # In a stated order, which a product of matrices has not.
        flags = np.zeros(len(p.regime_start))
        for k in tiers:
            flags += here[k] * rate[k]
        out[number(OF_RATE[hazard.name].name)] = flags
    return out


def rates(parameters: Parameters, world: World) -> Floats:
    """Flags on ordinary users a day by channel and regime, ``[NAMES, R]``."""
    p = parameters
    out = np.zeros((len(NAMES), len(p.regime_start)))
    if (p.wrong_per_right > 0.0).any():
        out = p.wrong_per_right[:, np.newaxis] * right_flags(p, world)
    at_start = detection.regime_at(p.regime_start, 0.0)
    for channel, one in enumerate(CHANNELS, start=1):
        given = p.wrong_a_day[channel]
        if given < 0.0:
            continue
        strength = _effort(p, one)
        # Where a channel begins later, it begins with the rate that is given.
        on = np.flatnonzero(strength[at_start:] > 0.0)
        if len(on):
            out[channel] = given * strength / strength[at_start + on[0]]
    return out


def _effort(p: Parameters, channel: Channel) -> Floats:
    """What a channel does in each regime, ``[R]``, on the first platform; 0 where it is off."""
    effort = np.zeros(len(p.regime_start))
    for rate in channel.rates:
        on = rate.acts in (ALWAYS, AT_CREATION)
        if rate.acts == AT_PROMOTION:
            on = p.promotion_posts > 0
        elif rate.kind == FACTOR:
            of = p.exposure[:, HAZARDS.index(rate)]
            on = bool((of[p.tier_count > 0] > 0.0).any())
        if on:
            effort = effort + p.rate(rate.name)[0]
    return effort


def struck_at_start(parameters: Parameters, world: World) -> Floats:
    """Accounts that each campaign would strike in the untouched world, expected, ``[pulses]``."""
    p = parameters
    public = first_state(p, world)[:, s.PUBLIC] != 0.0
    by_tier = np.bincount(world.tier[public], minlength=len(p.tier_count))
    anywhere = p.pulse_platform[:, np.newaxis] < 0
    met = p.pulse_tiers & (anywhere | (p.pulse_platform[:, np.newaxis] == p.platform))
    there = met @ by_tier.astype(np.float64)
    struck: Floats = np.minimum(p.pulse_share * there + p.pulse_accounts, there)
    return struck


def planned(parameters: Parameters, world: World, seed: int, replication: int) -> WrongFlags:
    """The flags on ordinary users that hang on nothing that operators do."""
    p = parameters
    days: list[Floats] = [np.zeros(0)]
    numbers: list[Integers] = [np.zeros(0, dtype=np.int64)]
    channels: list[int] = [detection.NONE]
    if (p.wrong_per_right > 0.0).any() or (p.wrong_a_day > 0.0).any():
        for channel, rate in enumerate(rates(p, world)):
            if (rate > 0.0).any():
                day, number = points(channel, p.regime_start, rate, p.horizon, seed, replication)
                days.append(day)
                numbers.append(number)
                channels.append(channel)
    if p.wrong_per_right[detection.STRUCK] > 0.0 and len(p.pulse_day):
        means = p.wrong_per_right[detection.STRUCK] * struck_at_start(p, world)
        for day, key, mean in zip(p.pulse_day, p.pulse_key, means, strict=True):
            n, first = of_act(mean, WRONG_AT_PULSE, 0, 0, int(key), seed, replication)
            days.append(np.full(n, day))
            numbers.append(np.array([numbered(first, k) for k in range(n)], dtype=np.int64))
            channels.append(detection.STRUCK)
    day = np.concatenate(days)
    order = np.argsort(day, kind="stable")
    of = np.repeat(np.array(channels, dtype=np.int64), [len(one) for one in days])
    return WrongFlags(day[order], of[order], np.concatenate(numbers)[order])
