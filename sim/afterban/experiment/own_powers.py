"""Whether the claims of a scenario's own could have failed: made with its band, kept beside it.

Checked by ``tests/experiment/test_own_powers.py``.
"""

from __future__ import annotations

from pathlib import Path

from afterban import power
from afterban.experiment.ensemble import up_to_date
from afterban.own_claims import own_claims
from afterban.power import Powers
from afterban.scenario import Scenario


def own_powers(scenario: Scenario, root: Path) -> Powers:
    """The powers that are kept of the claims of a scenario's own, and those that are out of date.

    root: of all results, in which ``afterban band`` keeps them.

    Raises AfterbanError for a file that is damaged.
    """
    mine = {claim.id: claim for claim in own_claims(scenario)}
    every = power.read_all(root / power.NAME) if mine else []
    kept = [one for one in every if one.scenario == scenario.name and one.id in mine]
    return up_to_date(kept, mine, scenario)


def keep_own_powers(scenario: Scenario, powers: list[power.Power], root: Path) -> None:
    """Keep the powers of the claims of a scenario's own, in the place of those of before."""
    if powers:
        power.keep(powers, scenario.name, root / power.NAME)


def with_own(powers: Powers, scenario: Scenario, root: Path | None) -> Powers:
    """Powers, and those of the claims of the scenario's own that the results have.

    root: of all results; None if nothing is kept.
    """
    if root is None:
        return powers
    own = own_powers(scenario, root)
    return Powers({**powers.known, **own.known}, {**powers.stale, **own.stale})
