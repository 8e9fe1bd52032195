"""The world as the compiled program draws it, beside the reference in Python: the same bytes."""

import networks
import numpy as np
import pytest

from afterban import world as world_of
from afterban.core import all_that_run, kernels
from afterban.parameters import Parameters
from afterban.scenario import Scenario, shipped_names
from afterban.world import built_in, reference

PROGRAMS = all_that_run()
MOST = 400  # operators of a tier of a shipped scenario; the reference is slow with arrivals
NETWORKS = ("network", "staffed", "returning", "priced", "differing", "bursting", "adapting")


def differing_fields(one, other):
    """Names of the fields of two worlds that are not the same in type, shape and bytes."""
    return [
        name
        for name, a, b in zip(one._fields, one, other, strict=True)
        if (a.dtype, a.shape, a.tobytes()) != (b.dtype, b.shape, b.tobytes())
    ]


def assert_drawn_alike(p, seed=1, replication=0):
    expected = reference.drawn(p, seed, replication)
    for kind, program in PROGRAMS.items():
        found = differing_fields(expected, built_in(program, p, seed, replication))
        assert found == [], (kind, found)
    return expected


def thinned(p):
    """The network with fewer operators of each tier, fewer recruits, and as many fewer arrivals."""
    if len(p.own_posts):
        return p
    share = np.minimum(1.0, MOST / np.maximum(p.tier_count, 1))
    return p._replace(
        tier_count=np.minimum(p.tier_count, MOST),
        most_recruits=min(p.most_recruits, MOST),
        arrival_rate=p.arrival_rate * share[p.arrival_tier][:, np.newaxis],
    )


def law_of_files(p, operators, links):
    """Operators of files, and links of files where they are asked for, in the drawn ones' place."""
    random = np.random.default_rng(7)
    n = int(p.tier_count.sum())
    p = p._replace(
        own_audience=random.uniform(0.0, 900.0, (operators, 2)),
        own_posts=random.uniform(0.0, 9.0, operators),
    )
    if not links:
        return p
    ends = np.cumsum(random.integers(0, 5, n))
    return p._replace(
        own_promoter_start=np.concatenate(([0], ends)),
        own_promoters=random.integers(0, n, ends[-1]).astype(np.int32),
    )


def newcomers(p, rate=0.5):
    """Newcomers of two tiers, at a rate that changes."""
    return p._replace(
        arrival_tier=np.array([1, 2]),
        arrival_start=np.array([-np.inf, 30.0]),
        arrival_rate=np.array([[rate, 2.0 * rate], [0.1, 0.0]]),
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_names())
def test_shipped_scenarios_with_fewer_operators(name):
    world = assert_drawn_alike(thinned(Parameters.from_scenario(Scenario.from_yaml(name))))
    assert len(world.tier) > 0


@pytest.mark.parametrize("name", NETWORKS)
def test_the_networks_of_these_tests(name):
    for replication in range(3):
        assert_drawn_alike(getattr(networks, name)(), 5, replication)


def test_newcomers_recruits_and_prominence_of_all_kinds():
    for change in ({}, {"most_recruits": 0}, {"prominence_tail": 0.4}, {"prominence_tail": 3.0}):
        p = newcomers(networks.network(**change))
        world = assert_drawn_alike(p)
        come = np.isfinite(world.arrivals)
        assert 0 < come.sum() < len(come)
        assert (np.diff(world.promoter_start)[-len(come) :] > 0).any()
    assert_drawn_alike(newcomers(networks.differing(), rate=2.0), 3, 4)
    none = newcomers(networks.network(), rate=0.0)
    assert len(assert_drawn_alike(none).tier) < len(world.tier)


def test_operators_and_links_of_files():
    for p in (networks.network(), newcomers(networks.network())):
        for operators in (0, 17, int(p.tier_count.sum())):
            for links in (False, True):
                world = assert_drawn_alike(law_of_files(p, operators, links))
        assert world.links.sum() == len(world.promoters)


@pytest.mark.slow
def test_networks_at_the_edge(monkeypatch):
    """Nobody, one, nobody with weight, nobody with promoters, and thousands of them each."""
    p = newcomers(networks.network())
    assert_drawn_alike(p._replace(tier_count=np.array([0, 0, 0]), most_recruits=0))
    assert_drawn_alike(p._replace(tier_count=np.array([0, 1, 0]), most_recruits=0))
    assert_drawn_alike(p._replace(prominence=np.zeros(3)))
    assert_drawn_alike(p._replace(prominence=np.array([0.0, 1.0, 0.0])))
    laws = p.tier_distributions.copy()
    laws[:, 2] = networks.constant(0.0)
    assert len(assert_drawn_alike(p._replace(tier_distributions=laws)).promoters) == 0
    monkeypatch.setattr(world_of, "_ROOM", (1 << 14, 1 << 8))  # less than so many draws need
    laws[:, 2] = networks.constant(2000.0)
    assert len(assert_drawn_alike(p._replace(tier_distributions=laws)).promoters) > 5000


def test_shares_of_the_weight_of_all_sizes():
    """Each draw falls to the operator that a search finds, where most have hardly any weight."""
    p = networks.network()
    random = np.random.default_rng(3)
    tiers = 40
    many = {
        name: np.repeat(getattr(p, name)[1:2], tiers, axis=0)
        for name in ("tier_distributions", "insider_share", "platform", "same_as")
    }
    for sizes in ((0.0, 1e-12, 1.0), (1e-12, 1e6), (1.0, 1.0 + 1e-15), (0.0, 1e12)):
        wide = p._replace(
            **many,
            tier_count=random.integers(0, 9, tiers),
            prominence=random.choice(sizes, tiers),
            prominence_tail=random.choice([0.0, 0.5]),
        )
        assert_drawn_alike(wide, random.integers(1 << 32))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["september-2014", "census-2014", "recruitment"])
def test_whole_scenarios(name):
    assert_drawn_alike(Parameters.from_scenario(Scenario.from_yaml(name)))


def test_another_draw_is_another_world():
    """What these tests compare tells one seed, replication and parameter from another."""
    p = networks.network()
    world = reference.drawn(p, 1, 0)
    (program, *_) = PROGRAMS.values()
    for other in (built_in(program, p, 2, 0), built_in(program, p, 1, 1)):
        assert differing_fields(world, other) == [
            "audience",
            "posts",
            "promoter_start",
            "promoters",
            "links",
        ]
    weight = p._replace(prominence=p.prominence * [1.0, 1.0, 1.0 + 1e-15])
    assert differing_fields(world, built_in(program, weight, 1, 0)) in ([], ["promoters", "links"])


def test_tables_that_do_not_fit_are_refused():
    p = newcomers(networks.differing())
    wrong = {
        "platform": np.array([0, 1, 2]),
        "same_as": np.array([-1, 3, -1]),
        "tier_count": np.array([4, -1, 6]),
        "tier_distributions": p.tier_distributions[:2],
        "differences": p.differences[:1],
        "correlated": p.correlated[:1],
        "own_posts": np.ones(3),
        "own_promoter_start": np.array([0, 1]),
        "most_recruits": -1,
        "recruit_tier": 3,
        "arrival_tier": np.array([1, -2]),
        "arrival_rate": p.arrival_rate[:1],
        "prominence": np.full(3, np.nan),
        "horizon": np.inf,
    }
    for program in PROGRAMS.values():
        for name, value in wrong.items():
            with pytest.raises(ValueError, match="do not fit"):
                kernels.call(
                    program, "world", {**p._asdict(), "seed": 1, "replication": 0, name: value}
                )
