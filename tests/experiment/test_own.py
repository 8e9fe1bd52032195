"""Metrics and rules of a user's own: what they do, and that the digest tells of them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from afterban import Rules, engines
from afterban.engines.agreement import differences
from afterban.errors import AfterbanError
from afterban.experiment.own import source_of, sources
from afterban.experiment.run import run
from afterban.parameters import Parameters
from afterban.results import read
from afterban.world import build

LIMIT = 2
TABLE = {"hub": 0.5}
ARRAY = np.zeros(3)
SET = {"hub", "supporter"}


@pytest.fixture(scope="module")
def scenario(small):
    return small({"replications": 2, "horizon": "20 days"})


def as_the_model(suspended):
    """The rule of the model itself."""
    return suspended.chance


def nobody(suspended):
    return 0.0


def few(suspended):
    return suspended.chance if suspended.life < LIMIT else 0.0


def as_hard_as_the_model(sought):
    return 1.0


def not_by_reports(sought):
    return 0.0 if sought.channel == "reports" else 1.0


def made_again(outcome):
    return int((outcome.records.accounts["life"] > 1).sum())


def records(scenario, rules=None):
    parameters = Parameters.from_scenario(scenario, "base")
    world = build(parameters, scenario.seed, 0)
    return engines.run(
        parameters, world, scenario.seed, 0, "reference", rules, list(scenario.tiers)
    )


def test_rules_equal_to_the_built_in_ones_give_identical_tables(scenario):
    plain = records(scenario)
    assert (plain.accounts["life"] > 1).any()
    same = records(scenario, Rules(returns=as_the_model, detects=as_hard_as_the_model))
    assert differences(plain, same) == []


def test_a_rule_of_return_decides_who_comes_back(scenario):
    assert differences(records(scenario), records(scenario, Rules(returns=nobody)))
    assert records(scenario, Rules(returns=nobody)).accounts["life"].max() == 1
    assert records(scenario, Rules(returns=few)).accounts["life"].max() == LIMIT


def test_a_rule_of_detection_scales_a_channel(scenario):
    plain = records(scenario)
    found = records(scenario, Rules(detects=not_by_reports))
    from afterban.mechanisms.detection import REPORTED

    assert (plain.accounts["channel"] == REPORTED).any()
    assert not (found.accounts["channel"] == REPORTED).any()


def test_what_a_rule_is_told(scenario):
    asked = []

    def seen(suspended):
        asked.append(suspended)
        return suspended.chance

    records(scenario, Rules(returns=seen))  # the engine takes any function; `run` does not
    assert asked
    tiers = set(scenario.tiers)
    assert all(one.tier in tiers and one.life >= 1 for one in asked)
    assert all(one.chance == one.probability * one.fatigue ** (one.life - 1) for one in asked)


@pytest.mark.slow
def test_two_rules_have_two_digests_and_the_results_say_so(scenario, tmp_path):
    plain = run(scenario, ["base"], engine="reference", workers=1)
    one = run(scenario, ["base"], rules=Rules(returns=nobody), out=tmp_path)
    other = run(scenario, ["base"], rules=Rules(returns=few), out=tmp_path)
    assert len({plain.digest, one.digest, other.digest}) == 3
    assert one.folder != other.folder
    assert plain.as_shipped
    assert "own_sources" not in plain.manifest
    for made, rule in ((one, "nobody"), (other, "few")):
        assert not made.as_shipped
        kept = read(made.folder)
        assert kept.digest == made.digest == kept.manifest["digest"]
        manifest = json.loads((made.folder / "manifest.json").read_text())
        assert manifest["as_shipped"] is False
        assert f"def {rule}(suspended)" in manifest["own_sources"]["rule returns"]
    assert "# LIMIT = 2" in other.manifest["own_sources"]["rule returns"]
    assert one.values["none"]["impressions"] == pytest.approx(plain.values["none"]["impressions"])


@pytest.mark.slow
def test_an_own_metric_stands_in_every_table(scenario, tmp_path):
    plain = run(scenario, ["base"], engine="reference", workers=1)
    made = run(
        scenario,
        ["base"],
        engine="reference",
        workers=1,
        metrics={"made_again": made_again},
        out=tmp_path,
    )
    assert made.digest != plain.digest
    accounts = made.accounts()
    mine = accounts[(accounts.policy == "base") & (accounts.life > 1)]
    counts = mine.groupby("replication").size().reindex([0, 1], fill_value=0)
    assert made.values["base"]["own.made_again"].tolist() == counts.tolist()
    assert counts.sum() > 0
    assert made.metrics[-1] == "own.made_again"
    kept = read(made.folder)
    assert kept.metrics == made.metrics
    assert kept.estimate("own.made_again", "base") == made.estimate("own.made_again", "base")
    assert "own.made_again" in set(made.summary().metric)
    assert "own.made_again" in made.replications().columns
    # Nothing else is another number.
    for name in plain.metrics:
        assert np.array_equal(plain.values["base"][name], made.values["base"][name], equal_nan=True)


def test_empty_rules_are_as_shipped(scenario):
    made = run(scenario, ["base"], rules=Rules(), engine="reference", workers=1)
    assert made.as_shipped


def test_the_compiled_engine_refuses_rules(scenario):
    with pytest.raises(AfterbanError, match="reference engine only"):
        run(scenario, ["base"], rules=Rules(returns=nobody), engine="compiled")


def test_what_a_source_does_not_tell_is_refused(scenario):
    def around(limit):
        def rule(suspended):
            return suspended.chance * limit

        return rule

    def reads_an_array(suspended):
        return ARRAY[0]

    def reads_a_set(suspended):
        return 0.5 if suspended.tier in SET else 0.0

    there = {}
    exec("def unknown(suspended):\n    return 0.5", there)
    for function, message in (
        (lambda suspended: 0.5, "a lambda has no source"),
        (around(0.5), "reads `limit` of the function around it"),
        (reads_an_array, "reads `ARRAY`, a ndarray"),
        (there["unknown"], "source of `unknown` cannot be found"),
        (reads_a_set, "reads `SET`, a set"),  # whose order is another in each process
        (max, "found builtin_function_or_method"),
        (0.5, "found float"),
    ):
        with pytest.raises(AfterbanError, match=message):
            run(scenario, ["base"], rules=Rules(returns=function))
    with pytest.raises(AfterbanError, match="letters, digits and underscores"):
        run(scenario, ["base"], metrics={"made again": made_again})


def helper(life):
    return life * LIMIT


def reads(suspended, share=0.25, table=(1, 2)):
    return share * helper(suspended.life) + TABLE["hub"] + np.floor(0.5)


def test_values_that_a_function_reads_are_told():
    told = source_of(reads, "rule `returns`")
    assert "def helper(life)" in told
    for line in ("# LIMIT = 2", "# share = 0.25", "# table = (1, 2)", "# np: module numpy"):
        assert line in told.splitlines()
    assert "# TABLE = {'hub': 0.5}" in told
    global LIMIT
    LIMIT = 3
    try:
        assert source_of(reads, "rule `returns`") != told
    finally:
        LIMIT = 2


def test_attributes_are_not_taken_for_what_the_module_holds():
    """`outcome.records` is no reading of the function `records` of this file."""
    assert source_of(made_again, "own metric").count("def ") == 1


def test_nothing_passed_is_nothing_told():
    assert sources(None, None) == {}
    assert sources({}, Rules()) == {}


def more_than_sure(suspended):
    return 1.5


def no_number(_):
    return "many"


def less_than_never(sought):
    return -1.0


def test_what_a_rule_or_metric_gives_is_checked(scenario):
    with pytest.raises(AfterbanError, match=r"`returns` gave 1\.5 .* a probability is 0 to 1"):
        run(scenario, ["base"], rules=Rules(returns=more_than_sure))
    with pytest.raises(AfterbanError, match=r"`returns` gave nan"):
        run(scenario, ["base"], rules=Rules(returns=no_number))
    with pytest.raises(AfterbanError, match=r"`detects` gave -1\.0 .* a factor is 0 or more"):
        run(scenario, ["base"], rules=Rules(detects=less_than_never))
    with pytest.raises(AfterbanError, match="`wrong` gave 'many'; return a number"):
        run(scenario, ["base"], metrics={"wrong": no_number}, engine="reference", workers=1)
