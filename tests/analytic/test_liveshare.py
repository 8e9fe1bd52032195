"""The live share in alternating renewal: the engines against the two-state Markov chain."""

from __future__ import annotations

import math

import numpy as np
import pytest

from afterban import theory
from afterban.mechanisms import census as c

MEMBERS = 4000
VIEWS = 5 * 0.02  # impressions per follower and day


def test_insiders_of_those_who_are_never_found(plain, run, engine):
    # Hunted operators live and are away for exponential times; ten quiet ones are never found.
    quiet = {"count": 10, "audience": 1000, "posts": "5 per day", "degree": 3, "promotes": 0}
    changes = {
        "audience.insiders": "operators",
        "detection.threats": 0,
        "detection.watch": 1,
        "tiers.alike.watched": "0.3 per day",
        "tiers.alike.count": MEMBERS,
        "tiers.alike.degree": 6,
        "tiers.quiet": quiet,
        "network.prominence_tail": 0,
        "horizon": "30 d",
    }
    one = run(plain(changes), engine)
    days, series = one.parameters.grid, one.records.series
    insiders = series[:, 1, c.ATTACHED_INSIDERS] / (10 * 500)
    truth = theory.live_probability(days, 0.3, 0.5)
    # Weights are about Poisson with mean 6: the effective number of members is 6/7 of them.
    error = np.sqrt(truth * (1 - truth) / (MEMBERS * 6 / 7)) + 1 / 1024
    assert (np.abs(insiders - truth) < 4.4 * error + 10 / MEMBERS).all()
    assert insiders[0] == 1.0
    assert insiders[-1] == pytest.approx(theory.live_share(1 / 0.3, 2.0), abs=0.03)
    seen = series[:, 1, c.INSIDER_IMPRESSIONS] / (10 * 500 * VIEWS)
    expected = theory.live_days(days, 0.3, 0.5)
    # At most as if the errors of all days were one.
    lasting = np.append(0.0, np.cumsum(4.4 * error[1:] + 10 / MEMBERS))
    assert (np.abs(seen - expected) <= lasting + 1e-9).all()
    assert seen[-1] == pytest.approx(expected[-1], rel=0.02)
    assert seen[-1] != pytest.approx(days[-1], rel=0.2)
    rows = one.records.accounts
    own = rows[rows["operator"] >= MEMBERS]
    assert len(own) == 10
    assert own["insider_impressions"] / (500 * VIEWS) == pytest.approx(seen[-1], rel=1e-9)
    assert own["outsider_impressions"] / (500 * VIEWS) == pytest.approx(30.0, rel=1e-9)
    assert math.isclose(own["insider_followers"][0] / 500, insiders[-1], rel_tol=1e-9)
