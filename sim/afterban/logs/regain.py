"""Followers of the next account: what is lost at a suspension, how fast the others come back.

The model's own equations, fitted along each lineage from an account that was there before the log
began (`theory.attachment`): at a suspension a share l of the followers F is lost for good and the
rest joins those who look for the operator, D; they forget at hazard f; while the next account is
there they come back at hazard h, or h s under an unrelated handle.  Deviations are lognormal.
Insiders come back faster by the ratio that the base scenario has, and are the share that it has.

What promotions won is in h here.  Who has forgotten begins to follow anew at the base's hazard.

Checked by ``tests/logs/test_regain.py`` and ``test_recovery.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from afterban.logs.bootstrap import Bootstrap, Fit, maximise
from afterban.logs.estimates import Quantity, quantity, undefined
from afterban.logs.lineages import Lineages
from afterban.logs.record import Floats, Integers, Log
from afterban.logs.similar import NEAR

GROUP: Final = "followers"
LEAST_PAIRS: Final = 30
ROUNDING: Final = 12**-0.5  # standard deviation of what rounding takes from a count
KEYS: Final = (
    (
        "audience.refollow_outsiders",
        "hazard with which a follower finds the next account",
        "per day",
    ),
    ("audience.forget_outsiders", "hazard with which a follower stops looking", "per day"),
    ("audience.lost_outsiders", "share of followers lost for good at a suspension", ""),
)
UNRELATED: Final = (
    "audience.recognition.unrelated",
    "speed of being found under an unrelated handle, beside a near-identical one",
)


@dataclass(frozen=True)
class Segments:
    """Insiders beside outsiders, as the base scenario has them.

    insiders: share of an audience.  refollow: hazard of insiders over that of outsiders.
    discover: hazard per day with which those who neither follow nor look begin to follow.
    promoted: whether the base has promotions, so that what the log has is both together.
    """

    insiders: float
    refollow: float
    discover: float
    promoted: bool = False


@dataclass(frozen=True)
class Regain:
    """What a log says of followers.

    gap, age: days before the next account and that it lasted.  ratio: its followers over those of
    the account before.  expected: the same by the fit.  life: number of the life.
    """

    quantities: tuple[Quantity, ...]
    gap: Floats
    age: Floats
    ratio: Floats
    expected: Floats
    life: Integers


@dataclass(frozen=True)
class _Layer:
    """Accounts of one number of life: places of them and of those before, in the rows."""

    here: Integers
    before: Integers
    gap: Floats
    age: Floats
    near: Floats


def regain(log: Log, chains: Lineages, boot: Bootstrap, segments: Segments) -> Regain:
    """Hazards of finding again and of forgetting, and the share that is lost."""
    layers = list(_layers(log, chains))
    n = sum(len(one.here) for one in layers)
    none = np.empty(0)
    if n < LEAST_PAIRS:
        why = (
            "there is no column `followers_at_suspension`"
            if "followers_at_suspension" not in log.has
            else f"{n} accounts with known followers lead back to before the log: too few"
        )
        made = tuple(undefined(key, about, GROUP, unit, why, n) for key, about, unit in KEYS)
        return Regain(made, none, none, none, none, np.empty(0, dtype=np.int64))
    places = np.concatenate([one.here for one in layers])
    unlike = np.concatenate([one.near for one in layers]) < 1
    by_handle = bool(10 < unlike.sum() < n - 10)
    seen = log.followers[places]
    gaps = np.concatenate([one.gap for one in layers])
    ages = np.concatenate([one.age for one in layers])

    def loglik(theta: Floats) -> Floats:
        expected = _expected(theta, layers, log.followers, segments, by_handle)
        # Beside a lognormal deviation, a count is rounded to a whole number.
        variance = np.exp(2 * theta[3]) + (ROUNDING / (expected + 0.5)) ** 2
        z2 = (np.log(seen + 0.5) - np.log(expected + 0.5)) ** 2 / variance
        return np.asarray(-0.5 * z2 - 0.5 * np.log(variance))

    before = np.concatenate([one.before for one in layers])
    fit = maximise(loglik, _start(loglik, by_handle), chains.lineage[places], chains.count)
    expected = _expected(fit.theta, layers, log.followers, segments, by_handle)
    quantities = _quantities(fit, boot, n, by_handle, segments)
    was = np.maximum(log.followers[before], 1.0)
    ratio = seen / was
    return Regain(quantities, gaps, ages, ratio, expected / was, chains.life[places])


def _layers(log: Log, chains: Lineages) -> Iterator[_Layer]:
    """Accounts with followers, life by life, whose chains begin before the log and have no hole."""
    known = np.isfinite(log.followers) & ~log.censored
    whole = known & chains.anchored & (chains.life == 1)
    for life in range(2, int(chains.life.max(initial=1)) + 1):
        rows = np.flatnonzero((chains.life == life) & chains.anchored & known)
        rows = rows[whole[log.before[rows]]]
        rows = rows[chains.after[log.before[rows]] == rows]
        gap = log.created[rows] - log.suspended[log.before[rows]]
        age = log.suspended[rows] - log.created[rows]
        rows, gap, age = (x[(gap >= 0) & (age > 0)] for x in (rows, gap, age))
        if not len(rows):
            return
        whole[rows] = True
        near = np.where(log.distance[rows] >= 0, log.distance[rows] <= NEAR, True)
        yield _Layer(rows, log.before[rows], gap, age, near.astype(np.float64))


def _expected(
    theta: Floats, layers: list[_Layer], followers: Floats, segments: Segments, by_handle: bool
) -> Floats:
    """Followers at the end of each account, from those that the ones before had."""
    h, f = np.exp(theta[0]), np.exp(theta[1])
    lost = 1 / (1 + np.exp(-theta[2]))
    slow = 1 / (1 + np.exp(-theta[4])) if by_handle else 1.0
    n = segments.discover
    looking = np.zeros((2, len(followers)))  # those who still look when an account ends
    forgot = np.zeros((2, len(followers)))  # those who neither follow nor look
    parts = np.array([[segments.insiders], [1 - segments.insiders]]) * np.ones(len(followers))
    rates = np.array([[h * segments.refollow], [h]])
    out = []
    for one in layers:
        attached = followers[one.before] * parts[:, one.before]
        d = looking[:, one.before] + attached * (1 - lost)
        u = forgot[:, one.before] - d * np.expm1(-f * one.gap)
        d = d * np.exp(-f * one.gap)
        k = rates * np.where(one.near > 0, 1.0, slow) + f
        still = np.exp(-k * one.age)
        apart = np.where(np.abs(n - k) > 1e-9, n - k, 1e-9)
        untouched = u * np.exp(-n * one.age) + f * d * (still - np.exp(-n * one.age)) / apart
        won = np.maximum(d * (1 - still) + u - untouched, 0.0)
        looking[:, one.here], forgot[:, one.here] = d * still, untouched
        total = won.sum(axis=0)
        parts[:, one.here] = won / np.maximum(total, 1e-12)
        out.append(total)
    return np.concatenate(out)


def _start(loglik: object, by_handle: bool) -> list[float]:
    """The best of a few places to begin at."""
    assert callable(loglik)
    tries = [
        [np.log(h), np.log(f), np.log(lost / (1 - lost)), np.log(0.5), *([-0.8] * by_handle)]
        for h in (0.02, 0.1, 0.5, 2.0)
        for f in (0.01, 0.1)
        for lost in (0.05, 0.3)
    ]
    return max(tries, key=lambda theta: float(np.sum(loglik(np.array(theta)))))


def _quantities(
    fit: Fit, boot: Bootstrap, n: int, by_handle: bool, segments: Segments
) -> tuple[Quantity, ...]:
    moved = boot.moved(fit.theta, fit.influence)
    values = [np.exp(fit.theta[0]), np.exp(fit.theta[1]), 1 / (1 + np.exp(-fit.theta[2]))]
    draws = [np.exp(moved[:, 0]), np.exp(moved[:, 1]), 1 / (1 + np.exp(-moved[:, 2]))]
    names = list(KEYS)
    if by_handle:
        names.append((*UNRELATED, ""))
        values.append(1 / (1 + np.exp(-fit.theta[4])))
        draws.append(1 / (1 + np.exp(-moved[:, 4])))
    told = "" if segments.insiders == 0 else (
        f"with insiders {segments.insiders:.0%} of an audience and {segments.refollow:.3g} times "
        "as fast, as in the base"
    )  # fmt: skip
    more = {} if fit.sure else {"tells": "no", "why": "several values fit alike"}
    if segments.promoted:
        why = "what promotions win back is in it, and the base has promotions of its own"
        more = {"tells": "no", "why": why}
    return tuple(
        quantity(
            key, about, GROUP, float(value), np.clip(of, 0.0, 1e3), n,
            "attachment and forgetting along lineages from before the log", unit,
            **({"why": told} if told else {}) | more,
        )
        for (key, about, unit), value, of in zip(names, values, draws, strict=True)
    )  # fmt: skip
