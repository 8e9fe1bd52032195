"""The proof of calibrations passes where posteriors are right, and fails where they are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure as Picture

from afterban import AfterbanError, Calibration, CalibrationSettings, Scenario
from afterban.experiment.calibration_check import PLACEBO, Checked, proof
from afterban.experiment.observed import Observation
from afterban.experiment.posterior import Weighted, posterior
from afterban.scenario.sections.calibration import Figure

NAMES = ("one", "other", PLACEBO)
ROWS = 3000


def target(**fields: object) -> Observation:
    return Observation("x", Figure(**{"metric": "suspensions", "observed": 0.5, **fields}), False)


def table() -> tuple[np.ndarray, np.ndarray]:
    """Three unknowns; two figures of the first two, with chance, and none of the third."""
    rng = np.random.Generator(np.random.Philox(key=[7, 7]))
    places = rng.random((ROWS, 3))
    mixed = np.column_stack([places[:, 0], places[:, 0] * places[:, 1]])
    return places, mixed + 0.05 * rng.standard_normal((ROWS, 2))


TARGETS = [target(sd=0.1), target(tolerance=0.1)]


def made(**changes: object) -> Checked:
    places, simulated = table()
    arguments = {"truths": 200, "recovered": 50, "seed": 3, **changes}
    return proof("made-up", NAMES, places, TARGETS, simulated, **arguments)


def test_right_posteriors_pass() -> None:
    found = made()
    assert found.passed, str(found)
    assert found.ranks.shape == (200, 3)
    assert found.counts.sum(axis=0).tolist() == [200, 200, 200]
    assert found.trials == 150
    rows = {row["parameter"]: row for row in found.frame().to_dict("records")}
    assert rows["one"]["identified"]
    assert not rows[PLACEBO]["identified"]
    assert isinstance(found.figure(), Picture)
    assert found.to_dict()["passed"] is True


def test_bounds_are_told_right_too() -> None:
    places, simulated = table()
    targets = [target(sd=0.1), target(sd=0.05, comparison="at most", observed=0.2)]
    found = proof("made-up", NAMES, places, targets, simulated, truths=200, recovered=50, seed=3)
    assert found.passed, str(found)


def squeezed(places, observed, at, held) -> Weighted:
    """A posterior that is too sure of itself."""
    found = posterior(places, observed, at, held)
    middle = found.quantile((0.5,))
    return Weighted(middle + 0.5 * (found.places - middle), found.weights)


def moved(places, observed, at, held) -> Weighted:
    """A posterior that is too high."""
    found = posterior(places, observed, at, held)
    return Weighted(np.minimum(found.places + 0.1, 1.0), found.weights)


def timid(places, observed, at, held) -> Weighted:
    """What was known before: it learns nothing, and so holds the truth, but not wrongly."""
    return Weighted(places, np.full(len(places), 1 / len(places)))


@pytest.mark.parametrize("wrong", [squeezed, moved])
def test_wrong_posteriors_fail(wrong) -> None:
    found = made(infer=wrong)
    assert not found.passed
    assert not found.uniform or not found.recovers


def test_a_posterior_that_is_too_sure_fails_both_tests() -> None:
    found = made(infer=squeezed)
    assert not found.recovers
    assert int(found.inside.sum()) < found.bound[0]
    assert "which is not as it should be" in str(found)


def test_learning_nothing_is_not_wrong_but_is_told() -> None:
    found = made(infer=timid)
    assert found.passed
    assert not found.frame()["identified"].any()


def test_a_placebo_that_is_told_as_identified_fails() -> None:
    def sure(places, observed, at, held) -> Weighted:
        found = posterior(places, observed, at, held)
        cut = found.places[:, 2] < 0.5
        weights = np.where(cut, found.weights, 0.0)
        return Weighted(found.places, weights / weights.sum())

    found = made(infer=sure)
    assert not found.placebo_told
    assert not found.passed


SMALL = """\
schema_version: 1
name: known
start: 2014-09-01
horizon: 40 days
seed: 11
tiers:
  supporter: {count: 150, audience: 300, posts: 3 per day, watched: 1 per day}
detection: {watch: 0.05}
returning: {probability: 0.6, delay: {exponential: {mean: 2 d}}}
calibration:
  parameters:
    return: {path: returning.probability, range: [0.1, 0.95]}
    delay: {path: returning.delay.exponential.mean, range: [0.5 d, 10 d], scale: log}
    pressure: {path: detection.watch, range: [0.01, 0.2], scale: log}
    insiders: {path: audience.lost_insiders, range: [0, 0.7]}
  targets:
    back: {metric: return_share, observed: 0.5, likelihood: binomial, n: 60}
    wait: {metric: return_delay_median, observed: 1.4, likelihood: lognormal, sd: 0.2}
    hazard: {metric: suspension_hazard, observed: 0.05, likelihood: lognormal, sd: 0.2}
"""


@pytest.mark.slow
def test_known_truths_of_the_simulator_are_recovered(tmp_path: Path) -> None:
    """200 ranks and 50 truths; of the unknowns one acts on no figure (followers that are lost).

    False alarms: 1e-3 for the ranks, 1e-3 for the intervals.
    """
    scenario = Scenario.from_text(SMALL)
    found = Calibration(scenario, CalibrationSettings(simulations=2000), tmp_path).check()
    assert found.passed, str(found)
    rows = {row["parameter"]: row for row in found.frame().to_dict("records")}
    assert set(rows) == {"return", "delay", "pressure", "insiders", PLACEBO}
    assert all(row["of"] == 50 for row in rows.values())
    assert rows["return"]["identified"]
    assert rows["delay"]["identified"]
    assert rows["pressure"]["identified"]
    assert not rows["insiders"]["identified"]
    assert not rows[PLACEBO]["identified"]


def test_sizes_that_prove_nothing_are_refused(tmp_path: Path) -> None:
    calibration = Calibration(Scenario.from_text(SMALL), root=tmp_path)
    with pytest.raises(AfterbanError, match="more simulations than truths"):
        calibration.check(truths=100, recovered=50, simulations=100)
