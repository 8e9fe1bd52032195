"""Recruits, platforms, link match, campaigns, queue order, counter-speech, mistakes: closed forms.

Tolerances are 4.4 standard errors, so that a right engine fails one check in 100,000 (5.5 where
the error is itself an estimate from few batches). Each check has a neighbour of the truth, or a
fault in the engine, that it refuses.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from afterban import theory
from afterban.engines.reference import operator
from afterban.mechanisms import census as c
from afterban.mechanisms import detection
from afterban.mechanisms.counterspeech import conversion, follower_days, followers

ERRORS = 4.4
QUIET = {"detection.threats": 0}
HORIZON = 100.0


def agrees(sample, truth, errors=ERRORS):
    """Whether the mean of an independent sample is within `errors` standard errors of the truth."""
    sample = np.asarray(sample, dtype=float)
    return abs(sample.mean() - truth) <= errors * sample.std(ddof=1) / math.sqrt(len(sample))


# --- recruitment ---------------------------------------------------------------------------------

# Followers, promoters who are busy, and time spent on coming back: all of them thin the hazard.
RATE = 2e-3
RECRUITING = {
    "horizon": "60 d",
    "tiers.alike.count": 60,
    "tiers.alike.attached_at_start": 0.3,
    "tiers.alike.detached_at_start": 0.4,
    "tiers.alike.degree": 6,
    "tiers.alike.promotes": 0.7,
    "tiers.newcomer": {"count": 0, "audience": 300, "posts": "3 per day", "degree": 2},
    "audience.discover_outsiders": "0.02 per day",
    "detection.threats": "0.07 per day",
    "returning.rebuilding": {"share": 0.6, "window": "6 d"},
    "recruitment": {
        "per_impression": f"{RATE * 1e6} per million impressions",
        "tier": "newcomer",
        "delay": 0,
        "most": 3000,
    },
}


def recruits_and_hazard(run, plain, changes=None, **how):
    """Recruits of a few replications, and the hazard that they met: rate x impressions."""
    scenario = plain({**RECRUITING, **(changes or {})})
    number = hazard = 0.0
    for replication in range(4):
        rows = run(scenario, replication=replication, **how).records.accounts
        newcomers = np.unique(rows["operator"][rows["operator"] >= 60])
        assert len(newcomers) < 3000
        number += len(newcomers)
        hazard += RATE * rows["outsider_impressions"].sum()
    return number, hazard


def is_martingale(number, hazard):
    """Recruits less their cumulative hazard: mean 0, and the hazard's mean for its variance."""
    return abs(number - hazard) <= ERRORS * math.sqrt(hazard)


def test_recruits_are_as_many_as_the_impressions_ask(plain, run):
    number, hazard = recruits_and_hazard(run, plain)
    assert number > 600  # enough to tell the faulty engines below apart
    assert is_martingale(number, hazard)
    assert not is_martingale(number, 1.25 * hazard)
    assert not is_martingale(number, 0.8 * hazard)


@pytest.mark.slow
def test_an_engine_that_wins_over_with_other_posts_too_is_noticed(plain, run, monkeypatch):
    monkeypatch.setattr(operator, "content_share", lambda *_: 1.0)
    assert not is_martingale(*recruits_and_hazard(run, plain, engine="reference"))


@pytest.mark.slow
def test_an_engine_that_takes_everybody_for_a_follower_is_noticed(plain, run, monkeypatch):
    monkeypatch.setattr(operator, "followers_at", lambda row, *_: (0.0, 1e9))
    without = {"tiers.alike.promotes": 0, "tiers.newcomer.promotes": 0}
    assert not is_martingale(*recruits_and_hazard(run, plain, without, engine="reference"))


# --- link match ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("end", "count"), [("promoted", "received"), ("promoter", "made")])
def test_each_promotion_leads_to_an_account_with_its_probability(plain, run, end, count):
    # Nobody acts on a flag, so that promotions go on as if there were none.
    changes = {
        **QUIET,
        "tiers.alike.degree": 8,
        "tiers.alike.promotes": 0.8,
        "review.time_to_action": "never",
        "detection.link_match": {end: 0.3, "scan_time": 0},
        "detection.pulses": [{"date": "2014-06-12", "every": "20 d", "share": 0.3}],
    }
    rows = run(plain(changes)).records.accounts
    rows = rows[rows["channel"] != detection.STRUCK]
    promotions = rows[f"promotions_{count}"]
    assert promotions.sum() > 300
    flagged = (rows["channel"] == detection.LINK_MATCHED).sum()

    def fits(probability):
        chance = 1.0 - (1.0 - probability) ** promotions
        error = math.sqrt((chance * (1.0 - chance)).sum())
        return bool(abs(flagged - chance.sum()) <= ERRORS * error)

    assert fits(0.3)
    assert not fits(0.2)
    assert not fits(0.45)


