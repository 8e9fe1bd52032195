"""The frontier of a sweep: harm averted against cost, for everything that enforcement could do.

Checked by ``tests/report/test_sweep_page.py``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from afterban.experiment.compare import HEADLINE
from afterban.metrics import METRICS
from afterban.report import arms, figures, words
from afterban.report import axes as metric_axes
from afterban.report.chart import Chart
from afterban.report.colours import variable
from afterban.report.figures import FAINT
from afterban.report.interactive import ends, frontier_chart, guide, mark_of, numbers_of
from afterban.report.pictures import spread
from afterban.report.sweeps import shortened

if TYPE_CHECKING:
    from afterban.report.sweeps import Choice, Swept

MOST_BARS = 60  # choices that all get their interval; of more only the efficient ones


def name_of(one: Choice) -> str:
    """A choice for people: its arm, and the values that enforcement chose."""
    chosen = [f"{path.rpartition('.')[2]} {shortened(text)}" for path, text in one.values.items()]
    return ", ".join([words.arm_name(one.policy), *chosen])


def figure(swept: Swept, cost: str) -> Chart:
    """The frontier to be pointed at."""
    choices = swept.choices(cost)
    best = [one for one in choices if one.efficient]
    series = [guide([one.cost.value for one in best], [one.averted.value for one in best])]
    for k, policy in enumerate(swept.policies):
        for efficient in (False, True):
            mine = [one for one in choices if one.policy == policy and one.efficient == efficient]
            if not mine:
                continue
            own = efficient or len(swept.policies) > len(arms.MARKS)
            left, right = ends([one.cost for one in mine])
            low, high = ends([one.averted for one in mine])
            series.append(
                {
                    "name": words.arm_name(policy) + ("" if efficient else " (beaten)"),
                    "draw": "points",
                    "colour": variable(arms.look(k).colour if own else FAINT),
                    "mark": mark_of(k),
                    "open": not efficient,
                    "x": numbers_of([one.cost.value for one in mine]),
                    "y": numbers_of([one.averted.value for one in mine]),
                    "left": left,
                    "right": right,
                    "low": low,
                    "high": high,
                    "interval": "bars" if efficient or len(choices) <= MOST_BARS else "told",
                    "says": [
                        f"{name_of(one)}\naverted: {words.both(HEADLINE, one.averted)}\n"
                        f"{METRICS[cost].label}: {words.both(cost, one.cost)}"
                        for one in mine
                    ],
                }
            )
    return frontier_chart(series, cost, from_zero=len(swept.policies) <= arms.MOST_BANDS)


def picture(swept: Swept, cost: str, foot: str) -> Figure:
    """The frontier on paper."""
    drawn = Figure(figsize=(figures.WIDTH, 4.6), layout="constrained")
    FigureCanvasAgg(drawn)
    engine: Any = drawn.get_layout_engine()
    engine.set(rect=(0.0, 0.05, 0.985, 0.94))
    drawn.text(0.012, 0.017, foot, fontsize=7, color=FAINT, va="bottom")
    axes = drawn.add_subplot()
    choices = swept.choices(cost)
    best = [one for one in choices if one.efficient]
    axes.plot(
        [one.cost.value for one in best],
        [one.averted.value for one in best],
        color=FAINT,
        lw=1.2,
        ls="--",
        zorder=1,
    )
    named = set()
    for one in choices:
        k = swept.policies.index(one.policy)
        own = one.efficient or len(swept.policies) > len(arms.MARKS)
        colour = arms.look(k).colour if own else FAINT
        text = words.arm_name(one.policy) + ("" if one.efficient else " (beaten)")
        bars: Any = {
            "color": colour,
            "lw": 0.9,
            "capsize": 1.5,
            "alpha": 1 if one.efficient else 0.6,
        }
        x, y = one.cost.value, one.averted.value
        if one.efficient or len(choices) <= MOST_BARS:
            axes.errorbar(x, y, spread([one.averted]), spread([one.cost]), fmt="none", **bars)
        axes.plot(
            x,
            y,
            arms.MARKS[arms.mark(k)],
            ms=6.5 if one.efficient else 4.5,
            ls="none",
            color=colour,
            mfc=colour if one.efficient else "none",
            label=None if text in named else arms.label([text]),
            zorder=3 if one.efficient else 2,
        )
        named.add(text)
    if len(swept.policies) <= arms.MOST_BANDS:  # of more, those that are close must be told apart
        axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
        axes.set_xlim(left=min(0.0, axes.get_xlim()[0]))
    metric_axes.on_paper(axes.xaxis, cost)
    metric_axes.on_paper(axes.yaxis, HEADLINE, "outsider impressions averted")
    axes.set_title("Harm averted against cost")
    handles, labels = axes.get_legend_handles_labels()
    drawn.set_figheight(arms.height_for(labels, 4.6))
    arms.legend_beside(drawn, handles, labels)
    return drawn


def table(swept: Swept, cost: str) -> dict[str, Any]:
    """The efficient choices, from the cheapest to the dearest."""
    choices = swept.choices(cost)
    best = [one for one in choices if one.efficient]
    paths = list(best[0].values) if best else []
    rows = []
    for one in best:
        more, told = "–", True
        if one.more is not None:
            more = words.change_text(HEADLINE, one.more)
            told = one.more.low > 0
            if math.isnan(one.more.low):
                more += " (one replication: no interval)"
            elif not told:
                more += ", not distinguishable"
        rows.append(
            {
                "policy": words.arm_name(one.policy),
                "values": [one.values[path] for path in paths],
                "averted": words.both(HEADLINE, one.averted),
                "number": one.averted.value,
                "cost": words.both(cost, one.cost),
                "spent": one.cost.value,
                "more": more,
                "told": told,
                "n": one.averted.n,
            }
        )
    return {
        "cost": METRICS[cost].label,
        "key": cost,
        "paths": paths,
        "rows": rows,
        "beaten": len(choices) - len(best),
    }
