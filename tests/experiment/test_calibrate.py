"""A calibration of a small network from end to end."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from afterban import Answer, Calibrated, Calibration, CalibrationSettings, Scenario
from afterban.errors import AfterbanError
from afterban.experiment.calibration_kept import keep_posterior, read
from afterban.experiment.draws import read_draws
from afterban.experiment.history import CUT

TEXT = """\
schema_version: 1
name: small
start: 2014-09-01
horizon: 40 days
seed: 5
tiers:
  supporter: {count: 40, audience: 300, posts: 3 per day, watched: 1 per day}
detection: {watch: 0.1}
returning: {probability: 0.6, delay: {exponential: {mean: 2 d}}}
policies:
  slower: {review: {time_to_action: 10 d}}
calibration:
  parameters:
    return: {path: returning.probability, range: [0, 1]}
    insiders: {path: audience.lost_insiders, range: [0, 0.7]}
  targets:
    back: {metric: return_share, observed: {value: 0.6, kind: reported, source: L9}, sd: 0.08}
    many: {metric: suspensions, observed: 100_000, likelihood: lognormal, sd: 0.1}
    slow: {metric: replacement_ratio, arm: slower, observed: 1, comparison: at most, sd: 0.1}
  hold_outs:
    ratio: {metric: replacement_ratio, observed: 0.2, tolerance: 0.05}
    share: {metric: suspended_share, observed: 0.5, comparison: at least, sd: 0.1}
