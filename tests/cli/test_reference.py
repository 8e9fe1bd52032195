"""``afterban keys``, ``metrics`` and ``inspect --yaml``: to be read without the documentation."""

import json

import pytest

from afterban.metrics import METRICS
from afterban.scenario import Scenario
from afterban.scenario.keys import keys


def test_every_key_is_listed(cli):
    told = json.loads(cli("keys", "--json").out)
    assert [row["path"] for row in told] == [key.path for key in keys()]
    plain = cli("keys")
    assert plain.code == 0
    assert "exposure.view_probability" in plain.out
    assert "reported L75" in plain.out
    assert "`afterban keys PATH`" in plain.out


def test_one_key_is_told_in_full(cli):
    told = cli("keys", "tiers.official.severity")
    assert told.code == 0
    assert [line.split(maxsplit=1) for line in told.out.splitlines()] == [
        ["tiers.NAME.severity"],
        ["class", "of this tier's cases in the review queue"],
        ["written", "as  a word"],
        ["default", "routine"],
        ["range", "routine, urgent"],
        ["rests", "on    assumed"],
    ]
    (data,) = json.loads(cli("keys", "horizon", "--json").out)
    assert data["required"]
    assert data["default"] is None
    assert data["unit"] == "days"


def test_a_key_that_is_misspelt_gets_the_nearest(cli):
    told = cli("keys", "review.tem")
    assert told.code == 2
    assert "did you mean `review.team`?" in told.err


def test_every_metric_is_listed(cli):
    told = json.loads(cli("metrics", "--json").out)
    assert [row["name"] for row in told] == list(METRICS)
    assert {row["better"] for row in told} == {"less", "more", None}
    plain = cli("metrics")
    assert all(name in plain.out for name in METRICS)


@pytest.mark.parametrize("name", ["effective_reach", "effective_reach.official"])
def test_one_metric_is_told_in_full(cli, name):
    lines = cli("metrics", name).out.splitlines()
    assert lines[0] == "effective_reach"
    assert lines[1].startswith("  effective reach: outsider impressions divided by")
    assert [line.split(maxsplit=1) for line in lines[-4:]] == [
        ["form", "share"],
        ["better", "less"],
        ["also", "by  tier"],
        ["column", "effective_reach"],
    ]


def test_a_metric_that_is_misspelt_gets_the_nearest(cli):
    told = cli("metrics", "efective_reach")
    assert told.code == 2
    assert "did you mean `effective_reach`?" in told.err
    told = cli("metrics", "paid_hours.official")
    assert told.code == 2
    assert "not reported by parts" in told.err


def test_the_resolved_form_is_a_file_that_gives_the_same_runs(cli, here):
    told = cli("inspect", "tiny.yaml", "--yaml", "--set", "seed=9")
    assert told.code == 0
    (here / "whole.yaml").write_text(told.out)
    whole = Scenario.from_yaml(str(here / "whole.yaml"))
    assert whole.seed == 9
    asked = Scenario.from_yaml(str(here / "tiny.yaml")).with_changes({"seed": 9})
    assert whole.digest() == asked.digest()
    assert "refollow_factor: " in told.out  # defaults stand in it


@pytest.mark.parametrize("other", [("--json",), ("--kind", "assumed")])
def test_the_resolved_form_is_whole_or_not_asked_for(cli, other):
    told = cli("inspect", "tiny.yaml", "--yaml", *other)
    assert told.code == 2
    assert "--yaml" in told.err
