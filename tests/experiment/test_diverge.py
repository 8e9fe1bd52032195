"""Where two runs part: the first event that is not in both, and the draw that did it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from afterban import engines, manifest, results
from afterban.core import can_run
from afterban.engines import reference
from afterban.engines.agreement import differences
from afterban.errors import AfterbanError
from afterban.experiment import diverge
from afterban.experiment.apart import lives_apart
from afterban.experiment.diverge import Run, diff, diff_engines
from afterban.experiment.replicate import replicate
from afterban.experiment.run import run
from afterban.experiment.witness import witnessed
from afterban.randomness import RETURN, TIME_TO_ACTION, uniforms
from afterban.scenario import Scenario, loads
from afterban.world import build

TEXT = """
schema_version: 1
name: parting
start: 2014-09-01
horizon: 25 days
replications: 2
seed: 3
tiers:
  hub: {count: 2, audience: 3000, posts: 10 per day}
  supporter: {count: 14, audience: {lognormal: {median: 500, sigma: 1.0}}, posts: 5 per day}
exposure: {outsiders: 20_000}
detection: {reports: 5000 per million impressions, handle_match: {recall: 0.4}}
returning: {probability: 0.9}
policies:
  quick: {review: {time_to_action: 1h}}
"""
TEAM = {
    "reviewers": 1,
    "service_time": {"exponential": {"mean": "8h"}},
    "benign_reports": "1 per day",
}


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return loads(TEXT)


@pytest.fixture(scope="module")
def staffed(scenario: Scenario) -> Scenario:
    return scenario.with_changes({"review.team": TEAM})


@pytest.mark.parametrize(
    ("which", "policy"),
    [("scenario", "base"), ("scenario", "quick"), ("scenario", "none"), ("staffed", "base")],
)
def test_a_witness_changes_nothing(which, policy, request):
    chosen = Run(request.getfixturevalue(which), policy)
    parameters = chosen.parameters()
    plain = reference.run(parameters, build(parameters, 3, 0), 3, 0)
    seen = witnessed(parameters, build(parameters, 3, 0), 3, 0)
    assert differences(plain, seen) == []
    assert policy == "none" or plain.events > 50


def test_two_arms_part_at_the_time_to_action(scenario):
    found = diff(Run(scenario), Run(scenario, "quick"))
    assert found.names == ("base", "quick")
    assert found.earlier == 1  # an hour is sooner than a median of a day
    draw = found.draw
    assert draw is not None
    assert (draw.decision, draw.number) == ("time to action", TIME_TO_ACTION)
    u, _ = uniforms(3, 0, TIME_TO_ACTION, draw.operator, draw.life, draw.ordinal)
    assert draw.values == (u, u)
    assert draw.days[1] == pytest.approx(draw.asked + 1 / 24, abs=1e-9)
    assert draw.days[0] > draw.days[1]
    event = found.first[1]
    assert event is not None
    assert (event.day, event.operator) == (draw.days[1], draw.operator)
    assert found.settings[0][0].startswith("review.time_to_action")
    told = "\n".join(found.words())
    assert "part at event" in told
    assert "time to action" in told
    assert f"operator {draw.operator}" in told


def test_events_before_are_the_same_and_the_next_is_not(scenario):
    """Against the plain engine: lives that end before that are alike, and one there is not."""
    found = diff(Run(scenario), Run(scenario, "quick"))
    here = found.first[found.earlier]
    made = []
    for policy in ("base", "quick"):
        parameters = Run(scenario, policy).parameters()
        made.append(reference.run(parameters, build(parameters, 3, 0), 3, 0).accounts)
    for name in ("flagged_day", "suspended_day"):
        a, b = (np.sort(table[name][table[name] < here.day]) for table in made)
        assert np.array_equal(a, b)
    ends = [table["suspended_day"] for table in made]
    assert np.nanmin(ends[1]) == here.day < np.nanmin(ends[0])


def test_a_probability_is_told_with_both_thresholds(scenario):
    found = diff(Run(scenario), Run(scenario.with_changes({"returning.probability": "0.3"})))
    draw = found.draw
    assert draw is not None
    assert draw.number == RETURN
    assert draw.thresholds == (0.9, 0.3)
    assert draw.below == (True, False)
    assert 0.3 <= draw.values[0] == draw.values[1] < 0.9
    assert draw.days[1] == float("inf")
    assert "below 0.9" in "\n".join(found.words())
    assert "not below 0.3" in "\n".join(found.words())
    assert found.settings == (("returning.probability", "0.9", "0.3"),)


def test_what_happens_in_one_run_alone_is_traced_to_what_allowed_it(scenario):
    """A review in one run alone was asked for by a report that was real there alone."""
    found = diff(Run(scenario), Run(scenario.with_changes({"audience.lost_outsiders": "0.6"})))
    draw = found.draw
    assert draw is not None
    assert draw.decision == "report"
    assert set(draw.below) == {True, False}
    (low, high) = sorted(draw.thresholds)
    assert low <= draw.values[0] < high


def test_two_seeds_part_by_the_draw_itself(scenario):
    found = diff(Run(scenario, seed=3), Run(scenario, seed=4))
    assert found.draw is not None
    assert found.draw.values[0] != found.draw.values[1]
    assert "audience" in found.world
    assert ("seed", "3", "4") in found.settings
    replications = diff(Run(scenario, replication=0), Run(scenario, replication=1))
    assert not replications.same
    assert ("replication", "0", "1") in replications.settings


def test_a_team_and_no_team_part(scenario, staffed):
    more = staffed.with_changes({"review.team.reviewers": 2})
    queued = diff(Run(staffed), Run(more))
    assert queued.earlier is not None
    assert queued.draw is None
    assert "No draw did it" in "\n".join(queued.words())
    assert "`review.team.reviewers` (1 and 2)" in "\n".join(queued.words())
    assert not diff(Run(scenario), Run(staffed)).same
    slower = diff(
        Run(staffed),
        Run(staffed.with_changes({"review.team.service_time": {"exponential": {"mean": "1h"}}})),
    )
    assert slower.draw is not None
    assert slower.draw.decision == "service"
    assert slower.draw.days[0] > slower.draw.days[1] == slower.first[1].day


def test_identical_runs_say_so(scenario):
    found = diff(Run(scenario), Run(scenario))
    assert found.same
    (told,) = found.words()
    assert "identical" in told
    assert f"{found.compared[0]:,} lives" in told
    # A setting that nothing came of is told.
    found = diff(
        Run(scenario), Run(scenario.with_changes({"detection.link_match.scan_time": "5h"}))
    )
    assert found.same
    assert "Nothing came of" in found.words()[1]


def test_all_events_alike_and_the_followers_not(scenario):
    """Impressions can differ where no event does."""
    quiet = scenario.with_changes({"detection.reports": "0 per million impressions"})
    found = diff(Run(quiet), Run(quiet.with_changes({"exposure.view_probability": "0.5"})))
    assert found.earlier is None
    assert not found.same
    assert "lives differ" in found.lives[0]


def test_data_and_frame(scenario):
    found = diff(Run(scenario), Run(scenario, "none"))
    data = json.loads(json.dumps(found.to_dict()))
    assert data["runs"] == ["base", "none"]
    assert data["draw"]["days"][1] == "never"
    assert data["words"] == found.words()
    frame = found.frame()
    assert list(frame["run"]) == ["base", "none"]
    assert frame["parts_here"].tolist() == [True, False]


def test_lives_apart_finds_the_first(scenario):
    made = run(scenario, ["base"], engine="reference", workers=1)
    table = made.accounts()
    table = table[table["policy"] == "base"]
    assert lives_apart(table, table.copy(), ("a", "b")) == []
    other = table.copy()
    ended = other.dropna(subset=["suspended_day"]).sort_values("suspended_day").index
    other.loc[ended[[2, 5]], "suspended_day"] += 1.0
    (told,) = lives_apart(table, other, ("a", "b"))
    row = table.loc[ended[2]]
    assert told.startswith("2 of ")
    assert f"operator {row['operator']}, life {row['life']} of replication" in told
    assert "suspended_day" in told
    (told,) = lives_apart(table, table.drop(ended[0]), ("a", "b"))
    assert "b does not have it" in told


@pytest.mark.skipif(not can_run(), reason="there is no compiled engine here")
def test_both_engines_are_compared_life_by_life(scenario, monkeypatch):
    found = diff_engines(Run(scenario))
    assert found.same
    assert found.compared[0] == found.compared[1] > 16
    right = engines.run

    def wrong(parameters, world, seed, replication, name):
        records = right(parameters, world, seed, replication, name)
        if name == "reference":
            records.accounts["suspended_day"][0] += 0.5
        return records

    monkeypatch.setattr(diverge.engines, "run", wrong)
    told = diff_engines(Run(scenario)).words()
    assert "operator 0, life 1" in told[0]
    assert "suspended_day" in told[0]


@pytest.fixture
def folder(scenario, tmp_path) -> Path:
    with results.Recorder(scenario, ["base", "none"], tmp_path) as recorder:
        for outcomes in replicate(
            scenario, ["base", "none"], engine="reference", workers=1, keep=True
        ):
            recorder.add(outcomes)
        made = recorder.publish(recorder.finish()).folder
    assert made is not None
    return made


def test_folders_of_two_versions_are_told_by_manifest_first(folder, tmp_path):
    older = tmp_path / "older"
    older.mkdir()
    for path in folder.iterdir():
        (older / path.name).write_bytes(path.read_bytes())
    same = diff(str(folder), str(older))
    assert same.same
    assert same.compared[0] > 16
    data = json.loads((older / "manifest.json").read_text())
    data["code_digest"] = "0123456789abcdef"
    data["versions"]["afterban"] = "0.0.9"
    (older / "manifest.json").write_text(manifest.text_of(data))
    found = diff(str(folder), str(older))
    told = found.words()
    assert "0123456789abcdef" in told[0]
    assert "0.0.9" in told[0]
    assert "not both" in told[1].lower()
    # Two arms are run again, after that.
    told = diff(f"{folder}:base", f"{older}:none").words()
    assert "0.0.9" in told[0]
    assert any("part at event" in line for line in told)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("minimal:fastr", "did you mean `faster`"),
        (":base", "names no run"),
        ("nosuch-scenario", "nosuch-scenario"),
    ],
)
def test_what_is_no_run_is_refused(text, message):
    with pytest.raises(AfterbanError, match=message):
        diff(text, "minimal")


def test_numbers_out_of_range_are_refused(scenario):
    with pytest.raises(AfterbanError, match="seed -1"):
        diff(Run(scenario, seed=-1), Run(scenario))
    with pytest.raises(AfterbanError, match="replication 4294967296"):
        diff(Run(scenario), Run(scenario, replication=2**32))


def test_ranges_do_not_set_two_runs_apart() -> None:
    """An arm has none of what is said about values, and says nothing of it."""
    scenario = Scenario.from_yaml("minimal")
    assert scenario.uncertainties
    (only,) = diff(Run(scenario), Run(scenario, "faster")).settings
    assert only[0].startswith("review.time_to_action")
