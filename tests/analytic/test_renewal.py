"""Lives and gaps: the engines against renewal theory.

Operators are independent without promotion, so that a mean over operators has the standard error
of an independent sample. Tolerances are 4.4 standard errors: a right engine fails one check in
100,000. Each check has a neighbour of the truth that it refuses.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from afterban import theory
from afterban.mechanisms import census as c

ERRORS = 4.4


def agrees(sample, truth, errors=ERRORS):
    """Whether the mean of an independent sample is within `errors` standard errors of the truth."""
    sample = np.asarray(sample, dtype=float)
    return abs(sample.mean() - truth) <= errors * sample.std(ddof=1) / math.sqrt(len(sample))


def ends_of(run):
    rows = run.records.accounts
    return np.where(np.isnan(rows["suspended_day"]), run.parameters.horizon, rows["suspended_day"])


def live_share_of_each(run, begin, end):
    """Share of the time from `begin` to `end` in which each operator had a live account."""
    rows = run.records.accounts
    days = np.minimum(ends_of(run), end) - np.maximum(rows["public_day"], begin)
    total = np.bincount(rows["operator"], np.maximum(days, 0.0), len(run.world.tier))
    return total / (end - begin)


@pytest.mark.parametrize(
    ("changes", "life", "gap"),
    [
        ({}, 5.0, 2.0),
        # Only the means count: other laws of the gap and of the time to action.
        ({"returning.delay": "{lognormal: {mean: 2 d, median: 1 d}}"}, 5.0, 2.0),
        ({"review.time_to_action": "3 d"}, 8.0, 2.0),
        ({"review.time_to_action": "{weibull: {scale: 3 d, shape: 1}}"}, 8.0, 2.0),
        # Two channels race: a classifier at 0.02 per post and five posts a day.
        ({"detection.classifier": "0.02 per post", "returning.delay": "1 d"}, 1 / 0.3, 1.0),
        ({"detection.threats": 0, "tiers.alike.watched": "0.5 per day"}, 2.0, 2.0),
        # A mixture whose mean is 2 days, and a table whose mean is: 0 for three in ten.
        (
            {
                "returning.delay": "{mixture: [{weight: 3, law: 0}, {weight: 2, law: {exponential: "
                "{mean: 2 d}}}, {weight: 5, law: {uniform: {low: 2 d, high: 4.4 d}}}]}"
            },
            5.0,
            2.0,
        ),
        (
            {"returning.delay": "{observed: {back: [0, 0, 0, 1 d, 1 d, 2 d, 3 d, 3 d, 4 d, 6 d]}}"},
            5.0,
            2.0,
        ),
        # A jump at 0 with probability 0.4, then evenly up to 4 days and a bit: 0.6 of half of it.
        ({"returning.delay": "{quantiles: {0: 0, 40 %: 0, 1: 6 d}}"}, 5.0, 1.8),
        # One of two is not seen back at 2 days: after that 1.5 days on average.
        ({"returning.delay": "{observed: {back: [1 d], not_back: [2 d], beyond: 1 d}}"}, 5.0, 2.0),
        # Half of the reviews clear the account, which is flagged again.
        ({"review.sensitivity": 0.5, "review.time_to_action": "1 d"}, 12.0, 2.0),
    ],
)
def test_live_share(plain, run, engine, changes, life, gap):
    one = run(plain(changes), engine)
    shares = live_share_of_each(one, 40.0, 100.0)
    truth = theory.live_share(life, gap)
    assert agrees(shares, truth)
    assert not agrees(shares, theory.live_share(1.3 * life, gap))
    assert not agrees(shares, theory.live_share(life, 1.3 * gap))


@pytest.mark.parametrize("factor", [0.65, 1.0, 1.3])
def test_posts_of_each_life(plain, run, engine, factor):
    """Ordinary posts a day in life n are rate x factor^(n - 1): by each follower's impressions."""
    changes = {
        "returning.posts_after_return": factor,
        "tiers.alike.audience": 1000,
        "tiers.alike.insider_share": 0,
        "audience.refollow_outsiders": "1e9 per day",  # all follow at once
    }
    one = run(plain(changes), engine)
    rows = one.records.accounts
    days = ends_of(one) - rows["public_day"]
    long = days > 1e-3
    seen = rows["outsider_impressions"][long] / (
        days[long] * 1000 * one.parameters.view_probability
    )
    expected = theory.posts_of_life(5.0, factor, rows["life"][long], most=100.0)
    assert seen == pytest.approx(expected, rel=1e-5)
    assert rows["life"].max() > 5
    if factor != 1.0:
        assert seen != pytest.approx(np.full(len(seen), 5.0), rel=1e-2)


