"""Pictures of ten arms and more: nothing lies upon anything, and no two arms look the same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure

from afterban.experiment.replicate import replicate
from afterban.experiment.trace import traced_operator
from afterban.report import arms, colours, figures, html, interactive, mechanisms, numbers, pictures
from afterban.results import Recorder, Results

TWELVE: dict[str, Any] = {
    "quick": {"review": {"time_to_action": "1h"}},
    "quick-again": {"review": {"time_to_action": "1h"}},
    "two-hours": {"review": {"time_to_action": "2h"}},
    "slow": {"review": {"time_to_action": "5d"}},
    "slower": {"review": {"time_to_action": "10d"}},
    "quick-and-a-classifier-of-twice-the-rate": {
        "review": {"time_to_action": "1h"},
        "detection": {"classifier": "0.01 per post"},
    },
    "classifier-more": {"detection": {"classifier": "0.05 per post"}},
    "classifier-less": {"detection": {"classifier": "0.001 per post"}},
    "reports-more": {"detection": {"reports": "25000 per million impressions"}},
    "no-campaign": {"detection": {"pulses": []}},
    "handle-match": {"detection": {"handle_match": {"recall": 0.9}}},
}
NETWORK: dict[str, Any] = {
    "horizon": "30d",
    "replications": 2,
    "review.time_to_action": "1d",
    "tiers.supporter.count": 20,
    "platforms": {
        "first": {"users": 100_000},
        "second": {"users": 30_000, "follows": 0.1, "enforces_from": "2014-06-21"},
        "third": {"users": 50_000, "follows": 0.5, "enforces_from": "2014-06-22"},
    },
    "recruitment": {
        "per_impression": "800 per million impressions",
        "tier": "supporter",
        "most": 50,
    },
}


def run(small: Any, root: Any, policies: dict[str, Any]) -> Iterator[Results]:
    scenario = small({**NETWORK, "policies": policies})
    names = ["base", *policies, "none"]
    with Recorder(scenario, names, root) as recorder:
        for one in replicate(scenario, names, workers=1, keep=True):
            recorder.add(one)
        yield recorder.publish(recorder.finish())


@pytest.fixture(scope="module")
def twelve(small: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Results]:
    yield from run(small, tmp_path_factory.mktemp("twelve"), TWELVE)


@pytest.fixture(scope="module")
def many(twelve: Results) -> dict[str, Figure]:
    return drawn(twelve)


@pytest.fixture(scope="module")
def few(two: Results) -> dict[str, Figure]:
    return drawn(two)


@pytest.fixture(scope="module")
def two(small: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Results]:
    yield from run(small, tmp_path_factory.mktemp("two"), {"slow": TWELVE["slow"]})


def drawn(results: Results) -> dict[str, Figure]:
    """Every figure that has arms, laid out as it is kept."""
    found = numbers.of_run(results)
    cost = numbers.costs(found)[0]
    with mpl.rc_context(figures.STYLE):
        made = {
            "operator": figures.one_operator(results, traced_operator(results, None)),
            "time": figures.through_time(results),
            "life": figures.account_life(results),
            "reach": figures.effective_reach(results),
            "speed": figures.enforcement_speed(results),
            "platforms": mechanisms.platforms(results),
            "recruitment": mechanisms.recruitment(results),
            "compared": pictures.reach(found, "foot"),
            "frontier": pictures.frontier_picture(found, cost, "foot"),
        }
        there = {name: figure for name, figure in made.items() if figure is not None}
        for figure in there.values():
            figures.settle(figure, 100)
    return there


def boxes(figure: Figure) -> dict[str, Any]:
    """Where each text is that can be seen, by text and number."""
    canvas: Any = figure.canvas
    canvas.draw()
    renderer = canvas.get_renderer()
    found = {}
    for k, text in enumerate(figure.findobj(mpl.text.Text)):
        box = text.get_window_extent(renderer)
        if text.get_text().strip() and text.get_visible() and box.width > 0:
            found[f"{text.get_text()} ({k})"] = box
    # Ticks beyond the limits are kept but not drawn.
    limits = [axes.get_window_extent(renderer) for axes in figure.axes]
    ticks = {
        id(label)
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in axis.get_major_ticks()
        for label in (tick.label1, tick.label2)
    }
    for k, text in enumerate(figure.findobj(mpl.text.Text)):
        name = f"{text.get_text()} ({k})"
        if name in found and id(text) in ticks:
            middle = (found[name].x0 + found[name].x1) / 2, (found[name].y0 + found[name].y1) / 2
            if not any(
                limit.x0 - 1 <= middle[0] <= limit.x1 + 1
                or limit.y0 - 1 <= middle[1] <= limit.y1 + 1
                for limit in limits
            ):
                del found[name]
    return found


def faults(figure: Figure) -> list[str]:
    """Texts that lie upon each other or are cut off."""
    found = boxes(figure)
    assert len(found) > 3
    wide, high = figure.canvas.get_width_height()
    told = [
        f"{name} is cut off"
        for name, box in found.items()
        if box.x0 < -1 or box.y0 < -1 or box.x1 > wide + 1 or box.y1 > high + 1
    ]
    for (one, a), (other, b) in combinations(found.items(), 2):
        width = min(a.x1, b.x1) - max(a.x0, b.x0)
        height = min(a.y1, b.y1) - max(a.y0, b.y0)
        if width > 1 and height > 1:
            told.append(f"{one} lies upon {other}")
    return told


NAMES = (
    "operator",
    "time",
    "life",
    "reach",
    "speed",
    "platforms",
    "recruitment",
    "compared",
    "frontier",
)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_no_text_lies_upon_another_or_is_cut_off(many: dict[str, Figure], name: str) -> None:
    assert faults(many[name]) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NAMES if name != "speed"])
def test_with_two_arms_neither(few: dict[str, Figure], name: str) -> None:
    assert faults(few[name]) == []


def test_the_check_finds_a_text_upon_another_and_one_that_is_cut_off() -> None:
    figure = Figure(figsize=(6, 4))
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.text(0.5, 0.5, "one")
    assert faults(figure) == []
    axes.text(0.52, 0.5, "two")
    figure.text(0.95, 0.1, "beyond the edge")
    assert len(faults(figure)) == 2


def legend(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_arms_that_are_one_line_are_labelled_together(
    twelve: Results, many: dict[str, Figure]
) -> None:
    made = many
    for name in ("time", "life", "frontier"):
        assert "quick = quick-again" in legend(made[name])
        assert "quick-again" not in legend(made[name])
    lines = [line for line in made["life"].axes[0].get_lines() if line.get_label()[0] != "_"]
    assert len(lines) == 11  # twelve arms, two of them one
    found = numbers.of_run(twelve)
    chosen = pictures.arm_colours(found)
    for spec in (
        interactive.through_time(twelve, "live_accounts", chosen),
        interactive.account_life(twelve, chosen),
        interactive.frontier_figure(found, numbers.costs(found)[0], chosen),
    ):
        assert spec is not None
        names = [one["name"] for one in spec["series"]]
        assert "quick = quick-again" in names
        assert "quick" not in names


def test_arms_that_differ_are_not_labelled_together(few: dict[str, Figure]) -> None:
    assert legend(few["time"]) == ["base", "slow", "none"]


def test_bands_of_few_arms_and_bars_of_many(
    twelve: Results, many: dict[str, Figure], few: dict[str, Figure]
) -> None:
    def parts(figure: Figure, kind: type) -> int:
        return sum(isinstance(one, kind) for one in figure.axes[0].collections)

    for name in ("time", "life"):
        assert parts(few[name], PolyCollection) > 0
        assert parts(many[name], PolyCollection) == 0
        assert parts(many[name], LineCollection) > 5
        assert "intervals" in many[name].legends[0].get_title().get_text()
    chosen = pictures.arm_colours(numbers.of_run(twelve))
    spec = interactive.through_time(twelve, "live_accounts", chosen)
    assert spec is not None
    assert {one["interval"] for one in spec["series"]} == {"told"}
    assert all("low" in one for one in spec["series"])


def test_no_two_arms_look_the_same(twelve: Results) -> None:
    looks = figures.looks(twelve)
    assert set(looks) == {*twelve.policies}
    assert len(set(looks.values())) == len(twelve.policies)
    assert len({arms.look(k) for k in range(28)}) == 28
    marked = {(arms.look(k).colour, arms.mark(k)) for k in range(28)}
    assert len(marked) == 28
    spec = interactive.frontier_figure(
        numbers.of_run(twelve),
        "suspensions",
        pictures.arm_colours(numbers.of_run(twelve)),
    )
    seen = [(one["colour"], one["mark"], one["open"]) for one in spec["series"] if one["name"]]
    assert len(set(seen)) == len(seen) > 8


@pytest.mark.slow
def test_the_page_draws_the_arms_of_a_dial_in_its_own_colours_by_night(twelve: Results) -> None:
    page = html.page_of_numbers(numbers.of_run(twelve))
    scale = figures.dial(twelve)
    assert len(scale) == 6
    values = colours.speed_scale(len(scale))
    for arm in scale:
        if arm != "quick-again":  # it is the line of `quick`
            day, night = values[figures.looks(twelve)[arm].colour]
            assert f"--x{figures.looks(twelve)[arm].colour[1:]}: {day}" in page
            assert f"--x{figures.looks(twelve)[arm].colour[1:]}: {night}" in page


@pytest.mark.slow
@given(
    st.lists(
        st.tuples(st.integers(0, 59), st.sampled_from(["campaign", "enforcement changes", "x"])),
        min_size=1,
        max_size=9,
    )
)
def test_names_of_dates_never_lie_upon_each_other(marks: list[tuple[int, str]]) -> None:
    figure = Figure(figsize=(8, 5))
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.05, 0.1, 0.6, 0.85))
    start = np.datetime64("2014-06-02")
    axes.plot([start, start + 60], [0, 1])
    axes.set_xlim(start, start + 60)
    arms.place_labels(axes, [(start + day, text) for day, text in marks], inches=0.6 * 8)
    canvas: Any = figure.canvas
    renderer = canvas.get_renderer()
    whole = axes.get_window_extent(renderer)
    placed = [text.get_window_extent(renderer) for text in axes.texts]
    assert len(placed) == len(marks)
    for a, b in combinations(placed, 2):
        assert min(a.x1, b.x1) <= max(a.x0, b.x0) or min(a.y1, b.y1) <= max(a.y0, b.y0)
    assert all(box.x0 >= whole.x0 - 1 and box.x1 <= whole.x1 + 1 for box in placed)


def test_names_of_dates_stand_where_the_lines_are_not() -> None:
    for lines, low, high in ((0.8, 0.0, 0.3), (0.1, 0.6, 1.0)):
        axes = Figure(figsize=(8, 5)).add_subplot()
        axes.plot(range(10), [lines] * 10)
        axes.set_ylim(0, 1)
        (text,) = arms.place_labels(axes, [(3, "campaign")], inches=4.8)
        assert low < text.xy[1] < high


@pytest.mark.parametrize("count", [6, 13])
def test_each_line_has_bars_at_days_of_its_own(count: int) -> None:
    x = np.arange(61.0)
    rows = [arms.interval_rows(x, k, count) for k in range(count)]
    assert all(len(row) == arms.BARS for row in rows)
    assert len({day for row in rows for day in row}) == count * arms.BARS


def test_long_names_are_broken_and_joined() -> None:
    assert arms.label(["a", "b", "c"]) == "a = b = c"
    assert arms.label(["a-name-of-some-length", "and-another-long-name"]) == (
        "a-name-of-some-length\n= and-another-long-name"
    )
    for line in arms.label(["quick-and-a-classifier-of-twice-the-rate"]).split("\n"):
        assert len(line) <= arms.LONGEST_LINE
