"""The two engines on every shipped scenario and each of its first arms."""

import pytest

from afterban import inputs
from afterban.engines import compiled, reference
from afterban.engines.agreement import assert_same
from afterban.parameters import Parameters
from afterban.scenario import Scenario, shipped_names
from afterban.world import build

MOST = 40  # operators of the largest tier; the whole network would take the reference hours


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_names())
def test_both_engines_tell_the_same_of_a_shipped_scenario(name):
    scenario = Scenario.from_yaml(name)
    large = {
        f"tiers.{tier}.count": MOST
        for tier, one in scenario.tiers.items()
        if one.count > MOST and one.same_operators_as is None
    }
    joining = scenario.arrivals.tiers if scenario.arrivals is not None else {}
    for tier, one in joining.items():  # as many fewer arrive
        share = min(1.0, MOST / scenario.tiers[tier].count)
        large[f"arrivals.tiers.{tier}.rate"] = f"{one.rate * share:.6f} per day"
    scenario = scenario.with_changes(large) if large else scenario
    inputs.check(scenario)
    for policy in ["base", *list(scenario.policies)[:1]]:
        parameters = Parameters.from_scenario(scenario, policy)
        world = build(parameters, scenario.seed, 0)
        one = reference.run(parameters, world, scenario.seed, 0)
        assert_same(one, compiled.run(parameters, world, scenario.seed, 0))
        assert len(one.accounts) >= parameters.tier_count[parameters.sleeper == 0].sum()
