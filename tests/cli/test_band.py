"""``afterban band`` makes what ``afterban run`` shows beside chance; a run without it says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from afterban.cli import main

FAST = ["--workers", "1"]
RUN = ["run", "minimal", "--reps", "2", "--policies", "base,faster", "--no-figures", *FAST]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    # Those that come with the program are left out: here they are made.
    monkeypatch.setattr("afterban.bands.shipped_bands", lambda: tmp_path / "shipped.csv")
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
    assert "assumptions" not in document["policies"]["base"]["account_life_median"]


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


OWN = [
    *("run", "minimal", "--set", "horizon=40 days", "--reps", "2", "--no-figures"),
    *("--workers", "1"),
]


@pytest.mark.slow
def test_a_run_of_an_own_scenario_makes_its_band_after_the_table(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = text_of(capsys, [*OWN, "--policies", "base,faster", "--points", "2"])
    table, _, band = first.partition("Intervals: Student's t")
    assert "assumptions" not in table
    assert "from the 5 % to the 95 % point of 2 points" in band
    assert "makes it" not in first
    again = text_of(capsys, [*OWN, "--policies", "base,faster", "--points", "2"])
    assert "95 % interval assumptions n" in again  # it is known now, and stands in the table
    document = json.loads(text_of(capsys, [*OWN, "--points", "2", "--json"]))
    assert document["policies"]["base"]["effective_reach"]["assumptions"]["points"] == 2


def test_no_points_make_no_band_and_one_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = text_of(capsys, [*OWN, "--points", "0"])
    assert "`afterban band minimal '--set=horizon=40 days'` makes it" in found
    assert not (folder / "results" / "bands.csv").exists()
    assert main([*OWN, "--points", "1"]) == 2
    assert "2 or more, or 0 for none" in capsys.readouterr().err


def test_stopping_the_band_leaves_the_table(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from afterban.experiment import banded

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(banded, "band", stopped)
    assert main([*OWN, "--points", "2"]) == 0
    said = capsys.readouterr()
    assert "effective reach" in said.out
    assert "what is finished of the band is kept" in said.err


@pytest.mark.slow
def test_a_comparison_shows_differences_over_the_assumptions(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask = ["compare", "minimal", "--policies", "faster", "--baseline", "base", "--reps", "3"]
    found = text_of(capsys, [*ask, "--points", "4", "--workers", "1"])
    _, _, band = found.partition("over the assumptions arm")
    assert "effective reach" in band
    assert " of 4 " in band
    document = json.loads(text_of(capsys, [*ask, "--points", "4", "--json", "--workers", "1"]))
    (one,) = document["assumptions"]
    assert (one["metric"], one["arm"], one["against"]) == ("effective_reach", "faster", "base")
    none = text_of(capsys, [*ask, "--points", "0", "--workers", "1", "--metric", "recruits"])
    assert "makes it" in none or "over the assumptions" in none