def test_a_classifier_finds_those_who_post_less_later(plain, run, engine):
    """Lives of a classifier last 1 / (chance x posts): in life n by the factor's power longer."""
    changes = {
        "detection.threats": 0,
        "detection.classifier": "0.04 per post",
        "returning.posts_after_return": 0.5,
        "returning.delay": "1 h",
        "returning.most_lives": 2,
        "horizon": "400 d",
        "tiers.alike.count": 2000,
    }
    rows = run(plain(changes), engine).records.accounts
    for life, mean in ((1, 5.0), (2, 10.0)):
        lives = rows[rows["life"] == life]
        early = lives[lives["public_day"] < 200]
        lasted = early["suspended_day"] - early["public_day"]
        assert not np.isnan(lasted).any()
        assert agrees(lasted, mean)
        assert not agrees(lasted, 1.2 * mean)


def test_live_probability_from_the_start(plain, run, engine):
    one = run(plain({"tiers.alike.count": 1500, "horizon": "12 d"}), engine)
    live = one.records.series[:, 0, c.LIVE]
    truth = theory.live_probability(one.parameters.grid, 0.2, 0.5)
    error = np.sqrt(1500 * truth * (1 - truth))
    assert (np.abs(live - 1500 * truth) <= ERRORS * error).all()
    other = theory.live_probability(one.parameters.grid, 0.25, 0.5)
    assert (np.abs(live - 1500 * other) > ERRORS * error).any()


def test_lives_are_exponential_and_gaps_as_asked(plain, run, engine):
    rows = run(plain({"horizon": "300 d"}), engine).records.accounts
    # Those that began early, so that the horizon cuts nobody off.
    early = rows["public_day"] < 200
    lives = (rows["suspended_day"] - rows["public_day"])[early]
    lives = lives[~np.isnan(lives)]
    assert len(lives) > 8000
    assert stats.kstest(lives, "expon", (0, 5.0)).pvalue > 1e-5
    assert stats.kstest(lives, "expon", (0, 5.3)).pvalue < 1e-5
    follows = np.flatnonzero((rows["life"][1:] > 1) & early[:-1]) + 1
    gaps = rows["created_day"][follows] - rows["suspended_day"][follows - 1]
    assert stats.kstest(gaps, "expon", (0, 2.0)).pvalue > 1e-5
    # A long life is not followed by a long gap.
    r = np.corrcoef(gaps, rows["suspended_day"][follows - 1] - rows["public_day"][follows - 1])
    assert abs(r[0, 1]) < ERRORS / math.sqrt(len(gaps))


@pytest.mark.parametrize(("returns", "fatigue"), [(0.7, 1.0), (0.9, 0.8), (0.0, 1.0)])
def test_number_of_lives(plain, run, engine, returns, fatigue):
    changes = {
        "tiers.alike.count": 2000,
        "returning.probability": returns,
        "returning.fatigue": fatigue,
        "returning.delay": "1 h",
        "detection.threats": "2 per day",
    }
    rows = run(plain(changes), engine).records.accounts
    lives = np.bincount(rows["operator"])
    truth = theory.lives_mean(returns, fatigue)
    if returns == 0:
        assert (lives == 1).all()
        return
    assert agrees(lives, truth)
    assert not agrees(lives, theory.lives_mean(returns - 0.05, fatigue))
    # Their whole distribution, what is rare taken together.
    most = next(n for n in range(1, 50) if 2000 * theory.lives_survival(n, returns, fatigue) < 10)
    seen = np.bincount(np.minimum(lives, most + 1), minlength=most + 2)[1:]
    expected = [theory.lives_pmf(n, returns, fatigue) for n in range(1, most + 1)]
    expected = 2000 * np.array([*expected, 1 - sum(expected)])
    assert stats.chisquare(seen, expected, sum_check=False).pvalue > 1e-5


