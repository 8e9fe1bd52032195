"""What metrics add up, by the compiled program and in Python: the same bytes."""

import math

import numpy as np
import pytest

from afterban.core import all_that_run, kernels
from afterban.mechanisms import absence, distributions, handles, mistakes, reach, state
from afterban.metrics import kernels as fast

PROGRAMS = all_that_run()


@pytest.fixture(params=list(PROGRAMS))
def program(request, monkeypatch):
    """Each program that this machine can run, in the place of this thread's own."""
    monkeypatch.setattr(fast, "core", lambda: PROGRAMS[request.param])
    return PROGRAMS[request.param]


def same(one, other):
    return np.asarray(one).tobytes() == np.asarray(other).tobytes()


def audiences(operators, seed=1):
    """Audiences small and large beside a population of a million, some of nobody, one of all."""
    random = np.random.default_rng(seed)
    people = np.exp(random.normal(4.0, 3.0, operators))
    people[::7] = 0.0
    people = np.minimum(people, 1e6)
    if operators > 3:
        people[1:4] = 1e6, 1e6 * 0.01 / 1.01, 2e5
    return people


@pytest.mark.parametrize(("windows", "operators"), [(0, 5), (1, 0), (1, 1), (3, 400)])
def test_reach(program, windows, operators):
    people = audiences(operators)
    seen = np.random.default_rng(2).exponential(1.0, (windows, operators)) * people
    seen[:, ::3] *= 100.0  # up to everybody who follows
    expected = reach.exposed_share(seen, people, 1e6)
    assert same(fast.exposed_share(seen, people, 1e6), expected)
    if windows == 3:  # and what this is told by: a hair more of one operator
        people[5] *= 1.0 + 1e-6
        assert not same(fast.exposed_share(seen, people, 1e6), expected)


def test_reach_of_tables_that_do_not_fit_is_refused(program):
    for change in ({"windows": 3}, {"windows": -1}, {"population": 0.0}, {"audience": np.ones(3)}):
        given = {
            "impressions": np.ones((2, 4)),
            "audience": np.ones(4),
            "population": 9.0,
            "windows": 2,
        }
        with pytest.raises(ValueError, match="do not fit"):
            kernels.call(program, "exposed_share", {**given, **change})


def law(kind, a, b=0.0):
    row = np.zeros(distributions.ROW)
    row[:5] = kind, a, b, 0.0, math.inf
    return row


@pytest.mark.parametrize("hears", [False, True])
@pytest.mark.parametrize("wave", [0.0, 7.0])
def test_wrong_suspensions(program, hears, wave):
    random = np.random.default_rng(3)
    n = 500
    heard = np.where(random.random(n) < 0.5, math.inf, random.uniform(40.0, 90.0, n))
    channel = random.integers(0, 9, n)
    number = random.integers(0, 1 << 29, n)
    of = [random.uniform(0.0, 90.0, n), channel, number, heard, 80.0, 0.4, 0.7, 0.6, hears]
    of += [law(distributions.LOGNORMAL, 2.0, 0.8), law(distributions.EXPONENTIAL, 3.0), wave, 1, 4]
    expected = mistakes.wrongly_suspended(*of)
    told = fast.wrongly_suspended(*of)
    assert same(told[0], expected[0])
    assert same(told[1], expected[1])
    assert 0 < (expected[1] > 0.0).sum() < (expected[0] > 0.0).sum() < n
    of[-1] = 5
    assert not same(fast.wrongly_suspended(*of)[0], expected[0])
    with pytest.raises(ValueError, match="do not fit"):
        fast.wrongly_suspended(*of[:3], heard[1:], *of[4:])
    with pytest.raises(ValueError, match="do not fit"):
        fast.wrongly_suspended(*of[:9], np.full(distributions.ROW, 11.0), *of[10:])


def accounts(operators, random):
    """An account table: up to four lives each, some never public, some going on."""
    rows = []
    for i in range(operators):
        day = random.uniform(0.0, 30.0)
        for _ in range(random.integers(0, 5)):
            public = day if random.random() < 0.8 else math.nan
            end = day + random.exponential(15.0)
            gone = random.random() < 0.7
            rows.append((i, public, end if gone else math.nan))
            if not gone:
                break
            day = end + random.exponential(5.0)
    operator, public, suspended = (np.array(column) for column in zip(*rows, strict=True))
    return operator.astype(np.int32), public, suspended


@pytest.mark.parametrize("forget", [0.0, 0.01])
def test_follower_days(program, forget):
    random = np.random.default_rng(5)
    n = 60
    rows = random.uniform(0.0, 500.0, (n, state.COLUMNS))
    rows[:, state.REFOLLOW_OUT] = random.uniform(0.0, 0.5, n)
    rows[:, state.FORGET_OUT] = forget
    rows[::4, state.DETACHED_OUT] = 0.0
    factors = random.uniform(0.1, 3.0, (3, 4))
    rest = (np.array([0.01, 0.02]), 10.0, 80.0, np.array([-math.inf, 0.0, 21.5, 60.0]), factors)
    tier = random.integers(0, 3, n)
    born = np.where(random.random(n) < 0.2, math.nan, random.uniform(0.0, 70.0, n))
    spared = absence.follower_days_spared(rows, born, *rest, tier)
    assert same(fast.follower_days_spared(rows, born, *rest, tier), spared)
    table = accounts(n, random)
    posts = random.uniform(0.0, 9.0, n)
    away = absence.follower_days_away(rows, *table, posts, *rest, tier)
    assert same(fast.follower_days_away(rows, *table, posts, *rest, tier), away)
    assert away > 0.0
    rows[table[0][0], state.ATTACHED_OUT] += 1.0
    assert not same(fast.follower_days_spared(rows, born, *rest, tier), spared) or math.isnan(
        born[table[0][0]]
    )
    with pytest.raises(ValueError, match="do not fit"):
        fast.follower_days_away(rows, table[0] + n, *table[1:], posts, *rest, tier)
    with pytest.raises(ValueError, match="do not fit"):
        fast.follower_days_spared(rows, born, *rest, tier + 1)


def test_handles_of_ordinary_users(program):
    of = (3, 1, 100, 40, 5000, 0.3, 0.3)
    assert same(fast.ordinary_handles(*of), handles.ordinary_handles(*of))
    with pytest.raises(ValueError, match="do not fit"):
        fast.ordinary_handles(3, 1, -1, 40, 5000, 0.3, 0.3)


def test_without_a_program_python_does_it(monkeypatch):
    monkeypatch.setattr(fast, "can_run", lambda: False)
    monkeypatch.setattr(fast, "core", None)
    seen = np.ones((2, 30))
    assert same(
        fast.exposed_share(seen, audiences(30), 1e6),
        reach.exposed_share(seen, audiences(30), 1e6),
    )
    assert same(
        fast.ordinary_handles(3, 1, 0, 4, 9, 0.3, 0.3),
        handles.ordinary_handles(3, 1, 0, 4, 9, 0.3, 0.3),
    )
