"""What is gained against the price of it: a dot for each arm, labelled beside it.

Checked by ``tests/report/test_one_page.py``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from afterban.experiment import lay_words, weighed_words
from afterban.experiment.weighed import MOST_ARMS, Case
from afterban.report.colours import PAPER
from afterban.report.figures import FAINT, INK, PALETTE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PRICES = {
    "wrong_suspensions": "users wrongly suspended",
    "paid_hours": "paid hours",
    "suspensions": "accounts suspended",
}
_APART = 0.085  # of the height, from one label to the next


class Dot(NamedTuple):
    """An arm in the picture: its price and gain, and from where to where the gain lies."""

    arm: str
    label: str
    price: float
    gain: float
    low: float
    high: float


def dots(found: Case) -> list[Dot]:
    """Up to five arms beside the one that they are compared with, which lies at nothing, nothing.

    Gains are in percent of what outsiders see under it.  A price that is undefined is 0.
    """
    made = [Dot(found.other, found.names.label(found.other), 0.0, 0.0, 0.0, 0.0)]
    for arm in found.told:
        one = found.difference(arm)
        if one is None or len(made) == MOST_ARMS:
            continue
        low, high = one.relative_ends
        over = None if found.points is None else found.points.seen.get(arm)
        if over is not None and math.isfinite(over.low):
            low, high = over.low, over.high
        price = found.difference(arm, found.prices[0]) if found.prices else None
        made.append(
            Dot(
                arm,
                weighed_words.label(found, arm),
                0.0 if price is None else price.estimate.value,
                0.0 - 100 * one.relative,
                0.0 - 100 * high,
                0.0 - 100 * low,
            )
        )
    return made


def says(found: Case) -> str:
    """The picture in a sentence, for those who do not see it."""
    told = "; ".join(f"{one.label}: {one.gain:.3g} % less" for one in dots(found)[1:])
    what = "the assumptions" if found.points is not None else "chance"
    against = f" against {_PRICES[found.prices[0]]}" if found.prices else ""
    return f"How much less outsiders see{against}, with what {what} leave open. {told}."


def gain_against_price(found: Case) -> Figure:
    """Gain upwards, price to the right; the line through a dot is its band over the assumptions."""
    figure = Figure(figsize=(7.2, 3.3), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    known = dots(found)
    for one in known:
        first = one.arm == found.other
        colour = FAINT if first else PALETTE[0] if one.arm != found.twice_arm else PALETTE[1]
        if not first and math.isfinite(one.low):
            axes.plot([one.price] * 2, [one.low, one.high], color=colour, lw=2.4, alpha=0.55)
        axes.plot(one.price, one.gain, "o", ms=8, color=colour)
    axes.axhline(0.0, color=FAINT, lw=1.0, zorder=0)
    _rooms(axes, known)
    _labels(axes, known)
    span = lay_words.span(found.of.horizon)
    if found.prices:
        axes.set_xlabel(f"more {_PRICES[found.prices[0]]} in {span} →")
    else:
        axes.set_xticks([])
    than = found.names.label(found.other)
    axes.set_title("What is gained, and at what price")
    axes.set_ylabel(f"% less seen by outsiders\nthan {than} →")
    return figure


def _rooms(axes: Axes, known: list[Dot]) -> None:
    """Room around all dots and lines, and for labels at the right."""
    ends = [x for one in known for x in (one.low, one.high, one.gain) if math.isfinite(x)]
    low, high = min(ends), max(ends)
    pad = 0.12 * (high - low or 1.0)
    axes.set_ylim(low - pad, high + pad)
    prices = [one.price for one in known]
    left, right = min(prices), max(prices)
    width = right - left or 1.0
    axes.set_xlim(left - 0.08 * width, right + 0.5 * width)


def _labels(axes: Axes, known: list[Dot]) -> None:
    """A label at the right of each dot, pushed up where it would lie on the one below."""
    low, high = axes.get_ylim()
    step = _APART * (high - low)
    left, right = axes.get_xlim()
    placed: list[tuple[float, float]] = []
    for one in sorted(known, key=lambda each: each.gain):
        y = one.gain
        for x, other in sorted(placed, key=lambda each: each[1]):
            if abs(x - one.price) < 0.45 * (right - left) and abs(y - other) < step:
                y = other + step
        placed.append((one.price, y))
        axes.annotate(
            one.label,
            (one.price, one.gain),
            xytext=(one.price + 0.018 * (right - left), y),
            textcoords="data",
            va="center",
            fontsize=10,
            color=INK,
            bbox={"fc": PAPER, "ec": "none", "pad": 0.8, "alpha": 0.75},
        )


__all__ = ["Dot", "dots", "gain_against_price", "says"]
