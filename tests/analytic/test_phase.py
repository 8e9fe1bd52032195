"""The map of promotion against the mean field: cells, the threshold, and what it refuses."""

from __future__ import annotations

import math

import numpy as np
import pytest

from afterban import theory
from afterban.errors import AfterbanError
from afterban.experiment.phase import at, attached_while_live, field_of, lines, phase_diagram
from afterban.scenario import load


@pytest.fixture(scope="module")
def alike():
    return load("all-alike").with_changes({"tiers.operator.count": 250})


def test_the_field_is_that_of_the_scenario(alike):
    field = field_of(alike, "outsiders")
    # 400 posts a day, each found out: 3.6 minutes beside 2 days.
    assert 1 / field.life_rate == pytest.approx(2 + 1 / 400, rel=1e-12)
    assert (field.refollow, field.mean_gap, field.promotion_rate) == (0.03, 1.0, 4.0)
    # Draws of oneself and repeats are left out: 10 draws of 250 are 9.78 others.
    assert field.neighbours * field.promotes == pytest.approx(9.785, rel=1e-3)
    assert field.gain == pytest.approx(0.2, rel=1e-12)
    assert field_of(alike, "insiders").refollow == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"tiers.operator.audience": "{lognormal: {median: 100, sigma: 1}}"}, "audiences vary"),
        ({"returning.fatigue": 0.9}, "not everybody returns"),
        ({"review.time_to_action": "2d"}, "not exponential"),
        ({"audience.lost_outsiders": 0.1}, "followers are lost"),
        ({"audience.forget_insiders": "0.1 per day"}, "followers forget"),
        ({"audience.insiders": "operators"}, "insiders are operators"),
        ({"review.waves": {"every": "7d"}}, "finite staff or waves"),
        ({"network.prominence_tail": 2.5}, "prominence varies"),
    ],
)
def test_what_theory_does_not_describe_is_refused(alike, change, words):
    with pytest.raises(AfterbanError, match=words):
        field_of(alike.with_changes(change), "outsiders")


def test_other_scenarios_are_refused():
    with pytest.raises(AfterbanError, match="tiers"):
        field_of(load("minimal"), "outsiders")


def test_strength_is_turned_by_what_is_seen(alike):
    cell = at(alike, 3.0, 5.0)
    assert cell.exposure.view_probability == pytest.approx(0.5)
    assert cell.review.time_to_action.mean() == pytest.approx(3.0)
    with pytest.raises(AfterbanError, match="raise the degree"):
        at(alike, 3.0, 11.0)


def test_cells_have_the_share_that_theory_gives(alike, engine):
    # Far from the threshold on both sides: 5 % of the whole for a network of 250.
    diagram = phase_diagram(alike, [0.4, 6.0], [1.0, 9.0], replications=1, engine=engine)
    assert diagram.simulated.shape == (2, 2, 2)
    for k in range(2):
        assert diagram.simulated[k] == pytest.approx(diagram.theory[k], abs=0.05)
    # Below the threshold promotion alone keeps nobody, above it most.
    assert diagram.simulated[0, 0, 0] < 1e-3
    assert diagram.simulated[0, 1, 1] > 0.8
    # Where followers come back by themselves too there is no such state.
    assert diagram.simulated[1, 0, 0] > 0.01


def test_lines_are_those_of_theory(alike):
    threshold, crossover = lines(alike, [0.5, 2.0, 6.0])
    assert threshold[0] == math.inf  # too weak at any speed
    assert threshold[1] > threshold[2] > 0
    assert np.isnan(crossover[0]).all()  # a threshold, no crossover
    assert (np.diff(crossover[1]) < 0).all()
    # On the threshold the response to a small share is the share itself.
    cell = at(alike, float(threshold[1]) - 1 / 400, 2.0)
    assert field_of(cell, "insiders").slope(0.0) == pytest.approx(1.0, rel=1e-9)
    longer = at(alike, float(threshold[1]) * 1.1, 2.0)
    assert len(field_of(longer, "insiders").fixed_points()) == 2
    # Where followers return by themselves there is one state on either side of the crossover.
    for factor in (0.5, 2.0):
        field = field_of(at(alike, float(crossover[1, 1]) * factor, 2.0), "outsiders")
        assert len(field.fixed_points()) == 1
        assert theory.critical_time_to_action(field) is None


def test_half_of_the_promoters_is_not_the_same(alike, engine):
    # The near miss: the field of another network does not fit.
    cell = at(alike, 6.0, 2.0)
    share = attached_while_live(cell, 0, engine=engine)[0]
    fewer = field_of(cell.with_changes({"tiers.operator.degree": 5}), "insiders")
    assert share - fewer.mean_attached_share() > 0.1
