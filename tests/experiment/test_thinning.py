"""A thinned network stands in for the whole one: the same pressure, shares and reach."""

from __future__ import annotations

import pytest

from afterban.experiment.ranges import assumptions_of
from afterban.experiment.thinning import operators_of, thinned, thinned_by
from afterban.scenario import Scenario


def test_a_thinned_network_is_under_the_same_pressure() -> None:
    whole = Scenario.from_yaml("targeting")
    smaller = thinned(whole, 2700)
    factor = sum(t.count for t in smaller.tiers.values()) / sum(
        t.count for t in whole.tiers.values()
    )
    for arm in ("base", "best-linked"):
        (pulse,) = smaller.arm(arm).detection.pulses
        assert pulse.accounts == pytest.approx(100 * factor, abs=1)
    assert not smaller.arm("as-visible").detection.pulses
    team = Scenario.from_yaml("capacity")
    for arm in ("base", "twice-the-benign-reports", "quick-looks"):
        before, after = team.arm(arm).review.team, thinned(team, 2700).arm(arm).review.team
        assert before is not None
        assert after is not None
        assert after.reviewers == before.reviewers
        load = [one.benign_reports * one.service_time.mean() for one in (before, after)]
        assert load[1] == pytest.approx(load[0], rel=1e-3, abs=0)


def test_thinning_keeps_the_shares_and_every_tier() -> None:
    scenario = Scenario.from_yaml("september-2014")
    smaller = thinned(scenario, 2000)
    whole = sum(tier.count for tier in scenario.tiers.values())
    count = sum(tier.count for tier in smaller.tiers.values())
    assert count == pytest.approx(2000, abs=5)
    assert all(tier.count >= 1 for tier in smaller.tiers.values())
    assert smaller.exposure.outsiders / count == pytest.approx(
        scenario.exposure.outsiders / whole, rel=0.01
    )
    assert thinned(scenario, whole) is scenario


def test_a_version_of_a_scenario_is_thinned_by_its_own_numbers() -> None:
    """Twice the arrivals on a third of the network are two thirds of the arrivals."""
    whole = Scenario.from_yaml("under-pressure")
    (arrivals,) = [one for one in assumptions_of(whole) if one.name == "arrivals"]
    changes = arrivals.changes(whole, 2.0)
    assert changes
    there = thinned_by(whole.with_changes(changes), 1 / 3)
    assert whole.arrivals is not None
    assert there.arrivals is not None
    for tier, one in whole.arrivals.tiers.items():
        assert there.arrivals.tiers[tier].rate == pytest.approx(one.rate * 2 / 3, rel=1e-9)
    assert operators_of(there) == pytest.approx(operators_of(whole) / 3, abs=3)


def test_by_one_it_is_the_same() -> None:
    scenario = Scenario.from_yaml("minimal")
    assert thinned_by(scenario, 1.0) is scenario
