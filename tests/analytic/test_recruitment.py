"""Recruitment in the engine against branching processes.

Operators who are all alike and isolated, with lives that are exponential and audiences that find
every account, the first as well as later ones, with the same hazard: the case that
``theory.recruitment_number`` describes. Means are compared within 5 standard errors over
independent replications (t with 11 degrees: one false alarm in 2,500, on fixed seeds).
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from afterban import theory
from afterban.parameters import Parameters
from afterban.scenario import Scenario
from afterban.world import build

OPERATORS, AUDIENCE, POSTS, VIEW = 60, 1000, 5.0, 0.02
LIFE, RETURNS = 2.0, 0.5

ALIKE = f"""
schema_version: 1
name: alike
start: 2014-01-01
horizon: 150 d
tiers:
  alike:
    count: {OPERATORS}
    audience: {AUDIENCE}
    insider_share: 0
    attached_at_start: 0
    posts: {POSTS} per day
    degree: 0
audience:
  refollow_insiders: 0
  refollow_outsiders: 0.5 per day
  discover_insiders: 0
  discover_outsiders: 0.5 per day
  lost_outsiders: 0
  forget_insiders: 0
  forget_outsiders: 0
  recognition: {{unrelated: 1}}
exposure: {{view_probability: {VIEW}, outsiders: 100_000}}
detection: {{threats: {1 / LIFE} per day}}
review: {{time_to_action: 0}}
returning:
  probability: {RETURNS}
  delay: {{exponential: {{mean: 12h}}}}
  rebuilding: {{share: 0}}
recruitment:
  per_impression: 0
  tier: alike
  delay: {{exponential: {{mean: 1d}}}}
  most: 900
metrics: {{outsider_sample: 1}}
"""


def per_impression(number, refollow=0.5, returns=RETURNS):
    """Recruits per impression that make the reproduction number so large."""
    return number * theory.recruitment_threshold(AUDIENCE, POSTS, VIEW, refollow, LIFE, returns)


def written(rate):
    return f"{rate!r} per impression"


def with_number(number, **changes):
    return Scenario.from_text(ALIKE).with_changes(
        {"recruitment.per_impression": written(per_impression(number)), **changes}
    )


def recruits(run, scenario, replications, engine):
    first = int(Parameters.from_scenario(scenario).tier_count.sum())
    found = []
    for k in range(replications):
        accounts = run(scenario, engine, replication=k).records.accounts
        found.append(len(np.unique(accounts["operator"][accounts["operator"] >= first])))
    return np.array(found, dtype=float)


def agrees(sample, truth, errors=5.0):
    return abs(sample.mean() - truth) <= errors * sample.std(ddof=1) / math.sqrt(len(sample))


def test_a_network_below_the_threshold_recruits_as_many_as_theory_says(run, engine):
    # Every operator makes R0, they make R0 squared, and so on: N R0/(1 - R0) in all.
    sample = recruits(run, with_number(0.5), 12, engine)
    assert agrees(sample, OPERATORS * 0.5 / (1 - 0.5))
    assert not agrees(sample, OPERATORS * 0.65 / (1 - 0.65))
    assert not agrees(sample, OPERATORS * 0.35 / (1 - 0.35))


def test_shorter_lives_bring_a_growing_network_below_the_threshold(run, engine):
    # At a mean life under recruitment_time_to_action the same recruits per impression do not do.
    rate = per_impression(1.6)
    enough = theory.recruitment_time_to_action(rate, AUDIENCE, POSTS, VIEW, 0.5, RETURNS)
    assert enough < LIFE
    short = enough / 2
    number = theory.recruitment_number(rate, AUDIENCE, POSTS, VIEW, 0.5, short, RETURNS)
    assert number < 0.6
    most = 900
    growing = recruits(run, with_number(1.6), 2, engine)
    assert (growing == most).all()
    quick = with_number(1.6, **{"detection.threats": f"{1 / short!r} per day"})
    sample = recruits(run, quick, 12, engine)
    assert agrees(sample, OPERATORS * number / (1 - number))


@pytest.mark.parametrize("number", [2.0])
def test_lineages_die_out_as_often_as_theory_says(run, engine, number):
    # Reattachment within the hour: recruits of one operator are geometric. One operator a
    # replication; those whose recruits reach 60 do not die out (chance below 1e-17).
    alone = with_number(
        number,
        **{
            "tiers.alike.count": 1,
            "audience.refollow_outsiders": "50 per day",
            "audience.discover_outsiders": "50 per day",
            "recruitment.per_impression": written(per_impression(number, refollow=50.0)),
            "recruitment.most": 60,
            "horizon": "400 d",
        },
    )
    n = 150
    lived = recruits(run, alone, n, engine) >= 60
    died = 1 - lived.mean()
    chance = theory.recruitment_extinction_probability(number)
    error = math.sqrt(chance * (1 - chance) / n)
    assert abs(died - chance) <= 4 * error
    # If every operator had the same impressions, fewer lineages would end.
    assert abs(died - theory.recruitment_extinction_probability(number, fixed=True)) > 4 * error


def test_recruits_do_not_change_the_world_before_them():
    # Same operators, audiences and links, whatever the most there may be.
    few = Parameters.from_scenario(with_number(0.5, **{"recruitment.most": 1}))
    many = Parameters.from_scenario(with_number(0.5))
    one, other = build(few, 3, 0), build(many, 3, 0)
    assert (one.audience[:OPERATORS] == other.audience[:OPERATORS]).all()
    assert (one.posts[:OPERATORS] == other.posts[:OPERATORS]).all()
