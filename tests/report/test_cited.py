"""The picture of the cited figures shows the numbers that it is made from, and says so."""

from __future__ import annotations

import math

import matplotlib as mpl
import numpy as np
import pytest

from afterban.claims import load
from afterban.experiment import cited as data
from afterban.experiment.cited import FIGURES, Line, Place
from afterban.report import cited, figures
from afterban.statistics import Estimate
from afterban.units import parse_duration

CLAIMS = {claim.id: claim for claim in load()}
DAYS = [parse_duration(speed) for speed in data.SPEEDS]


def estimate(value: float, low: float, high: float, n: int = 10) -> Estimate:
    return Estimate(value, low, high, n, 0.95, "set")


def line(id_: str, values: list[float], half: float = 0.0, wide: float = 0.0) -> Line:
    days = DAYS if len(values) == len(DAYS) else [math.nan]
    places = [
        Place(day, estimate(x, x - half, x + half), estimate(x, x - wide, x + wide, 64))
        for day, x in zip(days, values, strict=True)
    ]
    return Line(CLAIMS[id_], 64, tuple(places))


LINES = [
    line("S12-share", [0.01, 0.012, 0.014, 0.02, 0.2, 0.4], 0.001, 0.002),
    line("S11", [0, 0, 0, 0.1, 1, 3], 0.0, 0.7),
    line("S15", [26000.0] * 6, 100, 900),
    line("S10", [0.4, 0.4, 0.4, 0.4, 0.4, 0.5], 0.01, 0.02),
    line("S5-voice", [1.83], 0.01, 0.03),
]


def drawn(lines: list[Line]):
    with mpl.rc_context(figures.STYLE):
        return cited.picture(lines)


def part(axes, gid: str):
    (found,) = [one for one in axes.get_children() if one.get_gid() == gid]
    return found


def test_every_cited_figure_has_its_panel_with_its_own_numbers() -> None:
    figure = drawn(LINES)
    for axes, one in zip(figure.axes, LINES, strict=False):
        assert set(part(axes, "cited").get_ydata()) == {one.claim.figure}
        simulated = part(axes, "simulated").get_xydata()
        if one.has_speed:
            expected = [(place.days, place.chance.value) for place in one.places]
            assert simulated == pytest.approx(np.array(expected), rel=1e-12, abs=0)
        else:  # level, from one end of the dial to the other
            assert simulated.tolist() == [[DAYS[0], 1.83], [DAYS[-1], 1.83]]
        for name in ("chance", "assumptions"):
            edges = part(axes, name).get_paths()[0].vertices[:, 1]
            ends = [getattr(place, name) for place in one.places]
            assert edges.min() == pytest.approx(min(e.low for e in ends), rel=1e-12, abs=0)
            assert edges.max() == pytest.approx(max(e.high for e in ends), rel=1e-12, abs=0)
    assert tuple(one.claim.id for one in LINES) == FIGURES == tuple(cited.PANELS)


def test_titles_state_what_the_numbers_say() -> None:
    assert [cited.finding(one) for one in LINES] == [
        "nearest at 1d; within chance at 1h to 3d",
        "comes out at 1h to 3d only",
        "comes out at every speed",
        "at no speed, nor within the assumptions",
        "comes out, without a speed",
    ]
    assert cited.title(LINES).endswith(
        "one comes out at every speed, two come out at some, one comes out at none and one has no "
        "speed"
    )
    near = line("S10", [0.31] * 6, 0.005, 0.02)
    assert cited.finding(near) == "no, but within the assumptions"
    once = line("S10", [0.31, 0.4, 0.4, 0.4, 0.4, 0.31], 0.005, 0.02)
    assert cited.finding(once) == "no; within the assumptions at 1h and 30d"


def test_what_cannot_be_measured_along_the_dial_says_so() -> None:
    texts = [[text.get_text() for text in axes.texts] for axes in drawn(LINES).axes[:5]]
    said = [any("cannot be measured along the dial" in text for text in one) for one in texts]
    assert said == [False, False, False, False, True]


def test_nothing_is_cut_off() -> None:
    figure = drawn(LINES)
    figures.settle(figure, figures.DPI)
    figure.canvas.draw()
    page = figure.bbox
    for axes in figure.axes:
        box = axes.get_tightbbox()
        assert box.x0 >= page.x0 - 1
        assert box.x1 <= page.x1 + 1
        assert box.y0 >= page.y0 - 1
        assert box.y1 <= page.y1 + 1


def test_the_numbers_that_are_written_draw_the_same_picture(tmp_path) -> None:
    data.write(LINES, tmp_path / "cited.csv")
    cited.main([str(tmp_path / "cited.png"), "--draw"])
    again = data.read(tmp_path / "cited.csv")
    assert [one.claim.id for one in again] == list(FIGURES)
    assert [place.days for place in again[0].places] == DAYS
    assert again[0].places[2].chance.value == 0.014
    assert again[4].has_speed is False
    first = (tmp_path / "cited.png").read_bytes()
    cited.main([str(tmp_path / "cited.png"), "--draw"])
    assert (tmp_path / "cited.png").read_bytes() == first


def test_the_shipped_picture_has_its_numbers_beside_it() -> None:
    from pathlib import Path

    folder = Path(__file__).parents[2] / "docs" / "images"
    lines = data.read(folder / "cited-along-speed.csv")
    assert (folder / "cited-along-speed.png").exists()
    assert [one.claim.id for one in lines] == list(FIGURES)
    assert all(one.chance.n and one.assumptions.n for found in lines for one in found.places)
