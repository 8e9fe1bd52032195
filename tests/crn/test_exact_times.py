"""Shifts, waves and services that meet to the microsecond, in both engines."""

from __future__ import annotations

import numpy as np
import pytest

from afterban.experiment.replicate import simulate
from afterban.scenario import loads

BUSY = """
schema_version: 1
name: shift
start: 2014-09-01
horizon: 14 days
seed: 3
tiers: {supporter: {count: 100, audience: 200, posts: 2 per day}}
detection: {classifier: 1 per post}
returning: {probability: 0}
review:
  team:
    shifts:
      - days: [mon, tue, wed, thu, fri, sat, sun]
        start: START
        end: END
        reviewers: 2
    service_time: SERVICE
    benign_reports: 500 per day
"""


@pytest.mark.parametrize(
    ("start", "end", "service", "each"),
    [("8h", "16h", "20min", 24), ("9h", "17h", "6min", 80), ("7h", "14h", "7min", 60)],
)
def test_a_shift_holds_just_as_many_services_as_fit(engine, start, end, service, each):
    text = BUSY.replace("START", start).replace("END", end).replace("SERVICE", service)
    cases = simulate(loads(text), engine=engine).records.cases
    days = np.floor(cases["started_day"])
    for day in range(1, 14):  # the queue is never empty from the second morning on
        assert (days == day).sum() == 2 * each, day
    # None begins when the shift is over.
    assert (cases["started_day"] - days).max() < int(end[:-1]) / 24 - 1e-6


def test_a_share_of_few_accounts_is_the_same_for_every_way_to_choose(engine):
    text = BUSY[: BUSY.index("detection")].replace("count: 100", "count: 40") + (
        "returning: {probability: 0}\nreplications: 10\n"
        "detection: {pulses: [{date: 2014-09-01, every: 1d, share: 0.01, choose: CHOOSE}]}\n"
    )
    found = {}
    for choose in ("random", "followers"):
        scenario = loads(text.replace("CHOOSE", choose)).with_changes({"horizon": "30 days"})
        found[choose] = np.mean(
            [
                simulate(scenario, replication=k, engine=engine).metrics["suspensions"]
                for k in range(10)
            ]
        )
    # 40 accounts, a hundredth a day for 30 days: 10.4; 4.4 standard errors over ten runs.
    for count in found.values():
        assert abs(count - 40 * (1 - 0.99**30)) < 4.4 * np.sqrt(10.4 / 10)
