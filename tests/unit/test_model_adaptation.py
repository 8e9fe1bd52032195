"""Adaptation: the rules by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from afterban.mechanisms import detection
from afterban.mechanisms.adaptation import (
    MOST,
    Answers,
    Habits,
    answered,
    compounded,
    in_lives,
    likelihood,
    of_lives,
    was_quick,
)
from afterban.mechanisms.returning import prolonged

ANSWERS = Answers(0.5, 0.7, 0.6, 0.4, 2.0, 1.0)
SLOW = (10.0, 12.0)  # flagged, suspended
QUICK = (10.0, 10.5)


@pytest.mark.parametrize(
    ("channel", "after"),
    [
        (detection.HANDLE_MATCHED, Habits(similarity=0.5)),
        (detection.REPORTED, Habits(posting=0.7)),
        (detection.CLASSIFIED, Habits(posting=0.6)),
        (detection.LINK_MATCHED, Habits(promoting=0.4)),
        (detection.THREATENED, Habits()),
        (detection.WATCHED, Habits()),
        (detection.STRUCK, Habits()),
        (detection.CAUGHT_AT_SIGNUP, Habits()),
    ],
)
def test_each_end_changes_its_own_habit(channel: int, after: Habits) -> None:
    assert answered(Habits(), channel, *SLOW, ANSWERS) == after
    waits = 1.0 if channel in (detection.STRUCK, detection.CAUGHT_AT_SIGNUP) else 2.0
    assert answered(Habits(), channel, *QUICK, ANSWERS) == after._replace(waiting=waits)


def test_answers_multiply_over_lives() -> None:
    now = Habits()
    for channel in (detection.REPORTED, detection.CLASSIFIED, detection.REPORTED):
        now = answered(now, channel, *QUICK, ANSWERS)
    assert now.posting == pytest.approx(0.7 * 0.6 * 0.7)
    assert now.waiting == 8.0
    assert now.similarity == now.promoting == 1.0


def test_quick_is_up_to_the_stated_time() -> None:
    reports = detection.REPORTED
    assert was_quick(reports, 0.1 + 0.2, 1.3, 1.0)  # the sum has a rounding error
    assert not was_quick(reports, 0.3, 1.4, 1.0)
    assert not was_quick(reports, 0.3, 0.3 + 1e-9, 0.0)
    assert was_quick(reports, 0.3, 0.3, 0.0)


def test_no_habit_grows_without_end() -> None:
    assert compounded(50.0, 3.0) == MOST
    assert compounded(1.0, 1.0) == 1.0
    assert compounded(0.3, 0.0) == 0.0
    assert likelihood(0.6, 3.0) == 1.0
    assert likelihood(0.6, 0.5) == 0.3
    assert prolonged(2.0, 3.0) == 6.0
    assert prolonged(math.inf, 0.0) == math.inf


def test_habits_are_told_again_from_the_lives() -> None:
    who = np.array([0, 0, 0, 1, 2])
    channel = np.array([detection.REPORTED, detection.HANDLE_MATCHED, 0, detection.REPORTED, 0])
    flagged = np.array([1.0, 4.0, math.nan, 3.0, math.nan])
    suspended = np.array([3.0, 4.5, math.nan, math.nan, math.nan])
    after = of_lives(who, channel, flagged, suspended, ANSWERS)
    assert after.tolist() == [
        [1.0, 0.7, 1.0, 1.0],
        [0.5, 0.7, 1.0, 2.0],
        [0.5, 0.7, 1.0, 2.0],
        [1.0, 1.0, 1.0, 1.0],  # flagged, and not decided on
        [1.0, 1.0, 1.0, 1.0],
    ]
    assert in_lives(who, after).tolist() == [
        [1.0, 1.0, 1.0, 1.0],
        [1.0, 0.7, 1.0, 1.0],
        [0.5, 0.7, 1.0, 2.0],
        [1.0, 1.0, 1.0, 1.0],
        [1.0, 1.0, 1.0, 1.0],
    ]
