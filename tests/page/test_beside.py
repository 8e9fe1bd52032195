"""What stands beside the pictures is what the command line gives for the story as it starts."""

from __future__ import annotations

from typing import Any

import pytest

from afterban import run
from afterban.claims import load
from afterban.page import state as states
from afterban.page.beside import SHOWN, beside
from afterban.page.record import REPLICATIONS, Recorder
from afterban.page.state import start_of
from afterban.report import words

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def recorder() -> Recorder:
    return Recorder(start_of("june-2014"))


@pytest.fixture(scope="module")
def told(recorder: Recorder) -> Any:
    return beside(recorder)


def test_numbers_are_those_of_the_command_line(recorder: Recorder, told: Any) -> None:
    found = run(states.scenario_of(recorder.start), ["base"], replications=REPLICATIONS)
    assert len(told["numbers"]) > 5
    for row in told["numbers"]:
        assert row["metric"] in SHOWN
        e = found.estimate(row["metric"], "base")
        assert row["text"] == words.value_text(row["metric"], e)
        assert row["interval"] == words.interval_text(row["metric"], e)


def test_published_figures_are_the_registers_with_a_verdict(told: Any) -> None:
    texts = {claim.cited for claim in load()}
    assert len(told["cited"]) > 2
    for row in told["cited"]:
        assert row["cited"] in texts
        assert row["verdict"].startswith(("agrees", "differs", "undefined"))
    assert not {row["source"] for row in told["cited"]} & {row["source"] for row in told["also"]}


def test_a_class_is_not_compared_with_counts_of_the_whole_network(told: Any) -> None:
    assert "S15" not in {row["source"] for row in told["cited"]}


def test_each_part_of_the_cycle_has_its_size(told: Any) -> None:
    assert len(told["parts"]) >= 3
    assert all("points" in row["text"] for row in told["parts"])
    assert told["said"]
