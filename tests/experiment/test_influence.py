"""Assumptions in the order of what they do, or of their widths."""

from __future__ import annotations

import json
from pathlib import Path

from afterban.experiment.influence import known, ordered, range_text, width
from afterban.experiment.ranges import assumptions_of
from afterban.experiment.sensitivity import rank
from afterban.scenario import Scenario


def test_without_a_ranking_the_widest_is_first(tmp_path: Path) -> None:
    scenario = Scenario.from_yaml("minimal")
    found = ordered(scenario, tmp_path)
    widths = [width(one) for one in found.assumptions]
    assert widths == sorted(widths, reverse=True)
    assert not found.spans
    assert "no influence is known" in found.where
    assert "prior" not in range_text(found.assumptions[0])


def test_a_kept_ranking_of_this_scenario_counts_and_no_other(tmp_path: Path) -> None:
    scenario = Scenario.from_yaml("minimal")
    mine = assumptions_of(scenario)
    chosen = [one for one in mine if one.name in ("return-probability", "near-identical-handles")]
    made = rank(scenario, replications=2, assumptions=chosen, workers=1)
    folder = tmp_path / "minimal" / "a-run"
    folder.mkdir(parents=True)
    asked = {"assumptions": [[one.name, one.label, one.low, one.high] for one in mine]}
    path = folder / "sensitivity.json"
    path.write_text(json.dumps({"asked": asked, **made.to_dict()}), encoding="utf-8")
    found = ordered(scenario, tmp_path)
    assert [one.name for one in found.assumptions[:2]] == [one.name for one in made.swings]
    assert found.spans[made.swings[0].name] == made.swings[0].span
    # Not of another scenario, and not with other ranges.
    assert known(scenario.with_changes({"horizon": "59 days"}), tmp_path) is None
    asked["assumptions"][0][3] = 0.95
    path.write_text(json.dumps({"asked": asked, **made.to_dict()}), encoding="utf-8")
    assert known(scenario, tmp_path) is None
    path.write_text("{", encoding="utf-8")
    assert known(scenario, tmp_path) is None
