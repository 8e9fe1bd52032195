"""What the pictures draw is what the account table of the run says."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from afterban.page.record import Recorder, _first
from afterban.page.shown import MOST, choose
from afterban.page.state import start_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def recorder() -> Recorder:
    return Recorder(start_of("names"))


@pytest.fixture(scope="module")
def answer(recorder: Recorder) -> Any:
    return recorder.answer(recorder.start)


def test_lives_are_those_of_the_account_table(recorder: Recorder, answer: Any) -> None:
    records = _first(recorder.start).records
    assert records is not None
    found = 0
    for operator, node in zip(recorder.shown.operators, answer["nodes"], strict=True):
        mine = records.accounts[records.accounts["operator"] == operator]
        assert len(mine) == len(node["lives"])
        for row, life in zip(mine, node["lives"], strict=True):
            assert life[5] == round(float(row["outsider_followers"]))
            assert life[9] == row["promotions_received"]
        found += len(mine)
    assert found > 2 * len(answer["nodes"])


def test_followers_climb_towards_what_the_table_has_at_the_end(answer: Any) -> None:
    """Between a return and a suspension outsiders only grow, and never above the life's peak."""
    grid, checked = np.array(answer["grid"]), 0
    for node in answer["nodes"]:
        line = node["outsiders"]
        if len(line) == 1:
            continue
        for life in node["lives"][1:]:
            end = life[3] if life[3] is not None else grid[-1]
            inside = [line[k] for k in np.nonzero((grid > life[2]) & (grid < end))[0]]
            assert all(b >= a - 1 for a, b in pairwise(inside))
            assert all(value <= life[5] + 1 for value in inside)
            checked += len(inside)
    assert checked > 100


def test_nobody_follows_an_operator_without_an_account(answer: Any) -> None:
    grid, gaps = np.array(answer["grid"]), 0
    for node in answer["nodes"]:
        for before, after in pairwise(node["lives"]):
            for k in np.nonzero((grid > before[3]) & (grid < after[2]))[0]:
                assert node["insiders"][k] == node["outsiders"][k] == 0
                gaps += 1
    assert gaps > 50


def test_the_twin_keeps_its_audience_and_the_counters_their_ratio(
    recorder: Recorder, answer: Any
) -> None:
    audience = recorder.network()["audience"]
    for (inside, outside), node in zip(audience, answer["nodes"], strict=True):
        assert node["twinInsiders"][-1] == pytest.approx(inside, abs=1)
        assert node["twinOutsiders"][-1] == pytest.approx(outside, abs=1)
    ratio = answer["seen"][-1] / answer["twinSeen"][-1]
    assert ratio == pytest.approx(answer["numbers"]["effective_reach"], abs=1e-3)


def test_promotions_are_among_those_drawn_and_bring_somebody(answer: Any) -> None:
    made = answer["promotions"]
    assert len(made) > 50
    assert all(a[0] <= b[0] for a, b in pairwise(made))
    count = len(answer["nodes"])
    assert all(0 <= one < count and 0 <= other < count for _, one, other, _ in made)
    assert max(won for *_, won in made) > 1


def test_those_who_are_drawn_do_not_change_with_the_settings(recorder: Recorder) -> None:
    other = recorder.answer(recorder.at(speed="1h"))
    assert len(other["nodes"]) == len(recorder.shown.operators) <= MOST + 1
    first = _first(recorder.start)
    assert first.records is not None
    assert first.world is not None
    lives = np.bincount(first.records.accounts["operator"], minlength=len(first.world.tier))
    again = choose(first.world, lives, recorder.middle)
    assert (again.operators == recorder.shown.operators).all()
    assert again.operators[0] == recorder.middle
