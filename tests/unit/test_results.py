import csv
import datetime as dt
import hashlib
import json
import math
import os
from pathlib import Path

import numpy as np
import pytest

from afterban.engines.records import ACCOUNT, CASE, Records
from afterban.errors import AfterbanError
from afterban.experiment.replicate import Outcome
from afterban.experiment.run import run
from afterban.mechanisms import census, handles
from afterban.metrics import METRICS
from afterban.results import (
    EVERYBODY,
    SERIES,
    FolderTaken,
    Recorder,
    account_table,
    curve,
    digest_of,
    estimate,
    folder_of,
    read,
    shape,
    written_dates,
)
from afterban.world import World

ARMS = ("base", "none")
TABLES = (
    *("summary.csv", "replications.csv", "timeseries.csv", "survival.csv", "lives.csv"),
    "accounts.parquet",
)


@pytest.fixture(scope="module")
def outcomes(small):
    from afterban.experiment.replicate import replicate

    return list(replicate(small(), ARMS, engine="reference", workers=1, keep=True))


def written(scenario, outcomes, root, **made):
    with Recorder(scenario, ARMS, root) as recorder:
        for one in outcomes:
            recorder.add(one)
        return recorder.publish(recorder.finish(**made))


@pytest.fixture(scope="module")
def results(small, outcomes, tmp_path_factory):
    return written(small(), outcomes, tmp_path_factory.mktemp("results"), engine="reference")


def rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


# --- estimates ------------------------------------------------------------------------------------


def test_an_estimate_leaves_out_replications_in_which_there_is_no_value():
    e = estimate([1.0, math.nan, 3.0, math.inf])
    assert (e.value, e.n) == (2.0, 2)
    # t(1, 0.975) = 12.706; s / sqrt(2) = 1
    assert e.low == pytest.approx(2 - 12.7062, rel=1e-5)


def test_an_estimate_of_one_replication_has_no_interval_and_of_none_no_value():
    assert math.isnan(estimate([4.0]).low)
    assert estimate([4.0]).value == 4.0
    nothing = estimate([math.nan])
    assert nothing.n == 0
    assert math.isnan(nothing.value)


def test_a_curve_has_the_interval_of_the_mean_at_each_point():
    values = np.array([[1.0, 5.0], [3.0, 5.0], [8.0, 5.0]])
    found = curve(np.array([0.0, 1.0]), values)
    e = estimate(values[:, 0])
    assert found.mean == pytest.approx([4.0, 5.0])
    assert found.low[0] == pytest.approx(e.low, rel=1e-12)
    assert found.high[0] == pytest.approx(e.high, rel=1e-12)
    assert found.low[1] == found.high[1] == 5.0


# --- tables ---------------------------------------------------------------------------------------


def test_summary_has_every_metric_of_every_arm_with_unit_interval_and_n(results):
    table = rows(results.folder / "summary.csv")
    assert {row["policy"] for row in table} == set(ARMS)
    names = {row["metric"].partition(".")[0] for row in table}
    # Those by platform are told where the scenario names platforms.
    assert names == {name for name, metric in METRICS.items() if not metric.by_platform}
    row = next(r for r in table if (r["policy"], r["metric"]) == ("base", "reach"))
    values = results.values["base"]["reach"]
    assert row["unit"] == "people"
    assert row["n"] == "3"
    assert float(row["estimate"]) == pytest.approx(values.mean(), rel=1e-9)
    assert float(row["interval_low"]) < values.mean() < float(row["interval_high"])


def test_replications_hold_each_value_under_a_heading_with_its_unit(results, outcomes):
    table = rows(results.folder / "replications.csv")
    assert len(table) == len(ARMS) * 3
    row = next(r for r in table if (r["policy"], r["replication"]) == ("base", "1"))
    wanted = next(o for o in outcomes[1] if o.policy == "base").metrics
    assert float(row["reach_people"]) == pytest.approx(wanted["reach"], rel=1e-9)
    assert float(row["live_accounts_accounts.hub"]) == wanted["live_accounts.hub"]


