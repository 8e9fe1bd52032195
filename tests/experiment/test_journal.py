"""One replication's record: it is what was written, of this sweep, or it counts as not there."""

from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterban.experiment import journal as module
from afterban.experiment.journal import Format, Journal

FORM = Format({"digest": "d", "seed": 3}, ("base", "none"), ("reach", "suspensions"))
ROWS = ((0.1, float("nan")), (-0.0, 7.0))
KEY = "0123456789ab"
OTHER = "ba9876543210"
SIZE = 16 + 12 + 4 + 8 * 2 * 2


def written(path: Path, form: Format = FORM) -> Journal:
    kept = Journal(path, form)
    for number in range(3):
        kept.add(KEY, number, [[number, 1.0], [2.0, 3.0]])
    kept.add(OTHER, 2, ROWS)
    kept.close()
    return kept


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("journal") / "whole"
    written(path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("journal") / "damaged"


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    kept = written(tmp_path / "j")
    found = kept.finished()
    assert found == {(KEY, 0): 0, (KEY, 1): 1, (KEY, 2): 2, (OTHER, 2): 3}
    assert kept.path.stat().st_size == 4 * SIZE
    values = kept.values([3, 1])
    assert values[0].tobytes() == np.array(ROWS).tobytes()  # the sign of a zero, too
    assert values[1].tolist() == [[1.0, 1.0], [2.0, 3.0]]
    assert Journal(tmp_path / "missing", FORM).finished() == {}
    assert Journal(tmp_path, FORM).finished() == {}


@pytest.mark.parametrize(
    "form",
    [
        Format({"digest": "e", "seed": 3}, FORM.policies, FORM.metrics),
        Format({"digest": "d", "seed": 4}, FORM.policies, FORM.metrics),
        Format(FORM.identity, ("base", "fast"), FORM.metrics),
        Format(FORM.identity, FORM.policies, ("suspensions", "reach")),
        Format(FORM.identity, FORM.policies, ("reach", "census")),
        Format(FORM.identity, FORM.policies, ("reach",)),
    ],
)
def test_a_record_of_another_sweep_is_not_taken(tmp_path: Path, form: Format) -> None:
    written(tmp_path / "j")
    assert Journal(tmp_path / "j", form).finished() == {}


@given(st.data())
def test_every_flipped_bit_costs_its_own_record_and_no_other(
    content: bytes, damaged: Path, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, 8 * len(content) - 1))
    flipped = bytearray(content)
    flipped[at // 8] ^= 1 << at % 8
    damaged.write_bytes(flipped)
    assert sorted(Journal(damaged, FORM).finished().values()) == [
        place for place in range(4) if place != at // 8 // SIZE
    ]


@given(st.integers(0, 4 * SIZE - 1))
def test_what_was_cut_off_is_not_taken_and_goes_before_more_is_added(
    content: bytes, damaged: Path, length: int
) -> None:
    damaged.write_bytes(content[:length])
    kept = Journal(damaged, FORM)
    whole = length // SIZE
    assert sorted(kept.finished().values()) == list(range(whole))
    kept.add(OTHER, 9, ROWS)
    kept.close()
    assert len(kept.finished()) == whole + 1
    assert damaged.stat().st_size == (whole + 1) * SIZE


def test_a_write_that_fails_leaves_whole_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = written(tmp_path / "j")
    kept.add(KEY, 7, ROWS)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(module.os, "fsync", full)
        patch.setattr(module, "SYNC_SECONDS", -1.0)
        with pytest.raises(OSError, match="No space"):
            kept.add(KEY, 8, ROWS)
    assert kept.path.stat().st_size == 5 * SIZE
    kept.add(KEY, 9, ROWS)
    kept.close()
    assert set(kept.finished()) == {(KEY, 0), (KEY, 1), (KEY, 2), (OTHER, 2), (KEY, 7), (KEY, 9)}


def test_putting_in_order_keeps_what_is_wanted_once(tmp_path: Path) -> None:
    kept = written(tmp_path / "j")
    kept.add(KEY, 1, [[8.0, 8.0], [8.0, 8.0]])  # run again: the last one counts
    kept.put_in_order([(OTHER, 2), (KEY, 0), (KEY, 1), (KEY, 5)])
    assert kept.finished() == {(OTHER, 2): 0, (KEY, 0): 1, (KEY, 1): 2}
    assert kept.values([2]).tolist() == [[[8.0, 8.0], [8.0, 8.0]]]
    before = kept.path.stat().st_mtime_ns
    kept.put_in_order([(OTHER, 2), (KEY, 0), (KEY, 1)])
    assert kept.path.stat().st_mtime_ns == before
