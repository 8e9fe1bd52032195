"""Detection: rates of the channels by platform and regime, and what else their acts need."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from afterban.channels import FACTOR, RATES
from afterban.mechanisms import distributions as d
from afterban.mechanisms.review import ROUTINE, URGENT
from afterban.parameters.lower_platforms import platforms_of
from afterban.parameters.numbers import Floats, days_after, duration, floats
from afterban.scenario import Scenario
from afterban.scenario.sections.detection import (
    Detection,
    Regime,
    TierPressure,
    TierPressureChange,
)
from afterban.scenario.sections.platforms import Platform
from afterban.scenario.sections.review import Review


def no_detection() -> Detection:
    """Nobody is ever flagged: factors are 0 too, which are 1 if left out."""
    factors = [rate.key.removeprefix("detection.") for rate in RATES if rate.kind == FACTOR]
    return Detection.model_validate(dict.fromkeys(factors, 0.0))


def lower_detection(arm: Scenario, detection: Detection, bursts: Floats) -> dict[str, Any]:
    """Rates ``[RATES, P, R]`` and pressures ``[RATES, K, R]``, with a regime from each burst on.

    detection: of the arm, or of the twin world.  bursts: days on which a step of posting begins.
    """
    ordinary = arm.detection.handle_match.ordinary
    regimes = _regimes(detection, arm.review, platforms_of(arm), arm.start, list(arm.tiers))
    return {
        **_divided(regimes, bursts),
        "insider_reports": float(detection.insider_reports),
        "match_edits": int(detection.handle_match.edits),
        "scan_time": duration(detection.handle_match.scan_time),
        "ordinary_signups": float(ordinary.signups) if ordinary else 0.0,
        "ordinary_namesakes": float(ordinary.namesakes) if ordinary else 0.0,
        "ordinary_topic_names": float(ordinary.topic_names) if ordinary else 0.0,
        "ordinary_sample": int(ordinary.sample) if ordinary else 0,
        "link_scan_time": duration(detection.link_match.scan_time),
        "retaliation_delay": duration(detection.retaliation.delay),
    }


def _regimes(
    detection: Detection,
    review: Review,
    platforms: list[Platform],
    start: dt.date,
    tiers: list[str],
) -> dict[str, Floats]:
    """Detection from each date on, what a regime leaves out carried over from the one before."""
    now: dict[str, Any] = {
        **{rate.name: detection.value_of(rate) for rate in RATES},
        "time_to_action": review.time_to_action,
        "urgent_time_to_action": review.urgent_time_to_action,
    }
    factors = np.ones((len(RATES), len(tiers)))
    _press(factors, detection.tiers, tiers)
    days = [-math.inf]
    states = [dict(now)]
    pressures = [factors.copy()]
    changes: dict[dt.date, list[Regime]] = {}
    for platform in platforms[1:]:
        if platform.enforces_from:
            changes[platform.enforces_from] = []
    for regime in detection.regimes:
        changes.setdefault(regime.from_, []).append(regime)
    for date in sorted(changes):
        for regime in changes[date]:
            for key in now:
                value = getattr(regime, key)
                if value is not None:
                    now[key] = value
            _press(factors, regime.tiers, tiers)
        pressures.append(factors.copy())
        days.append(days_after(date, start))
        states.append(dict(now))
    speeds = np.zeros((len(days), 2, d.ROW))
    for k, one in enumerate(states):
        speeds[k, ROUTINE] = duration(one["time_to_action"])
        speeds[k, URGENT] = duration(one["urgent_time_to_action"] or one["time_to_action"])
    scale = np.ones((len(platforms), len(days)))
    for k, platform in enumerate(platforms[1:], start=1):
        begins = days_after(platform.enforces_from, start) if platform.enforces_from else math.inf
        scale[k] = np.where(floats(days) >= begins, platform.intensity, 0.0)
    # Of the flags of a classifier those are raised that its operating curve says.
    recall = {"classifier": detection.classifier_recall}
    rates = np.array(
        [
            scale * floats([one[rate.name] * recall.get(rate.name, 1.0) for one in states])
            for rate in RATES
        ]
    )
    ends = np.array([rate.is_probability for rate in RATES])
    rates[ends] = np.minimum(rates[ends], 1.0)
    return {
        "regime_start": floats(days),
        "rates": rates,
        "pressure": np.stack(pressures, axis=-1),
        "time_to_action": speeds,
    }


def _divided(regimes: dict[str, Floats], days: Floats) -> dict[str, Floats]:
    """Regimes of detection, each divided where posting changes."""
    old = regimes["regime_start"]
    new = np.union1d(old, days)
    at = np.searchsorted(old, new, side="right") - 1
    return {
        "regime_start": new,
        **{name: np.ascontiguousarray(regimes[name][..., at]) for name in ("rates", "pressure")},
        "time_to_action": regimes["time_to_action"][at],
    }


def _press(
    factors: Floats, given: Mapping[str, TierPressure | TierPressureChange], tiers: list[str]
) -> None:
    """Write the factors that are given of some tiers into ``factors``, ``[RATES, K]``."""
    for name, one in given.items():
        for place, rate in enumerate(RATES):
            value = getattr(one, rate.name)
            if value is not None:
                factors[place, tiers.index(name)] = value
