"""Networks so plain that their long run has a closed form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from afterban import engines
from afterban.scenario import Scenario

# One tier, no promotion, nobody untouched; flags at a constant hazard, acted on at once.
PLAIN = """
schema_version: 1
name: plain
start: 2014-06-02
horizon: 100 d
tiers:
  alike:
    count: 300
    audience: 1000
    posts: 5 per day
    degree: 0
    promotes: 0
audience:
  refollow_insiders: 1 per day
  refollow_outsiders: 0.3 per day
  discover_insiders: 0
  discover_outsiders: 0
  lost_insiders: 0
  lost_outsiders: 0
  forget_insiders: 0
  forget_outsiders: 0
detection: {threats: 0.2 per day}
review: {time_to_action: 0}
handles: {near_identical: 1}
returning:
  probability: 1
  delay: {exponential: {mean: 2 d}}
  rebuilding: {share: 0}
metrics: {every: 1 d, reach_window: 1000 d, outsider_sample: 10}
"""


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> Any:
    """The default engine alone: the two are held against each other elsewhere."""
    import os

    wanted = os.environ.get("AFTERBAN_TEST_ENGINES")
    default = engines.default_engine()
    return default if not wanted or default in wanted.split(",") else "reference"


@pytest.fixture(scope="session")
def plain() -> Callable[..., Scenario]:
    """Function from changes by path to the plain network with those changes."""
    scenario = Scenario.from_text(PLAIN)

    def changed(changes: dict[str, Any] | None = None) -> Scenario:
        return scenario.with_changes(changes) if changes else scenario

    return changed
