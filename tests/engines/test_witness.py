"""A witness, and rules that are the model's own, change nothing on any network of the tests."""

from __future__ import annotations

import networks
import pytest

from afterban.engines import reference
from afterban.engines.agreement import differences
from afterban.engines.rules import Rules
from afterban.experiment.witness import witnessed
from afterban.world import build

NAMES = ("network", "staffed", "returning", "priced_team", "differing", "heard", "answered")
FEW = ("priced_team", "returning")  # a team, and reviews without one


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=() if one in FEW else pytest.mark.slow) for one in NAMES]
)
def test_nothing_is_another(name):
    parameters = getattr(networks, name)()
    plain = reference.run(parameters, build(parameters, 5, 1), 5, 1)
    assert len(plain.accounts) > 100
    assert differences(plain, witnessed(parameters, build(parameters, 5, 1), 5, 1)) == []
    rules = Rules(returns=lambda suspended: suspended.chance, detects=lambda sought: 1.0)
    ruled = reference.run(parameters, build(parameters, 5, 1), 5, 1, rules)
    assert differences(plain, ruled) == []
