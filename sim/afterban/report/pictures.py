"""Static pictures of a page, as SVG: shown on paper and where there is no JavaScript.

Checked by ``tests/report/test_page.py``.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter
from matplotlib.transforms import offset_copy

from afterban.experiment.wording import time_text
from afterban.report import arms as many
from afterban.report import axes as metric_axes
from afterban.report import colours, figures, words
from afterban.report.figures import FAINT, INK, PALETTE, STYLE, ticks
from afterban.report.numbers import Numbers, averted, frontier, same_place
from afterban.report.sweeps import same_lines
from afterban.statistics import Estimate

if TYPE_CHECKING:
    from afterban.experiment.breakeven import Crossing
    from afterban.experiment.sensitivity import Sensitivity
    from afterban.report.sweeps import Swept

LOW, HIGH = PALETTE[0], PALETTE[1]


def style() -> Any:
    """The style of all pictures; text is drawn as shapes, so that no font is needed."""
    return mpl.rc_context({**STYLE, "svg.fonttype": "path", "svg.hashsalt": "afterban"})


def svg(figure: Figure, name: str, alt: str) -> str:
    """A figure as an element of a page: coloured by variables, its ids its own."""
    for axes in figure.axes:
        axes.set_facecolor("none")
    figures.settle(figure, 72.0)
    stream = io.StringIO()
    figure.savefig(stream, format="svg", facecolor="none", metadata={"Date": None, "Creator": None})
    text = stream.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+\n|\n\s*", "\n", text)
    text = _own_ids(text, name)
    text = re.sub(r' d="([^"]+)"', lambda match: f' d="{_shorter(match[1])}"', text)
    text = colours.themed(text)
    head, _, rest = text.partition(">")
    box = re.search(r'viewBox="([^"]+)"', head)
    assert box is not None
    return f'<svg viewBox="{box[1]}" role="img" aria-label="{escape(alt, quote=True)}">{rest}'


def _shorter(path: str) -> str:
    """A path to a tenth of a point, finer than any window, with commands that repeat left out."""
    parts = []
    last = ""
    for line in re.sub(r"(\d\.\d)\d+", r"\1", path).splitlines():
        command, _, rest = line.partition(" ")
        # After L, and after M, more pairs of numbers are lines.
        repeated = command == "L" and last in ("L", "M")
        parts.append(rest if repeated else line)
        last = command
    return " ".join(parts)


def _own_ids(text: str, name: str) -> str:
    """Ids that something refers to, counted from 1: other ones than those of other pictures.

    Matplotlib makes some of theirs from the last digits of a layout.
    """
    known: dict[str, str] = {}

    def own(match: re.Match[str]) -> str:
        number = known.setdefault(match[2], f"{name}-{len(known) + 1}")
        return f"{match[1]}{number}{match[3]}"

    text = re.sub(r"<!--.*?-->\n?", "", text.replace("xlink:href", "href"), flags=re.DOTALL)
    asked = set(re.findall(r'(?:href="#|url\(#)([^")]+)', text))
    text = re.sub(r' id="([^"]+)"', lambda m: m[0] if m[1] in asked else "", text)
    return re.sub(r'(\bid="|href="#|url\(#)([^")]+)("|\))', own, text)


def _figure(height: float, foot: str) -> Figure:
    figure = Figure(figsize=(figures.WIDTH, height), layout="constrained")
    FigureCanvasAgg(figure)
    engine: Any = figure.get_layout_engine()
    room = 0.24 / height
    engine.set(rect=(0.0, room, 0.985, 0.99 - room))
    figure.text(0.012, room / 3, foot, fontsize=7, color=FAINT, va="bottom")
    return figure


def spread(estimates: Sequence[Estimate], scale: float = 1.0) -> Any:
    """Error bars, without those that are undefined."""
    ends = np.array([[e.value - e.low, e.high - e.value] for e in estimates]).T * scale
    return np.maximum(np.nan_to_num(ends), 0.0)


def arm_colours(numbers: Numbers) -> dict[str, str]:
    """Colour of each arm as it is drawn."""
    if numbers.results is not None:
        found = figures.colours(numbers.results)
    else:
        arms = numbers.arms
        found = {arm: PALETTE[k % len(PALETTE)] for k, arm in enumerate(arms)}
    return {
        policy: mpl.colors.to_hex(colour)
        for policy, colour in {**found, "none": FAINT}.items()
        if policy in numbers.policies
    }


def reach(numbers: Numbers, foot: str) -> Figure:
    """Effective reach of each arm with its interval; for a comparison, which has no run."""
    arms = list(reversed(numbers.by_reach))
    figure = _figure(1.6 + 0.36 * len(arms), foot)
    axes = figure.add_subplot()
    estimates = [numbers.estimate("effective_reach", arm) for arm in arms]
    axes.errorbar(
        [e.value for e in estimates],
        range(len(arms)),
        xerr=spread(estimates),
        fmt="o",
        color=PALETTE[0],
        capsize=2.5,
        lw=1.4,
    )
    axes.axvline(1.0, color=FAINT, ls="--", lw=1.2)
    axes.set_yticks(range(len(arms)), [many.label([words.arm_name(arm)]) for arm in arms])
    axes.set_ylim(-0.6, len(arms) - 0.4)
    axes.set_xlim(0, max(1.05, axes.get_xlim()[1]))
    title = "share of what the same network reaches without enforcement"
    metric_axes.on_paper(axes.xaxis, "effective_reach", title)
    axes.grid(axis="y", visible=False)
    axes.set_title("Effective reach")
    return figure


def frontier_picture(numbers: Numbers, cost: str, foot: str) -> Figure:
    """Harm averted against what it costs."""
    figure = _figure(4.6, foot)
    axes = figure.add_subplot()
    chosen = arm_colours(numbers)
    best = frontier(numbers, cost)
    axes.plot(
        [numbers.estimate(cost, arm).value for arm in best],
        [averted(numbers, arm).value for arm in best],
        color=FAINT,
        lw=1.2,
        ls="--",
        zorder=1,
    )
    groups = same_place(numbers, cost)
    for group in groups:
        arm = group[0]
        x, y = numbers.estimate(cost, arm), averted(numbers, arm)
        bars: Any = {"color": chosen[arm], "lw": 1.1, "capsize": 2}
        axes.errorbar(x.value, y.value, spread([y]), spread([x]), fmt="none", **bars)
        axes.plot(
            x.value,
            y.value,
            many.MARKS[many.mark(numbers.arms.index(arm))],
            ms=6.5,
            ls="none",
            color=chosen[arm],
            mfc=chosen[arm] if arm in best else "none",
            label=many.label(
                [*map(words.arm_name, group[:-1]), frontier_name(group[-1], arm in best)]
            ),
        )
    if len(groups) <= many.MOST_BANDS:  # of more, those that are close must be told apart
        axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
        axes.set_xlim(left=min(0.0, axes.get_xlim()[0]))
    metric_axes.on_paper(axes.xaxis, cost)
    metric_axes.on_paper(axes.yaxis, "effective_reach", "outsider impressions averted")
    axes.set_title("Harm averted against cost")
    handles, labels = axes.get_legend_handles_labels()
    figure.set_figheight(many.height_for(labels, 4.6))
    many.legend_beside(figure, handles, labels)
    return figure


def frontier_name(policy: str, efficient: bool) -> str:
    """An arm in the legend of a frontier."""
    return words.arm_name(policy) + ("" if efficient else " (beaten)")


def speed(found: Mapping[float, Estimate], crossings: Sequence[Crossing], foot: str) -> Figure:
    """Effective reach at each speed, with the times at which it crosses a level."""
    figure = _figure(4.4, foot)
    axes = figure.add_subplot()
    x = list(found)
    y = list(found.values())
    axes.plot(x, [e.value for e in y], color=PALETTE[0], marker="o", ms=5, lw=1.6)
    axes.fill_between(
        x,
        [e.value if math.isnan(e.low) else e.low for e in y],
        [e.value if math.isnan(e.high) else e.high for e in y],
        color=PALETTE[0],
        alpha=0.18,
        lw=0,
    )
    for one in crossings:
        axes.axhline(one.value, color=FAINT, lw=0.9, ls=":")
        if not one.found:
            continue
        low, high = max(one.low, min(x)), min(one.high, max(x))
        if math.isfinite(low) and math.isfinite(high):
            axes.plot([low, high], [one.value] * 2, color=PALETTE[1], lw=3, solid_capstyle="butt")
        axes.plot(one.days, one.value, "D", color=PALETTE[1], ms=6)
        axes.annotate(
            time_text(one.days),
            (one.days, one.value),
            (0, 7),
            textcoords="offset points",
            fontsize=8.5,
            ha="center",
        )
    axes.set_xscale("log")
    shown = ticks(x)
    axes.set_xticks(shown, [time_text(days) for days in shown], fontsize=8)
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.minorticks_off()
    axes.set_ylim(0, max(0.95, axes.get_ylim()[1]))
    axes.set_xlabel("median time from flag to suspension (log scale)")
    metric_axes.on_paper(axes.yaxis, "effective_reach")
    axes.set_title("How fast is fast enough")
    return figure


def tornado(found: Sensitivity, foot: str) -> Figure:
    """What each assumption does alone to the metric."""
    rows = list(reversed(found.swings))
    figure = _figure(1.7 + 0.44 * len(rows), foot)
    axes = figure.add_subplot()
    centre = found.centre.value
    for k, swing in enumerate(rows):
        for end, colour, shift in ((swing.low, LOW, 0.16), (swing.high, HIGH, -0.16)):
            axes.barh(
                k + shift,
                end.change.value,
                left=centre,
                height=0.3,
                color=colour,
                alpha=1.0 if end.told else 0.45,
                lw=0,
            )
            right = end.change.value >= 0
            axes.annotate(
                end.text,
                (centre + end.change.value, k + shift),
                (3 if right else -3, 0),
                textcoords="offset points",
                va="center",
                ha="left" if right else "right",
                fontsize=7.5,
            )
    axes.axvline(centre, color=INK, lw=1.0)
    axes.set_yticks(range(len(rows)), [_wrapped(swing.label) for swing in rows], fontsize=8)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.grid(axis="y", visible=False)
    axes.margins(x=0.12)
    what = found.what or words.heading(found.metric)
    title = f"{what}, with one assumption at the low or high end of its range"
    metric_axes.on_paper(
        axes.xaxis, found.metric, title, decimals=None, difference=bool(found.what)
    )
    axes.set_title("Which assumptions matter most")
    return figure


def _wrapped(text: str, width: int = 34) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(text, width))


def sweep_lines(swept: Swept, path: str, foot: str) -> Figure:
    """Effective reach along one of the values of a sweep, one line per arm."""
    rows = {policy: swept.along(path, policy) for policy in swept.policies}
    groups = same_lines(rows)
    labels = [many.label(map(words.arm_name, group)) for group in groups]
    beside = len(groups) > many.MOST_BANDS
    figure = _figure(many.height_for(labels, 4.4) if beside else 4.4, foot)
    axes = figure.add_subplot()
    widths = many.widths(len(groups))
    for number, (group, label, width) in enumerate(zip(groups, labels, widths, strict=True)):
        k = swept.policies.index(group[0])
        look = many.look(k)
        found = rows[group[0]]
        x = [row.x for row in found]
        values = [row.estimate.value for row in found]
        axes.plot(
            x,
            values,
            color=look.colour,
            ls=many.DASHES[look.dash],
            marker=many.MARKS[many.mark(k)],
            ms=4.5,
            lw=width,
            label=label,
        )
        # Bars stand side by side, a little beside their points.
        beside_point = (number - (len(groups) - 1) / 2) * 2.4 / 72
        axes.errorbar(
            x,
            values,
            yerr=spread([row.estimate for row in found]),
            fmt="none",
            color=look.colour,
            elinewidth=1.0,
            capsize=0 if beside else 2,
            transform=offset_copy(axes.transData, figure, x=beside_point if beside else 0.0),
            alpha=0.75 if beside else 1.0,
        )
    first = rows[swept.policies[0]]
    if swept.is_log(path):
        axes.set_xscale("log")
        axes.minorticks_off()
        axes.xaxis.set_minor_formatter(NullFormatter())
    if len(first) <= 12:
        shown = first
        if swept.is_log(path):
            kept = ticks([row.x for row in first], 0.06)
            shown = [row for row in first if row.x in kept]
        axes.set_xticks([row.x for row in shown], [row.text for row in shown], fontsize=8)
        # Texts that would touch each other are turned.
        if sum(len(row.text) + 2 for row in shown) > (70 if beside else 100):
            axes.tick_params(axis="x", rotation=30)
    ends = [(row.estimate.value, row.estimate.high) for found in rows.values() for row in found]
    highest = max(value for value, _ in ends)
    # With few replications an interval can reach far beyond what a share can be.
    top = max(
        highest, min(max([high for _, high in ends if math.isfinite(high)], default=0.0), 1.03)
    )
    axes.set_ylim(0, 1.05 * top)
    axes.set_xlabel(path)
    metric_axes.on_paper(axes.yaxis, "effective_reach")
    axes.set_title("Effective reach along one value, mean over the others")
    if beside:
        many.legend_beside(figure, *axes.get_legend_handles_labels())
    elif len(swept.policies) > 1:
        axes.legend(fontsize=8.5)
    return figure
