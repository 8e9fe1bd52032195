"""Names that outputs use themselves are refused where somebody gives names."""

from __future__ import annotations

import pytest

from afterban.errors import ScenarioErrors
from afterban.experiment.store import metric_names
from afterban.metrics import METRICS
from afterban.results import EVERYBODY, column_of
from afterban.scenario import Scenario, names, shipped_names

TEXT = """
schema_version: 1
name: all
start: 2014-09-01
horizon: 5 days
tiers: {one: {count: 2, audience: 200, posts: 2 per day}}
"""


def test_the_register_of_metrics_is_the_one_that_is_reserved():
    """A new metric is added to ``afterban.scenario.names``, in the order of the alphabet."""
    assert list(names.METRICS) == sorted(METRICS)
    assert {EVERYBODY, "base", "none"} == set(names.ROWS)


@pytest.mark.parametrize("name", ["all", "base", "effective_reach", "policy", "reach"])
@pytest.mark.parametrize(
    "more",
    [
        "tiers: {NAME: {count: 2, audience: 200, posts: 2 per day}}",
        "platforms: {NAME: {users: 100}}",
        "counter_speech: {speakers: {NAME: {followers: 10, posts: 1 per day}}}",
        "policies: {NAME: {}}",
    ],
)
def test_reserved_names(name, more):
    text = TEXT if not more.startswith("tiers") else TEXT[: TEXT.index("tiers")]
    with pytest.raises(ScenarioErrors) as caught:
        Scenario.from_text(text + more.replace("NAME", name) + "\n")
    (error,) = caught.value.errors
    assert error.found.startswith(f"`{name}` is reserved: ")
    assert error.line is not None


def test_the_name_of_a_scenario_is_in_no_table():
    assert Scenario.from_text(TEXT).name == "all"


@pytest.mark.slow
def test_no_two_columns_of_a_sweep_have_one_name():
    for name in shipped_names():
        scenario = Scenario.from_yaml(name)
        arms = ["base", *scenario.policies]
        columns = [column_of(metric) for metric in metric_names(scenario, arms)]
        columns += ["point", "point_key", "replication", "policy", "horizon", "seed", "start"]
        assert len(columns) == len(set(columns))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("detection.pulses[0].share", "detection.pulses.0.share"),
        ("review.time_to_action", "review.time_to_action.lognormal.median"),
    ],
)
def test_a_place_that_is_varied_twice_is_told(one, other):
    values = {
        "share": "0.1",
        "median": "2h",
        "time_to_action": "{lognormal: {median: 1h, sigma: 1}}",
    }
    rows = "".join(
        f"    {path}: {{values: ['{values[path.rpartition('.')[2]]}']}}\n" for path in (one, other)
    )
    text = (
        f"{TEXT}detection: {{pulses: [{{date: 2014-09-02, share: 0.2}}]}}\n"
        f"sweep:\n  replications: 1\n  parameters:\n{rows}"
    )
    with pytest.raises(ScenarioErrors, match="varies the same place"):
        Scenario.from_text(text)
