"""What the cycle and the assumptions come to, as parts of a page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from afterban.experiment.ablate import Ablation
from afterban.experiment.sensitivity import End, Sensitivity, Swing
from afterban.report import cycle, interactive, pictures, words
from afterban.report.html.pictures import Picture, drawn_as
from afterban.report.html.words import order_sentence


def cycle_part(found: Ablation | None) -> dict[str, Any] | None:
    """What each part of the cycle contributes: rows, what it means, and the picture."""
    if found is None:
        return None
    from afterban.report.ablation import ablation

    told = [one for one in found.contributions if one.difference is not None]
    says = "Contribution of each part of the cycle: " + words.joined(
        f"{cycle.NAMES[one.part]} {cycle.size(one)}"
        + ("" if one.pressure == 1.0 else f" at {one.pressure:g} times the hazard of discovery")
        for one in told
    )
    return {
        "rows": [
            {
                "part": cycle.NAMES[one.part],
                "key": one.part,
                "pressure": f"{one.pressure:g}×",
                "with": "–"
                if one.difference is None
                else words.value_text(found.metric, one.difference.arm),
                "without": "–"
                if one.difference is None
                else words.value_text(found.metric, one.difference.control),
                "size": cycle.size(one),
                "verdict": cycle.verdict(one),
                "sign": one.sign,
                "condition": cycle.condition(one),
            }
            for one in found.contributions
        ],
        "several": len(found.pressures) > 1,
        "conditions": [
            ("" if one.pressure == 1.0 else f"At {one.pressure:g} times the hazard: ")
            + cycle.condition(one)
            for one in found.contributions
            if cycle.condition(one)
        ],
        "how": f"{words.quoted(found.policy).capitalize()}, "
        f"{words.several(found.replications, 'replication')}.",
        "picture": Picture(
            "cycle",
            "What each part of the cycle contributes",
            f"{says}.",
            svg=drawn_as("cycle", says, lambda: ablation(found)) if told else "",
        ),
    }


def decision_of(found: Sensitivity) -> Sensitivity | None:
    """The ranking by what moves the difference of the two arms; None where one is followed."""
    if found.other is None:
        return None
    return found.of_decision(
        f"effective reach under {words.quoted(found.other)} less that under "
        f"{words.quoted(found.policy)}"
    )


def sensitivity_part(found: Sensitivity | None, foot: str) -> dict[str, Any] | None:
    """Assumptions by how much they move the decision, or the headline; None if none does."""
    if found is None or not any(swing.span > 0 for swing in found.swings):
        return None
    shown = decision_of(found) or found
    what = shown.what or "effective reach"
    says = f"Assumptions by how much they move {what}, the most first: " + words.joined(
        f"{swing.label} ({_swung(shown, swing.low)}, {_swung(shown, swing.high)})"
        for swing in shown.swings[:3]
    )
    says += "."
    small = (
        f" It was done on a network of {found.operators:,} operators in place of {found.of:,}, "
        "thinned evenly."
        if found.thinned
        else ""
    )
    # What changes nothing at all needs no bar.
    drawn = replace(shown, swings=tuple(one for one in shown.swings if one.span > 0))
    idle = [swing.label for swing in shown.swings if swing.span == 0]
    weak = [swing.label for swing in drawn.swings if not swing.told]
    quiet = f" Not distinguishable from no effect: {words.joined(weak)}." if weak else ""
    quiet += f" Without any effect on {what}: {words.joined(idle)}." if idle else ""
    how = (
        f"Each value alone at the low and the high end of its range, everything else as written "
        f"(“{found.policy}”), {words.several(found.replications, 'replication')} of each on "
        f"common random numbers.{small} In the middle: "
        f"{words.swung_text(shown.metric, shown.what, shown.centre)}. "
        f"What a policy itself sets stays as it sets it.{quiet}"
    )
    order = {swing.name: k for k, swing in enumerate(shown.swings)}
    return {
        "says": says,
        "how": how,
        "other": None if found.other is None else words.arm_name(found.other),
        "policy": words.arm_name(found.policy),
        "order": "" if found.other is None else order_sentence(found),
        "rows": [
            _row(found, swing) for swing in sorted(found.swings, key=lambda one: order[one.name])
        ],
        "picture": Picture(
            "tornado",
            "Which assumptions matter most",
            says,
            {"tornado": ("", interactive.tornado(drawn))} if drawn.swings else {},
            svg=drawn_as("tornado", says, lambda: pictures.tornado(drawn, foot)),
        ),
    }


def _swung(found: Sensitivity, end: End) -> str:
    """What an end comes to: ``47 % at 6 h``."""
    return (
        f"{words.swung_text(found.metric, found.what, end.value).partition(' (')[0]} at {end.text}"
    )


def _row(found: Sensitivity, swing: Swing) -> dict[str, Any]:
    """An assumption in the table: its range, where it comes from, and what either end does."""
    return {
        "label": swing.label,
        "range": f"{swing.low.text} to {swing.high.text}",
        "why": swing.why,
        "sources": ", ".join(swing.sources),
        "kind": swing.kind,
        "span": swing.span,
        "ends": [
            {
                "at": end.text,
                "value": words.value_text(found.metric, end.value),
                "change": words.change_text(found.metric, end.change),
                "told": end.told,
                "contrast": None
                if end.contrast is None
                else words.change_text(found.metric, end.contrast),
            }
            for end in (swing.low, swing.high)
        ],
    }