# --- platforms -----------------------------------------------------------------------------------

THREE = {
    "home": {"users": 1000},
    "near": {"users": 1000, "enforces_from": "2014-06-02", "intensity": 2.5},
    "far": {"users": 1000, "enforces_from": "2014-06-02"},
}


@pytest.mark.parametrize(("platform", "intensity"), [("home", 1.0), ("near", 2.5), ("far", 1.0)])
def test_lives_are_as_short_as_enforcement_is_intense(plain, run, platform, intensity):
    changes = {"platforms": THREE, "tiers.alike.platform": platform}
    rows = run(plain(changes)).records.accounts
    early = rows[rows["public_day"] < 40.0]  # the horizon cuts off one in 10^5 of these
    lives = early["suspended_day"] - early["public_day"]
    assert not np.isnan(lives).any()
    assert agrees(lives, 5.0 / intensity)
    assert not agrees(lives, 1.1 * 5.0 / intensity)


def test_lives_on_each_platform_are_geometric(plain, run):
    # Everybody comes back, on the next platform with probability 0.3, until there is none.
    moves = 0.3
    changes = {
        "platforms": THREE,
        "returning.moves": moves,
        "returning.delay": "1 h",
        "detection.threats": "2 per day",
    }
    rows = run(plain(changes)).records.accounts
    assert not np.isnan(rows["suspended_day"]).any()  # all careers are over
    for platform in range(3):
        lives = np.bincount(rows["operator"][rows["platform"] == platform], minlength=300)
        assert lives.min() >= 1
        assert agrees(lives, theory.lives_mean(1.0 - moves, 1.0))
        assert not agrees(lives, theory.lives_mean(0.6, 1.0))
        # Their variance too: a geometric number that begins at 1.
        assert lives.var() == pytest.approx((1 - moves) / moves**2, rel=0.6)
    assert agrees(np.bincount(rows["operator"]), 3 / moves)


def test_followers_after_a_move_are_the_share_that_can_be_there(plain, run):
    # One operator moves once, on the first day; 0.4 x 0.5 of its audience is there to be won back.
    changes = {
        "tiers.alike.count": 1,
        "tiers.alike.insider_share": 0,
        "platforms": {"home": {"users": 1000}, "other": {"users": 500, "follows": 0.4}},
        "returning": {"moves": 1, "delay": "1 d", "probability": 1, "rebuilding": {"share": 0}},
        "detection": {"pulses": [{"date": "2014-06-03", "share": 1}]},
    }
    one = run(plain(changes))
    seen = one.records.series[3:, 0, c.ATTACHED_OUTSIDERS]
    elapsed = one.parameters.grid[3:] - 2.0
    assert seen == pytest.approx(1000 * 0.4 * 0.5 * -np.expm1(-0.3 * elapsed), rel=1e-9)
    assert seen != pytest.approx(1000 * 0.4 * -np.expm1(-0.3 * elapsed), rel=0.1)


# --- campaigns -----------------------------------------------------------------------------------


def test_survivors_of_campaigns_at_random(plain, run):
    changes = {
        **QUIET,
        "tiers.alike.count": 2000,
        "returning.probability": 0,
        "metrics.every": "10 d",
        "detection.pulses": [{"date": "2014-06-07", "every": "30 d", "share": 0.2}],
    }
    live = run(plain(changes)).records.series[:, 0, c.LIVE]
    struck = np.array([0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4])  # by day 0, 10, 20, ...

    def fits(share):
        left = (1.0 - share) ** struck
        error = np.sqrt(2000 * left * (1.0 - left))
        return bool((np.abs(live - 2000 * left) <= ERRORS * error).all())

    assert fits(0.2)
    assert not fits(0.15)
    assert not fits(0.25)


# --- the order of the queue ----------------------------------------------------------------------


