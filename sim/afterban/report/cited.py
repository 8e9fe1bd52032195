"""Figure: reach against the cited figures, along the speed of action.

    python -m afterban.report.cited docs/images/cited-along-speed.png

Runs what is not finished (kept in ``results/``), writes the numbers beside the picture, as a CSV
file of the same name, and draws; with ``--draw`` it draws what that file has.  What the titles say
is worked out from the numbers.

Checked by ``tests/report/test_cited.py``.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter, PercentFormatter

from afterban.claims import load
from afterban.experiment import cited, ensemble
from afterban.experiment.cited import Line, Place
from afterban.report.figures import FAINT, INK, PALETTE
from afterban.report.questions import _figure, save
from afterban.report.words import joined
from afterban.units import format_duration

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIMULATED, CITED = PALETTE[0], PALETTE[1]
EDGE = "#003a5c"  # of the band over the assumptions: the same hue, dark enough on chance


class Panel(NamedTuple):
    """How a figure is shown.

    name: what is cited, which the title begins with.
    axis: what is simulated, beside the axis.
    text: a value for people.
    """

    name: str
    axis: str
    text: Callable[[float], str]
    log: bool = False


def _percent(x: float) -> str:
    return f"{100 * x:.2g} %"


def _count(x: float) -> str:
    return f"{x:,.0f}"


PANELS: Final = {
    "S12-share": Panel(
        "50,000 followers \u2192 700",
        "followers when suspended,\nbeside 50,000 in June",
        _percent,
        log=True,
    ),
    "S11": Panel("No official account", "official accounts left", _count),
    "S15": Panel("27,000 accounts", "accounts of the network", _count),
    "S10": Panel(
        "80 to 270 million users",
        "people reached on the third\nplatform, beside the first",
        _percent,
    ),
    "S5-voice": Panel("2 : 1 in 2011", "followers of the press\noffice for each of theirs", str),
}


def picture(lines: Sequence[Line]) -> Figure:
    """Small multiples on one axis of speed: cited beside simulated, with both bands."""
    most = max(line.points for line in lines)
    counts = sorted({p.chance.n for line in lines for p in line.places})
    foot = (
        f"afterban \u00b7 {', '.join(dict.fromkeys(str(line.claim.scenario) for line in lines))} "
        f"\u00b7 {' to '.join(map(str, dict.fromkeys((counts[0], counts[-1]))))} replications "
        f"\u00b7 {most} points over the stated ranges"
    )
    figure = _figure(foot, 8.2)
    cells = figure.subplots(3, 2).ravel()
    days = sorted({place.days for line in lines for place in line.places if line.has_speed})
    for axes, line in zip(cells, lines, strict=False):
        _panel(axes, line, days)
    for axes in cells[max(len(lines) - 2, 0) : len(lines)]:
        axes.set_xlabel("median time from flag to suspension")
    for axes in cells[len(lines) :]:
        axes.set_axis_off()
    if len(lines) < len(cells):
        _key(cells[len(lines)], most)
    figure.suptitle(title(lines), x=0.012, ha="left", fontsize=12.5, fontweight="bold")
    return figure


# --- what is found --------------------------------------------------------------------------------


def title(lines: Sequence[Line]) -> str:
    """How many of the figures come out, and whether that hangs on the speed."""
    told = [line for line in lines if line.has_speed]
    without = len(lines) - len(told)
    always = [line for line in told if len(line.met) == len(line.places)]
    never = [line for line in told if not line.met]
    some = [line for line in told if 0 < len(line.met) < len(line.places)]
    parts = [
        f"{_number(len(group))} {_word(len(group), one, several)}"
        for group, one, several in (
            (always, "comes out at every speed", "come out at every speed"),
            (some, "comes out at some", "come out at some"),
            (never, "comes out at none", "come out at none"),
        )
        if group
    ]
    if without:
        parts.append(f"{_number(without)} {_word(without, 'has', 'have')} no speed")
    return f"Of {_number(len(lines))} cited figures of reach, by how fast the platform acts:\n" + (
        joined(parts)
    )


def finding(line: Line) -> str:
    """At which speeds a figure comes out, in a few words; of the assumptions where it does not."""
    if not line.has_speed:
        (place,) = line.places
        comes = "comes out" if line.met else "does not come out"
        return f"{comes}, without a speed" if place.chance.n else "undefined (no observations)"
    if line.claim.judged_by == "spread" and line.met:
        where = "every speed" if len(line.met) == len(line.places) else _speeds(line, line.met)
        return f"nearest at {_nearest(line)}; within chance at {where}"
    if len(line.met) == len(line.places):
        return "comes out at every speed"
    if line.met:
        return f"comes out at {_speeds(line, line.met)} only"
    if len(line.reached) == len(line.places):
        return "no, but within the assumptions"
    if line.reached:
        return f"no; within the assumptions at {_speeds(line, line.reached)}"
    return "at no speed, nor within the assumptions"


def _nearest(line: Line) -> str:
    """The speed at which the middle of what is simulated is nearest to the figure, by ratio."""
    figure = line.claim.figure
    assert figure
    told = [place for place in line.places if place.chance.n and place.chance.value > 0]
    best = min(told, key=lambda place: abs(math.log(place.chance.value / figure)))
    return format_duration(best.days)


def _speeds(line: Line, places: Sequence[Place]) -> str:
    """Speeds of a line in words: a run of them by its ends."""
    order = [place.days for place in line.places]
    where = [order.index(place.days) for place in places]
    names = [format_duration(place.days) for place in places]
    if len(where) > 2 and where == list(range(where[0], where[-1] + 1)):
        return f"{names[0]} to {names[-1]}"
    return joined(names)


def _number(count: int) -> str:
    return ("none", "one", "two", "three", "four", "five", "six")[count]


def _word(count: int, one: str, several: str) -> str:
    return one if count == 1 else several


# --- how it is drawn ------------------------------------------------------------------------------


def _panel(axes: Axes, line: Line, days: Sequence[float]) -> None:
    panel = PANELS[line.claim.id]
    places = line.places
    if line.has_speed:
        x = np.array([place.days for place in places])
    else:  # the same at every speed, since there is none
        places = (places[0],) * 2
        x = np.array([days[0], days[-1]])
    chance, over = ([getattr(p, name) for p in places] for name in ("chance", "assumptions"))
    axes.fill_between(
        x, *_ends(over), color=SIMULATED, alpha=0.2, lw=0, gid="assumptions", zorder=1
    )
    for edge in _ends(over):  # seen also where chance is the wider one
        axes.plot(x, edge, color=EDGE, lw=0.9, ls=(0, (3, 2)), gid="edge", zorder=3)
    low, high = _ends(chance)
    axes.fill_between(x, low, high, color=SIMULATED, alpha=0.55, lw=0, gid="chance", zorder=2)
    values = [e.value for e in chance]
    mark = "o" if line.has_speed else ""
    axes.plot(x, values, color=SIMULATED, lw=1.6, marker=mark, ms=4, gid="simulated", zorder=3)
    figure = line.claim.figure
    assert figure is not None
    axes.axhline(figure, color=CITED, lw=2.0, ls=(0, (5, 2)), gid="cited", zorder=4)
    _scale(axes, panel, [*values, *_finite(_ends(over)), *_finite((low, high)), figure])
    _label(axes, line, panel, figure)
    axes.set_xscale("log")
    axes.set_xticks(days, [format_duration(one) for one in days])
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.minorticks_off()
    axes.set_xlim(days[0] * 0.85, days[-1] * 1.18)
    axes.set_ylabel(panel.axis, fontsize=8)
    axes.set_title(f"{panel.name}:\n{finding(line)}", fontsize=10)
    if not line.has_speed:
        axes.text(
            0.97,
            0.06,
            "nobody was suspended in 2011:\ncannot be measured along the dial",
            transform=axes.transAxes,
            ha="right",
            va="bottom",
            fontsize=8,
            color=INK,
        )


def _label(axes: Axes, line: Line, panel: Panel, figure: float) -> None:
    """The cited value at its line, on the side where there is room."""
    sign = {"about": "", "at least": "at least ", "at most": "at most "}[line.claim.comparison]
    text = "2 : 1" if panel.text is str else panel.text(figure)
    low, high = axes.get_ylim()
    place = (figure - low) / (high - low)
    if panel.log:
        place = math.log(figure / low) / math.log(high / low)
    above = place < 0.88
    axes.annotate(
        f"cited: {sign}{text}",
        (0.03, figure),
        xycoords=("axes fraction", "data"),
        xytext=(0, 4 if above else -4),
        textcoords="offset points",
        va="bottom" if above else "top",
        fontsize=8.5,
        fontweight="bold",
        color=CITED,
        zorder=6,
        bbox={"facecolor": "white", "alpha": 0.75, "lw": 0, "pad": 1.0},
    )


def _scale(axes: Axes, panel: Panel, values: Sequence[float]) -> None:
    told = [x for x in values if math.isfinite(x)]
    if panel.log:
        axes.set_yscale("log")
        told = [x for x in told if x > 0]
        axes.set_ylim(min(told) / 1.4, max(told) * 1.4)
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{100 * y:g} %"))
        return
    axes.set_ylim(-0.05 * max(told), 1.25 * max(told))
    if panel.text is _percent:
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    elif panel.text is _count:
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:,.0f}"))


def _ends(estimates: Sequence[Any]) -> tuple[list[float], list[float]]:
    """Ends of intervals; the value where there is none."""
    pairs = [(e.value, e.value) if math.isnan(e.low) else (e.low, e.high) for e in estimates]
    return [low for low, _ in pairs], [high for _, high in pairs]


def _finite(ends: tuple[list[float], list[float]]) -> list[float]:
    return [x for one in ends for x in one if math.isfinite(x)]


def _key(axes: Axes, points: int) -> None:
    """What the bands are, in words, beside a sample of each."""
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    rows: list[tuple[float, str, Callable[[float], Any]]] = [
        (
            0.78,
            "cited",
            lambda y: axes.plot([0.02, 0.16], [y, y], color=CITED, lw=2.0, ls=(0, (5, 2))),
        ),
        (
            0.58,
            "simulated, with chance\n(95 %; one account: of one run)",
            lambda y: (
                axes.fill_between(
                    [0.02, 0.16], y - 0.05, y + 0.05, color=SIMULATED, alpha=0.55, lw=0
                ),
                axes.plot([0.09], [y], color=SIMULATED, marker="o", ms=4),
            ),
        ),
        (
            0.36,
            f"the assumptions: 5 to 95 % of {points} points\nover all stated ranges at once",
            lambda y: (
                axes.fill_between(
                    [0.02, 0.16], y - 0.07, y + 0.07, color=SIMULATED, alpha=0.2, lw=0
                ),
                axes.hlines([y - 0.07, y + 0.07], 0.02, 0.16, color=EDGE, lw=0.9, ls=(0, (3, 2))),
            ),
        ),
    ]
    for y, text, draw in rows:
        draw(y)
        axes.text(0.2, y, text, va="center", fontsize=8.5)
    axes.text(
        0.02,
        0.1,
        "The speed is that of all cases, urgent ones too;\n"
        "each figure is in the scenario of its claim, and\n"
        "comes out if it is within the claim's tolerance.",
        va="center",
        fontsize=8.5,
        color=FAINT,
    )


# --- the command ----------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> None:
    """Run, write the numbers, and draw."""
    parser = argparse.ArgumentParser(prog="python -m afterban.report.cited")
    parser.add_argument("picture", type=Path, help="PNG file; its numbers go beside it")
    parser.add_argument("--points", type=int, default=ensemble.POINTS, help="of the ensemble")
    parser.add_argument("--point-reps", type=int, default=2, help="replications of each point")
    parser.add_argument("--reps", type=int, help="replications for chance; the scenario's own")
    parser.add_argument("--workers", type=int)
    parser.add_argument("--out", type=Path, default=Path("results"), help="where runs are kept")
    parser.add_argument("--draw", action="store_true", help="draw what is there, run nothing")
    given = parser.parse_args(arguments)
    numbers = given.picture.with_suffix(".csv")
    if not given.draw:
        claims = {claim.id: claim for claim in load()}
        wanted = [claims[id_] for id_ in cited.FIGURES]
        lines: list[Line] = []
        for name in dict.fromkeys(claim.scenario for claim in wanted):
            began = time.monotonic()
            lines += cited.measure(
                [claim for claim in wanted if claim.scenario == name],
                given.out,
                points=given.points,
                point_replications=given.point_reps,
                replications=given.reps,
                workers=given.workers,
            )
            sys.stderr.write(f"{name}: {time.monotonic() - began:.0f} s\n")
        cited.write(lines, numbers)
    lines = cited.read(numbers)
    save(lambda: picture(lines), given.picture)


if __name__ == "__main__":
    main()
