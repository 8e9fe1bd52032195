"""Effective reach under steady pressure, in closed form: life / (life + gap) x what is regained.

Checked by ``tests/experiment/test_pressure.py``; the equations by
``tests/analytic/test_pressure.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from afterban import theory
from afterban.channels import HAZARDS
from afterban.mechanisms import distributions as d
from afterban.mechanisms import returning
from afterban.parameters import AUDIENCE, POSTS, RETURN_DELAY, Parameters

Floats = npt.NDArray[np.float64]

_OUTSIDE = 1
_STRATA = 24  # of posts a day, in equal steps of probability
_POINTS = 4800  # of a law whose mean is taken, a multiple of the strata
_INSTANT = 1.0 / 86_400  # days, of a gap that is none


@dataclass(frozen=True)
class Expected:
    """What theory without promotion gives for the evaluation period; shares and accounts.

    Operators count by the impressions that they would make: posts x outsiders.

    stayed: operators that have not given up, beside those that there would be without enforcement.
    live_share: of these, those who have an account: mean life / (mean life + mean gap).
    regained: their attached share, beside the one without enforcement.
    live_accounts: mean of the evaluation period, everybody counting alike.
    """

    stayed: float
    live_share: float
    regained: float
    live_accounts: float

    @property
    def effective_reach(self) -> float:
        """Outsider impressions beside those without enforcement: the product of the three."""
        return self.stayed * self.live_share * self.regained


def expected(parameters: Parameters) -> Expected | None:
    """The closed form of :func:`afterban.theory.under_pressure` for a scenario under an arm.

    An operator of b posts a day is found at the sum of the hazards and lives
    for 1 / rate + mean time to action; lives and gaps count as exponential with these means, posts
    and audience of an operator as independent. Left out: reports (which follow the followers,
    and those are few), promotion, spares, fatigue, posts of rebuilding.

    Returns:
        None where it says nothing: with a team, waves, campaigns, sleepers, regimes, bursts, more
        than one platform, recruits, threats in retaliation, operators who adapt, a network from a
        file, or nobody who posts.
    """
    p = parameters
    others = (
        *(p.finite_staff, p.wave_every, p.recruits_per_impression),
        *(p.sleeper.any(), p.rate("retaliation").any(), p.adapts),
    )
    bursts = (p.burst_factor != 1.0).any()
    counts = (len(p.pulse_day), len(p.own_posts))
    single = (len(p.regime_start), max(len(p.arrival_start), 1), len(p.platform_kept))
    if bursts or any(others) or any(counts) or single != (1, 1, 1):
        return None
    begin, end = float(p.windows[0]), p.horizon
    seen, unseen, live, unharmed, stayed = np.zeros(5)
    accounts = 0.0
    for k, count in enumerate(p.tier_count):
        posts = _strata(p.tier_distributions[k, POSTS], _STRATA)
        life_rate = _life_rate(p, k, posts)
        gap = _mean_gap(p, k)
        told, free = (
            theory.under_pressure(
                begin,
                end,
                life_rate=rate,
                gap_rate=1.0 / gap,
                returns=float(p.returns[k]),
                refollow=float(p.refollow[k, _OUTSIDE]),
                forget=float(p.forget[_OUTSIDE]),
                discover=float(p.discover[_OUTSIDE]),
                loss=float(p.lost[_OUTSIDE]),
                near=p.near_identical,
                unrelated=p.unrelated_recognition,
            )
            for rate in (life_rate, 0.0)
        )
        joins = float(p.arrival_rate[p.arrival_tier == k].sum())
        audience = float(_strata(p.tier_distributions[k, AUDIENCE], _POINTS).mean())
        weight = (1.0 - p.insider_share[k]) * audience * posts / len(posts)
        there = count * told.live + joins * told.live_newcomers
        seen += weight @ (count * told.followed + joins * told.followed_newcomers)
        unseen += weight.sum() * (count * free.followed + joins * free.followed_newcomers)
        live += weight @ there
        unharmed += weight.sum() * (count * free.live + joins * free.live_newcomers)
        # Of each life an operator that comes back with probability p waits p gap, on average.
        stayed += weight @ (there * (1.0 + float(p.returns[k]) * gap * life_rate))
        accounts += float(there.mean()) / (end - begin)
    if not (unseen > 0.0 and live > 0.0):
        return None
    return Expected(
        stayed=float(stayed / unharmed),
        live_share=float(live / stayed),
        regained=float(seen / live / (unseen / unharmed)),
        live_accounts=accounts,
    )


def _life_rate(p: Parameters, tier: int, posts: Floats) -> Floats:
    """One over the mean life of a tier's operators with so many posts a day; 0 if never found."""
    found = np.zeros(len(posts))
    for hazard, of in zip(HAZARDS, p.exposure[tier], strict=True):
        if not hazard.is_thinned:
            times = posts if hazard.follows_posts else 1.0
            found = found + float(p.by_tier(hazard.name)[tier, 0, 0]) * times * of
    acts = float(_strata(p.time_to_action[0, p.severity[tier]], _POINTS).mean())
    rate: Floats = found / (1.0 + acts * found)
    return rate


def _mean_gap(p: Parameters, tier: int) -> float:
    """Mean return delay of a tier, days."""
    law = p.tier_distributions[tier, RETURN_DELAY]
    u = (np.arange(_POINTS) + 0.5) / _POINTS
    mean = float(np.mean([returning.gap(law, p.longer_laws, one) for one in u]))
    return max(mean, _INSTANT)


def _strata(law: Floats, count: int) -> Floats:
    """Means of a law within equal steps of probability, ``[count]``."""
    u = (np.arange(_POINTS) + 0.5) / _POINTS
    strata: Floats = d.quantiles(law, u).reshape(count, -1).mean(axis=1)
    return strata
