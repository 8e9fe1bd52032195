"""Threats that follow suspensions: relations between runs on common draws."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from afterban.mechanisms import detection

# Nothing finds an account by its followers, so that what finds it does not follow from the others.
BLIND = {
    "detection.reports": "0 per impression",
    "detection.threats": 0,
    "detection.signup": 0,
    "review.sensitivity": 1,
    "horizon": "60 d",
}


def threatening(probability, delay="2 d"):
    return {"detection.retaliation": {"probability": probability, "delay": delay}}


def test_without_a_probability_nothing_changes(small, run, engine, same):
    absent = run(small(), engine)
    assert same(absent, run(small(threatening(0, "1 h")), engine))
    assert not same(absent, run(small(threatening(0.5)), engine))
    # Nor where nobody comes back.
    gone = {"returning.probability": 0}
    assert same(run(small(gone), engine), run(small({**gone, **threatening(1)}), engine))


NEWCOMERS = {"arrivals": {"tiers": {"supporter": {"rate": "1 per day"}}}}


@pytest.mark.parametrize("more", [{}, {"promotion.posts": 0}, NEWCOMERS])
def test_a_higher_probability_adds_threats_and_takes_none_away(small, run, engine, more):
    runs = [
        run(small({**BLIND, **more, **threatening(p)}), engine).records.accounts
        for p in (0, 0.2, 0.6, 1)
    ]
    found = []
    for rows in runs:
        first, second = rows[rows["life"] == 1], rows[rows["life"] == 2]
        # Nobody threatens before a suspension.
        assert np.array_equal(
            first["suspended_day"], runs[0]["suspended_day"][runs[0]["life"] == 1], equal_nan=True
        )
        found.append(dict(zip(second["operator"], second["flagged_day"], strict=True)))
    for less, most in pairwise(found):
        assert less.keys() == most.keys()
        for operator, day in less.items():
            assert np.isnan(day) or most[operator] <= day
    threats = [int((rows["channel"] == detection.THREATENED).sum()) for rows in runs]
    assert threats[0] == 0
    assert threats == sorted(set(threats))


def test_sooner_threats_are_never_found_later(small, run, engine):
    soon, late = (
        run(small({**BLIND, **threatening(1, delay)}), engine).records.accounts
        for delay in ("1 d", "3 d")
    )
    soon, late = soon[soon["life"] == 2], late[late["life"] == 2]
    assert np.array_equal(soon["operator"], late["operator"])
    later = ~np.isnan(late["flagged_day"])
    assert (soon["flagged_day"][later] <= late["flagged_day"][later]).all()
    assert (soon["flagged_day"] < late["flagged_day"]).sum() > 10


def test_a_tier_of_which_nobody_threatens(small, run, engine):
    tiers = {"detection.tiers": {"hub": {"retaliation": 0}}}
    told = run(small({**BLIND, **threatening(1), **tiers}), engine)
    rows = told.records.accounts
    tier = told.world.tier[rows["operator"]]
    assert (rows["life"] > 1)[tier == 0].any()
    assert not (rows["channel"][tier == 0] == detection.THREATENED).any()
    assert (rows["channel"][tier == 1] == detection.THREATENED).any()
