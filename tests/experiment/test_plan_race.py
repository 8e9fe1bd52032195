"""The race: who goes out, how rarely it is the best, and who comes back in."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from scipy.special import bdtrc

from afterban.experiment.planning.race import ERROR, Bound, Rules, standing
from afterban.experiment.planning.search import Search

_spec = importlib.util.spec_from_file_location("plans", Path(__file__).with_name("plans.py"))
assert _spec is not None
assert _spec.loader is not None
plans = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(plans)

AS_WRITTEN = (None,)


def rules(**more: object) -> Rules:
    return Rules(**{"better": -1, "bounds": (), "sure": 0.9, "points": 64, **more})  # type: ignore[arg-type]


def seen(*columns: np.ndarray) -> dict[tuple[str | None, ...], np.ndarray]:
    """Mixes `0`, `1` … with their aim at each point; as written comes to 1 everywhere."""
    found: dict[tuple[str | None, ...], np.ndarray] = {
        (str(k),): np.asarray(one, dtype=float).reshape(len(one), -1)
        for k, one in enumerate(columns)
    }
    width = next(iter(found.values())).shape[1]
    return {AS_WRITTEN: np.ones((64, width)), **found}


def test_who_is_surely_worse_goes_out_and_who_is_equal_stays() -> None:
    world = np.random.default_rng(1).normal(size=64)
    same = standing(rules(), seen(world, world, world + 1 + 0.1 * world**2), AS_WRITTEN)
    assert same.leader == ("0",)
    assert same.out[("2",)] == "worse"
    assert ("1",) not in same.out
    assert same.order[0] == ("0",)


def test_a_difference_that_does_not_matter_puts_out_who_is_hardly_better() -> None:
    world = np.random.default_rng(1).normal(size=64)
    mixes = seen(world, world + 0.01 * np.random.default_rng(2).normal(size=64))
    assert not [m for m in standing(rules(), mixes, AS_WRITTEN).out if m[0] in ("0", "1")]
    told = standing(rules(worth=0.1), mixes, AS_WRITTEN)
    assert len([mix for mix in told.out if mix[0] in ("0", "1")]) == 1


def test_a_broken_limit_puts_out_and_a_leader_that_breaks_one_lets_others_in_again() -> None:
    """The cheap mix leads on eight worlds; on all 64 it breaks the limit at half of them."""
    bound = Bound(1, 10.0, 1, "cost at most 10")
    cost = np.where(np.arange(64) < 8, 5.0, np.where(np.arange(64) % 2, 5.0, 20.0))
    aims = np.linspace(0.1, 0.2, 64)
    lucky = np.column_stack([aims, cost])
    honest = np.column_stack([aims + 0.5, np.full(64, 5.0)])
    bounded = rules(bounds=(bound,))
    early = standing(bounded, seen(lucky[:8], honest[:8]), AS_WRITTEN)
    assert (early.leader, early.out.get(("1",))) == (("0",), "worse")
    late = standing(bounded, seen(lucky, honest[:8]), AS_WRITTEN)
    assert late.out[("0",)] == "limit"
    assert ("1",) not in late.out
    assert late.leader == ("1",)


def test_what_is_undefined_keeps_no_limit() -> None:
    bound = Bound(1, 10.0, 1, "time at most 10")
    unknown = np.column_stack([np.zeros(64), np.full(64, np.nan)])
    assert rules(bounds=(bound,)).violation(unknown) > 1
    assert rules(bounds=(bound,)).surely_breaks(unknown)


@pytest.mark.parametrize("sure", [0.5, 0.9, 1.0])
def test_violation_and_share_say_the_same(sure: float) -> None:
    bound, random = Bound(1, 0.0, 1, ""), np.random.default_rng(4)
    for _ in range(50):
        values = np.column_stack([np.zeros(16), random.normal(-1, 1, 16)])
        own = rules(bounds=(bound,), sure=sure, points=16)
        assert (own.violation(values) == 0) == bool(own.kept(values)[0] >= sure - 1e-12)


# --- at which rate the best goes out --------------------------------------------------------------

MIXES, RACES = 12, 150


def race(seed: int, gap: float, racing: bool = True) -> tuple[bool, int]:
    """Whether mix 0, the best by a gap, is still in, and how much was run."""
    random = np.random.default_rng(seed)
    # Worlds that all share, and what each mix does in each: skewed, as effective reach is.
    shared = random.normal(size=128)
    own = random.gamma(1.5, 1.0, size=(MIXES, 128)) - 1.5

    def value(mix: tuple[str | None, ...], n: int) -> tuple[float]:
        k = MIXES - 1 if mix[0] is None else int(mix[0])
        return (shared[n] + own[k, n] + gap * (k > 0) * (1 + 0.2 * k),)

    search = Search(
        (plans.choices("a", MIXES),), rules(), plans.Table(value), 1, 128, racing=racing
    )
    found = search.run()
    return ("0",) not in found.standing.out, found.runs


@pytest.mark.slow
def test_the_best_mix_goes_out_no_more_often_than_stated() -> None:
    """Races between equals, the hardest case; a false alarm has a chance below 1e-4."""
    most = next(k for k in range(RACES) if bdtrc(k, RACES, ERROR) < 1e-4)
    assert sum(not race(seed, 0.0)[0] for seed in range(RACES)) <= most < RACES / 5


@pytest.mark.slow
def test_a_test_without_a_share_of_the_error_would_lose_the_best_too_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The check above can fail: each test at 5 % by itself."""
    monkeypatch.setattr(Rules, "error", property(lambda self: ERROR))
    assert sum(not race(seed, 0.0)[0] for seed in range(RACES)) > RACES / 5


def test_a_race_runs_far_less_and_finds_the_same() -> None:
    fast = [race(seed, 2.0) for seed in range(5)]
    slow = [race(seed, 2.0, racing=False) for seed in range(5)]
    assert all(kept for kept, _ in (*fast, *slow))
    assert sum(runs for _, runs in fast) < 0.6 * sum(runs for _, runs in slow)
