"""Whatever a reader of a file raises is a fault of that file; what is written is whole."""

from __future__ import annotations

import hashlib
import warnings
from pathlib import Path

import pyarrow as pa
import pytest

from afterban.errors import AfterbanError, FileWarning
from afterban.files import fault_of, json_in, json_or_none, sha256_of, write_text, written_whole


@pytest.mark.parametrize(
    "error",
    [
        ValueError("what"),
        KeyError("what"),
        IndexError("what"),
        OSError(5, "what"),
        OSError("what"),
        RecursionError("what"),
        UnicodeDecodeError("utf-8", b"", 0, 1, "what"),
        pa.ArrowInvalid("what"),
        pa.ArrowNotImplementedError("what"),
        AssertionError("what\nof two lines"),
        ZeroDivisionError("what"),
        Exception("what"),
    ],
)
def test_any_error_is_one_line_on_the_file(error: Exception) -> None:
    with pytest.raises(AfterbanError, match=r"^a\.csv: .*what") as told, fault_of("a.csv"):
        raise error
    assert "\n" not in str(told.value)
    assert told.value.exit_code == 2


def test_an_error_without_words_is_named() -> None:
    with pytest.raises(AfterbanError, match="StopIteration"), fault_of("a"):
        raise StopIteration


def test_others_pass() -> None:
    for error in (AfterbanError("mine"), MemoryError(), KeyboardInterrupt(), FileWarning("w")):
        with pytest.raises(type(error)) as told, fault_of("a"):
            raise error
        assert told.value is error


def test_json(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    for bad in (b"", b"{", b"\xff", b"[" * 100_000, b"9" * 5000):
        path.write_bytes(bad)
        assert json_or_none(path) is None
        with pytest.raises(AfterbanError, match=r"a\.json"):
            json_in(path)
    assert json_or_none(tmp_path) is None
    assert json_or_none(tmp_path / "no") is None
    path.write_bytes(b'{"a": 1}')
    assert json_in(path) == {"a": 1}


def test_a_file_is_whole_or_as_before(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_text(path, "é")
    assert path.read_bytes() == "é".encode()
    assert sha256_of(path) == hashlib.sha256("é".encode()).hexdigest()

    def stopped() -> None:
        with written_whole(path) as stream:
            stream.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert path.read_bytes() == "é".encode()
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


def test_a_word_of_a_file_is_a_warning_that_python_users_can_filter() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FileWarning)
        warnings.warn("a word", FileWarning, stacklevel=1)
