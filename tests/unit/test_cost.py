"""What cannot end is refused by its key before anything is made; what can end is not."""

from __future__ import annotations

import math
import os
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterban.errors import AfterbanError, ScenarioErrors
from afterban.experiment import memory
from afterban.experiment.replicate import replicate, simulate
from afterban.language.documents import read_file
from afterban.language.laws import Distribution, lognormal, pareto
from afterban.mechanisms.distributions import quantile
from afterban.parameters import row
from afterban.scenario import Scenario
from afterban.scenario.cost import typical_mean
from afterban.scenario.files import LONGEST_CHAIN
from afterban.scenario.shipped import shipped_names

# Every flag is cleared at once, so that the same account is flagged again and again.
CLEARED = {
    "review.sensitivity": 0,
    "review.time_to_action": "0 s",
    "review.urgent_time_to_action": "0 s",
}

# What is written -> the key that is named, and a word of the cost.
ENDLESS = {
    "audience": (
        {"exposure.outsiders": 10**13, "tiers.supporter.audience": "1e12"},
        "detection.reports",
        "candidate reports",
    ),
    "sigma of posts": (
        {"tiers.supporter.posts": "{lognormal: {median: 1 per day, sigma: 50}}"},
        "detection.reports",
        "candidate reports",
    ),
    "classifier": (
        {**CLEARED, "detection.classifier": "1 per post", "tiers.hub.posts": "1e12 per day"},
        "detection.classifier",
        "flags by the classifier",
    ),
    "classifier of a regime": (
        {
            **CLEARED,
            "detection.regimes": [{"from": "2014-06-05", "classifier": "1000 per post"}],
            "tiers.hub.posts": "1e10 per day",
        },
        "detection.classifier",
        "flags by the classifier",
    ),
    "threats": ({**CLEARED, "detection.threats": "1e12 per day"}, "detection.threats", "threats"),
    "recruits": (
        {
            "recruitment": {
                "per_impression": "1000 per impression",
                "tier": "supporter",
                "most": 10,
            },
            "tiers.supporter.posts": "1e9 per day",
        },
        "recruitment.per_impression",
        "candidate recruits",
    ),
    "arrivals": (
        {"arrivals.tiers": {"supporter": {"rate": "1e6 per day"}}},
        "arrivals.tiers.supporter.rate",
        "4e7 operators would arrive",
    ),
    "arrivals of a regime": (
        {
            "arrivals": {
                "tiers": {"supporter": {"rate": "1 per day"}},
                "regimes": [
                    {"from": "2014-06-20", "tiers": {"supporter": {"rate": "1e9 per second"}}}
                ],
            }
        },
        "arrivals.tiers.supporter.rate",
        "operators would arrive",
    ),
    "benign reports": (
        {"review.team": {"reviewers": 1, "benign_reports": "1e9 per day"}},
        "review.team.benign_reports",
        "ordinary users",
    ),
    "time series": ({"metrics.every": "1 s"}, "metrics.every", "100,000 times at most"),
    "windows": (
        {"metrics.reach_window": "0.001 s"},
        "metrics.reach_window",
        "100,000 times at most",
    ),
    "campaigns": (
        {"detection.pulses": [{"date": "2014-06-02", "every": "1 s", "share": 0.1}]},
        "detection.pulses[0].every",
        "strike",
    ),
    "points of a grid": (
        {"sweep.parameters": {"returning.probability": {"from": 0, "to": 1, "steps": 10**9}}},
        "sweep.parameters",
        "1e9 points",
    ),
    "points of a design": (
        {
            "sweep": {
                "design": "sobol",
                "points": 10**12,
                "parameters": {"returning.probability": {"from": 0, "to": 1}},
            }
        },
        "sweep.points",
        "1e12 points",
    ),
    "replications of all points": (
        {
            "sweep": {
                "replications": 2**53,
                "parameters": {"returning.probability": {"values": [0.1, 0.2]}},
            }
        },
        "sweep.replications",
        "1.8e16 replications",
    ),
    "lives": (
        {
            "returning.probability": 1,
            "returning.delay": "0",
            "returning.most_lives": 2**31 - 1,
            "detection.signup": 1,
        },
        "returning.most_lives",
        "come back at once",
    ),
}


