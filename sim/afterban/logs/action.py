"""From a flag to a suspension: how long review takes, urgent cases apart, channel by channel.

Checked by ``tests/logs/test_action.py`` and ``test_recovery.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from afterban import channels
from afterban.logs import laws
from afterban.logs.bootstrap import Bootstrap, maximise
from afterban.logs.estimates import LEAST, Quantity, quantity, undefined
from afterban.logs.lineages import Lineages
from afterban.logs.record import Flags, Floats, Log

GROUP: Final = "time to action"


@dataclass(frozen=True)
class Waits:
    """Time to action of cases of one severity.

    days: from the flag to the suspension, or to the end of the log.  ended: whether it came.
    """

    key: str
    family: laws.Family
    theta: Floats
    draws: Floats
    days: Floats
    ended: Flags
    criteria: dict[str, float]


@dataclass(frozen=True)
class Action:
    """What a log says of time to action.  of: path in a scenario -> law, where there is one."""

    quantities: tuple[Quantity, ...]
    of: dict[str, Waits]


def action(log: Log, chains: Lineages, boot: Bootstrap) -> Action:
    """Time to action by severity and by channel."""
    if "flagged_at" not in log.has:
        why = "there is no column `flagged_at`"
        about = "median time from flag to suspension"
        return Action((undefined("review.time_to_action", about, GROUP, "days", why),), {})
    at_once = [k for k, one in enumerate(channels.CHANNELS, 1) if one.at_once or not one.rates]
    flagged = np.isfinite(log.flagged) & ~np.isin(log.channel, at_once)
    urgent = np.isin(
        log.channel, [k for k in range(1, len(channels.NAMES)) if channels.is_urgent(k)]
    )
    quantities: list[Quantity] = []
    of: dict[str, Waits] = {}
    for key, name, mine in (
        ("review.time_to_action", "from flag to suspension", flagged & ~urgent),
        ("review.urgent_time_to_action", "the same for urgent cases", flagged & urgent),
    ):
        found = _waits(log, chains, boot, key, mine)
        if found is not None:
            of[key] = found
            quantities.append(_median(log, found, f"median time {name}"))
        elif key == "review.time_to_action":
            why = f"{int(mine.sum())} flags are too few"
            quantities.append(undefined(key, f"median time {name}", GROUP, "days", why))
    for number, channel in enumerate(channels.CHANNELS, start=1):
        found = _waits(
            log, chains, boot, f"time_to_action.{channel.name}", flagged & (log.channel == number)
        )
        if found is not None:
            quantities.append(_median(log, found, f"the same for what {channel.name} flagged"))
    return Action(tuple(quantities), of)


def _waits(log: Log, chains: Lineages, boot: Bootstrap, key: str, mine: Flags) -> Waits | None:
    ended = np.isfinite(log.suspended[mine])
    if ended.sum() < LEAST:
        return None
    end = np.where(ended, log.suspended[mine], log.end)
    days = np.maximum(end - log.flagged[mine], 1e-9)
    fits = {}
    for family in laws.SIMPLE:

        def loglik(theta: Floats, family: laws.Family = family) -> Floats:
            out = np.empty(len(days))
            out[ended] = family.log_of(theta, days[ended], log.resolution_of_flags)
            out[~ended] = family.log_survival(theta, days[~ended])
            return out

        floor = np.maximum(days[ended], log.resolution_of_flags / 2)
        fit = maximise(loglik, family.start(floor), chains.lineage[mine], chains.count)
        fits[family.name] = family, fit
    sure = {name: one for name, one in fits.items() if one[1].sure} or fits
    family, fit = laws.chosen(sure.values())
    criteria = {name: float(one.aic) for name, (_, one) in fits.items()}
    return Waits(
        key, family, fit.theta, boot.moved(fit.theta, fit.influence), days, ended, criteria
    )


def _median(log: Log, found: Waits, about: str) -> Quantity:
    value = found.family.median(found.theta)
    waiting = found.days[~found.ended]
    long = int((waiting > 20 * value).sum())
    more = {}
    if long > 0.02 * len(found.days):
        more["why"] = (
            f"{long:,} flags have waited for more than twenty times that: perhaps they were cleared"
        )
    return quantity(
        found.key, about, GROUP, value,
        np.array([found.family.median(theta) for theta in found.draws]),
        len(found.days),
        f"{found.family.name}, chosen by AIC; {len(waiting):,} still waiting", "days", **more,
    )  # fmt: skip
