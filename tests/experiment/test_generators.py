"""Draws of analyses: the same for a seed and a purpose, and unlike for any other."""

from __future__ import annotations

import numpy as np

from afterban.experiment import generators
from afterban.experiment.generators import generator


def test_the_same_key_gives_the_same_draws_and_more_begin_with_fewer() -> None:
    assert (generator(7, 1).random(5) == generator(7, 1).random(9)[:5]).all()


def test_no_two_purposes_share_a_number() -> None:
    numbers = [n for name, n in vars(generators).items() if name.isupper() and isinstance(n, int)]
    assert len(numbers) == len(set(numbers)) > 5


def test_seeds_and_purposes_are_independent() -> None:
    """Correlations of 4,000 draws: five standard errors, a false alarm in two million."""
    draws = [generator(seed, purpose).random(4000) for seed in (1, 2) for purpose in (1, 2)]
    apart = np.corrcoef(draws)[np.triu_indices(4, 1)]
    assert (np.abs(apart) < 5 / np.sqrt(4000)).all()