@pytest.mark.parametrize("what", ENDLESS)
def test_what_cannot_end_is_refused_by_its_key(small, what):
    changes, key, cost = ENDLESS[what]
    began = time.monotonic()
    with pytest.raises(ScenarioErrors) as caught:
        small(changes)
    assert key in [error.path for error in caught.value.errors]
    assert cost in str(caught.value)
    assert time.monotonic() - began < 5


def test_an_arm_is_refused_as_the_scenario_is(small):
    with pytest.raises(ScenarioErrors, match=r"policies\.all.*candidate threats"):
        small({**CLEARED, "policies.all": {"detection": {"threats": "1e12 per day"}}})


@pytest.mark.parametrize("sensitivity", [0.5, 1])
def test_being_found_at_once_is_no_endless_run(small, engine, sensitivity):
    """Whoever is flagged is not flagged again before the review: lives end, however fast."""
    found = small(
        {
            "detection.threats": "1e12 per day",
            "review.sensitivity": sensitivity,
            "returning.probability": 0,
            "horizon": "20 days",
        }
    )
    assert simulate(found, engine=engine).metrics["suspensions"] > 30


def test_nothing_that_is_shipped_is_near_a_bound(monkeypatch):
    from afterban.scenario import cost

    for name in ("MOST_EVENTS", "MOST_BENIGN", "MOST_STRIKES", "MOST_LOOKS"):
        monkeypatch.setattr(cost, name, getattr(cost, name) / 100)
    assert len(shipped_names()) > 5
    for name in shipped_names():
        Scenario.from_yaml(name)


@pytest.mark.parametrize(
    ("pulse", "ok"),
    [
        ({"every": "1 min"}, True),
        ({"every": "1 s"}, False),
        ({"every": "1 s", "times": 1000}, True),
        ({"every": "1 s", "until": "2014-06-03"}, False),  # each strike of a day has its own draws
        ({"every": "2 s", "until": "2014-06-04"}, True),
    ],
)
def test_campaigns_are_counted_as_they_strike(small, pulse, ok):
    given = {"detection.pulses": [{"date": "2014-06-02", "accounts": 1, **pulse}]}
    if ok:
        small(given)
        return
    with pytest.raises(ScenarioErrors, match="65,536 times a day"):
        small(given)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.floats(0.1, 3.0), st.integers(1, 200))
def test_the_typical_mean_is_that_of_the_draws_below_a_rare_one(sigma, draws):
    """Against numbers: the mean of the quantiles that are cut off at the same place."""
    law = lognormal(7.0, sigma)
    n = 20_000
    numbers = row(law)
    most = quantile(numbers, 1 - 1 / (100.0 * draws))
    values = [min(quantile(numbers, (k + 0.5) / n), most) for k in range(n)]
    assert typical_mean(law, draws) == pytest.approx(np.mean(values), rel=0.02)
    assert typical_mean(law, draws) <= law.mean() * (1 + 1e-12)


@pytest.mark.parametrize("sigma", [5.0, 20.0, 34.0])
def test_a_wide_law_has_the_same_mean_below_a_bound_either_way(sigma, monkeypatch):
    """The formula without the exponential, which larger ones need, is the other's limit."""
    from afterban.language import laws

    law = lognormal(100.0, sigma)
    plain = law.mean_below(1e6)
    monkeypatch.setattr(laws, "_WIDE", 0.0)
    # Mills' ratio is 1 / x to within 1 / x^2 of itself.
    z = math.log(1e4) / sigma
    assert plain == pytest.approx(law.mean_below(1e6), rel=1.1 / (sigma - z) ** 2)


@pytest.mark.parametrize("sigma", [50.0, 1e3])
def test_a_law_beyond_all_measure_has_a_mean_below_a_bound(sigma):
    law = Distribution("lognormal", {"median": 10.0, "sigma": sigma})
    assert 0 < law.mean_below(1e6) < 1e6
    assert law.mean() == math.inf
    assert typical_mean(law, 1000) > 1e30


# --- memory ---------------------------------------------------------------------------------------


