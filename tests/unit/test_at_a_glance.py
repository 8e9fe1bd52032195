"""What Python shows: scenarios and results at a glance, misspelt names, tables as Arrow."""

from __future__ import annotations

import pickle

import pytest

import afterban
from afterban import AfterbanError, Scenario
from afterban.errors import UnknownName
from afterban.experiment.run import run
from afterban.experiment.sweep import Finished

NOT_TEXT = "<b>a & b</b>"


@pytest.fixture(scope="module")
def scenario(small):
    arms = {f"arm-{k}": {"returning": {"probability": f"0.{k}"}} for k in range(1, 5)}
    changes = {"policies": arms, "title": NOT_TEXT, "replications": 2}
    return small(changes)


@pytest.fixture(scope="module")
def results(scenario):
    return run(scenario, workers=1)


def test_a_scenario_in_ten_lines(scenario):
    lines = repr(scenario).splitlines()
    assert 5 <= len(lines) <= 10
    assert scenario.digest()[:12] in lines[-1]
    assert "arm-4" in str(scenario)
    html = scenario._repr_html_()
    assert "&lt;b&gt;a &amp; b" in html
    assert "<b>" not in html
    for name in ("minimal", "september-2014", "displacement-2014"):
        assert len(repr(Scenario.from_yaml(name)).splitlines()) <= 10


def test_results_in_ten_lines(results):
    lines = repr(results).splitlines()
    assert len(lines) == 10
    assert results.digest[:12] in lines[0]
    e = results.estimate("effective_reach", "base")
    (row,) = (line for line in lines if line.startswith("effective_reach "))
    assert f"{e.value:.3g} ({e.low:.3g} to {e.high:.3g})" in row
    assert "2 more arms" in lines[-1]
    html = results._repr_html_()
    assert html.count("<tr>") == 8
    assert "<th>none</th>" in html


def test_a_misspelt_metric_arm_or_table_gets_the_nearest(scenario, results):
    for ask, meant in (
        (lambda: results.estimate("efective_reach", "base"), "effective_reach"),
        (lambda: results.estimate("effective_reach", "arm-33"), "arm-3"),
        (lambda: scenario.arm("arm33"), "arm-3"),
        (lambda: run(scenario, ["arm33"]), "arm-3"),
        (lambda: results.to_arrow("sumary"), "summary"),
    ):
        with pytest.raises(UnknownName) as caught:
            ask()
        assert f"did you mean `{meant}`?" in str(caught.value)
        assert isinstance(caught.value, KeyError)
        assert isinstance(caught.value, AfterbanError)
        again = pickle.loads(pickle.dumps(caught.value))
        assert str(again) == str(caught.value)
    with pytest.raises(UnknownName, match="it has `base`"):
        scenario.arm("zzz")


def test_arrow_has_what_pandas_has(results):
    for name in ("summary", "replications", "timeseries", "survival", "life_table", "accounts"):
        frame = getattr(results, name)()
        table = results.to_arrow(name)
        assert table.column_names == list(frame.columns)
        assert table.num_rows == len(frame) > 0
    assert results.to_arrow().to_pandas()["estimate"].equals(results.summary()["estimate"])


def test_what_is_exported_answers_in_one_shape(scenario):
    found = afterban.compare(scenario, ["arm-1"], baseline="base", replications=2, workers=1)
    assert found.words() == found.verdicts
    frame = found.frame()
    assert len(frame) == len(found.to_dict()["differences"]) > 0
    mine = frame[frame.metric == "effective_reach"].iloc[0]
    assert mine["difference"] == pytest.approx(mine["estimate"] - mine["baseline_estimate"])


def test_a_sweep_has_a_frame(scenario, tmp_path):
    swept = scenario.with_changes(
        {
            "sweep": {
                "replications": 1,
                "parameters": {"returning.probability": {"values": ["0.2", "0.8"]}},
            }
        }
    )
    done = afterban.sweep(swept, tmp_path, policies=["base"], workers=1)
    assert isinstance(done, Finished)
    frame = done.frame()
    assert set(frame["returning.probability"]) == {0.2, 0.8}
    assert "effective_reach" in frame.columns
