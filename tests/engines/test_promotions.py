"""Who promoted whom is told again on every network of the tests, whatever its operators do."""

from __future__ import annotations

import networks
import numpy as np
import pytest

from afterban.engines import reference
from afterban.experiment.promotions import made_and_received, promotions
from afterban.world import build

NAMES = (
    "network",
    "staffed",
    "returning",  # posts less with each life, more with each move
    "bursting",
    "granting",  # nobody promotes who is reinstated
    "differing",
    "answered",
)


@pytest.mark.parametrize("name", NAMES)
def test_as_many_as_were_counted(name):
    p = getattr(networks, name)()
    world = build(p, 1, 0)
    told = reference.run(p, world, 1, 0)
    found = promotions(p, world, told, 1, 0, np.arange(len(world.tier)))
    made, received = made_and_received(found, told.accounts)
    assert made.tolist() == told.accounts["promotions_made"].tolist()
    assert received.tolist() == told.accounts["promotions_received"].tolist()
    assert made.sum() > 100


def test_each_is_told_to_the_microsecond(monkeypatch):
    """Delays are constant, and their sums carry rounding errors that the clock takes away."""
    real = reference.Operator.be_linked
    seen = []

    def noted(self, promoter):
        seen.append((self.now, promoter.number, self.number, self.account.life))
        real(self, promoter)

    monkeypatch.setattr(reference.Operator, "be_linked", noted)
    p = networks.staffed(
        tier_distributions=np.where(
            np.arange(4)[:, None] == 3,
            networks.constant(0.1),
            networks.network().tier_distributions,
        ),
        promotion_delay=networks.constant(0.7),
        service_time=networks.constant(0.1),
        action_delay=networks.constant(0.3),
    )
    world = build(p, 1, 0)
    told = reference.run(p, world, 1, 0)
    found = promotions(p, world, told, 1, 0, np.arange(len(world.tier)))
    rows = zip(
        *(found[name].tolist() for name in ("day", "promoter", "operator", "life")), strict=True
    )
    assert sorted(rows) == sorted(seen)
    assert len(seen) > 100
