"""Figure of rankings: reach left against accounts removed, beside the best after the fact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from afterban.report.figures import FAINT, INK, PALETTE

if TYPE_CHECKING:
    from afterban.report.shapes import Rankings

BEST, MOMENT, RANDOM = "best after the fact", "most impressions, as they are", "at random"
# Colour and dashes by ranking; the two that nobody can follow are ink and dashed.
_LOOK: dict[str, dict[str, Any]] = {
    RANDOM: {"color": FAINT, "ls": "-"},
    "most links": {"color": PALETTE[2], "ls": "-"},
    "most followers": {"color": PALETTE[0], "ls": "-"},
    "most impressions": {"color": PALETTE[1], "ls": "-"},
    MOMENT: {"color": PALETTE[1], "ls": (0, (4, 2))},
    BEST: {"color": INK, "ls": (0, (1.2, 1.4))},
}


def whom_first(found: Rankings, provenance: str = "") -> Figure:
    """Share of the reach that is left by share of the accounts removed, a line for each ranking.

    Thin bars are 95 % intervals of the mean over replications.
    """
    figure = Figure(figsize=(9.6, 4.6), layout="constrained")
    axes = figure.subplots()
    ends: list[tuple[float, str, Any]] = []
    for name in dict.fromkeys(row.ranking for row in found.rows):
        rows = [row for row in found.rows if row.ranking == name]
        x = [100 * row.share for row in rows]
        y = [100 * row.left.value for row in rows]
        look = _LOOK[name]
        axes.plot(x, y, marker="o", ms=3.5, lw=1.8, **look)
        low = [max(100 * row.left.low, 0.0) for row in rows]
        high = [100 * row.left.high for row in rows]
        aside = [value * (1 + 0.012 * (len(ends) - 2.5)) for value in x]  # so that none hides one
        axes.vlines(aside, low, high, color=look["color"], lw=0.9, alpha=0.7)
        ends.append((y[0], name, look["color"]))
    span = max(x[-1] / x[0], 4.0)
    _names(axes, ends, x[0], x[0] / span**0.066)
    axes.set_xscale("log")
    axes.set_xticks(x)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g} %"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f} %"))
    axes.set_ylim(0, None)
    axes.set_xlim(x[0] / span**0.42, x[-1] * 1.05)
    axes.set_xlabel("accounts removed at one moment, as a share of those that are live")
    axes.set_ylabel("impressions left from then on")
    best, random = (found.at(name, found.telling).left.value for name in (BEST, RANDOM))
    axes.set_title(
        f"Whom first: removing {100 * found.telling:g} % of the accounts leaves "
        f"{100 * random:.0f} % of the reach at random, {100 * best:.0f} % at best"
    )
    if provenance:
        figure.supxlabel(provenance, x=0.01, ha="left", fontsize=7, color=FAINT)
    return figure


def _names(axes: Axes, ends: list[tuple[float, str, Any]], x: float, beside: float) -> None:
    """Names at the left ends of their lines, at ``x``, far enough apart to be read."""
    apart = 0.062 * max(100.0, max(y for y, _, _ in ends))
    at = float("inf")
    for y, name, colour in sorted(ends, reverse=True, key=lambda one: one[0]):
        at = min(y, at - apart)
        axes.annotate(
            name,
            (x, y),
            xytext=(beside, at),
            textcoords="data",
            ha="right",
            va="center",
            fontsize=9,
            color=colour if name != RANDOM else INK,
            arrowprops={
                "arrowstyle": "-",
                "lw": 0.5,
                "color": FAINT,
                "shrinkA": 1,
                "shrinkB": 3,
                "relpos": (1, 0.5),
            },
        )
