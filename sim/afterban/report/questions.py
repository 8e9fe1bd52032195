"""Figures of single questions: staffing, phase diagram, extinction, targeting, regained status.

Each function takes what an experiment returned and gives a figure; :func:`save` writes it.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter, PercentFormatter

from afterban.report.figures import DPI, FAINT, INK, PALETTE, STYLE, WIDTH, date_axis, people
from afterban.statistics import Estimate, mean_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from afterban.report.shapes import Extinctions, PhaseDiagram, Staffing

TICKS = {
    1 / 1440: "1min",
    5 / 1440: "5min",
    1 / 96: "15min",
    1 / 24: "1h",
    1 / 8: "3h",
    0.25: "6h",
    0.5: "12h",
    1.0: "1d",
    2.0: "2d",
    4.0: "4d",
    7.0: "7d",
    14.0: "14d",
    30.0: "30d",
    90.0: "90d",
}


def save(make: Callable[[], Figure], path: Path) -> Path:
    """Draw in the style of all figures and write a PNG file; the same data give the same bytes."""
    with mpl.rc_context(STYLE):
        make().savefig(path, dpi=DPI, metadata={"Software": None})
    return path


def _figure(foot: str, height: float, width: float = WIDTH) -> Figure:
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    engine: Any = figure.get_layout_engine()
    room = 0.24 / height
    engine.set(rect=(0.0, room, 0.985, 0.99 - room))
    figure.text(0.012, room / 3, foot, fontsize=7, color=FAINT, va="bottom")
    return figure


def _time_axis(axes: Axes, which: str, low: float, high: float, most: int | None = None) -> None:
    """A logarithmic axis of time with ticks at round times, so many at most."""
    axis = getattr(axes, f"{which}axis")
    inside = {x: text for x, text in TICKS.items() if low <= x <= high}
    while most is not None and len(inside) > most:
        inside = dict(list(inside.items())[::2])
    getattr(axes, f"set_{which}scale")("log")
    getattr(axes, f"set_{which}ticks")(list(inside), list(inside.values()))
    axis.set_minor_formatter(NullFormatter())
    axis.minorticks_off()


def _errors(estimates: Sequence[Estimate]) -> Any:
    """Distances to the ends of intervals, [2, n]; 0 where there is no interval."""
    spread = np.array([[e.value - e.low, e.high - e.value] for e in estimates]).T
    return np.maximum(np.nan_to_num(spread), 0.0)


# --- staffing -------------------------------------------------------------------------------------


def capacity(staffings: Sequence[Staffing], scenario: str) -> Figure:
    """Time to action against reviewers, a panel for each roster, queue theory beside it."""
    n = min(s.n for s in staffings)
    figure = _figure(
        f"{scenario} · n = {n} replication{'' if n == 1 else 's'} on common random numbers, "
        "95 % intervals · theory for the arrivals that were simulated",
        4.4,
        max(WIDTH, 0.62 * WIDTH * len(staffings)),
    )
    panels = figure.subplots(1, len(staffings), sharey=True, squeeze=False)[0]
    low, high = math.inf, 0.0
    for axes, found in zip(panels, staffings, strict=True):
        numbers = np.array(list(found.details))
        shown = [("median", PALETTE[0], "o", "median"), ("p95", PALETTE[1], "s", "95th percentile")]
        if found.share not in (0.5, 0.95):
            shown.insert(1, ("promised", PALETTE[2], "D", f"{found.share * 100:g} % of accounts"))
        for metric, colour, mark, label in shown:
            told = [mean_interval(getattr(look, metric)) for look in found.details.values()]
            values = np.array([e.value for e in told])
            axes.errorbar(
                numbers,
                values,
                yerr=_errors(told),
                fmt=mark,
                ms=5.5,
                color=colour,
                capsize=2.5,
                lw=1.3,
                label=f"{label}, simulated",
            )
            expected = np.array([getattr(t, metric) for t in found.theory.values()])
            finite = np.isfinite(expected)
            shifts = next(iter(found.theory.values())).shifts
            name = "fluid roster" if shifts else "M/M/c"
            axes.plot(
                numbers[finite],
                expected[finite],
                "_",
                ms=22,
                mew=2.0,
                color=colour,
                label=f"{label}, {name}",
            )
            low = min(low, float(values.min()), float(np.min(expected, initial=1.0)))
            high = max(high, float(values.max()))
        beyond = numbers[~np.isfinite([one.median for one in found.theory.values()])]
        if len(beyond):
            axes.plot(
                beyond,
                np.full(len(beyond), 0.97),
                "^",
                color=FAINT,
                ms=7,
                transform=axes.get_xaxis_transform(),
                label=f"{name}: without limit",
            )
        axes.axhline(found.target, color=INK, lw=1.0, label=f"asked for: {found.promise}")
        high = int(numbers.max()) if found.high is None else found.high
        axes.axvspan(found.low - 0.5, high + 0.5, color="#d9ead3", lw=0, zorder=0)
        bounds = f"{found.low} or more" if found.high is None else f"{found.low} to {found.high}"
        axes.set_title(f"{found.policy}: {found.reviewers} ({bounds})")
        axes.set_xlabel("reviewers on duty at the peak")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(loc="upper right", fontsize=7.5)
        load = float(np.mean([t.load for t in found.theory.values()]))
        axes.annotate(
            f"work for {load:.1f} around the clock",
            (0.02, 0.02),
            xycoords="axes fraction",
            fontsize=7.5,
            color=FAINT,
        )
    _time_axis(panels[0], "y", low / 2, high * 2)
    panels[0].set_ylim(low / 2, high * 3)
    panels[0].set_ylabel("time from flag to suspension (log scale)")
    return figure


# --- phase diagram --------------------------------------------------------------------------------


def phase(diagram: PhaseDiagram) -> Figure:
    """Attached share over time to action and promotion strength, theory's lines on it."""
    figure = _figure(
        f"{diagram.scenario} · {diagram.operators} operators, all alike · n = {diagram.n} "
        f"replications a cell · white: simulated; black: theory",
        4.6,
        WIDTH * 1.15,
    )
    panels = figure.subplots(1, len(diagram.refollow), sharey=True)
    mesh: Any = None
    for k, axes in enumerate(panels):
        mesh = axes.pcolormesh(
            _edges(diagram.times),
            _edges(diagram.strengths),
            diagram.simulated[k],
            cmap="viridis",
            norm=TwoSlopeNorm(0.5, 0.0, 1.0),
            lw=0,
        )
        for share, style in ((0.1, ":"), (0.5, "--")):
            for values, colour in ((diagram.simulated[k], "white"), (diagram.theory[k], "black")):
                if values.min() < share < values.max():
                    axes.contour(
                        diagram.times,
                        diagram.strengths,
                        values,
                        [share],
                        colors=colour,
                        linestyles=style,
                        linewidths=1.4,
                    )
        if diagram.refollow[k] > 0:
            axes.plot(diagram.crossover[k], diagram.strengths, color="#E69F00", lw=2.4)
            axes.set_title(f"Also by themselves, {diagram.refollow[k]:g} a day: none")
            line = "steepest change (theory)"
        else:
            finite = np.isfinite(diagram.threshold)
            axes.plot(diagram.threshold[finite], diagram.strengths[finite], color="#D55E00", lw=2.4)
            axes.set_title("Return by promotion alone: a threshold")
            line = "threshold (theory)"
        _time_axis(axes, "x", float(diagram.times[0]) * 0.8, float(diagram.times[-1]) * 1.3)
        axes.set_yscale("log")
        axes.set_xlim(_edges(diagram.times)[[0, -1]])
        axes.set_ylim(_edges(diagram.strengths)[[0, -1]])
        axes.set_xlabel("mean time to action (log scale)")
        axes.grid(visible=False)
        colour = "#E69F00" if diagram.refollow[k] > 0 else "#D55E00"
        axes.legend(
            [
                Line2D([], [], color=colour, lw=2.4),
                Line2D([], [], color=INK, ls="--", lw=1.4),
                Line2D([], [], color=INK, ls=":", lw=1.4),
            ],
            [line, "share 0.5", "share 0.1"],
            loc="lower right",
            fontsize=7.5,
            frameon=True,
            framealpha=0.85,
        )
    ticks = [2.0**k for k in range(-6, 10) if 2.0**k >= diagram.strengths[0] * 0.99]
    panels[0].set_yticks([y for y in ticks if y <= diagram.strengths[-1] * 1.01])
    panels[0].yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
    panels[0].yaxis.set_minor_formatter(NullFormatter())
    panels[0].set_ylabel("promotion strength (promotions a life × share that one moves)")
    bar = figure.colorbar(mesh, ax=list(panels), pad=0.01)
    bar.set_label("attached share of the audience while live")
    return figure


