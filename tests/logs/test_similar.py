from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from afterban.logs import similar
from afterban.mechanisms import handles


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("nesupota", "nesupota7", "digit"),
        ("nesupota12", "nesupota21", "digit"),
        ("nesupota", "nesuupota", "doubled"),
        ("nesuppota", "nesupota", "doubled"),
        ("nesupota", "nesu_pota", "separator"),
        ("nesu.pota", "nesupota", "separator"),
        ("nesupota", "nesuptoa", "swap"),
        ("nesupota", "nesupotx", "other"),
    ],
)
def test_what_changed(one: str, other: str, kind: str) -> None:
    assert similar.kind_of(one, other) == kind
    if kind != "other":
        assert similar.block_of(one) == similar.block_of(other)


def test_distances_are_those_of_the_model() -> None:
    rows = handles.ordinary_handles(3, 0, 0, 60, 30, 0.5, 0.3)
    texts = handles.texts(rows)
    for k in range(0, 59):
        theirs = handles.edit_distance(rows[k], rows[k + 1])
        assert similar.edits(texts[k], texts[k + 1]) == theirs


def _compare(names: list[str], before: list[int], created: list[float], gone: list[float]):
    nan = [np.nan if x is None else x for x in gone]
    return similar.compare(pa.array(names), np.array(before), np.array(created), np.array(nan))


def test_pairs_that_nobody_linked_are_found_in_order_only() -> None:
    names = ["nesupota", "nesupota1", "vixolera", "vixolera_", "kubado", "kubado9"]
    created = [-1.0, 12.0, -1.0, 3.0, -1.0, 12.0]
    gone = [10.0, 50.0, 10.0, 50.0, 10.0, 50.0]
    _, _, pairs = _compare(names, [-1, -1, -1, -1, -1, 4], created, gone)
    assert pairs is not None
    assert pairs.found.tolist() == [0]  # the second overlaps, the third is linked
    assert pairs.overlapping.tolist() == [2]
    assert pairs.linked.tolist() == [5]


def test_a_name_that_everybody_has_tells_nothing() -> None:
    n = similar.CROWD + 2
    names = [f"user{k}" for k in range(n)]
    created = [-1.0] * (n // 2) + [12.0] * (n - n // 2)
    _, _, pairs = _compare(names, [-1] * n, created, [10.0] * (n // 2) + [50.0] * (n - n // 2))
    assert pairs is not None
    assert len(pairs.found) == 0


def test_without_handles_nothing_is_known() -> None:
    distance, edit, pairs = similar.compare(None, np.array([-1, 0]), np.zeros(2), np.ones(2))
    assert (distance == -1).all()
    assert (edit == -1).all()
    assert pairs is None
