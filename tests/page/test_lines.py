"""Lines of a story's own: each counted again from another table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from afterban.experiment.replicate import Outcome
from afterban.mechanisms import census
from afterban.page import lines
from afterban.page.record import _first
from afterban.page.state import scenario_of, start_of
from afterban.parameters import Parameters
from afterban.scenario import Scenario


def run_of(story: str, **moves: str) -> tuple[Scenario, Outcome, lines.Floats]:
    state = replace(start_of(story), **moves)  # type: ignore[arg-type]  # these are text
    scenario = scenario_of(state)
    return scenario, _first(state), Parameters.from_scenario(scenario).grid[::3]


def values_of(found: lines.Data) -> list[list[int]]:
    return [one["values"] for one in found["lines"]]


def live(scenario: Scenario, outcome: Outcome, tiers: list[str]) -> list[int]:
    """Public accounts of some tiers, as the census counted them."""
    assert outcome.records is not None
    places = [list(scenario.tiers).index(tier) for tier in tiers]
    counted = outcome.records.series[::3][:, places, census.LIVE].sum(axis=1)
    return [int(count) for count in counted]


@pytest.mark.slow  # seven weeks of reports about ordinary users
def test_who_waits_is_who_came_and_was_not_taken_up() -> None:
    scenario, outcome, days = run_of("queue", reviewers="6")
    assert outcome.records is not None
    cases = np.concatenate((outcome.records.cases, outcome.records.open_cases))
    came, taken = cases["arrived_day"], np.nan_to_num(cases["started_day"], nan=np.inf)
    again = [int(((came <= day) & (taken > day)).sum()) for day in days]
    (queue,) = values_of(lines.waiting(scenario, outcome, days))
    assert queue[-1] > 10_000  # six are too few
    assert queue == pytest.approx(again, abs=1)  # a case may come at the very moment


def test_voices_end_where_the_metrics_say() -> None:
    scenario, outcome, days = run_of("flame-war-2011")
    days = np.append(days, scenario.horizon)
    office, two = values_of(lines.voices(scenario, outcome, days))
    assert office[0] == 736
    assert office[-1] == pytest.approx(outcome.metrics["speaker_followers"], abs=0.5)
    assert two[-1] == pytest.approx(outcome.metrics["network_followers"], abs=0.5)


def test_those_who_move_are_on_one_platform_at_a_time() -> None:
    scenario, outcome, days = run_of("next-platform")
    found = lines.platforms(scenario, outcome, days)
    assert [one["name"] for one in found["lines"]] == ["Twitter", "Friendica", "Diaspora", "VK"]
    places = values_of(found)
    assert min(max(values) for values in places) > 0  # each had somebody
    together = [sum(day) for day in zip(*places, strict=True)]
    assert together == live(scenario, outcome, ["official", "media"])


def test_newcomers_are_those_who_were_not_there_at_first() -> None:
    scenario, outcome, days = run_of("recruits")
    assert outcome.records is not None
    first, new = values_of(lines.newcomers(scenario, outcome, days))
    assert (first[0], new[0]) == (1000, 0)
    assert max(new) > 100
    assert [a + b for a, b in zip(first, new, strict=True)] == live(
        scenario, outcome, ["supporter"]
    )
    made = outcome.records.accounts[lines.is_newcomer(scenario, outcome)]
    assert len(np.unique(made["operator"])) == outcome.metrics["recruits"]
