"""Plotly's own schema takes every figure of a page."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from afterban.report import figures, html

from .conftest import Made

COLOUR = re.compile(r"var\(--[a-z0-9]+\)(@[0-9.]+)?")


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


def coloured(value: Any) -> Any:
    if isinstance(value, str):
        return COLOUR.sub("#123456", value)
    if isinstance(value, list):
        return [coloured(one) for one in value]
    if isinstance(value, dict):
        return {key: coloured(one) for key, one in value.items()}
    return value


def test_figures_are_what_plotly_takes(made: Made) -> None:
    from plotly.graph_objects import Figure

    count = 0
    for options in specs(made.page).values():
        for spec in options.values():
            Figure(coloured(spec))
            count += 1
    assert count >= 8


def test_a_figure_that_plotly_does_not_take_is_seen() -> None:
    from plotly.graph_objects import Figure

    with pytest.raises(ValueError, match="colour"):
        Figure({"data": [{"type": "scatter", "line": {"colour": "red"}}], "layout": {}})


def test_points_are_the_estimates(made: Made) -> None:
    spec = specs(made.page)["reach"]["reach"]
    trace = spec["data"][0]
    by_reach = list(reversed(made.numbers.by_reach))
    assert trace["x"] == [
        pytest.approx(made.numbers.estimate("effective_reach", arm).value, rel=1e-3)
        for arm in by_reach
    ]
    tornado = specs(made.page)["tornado"]["tornado"]["data"]
    # Arms are compared, so what is ranked is their difference.
    decision = made.ranked.of_decision("")
    assert decision is not None
    moving = [swing for swing in decision.swings if swing.span > 0]
    assert len(tornado[0]["x"]) == len(moving) > 1
    for k, swing in enumerate(reversed(moving)):
        assert tornado[0]["x"][k] == pytest.approx(swing.low.change.value, rel=1e-3, abs=1e-9)


def test_ticks_do_not_touch() -> None:
    assert figures.ticks([1.0, 1.01, 1.02, 10.0, 100.0]) == [1.0, 10.0, 100.0]
    assert figures.ticks([2.0]) == [2.0]
