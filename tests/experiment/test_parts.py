"""One replication's file: it is what was written, at its own place, or it counts as not there."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterban.experiment.parts import PartFormat

FORM = PartFormat({"digest": "d", "seed": 3}, ("base", "none"), ("reach", "suspensions"))
ROWS = ((0.1, float("nan")), (-0.0, 7.0))


@pytest.fixture(scope="module")
def part(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("part") / "000002.parquet"
    FORM.write(path, "abc", 2, ROWS)
    return path


def test_what_is_read_is_what_was_written(part: Path) -> None:
    found = FORM.read(part, "abc", 2)
    assert found is not None
    assert found.tobytes() == np.array(ROWS).tobytes()  # the sign of a zero, too


@pytest.mark.parametrize(
    ("form", "key", "replication"),
    [
        (FORM, "abd", 2),
        (FORM, "abc", 3),
        (PartFormat({"digest": "e", "seed": 3}, FORM.policies, FORM.metrics), "abc", 2),
        (PartFormat({"digest": "d", "seed": 4}, FORM.policies, FORM.metrics), "abc", 2),
        (PartFormat(FORM.identity, ("base", "fast"), FORM.metrics), "abc", 2),
        (PartFormat(FORM.identity, FORM.policies, ("suspensions", "reach")), "abc", 2),
        (PartFormat(FORM.identity, FORM.policies, ("reach", "census")), "abc", 2),
    ],
)
def test_a_part_of_something_else_is_not_taken(
    part: Path, form: PartFormat, key: str, replication: int
) -> None:
    assert form.read(part, key, replication) is None


@given(st.data())
def test_no_flipped_bit_changes_a_value(part: Path, data: st.DataObject) -> None:
    content = bytearray(part.read_bytes())
    at = data.draw(st.integers(0, 8 * len(content) - 1))
    content[at // 8] ^= 1 << at % 8
    damaged = part.with_name("damaged.parquet")
    damaged.write_bytes(content)
    found = FORM.read(damaged, "abc", 2)
    # Some bits are nobody's: the name of the program that wrote the file, say.
    assert found is None or found.tobytes() == np.array(ROWS).tobytes()


def test_every_bit_of_a_value_is_noticed(part: Path) -> None:
    content = part.read_bytes()
    (at,) = (k for k in range(len(content)) if content.startswith(np.float64(7.0).tobytes(), k))
    for bit in range(64):
        damaged = bytearray(content)
        damaged[at + bit // 8] ^= 1 << bit % 8
        copy = part.with_name("damaged.parquet")
        copy.write_bytes(damaged)
        assert FORM.read(copy, "abc", 2) is None


@given(st.integers(0, 3000))
def test_a_part_that_was_cut_off_is_not_taken(part: Path, length: int) -> None:
    content = part.read_bytes()
    cut = part.with_name("cut.parquet")
    cut.write_bytes(content[: min(length, len(content) - 1)])
    assert FORM.read(cut, "abc", 2) is None


def test_pages_carry_checksums(part: Path) -> None:
    """So that other programs notice a flipped bit too."""
    content = part.read_bytes()
    (at,) = (k for k in range(len(content)) if content.startswith(np.float64(7.0).tobytes(), k))
    damaged = bytearray(content)
    damaged[at] ^= 1
    copy = part.with_name("damaged.parquet")
    copy.write_bytes(damaged)
    assert pq.ParquetFile(copy).read().num_rows == 2
    with pytest.raises(OSError, match="CRC"):
        pq.ParquetFile(copy, page_checksum_verification=True).read()


def test_a_part_from_before_digests_is_taken_where_the_sweep_has_none(
    part: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old.parquet"
    pq.write_table(pq.read_table(part).replace_schema_metadata(None), old)
    assert FORM.read(old, "abc", 2) is None
    form = PartFormat(FORM.identity, FORM.policies, FORM.metrics, sealed=False)
    found = form.read(old, "abc", 2)
    assert found is not None
    assert found.tobytes() == np.array(ROWS).tobytes()
    assert form.read(old, "abc", 3) is None


def test_what_is_no_file_is_not_taken(part: Path, tmp_path: Path) -> None:
    assert FORM.read(tmp_path / "missing", "abc", 2) is None
    assert FORM.read(tmp_path, "abc", 2) is None
    shutil.copy(part, tmp_path / "here")
    assert FORM.read(tmp_path / "here", "abc", 2) is not None
