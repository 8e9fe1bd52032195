"""Pictures of the lessons, each drawn for a wide and a narrow window, coloured for light and dark.

Checked by ``tests/lessons/``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter, PercentFormatter

from afterban.report import colours, pictures
from afterban.report.figures import FAINT, INK, INSIDERS, OUTSIDERS, PALETTE, people
from afterban.statistics import Estimate

if TYPE_CHECKING:
    import numpy.typing as npt
    from matplotlib.axes import Axes

    from afterban.experiment.matching import MatchCurve, TradeOff
    from afterban.experiment.phase import PhaseDiagram
    from afterban.experiment.trace import Trace
    from afterban.results import Curve, Results

    Floats = npt.NDArray[np.float64]

WIDE, NARROW = 7.4, 3.9  # inches
WINDOW = 640  # pixels, below which the narrow picture is shown
HATCH = "#d9ead3"


@dataclass(frozen=True)
class Drawn:
    """A picture for a page: both widths, both colour schemes, and a caption.

    alt: what there is to see, in words.  caption: Markdown is not read in it.
    """

    name: str
    alt: str
    caption: str
    make: Callable[[bool], Figure]

    @cached_property
    def html(self) -> str:
        """A figure element that needs nothing else, without an empty line."""
        with pictures.style():
            drawn = [
                pictures.svg(self.make(narrow), f"{self.name}-{kind}", self.alt)
                for narrow, kind in ((False, "wide"), (True, "narrow"))
            ]
        wide, narrow = (one.replace("\n\n", "\n") for one in drawn)
        return (
            f'<figure class="lesson-figure">{_style(drawn)}'
            f'<div class="lesson-wide">{wide}</div><div class="lesson-narrow">{narrow}</div>'
            f"<figcaption>{escape(self.caption)}</figcaption></figure>"
        )


def _style(texts: Sequence[str]) -> str:
    """Sizes and colours; the dark ones by marimo's class, by Furo's switch, or by the window."""
    pairs = {colour: colours.pair(colour) for colour in sorted(colours.used(texts))}
    light = "".join(f"--x{c[1:]}:{pair[0]};" for c, pair in pairs.items())
    dark = "".join(f"--x{c[1:]}:{pair[1]};" for c, pair in pairs.items())
    unset = "body[data-theme]:not([data-theme=light]):not([data-theme=dark])"
    return (
        "<style>"
        ".lesson-figure{margin:1em 0;max-width:52em}"
        ".lesson-figure svg{display:block;width:100%;height:auto}"
        ".lesson-figure figcaption{font-size:.85em;opacity:.85;margin-top:.4em;text-align:left}"
        ".lesson-narrow{display:none}"
        f"@media (max-width:{WINDOW}px){{"
        ".lesson-wide{display:none}.lesson-narrow{display:block}}"
        f".lesson-figure{{{light}}}"
        f".dark .lesson-figure,body[data-theme=dark] .lesson-figure{{{dark}}}"
        f"@media (prefers-color-scheme:dark){{{unset} .lesson-figure{{{dark}}}}}"
        f"@media print{{body .lesson-figure{{{light}}}}}"
        "</style>"
    )


def _figure(narrow: bool, height: float, tall: float | None = None) -> Figure:
    size = (NARROW, tall or height) if narrow else (WIDE, height)
    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _spread(estimates: Sequence[Estimate], times: float = 1.0) -> Any:
    return pictures.spread(estimates, times)


def _shares(axes: Axes, which: str = "y") -> None:
    """Whole percents, and ticks only where these are exact."""
    axis = getattr(axes, f"{which}axis")
    axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(PercentFormatter(1.0, decimals=0))


def _legend(axes: Axes, narrow: bool, columns: int = 3) -> None:
    """A legend that hides no data: above the axes."""
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=1 if narrow else columns,
        fontsize=8.5,
        borderaxespad=0.3,
        handlelength=1.8,
    )


# --- 1: the cycle ---------------------------------------------------------------------------------


def one_operator(line: Trace, alone: Trace, ends: Floats, caption: str) -> Drawn:
    """Followers of one operator, insiders and outsiders apart, with its suspensions."""

    def make(narrow: bool) -> Figure:
        figure = _figure(narrow, 4.4, 4.8)
        panels = figure.subplots(2, 1, sharex=True, sharey=True)
        for axes, mine, theirs, colour, name in (
            (panels[0], line.insiders, alone.insiders, INSIDERS, "Insiders"),
            (panels[1], line.outsiders, alone.outsiders, OUTSIDERS, "Outsiders"),
        ):
            axes.fill_between(line.days, 0, mine, color=colour, alpha=0.75, lw=0, label="followers")
            axes.plot(alone.days, theirs, color=FAINT, ls="--", lw=1.4, label="without enforcement")
            for k, day in enumerate(ends):
                label = "suspended" if k == 0 else None
                axes.axvline(day, color=PALETTE[1], lw=1.4, ls=":", label=label)
            axes.set_title(name)
            axes.set_ylim(0, 1.1 * float(theirs.max()))
            axes.yaxis.set_major_formatter(FuncFormatter(people))
            axes.set_ylabel("people")
        panels[1].set_xlabel("day")
        panels[1].set_xlim(line.days[0], line.days[-1])
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(
            handles, labels, loc="outside upper left", ncols=1 if narrow else 3, fontsize=8.5
        )
        return figure

    alt = (
        "Followers of one operator over time, insiders above and outsiders below. Both fall to "
        "zero at each suspension; insiders come back within days, outsiders only to a small part."
    )
    return Drawn("one-operator", alt, caption, make)


def relative(results: Results, column: str, policy: str = "base") -> Curve:
    """A column of an arm as a share of the mean of the twins."""
    mine = results.series[policy]["all"][column]
    twin = results.series["none"]["all"][column].mean
    return replace(mine, mean=mine.mean / twin, low=mine.low / twin, high=mine.high / twin)


def counted_and_seen(accounts: Curve, attached: Curve, caption: str) -> Drawn:
    """Live accounts and attached outsiders, both as shares of the world without enforcement."""

    def make(narrow: bool) -> Figure:
        figure = _figure(narrow, 3.4, 3.6)
        axes = figure.add_subplot()
        for curve, colour, style, name in (
            (accounts, PALETTE[2], "-", "live accounts"),
            (attached, OUTSIDERS, "--", "outsiders who follow a live account"),
        ):
            axes.plot(curve.x, curve.mean, color=colour, ls=style, lw=2.0, label=name)
            axes.fill_between(curve.x, curve.low, curve.high, color=colour, alpha=0.2, lw=0)
        axes.set_ylim(0, 1.05)
        axes.set_xlim(curve.x[0], curve.x[-1])
        _shares(axes)
        axes.set_xlabel("day")
        axes.set_ylabel("share of the same network\nwithout enforcement")
        _legend(axes, narrow)
        return figure

    alt = (
        "Share of accounts that are live and share of outsiders who follow one, over time. "
        f"At the end {accounts.mean[-1]:.0%} of the accounts are live and {attached.mean[-1]:.0%} "
        "of the outsiders follow."
    )
    return Drawn("counted-and-seen", alt, caption, make)


# --- 2: pairing -----------------------------------------------------------------------------------


def two_strips(values: Mapping[str, Floats], paired: bool, caption: str) -> Drawn:
    """Results of single runs of two policies, joined where they had the same draws."""

    def make(narrow: bool) -> Figure:
        figure = _figure(narrow, 3.0, 3.2)
        axes = figure.add_subplot()
        rows = list(values.items())
        if paired:
            for one, other in zip(rows[0][1], rows[1][1], strict=True):
                colour = PALETTE[1] if other >= one else FAINT
                axes.plot([one, other], [1, 0], color=colour, lw=0.8, alpha=0.8)
        for k, (_, x) in enumerate(rows):
            # Spread by rank, so that dots of almost the same value do not hide each other.
            rank = np.argsort(np.argsort(x))
            up = (0.0 if paired else 0.08) * ((rank * 7919) % 5 - 2.0)
            axes.plot(x, 1 - k + up, "o", ms=4.5, alpha=0.75, color=PALETTE[k], mew=0)
            axes.plot([x.mean()] * 2, [1 - k - 0.3, 1 - k + 0.3], color=INK, lw=2.2)
        axes.set_yticks([1, 0], [name for name, _ in rows])
        axes.set_ylim(-0.55, 1.55)
        axes.grid(axis="y", visible=False)
        _shares(axes, "x")
        gap = "\n" if narrow else " "
        axes.set_xlabel(f"effective reach of single runs;{gap}bar: their mean")
        return figure

    rows = list(values.items())
    joined = ", each joined to the run of the other policy on the same draws" if paired else ""
    alt = (
        f"Effective reach in {len(rows[0][1])} single runs of two policies{joined}. The clouds "
        f"overlap almost wholly; means {rows[0][1].mean():.1%} and {rows[1][1].mean():.1%}."
    )
    return Drawn(f"strips-{'paired' if paired else 'apart'}", alt, caption, make)


def widths(
    counts: Floats, apart: Floats, together: Floats, difference: float, caption: str
) -> Drawn:
    """Half-width of the interval of a difference against replications."""

    def make(narrow: bool) -> Figure:
        figure = _figure(narrow, 3.4, 3.6)
        axes = figure.add_subplot()
        axes.plot(counts, apart, color=PALETTE[1], ls="--", lw=2, label="independent draws")
        axes.plot(counts, together, color=PALETTE[0], lw=2, label="the same draws")
        axes.axhline(difference, color=INK, lw=1.2, ls=":", label="the difference itself")
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.0f}"))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{100 * y:g} pp"))
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.set_xlabel("replications (log scale)")
        axes.set_ylabel("half-width of the 95 % interval")
        _legend(axes, narrow)
        return figure

    alt = (
        "Half-width of the interval of the difference against the number of replications, on log "
        "scales: two falling lines, the one on the same draws far below the other."
    )
    return Drawn("widths", alt, caption, make)


# --- 3: queues ------------------------------------------------------------------------------------


def waiting(
    simulated: Mapping[int, Estimate], expected: Mapping[int, float], load: float, caption: str
) -> Drawn:
    """Mean wait in days against utilisation, by number of reviewers, simulated and by Erlang C."""

    def make(narrow: bool) -> Figure:
        figure = _figure(narrow, 3.6)
        axes = figure.add_subplot()
        day = 1440.0
        axes.plot(
            [load / reviewers for reviewers in expected],
            [wait * day for wait in expected.values()],
            "x:",
            color=FAINT,
            ms=8,
            lw=1.2,
            label="queue theory (Erlang C)",
        )
        busy = [load / reviewers for reviewers in simulated]
        waits = list(simulated.values())
        axes.errorbar(
            busy,
            [e.value * day for e in waits],
            yerr=_spread(waits, day),
            fmt="o",
            ms=5.5,
            capsize=3,
            color=PALETTE[0],
            label="simulated, 95 % interval",
        )
        for x, e, reviewers in zip(busy, waits, simulated, strict=True):
            axes.annotate(
                f"{reviewers}",
                (x, e.value * day),
                (-7, 4),
                textcoords="offset points",
                fontsize=8.5,
                ha="right",
            )
        axes.set_xlim(min(busy) - 0.06, 1.0)
        axes.set_ylim(0, 1.15 * max(e.high for e in waits) * day)
        _shares(axes, "x")
        axes.set_xlabel("utilisation (numbers: reviewers)")
        axes.set_ylabel("mean wait, minutes")
        _legend(axes, narrow)
        return figure

    alt = (
        "Mean wait against utilisation: nearly flat up to about 80 percent, then ever steeper; "
        "simulated points lie on the line of queue theory."
    )
    return Drawn("waiting", alt, caption, make)


def weeks(hours: Floats, rosters: Mapping[str, Floats], caption: str) -> Drawn:
    """Cases that wait, hour by hour, for different rosters."""

    def make(narrow: bool) -> Figure:
        figure = _figure(narrow, 3.4, 3.6)
        axes = figure.add_subplot()
        for k, (name, waits) in enumerate(rosters.items()):
            axes.plot(
                hours / 24, waits, color=PALETTE[k], lw=1.8, ls=("-", "--", "-.")[k], label=name
            )
        letters = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        axes.set_xticks(np.arange(7) + 0.5, [d[0] for d in letters] if narrow else letters)
        axes.set_xticks(np.arange(8), minor=True)
        axes.grid(axis="x", which="major", visible=False)
        axes.grid(axis="x", which="minor", visible=True)
        axes.tick_params(axis="x", length=0)
        axes.set_xlim(0, 7)
        axes.set_ylim(bottom=0)
        axes.set_ylabel("cases that wait")
        _legend(axes, narrow)
        return figure

    alt = (
        "Cases that wait through a week, for rosters with the same paid hours. Around the clock "
        "hardly any; with office hours a hill every night and a mountain over the weekend."
    )
    return Drawn("weeks", alt, caption, make)


def by_staff(numbers: Sequence[int], reach: Sequence[Estimate], caption: str) -> Drawn:
    """Effective reach against reviewers."""

    def make(narrow: bool) -> Figure:
        figure = _figure(narrow, 3.2)
        axes = figure.add_subplot()
        axes.errorbar(
            numbers,
            [e.value for e in reach],
            yerr=_spread(reach),
            fmt="o",
            ms=5.5,
            capsize=3,
            color=PALETTE[0],
        )
        axes.set_xticks(list(numbers))
        axes.set_ylim(0, 1.3 * max(e.high for e in reach))
        _shares(axes)
        axes.set_xlabel("reviewers around the clock")
        axes.set_ylabel("effective reach")
        return figure

    told = ", ".join(f"{k}: {e.value:.1%}" for k, e in zip(numbers, reach, strict=True))
    alt = f"Effective reach against the number of reviewers: {told}."
    return Drawn("by-staff", alt, caption, make)


# --- 4: tipping points ----------------------------------------------------------------------------


def attached(diagram: PhaseDiagram, both: bool, caption: str) -> Drawn:
    """Attached share against time to action, by promotion alone and, if ``both``, by themselves."""
    rows = [(0, PALETTE[1], "o", "by promotion alone")]
    if both:
        rows.append((1, PALETTE[0], "s", "and by themselves"))

    def make(narrow: bool) -> Figure:
        figure = _figure(narrow, 3.6)
        axes = figure.add_subplot()
        for k, colour, mark, name in rows:
            axes.plot(diagram.times, diagram.theory[k, 0], color=colour, lw=1.4, alpha=0.7)
            axes.errorbar(
                diagram.times,
                diagram.simulated[k, 0],
                yerr=1.96 * diagram.spread[k, 0],
                fmt=mark,
                ms=5.5,
                capsize=3,
                color=colour,
                label=name,
            )
        axes.axvline(float(diagram.threshold[0]), color=INK, ls=":", lw=1.4)
        axes.annotate(
            "threshold of theory ",
            (float(diagram.threshold[0]), 0.93),
            fontsize=8.5,
            ha="right",
            va="center",
        )
        axes.set_xscale("log")
        _times(axes, diagram.times)
        axes.set_ylim(-0.03, 1)
        _shares(axes)
        axes.set_xlabel("mean time to action (log scale)")
        axes.set_ylabel("attached share while live")
        _legend(axes, narrow)
        return figure

    alt = (
        "Share of the audience that follows a live account, against time to action. By promotion "
        f"alone it is zero below about {diagram.threshold[0]:.1f} days and rises steeply above."
    )
    if both:
        alt += " With people who come back by themselves it rises smoothly from near zero."
    return Drawn("attached-both" if both else "attached", alt, caption, make)


def _times(axes: Axes, times: Floats) -> None:
    def words(days: float) -> str:
        return f"{days:g} d" if days >= 1 else f"{24 * days:g} h"

    axes.set_xticks(list(times), [words(float(t)) for t in times], fontsize=8.5)
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.minorticks_off()


def two_starts(days: Floats, curves: Mapping[str, Floats], caption: str) -> Drawn:
    """The same network from a good and from a bad start."""

    def make(narrow: bool) -> Figure:
        figure = _figure(narrow, 3.2, 3.4)
        axes = figure.add_subplot()
        for k, (name, share) in enumerate(curves.items()):
            axes.plot(days, share, color=PALETTE[k], lw=2, ls=("-", "--")[k], label=name)
        axes.set_ylim(0, 1.02)
        axes.set_xlim(days[0], days[-1])
        _shares(axes)
        axes.set_xlabel("day")
        axes.set_ylabel("followers, of the audience")
        _legend(axes, narrow)
        return figure

    last = " and ".join(f"{share[-1]:.0%}" for share in curves.values())
    alt = (
        "Followers through time of the same network from a good and a bad start: the two curves "
        f"meet; at the end they are at {last}."
    )
    return Drawn("two-starts", alt, caption, make)


def orders(
    reach: Mapping[str, Estimate], parts: Mapping[str, Mapping[str, Estimate]], caption: str
) -> Drawn:
    """Effective reach by whom a campaign hits first, with the parts of hubs and supporters."""
    names = list(reach)

    def make(narrow: bool) -> Figure:
        figure = _figure(narrow, 3.4, 3.8)
        axes = figure.add_subplot()
        y = np.arange(len(names))[::-1].astype(float)
        rows = [("all", reach, PALETTE[0], "o", 0.0)]
        for k, (part, told) in enumerate(parts.items()):
            rows.append((part, dict(told), PALETTE[k + 1], "s^"[k], -0.2 * (k + 1)))
        for label, told, colour, mark, shift in rows:
            estimates = [told[name] for name in names]
            axes.errorbar(
                [e.value for e in estimates],
                y + shift + 0.2,
                xerr=_spread(estimates),
                fmt=mark,
                ms=5.5,
                capsize=2.5,
                color=colour,
                label=label,
            )
        axes.set_yticks(y, names)
        axes.set_xlim(0, 1.05)
        _shares(axes, "x")
        axes.grid(axis="y", visible=False)
        axes.set_xlabel("effective reach")
        _legend(axes, narrow)
        return figure

    told = ", ".join(f"{name} {e.value:.0%}" for name, e in reach.items())
    return Drawn("orders", f"Effective reach by whom is hit first: {told}.", caption, make)


# --- 5: handles -----------------------------------------------------------------------------------


def of_a_hundred(right: float, caption: str) -> Drawn:
    """A hundred flagged accounts, those of the network filled."""
    filled = round(100 * right)

    def make(narrow: bool) -> Figure:
        figure = _figure(narrow, 2.4, 3.6)
        axes = figure.add_subplot()
        across = 10 if narrow else 20
        k = np.arange(100)
        x, y = k % across, -(k // across)
        mine = k < filled
        axes.plot(x[~mine], y[~mine], "o", ms=10, mfc="none", color=FAINT, label="ordinary users")
        axes.plot(x[mine], y[mine], "o", ms=10, color=PALETTE[1], label="the network")
        axes.set_aspect("equal")
        axes.axis("off")
        _legend(axes, narrow)
        return figure

    alt = f"A hundred dots for a hundred flagged accounts: {filled} belong to the network."
    return Drawn("of-a-hundred", alt, caption, make)


def found_and_hit(curve: MatchCurve, caption: str) -> Drawn:
    """What each threshold finds and whom else it hits."""

    def make(narrow: bool) -> Figure:
        figure = _figure(narrow, 3.6)
        axes = figure.add_subplot()
        edits = np.array([point.threshold for point in curve.points])
        for estimates, colour, mark, name in (
            ([p.recall for p in curve.points], PALETTE[0], "o", "successors of the network"),
            ([p.false_matches for p in curve.points], PALETTE[1], "s", "new ordinary accounts"),
        ):
            values = np.array([e.value for e in estimates])
            seen = values > 0
            spread = _spread(estimates)[:, seen]
            axes.errorbar(
                edits[seen],
                values[seen],
                yerr=spread,
                marker=mark,
                ms=5.5,
                capsize=2.5,
                lw=1.5,
                color=colour,
                label=name,
            )
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{100 * y:g} %"))
        axes.set_ylim(1e-4, 1.5)
        axes.set_xticks(edits)
        axes.set_xlabel("threshold, edits")
        axes.set_ylabel("within the threshold (log scale)")
        _legend(axes, narrow)
        return figure

    told = "; ".join(
        f"{p.threshold} edits: {p.recall.value:.0%} and {p.false_matches.value:.2%}"
        for p in curve.points
    )
    alt = f"Share of successors and of ordinary accounts within each threshold. {told}."
    return Drawn("found-and-hit", alt, caption, make)


def price(rows: Sequence[TradeOff], other: TradeOff, caption: str) -> Drawn:
    """Effective reach against look-alikes flagged, one point a threshold."""

    def make(narrow: bool) -> Figure:
        figure = _figure(narrow, 3.6)
        axes = figure.add_subplot()
        x = [row.per_100k.value for row in rows]
        y = [row.effective_reach for row in rows]
        axes.errorbar(
            x,
            [e.value for e in y],
            yerr=_spread(y),
            marker="o",
            ms=5.5,
            capsize=2.5,
            lw=1.2,
            color=PALETTE[0],
            label="near-identical names (number: edits)",
        )
        for row in rows:
            axes.annotate(
                str(row.threshold),
                (row.per_100k.value, row.effective_reach.value),
                (6, 5),
                textcoords="offset points",
                fontsize=8.5,
            )
        axes.errorbar(
            [other.per_100k.value],
            [other.effective_reach.value],
            yerr=_spread([other.effective_reach]),
            fmt="D",
            ms=6,
            capsize=2.5,
            color=PALETTE[2],
            label="the network gives up such names",
        )
        axes.set_xscale("symlog", linthresh=30)
        shown = [0, 100, 1000, 10000]
        axes.set_xticks(shown, [f"{k:,}" for k in shown])
        axes.minorticks_off()
        axes.set_xlim(-8, 3 * max(x))
        axes.set_ylim(0, 1.25 * max(e.high for e in y if math.isfinite(e.high)))
        _shares(axes)
        axes.set_xlabel("look-alikes flagged per 100,000 new accounts")
        axes.set_ylabel("effective reach")
        _legend(axes, narrow, columns=2)
        return figure

    told = "; ".join(
        f"{row.threshold} edits: {row.effective_reach.value:.1%} and {row.per_100k.value:,.0f}"
        for row in rows
    )
    alt = f"Effective reach against look-alikes flagged per 100,000 new accounts. {told}."
    return Drawn("price", alt, caption, make)


__all__ = [
    "Drawn",
    "attached",
    "by_staff",
    "counted_and_seen",
    "found_and_hit",
    "of_a_hundred",
    "one_operator",
    "orders",
    "price",
    "relative",
    "two_starts",
    "two_strips",
    "waiting",
    "weeks",
    "widths",
]
