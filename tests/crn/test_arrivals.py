"""Arrivals: what newcomers share between runs, and what they leave alone.

Each relation is held against a run that must break it.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from afterban.mechanisms import state as s
from afterban.parameters import Parameters
from afterban.world import build

OLD = 63  # operators who are there at the start
# Newcomers whom nobody follows in the network: they are nobody's promoters, nor have any.
APART = {
    "tiers.newcomer": {
        "count": 0,
        "audience": {"lognormal": {"median": 400, "sigma": 1}},
        "posts": "4 per day",
        "degree": 0,
        "prominence": 0,
    }
}
LINKED = {"tiers.newcomer": {**APART["tiers.newcomer"], "degree": 8, "prominence": 1}}


def joining(rate, *regimes, who=APART, **others):
    """The tier of newcomers and its rate per day; regimes are dates and rates."""
    tiers = {"newcomer": {"rate": f"{rate} per day"}}
    tiers |= {name: {"rate": f"{one} per day"} for name, one in others.items()}
    later = [
        {"from": day, "tiers": {"newcomer": {"rate": f"{one} per day"}}} for day, one in regimes
    ]
    return {**who, "arrivals": {"tiers": tiers, "regimes": later}}


def newcomers(told):
    rows = told.records.accounts
    return rows[rows["operator"] >= OLD]


def test_arrivals_without_a_rate_leave_every_bit(small, run, engine, same):
    absent = run(small(APART), engine)
    assert same(absent, run(small(joining(0)), engine))
    assert not same(absent, run(small(joining(1)), engine))


def test_newcomers_apart_do_not_change_those_who_were_there(small, run, engine, same):
    one, two = run(small(APART), engine), run(small(joining(1)), engine)
    rows = two.records.accounts
    assert len(newcomers(two)) > 40
    assert same(one.records.accounts, rows[rows["operator"] < OLD])
    assert same(one.records.series[:, :2], two.records.series[:, :2])
    assert same(one.records.final, two.records.final[:OLD])


@pytest.mark.parametrize("who", [APART, LINKED], ids=["apart", "linked"])
def test_a_higher_rate_adds_newcomers_and_redraws_nobody(small, who):
    worlds = []
    for rate in (0.5, 1, 4):
        p = Parameters.from_scenario(small(joining(rate, who=who)))
        worlds.append((p, build(p, 11, 0)))
    for (_, less), (_, more) in pairwise(worlds):
        n, m = len(less.tier), len(more.tier)
        assert OLD + 5 < n < m
        came = np.isfinite(less.arrivals)
        assert came.all()
        assert (more.arrivals[: n - OLD] == less.arrivals).all()
        assert (more.audience[:n] == less.audience).all()
        assert (more.posts[:n] == less.posts).all()
        for i in range(OLD, n):
            mine, theirs = (
                set(w.promoters[w.promoter_start[i] : w.promoter_start[i + 1]])
                for w in (less, more)
            )
            assert mine == {j for j in theirs if j < n}
        old = more.promoter_start[OLD]
        assert (more.promoters[:old] == less.promoters[:old]).all()
    # Newcomers who are apart live the same lives, whoever else comes.
    linked = who is LINKED
    assert (worlds[2][1].promoter_start[-1] > worlds[2][1].promoter_start[OLD]) == linked


def test_lives_of_the_lower_rate_are_among_those_of_the_higher(small, run, engine, same):
    few, many = (newcomers(run(small(joining(rate)), engine)) for rate in (1, 3))
    kept = many[np.isin(many["operator"], few["operator"])]
    assert len(few) > 40
    assert len(many) > 2 * len(few)
    assert same(few, kept)


def test_a_tier_that_more_join_changes_who_joins_no_other(small, run, engine, same):
    def of_the_tier(told):
        rows = newcomers(told)
        return rows[told.world.tier[rows["operator"]] == 2]

    few = run(small(joining(1, supporter=0.1)), engine)
    many = run(small(joining(1, supporter=2)), engine)
    assert same(of_the_tier(few), of_the_tier(many))
    assert len(newcomers(many)) > len(newcomers(few)) + 20


@pytest.mark.parametrize("later", [0, 0.3, 5])
@pytest.mark.parametrize("who", [APART, LINKED], ids=["apart", "linked"])
def test_a_regime_changes_nothing_before_its_date(small, run, engine, same, later, who):
    one = run(small(joining(1, who=who)), engine)
    two = run(small(joining(1, ("2014-06-22", later), who=who)), engine)
    a, b = one.records.accounts, two.records.accounts
    assert same(a[a["suspended_day"] < 20.0], b[b["suspended_day"] < 20.0])
    until = one.parameters.grid <= 20.0
    assert same(one.records.series[until], two.records.series[until])
    assert len(newcomers(two)) != len(newcomers(one))


def test_a_regime_of_the_first_day_takes_the_place_of_the_rate(small, run, engine, same):
    one = run(small(joining(2)), engine)
    assert same(one, run(small(joining(9, ("2014-06-02", 2))), engine))
    assert not same(one, run(small(joining(9)), engine))


def test_the_number_that_arrives_follows_the_rate_and_its_regimes(small):
    scenario = small(joining(6, ("2014-06-12", 1), ("2014-06-22", 3)))
    p = Parameters.from_scenario(scenario)
    days = [build(p, seed, k).arrivals for seed in range(5) for k in range(20)]
    for first, last, rate in ((0, 10, 6), (10, 20, 1), (20, 40, 3)):
        found = np.array([((first <= one) & (one < last)).sum() for one in days])
        mean = rate * (last - first)
        # 4.4 standard errors: a right process fails once in 10^5; a Poisson one has that variance.
        assert abs(found.mean() - mean) < 4.4 * np.sqrt(mean / len(found))
        assert 0.55 < found.var() / mean < 1.6


def test_links_do_not_grow_with_the_square_of_the_newcomers(small):
    p = Parameters.from_scenario(small(joining(100, who=LINKED)))
    world = build(p, 11, 0)
    mine = np.diff(world.promoter_start)[OLD:]
    assert len(mine) > 3500
    # 60 newcomers for one who was there: at the rate of the start it would be 8 (1 + 60) each.
    assert 8 < mine.mean() < 8 * (1 + 8 * np.log1p(60 / 8))
    assert mine[-500:].mean() == pytest.approx(mine[:500].mean(), rel=0.1)


def test_newcomers_begin_with_followers_still_to_find(small, run):
    changes = joining(2)
    changes["tiers.newcomer"] = {**APART["tiers.newcomer"], "attached_at_start": 0.6}
    quiet = {"signup": 0, "reports": 0, "classifier": 0, "threats": 0, "pulses": []}
    told = run(
        small(
            {
                **changes,
                "detection": quiet,
                "detection.handle_match.recall": 0,
                "audience.discover_insiders": 0,
                "audience.discover_outsiders": "0.05 per day",
            }
        )
    )
    rows = newcomers(told)
    assert len(rows) > 40
    assert (rows["life"] == 1).all()
    assert (rows["created_day"] == rows["public_day"]).all()
    assert (rows["insider_followers"] == 0).all()
    size = told.world.audience[rows["operator"], 1]
    elapsed = told.parameters.horizon - rows["public_day"]
    assert rows["outsider_followers"] == pytest.approx(size * -np.expm1(-0.05 * elapsed), rel=1e-9)
    people = told.records.final[:, s.ATTACHED_OUT : s.GONE_OUT + 1].sum(axis=1)
    assert people == pytest.approx(told.world.audience[:, 1])


def test_arrivals_are_counted_by_tier(small, run, metrics_of):
    scenario = small(joining(1, supporter=0.5))
    told = run(scenario)
    found = metrics_of(scenario, told)
    tier = told.world.tier[len(told.world.tier) - len(told.world.arrivals) :]
    came = np.isfinite(told.world.arrivals)
    assert found["arrivals"] == came.sum() > 20
    assert found["arrivals.newcomer"] == (came & (tier == 2)).sum()
    assert found["arrivals.supporter"] == (came & (tier == 1)).sum()
    assert found["arrivals.hub"] == 0
    assert found["recruits"] == 0
