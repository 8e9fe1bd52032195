"""An arm in which the platform finds accounts more often, at the price that has.

Checked by ``tests/experiment/test_weigh.py``.
"""

from __future__ import annotations

import copy
from typing import Any

from afterban.channels import AFTER_SUSPENSION, ALWAYS, FACTOR, OF_RATE, RATES, Rate
from afterban.language.evidence import bare
from afterban.language.shapes import Table
from afterban.language.writing import written
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.scenario import Scenario
from afterban.scenario.sections.detection import Detection
from afterban.units import format_rate

TWICE = 2.0
_ACTS_OF_OPERATORS = ("threats",)  # what they do, and no platform can do more often


def found_more(scenario: Scenario, arm: str, factor: float = TWICE) -> tuple[Scenario, str] | None:
    """The scenario with one more arm, in which all channels of ``arm`` find so much more often.

    Hazards and probabilities of detection are multiplied in every tier and regime, whatever the
    assumptions make of them (a probability ends at 1).  Flags on ordinary users grow with them: by
    the precision, by the rates that are given, and the reports about ordinary users that a team
    has.  Threats stay, which are acts of operators, and so do campaigns, which come on dates.

    Returns:
        The scenario and the name of the arm; None where no channel of the arm is on.
    """
    if arm == WITHOUT_ENFORCEMENT:
        return None
    there = scenario.arm(arm)
    on = [rate for rate in RATES if _is_on(there, rate)]
    if not on:
        return None
    detection: dict[str, Any] = {"tiers": _pressed(there, on, factor)}
    if any(regime.tiers for regime in there.detection.regimes):
        detection["regimes"] = _pressed_regimes(there, on, factor)
    wrong = {
        key: format_rate(float(given) * factor)
        for key in {OF_RATE[rate.name].key for rate in on}
        if (given := getattr(there.detection.wrong_flags, key, None))
    }
    if wrong:
        detection["wrong_flags"] = wrong
    changes: dict[str, Any] = {"detection": detection}
    team = there.review.team
    if team is not None and team.benign_reports and any(r.name == "reports" for r in on):
        changes["review"] = {"team": {"benign_reports": format_rate(team.benign_reports * factor)}}
    given_by_arm = {} if arm == AS_WRITTEN else copy.deepcopy(dict(scenario.policies[arm]))
    name = f"{arm}-found-{factor:g}-times"
    return scenario.with_changes({f"policies.{name}": _over(given_by_arm, changes)}), name


def _is_on(there: Scenario, rate: Rate) -> bool:
    """Whether a rate finds anybody in any regime."""
    if rate.name in _ACTS_OF_OPERATORS or rate.acts == AFTER_SUSPENSION:
        return False
    values = [there.detection.value_of(rate)]
    values += [getattr(regime, rate.name) for regime in there.detection.regimes]
    if rate.kind == FACTOR and not any(getattr(tier, rate.of) for tier in there.tiers.values()):
        return False
    return any(value is not None and value > 0 for value in values) and (
        rate.acts in (ALWAYS, "creation", "promotion")
    )


def _pressed(there: Scenario, on: list[Rate], factor: float) -> dict[str, dict[str, str]]:
    """Factors of all tiers on the rates that are on."""
    given = there.detection.tiers
    return {
        tier: {
            rate.name: repr(factor * (getattr(given[tier], rate.name) if tier in given else 1.0))
            for rate in on
        }
        for tier in there.tiers
    }


def _pressed_regimes(there: Scenario, on: list[Rate], factor: float) -> list[Any]:
    """The regimes of an arm as they are written, with their factors of tiers multiplied."""
    regimes: list[Any] = bare(written(Table(Detection), there.detection, "", {}))["regimes"]
    for regime, made in zip(there.detection.regimes, regimes, strict=True):
        for tier, pressure in regime.tiers.items():
            for rate in on:
                own = getattr(pressure, rate.name)
                if own is not None:
                    made["tiers"][tier][rate.name] = repr(factor * own)
    return regimes


def _over(given: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """What an arm gives, with changes laid over it."""
    for key, value in changes.items():
        below = given.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            given[key] = _over(dict(below), value)
        else:
            given[key] = value
    return given
