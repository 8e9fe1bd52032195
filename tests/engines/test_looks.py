"""Looks at operators by themselves: the same in both engines, and nothing is another for them."""

from __future__ import annotations

from dataclasses import replace

import networks
import numpy as np
import pytest

from afterban import core, engines
from afterban.engines import compiled, reference
from afterban.engines.agreement import assert_same, differences
from afterban.engines.records import NO_LOOKS, Looks, Records
from afterban.mechanisms import census
from afterban.parameters import Parameters
from afterban.world import build

pytestmark = pytest.mark.skipif(not core.can_run(), reason="no compiled engine can be run here")
NETWORKS = ("network", "staffed", "returning", "bursting", "waves", "answered")
COUNTED = (census.CREATED, census.SUSPENDED, census.UNDER_REVIEW)  # as they happen


def looks_at(p: Parameters, records: Records) -> Looks:
    """Everybody on a day of the grid and at the horizon, and some at each corner of their lives."""
    days, who = ([one] for one in networks.looks(p, build(p, 1, 0)))
    lives = records.accounts[:: max(1, len(records.accounts) // 40)]
    for name in ("public_day", "suspended_day"):
        for day in (lives[name], np.nextafter(lives[name], np.inf), lives[name] + 0.3):
            days.append(np.minimum(day, p.horizon))
            who.append(lives["operator"])
    day, operator = np.concatenate(days), np.concatenate(who).astype(np.int64)
    return Looks(day[~np.isnan(day)], operator[~np.isnan(day)])


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("name", NETWORKS)
def test_both_engines_see_the_same_and_nothing_is_another(name: str, live: bool) -> None:
    p = getattr(networks, name)(live_insiders=live)
    plain = compiled.run(p, build(p, 1, 0), 1, 0)
    looks = looks_at(p, plain)
    there = compiled.run(p, build(p, 1, 0), 1, 0, looks)
    assert_same(there, reference.run(p, build(p, 1, 0), 1, 0, looks=looks))
    assert_same(plain, replace(there, looked=plain.looked))
    assert differences(plain, there) != []
    assert np.unique(there.looked[:, census.ATTACHED_OUTSIDERS]).size > 50


def test_everybody_together_is_the_census() -> None:
    p = networks.returning(live_insiders=True)
    plain = compiled.run(p, build(p, 1, 0), 1, 0)
    for day in (0, 3, len(p.grid) - 1):
        n = len(plain.final)
        looks = Looks(np.full(n, p.grid[day]), np.arange(n))
        looked = compiled.run(p, build(p, 1, 0), 1, 0, looks).looked.sum(axis=0)
        there = plain.series[day].sum(axis=0)
        for column in set(range(census.COLUMNS)) - set(COUNTED):
            assert looked[column] == pytest.approx(there[column], rel=1e-9, abs=1e-6), column
        assert looked[list(COUNTED)].tolist() == [0.0, 0.0, 0.0]
    assert there[census.SUSPENDED] > 10


def test_an_operator_or_day_that_is_not_there_is_refused() -> None:
    p = networks.network()
    world = build(p, 1, 0)
    for day, operator in ((1.0, len(world.tier)), (1.0, -1), (-1.0, 0), (np.nan, 0)):
        with pytest.raises(ValueError, match="do not fit"):
            compiled.run(p, world, 1, 0, Looks(np.array([day]), np.array([operator])))
    with pytest.raises(ValueError, match="do not fit"):
        compiled.run(p, world, 1, 0, Looks(np.array([1.0]), np.zeros(0, dtype=np.int64)))


def test_no_looks_are_the_default() -> None:
    p = networks.network()
    assert len(engines.run(p, build(p, 1, 0), 1, 0).looked) == len(NO_LOOKS.day) == 0