def test_two_populations_under_different_pressure(plain, run, engine):
    # Nobody comes back: of each tier exp(-factor x rate x T) of the first accounts are left.
    like = {"count": 3000, "audience": 100, "posts": "5 per day", "degree": 0}
    told = run(
        plain(
            {
                "tiers": {"spared": like, "pressed": like},
                "returning.probability": 0,
                "detection.threats": "0.01 per day",
                "detection.tiers": {"spared": {"threats": 0.2}, "pressed": {"threats": 3}},
            }
        ),
        engine,
    )
    rows = told.records.accounts
    tier = told.world.tier[rows["operator"]]
    for k, factor in ((0, 0.2), (1, 3.0)):
        left = np.isnan(rows["suspended_day"][tier == k]).mean()
        expected = math.exp(-factor * 0.01 * 100.0)
        # 4.4 standard errors: a right share fails once in 10^5.
        assert abs(left - expected) < 4.4 * math.sqrt(expected * (1 - expected) / 3000)


def differing(plain, law, **more):
    """Short lives of 2,000 operators whose probability of return is a factor of 1 at most."""
    changes = {
        "tiers.alike.count": 2000,
        "tiers.alike.differences": {"returns": law, **more},
        "returning.delay": "1 h",
        "detection.threats": "2 per day",
    }
    return plain(changes)


def test_number_of_lives_of_operators_who_differ(plain, run, engine):
    """The committed come back again and again: more lives than the mean probability gives."""
    scenario = differing(plain, {"uniform": {"low": 0.2, "high": 0.9}})
    lives = np.bincount(run(scenario, engine).records.accounts["operator"])
    truth = theory.lives_mean_of_differing(0.2, 0.9)
    assert truth == pytest.approx(2.97, abs=0.01)
    assert agrees(lives, truth)
    assert not agrees(lives, theory.lives_mean(0.55))


def test_the_committed_return_and_post_more(plain, run, engine):
    """With a rank correlation the posts of those who last are more: by the lives of each."""
    pairs = [{"of": "posts", "with": "returns", "rank": 0.9}]
    posts = {"tiers.alike.posts": "{lognormal: {median: 5 per day, sigma: 1}}"}
    law = {"uniform": {"low": 0.2, "high": 0.9}}
    seen = []
    for correlations in ([], pairs):
        one = run(differing(plain, law, correlations=correlations).with_changes(posts), engine)
        lives = np.bincount(one.records.accounts["operator"])
        seen.append(stats.spearmanr(one.world.posts, lives).statistic)
    assert abs(seen[0]) < ERRORS / math.sqrt(2000)
    assert seen[1] > 0.3


def test_followers_of_operators_who_differ(plain, run, engine):
    """Of D people exp(-factor x hazard x days) are not back: each operator with its own factor."""
    scenario = plain(
        {
            "tiers.alike.differences": {"refollow": {"lognormal": {"median": 1, "sigma": 0.8}}},
            "tiers.alike.insider_share": 0,
            "tiers.alike.attached_at_start": 0,
            "tiers.alike.detached_at_start": 1,
            "detection.threats": 0,
            "horizon": "4 d",
        }
    )
    one = run(scenario, engine)
    factors = one.world.factors[:, 1]
    expected = 1000 * -np.expm1(-0.3 * 4 * factors)
    assert one.records.accounts["outsider_followers"] == pytest.approx(expected, rel=1e-9)
    assert len(np.unique(factors)) == 300
    # The running totals, which have room for six hazards, add up all of them.
    total = one.records.series[2, 0, c.ATTACHED_OUTSIDERS]
    assert total == pytest.approx(1000 * -np.expm1(-0.3 * 2 * factors).sum(), rel=1e-9)


def test_shares_lost_of_operators_who_differ(plain, run, engine):
    scenario = plain(
        {
            "tiers.alike.differences": {"lost": {"uniform": {"low": 0, "high": 12}}},
            "audience.lost_outsiders": 0.1,
            "tiers.alike.insider_share": 0,
            "audience.refollow_outsiders": "1e9 per day",
            "returning.most_lives": 2,
        }
    )
    one = run(scenario, engine)
    rows = one.records.accounts
    second = rows[(rows["life"] == 2) & (ends_of(one) - rows["public_day"] > 1e-3)]
    kept = 1 - np.minimum(1.0, 0.1 * one.world.factors[second["operator"], 2])
    assert second["outsider_followers"] == pytest.approx(1000 * kept, rel=1e-9, abs=1e-9)
    assert (kept == 0.0).any()
