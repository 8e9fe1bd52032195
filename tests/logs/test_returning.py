from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from afterban.logs import lineages, reading, returning
from afterban.logs.bootstrap import Bootstrap


def by_key(found) -> dict[str, object]:
    quantities = found.quantities if isinstance(found, returning.Returns) else found
    return {one.key: one for one in quantities}


def spoilt(table: pd.DataFrame, share: float, seed: int = 1) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    holed = table.copy()
    linked = np.flatnonzero(holed["linked_to"] != "")
    holed.loc[linked[draw.random(len(linked)) < share], "linked_to"] = ""
    return holed


def test_probability_fatigue_and_delay_come_back(whole) -> None:
    found = returning.returns(*whole, Bootstrap(), (1.0, 1.0))
    told = by_key(found)
    for key, truth in (
        ("returning.probability", 0.7),
        ("returning.fatigue", 1.0),
        ("returning.delay", 2.0),
    ):
        one = told[key]
        spread = (one.high - one.low) / 3.92
        assert abs(one.value - truth) < 4 * spread
        assert one.high - one.low < 0.1 * truth
    assert found.family.name == "lognormal"


@pytest.mark.slow
@pytest.mark.parametrize("missing", [0.2, 0.5])
def test_counted_by_hand_return_is_too_low_by_the_share_of_links_missing(
    missing: float, table: pd.DataFrame, file, whole
) -> None:
    log = reading.read(file(spoilt(table, missing)))
    chains = lineages.of(log)
    rows = returning.suspensions_of(log, chains)
    counted = returning.by_hand(rows)
    true = returning.by_hand(returning.suspensions_of(*whole))
    assert counted / true == pytest.approx(1 - missing, abs=0.04)
    fitted = by_key(returning.returns(log, chains, Bootstrap(), (1 - missing, 1 - missing)))
    assert fitted["returning.probability"].value == pytest.approx(0.7, abs=0.05)
    assert counted < 0.7 * (1 - missing) + 0.02


def test_not_yet_is_not_never(table: pd.DataFrame, file) -> None:
    """A log that ends early holds fewer returns, and the same probability of one."""
    path = file(table)
    for days in (20, 60):
        log = reading.read(path, until=f"2024-01-{days}" if days < 31 else "2024-03-01")
        found = returning.returns(log, lineages.of(log), Bootstrap(), (1.0, 1.0))
        one = by_key(found)["returning.probability"]
        assert one.low < 0.7 < one.high
        if days == 20:
            assert returning.by_hand(found.suspensions) < one.value - 0.05


def test_a_range_of_the_recall_is_in_the_interval(table: pd.DataFrame, file) -> None:
    log = reading.read(file(spoilt(table, 0.3)))
    chains = lineages.of(log)
    point = by_key(returning.returns(log, chains, Bootstrap(), (0.7, 0.7)))["returning.probability"]
    wide = by_key(returning.returns(log, chains, Bootstrap(), (0.6, 0.8)))["returning.probability"]
    assert wide.low < point.low < point.value < point.high < wide.high
    assert wide.high - wide.low > 3 * (point.high - point.low)


def test_without_a_recall_the_answer_is_a_lower_bound(table: pd.DataFrame, file) -> None:
    log = reading.read(file(spoilt(table, 0.3)))
    one = by_key(returning.returns(log, lineages.of(log), Bootstrap()))["returning.probability"]
    assert one.tells == "lower bound"
    assert one.value == pytest.approx(0.49, abs=0.04)
    assert "--linkage-recall" in one.why


def test_more_links_than_there_can_be_are_told(table: pd.DataFrame, file) -> None:
    log = reading.read(file(table))
    one = by_key(returning.returns(log, lineages.of(log), Bootstrap(), (0.3, 0.3)))
    assert one["returning.probability"].tells == "no"
    assert "recall must be higher" in one["returning.probability"].why


def test_a_log_of_suspended_accounts_alone_is_a_lower_bound(table: pd.DataFrame, file) -> None:
    log = reading.read(file(table[table["suspended_at"] != ""]))
    one = by_key(returning.returns(log, lineages.of(log), Bootstrap(), (1.0, 1.0)))
    assert one["returning.probability"].tells == "lower bound"
    assert "every account in the log is suspended" in one["returning.probability"].why


def test_without_links_nothing_is_said(table: pd.DataFrame, file) -> None:
    log = reading.read(file(table.drop(columns="linked_to")))
    told = by_key(returning.returns(log, lineages.of(log), Bootstrap()))
    assert all(one.tells == "no" and np.isnan(one.value) for one in told.values())


def test_reversed_suspensions_are_no_returns_missed(table: pd.DataFrame, file) -> None:
    undone = table.copy()
    last = (undone["suspended_at"] != "") & ~undone["account_id"].isin(undone["linked_to"])
    undone["reversed"] = np.where(last, "yes", "no")
    log = reading.read(file(undone))
    found = returning.returns(log, lineages.of(log), Bootstrap(), (1.0, 1.0))
    one = by_key(found)["returning.probability"]
    assert one.value > 0.95
    assert "that were reversed" in one.dropped
