"""Pictures of answers that have no other: a comparison, where two runs part, bands.

Checked by ``tests/experiment/test_answers.py``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from textwrap import shorten
from typing import TYPE_CHECKING

from afterban.report import axes as metric_axes
from afterban.report.figures import FAINT, INK, PALETTE
from afterban.report.questions import _errors, _figure
from afterban.report.words import arm_name, heading

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from afterban.bands import Band
    from afterban.report.shapes import Comparison, Divergence
    from afterban.statistics import Estimate


def differences(found: Comparison) -> Figure:
    """The difference of each arm from the baseline in the metric of the comparison."""
    rows = [one for one in found.headline if not one.identical]
    n = max((one.estimate.n for one in rows), default=0)
    figure = _figure(
        f"{found.scenario} {found.digest[:12]} · seed {found.seed} · n = {n} paired replications · "
        f"intervals hold together at {found.level:.0%}",
        1.5 + 0.42 * max(1, len(rows)),
    )
    axes = figure.add_subplot()
    _forest(axes, [arm_name(one.policy) for one in rows], [one.estimate for one in rows])
    metric_axes.on_paper(axes.xaxis, found.metric, decimals=None, difference=True)
    name = heading(found.metric)
    axes.set_title(f"{name[0].upper()}{name[1:]}: difference from {arm_name(found.baseline)}")
    return figure


def _forest(axes: Axes, names: Sequence[str], estimates: Sequence[Estimate]) -> None:
    """A row for each estimate, the first on top, with a line at zero."""
    places = range(len(names))
    axes.axvline(0.0, color=INK, lw=0.9)
    if names:
        axes.errorbar(
            [e.value for e in estimates],
            places,
            xerr=_errors(estimates),
            fmt="o",
            ms=5.5,
            color=PALETTE[0],
            capsize=2.5,
            lw=1.4,
        )
    axes.set_yticks(list(places), list(names))
    axes.set_ylim(len(names) - 0.5, -0.5)


def parting(found: Divergence) -> Figure:
    """Two runs as one line up to the event at which they part, and what happens next in each."""
    alike = f"{found.events:,} events are" if found.events != 1 else "1 event is"
    figure = _figure(f"{alike} the same in both", 2.6)
    axes = figure.add_subplot()
    days = [event.day for event in found.first if event is not None]
    split = min(days) if found.earlier is not None and days else 1.0
    width = max(*days, split * 1.05, split + 1e-6) if days else 1.0
    axes.plot([0.0, split], [0.0, 0.0], color=FAINT, lw=3, solid_capstyle="butt")
    if found.earlier is None:
        axes.set_title(f"{found.names[0]} and {found.names[1]}: no event sets them apart")
    else:
        axes.set_title(f"{found.names[0]} and {found.names[1]} part on day {split:.4g}")
        for k, (name, event) in enumerate(zip(found.names, found.first, strict=True)):
            colour, side = PALETTE[k], 1.0 - 2.0 * k
            end = width if event is None else event.day
            axes.plot([split, max(end, split)], [0.0, side], color=colour, lw=2, marker="o", ms=5)
            what = "nothing more happens" if event is None else event.event
            told = shorten(f"{name}: {what}", 80, placeholder=" …")
            axes.annotate(
                told,
                (max(end, split), side),
                (0, 8 * side),
                textcoords="offset points",
                color=colour,
                fontsize=8.5,
                ha="right" if end > width / 2 else "left",
                va="bottom" if side > 0 else "top",
            )
    axes.set_ylim(-2.0, 2.0)
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("days after the start")
    return figure


def banded(scenario: str, found: Sequence[Band]) -> Figure:
    """Bands of one metric: each arm, and below them the differences of arms, zero marked."""
    found = [one for one in found if one.told]
    arms = [one for one in found if not one.key.against]
    apart = [one for one in found if one.key.against]
    told = max((one.points for one in found), default=0)
    panels = [part for part in (arms, apart) if part]
    figure = _figure(
        f"{scenario} · median, 5 to 95 % and range over {told} points of the stated ranges",
        1.4 + 0.4 * max(1, len(found)) + 0.5 * len(panels),
    )
    heights = [len(part) + 1 for part in panels] or [1]
    for axes, part in zip(
        figure.subplots(len(heights), 1, squeeze=False, height_ratios=heights)[:, 0],
        panels,
        strict=False,
    ):
        _ranges(axes, part)
        metric = part[0].key.metric
        metric_axes.on_paper(
            axes.xaxis, metric, decimals=None, difference=bool(part[0].key.against)
        )
    figure.suptitle("What the assumptions leave open", x=0.01, ha="left", fontsize=11)
    return figure


def _ranges(axes: Axes, found: Sequence[Band]) -> None:
    names = []
    for place, one in enumerate(found):
        key = one.key
        names.append(f"{key.arm} less {key.against}" if key.against else arm_name(key.arm))
        axes.plot([one.lowest, one.highest], [place] * 2, color=FAINT, lw=1.0)
        axes.plot(
            [one.low, one.high],
            [place] * 2,
            color=PALETTE[0],
            lw=5,
            solid_capstyle="butt",
            alpha=0.6,
        )
        axes.plot(one.middle, place, "o", color=PALETTE[0], ms=6)
    if found and found[0].key.against:
        axes.axvline(0.0, color=INK, lw=0.9)
    if not all(math.isfinite(one.middle) for one in found):
        axes.set_xlim(0, 1)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)


def parts(
    title: str,
    metric: str,
    groups: Mapping[str, Mapping[str, float]],
    swings: Mapping[str, tuple[float, float]],
    foot: str,
) -> Figure:
    """What a number is made of, a bar for each part, and how far assumptions move it.

    groups: kind of parts -> name -> value; swings: assumption -> value at each end of its range.
    """
    count = sum(map(len, groups.values())) + len(swings)
    panels = len(groups) + bool(swings)
    figure = _figure(foot, 1.2 + 0.3 * max(1, count) + 0.55 * max(1, panels))
    heights = [len(one) + 1 for one in groups.values()] + ([len(swings) + 1] if swings else [])
    places = figure.subplots(max(1, panels), 1, squeeze=False, height_ratios=heights or [1])[:, 0]
    for axes, (kind, one) in zip(places, groups.items(), strict=False):
        axes.barh(range(len(one)), list(one.values()), color=PALETTE[0], height=0.6)
        axes.set_yticks(range(len(one)), list(one))
        axes.set_title(kind, loc="left", fontsize=9)
    if swings:
        axes = places[-1]
        for k, (low, high) in enumerate(swings.values()):
            axes.plot([low, high], [k, k], "o-", color=PALETTE[1], lw=3, ms=5)
        axes.set_yticks(range(len(swings)), [shorten(name, 44) for name in swings])
        axes.set_title("at both ends of what is assumed", loc="left", fontsize=9)
    for axes in places:
        axes.invert_yaxis()
        metric_axes.on_paper(axes.xaxis, metric, title="", decimals=None)
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    return figure
