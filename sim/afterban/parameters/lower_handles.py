"""Handles: how near a new one is to the last, and by which edit."""

from __future__ import annotations

from typing import Any

import numpy as np

from afterban.parameters.numbers import Floats, floats
from afterban.scenario import Scenario
from afterban.scenario.sections.handles import Handles


def lower_handles(arm: Scenario) -> dict[str, Any]:
    """Shares of near-identical handles and of their links."""
    return {
        "near_identical": float(arm.handles.near_identical),
        "near_links": near_links(arm.handles),
    }


def near_links(given: Handles) -> Floats:
    """Shares of near-identical links as :mod:`afterban.mechanisms.handles` reads them."""
    kinds = given.kinds
    shares = np.cumsum([kinds.digit, kinds.doubled, kinds.separator, kinds.swap])[:-1]
    if kinds.swap == 0:
        shares[-1] = 1.0  # whatever rounding does to the sum
    return floats([given.edits.one, *shares])
