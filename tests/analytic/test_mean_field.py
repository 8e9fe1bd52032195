"""A large network of equals against the mean field with promotion, and its critical speed.

Independent replications; the tolerance is 5 standard errors over 6 of them (t with 5 degrees: one
false alarm in 250) plus 1 % for a network that is finite, where the field has infinitely many
operators. Seeds are fixed, so that this is the chance of an unlucky seed, not of a red build.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from afterban import theory
from afterban.mechanisms import census as c

DEGREE, PROMOTES, OVERLAP = 12, 0.5, 0.25
REPLICATIONS = 6


def field(refollow, mean_life, gap=0.5):
    return theory.PromotionField(
        life_rate=1 / mean_life,
        refollow=refollow,
        mean_gap=gap,
        neighbours=DEGREE,
        promotes=PROMOTES,
        promotion_rate=4.0,
        gain=OVERLAP,  # every promotion is seen
    )


def network(plain, refollow, mean_life, horizon, **more):
    return plain(
        {
            "tiers.alike.count": 250,
            "tiers.alike.degree": DEGREE,
            "tiers.alike.promotes": PROMOTES,
            # Posts without number, so that a promoter is busy for seconds only.
            "tiers.alike.posts": "100000 per day",
            "network.prominence_tail": 0,
            "network.overlap_outsiders": OVERLAP,
            "exposure.view_probability": 1,
            "promotion": {
                "delay": {"exponential": {"mean": "6 h"}},
                "posts": 1,
                "untouched_factor": 0,
            },
            "audience.refollow_outsiders": f"{refollow} per day",
            "detection.threats": f"{1 / mean_life!r} per day",
            "returning.delay": "{exponential: {mean: 12 h}}",
            "horizon": f"{horizon} d",
            "metrics.every": "6 h",
            **more,
        }
    )


def attached_share(run, begin):
    """Attached share of the outsiders of live accounts, mean over time from `begin` on."""
    later = run.parameters.grid >= begin
    series = run.records.series[later, 0]
    return series[:, c.ATTACHED_OUTSIDERS].sum() / (500.0 * series[:, c.LIVE].sum())


def replications(run, engine, scenario, begin):
    return np.array(
        [attached_share(run(scenario, engine, replication=k), begin) for k in range(REPLICATIONS)]
    )


def agrees(shares, truth):
    error = shares.std(ddof=1) / math.sqrt(len(shares))
    return abs(shares.mean() - truth) <= 5 * error + 0.01 * truth


@pytest.mark.parametrize(("refollow", "mean_life"), [(0.3, 1.0), (0.05, 2.0)])
def test_fixed_point(plain, run, engine, refollow, mean_life):
    shares = replications(run, engine, network(plain, refollow, mean_life, 20), 8.0)
    truth = field(refollow, mean_life).mean_attached_share()
    assert agrees(shares, truth)
    # Promotion matters, and so does whether a promoter lives.
    alone = theory.attached_share_while_live_exponential(refollow, 1 / mean_life)
    assert truth > 1.2 * alone
    assert not agrees(shares, alone)
    assert not agrees(shares, field(refollow, mean_life, gap=0.0).mean_attached_share())


def test_the_same_state_is_reached_from_both_sides(plain, run, engine):
    # With refollowing there is one fixed point: the start is forgotten.
    high = replications(run, engine, network(plain, 0.3, 1.0, 20), 8.0)
    empty = {"tiers.alike.attached_at_start": 0, "tiers.alike.detached_at_start": 1}
    low = replications(run, engine, network(plain, 0.3, 1.0, 20, **empty), 8.0)
    error = math.sqrt((high.var(ddof=1) + low.var(ddof=1)) / REPLICATIONS)
    assert abs(high.mean() - low.mean()) < 5 * error


def test_critical_time_to_action(plain, run, engine):
    # Without refollowing, promotion alone keeps a network up, or does not.
    critical = theory.critical_time_to_action(field(0.0, 1.0))
    assert 0.3 < critical < 3.0
    slow, fast = 2.5 * critical, 0.5 * critical
    kept = replications(run, engine, network(plain, 0.0, slow, 70), 40.0)
    assert agrees(kept, field(0.0, slow).mean_attached_share())
    assert kept.min() > 0.3
    assert field(0.0, fast).mean_attached_share() == 0.0
    lost = run(network(plain, 0.0, fast, 25), engine)
    # Nothing is left but the lives that have gone on since the start.
    assert attached_share(lost, 20.0) < 1e-3
