"""The world before the first event: sizes, rates and links against their laws."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from scipy import stats

from afterban.core.kernels import KERNELS
from afterban.experiment import replicate
from afterban.mechanisms import state as s
from afterban.parameters import RETURN_DELAY, Parameters
from afterban.randomness import WORLD_NEIGHBOUR, uniforms
from afterban.scenario import Scenario
from afterban.world import build, first_state, reference, same_world
from afterban.world.reference import _follow_graph

TEXT = """
schema_version: 1
name: world
start: 2014-06-02
horizon: 10 d
tiers:
  hub:
    count: 20
    audience: {lognormal: {median: 5000, sigma: 0.5}}
    posts: 10 per day
    degree: {uniform: {low: 10, high: 30}}
    prominence: 30
    insider_share: 0.3
  supporter:
    count: 1500
    audience: {lognormal: {median: 200, sigma: 1.2, cap: 20000}}
    posts: {exponential: {mean: 2 per day}}
    degree: 8
"""


@pytest.fixture(scope="module")
def scenario():
    return Scenario.from_text(TEXT)


def made(scenario, seed=5, replication=0):
    parameters = Parameters.from_scenario(scenario)
    return build(parameters, seed, replication)


def links(world):
    """Pairs of an operator and a promoter of it: [E, 2]."""
    operators = np.repeat(np.arange(len(world.tier)), np.diff(world.promoter_start))
    return np.column_stack([operators, world.promoters])


@pytest.mark.smoke
def test_tiers_in_order(scenario):
    world = made(scenario)
    assert (world.tier == np.repeat([0, 1], [20, 1500])).all()
    assert world.promoter_start[0] == 0
    assert world.promoter_start[-1] == len(world.promoters)
    assert (np.diff(world.promoter_start) >= 0).all()


def test_audiences_and_posts_have_the_means_of_their_laws(scenario):
    world = made(scenario)
    size = world.audience.sum(axis=1)
    for values, law in (
        (size[world.tier == 1], scenario.tiers["supporter"].audience),
        (world.posts[world.tier == 1], scenario.tiers["supporter"].posts),
        (size[world.tier == 0], scenario.tiers["hub"].audience),
    ):
        error = values.std(ddof=1) / math.sqrt(len(values))
        # 4.4 standard errors: a right mean fails about once in 10^5 (in 10^3 for the 20 hubs).
        assert abs(values.mean() - law.mean()) < 4.4 * error
        assert abs(values.mean() - 1.5 * law.mean()) > 4.4 * error or len(values) < 100
    assert size.max() <= 20_000
    assert (world.posts[world.tier == 0] == 10.0).all()
    assert world.audience[:20, 0] == pytest.approx(0.3 * size[:20], rel=1e-12)
    assert world.audience[20:, 0] == pytest.approx(0.5 * size[20:], rel=1e-12)


def test_nobody_promotes_itself_or_twice(scenario):
    world = made(scenario)
    pairs = links(world)
    assert len(pairs) > 5000
    assert (pairs[:, 0] != pairs[:, 1]).all()
    assert len(np.unique(pairs, axis=0)) == len(pairs)
    assert pairs.min() >= 0
    assert pairs.max() < len(world.tier)


def test_no_more_promoters_than_drawn(scenario):
    degree = np.diff(made(scenario).promoter_start)
    assert degree[20:].max() == 8
    assert degree[:20].min() >= 5  # of 10 to 30 draws, repeats left out
    assert 10 < degree[:20].max() <= 30
    # A draw is left out if it is the operator itself or a repeat: rare among 1,500.
    assert 7.2 < degree[20:].mean() < 8


def test_equal_weights_give_the_degree_of_the_closed_form(scenario):
    flat = scenario.with_changes(
        {"network.prominence_tail": 0, "tiers.hub.prominence": 1, "tiers.supporter.count": 60}
    )
    means = [np.diff(made(flat, 5, k).promoter_start)[20:].mean() for k in range(40)]
    # Of 8 draws among 80 operators: the expected number of different ones but itself.
    expected = 79 * (1 - (79 / 80) ** 8)
    error = np.std(means, ddof=1) / math.sqrt(len(means))
    assert abs(np.mean(means) - expected) < 4.4 * error  # fails once in 10^4 (t with 39 degrees)
    assert abs(np.mean(means) - 8) > 4.4 * error


def test_promoters_are_picked_by_prominence(scenario):
    flat = scenario.with_changes({"network.prominence_tail": 0, "tiers.supporter.degree": 3})
    worlds = [made(flat, 5, k) for k in range(3)]
    picked = np.concatenate([w.promoters[w.promoter_start[20] :] for w in worlds])
    share = np.mean(picked < 20)
    expected = 20 * 30 / (20 * 30 + 1500)
    # Repeats of a hub are left out more often than those of a supporter, by under 2 %.
    error = math.sqrt(expected * (1 - expected) / len(picked))
    assert abs(share - expected) < 4.4 * error + 0.02 * expected
    assert abs(share - 20 / 1520) > 4.4 * error


def test_every_operator_is_picked_about_as_often_as_the_next(scenario):
    # The guide of the search must not favour anybody: with equal weights, picks are uniform.
    flat = scenario.with_changes(
        {
            "network.prominence_tail": 0,
            "tiers.hub.prominence": 1,
            "tiers.supporter.count": 80,
            "tiers.supporter.degree": 1,
            "tiers.hub.degree": 1,
        }
    )
    counts = np.zeros(100)
    for k in range(300):
        counts += np.bincount(made(flat, 9, k).promoters, minlength=100)
    assert counts.sum() > 29_000
    assert stats.chisquare(counts).pvalue > 1e-5
    counts[3] += 150
    assert stats.chisquare(counts).pvalue < 1e-5


def test_a_heavier_tail_concentrates_the_links(scenario):
    def top(tail):
        world = made(scenario.with_changes({"network.prominence_tail": tail}))
        counts = np.sort(np.bincount(world.promoters, minlength=len(world.tier))[20:])
        return counts[-15:].sum() / counts.sum()

    assert top(1.2) > 1.5 * top(2.5) > 1.5 * top(0)


def test_nobody_of_a_tier_without_prominence_is_picked(scenario):
    none = scenario.with_changes({"tiers.supporter.prominence": 0})
    assert made(none).promoters.max() < 20
    nobody = scenario.with_changes({"tiers.supporter.prominence": 0, "tiers.hub.prominence": 0})
    assert len(made(nobody).promoters) == 0


def test_an_isolated_operator_changes_nobody_else(scenario):
    more = Scenario.from_text(
        TEXT
        + """
  alone: {count: 3, audience: 1000, posts: 1 per day, degree: 0, prominence: 0}