def _edges(centres: Any) -> Any:
    """Edges of cells whose centres are evenly spaced on the logarithm."""
    logs = np.log(np.asarray(centres, dtype=np.float64))
    steps = np.diff(logs)
    inner = logs[:-1] + steps / 2
    ends = np.concatenate(([logs[0] - steps[0] / 2], inner, [logs[-1] + steps[-1] / 2]))
    return np.exp(ends)


# --- extinction -----------------------------------------------------------------------------------


def extinction(found: Extinctions, cited: dt.date | None = None) -> Figure:
    """On which day the last account of a tier goes, with the stock of another tier beside it.

    cited: date by which the tier was extinct according to a document, marked if given.
    """
    n = len(found.days)
    figure = _figure(
        f"{found.scenario} · policy {found.policy} · n = {n} replications · lines: means, "
        "bands: 5th to 95th percentile of replications",
        6.6,
    )
    upper, middle, lower = figure.subplots(3, 1, sharex=True, height_ratios=(2, 2, 2))
    days = np.datetime64(found.start.isoformat()) + found.grid.astype("timedelta64[D]")
    told = found.days[np.isfinite(found.days)]
    if len(told):
        dates = np.datetime64(found.start.isoformat()) + np.sort(told).astype("timedelta64[D]")
        share = np.arange(1, len(told) + 1) / n
        upper.step(
            np.concatenate((days[:1], dates, days[-1:])),
            np.concatenate(([0.0], share, share[-1:])),
            where="post",
            color=PALETTE[1],
            lw=1.8,
        )
        upper.plot(dates, np.full(len(dates), -0.05), "|", color=PALETTE[1], ms=8, clip_on=False)
    upper.set_ylim(0, 1.03)
    upper.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    upper.set_ylabel("of replications")
    e = found.happened
    upper.set_title(
        f"No public {found.tier} account any more: {e.value:.0%} of {n} "
        f"({e.low:.0%} to {e.high:.0%}) by the end"
    )
    for axes, values, colour, name in (
        (middle, found.live, PALETTE[1], found.tier),
        (lower, found.others, PALETTE[0], found.beside),
    ):
        axes.plot(days, values.mean(axis=0), color=colour, lw=1.7)
        low, high = np.quantile(values, (0.05, 0.95), axis=0)
        axes.fill_between(days, low, high, color=colour, alpha=0.2, lw=0)
        axes.set_ylim(0, 1.06 * float(values.max()))
        axes.set_ylabel("accounts")
        axes.set_title(f"Public {name} accounts")
        axes.yaxis.set_major_formatter(FuncFormatter(people))
    if cited is not None:
        for axes in (upper, middle, lower):
            axes.axvline(np.datetime64(cited.isoformat()), color=INK, lw=1.0, ls=":")
        upper.annotate(
            f" none by {cited.isoformat()}, as reported ",
            (np.datetime64(cited.isoformat()), 0.06),
            fontsize=8,
            ha="left",
        )
    lower.set_xlim(days[0], days[-1])
    date_axis(lower)
    return figure


