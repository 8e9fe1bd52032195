"""The matcher and the look-alikes of a run against what they must come to."""

from __future__ import annotations

import math

import numpy as np
import pytest
from rapidfuzz.distance import OSA

from afterban.experiment.matching import match_curve, successions
from afterban.experiment.replicate import run_replication
from afterban.mechanisms import handles
from afterban.scenario import Scenario

N = 6000


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario.from_yaml("handle-threshold")


@pytest.mark.slow
@pytest.mark.parametrize("near_identical", [0.0, 0.3, 0.6, 1.0])
def test_recall_at_two_edits_is_the_share_of_near_identical_handles(scenario, near_identical):
    changes = {"handles.near_identical": near_identical, "tiers.supporter.count": N}
    curve = match_curve(scenario.with_changes(changes), corpus=1, suspended=N, thresholds=[1, 2])
    # Five standard errors; an unrelated name within two edits happens once in a million.
    error = 5 * math.sqrt(near_identical * (1 - near_identical) / N)
    assert curve.at(2).recall.value == pytest.approx(near_identical, abs=error + 1e-3)
    # L42: four of ten near-identical links are one edit apart.
    one = scenario.handles.edits.one * near_identical
    error = 5 * math.sqrt(one * (1 - one) / N)
    assert curve.at(1).recall.value == pytest.approx(one, abs=error + 1e-3)


def test_the_kernel_and_rapidfuzz_agree_on_successions():
    old, new = successions(1, 0, 300, 3000, 0.6, np.array([0.4, 0.3, 0.65, 1.0]))
    for a, b in zip(old, new, strict=True):
        assert handles.edit_distance(a, b) == OSA.distance(handles.text(a), handles.text(b))


def test_namesakes_of_a_network_that_is_all_suspended(scenario):
    everybody = scenario.with_changes(
        {
            "detection.handle_match.ordinary.namesakes": 1,
            "detection.handle_match.ordinary.topic_names": 0,
        }
    )
    operators = sum(tier.count for tier in scenario.tiers.values())
    curve = match_curve(everybody, corpus=N, suspended=operators, thresholds=[1, 5])
    old, _ = successions(scenario.seed, 0, operators, operators, 0.0)
    bare = np.mean([not name[-1].isdigit() for name in handles.texts(old)])
    # A name without digits is one edit from a namesake with one digit, or a separator alone. One
    # with two digits is one edit from a namesake with one of them, or with one other of two.
    plain = 1 - handles.ORDINARY_SEPARATORS
    one_digit = plain * handles.ONE_DIGIT
    two_digits = plain * (handles.TWO_DIGITS - handles.ONE_DIGIT)
    separator = handles.ORDINARY_SEPARATORS * handles.NO_DIGITS
    expected = bare * (one_digit + separator) + (1 - bare) * (0.19 * one_digit + 0.18 * two_digits)
    error = 5 * math.sqrt(expected * (1 - expected) / N)
    assert curve.at(1).false_matches.value == pytest.approx(expected, abs=error)
    assert curve.at(5).false_matches.value > 0.999


def test_the_run_counts_what_the_curve_says(scenario):
    """In a run where everything is suspended at once, the look-alikes are those of the curve."""
    days, replications = 10, 3
    struck = scenario.with_changes(
        {
            "horizon": f"{days} d",
            "returning.probability": 0,
            "detection.reports": 0,
            "detection.classifier": 0,
            "detection.pulses": [{"date": "2014-06-01", "share": 1}],
            "detection.handle_match.edits": 4,
            "detection.handle_match.ordinary.sample": N,
            "policies": {},
        }
    )
    operators = sum(tier.count for tier in scenario.tiers.values())
    for replication in range(replications):
        curve = match_curve(
            struck, corpus=N, suspended=operators, thresholds=[4], replication=replication
        )
        (outcome,) = run_replication(struck, ["base"], replication=replication)
        assert outcome.metrics["suspensions"] == operators
        # The same handles and the same ordinary users, so to rounding: times the recall.
        assert outcome.metrics["look_alike_share"] == pytest.approx(
            0.9 * curve.at(4).false_matches.value, rel=1e-9
        )


def test_strangers_are_hit_in_proportion_to_the_suspended(scenario):
    """Few suspended names, far apart: twice as many hit twice as many strangers."""
    strange = scenario.with_changes(
        {
            "detection.handle_match.ordinary.namesakes": 0,
            "detection.handle_match.ordinary.topic_names": 0,
            "handles.near_identical": 0,
        }
    )
    hits = [
        sum(
            match_curve(
                strange, corpus=20_000, suspended=count, thresholds=[4], replication=replication
            )
            .at(4)
            .look_alikes
            for replication in range(2)
        )
        for count in (100, 200)
    ]
    assert min(hits) > 50
    # Ratio of two Poisson counts: standard error of its logarithm, five of them.
    error = 5 * math.sqrt(sum(1 / count for count in hits))
    assert abs(math.log(hits[1] / hits[0]) - math.log(2)) < error
