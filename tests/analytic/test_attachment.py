"""Followers over lives: the engines against the closed forms of attachment.

Tolerances are 4.4 standard errors over independent operators (one false alarm in 100,000).
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from afterban import theory

ERRORS = 4.4
AUDIENCE = 500.0  # outsiders of an operator of the plain network
VIEWS = 5 * 0.02  # impressions per follower and day


def follower_days(run):
    """Outsider follower-days of every life."""
    return run.records.accounts["outsider_impressions"] / VIEWS


def ratio_agrees(above, below, operator, truth, errors=ERRORS):
    """Whether sum(above) / sum(below) over independent operators is the truth (renewal reward)."""
    residual = np.bincount(operator, above - truth * below)
    return abs(residual.mean()) <= errors * residual.std(ddof=1) / math.sqrt(len(residual))


def lives_that_began_before(run, day):
    """Lives after the first, that began so early that the horizon cut none off."""
    rows = run.records.accounts
    chosen = (rows["life"] > 1) & (rows["public_day"] < day)
    assert not np.isnan(rows["suspended_day"][chosen]).any()
    return chosen, (rows["suspended_day"] - rows["public_day"])[chosen], rows["operator"][chosen]


def test_attached_share_with_exponential_lives(plain, run, engine):
    one = run(plain({"detection.threats": "0.5 per day", "horizon": "120 d"}), engine)
    chosen, days, operator = lives_that_began_before(one, 80)
    share = theory.attached_share_while_live_exponential(0.3, 0.5)
    assert share == pytest.approx(0.3 / 0.8)
    audience_days = AUDIENCE * days
    assert ratio_agrees(follower_days(one)[chosen], audience_days, operator, share)
    assert not ratio_agrees(follower_days(one)[chosen], audience_days, operator, 1.1 * share)
    # Insiders have a hazard of their own.
    insiders = one.records.accounts["insider_impressions"][chosen] / VIEWS
    share = theory.attached_share_while_live_exponential(1.0, 0.5)
    assert ratio_agrees(insiders, audience_days, operator, share)


def test_attached_share_with_fixed_lives_is_exact(plain, run, engine):
    changes = {"detection.threats": "1e9 per day", "review.time_to_action": "4 d"}
    one = run(plain({**changes, "tiers.alike.count": 5}), engine)
    chosen, days, _ = lives_that_began_before(one, 90)
    assert days == pytest.approx(4.0, rel=1e-6)
    share = theory.attached_share_while_live_fixed(0.3, 4.0)
    # rel: a flag comes within some 1e-8 days.
    assert follower_days(one)[chosen] == pytest.approx(AUDIENCE * 4.0 * share, rel=1e-6)


def test_followers_at_the_end_of_a_life(plain, run, engine):
    one = run(plain(), engine)
    chosen, days, _ = lives_that_began_before(one, 40)
    seen = one.records.accounts["outsider_followers"][chosen]
    assert seen == pytest.approx(theory.followers(days, detached=AUDIENCE, refollow=0.3), rel=1e-9)
    assert follower_days(one)[chosen] == pytest.approx(
        theory.follower_days(days, detached=AUDIENCE, refollow=0.3), rel=1e-9
    )


def test_unrelated_names_are_found_more_slowly(plain, run, engine):
    changes = {"handles.near_identical": 0, "audience.recognition.unrelated": 0.25}
    one = run(plain(changes), engine)
    chosen, days, _ = lives_that_began_before(one, 40)
    seen = one.records.accounts["outsider_followers"][chosen]
    truth = theory.followers(days, detached=AUDIENCE, refollow=0.25 * 0.3)
    assert seen == pytest.approx(truth, rel=1e-9)


@pytest.mark.parametrize("life", [1, 2, 5])
def test_losses_over_lives(plain, run, engine, life):
    changes = {
        "detection.threats": "0.5 per day",
        "audience.lost_outsiders": 0.3,
        "tiers.alike.attached_at_start": 0,
        "tiers.alike.detached_at_start": 1,
        "tiers.alike.count": 1500,
        "returning.delay": "1 h",
        "returning.most_lives": 5,
    }
    one = run(plain(changes), engine)
    rows = one.records.accounts
    chosen = rows["life"] == life
    assert chosen.sum() == 1500
    seen = follower_days(one)[chosen]
    truth = theory.attached_share_in_life(life, 0.3, 2.0, 0.3) * AUDIENCE * 2.0
    error = seen.std(ddof=1) / math.sqrt(1500)
    assert abs(seen.mean() - truth) < ERRORS * error
    without_loss = theory.attached_share_in_life(life, 0.3, 2.0, 0.0) * AUDIENCE * 2.0
    assert life < 5 or abs(seen.mean() - without_loss) > ERRORS * error


def test_reports_follow_the_followers(plain, run, engine):
    # A life that begins with nobody and is reported in proportion to its followers.
    per_impression = 0.004
    changes = {
        "detection.threats": 0,
        "detection.reports": "4000 per million impressions",
        "returning.probability": 0,
        "tiers.alike.attached_at_start": 0,
        "tiers.alike.detached_at_start": 1,
        "tiers.alike.count": 2500,
        "horizon": "400 d",
    }
    rows = run(plain(changes), engine).records.accounts
    lives = rows["suspended_day"] - rows["public_day"]
    assert not np.isnan(lives).any()
    law = (AUDIENCE, 0.3, per_impression * VIEWS)

    def distribution(t):
        return 1 - theory.thinned_survival(t, *law)

    assert stats.kstest(lives, distribution).pvalue > 1e-5
    error = lives.std(ddof=1) / math.sqrt(len(lives))
    assert abs(lives.mean() - theory.thinned_mean_life(*law)) < ERRORS * error
    # If the whole audience followed from the start, lives would be shorter.
    full = (*law, 1.0)
    assert stats.kstest(lives, lambda t: 1 - theory.thinned_survival(t, *full)).pvalue < 1e-5


def test_insiders_report_as_far_as_they_do(plain, run, engine):
    # Everybody follows from the start, and insiders count a half: a constant hazard.
    changes = {
        "detection.threats": 0,
        "detection.reports": "4000 per million impressions",
        "detection.insider_reports": 0.5,
        "tiers.alike.report_weight": 2,
        "returning.probability": 0,
        "tiers.alike.count": 2000,
        "horizon": "400 d",
    }
    rows = run(plain(changes), engine).records.accounts
    lives = rows["suspended_day"]
    rate = 2 * 0.004 * VIEWS * (AUDIENCE + 0.5 * AUDIENCE)
    assert stats.kstest(lives, "expon", (0, 1 / rate)).pvalue > 1e-5
    assert stats.kstest(lives, "expon", (0, 1.3 / rate)).pvalue < 1e-5


def test_nobody_is_made_or_lost_in_a_whole_network(small, with_team, run, engine):
    for changes in ({}, with_team, {"audience.lost_insiders": 0.5, "audience.lost_outsiders": 1}):
        one = run(small(changes), engine)
        final = one.records.final
        for segment in (0, 1):
            parts = final[:, 1 + 4 * segment : 5 + 4 * segment].T
            assert theory.conservation_error(*parts, one.world.audience[:, segment]) < 1e-12
            parts[0] *= 1 + 1e-9
            assert theory.conservation_error(*parts, one.world.audience[:, segment]) > 1e-12
