"""Flags on ordinary users: what a channel's precision says of them, ``[NAMES]``."""

from __future__ import annotations

from typing import Any

import numpy as np

from afterban.channels import CHANNELS, NAMES, number
from afterban.mechanisms.detection import (
    CAUGHT_AT_SIGNUP,
    HANDLE_MATCHED,
    LINK_MATCHED,
    REPORTED,
)
from afterban.parameters.numbers import Floats
from afterban.scenario import Scenario
from afterban.scenario.sections.detection import Detection
from afterban.scenario.sections.handles import Handles
from afterban.scenario.sections.review import Team


def lower_price(arm: Scenario, detection: Detection, team: Team | None) -> dict[str, Any]:
    """Flags on ordinary users for each right one, a day, and at each act."""
    ratio = _wrong_per_right(detection, team)
    return {
        "wrong_per_right": ratio,
        "wrong_a_day": _wrong_a_day(detection),
        "wrong_at_signup": float(ratio[CAUGHT_AT_SIGNUP]),
        "wrong_at_match": float(ratio[HANDLE_MATCHED]) * _within_reach(detection, arm.handles),
        "wrong_at_link": float(ratio[LINK_MATCHED]),
    }


def _wrong_per_right(detection: Detection, team: Team | None) -> Floats:
    """Flags on ordinary users for each right one, by channel; 0 where something else says it."""
    ratio = np.zeros(len(NAMES))
    for channel in CHANNELS:
        precision = detection.precision_in(channel.key)
        ratio[number(channel.name)] = (1.0 - precision) / precision
    heard = team is not None and team.benign_reports > 0
    if heard and detection.precision_of.reports is None:
        ratio[REPORTED] = 0.0
    if detection.handle_match.ordinary is not None:
        ratio[HANDLE_MATCHED] = 0.0
    return ratio


def _wrong_a_day(detection: Detection) -> Floats:
    """Flags on ordinary users per day, by channel; -1 where no rate is given."""
    a_day = np.full(len(NAMES), -1.0)
    for channel in CHANNELS:
        given = getattr(detection.wrong_flags, channel.key, None)
        if given is not None:
            a_day[number(channel.name)] = float(given)
    return a_day


def _within_reach(detection: Detection, handles: Handles) -> float:
    """Share of new handles that the match can find; an unrelated one is hardly ever among them."""
    within = (0.0, float(handles.edits.one), 1.0)[min(int(detection.handle_match.edits), 2)]
    return float(handles.near_identical) * within
