from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from afterban.errors import AfterbanError
from afterban.logs import columns, reading
from afterban.logs.record import Log

HEAD = "account_id,created_at,suspended_at,linked_to,handle,channel\n"
GOOD = "".join(f"a{k},2024-01-0{k},2024-02-0{k},,name{k},reports\n" for k in range(1, 10))


def faults(log: Log) -> dict[tuple[str, str], tuple[bool, int]]:
    return {(column, what): (whole, n) for column, what, whole, n, _ in log.faults.counts()}


def test_a_log_is_read_whole(whole: tuple[Log, object], accounts: pd.DataFrame) -> None:
    log = whole[0]
    assert len(log) == len(accounts)
    assert log.faults.kinds == {}
    first = accounts["suspended"].min()
    assert log.created == pytest.approx(accounts["created"] - first, abs=1e-6)
    linked = accounts["linked_to"] != ""
    assert (log.before >= 0).tolist() == linked.tolist()
    assert accounts["account_id"].to_numpy()[log.before[linked]].tolist() == (
        accounts["linked_to"][linked].tolist()
    )


@pytest.mark.parametrize(
    ("row", "column", "what", "whole"),
    [
        ("b,yesterday,2024-02-01,,x,reports", "created_at", "no time", True),
        ("b,,2024-02-01,,x,reports", "created_at", "not there", True),
        ("b,2024-01-05,soon,,x,reports", "suspended_at", "no time", True),
        ("b,2024-01-05,2024-01-04,,x,reports", "suspended_at", "before it was created", True),
        ("b,2024-01-05 12:00 CST,2024-02-01,,x,reports", "created_at", "several zones", True),
        (",2024-01-05,2024-02-01,,x,reports", "account_id", "not there", True),
        ("a1,2024-01-01,2024-02-01,,name1,reports", "account_id", "says again", True),
        ("a1,2024-01-01,2024-02-05,,name1,reports", "account_id", "other times", True),
        ("b,2024-01-05,2024-02-01", "", "more or fewer cells", True),
        ("b,2024-01-05,2024-02-01,b,x,reports", "linked_to", "the account itself", False),
        ("b,2024-01-05,2024-02-01,zz,x,reports", "linked_to", "does not have", False),
        ("b,2023-12-05,2024-02-01,a1,x,reports", "linked_to", "made later", False),
        ("b,2024-01-05,2024-02-01,,x,telepathy", "channel", "none that afterban knows", False),
    ],
)
def test_what_is_wrong_with_a_row_is_told_by_its_number(
    row: str, column: str, what: str, whole: bool, file: Callable[..., Path]
) -> None:
    log = reading.read(file(HEAD + GOOD + row + "\n"), allow=0.2)
    (found,) = log.faults.all()
    assert (found.row, found.column, found.whole) == (11, column, whole)
    assert what in found.what
    assert len(log) == (9 if whole else 10)


def test_rows_after_a_broken_one_keep_their_numbers(file: Callable[..., Path]) -> None:
    log = reading.read(file(HEAD + "x,y\n" + GOOD + "b,soon,2024-02-01,,x,\n"), allow=0.5)
    assert [one.row for one in log.faults.all()] == [2, 12]
    assert log.rows.tolist() == list(range(3, 12))


def test_links_that_go_in_a_circle_are_cut(file: Callable[..., Path]) -> None:
    circle = "".join(f"c{k},2024-01-01,2024-02-01,c{(k + 1) % 3},x{k},reports\n" for k in range(3))
    into = "d,2024-01-03,2024-02-01,c0,y,reports\n"
    log = reading.read(file(HEAD + GOOD + circle + into))
    assert log.cycles == 3
    assert (log.before >= 0).sum() == 1
    assert faults(log)["linked_to", "goes round in a circle"] == (False, 3)


def test_too_much_that_is_faulty_is_refused_unless_allowed(file: Callable[..., Path]) -> None:
    path = file(HEAD + GOOD + "b,soon,2024-02-01,,x,\n" * 2)
    with pytest.raises(AfterbanError, match="2 of 11 rows are faulty") as refused:
        reading.read(path)
    allowed = re.search(r"--allow-faults ([0-9.]+)", str(refused.value))
    assert allowed is not None
    assert len(reading.read(path, allow=float(allowed[1]))) == 9


