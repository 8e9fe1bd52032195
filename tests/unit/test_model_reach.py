"""Reach from a sample of outsiders against its expectation and against brute force."""

from __future__ import annotations

import math

import numpy as np
import pytest

from afterban.model.reach import exposed_share
from afterban.theory import poisson_reach

AUDIENCE = np.array([5000.0, 300.0, 20_000.0, 40.0])
IMPRESSIONS = np.array([[2000.0, 900.0, 100.0, 0.0], [0.0, 30.0, 60_000.0, 400.0]])
POPULATION = 30_000.0
SAMPLE = 20_000


def expected_share(impressions, audience=AUDIENCE, population=POPULATION):
    """Closed form (derivation here): a geometric number K of follows, each of operator i with
    probability a_i / sum a and e_i expected exposures: 1 - E[(sum_i a_i/sum(a) exp(-e_i))^K]."""
    mean = audience.sum() / population
    missed = (audience / audience.sum() * np.exp(-impressions / audience)).sum()
    return 1 - 1 / (1 + mean * (1 - missed))


def test_against_the_closed_form():
    shares = exposed_share(IMPRESSIONS, AUDIENCE, POPULATION, SAMPLE, 1, 0)
    rows = [IMPRESSIONS[0], IMPRESSIONS[1], IMPRESSIONS.sum(axis=0)]
    for share, row in zip(shares, rows, strict=True):
        truth = expected_share(row)
        # 4.4 standard errors of a share, an upper bound on that of a mean of probabilities: a
        # right estimate fails less than once in 10^5.
        tolerance = 4.4 * math.sqrt(truth * (1 - truth) / SAMPLE)
        assert abs(share - truth) < tolerance
        # With each audience counted once only, as without overlap, the share would be another.
        alone = (AUDIENCE * (1 - np.exp(-row / AUDIENCE))).sum() / POPULATION
        assert abs(truth - alone) > tolerance or truth < 0.1  # few follow two


def test_against_people_who_see_posts():
    rng = np.random.default_rng(8)
    mean = AUDIENCE.sum() / POPULATION
    exposed = 0
    people = 20_000
    for follows in rng.geometric(1 / (1 + mean), people) - 1:
        of = rng.choice(len(AUDIENCE), follows, p=AUDIENCE / AUDIENCE.sum())
        exposed += rng.poisson((IMPRESSIONS[0] / AUDIENCE)[of].sum()) > 0
    share = exposed_share(IMPRESSIONS[:1], AUDIENCE, POPULATION, SAMPLE, 1, 0)[0]
    error = math.sqrt(share * (1 - share) * (1 / people + 1 / SAMPLE))
    assert abs(share - exposed / people) < 4.4 * error


def test_limits():
    none = exposed_share(np.zeros((2, 4)), AUDIENCE, POPULATION, 100, 1, 0)
    assert none.tolist() == [0.0, 0.0, 0.0]
    everything = exposed_share(np.full((1, 4), 1e12), AUDIENCE, POPULATION, 20_000, 1, 0)[0]
    mean = AUDIENCE.sum() / POPULATION
    follows_any = mean / (1 + mean)
    assert abs(everything - follows_any) < 4.4 * math.sqrt(follows_any / 20_000)
    nobody = exposed_share(np.ones((1, 2)), np.zeros(2), POPULATION, 100, 1, 0)
    assert nobody.tolist() == [0.0, 0.0]
    assert exposed_share(IMPRESSIONS, AUDIENCE, POPULATION, 0, 1, 0).tolist() == [0.0] * 3


def test_a_single_small_audience_is_poisson_exposure():
    # Few people follow two accounts then, and the reach is that of each follower's own exposures.
    audience = np.array([1000.0])
    share = exposed_share(np.array([[700.0]]), audience, 1e5, 400_000, 1, 0)[0]
    truth = 0.01 * float(poisson_reach(0.7))
    assert share == pytest.approx(truth, abs=4.4 * math.sqrt(truth / 400_000) + 1e-4)


def test_windows_together_are_between_the_largest_and_the_sum():
    a, b, both = exposed_share(IMPRESSIONS, AUDIENCE, POPULATION, 2000, 1, 0)
    assert max(a, b) < both < a + b


def test_an_audience_without_people_is_never_picked():
    audience = np.append(AUDIENCE, 0.0)
    impressions = np.column_stack([IMPRESSIONS, [0.0, 0.0]])
    with_it = exposed_share(impressions, audience, POPULATION, 2000, 1, 0)
    assert with_it.tolist() == exposed_share(IMPRESSIONS, AUDIENCE, POPULATION, 2000, 1, 0).tolist()


def test_more_of_the_same_people_on_more_impressions():
    few = exposed_share(IMPRESSIONS, AUDIENCE, POPULATION, 2000, 1, 0)
    many = exposed_share(2 * IMPRESSIONS, AUDIENCE, POPULATION, 2000, 1, 0)
    assert (many > few).all()
    assert (many < 2 * few).all()
    assert (exposed_share(IMPRESSIONS, AUDIENCE, POPULATION, 2000, 1, 1) != few).all()
