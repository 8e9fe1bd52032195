from __future__ import annotations

import numpy as np
import pandas as pd

from afterban.logs import lineages, reading


def test_lives_are_counted_as_they_were_lived(whole, accounts: pd.DataFrame) -> None:
    log, chains = whole
    assert (chains.life == accounts["life"]).all()
    assert chains.count == (accounts["linked_to"] == "").sum()
    assert chains.anchored.all()  # every chain begins on the first day, before any suspension
    after = chains.after[chains.after >= 0]
    assert (log.before[after] == np.flatnonzero(chains.after >= 0)).all()


def test_what_follows_a_hole_is_not_anchored(table: pd.DataFrame, file) -> None:
    holed = table.copy()
    lost = holed.index[holed["linked_to"] != ""][::3]
    holed.loc[lost, "linked_to"] = ""
    log = reading.read(file(holed))
    chains = lineages.of(log)
    true = reading.read(file(table))
    whole = lineages.of(true)
    assert (~chains.anchored).sum() >= len(lost)
    assert (chains.life[chains.anchored] == whole.life[chains.anchored]).all()
    assert (chains.life[~chains.anchored] < whole.life[~chains.anchored]).all()


def test_two_that_follow_one_count_as_one_return(file) -> None:
    text = (
        "account_id,created_at,suspended_at,linked_to\n"
        "a,2024-01-01,2024-01-05,\n"
        "b,2024-01-09,2024-02-01,a\n"
        "c,2024-01-07,2024-02-01,a\n"
        "d,2024-01-02,2024-03-01,\n"
    )
    chains = lineages.of(reading.read(file(text)))
    assert chains.after.tolist() == [2, -1, -1, -1]
    assert chains.further == 1
    assert len({int(chains.lineage[k]) for k in (0, 1, 2)}) == 1
    assert chains.count == 2
