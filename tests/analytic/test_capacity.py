"""Reviewers against queueing theory: the closed forms, and the search for the fewest."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate

from afterban import theory
from afterban.errors import AfterbanError
from afterban.experiment.capacity import (
    Staff,
    reviewers_needed,
    reviewers_of,
    times_to_action,
    with_reviewers,
)
from afterban.scenario import Scenario

# One operator, who is never found: all cases are reports about ordinary users but for those of a
# second tier that is flagged about 30 times a day.
SMALL = """
schema_version: 1
name: small
start: 2014-06-02
horizon: 30 d
seed: 5
tiers:
  alike:
    count: 300
    audience: 100
    posts: 1 per day
    degree: 0
detection: {threats: 0, classifier: 0.1 per post}
review:
  team:
    reviewers: 3
    service_time: {exponential: {mean: 30min}}
    benign_reports: 100 per day
returning: {probability: 1, delay: {exponential: {mean: 1 h}}}
metrics: {start: 2014-06-05}
"""


@pytest.fixture(scope="module")
def small():
    return Scenario.from_text(SMALL)


def test_sojourn_in_an_mmc_queue():
    # The convolution of the wait with the service, integrated; both sides of e = mu.
    for rate, mu, c in ((10.0, 4.0, 3), (2.0, 4.0, 3), (8.0, 4.0, 3), (7.99999, 4.0, 3)):
        spare, waits = c * mu - rate, theory.erlang_c(rate / mu, c)
        for t in (0.05, 0.4, 2.0):

            def later(w, t=t, spare=spare, waits=waits, mu=mu):
                return waits * spare * math.exp(-spare * w) * math.exp(-mu * (t - w))

            longer = (
                (1 - waits) * math.exp(-mu * t)
                + integrate.quad(later, 0, t, epsabs=0, epsrel=1e-11)[0]
                + waits * math.exp(-spare * t)
            )
            ours = float(theory.mmc_sojourn_survival(t, rate, mu, c))
            assert ours == pytest.approx(longer, rel=1e-8, abs=0)
    # M/M/1: exponential with rate mu - lambda.
    assert float(theory.mmc_sojourn_survival(0.7, 3.0, 4.0, 1)) == pytest.approx(
        math.exp(-0.7), rel=1e-10
    )
    assert theory.mmc_sojourn_quantile(0.5, 3.0, 4.0, 1) == pytest.approx(math.log(2), rel=1e-9)
    assert theory.mmc_sojourn_quantile(0.5, 4.0, 4.0, 1) == math.inf
    assert theory.mmc_sojourn_survival(9.0, 4.0, 4.0, 1) == 1


def test_fluid_waits_have_the_corners_that_arithmetic_gives():
    # Eight hours of 24, capacity 1.5 times the work: at opening 16 h of arrivals wait, worked off
    # at 4.5 per arrival of 1: after 16/3.5 h nobody waits until closing.
    waits = theory.fluid_waits(100.0, 10.0, [0.0, 1 / 3], [45, 0], 1.0)
    at = (np.arange(len(waits)) + 0.5) / len(waits)
    near = 3.0 / len(waits)
    just_closed = waits[at > 1 / 3][0]
    assert just_closed == pytest.approx(2 / 3, abs=near)
    # Who comes as it opens waits for all of the night's work: 2/3 day * 100 / 450 per day.
    assert waits[0] == pytest.approx(2 / 3 * 100 / 450, abs=near)
    # Who comes in the middle of the night waits for the opening and half of the night's work.
    assert waits[np.argmin(abs(at - 2 / 3))] == pytest.approx(1 / 3 + 1 / 3 * 100 / 450, abs=near)
    idle = (at > 2 / 3 * 100 / 350 + near) & (at < 1 / 3 - near)
    assert idle.any()
    assert waits[idle].max() <= near
    # Just enough capacity: the night's work lasts until closing; too little: without limit.
    full = theory.fluid_waits(149.9, 10.0, [0.0, 1 / 3], [45, 0], 1.0)
    assert (full > near).mean() > 0.99
    assert np.isinf(theory.fluid_waits(150.1, 10.0, [0.0, 1 / 3], [45, 0], 1.0)).all()
    # All hours the same: no wait.
    assert theory.fluid_waits(100.0, 10.0, [0.0], [11], 7.0).max() <= near


def test_rosters_stay_in_scale(small):
    assert reviewers_of(small) == 3
    assert with_reviewers(small, 5).review.team.reviewers == 5
    shifts = small.with_changes(
        {
            "review.team": {
                "reviewers": 1,
                "shifts": [{"days": ["mon"], "start": "8h", "end": "16h", "reviewers": 9}],
                "service_time": "30min",
            }
        }
    )
    assert reviewers_of(shifts) == 10
    more = with_reviewers(shifts, 20).review.team
    assert (more.reviewers, more.shifts[0].reviewers) == (2, 18)
    fewer = with_reviewers(shifts, 2).review.team
    assert (fewer.reviewers, fewer.shifts[0].reviewers) == (1, 2)
    assert with_reviewers(shifts, 10).digest() == shifts.digest()
    with pytest.raises(AfterbanError):
        with_reviewers(small, 0)
    with pytest.raises(AfterbanError, match="unlimited staff"):
        reviewers_of(small.with_changes({"review.team": "none"}))


def test_waits_that_the_horizon_cuts_off_count(small, run):
    # One reviewer for 2.6 reviewers' work: more than half of the flagged still wait at the end,
    # and the median of those who were suspended says nothing of them.
    one = run(with_reviewers(small, 1), seed=5)
    a = one.records.accounts
    flagged = a["flagged_day"] >= 3.0
    acted = flagged & ~np.isnan(a["suspended_day"])
    assert acted.sum() < 0.6 * flagged.sum()
    told = float(np.median((a["suspended_day"] - a["flagged_day"])[acted]))
    median, p95 = times_to_action(one.parameters, one.records)
    assert median > 1.1 * told
    assert p95 <= one.parameters.horizon - 3.0
    # Without censoring the two are the same.
    easy = run(with_reviewers(small, 9), seed=5)
    a = easy.records.accounts
    acted = (a["flagged_day"] >= 3.0) & ~np.isnan(a["suspended_day"])
    told = float(np.median((a["suspended_day"] - a["flagged_day"])[acted]))
    assert times_to_action(easy.parameters, easy.records)[0] == pytest.approx(told, rel=0.02)


def test_the_fewest_reviewers_are_those_of_queueing_theory(small, engine):
    # About 128 cases a day of half an hour keep 2.7 busy: theory has 3 for an hour in the system.
    found = reviewers_needed(small, 2 / 24, replications=3, engine=engine, around=1)
    look = found.details[found.reviewers]
    load = float(look.arrivals.sum(axis=1).mean()) / 48
    assert 2.4 < load < 3
    assert found.low <= found.reviewers <= found.high
    assert found.looks[found.reviewers].value <= 2 / 24
    assert found.looks[found.reviewers - 1].value > 2 / 24
    assert abs(found.reviewers - found.steady) <= 1
    # Time in the system of ample staff is the median service: ln 2 / 2 hours, within 15 %.
    ample = max(found.looks)
    assert found.looks[ample].value == pytest.approx(found.theory[ample].median, rel=0.15)
    assert str(found.reviewers) in found.words()


def test_shifts_are_laid_beside_a_fluid_week(small):
    hours = small.with_changes(
        {
            "review.team": {
                "reviewers": 0,
                "shifts": [
                    {
                        "days": ["mon", "tue", "wed", "thu", "fri"],
                        "start": "8h",
                        "end": "20h",
                        "reviewers": 9,
                    }
                ],
                "service_time": {"exponential": {"mean": "30min"}},
                "benign_reports": "100 per day",
            }
        }
    )
    staff = Staff(hours, replications=1, engine="reference")
    look = staff(12)
    expected = staff.theory(look)
    assert expected.shifts
    assert math.isnan(expected.urgent_wait)
    # Nights and weekends are most of the wait; chance adds little with twelve reviewers.
    assert look.median[0] == pytest.approx(expected.median, rel=0.2)
    assert look.paid[0] == pytest.approx(12 * 60 / 7, rel=0.05)
    # 2.7 reviewers' work around the clock need 7.5 in 60 hours of 168.
    assert staff.theory(staff(7)).median == math.inf


def test_a_target_that_waves_rule_out_is_told(small):
    waves = small.with_changes({"review.waves": {"every": "7d"}, "horizon": "15 d"})
    with pytest.raises(AfterbanError, match="not the queue"):
        reviewers_needed(waves, 0.5, replications=1, engine="reference")


def test_each_number_is_run_once(small):
    seen = []
    staff = Staff(small, replications=1, engine="reference", progress=seen.append)
    assert staff(4) is staff(4)
    assert seen == [4]
    with pytest.raises(AfterbanError):
        Staff(small, "no-such-arm")
    with pytest.raises(AfterbanError):
        Staff(small, "none")
