"""Observation: days of the time series and windows of reach."""

from __future__ import annotations

from typing import Any

from afterban.parameters.numbers import days_after, steps
from afterban.scenario import Scenario


def lower_metrics(arm: Scenario, horizon: float) -> dict[str, Any]:
    """When the network is looked at; the first window begins with the evaluation."""
    first = days_after(arm.metrics.start, arm.start) if arm.metrics.start else 0.0
    return {
        "kept_part": float(arm.metrics.kept_part),
        "grid": steps(0.0, horizon, float(arm.metrics.every)),
        "windows": steps(first, horizon, float(arm.metrics.reach_window)),
    }
