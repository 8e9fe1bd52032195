"""Wrong suspensions of ordinary users, their appeals, and how long the wrong lasts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from afterban.jit import compiled
from afterban.model.distributions import quantile
from afterban.model.review import execution_day
from afterban.randomness import (
    APPEAL,
    BENIGN_DECISION,
    WRONG_APPEAL,
    WRONG_DECISION,
    uniforms,
)

Floats = npt.NDArray[np.float64]


@compiled
def wrong_days(
    decided: Floats,
    number: npt.NDArray[np.int64],
    horizon: float,
    mistake: float,
    appeal: float,
    reinstatement: Floats,
    seed: int,
    replication: int,
) -> Floats:
    """Days that each ordinary user spent wrongly suspended before the horizon; 0 if never.

    decided: day of the decision on each report about an ordinary user ``[cases]``.
    number: number of that report ``[cases]``, the key of its draws.
    mistake: probability that the decision is a suspension.
    appeal: probability that a wrongly suspended user appeals; every appeal succeeds.
    reinstatement: distribution of the days from suspension to reinstatement, a row.

    A user who does not appeal stays suspended.  Nothing in the network depends on these draws.
    """
    out = np.zeros(len(decided))
    for k in range(len(decided)):
        wrong, _ = uniforms(seed, replication, BENIGN_DECISION, 0, 0, number[k])
        if wrong < mistake:
            appeals, when = uniforms(seed, replication, APPEAL, 0, 0, number[k])
            left = horizon - decided[k]
            out[k] = min(quantile(reinstatement, when), left) if appeals < appeal else left
    return out


@compiled
def wrong_days_of_flags(
    decided: Floats,
    channel: npt.NDArray[np.int64],
    number: npt.NDArray[np.int64],
    horizon: float,
    mistake: float,
    appeal: float,
    reinstatement: Floats,
    action_delay: Floats,
    wave_every: float,
    seed: int,
    replication: int,
) -> Floats:
    """The same for ordinary users whom channels flagged; channel and number are a flag's key.

    action_delay: distribution of the days from decision to suspension, a row.
    wave_every: days between waves of suspensions, 0 for none.
    """
    out = np.zeros(len(decided))
    for k in range(len(decided)):
        wrong, delay = uniforms(seed, replication, WRONG_DECISION, channel[k], 0, number[k])
        if wrong < mistake:
            day = execution_day(decided[k], quantile(action_delay, delay), wave_every)
            left = max(horizon - day, 0.0)  # 0: the suspension comes after the end
            appeals, when = uniforms(seed, replication, WRONG_APPEAL, channel[k], 0, number[k])
            out[k] = min(quantile(reinstatement, when), left) if appeals < appeal else left
    return out
