"""Two engines, one trajectory: for the same scenario and seed both give the same tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from afterban.errors import AfterbanError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterban.engines.records import Looks, Records
    from afterban.engines.rules import Rules
    from afterban.parameters import Parameters
    from afterban.world import World

EngineName = Literal["compiled", "reference"]
RULES_ONLY_IN_REFERENCE = (
    'own rules run in the reference engine only: leave `engine` out, or write engine="reference"'
)


def default_engine() -> EngineName:
    """The compiled engine where it can be run, else the reference engine."""
    from afterban.core import can_run

    return "compiled" if can_run() else "reference"


def run(
    parameters: Parameters,
    world: World,
    seed: int,
    replication: int,
    engine: EngineName | None = None,
    rules: Rules | None = None,
    names: Sequence[str] = (),
    looks: Looks | None = None,
) -> Records:
    """One replication of one policy by the engine of that name (the default one if None).

    rules: of the user's own, in the reference engine only.  names: of the tiers, for the rules.
    looks: at operators by themselves, none if None.
    """
    from afterban.engines.records import NO_LOOKS

    looks = looks or NO_LOOKS
    if rules is not None:
        from afterban.engines import reference

        if engine == "compiled":
            raise AfterbanError(RULES_ONLY_IN_REFERENCE)
        return reference.run(parameters, world, seed, replication, rules, names, looks)
    if (engine or default_engine()) == "compiled":
        from afterban.engines import compiled

        return compiled.run(parameters, world, seed, replication, looks)
    from afterban.engines import reference

    return reference.run(parameters, world, seed, replication, looks=looks)
