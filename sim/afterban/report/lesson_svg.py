"""Pictures of the lessons for a page whose policy forbids styles in attributes, and their numbers.

Checked by ``tests/page/test_lessons.py``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.container import ErrorbarContainer
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from afterban.report import colours, pictures

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from afterban.report.lessons import Drawn

MOST_ROWS = 25  # of one line; of longer ones every so manieth number
_JOINS = 'stroke-linejoin="round" stroke-linecap="butt"'


def drawn_data(drawn: Drawn) -> dict[str, Any]:
    """A picture for JSON: both widths as SVG, its words, and its numbers as tables."""
    with pictures.style():
        both = {
            name: plain(
                pictures.svg(drawn.make(name == "narrow"), f"{drawn.name}-{name}", drawn.alt)
            )
            for name in ("wide", "narrow")
        }
        tables = tables_of(drawn.make(False).axes)
    return {
        "name": drawn.name,
        "alt": drawn.alt,
        "caption": drawn.caption,
        **both,
        "tables": tables,
    }


def plain(svg: str) -> str:
    """SVG whose styles are attributes of their own."""
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<[a-zA-Z][^>]*>", lambda match: _without_style(match[0]), svg)
    return svg.replace("<svg ", f"<svg {_JOINS} ", 1)


def _without_style(tag: str) -> str:
    style = re.search(r' style="([^"]*)"', tag)
    if style is None:
        return tag
    rest = tag.replace(style[0], "", 1)
    made = ""
    for part in style[1].split(";"):
        name, colon, value = part.partition(":")
        if colon and f" {name.strip()}=" not in rest:
            made += f' {name.strip()}="{value.strip()}"'
    return re.sub(r"^(<[\w:]+)", lambda match: match[1] + made, rest)


def colours_of(texts: Sequence[str]) -> dict[str, list[str]]:
    """Variables of the colours of pictures: on paper and at night."""
    themes = colours.themes(texts)
    night = dict(themes["night"])
    return {name: [paper, night[name]] for name, paper in themes["paper"]}


def tables_of(panels: Sequence[Axes]) -> list[dict[str, Any]]:
    """The numbers that are drawn, a table a panel: which line, where, how much, and interval."""
    found = []
    for axes in panels:
        rows = []
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            rows += _rows(axes, handle, label)
        if not rows:
            for one in [*axes.containers, *axes.lines]:
                rows += _rows(axes, one, "")
        head = ["", axes.get_xlabel() or "x", axes.get_ylabel() or "y", "95 % interval"]
        if rows:
            kept = [k for k in range(4) if any(row[k] for row in rows)]
            found.append(
                {
                    "title": axes.get_title(),
                    "head": [head[k] for k in kept],
                    "rows": [[row[k] for k in kept] for row in rows],
                }
            )
    return found


def _rows(axes: Axes, handle: Any, label: str) -> list[list[str]]:
    spread: list[Any] = []
    line: Any
    if isinstance(handle, ErrorbarContainer):
        line, _, bars = handle.lines
        spread = list(bars[0].get_segments()) if bars else []
    else:
        line = handle
    if not isinstance(line, Line2D) or line.get_transform() != axes.transData:
        return []
    x, y = (np.asarray(one, dtype=float) for one in line.get_data())
    step = max(1, -(-len(x) // MOST_ROWS))
    rows = []
    upright = len(spread) > 0 and spread[0][0][0] == spread[0][1][0]
    axis, along = (axes.yaxis, 1) if upright else (axes.xaxis, 0)
    for k in range(0, len(x), step):
        ends = ""
        if k < len(spread):
            low, high = (_said(axis, float(end[along])) for end in spread[k])
            ends = f"{low} to {high}"
        rows.append([label, _said(axes.xaxis, float(x[k])), _said(axes.yaxis, float(y[k])), ends])
    return rows


def _said(axis: Any, value: float) -> str:
    """A number as its axis has it: a share in percent, a place by its name."""
    formatter = axis.get_major_formatter()
    if isinstance(formatter, PercentFormatter):
        return f"{100 * value:.3g} %"
    fixed = getattr(formatter, "seq", None)
    places = axis.get_majorticklocs()
    if fixed and len(fixed) == len(places):
        near = int(np.argmin(np.abs(places - value)))
        if abs(places[near] - value) <= 0.3 and len(places) < 9 and not fixed[near].isnumeric():
            return str(fixed[near])
    return f"{value:.4g}"
