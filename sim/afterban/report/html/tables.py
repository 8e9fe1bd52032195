"""Tables of a report: policies, differences, statistics, changes, claims."""

from __future__ import annotations

import math
from typing import Any

from afterban.claims import Verdict
from afterban.experiment.wording import label
from afterban.metrics import METRICS, metric_of
from afterban.report import words
from afterban.report.numbers import Numbers
from afterban.statistics import Estimate

# Columns of the policy table.
TABLE = (
    "effective_reach",
    "reach",
    "time_to_action_median",
    "paid_hours",
    "reviewer_hours",
    "suspensions",
    "wrong_suspensions",
    "rebuild_effort",
)
OF_A_TEAM = ("paid_hours", "reviewer_hours")


FEW = 4  # arms that each get a sentence of their own


def policy_table(found: Numbers) -> dict[str, Any]:
    """The policies side by side."""
    metrics = [metric for metric in TABLE if found.told(metric)]
    return {
        "head": [
            {"label": METRICS[metric].label, "meaning": METRICS[metric].meaning}
            for metric in metrics
        ],
        "rows": [
            {
                "policy": words.arm_name(policy),
                "key": policy,
                "cells": [
                    difference_cell(
                        metric,
                        found.estimate(metric, policy),
                        found.difference(metric, policy),
                        policy,
                    )
                    for metric in metrics
                ],
            }
            for policy in found.policies
        ],
    }


_SIGNS = {
    "less": ("▼", "less than"),
    "more": ("▲", "more than"),
    "unclear": ("?", "not distinguishable from"),
    "same": ("=", "the same as"),
}


def difference_cell(metric: str, e: Estimate, difference: Any, policy: str = "") -> dict[str, Any]:
    """An estimate beside its difference from the first arm."""
    cell: dict[str, Any] = {
        "metric": metric,
        "policy": policy,
        "value": words.value_text(metric, e),
        "interval": words.interval_text(metric, e),
        "number": e.value if e.n else None,
        "low": None if math.isnan(e.low) else e.low,
        "high": None if math.isnan(e.high) else e.high,
        "n": e.n,
        "sign": "",
    }
    if difference is not None:
        mark, spoken = _SIGNS[words.sign_of(difference)]
        cell |= {
            "sign": mark,
            "spoken": spoken,
            "change": words.change_text(metric, difference.estimate).partition(" (")[0],
            "change_interval": words.change_text(metric, difference.estimate).partition(" (")[2],
            "change_number": difference.estimate.value,
            "change_low": finite(difference.estimate.low),
            "change_high": finite(difference.estimate.high),
        }
    return cell


def finite(x: float) -> float | None:
    """The number, None if it is not finite."""
    return x if math.isfinite(x) else None


def left_out(found: Numbers) -> list[str]:
    """Columns that are undefined, and why."""
    said = []
    scenario = found.scenario
    for metric in TABLE:
        if found.told(metric):
            continue
        why = "it did not happen in any replication"
        if metric in OF_A_TEAM and (scenario is None or scenario.review.team is None):
            why = "reviewers are unlimited in this scenario"
        said.append(f"{METRICS[metric].label} is undefined (no observations): {why}.")
    return said


def statistics_rows(found: Numbers) -> list[dict[str, Any]]:
    """Every metric of every arm."""
    names = dict.fromkeys(name for arm in found.estimates.values() for name in arm)
    rows = []
    for name in names:
        if "." in name:
            continue  # of single tiers: they are in summary.csv
        for policy in found.policies:
            e = found.estimate(name, policy)
            if e.n:
                rows.append(
                    {
                        "metric": label(name),
                        "name": name,
                        "unit": metric_of(name).unit,
                        "policy": policy,
                        "value": _four(e.value),
                        "low": _four(e.low),
                        "high": _four(e.high),
                        "n": e.n,
                    }
                )
    return rows


def difference_rows(found: Numbers) -> list[dict[str, Any]]:
    """Every difference from the first arm."""
    return [
        {
            "metric": label(name),
            "unit": metric_of(name).unit,
            "policy": d.policy,
            "baseline": d.baseline,
            "value": _four(d.estimate.value),
            "low": _four(d.estimate.low),
            "high": _four(d.estimate.high),
            "n": d.estimate.n,
            "verdict": {
                "less": "less",
                "more": "more",
                "same": "the same",
                "unclear": "not distinguishable",
            }[words.sign_of(d)],
        }
        for name, rows in found.differences.items()
        for d in rows
        if "." not in name
    ]


def _four(x: float) -> str:
    if math.isnan(x):
        return "–"
    return f"{x:,.4g}" if abs(x) < 1000 else f"{x:,.0f}"


def changed_values(found: Numbers) -> list[dict[str, Any]]:
    """What each policy changes in the scenario."""
    scenario = found.scenario
    if scenario is None:
        return []
    before = {row.path: row.value for row in scenario.inspect_rows()}
    rows = []
    for policy in found.arms:
        if policy not in scenario.policies:
            continue
        after = {row.path: row.value for row in scenario.arm(policy).inspect_rows()}
        different = [
            {"path": path, "from": before.get(path, "absent"), "to": after.get(path, "absent")}
            for path in dict.fromkeys([*before, *after])
            if before.get(path) != after.get(path)
        ]
        rows.append({"policy": policy, "changes": different})
    return rows


def claim_row(verdict: Verdict) -> dict[str, Any]:
    """A cited figure beside the simulated one, and the verdict."""
    claim = verdict.claim
    e = verdict.simulated
    text = "–"
    if e is not None and e.n:
        text = words.rounded(e.value, e.half_width)
        if e.half_width > 0:
            ends = (words.rounded(x, e.half_width) for x in (e.low, e.high))
            text += f" ({' to '.join(ends)})"
    return {
        "id": claim.id,
        "says": claim.says,
        "cited": claim.cited,
        "simulated": text,
        "n": 0 if e is None else e.n,
        "verdict": verdict.text,
        "document": claim.published.source.cited(),
    }
