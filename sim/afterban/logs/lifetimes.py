"""How long accounts last, which channel ends them, and whether the large ones go sooner.

Lives are right-censored at the end of the log, and left-truncated where they began before it: such
an account is in the log only because it was still there.  Channels compete, so that each has a
hazard and none a life of its own: events over days at risk (cause-specific hazards, Kalbfleisch &
Prentice 2002, chapter 8).  Where flags are there, what channels end is the time to the flag, and
the wait from then on is the review's.

Checked by ``tests/logs/test_lifetimes.py`` and ``test_recovery.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from afterban import channels
from afterban.logs import laws
from afterban.logs.bootstrap import Bootstrap, Fit, maximise
from afterban.logs.estimates import LEAST, Quantity, Tells, quantity, share, undefined
from afterban.logs.lineages import Lineages
from afterban.logs.record import NONE, Flags, Floats, Log
from afterban.logs.returning import spread_of

GROUP: Final = "life"
MIX: Final = "channels"


@dataclass(frozen=True)
class Lives:
    """Lives of all accounts, a place an account of the log.

    days: from creation to the suspension, or to the end of the log.  ended: whether it was.
    entry: age at which the account came under observation.  used: whether it was there at all
    between its entry and its end.  noticed: days to the flag where there is one, else as ``days``.
    """

    days: Floats
    ended: Flags
    entry: Floats
    used: Flags
    noticed: Floats

    @property
    def exposure(self) -> Floats:
        """Days at risk of being found; 0 for those that are not used."""
        return np.where(self.used, np.maximum(self.noticed - self.entry, 0.0), 0.0)


@dataclass(frozen=True)
class Lifetimes:
    """What a log says of lives.  hazards: channel -> hazard per day, and its draws."""

    quantities: tuple[Quantity, ...]
    family: laws.Family
    theta: Floats
    draws: Floats
    lives: Lives
    hazards: dict[str, tuple[float, Floats, int]]
    criteria: dict[str, float]


def lives_of(log: Log) -> Lives:
    """Lives as the log has them."""
    end = np.where(np.isfinite(log.suspended), log.suspended, log.end)
    days = end - log.created
    entry = np.maximum(-log.created, 0.0)
    flagged = np.isfinite(log.flagged)
    noticed = np.where(flagged, log.flagged - log.created, days)
    return Lives(days, np.isfinite(log.suspended), entry, days > entry, np.minimum(noticed, days))


def lifetimes(log: Log, chains: Lineages, boot: Bootstrap) -> Lifetimes:
    """Law of lives, hazards of channels, mix of channels, and how size counts."""
    lives = lives_of(log)
    use = lives.used
    fits = {family.name: (family, _fit(log, lives, family, chains)) for family in laws.SIMPLE}
    sure = {name: one for name, one in fits.items() if one[1].sure} or fits
    family, fit = laws.chosen(sure.values())
    draws = boot.moved(fit.theta, fit.influence)
    truncated = int((lives.entry[use] > 0).sum())
    dropped = [f"{int((~use).sum()):,} that were gone at once" if not use.all() else ""]
    tells, why = _verdict(log)
    median = family.median(fit.theta)
    if tells == "yes" and median > log.end:
        tells, why = "no", "half of all lives are longer than the log"
    life = quantity(
        *("life", "median life of an account", GROUP),
        median,
        np.array([family.median(theta) for theta in draws]),
        int(use.sum()),
        f"{family.name}, chosen by AIC; {int((~lives.ended[use]).sum()):,} censored, "
        f"{truncated:,} from before the log",
        "days",
        dropped="; ".join(filter(None, dropped)),
        tells=tells,
        why=why,
    )
    hazards = _hazards(log, lives, chains, boot)
    quantities = (
        life,
        *_told_hazards(log, hazards),
        *_mix(log, chains, boot),
        *_reported(log, chains, boot),
        _of_size(log, lives, chains, boot),
    )
    criteria = {name: float(one.aic) for name, (_, one) in fits.items()}
    return Lifetimes(quantities, family, fit.theta, draws, lives, hazards, criteria)


def _fit(log: Log, lives: Lives, family: laws.Family, chains: Lineages) -> Fit:
    use = lives.used
    days, ended, entry = lives.days[use], lives.ended[use], lives.entry[use]
    late = entry > 0

    def loglik(theta: Floats) -> Floats:
        out = np.empty(len(days))
        out[ended] = family.log_of(theta, days[ended], log.resolution)
        out[~ended] = family.log_survival(theta, days[~ended])
        out[late] -= family.log_survival(theta, entry[late])
        return out

    typical = days[ended] if ended.any() else days
    start = family.start(np.maximum(typical, 1e-4) * max(1.0, 1 / max(ended.mean(), 0.05)))
    return maximise(loglik, start, chains.lineage[use], chains.count)


def _verdict(log: Log) -> tuple[Tells, str]:
    if not log.censored.any():
        return (
            "lower bound",
            "every account in the log is suspended, so that long lives are missing",
        )
    return "yes", ""


def _hazards(
    log: Log, lives: Lives, chains: Lineages, boot: Bootstrap
) -> dict[str, tuple[float, Floats, int]]:
    """Hazard of each channel that the log has: events over days at risk, and its draws."""
    exposure = lives.exposure
    total = float(exposure.sum())
    # Who was found before the log began was not at risk in it.
    found_in = lives.noticed > lives.entry
    ended = lives.used & found_in & (lives.ended | np.isfinite(log.flagged))
    named = ended & (log.channel > 0)
    if not named.any() or total <= 0:
        return {}
    known = float(named.sum() / ended.sum())
    at_risk = spread_of(exposure, chains.lineage, chains.count) / total
    hazards: dict[str, tuple[float, Floats, int]] = {}
    for number, channel in enumerate(channels.CHANNELS, start=1):
        mine = named & (log.channel == number)
        events = int(mine.sum())
        if events:
            spread = spread_of(mine.astype(np.float64), chains.lineage, chains.count) / events
            rate = events / total / known
            moved = boot.moved(np.array([np.log(rate)]), (spread - at_risk)[:, None])[:, 0]
            hazards[channel.name] = rate, np.exp(moved), events
    return hazards


def _told_hazards(log: Log, hazards: dict[str, tuple[float, Floats, int]]) -> list[Quantity]:
    if not hazards:
        why = "no suspension names a channel"
        return [undefined("hazard", "hazard of being found", GROUP, "per day", why)]
    to = "the flag" if "flagged_at" in log.has else "the suspension"
    tells, why = _verdict(log)
    more = {"tells": tells, "why": why} if tells != "yes" else {}
    missing = int(((log.channel == 0) & ~log.censored).sum())
    return [
        quantity(
            *(f"hazard.{name}", f"hazard of being found by {name}, to {to}", GROUP),
            rate,
            draws,
            events,
            "events over days at risk, channels competing",
            "per day",
            dropped=f"{missing:,} suspensions without a known channel, as if they had the same mix"
            if missing
            else "",
            **more,
        )
        for name, (rate, draws, events) in hazards.items()
    ]


def _mix(log: Log, chains: Lineages, boot: Bootstrap) -> list[Quantity]:
    named = np.flatnonzero(~log.censored & (log.channel > 0))
    return [
        share(
            f"mix.{channel.name}",
            f"share of suspensions by {channel.name}",
            MIX,
            log.channel[named] == number,
            chains.lineage[named],
            boot,
        )
        for number, channel in enumerate(channels.CHANNELS, start=1)
        if (log.channel[named] == number).any()
    ]


def _reported(log: Log, chains: Lineages, boot: Bootstrap) -> list[Quantity]:
    """Reports of users that a suspended account had, where the log counts them."""
    told = np.flatnonzero(~log.censored & np.isfinite(log.reports))
    if not len(told):
        return []
    mean = float(log.reports[told].mean())
    each = (log.reports[told] - mean) / len(told)
    spread = spread_of(each, chains.lineage[told], chains.count)
    draws = boot.moved(np.array([mean]), spread[:, None])[:, 0]
    about = "reports of users that a suspended account had, mean"
    return [quantity("reports", about, MIX, mean, draws, len(told), "mean", "reports")]


def _of_size(log: Log, lives: Lives, chains: Lineages, boot: Bootstrap) -> Quantity:
    """Factor on the hazard for twice the followers that the account before had.

    Followers are known at a suspension only, so that of accounts that are there none are: what
    tells an account's size from its beginning is the one before it.
    """
    key, about = "targeting", "factor on the hazard with twice the followers of the account before"
    before = log.before
    size = np.where(before != NONE, log.followers[before], np.nan)
    use = lives.used & (size > 0) & (lives.exposure > 0)
    n = int((use & lives.ended).sum())
    if n < LEAST:
        why = "too few accounts have one before them whose followers are known"
        return undefined(key, about, GROUP, "", why, n)
    x = np.log2(size[use])
    x -= x.mean()
    exposure, ended = lives.exposure[use], lives.ended[use]

    def loglik(theta: Floats) -> Floats:
        rate = theta[0] + theta[1] * x
        return np.asarray(np.where(ended, rate, 0.0) - np.exp(rate) * exposure)

    start = [float(np.log(max(ended.sum(), 1) / exposure.sum())), 0.0]
    fit = maximise(loglik, start, chains.lineage[use], chains.count)
    draws = np.exp(boot.moved(fit.theta, fit.influence)[:, 1])
    return quantity(
        key, about, GROUP, float(np.exp(fit.theta[1])), draws, n,
        "proportional hazards, constant in age", "times",
        dropped=f"{int((lives.used & ~use).sum()):,} accounts whose size is not known from before",
    )  # fmt: skip
