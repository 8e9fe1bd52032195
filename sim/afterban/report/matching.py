"""Figure of the threshold on the likeness of handles: reach left against look-alikes flagged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from afterban.report import axes as metric_axes
from afterban.report.figures import FAINT, INK, PALETTE, STYLE
from afterban.statistics import Estimate

if TYPE_CHECKING:
    from afterban.experiment.matching import MatchCurve, TradeOff

FOUND, HIT, CHANGED = PALETTE[0], PALETTE[1], PALETTE[2]
_FLOOR = 0.3  # width of the linear part around no look-alikes, per 100,000


def matching(curve: MatchCurve, rows: Sequence[TradeOff], provenance: str = "") -> Figure:
    """What each threshold finds and hits, and the reach it leaves against what it costs.

    rows: arms that differ in the threshold; those with another share of near-identical names than
        the first one are drawn apart.  provenance: line at the foot.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9.6, 4.5), layout="constrained")
        FigureCanvasAgg(figure)
        left, right = figure.subplots(1, 2, width_ratios=(1.0, 1.15))
        _curve(left, curve)
        _trade_off(right, rows)
        if provenance:
            figure.supxlabel(provenance, x=0.01, ha="left", fontsize=7, color=FAINT)
    return figure


def _curve(axes: Axes, curve: MatchCurve) -> None:
    edits = [point.threshold for point in curve.points]
    for values, colour, label in (
        ([point.recall for point in curve.points], FOUND, "successors (recall)"),
        ([point.false_matches for point in curve.points], HIT, "ordinary users (false matches)"),
    ):
        low, middle, high = _columns(values)
        seen = middle > 0.0  # 0 has no place on a logarithmic axis
        x = np.array(edits)[seen]
        axes.plot(x, middle[seen], color=colour, marker="o", ms=4, lw=1.5, label=label)
        axes.fill_between(x, low[seen], high[seen], color=colour, alpha=0.2, lw=0)
    axes.set_yscale("log")
    axes.set_ylim(1e-5, 1.5)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{100 * y:g} %"))
    axes.set_xticks(edits)
    axes.set_xlabel(
        f"threshold (edits); {curve.corpus:,} ordinary handles, {curve.suspended:,} suspended"
    )
    axes.set_title("Within the threshold")
    axes.legend(loc="lower right", fontsize=8.5)


def _trade_off(axes: Axes, rows: Sequence[TradeOff]) -> None:
    habit = rows[0].near_identical
    by_threshold = {row.threshold: row for row in rows if row.near_identical == habit}
    same = [by_threshold[threshold] for threshold in sorted(by_threshold)]
    others = [row for row in rows if row.near_identical != habit]
    x = _columns([row.per_100k for row in same])
    y = _columns([row.effective_reach for row in same])
    axes.plot(x[1], y[1], color=FOUND, lw=1.2, alpha=0.6)
    _crosses(axes, same, FOUND)
    for row in same:
        axes.annotate(
            f"{row.threshold} edits" if row is same[0] else str(row.threshold),
            (row.per_100k.value, row.effective_reach.value),
            xytext=(5, 5),
            textcoords="offset points",
            fontsize=8.5,
            color=INK,
        )
    if others:
        _crosses(axes, others, CHANGED)
        for row in others:
            axes.annotate(
                f"{row.threshold} edits,\n{row.near_identical:.0%} near-identical names",
                (row.per_100k.value, row.effective_reach.value),
                xytext=(14, 34),
                textcoords="offset points",
                arrowprops={"arrowstyle": "-", "color": CHANGED, "lw": 0.8},
                fontsize=8,
                color=CHANGED,
            )
    axes.set_xscale("symlog", linthresh=_FLOOR)
    ticks = [0.0, *(10.0**k for k in range(6))]
    axes.set_xticks(ticks)
    axes.xaxis.set_major_formatter(FuncFormatter(_short))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlim(-_FLOOR / 3, 10 ** np.ceil(np.log10(max(1.0, x[2].max())) + 0.3))
    metric_axes.on_paper(axes.yaxis, "effective_reach", "")
    axes.set_ylim(0.0, None)
    axes.set_xlabel("look-alikes flagged per 100,000 new ordinary accounts")
    axes.set_title("Effective reach against look-alikes")


def _short(value: float, _: int) -> str:
    return f"{value / 1000:g}k" if value >= 1000.0 else f"{value:g}"


def _crosses(axes: Axes, rows: Sequence[TradeOff], colour: str) -> None:
    x = _columns([row.per_100k for row in rows])
    y = _columns([row.effective_reach for row in rows])
    axes.errorbar(
        x[1],
        y[1],
        xerr=(x[1] - x[0], x[2] - x[1]),
        yerr=(y[1] - y[0], y[2] - y[1]),
        fmt="o",
        ms=5,
        color=colour,
        elinewidth=1,
    )


def _columns(values: Sequence[Estimate]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Lower end, value and upper end; the ends are the value where there is no interval."""
    rows = [
        (
            one.low if np.isfinite(one.low) else one.value,
            one.value,
            one.high if np.isfinite(one.high) else one.value,
        )
        for one in values
    ]
    return np.array(rows, dtype=np.float64).T
