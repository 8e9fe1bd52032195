"""What a promoted return looks like, and the values that make it look as published.

Followers of a new account by its age, in a network whose other accounts all stand: the expected
value over who promotes it and when, in closed form. Two published figures say what they should be:
about 250 within hours for one user (L29), and for ordinary accounts 117 after a day with a plateau
of 160 to 340 (L40). Two things they do not tell. How likely a promotion is seen and how much two
audiences overlap enter as a product only. And outsiders who come back fast by themselves look like
outsiders who are sent: that they are sent is what S14 and L32 say. So the overlap and the hazard of
outsiders are given, and :func:`fit` at several of them shows what hangs on them.

Checked by ``tests/experiment/test_regain.py``: against simulated accounts, and that the fit holds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize

from afterban.mechanisms.distributions import quantile
from afterban.parameters import Parameters
from afterban.scenario import Scenario
from afterban.world import World, build

Floats = npt.NDArray[np.float64]

_POINTS = 2000  # of the law of the promotion delay


@dataclass(frozen=True)
class Target:
    """Followers that a source states: the median over a tier's accounts at certain ages, days.

    low, high: people; the same number for a figure without a range.
    """

    source: str
    tier: str
    ages: tuple[float, ...]
    low: float
    high: float
    audience: tuple[float, float] = (0.0, math.inf)  # people, of the accounts that are meant

    def miss(self, medians: Sequence[float]) -> list[float]:
        """How far each median lies above the range (below: negative), as a logarithm; 0 inside."""
        return [
            max(math.log(m / self.high), 0.0) + min(math.log(m / self.low), 0.0) for m in medians
        ]


# L29: "within hours" is taken as six.  How many had followed that user is not known: an audience
# around the mean of the census (L4: 1,004) is assumed.  L40: the plateau is that of lives of 3 to
# 10 days and of more than 10.
TARGETS = (
    Target("L29", "supporter", (0.25,), 250.0, 250.0, (500.0, 2000.0)),
    Target("L40", "supporter", (1.0,), 117.0, 117.0),
    Target("L40", "supporter", (3.0, 10.0, 20.0), 160.0, 340.0),
)


def expected_followers(
    parameters: Parameters, world: World, tier: int, ages: Sequence[float]
) -> Floats:
    """Expected followers of each operator of a tier, ``ages`` days after a return, ``[ages, n]``.

    Everybody who followed is detached when the account becomes public under a near-identical name;
    all other accounts are public and have the followers that they start with, and each has a post
    to spare. Every promoter j moves the share phi_j of the detached once, with its probability q_j
    and by the time t with the probability G(t); the hazard h acts beside it, and the order of
    the two does not matter:

        E D(t) = D e^{-ht} prod_j (1 - q_j G(t) phi_j).

    Who never followed is left out.
    """
    p = parameters
    chosen = np.flatnonzero(world.tier == tier)
    start, end = world.promoter_start[chosen], world.promoter_start[chosen + 1]
    mine = np.repeat(np.arange(len(chosen)), end - start)
    promoters = np.concatenate(
        [world.promoters[a:b] for a, b in zip(start, end, strict=True)] or [np.zeros(0, np.int64)]
    ).astype(np.int64)
    attached = p.attached_at_start[world.tier[promoters]]
    decides = np.where(world.posts[promoters] > 0.0, p.promotes[world.tier[promoters]], 0.0)
    middles = (np.arange(_POINTS) + 0.5) / _POINTS
    delays = np.sort([quantile(p.promotion_delay, u) for u in middles])
    came = np.searchsorted(delays, np.asarray(ages), side="right") / _POINTS
    out = np.zeros((len(ages), len(chosen)))
    for segment in (0, 1):
        audience = world.audience[chosen, segment]
        theirs = world.audience[promoters, segment]
        common = np.minimum(1.0, theirs / np.maximum(audience[mine], 1e-300))
        seen = p.promotion_seen * p.looks[tier]
        share = seen * p.overlap[segment] * common * attached * (theirs > 0.0)
        known = audience * (p.attached_at_start[tier] + p.detached_at_start[tier])
        for k, age in enumerate(ages):
            kept = np.log1p(-np.minimum(decides * came[k] * share, 1 - 1e-12))
            kept = np.bincount(mine, kept, len(chosen))
            left = np.exp(kept - p.refollow[tier, segment] * age)
            out[k] += known * (1.0 - left)
    return out


def medians(
    scenario: Scenario, targets: Sequence[Target] = TARGETS, replication: int = 0
) -> list[tuple[Target, list[float]]]:
    """Median expected followers at the ages of each target, in the network of the scenario."""
    p = Parameters.from_scenario(scenario)
    return _medians(p, build(p, scenario.seed, replication), list(scenario.tiers), targets)


def _medians(
    p: Parameters, world: World, tiers: Sequence[str], targets: Sequence[Target]
) -> list[tuple[Target, list[float]]]:
    found = []
    for target in targets:
        tier = tiers.index(target.tier)
        low, high = target.audience
        audience = world.audience[world.tier == tier].sum(axis=1)
        people = expected_followers(p, world, tier, target.ages)
        people = people[:, (audience >= low) & (audience <= high)]
        found.append((target, [float(m) for m in np.median(people, axis=1)]))
    return found


@dataclass(frozen=True)
class Fit:
    """Values with which a promoted return looks as published.

    strength: probability that a promotion is seen times overlap of outsider audiences.
    view_probability: of each of its posts, at the overlap that was given.
    refollow_insiders: hazard, per day; refollow_outsiders and overlap (of outsiders): as given.
    medians: followers at the ages of each target.  miss: root mean square distance from the
    targets, as a logarithm.
    """

    strength: float
    refollow_insiders: float
    refollow_outsiders: float
    overlap: float
    view_probability: float
    medians: tuple[tuple[Target, tuple[float, ...]], ...]
    miss: float

    def changes(self) -> Mapping[str, str]:
        """The fitted values, as changes of a scenario."""
        return {
            "promotion.view_probability": f"{self.view_probability:.4g}",
            "network.overlap_outsiders": f"{self.overlap:.4g}",
            "audience.refollow_insiders": f"{self.refollow_insiders:.4g} per day",
            "audience.refollow_outsiders": f"{self.refollow_outsiders:.4g} per day",
        }


def fit(
    scenario: Scenario,
    *,
    overlap: float | None = None,
    refollow_outsiders: float | None = None,
    targets: Sequence[Target] = TARGETS,
    replication: int = 0,
) -> Fit:
    """Fit how promotions are seen and how fast insiders come back to the targets, by least squares.

    overlap: of two outsider audiences; the scenario's if None.
    refollow_outsiders: hazard with which outsiders come back by themselves, per day; the scenario's
        if None.
    The overlap of insiders, who promotes, when, and with how many posts are the scenario's.
    """
    base = Parameters.from_scenario(scenario)
    world = build(base, scenario.seed, replication)
    tiers = list(scenario.tiers)
    both = np.array([base.overlap[0], base.overlap[1] if overlap is None else overlap])
    audience = scenario.audience
    outside = audience.refollow_outsiders if refollow_outsiders is None else refollow_outsiders
    factors = np.array([tier.refollow_factor for tier in scenario.tiers.values()])

    def at(x: Floats) -> Parameters:
        seen, inside = np.exp(x)
        refollow = np.outer(factors, [inside, outside])
        return base._replace(promotion_seen=float(seen), overlap=both, refollow=refollow)

    def misses(x: Floats) -> float:
        found = _medians(at(x), world, tiers, targets)
        return sum(one * one for target, values in found for one in target.miss(values))

    # Medians of a drawn network have corners and valleys, where a descent along slopes stops.
    places = np.log([[seen, inside] for seen in (0.03, 0.1, 0.3, 0.7) for inside in (0.2, 0.7, 2)])
    tries = [
        optimize.minimize(
            misses,
            place,
            method="Nelder-Mead",
            bounds=optimize.Bounds(np.log([1e-4, 1e-3]), np.log([1.0, 20.0])),
            options={"xatol": 1e-3, "fatol": 1e-7},
        )
        for place in sorted(places, key=misses)[:3]
    ]
    best = min(tries, key=lambda one: float(one.fun))
    seen, inside = (float(v) for v in np.exp(best.x))
    found = _medians(at(best.x), world, tiers, targets)
    far = [one for target, values in found for one in target.miss(values)]
    posts = max(int(scenario.promotion.posts), 1)
    return Fit(
        strength=seen * float(both[1]),
        refollow_insiders=inside,
        refollow_outsiders=float(outside),
        overlap=float(both[1]),
        view_probability=_each(seen, posts),
        medians=tuple((target, tuple(values)) for target, values in found),
        miss=math.sqrt(sum(m * m for m in far) / len(far)),
    )


def _each(seen: float, posts: int) -> float:
    """View probability of one post where one of ``posts`` is seen with the probability ``seen``."""
    view = 1.0 - (1.0 - seen) ** (1.0 / posts)
    return float(view)