def test_the_largest_degrees_decide_the_memory_of_the_graph(small):
    """The median operator has two promoters in either; the mean has hundreds in one of them."""
    flat = small({"tiers.supporter.degree": 2, "tiers.supporter.count": 10_000})
    heavy = small(
        {
            "tiers.supporter.degree": "{lognormal: {median: 2, sigma: 3.5}}",
            "tiers.supporter.count": 10_000,
        }
    )
    mean = typical_mean(lognormal(2.0, 3.5), 10_000)
    assert mean > 300
    more = memory.least_bytes(heavy) - memory.least_bytes(flat)
    assert more == pytest.approx(4 * 10_000 * (mean - 2), rel=1e-9)


def test_degrees_beyond_all_measure_are_refused(small):
    scenario = small({"tiers.supporter.degree": "{lognormal: {median: 8, sigma: 20}}"})
    with pytest.raises(AfterbanError, match="of memory or more"):
        next(replicate(scenario, engine="reference"))
    assert typical_mean(pareto(1.0, 1.01), 10) < 200


def test_more_replications_than_can_be_kept_are_refused(small):
    with pytest.raises(AfterbanError, match="1,000,000,000 replications keep 1 TB"):
        next(replicate(small(), replications=10**9, engine="reference"))
    with pytest.raises(AfterbanError, match=r"there are at most 2\^32"):
        next(replicate(small(), replications=10**10, engine="reference"))
    with pytest.raises(ScenarioErrors, match="too large"):
        small({"replications": 2**32 + 1})


# --- files ----------------------------------------------------------------------------------------


@pytest.fixture
def pipe(tmp_path):
    path = tmp_path / "pipe.yaml"
    os.mkfifo(path)
    return path


def test_a_pipe_is_no_scenario(pipe):
    with pytest.raises(ScenarioErrors, match="a pipe or a socket"):
        read_file(pipe, "pipe.yaml")
    with pytest.raises(ScenarioErrors, match="a pipe or a socket"):
        Scenario.from_yaml(pipe)


def test_a_pipe_is_no_table(pipe, tmp_path, small):
    table = pipe.with_suffix(".csv")
    os.mkfifo(table)
    with pytest.raises(ScenarioErrors, match="a pipe or a socket"):
        small({"network.operators": str(table)})


@pytest.mark.parametrize("length", [LONGEST_CHAIN + 1, 2000])
def test_a_long_chain_is_one_fault(tmp_path, length):
    (tmp_path / "s0.yaml").write_text("extends: minimal\nname: s0\nschema_version: 1\n")
    for k in range(1, length):
        (tmp_path / f"s{k}.yaml").write_text(
            f"extends: s{k - 1}.yaml\nname: s{k}\nschema_version: 1\n"
        )
    Scenario.from_yaml(tmp_path / f"s{LONGEST_CHAIN - 2}.yaml")
    with pytest.raises(ScenarioErrors, match="50 scenarios extend each other") as caught:
        Scenario.from_yaml(tmp_path / f"s{length - 1}.yaml")
    (error,) = caught.value.errors
    assert (error.line, error.path) == (1, "extends")


def test_more_operators_than_can_be_numbered_are_refused(small, monkeypatch):
    from afterban.engines.compiled import MOST_OPERATORS
    from afterban.scenario import cost

    assert cost.MOST_OPERATORS == MOST_OPERATORS
    monkeypatch.setattr(memory, "memory_available", lambda: math.inf)
    many = small({"tiers.supporter.count": 2**29})
    with pytest.raises(AfterbanError, match="operators are too many: at most 536,870,912"):
        memory.refuse_too_large(many, ["base"])


def test_a_campaign_has_a_list_of_tiers_and_says_so(small):
    with pytest.raises(ScenarioErrors) as caught:
        small({"detection.pulses": [{"date": "2014-06-20", "share": 0.1, "tier": "hub"}]})
    (error,) = caught.value.errors
    assert error.hint == "tiers"
    assert "`choose`" in error.allowed


def test_the_bound_on_candidates_knows_how_hard_a_tier_is_pressed(small):
    reports = {"detection.reports": "1 per impression"}
    small(reports)
    many = {**reports, "detection.tiers": {"supporter": {"reports": 1_000_000}}}
    with pytest.raises(ScenarioErrors, match="candidate reports would be drawn"):
        small(many)
    later = [{"from": "2014-06-20", "tiers": {"supporter": {"reports": 1_000_000}}}]
    with pytest.raises(ScenarioErrors, match="candidate reports would be drawn"):
        small({**reports, "detection.regimes": later})