# --- bars of arms ---------------------------------------------------------------------------------


def targeting(
    arms: Mapping[str, Mapping[str, Estimate]], cited: Mapping[str, float], scenario: str
) -> Figure:
    """Suspended over not suspended, by arm, beside what the census has.

    arms: arm -> metric -> estimate.  cited: metric -> published ratio.
    """
    from afterban.metrics import metric_of

    n = min(e.n for arm in arms.values() for e in arm.values())
    figure = _figure(f"{scenario} · n = {n} replications, 95 % intervals", 3.6)
    axes = figure.add_subplot()
    names = list(cited)
    places = np.arange(len(names), dtype=float)
    width = 0.8 / len(arms)
    for k, (arm, told) in enumerate(arms.items()):
        estimates = [told[name] for name in names]
        axes.errorbar(
            places + (k - (len(arms) - 1) / 2) * width,
            [e.value for e in estimates],
            yerr=_errors(estimates),
            fmt="os^D"[k % 4],
            ms=6,
            color=PALETTE[k % len(PALETTE)],
            capsize=3,
            lw=1.4,
            label=arm,
        )
    for place, name in zip(places, names, strict=True):
        axes.plot([place - 0.45, place + 0.45], [cited[name]] * 2, color=INK, lw=1.6)
    axes.plot([], [], color=INK, lw=1.6, label="census")
    axes.axhline(1.0, color=FAINT, lw=1.0, ls="--")
    axes.set_yscale("log")
    axes.set_yticks(
        [0.5, 1, 2, 3, 5, 10, 20, 40], ["×0.5", "×1", "×2", "×3", "×5", "×10", "×20", "×40"]
    )
    axes.minorticks_off()
    labels = [metric_of(name).label.split(",")[0] for name in names]
    axes.set_xticks(places, labels)
    axes.grid(axis="x", visible=False)
    axes.set_ylabel("suspended over not suspended\n(ratio of means, log scale)")
    axes.set_title("Whom suspensions hit")
    axes.legend(loc="upper left", fontsize=8.5)
    return figure


