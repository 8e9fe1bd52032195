"""Pictures of a calibration show what it says, and nothing that is undefined."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from afterban.experiment.calibrated import Calibrated
from afterban.experiment.calibration_check import PLACEBO, Checked
from afterban.experiment.history import History, Wave
from afterban.experiment.learnt import Settings
from afterban.experiment.observed import observations
from afterban.experiment.posterior import Weighted
from afterban.experiment.unknowns import unknowns
from afterban.report.calibration import picture, ranks
from afterban.scenario import Scenario

TEXT = """\
schema_version: 1
name: small
extends: minimal
calibration:
  parameters:
    share: {path: returning.probability, range: [0.2, 0.8]}
    delay: {path: returning.delay.lognormal.median, range: [2h, 8 d], scale: log}
    eager: {path: tiers.hub.promotes, factor: true, range: [0.5, 1.1]}
    law: {path: audience.refollow_insiders, prior: {lognormal: {median: 1, sigma: 0.5}}}
  targets:
    pace: {metric: suspensions, observed: 70, tolerance: 20}
    part: {metric: return_share, observed: 0.5, comparison: at least, sd: 0.1}
  hold_outs:
    gone: {metric: extinction_day, observed: 20, sd: 3}
"""


@pytest.fixture(scope="module")
def found() -> Calibrated:
    scenario = Scenario.from_text(TEXT)
    rng = np.random.Generator(np.random.Philox(key=[1, 1]))
    places = rng.random((300, 4))
    places[:, 0] = 0.4 + 0.1 * places[:, 0]
    told = np.stack(
        [70 + 5 * rng.random((300, 2)), rng.random((300, 2)), np.full((300, 2), np.nan)], 2
    )
    history = History((Wave(1, places, (), 1.0),), places, told, 300)
    return Calibrated(
        scenario=scenario,
        settings=Settings(),
        unknowns=unknowns(scenario),
        observations=observations(scenario),
        unreached=(),
        history=history,
        weighted=Weighted(places, np.full(300, 1 / 300)),
        places=places,
        predicted=told,
        observed=told,
        informs={},
        folder=Path("x"),
    )


def test_each_unknown_has_a_panel_with_what_is_left(found: Calibrated) -> None:
    figure = picture(found, "posterior")
    assert [axes.get_title(loc="left").strip() for axes in figure.axes] == [
        "share",
        "delay",
        "eager",
        "law",
    ]
    told = [axes.texts[0].get_text() for axes in figure.axes]
    assert told[0] == "10% of its width left"
    assert told[1:] == ["not identified"] * 3
    assert [axes.get_xscale() for axes in figure.axes] == ["linear", "log", "linear", "log"]


def test_what_was_held_out_or_is_undefined_is_not_among_the_fitted(found: Calibrated) -> None:
    figure = picture(found, "predictions")
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["fitted: pace", "fitted: part"]  # the other one is undefined


def test_ranks_have_a_panel_each() -> None:
    rng = np.random.Generator(np.random.Philox(key=[1, 2]))
    made = Checked(
        "small",
        ("share", PLACEBO),
        rng.integers(0, 64, (200, 2)),
        np.ones((50, 2), dtype=bool),
        np.ones((50, 2)),
        2000,
    )
    assert len(ranks(made).axes) == 2
