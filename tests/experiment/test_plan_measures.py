"""Aim, costs and limits made of metrics."""

from __future__ import annotations

import numpy as np
import pytest

from afterban.errors import AfterbanError
from afterban.experiment.planning.measures import (
    in_proportion,
    kept_metrics,
    measures_of,
    number_of,
)
from afterban.metrics import METRICS
from afterban.scenario import Scenario

TEXT = """\
schema_version: 1
name: small
extends: minimal
horizon: 28 days
plan:
  levers:
    speed: {path: returning.probability, values: [0.1, 0.2]}
  prices: [{metric: paid_hours, each: 40}, {metric: wrong_suspensions, each: 100}]
  limits:
    - {metric: time_to_action_p95, at_most: 48h}
    - {metric: return_share, at_least: 10 %}
"""


def test_people_and_money() -> None:
    found = measures_of(Scenario.from_text(TEXT), 0.5)
    assert found.names[:3] == ("effective_reach", "time_to_action_p95", "return_share")
    assert found.costs[0] == "people"
    assert found.costs[-1] == "money"
    assert found.frontier == ("people", "effective_reach")
    kept = kept_metrics(found)
    assert "people" not in kept
    # Half of the network was run: as many again are counted, and the team is as large as it is.
    row = [{"paid_hours": 640.0, "wrong_suspensions": 3.0}.get(name, 0.5) for name in kept]
    told = dict(zip(found.names, found.of(np.array([row]), kept)[0], strict=True))
    assert told["people"] == 640 / 4 / 40
    assert told["wrong_suspensions"] == 6
    assert told["money"] == 640 * 40 + 6 * 100
    assert told["effective_reach"] == 0.5
    first, second = found.bounds
    assert (first.limit, first.sign) == (2.0, 1)
    assert (second.limit, second.sign) == (0.1, -1)
    assert first.beyond(np.array([3.0, 1.0])).tolist() == [0.5, -0.5]


def test_which_way_is_better() -> None:
    scenario = Scenario.from_text(TEXT)
    assert measures_of(scenario, 1.0).better == -1
    other = scenario.with_changes({"plan.aim.metric": "suspensions", "plan.aim.best": "most"})
    assert measures_of(other, 1.0).better == 1
    money = scenario.with_changes({"plan.aim.metric": "money"})
    assert measures_of(money, 1.0).better == -1


def test_what_goes_with_the_size_of_the_network() -> None:
    assert in_proportion("wrong_suspensions")
    assert not in_proportion("paid_hours")
    assert not any(in_proportion(name) for name, one in METRICS.items() if one.form == "share")


@pytest.mark.parametrize(
    ("metric", "text", "value"),
    [("wrong_suspensions", "1,200", 1200), ("effective_reach", "5 %", 0.05), ("people", "6", 6)],
)
def test_values_as_they_are_written(metric: str, text: str, value: float) -> None:
    assert number_of(metric, text, "here") == pytest.approx(value)


def test_values_that_are_none() -> None:
    with pytest.raises(AfterbanError, match="--worth: effective_reach: `2h` is no value"):
        number_of("effective_reach", "2h", "--worth")
