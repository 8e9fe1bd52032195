from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterban.errors import ScenarioErrors
from afterban.language.documents import (
    LARGEST_FILE,
    Mapping,
    Scalar,
    dump,
    parse,
    plain_data,
    read_file,
)

TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
DATA: st.SearchStrategy[Any] = st.recursive(
    st.one_of(TEXTS, st.integers(-1000, 1000), st.booleans()),
    lambda inner: (
        st.lists(st.one_of(TEXTS, st.integers()), max_size=3)
        | st.dictionaries(TEXTS.filter(bool), inner, max_size=4)
    ),
    max_leaves=10,
)


@given(st.dictionaries(TEXTS.filter(bool), DATA, min_size=1, max_size=4))
def test_what_is_dumped_is_read_again(data: dict[str, Any]) -> None:
    node, problems = parse(dump(data), "x")
    assert problems == []
    assert plain_data(node) == data


def test_nodes_know_their_place() -> None:
    node, _ = parse("# a comment\na:\n  b: [1, two]\n", "x.yaml")
    assert isinstance(node, Mapping)
    inner = node.get("a")
    assert isinstance(inner, Mapping)
    leaf = inner.get("b")
    assert leaf is not None
    assert (leaf.place.line, leaf.place.column) == (2, 5)
    assert leaf.place.text.file == "x.yaml"


def test_scalars_stay_as_written() -> None:
    node, _ = parse("a: 010\nb: yes\nc: 2014-09-13\nd: ~\ne: 'null'\n", "x")
    assert isinstance(node, Mapping)
    values = [entry for _, entry in node.entries if isinstance(entry, Scalar)]
    assert [value.value for value in values] == ["010", "yes", "2014-09-13", "~", "null"]
    assert [value.is_null for value in values] == [False, False, False, True, False]


def _refusal(path: Path) -> str:
    with pytest.raises(ScenarioErrors) as caught:
        parse(read_file(path, path.name), path.name)
    return str(caught.value)


def test_a_file_that_is_too_large_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as stream:
        stream.truncate(100 * 2**20)  # sparse: takes no room
    assert _refusal(path).startswith(f"large.yaml: the file is larger than {LARGEST_FILE // 1024}")


def test_an_endless_file_is_refused() -> None:
    assert "larger" in _refusal(Path("/dev/zero"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x7fELF\x02\x00\x00", "not text"),
        ("name: caf\u00e9\n".encode("latin-1"), "f.yaml:1:10: byte 0xe9 is not UTF-8"),
        ("name: x\n".encode("utf-16"), "UTF-16"),
        (b"", "nothing is written"),
        (b"---\n", "nothing is written"),
        (b"name: \x1b[31m\n", "U+001B"),
    ],
)
def test_files_that_are_no_yaml(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(content)
    assert said in _refusal(path)


def test_missing_files_and_directories(tmp_path: Path) -> None:
    (tmp_path / "baseline.yaml").touch()
    assert "did you mean `baseline.yaml`?" in _refusal(tmp_path / "basline.yaml")
    assert "this is a directory" in _refusal(tmp_path)


def test_unreadable_path() -> None:
    assert "cannot be read" in _refusal(Path("x" * 5000))
    assert "cannot be read" in _refusal(Path("a\0b"))


def test_a_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes("\ufeffa: 1\r\nb:\r\n  c: 2\r\n".encode())
    node, _ = parse(read_file(path, "f.yaml"), "f.yaml")
    assert plain_data(node) == {"a": 1, "b": {"c": 2}}


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_read_or_refused(content: str) -> None:
    try:
        parse(content, "x")
    except ScenarioErrors as errors:
        assert errors.errors  # noqa: PT017 - the text decides whether there is one


@given(
    st.lists(
        st.sampled_from(
            [
                "a",
                ":",
                " ",
                "\n",
                "-",
                "{",
                "}",
                "[",
                "]",
                ",",
                "'",
                '"',
                "#",
                "&",
                "*",
                "!",
                "|",
                ">",
                "%",
                "@",
                "?",
                "\t",
                "1",
                "---",
            ]
        ),
        max_size=40,
    )
)
def test_any_punctuation_is_read_or_refused(parts: list[str]) -> None:
    try:
        parse("".join(parts), "x")
    except ScenarioErrors as errors:
        assert errors.errors  # noqa: PT017 - the text decides whether there is one


@pytest.mark.parametrize("text", ['a: "\\U00110000"', 'a: "\\Uffffffff"'])
def test_what_the_parser_itself_does_not_expect_is_a_fault_of_the_text(text: str) -> None:
    with pytest.raises(ScenarioErrors, match="x: this is not YAML"):
        parse(text, "x")
