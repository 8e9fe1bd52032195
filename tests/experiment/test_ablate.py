"""What each part of the cycle contributes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from afterban.errors import AfterbanError
from afterban.experiment.ablate import ablate, with_pressure
from afterban.experiment.contribution import PARTS
from afterban.experiment.replicate import replicate
from afterban.experiment.thinning import thinned
from afterban.scenario import Scenario


@pytest.fixture(scope="module")
def busy(small):
    return small({"detection.regimes": [{"from": "2014-06-10", "reports": "0.01 per impression"}]})


@pytest.fixture(scope="module")
def found(busy, engine):
    return ablate(busy, replications=4, engine=engine, workers=1)


def test_a_contribution_is_the_run_with_the_part_less_the_run_without_it(busy, engine, found):
    arm = {"returning": {"probability": 0}}
    asked = busy.with_changes({"policies.alone": arm})
    pairs = [
        (with_.metrics["effective_reach"], without.metrics["effective_reach"])
        for with_, without in replicate(
            asked, ["base", "alone"], replications=4, engine=engine, workers=1
        )
    ]
    both = np.array(pairs).mean(axis=0)
    told = found.at("return")
    assert told.difference is not None
    assert told.difference.estimate.value == pytest.approx(both[0] - both[1], abs=1e-12)
    assert (told.difference.arm.value, told.difference.control.value) == pytest.approx(tuple(both))
    assert told.relative == pytest.approx((both[0] - both[1]) / both[0])
    assert told.difference.estimate.low <= told.difference.estimate.value
    assert told.sign == 1
    assert "raises effective reach" in told.words()


def test_every_part_is_told_once_for_each_pressure(found):
    assert [one.part for one in found.contributions] == list(PARTS)
    assert len(found.frame()) == len(found.words()) == len(PARTS)
    assert set(found.frame()["part"]) == set(PARTS)
    with pytest.raises(KeyError):
        found.at("return", 2.0)


def test_what_a_promotion_wins_is_what_all_posts_gain_for_what_ordinary_ones_lose(
    busy, engine, found
):
    asked = busy.with_changes({"policies.alone": {"promotion": {"posts": 0}}})
    names = ("outsider_impressions", "outsider_impressions_of_all_posts")
    pairs = [
        [[o.metrics[name] for name in names] for o in outcomes]
        for outcomes in replicate(
            asked, ["base", "alone"], replications=4, engine=engine, workers=1
        )
    ]
    with_, without = np.array(pairs).sum(axis=0)
    ordinary, everything = with_ - without
    told = found.at("promotion")
    assert told.won_per_spent == pytest.approx(everything / (everything - ordinary))
    assert math.isnan(found.at("return").won_per_spent)
    # It pays exactly where ordinary impressions rise.
    assert (told.won_per_spent > 1) == (ordinary > 0)
    rich = busy.with_changes(
        {
            "promotion": {"posts": 1, "view_probability": 1},
            "network.overlap_outsiders": 1,
            "detection.reports": 0,
            "detection.regimes": [],
        }
    )
    more = ablate(rich, ["promotion"], replications=3, engine=engine, workers=1).at("promotion")
    assert more.won_per_spent > max(1.0, told.won_per_spent)


def test_a_tier_that_says_how_often_it_returns_is_switched_off_too(small, engine):
    told = ablate(
        small({"tiers.hub.returns": 1.0}), ["return"], replications=2, engine=engine, workers=1
    )
    gone = small({"tiers.hub.returns": 0.0, "returning.probability": 0})
    alone = [o.metrics["effective_reach"] for (o,) in replicate(gone, replications=2, workers=1)]
    difference = told.at("return").difference
    assert difference is not None
    assert difference.control.value == pytest.approx(float(np.mean(alone)), abs=1e-12)


def test_a_part_that_the_scenario_lacks_is_named_and_costs_no_run(small, engine):
    bare = small({"returning.probability": 0, "tiers.hub.spares": 0})
    runs = []
    told = ablate(bare, ["return", "spares"], engine=engine, workers=1, each=runs.append)
    assert not runs
    assert [one.absent for one in told.contributions] == ["nobody comes back", "no tier has spares"]
    assert all(math.isnan(one.relative) for one in told.contributions)


def test_where_nobody_returns_names_contribute_nothing_in_any_draw(small, engine):
    bare = small({"returning.probability": 0})
    told = ablate(bare, ["similar-names"], replications=2, engine=engine, workers=1)
    one = told.at("similar-names")
    assert one.difference is not None
    assert one.difference.same
    assert one.sign == 0
    assert "no draw of the run depended on it" in one.words()


def test_pressure_multiplies_every_hazard_in_every_regime_and_nothing_else(busy):
    more = with_pressure(busy, 2.0)
    assert more.detection.reports == pytest.approx(2 * busy.detection.reports, rel=1e-12)
    assert more.detection.classifier == pytest.approx(2 * busy.detection.classifier, rel=1e-12)
    assert more.detection.threats == pytest.approx(2 * busy.detection.threats, rel=1e-12)
    assert more.detection.watch == pytest.approx(2 * busy.detection.watch)
    assert more.detection.regimes[0].reports == pytest.approx(0.02)
    assert more.detection.regimes[0].classifier is None
    assert more.detection.signup == busy.detection.signup
    assert more.review == busy.review
    assert with_pressure(busy, 1.0) is busy


REFERENCE = {
    "minimal": {},
    "september-2014": {},
    "one-off-purge": {},
    "one-off-purge at 7 days": {"review.time_to_action": "{lognormal: {median: 7d, sigma: 1.0}}"},
    "under-pressure": {},
    "under-pressure at 30 days": {
        "review.time_to_action": "{lognormal: {median: 30d, sigma: 1.0}}"
    },
}
# Sign of what promotion contributes at the values that the scenarios have; 0 where it is unclear.
PROMOTION = {
    "minimal": 1,
    "september-2014": 1,
    "one-off-purge": -1,
    "one-off-purge at 7 days": 1,
    "under-pressure": -1,  # few are left who look for an account that comes back
    "under-pressure at 30 days": 1,
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] if name.startswith("under-pressure") else [])
        for name in REFERENCE
    ],
)
def test_the_direction_of_each_part_in_the_reference_scenarios(name):
    scenario = thinned(Scenario.from_yaml(name.split()[0]), 2000).with_changes(REFERENCE[name])
    found = ablate(scenario, ["return", "similar-names", "promotion"], replications=6)
    for part in ("return", "similar-names"):
        one = found.at(part)
        assert one.sign >= 0, one.words()
        assert one.difference is not None
        assert not one.difference.same
    promotion = found.at("promotion")
    if PROMOTION[name]:
        assert promotion.sign == PROMOTION[name], promotion.words()
    # The condition: it raises reach where it wins more than it costs, and lowers it where less.
    if promotion.sign:
        assert (promotion.sign > 0) == (promotion.won_per_spent > 1)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"parts": ["retrun"]}, "did you mean `return`"),
        ({"parts": []}, "nothing to switch off"),
        ({"pressures": [0.0]}, "above 0"),
        ({"pressures": [math.inf]}, "above 0"),
        ({"policy": "harder"}, "no arm `harder`"),
        ({"metric": "reech"}, "no metric"),
    ],
)
def test_what_makes_no_sense_is_refused(small, asked, message):
    with pytest.raises(AfterbanError, match=message):
        ablate(small({}), **asked)
