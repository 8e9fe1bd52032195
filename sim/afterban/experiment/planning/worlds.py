"""The worlds in which mixes are run: points of what is not known, or draws of it.

Checked by ``tests/experiment/test_plan.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from afterban.errors import AfterbanError
from afterban.experiment.design import Point, latin_hypercube
from afterban.experiment.draws import Draws, at_each_draw
from afterban.experiment.ensemble import correlated, points_at, varied
from afterban.experiment.planning.learning import Unknowns
from afterban.experiment.planning.mixes import Dial
from afterban.experiment.ranges import assumptions_of, correlations_of
from afterban.experiment.thinning import operators_of
from afterban.scenario import Scenario


class World(NamedTuple):
    """The points of what is not known.

    unknowns: what moves from one to the next, and where it is at each.
    settled: what has a range and is chosen by a lever, so that it is not varied.
    of: operators of the whole network.
    """

    points: tuple[Point, ...]
    unknowns: Unknowns
    settled: tuple[str, ...]
    factor: float
    of: int


def world_of(
    scenario: Scenario, dials: Sequence[Dial], draws: Draws | None, points: int, operators: int
) -> World:
    """The points of what a scenario does not know, or of draws.

    points, operators: at most.  Raises AfterbanError if nothing has a range, or for a faulty draw.
    """
    whole = operators_of(scenario)
    factor = min(1.0, operators / whole) if whole else 1.0
    chosen = {path for dial in dials if not dial.lever.factor for path in dial.lever.places}
    if draws is not None:
        at_each_draw(scenario.alone(), draws)
        made = tuple(Point(tuple(one.items())) for one in draws.changes()[:points])
        unknowns = Unknowns.of_draws(draws.frame[:points], draws.paths, scenario)
        settled = tuple(path for path in draws.paths if path in chosen)
        return World(made, unknowns, settled, factor, whole)
    every = varied(scenario, assumptions_of(scenario))
    settled_of = [one for one in every if one.paths and set(one.paths) <= chosen]
    left = [one for one in every if one not in settled_of]
    if not left:
        raise AfterbanError(f"{scenario.name} makes no assumption that has a range")
    names = [one.name for one in left]
    rows = latin_hypercube(points, len(left), scenario.seed)
    made = points_at(scenario, left, rows)
    places = correlated(rows, names, correlations_of(scenario))
    return World(
        made,
        Unknowns.of_assumptions(left, places, scenario),
        tuple(one.name for one in settled_of),
        factor,
        whole,
    )


__all__ = ["World", "world_of"]
