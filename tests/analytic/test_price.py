"""The price of a channel: flags on ordinary users, and hours paid for each right suspension."""

from __future__ import annotations

import math

import numpy as np
import pytest

from afterban import theory
from afterban.engines import wrong_flags
from afterban.mechanisms import detection
from afterban.mechanisms.wrong_flags import how_many, points
from afterban.parameters import Parameters
from afterban.world import build

ERRORS = 4.4  # standard errors: a right formula fails once in 10^5
# Everybody is back at once, so that the network is flagged all the time as at the start.
STEADY = {"returning.delay": 0, "returning.most_lives": 2_000_000}
N, HAZARD, HORIZON = 300, 0.2, 100.0
RIGHT = N * HAZARD * HORIZON


@pytest.mark.parametrize(("precision", "mistake"), [(0.8, 0.5), (0.25, 0.1)])
@pytest.mark.parametrize("sensitivity", [1.0, 0.4])
def test_wrong_suspensions_with_unlimited_staff(
    plain, run, metrics_of, precision, mistake, sensitivity
):
    scenario = plain(
        {
            **STEADY,
            "detection.precision": precision,
            "review.mistakes.probability": mistake,
            "review.sensitivity": sensitivity,
        }
    )
    seen = metrics_of(scenario, run(scenario))
    assert abs(seen["right_flags"] - RIGHT) < ERRORS * math.sqrt(RIGHT)
    wrong = RIGHT * theory.wrong_flags_per_right(precision)
    assert abs(seen["wrong_flags"] - wrong) < ERRORS * math.sqrt(wrong)
    ratio = theory.wrong_suspensions_per_right(precision, mistake, sensitivity)
    error = ratio * math.sqrt(1 / (mistake * wrong) + 1 / (sensitivity * RIGHT))
    assert abs(seen["wrong_per_right"] - ratio) < ERRORS * error
    assert not abs(seen["wrong_per_right"] - 1.4 * ratio) < ERRORS * error
    cleared = (1 - mistake) * wrong + (1 - sensitivity) * RIGHT
    assert abs(seen["cleared_flags"] - cleared) < ERRORS * math.sqrt(cleared)


def test_observed_precision_falls_as_the_network_shrinks(plain, run, metrics_of):
    before = 1.0
    for horizon in (1, 5, 20, 60):
        scenario = plain(
            {
                "tiers.alike.count": 3000,
                "horizon": f"{horizon} d",
                "detection.precision": 0.6,
                "returning.probability": 0,
            }
        )
        seen = metrics_of(scenario, run(scenario))
        expected = theory.observed_precision(0.6, HAZARD, horizon)
        flags = seen["right_flags"] + seen["wrong_flags"]
        error = math.sqrt(expected * (1 - expected) / flags)
        assert abs(seen["flag_precision"] - expected) < ERRORS * error
        assert expected < before
        before = expected
    assert before < 0.15
    assert theory.observed_precision(0.6, HAZARD, 0.0) == 0.6


def test_paid_hours_per_right_suspension(plain, run, metrics_of):
    sensitivity, precision, hours = 0.7, 0.4, 0.5
    scenario = plain(
        {
            **STEADY,
            "tiers.alike.count": 60,
            "detection.precision": precision,
            "review.sensitivity": sensitivity,
            # Waits are short beside the five days between two flags of one account.
            "review.team": {
                "reviewers": 3,
                "service_time": {"exponential": {"mean": f"{hours} h"}},
            },
        }
    )
    seen = metrics_of(scenario, run(scenario))
    right = 60 * HAZARD * HORIZON
    told = theory.paid_hours_per_right_suspension(
        hours, precision, sensitivity, seen["utilisation"]
    )
    found = seen["paid_hours"] / seen["suspensions"]
    assert seen["paid_hours"] == pytest.approx(24 * 3 * HORIZON)
    # Cases are exponential and Poisson, and a suspension has its own chance.
    error = told * math.sqrt(2 / (right / precision) + 1 / (sensitivity * right))
    # Accounts under review are not flagged: each is, for the hour that a case takes and waits.
    assert abs(found - told) < ERRORS * error + 0.02 * told
    assert not abs(found - 1.3 * told) < ERRORS * error + 0.02 * told


