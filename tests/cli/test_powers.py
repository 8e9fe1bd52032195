"""What is said of powers that are out of date or were never measured: the command that mends it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import afterban
from afterban import Scenario
from afterban.experiment import ensemble

OWN = """
schema_version: 1
name: own
start: 2014-09-01
horizon: 20 days
seed: 3
replications: 2
tiers: {supporter: {count: 60, audience: 200, posts: 2 per day}}
detection: {reports: 20_000 per million impressions}
returning: {probability: {value: 0.5, kind: assumed, range: [0.1, 0.9]}}
sources: {log: {title: Our log}}
claims:
  sharp: {source: log, metric: return_share, figure: 0.5, factor: 1.1}
"""
MORE = "  later: {source: log, metric: creations, interval: [0, 1000]}\n"
RUN = ("run", "own.yaml", "--no-figures", "--policies", "base", "--workers", "1")


@pytest.fixture
def told(cli, here):
    """What is noted of powers when a scenario's text is judged by its results."""

    def judged(text, *command):
        (here / "own.yaml").write_text(text)
        err = cli(*(command or ("claims", "--scenario", "own.yaml"))).err
        return " ".join(err.split())

    return judged


def test_powers_of_own_claims_come_of_the_band(cli, told):
    unknown = "whether `sharp` could have failed is not known; `afterban band own.yaml` measures it"
    said = told(OWN, *RUN)
    assert said.count(unknown) == 1
    assert "claims --power" not in said
    assert told(OWN).count(unknown) == 1
    assert cli("band", "own.yaml", "--points", "4", "--workers", "1", "-q").code == 0
    assert "could have failed" not in told(OWN)
    # A claim that is added when the band is there, of what is counted, wants the whole network.
    said = told(OWN + MORE)
    assert "`later` could have failed is not known; `afterban band own.yaml --operators 60`" in said
    assert "sharp" not in said
    said = told(OWN.replace("0.5, factor: 1.1", "0.6, factor: 1.3"))
    assert (
        "the power of `sharp` was measured with another tolerance or metric, so it does not count; "
        "`afterban band own.yaml` measures it anew" in said
    )
    assert "claims --power" not in said


def test_nothing_is_said_where_nothing_could_be_measured(told, monkeypatch):
    assert "could have failed" not in told(OWN.partition("sources:")[0], *RUN)
    monkeypatch.setattr(ensemble, "varied", lambda scenario: [])
    assert "could have failed" not in told(OWN, *RUN)


@pytest.mark.slow
def test_a_run_that_makes_its_band_says_nothing_of_a_want(cli, told):
    said = told(OWN, *RUN, "--points", "4")
    assert "the band over the assumptions" in said
    assert "could have failed" not in said
    rows = json.loads(cli("claims", "--scenario", "own.yaml", "--json").out)
    assert [row["power"]["points"] for row in rows] == [4]
    # One call makes the same from Python.
    afterban.band(Scenario.from_yaml("own.yaml"), ["base"], points=4, out="python", workers=1)
    for name in ("bands.csv", "power.csv"):
        assert Path("python", name).read_bytes() == Path("results", name).read_bytes()
