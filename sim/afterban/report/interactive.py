"""Interactive figures of a page, as plotly's own description of them (plain data).

Colours are CSS variables, which the page's script puts in, so that a figure suits a light and a
dark window.  ``name@0.2`` is a variable with that opacity.

Checked by ``tests/report/test_interactive.py`` against plotly's own schema.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from afterban.experiment.wording import time_text
from afterban.metrics import METRICS
from afterban.parameters import WITHOUT_ENFORCEMENT
from afterban.report import arms, figures, words
from afterban.report import axes as metric_axes
from afterban.report.colours import variable
from afterban.report.figures import FAINT, INK, PALETTE, ticks
from afterban.report.numbers import Numbers, averted, frontier, same_place
from afterban.report.sweeps import same_lines
from afterban.results import EVERYBODY, Curve, Results
from afterban.statistics import Estimate

if TYPE_CHECKING:
    from afterban.experiment.breakeven import Crossing
    from afterban.experiment.sensitivity import Sensitivity
    from afterban.report.sweeps import Swept

Spec = dict[str, Any]

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


def numbers_of(values: Any) -> list[float | None]:
    """Numbers with few digits; None where there is none."""
    return [
        None if not math.isfinite(x) else float(f"{x:.{DIGITS}g}")
        for x in np.asarray(values, dtype=np.float64).tolist()
    ]


def _layout(x: Spec, y: Spec, height: int = 380, **more: Any) -> Spec:
    return {
        "height": height,
        "margin": {"l": 8, "r": 12, "t": 14, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": variable(INK), "size": 13},
        "hoverlabel": {"align": "left"},
        "xaxis": {"automargin": True, "gridcolor": "var(--grid)", "zeroline": False, **x},
        "yaxis": {"automargin": True, "gridcolor": "var(--grid)", "zeroline": False, **y},
        "showlegend": False,
        **more,
    }


def _title(text: str) -> Spec:
    return {"title": {"text": text, "standoff": 10, "font": {"size": 13}}}


def _error(estimates: Sequence[Estimate]) -> Spec:
    up = [0.0 if math.isnan(e.high) else max(e.high - e.value, 0.0) for e in estimates]
    down = [0.0 if math.isnan(e.low) else max(e.value - e.low, 0.0) for e in estimates]
    return {
        "type": "data",
        "symmetric": False,
        "array": numbers_of(up),
        "arrayminus": numbers_of(down),
        "thickness": 1.5,
        "width": 4,
    }


def reach(numbers: Numbers) -> Spec:
    """Effective reach of each arm."""
    arms = list(reversed(numbers.by_reach))
    data: list[Spec] = []
    for metric, colour, mark in (
        ("effective_reach", PALETTE[0], "circle"),
        ("effective_weekly_reach", PALETTE[1], "square"),
    ):
        told = [arm for arm in arms if numbers.estimate(metric, arm).n]
        if not told:
            continue
        estimates = [numbers.estimate(metric, arm) for arm in told]
        shift = 0.1 if metric == "effective_reach" else -0.1
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": {
                    "effective_reach": "of impressions on outsiders",
                    "effective_weekly_reach": "of outsiders reached in a week or window",
                }[metric],
                "x": numbers_of([e.value for e in estimates]),
                "y": [arms.index(arm) + shift for arm in told],
                "error_x": {**_error(estimates), "color": variable(colour)},
                "marker": {"color": variable(colour), "size": 9, "symbol": mark},
                "text": [
                    f"{words.arm_name(arm)}: {words.both(metric, e)}"
                    for arm, e in zip(told, estimates, strict=True)
                ],
                "hovertemplate": "%{text}<extra></extra>",
            }
        )
    high = max([1.0, *(x for one in data for x in one["x"] if x is not None)])
    return {
        "data": data,
        "layout": _layout(
            {
                "range": [0, high * 1.06],
                **metric_axes.on_page("effective_reach", "of what it reaches without enforcement"),
            },
            {
                "tickvals": list(range(len(arms))),
                "ticktext": [words.arm_name(arm) for arm in arms],
                "range": [-0.6, len(arms) - 0.4],
                "showgrid": False,
            },
            height=150 + 44 * len(arms),
            shapes=[_line_at(1.0)],
            showlegend=True,
            legend=_legend(),
        ),
    }


def _line_at(x: float, dash: str = "dash") -> Spec:
    return {
        "type": "line",
        "x0": x,
        "x1": x,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": variable(FAINT), "dash": dash, "width": 1.2},
    }


def _legend() -> Spec:
    return {
        "orientation": "h",
        "x": 0,
        "xanchor": "left",
        "y": 1.0,
        "yanchor": "bottom",
        "traceorder": "normal",
        "itemclick": False,
        "itemdoubleclick": False,
    }


def frontier_figure(numbers: Numbers, cost: str, colours: Mapping[str, str]) -> Spec:
    """Harm averted against one cost."""
    best = frontier(numbers, cost)
    groups = same_place(numbers, cost)
    metric = METRICS[cost]
    data: list[Spec] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": numbers_of([numbers.estimate(cost, arm).value for arm in best]),
            "y": numbers_of([averted(numbers, arm).value for arm in best]),
            "line": {"color": variable(FAINT), "dash": "dash", "width": 1.3},
            "hoverinfo": "skip",
            "showlegend": False,
        }
    ]
    for group in groups:
        arm, name = group[0], _same(group)
        x, y = numbers.estimate(cost, arm), averted(numbers, arm)
        colour = variable(colours[arm])
        symbol = arms.PAGE_MARKS[arms.mark(numbers.arms.index(arm))]
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": name + ("" if arm in best else " (beaten)"),
                "x": numbers_of([x.value]),
                "y": numbers_of([y.value]),
                "error_x": {**_error([x]), "color": colour},
                "error_y": {**_error([y]), "color": colour},
                "marker": {
                    "color": colour,
                    "size": 12,
                    "symbol": symbol if arm in best else f"{symbol}-open",
                },
                "hovertemplate": (
                    f"{name}<br>averted: {words.both('effective_reach', y)}<br>"
                    f"{metric.label}: {words.both(cost, x)}<extra></extra>"
                ),
            }
        )
    mode = "tozero" if len(groups) <= arms.MOST_BANDS else "normal"
    return {
        "data": data,
        "layout": _layout(
            {"rangemode": mode, **metric_axes.on_page(cost)},
            {
                "rangemode": mode,
                **metric_axes.on_page("effective_reach", "outsider impressions averted"),
            },
            height=430 + arms.page_room([one["name"] for one in data[1:]]),
            showlegend=True,
            legend=_legend(),
        ),
    }


def _same(group: Sequence[str]) -> str:
    """Name of arms that are one line or one mark."""
    return " = ".join(map(words.arm_name, group))


def through_time(results: Results, column: str, colours: Mapping[str, str]) -> Spec | None:
    """One measure of all arms by day."""
    start = np.datetime64(results.scenario.start.isoformat(), "s")
    data: list[Spec] = []
    looks = figures.looks(results)
    curves = {
        policy: results.series[policy][EVERYBODY][column]
        for policy in (WITHOUT_ENFORCEMENT, *looks)
        if policy in results.series
    }
    told = {policy: curve for policy, curve in curves.items() if np.isfinite(curve.mean).any()}
    groups = arms.together({policy: arms.drawn_values(c.x, c.mean) for policy, c in told.items()})
    for group in groups:
        policy = group[0]
        curve = told[policy]
        seconds = start + np.round(curve.x * 86_400).astype("timedelta64[s]")
        days = [str(day).removesuffix("T00:00:00") for day in seconds]
        dash = arms.PAGE_DASHES[looks[policy].dash]
        banded = len(groups) <= arms.MOST_BANDS
        data += _band(days, curve, colours[policy], _same(group), dash, banded=banded)
    # Flags of a kind that there is none of are no choice worth offering.
    if not data or ("_flags_" in column and not any(c.mean.any() for c in told.values())):
        return None
    share = column.endswith("_share")
    return {
        "data": data,
        "layout": _layout(
            {"type": "date"},
            {
                "rangemode": "tozero",
                **({"tickformat": ".0%"} if share else {}),
                **_title(MEASURES[column][1]),
            },
            height=430 + arms.page_room([one["name"] for one in data if "name" in one]),
            shapes=[_date_line(one) for one in _dates(results)],
            showlegend=True,
            legend=_legend(),
            hovermode="x unified",
        ),
    }


def _dates(results: Results) -> list[str]:
    detection = results.scenario.detection
    days = [regime.from_ for regime in detection.regimes] + [p.date for p in detection.pulses]
    last = results.scenario.start.toordinal() + results.scenario.horizon
    inside = [d for d in days if results.scenario.start < d and d.toordinal() < last]
    return sorted({day.isoformat() for day in inside})


def _date_line(day: str) -> Spec:
    return {**_line_at(0.0, "dot"), "x0": day, "x1": day}


def _band(
    x: Sequence[Any], curve: Curve, colour: str, name: str, dash: str, *, banded: bool = True
) -> list[Spec]:
    """A line with its intervals; without a band, they are told where the line is pointed at."""
    found: list[Spec] = []
    if curve.n > 1 and banded:
        for values, fill in ((curve.low, None), (curve.high, "tonexty")):
            found.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": list(x),
                    "y": numbers_of(values),
                    "line": {"width": 0},
                    "hoverinfo": "skip",
                    "showlegend": False,
                    **(
                        {"fill": fill, "fillcolor": variable(colour) + "@0.16"}
                        if fill is not None
                        else {}
                    ),
                }
            )
    found.append(
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": list(x),
            "y": numbers_of(curve.mean),
            "line": {"color": variable(colour), "width": 2, "dash": dash},
            **({} if banded or curve.n < 2 else {"customdata": _ends(curve), **_HOVER}),
        }
    )
    return found


# A value, and its interval behind it.
_HOVER: Spec = {
    "hovertemplate": "%{y} (%{customdata[0]} to %{customdata[1]})<extra>%{fullData.name}</extra>"
}


def _ends(curve: Curve) -> list[list[float | None]]:
    return [list(pair) for pair in zip(numbers_of(curve.low), numbers_of(curve.high), strict=True)]


def account_life(results: Results, colours: Mapping[str, str]) -> Spec:
    """Share of accounts that are still there, by age."""
    data: list[Spec] = []
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
    for group in groups:
        policy = group[0]
        curve = results.lives[policy]
        shown = (curve.x >= first) & (curve.x <= horizon)
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": _same(group),
                "x": numbers_of(curve.x[shown]),
                "y": numbers_of(curve.mean[shown]),
                "line": {
                    "color": variable(colours[policy]),
                    "width": 2,
                    "shape": "hv",
                    "dash": arms.PAGE_DASHES[looks[policy].dash],
                },
                "hovertemplate": "%{y:.0%} still there<extra>%{fullData.name}</extra>",
            }
        )
    ticks = {1 / 1440: "1 min", 1 / 24: "1 h", 0.25: "6 h", 1: "1 d", 7: "1 week", 30: "30 d"}
    inside = {x: name for x, name in ticks.items() if first <= x <= horizon}
    return {
        "data": data,
        "layout": _layout(
            {
                "type": "log",
                "tickvals": list(inside),
                "ticktext": list(inside.values()),
                "range": [math.log10(first), math.log10(horizon)],
                **_title("age since the account became public (log scale)"),
            },
            {"tickformat": ".0%", "range": [0, 1.03], **_title("accounts still there")},
            height=380 + arms.page_room([one["name"] for one in data]),
            showlegend=True,
            legend=_legend(),
        ),
    }


def speed(found: Mapping[float, Estimate], crossings: Sequence[Crossing]) -> Spec:
    """Effective reach at each speed, with the times at which it crosses a level."""
    x, y = list(found), list(found.values())
    curve = Curve(
        np.array(x),
        np.array([e.value for e in y]),
        np.array([e.low for e in y]),
        np.array([e.high for e in y]),
        min(e.n for e in y),
    )
    data = _band(numbers_of(x), curve, PALETTE[0], "effective reach", "solid")
    data[-1] |= {
        "mode": "lines+markers",
        "text": [
            f"{time_text(d)}: {words.both('effective_reach', e)}" for d, e in zip(x, y, strict=True)
        ],
        "hovertemplate": "%{text}<extra></extra>",
    }
    ends = [e.value if math.isnan(e.high) else e.high for e in y]
    top = 1.06 * max([*ends, *(one.value for one in crossings)])
    reached = [one for one in crossings if one.found]
    data.append(
        {
            "type": "scatter",
            "mode": "markers+text",
            "x": numbers_of([one.days for one in reached]),
            "y": numbers_of([one.value for one in reached]),
            "text": [time_text(one.days) for one in reached],
            "textposition": "top left",
            "marker": {"symbol": "diamond", "size": 11, "color": variable(PALETTE[1])},
            "hovertemplate": "%{y:.0%} at %{text}<extra></extra>",
        }
    )
    lines = [
        {
            **_line_at(0.0, "dot"),
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "yref": "y",
            "y0": one.value,
            "y1": one.value,
        }
        for one in crossings
    ]
    return {
        "data": data,
        "layout": _layout(
            {
                "type": "log",
                "tickvals": numbers_of(ticks(x)),
                "ticktext": [time_text(days) for days in ticks(x)],
                **_title("median time from flag to suspension (log scale)"),
            },
            {"range": [0, top], **metric_axes.on_page("effective_reach")},
            shapes=lines,
        ),
    }


def tornado(found: Sensitivity) -> Spec:
    """What each assumption does alone; labels stand above their bars, so that narrow windows do."""
    rows = list(reversed(found.swings))
    centre = found.centre.value
    data: list[Spec] = []
    for which, colour, shift in (("low", PALETTE[0], -0.02), ("high", PALETTE[1], -0.3)):
        ends = [getattr(swing, which) for swing in rows]
        data.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": f"{which} end of the range",
                "base": centre,
                "x": numbers_of([end.change.value for end in ends]),
                "y": [k + shift for k in range(len(rows))],
                "width": 0.26,
                "marker": {
                    "color": variable(colour),
                    "opacity": [1.0 if end.told else 0.45 for end in ends],
                },
                "text": [end.text for end in ends],
                "textposition": "outside",
                "textfont": {"size": 11.5},
                "cliponaxis": False,
                "hovertext": [
                    f"{swing.label}: {end.text}<br>"
                    f"{words.swung_text(found.metric, found.what, end.value)}, "
                    f"{words.change_text(found.metric, end.change)} from the centre"
                    + ("" if end.told else "<br>not distinguishable from no effect")
                    for swing, end in zip(rows, ends, strict=True)
                ],
                "hovertemplate": "%{hovertext}<extra></extra>",
            }
        )
    reached = [centre + end.change.value for s in rows for end in (s.low, s.high)]
    low, high = min([centre, *reached]), max([centre, *reached])
    room = 0.16 * (high - low or 1.0)
    return {
        "data": data,
        "layout": _layout(
            {
                "range": [low - room, high + room],
                "side": "bottom",
                **metric_axes.on_page(
                    found.metric,
                    f"{found.what}, percentage points" if found.what else None,
                    span=high - low,
                ),
            },
            {"range": [-0.6, len(rows) - 0.3], "showticklabels": False, "showgrid": False},
            height=110 + 58 * len(rows),
            shapes=[_line_at(centre, "solid")],
            annotations=[
                {
                    "xref": "paper",
                    "x": 0,
                    "xanchor": "left",
                    "y": k + 0.3,
                    "text": swing.label,
                    "showarrow": False,
                    "bgcolor": "var(--page)@0.8",
                    "borderpad": 1,
                    "font": {"size": 12.5},
                }
                for k, swing in enumerate(rows)
            ],
            barmode="overlay",
            showlegend=True,
            legend=_legend(),
        ),
    }


def sweep_lines(swept: Swept, path: str) -> Spec:
    """Effective reach along one of the values of a sweep."""
    data: list[Spec] = []
    found = {policy: swept.along(path, policy) for policy in swept.policies}
    for group in same_lines(found):
        rows = found[group[0]]
        k = swept.policies.index(group[0])
        look = arms.look(k)
        colour = variable(look.colour)
        estimates = [row.estimate for row in rows]
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": _same(group),
                "x": numbers_of([row.x for row in rows]),
                "y": numbers_of([e.value for e in estimates]),
                "error_y": {**_error(estimates), "color": colour},
                "line": {"color": colour, "width": 2, "dash": arms.PAGE_DASHES[look.dash]},
                "marker": {"symbol": arms.PAGE_MARKS[arms.mark(k)], "size": 8},
                "text": [
                    f"{row.text}: {words.both('effective_reach', row.estimate)}" for row in rows
                ],
                "hovertemplate": "%{text}<extra>%{fullData.name}</extra>",
            }
        )
    first = swept.along(path, swept.policies[0])
    return {
        "data": data,
        "layout": _layout(
            {
                "type": "log" if swept.is_log(path) else "linear",
                "tickvals": numbers_of([row.x for row in first]),
                "ticktext": [row.text for row in first],
                **_title(path),
            },
            {"rangemode": "tozero", **metric_axes.on_page("effective_reach")},
            height=380 + arms.page_room([one["name"] for one in data]),
            showlegend=len(swept.policies) > 1,
            legend=_legend(),
        ),
    }
