"""When the last account of a tier goes."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from afterban.errors import AfterbanError
from afterban.experiment.extinction import extinctions


@pytest.fixture(scope="module")
def found(small, engine):
    # Hubs give up one by one under a strong watch; supporters are left alone.
    scenario = small(
        {
            "tiers.hub.watched": "1 per day",
            "tiers.hub.spares": 0,
            "tiers.hub.returns": 0.6,
            "detection": {"reports": 0},
        }
    )
    return extinctions(scenario, "hub", replications=6, engine=engine, workers=1)


def test_extinct_is_what_stays_without_an_account(found):
    assert found.live.shape == found.others.shape == (6, len(found.grid))
    assert np.isfinite(found.days).sum() >= 3
    for day, live in zip(found.days, found.live, strict=True):
        if np.isnan(day):
            assert live[-1] > 0
        else:
            at = np.searchsorted(found.grid, day)
            assert live[at - 1] > 0
            assert (live[at:] == 0).all()
    assert (found.others[:, -1] > 0.9 * found.others[:, 0]).all()


def test_shares_and_dates(found):
    share = float(np.isfinite(found.days).mean())
    assert found.happened.value == share
    assert found.happened.n == 6
    assert found.gone_by(dt.date(2014, 6, 2)).value == 0
    assert found.gone_by(dt.date(2015, 6, 2)).value == share
    last = found.date(float(np.nanmax(found.days)))
    assert found.gone_by(last).value == share
    assert found.gone_by(last - dt.timedelta(days=1)).value < share
    assert f"{round(6 * share)} of 6" in str(found)


def test_a_tier_that_is_left_alone_does_not_die_out(small, engine):
    calm = extinctions(
        small({"detection": {"reports": 0}}), "hub", replications=2, engine=engine, workers=1
    )
    assert np.isnan(calm.days).all()
    assert calm.happened.value == 0
    assert "0 of 2" in str(calm)


def test_unknown_tiers_are_refused(small):
    with pytest.raises(AfterbanError, match="did you mean `hub`"):
        extinctions(small(), "hubs", replications=1)