def test_the_rate_of_each_channel_in_the_untouched_world(plain):
    scenario = plain(
        {
            "detection.precision": 0.5,
            "detection.precision_of.classifier": 0.2,
            "detection.wrong_flags.watch": "7 per day",
            "detection.reports": "100 per million impressions",
            "detection.classifier": "0.01 per post",
            "detection.regimes": [
                {"from": "2014-07-02", "classifier": "0.03 per post", "watch": 2}
            ],
            "tiers.alike.watched": "0.01 per day",
            "tiers.alike.attached_at_start": 0.5,
            "detection.pulses": [
                {"date": "2014-06-20", "share": 0.1, "accounts": 3},
                {"date": "2014-06-21", "accounts": 5000},
            ],
        }
    )
    p = Parameters.from_scenario(scenario)
    world = build(p, 1, 0)
    found = wrong_flags.rates(p, world)
    # 300 accounts of 5 posts, 500 of whose followers are outsiders, half of them there.
    reports = N * 5 * 0.02 * 250 * 1e-4
    np.testing.assert_allclose(found[detection.REPORTED], reports)
    np.testing.assert_allclose(found[detection.CLASSIFIED], [N * 5 * 0.01 * 4, N * 5 * 0.03 * 4])
    np.testing.assert_allclose(found[detection.THREATENED], N * HAZARD)
    np.testing.assert_allclose(found[detection.WATCHED], [7.0, 14.0])
    assert (found[[0, detection.CAUGHT_AT_SIGNUP, detection.STRUCK]] == 0).all()
    np.testing.assert_allclose(wrong_flags.struck_at_start(p, world), [33, 300])


@pytest.mark.slow
def test_points_are_poisson_and_nested():
    starts = np.array([-math.inf, 30.0])
    before: set[tuple[float, int]] = set()
    for rate in (0.3, 1.0, 1.7, 5.0, 70.0, 71.0):
        day, number = points(5, starts, np.array([rate, 2 * rate]), 60.0, 1, 0)
        told = set(zip(day.tolist(), number.tolist(), strict=True))
        assert len({one for _, one in told}) == len(told)
        assert told >= before
        before = told
        for part, mean in (((day < 30.0).sum(), 30 * rate), ((day >= 30.0).sum(), 60 * rate)):
            assert abs(part - mean) <= ERRORS * math.sqrt(mean) + 1
        # A regime that comes changes nothing before it.
        other, numbers = points(5, starts, np.array([rate, 0.0]), 60.0, 1, 0)
        assert set(zip(other.tolist(), numbers.tolist(), strict=True)) == {
            one for one in told if one[0] < 30.0
        }
    many, _ = points(5, starts[:1], np.array([50.0]), 4000.0, 2, 0)
    gaps = np.diff(np.sort(many))
    assert abs(gaps.std() / gaps.mean() - 1.0) < 0.02


def test_a_number_of_an_act_is_the_quantile_of_a_poisson_law():
    from scipy import stats

    for mean in (0.01, 0.7, 4.0, 60.0, 5000.0):
        for u in (1e-9, 0.03, 0.5, 0.97, 1 - 1e-9):
            assert how_many(u, mean) == stats.poisson.ppf(u, mean)
    assert how_many(0.999, 0.0) == 0
    assert [how_many(0.6, mean) for mean in np.linspace(0.0, 50.0, 40)] == sorted(
        how_many(0.6, mean) for mean in np.linspace(0.0, 50.0, 40)
    )


def test_between_the_points_of_a_curve_right_and_wrong_flags_are_linear(plain):
    curve = {
        "threshold": 0.4,
        "points": [
            {"threshold": 0.2, "recall": 1, "precision": 0.25},
            {"threshold": 0.6, "recall": 0.5, "precision": 0.5},
        ],
    }
    scenario = plain({"detection.classifier": "0.01 per post", "detection.operating_curve": curve})
    given = scenario.detection
    assert given.classifier_recall == pytest.approx(0.75)
    # Wrong flags: 3 and 0.5 for each right one at recall 1, so 1.75 halfway.
    assert given.precision_in("classifier") == pytest.approx(0.75 / (0.75 + 1.75))
    p = Parameters.from_scenario(scenario)
    np.testing.assert_allclose(p.rate("classifier"), 0.0075)
    found = wrong_flags.rates(p, build(p, 1, 0))
    np.testing.assert_allclose(found[detection.CLASSIFIED], N * 5 * 0.01 * 1.75)
    for threshold, recall, precision in ((0.2, 1.0, 0.25), (0.6, 0.5, 0.5)):
        at = scenario.with_changes({"detection.operating_curve.threshold": threshold}).detection
        assert at.classifier_recall == recall
        assert at.precision_in("classifier") == pytest.approx(precision)
