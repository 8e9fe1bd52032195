from __future__ import annotations

import numpy as np
import pytest

from afterban.experiment.design import Point, latin_hypercube, merged, points, sobol
from afterban.scenario import loads
from afterban.scenario.sweeping import canonical, number

START = """
schema_version: 1
name: small
start: 2014-09-01
horizon: 30 days
tiers:
  supporter: {count: 50, audience: 200, posts: 2 per day}
detection: {reports: 5000 per million impressions}
review: {time_to_action: {lognormal: {median: 24h, sigma: 1.0}}}
"""


def swept(text: str):
    return loads(START + "sweep:\n" + text)


GRID = """
  parameters:
    review.time_to_action.lognormal.median: {values: [1h, 24h, 1d]}
    returning.probability: {from: 20 %, to: 0.8, steps: 3}
"""
RANGES = """
  design: DESIGN
  points: 16
  parameters:
    review.time_to_action.lognormal.median: {from: 1h, to: 10d, scale: log}
    returning.probability: {from: 0.2, to: 0.9}
    returning.most_lives: {from: 1, to: 4}
    promotion.on_start: {values: [true, false]}
"""


@pytest.mark.smoke
def test_a_grid_has_every_combination_once() -> None:
    made = points(swept(GRID).sweep, 1)
    assert [p.values for p in made] == [
        (("review.time_to_action.lognormal.median", t), ("returning.probability", x))
        for t in ("1h", "1d")  # 24h and 1d are the same
        for x in ("0.2", "0.5", "0.8")
    ]
    assert len({p.key for p in made}) == 6


@pytest.mark.parametrize("design", ["latin-hypercube", "sobol"])
def test_points_fill_every_range_evenly(design: str) -> None:
    made = points(swept(RANGES.replace("DESIGN", design)).sweep, 1)
    assert len(made) == 16
    values = [p.numbers() for p in made]
    share = np.array([v["returning.probability"] for v in values])
    strata = np.sort(((share - 0.2) / 0.7 * 16).astype(int))
    np.testing.assert_array_equal(strata, np.arange(16))  # one in each sixteenth
    median = np.array([v["review.time_to_action.lognormal.median"] for v in values])
    assert (median >= 1 / 24).all()
    assert (median <= 10).all()
    half = np.sqrt(10 / 24)
    assert (median < half).sum() == 8, "a logarithmic range is split at its geometric mean"
    lives = [v["returning.most_lives"] for v in values]
    assert [lives.count(n) for n in (1, 2, 3, 4)] == [4, 4, 4, 4]
    assert [v["promotion.on_start"] for v in values].count("true") == 8


@pytest.mark.parametrize("design", ["latin-hypercube", "sobol"])
def test_points_depend_on_the_seed_and_on_nothing_else(design: str) -> None:
    sweep = swept(RANGES.replace("DESIGN", design)).sweep
    assert points(sweep, 1) == points(sweep, 1)
    assert points(sweep, 1) != points(sweep, 2)


def test_every_point_makes_a_valid_scenario() -> None:
    scenario = swept(RANGES.replace("DESIGN", "sobol"))
    base = scenario.with_changes({"sweep": "none"})
    for point in points(scenario.sweep, 1):
        there = point.of(base)
        wanted = point.numbers()
        assert there.returning.probability == wanted["returning.probability"]
        assert there.review.time_to_action.median() == pytest.approx(
            wanted["review.time_to_action.lognormal.median"], rel=1e-12
        )


def test_a_longer_sobol_design_begins_with_the_shorter() -> None:
    np.testing.assert_array_equal(sobol(64, 5, 3)[:20], sobol(20, 5, 3))


def test_a_path_more_moves_no_other_in_a_latin_hypercube() -> None:
    np.testing.assert_array_equal(latin_hypercube(10, 4, 1)[:, :3], latin_hypercube(10, 3, 1))


@pytest.mark.parametrize("made", [latin_hypercube, sobol])
def test_low_discrepancy(made) -> None:
    """Means of a product over 256 points are nearer the truth than plain sampling would be.

    The mean of 4xy over plain random points has a standard error of sqrt(7/9/256) = 0.055; the
    designs are held to half of it.
    """
    u = made(256, 2, 5)
    assert u.min() > 0
    assert u.max() < 1
    assert abs((4 * u[:, 0] * u[:, 1]).mean() - 1) < 0.027


def test_a_point_is_known_by_its_values_in_any_order() -> None:
    one = Point((("a.b", "1"), ("c.d", "2")))
    assert one.key == Point((("c.d", "2"), ("a.b", "1"))).key
    assert one.key != Point((("a.b", "2"), ("c.d", "1"))).key
    other = Point((("a.b", "3"), ("c.d", "2")))
    assert merged([one], [other, one]) == [other, one]
    assert merged([one], [other]) == [other, one]


@pytest.mark.parametrize(
    ("path", "text", "same", "value"),
    [
        ("review.time_to_action.lognormal.median", "36h", "1.5d", 1.5),
        ("review.time_to_action", "36h", "1.5d", 1.5),
        ("review.time_to_action.lognormal.sigma", "1.0", "1", 1.0),
        ("detection.regimes[0].reports", "2 per million impressions", None, 2e-6),
        ("tiers.supporter.count", "1_000", "1000", 1000.0),
        ("policies.fast.returning.probability", "40 %", "0.4", 0.4),
        ("review.time_to_action", "{exponential: {mean: 2h}}", "{exponential:  {mean: 2h}}", None),
        ("promotion.on_start", "true", "true", None),
    ],
)
def test_values_have_one_text_and_one_number(path, text, same, value) -> None:
    if same is not None:
        assert canonical(path, text) == canonical(path, same)
    assert canonical(path, canonical(path, text)) == canonical(path, text)
    assert number(path, text) == (None if value is None else pytest.approx(value, rel=1e-15))
