"""How returning operators name their accounts: near-identical or not, and what they change.

Links that were found are taken to be as the others.  Where accounts are linked *because* of their
handles, near-identical ones are found more often, and the share is too high: detection by handle
makes its own evidence.

Checked by ``tests/logs/test_naming.py`` and ``test_recovery.py``.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from afterban.logs.bootstrap import Bootstrap
from afterban.logs.estimates import Quantity, share, undefined
from afterban.logs.lineages import Lineages
from afterban.logs.record import Log
from afterban.logs.similar import KINDS, NEAR

GROUP: Final = "handles"
_KEPT: Final = "if links are found whatever the handle is like"


def naming(log: Log, chains: Lineages, boot: Bootstrap) -> tuple[Quantity, ...]:
    """Share of near-identical handles, and of one edit and each kind of change among them."""
    key, about = "handles.near_identical", "share of next accounts under a near-identical handle"
    if "handle" not in log.has or "linked_to" not in log.has:
        name = "handle" if "handle" not in log.has else "linked_to"
        return (undefined(key, about, GROUP, "", f"there is no column `{name}`"),)
    told = np.flatnonzero(log.distance > 0)
    same = int((log.distance == 0).sum())
    dropped = f"{same:,} links to an account of the very same handle" if same else ""
    near = told[log.distance[told] <= NEAR]
    found = [
        share(
            key, about, GROUP, log.distance[told] <= NEAR, chains.lineage[told], boot,
            dropped=dropped, why=_KEPT,
        )
    ]  # fmt: skip
    if not len(near):
        return tuple(found)
    found.append(
        share(
            "handles.edits.one",
            "share of these that are one edit apart",
            GROUP,
            log.distance[near] == 1,
            chains.lineage[near],
            boot,
        )
    )
    for number, kind in enumerate(KINDS):
        mine = log.edit[near] == number
        if kind != "other" or mine.any():
            found.append(
                share(
                    f"handles.kinds.{kind}",
                    f"share of these that change {_WORDS[kind]}",
                    GROUP,
                    mine,
                    chains.lineage[near],
                    boot,
                )
            )
    return tuple(found)


_WORDS: Final = {
    "digit": "digits only",
    "doubled": "a doubled letter",
    "separator": "a separator",
    "swap": "the places of two letters",
    "other": "something else",
}