"""
    )
    one, two = made(scenario), made(more)
    assert len(two.tier) == len(one.tier) + 3
    n = len(one.tier)
    for name in ("tier", "audience", "posts"):
        assert (getattr(one, name) == getattr(two, name)[:n]).all()
    assert (one.promoters == two.promoters).all()
    assert (one.promoter_start == two.promoter_start[: n + 1]).all()
    # Another that others may follow does change the links.
    known = more.with_changes({"tiers.alone.prominence": 1})
    assert not np.array_equal(made(known).promoters, one.promoters)


@pytest.mark.parametrize(
    ("change", "stays"),
    [
        ({"tiers.supporter.posts": "9 per day"}, ("audience", "promoters")),
        ({"tiers.supporter.audience": "9"}, ("posts", "promoters")),
        ({"tiers.supporter.degree": "4"}, ("audience", "posts")),
        ({"tiers.hub.prominence": "3"}, ("audience", "posts")),
    ],
)
def test_each_thing_has_draws_of_its_own(scenario, change, stays):
    one, two = made(scenario), made(scenario.with_changes(change))
    for name in ("audience", "posts", "promoters"):
        assert np.array_equal(getattr(one, name), getattr(two, name)) == (name in stays)


def test_seeds_and_replications_are_different_worlds(scenario):
    one = made(scenario)
    assert (made(scenario).audience == one.audience).all()
    for other in (made(scenario, 6), made(scenario, 5, 1)):
        assert (other.audience[20:] != one.audience[20:]).all()
        assert not np.array_equal(other.promoters, one.promoters)
    # Independent: correlations of audiences within 4.4 standard errors of 0.
    r = np.corrcoef(np.log(one.audience[:, 1]), np.log(made(scenario, 5, 1).audience[:, 1]))[0, 1]
    hubs_apart = np.corrcoef(
        np.log(one.audience[20:, 1]), np.log(made(scenario, 5, 1).audience[20:, 1])
    )[0, 1]
    assert abs(hubs_apart) < 4.4 / math.sqrt(1500)
    assert r > hubs_apart  # the tiers are the same ones


def test_first_state_conserves_the_audience(scenario):
    changed = scenario.with_changes(
        {
            "tiers.supporter.attached_at_start": 0.7,
            "tiers.supporter.detached_at_start": 0.3,
            "tiers.hub.attached_at_start": 0.2,
            "tiers.hub.detached_at_start": 0.5,
            "tiers.hub.refollow_factor": 0.25,
            "tiers.hub.sleeper": {"public": "2014-06-05"},
        }
    )
    parameters = Parameters.from_scenario(changed)
    world = build(parameters, 5, 0)
    rows = first_state(parameters, world)
    for segment, first in ((0, s.ATTACHED_IN), (1, s.ATTACHED_OUT)):
        size = world.audience[:, segment]
        total = rows[:, first : first + 4].sum(axis=1)
        assert total == pytest.approx(size, rel=1e-14)
        assert (rows[:, first : first + 4] >= -1e-12 * size[:, None]).all()
        supporters = world.tier == 1
        assert rows[supporters, first] == pytest.approx(0.7 * size[supporters])
        assert rows[supporters, first + 1] == pytest.approx(0.3 * size[supporters])
        # Nobody follows a sleeper yet.
        assert (rows[~supporters, first] == 0.0).all()
        assert rows[~supporters, first + 1] == pytest.approx(0.5 * size[~supporters])
    assert (rows[:, s.PUBLIC] == (world.tier == 1)).all()
    assert rows[0, s.REFOLLOW_IN] == pytest.approx(0.25 * 1.0)
    assert rows[0, s.REFOLLOW_OUT] == pytest.approx(0.25 * 0.03)
    assert rows[-1, s.REFOLLOW_OUT] == pytest.approx(0.03)


class Watched:
    """Parameters that tell which of their fields were read."""

    def __init__(self, parameters):
        self.parameters, self.read = parameters, set()

    def __getattr__(self, name):
        self.read.add(name)
        return getattr(self.parameters, name)


def test_arms_share_a_world_only_if_nothing_that_it_is_drawn_from_differs(scenario):
    parameters = Parameters.from_scenario(scenario)
    assert same_world(parameters, parameters._replace(sensitivity=0.5, lost=np.array([0.3, 0.2])))
    watched = Watched(parameters._replace(most_recruits=2))
    reference.drawn(watched, 5, 0)
    assert len(watched.read) > 10
    assert not watched.read & {"sensitivity", "lost"}
    of_the_program = {name for name, _ in KERNELS["world"].given} - {"seed", "replication"}
    for name in watched.read | of_the_program:
        value = np.asarray(getattr(parameters, name))
        other = value + 1 if value.size else np.ones(1, dtype=value.dtype)
        other = np.where(np.isinf(other), 0, other)
        assert not same_world(parameters, parameters._replace(**{name: other})), name
    # Of an operator's laws, how long it takes to come back is no part of the world.
    delays = parameters.tier_distributions.copy()
    delays[:, RETURN_DELAY] += 1.0
    assert same_world(parameters, parameters._replace(tier_distributions=delays))


def test_a_replication_draws_the_world_of_arms_that_share_it_once(scenario, monkeypatch):
    policies = {
        "slow": {"review": {"time_to_action": "9 d"}},
        "busy": {"tiers": {"supporter": {"posts": "5 per day"}}},
    }
    arms = Scenario.from_text(TEXT + yaml_of(policies))
    drawn = []
    monkeypatch.setattr(replicate, "build", lambda *key: drawn.append(key) or build(*key))
    outcomes = replicate.run_replication(arms, ["base", "slow", "busy"], keep=True)
    assert len(drawn) == 2  # that of the twin, which base and slow have too, and that of busy
    for outcome in outcomes:
        alone = (
            made(arms, arms.seed) if outcome.policy != "busy" else made(arms.arm("busy"), arms.seed)
        )
        assert (outcome.world.posts == alone.posts).all()
        assert (outcome.world.promoters == alone.promoters).all()


def yaml_of(policies):
    """Policies as they stand in a scenario; JSON is YAML."""
    return f"policies: {json.dumps(policies)}\n"


def links_one_by_one(degree, weight, seed, replication):
    """The same links by a search for each draw."""
    ends = np.cumsum(weight)
    ends[-1] = math.inf
    promoters = []
    for i in range(len(degree)):
        mine = []
        for ordinal in range(degree[i]):
            u, _ = uniforms(seed, replication, WORLD_NEIGHBOUR, i, 0, ordinal)
            j = int(np.searchsorted(ends, u * weight.sum(), side="right"))
            if j != i and j not in mine:
                mine.append(j)
        promoters.append(mine)
    return promoters


@pytest.mark.parametrize("n", [1, 2, 63, 64, 65, 200])
@pytest.mark.parametrize("seed", [1, 2])
def test_links_are_those_of_a_search_for_each_draw(n, seed):
    draw = np.random.default_rng(seed)
    degree = draw.integers(0, 40, n) * (draw.random(n) < 0.8)
    weight = draw.pareto(1.0, n) * (draw.random(n) < 0.7) + 1e-9 * (draw.random(n) < 0.2)
    weight[draw.integers(n)] = 1.0
    start, promoters, links = _follow_graph(degree, weight, seed, 3)
    expected = links_one_by_one(degree, weight, seed, 3)
    assert np.diff(start).tolist() == [len(mine) for mine in expected]
    assert promoters.tolist() == [j for mine in expected for j in mine]
    assert links.tolist() == np.bincount(promoters, minlength=n).tolist()
    assert degree.max() > 16 or n < 3  # some take more than one piece of memory


def test_nobody_at_all_has_no_links():
    nobody = np.zeros(0, dtype=np.int64)
    start, promoters, links = _follow_graph(nobody, np.zeros(0), 1, 0)
    assert (start.tolist(), promoters.tolist(), links.tolist()) == ([0], [], [])
