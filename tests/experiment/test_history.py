"""History matching where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from afterban.experiment.history import CUT, emulate, match
from afterban.experiment.observed import Observation
from afterban.scenario.sections.calibration import Figure


def target(name: str, observed: float, **more: object) -> Observation:
    fields = {"metric": "suspensions", "observed": observed, "sd": 0.1, **more}
    return Observation(name, Figure(**fields), False)


def run(places: np.ndarray) -> np.ndarray:
    """Two figures in three replications: the first place, times ten, and chance; the second one."""
    noise = np.random.Generator(np.random.Philox(key=[1, len(places)])).standard_normal(
        (2, len(places), 3)
    )
    one = 10 * places[:, :1] + 0.2 * noise[0]
    other = 5 * places[:, 1:2] + 0.1 * noise[1]
    return np.stack([one, other], axis=2)


def test_what_cannot_be_is_ruled_out_and_the_truth_is_not() -> None:
    asked = [target("one", 3.0), target("other", 4.0)]
    found = match(run, lambda _: [0, 1], asked, 3, points=32, waves=3, seed=1)
    truth = np.array([[0.3, 0.8, 0.5]])
    assert found.worst(truth)[0] < CUT
    assert found.worst(np.array([[0.6, 0.8, 0.5], [0.3, 0.4, 0.5]])).min() > CUT
    # Three standard deviations of sqrt(0.2^2 + 0.1^2) to either side of ten times the place, and
    # of sqrt(0.1^2 + 0.1^2) of five times the other.
    by_hand = (6 * np.hypot(0.2, 0.1) / 10) * (6 * np.hypot(0.1, 0.1) / 5)
    assert found.waves[-1].left == pytest.approx(by_hand, rel=0.25)
    lefts = [wave.left for wave in found.waves]
    assert lefts == sorted(lefts, reverse=True)
    later = found.waves[1].places
    assert np.abs(later[:, 0] - 0.3).max() < 0.12  # where nothing was ruled out


def test_it_stops_when_a_wave_rules_out_little() -> None:
    asked = [target("one", 3.0, sd=50.0)]
    found = match(lambda p: run(p)[:, :, :1], lambda _: [0], asked, 3, points=16, waves=5, seed=1)
    assert len(found.waves) == 2
    assert found.waves[-1].left == 1.0


def test_a_target_that_no_place_meets_leaves_nothing() -> None:
    asked = [target("one", 30.0)]
    found = match(lambda p: run(p)[:, :, :1], lambda _: [0], asked, 3, points=32, waves=3, seed=1)
    assert found.waves[-1].left == 0.0
    assert len(found.waves) == 1
    _, name, far = found.nearest(np.random.Generator(np.random.Philox(1)).random((500, 3)))
    assert name == "one"
    assert far > CUT


def test_a_figure_that_is_hardly_defined_rules_nothing_out() -> None:
    values = np.full((20, 3), np.nan)
    values[:3] = 1.0
    found = emulate(
        target("one", 30.0), np.random.Generator(np.random.Philox(1)).random((20, 2)), values
    )
    assert found.emulator is None
    assert not found.rules_out
    assert found.told == 3
