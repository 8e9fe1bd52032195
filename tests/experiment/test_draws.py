"""Draws of assumptions: the file, what a row changes, and runs over all of them."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from afterban.errors import AfterbanError
from afterban.experiment.draws import changes_of, read_draws, write_draws
from afterban.experiment.over_draws import over_draws
from afterban.experiment.replicate import replicate
from afterban.scenario import Scenario

META = {"what": "posterior", "scenario": "minimal", "digest": "0", "seed": 1, "parameters": {}}


def frame(**more: object) -> pd.DataFrame:
    return pd.DataFrame({"returning.probability": [0.2, 0.9], "_note": ["a", "b"], **more})


def tiny() -> Scenario:
    return Scenario.from_yaml("minimal").with_changes(
        {
            "tiers.supporter.count": 30,
            "horizon": "20d",
            "detection.reports": "2 per thousand impressions",
        }
    )


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "draws.parquet"
    delays = ["{lognormal: {median: 2h, sigma: 1}}", "never"]
    write_draws(path, frame(**{"returning.delay": delays}), META)
    found = read_draws(path)
    assert found.paths == ("returning.probability", "returning.delay")
    assert found.changes()[0] == {"returning.probability": "0.2", "returning.delay": delays[0]}
    assert found.meta["digest"] == "0"
    assert found.meta["draws"] == 2
    assert "numpy" in found.meta["versions"]


@pytest.mark.parametrize(
    ("path", "value", "text"),
    [
        ("returning.delay.lognormal.median", 0.5, "12h"),
        ("returning.probability", np.float64(0.25), "0.25"),
        ("tiers.hub.count", 3.4, "3"),
        ("audience.refollow_insiders", 1.5, "1.5 per day"),
        ("returning.delay", 2.0, "2d"),
        ("returning.delay", "{exponential: {mean: 1d}}", "{exponential: {mean: 1d}}"),
        ("promotion.on_start", np.bool_(True), "true"),
    ],
)
def test_a_value_as_it_is_written(path: str, value: object, text: str) -> None:
    assert changes_of({path: value, "_x": object()}) == {path: text}


def test_a_value_that_is_missing_is_told_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "draws.parquet"
    write_draws(path, frame(**{"returning.delay.lognormal.median": [1.0, math.nan]}), META)
    with pytest.raises(
        AfterbanError, match=r"row 2: `returning.delay.lognormal.median`: there is no"
    ):
        read_draws(path).changes()


def test_files_that_are_no_draws_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "draws.parquet"
    with pytest.raises(AfterbanError, match="there is no such file"):
        read_draws(path)
    with pytest.raises(AfterbanError, match="`returning]` is no path"):
        write_draws(path, pd.DataFrame({"returning]": [1]}), META)
    with pytest.raises(AfterbanError, match="no column is a path"):
        write_draws(path, pd.DataFrame({"_x": [1]}), META)
    assert not path.exists()
    write_draws(path, frame(), META)
    whole = path.read_bytes()
    for at in range(8, len(whole) - 8, max(1, len(whole) // 20)):
        path.write_bytes(whole[: at // 2])
        with pytest.raises(AfterbanError):
            read_draws(path)


def test_a_draw_that_the_scenario_cannot_take_is_told_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "draws.parquet"
    write_draws(path, frame(**{"tiers.nobody.posts": ["2 per day", "3 per day"]}), META)
    with pytest.raises(AfterbanError, match=r"row 1: tiers\.nobody"):
        over_draws(tiny(), read_draws(path), root=tmp_path)


def test_runs_over_draws_are_those_of_the_scenario_at_each(tmp_path: Path) -> None:
    path = tmp_path / "draws.parquet"
    write_draws(path, frame(), META)
    found = over_draws(tiny(), read_draws(path), replications=2, root=tmp_path, workers=1)
    assert found.arms == ("base", "slower", "faster")
    for k, probability in enumerate(("0.2", "0.9")):
        there = tiny().with_changes({"returning.probability": probability})
        for r, (one, _, other) in enumerate(
            replicate(there, found.arms, replications=2, workers=1)
        ):
            assert found.values["suspensions"][k, r, 0] == one.metrics["suspensions"]
            assert found.values["effective_reach"][k, r, 2] == other.metrics["effective_reach"]


def test_chance_and_draws_are_two_numbers(tmp_path: Path) -> None:
    """Draws that are all alike leave nothing open, however large chance is."""
    path = tmp_path / "draws.parquet"
    write_draws(path, pd.DataFrame({"returning.probability": [0.5, 0.5, 0.5]}), META)
    found = over_draws(
        tiny(),
        read_draws(path),
        ["base"],
        replications=3,
        root=tmp_path,
        workers=1,
    )
    (row,) = found.rows(("effective_reach",))
    assert row.low == row.high == pytest.approx(row.mean)
    assert row.chance > 0
    again = over_draws(
        tiny(),
        read_draws(path),
        ["base"],
        replications=3,
        root=tmp_path,
        workers=1,
    )
    assert again.rows() == found.rows() or repr(again.rows()) == repr(found.rows())
