"""Forgetting: relations between runs on common draws."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from afterban import theory
from afterban.mechanisms import state as s

# Nothing finds an account by its followers, so that the same lives are lived whoever follows.
BLIND = {
    "detection.reports": "0 per impression",
    "detection.signup": 0.1,
    "detection.threats": "0.1 per day",
    # Who forgot in time is not lost, and may come upon it later.
    "audience.lost_insiders": 0,
    "audience.lost_outsiders": 0,
    "horizon": "60 d",
}
COLUMNS = (
    [s.ATTACHED_IN, s.DETACHED_IN, s.UNTOUCHED_IN, s.GONE_IN, s.AWAY_IN],
    [s.ATTACHED_OUT, s.DETACHED_OUT, s.UNTOUCHED_OUT, s.GONE_OUT, s.AWAY_OUT],
)
PLATFORMS = {
    "platforms": {"home": {"users": 1000}, "near": {"users": 800, "follows": 0.5}},
    "returning.moves": 0.3,
}


def forgetting(rate):
    return {f"audience.forget_{who}": f"{rate} per day" for who in ("insiders", "outsiders")}


def test_it_is_on_unless_a_scenario_says_otherwise(small, run, engine, same):
    assert same(run(small(), engine), run(small(forgetting(0.05)), engine))
    assert not same(run(small(), engine), run(small(forgetting(0)), engine))
    assert not same(run(small(forgetting(0)), engine), run(small(forgetting(1e-6)), engine))


@pytest.mark.parametrize("more", [{}, {"promotion.posts": 0}, PLATFORMS])
def test_more_forgetting_never_raises_reach(small, run, engine, more):
    rates = (0, 0.01, 0.05, 0.5, 5)
    runs = [run(small({**BLIND, **more, **forgetting(rate)}), engine).records for rate in rates]
    for less, most in pairwise(runs):
        for name in ("operator", "life", "created_day", "suspended_day", "promotions_received"):
            assert np.array_equal(less.accounts[name], most.accounts[name], equal_nan=True)
        for name in ("insider_impressions", "outsider_impressions", "outsider_followers"):
            before, after = less.accounts[name], most.accounts[name]
            assert (after <= before * (1 + 1e-9) + 1e-9).all()
            assert after.sum() < before.sum()


def test_who_comes_upon_accounts_faster_than_they_are_found_again_gains(small, run, engine):
    # The relation above holds where those who look find sooner than those who do not.
    strange = {**BLIND, "audience.discover_outsiders": "0.5 per day"}
    none, some = (
        run(small({**strange, **forgetting(rate)}), engine).records.accounts for rate in (0, 0.5)
    )
    assert some["outsider_impressions"].sum() > none["outsider_impressions"].sum()


def test_first_lives_of_those_who_are_all_followed_are_alike(small, run, engine):
    whole = {
        **BLIND,
        "tiers.supporter.attached_at_start": 1,
        "tiers.supporter.detached_at_start": 0,
    }
    one, two = (run(small({**whole, **forgetting(f)}), engine).records.accounts for f in (0, 0.5))
    first = one["life"] == 1
    for name in ("insider_followers", "outsider_followers", "outsider_impressions"):
        assert np.array_equal(one[name][first], two[name][first])
        assert not np.array_equal(one[name][~first], two[name][~first])


@pytest.mark.parametrize("more", [{}, PLATFORMS, {"audience.lost_insiders": 0.5}])
def test_everybody_is_somewhere(small, with_team, run, engine, more):
    for team in ({}, with_team):
        one = run(small({**team, **more, **forgetting(0.2)}), engine)
        for segment, columns in enumerate(COLUMNS):
            parts = one.records.final[:, columns].T
            whole = one.world.audience[:, segment]
            assert (parts >= -1e-9).all()
            assert theory.conservation_error(*parts[:4], whole - parts[4]) < 1e-12


def test_it_makes_repeated_suspension_cost_something(small, run):
    # On common draws, the third life beside the second: alike without it, less with it.
    scenario = {**BLIND, "promotion.posts": 0}
    shares = []
    for rate in (0, 0.2):
        rows = run(small({**scenario, **forgetting(rate)})).records.accounts
        ended = ~np.isnan(rows["suspended_day"]) & ~np.isnan(rows["public_day"])
        of = [rows["outsider_followers"][ended & (rows["life"] == n)].mean() for n in (2, 6)]
        shares.append(of[1] / of[0])
    assert shares[1] < 0.7 * shares[0]
