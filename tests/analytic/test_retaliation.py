"""Threats that follow suspensions, against their closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest

from afterban import theory
from afterban.mechanisms import detection

HAZARD, RATE = 0.1, 0.25  # per day, of the other channels and of the delay
ERRORS = 4.4  # standard errors: a right share fails once in 10^5


def lives(plain, run, engine, probability, **more):
    """Accounts made early enough to have ended; the other channel is the classifier."""
    changes = {
        "tiers.alike.count": 1000,
        "horizon": "200 d",
        "detection.threats": 0,
        "detection.classifier": f"{HAZARD / 5} per post",
        "detection.retaliation.probability": probability,
        "detection.retaliation.delay": {"exponential": {"mean": f"{1 / RATE} d"}},
        **more,
    }
    rows = run(plain(changes), engine).records.accounts
    return rows[rows["created_day"] < 60.0]


@pytest.mark.parametrize("probability", [0.3, 0.6, 1.0])
def test_share_of_lives_that_end_in_a_threat(plain, run, engine, probability):
    rows = lives(plain, run, engine, probability)
    first, later = rows[rows["life"] == 1], rows[rows["life"] > 1]
    assert not (first["channel"] == detection.THREATENED).any()
    share = (later["channel"] == detection.THREATENED).mean()
    expected = theory.retaliation_share(probability, HAZARD, RATE)
    error = math.sqrt(expected * (1 - expected) / len(later))
    assert abs(share - expected) < ERRORS * error
    assert abs(share - probability) > ERRORS * error  # other channels are faster, often
    # How long such an account lives.
    days = later["suspended_day"] - later["public_day"]
    error = np.nanstd(days) / math.sqrt(len(later))
    mean = theory.retaliation_life_mean(probability, HAZARD, RATE)
    assert abs(np.nanmean(days) - mean) < ERRORS * error
    assert abs(np.nanmean(days) - 1 / HAZARD) > ERRORS * error


def test_an_account_that_is_cleared_threatens_no_more(plain, run, engine):
    """One threat for each return, whatever the reviews say: as many flags as threats were made."""
    changes = {"review.sensitivity": 0.0, "detection.pulses": [{"date": "2014-06-12", "share": 1}]}
    more = {"detection.classifier": "0 per post", **changes}
    rows = lives(plain, run, engine, 1.0, **more)
    assert set(rows["life"]) == {1, 2}
    assert set(rows["channel"][rows["life"] == 2]) == {detection.NONE}
