"""How large an ensemble is: a smaller network where the whole one would take too long, checked.

Checked by ``tests/experiment/test_sizing.py``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from afterban.engines import EngineName
from afterban.experiment.replicate import run_replication
from afterban.experiment.thinning import operators_of, thinned
from afterban.scenario import Scenario

# Account lives in all runs of an ensemble, the twin without enforcement counted in: some twenty
# seconds of two processor cores under little pressure, and a minute under heavy pressure.
MOST_LIVES = 3_000_000
LEAST_OPERATORS = 2_000  # of a thinned network
PILOT_OPERATORS = 1_000  # of the network whose lives are counted first
ENOUGH_OPERATORS = 20_000  # in all replications of a point: fewer, and chance is seen in a band
MOST_REPLICATIONS = 8
CHECKED = 4  # points that are run with the whole network too


class Size(NamedTuple):
    """Of the network and the replications of a point.

    operators: of the network that is run.  of: of the scenario's.
    """

    operators: int
    of: int
    replications: int

    @property
    def factor(self) -> float:
        """By which the network is smaller, up to 1."""
        return self.operators / self.of

    @property
    def is_thinned(self) -> bool:
        """Whether the network is smaller."""
        return self.operators < self.of


def size_of(
    scenario: Scenario,
    policies: Sequence[str],
    points: int,
    *,
    operators: int | None = None,
    replications: int | None = None,
    engine: EngineName | None = None,
) -> Size:
    """The size of an ensemble, the same on every machine.

    operators: as many of them; None chooses so that no more than ``MOST_LIVES`` account lives are
        simulated, which one replication of a small network foretells.
    replications: of each point; None chooses so many that chance is small beside most bands.
    """
    whole = operators_of(scenario)
    if operators is None:
        small = thinned(scenario, PILOT_OPERATORS)
        outcomes = run_replication(small, policies, engine=engine)
        lives = operators_of(small) + sum(_lives(one.metrics, small) for one in outcomes)
        each = lives / max(1, operators_of(small))
        fits = MOST_LIVES / (points * (replications or 1) * each)
        operators = max(LEAST_OPERATORS, _round(fits))
    operators = min(whole, operators)
    if replications is None:
        replications = min(MOST_REPLICATIONS, math.ceil(ENOUGH_OPERATORS / max(1, operators)))
        if operators < whole:  # what fits is used up
            replications = 1
    return Size(operators, whole, replications)


def _lives(metrics: dict[str, float], scenario: Scenario) -> float:
    """Account lives of a replication under an arm."""
    each = metrics.get("lives_per_operator", math.nan)
    arrived = metrics.get("arrivals", math.nan)
    there = operators_of(scenario) + (arrived if math.isfinite(arrived) else 0.0)
    return there * (each if math.isfinite(each) else 1.0)


def _round(operators: float) -> int:
    """To two digits, downwards."""
    if operators < 1:
        return 1
    unit = 10 ** max(0, math.floor(math.log10(operators)) - 1)
    return int(operators // unit * unit)
