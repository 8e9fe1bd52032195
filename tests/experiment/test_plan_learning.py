"""Value of information against closed forms, and nothing found where there is nothing."""

from __future__ import annotations

import numpy as np
import pytest

from afterban.experiment.planning import learning
from afterban.experiment.planning.learning import Smoother, Unknowns, learn
from afterban.logs import columns

NAMES = ("first", "second", "third")


def unknowns(places: np.ndarray, paths: tuple[tuple[str, ...], ...] = ((), (), ())) -> Unknowns:
    return Unknowns(NAMES, NAMES, paths, places, False)


def case(count: int, seed: int = 1, noise: float = 0.0) -> tuple[Unknowns, np.ndarray]:
    """Two choices, the second better by a (x - 1/2) + b (y - 1/2) with x, y uniform.

    What it is worth to know x alone is a / 8, y alone b / 8 (the mean of the positive part of a
    uniform about 0 of width a); the third says nothing.
    """
    random = np.random.default_rng(seed)
    places = random.random((count, 3))
    gain = 0.8 * (places[:, 0] - 0.5) + 0.4 * (places[:, 1] - 0.5)
    gain -= gain.mean()
    gain = gain + random.normal(0, noise, count)
    return unknowns(places), np.column_stack([np.zeros(count), gain])


def test_it_is_what_the_closed_form_says() -> None:
    found = learn(*case(2000), seed=3)
    assert found is not None
    first, second, third = found.each
    assert (first.name, second.name, third.name) == NAMES
    # Five standard errors of 2000 points: 0.5 x 0.8 / sqrt(12 x 2000), and the same for 0.4.
    assert first.value == pytest.approx(0.8 / 8, abs=0.013)
    assert second.value == pytest.approx(0.4 / 8, abs=0.013)
    assert third.value < 0.01
    # Of both: the mean of the positive part of a trapezoid, E|u| / 2 with widths 0.8 and 0.4.
    both = (0.8**2 / 4 + 0.4**2 / 12) / 0.8 / 2
    assert found.all[1] == pytest.approx(both, abs=0.013)


@pytest.mark.slow
def test_intervals_hold_the_truth_and_noise_is_not_told() -> None:
    told = [learn(*case(64, seed, 0.2), seed=seed) for seed in range(30)]
    firsts = [next(w for w in one.each if w.name == "first") for one in told if one]
    thirds = [next(w for w in one.each if w.name == "third") for one in told if one]
    assert sum(one.low <= 0.1 <= one.high for one in firsts) >= 24
    assert sum(one.told for one in firsts) >= 24
    # At 5 % more than 7 of 30 have a chance of 2e-4.
    assert sum(one.told for one in thirds) <= 7


def test_shuffled_points_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check above can fail: without a floor the third is told in every case."""
    monkeypatch.setattr(learning, "LEVEL", 0.0)
    told = [learn(*case(64, seed, 0.2), seed=seed) for seed in range(8)]
    assert all(w.told for one in told if one for w in one.each if w.value > 0)


def test_chance_adds_to_the_value_of_everything_and_is_taken_off() -> None:
    """Two choices that differ by chance alone: nothing is worth knowing."""
    random = np.random.default_rng(5)
    one, other = random.normal(size=(2, 400, 2))
    places = unknowns(random.random((400, 3)))
    found = learn(places, (one + other) / 2, seed=1, halves=(one, other))
    assert found is not None
    assert found.all[1] > 0.3  # what would be promised
    assert found.all[0] < 0.08


def test_a_column_of_a_log_tells_what_is_below_its_paths() -> None:
    places, level = case(200)
    paths = (("returning.delay.lognormal.median",), ("tiers.hub.returns",), ("network.overlap",))
    found = learn(unknowns(places.places, paths), level, seed=1)
    assert found is not None
    (column,) = found.columns
    assert (column.name, column.names) == ("linked_to", ("first", "second"))
    assert column.value > max(one.value for one in found.each)


def test_every_column_of_a_log_tells_something() -> None:
    told = {name for text in columns.TELLS for name in text.split(", ")}
    assert told | {"account_id", "reports", "reversed_at"} == set(columns.KNOWN)


def test_a_ridge_follows_a_line_and_leaves_noise() -> None:
    random = np.random.default_rng(1)
    x = random.random((300, 1))
    design = learning._design(x)
    line = Smoother(design).fitted(3 * x)
    assert np.abs(line - 3 * x).max() < 0.01
    noise = random.normal(size=(300, 1))
    assert Smoother(design).fitted(noise).std() < 0.2


def test_few_points_tell_nothing() -> None:
    assert learn(*case(15), seed=1) is None
