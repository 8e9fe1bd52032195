"""Figures of mechanisms that only some scenarios have."""

import matplotlib as mpl
import pytest

from afterban import Scenario, run
from afterban.report import figures, mechanisms

TINY = """
schema_version: 1
name: tiny
start: 2014-09-01
horizon: 20 days
replications: 2
tiers:
  a: {count: 12, audience: 500, posts: 5 per day, returns: 0.9}
detection: {classifier: 0.05 per post}
"""
MORE = {
    "platforms": "platforms: {here: {users: 1000}, there: {users: 300, follows: 0.5}}\n"
    "returning: {moves: 0.5}\n",
    "recruitment": "recruitment: {per_impression: 1 per 1000 impressions, tier: a, most: 20}\n",
    "counter_speech": "counter_speech:\n  speakers:\n    office: {followers: 100, "
    "growth: 0.1 per day, ceiling: 400, posts: 1 per day}\n",
    "arrivals": "arrivals: {tiers: {a: {rate: 1 per day}}}\n",
}
# Beside the detection that is there.
PRESSED = TINY.replace("detection: {", "detection: {tiers: {b: {classifier: 0.1}}, ").replace(
    "detection", "  b: {count: 12, audience: 500, posts: 5 per day}\ndetection", 1
)


@pytest.mark.slow
@pytest.mark.parametrize("story", MORE)
def test_a_story_is_drawn_where_its_section_stands(story, tmp_path):
    told = run(Scenario.from_text(TINY + MORE[story]), workers=1)
    plain = run(Scenario.from_text(TINY), workers=1)
    with mpl.rc_context(figures.STYLE):
        figure = getattr(mechanisms, story)(told)
        assert figures.save(figure, tmp_path / "story.png").stat().st_size > 5_000
    assert getattr(mechanisms, story)(plain) is None


def test_the_network_stands_beside_the_speaker():
    told = run(Scenario.from_text(TINY + MORE["counter_speech"]), workers=1)
    (axes,) = mechanisms.counter_speech(told).axes
    network, speaker = (line.get_ydata() for line in axes.get_lines())
    assert network[0] == pytest.approx(12 * 500)
    assert speaker[0] == 100
    assert 100 < speaker[-1] < 400


@pytest.mark.slow
def test_the_long_run_stands_beside_arrivals():
    told = run(Scenario.from_text(TINY + MORE["arrivals"]), workers=1)
    (axes,) = mechanisms.arrivals(told).axes
    levels = [line.get_ydata() for line in axes.get_lines() if line.get_linestyle() == ":"]
    # 1 per day x (20 posts for a flag, 5 a day, then 1 d x exp(1/2)) / (1 - 0.9)
    assert levels[0][0] == pytest.approx((4 + 1.6487) / 0.1, rel=1e-3)
    assert [text.get_text() for text in axes.get_legend().get_texts()][-1].startswith("long run")
    steady = Scenario.from_text(TINY + MORE["arrivals"]).with_changes({"detection.signup": 0.1})
    (axes,) = mechanisms.arrivals(run(steady, workers=1)).axes
    assert not [line for line in axes.get_lines() if line.get_linestyle() == ":"]


def test_tiers_under_different_pressure_stand_side_by_side(tmp_path):
    told = run(Scenario.from_text(PRESSED), workers=1)
    with mpl.rc_context(figures.STYLE):
        figure = mechanisms.pressure(told)
        assert figures.save(figure, tmp_path / "story.png").stat().st_size > 5_000
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == ["a", "b"]
    plain = run(Scenario.from_text(TINY), workers=1)
    assert mechanisms.pressure(plain) is None
