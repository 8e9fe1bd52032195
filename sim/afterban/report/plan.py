"""The picture of a plan: the trade-off between two of what is measured, and where the best lies.

Checked by ``tests/report/test_plan.py``.
"""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any

from matplotlib.ticker import PercentFormatter

from afterban.report import words
from afterban.report.figures import FAINT, INK, PALETTE
from afterban.report.questions import _figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from afterban.report.shapes import Planned, PlannedMix

MOST_LABELLED = 10  # of the trade-off, that are numbered
_TITLE, _COLUMN = 100, 44  # letters


def trade_off(found: Planned) -> Figure:
    """Mixes by the two measures of the frontier, those of the trade-off on a line and numbered."""
    x, y = found.measures.frontier
    figure = _figure(
        f"{found.scenario} · means over {found.points} points, bars are the 95 % interval of the "
        f"difference from as written, hollow ones break a limit · {found.operators:,} operators",
        4.4,
        9.6,
    )
    axes, key = figure.subplots(1, 2, width_ratios=(2.1, 1))
    key.set_axis_off()
    line = found.frontier
    axes.plot(
        [one.means[x] for one in line], [one.means[y] for one in line], color=FAINT, lw=1.1, ls="--"
    )
    for one in found.mixes:
        _mark(axes, found, one)
    listed: list[tuple[str, PlannedMix]] = []
    for k, one in enumerate(line[:MOST_LABELLED], start=1):
        _label(axes, found, one, str(k), (-9, 5))
        listed.append((str(k), one))
    for place, (role, one) in zip(((9, -14), (9, 6), (9, 3)), _named(found), strict=False):
        _label(axes, found, one, role, place)
        listed.append((role, one))
    for name, axis in ((x, axes.xaxis), (y, axes.yaxis)):
        axis.set_label_text(found.measures.label(name))
        if name not in ("people", "money") and words.is_share(name):
            axis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.margins(x=0.12, y=0.12)
    _list(key, listed)
    figure.suptitle(_title(found), x=0.012, ha="left", fontsize=10.0)
    return figure


def _list(axes: Axes, listed: list[tuple[str, PlannedMix]]) -> None:
    """What is numbered or named in the picture, with its choices."""
    text = []
    for role, one in listed:
        if role != "as written":
            told = f"{role}  {one.name}" if role.isdecimal() else f"{role}: {one.name}"
            text.append(textwrap.fill(told, _COLUMN, subsequent_indent="    "))
    axes.text(0.0, 1.0, "\n".join(text), fontsize=7, va="top", color=INK)


def _named(found: Planned) -> list[tuple[str, PlannedMix]]:
    told = [("best" if found.feasible else "nearest to the limits", found.best)]
    if found.runner_up is not None:
        told.append(("runner-up", found.runner_up))
    if found.as_written.name != found.best.name:
        told.append(("as written", found.as_written))
    return told


def _mark(axes: Axes, found: Planned, one: PlannedMix) -> None:
    """A mix with its intervals; hollow where it breaks the limits."""
    x, y = found.measures.frontier
    best = one.name == found.best.name
    colour = PALETTE[1] if best else PALETTE[0] if one.efficient else FAINT
    if one.efficient or best:
        bars: Any = {"color": colour, "lw": 0.9, "capsize": 1.5, "alpha": 0.7}
        axes.errorbar(one.means[x], one.means[y], _half(one, y), _half(one, x), fmt="none", **bars)
    axes.plot(
        one.means[x],
        one.means[y],
        "D" if one.name == found.as_written.name else "o",
        ms=9 if best else 6,
        color=colour,
        mfc=colour if one.keeps else "white",
        zorder=4 if best else 3,
    )


def _half(one: PlannedMix, name: str) -> float:
    half = one.more[name].half_width
    return half if math.isfinite(half) else 0.0


def _label(
    axes: Axes, found: Planned, one: PlannedMix, role: str, place: tuple[float, float]
) -> None:
    """The number or role of a mix beside it."""
    x, y = found.measures.frontier
    best = one.name == found.best.name and not role.isdecimal()
    axes.annotate(
        role,
        (one.means[x], one.means[y]),
        xytext=place,
        textcoords="offset points",
        fontsize=8,
        fontweight="bold" if best else "normal",
        color=PALETTE[1] if best else INK if role.isdecimal() else FAINT,
        ha="center" if role.isdecimal() else "left",
    )


def _title(found: Planned) -> str:
    """The finding."""
    x, y = found.measures.frontier
    one = found.best
    told = ", ".join(
        f"{found.measures.label(name)} {found.measures.amount(name, one.means[name])}"
        for name in (y, x)
    )
    head = "Best within the limits" if found.feasible else "No mix keeps the limits; nearest"
    text = f"{head}: {one.name}"
    if len(text) > _TITLE:
        text = text[: _TITLE - 1] + "…"
    return f"{text}\nmeans over the points: {told}"


__all__ = ["trade_off"]
