"""Speed of action against delay of return, beside the closed form; and what each life comes to.

Checked by ``tests/report/test_pressure.py``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.ticker import FuncFormatter, NullFormatter, PercentFormatter

from afterban.experiment.pressure import expected
from afterban.metrics import lineages
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT, Parameters
from afterban.report import arms, figures
from afterban.results import EVERYBODY, Results
from afterban.units import format_duration

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


class Place(NamedTuple):
    """Where an arm stands: median time to action and median return delay, both in days."""

    speed: float
    delay: float


def grid(results: Results) -> dict[str, Place]:
    """Arms that differ from the scenario in speed of action and delay of return alone."""
    scenario = results.scenario
    if scenario.review.team is not None:
        return {}
    found = {}
    for policy in results.policies:
        if policy == WITHOUT_ENFORCEMENT:
            continue
        changes: Any = {} if policy == AS_WRITTEN else scenario.policies[policy]
        named = {(section, key) for section, keys in changes.items() for key in keys or {}}
        if named <= {("review", "time_to_action"), ("returning", "delay")}:
            arm = scenario if policy == AS_WRITTEN else scenario.arm(policy)
            found[policy] = Place(arm.review.time_to_action.median(), arm.returning.delay.median())
    return found


def speed_and_return(results: Results) -> Figure | None:
    """Effective reach by speed and delay, simulated and in closed form; impressions by life.

    None unless arms differ in two speeds and two delays at the least.
    """
    told = {
        policy: place
        for policy, place in grid(results).items()
        if results.estimate("effective_reach", policy).n and min(place) > 0
    }
    speeds = sorted({place.speed for place in told.values()})
    delays = sorted({place.delay for place in told.values()})
    if len(speeds) < 2 or len(delays) < 2:
        return None
    closed = {
        policy: math.nan if one is None else one.effective_reach
        for policy in told
        for one in (expected(Parameters.from_scenario(results.scenario, policy)),)
    }
    figure = figures.new_figure(results, 7.8)
    (curves, cells), (share, kept) = figure.subplots(2, 2)
    _curves(curves, results, told, closed, delays)
    _cells(cells, results, told, closed, speeds, delays)
    others = [p for p in results.policies if p not in told and p != WITHOUT_ENFORCEMENT]
    _by_life(share, results, others, "outsider_impressions_share")
    _by_life(kept, results, others, "followers_ratio")
    curves.set_title("Effective reach: the speed of action\u2026")
    cells.set_title("\u2026 and the return delay")
    share.set_title("Impressions by number of the life")
    kept.set_title("Followers by number of the life")
    share.legend(loc="upper right", fontsize=8)
    return figure


def _curves(
    axes: Axes,
    results: Results,
    told: dict[str, Place],
    closed: dict[str, float],
    delays: list[float],
) -> None:
    shades = mpl.colormaps["viridis"](np.linspace(0.0, 0.85, len(delays)))
    for delay, shade in zip(delays, shades, strict=True):
        row = sorted((p for p in told if told[p].delay == delay), key=lambda p: told[p].speed)
        x = [told[policy].speed for policy in row]
        axes.plot(x, [closed[policy] for policy in row], color=shade, lw=1.4, ls="--")
        estimates = [results.estimate("effective_reach", policy) for policy in row]
        spread = np.array([[e.value - e.low, e.high - e.value] for e in estimates]).T
        axes.errorbar(
            x,
            [e.value for e in estimates],
            yerr=np.maximum(np.nan_to_num(spread), 0.0),
            fmt="o",
            ms=4.5,
            color=shade,
            capsize=2,
            label=f"back after {format_duration(delay)}",
        )
    axes.plot([], [], color=figures.INK, lw=1.4, ls="--", label="closed form")
    axes.set_xscale("log")
    axes.set_yscale("log")
    shown = figures.ticks(sorted({place.speed for place in told.values()}))
    axes.set_xticks(shown, [format_duration(days) for days in shown])
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.minorticks_off()
    low, high = axes.get_ylim()
    steps = [step * 10.0**power for power in range(-6, 1) for step in (1, 2, 5)]
    axes.set_yticks([one for one in steps if low <= one <= high])
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{100 * y:g} %"))
    axes.set_xlabel("median time from flag to suspension (log scale)")
    axes.set_ylabel("of the reach without\nenforcement (log scale)")
    axes.legend(loc="upper left", fontsize=8)


def _cells(
    axes: Axes,
    results: Results,
    told: dict[str, Place],
    closed: dict[str, float],
    speeds: list[float],
    delays: list[float],
) -> None:
    """A heat map: simulated, with the closed form below in brackets."""
    values = np.full((len(delays), len(speeds)), math.nan)
    for policy, place in told.items():
        row, column = delays.index(place.delay), speeds.index(place.speed)
        value = values[row, column] = results.estimate("effective_reach", policy).value
        text = f"{_percent(value)} %"
        if math.isfinite(closed[policy]):
            text += f"\n({_percent(closed[policy])})"
        axes.text(column, row, text, ha="center", va="center", fontsize=9)
    # Light colours alone, on which ink can be read.
    shades = mpl.colors.LinearSegmentedColormap.from_list("light", ["#f7fbff", "#6baed6"])
    axes.imshow(np.log(values), cmap=shades, aspect="auto", origin="lower", interpolation="nearest")
    axes.set_xticks(range(len(speeds)), [format_duration(one) for one in speeds])
    axes.set_yticks(range(len(delays)), [format_duration(one) for one in delays])
    axes.grid(visible=False)
    axes.set_xlabel("median time from flag to suspension\nsimulated; in brackets: closed form")
    axes.set_ylabel("median time to return")


def _percent(share: float) -> str:
    """A share in percent to two digits, 2.0 among them."""
    return f"{100 * share:.0f}" if share >= 0.0995 else f"{100 * share:#.2g}"


def _by_life(axes: Axes, results: Results, others: list[str], column: str) -> None:
    """A line for the scenario as written and each arm that is not a place of the grid."""
    last = 1
    shown = [p for p in (AS_WRITTEN, *others) if p in results.by_life]
    for number, policy in enumerate(shown):
        one = results.by_life[policy][EVERYBODY]
        made = np.flatnonzero(one["accounts"].mean > 0)
        count = int(made.max()) + 1 if len(made) else 0
        last = max(last, count)
        look = arms.look(number)
        curve = one[column]
        axes.plot(
            curve.x[:count],
            curve.mean[:count],
            color=look.colour,
            ls=arms.DASHES[look.dash],
            marker="o",
            ms=3,
            lw=1.5,
            label=policy,
        )
    numbers = range(1, last + 1)
    axes.set_xticks(
        list(numbers), [str(k) if k < lineages.MOST else f"{k} +" for k in numbers], fontsize=8
    )
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_xlabel("number of the life")
    axes.set_ylabel(
        "share of outsider impressions\nsince the start"
        if column == "outsider_impressions_share"
        else "followers at the end,\nbeside the first account's"
    )
