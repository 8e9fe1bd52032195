"""The picture of speed and return shows what was simulated, beside the closed form."""

from __future__ import annotations

import matplotlib as mpl
import pytest

from afterban import run
from afterban.experiment.pressure import expected
from afterban.parameters import Parameters
from afterban.report import figures, pressure
from afterban.scenario import Scenario

TEXT = """
schema_version: 1
name: small
start: 2015-01-01
horizon: 60 days
replications: 2
seed: 3
tiers: {alike: {count: 40, audience: 500, posts: 5 per day, degree: 3}}
detection: {threats: 0.1 per day}
returning: {probability: 1, delay: {exponential: {mean: 1d}}}
metrics: {start: 2015-01-31}
policies:
  slow: {review: {time_to_action: 7d, urgent_time_to_action: 7d}}
  late: {returning: {delay: {exponential: {mean: 10d}}}}
  slow-late: {review: {time_to_action: 9d}, returning: {delay: {exponential: {mean: 10d}}}}
  slow-early: {review: {time_to_action: 9d}}
  harder: {detection: {threats: 0.3 per day}}
"""


@pytest.fixture(scope="module")
def results():
    return run(Scenario.from_text(TEXT))


def drawn(results):
    with mpl.rc_context(figures.STYLE):
        return pressure.speed_and_return(results)


def test_the_grid_is_of_the_arms_that_differ_in_speed_and_return_alone(results):
    places = pressure.grid(results)
    assert set(places) == {"base", "late", "slow-late", "slow-early"}
    assert places["slow-late"].speed == 9
    assert places["slow-late"].delay == pytest.approx(10 * 0.6931471805599453)


def test_points_are_simulated_and_lines_are_theory(results):
    figure = drawn(results)
    curves = figure.axes[0]
    told = {tuple(line.get_xydata()[-1]) for line in curves.get_lines() if len(line.get_xydata())}
    for policy in ("slow-late", "slow-early"):
        simulated = results.estimate("effective_reach", policy).value
        theory = expected(Parameters.from_scenario(results.scenario, policy)).effective_reach
        assert any(y == pytest.approx(simulated) for _, y in told)
        assert any(y == pytest.approx(theory) for _, y in told)
    texts = [text.get_text() for text in figure.axes[1].texts]
    assert len(texts) == 4
    assert all("%\n(" in text for text in texts)
    lives = figure.axes[2]
    assert lives.get_legend_handles_labels()[1] == ["base", "slow", "harder"]


def test_two_digits_stay_two_digits():
    found = [pressure._percent(x) for x in (0.02, 0.1234, 0.0996, 0.00098, 1.0)]
    assert found == ["2.0", "12", "10", "0.098", "100"]


def test_there_is_no_picture_without_two_speeds_and_two_delays(results):
    less = run(results.scenario, ["base", "late", "harder"])
    assert pressure.speed_and_return(less) is None


@pytest.mark.slow
def test_the_same_results_draw_the_same_bytes(results, tmp_path):
    with mpl.rc_context(figures.STYLE):
        one, two = (
            figures.save(pressure.speed_and_return(results), tmp_path / name).read_bytes()
            for name in ("1.png", "2.png")
        )
    assert one == two
