"""Pictures of a fitted log: what was observed, and the curves that were fitted to it.

Checked by ``tests/logs/test_page.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from afterban.logs.record import Floats, Log, date_of
from afterban.logs.results import Found
from afterban.report.figures import FAINT, INK, PALETTE, date_axis
from afterban.report.questions import _figure, _time_axis
from afterban.statistics import kaplan_meier

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

OBSERVED, FITTED, OTHER = PALETTE[0], PALETTE[1], PALETTE[2]
_MOST: Final = 20_000  # lives of which an observed curve is made; more look the same
_AGES: Final = 8  # points of a curve of followers


def panels(found: Found) -> Figure:
    """Every curve that the log has, beside what was fitted to it."""
    drawn = [draw for _, _, draw in parts(found)]
    rows = max(1, (len(drawn) + 1) // 2)
    log = found.log
    figure = _figure(
        f"{len(log):,} accounts, {date_of(log.since):%Y-%m-%d} to {date_of(log.until):%Y-%m-%d}; "
        "95 % pointwise intervals of what was observed",
        0.4 + 3.1 * rows,
        9.0,
    )
    for number, draw in enumerate(drawn, start=1):
        draw(figure.add_subplot(rows, min(2, len(drawn)), number))
    return figure


def parts(found: Found) -> list[tuple[str, str, Callable[[Axes], None]]]:
    """Name, words and way to draw of each picture that this log has."""
    made: list[tuple[str, str, Callable[[Axes], None]]] = []
    if found.returns is not None and found.returns.suspensions.anchored.any():
        says = (
            "Suspended operators whose next account is known, by time since the suspension: as "
            "observed, as fitted, and as it would be if every link had been found."
        )
        made.append(("returns", says, lambda axes: _returns(axes, found)))
    says = "Share of accounts that outlive an age: as observed, and as fitted."
    made.append(("life", says, lambda axes: _life(axes, found)))
    if found.action.of:
        says = "Share of flags acted on, by time since the flag: as observed, and as fitted."
        made.append(("action", says, lambda axes: _action(axes, found)))
    if len(found.regain.ratio):
        says = (
            "Followers of an account at its end, beside those of the one before, by how long it "
            "lasted: medians as observed and as fitted, after short gaps and long ones."
        )
        made.append(("followers", says, lambda axes: _followers(axes, found)))
    if found.predictions:
        says = "What the fit said of the held-out months, and what came."
        made.append(("held-out", says, lambda axes: _held_out(axes, found)))
    return made


def through_log(log: Log) -> Figure:
    """Accounts made and suspended through a log, week by week."""
    figure = _figure(f"{len(log):,} accounts of {log.read:,} rows", 3.2)
    axes = figure.add_subplot()
    weeks = np.arange(0.0, max(log.end, 7.0), 7.0)
    dates: Any = [date_of(log.since + day) for day in weeks]
    for days, label, colour in (
        (log.created[log.created > 0], "made", OBSERVED),
        (log.suspended[np.isfinite(log.suspended)], "suspended", FITTED),
    ):
        counts, _ = np.histogram(days, bins=np.append(weeks, weeks[-1] + 7.0))
        axes.plot(dates, counts, color=colour, label=label, drawstyle="steps-post")
    axes.set_ylim(bottom=0)
    axes.set_title("Accounts made and suspended, week by week")
    axes.legend()
    date_axis(axes)
    return figure


# --- panels ---------------------------------------------------------------------------------------


def _thin(n: int) -> Any:
    """Places of lives that an observed curve is made of, evenly through the log."""
    return slice(None, None, max(1, -(-n // _MOST)))


def _steps(axes: Axes, days: Floats, ended: Any, entry: Floats | None, up: bool) -> None:
    """A Kaplan-Meier curve with its interval; ``up`` for the share that has ended."""
    curve = kaplan_meier(days, ended, entry)
    keep = slice(None, None, max(1, len(curve.time) // 600))

    def turned(y: Floats) -> Floats:
        return 1 - y if up else y

    x = curve.time[keep]
    axes.fill_between(
        x, turned(curve.low)[keep], turned(np.nan_to_num(curve.high))[keep],
        step="post", color=OBSERVED, alpha=0.18, lw=0,
    )  # fmt: skip
    axes.step(
        x, turned(curve.survival)[keep], where="post", color=OBSERVED, lw=1.8, label="observed"
    )


def _shares(axes: Axes, title: str, top: float = 1.0) -> None:
    axes.set_ylim(0, top)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_title(title)
    axes.legend(fontsize=8)


def _log_time(axes: Axes, low: float, high: float) -> None:
    _time_axis(axes, "x", low, high, most=6)
    axes.set_xlim(low, high)


def _returns(axes: Axes, found: Found) -> None:
    back = found.returns
    assert back is not None
    rows = back.suspensions
    use = np.flatnonzero(rows.anchored)
    use = use[_thin(len(use))]
    told = rows.back[use]
    gap = np.where(told, np.nan_to_num(rows.gap[use]), rows.follow[use])
    _steps(axes, gap, told, None, up=True)
    shortest = np.quantile(gap[told], 0.01) if told.any() else 0.01
    grid = np.geomspace(max(shortest, 1 / 1440), max(rows.follow.max(), 1.0), 160)
    share = np.minimum(back.found * back.fatigue ** (rows.life[use] - 1.0), 1.0).mean()
    below = back.family.below(back.theta, grid)
    axes.plot(grid, share * below, color=FITTED, lw=1.6, ls="--", label="fitted")
    recall = back.recall
    if recall.source != "none" and recall.value < 1:
        every = min(share / recall.value, 1.0)
        axes.plot(
            grid, every * below, color=FAINT, lw=1.4, ls=":", label="if every link were found"
        )
    _log_time(axes, float(grid[0]), float(grid[-1]))
    axes.set_xlabel("time since the suspension")
    _shares(axes, "Next account is known")


def _life(axes: Axes, found: Found) -> None:
    lives = found.lives.lives
    use = np.flatnonzero(lives.used)
    use = use[_thin(len(use))]
    _steps(axes, lives.days[use], lives.ended[use], lives.entry[use], up=False)
    grid = np.linspace(1e-6, float(np.quantile(lives.days[use], 0.99)), 200)
    family = found.lives.family
    curve = np.exp(family.log_survival(found.lives.theta, grid))
    axes.plot(grid, curve, color=FITTED, lw=1.6, ls="--", label=f"fitted, {family.name}")
    axes.set_xlim(0, float(grid[-1]))
    axes.set_xlabel("age in days")
    _shares(axes, "Accounts that are still there")


def _action(axes: Axes, found: Found) -> None:
    waits = next(iter(found.action.of.values()))
    keep = _thin(len(waits.days))
    _steps(axes, waits.days[keep], waits.ended[keep], None, up=True)
    ends = np.quantile(waits.days[waits.ended], [0.005, 0.995])
    grid = np.geomspace(max(float(ends[0]), 1 / 86_400), max(float(ends[1]), 1e-3), 160)
    axes.plot(
        grid, waits.family.below(waits.theta, grid), color=FITTED, lw=1.6, ls="--",
        label=f"fitted, {waits.family.name}",
    )  # fmt: skip
    urgent = found.action.of.get("review.urgent_time_to_action")
    if urgent is not None and urgent is not waits:
        curve = urgent.family.below(urgent.theta, grid)
        axes.plot(grid, curve, color=OTHER, lw=1.4, ls="-.", label="fitted, urgent")
    _log_time(axes, float(grid[0]), float(grid[-1]))
    axes.set_xlabel("time since the flag")
    _shares(axes, "Flags acted on")


def _followers(axes: Axes, found: Found) -> None:
    told = found.regain
    middle = float(np.median(told.gap))
    for mine, colour, label in (
        (told.gap <= middle, OBSERVED, "after a short gap"),
        (told.gap > middle, FITTED, "after a long gap"),
    ):
        age, seen, fitted = told.age[mine], told.ratio[mine], told.expected[mine]
        if len(age) < 2 * _AGES:
            continue
        edges = np.quantile(age, np.linspace(0, 1, _AGES + 1))
        bins = np.clip(np.searchsorted(edges, age, side="right") - 1, 0, _AGES - 1)
        rows = [np.flatnonzero(bins == k) for k in range(_AGES)]
        rows = [one for one in rows if len(one)]
        x = [np.median(age[one]) for one in rows]
        y = np.array([np.quantile(seen[one], [0.5, 0.25, 0.75]) for one in rows])
        axes.errorbar(
            x, y[:, 0], yerr=np.maximum([y[:, 0] - y[:, 1], y[:, 2] - y[:, 0]], 0),
            fmt="o", ms=4, color=colour, lw=1, capsize=2, label=f"{label}, observed",
        )  # fmt: skip
        axes.plot(x, [np.median(fitted[one]) for one in rows], color=colour, ls="--", lw=1.4)
    axes.plot([], [], color=INK, ls="--", lw=1.4, label="fitted")
    axes.set_xlabel("how long the account lasted, days")
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_title("Followers beside the account before")
    axes.legend(fontsize=8)


def _held_out(axes: Axes, found: Found) -> None:
    for shift, (about, colour) in enumerate(
        zip(dict.fromkeys(one.about for one in found.predictions), (OBSERVED, OTHER), strict=False)
    ):
        mine = [one for one in found.predictions if one.about == about]
        x = np.array([one.month for one in mine]) + 0.12 * shift - 0.06
        middle = np.array([one.expected for one in mine])
        ends = np.array([[one.expected - one.low, one.high - one.expected] for one in mine]).T
        axes.errorbar(x, middle, yerr=ends, fmt="_", ms=9, color=colour, capsize=3, lw=1.4)
        axes.plot(
            x, [one.observed for one in mine], "o", ms=5, color=colour, mfc="white", label=about
        )
    axes.set_xlabel("months kept back (bars: what the fit said; circles: what came)", fontsize=8)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:,.0f}"))
    axes.set_ylim(bottom=0)
    axes.set_title("What the fit said, and what came")
    axes.legend(fontsize=8)
