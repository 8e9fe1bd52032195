from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

from afterban import randomness
from afterban.logs import bootstrap, recovery, writing
from afterban.logs.bootstrap import Bootstrap, maximise
from afterban.logs.estimates import share


def test_an_influence_is_what_a_heavier_row_does() -> None:
    draw = np.random.default_rng(1)
    x = draw.normal(2.0, 1.5, 300)
    lineage = np.arange(300) // 3

    def loglik(theta):
        return -0.5 * ((x - theta[0]) / np.exp(theta[1])) ** 2 - theta[1]

    fit = maximise(loglik, [0.0, 0.0], lineage, 100)
    assert fit.theta == pytest.approx([x.mean(), np.log(x.std())], abs=1e-6)
    for one in (0, 57):
        weights = np.where(lineage == one, 1.001, 1.0)
        moved = maximise(loglik, [0.0, 0.0], lineage, 100, weights).theta
        assert (moved - fit.theta) / 0.001 == pytest.approx(fit.influence[one], rel=0.02, abs=1e-6)


def test_draws_spread_as_refits_do() -> None:
    """Each lineage twice or not at all: moving by influence is as good as fitting again."""
    draw = np.random.default_rng(1)
    days = draw.exponential(3.0, 600)
    lineage = np.arange(600) // 2

    def loglik(theta):
        return -theta[0] - days * np.exp(-theta[0])

    fit = maximise(loglik, [0.0], lineage, 300)
    boot = Bootstrap(draws=60)
    moved = boot.moved(fit.theta, fit.influence)[:, 0]
    signs = boot._signs(0, 300)
    again = [maximise(loglik, [0.0], lineage, 300, (1.0 + one)[lineage]).theta[0] for one in signs]
    assert np.corrcoef(moved, again)[0, 1] > 0.99
    assert np.std(moved) == pytest.approx(np.std(again), rel=0.1)


def test_draws_are_fair_independent_and_the_same_each_time() -> None:
    signs = Bootstrap(draws=300)._signs(0, 2000)
    assert set(np.unique(signs)) == {-1.0, 1.0}
    assert abs(signs.mean()) < 4 / np.sqrt(signs.size)
    by_lineage = np.corrcoef(signs[:, :50].T)
    assert np.abs(by_lineage - np.eye(50)).max() < 5 / np.sqrt(300)
    assert (Bootstrap(draws=300)._signs(0, 2000) == signs).all()
    assert (Bootstrap(seed=2, draws=300)._signs(0, 2000) != signs).any()
    long = Bootstrap(draws=3).moved(np.zeros(1), np.ones((60_000, 1)))
    parts = sum(Bootstrap(draws=3)._signs(k, 60_000 - k)[:, 0] for k in (0,))
    assert np.isfinite(long).all()
    assert np.isfinite(parts).all()


def test_a_ridge_is_told_from_a_maximum() -> None:
    x = np.random.default_rng(0).normal(1.0, 1.0, 100)
    ridge = maximise(lambda t: -0.5 * (x - t[0] - t[1]) ** 2, [0.0, 0.0], np.arange(100), 100)
    assert not ridge.sure
    assert maximise(lambda t: -0.5 * (x - t[0]) ** 2, [0.0], np.arange(100), 100).sure


@pytest.mark.parametrize("yes", [0, 3, 200, 400])
def test_shares_have_intervals_with_both_ends(yes: int) -> None:
    flags = np.arange(400) < yes
    q = share("x", "x", "x", flags, np.arange(400), Bootstrap())
    assert 0 <= q.low <= q.value <= q.high <= 1
    assert q.low < q.high
    assert len(q.draws) == 400
    assert ((q.draws >= 0) & (q.draws <= 1)).all()
    assert q.draws.mean() == pytest.approx(yes / 400, abs=0.02)


def test_numbers_of_decisions_are_of_these_draws_alone() -> None:
    """A number is never given to a second decision: others are in `randomness` and the channels."""
    mine = {bootstrap.LOG_BOOTSTRAP, bootstrap.LOG_RECALL, writing.LOG_MESS, recovery.LOG_WORLD}
    assert len(mine) == 4
    tree = ast.parse(Path(randomness.__file__).read_text())
    names = [
        node.target.id
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    ]
    taken = {getattr(randomness, name) for name in names if not name.startswith("_")}
    assert len(taken) > 30
    assert not mine & taken
