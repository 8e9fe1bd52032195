"""The scenario `they-adapt`: what a match gains, what the response takes back, and what it costs.

Directions as the sources have them (S13): a similar handle is found again sooner by followers, and
by a platform that looks for it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from afterban.experiment.replicate import simulate
from afterban.experiment.responses import respond
from afterban.scenario import Scenario

SMALLER = {"detection.handle_match.ordinary.sample": 300}
FEW = 4  # replications


@pytest.fixture(scope="module")
def means():
    """Function from an arm and changes to the means of its metrics; each is run once."""
    scenario = Scenario.from_yaml("they-adapt").with_changes(SMALLER)
    known: dict[Any, dict[str, float]] = {}

    def mean(arm: str, **changes: Any) -> dict[str, float]:
        key = (arm, tuple(changes.items()))
        if key not in known:
            paths = {path.replace("__", "."): value for path, value in changes.items()}
            there = scenario.with_changes(paths) if paths else scenario
            runs = [simulate(there, arm, replication=k).metrics for k in range(FEW)]
            known[key] = {
                name: float(np.mean([one[name] for one in runs]))
                for name in ("effective_reach", "handle_matched_share", "near_identical_share")
            }
        return known[key]

    return mean


def test_who_is_matched_drops_similar_handles(means) -> None:
    kept = means("edits-2", adaptation__handle_match=1)
    stated = means("edits-2")
    dropped = means("edits-2", adaptation__handle_match=0)
    for name in ("handle_matched_share", "near_identical_share"):
        assert kept[name] > stated[name] > dropped[name]
    # Nobody is matched in base, so that nobody has anything to answer.
    assert means("base", adaptation__handle_match=0) == means("base")


def test_the_response_takes_a_part_of_the_gain_back(means) -> None:
    base = means("base")["effective_reach"]
    kept = means("edits-2", adaptation__handle_match=1)["effective_reach"]
    dropped = means("edits-2", adaptation__handle_match=0)["effective_reach"]
    assert kept < dropped < base


def test_followers_find_an_unrelated_handle_later_too(means) -> None:
    """The response pays less where followers lose sight of who changes its name."""
    taken_back = [
        means("edits-2", adaptation__handle_match=0, audience__recognition__unrelated=u)[
            "effective_reach"
        ]
        - means("edits-2", adaptation__handle_match=1, audience__recognition__unrelated=u)[
            "effective_reach"
        ]
        for u in (0.05, 1)
    ]
    assert taken_back[0] < taken_back[1]


def test_a_wider_threshold_finds_more_and_costs_more(means) -> None:
    one, two = (means(arm, adaptation__handle_match=1) for arm in ("edits-1", "edits-2"))
    assert two["handle_matched_share"] > one["handle_matched_share"] > 0
    assert two["effective_reach"] < one["effective_reach"]
    scenario = Scenario.from_yaml("they-adapt")
    alike = [
        simulate(scenario, arm, replication=0).metrics["look_alikes_flagged"]
        for arm in ("edits-2", "edits-4")
    ]
    assert 0 < alike[0] < alike[1]


@pytest.mark.slow
def test_the_worst_response_is_to_drop_them_all(tmp_path) -> None:
    """The gain of the wider threshold is smaller when it is answered, and is there still."""
    scenario = Scenario.from_yaml("they-adapt").with_changes(SMALLER)
    found = respond(scenario, ["edits-2"], points=0, draws=10, out=tmp_path)
    one = found.arm("edits-2")
    assert one.worst.response[0] < 0.3
    assert found.vanishes(one) == ""
    assert one.none.difference is not None
    assert one.worst.difference is not None
    assert one.none.difference.value < one.worst.difference.value < 0
    assert "handle_match" in found.arm("base").idle or found.arm("base").worst.response[0] == 1
