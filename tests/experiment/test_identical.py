"""Arms that came to the same in every draw are told as such, and stand on no frontier."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from afterban.cli import main
from afterban.experiment.compare import compare, differences
from afterban.experiment.identical import (
    identical,
    identical_in,
    identical_words,
    same_everywhere,
)
from afterban.report import html, numbers
from afterban.report.sweeps import read_sweep
from afterban.results import read
from afterban.scenario import Scenario

BESIDE_A_TEAM = """
schema_version: 1
name: beside-a-team
start: 2026-01-05
horizon: 15 days
replications: 3
seed: 11
tiers: {supporter: {count: 60, audience: 500, posts: 3 per day}}
exposure: {outsiders: 100_000}
metrics: {outsider_sample: 100}
detection: {reports: 5000 per million impressions, classifier: 0.003 per post}
review: {team: {reviewers: 3, service_time: {exponential: {mean: 6min}}}}
policies:
  more-reports: {detection: {reports: 20000 per million impressions}}
  within-2h: {review: {time_to_action: 2h}}
  without-promotion: {promotion: {posts: 0}, returning: {probability: 0}}
"""


@pytest.fixture(scope="module")
def scenario():
    return Scenario.from_text(BESIDE_A_TEAM)


@pytest.fixture(scope="module")
def compared(scenario):
    return compare(scenario, ["more-reports", "within-2h", "without-promotion"], baseline="base")


def test_an_arm_that_changes_nothing_that_is_used_is_no_finding(compared):
    assert compared.identical == {"within-2h": "base"}
    said = {d.policy: d.words() for d in compared.headline}
    assert said["within-2h"] == (
        "within-2h is identical to base in every replication: nothing that this arm changes was "
        "used"
    )
    (one,) = (d for d in compared.headline if d.policy == "within-2h")
    assert one.identical
    assert one.gain is None
    assert "identical" not in said["more-reports"]
    document = compared.to_dict()
    assert document["identical"] == {"within-2h": "base"}
    assert document["no_effect"][0]["path"] == "policies.within-2h.review.time_to_action"


def test_what_was_asked_beside_what_was_compared(scenario, compared):
    assert compared.asked == ""
    twice = compare(
        scenario, ["within-2h", "base", "within-2h"], baseline="base", replications=2
    ).asked
    assert twice == (
        "3 arms asked, 1 compared: `within-2h` is named twice; `base` is what they are compared "
        "with"
    )


def test_equal_in_one_metric_is_not_identical():
    rng = np.random.default_rng(1)
    x, y, z = rng.random((3, 5))
    values = {
        "base": {"effective_reach": x, "suspensions": y, "events": x},
        "a": {"effective_reach": x.copy(), "suspensions": z, "events": x},
        "b": {"effective_reach": x.copy(), "suspensions": y.copy(), "events": z},
        "none": {"effective_reach": np.ones(5), "suspensions": 0 * x},
    }
    assert identical(values) == {"b": "base"}  # but for how many events the engine took
    found = differences(values, ["a", "b"], "base")["effective_reach"]
    assert [d.identical for d in found] == [False, True]
    assert [d.same for d in found] == [True, True]
    assert "leaves effective reach as under base" in found[0].words()


def test_what_cannot_be_told_is_the_same_and_nothing_at_all_is_not():
    a = {"x": np.array([1.0, np.nan]), "y": np.array([np.nan, np.nan])}
    assert same_everywhere(a, {"x": np.array([1.0, np.nan])})
    assert not same_everywhere(a, {"x": np.array([1.0, 2.0])})
    assert not same_everywhere({"x": np.array([])}, {"x": np.array([])})


def test_sentences():
    assert identical_words({"a": "base", "b": "base", "c": "d", "base": "none"}) == [
        "a and b are identical to base in every replication: nothing that these arms change was "
        "used",
        "c is identical to d in every replication: nothing that sets them apart was used",
        "base is identical to none in every replication: nobody is ever suspended under it",
    ]


@pytest.mark.slow
def test_run_report_and_frontier(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.yaml").write_text(BESIDE_A_TEAM)
    assert main(["run", "s.yaml", "--no-figures", "--json"]) == 0
    told = capsys.readouterr()
    document = json.loads(told.out)
    assert document["identical"] == {"within-2h": "base"}
    assert [one["path"] for one in document["no_effect"]] == [
        "policies.within-2h.review.time_to_action"
    ]
    assert "policies.within-2h.review.time_to_action has no effect here: with a team" in told.err
    found = numbers.of_run(read(document["folder"]))
    assert found.choices == ("base", "more-reports")
    assert found.worlds == ("without-promotion",)
    for cost in numbers.costs(found):
        assert set(numbers.frontier(found, cost)) <= {"base", "more-reports"}
    page = html.page_of_numbers(found)
    assert "What has no effect here" in page
    assert "within-2h is identical to base in every replication" in page
    says = page[page.index("From the cheapest to the dearest") :][:600]
    assert "“without-promotion” is no policy and not drawn" in says
    best = says[: says.index(".")]
    assert "without-promotion" not in best
    assert "within-2h" not in best


@pytest.mark.slow
def test_the_frontier_of_a_sweep_has_policies_only(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sweep = (
        "sweep:\n  replications: 2\n  parameters:\n"
        "    detection.reports: {values: [2000 per million impressions, "
        "9000 per million impressions]}\n"
        "    review.time_to_action: {values: [1h, 2d]}\n"
        "    policies.without-promotion.returning.probability: {values: [0, 0.5]}\n"
    )
    (tmp_path / "s.yaml").write_text(BESIDE_A_TEAM + sweep)
    assert main(["sweep", "s.yaml", "--json", "--workers", "1"]) == 0
    told = capsys.readouterr()
    assert "review.time_to_action and policies.within-2h.review.time_to_action have no effect" in (
        told.err
    )
    swept = read_sweep(tmp_path / json.loads(told.out)["folder"])
    assert set(swept.left_out) == {"within-2h", "without-promotion"}
    assert swept.levers == ("detection.reports", "review.time_to_action")
    drawn = {one.policy for one in swept.choices("suspensions")}
    assert drawn == {"base", "more-reports"}
    page = html.page_of_sweep(swept).replace("<wbr>", "")
    assert "review.time_to_action and policies.within-2h" in page


def test_a_sweep_names_the_arms_that_came_to_the_same(tmp_path, capsys):
    file = tmp_path / "swept.yaml"
    varied = "exposure.outsiders: {values: [100_000, 120_000]}"
    section = f"sweep:\n  replications: 2\n  parameters:\n    {varied}\n"
    file.write_text(BESIDE_A_TEAM + section)
    asked = ["sweep", str(file), "--out", str(tmp_path / "results"), "--workers", "1"]
    assert main(asked) == 0
    assert "within-2h is identical to base in every replication" in capsys.readouterr().err
    assert main([*asked, "--resume", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["identical"] == {"within-2h": "base"}


def test_the_table_of_a_sweep_tells_what_its_values_tell(tmp_path):
    """One number that differs sets two arms apart; what neither can tell does not."""
    arms = {
        "base": [1.0, np.nan, 0.0],
        "same": [1.0, np.nan, -0.0],
        "other": [1.0, np.nan, 1e-300],
        "told": [1.0, 2.0, 0.0],
    }
    columns = {
        "policy": [policy for _ in range(3) for policy in arms],
        "reach": [arms[policy][k] for k in range(3) for policy in arms],
        "events": list(range(12)),
    }
    table = tmp_path / "sweep.parquet"
    pq.write_table(pa.table(columns), table)
    assert identical_in(table, ["reach"]) == {"same": "base"}