def regained(
    arms: Mapping[str, Mapping[str, Estimate]],
    pressure: Mapping[str, float],
    scenario: str,
    dashed: Mapping[str, str] | None = None,
    dashed_label: str = "with shout-outs",
) -> Figure:
    """Regained status of each kind of operator against pressure.

    arms: arm -> tier -> estimate.  pressure: arm -> hazard per account-day.
    dashed: arm of ``pressure`` -> its counterpart that is drawn dashed.
    """
    n = min(e.n for arm in arms.values() for e in arm.values())
    figure = _figure(
        f"{scenario} · n = {n} replications, 95 % intervals · accounts that the horizon cut off "
        "count with what they had",
        4.4,
    )
    axes = figure.add_subplot()
    tiers = list(next(iter(arms.values())))
    order = sorted(pressure, key=lambda arm: pressure[arm])
    lines = [("-", {arm: arm for arm in order})]
    if dashed:
        lines.append(("--", {arm: dashed[arm] for arm in order if arm in dashed}))
    for style, shown in lines:
        x = np.array([pressure[arm] for arm in shown])
        for k, tier in enumerate(tiers):
            estimates = [arms[arm][tier] for arm in shown.values()]
            axes.errorbar(
                x * 1.04 ** (k - 1.5),
                [e.value for e in estimates],
                yerr=_errors(estimates),
                fmt="os^D"[k % 4] + style,
                ms=5.5,
                mfc=None if style == "-" else "white",
                lw=1.5,
                capsize=2.5,
                color=PALETTE[k % len(PALETTE)],
                label=tier if style == "-" else None,
            )
    if dashed:
        axes.plot([], [], "--", color=FAINT, lw=1.5, label=dashed_label)
    axes.axhline(1.0, color=FAINT, lw=1.0)
    axes.set_xscale("log")
    axes.set_xticks(
        [pressure[arm] for arm in order],
        [f"{arm}\n{pressure[arm]:g} a day" for arm in order],
        fontsize=8,
    )
    axes.minorticks_off()
    axes.set_ylim(0, 1.1)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_xlabel("hazard of being found, per account and day (log scale)")
    axes.set_ylabel("followers of later accounts,\nof those of the first")
    axes.set_title("Who regains their standing")
    axes.legend(loc="lower left", fontsize=8.5)
    return figure


__all__ = ["capacity", "extinction", "phase", "regained", "save", "targeting"]
