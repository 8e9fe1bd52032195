"""The rules of the model, one by one: what the reference engine asks, and nothing else does."""

from __future__ import annotations

import math
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterban.mechanisms import distributions as d
from afterban.mechanisms import review
from afterban.mechanisms.audience import rebuild_until, recognised
from afterban.mechanisms.clock import day_drawn, due
from afterban.mechanisms.detection import report_rate, retaliation_probability, visibility
from afterban.mechanisms.displacement import (
    NOWHERE,
    begins,
    gives_up_platform,
    has_left,
    leaves,
    next_platform,
    share_of_users,
    share_that_follows,
)
from afterban.mechanisms.mistakes import may_be_reinstated
from afterban.mechanisms.promotion import may_promote, promoting_days
from afterban.mechanisms.recruitment import another_recruit, candidate_rate
from afterban.mechanisms.returning import (
    another_life,
    next_account,
    own_probability,
    posting_factor,
    posts_on_ordinary_days,
    public_day,
)
from afterban.mechanisms.thinning import is_real

shares = st.floats(0.0, 1.0)
days = st.floats(0.0, 1000.0)


def law(kind, a, b=0.0):
    row = np.zeros(d.ROW)
    row[:5] = kind, a, b, -math.inf, math.inf
    return row


NOTHING_LONGER = np.zeros(0)


# --- promotion -----------------------------------------------------------------------------------


def test_who_may_promote():
    assert may_promote(True, True, True, 3.0, 10.0, 10.0)  # free from that very moment on
    assert not may_promote(False, True, True, 3.0, 10.0, 10.0)
    assert not may_promote(True, False, True, 3.0, 10.0, 10.0)
    assert not may_promote(True, True, False, 3.0, 10.0, 10.0)
    assert not may_promote(True, True, True, 0.0, 10.0, 10.0)
    assert not may_promote(True, True, True, 3.0, 10.5, 10.0)


def test_for_how_long_a_promoter_is_busy():
    assert promoting_days(4.0, 8.0) == 0.5
    assert promoting_days(0.0, 8.0) == 0.0


# --- candidates ----------------------------------------------------------------------------------


@given(st.floats(0.0, 1.0, exclude_min=True, exclude_max=True), st.floats(1e-6, 1e6), shares)
def test_a_candidate_is_real_with_the_share_that_the_rate_has_reached(mark, most, share):
    assert is_real(mark, most, share * most) == (mark * most < share * most)
    assert is_real(mark, most, most)
    assert not is_real(mark, most, 0.0)


def test_more_followers_make_no_event_undone():
    marks = np.linspace(0.005, 0.995, 100)
    real = [[is_real(mark, 50.0, now) for mark in marks] for now in (0.0, 10.0, 25.0, 50.0)]
    assert [sum(row) for row in real] == [0, 20, 50, 100]
    for fewer, more in pairwise(real):
        assert all(late or not early for early, late in zip(fewer, more, strict=True))


def test_the_rate_of_reports_is_the_weighted_visibility():
    assert report_rate(1.0, 2.0, 0.1, 30.0, 50.0, 0.2) == visibility(2.0, 0.1, 30.0, 50.0, 0.2)
    assert report_rate(3.0, 2.0, 0.1, 30.0, 50.0, 0.0) == pytest.approx(3.0 * 2.0 * 0.1 * 50.0)


def test_candidates_for_recruitment():
    assert candidate_rate(1e-3, 10.0, 0.05, 2000.0) == pytest.approx(1.0)
    assert [another_recruit(n, 2) for n in range(4)] == [True, True, False, False]


# --- coming back ---------------------------------------------------------------------------------


@given(shares, st.floats(0.0, 50.0))
def test_an_operators_own_probability_is_one(probability, factor):
    own = own_probability(probability, factor)
    assert 0.0 <= own <= 1.0
    assert own == probability * factor or (own == 1.0 and probability * factor >= 1.0)


def test_the_last_life_has_no_next():
    assert [another_life(life, 3) for life in (1, 2, 3, 4)] == [True, True, False, False]


SPARE, DELAY = law(d.CONSTANT, 0.25), law(d.CONSTANT, 4.0)


def next_of(spares, every=0.0, now=10.0):
    return next_account(now, every, 5.0, spares, SPARE, DELAY, NOTHING_LONGER, 0.5)


def test_spares_come_before_delays_and_releases_before_spares():
    assert next_of(2) == (10.25, 1)
    assert next_of(1) == (10.25, 0)
    assert next_of(0) == (14.0, 0)
    assert next_of(2, every=7.0) == (12.0, 2)  # a release takes no spare
    assert next_of(0, every=7.0, now=12.0) == (12.0, 0)


