"""Axes take their form from the metric: percent for a share, the unit for a count."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from afterban.metrics import METRICS
from afterban.report import axes


def drawn(metric: str, **given: object) -> object:
    axis = Figure().add_subplot().xaxis
    axes.on_paper(axis, metric, **given)  # type: ignore[arg-type]
    return axis


@pytest.mark.parametrize("name", sorted(METRICS))
def test_percent_where_and_only_where_the_metric_is_a_share(name: str) -> None:
    share = METRICS[name].form == "share"
    axis = drawn(name)
    assert isinstance(axis.get_major_formatter(), PercentFormatter) == share  # type: ignore[attr-defined]
    assert (axes.on_page(name)["form"] == "share") == share


def test_the_title_is_the_metric_with_its_unit_or_what_is_given() -> None:
    assert drawn("paid_hours").get_label_text() == axes.on_page("paid_hours")["title"]  # type: ignore[attr-defined]
    assert drawn("reach").get_label_text() == "reach, people"  # type: ignore[attr-defined]
    assert drawn("effective_reach", title="averted").get_label_text() == "averted"  # type: ignore[attr-defined]


def test_differences_of_a_share_are_in_points() -> None:
    axis = drawn("effective_reach", title="contribution", difference=True)
    assert axis.get_label_text() == "contribution, percentage points"  # type: ignore[attr-defined]
    assert axis.get_major_formatter()(0.02, 0) == "2"  # type: ignore[attr-defined]
    assert drawn("reach", difference=True).get_label_text() == "reach, people"  # type: ignore[attr-defined]
