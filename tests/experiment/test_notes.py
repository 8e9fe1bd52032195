"""What a run says beside its numbers: audiences that were cut off, keys without effect."""

from __future__ import annotations

import numpy as np
import pytest

from afterban.experiment.notes import notes
from afterban.experiment.run import run
from afterban.scenario import Scenario

WIDE = """
schema_version: 1
name: wide
start: 2014-09-01
horizon: 2 d
replications: 2
tiers: {supporter: {count: 60, posts: 1 per day, audience: {lognormal: {median: 500, sigma: 3}}}}
exposure: {outsiders: 5000}
policies: {town: {exposure: {outsiders: 50_000}}}
"""


def test_audiences_that_were_cut_off_are_counted_and_told():
    results = run(Scenario.from_text(WIDE), workers=1)
    cut = {arm: results.values[arm]["audiences_cut"] for arm in ("base", "town")}
    assert (cut["base"] > cut["town"]).all()
    assert (cut["base"] > 3).all()
    (line,) = notes(results.scenario, results.values)
    assert f"{cut['base'].mean():.3g} of 60 audiences in the arm `base`" in line
    assert results.estimate("reach", "base").value <= 5000


@pytest.mark.parametrize("written", [True, False])
def test_a_sample_that_has_no_effect_is_told(written):
    text = WIDE + ("metrics: {outsider_sample: 50}\n" if written else "")
    told = notes(Scenario.from_text(text), {"base": {"audiences_cut": np.zeros(2)}})
    assert len(told) == written
    assert all("`metrics.outsider_sample` has no effect" in line for line in told)


def test_a_campaign_that_hits_nobody_says_so(small):
    quiet = {"detection": {"pulses": [{"date": "2014-06-20", "share": 0.0, "accounts": 0}]}}
    for change, told in (({"share": 0.0}, True), ({"share": 0.5}, False)):
        pulse = {"date": "2014-06-20", "choose": "followers", **change}
        scenario = small({**quiet, "detection": {"pulses": [pulse]}})
        results = run(scenario, ["base"], replications=2, workers=1)
        text = " ".join(notes(scenario, results.values))
        assert ("suspended nobody in any replication" in text) == told


RECRUITING = {
    "platforms": {"first": {"users": 1000}, "second": {"users": 500}},
    "recruitment": {"per_impression": "1 per 1000 impressions", "tier": "supporter", "most": 50},
}


def told_of_recruits(scenario):
    from afterban.experiment.notes import caught_recruits

    return caught_recruits(scenario, ["base", *scenario.policies, "none"])


def test_recruits_who_are_caught_at_once_are_told(small):
    shut = {"regimes": [{"from": "2014-06-11", "signup": 1}, {"from": "2014-06-20", "signup": 0}]}
    scenario = small({**RECRUITING, "policies.shut": {"detection": shut}})
    (line,) = told_of_recruits(scenario)
    assert line.startswith("in the arm `shut`, recruits (recruitment.tier: supporter)")
    assert "on `first`, where from 2014-06-11 to 2014-06-20" in line
    assert line in notes(scenario, {"base": {}, "shut": {}, "none": {}})
    # It is so: whoever comes then is suspended on that day, and never public.
    accounts = run_arm(scenario, "shut")
    won = accounts[accounts["operator"] >= sum(tier.count for tier in scenario.tiers.values())]
    first = won[won["life"] == 1]
    inside = (first["created_day"] >= 10) & (first["created_day"] < 19)
    assert inside.any()
    assert np.isnan(first["public_day"][inside]).all()
    assert not np.isnan(first["public_day"][~inside]).any()


@pytest.mark.parametrize(
    "changes",
    [
        {"detection.signup": 0.99},
        {"detection.signup": 1, "tiers.supporter.platform": "second"},  # nothing is enforced there
        {"detection.signup": 1, "recruitment.most": 0},
    ],
)
def test_others_are_not(small, changes):
    assert told_of_recruits(small({**RECRUITING, **changes})) == []


def test_from_the_start(small):
    (line,) = told_of_recruits(small({**RECRUITING, "detection.signup": 1}))
    assert "from the start on every new account" in line


def run_arm(scenario, policy):
    from afterban.experiment.replicate import run_replication

    (outcome,) = run_replication(scenario, [policy], keep=True)
    return outcome.records.accounts


def test_recruits_have_no_other_account_whose_further_one_theirs_could_be(small):
    from afterban.errors import ScenarioErrors

    with pytest.raises(ScenarioErrors, match=r"recruitment\.tier.*newcomers have none"):
        small(
            {
                "platforms": RECRUITING["platforms"],
                "tiers.back": {
                    "count": small().tiers["supporter"].count,
                    "audience": 10,
                    "posts": "1 per day",
                    "same_operators_as": "supporter",
                    "attached_at_start": 0,
                    "sleeper": {"public": "2014-06-10", "only_if_moved": True},
                },
                "recruitment": {**RECRUITING["recruitment"], "tier": "back"},
            }
        )
