"""Adaptation: what an operator changes after it has seen how its account was found.

Each way in which a life can end has one answer: a factor on one habit, which holds for all further
lives of that operator and multiplies with each such end.  A factor of 1 is no answer.

    ended by      what is multiplied
    handle match  how often the next handles are near-identical
    reports       the posting rate
    classifier    the posting rate
    link match    how often it promotes others
    quick action  the time until it comes back

Habits are aggregates: nothing here says what is done otherwise, only how much of it is left.
Checked by ``tests/unit/test_model_adaptation.py`` and ``tests/engines/test_adaptation.py``.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from afterban.mechanisms.clock import due
from afterban.mechanisms.detection import (
    CAUGHT_AT_SIGNUP,
    CLASSIFIED,
    HANDLE_MATCHED,
    LINK_MATCHED,
    NONE,
    REPORTED,
    STRUCK,
)
from afterban.mechanisms.returning import MOST_POSTING

Floats = npt.NDArray[np.float64]

# Places of an operator's habits in a row of numbers.
SIMILARITY: Final = 0
POSTING: Final = 1
PROMOTING: Final = 2
WAITING: Final = 3
HABITS: Final = 4

MOST: Final = MOST_POSTING  # times as much as at first, where factors above 1 multiply up


class Answers(NamedTuple):
    """Factors on habits for each life that ends so; 1 for none.

    handle: on how often handles are near-identical.  reports, classifier: on the posting rate.
    link: on how often it promotes.  quick: on the return delay.
    quick_days: from the flag to the suspension, up to which action is quick.
    """

    handle: float
    reports: float
    classifier: float
    link: float
    quick: float
    quick_days: float


class Habits(NamedTuple):
    """What is left of an operator's habits, each relative to its first life."""

    similarity: float = 1.0
    posting: float = 1.0
    promoting: float = 1.0
    waiting: float = 1.0


def compounded(so_far: float, factor: float) -> float:
    """A habit after one more answer, relative to the first life; at most ``MOST`` times."""
    return min(so_far * factor, MOST)


def likelihood(probability: float, factor: float) -> float:
    """Probability of what is done ``factor`` times as readily; it ends at 1."""
    return min(probability * factor, 1.0)


def was_quick(channel: int, flagged: float, suspended: float, quick_days: float) -> bool:
    """Whether a life ended by quick action: suspended soon after the flag, by a review.

    channel: that found the account.  A catch at sign-up and a campaign act at once under every
    policy, so that nothing about a review can be seen in them.  flagged, suspended: days.
    """
    if channel in (NONE, CAUGHT_AT_SIGNUP, STRUCK):
        return False
    return bool(suspended <= due(flagged, quick_days))


def answered(
    habits: Habits, channel: int, flagged: float, suspended: float, answers: Answers
) -> Habits:
    """An operator's habits after the suspension of one more life.

    channel: that found the account.  flagged, suspended: days of that life.
    """
    similarity, posting, promoting, waiting = habits
    if channel == HANDLE_MATCHED:
        similarity = compounded(similarity, answers.handle)
    elif channel == REPORTED:
        posting = compounded(posting, answers.reports)
    elif channel == CLASSIFIED:
        posting = compounded(posting, answers.classifier)
    elif channel == LINK_MATCHED:
        promoting = compounded(promoting, answers.link)
    if was_quick(channel, flagged, suspended, answers.quick_days):
        waiting = compounded(waiting, answers.quick)
    return Habits(similarity, posting, promoting, waiting)


def of_lives(
    operator: npt.NDArray[np.int64],
    channel: npt.NDArray[np.int64],
    flagged: Floats,
    suspended: Floats,
    answers: Answers,
) -> Floats:
    """Habits after each life, ``[accounts, HABITS]``, of accounts by operator and life.

    channel, flagged, suspended: of each account.  One that has not ended leaves them as they were.
    """
    out = np.ones((len(operator), HABITS))
    now = Habits()
    for k in range(len(operator)):
        if k == 0 or operator[k] != operator[k - 1]:
            now = Habits()
        if not math.isnan(suspended[k]):
            now = answered(now, int(channel[k]), float(flagged[k]), float(suspended[k]), answers)
        out[k] = now
    return out


def in_lives(operator: npt.NDArray[np.int64], after: Floats) -> Floats:
    """Habits in each life, ``[accounts, HABITS]``: those after the life before; 1 in a first one.

    after: of :func:`of_lives`.
    """
    out = np.ones_like(after)
    same = operator[1:] == operator[:-1]
    out[1:][same] = after[:-1][same]
    return out