def test_time_series_are_means_over_replications_of_what_was_recorded(results, outcomes):
    table = rows(results.folder / "timeseries.csv")
    day = [r for r in table if r["policy"] == "base" and r["tier"] == "hub" and r["day"] == "20"]
    assert len(day) == 1
    records = [o.records for one in outcomes for o in one if o.policy == "base"]
    live = np.mean([r.series[20, 0, census.LIVE] for r in records])
    assert float(day[0]["live_accounts"]) == pytest.approx(live, rel=1e-9)
    assert day[0]["date"] == "2014-06-22"
    everybody = results.series["base"][EVERYBODY]
    parts = [results.series["base"][tier] for tier in results.scenario.tiers]
    for name in ("live_accounts", "outsider_impressions_so_far", "accounts_suspended_so_far"):
        total = np.sum([part[name].mean for part in parts], axis=0)
        assert everybody[name].mean == pytest.approx(total)


def test_shares_of_audiences_lie_between_none_and_all(results):
    for curves in results.series["base"].values():
        share = curves["attached_outsiders_share"].mean
        assert ((share >= 0) & (share <= 1)).all()
        assert share.max() > 0


def test_survival_starts_at_one_and_falls(results):
    lives = results.lives["base"]
    assert lives.mean[0] == 1.0
    assert (np.diff(lives.mean) <= 1e-12).all()
    assert lives.mean[-1] < 0.9
    assert lives.x[-1] <= results.scenario.horizon


def test_an_arm_without_new_accounts_has_no_survival_curve(results):
    assert "none" not in results.lives


def test_account_table_has_one_row_for_each_life_and_nulls_for_what_did_not_happen(small, outcomes):
    outcome = next(o for o in outcomes[0] if o.policy == "base")
    a = outcome.records.accounts
    table = account_table(small(), "base", 0, outcome.records, outcome.world)
    table.validate(full=True)
    assert table.num_rows == len(a) > 0
    assert table["suspended_day"].null_count == np.isnan(a["suspended_day"]).sum() > 0
    assert table["edit_distance_edits"].null_count == (a["life"] == 1).sum()
    rows = table.to_pylist()
    for row, record in zip(rows, a, strict=True):
        assert row["handle"] == handles.text(record["handle"])
        assert (row["end_reason"] == "censored") == bool(np.isnan(record["suspended_day"]))
        assert row["tier"] == ("hub" if row["operator"] < 3 else "supporter")
        assert row["urgent"] == bool(record["urgent"])
        assert row["impressions"] >= row["outsider_impressions"]
    wanted = {"policy", "replication", "operator", "life", "tier", "platform", "handle"}
    wanted |= {"created_day", "public_day", "flagged_day", "suspended_day", "channel"}
    wanted |= {"end_reason", "peak_followers_people", "impressions", "outsider_impressions"}
    assert wanted <= set(rows[0])


def test_an_account_table_can_be_empty(small):
    nothing = Records(np.empty(0, ACCOUNT), np.empty(0, CASE), *(np.empty((0, 0)),) * 4, events=0)
    world = World(np.empty(0, np.int64), *(np.empty(0),) * 5)
    table = account_table(small(), "base", 0, nothing, world)
    table.validate(full=True)
    assert table.num_rows == 0


def test_metrics_of_tiers_and_platforms_have_one_order(small, tmp_path):
    scenario = small({"platforms": {"first": {"users": 1000}, "second": {"users": 500}}})
    results = run(scenario, replications=1, workers=1, out=tmp_path)
    names = [name for name in results.metrics if name.startswith(("reach_on", "live_accounts"))]
    assert names == [
        "live_accounts",
        "live_accounts.hub",
        "live_accounts.supporter",
        "reach_on.first",
        "reach_on.second",
        "live_accounts_on.first",
        "live_accounts_on.second",
    ]
    assert set(results.accounts()["platform"]) == {"first"}
    assert read(results.folder).metrics == results.metrics


