"""Who promoted whom is told again, promotion by promotion, as the engines had it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from afterban.experiment.promotions import made_and_received, promotions
from afterban.experiment.replicate import simulate
from afterban.parameters import Parameters


def told(small: Any, engine: str, changes: dict[str, Any] | None = None) -> tuple[Any, Any]:
    scenario = small(changes)
    outcome = simulate(scenario, replication=1, engine=engine)  # type: ignore[arg-type]
    assert outcome.world is not None
    assert outcome.records is not None
    everybody = np.arange(len(outcome.world.tier))
    p = Parameters.from_scenario(scenario)
    found = promotions(p, outcome.world, outcome.records, scenario.seed, 1, everybody)
    return found, outcome


@pytest.mark.parametrize(
    "changes",
    [
        None,
        {"promotion.on_start": True},
        {"promotion.posts": 20, "returning.probability": 1},
        {"promotion.posts": 0},
        {
            "promotion.posts": 40,
            "promotion.on_start": True,
            "posting.bursts": [{"from": "2014-06-04", "until": "2014-06-14", "factor": 8}],
        },
        {"seed": 12, "tiers.supporter.posts": "0.2 per day"},
        {"promotion.posts": 60, "returning.probability": 1, "returning.posts_after_return": 0.3},
        {"promotion.posts": 60, "returning.probability": 1, "returning.posts_after_return": 3},
        {
            "promotion.posts": 20,
            "returning.probability": 1,
            "detection.link_match.promoted": 0.5,
            "detection.link_match.promoter": 0.3,
            "adaptation.link_match": 0.3,
            "adaptation.reports": 0.4,
            "adaptation.classifier": 2,
        },
    ],
)
def test_each_account_made_and_received_as_many(
    small: Any, engine: str, changes: dict[str, Any] | None
) -> None:
    found, outcome = told(small, engine, changes)
    accounts = outcome.records.accounts
    made, received = made_and_received(found, accounts)
    assert (received == accounts["promotions_received"]).all()
    assert (made == accounts["promotions_made"]).all()
    if changes != {"promotion.posts": 0}:
        assert made.sum() > 30
        assert len(set(found["promoter"])) > 5
    assert (np.diff(found["day"]) >= 0).all()


def test_some_are_told_as_they_are_among_all(small: Any, engine: str) -> None:
    everything, outcome = told(small, engine)
    scenario = small(None)
    p = Parameters.from_scenario(scenario)
    chosen = np.unique(everything["promoter"])[::3]
    some = promotions(p, outcome.world, outcome.records, scenario.seed, 1, chosen)
    assert 0 < len(some) < len(everything)
    assert (some == everything[np.isin(everything["promoter"], chosen)]).all()


def test_a_busy_promoter_matters(small: Any, engine: str) -> None:
    """Without the rule of the spare post there would be more of them."""
    found, _ = told(small, engine, {"promotion.posts": 20, "returning.probability": 1})
    easy, _ = told(small, engine, {"promotion.posts": 1, "returning.probability": 1})
    assert len(found) < len(easy)
