"""Right values that the model does not give yet: each begins to hold with its mechanism."""

from __future__ import annotations

import numpy as np
import pytest

from afterban.experiment.replicate import simulate
from afterban.scenario import loads

PLATFORM = """
schema_version: 1
name: not-yet
start: 2026-01-05
horizon: 40 days
seed: 11
tiers: {supporter: {count: 300, audience: 500, posts: 3 per day}}
exposure: {outsiders: 1_000_000}
"""


def insiders_of_survivors(changes):
    """Mean insider followers of those whom a purge of nine tenths has left."""
    scenario = loads(
        PLATFORM
        + "detection: {pulses: [{date: 2026-01-15, share: 0.9}]}\nreturning: {probability: 0}\n"
    ).with_changes(changes)
    accounts = simulate(scenario, engine="reference").records.accounts
    left = np.isnan(accounts["suspended_day"])
    assert left.any()
    return accounts["insider_followers"][left].mean()


@pytest.mark.xfail(reason="a constant number of people, until `operators` is the default")
def test_a_purge_takes_the_insiders_of_the_survivors():
    assert insiders_of_survivors({"horizon": "40 days"}) == pytest.approx(0.1 * 250, rel=0.5)


def test_a_purge_takes_the_insiders_who_are_operators():
    told = insiders_of_survivors({"audience.insiders": "operators"})
    assert told == pytest.approx(0.1 * 250, rel=0.5)
