"""Operators of a tier that differ: their factors, and what goes together."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from afterban import inputs
from afterban.errors import ScenarioErrors
from afterban.mechanisms.distributions import normal_probability, normal_quantile
from afterban.parameters import LOST, REFOLLOW, RETURNS, Parameters
from afterban.scenario import Scenario
from afterban.scenario.correlations import QUANTITIES, lower_factor, pearson
from afterban.world import build, first_state, same_world

N = 20_000
PLAIN = """
schema_version: 1
name: apart
start: 2014-06-02
horizon: 10 d
tiers:
  one:
    count: 20000
    audience: {lognormal: {median: 200, sigma: 1}}
    posts: {lognormal: {median: 5 per day, sigma: 1}}
    degree: 0
    attached_at_start: 0.5
    detached_at_start: 0.5
"""
LAWS = {
    "returns": "{uniform: {low: 0.5, high: 1.5}}",
    "refollow": "{lognormal: {median: 1, sigma: 0.7}}",
    "lost": "{exponential: {mean: 1}}",
}
NUMBER = {"returns": RETURNS, "refollow": REFOLLOW, "lost": LOST}


def differing(pairs=(), laws=LAWS, **changes):
    """The plain scenario with laws of factors and rank correlations of pairs."""
    given_pairs = [{"of": one, "with": other, "rank": rank} for one, other, rank in pairs]
    lines = "".join(f"      {name}: {law}\n" for name, law in laws.items())
    text = f"{PLAIN}    differences:\n{lines}      correlations: {given_pairs}\n"
    scenario = Scenario.from_text(text.replace("'", ""))
    return scenario.with_changes(changes) if changes else scenario


def world_of(scenario, seed=1):
    return build(Parameters.from_scenario(scenario), seed, 0)


def columns(world):
    """What operators differ in, by name."""
    own = {"audience": world.audience.sum(axis=1), "posts": world.posts}
    return own | {name: world.factors[:, k] for name, k in NUMBER.items()}


def test_factors_have_their_laws():
    found = columns(world_of(differing()))
    for name, law in (
        ("returns", stats.uniform(0.5, 1.0)),
        ("refollow", stats.lognorm(0.7)),
        ("lost", stats.expon()),
    ):
        assert stats.kstest(found[name], law.cdf).pvalue > 1e-5, name
        assert stats.kstest(1.05 * found[name], law.cdf).pvalue < 1e-5, name


PAIRS = [
    ("posts", "returns", 0.6),
    ("audience", "posts", 0.4),
    ("refollow", "lost", -0.7),
    ("returns", "lost", 0.2),
]


@pytest.mark.parametrize("pairs", [[], PAIRS[:1], PAIRS])
def test_rank_correlations_are_those_that_are_given(pairs):
    found = columns(world_of(differing(pairs)))
    asked = {frozenset(pair[:2]): pair[2] for pair in pairs}
    for i, one in enumerate(QUANTITIES):
        for other in QUANTITIES[:i]:
            rank = asked.get(frozenset((one, other)), 0.0)
            seen = stats.spearmanr(found[one], found[other]).statistic
            # 4.4 standard errors, at most 1 / sqrt(N) each: a right one fails once in 10^5.
            assert abs(seen - rank) < 4.4 / math.sqrt(N), (one, other)
            assert abs(seen - rank - 0.08) > 4.4 / math.sqrt(N), (one, other)


def test_what_goes_together_keeps_its_laws():
    found = columns(world_of(differing(PAIRS)))
    assert stats.kstest(found["returns"], stats.uniform(0.5, 1.0).cdf).pvalue > 1e-5
    assert stats.kstest(found["lost"], stats.expon().cdf).pvalue > 1e-5
    assert stats.kstest(found["posts"], stats.lognorm(1.0, scale=5.0).cdf).pvalue > 1e-5


def test_a_correlation_changes_nobody_who_is_not_in_it():
    alone = columns(world_of(differing()))
    found = columns(world_of(differing(PAIRS[:1])))
    for name in QUANTITIES:
        same = (alone[name] == found[name]).all()
        assert same == (name != "returns"), name
    none = columns(world_of(Scenario.from_text(PLAIN)))
    assert (none["audience"] == alone["audience"]).all()
    assert (none["posts"] == alone["posts"]).all()


def test_another_tier_is_as_it_was():
    text = PLAIN + "  other: {count: 50, audience: 100, posts: 2 per day}\n"
    before = build(Parameters.from_scenario(Scenario.from_text(text)), 1, 0)
    changes = {"tiers.other.differences": {"returns": {"uniform": {"low": 0, "high": 1}}}}
    scenario = Scenario.from_text(text).with_changes(changes)
    after = build(Parameters.from_scenario(scenario), 1, 0)
    assert (after.factors[:N] == 1.0).all()
    assert len(np.unique(after.factors[N:, RETURNS])) == 50
    assert (after.posts == before.posts).all()
    assert before.factors.shape == (0, 3)


def test_an_operator_appended_changes_nobody_else():
    small = world_of(differing(PAIRS, **{"tiers.one.count": 100}))
    large = world_of(differing(PAIRS, **{"tiers.one.count": 101}))
    assert (large.factors[:100] == small.factors).all()
    assert (large.posts[:100] == small.posts).all()


def test_worlds_that_differ_by_differences_are_not_the_same():
    one, other = (Parameters.from_scenario(differing(pairs)) for pairs in (PAIRS[:1], PAIRS[:2]))
    assert same_world(one, one)
    assert not same_world(one, other)


def test_the_hazard_at_the_start_is_the_operators_own():
    p = Parameters.from_scenario(differing())
    world = build(p, 1, 0)
    rows = first_state(p, world)
    alike = first_state(p, world._replace(factors=np.ones((0, 3))))
    from afterban.mechanisms import state as s

    assert (rows[:, s.REFOLLOW_IN] == alike[:, s.REFOLLOW_IN] * world.factors[:, REFOLLOW]).all()
    assert (rows[:, s.ATTACHED_IN] == alike[:, s.ATTACHED_IN]).all()


@given(st.floats(2.0**-52, 1 - 2.0**-52))
def test_normal_probability_is_the_inverse(u):
    z = normal_quantile(u)
    assert normal_probability(z) == pytest.approx(special.ndtr(z), rel=1e-13)
    assert normal_probability(z) == pytest.approx(u, rel=1e-12)


def test_pearson_of_a_rank_correlation():
    assert pearson(0.0) == 0.0
    assert pearson(1.0) == pytest.approx(1.0)
    assert pearson(-1.0) == pytest.approx(-1.0)
    assert pearson(0.5) == pytest.approx(0.5176380902)


def test_the_factor_is_that_of_the_matrix():
    factor = np.array(lower_factor(PAIRS))
    matrix = factor @ factor.T
    assert np.diag(matrix) == pytest.approx(np.ones(5))
    i, j = QUANTITIES.index("refollow"), QUANTITIES.index("lost")
    assert matrix[i, j] == pytest.approx(pearson(-0.7))
    assert np.linalg.cholesky(matrix) == pytest.approx(factor)


IMPOSSIBLE = [
    ("posts", "returns", 0.9),
    ("returns", "refollow", 0.9),
    ("posts", "refollow", -0.9),
]


def test_correlations_that_no_numbers_have_are_refused_with_one_message():
    assert lower_factor(IMPOSSIBLE) is None
    assert lower_factor(IMPOSSIBLE[:1]) is not None
    assert lower_factor([("posts", "returns", 1.0)]) is None
    with pytest.raises(ScenarioErrors) as told:
        differing(IMPOSSIBLE)
    assert len(told.value.errors) == 1
    assert "not positive definite" in str(told.value)


def test_what_a_table_says_goes_with_nothing(tmp_path):
    table = tmp_path / "operators.csv"
    table.write_text("operator,tier,audience,posts_per_day\na,one,100,3\nb,one,90,2\n")
    changes = {"network.operators": str(table), "tiers.one.count": 2}
    assert differing(PAIRS[2:], **changes).tiers["one"].differences is not None
    with pytest.raises(ScenarioErrors, match="are those of a table"):
        differing(PAIRS[:1], **changes)
    assert inputs.operators(differing(**changes)) is not None


def test_written_again_it_is_the_same():
    scenario = differing(PAIRS)
    again = Scenario.from_text(scenario.resolved_yaml())
    assert again == scenario or again.digest() == scenario.digest()
    assert again.resolved_yaml() == scenario.resolved_yaml()
