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
    results = run(Scenario.from_text(WIDE), workers=1, engine="reference")
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
        results = run(scenario, ["base"], replications=2, engine="reference", workers=1)
        text = " ".join(notes(scenario, results.values))
        assert ("suspended nobody in any replication" in text) == told
