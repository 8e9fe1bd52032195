"""Charts of a page are the numbers of its tables, in the form that the script draws."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest

from afterban.report import figures, html, numbers
from afterban.report.chart import Axis, Chart, Line, Series
from afterban.results import EVERYBODY

from .conftest import Made

COLOUR = re.compile(r"var\(--x[0-9a-f]{6}\)")


def specs(page: str) -> dict[str, dict[str, Any]]:
    match = re.search(r'<script type="application/json" id="plots">(.*?)</script>', page, re.S)
    assert match is not None
    data = json.loads(match[1])
    assert data["lists"]
    found: dict[str, dict[str, Any]] = unshared(data["plots"], data["lists"])
    return found


def unshared(value: Any, lists: list[Any]) -> Any:
    if isinstance(value, str) and value.startswith("@list:"):
        return lists[int(value.removeprefix("@list:"))]
    if isinstance(value, list):
        return [unshared(one, lists) for one in value]
    if isinstance(value, dict):
        return {key: unshared(one, lists) for key, one in value.items()}
    return value


def test_long_lists_are_written_once() -> None:
    days = list(range(100))
    plots = {"a": {"b": {"data": [{"x": days, "y": [1, 2]}, {"x": days}]}}}
    packed = html.shared(plots)
    assert len(packed["lists"]) == 1
    assert unshared(packed["plots"], packed["lists"]) == plots


def faults(chart: dict[str, Any]) -> list[str]:
    """What is not as ``report.chart`` says: names, and lists of different lengths."""
    found = []
    parts: list[tuple[Any, dict[str, Any]]] = [
        (Chart, chart),
        (Axis, chart["x"]),
        (Axis, chart["y"]),
    ]
    parts += [(Line, one) for one in chart["lines"]] + [(Series, one) for one in chart["series"]]
    for kind, part in parts:
        found += [f"{name} is missing" for name in kind.__required_keys__ - part.keys()]
        known = kind.__required_keys__ | kind.__optional_keys__
        found += [f"{name} is not known" for name in part.keys() - known]
    for one in chart["series"]:
        lengths = {len(value) for value in one.values() if isinstance(value, list)}
        found += ["lists of different lengths"] if len(lengths) > 1 else []
        found += [] if COLOUR.fullmatch(one["colour"]) else [f"{one['colour']} has no dark value"]
    return found


def test_charts_are_what_the_script_draws(made: Made) -> None:
    charts = [one for options in specs(made.page).values() for one in options.values()]
    assert len(charts) >= 8
    assert [faults(one) for one in charts] == [[] for _ in charts]
    # Every way to draw and every scale is among them, so that the browser has seen it.
    assert {one["draw"] for chart in charts for one in chart["series"]} == {
        *("line", "steps", "points", "bars")
    }
    assert {chart[axis]["scale"] for chart in charts for axis in "xy"} == {
        *("linear", "log", "date", "rows")
    }


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"colour": "#123456"}, "has no dark value"),
        ({"color": "var(--x)"}, "color is not known"),
        ({"low": [1.0]}, "lists of different lengths"),
    ],
)
def test_a_chart_that_cannot_be_drawn_is_seen(
    made: Made, change: dict[str, Any], told: str
) -> None:
    chart = specs(made.page)["time"]["live_accounts"]
    assert faults(chart) == []
    chart["series"][0].update(change)
    assert any(told in fault for fault in faults(chart))


def test_points_are_the_estimates(made: Made) -> None:
    series = specs(made.page)["reach"]["reach"]["series"]
    for one, metric in zip(series, ("effective_reach", "effective_weekly_reach"), strict=True):
        for k, arm in enumerate(reversed(made.numbers.by_reach)):
            estimate = made.numbers.estimate(metric, arm)
            drawn = [one[key][k] for key in ("x", "left", "right")]
            assert drawn == pytest.approx([estimate.value, estimate.low, estimate.high], rel=1e-3)
    tornado = specs(made.page)["tornado"]["tornado"]["series"]
    # Arms are compared, so what is ranked is their difference.
    decision = made.ranked.of_decision("")
    assert decision is not None
    moving = [swing for swing in decision.swings if swing.span > 0]
    assert len(tornado[0]["x"]) == len(moving) > 1
    for k, swing in enumerate(reversed(moving)):
        for one, end in zip(tornado, (swing.low, swing.high), strict=True):
            reached = decision.centre.value + end.change.value
            assert one["x"][k] == pytest.approx(reached, rel=1e-3, abs=1e-9)


def test_lines_and_bands_are_the_series_of_the_run(made: Made) -> None:
    time = specs(made.page)["time"]
    for column, chart in time.items():
        drawn = {one["name"]: one for one in chart["series"]}
        curve = made.results.series["slower"][EVERYBODY][column]
        for key, values in (("x", curve.x), ("y", curve.mean), ("low", curve.low)):
            told = [np.nan if value is None else value for value in drawn["slower"][key]]
            np.testing.assert_allclose(told, values, rtol=1e-3, atol=1e-9)
    speed = specs(made.page)["speed"]["speed"]["series"][0]
    dial = numbers.speed_dial(made.results)
    assert speed["y"] == pytest.approx(
        [made.numbers.estimate("effective_reach", arm).value for arm in dial.values()], rel=1e-3
    )


def test_ticks_do_not_touch() -> None:
    assert figures.ticks([1.0, 1.01, 1.02, 10.0, 100.0]) == [1.0, 10.0, 100.0]
    assert figures.ticks([2.0]) == [2.0]
