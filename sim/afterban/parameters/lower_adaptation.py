"""Adaptation: what operators change after each end of a life."""

from __future__ import annotations

from typing import Any

from afterban.mechanisms.clock import on_the_clock
from afterban.scenario import Scenario
from afterban.scenario.sections.adaptation import ANSWERED, Adaptation


def lower_adaptation(arm: Scenario) -> dict[str, Any]:
    """Factors on habits; all 1 where the scenario has no such section."""
    given = arm.adaptation or Adaptation()
    return {
        "adapts": any(getattr(given, key) != 1.0 for key in ANSWERED),
        "answer_to_handle": float(given.handle_match),
        "answer_to_reports": float(given.reports),
        "answer_to_classifier": float(given.classifier),
        "answer_to_link": float(given.link_match),
        "answer_to_quick": float(given.quick_action),
        "quick_days": on_the_clock(float(given.quick)),
    }
