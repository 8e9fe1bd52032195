"""``afterban calibrate`` and ``afterban run --draws``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SECTION = """\
calibration:
  parameters:
    return: {path: returning.probability, range: [0, 1]}
  targets:
    back: {metric: return_share, observed: 0.6, sd: 0.1}
  hold_outs:
    ratio: {metric: replacement_ratio, observed: 1, comparison: at most, sd: 0.1}
"""
SIZES = ("--points", "8", "--reps", "2", "--waves", "1", "--simulations", "120", "--draws", "12")
FAST = ("--workers", "1")


@pytest.fixture
def own(here: Path) -> str:
    (here / "own.yaml").write_text((here / "tiny.yaml").read_text() + SECTION)
    return "own.yaml"


@pytest.mark.slow
def test_from_targets_to_runs_over_the_posterior(cli, own, here):
    told = cli("calibrate", own, *SIZES, *FAST)
    assert told.code == 0, told.err
    assert "fitted to" in told.out
    assert "held out" in told.out
    (draws,) = here.glob("results/tiny/calibrate-*/posterior.parquet")
    for name in ("calibration.json", "posterior.png", "predictions.png"):
        assert draws.with_name(name).is_file()
    again = cli("calibrate", own, *SIZES, *FAST, "--json", "--resume", "--keep", "kept")
    data = json.loads(again.out)
    assert sum(data["run_now"].values()) == 0
    assert data["known"][0]["name"] == "return"
    assert (here / "kept" / "calibration.json").is_file()
    over = cli("run", own, "--draws", str(draws), "--reps", "2", *FAST)
    assert over.code == 0, over.err
    assert "12 draws of a posterior, 2 replications of each" in over.out
    assert "5 to 95 % over draws" in over.out
    other = cli(
        "run", own, "--set", "horizon=10d", "--draws", str(draws), "--reps", "2", *FAST, "--json"
    )
    assert "the draws were made for another version" in other.err
    rows = json.loads(other.out)["rows"]
    assert {row["arm"] for row in rows} == {"base", "quick"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("tiny.yaml",), "tiny has no `calibration` section; write one"),
        (("own.yaml", "--points", "3"), "write 8 or more"),
        (("own.yaml", "--reps", "1"), "write 2 or more"),
        (("own.yaml", "--keep", " "), "no file or folder is named"),
    ],
)
def test_bad_input(cli, own, here, arguments, words):
    told = cli("calibrate", *arguments)
    assert told.code == 2
    assert words in told.err
    assert not (here / "results").exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("none.parquet", None, "there is no such file"),
        ("damaged.parquet", b"PAR1 and no more", "this file is damaged"),
    ],
)
def test_draws_that_cannot_be_read(cli, own, here, name, content, words):
    if content is not None:
        (here / name).write_bytes(content)
    told = cli("run", own, "--draws", name)
    assert told.code == 2
    assert words in told.err
    assert not (here / "results").exists()


@pytest.mark.slow
def test_a_proof_that_fails_has_exit_code_1(cli, own, monkeypatch):
    from afterban.experiment import calibration_check

    monkeypatch.setattr(calibration_check, "NEAREST", 1.0)
    monkeypatch.setattr("afterban.cli.calibrate.TRUTHS", 40)
    monkeypatch.setattr("afterban.cli.calibrate.RECOVERED", 20)
    monkeypatch.setattr(
        calibration_check,
        "posterior",
        lambda p, *_: calibration_check.Weighted(p[:5] * 0, p[:5, 0] * 0 + 0.2),
    )
    told = cli("calibrate", own, "--check", "--simulations", "100", *FAST)
    assert told.code == 1
    assert "not uniform" in told.out
