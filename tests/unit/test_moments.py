"""Curves of a run without the tables that they are the means of."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from afterban.experiment.replicate import run_replication
from afterban.results import Moments, Recorder
from afterban.statistics import mean_interval

TABLES = st.integers(2, 12).flatmap(
    lambda n: arrays(np.float64, (n, 2, 3), elements=st.floats(-1e6, 1e6, width=32))
)


@given(TABLES)
def test_the_interval_is_that_of_all_tables_at_once(tables):
    told = Moments()
    for table in tables:
        told.add(table)
    found = told.curve(np.arange(3.0), (1,))
    for k in range(3):
        expected = mean_interval(tables[:, 1, k], 0.95)
        assert found.mean[k] == pytest.approx(expected.value, rel=1e-9, abs=1e-6)
        assert found.low[k] == pytest.approx(expected.low, rel=1e-6, abs=1e-4)
    assert found.n == len(tables)


def test_equal_tables_have_no_spread():
    told = Moments()
    for _ in range(7):
        told.add(np.array([0.1, 1e9 / 3]))
    found = told.curve(np.arange(2.0))
    assert (found.low == found.high).all()


def test_one_table_has_no_interval_and_what_is_missing_stays_missing():
    told = Moments()
    told.add(np.array([1.0, np.nan]))
    assert np.isnan(told.curve(np.arange(2.0)).low).all()
    told.add(np.array([2.0, np.nan]))
    assert told.curve(np.arange(2.0)).mean[0] == 1.5
    assert np.isnan(told.curve(np.arange(2.0)).mean[1])


def test_what_is_kept_of_a_replication_is_a_number_for_each_metric(small):
    """Before it was a table of all days and tiers, and a dictionary of metrics: 100 kB."""
    scenario = small({"metrics.kept_accounts": 0, "horizon": "60 days"})
    (outcome,) = run_replication(scenario, ["base"], keep=True)
    recorder = Recorder(scenario, ["base"])
    recorder.add([outcome])
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for _ in range(100):
        recorder.add([outcome])
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (after - before) / 100 < 3000
    results = recorder.finish()
    assert len(results.finished) == 101
    reach = results.values["base"]["outsider_impressions"]
    assert (reach == outcome.metrics["outsider_impressions"]).all()
    assert results.series["base"]["all"]["live_accounts"].n == 101


def test_a_metric_that_comes_late_is_missing_before(small):
    scenario = small({"metrics.kept_accounts": 0})
    (outcome,) = run_replication(scenario, ["base"], keep=True)
    recorder = Recorder(scenario, ["base"])
    recorder.add([outcome])
    late = type(outcome)("base", 1, {**outcome.metrics, "wait_median": 3.0}, None, None)
    recorder.add([late])
    recorder.add([outcome])
    values = recorder.finish().values["base"]
    assert len(values["events"]) == 3
    if "wait_median" not in outcome.metrics:
        assert np.isnan(values["wait_median"][[0, 2]]).all()
        assert values["wait_median"][1] == 3.0
