"""What both engines return: flat tables, the same to the last row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from afterban.mechanisms import census, handles
from afterban.mechanisms.detection import CHANNELS

CENSORED = 0
SUSPENDED = 1
END_REASONS = ("censored", "suspended")

# One row per life, in the order of (operator, life). Days count from the scenario's first day;
# NaN where a thing did not happen.
ACCOUNT = np.dtype(
    [
        ("operator", np.int32),
        ("life", np.int32),  # from 1
        ("platform", np.int32),
        ("handle", np.uint8, handles.ROW),
        ("edit_distance", np.int32),  # to the handle of the life before; -1 for the first
        ("created_day", np.float64),
        ("public_day", np.float64),
        ("flagged_day", np.float64),
        ("review_started_day", np.float64),
        ("suspended_day", np.float64),
        ("channel", np.int32),  # see model.detection.CHANNELS
        ("urgent", np.int32),  # 1 if the case was reviewed as urgent
        ("insider_followers", np.float64),  # at the end of the life: its peak
        ("outsider_followers", np.float64),
        ("insider_impressions", np.float64),
        ("outsider_impressions", np.float64),
        ("unnoticed_impressions", np.float64),  # of these, before the flag; all if there is none
        ("promotions_received", np.int32),
        ("promotions_made", np.int32),
    ]
)

# One row per case of a finite team, and per flag on an ordinary user whatever the staff; NaN where
# a thing did not happen.
CASE = np.dtype(
    [
        ("operator", np.int64),  # -1 for a report about an ordinary user, -1 - channel for a flag
        ("life", np.int32),  # or the number of that report or flag
        ("urgent", np.int32),
        ("arrived_day", np.float64),
        ("started_day", np.float64),
        ("decided_day", np.float64),
        ("upheld", np.int32),
        ("appeal", np.int32),  # 1 if it is one; its operator and life are those of the suspended
    ]
)


class Looks(NamedTuple):
    """Operators that are looked at by themselves, and when; a look a row.

    day: days after the start of the scenario, up to the horizon.  operator: its number.
    """

    day: npt.NDArray[np.float64]
    operator: npt.NDArray[np.int64]


NO_LOOKS: Final = Looks(np.zeros(0), np.zeros(0, dtype=np.int64))


@dataclass(frozen=True)
class Records:
    """One replication of one policy.

    accounts: one row per life, dtype ``ACCOUNT``.
    cases: one row per case decided by a finite team, dtype ``CASE``, in the order of
        decision; with unlimited staff the flags on ordinary users alone.
    series: census at each day of ``Parameters.grid``, ``[days, tiers, model.census.COLUMNS]``.
    window_impressions: outsider impressions of each operator in each window of reach,
        ``[windows, operators]``.
    backlog: cases waiting for a reviewer at each day of the grid (finite staff), ``[days]``.
    final: state rows at the horizon, ``[operators, model.state.COLUMNS]``.
    events: number of events processed.
    open_cases: cases that no reviewer had decided on at the horizon, in the order of arrival, dtype
        ``CASE``; ``started_day`` is NaN where nobody had taken it up. A case whose account a
        campaign struck while it waited is in neither table.
    struck: accounts that each campaign of ``Parameters.pulse_day`` suspended, ``[pulses]``.
    flags_by_day: ``flags`` at each day of the grid, ``[days, 2, CHANNELS]``.
    flags: flags on accounts of the network by channel, ``[2, model.detection.CHANNELS]``: all, and
        those of them that a review cleared.
    looked: a census of the one operator for each look that was asked for, ``[looks,
        model.census.COLUMNS]``; what is counted as it happens (accounts made, suspended, under
        review) is left out.
    """

    accounts: npt.NDArray[np.void]
    cases: npt.NDArray[np.void]
    series: npt.NDArray[np.float64]
    window_impressions: npt.NDArray[np.float64]
    backlog: npt.NDArray[np.float64]
    final: npt.NDArray[np.float64]
    events: int
    open_cases: npt.NDArray[np.void] = field(default_factory=lambda: np.empty(0, dtype=CASE))
    struck: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    flags: npt.NDArray[np.int64] = field(
        default_factory=lambda: np.zeros((2, len(CHANNELS)), dtype=np.int64)
    )
    flags_by_day: npt.NDArray[np.int64] = field(
        default_factory=lambda: np.zeros((0, 2, len(CHANNELS)), dtype=np.int64)
    )
    looked: npt.NDArray[np.float64] = field(
        default_factory=lambda: np.zeros((0, census.COLUMNS), dtype=np.float64)
    )
