"""The reference engine: one SimPy process for each operator, written to be read.

An operator makes an account, makes it public, is promoted by its neighbours, is flagged by the
first of several channels, is suspended after review, and comes back or quits:

    suspend -> take_handle -> go_public -> be_promoted -> first_of(its channels) -> suspend

``operator``   the story: what happens to an operator, from one life to the next
``suspect``    how its account is found and reviewed
``actor``      what the story stands on: audience, draws, plans, and own rules
``account``    what the account table says of a life
``team``       reviewers in front of a queue
``ordinary``   ordinary users whom channels flag as well
``platform``   what all share: the network, campaigns, and dates on which something changes
``observer``   the census, the tables, and all other keeping of books
``parts``      what these know of each other
``clock``      SimPy's, with events at an absolute day

How much, whether, who and when say :mod:`afterban.mechanisms`; here is only what happens.  The
compiled engine does the same in one loop with a text of its own, and the tests hold the two against
each other (``tests/engines/``).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from afterban.engines.records import NO_LOOKS, Looks, Records
from afterban.engines.reference.account import Account
from afterban.engines.reference.clock import Clock
from afterban.engines.reference.operator import Operator
from afterban.engines.reference.platform import Platform
from afterban.engines.reference.team import Team
from afterban.engines.rules import Rules
from afterban.parameters import Parameters
from afterban.world import World

__all__ = ["Account", "Clock", "Operator", "Platform", "Team", "run"]


def run(
    parameters: Parameters,
    world: World,
    seed: int,
    replication: int,
    rules: Rules | None = None,
    names: Sequence[str] = (),
    looks: Looks = NO_LOOKS,
) -> Records:
    """One replication under one policy, by SimPy processes.

    rules: of the user's own.  names: of the tiers, for the rules.  looks: at operators by
    themselves.
    """
    with np.errstate(over="ignore", under="ignore"):  # inf and 0 are meant, as in the program
        return Platform(parameters, world, seed, replication, rules, names, looks).run()
