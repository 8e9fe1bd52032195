"""Axes of metrics: percent where a metric is a share, and its name with its unit.

Every picture of a metric takes its axis from here, so that the form that ``afterban.metrics``
declares once is seen everywhere.

Checked by ``tests/report/test_axes.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

from afterban.report import words

if TYPE_CHECKING:
    from matplotlib.axis import Axis


class _Form(TypedDict):
    """The part of a chart's axis that a metric decides."""

    form: Literal["number", "share"]
    title: str


def on_paper(
    axis: Axis,
    metric: str,
    title: str | None = None,
    decimals: int | None = 0,
    difference: bool = False,
) -> None:
    """Ticks and title of an axis of a plot.

    title: what stands beside the axis in place of the metric's name, where the picture shows
        something made of the metric.
    decimals: of percentages; None for as many as the span of the axis needs.
    difference: whether it shows differences, which are told in points where the metric is a share.
    """
    from matplotlib.ticker import PercentFormatter

    text = words.heading(metric) if title is None else title
    if words.is_share(metric):
        symbol = "" if difference else "%"
        axis.set_major_formatter(PercentFormatter(1.0, decimals=decimals, symbol=symbol))
        text += ", percentage points" if difference else ""
    axis.set_label_text(text)


def on_page(metric: str, title: str | None = None) -> _Form:
    """The same for a chart of a page: how its numbers are written, and what stands beside it."""
    return {
        "form": "share" if words.is_share(metric) else "number",
        "title": words.heading(metric) if title is None else title,
    }


__all__ = ["on_page", "on_paper"]