def test_only_so_many_account_tables_are_kept_as_the_scenario_wants(small, outcomes, tmp_path):
    scenario = small({"metrics.kept_accounts": 1})
    accounts = written(scenario, outcomes, tmp_path).accounts()
    assert set(accounts["replication"]) == {0}
    assert set(accounts["policy"]) == set(ARMS)


# --- folders --------------------------------------------------------------------------------------


def test_what_is_read_is_what_was_written(results):
    again = read(results.folder)
    assert again.scenario == results.scenario
    assert again.policies == results.policies
    assert again.finished == results.finished
    assert again.metrics == results.metrics
    for policy in ARMS:
        for name in results.metrics:
            left, right = again.values[policy][name], results.values[policy][name]
            assert left == pytest.approx(right, rel=1e-9, nan_ok=True)
        for tier, curves in results.series[policy].items():
            for name in SERIES:
                mine = again.series[policy][tier][name]
                assert mine.mean == pytest.approx(curves[name].mean, rel=1e-9, nan_ok=True)
                assert mine.high == pytest.approx(curves[name].high, rel=1e-9, nan_ok=True)
                assert mine.n == curves[name].n
    assert again.lives["base"].mean == pytest.approx(results.lives["base"].mean, rel=1e-9)


def test_data_frames_say_what_the_files_say(results):
    assert len(results.summary()) == len(rows(results.folder / "summary.csv"))
    assert len(results.timeseries()) == len(rows(results.folder / "timeseries.csv"))
    assert len(results.survival()) == len(rows(results.folder / "survival.csv"))
    assert len(results.replications()) == 6
    assert set(results.accounts()["policy"]) == set(ARMS)


def test_the_same_run_writes_the_same_bytes(small, outcomes, results, tmp_path):
    again = written(small(), outcomes, tmp_path, engine="reference")
    assert again.folder.name == results.folder.name
    for name in (*TABLES, "scenario.resolved.yaml", "manifest.json"):
        assert (again.folder / name).read_bytes() == (results.folder / name).read_bytes(), name


def test_the_manifest_says_how_the_run_was_made_and_what_each_file_is(results):
    manifest = json.loads((results.folder / "manifest.json").read_text())
    assert manifest["seed"] == 11
    assert manifest["replications_finished"] == [0, 1, 2]
    assert manifest["complete"] is True
    assert manifest["engine"] == "reference"
    assert manifest["digest"].startswith(results.folder.name)
    hashes = manifest["files_sha256"]
    assert set(TABLES) <= set(hashes)
    for name, told in hashes.items():
        assert hashlib.sha256((results.folder / name).read_bytes()).hexdigest() == told


def test_the_digest_covers_scenario_seed_replications_and_arms(small):
    one = digest_of(small(), ARMS)
    assert one == digest_of(small(), ARMS)
    others = {
        digest_of(small({"seed": 12}), ARMS),
        digest_of(small({"replications": 4}), ARMS),
        digest_of(small({"returning.probability": 0.5}), ARMS),
        digest_of(small(), ("base", "more", "none")),
    }
    assert len(others | {one}) == 5


def test_a_run_replaces_its_own_folder_and_leaves_nothing_else(small, outcomes, tmp_path):
    first = written(small(), outcomes, tmp_path)
    (first.folder / "figures").mkdir()
    second = written(small(), outcomes, tmp_path)
    assert first.folder == second.folder
    assert not (second.folder / "figures").exists()
    assert [p.name for p in second.folder.parent.iterdir()] == [second.folder.name]


def test_a_folder_of_something_else_is_never_touched(small, outcomes, tmp_path):
    folder = folder_of(small(), ARMS, tmp_path)
    folder.mkdir(parents=True)
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(FolderTaken, match="left alone"):
        written(small(), outcomes, tmp_path)
    (folder / "manifest.json").write_text(json.dumps({"digest": "of another run"}))
    with pytest.raises(FolderTaken, match="left alone"):
        written(small(), outcomes, tmp_path)
    assert (folder / "notes.txt").read_text() == "mine"
    assert [p.name for p in folder.parent.iterdir()] == [folder.name]