def test_rows_that_are_there_twice_are_no_reason_to_refuse(file: Callable[..., Path]) -> None:
    log = reading.read(file(HEAD + GOOD + GOOD))
    assert (len(log), log.duplicates, log.left_out) == (9, 9, 9)


def test_what_came_after_the_end_has_not_happened(file: Callable[..., Path]) -> None:
    log = reading.read(file(HEAD + GOOD), until="2024-02-05")
    assert log.censored.sum() == 4
    earlier = reading.read(file(HEAD + GOOD + "n,2024-03-01,,,x,\n"), until="2024-02-05")
    assert earlier.later == 1
    assert earlier.rows.tolist() == log.rows.tolist()


def test_columns_by_other_names(file: Callable[..., Path]) -> None:
    text = (HEAD + GOOD).replace("created_at", "Born").replace("handle", "Colour")
    with pytest.raises(AfterbanError, match=r"no column `created_at`.*--map created_at"):
        reading.read(file(text))
    log = reading.read(file(text), columns.mapping_of(["created_at=Born"]))
    assert log.others == ("Colour",)
    assert "handle" not in log.has


@pytest.mark.parametrize("name", ["Created At", "CREATED_AT", "created-at"])
def test_capitals_and_spaces_make_no_difference(name: str, file: Callable[..., Path]) -> None:
    assert len(reading.read(file((HEAD + GOOD).replace("created_at", name)))) == 9


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("created_at", "maps nothing"),
        ("created=Born", "did you mean `created_at`"),
        ("created_at=Bron", "did you mean `Born`"),
    ],
)
def test_a_mapping_that_is_none(given: str, told: str, file: Callable[..., Path]) -> None:
    path = file((HEAD + GOOD).replace("created_at", "Born"))
    with pytest.raises(AfterbanError, match=told):
        reading.read(path, columns.mapping_of([given]))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "empty"),
        (HEAD, "no row"),
        ("a,b\n1,2\n", "no column `account_id`"),
        (HEAD.replace("handle", "channel") + GOOD, "twice"),
        (HEAD + "a,2024-01-01,,,x,\n", "no account of the log was suspended"),
        (HEAD + "a,x,,,x,\n", "rows are faulty"),
    ],
)
def test_a_file_that_is_no_log_is_refused_in_a_line(
    text: str, told: str, file: Callable[..., Path]
) -> None:
    with pytest.raises(AfterbanError, match=told) as refused:
        reading.read(file(text))
    assert refused.value.exit_code == 2


def test_files_that_are_not_text_and_not_there(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    for data in (b"\xff\xfe\x00a,b\n", HEAD.encode() + b"a\xff,2024-01-01,,,x,\n", b"\x00" * 99):
        path.write_bytes(data)
        with pytest.raises(AfterbanError):
            reading.read(path)
    with pytest.raises(AfterbanError, match="no such file"):
        reading.read(tmp_path / "none.csv")
    with pytest.raises(AfterbanError, match="folder"):
        reading.read(tmp_path)


@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_other_separators_and_packed_files(separator: str, tmp_path: Path) -> None:
    path = tmp_path / "log.csv.gz"
    path.write_bytes(gzip.compress((HEAD + GOOD).replace(",", separator).encode("utf-8-sig")))
    assert len(reading.read(path)) == 9


def test_no_handle_and_no_id_stays(file: Callable[..., Path]) -> None:
    """Nothing of a log that was read holds a text of the file but names of columns."""
    text = (HEAD + GOOD).replace("name", "secretname").replace("a1,", "secretid,")
    log = reading.read(file(text + "secretid,2024-05-01,soon,secretid,secretname,secret\n"))
    held = repr({k: v for k, v in log.__dict__.items() if k != "unknown_channels"})
    assert "secret" not in held
    arrays = [value for value in log.__dict__.values() if isinstance(value, np.ndarray)]
    assert len(arrays) > 10
    assert all(array.dtype.kind in "iufb" for array in arrays)
