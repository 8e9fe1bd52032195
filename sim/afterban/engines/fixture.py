"""One replication whose tables are published, so that any machine can tell whether it gives them.

Checked by ``tests/unit/test_core.py``.
"""

from __future__ import annotations

import hashlib
from typing import Final

from afterban.core import Program
from afterban.engines import compiled
from afterban.engines.records import Records
from afterban.parameters import Parameters
from afterban.scenario import Scenario
from afterban.world import build

SCENARIO: Final = "minimal"
# Of the first replication of its arm `base`, see docs/simultaneous-events.md.
PUBLISHED: Final = "c79a6216db271bb5ce01dadb0c35985e0ee661d116a257d898083fe5a0576d69"


def digest_of(program: Program, name: str = SCENARIO) -> str:
    """SHA-256 (hex) of the account table of a shipped scenario, as the program gives it."""
    scenario = Scenario.from_yaml(name)
    parameters = Parameters.from_scenario(scenario)
    world = build(parameters, scenario.seed, 0)
    return digest(compiled.run_in(program, parameters, world, scenario.seed, 0))


def digest(records: Records) -> str:
    """SHA-256 (hex) of an account table: its columns one after another, little endian."""
    told = hashlib.sha256()
    for name in records.accounts.dtype.names or ():
        column = records.accounts[name]
        told.update(column.astype(column.dtype.newbyteorder("<")).tobytes())
    return told.hexdigest()
