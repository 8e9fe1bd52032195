"""Texts in CSV files: what a spreadsheet would run is marked, and read again as it was."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterban.cells import as_written, csv_cell

MARKED = st.from_regex("'{0,3}[=+@-][a-z]{0,5}", fullmatch=True)


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "'=1", "=", "\uff1d1", "-none"],
)
def test_a_formula_becomes_a_text(text: str) -> None:
    assert csv_cell(text)[0] == "'"


@pytest.mark.parametrize("text", ["", "base", "a=b", "twice-the-reports", "'tis", "1 - 2", "é"])
def test_other_texts_stay(text: str) -> None:
    assert csv_cell(text) == text


@pytest.mark.parametrize("value", [-1, -0.5, None, True, 3])
def test_numbers_stay_numbers(value: object) -> None:
    assert csv_cell(value) is value


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])) | MARKED)
def test_a_text_is_read_as_it_was(text: str) -> None:
    text = text.replace("\n", "")
    stream = io.StringIO()
    csv.writer(stream).writerow([csv_cell(text), "x"])
    ((cell, _),) = csv.reader(io.StringIO(stream.getvalue()))
    assert as_written(cell) == text
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.text())
def test_no_text_begins_a_formula_or_steers_a_terminal(text: str) -> None:
    cell = csv_cell(text)
    assert not cell.lstrip().startswith(("=", "+", "-", "@"))
    assert "\x1b" not in cell
    assert "\r" not in cell
