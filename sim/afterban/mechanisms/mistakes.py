"""Wrong suspensions of ordinary users, their appeals, and how long the wrong lasts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from afterban.mechanisms.detection import NONE
from afterban.mechanisms.distributions import quantile
from afterban.mechanisms.review import execution_day
from afterban.randomness import (
    APPEAL,
    APPEAL_REVIEW,
    BENIGN_DECISION,
    WRONG_APPEAL,
    WRONG_DECISION,
    uniforms,
)

Floats = npt.NDArray[np.float64]


def decided_wrongly(
    channel: int, number: int, mistake: float, seed: int, replication: int
) -> tuple[bool, float]:
    """Whether the review of an ordinary user ends in suspension, and the draw of its delay.

    channel, number: the key of a flag; with channel NONE of a report, which has no such delay.
    """
    if channel == NONE:
        wrong, _ = uniforms(seed, replication, BENIGN_DECISION, 0, 0, number)
        return bool(wrong < mistake), 0.5
    wrong, delay = uniforms(seed, replication, WRONG_DECISION, channel, 0, number)
    return bool(wrong < mistake), delay


def suspension_day(
    decided: float, channel: int, delay: float, action_delay: Floats, wave_every: float
) -> float:
    """Day on which a mistaken decision takes effect: that on a report does so at once."""
    if channel == NONE:
        return decided
    return execution_day(decided, quantile(action_delay, delay), wave_every)


def appeals_against(
    channel: int, number: int, appeal: float, seed: int, replication: int
) -> tuple[bool, float]:
    """Whether a wrongly suspended user appeals, and the draw of the time that it takes."""
    decision = APPEAL if channel == NONE else WRONG_APPEAL
    appeals, when = uniforms(seed, replication, int(decision), channel, 0, number)
    return bool(appeals < appeal), when


def wrongly_suspended(
    decided: Floats,
    channel: npt.NDArray[np.int64],
    number: npt.NDArray[np.int64],
    heard: Floats,
    horizon: float,
    mistake: float,
    appeal: float,
    success: float,
    hears: bool,
    reinstatement: Floats,
    action_delay: Floats,
    wave_every: float,
    seed: int,
    replication: int,
) -> tuple[Floats, Floats]:
    """Days that ordinary users spent wrongly suspended, and days after that, ``[cases]``.

    Both before the horizon; 0 for those who were not suspended.

    decided: day of the decision on each case about an ordinary user ``[cases]``.
    channel, number: the key of its draws ``[cases]``.
    heard: day on which a team decided on its appeal ``[cases]``, inf where it did not.
    mistake: probability that the decision is a suspension.
    appeal, success: probability that a wrongly suspended user appeals, and does so with success.
    hears: whether a team decides on appeals; else they take what ``reinstatement`` says.
    reinstatement: distribution of the days from suspension to reinstatement, a row.
    action_delay: distribution of the days from decision to suspension, a row.
    wave_every: days between waves of suspensions, 0 for none.

    A user who does not appeal, or in vain, stays suspended.
    """
    out = np.zeros(len(decided))
    after = np.zeros(len(decided))
    for k in range(len(decided)):
        wrong, delay = decided_wrongly(channel[k], number[k], mistake, seed, replication)
        if not wrong:
            continue
        day = suspension_day(decided[k], channel[k], delay, action_delay, wave_every)
        left = max(horizon - day, 0.0)  # 0: the suspension comes after the end
        out[k] = left
        appeals, when = appeals_against(channel[k], number[k], appeal, seed, replication)
        if appeals:
            won, _ = uniforms(seed, replication, APPEAL_REVIEW, channel[k], 0, number[k])
            if won < success:
                length = heard[k] - day if hears else quantile(reinstatement, when)
                out[k] = min(length, left)
                after[k] = left - out[k]
    return out, after


def may_be_reinstated(
    latest: bool, ended: bool, was_public: bool, same_platform: bool, life: int, most_lives: int
) -> bool:
    """Whether an appeal that succeeds brings an operator's account back.

    latest: whether the appeal is about its latest life, since who is back has no need of it.
    ended, was_public: whether that life has ended, and anybody ever saw it.
    same_platform: whether the operator is where it was.  life: from 1.  most_lives: that there are.

    Assumption: decision 0062.
    """
    return latest and ended and was_public and same_platform and life < most_lives
