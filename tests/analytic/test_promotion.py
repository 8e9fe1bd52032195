"""When promoting pays for the network: a closed form for equals, and what turns its sign.

Tolerance: 5 standard errors over 6 replications (t with 5 degrees: one false alarm in 250) plus 1 %
for a network that is finite, where the field has infinitely many operators.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from afterban import theory
from afterban.mechanisms import census as c

DEGREE, PROMOTES, REFOLLOW, MEAN_LIFE, GAP = 12, 0.5, 0.3, 1.0, 0.5
REPLICATIONS = 6


def field(gain, promotes=PROMOTES):
    return theory.PromotionField(
        life_rate=1 / MEAN_LIFE,
        refollow=REFOLLOW,
        mean_gap=GAP,
        neighbours=DEGREE,
        promotes=promotes,
        promotion_rate=4.0,
        gain=gain,
    )


def network(plain, overlap, rate, posts, seen, **more):
    return plain(
        {
            "tiers.alike.count": 250,
            "tiers.alike.degree": DEGREE,
            "tiers.alike.promotes": PROMOTES,
            "tiers.alike.posts": f"{rate} per day",
            "network.prominence_tail": 0,
            "network.overlap_outsiders": overlap,
            "exposure.view_probability": 0.02,
            "promotion": {
                "delay": {"exponential": {"mean": "6 h"}},
                "posts": posts,
                "view_probability": seen,
                "untouched_factor": 0,
            },
            "audience.refollow_outsiders": f"{REFOLLOW} per day",
            "detection.threats": f"{1 / MEAN_LIFE!r} per day",
            "returning.delay": "{exponential: {mean: 12 h}}",
            "horizon": "30 d",
            "metrics.every": "6 h",
            **more,
        }
    )


def ordinary_share(run, begin=8.0):
    """Ordinary outsider impressions per post, view and person of the audience, from `begin` on."""
    grid, series = run.parameters.grid, run.records.series[:, 0]
    done = series[-1] - series[np.searchsorted(grid, begin)]
    views = run.parameters.view_probability * done[c.POSTS] * run.world.audience[0, 1]
    return done[c.OUTSIDER_IMPRESSIONS] / views


def replications(run, engine, scenario):
    return np.array(
        [ordinary_share(run(scenario, engine, replication=k)) for k in range(REPLICATIONS)]
    )


def agrees(shares, truth):
    error = shares.std(ddof=1) / math.sqrt(len(shares))
    return abs(shares.mean() - truth) <= 5 * error + 0.01 * truth


# Overlap, posts per day, posts for a promotion, probability that one of them is seen.
CASES = {
    "pays": (0.5, 20.0, 1, 0.8),
    "costs": (0.5, 3.0, 1, 0.3),
    "costs much": (0.1, 6.0, 3, 0.02),
}


@pytest.mark.parametrize("case", CASES)
def test_ordinary_share_with_a_price(plain, run, engine, case):
    overlap, rate, posts, seen = CASES[case]
    gain = overlap * (1 - (1 - seen) ** posts)
    shares = replications(run, engine, network(plain, overlap, rate, posts, seen))
    truth = field(gain).ordinary_share(rate, posts)
    assert agrees(shares, truth)
    alone = theory.attached_share_while_live_exponential(REFOLLOW, 1 / MEAN_LIFE)
    pays = theory.promotion_yield(
        gain=gain,
        posts=posts,
        rate=rate,
        refollow=REFOLLOW,
        life_rate=1 / MEAN_LIFE,
        promotion_rate=4.0,
    )
    # The sign is that of the first promotion, and neither a free one nor none gives the same share.
    assert (truth > alone) == (pays > 1) == (case == "pays")
    assert not agrees(shares, alone)
    assert not agrees(shares, field(gain).mean_attached_share())


def test_it_turns_where_the_yield_is_one():
    rate = 20.0
    gains = np.linspace(0.01, 0.4, 40)
    little = [field(g, promotes=1e-4).ordinary_share(rate, 1) for g in gains]
    alone = theory.attached_share_while_live_exponential(REFOLLOW, 1 / MEAN_LIFE)
    yields = [
        theory.promotion_yield(
            gain=g, posts=1, rate=rate, refollow=REFOLLOW, life_rate=1, promotion_rate=4.0
        )
        for g in gains
    ]
    assert [share > alone for share in little] == [y > 1 for y in yields]
    assert {y > 1 for y in yields} == {True, False}


def test_without_a_price_it_is_the_attached_share():
    assert field(0.25).ordinary_share(9.0, 0) == pytest.approx(
        field(0.25).mean_attached_share(), abs=1e-10
    )


def test_a_large_promoter_pays_more_for_a_small_account():
    equal = {"gain": 0.2, "posts": 1, "rate": 5, "refollow": 0.1, "life_rate": 0.2}
    assert theory.promotion_yield(**equal, relative_size=0.04) == pytest.approx(
        0.04 * theory.promotion_yield(**equal)
    )
    assert theory.promotion_yield(**equal, relative_size=3) == theory.promotion_yield(**equal)


def test_those_who_never_followed_see_a_promotion_as_any_post(plain, run, engine):
    # Nobody is detached: how many look more closely for the account makes no difference.
    changes = {
        "tiers.alike.attached_at_start": 0.3,
        "tiers.alike.detached_at_start": 0,
        "promotion.on_start": True,
        "promotion.untouched_factor": 0.5,
        "detection.threats": "0 per day",
        "horizon": "10 d",
    }
    ordinary, looked_for = (
        run(network(plain, 0.5, 20.0, 1, seen, **changes), engine).records.series[-1, 0]
        for seen in (0.02, 0.9)
    )
    assert looked_for[c.ATTACHED_OUTSIDERS] == pytest.approx(
        ordinary[c.ATTACHED_OUTSIDERS], rel=1e-12
    )
    nobody = run(
        network(plain, 0.5, 20.0, 1, 0.9, **{**changes, "promotion.untouched_factor": 0}), engine
    ).records.series[-1, 0]
    assert nobody[c.ATTACHED_OUTSIDERS] < 0.99 * ordinary[c.ATTACHED_OUTSIDERS]
