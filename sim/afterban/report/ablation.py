"""The picture of an ablation: what each part of the cycle contributes, by pressure."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import NullFormatter

from afterban.experiment.wording import label
from afterban.report import axes as metric_axes
from afterban.report.cycle import NAMES
from afterban.report.figures import FAINT, PALETTE
from afterban.report.questions import _errors, _figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from afterban.report.shapes import Ablation


def ablation(found: Ablation) -> Figure:
    """Contribution of each part with its interval; over pressure where there are several."""
    n = max((one.difference.estimate.n for one in found.contributions if one.difference), default=0)
    present = [
        part
        for part in dict.fromkeys(one.part for one in found.contributions)
        if any(found.at(part, x).difference is not None for x in found.pressures)
    ]
    several = len(found.pressures) > 1
    figure = _figure(
        f"{found.scenario} · {found.policy} · each part switched off alone, n = {n} replications "
        "on common random numbers, 95 % intervals",
        3.9 if several else 1.5 + 0.42 * max(1, len(present)),
    )
    axes = figure.add_subplot()
    (_over_pressure if several else _side_by_side)(axes, found, present)
    axes.set_title(_title(found, present), loc="left", fontsize=10.0)
    return figure


def _title(found: Ablation, present: list[str]) -> str:
    """The finding: the part that contributes most, and those that lower the metric.

    At the first pressure at which any part is distinguishable from zero.
    """
    for pressure in found.pressures:
        told = [one for part in present if (one := found.at(part, pressure)).sign]
        if told:
            break
    else:
        return f"No part of the cycle moves {label(found.metric)} measurably"
    most = max(told, key=lambda one: abs(one.difference.estimate.value) if one.difference else 0.0)
    against = [NAMES[one.part] for one in told if one.sign < 0 and one is not most]
    text = f"{NAMES[most.part].capitalize()}: the part that moves {label(found.metric)} most"
    return text + (f"\nAgainst the network itself: {' and '.join(against)}" if against else "")


def _side_by_side(axes: Axes, found: Ablation, present: list[str]) -> None:
    rows = list(reversed(present))
    ends = [found.at(part, found.pressures[0]).difference for part in rows]
    estimates = [d.estimate for d in ends if d is not None]
    axes.axvline(0.0, color=FAINT, lw=1.0)
    axes.errorbar(
        [e.value for e in estimates],
        range(len(rows)),
        xerr=_errors(estimates) if estimates else None,
        fmt="o",
        color=PALETTE[0],
        capsize=2.5,
        lw=1.4,
    )
    axes.set_yticks(range(len(rows)), [NAMES[part] for part in rows])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    title = f"contribution to {label(found.metric)}"
    metric_axes.on_paper(axes.xaxis, found.metric, title, decimals=None, difference=True)


def _over_pressure(axes: Axes, found: Ablation, present: list[str]) -> None:
    axes.axhline(0.0, color=FAINT, lw=1.0)
    last: list[tuple[float, str, Any]] = []
    for k, part in enumerate(present):
        told = [
            (x, d.estimate)
            for x in found.pressures
            if (d := found.at(part, x).difference) is not None
        ]
        colour = PALETTE[k % len(PALETTE)]
        axes.errorbar(
            [x for x, _ in told],
            [e.value for _, e in told],
            yerr=_errors([e for _, e in told]),
            fmt="o-",
            color=colour,
            capsize=2.5,
            lw=1.4,
        )
        last.append((told[-1][1].value, NAMES[part], colour))
    axes.set_xscale("log")
    axes.set_xticks(list(found.pressures), [f"{x:g}×" for x in found.pressures])
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.minorticks_off()
    axes.set_xlabel("hazard of discovery, relative to the scenario's")
    title = f"contribution to\n{label(found.metric)}"
    metric_axes.on_paper(axes.yaxis, found.metric, title, decimals=None, difference=True)
    low, high = axes.get_ylim()
    room = (high - low) / 14
    heights = _apart(np.array([value for value, _, _ in last]), room)
    for (value, name, colour), height in zip(last, heights, strict=True):
        axes.annotate(
            name,
            (found.pressures[-1], value),
            xytext=(found.pressures[-1] * 1.12, height),
            color=colour,
            va="center",
            fontsize=8.5,
            annotation_clip=False,
        )


def _apart(values: np.ndarray[Any, Any], room: float) -> np.ndarray[Any, Any]:
    """Heights of labels at these values, moved up where two would be closer than ``room``."""
    heights = values.astype(float)
    order = np.argsort(values)
    for below, above in pairwise(order):
        heights[above] = max(heights[above], heights[below] + room)
    return heights
