"""Who is hit: ratios that follow from the hazards alone.

While few accounts are suspended, an account is hit with probability proportional to its hazard, so
the mean of x among the hit over the mean among all is E[x h]/(E[x] E[h]), with the operators as
drawn. Nothing in the scenario says that suspended accounts post more.
"""

from __future__ import annotations

import numpy as np
import pytest

from afterban.parameters import Parameters
from afterban.scenario import Scenario
from afterban.world import build

OPERATORS = """
schema_version: 1
name: operators
start: 2014-09-01
horizon: 100 d
tiers:
  supporter:
    count: 6000
    audience: {lognormal: {median: 200, sigma: 0.8}}
    posts: {lognormal: {median: 2 per day, sigma: 0.8}}
    degree: 0
returning: {probability: 0}
exposure: {view_probability: 0.02}
review: {time_to_action: 0}
metrics: {reach_window: 100 d}
"""
RATIOS = ("posts", "followers", "reshares", "links")
CHANNELS = {
    # About 300 of 6,000 suspended in each case.
    "by reports": {"detection.reports": "45 per million impressions"},
    "by posts": {"detection.classifier": "0.00018 per post"},
    "by chance": {"detection.threats": "0.0005 per day"},
}


def expected(scenario, replication, channel):
    world = build(Parameters.from_scenario(scenario), 1, replication)
    audience = world.audience.sum(axis=1)
    x = {
        "posts": world.posts,
        "followers": audience,
        "reshares": world.posts * audience,
    }
    h = {
        "by reports": world.posts * audience,
        "by posts": world.posts,
        "by chance": np.ones(len(audience)),
    }[channel]
    return {name: (v * h).mean() / (v.mean() * h.mean()) for name, v in x.items()}


@pytest.mark.parametrize("channel", CHANNELS)
def test_ratios_come_out_of_the_hazards(run, metrics_of, engine, channel):
    scenario = Scenario.from_text(OPERATORS).with_changes(CHANNELS[channel])
    found = {name: [] for name in RATIOS}
    theory = {name: [] for name in RATIOS}
    for k in range(4):
        one = run(scenario, engine, seed=1, replication=k)
        metrics = metrics_of(scenario, one, seed=1, replication=k)
        share = metrics["suspended_share"]
        assert 0.02 < share < 0.08
        for name, ratio in expected(scenario, k, channel).items():
            # Against the others, not against all: those that are hit are missing there.
            theory[name].append(ratio * (1 - share) / (1 - share * ratio))
            found[name].append(metrics[f"targeting_{name}_ratio"])
    for name in ("posts", "followers", "reshares"):
        # About 1,200 hit in all: a tenth, a quarter for the product, whose tail is long.
        margin = 0.25 if name == "reshares" else 0.12
        assert np.mean(found[name]) == pytest.approx(np.mean(theory[name]), rel=margin)
    if channel == "by chance":
        assert np.mean(found["posts"]) == pytest.approx(1.0, abs=0.1)
    else:
        assert np.mean(found["posts"]) > 1.5
    # What is proportional to posts alone does not look at followers.
    assert (np.mean(found["followers"]) > 1.4) == (channel == "by reports")


def test_nobody_hit_or_nobody_left_cannot_be_told(run, metrics_of):
    calm = Scenario.from_text(OPERATORS).with_changes({"tiers.supporter.count": 20})
    told = metrics_of(calm, run(calm, seed=1), seed=1)
    assert all(np.isnan(told[f"targeting_{name}_ratio"]) for name in RATIOS)
    swept = calm.with_changes({"detection.threats": "5 per day"})
    told = metrics_of(swept, run(swept, seed=1), seed=1)
    assert all(np.isnan(told[f"targeting_{name}_ratio"]) for name in RATIOS)


def test_only_the_evaluation_period_counts(run, metrics_of):
    # A campaign before it takes the busiest away: whoever is hit later is hit by chance.
    early = Scenario.from_text(OPERATORS).with_changes(
        {
            "detection.pulses": [{"date": "2014-09-05", "share": 0.1, "choose": "activity"}],
            "detection.threats": "0.0005 per day",
        }
    )
    whole = metrics_of(early, run(early, seed=1), seed=1)
    later = early.with_changes({"metrics.start": "2014-09-10"})
    part = metrics_of(later, run(later, seed=1), seed=1)
    assert whole["targeting_posts_ratio"] > 2
    assert part["targeting_posts_ratio"] == pytest.approx(1.0, abs=0.2)
