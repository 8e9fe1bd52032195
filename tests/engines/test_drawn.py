"""Networks at random: the compiled engine tells of each what the reference engine tells."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from drawn import MAKERS, drawn, happened

from afterban import core
from afterban.engines import compiled, reference
from afterban.engines.agreement import differences
from afterban.world import build

pytestmark = pytest.mark.skipif(not core.can_run(), reason="no compiled engine can be run here")

MANY = 1000
# What cannot be, or not in a model in which each delay is one of four kinds.
NEVER = {
    "cleared after pulse",  # which asks no reviewer
    "cleared after signup",  # which suspends at once
    "census = census",
    "shift = shift",
}


def compared(numbers: range) -> Counter[str]:
    """What happens in the networks of those numbers, once both engines have told the same."""
    programs = list(core.all_that_run().values())
    found = Counter[str]()
    for number in numbers:
        name, p = drawn(number)
        world = build(p, number, 0)
        told = reference.run(p, world, number, 0)
        for program in programs:
            other = compiled.run_in(program, p, world, number, 0)
            assert differences(told, other) == [], (number, name, program.kind)
            assert sound(other), (number, name)
        found.update(happened(p, told, int(p.tier_count.sum())))
    return found


def sound(told) -> bool:
    """Whether there is a number wherever one is meant: days that did not come are none."""
    whole = (told.series, told.window_impressions, told.backlog, told.final)
    return all(np.isfinite(table).all() for table in whole) and all(
        np.isfinite(told.accounts[name]).all()
        for name in told.accounts.dtype.names
        if told.accounts.dtype[name].kind == "f" and not name.endswith("_day")
    )


@pytest.mark.slow
def test_some_networks():
    assert compared(range(len(MAKERS)))["return"] > 100


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_a_thousand_networks_in_which_everything_happens():
    found = compared(range(MANY))
    rare = {name: count for name, count in found.items() if count < 3}
    assert set(rare) - NEVER == set(), rare
    assert min(found[name] for name in ("move", "answer", "reinstatement", "campaign")) > 100


@pytest.mark.slow
def test_a_mechanism_that_never_occurs_is_noticed():
    """The count is one of what happens, not of what the settings say."""
    name, p = drawn(0)
    campaigns = [field for field in p._fields if field.startswith("pulse_")]
    none = {field: getattr(p, field)[:0] for field in campaigns}
    quiet = p._replace(rates=np.zeros_like(p.rates), **none)
    told = compiled.run(quiet, build(quiet, 0, 0), 0, 0)
    found = happened(quiet, told, int(p.tier_count.sum()))
    assert name == "network"
    assert found["return"] == found["campaign"] == found["found by reports"] == 0
