"""``afterban band`` makes what ``afterban run`` shows beside chance; a run without it says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from afterban.cli import main

FAST = ["--engine", "reference", "--workers", "1"]
RUN = ["run", "minimal", "--reps", "2", "--policies", "base,faster", "--no-figures", *FAST]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def text_of(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> str:
    assert main(arguments) in (0, None)
    return " ".join(capsys.readouterr().out.split())


def test_what_band_makes_is_what_run_shows(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = text_of(capsys, RUN)
    assert "not known for this scenario: `afterban band minimal` makes it" in before
    assert " assumptions " not in before.partition("Intervals")[0]
    made = text_of(
        capsys,
        ["band", "minimal", "--points", "4", "--reps", "2", "--policies", "base,faster", *FAST],
    )
    assert "effective reach (hub) base" in made
    assert (folder / "results" / "bands.csv").exists()
    after = text_of(capsys, RUN)
    assert "95 % interval assumptions n" in after
    assert "5 % to the 95 % point of 4 points" in after
    assert "“faster”" in after.partition("over the assumptions")[2]
    document = json.loads(text_of(capsys, [*RUN, "--json"]))
    band = document["policies"]["base"]["effective_reach"]["assumptions"]
    assert band["lowest"] <= band["low"] <= band["middle"] <= band["high"] <= band["highest"]
    assert band["points"] == band["told"] == 4
    difference = document["policies"]["faster"]["effective_reach"]["assumptions_difference"]
    assert difference["against"] == "base"
    assert difference["less"] + difference["more"] <= 4
    assert "assumptions" not in document["policies"]["base"]["suspensions"]


def test_the_band_of_another_scenario_is_not_shown(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text_of(capsys, ["band", "minimal", "--points", "2", "--reps", "2", "--quiet", *FAST])
    found = text_of(capsys, [*RUN, "--set", "horizon=50 days"])
    assert "what is kept is of another version of minimal" in found
    assert "`afterban band minimal '--set=horizon=50 days'` makes it" in found


def test_one_point_is_no_band(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["band", "minimal", "--points", "1"]) == 2
    assert "2 or more" in capsys.readouterr().err
