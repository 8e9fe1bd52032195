"""Accounts of one operator, one after another, as far as links tell.

An account made before anybody in the log was suspended follows nobody of it: the number of its life
is known, and so is that of whom links lead back to it.  One that was made later without a link is a
first life, or one whose link was not found; which, the log does not say.

Checked by ``tests/logs/test_lineages.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from afterban.logs.record import NONE, Flags, Integers, Log


@dataclass(frozen=True)
class Lineages:
    """Accounts by the links between them; a place an account of the log.

    lineage: number of the chain that it is in.  count: chains.  life: its number in the chain, from
        1.  anchored: whether that is its number in truth, see above.
    after: place of the account that first followed it, -1 if none is known.
    further: accounts beyond the first that say they followed one account.
    """

    lineage: Integers
    count: int
    life: Integers
    anchored: Flags
    after: Integers
    further: int


def of(log: Log) -> Lineages:
    """The chains of a log."""
    n = len(log)
    # One account may be named by several: the first of them is the return, the others are more
    # accounts of the same operator, and belong to its lineage all the same.
    order = np.argsort(log.created, kind="stable")
    linked = order[log.before[order] != NONE]
    _, first = np.unique(log.before[linked], return_index=True)
    successors = linked[first]
    after = np.full(n, NONE, dtype=np.int64)
    after[log.before[successors]] = successors
    root, life = _roots(log.before)
    starts = log.before == NONE
    old = starts & (log.created <= 0.0)
    _, lineage = np.unique(root, return_inverse=True)
    return Lineages(
        lineage.astype(np.int64),
        int(lineage.max()) + 1 if n else 0,
        life,
        old[root],
        after,
        len(linked) - len(successors),
    )


def _roots(before: Integers) -> tuple[Integers, Integers]:
    """First account of each one's chain, and the number of its life, by doubling steps."""
    n = len(before)
    here = np.arange(n)
    to = np.where(before == NONE, here, before)
    steps = (before != NONE).astype(np.int64)
    while True:
        further = to[to]
        if (further == to).all():
            return to, steps + 1
        steps = steps + steps[to]
        to = further