@given(days, st.floats(0.001, 0.999))
def test_a_delay_is_drawn_from_its_law(now, u):
    law_of = law(d.EXPONENTIAL, 3.0)
    expected = due(now, d.quantile(law_of, u))
    assert day_drawn(now, law_of, u) == expected
    assert next_account(now, 0.0, 0.0, 0, SPARE, law_of, NOTHING_LONGER, u).day == expected


def test_only_an_account_for_a_release_is_prepared():
    assert public_day(3.0, 0.0, 1.5) == 3.0
    assert public_day(3.0, 7.0, 1.5) == 4.5


def test_posts_of_a_further_life():
    assert posts_on_ordinary_days(8.0, 1.0) == 8.0
    assert posts_on_ordinary_days(8.0, posting_factor(0.5, 1.0, 2, 0)) == pytest.approx(2.0)
    assert posts_on_ordinary_days(8.0, posting_factor(0.0, 1.0, 1, 0)) == 0.0


# --- leaving -------------------------------------------------------------------------------------


def test_a_smaller_platform_has_fewer_of_an_audience():
    assert share_that_follows(0.5, 200.0, 100.0) == 0.5
    assert share_that_follows(0.5, 100.0, 100.0) == 0.5
    assert share_that_follows(0.5, 25.0, 100.0) == 0.125
    assert share_of_users(25.0, 100.0) == 0.25
    assert share_of_users(2500.0, 100.0) == 1.0


def test_giving_a_platform_up():
    assert not gives_up_platform([1.0, 2.0, 3.0], 0, 10.0)
    assert not gives_up_platform([1.0, 2.0], 3, 10.0)
    assert gives_up_platform([1.0, 2.0, 3.0], 3, 2.0)
    assert not gives_up_platform([1.0, 2.0, 3.0], 3, 1.9)
    assert gives_up_platform([0.0, 1.0, 2.0, 3.0], 3, 2.0)  # only the last three count
    assert gives_up_platform([5.0], 1, 0.0)


def test_who_leaves():
    assert leaves(0.1, 0.2, False)
    assert not leaves(0.2, 0.2, False)
    assert leaves(0.9, 0.2, True)


def test_platforms_come_one_after_another():
    assert [next_platform(place, 3) for place in range(3)] == [1, 2, NOWHERE]
    assert has_left(1, 0)
    assert not has_left(1, 1)


def test_what_was_prepared_for_those_who_left():
    assert begins(False, False)
    assert begins(False, True)
    assert begins(True, True)
    assert not begins(True, False)


# --- being found again ---------------------------------------------------------------------------


def test_a_first_life_has_no_earlier_handle():
    assert recognised(1, -1, 2, 0.1, 0.5) == 0.5
    assert recognised(2, 2, 2, 0.1, 0.5) == 0.5
    assert recognised(2, 3, 2, 0.1, 0.5) == pytest.approx(0.05)
    assert recognised(1, 3, 2, 0.1, 1.0) == 1.0


def test_only_those_who_are_back_rebuild():
    assert rebuild_until(10.0, 1, 7.0) == 10.0
    assert rebuild_until(10.0, 2, 7.0) == 17.0


# --- review --------------------------------------------------------------------------------------


def test_retaliation_is_of_those_who_are_back():
    assert [retaliation_probability(life, 0.4) for life in (1, 2, 9)] == [0.0, 0.4, 0.4]


def test_what_is_urgent():
    assert review.is_urgent(True, review.ROUTINE)
    assert review.is_urgent(False, review.URGENT)
    assert not review.is_urgent(False, review.ROUTINE)
    assert review.severity_of(True) == review.URGENT != review.severity_of(False)


def test_reviewers_finish_the_case_in_hand():
    assert review.takes_next(1, 2)
    assert not review.takes_next(2, 2)
    assert not review.takes_next(3, 2)  # a shift ended, and three cases go on


def test_the_order_of_the_queue():
    """Each place comes before the next; the later fields decide only where the earlier agree."""
    places = [
        review.place_in_queue(True, 0.0, 9.0, False, 0, 7),
        review.place_in_queue(False, 5.0, 9.0, True, 3, 0),
        review.place_in_queue(False, 1.0, 8.0, True, 9, 0),
        review.place_in_queue(False, 1.0, 9.0, True, 3, 0),
        review.place_in_queue(False, 1.0, 9.0, True, 4, 0),
        review.place_in_queue(False, 1.0, 9.0, False, -2, 1),
        review.place_in_queue(False, 1.0, 9.0, False, 0, 1),
        review.place_in_queue(False, 1.0, 9.0, False, 0, 2),
    ]
    assert places == sorted(places)
    assert len(set(places)) == len(places)


def test_who_may_be_reinstated():
    every = list(product([True, False], repeat=4))
    assert [answers for answers in every if may_be_reinstated(*answers, 1, 3)] == [(True,) * 4]
    assert may_be_reinstated(True, True, True, True, 2, 3)
    assert not may_be_reinstated(True, True, True, True, 3, 3)
