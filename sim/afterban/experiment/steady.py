"""Where arrivals balance those who give up: live accounts in the long run, by closed form.

Checked by ``tests/analytic/test_arrivals.py``.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from afterban import theory
from afterban.channels import HAZARDS, OF_RATE, RATES
from afterban.mechanisms import distributions as d
from afterban.mechanisms.review import URGENT
from afterban.parameters import POSTS, Parameters

Floats = npt.NDArray[np.float64]

_POINTS = 200_000  # of a law, in equal steps of probability
_ENDLESS = 1000  # lives beyond which a bound on them does not count


def live_in_the_long_run(parameters: Parameters) -> Floats:
    """Live accounts of each tier in the long run, ``[K]``; nan where no closed form holds.

    Rate of arrivals x mean life / (1 - probability of return), see
    :func:`afterban.theory.arrivals_live`, under the rates and regimes of the last day.  It holds
    for accounts that are found by classifier, threats or watch, whatever their followers, and whose
    review is upheld after a time to action: without reports, matches, sign-up checks, campaigns,
    threats in retaliation, waves, a team, bursts of posting, fatigue, moves to other platforms or
    recruits of the tier.
    """
    p = parameters
    out = np.full(len(p.tier_count), math.nan)
    one_way = (
        not p.finite_staff
        and not len(p.pulse_day)
        and p.wave_every == 0.0
        and p.sensitivity == 1.0
        and p.fatigue == 1.0
        and p.most_lives >= _ENDLESS
        and (p.burst_factor == 1.0).all()
    )
    for k in range(len(out)):
        place = p.platform[k]
        rate = {one.name: float(p.by_tier(one.name)[k, place, -1]) for one in RATES}
        others = [one.name for one in RATES if one not in HAZARDS or one.is_thinned]
        if (
            not one_way
            or any((p.by_tier(name)[k, place] > 0.0).any() for name in others)
            or p.moves[k] > 0.0
            or p.returns[k] >= 1.0
            or (p.recruits_per_impression > 0.0 and p.recruit_tier == k)
        ):
            continue
        posts = _values(p.tier_distributions[k, POSTS])
        found, urgently = np.zeros(len(posts)), np.zeros(len(posts))
        for one, of in zip(HAZARDS, p.exposure[k], strict=True):
            flags = rate[one.name] * of * (posts if one.follows_posts else np.ones(len(posts)))
            found += flags
            urgently += flags * OF_RATE[one.name].urgent
        if not (found > 0.0).all():
            continue
        routine, urgent = (
            float(_values(p.time_to_action[-1, severity]).mean())
            for severity in (p.severity[k], URGENT)
        )
        share = urgently / found  # of the flags are urgent
        mean_life = float((1.0 / found + share * urgent + (1.0 - share) * routine).mean())
        joins = p.arrival_rate[p.arrival_tier == k, -1].sum()
        out[k] = theory.arrivals_live(float(joins), mean_life, float(p.returns[k]))
    return out


def _values(law: Floats) -> Floats:
    """Values of a law in the middle of equal steps of probability."""
    u = (np.arange(_POINTS) + 0.5) / _POINTS
    return d.quantiles(law, u)
