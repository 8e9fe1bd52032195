"""The picture of an exploration: what moves the level, and beside it what moves the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import PercentFormatter

from afterban.experiment.amounts import amount
from afterban.experiment.indices import Index, Response, leading
from afterban.experiment.wording import label
from afterban.report.figures import FAINT, PALETTE
from afterban.report.questions import _figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from afterban.report.shapes import Exploration

MOST_BARS = 8
THICK = 0.36


def exploration(found: Exploration) -> Figure:
    """A panel for each response with a bar for each assumption, first and total index beside."""
    names = _shown(found)
    how = {
        "given": "first-order indices (RBD-FAST)",
        "sobol": "Sobol indices",
        "morris": "elementary effects (Morris)",
    }[found.method]
    figure = _figure(
        f"{found.scenario} · {how} with 95 % intervals · "
        f"{max((one.points for one in found.responses), default=0):,} points over the stated "
        f"ranges × {found.replications} replication{'s'[: found.replications != 1]} · "
        f"{found.operators:,} operators",
        1.75 + 0.4 * max(2, len(names)),
        8.4,
    )
    panels = figure.subplots(1, max(1, len(found.responses)), sharey=True, squeeze=False)[0]
    for axes, response in zip(panels, found.responses, strict=False):
        _bars(axes, found, response, names)
    if not found.responses:
        panels[0].set_axis_off()
    elif found.method == "sobol":
        panels[-1].legend(loc="lower right", fontsize=7.5)
    figure.suptitle(_title(found), x=0.012, ha="left", fontsize=10.0)
    return figure


def _shown(found: Exploration) -> list[str]:
    """The assumptions that move any response most, the one that moves the decision most first."""
    largest: dict[str, float] = {}
    for response in reversed(found.responses):
        top = max((_length(found, one) for one in response.indices.each), default=0.0)
        for one in response.indices.each:
            share = _length(found, one) / top if top > 0 else 0.0
            largest[one.name] = max(largest.get(one.name, 0.0), share)
    kept = sorted(largest, key=lambda name: -largest[name])[:MOST_BARS]
    order = [one.name for one in found.responses[-1].indices.ranked] if found.responses else []
    order += [name for name in kept if name not in order]
    return [name for name in order if name in kept]


def _length(found: Exploration, one: Index) -> float:
    return one.total if found.method == "sobol" else one.first


def _title(found: Exploration) -> str:
    a, b = found.pair
    if not found.responses:
        return "No indices"
    told = leading(found.response("best").indices)
    if not found.response("best").indices.each:
        return f"“{a}” is the best arm at every point: no assumption decides"
    if not told.above:
        return f"No assumption alone decides between “{a}” and “{b}” measurably"
    if len(told.tied) > 1:
        return f"Several assumptions may decide between “{a}” and “{b}”"
    what = found.label_of(told.above[0].name)
    return f"What decides between “{a}” and “{b}” most: {what}"


def _bars(axes: Axes, found: Exploration, response: Response, names: list[str]) -> None:
    by_name = {one.name: one for one in response.indices.each}
    rows = list(reversed(names))
    empty = Index("", 0.0, 0.0, 0.0, 0.0)
    each = [by_name.get(name, empty) for name in rows]
    places = np.arange(len(rows), dtype=float)
    both = found.method == "sobol"
    first = places + (THICK / 2 if both else 0.0)
    _one(axes, first, [one.first for one in each], [one.first_half for one in each], 0, "alone")
    if both:
        last = places - THICK / 2
        halves = [one.total_half for one in each]
        _one(axes, last, [one.total for one in each], halves, 1, "with interactions")
    axes.axvline(0.0, color=FAINT, lw=0.8)
    axes.set_yticks(places, [_wrapped(found.label_of(name)) for name in rows], fontsize=7.5)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    a, b = found.pair
    title = {
        "level": f"{label(found.metric)},\n“{found.arms[0].arm}”",
        "difference": f"“{a}” less “{b}”",
        "best": "which arm is best",
    }[response.what]
    axes.set_title(title, loc="left", fontsize=8.5)
    axes.tick_params(axis="x", labelsize=8)
    if not response.indices.each:
        axes.text(0.5, 0.5, "the same at\nevery point", transform=axes.transAxes, ha="center")
        axes.set_xticks([])
        return
    if found.method == "morris":
        metric = "share" if response.what == "best" else found.metric
        axes.xaxis.set_major_formatter(
            lambda x, _: amount(metric, x, True).removesuffix(" points") if x else "0"
        )
        unit = ", points" if amount(metric, 1.0, True).endswith("points") else ""
        axes.set_xlabel(f"mean effect of a range{unit}", fontsize=8)
        axes.set_xlim(left=min(0.0, axes.get_xlim()[0]))
        return
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_xlabel("share of the variance", fontsize=8)
    low, high = _limits(each, both)
    axes.set_xlim(low, high)


def _limits(each: list[Index], both: bool) -> tuple[float, float]:
    """Where an axis begins and ends: all of the intervals, unless they go far beyond the whole."""
    ends = [x for one in each for x in (one.first - one.first_half, one.first + one.first_half)]
    if both:
        ends += [one.total + one.total_half for one in each]
    return max(-0.3, min(ends) - 0.02), min(1.5, max(0.2, 1.05 * max(ends)))


def _one(
    axes: Axes, places: np.ndarray, values: list[float], halves: list[float], k: int, what: str
) -> None:
    axes.barh(places, values, THICK if what else 0.6, color=PALETTE[k], alpha=0.75, label=what)
    axes.errorbar(values, places, xerr=halves, fmt="none", ecolor="#555555", lw=0.9, capsize=1.8)


def _wrapped(text: str, width: int = 30) -> str:
    if len(text) <= width:
        return text
    cut = text.rfind(" ", 0, width)
    return f"{text[:cut]}\n{text[cut + 1 :]}" if cut > 0 else text


__all__ = ["exploration"]
