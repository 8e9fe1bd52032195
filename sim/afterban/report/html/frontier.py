"""Gain against price, as a picture and as rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from afterban.metrics import METRICS
from afterban.parameters import WITHOUT_ENFORCEMENT
from afterban.report import interactive, numbers, pictures, words
from afterban.report.html.pictures import Picture, drawn_as
from afterban.report.numbers import Numbers


def frontier_part(found: Numbers, chosen: Mapping[str, str], foot: str) -> dict[str, Any] | None:
    """Gain against price as pictures; None without costs or choices."""
    costs = numbers.costs(found)
    if not costs or not found.choices:
        return None
    first = costs[0]
    best = numbers.frontier(found, first)
    if not best:
        return None
    beaten = [arm for arm in found.by_reach if arm in found.choices and arm not in best]
    cost = METRICS[first].label
    says = (
        f"Share of outsider impressions averted against {cost}. "
        f"From the cheapest to the dearest, none beaten by another: "
        f"{words.joined(map(words.quoted, best))}."
    )
    if beaten:
        says += (
            " Beaten, since another averts as much or more for no more: "
            f"{words.joined(map(words.quoted, beaten))}."
        )
    says += _not_on_frontier(found)
    return {
        "says": says,
        "note": "By the means; the bars are intervals of each policy on its own, "
        "wider than those of paired differences.",
        "picture": Picture(
            "frontier",
            "Harm averted against cost",
            says,
            {
                cost: (
                    METRICS[cost].label.capitalize(),
                    interactive.frontier_figure(found, cost, chosen),
                )
                for cost in costs
            },
            "Cost",
            svg=drawn_as("frontier", says, lambda: pictures.frontier_picture(found, first, foot)),
        ),
    }


def _not_on_frontier(found: Numbers) -> str:
    """Which arms no frontier has, and why."""
    said = ""
    worlds = [arm for arm in found.worlds if arm not in found.identical]
    if worlds:
        said += (
            f" {words.joined(map(words.quoted, worlds))} "
            f"{'is no policy' if len(worlds) == 1 else 'are no policies'} and not drawn: "
            f"{'it changes' if len(worlds) == 1 else 'they change'} more than what the platform "
            "does."
        )
    alike = [arm for arm in found.arms if arm in found.identical]
    if alike:
        said += f" {words.joined(map(words.quoted, alike))}, identical to another, not either."
    return said


def frontier_rows(found: Numbers) -> dict[str, Any] | None:
    """Gain against price as rows; None without costs."""
    costs = numbers.costs(found)
    if not costs:
        return None
    rows = []
    for policy in (arm for arm in found.by_reach if arm in found.choices):
        per = "–"
        averted = numbers.averted(found, policy)
        none = found.estimates.get(WITHOUT_ENFORCEMENT, {}).get("outsider_impressions")
        spent = found.estimate(costs[0], policy)
        if none is not None and none.n and spent.n and spent.value > 0:
            per = words.rounded(averted.value * none.value / spent.value)
        rows.append(
            {
                "policy": words.arm_name(policy),
                "averted": words.both("effective_reach", averted),
                "costs": [words.both(cost, found.estimate(cost, policy)) for cost in costs],
                "per": per,
            }
        )
    return {
        "head": [METRICS[cost].label for cost in costs],
        "per": f"impressions averted per {cost_word(costs[0])}",
        "rows": rows,
    }


def cost_word(cost: str) -> str:
    """One unit of a cost, in words."""
    return {
        "paid_hours": "paid hour",
        "suspensions": "suspension",
        "wrong_suspensions": "wrong suspension",
    }[cost]
