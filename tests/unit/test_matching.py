"""Handles of ordinary users, the matcher over real strings, and the look-alikes of a run."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from afterban.errors import ScenarioErrors
from afterban.experiment.matching import (
    MatchCurve,
    TradeOff,
    match_curve,
    successions,
    trade_off,
    weigh,
    worth_it,
)
from afterban.experiment.replicate import run_replication
from afterban.mechanisms import handles
from afterban.mechanisms.matching import day_of, first_match, recall_from
from afterban.report.matching import matching
from afterban.scenario import Scenario
from afterban.statistics import Estimate

SEED, REPLICATION = 5, 2
OPERATORS = 500
MATCH = {
    "detection.handle_match": {
        "recall": 0.9,
        "edits": 2,
        "ordinary": {"signups": "1000 per day", "sample": 2000},
    }
}


def ordinary(count, namesakes=0.002, topic_names=0.02, first=0):
    rows = handles.ordinary_handles(
        SEED, REPLICATION, first, count, OPERATORS, namesakes, topic_names
    )
    return handles.texts(rows)


def bases(count=OPERATORS):
    rows = np.zeros((count, handles.ROW), dtype=np.uint8)
    for operator in range(count):
        handles.base_handle(SEED, REPLICATION, operator, rows[operator])
    return handles.texts(rows)


# --- ordinary handles -----------------------------------------------------------------------------


def test_ordinary_handles_fit_the_platform():
    names = ordinary(20_000)
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789_")
    assert all(6 <= len(name) <= handles.LONGEST for name in names)
    assert set("".join(names)) <= allowed
    assert not any(name.startswith("_") for name in names)
    assert len(set(names)) > 0.99 * len(names)


def test_a_handle_belongs_to_its_user():
    assert ordinary(50, first=100) == ordinary(150)[100:]
    row = np.full(handles.ROW, 255, dtype=np.uint8)  # whatever was in the row before
    handles.ordinary_handle(SEED, REPLICATION, 7, OPERATORS, 0.002, 0.02, row)
    assert handles.text(row) == ordinary(8)[7]


def test_texts_are_those_of_the_rows():
    rows = handles.ordinary_handles(SEED, REPLICATION, 0, 40, OPERATORS, 0.5, 0.5)
    assert handles.texts(rows) == [handles.text(row) for row in rows]
    assert handles.texts(rows[::2]) == [handles.text(row) for row in rows[::2]]


def test_namesakes_have_a_name_of_the_network_and_are_never_the_same():
    stems = {name[:10] for name in bases()}
    everybody = ordinary(3000, namesakes=1.0, topic_names=0.0)
    assert all(name.replace("_", "")[:10] in stems for name in everybody)
    assert not stems & set(everybody)


def test_topic_names_begin_with_a_word_of_the_network():
    words = {name[:6] for name in bases()}
    everybody = ordinary(3000, namesakes=0.0, topic_names=1.0)
    assert all(name.replace("_", "")[:6] in words for name in everybody)
    others = ordinary(3000, namesakes=0.0, topic_names=0.0)
    assert sum(name[:6] in words for name in others) < 30


def test_shares_of_ordinary_handles():
    n = 40_000
    plain = ordinary(n, 0.0, 0.0)
    # Five standard errors: a false alarm in two million.
    assert np.mean([name[-1].isdigit() for name in plain]) == pytest.approx(
        1 - handles.NO_DIGITS, abs=5 * math.sqrt(0.25 / n)
    )
    assert np.mean(["_" in name for name in plain]) == pytest.approx(
        handles.ORDINARY_SEPARATORS, abs=5 * math.sqrt(0.09 / n)
    )


def test_a_network_without_operators_has_no_namesakes():
    rows = handles.ordinary_handles(SEED, REPLICATION, 0, 100, 0, 1.0, 0.0)
    assert all(len(name) >= 6 for name in handles.texts(rows))


# --- the matcher ----------------------------------------------------------------------------------

SHORT = st.text(st.sampled_from("abc1_"), min_size=1, max_size=15)


@given(st.lists(SHORT, min_size=1, max_size=6), st.lists(SHORT, max_size=6))
def test_first_match_against_the_distance_of_the_model(names, suspended):
    thresholds = [0, 1, 2, 5]
    found = first_match(names, suspended, thresholds)
    for k, threshold in enumerate(thresholds):
        for position, name in enumerate(names):
            apart = [
                handles.edit_distance(handles.row_of(name), handles.row_of(other))
                for other in suspended
            ]
            within = [i for i, edits in enumerate(apart) if 0 < edits <= threshold]
            assert found[k, position] == (within[0] if within else len(suspended))


def test_first_match_is_the_same_in_pieces(monkeypatch):
    names, suspended = ordinary(300, 0.3, 0.3), bases(80)
    whole = first_match(names, suspended, [1, 3])
    monkeypatch.setattr("afterban.mechanisms.matching._PAIRS_AT_A_TIME", 700)
    assert (first_match(names, suspended, [1, 3]) == whole).all()
    assert (whole < 80).any()


def test_recall_from_a_day():
    starts = np.array([-math.inf, 10.0, 20.0])
    recall = np.array([0.0, 0.5, 1.0])
    days = np.array([-5.0, 0.0, 12.0, 25.0, 40.0, math.inf])
    assert recall_from(days, starts, recall, 30.0) == pytest.approx([15, 15, 14, 5, 0, 0])
    assert recall_from(days, starts[:1], np.array([1.0]), 30.0)[1] == 30.0


# --- the curve ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def curve() -> MatchCurve:
    scenario = Scenario.from_yaml("handle-threshold")
    return match_curve(scenario, corpus=20_000, suspended=600)


def test_the_curve_rises(curve):
    assert [point.threshold for point in curve.points] == list(range(9))
    for a, b in zip(curve.points, curve.points[1:], strict=False):
        assert a.recall.value <= b.recall.value
        assert a.recall_any.value <= b.recall_any.value
        assert a.look_alikes <= b.look_alikes
    assert all(point.recall_any.value >= point.recall.value for point in curve.points)
    assert curve.points[0].look_alikes == 0 == curve.points[0].recall.value
    assert curve.points[1].look_alikes > 0
    assert curve.points[8].false_matches.value > 0.5


def test_every_share_has_its_interval(curve):
    for point in curve.points:
        assert point.false_matches.n == curve.corpus == 20_000
        assert point.recall.n == curve.successors == 600
        for share in (point.recall, point.recall_any, point.false_matches):
            assert share.low <= share.value <= share.high
    assert curve.at(3) is curve.points[3]
    with pytest.raises(KeyError):
        curve.at(9)


def test_more_suspended_handles_hit_more_ordinary_users(curve):
    scenario = Scenario.from_yaml("handle-threshold")
    few = match_curve(scenario, corpus=20_000, suspended=60, thresholds=[4])
    assert few.at(4).look_alikes < 0.5 * curve.at(4).look_alikes


def test_namesakes_make_the_look_alikes_of_small_thresholds(curve):
    strange = Scenario.from_yaml("handle-threshold").with_changes(
        {
            "detection.handle_match.ordinary.namesakes": 0,
            "detection.handle_match.ordinary.topic_names": 0,
        }
    )
    without = match_curve(strange, corpus=20_000, suspended=600)
    assert without.at(2).look_alikes < 0.2 * curve.at(2).look_alikes
    assert without.at(5).look_alikes > 0.8 * curve.at(5).look_alikes


def test_successions_go_through_all_operators_first():
    old, new = successions(SEED, REPLICATION, 4, 10, 1.0)
    assert (old[4:] == new[:6]).all()
    for one, other in zip(old, new, strict=True):
        assert 1 <= handles.edit_distance(one, other) <= 2


@pytest.mark.parametrize("wrong", [{"corpus": 0}, {"suspended": 0}])
def test_an_empty_corpus_is_refused(wrong):
    with pytest.raises(ValueError, match="take 1 or more"):
        match_curve(Scenario.from_yaml("handle-threshold"), **wrong)


def test_a_scenario_without_ordinary_users_has_no_curve(small):
    with pytest.raises(ValueError, match="no ordinary users"):
        match_curve(small())


@pytest.mark.slow
def test_a_hundred_thousand_handles_within_a_minute():
    began = time.perf_counter()
    curve = match_curve(Scenario.from_yaml("handle-threshold"))
    assert time.perf_counter() - began < 60
    assert (curve.corpus, curve.suspended) == (100_000, 3000)
    # Within the curve that the description of the scenario rests on.
    assert curve.at(2).recall.low < 0.6 < curve.at(2).recall.high
    assert curve.at(2).false_matches.value < 0.005 < curve.at(3).false_matches.value


# --- in a run -------------------------------------------------------------------------------------


def metrics_of_run(scenario, policy="base", replication=0):
    (outcome,) = run_replication(scenario, [policy], replication=replication, keep=True)
    return outcome


def test_look_alikes_of_a_run_by_hand(small):
    scenario = small(MATCH)
    outcome = metrics_of_run(scenario)
    rows = outcome.records.accounts
    gone = [
        (row["suspended_day"], handles.text(row["handle"]))
        for row in rows
        if not math.isnan(row["suspended_day"])
    ]
    operators = int((rows["life"] == 1).sum())
    users = handles.texts(handles.ordinary_handles(11, 0, 0, 2000, operators, 0.002, 0.02))
    days = 0.0
    for user in users:
        row = handles.row_of(user)
        matched = [
            day for day, name in gone if 0 < handles.edit_distance(row, handles.row_of(name)) <= 2
        ]
        if matched:
            days += 40.0 - min(matched)
    assert days > 0.0
    expected = 1000.0 * 0.9 * days / 2000
    assert outcome.metrics["look_alikes_flagged"] == pytest.approx(expected, rel=1e-9)
    assert outcome.metrics["look_alike_share"] == pytest.approx(expected / 40_000, rel=1e-9)


def test_look_alikes_change_nothing_in_the_network(small, same):
    plain = small({"detection.handle_match": {"recall": 0.9, "edits": 2}})
    one, other = metrics_of_run(plain), metrics_of_run(small(MATCH))
    assert same(one.records, other.records)
    assert math.isnan(one.metrics["look_alikes_flagged"])
    assert one.metrics["handle_matched_share"] == other.metrics["handle_matched_share"] > 0.0


def test_nobody_is_flagged_in_the_twin_or_without_recall(small):
    twin = metrics_of_run(small(MATCH), "none").metrics
    assert twin["look_alikes_flagged"] == 0.0
    none = metrics_of_run(small(MATCH, **{"detection.handle_match.recall": 0})).metrics
    assert none["look_alikes_flagged"] == 0.0


def test_a_regime_brings_the_match_in(small):
    late = small(
        MATCH,
        **{
            "detection.handle_match.recall": 0,
            "detection.regimes": [{"from": "2014-07-02", "handle_recall": 0.9}],
        },
    )
    metrics = metrics_of_run(late).metrics
    whole = metrics_of_run(small(MATCH)).metrics
    assert 0.0 < metrics["look_alikes_flagged"] < whole["look_alikes_flagged"]
    assert metrics["look_alikes_flagged"] <= 1000.0 * 10 * 0.9


def test_wrong_suspensions_count_look_alikes(small):
    changes = {**MATCH, "review.mistakes.probability": 0.1, "detection.precision": 0.8}
    outcome = metrics_of_run(small(changes))
    m = outcome.metrics
    assert m["look_alikes_suspended"] == pytest.approx(0.1 * m["look_alikes_flagged"])
    assert m["wrong_flags.handle"] == pytest.approx(m["look_alikes_flagged"])
    # Beside them those of the other channels, as if nobody had looked for look-alikes.
    bare = {**changes, "detection.handle_match": {"recall": 0.9, "edits": 2}}
    alone = metrics_of_run(small({**bare, "detection.precision_of.handle_match": 1})).metrics
    assert alone["wrong_suspensions"] > 0
    assert m["wrong_suspensions"] == pytest.approx(
        alone["wrong_suspensions"] + m["look_alikes_suspended"]
    )
    # Without look-alikes the handle match has the precision of all.
    assert metrics_of_run(small(bare)).metrics["wrong_flags.handle"] > 0


def test_a_wider_threshold_flags_more_look_alikes(small):
    flagged = [
        metrics_of_run(small(MATCH, **{"detection.handle_match.edits": edits})).metrics[
            "look_alikes_flagged"
        ]
        for edits in (0, 2, 4, 6)
    ]
    assert flagged[0] == 0.0
    assert flagged == sorted(flagged)
    assert flagged[3] > 10 * flagged[1] > 0.0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"namesakes": 0.7, "topic_names": 0.7}, "together they are at most 1"),
        ({"sample": 0}, "write 1 or more"),
        ({"signups": "many"}, "rate"),
    ],
)
def test_faulty_ordinary_users(small, changes, said):
    whole = {"signups": "10 per day", **changes}
    with pytest.raises(ScenarioErrors, match=said):
        small({"detection.handle_match.ordinary": whole})


# --- the trade-off --------------------------------------------------------------------------------


def row(threshold, reach, cost, near=0.6):
    def exact(value):
        return Estimate(value, value, value, 5, 0.95, "exact")

    return TradeOff(
        f"edits-{threshold}",
        threshold,
        near,
        exact(reach),
        exact(0.5),
        exact(cost),
        exact(0.1 * cost),
        exact(cost),
    )


def test_the_day_of_an_amount_undoes_the_recall_until_then():
    starts, recall = np.array([-np.inf, 10.0, 20.0, 30.0]), np.array([0.0, 0.5, 0.0, 0.9])
    day = np.array([0.0, 12.0, 25.0, 39.0])
    whole = recall_from(day, starts, recall, 40.0)
    for share in (1e-9, 0.3, 0.9, 1.0):
        at = day_of(day, share * whole, starts, recall, 40.0)
        assert whole - recall_from(at, starts, recall, 40.0) == pytest.approx(share * whole)
        assert (at >= day).all()
        assert (at <= 40.0).all()
    quiet = np.array([0.5, 0.0])  # nobody is flagged after day 10
    assert day_of(np.zeros(1), np.array([5.0]), starts[:2], quiet, 40.0) == [10.0]


def test_worth_it_is_the_lower_hull():
    rows = [row(0, 0.9, 0.0), row(1, 0.8, 20.0), row(2, 0.5, 30.0), row(3, 0.5, 300.0)]
    rows += [row(4, 0.4, 1030.0)]
    best = worth_it(rows)
    assert [one.threshold for one, _ in best] == [4, 2, 0]
    assert [price for _, price in best] == pytest.approx([0.1 / 1000, 0.4 / 30, math.inf])


def test_a_threshold_that_gains_nothing_is_never_worth_it():
    assert [one.threshold for one, _ in worth_it([row(0, 0.5, 0.0), row(1, 0.5, 9.0)])] == [0]
    assert worth_it([]) == []


def test_arms_are_weighed(small):
    scenario = small(
        {**MATCH, "policies": {"strict": {"detection": {"handle_match": {"edits": 0}}}}}
    )
    rows = trade_off(scenario, ["base", "strict"], replications=2, workers=1)
    assert [(one.policy, one.threshold) for one in rows] == [("base", 2), ("strict", 0)]
    assert rows[0].effective_reach.n == 2
    assert rows[0].per_100k.value > rows[1].per_100k.value == 0.0
    assert rows[0].matched.value > rows[1].matched.value == 0.0
    runs = [run_replication(scenario, ["strict"], replication=k) for k in (0, 1)]
    assert weigh(scenario, ["strict"], runs)[0] == rows[1]


def test_the_figure_shows_every_threshold(curve, tmp_path):
    rows = [row(0, 0.9, 0.0), row(1, 0.8, 20.0), row(2, 0.5, 30.0), row(2, 0.6, 30.0, near=0.0)]
    figure = matching(curve, rows, "made from nothing")
    assert isinstance(figure, Figure)
    left, right = figure.axes
    texts = {text.get_text() for text in right.texts}
    assert {"0 edits", "1", "2"} <= texts
    assert any("0% near-identical" in text for text in texts)
    assert "20,000" in left.get_xlabel()
    figure.savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 10_000
