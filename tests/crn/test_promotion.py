"""What promotion does to reach, on common draws (metamorphic relations).

Over all posts a promotion costs nothing: a shout-out is seen as what it replaces would have been.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from afterban.mechanisms import census as c
from afterban.mechanisms import state as s

# Accounts are found by the clock, by their posts and by their names, never by their followers, and
# no follower is lost for good.
BLIND = {
    "detection.reports": 0,
    "audience.lost_insiders": 0,
    "audience.lost_outsiders": 0,
    "detection.threats": "0.2 per day",
    "promotion.view_probability": 0.3,
    "network.overlap_outsiders": 0.4,
    "tiers.supporter.promotes": 0.5,
}
NOBODY = {**BLIND, "promotion.posts": 0}
REPLICATIONS = range(4)


def seen(run):
    """Outsider follower-days at which anything was posted, by operator."""
    return run.records.final[:, s.SHOWN_OUT]


def never_less(more, less):
    return bool((more >= less * (1 - 1e-12) - 1e-6).all())


@pytest.mark.parametrize("replication", REPLICATIONS)
def test_a_promotion_that_costs_nothing_never_lowers_reach(small, run, engine, replication):
    with_, without = (
        run(small(changes), engine, replication=replication) for changes in (BLIND, NOBODY)
    )
    a, b = with_.records.accounts, without.records.accounts
    assert np.array_equal(a["suspended_day"], b["suspended_day"], equal_nan=True)
    assert a["promotions_received"].sum() > 50
    assert never_less(seen(with_), seen(without))
    assert seen(with_).sum() > 1.03 * seen(without).sum()
    column = c.ALL_OUTSIDER_IMPRESSIONS
    assert never_less(with_.records.series[:, :, column], without.records.series[:, :, column])


@pytest.mark.parametrize("replication", REPLICATIONS)
@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("network.overlap_outsiders", (0.0, 0.1, 0.4, 1.0)),
        ("promotion.view_probability", (0.0, 0.02, 0.3, 1.0)),
    ],
)
def test_its_gain_grows_with_overlap_and_with_being_seen(
    small, run, engine, replication, path, values
):
    changes = {**BLIND, "promotion.untouched_factor": 0}
    found = [
        seen(run(small({**changes, path: value}), engine, replication=replication))
        for value in values
    ]
    assert found[0] == pytest.approx(seen(run(small(NOBODY), engine, replication=replication)))
    for less, more in pairwise(found):
        assert never_less(more, less)
        assert more.sum() > less.sum()


@pytest.mark.parametrize("replication", REPLICATIONS)
def test_its_gain_grows_with_the_standing_of_the_promoter(small, run, engine, replication):
    # Only hubs promote; at the start they have all their followers, or a part of them.
    gains = []
    for attached in (0.1, 0.5, 1.0):
        hubs = {
            "tiers.hub.attached_at_start": attached,
            "tiers.hub.detached_at_start": 0,
            "tiers.supporter.promotes": 0,
        }
        with_, without = (
            run(small({**changes, **hubs}), engine, replication=replication)
            for changes in (BLIND, NOBODY)
        )
        gains.append((seen(with_) - seen(without))[with_.world.tier == 1])
    for less, more in pairwise(gains):
        assert (more >= less - 1e-9 * seen(without)[3:]).all()
        assert more.sum() > 1.05 * less.sum() > 0.0


def test_where_followers_report_it_can_lower_reach(small, run, engine):
    # The condition is needed: what promotion brings back is seen, and reported.
    reported = {"detection.reports": "20000 per million impressions", "detection.threats": 0}
    lowered = [
        not never_less(
            seen(run(small({**BLIND, **reported}), engine, replication=k)),
            seen(run(small({**NOBODY, **reported}), engine, replication=k)),
        )
        for k in REPLICATIONS
    ]
    assert any(lowered)


def test_over_ordinary_posts_it_costs_what_the_promoter_would_have_said(small, run, engine):
    scenario = small({**BLIND, "promotion.view_probability": 0, "returning.rebuilding.share": 0})
    with_ = run(scenario, engine)
    without = run(small({**NOBODY, "returning.rebuilding.share": 0}), engine)
    ordinary, all_posts = (
        (with_.records.series - without.records.series)[-1, :, column].sum()
        for column in (c.OUTSIDER_IMPRESSIONS, c.ALL_OUTSIDER_IMPRESSIONS)
    )
    assert ordinary < 0.0
    # Nobody sees a promotion of an account that is looked for, and the others bring nobody either.
    assert all_posts == pytest.approx(0.0, abs=1e-6)
    last = without.records.series[-1]
    assert last[:, c.OUTSIDER_IMPRESSIONS] == pytest.approx(last[:, c.ALL_OUTSIDER_IMPRESSIONS])


def test_its_own_probability_is_that_of_any_post_if_it_is_left_out(small, run, engine, same):
    as_others = small({"promotion.view_probability": 0.02})
    assert same(run(small(), engine), run(as_others, engine))
    assert not same(run(small(), engine), run(small({"promotion.view_probability": 0.03}), engine))