"""
SIZES = CalibrationSettings(points=16, replications=2, waves=2, simulations=200, draws=40)


def calibration(root: Path, text: str = TEXT, **more: object) -> Calibration:
    arguments = {"workers": 1, **more}
    return Calibration(Scenario.from_text(text), SIZES, root, **arguments)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("calibrations")


@pytest.fixture(scope="module")
def found(root: Path) -> Calibrated:
    return calibration(root).run()


@pytest.mark.slow
def test_what_the_target_tells_is_learnt(found: Calibrated) -> None:
    known = {one.name: one for one in found.known}
    assert known["return"].low < 0.62 < known["return"].high
    assert known["return"].width < 0.5
    assert known["return"].identified
    assert "back" in known["return"].informed_by
    assert found.posterior["return"].between(0, 1).all()


@pytest.mark.slow
def test_what_no_target_tells_is_told_as_not_identified(found: Calibrated) -> None:
    known = {one.name: one for one in found.known}
    assert not known["insiders"].identified
    assert known["insiders"].informed_by == ()
    assert any(text.startswith("insiders: not identified") for text in found.words())
    assert found.directions[0].parts[0][0] == "return"
    assert found.directions[-1].parts[0][0] == "insiders"
    assert found.directions[-1].width > 0.8


@pytest.mark.slow
def test_a_target_that_nothing_reaches_is_named_and_left_out(found: Calibrated) -> None:
    assert found.unreached == ("many",)
    assert "no value in the stated ranges reaches it" in "\n".join(found.words())
    assert "many" not in found.informs
    assert "many" not in found.meta()["targets"]


@pytest.mark.slow
def test_what_is_held_out_stands_apart(found: Calibrated) -> None:
    rows = {one.name: one for one in found.predictions}
    assert [one.name for one in found.predictions if one.held_out] == ["ratio", "share"]
    assert rows["ratio"].verdict == "outside what is expected"
    assert rows["share"].verdict == "kept in 100%"
    assert rows["back"].verdict == "as expected"
    assert "ratio" not in found.informs
    data = found.to_dict()
    assert {one["name"] for one in data["held_out"]} == {"ratio", "share"}
    assert {one["name"] for one in data["fitted"]} == {"back", "many", "slow"}


@pytest.mark.slow
def test_what_is_held_out_changes_nothing_that_is_learnt(root: Path, found: Calibrated) -> None:
    other = calibration(root, TEXT.replace("observed: 0.2, tol", "observed: 0.9, tol")).run()
    assert (other.places == found.places).all()
    assert sum(other.run_now.values()) == 0  # nothing was run again


@pytest.mark.slow
def test_chance_is_apart_from_what_is_open(found: Calibrated) -> None:
    """What is open is of means over replications; chance is within a draw, and is never in it."""
    row = next(one for one in found.predictions if one.name == "back")
    k = [one.name for one in found.observations].index("back")
    assert (row.low, row.high) == tuple(
        np.quantile(found.predicted[:, :, k].mean(axis=1), (0.05, 0.95))
    )
    within = found.predicted[:, :, k].var(axis=1, ddof=1).mean()
    assert row.chance == pytest.approx(np.sqrt(within))
    assert row.observed_high - row.observed_low > row.high - row.low


@pytest.mark.slow
def test_it_can_be_stopped_and_continued(root: Path, found: Calibrated, tmp_path: Path) -> None:
    stopped = 0

    def stop(stage: str, done: int, planned: int) -> None:
        nonlocal stopped
        if (stage, done) in (("waves", 5), ("simulations", 100)):
            stopped += 1
            raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            calibration(tmp_path, progress=stop).run()
    again = calibration(tmp_path).run()
    assert stopped == 2
    assert (again.places == found.places).all()
    assert again.run_now["simulations"] == 100
    assert again.words() == found.words()


@pytest.mark.slow
def test_the_draws_are_kept_and_lead_back_to_the_posterior(found: Calibrated) -> None:
    draws = read_draws(found.write())
    assert draws.paths == ("returning.probability", "audience.lost_insiders")
    assert draws.meta["digest"] == found.scenario.digest()
    assert draws.meta["what"] == "posterior"
    assert draws.frame["returning.probability"].tolist() == found.posterior["return"].tolist()
    assert draws.frame["_return"].tolist() == found.posterior["return"].tolist()
    assert len(draws.changes()) == SIZES.draws


@pytest.mark.slow
def test_what_is_kept_proves_itself(found: Calibrated, tmp_path: Path) -> None:
    keep_posterior(found, tmp_path / "kept")
    path = tmp_path / "kept" / "calibration.json"
    assert read(path)["digest"] == found.scenario.digest()
    draws = path.with_name("posterior.parquet")
    whole = draws.read_bytes()
    draws.write_bytes(whole + b"x")
    with pytest.raises(AfterbanError, match="not the draws that were written"):
        read(path)
    draws.write_bytes(whole)
    path.write_text(path.read_text().replace("0.6", "0.7"))
    with pytest.raises(AfterbanError, match="not the file that was written"):
        read(path)


@pytest.mark.slow
def test_it_is_an_answer(found: Calibrated) -> None:
    assert isinstance(found, Answer)
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert len(found.frame()) == 5
    assert list(found.identifiability()["name"]) == ["return", "insiders"]
    for of in ("posterior", "predictions"):
        assert isinstance(found.figure(of), Figure)
    with pytest.raises(AfterbanError, match="no picture of a calibration"):
        found.figure("nothing")


@pytest.mark.slow
def test_targets_that_contradict_each_other_are_told(tmp_path: Path) -> None:
    text = TEXT.replace(
        "    many: {metric: suspensions, observed: 100_000, likelihood: lognormal, sd: 0.1}",
        "    ratio-too: {metric: replacement_ratio, observed: 0.1, sd: 0.02}",
    ).replace(
        "observed: {value: 0.6, kind: reported, source: L9}, sd: 0.08", "observed: 0.95, sd: 0.02"
    )
    with pytest.raises(AfterbanError, match="meets all targets at once: where they are met best"):
        calibration(tmp_path, text).run()


def test_a_calibration_whose_only_target_is_out_of_reach_is_told(tmp_path: Path) -> None:
    lines = [line for line in TEXT.splitlines() if "back:" not in line and "slow:" not in line]
    with pytest.raises(AfterbanError, match="reaches `many`, and there is no other target"):
        calibration(tmp_path, "\n".join(lines)).run()


@pytest.mark.slow
def test_the_posterior_lies_where_nothing_was_ruled_out(found: Calibrated) -> None:
    worst = found.history.worst(found.weighted.places)
    assert (worst <= CUT).mean() > 0.9  # the regression may move some of them a little
