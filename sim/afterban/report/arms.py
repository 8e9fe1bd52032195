"""How many arms are told apart in one picture: colours, dashes, marks, labels and intervals.

Seven colours are as many as people can name; further arms take them again with other dashes and
other marks.  Arms that are one line get one line and both names.  Where bands would lie upon each
other, intervals are bars at days of which each arm has its own.

Checked by ``tests/report/test_many_arms.py``.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation

Floats = npt.NDArray[np.float64]

# Okabe and Ito: people with any colour vision can tell them apart.
PALETTE: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
# For pictures and for the page, in the same order.
DASHES: Final[Sequence[Any]] = ("-", (0, (4, 1.2)), (0, (1.2, 1.2)), (0, (5, 1.2, 1.2, 1.2)))
PAGE_DASHES: Final = ("solid", "longdash", "dot", "dashdot")
MARKS: Final = ("o", "s", "D", "^", "X", "v", "*")
PAGE_MARKS: Final = ("circle", "square", "diamond", "triangle-up", "x", "triangle-down", "star")
MOST_BANDS: Final = 5  # lines that all get a band; of more, bands hide the lines
BARS: Final = 3  # for each line, where there are no bands
LONGEST_LINE: Final = 26  # letters of a label beside a picture


class Look(NamedTuple):
    """Colour of an arm, and number of its dashes in ``DASHES`` and ``PAGE_DASHES``."""

    colour: Any
    dash: int


def look(number: int, first_dash: int = 0) -> Look:
    """Look of the arm of that number, from 0: colour and dash together are its own.

    first_dash: dash of the first seven.
    """
    turn = number // len(PALETTE)
    return Look(PALETTE[number % len(PALETTE)], (first_dash + turn) % len(DASHES))


def mark(number: int) -> int:
    """Number of the mark of an arm: colours return after seven, with another mark each time."""
    return (number + number // len(PALETTE)) % len(MARKS)


def together(values: Mapping[str, Hashable]) -> list[list[str]]:
    """Arms of equal values side by side, in their order.

    Values are what is drawn, such as the bytes of a line.
    """
    found: dict[Hashable, list[str]] = {}
    for arm, value in values.items():
        found.setdefault(value, []).append(arm)
    return list(found.values())


def label(names: Iterable[str], width: int = LONGEST_LINE) -> str:
    """Names of one line: ``a = b``, on more lines if it is long."""
    lines: list[str] = []
    for k, name in enumerate(names):
        parts = wrap(f"= {name}" if k else name, width, break_on_hyphens=True) or [""]
        if k and len(parts) == 1 and len(lines[-1]) + 1 + len(parts[0]) <= width:
            lines[-1] += f" {parts[0]}"
        else:
            lines += parts
    return "\n".join(lines)


def widths(count: int) -> Floats:
    """Widths of lines, the first below: thinner and thinner, so that none hides another."""
    return np.linspace(2.6, 1.3, count) if count <= len(PALETTE) else np.linspace(2.2, 1.2, count)


def interval_rows(x: Floats, number: int, count: int, *, log: bool = False) -> list[int]:
    """Where the line of that number has its bars: rows of ``x``, which rises; others have others.

    count: lines in the picture.  log: spread evenly on a logarithmic axis.
    """
    if len(x) < 2:
        return []
    at = np.log(x) if log else x
    wanted = at[0] + (at[-1] - at[0]) * (np.arange(BARS) + (number + 0.5) / count) / BARS
    return sorted({int(np.abs(at - one).argmin()) for one in wanted})


def position(axes: Axes, where: Any) -> float:
    """A place on the horizontal axis as a number: of a date, days."""
    return float(axes.convert_xunits(where))  # type: ignore[no-untyped-call]  # as it is in 3.10


def place_labels(
    axes: Axes,
    labels: Sequence[tuple[Any, str]],
    *,
    inches: float,
    step: float = 0.065,
    size: float = 7.5,
) -> list[Annotation]:
    """Write beside vertical lines so that no text lies upon another or leaves the axes.

    The texts stand above or below, where there is less of the lines.

    labels: place on the horizontal axis, and text.  step: distance of rows as a share of the axes.
    inches: width of the axes, at least.  The axes must have their limits.
    """
    from matplotlib.patheffects import withStroke

    width = 72 * inches
    letter = 0.58 * size
    low, high = axes.get_xlim()
    # Below a line at 100 % of an axis that ends at 108 %.
    first, step = (0.86, -step) if _emptier_above(axes) else (0.05, step)
    rows: list[list[tuple[float, float]]] = []
    made = []
    for where, text in sorted((position(axes, x), text) for x, text in labels):
        share = (where - low) / (high - low)
        room = letter * (len(text) + 1) / width
        right = share + room <= 1
        span = (share, share + room) if right else (share - room, share)
        row = next(
            (
                k
                for k, taken in enumerate(rows)
                if all(span[1] <= a or span[0] >= b for a, b in taken)
            ),
            len(rows),
        )
        if row == len(rows):
            rows.append([])
        rows[row].append(span)
        made.append(
            axes.annotate(
                text,
                (where, first + step * row),
                (3 if right else -3, 0),
                xycoords=axes.get_xaxis_transform(),
                textcoords="offset points",
                fontsize=size,
                ha="left" if right else "right",
                va="center",
                path_effects=[withStroke(linewidth=2.5, foreground="white")],
                zorder=10,
            )
        )
    return made


def _emptier_above(axes: Axes) -> bool:
    """Whether there is less of the lines in the upper third than in the lower third."""
    low, high = axes.get_ylim()
    drawn = [np.asarray(line.get_ydata(), dtype=np.float64) for line in axes.get_lines()]
    # Lines across the axes are no data, and the line at the top is passed over.
    parts = [(y - low) / (high - low) for y in drawn if len(y) > 2]
    share = np.concatenate(parts) if parts else np.zeros(0)
    above = int(((share > 0.62) & (share < 0.9)).sum())
    return above <= int((share < 0.3).sum())


def columns(labels: Sequence[str], inches: float, size: float = 8.5) -> int:
    """Columns of a legend across a picture that is so wide; at least one."""
    longest = max((len(line) for text in labels for line in text.split("\n")), default=1)
    return max(1, min(len(labels), math.floor(inches * 72 / (0.6 * size * (longest + 6)))))


def legend_beside(
    figure: Figure, handles: Sequence[Any], labels: Sequence[str], title: str | None = None
) -> None:
    """A legend to the right of everything."""
    figure.legend(
        handles,
        labels,
        loc="outside right upper",
        fontsize=8.5,
        title=title,
        title_fontsize=8.5,
        alignment="left",
        handlelength=2.6,
    )


def height_for(labels: Sequence[str], least: float) -> float:
    """Inches that a picture needs for the legend beside it."""
    lines = sum(text.count("\n") + 1 for text in labels)
    return max(least, 0.75 + 0.175 * lines)


def drawn_values(*parts: Floats) -> bytes:
    """What makes two lines the same line."""
    return b"".join(np.ascontiguousarray(part, dtype=np.float64).tobytes() for part in parts)