def test_a_queue_by_activity_is_one_of_priorities(plain, run):
    # Cases of two tiers with other numbers of posts, all cleared, and reports about ordinary users,
    # who come last: three classes without preemption, each nearly Poisson.
    tier = {"audience": 1000, "degree": 0, "promotes": 0, "count": 200, "watched": "0.02 per day"}
    changes = {
        "horizon": "600 d",
        "metrics.every": "100 d",
        "tiers": {
            "quiet": {**tier, "posts": "2 per day"},
            "busy": {**tier, "posts": "9 per day"},
        },
        "detection.threats": 0,
        "review.sensitivity": 0,
        "review.team": {
            "reviewers": 2,
            "service_time": {"exponential": {"mean": "2.4 h"}},
            "benign_reports": "9 per day",
            "order": "activity",
        },
    }

    def waits_by_class(order):
        cases = run(plain({**changes, "review.team.order": order})).records.cases
        assert (cases["urgent"] == 0).all()
        waits = cases["started_day"] - cases["arrived_day"]
        batch = (cases["arrived_day"] // 20.0).astype(int)
        who = np.select([cases["operator"] < 0, cases["operator"] < 200], [2, 1], 0)
        return [
            np.array([waits[(who == k) & (batch == b)].mean() for b in range(1, 30)])
            for k in range(3)
        ]

    expected = theory.mmc_priority_mean_waits([4.0, 4.0, 9.0], 10.0, 2)
    # 29 batches of 20 days, long against the hours in which the queue forgets: 5.5 standard errors
    # are exceeded once in 100,000 (t with 28 degrees of freedom).
    seen = waits_by_class("activity")
    for means, truth in zip(seen, expected, strict=True):
        assert agrees(means, truth, 5.5)
    assert not agrees(seen[0], expected[1], 5.5)
    assert not agrees(seen[2], expected[1], 5.5)
    for means in waits_by_class("arrival"):
        assert agrees(means, theory.mmc_mean_wait(17.0, 10.0, 2), 5.5)


# --- counter-speech ------------------------------------------------------------------------------

START = st.floats(1.0, 1e6)
GROWTH = st.floats(1e-6, 0.2)
TIME = st.floats(0.1, 200.0)


@given(START, GROWTH, st.floats(1e-2, 1e4), TIME)
def test_follower_days_are_the_integral_of_followers(start, growth, ratio, time):
    for ceiling in (ratio * start, math.inf):
        days, _ = integrate.quad(
            lambda t, limit=ceiling: followers(start, growth, limit, t),
            0.0,
            time,
            epsabs=0,
            epsrel=1e-10,
            limit=200,
        )
        assert follower_days(start, growth, ceiling, time) == pytest.approx(days, rel=1e-7)
        # As if growth had been linear in between: refused unless there is hardly any.
        ends = (start + followers(start, growth, ceiling, time)) / 2.0
        if growth * time > 1.0 and math.isinf(ceiling):
            assert ends * time > 1.05 * days


@given(START, GROWTH, st.floats(1e-2, 1e4), TIME, st.floats(0.1, 200.0))
def test_growth_goes_on_from_where_it_is(start, growth, ratio, one, two):
    ceiling = ratio * start
    between = followers(start, growth, ceiling, one)
    at_once = followers(start, growth, ceiling, one + two)
    assert followers(between, growth, ceiling, two) == pytest.approx(at_once, rel=1e-9)
    days = follower_days(start, growth, ceiling, one) + follower_days(between, growth, ceiling, two)
    assert follower_days(start, growth, ceiling, one + two) == pytest.approx(days, rel=1e-7)


SPEAKERS = {
    "lonely": {"followers": 5000, "posts": "30 per day", "answers": 0.01, "growth": "0.03 per day"},
    "known": {
        "followers": 9000,
        "posts": "6 per day",
        "answers": 0.02,
        "growth": "0.05 per day",
        "ceiling": 60_000,
    },
}


def test_share_of_voice_against_numerical_integration(plain, run, metrics_of):
    # 300 accounts with 1,000 followers and five posts a day from beginning to end.
    scenario = plain({**QUIET, "counter_speech": {"speakers": SPEAKERS, "reply_rate": 0.1}})
    seen = metrics_of(scenario, run(scenario))
    network = 300 * 5.0
    heard = there = 0.0
    for one in SPEAKERS.values():
        growth = float(one["growth"].split()[0])
        posts = float(one["posts"].split()[0]) + one["answers"] * network
        ceiling = one.get("ceiling", math.inf)

        def slope(_t, y, growth=growth, ceiling=ceiling, posts=posts):
            return [growth * y[0] * (1.0 - y[0] / ceiling), 0.02 * posts * y[0]]

        end = integrate.solve_ivp(
            slope, (0.0, HORIZON), [one["followers"], 0.0], "DOP853", rtol=1e-12, atol=1e-9
        ).y[:, -1]
        there += end[0]
        heard += end[1]
    impressions = 0.02 * network * 1000 * HORIZON
    assert seen["impressions"] == pytest.approx(impressions, rel=1e-9)
    assert seen["speaker_followers"] == pytest.approx(there, rel=1e-8)
    assert seen["voice_ratio"] == pytest.approx(there / 300_000, rel=1e-8)
    assert seen["share_of_voice"] == pytest.approx(heard / (heard + impressions), rel=1e-8)
    assert seen["share_of_voice"] != pytest.approx(there / (there + 300_000), rel=0.05)
    assert seen["answers_per_day"] == pytest.approx(0.03 * network, rel=1e-9)
    assert seen["replies_per_day"] == pytest.approx(0.003 * network, rel=1e-9)


UNTOUCHED = {
    **QUIET,
    "tiers.alike.count": 2,
    "tiers.alike.attached_at_start": 0,
    "audience.discover_insiders": "0.05 per day",
    "audience.discover_outsiders": "0.01 per day",
}


@pytest.mark.parametrize(
    ("effect", "answers", "seen", "factor"),
    [
        (0.0, (1.0, 1.0), 1.0, 1.0),
        (1.0, (0.0, 0.0), 1.0, 1.0),
        (1.0, (1.0, 1.0), 0.0, 1.0),
        (1.0, (1.0, 0.0), 1.0, 0.0),
        (1.0, (0.7, 0.7), 1.0, 0.0),  # no more than all posts can be answered
        (0.5, (0.3, 0.2), 0.4, 0.9),
    ],
)
def test_answers_slow_discovery_as_the_equation_says(plain, run, effect, answers, seen, factor):
    speakers = {
        f"speaker-{k}": {"followers": 100, "posts": "1 per day", "answers": share}
        for k, share in enumerate(answers)
    }
    speech = {"speakers": speakers, "effect": effect, "answers_seen": seen}
    assert conversion(effect, sum(answers), seen) == pytest.approx(factor, abs=1e-12)
    one = run(plain({**UNTOUCHED, "counter_speech": speech}))
    for column, hazard in ((c.ATTACHED_INSIDERS, 0.05), (c.ATTACHED_OUTSIDERS, 0.01)):
        joined = one.records.series[:, 0, column]
        truth = -1000 * np.expm1(-factor * hazard * one.parameters.grid)
        assert joined == pytest.approx(truth, rel=1e-9, abs=1e-9)
        if factor < 1.0:
            free = -1000 * np.expm1(-hazard * one.parameters.grid)
            assert joined != pytest.approx(free, rel=0.01)


# --- wrong suspensions ---------------------------------------------------------------------------

REPORTS, MISTAKE, APPEALS, MEAN = 20.0, 0.3, 0.6, 7.0


def wrong_days_moments(mistake=MISTAKE, appeals=APPEALS, mean=MEAN):
    """Mean and variance of all days spent wrongly suspended: a compound Poisson sum.

    With L days left, min(X, L) of an exponential X has the mean m (1 - e) and the second moment
    2 m^2 (1 - e) - 2 m L e, where e = exp(-L / m); who does not appeal has L.
    """

    def first(left):
        e = math.exp(-left / mean)
        return (1.0 - appeals) * left + appeals * mean * (1.0 - e)

    def second(left):
        e = math.exp(-left / mean)
        stay = 2.0 * mean**2 * (1.0 - e) - 2.0 * mean * left * e
        return (1.0 - appeals) * left**2 + appeals * stay

    rate = REPORTS * mistake
    return tuple(rate * integrate.quad(moment, 0.0, HORIZON)[0] for moment in (first, second))


def test_days_of_wrong_suspension(plain, run, metrics_of):
    scenario = plain(
        {
            **QUIET,
            "tiers.alike.count": 1,
            "review.team": {
                "reviewers": 50,
                "service_time": 0,
                "benign_reports": f"{REPORTS} per day",
            },
            "review.mistakes": {
                "probability": MISTAKE,
                "appeals": APPEALS,
                "reinstatement": {"exponential": {"mean": f"{MEAN} d"}},
            },
        }
    )
    days, wrong = [], []
    for replication in range(5):
        seen = metrics_of(scenario, run(scenario, replication=replication), replication=replication)
        days.append(seen["wrong_days"])
        wrong.append(seen["wrong_suspensions"])

    def fits(**other):
        mean, variance = wrong_days_moments(**other)
        return abs(np.mean(days) - mean) <= ERRORS * math.sqrt(variance / len(days))

    assert fits()
    assert not fits(mistake=0.25)
    assert not fits(appeals=0.7)
    assert not fits(mean=16.0)
    expected = REPORTS * MISTAKE * HORIZON
    assert abs(np.mean(wrong) - expected) <= ERRORS * math.sqrt(expected / len(wrong))


def test_answers_from_a_date_on_slow_discovery_from_then_on(plain, run):
    speaker = {"followers": 100, "posts": "1 per day", "answers": 0.5}
    speech = {
        "speakers": {"speaker": speaker},
        "effect": 1,
        "answers_seen": 1,
        "regimes": [
            {"from": "2014-01-11", "speakers": {"speaker": {"answers": 0}}},
            {"from": "2014-01-21", "speakers": {"speaker": {"answers": 1}}},
        ],
    }
    one = run(plain({**UNTOUCHED, "start": "2014-01-01", "counter_speech": speech}))
    grid = one.parameters.grid
    assert grid[-1] > 30
    felt = 0.5 * np.minimum(grid, 10.0) + np.clip(grid - 10.0, 0.0, 10.0)  # days at full hazard
    for column, hazard in ((c.ATTACHED_INSIDERS, 0.05), (c.ATTACHED_OUTSIDERS, 0.01)):
        joined = one.records.series[:, 0, column]
        assert joined == pytest.approx(-1000 * np.expm1(-hazard * felt), rel=1e-9, abs=1e-9)


def test_answers_and_replies_by_regime_and_tier(plain, run, metrics_of):
    # 300 accounts with five posts a day; two fifths of the time a tenth of them is answered.
    speech = {
        "speakers": {"speaker": {"followers": 100, "posts": "1 per day", "growth": "0.03 per day"}},
        "reply_rate": 0.3,
        "tiers": {"alike": {"reply_rate": 0.5}},
        "regimes": [{"from": "2014-01-11", "speakers": {"speaker": {"answers": 0.1}}}],
    }
    scenario = plain({**QUIET, "start": "2014-01-01", "counter_speech": speech})
    seen = metrics_of(scenario, run(scenario))
    later = 1.0 - 10.0 / HORIZON
    assert seen["answers_per_day_at_first"] == 0.0
    assert seen["answers_per_day_at_last"] == pytest.approx(150.0, rel=1e-9)
    assert seen["answers_per_day"] == pytest.approx(150.0 * later, rel=1e-9)
    assert seen["replies_per_day_at_last.alike"] == pytest.approx(75.0, rel=1e-9)
    assert seen["replies_per_day"] == pytest.approx(75.0 * later, rel=1e-9)
    days = 100 * (np.expm1(0.03 * HORIZON) + 150.0 * (math.exp(0.03 * HORIZON) - math.exp(0.3)))
    heard = 0.02 * days / 0.03
    share = heard / (heard + seen["impressions"])
    assert seen["share_of_voice"] == pytest.approx(share, rel=1e-8)


def test_a_regime_that_changes_no_answer_changes_nothing(plain, run):
    speech = {"speakers": {"one": {"followers": 9, "posts": "1 per day", "answers": 0.5}}}
    speech |= {"effect": 0.5}
    same = {"regimes": [{"from": "2014-01-11", "speakers": {"one": {"answers": 0.5}}}]}
    changes = {**UNTOUCHED, "start": "2014-01-01"}
    before = run(plain({**changes, "counter_speech": speech}))
    after = run(plain({**changes, "counter_speech": speech | same}))
    assert np.array_equal(before.records.series, after.records.series)
