"""Charts of a page that can be pointed at, as plain data (``report.chart``).

Checked by ``tests/report/test_interactive.py``: the data are the numbers of the tables.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from afterban.experiment.wording import time_text
from afterban.metrics import METRICS
from afterban.parameters import WITHOUT_ENFORCEMENT
from afterban.report import arms, figures, words
from afterban.report import axes as metric_axes
from afterban.report.chart import Axis, Chart, Dash, Line, Mark, Number, Series
from afterban.report.colours import variable
from afterban.report.figures import FAINT, PALETTE, ticks
from afterban.report.numbers import Numbers, averted, frontier, same_place
from afterban.report.sweeps import same_lines
from afterban.results import EVERYBODY, Curve, Results
from afterban.statistics import Estimate

if TYPE_CHECKING:
    from afterban.experiment.breakeven import Crossing
    from afterban.experiment.sensitivity import Sensitivity
    from afterban.report.sweeps import Swept

DIGITS = 4  # of numbers in figures
# Column of the time series -> what the reader chooses, and the title of the axis.
MEASURES = {
    "attached_outsiders_share": (
        "attached audience",
        "share of outsider audiences that follow an account",
    ),
    "live_accounts": ("live accounts", "live accounts"),
    "followers_per_live_account_people": (
        "followers of a live account",
        "followers of a live account, on average",
    ),
    "accounts_suspended_so_far": ("suspensions so far", "accounts suspended so far"),
    "accounts_made_so_far": ("accounts made so far", "accounts made so far"),
    "backlog_cases": ("backlog", "cases waiting for a reviewer"),
    "right_flags_so_far": ("right flags", "flags on accounts of the network so far"),
    "wrong_flags_so_far": ("wrong flags", "flags on ordinary users so far"),
    "cleared_flags_so_far": ("cleared flags", "flags that a review cleared so far"),
}


def numbers_of(values: Any) -> list[Number]:
    """Numbers with few digits; None where there is none."""
    return [
        None if not math.isfinite(x) else float(f"{x:.{DIGITS}g}")
        for x in np.asarray(values, dtype=np.float64).tolist()
    ]


def dash_of(number: int) -> Dash:
    """Dash of that number."""
    return cast("Dash", arms.PAGE_DASHES[number])


def mark_of(number: int) -> Mark:
    """Mark of the arm of that number."""
    return cast("Mark", arms.PAGE_MARKS[arms.mark(number)])


def ends(estimates: Sequence[Estimate]) -> tuple[list[Number], list[Number]]:
    """Lower and upper ends of intervals; None where one replication has none."""
    return numbers_of([e.low for e in estimates]), numbers_of([e.high for e in estimates])


def guide(x: Sequence[float], y: Sequence[float]) -> Series:
    """A dashed line that joins what no other beats."""
    return {
        "name": "",
        "draw": "line",
        "colour": variable(FAINT),
        "dash": "dash",
        "x": numbers_of(x),
        "y": numbers_of(y),
    }


def reach(numbers: Numbers) -> Chart:
    """Effective reach of each arm."""
    arms = list(reversed(numbers.by_reach))
    series: list[Series] = []
    looks: list[tuple[str, str, str, Mark]] = [
        ("effective_reach", "of impressions on outsiders", PALETTE[0], "circle"),
        (
            "effective_weekly_reach",
            "of outsiders reached in a week or window",
            PALETTE[1],
            "square",
        ),
    ]
    for metric, name, colour, mark in looks:
        told = [arm for arm in arms if numbers.estimate(metric, arm).n]
        if not told:
            continue
        estimates = [numbers.estimate(metric, arm) for arm in told]
        left, right = ends(estimates)
        shift = 0.13 if metric == "effective_reach" else -0.13
        series.append(
            {
                "name": name,
                "draw": "points",
                "colour": variable(colour),
                "mark": mark,
                "x": numbers_of([e.value for e in estimates]),
                "y": [arms.index(arm) + shift for arm in told],
                "left": left,
                "right": right,
                "interval": "bars",
                "says": [
                    f"{words.arm_name(arm)}: {words.both(metric, e)}"
                    for arm, e in zip(told, estimates, strict=True)
                ],
            }
        )
    return {
        "height": 60 + 46 * len(arms),
        "x": {
            "scale": "linear",
            "zero": True,
            **metric_axes.on_page("effective_reach", "of what it reaches without enforcement"),
        },
        "y": {
            "scale": "rows",
            "form": "number",
            "title": "policy",
            "ticks": [(k, words.arm_name(arm)) for k, arm in enumerate(arms)],
            "range": (-0.6, len(arms) - 0.4),
        },
        "series": series,
        "lines": [{"axis": "x", "at": 1.0, "dash": "dash"}],
    }


def frontier_figure(numbers: Numbers, cost: str, colours: Mapping[str, str]) -> Chart:
    """Harm averted against one cost."""
    best = frontier(numbers, cost)
    groups = same_place(numbers, cost)
    series = [
        guide(
            [numbers.estimate(cost, arm).value for arm in best],
            [averted(numbers, arm).value for arm in best],
        )
    ]
    for group in groups:
        arm, name = group[0], _same(group)
        x, y = numbers.estimate(cost, arm), averted(numbers, arm)
        left, right = ends([x])
        low, high = ends([y])
        series.append(
            {
                "name": name + ("" if arm in best else " (beaten)"),
                "draw": "points",
                "colour": variable(colours[arm]),
                "mark": mark_of(numbers.arms.index(arm)),
                "open": arm not in best,
                "x": numbers_of([x.value]),
                "y": numbers_of([y.value]),
                "left": left,
                "right": right,
                "low": low,
                "high": high,
                "interval": "bars",
                "says": [
                    f"{name}\naverted: {words.both('effective_reach', y)}\n"
                    f"{METRICS[cost].label}: {words.both(cost, x)}"
                ],
            }
        )
    return frontier_chart(series, cost, from_zero=len(groups) <= arms.MOST_BANDS)


def frontier_chart(series: list[Series], cost: str, *, from_zero: bool) -> Chart:
    """Axes of harm averted against one cost."""
    gain = "outsider impressions averted"
    return {
        "height": 400,
        "x": {"scale": "linear", "zero": from_zero, **metric_axes.on_page(cost)},
        "y": {
            "scale": "linear",
            "zero": from_zero,
            **metric_axes.on_page("effective_reach", gain),
        },
        "series": series,
        "lines": [],
    }


def _same(group: Sequence[str]) -> str:
    """Name of arms that are one line or one mark."""
    return " = ".join(map(words.arm_name, group))


def through_time(results: Results, column: str, colours: Mapping[str, str]) -> Chart | None:
    """One measure of all arms by day."""
    looks = figures.looks(results)
    curves = {
        policy: results.series[policy][EVERYBODY][column]
        for policy in (WITHOUT_ENFORCEMENT, *looks)
        if policy in results.series
    }
    told = {policy: curve for policy, curve in curves.items() if np.isfinite(curve.mean).any()}
    groups = arms.together({policy: arms.drawn_values(c.x, c.mean) for policy, c in told.items()})
    banded = len(groups) <= arms.MOST_BANDS
    series = [
        _curve(
            told[group[0]],
            colours[group[0]],
            _same(group),
            dash_of(looks[group[0]].dash),
            banded=banded,
        )
        for group in groups
    ]
    # Flags of a kind that there is none of are no choice worth offering.
    if not series or ("_flags_" in column and not any(c.mean.any() for c in told.values())):
        return None
    return {
        "height": 400,
        "x": {
            "scale": "date",
            "form": "number",
            "title": "",
            "start": results.scenario.start.isoformat(),
        },
        "y": {
            "scale": "linear",
            "form": "share" if column.endswith("_share") else "number",
            "title": MEASURES[column][1],
            "zero": True,
        },
        "series": series,
        "lines": _dates(results),
    }


def _dates(results: Results) -> list[Line]:
    """Days at which enforcement changes."""
    detection = results.scenario.detection
    days = [regime.from_ for regime in detection.regimes] + [p.date for p in detection.pulses]
    start = results.scenario.start.toordinal()
    since = {day.toordinal() - start for day in days}
    return [
        {"axis": "x", "at": day, "dash": "dot"}
        for day in sorted(since)
        if 0 < day < results.scenario.horizon
    ]


def _curve(curve: Curve, colour: str, name: str, dash: Dash, *, banded: bool = True) -> Series:
    """A line with its intervals; without a band, they are told where the line is pointed at."""
    found: Series = {
        "name": name,
        "draw": "line",
        "colour": variable(colour),
        "dash": dash,
        "x": numbers_of(curve.x),
        "y": numbers_of(curve.mean),
    }
    if curve.n > 1:
        found["low"], found["high"] = numbers_of(curve.low), numbers_of(curve.high)
        found["interval"] = "band" if banded else "told"
    return found


def account_life(results: Results, colours: Mapping[str, str]) -> Chart:
    """Share of accounts that are still there, by age."""
    horizon = results.scenario.horizon
    first = horizon / 1000
    for curve in results.lives.values():
        fallen = (curve.x > 0) & (curve.mean < 0.995)
        if fallen.any():
            first = min(first, float(curve.x[fallen][0]) / 2)
    first = max(first, 1e-3)
    looks = figures.looks(results)
    groups = arms.together(
        {policy: arms.drawn_values(c.x, c.mean) for policy, c in results.lives.items()}
    )
    series: list[Series] = []
    for group in groups:
        policy = group[0]
        curve = results.lives[policy]
        shown = (curve.x >= first) & (curve.x <= horizon)
        series.append(
            {
                "name": _same(group),
                "draw": "steps",
                "colour": variable(colours[policy]),
                "dash": dash_of(looks[policy].dash),
                "x": numbers_of(curve.x[shown]),
                "y": numbers_of(curve.mean[shown]),
            }
        )
    ages = {1 / 1440: "1 min", 1 / 24: "1 h", 0.25: "6 h", 1: "1 d", 7: "1 week", 30: "30 d"}
    return {
        "height": 360,
        "x": {
            "scale": "log",
            "form": "days",
            "title": "age since the account became public (log scale)",
            "ticks": [(x, name) for x, name in ages.items() if first <= x <= horizon],
            "range": (first, horizon),
        },
        "y": {
            "scale": "linear",
            "form": "share",
            "title": "accounts still there",
            "range": (0, 1.03),
        },
        "series": series,
        "lines": [],
    }


def speed(found: Mapping[float, Estimate], crossings: Sequence[Crossing]) -> Chart:
    """Effective reach at each speed, with the times at which it crosses a level."""
    x, y = list(found), list(found.values())
    low, high = ends(y)
    reached = [one for one in crossings if one.found]
    tops = [e.value if math.isnan(e.high) else e.high for e in y]
    return {
        "height": 380,
        "x": {
            "scale": "log",
            "form": "days",
            "title": "median time from flag to suspension (log scale)",
            "ticks": [(days, time_text(days)) for days in ticks(x)],
        },
        "y": {
            "scale": "linear",
            "range": (0, 1.06 * max([*tops, *(one.value for one in crossings)])),
            **metric_axes.on_page("effective_reach"),
        },
        "series": [
            {
                "name": "effective reach",
                "draw": "line",
                "colour": variable(PALETTE[0]),
                "mark": "circle",
                "x": numbers_of(x),
                "y": numbers_of([e.value for e in y]),
                "low": low,
                "high": high,
                "interval": "band",
            },
            {
                "name": "crosses a level",
                "draw": "points",
                "colour": variable(PALETTE[1]),
                "mark": "diamond",
                "x": numbers_of([one.days for one in reached]),
                "y": numbers_of([one.value for one in reached]),
                "labels": [time_text(one.days) for one in reached],
            },
        ],
        "lines": [{"axis": "y", "at": one.value, "dash": "dot"} for one in crossings],
    }


def tornado(found: Sensitivity) -> Chart:
    """What each assumption does alone; labels stand above their bars, so that narrow windows do."""
    rows = list(reversed(found.swings))
    centre = found.centre.value
    series: list[Series] = []
    for which, colour, shift in (("low", PALETTE[0], -0.02), ("high", PALETTE[1], -0.3)):
        swung = [getattr(swing, which) for swing in rows]
        series.append(
            {
                "name": f"{which} end of the range",
                "draw": "bars",
                "colour": variable(colour),
                "origin": centre,
                "x": numbers_of([centre + end.change.value for end in swung]),
                "y": [k + shift for k in range(len(rows))],
                "faint": [not end.told for end in swung],
                "labels": [end.text for end in swung],
                "says": [
                    f"{swing.label}: {end.text}\n"
                    f"{words.swung_text(found.metric, found.what, end.value)}, "
                    f"{words.change_text(found.metric, end.change)} from the centre"
                    + ("" if end.told else "\nnot distinguishable from no effect")
                    for swing, end in zip(rows, swung, strict=True)
                ],
            }
        )
    title = f"{found.what}, percentage points" if found.what else None
    return {
        "height": 40 + 60 * len(rows),
        "x": {"scale": "linear", **metric_axes.on_page(found.metric, title)},
        "y": {
            "scale": "rows",
            "form": "number",
            "title": "assumption",
            "ticks": [(k, swing.label) for k, swing in enumerate(rows)],
            "range": (-0.6, len(rows) - 0.3),
            "above": True,
        },
        "series": series,
        "lines": [{"axis": "x", "at": centre, "dash": "solid"}],
    }


def sweep_lines(swept: Swept, path: str) -> Chart:
    """Effective reach along one of the values of a sweep."""
    series: list[Series] = []
    found = {policy: swept.along(path, policy) for policy in swept.policies}
    for group in same_lines(found):
        rows = found[group[0]]
        k = swept.policies.index(group[0])
        look = arms.look(k)
        low, high = ends([row.estimate for row in rows])
        series.append(
            {
                "name": _same(group),
                "draw": "line",
                "colour": variable(look.colour),
                "dash": dash_of(look.dash),
                "mark": mark_of(k),
                "x": numbers_of([row.x for row in rows]),
                "y": numbers_of([row.estimate.value for row in rows]),
                "low": low,
                "high": high,
                "interval": "bars",
            }
        )
    first = swept.along(path, swept.policies[0])
    x: Axis = {
        "scale": "log" if swept.is_log(path) else "linear",
        "form": "number",
        "title": path,
        "ticks": [(row.x, row.text) for row in first],
    }
    return {
        "height": 380,
        "x": x,
        "y": {"scale": "linear", "zero": True, **metric_axes.on_page("effective_reach")},
        "series": series,
        "lines": [],
    }
