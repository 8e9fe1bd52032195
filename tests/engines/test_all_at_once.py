"""Every mechanism at once, from a scenario: what each of them changes must not miss another."""

from __future__ import annotations

import pytest

from afterban.core import can_run
from afterban.engines.agreement import differences
from afterban.experiment.replicate import simulate
from afterban.scenario import Scenario, loads

ALL = """
schema_version: 1
name: all-at-once
start: 2014-06-02
horizon: 60 days
replications: 2
seed: 7
tiers:
  hub:
    count: 12
    audience: {lognormal: {median: 2000, sigma: 0.8}}
    posts: 30 per day
    promotes: 0.9
    prominence: 20
    spares: 1
    watched: 2 per day
    return_delay: {observed: {back: [0.2d, 1d, 4d], not_back: [9d], beyond: never}}
  supporter:
    count: 70
    audience: {lognormal: {median: 300, sigma: 1.2}}
    posts: {lognormal: {median: 4 per day, sigma: 1}}
    promotes: 0.5
    differences:
      returns: {uniform: {low: 0.5, high: 1.5}}
      refollow: {lognormal: {median: 1, sigma: 0.5}}
      lost: {uniform: {low: 0, high: 2}}
      correlations: [{of: posts, with: returns, rank: 0.6}]
audience:
  insiders: operators
  forget_insiders: 0.05 per day
  forget_outsiders: 0.1 per day
  lost_insiders: 0.1
  lost_outsiders: 0.2
exposure: {outsiders: 200_000}
network: {overlap_outsiders: 0.5}
promotion: {view_probability: 0.3}
detection:
  signup: 0.05
  reports: 2000 per million impressions
  insider_reports: 0.3
  classifier: 0.004 per post
  threats: 0.01 per day
  watch: 0.01
  precision: 0.7
  precision_of: {watch: 0.4}
  handle_match: {recall: 0.4, edits: 2}
  link_match: {promoted: 0.1, promoter: 0.1}
  retaliation: {probability: 0.3, delay: {exponential: {mean: 1d}}}
  tiers:
    hub: {reports: 0.5, classifier: 2, link_promoter: 2}
  pulses:
    - {date: 2014-06-20, share: 0.2, every: 9d, times: 3, tiers: [supporter]}
  regimes:
    - {from: 2014-07-01, reports: 4000 per million impressions, tiers: {hub: {threats: 3}}}
review:
  time_to_action: {lognormal: {median: 12h, sigma: 1}}
  sensitivity: 0.8
  mistakes: {probability: 0.2, appeals: 0.5}
  appeals: {operators: 0.3}
returning:
  probability: 0.9
  delay: {mixture: [{weight: 2, law: {lognormal: {median: 1d, sigma: 1}}}, {weight: 1, law: 6h}]}
  moves: 0.1
  posts_after_return: 0.8
  posts_after_move: 1.3
  give_up: {suspensions: 3, within: 15d}
platforms:
  first: {users: 1_000_000}
  second: {users: 500_000, follows: 0.7, enforces_from: 2014-06-20, intensity: 0.8}
recruitment: {per_impression: 400 per million impressions, tier: supporter, most: 20, delay: 1d}
arrivals: {tiers: {supporter: {rate: 1 per day}, hub: {rate: 0.1 per day}}}
"""

TEAM = {
    "review.team": {
        "reviewers": 2,
        "service_time": {"exponential": {"mean": "30min"}},
        "benign_reports": "10 per day",
    }
}


@pytest.mark.skipif(not can_run(), reason="there is one engine only")
@pytest.mark.parametrize("staff", [{}, TEAM], ids=["unlimited", "team"])
@pytest.mark.parametrize(
    "replication", [0, *(pytest.param(k, marks=pytest.mark.slow) for k in (1, 2))]
)
def test_both_engines_agree_on_everything_at_once(staff, replication):
    scenario: Scenario = loads(ALL).with_changes(staff) if staff else loads(ALL)
    one, other = (
        simulate(scenario, engine=engine, replication=replication)
        for engine in ("reference", "compiled")
    )
    assert differences(one.records, other.records) == []
    for metric, value in one.metrics.items():
        assert other.metrics[metric] == pytest.approx(value, rel=1e-9, nan_ok=True), metric
    # Each mechanism was at work.
    for metric in ("arrivals", "recruits", "wrong_flags", "suspensions", "wrong_suspensions"):
        assert one.metrics[metric] > 0, metric
    assert one.metrics["live_accounts_on.second"] > 0
    assert one.metrics["struck"] > 0