def test_a_run_that_fails_leaves_nothing_behind(small, outcomes, tmp_path):
    def fail():
        with Recorder(small(), ARMS, tmp_path) as recorder:
            recorder.add(outcomes[0])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_run_is_kept_but_never_replaces_a_complete_one(small, outcomes, tmp_path):
    part = written(small(), outcomes[:2], tmp_path)
    assert not part.complete
    assert read(part.folder).finished == (0, 1)
    whole = written(small(), outcomes, tmp_path)
    assert read(whole.folder).complete
    written(small(), outcomes[:1], tmp_path)
    assert read(whole.folder).finished == (0, 1, 2)


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_place_that_cannot_be_written_is_refused_before_the_run(small, tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(AfterbanError, match="cannot be written"):
        Recorder(small(), ARMS, tmp_path)


def test_a_file_in_the_place_of_the_folder_is_refused(small, tmp_path):
    (tmp_path / "results").write_text("a file")
    with pytest.raises(AfterbanError, match="cannot be written"):
        Recorder(small(), ARMS, tmp_path / "results")


def test_a_folder_without_results_cannot_be_read(tmp_path):
    with pytest.raises(AfterbanError, match="no manifest"):
        read(tmp_path)


def test_outcomes_without_records_give_metrics_alone(small, outcomes):
    bare = [[Outcome(o.policy, o.replication, o.metrics) for o in one] for one in outcomes]
    with Recorder(small(), ARMS) as recorder:
        for one in bare:
            recorder.add(one)
        results = recorder.finish()
    assert results.estimate("reach", "base").n == 3
    assert not results.series
    assert not results.traced


# --- the whole ------------------------------------------------------------------------------------


def test_run_runs_every_arm_and_the_twin(small, tmp_path):
    scenario = small({"policies": {"quick": {"review": {"time_to_action": "1h"}}}})
    results = run(scenario, replications=2, workers=1, out=tmp_path)
    assert results.policies == ("base", "quick", "none")
    assert results.folder == Path(results.folder)
    assert (results.folder / "accounts.parquet").exists()
    assert results.estimate("effective_reach", "none").value == 1.0
    assert 0 < results.estimate("effective_reach", "quick").value < 1


def test_the_operator_that_is_drawn_is_the_most_suspended_of_its_tier(small, outcomes):
    results = None
    with Recorder(small({"metrics.traced_tier": "supporter"}), ARMS) as recorder:
        recorder.add(outcomes[0])
        results = recorder.finish()
    lives = results.traced["base"]
    a = next(o for o in outcomes[0] if o.policy == "base").records.accounts
    counts = np.bincount(a["operator"], minlength=63)[3:]
    assert len(set(lives["operator"])) == 1
    assert len(lives) == counts.max()


def test_days_that_are_no_whole_ones_have_dates_of_their_own(small) -> None:
    """Two points of the time series half a day apart had the same date."""
    results = run(
        small({"metrics.every": "12h", "horizon": "25d"}),
        replications=1,
        engine="reference",
        workers=1,
    )
    head, rows = results._timeseries()
    one = [dict(zip(head, row, strict=True)) for row in rows]
    one = [row for row in one if (row["policy"], row["tier"]) == (one[0]["policy"], one[0]["tier"])]
    assert len({row["date"] for row in one}) == len(one) == 51
    for row in one:
        since = dt.datetime.fromisoformat(row["date"]) - dt.datetime(2014, 6, 2)
        assert since / dt.timedelta(days=1) == row["day"]
    days = np.array([0.0, 1.0, 40.0])
    assert written_dates("2014-06-02", days) == ["2014-06-02", "2014-06-03", "2014-07-12"]


def test_a_metric_that_nothing_was_observed_for_is_undefined():
    found = shape.estimate([math.nan, math.nan])
    assert (found.n, found.method) == (0, "undefined (no observations)")
    assert math.isnan(found.value)
    assert shape.estimate([math.nan, 2.0, 3.0]).n == 2
