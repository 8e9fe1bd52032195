"""Pictures of one time that is turned: where a metric crosses a value, and what explains a figure.

Checked by ``tests/experiment/test_answers.py``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from matplotlib.ticker import NullFormatter, PercentFormatter

from afterban.experiment.wording import time_text
from afterban.report import axes as metric_axes
from afterban.report.figures import FAINT, INK, PALETTE, ticks
from afterban.report.questions import _errors, _figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from afterban.experiment.breakeven import Crossing, Dial, Explanation


def crossing(dial: Dial, answer: Crossing) -> Figure:
    """The metric at each time that was tried, the value, and the interval of the crossing."""
    looks = sorted(answer.looks.items())
    figure = _figure(_foot(dial, answer.n, answer.level), 4.2)
    axes = figure.add_subplot()
    days, estimates = [day for day, _ in looks], [e for _, e in looks]
    values = [e.value for e in estimates]
    axes.errorbar(
        days,
        values,
        yerr=_errors(estimates),
        fmt="o-",
        ms=4.5,
        color=PALETTE[0],
        capsize=2.5,
        lw=1.3,
    )
    axes.axhline(answer.value, color=INK, lw=1.0, ls=":")
    if answer.found:
        low, high = max(answer.low, days[0]), min(answer.high, days[-1])
        if math.isfinite(low) and math.isfinite(high):
            axes.axvspan(low, high, color="#d9ead3", lw=0, zorder=0)
        axes.axvline(answer.days, color=PALETTE[1], lw=1.4)
        axes.set_title(f"It crosses {answer.value:g} at {time_text(answer.days)}")
    else:
        axes.set_title(f"It does not cross {answer.value:g}")
    _times(axes, days, dial)
    metric_axes.on_paper(axes.yaxis, dial.metric, decimals=None)
    return figure


def explanation(dial: Dial, answer: Explanation) -> Figure:
    """The share of runs that are as far out as the figure, at each time that was tried."""
    days = sorted(answer.p_values)
    figure = _figure(_foot(dial, answer.n, answer.level), 4.2)
    axes = figure.add_subplot()
    axes.plot(days, [answer.p_values[day] for day in days], "o-", ms=4.5, color=PALETTE[0], lw=1.3)
    axes.axhline(1.0 - answer.level, color=INK, lw=1.0, ls=":")
    if answer.found:
        axes.axvspan(
            max(answer.low, days[0]), min(answer.high, days[-1]), color="#d9ead3", lw=0, zorder=0
        )
        axes.set_title(f"Times that explain {answer.value:g}")
    else:
        axes.set_title(f"No time explains {answer.value:g}", color=FAINT)
    _times(axes, days, dial)
    axes.set_ylim(0, 1.03)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_ylabel("runs as far out as the figure")
    return figure


def _times(axes: Axes, days: Sequence[float], dial: Dial) -> None:
    axes.set_xscale("log")
    shown = ticks(list(days))
    axes.set_xticks(shown, [time_text(day) for day in shown], fontsize=8)
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.minorticks_off()
    axes.set_xlabel(f"median of {dial.path} (log scale)")


def _foot(dial: Dial, n: int, level: float) -> str:
    seed = dial.scenario.seed if dial.seed is None else dial.seed
    return (
        f"{dial.scenario.name} · {dial.policy} · seed {seed} · n = {n} replication{'s'[: n > 1]} "
        f"at each time, on common random numbers, {level:.0%} intervals"
    )
