"""Figures of a run, as PNG files."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure as Figure  # for those who only name it
from matplotlib.ticker import FuncFormatter, NullFormatter, PercentFormatter

from afterban.experiment.trace import Lines, Trace
from afterban.metrics import lineages
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.report import arms
from afterban.report import axes as metric_axes
from afterban.report.arms import Look
from afterban.results import EVERYBODY, Curve, Results, handle_texts
from afterban.units import format_duration

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from afterban.claims import Verdict

INK, FAINT = "#222222", "#8a8a8a"
PALETTE = arms.PALETTE
INSIDERS, OUTSIDERS = "#E69F00", "#0072B2"
STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e6e6e6",
    "grid.linewidth": 0.7,
    "axes.axisbelow": True,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "text.color": INK,
}
WIDTH, DPI = 8.0, 140


def in_style() -> AbstractContextManager[None]:
    """In this context figures are drawn in the style of all of them."""
    return mpl.rc_context(STYLE)


def save(figure: Figure, path: Path) -> Path:
    """Write a figure.  It is laid out once and drawn once, where ``savefig`` does both twice."""
    settle(figure, DPI)
    canvas: Any = figure.canvas
    canvas.print_png(path, metadata={"Software": None})
    return path


def settle(figure: Figure, dpi: float) -> None:
    """Put the parts of a figure in place, the same place each time.

    The solver behind the layout goes by the addresses of objects, so that its last digits differ
    from one time to the next; they are cut off here.
    """
    engine: Any = figure.get_layout_engine()
    figure.set_dpi(dpi)
    if engine is not None:
        engine.execute(figure)
        figure.set_layout_engine("none")
    for axes in figure.axes:
        place = np.round(axes.get_position().bounds, 9)
        axes.set_position((place[0], place[1], place[2], place[3]))


def new_figure(results: Results, height: float = 4.6) -> Figure:
    """An empty figure with the line that says what it is made from."""
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    FigureCanvasAgg(figure)
    engine: Any = figure.get_layout_engine()
    foot = 0.24 / height  # inches of the line at the foot, whatever the height
    engine.set(rect=(0.0, foot, 0.985, 0.99 - foot))
    figure.text(0.012, foot / 3, provenance(results), fontsize=7, color=FAINT, va="bottom")
    return figure


def provenance(results: Results) -> str:
    """What a figure is made from, in one line."""
    version = results.manifest.get("versions", {}).get("afterban", "?")
    n = len(results.finished)
    return (
        f"{results.scenario.name} {results.digest[:12]} · seed {results.scenario.seed} · "
        f"n = {n} replication{'' if n == 1 else 's'} · afterban {version}"
        + ("" if results.as_shipped else " · not as shipped")
    )


def looks(results: Results) -> dict[str, Look]:
    """Look of each arm: grey for the twin; a scale of colours for arms that differ only in speed.

    No two arms have both the colour and the dashes of each other.
    """
    policies = [policy for policy in results.policies if policy != WITHOUT_ENFORCEMENT]
    scale = dial(results)
    viridis = mpl.colormaps["viridis"](np.linspace(0.0, 0.9, len(scale)))
    chosen = {arm: Look(mpl.colors.to_hex(one), 0) for arm, one in zip(scale, viridis, strict=True)}
    others = [policy for policy in policies if policy not in chosen]
    # Beside a scale of colours others are told by their dashes.
    chosen |= {arm: arms.look(k, 1 if scale else 0) for k, arm in enumerate(others)}
    return {**{arm: chosen[arm] for arm in (*scale, *others)}, WITHOUT_ENFORCEMENT: Look(FAINT, 1)}


def dial(results: Results) -> list[str]:
    """Arms that are drawn on a scale of colours, the fastest first: five and more speeds."""
    speeds = speed_arms(results)
    return list(speeds) if len(speeds) > 4 else []


def colours(results: Results) -> dict[str, Any]:
    """Colour of each arm."""
    return {arm: one.colour for arm, one in looks(results).items()}


def speed_arms(results: Results) -> dict[str, float]:
    """Arms that differ in nothing but the time to action -> its median in days."""
    scenario = results.scenario
    if scenario.review.team is not None:
        return {}
    found: dict[str, float] = {}
    for policy in results.policies:
        if policy == AS_WRITTEN:
            found[policy] = scenario.review.time_to_action.median()
        elif policy != WITHOUT_ENFORCEMENT:
            changes = scenario.policies[policy]
            review = changes.get("review")
            if list(changes) == ["review"] and list(review or {}) == ["time_to_action"]:  # type: ignore[call-overload]
                found[policy] = scenario.arm(policy).review.time_to_action.median()
    return dict(sorted(found.items(), key=lambda item: item[1]))


def one_operator(results: Results, lines: Lines | None) -> Figure | None:
    """Followers of the traced operator, life by life."""
    if lines is None:
        return None
    line, alone = lines
    lives = results.traced[line.policy]
    total = line.insiders + line.outsiders
    top = max(float(total.max()), float((alone.insiders + alone.outsiders).max()), 1.0)
    peaks = lives["insider_followers"] + lives["outsider_followers"]
    # Later accounts are often so much smaller than the first that they need a scale of their own.
    later = float(peaks[1:].max()) if len(lives) > 1 else 0.0
    zoomed = 0.0 < later < top / 3
    figure = new_figure(results, 6.6 if zoomed else 4.8)
    panels = figure.subplots(2, 1, sharex=True) if zoomed else [figure.add_subplot()]
    for axes in panels:
        _draw_lives(axes, results, line, alone, lives)
        axes.set_ylabel("followers (people)")
        axes.yaxis.set_major_formatter(FuncFormatter(people))
    first = panels[0]
    first.set_ylim(0, top * 1.18)
    first.set_title(_trace_title(line, lives))
    _name_lives(first, results, lives, top)
    figure.legend(
        *first.get_legend_handles_labels(),
        loc="outside upper right",
        ncols=4,
        fontsize=8.5,
        handlelength=1.6,
        columnspacing=1.2,
    )
    if zoomed:
        panels[1].set_ylim(0, later * 1.12)
        panels[1].set_title("The same, on the scale of the later accounts")
    date_axis(panels[-1])
    return figure


def _draw_lives(axes: Axes, results: Results, line: Trace, alone: Trace, lives: Any) -> None:
    days = dates(results, line.days)
    total = line.insiders + line.outsiders
    axes.fill_between(days, 0, line.outsiders, color=OUTSIDERS, alpha=0.75, lw=0, label="outsiders")
    axes.fill_between(
        days, line.outsiders, total, color=INSIDERS, alpha=0.75, lw=0, label="insiders"
    )
    axes.plot(days, total, color=INK, lw=1.0)
    axes.plot(
        dates(results, alone.days),
        alone.insiders + alone.outsiders,
        color=FAINT,
        ls="--",
        lw=1.2,
        label="without enforcement",
    )
    ended = lives[np.isfinite(lives["suspended_day"])]
    ends = dates(results, ended["suspended_day"])
    peaks = ended["insider_followers"] + ended["outsider_followers"]
    axes.plot(ends, peaks, "x", color="#D55E00", ms=6, mew=1.6, label="suspended")
    axes.set_xlim(days[0], days[-1])


def _trace_title(line: Trace, lives: Any) -> str:
    count = len(lives)
    accounts = f"{count} account{'s' if count != 1 else ''}"
    return f"Followers of one operator ({line.tier}, policy {line.policy}): {accounts}"


def _name_lives(axes: Axes, results: Results, lives: Any, top: float) -> None:
    """Handles above the lives, in two rows, where there is room for them."""
    public = lives[np.isfinite(lives["public_day"])]
    horizon = results.scenario.horizon
    letter = 0.0092 * horizon  # about, at this size of letters
    rows = {1.03: 0.8 * letter, 1.1: 0.8 * letter}  # height -> where it is free, off the axis
    for row, name in zip(public, handle_texts(public["handle"]), strict=True):
        text = f"{row['life']}: @{name}"
        wide = letter * (len(text) + 1.5)
        last = horizon - wide
        for height, free in rows.items():
            start = min(max(float(row["public_day"]), free), last)
            # A name that had to move far would seem to be that of another life.
            if start >= free and start - float(row["public_day"]) <= 0.05 * horizon:
                rows[height] = start + wide
                place = (dates(results, np.array([start]))[0], top * height)
                axes.annotate(text, place, fontsize=7, color=FAINT)
                break


def through_time(results: Results) -> Figure | None:
    """Live accounts and attached audience of all arms."""
    if not results.series:
        return None
    panels = (
        ("live_accounts", "accounts", "Live accounts"),
        ("attached_outsiders_share", "share of outsider audiences", "Attached audience"),
    )
    curves = {policy: tiers[EVERYBODY] for policy, tiers in results.series.items()}
    lines = lines_of_arms(
        results,
        {policy: [every[column] for column, _, _ in panels] for policy, every in curves.items()},
    )
    figure = new_figure(results, arms.height_for([line.label for line in lines], 6.4))
    upper, lower = figure.subplots(2, 1, sharex=True)
    for axes, (column, label, title) in zip((upper, lower), panels, strict=True):
        for line in lines:
            curve = curves[line.policy][column]
            days = dates(results, curve.x)
            axes.plot(days, curve.mean, label=line.label, **line.style)
            _spread(axes, days, curve, line)
        axes.set_ylim(bottom=0)
        axes.set_ylabel(label)
        axes.set_title(title)
    upper.yaxis.set_major_formatter(FuncFormatter(people))
    lower.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    # With few replications an interval for a share can reach far beyond what a share can be.
    lower.set_ylim(0, min(1.08, lower.get_ylim()[1]))
    upper.set_xlim(days[0], days[-1])
    date_axis(lower)
    for axes in (upper, lower):
        _mark_dates(axes, results, named=axes is lower)
    _legend(figure, upper, lines)
    return figure


class _Line(NamedTuple):
    """A line of one arm, or of several that are the same."""

    policy: str  # the first of them
    label: str
    number: int
    of: int  # lines in the picture
    look: Look
    style: Mapping[str, Any]

    @property
    def banded(self) -> bool:
        """Whether its intervals are a band."""
        return self.of <= arms.MOST_BANDS


def lines_of_arms(results: Results, curves: Mapping[str, Sequence[Curve]]) -> list[_Line]:
    """Lines of a picture, the twin first, which is drawn below the others."""
    found = looks(results)
    order = [policy for policy in (WITHOUT_ENFORCEMENT, *found) if policy in curves]
    groups = arms.together(
        {
            policy: arms.drawn_values(*(part for c in curves[policy] for part in (c.x, c.mean)))
            for policy in dict.fromkeys(order)
        }
    )
    widths = arms.widths(len(groups))
    lines = []
    for k, (group, width) in enumerate(zip(groups, widths, strict=True)):
        look = found[group[0]]
        style = {
            "color": look.colour,
            "ls": arms.DASHES[look.dash],
            "lw": width,
            "zorder": 2.1 + k / 100,
        }
        lines.append(_Line(group[0], arms.label(group), k, len(groups), look, style))
    return lines


def _spread(
    axes: Axes,
    x: Any,
    curve: Curve,
    line: _Line,
    *,
    step: Literal["post"] | None = None,
    log: bool = False,
) -> None:
    """The intervals of a line: a band, or bars at days of its own where bands would hide lines."""
    if curve.n < 2:
        return
    colour = line.look.colour
    if line.banded:
        axes.fill_between(
            x, curve.low, curve.high, step=step, color=colour, alpha=0.16, lw=0, zorder=1.5
        )
        return
    rows = arms.interval_rows(curve.x, line.number, line.of, log=log)
    rows = [row for row in rows if curve.high[row] > curve.low[row]]
    axes.vlines(
        x[rows], curve.low[rows], curve.high[rows], color=colour, lw=1.1, alpha=0.8, zorder=1.6
    )
    axes.plot(
        x[rows], curve.mean[rows], "o", color=colour, ms=3, zorder=line.style["zorder"], label="_"
    )


def _band(axes: Axes, x: Any, curve: Curve, colour: Any) -> None:
    if curve.n > 1:
        axes.fill_between(x, curve.low, curve.high, color=colour, alpha=0.18, lw=0)


def _mark_dates(axes: Axes, results: Results, named: bool) -> None:
    """Dates on which enforcement changes, within the run."""
    detection = results.scenario.detection
    marks = [(regime.from_, INK, "enforcement changes") for regime in detection.regimes]
    marks += [
        (pulse.date, "#D55E00", "campaigns begin" if pulse.every else "campaign")
        for pulse in detection.pulses
    ]
    marks += [
        (platform.enforces_from, FAINT, f"{name} enforces too")
        for name, platform in list(results.scenario.platforms.items())[1:]
        if platform.enforces_from is not None
    ]
    for date, colour, _ in marks:
        axes.axvline(_day(date), color=colour, lw=0.9, ls=":")
    if named:
        low, high = axes.get_xlim()
        inside = [(_day(date), text) for date, _, text in marks]
        inside = [one for one in inside if low <= arms.position(axes, one[0]) <= high]
        arms.place_labels(axes, inside, inches=0.6 * WIDTH)


def effective_reach(results: Results) -> Figure | None:
    """Effective reach of each arm, with its interval."""
    policies = [policy for policy in results.policies if policy != WITHOUT_ENFORCEMENT]
    speeds = speed_arms(results)
    policies.sort(key=lambda policy: speeds.get(policy, math.inf))
    told = [policy for policy in policies if results.estimate("effective_reach", policy).n]
    if not told:
        return None
    figure = new_figure(results, 2.15 + 0.42 * len(told))
    axes = figure.add_subplot()
    places = np.arange(len(told))[::-1]
    for shift, metric, colour, mark, label in (
        (0.13, "effective_reach", PALETTE[0], "o", "impressions on outsiders"),
        (-0.13, "effective_weekly_reach", PALETTE[1], "s", "outsiders reached per window"),
    ):
        estimates = [results.estimate(metric, policy) for policy in told]
        values = np.array([e.value for e in estimates])
        spread = np.array([[e.value - e.low, e.high - e.value] for e in estimates]).T
        axes.errorbar(
            values,
            places + shift,
            xerr=None if np.isnan(spread).any() else np.maximum(spread, 0.0),
            fmt=mark,
            ms=5,
            color=colour,
            capsize=2.5,
            lw=1.4,
            label=label,
        )
    axes.axvline(1.0, color=FAINT, ls="--", lw=1.2)
    axes.set_yticks(places, [arms.label([policy]) for policy in told])
    axes.set_ylim(-0.6, len(told) - 0.4)
    axes.set_xlim(0, max(1.05, axes.get_xlim()[1]))
    title = "share of what the same network reaches without enforcement"
    metric_axes.on_paper(axes.xaxis, "effective_reach", title)
    axes.set_title("Effective reach")
    axes.grid(axis="y", visible=False)
    figure.legend(
        *axes.get_legend_handles_labels(), loc="outside upper right", ncols=2, fontsize=8.5
    )
    return figure


def enforcement_speed(results: Results) -> Figure | None:
    """Effective reach and rebuild effort against the median time to action."""
    speeds = speed_arms(results)
    if len(set(speeds.values())) < 3 or not all(
        math.isfinite(speed) and speed > 0 for speed in speeds.values()
    ):
        return None
    # The scenario as written may have the same speed as one of its policies.
    policies = list({speed: policy for policy, speed in speeds.items()}.values())
    x = np.array([speeds[policy] for policy in policies])
    figure = new_figure(results, 6.4)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    for axes, title, lines in (
        (
            upper,
            "of the reach\nwithout enforcement",
            (
                ("effective_reach", PALETTE[0], "o", "impressions on outsiders"),
                ("effective_weekly_reach", PALETTE[1], "s", "outsiders reached per window"),
            ),
        ),
        (lower, "of all posts", (("rebuild_effort", PALETTE[2], "D", ""),)),
    ):
        for metric, colour, mark, label in lines:
            estimates = [results.estimate(metric, policy) for policy in policies]
            curve = Curve(
                x,
                np.array([e.value for e in estimates]),
                np.array([e.low for e in estimates]),
                np.array([e.high for e in estimates]),
                min(e.n for e in estimates),
            )
            axes.plot(
                x, curve.mean, color=colour, marker=mark, ms=5, lw=1.6, label=label, clip_on=False
            )
            _band(axes, x, curve, colour)
        axes.set_ylim(bottom=0)
        metric_axes.on_paper(axes.yaxis, lines[0][0], title, decimals=None)
    upper.axhline(1.0, color=FAINT, ls="--", lw=1.2)
    upper.set_ylim(0, max(1.05, upper.get_ylim()[1]))
    upper.set_title("Effective reach and speed")
    upper.legend(
        loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, fontsize=8.5, borderaxespad=0.2
    )
    lower.set_title("Rebuild effort")
    lower.set_xscale("log")
    shown = ticks(x.tolist())
    lower.set_xticks(shown, [_duration(days) for days in shown])
    lower.xaxis.set_minor_formatter(NullFormatter())
    lower.minorticks_off()
    lower.set_xlabel("median time from flag to suspension (log scale)")
    return figure


def _duration(days: float) -> str:
    text = format_duration(days)
    return text if len(text) <= 6 else f"{days:.3g}d"


def account_life(results: Results) -> Figure | None:
    """Share of the accounts made after the start that are still there at each age."""
    if not results.lives:
        return None
    horizon = results.scenario.horizon
    first = math.inf
    for curve in results.lives.values():
        fallen = (curve.x > 0) & (curve.mean < 0.995)
        if fallen.any():
            first = min(first, float(curve.x[fallen][0]))
    left = max(min(first / 2, horizon / 10), 1e-3) if math.isfinite(first) else horizon / 1000
    lines = lines_of_arms(results, {policy: [curve] for policy, curve in results.lives.items()})
    figure = new_figure(results, arms.height_for([line.label for line in lines], 4.6))
    axes = figure.add_subplot()
    for line in lines:
        curve = results.lives[line.policy]
        positive = curve.x > 0
        axes.step(
            curve.x[positive], curve.mean[positive], where="post", label=line.label, **line.style
        )
        shown = positive if line.banded else positive & (curve.x >= left) & (curve.x <= horizon)
        part = Curve(
            curve.x[shown],
            curve.mean[shown],
            np.clip(curve.low[shown], 0, 1),
            np.clip(curve.high[shown], 0, 1),
            curve.n,
        )
        _spread(axes, part.x, part, line, step="post", log=True)
    axes.set_xscale("log")
    axes.set_xlim(left, horizon)
    axes.set_ylim(0, 1.02)
    ticks = {1 / 1440: "1min", 1 / 24: "1h", 0.25: "6h", 1: "1d", 3: "3d", 7: "1 week"}
    ticks |= {30: "30d", 90: "90d", 365: "1 year"}
    inside = {x: name for x, name in ticks.items() if left <= x <= horizon}
    axes.set_xticks(list(inside), list(inside.values()))
    axes.minorticks_off()
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_xlabel("age since the account became public (log scale)")
    axes.set_ylabel("accounts made after the start\nthat are still there (Kaplan-Meier)")
    axes.set_title("How long accounts live")
    _legend(figure, axes, lines)
    return figure


# What is drawn of each number of a life: column -> title of its panel.
PANELS = {
    "outsider_impressions_share": "share of outsider impressions",
    "followers_ratio": "followers at the end,\nbeside the first account's",
    "length_days": "public days for each suspension\n(log scale)",
    "gap_days": "time to return (days)",
}


def life_by_life(results: Results) -> Figure | None:
    """What the first account comes to, the second, and the later ones, under each policy."""
    told = {
        policy: tiers[EVERYBODY]
        for policy, tiers in results.by_life.items()
        if policy != WITHOUT_ENFORCEMENT and tiers[EVERYBODY]["accounts"].mean[1] > 0
    }
    if not told:
        return None
    lines = lines_of_arms(
        results, {policy: [one[name] for name in PANELS] for policy, one in told.items()}
    )
    figure = new_figure(results, arms.height_for([line.label for line in lines], 6.4))
    panels = figure.subplots(2, 2, sharex=True)
    last = int(max(np.flatnonzero(one["accounts"].mean > 0).max() for one in told.values())) + 1
    for axes, (name, title) in zip(panels.flat, PANELS.items(), strict=True):
        for line in lines:
            curve = told[line.policy][name]
            axes.plot(
                curve.x[:last],
                curve.mean[:last],
                marker="o",
                ms=3.5,
                label=line.label,
                **line.style,
            )
            _spread(axes, curve.x, curve, line)
        axes.set_title(title, fontsize=9.5, fontweight="normal")
        if name == "length_days":
            axes.set_yscale("log")
        else:
            axes.set_ylim(bottom=0)
        if name.endswith(("_share", "_ratio")):
            axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    numbers = range(1, last + 1)
    names = [str(k) if k < lineages.MOST else f"{k} +" for k in numbers]
    for axes in panels[1]:
        axes.set_xticks(list(numbers), names)
        axes.set_xlabel("number of the life")
    panels[0, 0].set_xlim(0.7, last + 0.3)
    figure.suptitle("Life by life", x=0.012, ha="left", fontsize=11, fontweight="bold")
    _legend(figure, panels[0, 0], lines)
    return figure


# Claims that hold, and say little by that.
_NO_EVIDENCE = ("fitted", "holds, but could not fail here", "holds, power not estimable")


def cited_beside_simulated(results: Results, verdicts: Sequence[Verdict]) -> Figure | None:
    """Each simulated value as a multiple of the published one, on a logarithmic axis."""
    rows = [
        verdict
        for verdict in verdicts
        if verdict.simulated is not None
        and verdict.simulated.n
        and verdict.simulated.value > 0
        and verdict.claim.figure
    ]
    if not rows:
        return None
    figure = new_figure(results, 1.9 + 0.56 * len(rows))
    axes = figure.add_subplot()
    axes.set_xscale("log")
    everything = [1.0]
    for place, verdict in zip(range(len(rows) - 1, -1, -1), rows, strict=True):
        claim, e = verdict.claim, verdict.simulated
        assert claim.figure
        assert e is not None
        low = max(claim.figure / claim.factor - claim.margin, claim.figure * 1e-9) / claim.figure
        high = claim.factor + claim.margin / claim.figure
        if claim.comparison == "at least":
            high = 1e9
        elif claim.comparison == "at most":
            low = 1e-9
        axes.barh(place, high - low, left=low, height=0.55, color="#d9ead3", lw=0)
        good = PALETTE[2] if verdict.held else PALETTE[1]
        value = e.value / claim.figure
        band = verdict.power
        if band is not None and band.highest > 0:
            ends = [max(band.lowest / claim.figure, 1e-9), band.highest / claim.figure]
            axes.plot(ends, [place] * 2, color=FAINT, lw=0.9)
        if not math.isnan(e.low):
            # An interval that reaches below 0 has no end on a logarithmic axis.
            ends = [max(e.low / claim.figure, 1e-9), e.high / claim.figure]
            axes.plot(ends, [place] * 2, color=good, lw=2)
        inside = "white" if verdict.status in _NO_EVIDENCE else good
        mark = "o" if verdict.held else "X"
        axes.plot(value, place, mark, color=good, mfc=inside, mew=1.6, ms=7)
        everything += [value, max(low, 0.05), min(high, 20.0)]
    axes.axvline(1.0, color=INK, lw=1.0)
    left, right = min(everything) / 1.6, max(everything) * 1.6
    axes.set_xlim(left, right)
    steps = (1, 2, 5) if right / left > 10 else (1, 1.5, 2, 3, 5, 7)
    ticks = [step * 10.0**power for power in range(-9, 10) for step in steps]
    if right / left > 300:
        ticks = [10.0**power for power in range(-9, 10)]
    axes.set_xticks([tick for tick in ticks if left <= tick <= right])
    axes.minorticks_off()
    axes.set_ylim(-0.6, len(rows) - 0.4)
    labels = ["\n".join([*wrap(f"{v.claim.id}: {v.claim.says}", 44), v.claim.cited]) for v in rows]
    axes.set_yticks(range(len(rows) - 1, -1, -1), labels, fontsize=7.5)
    axes.grid(axis="y", visible=False)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"×{x:g}"))
    axes.set_xlabel(
        "simulated as a multiple of the published figure (log scale)\n"
        "line: 95 % interval; thin line: band over the stated ranges;\n"
        "shaded: counts as the figure;\n"
        "hollow: a parameter was fitted to it, or it could hardly have failed"
    )
    axes.set_title("Cited beside simulated")
    return figure


def _legend(figure: Figure, axes: Axes, lines: Sequence[_Line]) -> None:
    """The legend beside a picture of arms, in their order, the twin last."""
    handles = dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
    ordered = sorted(lines, key=lambda line: line.policy == WITHOUT_ENFORCEMENT)
    barred = any(not line.banded for line in lines)
    arms.legend_beside(
        figure,
        [handles[line.label] for line in ordered],
        [line.label for line in ordered],
        title="policy; bars are intervals" if barred else "policy",
    )


def ticks(days: Sequence[float], room: float = 0.05) -> list[float]:
    """Times far enough apart on a logarithmic axis that their labels do not touch."""
    span = math.log(max(days) / min(days)) or 1.0
    kept: list[float] = []
    for one in sorted(days):
        if not kept or math.log(one / kept[-1]) >= room * span:
            kept.append(one)
    return kept


def dates(results: Results, days: Any) -> Any:
    """Days of a run as dates for an axis."""
    start = np.datetime64(results.scenario.start.isoformat(), "s")
    return start + np.round(np.asarray(days) * 86_400).astype("timedelta64[s]")


def _day(date: dt.date) -> Any:
    return np.datetime64(date.isoformat(), "s")


def date_axis(axes: Axes) -> None:
    """Few and short dates."""
    locator = AutoDateLocator(minticks=4, maxticks=9)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]


def people(value: float, _: object = None) -> str:
    """A number of people for an axis."""
    return f"{value:,.0f}" if value >= 1 or value == 0 else f"{value:g}"
