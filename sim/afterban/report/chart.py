"""What a chart of a report says, as plain data: axes, series and lines of reference.

The report's script draws it (``page/src/report/``, built into ``report/built/report.js``); these
types are the contract between the two.  Colours are CSS variables (``report.colours``), so that a
chart suits a light and a dark window without being drawn again.

Checked by ``tests/report/test_interactive.py``.
"""

from typing import Literal, NotRequired, TypedDict

Number = float | None  # None where there is none
Dash = Literal["solid", "longdash", "dot", "dashdot", "dash"]
Mark = Literal["circle", "square", "diamond", "triangle-up", "x", "triangle-down", "star"]


class Axis(TypedDict):
    """An axis: its scale, how its numbers are written, and what it shows.

    scale: ``date`` counts days from ``start``; ``rows`` has texts at whole numbers.
    form: ``share`` is written in percent, ``days`` as a length of time.
    range: what it covers; as far as the series reach if left out.
    zero: whether it begins at 0 at the latest.
    above: whether texts of rows stand above their row at any width.
    """

    scale: Literal["linear", "log", "date", "rows"]
    form: Literal["number", "share", "days"]
    title: str
    ticks: NotRequired[list[tuple[float, str]]]
    range: NotRequired[tuple[float, float]]
    zero: NotRequired[bool]
    start: NotRequired[str]
    above: NotRequired[bool]


class Series(TypedDict):
    """Points that belong together.

    name: empty for a guide, which has no values of its own to read.
    low, high: interval of y at each point; left, right: of x.
    interval: how it is drawn; ``told`` is read where the series is pointed at.
    origin: where bars begin.
    faint: bars that are not distinguishable from no effect.
    says: what is read at each point, in place of its numbers.
    labels: texts beside the points.
    """

    name: str
    draw: Literal["line", "steps", "points", "bars"]
    colour: str
    x: list[Number]
    y: list[Number]
    low: NotRequired[list[Number]]
    high: NotRequired[list[Number]]
    left: NotRequired[list[Number]]
    right: NotRequired[list[Number]]
    interval: NotRequired[Literal["band", "bars", "told"]]
    dash: NotRequired[Dash]
    mark: NotRequired[Mark]
    open: NotRequired[bool]
    origin: NotRequired[float]
    faint: NotRequired[list[bool]]
    says: NotRequired[list[str]]
    labels: NotRequired[list[str]]


class Line(TypedDict):
    """A line across the chart at one value of an axis."""

    axis: Literal["x", "y"]
    at: float
    dash: Dash


class Chart(TypedDict):
    """A chart; ``height`` is that of its axes, in pixels."""

    height: int
    x: Axis
    y: Axis
    series: list[Series]
    lines: list[Line]
