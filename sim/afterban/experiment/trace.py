"""One operator's followers through time, exact between the events that change them.

The run is done again, and the operator is looked at by itself on a fine grid and just before and
just after each suspension.  A look touches nothing, so the trajectory is the one that was recorded.

Checked by ``tests/unit/test_trace.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from afterban import engines
from afterban.engines.records import Looks
from afterban.mechanisms import census
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT, Parameters
from afterban.world import build

if TYPE_CHECKING:
    from afterban.engines import EngineName
    from afterban.engines.rules import Rules
    from afterban.results import Results
    from afterban.scenario import Scenario

Floats = npt.NDArray[np.float64]

EVENLY = 240  # points in equal steps over the horizon
AFTER_A_START = 16  # points after each account's start, where followers change fastest


@dataclass(frozen=True)
class Trace:
    """Followers of one operator.

    days: days after the start of the scenario, increasing.
    insiders, outsiders: people who follow its public account; 0 while it has none.
    """

    operator: int
    tier: str
    policy: str
    days: Floats
    insiders: Floats
    outsiders: Floats


Lines = tuple[Trace, Trace]  # under a policy, and without enforcement


def traced_operator(
    results: Results, engine: EngineName | None = None, rules: Rules | None = None
) -> Lines | None:
    """Followers of the most suspended operator of the traced tier, if the results kept one.

    rules: of the user's own, with which the results were made.
    """
    if not results.traced:
        return None
    policy = next(iter(results.traced))
    lives = results.traced[policy]
    operator = int(lives["operator"][0])
    number = results.finished[0]
    under = trace(
        results.scenario,
        policy,
        operator,
        starts=lives["public_day"],
        ends=lives["suspended_day"],
        replication=number,
        engine=engine,
        rules=rules,
    )
    alone = trace(
        results.scenario, WITHOUT_ENFORCEMENT, operator, replication=number, engine=engine
    )
    return under, alone


def trace(
    scenario: Scenario,
    policy: str,
    operator: int,
    *,
    starts: npt.ArrayLike = (),
    ends: npt.ArrayLike = (),
    replication: int = 0,
    engine: EngineName | None = None,
    rules: Rules | None = None,
) -> Trace:
    """Followers of an operator in one replication of an arm.

    starts, ends: days on which its accounts became public and were suspended, so that the curve
        has its corners where they are.
    rules: of the user's own, in the reference engine only.
    """
    arm = scenario if policy == WITHOUT_ENFORCEMENT else scenario.arm(policy)
    tiers = list(arm.tiers)
    known = policy if policy == WITHOUT_ENFORCEMENT else AS_WRITTEN
    parameters = Parameters.from_scenario(arm, known)
    world = build(parameters, scenario.seed, replication)
    days = _days(parameters.horizon, np.asarray(starts, float), np.asarray(ends, float))
    looked = engines.run(
        parameters,
        world,
        scenario.seed,
        replication,
        engine,
        rules,
        tiers,
        Looks(days, np.full(len(days), operator)),
    ).looked
    return Trace(
        operator,
        tiers[int(world.tier[operator])],
        policy,
        days,
        looked[:, census.ATTACHED_INSIDERS],
        looked[:, census.ATTACHED_OUTSIDERS],
    )


def _days(horizon: float, starts: Floats, ends: Floats) -> Floats:
    starts, ends = starts[np.isfinite(starts)], ends[np.isfinite(ends)]
    after = np.geomspace(1e-3, max(horizon, 1.0), AFTER_A_START)
    days = np.concatenate(
        [
            np.linspace(0.0, horizon, EVENLY + 1),
            starts,
            (starts[:, None] + after).ravel(),
            ends,
            np.nextafter(ends, np.inf),
        ]
    )
    days = np.unique(days[(days >= 0.0) & (days < horizon)])
    return np.append(days, horizon)
