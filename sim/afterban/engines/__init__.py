"""Two engines, one trajectory: for the same scenario and seed both give the same tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from afterban.jit import COMPILED

if TYPE_CHECKING:
    from afterban.engines.records import Records
    from afterban.parameters import Parameters
    from afterban.world import World

EngineName = Literal["compiled", "reference"]


def default_engine() -> EngineName:
    """The compiled engine where numba is installed, else the reference engine."""
    return "compiled" if COMPILED else "reference"


def run(
    parameters: Parameters,
    world: World,
    seed: int,
    replication: int,
    engine: EngineName | None = None,
) -> Records:
    """One replication of one policy by the engine of that name (the default one if None)."""
    if (engine or default_engine()) == "compiled":
        from afterban.engines import compiled

        return compiled.run(parameters, world, seed, replication)
    from afterban.engines import reference

    return reference.run(parameters, world, seed, replication)
