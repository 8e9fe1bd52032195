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
from afterban.experiment.promise import (
    Promise,
    off_duty_waits,
    off_duty_words,
    people,
    roster,
    shortest,
    weekly_hours,
)
from afterban.scenario import Scenario
from afterban.scenario.sections.review import Team

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
    assert str(found.reviewers) in str(found)


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
    staff = Staff(hours, replications=1)
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
        reviewers_needed(waves, 0.5, replications=1)


OFFICE = Team(
    shifts=[
        {"days": ["mon", "tue", "wed", "thu", "fri"], "start": 9 / 24, "end": 17 / 24,
         "reviewers": 42},
    ]
)  # fmt: skip
MIXED = Team(
    reviewers=5,
    shifts=[
        {"days": ["sat", "sun"], "start": 0.0, "end": 1.0, "reviewers": 7},
        {"days": ["mon"], "start": 0.25, "end": 0.5, "reviewers": 0},
    ],
)


def test_hours_and_people_of_a_roster():
    assert weekly_hours(OFFICE) == pytest.approx(42 * 40)
    assert people(weekly_hours(OFFICE)) == 42
    assert roster(OFFICE) == ["mon to fri, 9 h to 17 h: 42"]
    assert weekly_hours(MIXED) == pytest.approx(5 * 168 + 7 * 48)
    assert people(weekly_hours(MIXED)) == 30  # 29.4
    assert roster(MIXED) == ["at all hours: 5", "sat sun, 0 h to 24 h: 7"]
    assert (people(40.0), people(40.1), people(0.0)) == (1, 2, 0)


def test_what_shifts_alone_make_of_a_promise():
    # 40 of 168 hours are on duty, four nights have 16 hours off, a weekend 64: of a wait x up to 16
    # hours there are 40 + 5 x hours of the week that wait no longer, then 40 + 64 + x.
    assert shortest(OFFICE, 0.2) == 0.0
    assert shortest(OFFICE, 0.5) * 24 == pytest.approx((84 - 40) / 5, abs=0.02)
    assert shortest(OFFICE, 0.9) * 24 == pytest.approx(0.9 * 168 - 104, abs=0.02)
    assert off_duty_waits(OFFICE).max() * 24 == pytest.approx(64)
    assert "128 of the 168 hours" in off_duty_words(OFFICE)
    assert shortest(MIXED, 0.99) == 0.0


def test_promises_are_read():
    assert Promise.parse("95 % within 24 h") == Promise(0.95, 1.0)
    assert Promise.parse("99.5% in 2d") == Promise(0.995, 2.0)
    assert str(Promise(0.95, 1.0)) == "95 % within 24 h"
    assert Promise(0.5, 1.0).is_median
    for text in ("95", "within 24 h", "0 % within 1d", "100 % within 1d", "95 % within 24", ""):
        with pytest.raises(AfterbanError):
            Promise.parse(text)


def test_a_promise_takes_more_reviewers_than_a_median(small):
    half = reviewers_needed(small, 2 / 24, replications=1, around=0)
    most = reviewers_needed(small, promise="95 % within 2 h", replications=1, around=0)
    assert most.reviewers > half.reviewers
    look = most.details[most.reviewers]
    assert look.promised.tolist() == look.p95.tolist()
    assert most.looks[most.reviewers].value <= 2 / 24 < most.looks[most.reviewers - 1].value
    assert "95 % within 2 h" in str(most)
    assert most.theory[most.reviewers].promised == most.theory[most.reviewers].p95
    # What there is now, in hours and people.
    assert most.now == 3
    assert "The scenario has 3 now" in str(most)
    assert most.people(3) == 13  # 3 x 168 / 40 = 12.6
    assert most.paid_hours(3) == pytest.approx(7 * look.paid[0] * 3 / most.reviewers)


def test_shifts_that_keep_a_promise_up_are_told(small):
    shifts = [{"days": ["mon", "tue", "wed", "thu", "fri"], "start": "9h", "end": "17h",
               "reviewers": 20}]  # fmt: skip
    hours = small.with_changes({"review.team.reviewers": 0, "review.team.shifts": shifts})
    found = reviewers_needed(hours, 0.5, replications=1, around=0)
    assert found.held_up_by_shifts
    assert "Shifts and not the queue" in str(found)
    with pytest.raises(AfterbanError, match="the shifts delay it and not the queue"):
        reviewers_needed(hours, promise="90 % within 1 d", replications=1, around=0)
    always = reviewers_needed(small, 0.5, replications=1, around=0)
    assert not always.held_up_by_shifts
    assert "Shifts" not in always.words()


def test_each_number_is_run_once(small):
    seen = []
    staff = Staff(small, replications=1, progress=seen.append)
    assert staff(4) is staff(4)
    assert seen == [4]
    with pytest.raises(AfterbanError):
        Staff(small, "no-such-arm")
    with pytest.raises(AfterbanError):
        Staff(small, "none")
