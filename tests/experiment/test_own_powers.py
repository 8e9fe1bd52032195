"""The powers of the claims of one's own: made with the band, of this version, told in verdicts."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterban import power
from afterban.errors import AfterbanError
from afterban.experiment.banded import band
from afterban.experiment.own_powers import own_powers, with_own
from afterban.experiment.publish import judge, publish
from afterban.power import Powers
from afterban.scenario import Scenario, loads

CLAIMS = """
schema_version: 1
name: own-claims
start: 2014-09-01
horizon: 20 days
seed: 3
replications: 3
tiers:
  supporter: {count: 60, audience: 200, posts: 2 per day}
detection: {reports: 20_000 per million impressions}
review: {time_to_action: {lognormal: {median: 24h, sigma: 1.0}}}
returning: {probability: {value: 0.5, kind: assumed, range: [0.1, 0.9]}}
sources:
  log: {title: Our log, year: "2026"}
claims:
  sharp: {source: log, metric: return_share, figure: 0.5, factor: 1.1}
  loose: {source: log, metric: return_share, interval: [0, 1]}
  counted: {source: log, metric: creations, figure: 80, factor: 1.2}
"""


def small(more: str = "") -> Scenario:
    return loads(CLAIMS.replace("0.5, factor: 1.1", more or "0.5, factor: 1.1"))


@pytest.mark.slow
def test_a_claim_that_the_ranges_decide_has_power_and_one_that_cannot_fail_has_none(
    tmp_path: Path,
) -> None:
    scenario = small()
    assert own_powers(scenario, tmp_path) == Powers()
    band(scenario, ["base"], out=tmp_path, points=16, workers=1)
    found = own_powers(scenario, tmp_path).known
    assert set(found) == {"sharp", "loose", "counted"}
    assert found["loose"].fails == 0
    assert found["loose"].could_fail is False
    assert found["sharp"].fails > 3  # of 16: a share of 0.1 to 0.9 is rarely within a tenth of 0.5
    results = publish(scenario, out=tmp_path, figures=False, engine="compiled").results
    told = {v.claim.id: v.text for v in judge(results, tmp_path)}
    assert "could not fail" in told["loose"]
    assert {v.text for v in judge(results) if v.claim.id == "loose"} == {"holds"}


def test_a_power_of_another_version_is_told_to_be_so(tmp_path: Path) -> None:
    band(small(), ["base"], out=tmp_path, points=4, workers=1)
    stale = own_powers(small("0.7, factor: 1.3"), tmp_path).stale
    assert stale["sharp"] == "another tolerance or metric"
    other = small().with_changes({"tiers.supporter.posts": "3 per day"})
    assert set(own_powers(other, tmp_path).stale.values()) == {"another version of own-claims"}


def test_a_thinned_network_says_nothing_of_what_is_counted(tmp_path: Path) -> None:
    band(small(), ["base"], out=tmp_path, points=4, operators=30, workers=1)
    assert set(own_powers(small(), tmp_path).known) == {"sharp", "loose"}


def test_powers_of_two_scenarios_stand_side_by_side(tmp_path: Path) -> None:
    other = loads(CLAIMS.replace("own-claims", "another"))
    for scenario in (small(), other, small()):
        band(scenario, ["base"], out=tmp_path, points=4, workers=1)
    assert len(power.read_all(tmp_path / power.NAME)) == 6
    assert set(own_powers(other, tmp_path).known) == {"sharp", "loose", "counted"}


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    (tmp_path / power.NAME).write_text("id,scenario\nA,B\n")
    with pytest.raises(AfterbanError, match=r"power\.csv"):
        own_powers(small(), tmp_path)
    plain = loads(CLAIMS.partition("sources:")[0])
    assert with_own(Powers(), plain, tmp_path) == Powers()  # nothing is claimed, nothing is read
