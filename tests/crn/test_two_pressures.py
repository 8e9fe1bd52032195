"""Detection and campaigns by tier: two populations under different pressure on one platform.

Each relation is held against a run that must break it.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from afterban.mechanisms import detection

CHANNELS = (
    *("signup", "reports", "classifier", "threats", "watch"),
    *("handle_recall", "link_promoted", "link_promoter", "retaliation"),
)
OPEN = {
    "detection.link_match": {"promoted": 0.1, "promoter": 0.1},
    "detection.retaliation.probability": 0.2,
}
# A population that nobody of the other one follows, nor promotes.
ELSEWHERE = {
    "tiers.elsewhere": {
        "count": 40,
        "audience": {"lognormal": {"median": 400, "sigma": 1}},
        "posts": "4 per day",
        "degree": 0,
        "prominence": 0,
    }
}
OLD = 63  # operators of the others


def pressed(**tiers):
    return {"detection.tiers": tiers}


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_factor_of_one_leaves_every_bit(small, run, engine, same, channel):
    scenario = small({**OPEN, "tiers.hub.watched": "0.1 per day"})
    absent = run(scenario, engine)
    for factor, equal in ((1, True), (3, False)):
        tiers = {name: {channel: factor} for name in ("hub", "supporter")}
        assert same(absent, run(scenario.with_changes(pressed(**tiers)), engine)) == equal
        later = [{"from": "2014-06-03", "tiers": tiers}]
        told = run(scenario.with_changes({"detection.regimes": later}), engine)
        assert same(absent, told) == equal


def test_the_same_factor_on_every_tier_is_that_rate(small, run, engine, same):
    rates = {"reports": "3000 per million impressions", "classifier": "0.005 per post"}
    twice = {"reports": "6000 per million impressions", "classifier": "0.01 per post"}
    quiet = {"signup": 0, "threats": 0}
    tiers = {name: {"reports": 2, "classifier": 2} for name in ("hub", "supporter")}
    one = run(small({"detection": {**quiet, **twice}}), engine)
    assert same(one, run(small({"detection": {**quiet, **rates, "tiers": tiers}}), engine))
    del tiers["hub"]
    assert not same(one, run(small({"detection": {**quiet, **rates, "tiers": tiers}}), engine))


@pytest.mark.parametrize(
    "pressure",
    [
        pressed(elsewhere={"reports": 5, "classifier": 9, "signup": 4}),
        {"detection.regimes": [{"from": "2014-06-10", "tiers": {"elsewhere": {"threats": 40}}}]},
        {"detection.pulses": [{"date": "2014-06-12", "share": 0.7, "tiers": ["elsewhere"]}]},
    ],
)
def test_who_is_pressed_elsewhere_changes_nobody_here(small, run, engine, same, pressure):
    base = small({**ELSEWHERE, "detection.pulses": []})
    one, two = run(base, engine), run(base.with_changes(pressure), engine)
    a, b = one.records.accounts, two.records.accounts
    assert same(a[a["operator"] < OLD], b[b["operator"] < OLD])
    assert not same(a[a["operator"] >= OLD], b[b["operator"] >= OLD])
    # What is stronger for all is no pressure elsewhere.
    here = {"detection.pulses": [], "detection.regimes": [], "detection.tiers": {}}
    everybody = run(base.with_changes({**here, "detection.threats": "0.5 per day"}), engine)
    rows = everybody.records.accounts
    assert not same(a[a["operator"] < OLD], rows[rows["operator"] < OLD])


def test_pressed_harder_nobody_is_found_later(small, run, engine):
    changes = {
        **ELSEWHERE,
        "detection": {"signup": 0, "reports": 0, "threats": 0, "pulses": []},
        "detection.handle_match.recall": 0,
        "detection.classifier": "0.002 per post",
        "returning.probability": 0,
    }
    found = []
    for factor in (0, 1, 3, 10):
        told = run(small({**changes, **pressed(elsewhere={"classifier": factor})}), engine)
        rows = told.records.accounts
        assert rows["operator"].tolist() == list(range(OLD + 40))
        found.append(np.nan_to_num(rows["flagged_day"][OLD:], nan=np.inf))
    assert np.isinf(found[0]).all()
    for less, more in pairwise(found):
        assert (more <= less).all()
        assert (more < less).sum() > 5


def test_a_campaign_strikes_the_tiers_that_it_names(small, run, engine):
    campaign = {"date": "2014-06-12", "share": 1, "tiers": ["hub"]}
    told = run(small({"detection.pulses": [campaign]}), engine)
    rows = told.records.accounts
    struck = rows["channel"] == detection.STRUCK
    assert struck.any()
    assert set(told.world.tier[rows["operator"][struck]]) == {0}
    assert told.records.struck.tolist() == [struck.sum()]
    del campaign["tiers"]
    rows = run(small({"detection.pulses": [campaign]}), engine).records.accounts
    struck = rows["operator"][rows["channel"] == detection.STRUCK]
    assert set(told.world.tier[struck]) == {0, 1}
