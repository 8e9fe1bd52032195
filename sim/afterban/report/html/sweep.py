"""The page of a sweep."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from afterban.experiment.breakeven import crossing
from afterban.experiment.compare import HEADLINE
from afterban.experiment.identical import identical_words
from afterban.experiment.sensitivity import Sensitivity
from afterban.experiment.sweep import no_effect_at
from afterban.experiment.wording import label
from afterban.metrics import METRICS
from afterban.report import frontiers, interactive, numbers, pictures, words
from afterban.report.html.assumptions import sensitivity_part
from afterban.report.html.breakeven import breakeven_part
from afterban.report.html.crossings import Break, crossing_sentence
from afterban.report.html.pictures import Picture, drawn_as
from afterban.report.html.render import render, require
from afterban.report.html.scenario import about_scenario, evidence_counts, shown
from afterban.report.html.tables import (
    FEW,
    changed_values,
    difference_cell,
    difference_rows,
    left_out,
    policy_table,
    statistics_rows,
)
from afterban.report.html.words import GENERAL_LIMITS, date, sensitivity_sentence, unclear
from afterban.report.numbers import Numbers
from afterban.report.sweeps import Swept, told
from afterban.results import estimate
from afterban.scenario.inert import words as inert_words


def page_of_sweep(
    swept: Swept, *, sensitivity: Sensitivity | None = None, no_sensitivity: str = ""
) -> str:
    """The page of a sweep; ``sensitivity`` is of the scenario that was varied."""
    require()
    foot = (
        f"{swept.name} sweep · {len(swept.points)} points · "
        f"{swept.finished} of {len(swept.points) * swept.replications} replications"
    )
    influences = swept.influences()
    metrics = told(swept)
    breaking = break_along(swept)
    context = {
        "kind": "sweep",
        "title": swept.scenario.title or swept.name,
        "question": _sweep_question(swept),
        "facts": [
            swept.told or words.several(len(swept.points), "point"),
            f"{words.several(swept.replications, 'replication')} of each",
            f"seed {swept.scenario.seed}",
        ],
        "short": _sweep_short(swept, breaking, sensitivity),
        **_sweep_policies(swept),
        **_sweep_frontier(swept, foot),
        "breakeven": breakeven_part(breaking, foot),
        "influences": [
            {
                "path": one.path,
                "low": one.low,
                "high": one.high,
                "at_low": words.both(HEADLINE, one.at_low),
                "at_high": words.both(HEADLINE, one.at_high),
                "change": words.change_text(HEADLINE, one.change),
                "value": one.change.value,
                "n": one.change.n,
            }
            for one in influences
        ],
        "sweep_main": words.quoted(swept.main),
        "sweep_head": [*swept.paths, *(METRICS[name].label for name in metrics)],
        "sweep_rows": [
            {
                "policy": words.arm_name(policy),
                "values": [swept.points[point][path] for path in swept.paths],
                "cells": [
                    difference_cell(metric, swept.estimate(metric, policy, point), None)
                    for metric in metrics
                ],
            }
            for policy in swept.policies
            for point in range(len(swept.points))
        ],
        "pictures": _sweep_pictures(swept, foot),
        "limits": _sweep_limits(swept),
        "level": "95 %",
        "sensitivity": sensitivity_part(sensitivity, foot),
        "no_sensitivity": no_sensitivity,
        **about_scenario(swept.scenario),
        "again": {
            "commands": [
                f"afterban sweep {swept.name}.yaml",
                f"afterban report {shown(swept.source)}",
            ],
            "note": "The scenario stands below, without its section `sweep`, which varied "
            + ", ".join(swept.paths)
            + ".",
            "versions": [],
            "engine": swept.engine,
            "digest": swept.scenario.digest(),
            "code": swept.code,
        },
    }
    return render(context, {})


def _sweep_question(swept: Swept) -> str:
    operators = sum(tier.count for tier in swept.scenario.tiers.values())
    return (
        f"How does effective reach of a network of {words.several(operators, 'operator')} in "
        f"{words.several(round(swept.scenario.horizon), 'day')} from {date(swept.scenario)} "
        f"change with {words.joined(swept.paths)}?"
    )


def _sweep_policies(swept: Swept) -> dict[str, Any]:
    """The arms side by side, mean over the points, and what could not be distinguished."""
    found = swept.across()
    if found is None:
        return {}
    doubtful = unclear(found)
    for one in swept.influences():
        e = one.change
        if e.low <= 0 <= e.high and not e.low == e.high == 0:
            doubtful["rows"].append(
                f"{one.path} at {one.low} and at {one.high} in {label(HEADLINE)} "
                f"{words.quoted(swept.main)}: {words.change_text(HEADLINE, e)}, "
                f"{words.several(e.n, 'replication')}"
            )
    return {
        "across": f"over the {words.several(len(swept.points), 'point')} of the sweep",
        "table": policy_table(found),
        "left_out": left_out(found),
        "unclear": doubtful,
        "no_effect": _no_effect_in_sweep(swept, found),
        "changes": changed_values(found),
        "statistics": statistics_rows(found),
        "difference_rows": difference_rows(found),
        "baseline": words.arm_name(found.baseline),
        "baseline_noun": words.noun(found.baseline),
    }


def _no_effect_in_sweep(swept: Swept, found: Numbers) -> list[str]:
    """What was written or varied and has no effect at any point, and arms that equal others."""
    return [
        *inert_words(no_effect_at(swept.scenario, swept.points, swept.policies)),
        *identical_words(found.identical),
    ]


def _sweep_frontier(swept: Swept, foot: str) -> dict[str, Any]:
    costs = [cost for cost in swept.costs() if swept.choices(cost)]
    if not costs:
        return {}
    tables = [frontiers.table(swept, cost) for cost in costs]
    best, beaten = tables[0]["rows"], tables[0]["beaten"]
    count = len(best) + beaten
    says = (
        f"Share of outsider impressions averted against {METRICS[costs[0]].label}: "
        f"{words.several(count, 'choice')}, of which {len(best)} "
        f"{'is' if len(best) == 1 else 'are'} not beaten by another (dashed line)"
        + ("; those in grey are." if beaten else ".")
    )
    others = [path for path in swept.paths if path not in swept.levers]
    note = "By the means; bars are intervals of each choice on its own."
    if not swept.levers:
        note += " Nothing that was varied is up to enforcement: only the policies are choices."
    if swept.left_out:
        names = words.joined(map(words.quoted, swept.left_out))
        note += f" {names} {'is' if len(swept.left_out) == 1 else 'are'} not drawn: "
        note += "what changes more than the platform, or equals another, is no choice."
    if others and swept.crossed:
        note += (
            f" Each choice is the mean over {words.joined(f'`{path}`' for path in others)}, "
            "which nobody chooses."
        )
    elif others:
        note += (
            f" The points differ in {words.joined(f'`{path}`' for path in others)} too, which "
            "nobody chooses: a point can stand on the line because the network is another one "
            "there. A grid keeps the two apart."
        )
    return {
        "frontier": {
            "says": says,
            "note": note.replace("`", ""),
            "picture": Picture(
                "frontier",
                "Harm averted against cost",
                says,
                {
                    cost: (METRICS[cost].label.capitalize(), frontiers.figure(swept, cost))
                    for cost in costs
                },
                "Cost",
                svg=drawn_as("frontier", says, lambda: frontiers.picture(swept, costs[0], foot)),
            ),
        },
        "efficient": tables,
    }


def break_along(swept: Swept, levels: Iterable[float] | None = None) -> Break | None:
    """Break-even times between the times to action that a sweep went through, if it did.

    levels: those within what was observed if None.
    """
    found = swept.by_speed()
    if found is None:
        return None
    path, rows = found
    days = sorted(rows)
    logs = [math.log(one) for one in days]

    def sample(at: float) -> numbers.Floats:
        columns = zip(*(rows[one] for one in days), strict=True)
        return np.array([np.interp(math.log(at), logs, column) for column in columns])

    curve = {one: estimate(rows[one]) for one in days}
    if levels is None:
        levels = numbers.levels_among(one.value for one in curve.values())
    return Break(
        tuple(crossing(sample, level, shortest=days[0], longest=days[-1]) for level in levels),
        curve,
        f"Read off between the values of {path}, mean over the other values, by straight lines "
        "on the logarithm of time.",
        f"afterban breakeven {swept.name}.yaml --below 0.5",
    )


def _sweep_short(
    swept: Swept, breaking: Break | None, sensitivity: Sensitivity | None
) -> list[dict[str, str]]:
    said = _influence_sentences(swept)
    for cost in swept.costs()[:1]:
        choices = swept.choices(cost)
        best = [one for one in choices if one.efficient]
        if len(choices) < 2 or not best:
            continue
        text = (
            f"Of {words.several(len(choices), 'choice')} of enforcement, {len(best)} "
            f"{'is' if len(best) == 1 else 'are'} not beaten by another one in harm averted "
            f"against {METRICS[cost].label}: "
        )
        ends = [
            f"{frontiers.name_of(one)} ({words.value_text(HEADLINE, one.averted)} averted)"
            for one in (best if len(best) < 2 else (best[0], best[-1]))
        ]
        said.append({"text": text + words.joined(ends, "to") + ".", "more": ""})
    if breaking is not None:
        half = [one for one in breaking.crossings if one.found]
        if half:
            one = min(half, key=lambda c: abs(c.value - 0.5))
            said.append(
                {"text": crossing_sentence(one, breaking), "more": f"{one.n} replications."}
            )
    if sensitivity is not None and sensitivity.swings:
        text, more = sensitivity_sentence(sensitivity)
        said.append({"text": text, "more": more})
    return said


def _influence_sentences(swept: Swept) -> list[dict[str, str]]:
    said = []
    for one in swept.influences()[:FEW]:
        e = one.change
        n = words.several(e.n, "replication")
        more = f"Paired difference {words.change_text(HEADLINE, e)}, {n}, mean over the rest."
        change = f"from {one.low} to {one.high}"
        if " to " in one.low:  # ranges, not values
            change = f"from the lowest ({one.low}) to the highest ({one.high})"
        start = (
            f"{one.path} {change} takes effective reach "
            f"{words.quoted(swept.main)} from {words.value_text(HEADLINE, one.at_low)} to "
            f"{words.value_text(HEADLINE, one.at_high)}"
        )
        if math.isnan(e.low):
            more = "One replication, so there is no interval."
        elif e.low <= 0 <= e.high:
            start += ", which is not distinguishable from no change"
        said.append({"text": start + ".", "more": more})
    return said


def _sweep_pictures(swept: Swept, foot: str) -> list[Picture]:
    order = [one.path for one in swept.influences()] or list(swept.paths)
    says = f"Effective reach along {order[0]}, mean over the other values."
    return [
        Picture(
            "sweep",
            "Effective reach along each value",
            says,
            {path: (path, interactive.sweep_lines(swept, path)) for path in order},
            "Along",
            svg=drawn_as("sweep", says, lambda: pictures.sweep_lines(swept, order[0], foot)),
        )
    ]


def _sweep_limits(swept: Swept) -> list[str]:
    said = []
    if not swept.complete:
        said.append(
            f"The sweep is not finished: {swept.finished} of "
            f"{len(swept.points) * swept.replications} replications are in."
        )
    said.append(
        "Intervals say how much chance moves the mean over the points of this design; a value "
        "that never repeats was put into ranges."
    )
    counts = evidence_counts(swept.scenario)
    said.append(
        f"{counts['assumed']} of {sum(counts.values())} values of the scenario are assumed."
    )
    return [*said, *GENERAL_LIMITS]
