"""Cells of CSV files that come from text: a spreadsheet must not take one for a formula.

A program for spreadsheets runs a cell that begins with ``=``, ``+``, ``-`` or ``@``, also behind a
tab or a carriage return.  Such a text gets an apostrophe in front, which those programs take as the
mark of a text (OWASP, CSV injection).  Numbers stay numbers.

Checked by ``tests/unit/test_cells.py``.
"""

from __future__ import annotations

import re
from typing import Any

from afterban.errors import terminal_safe

# Spaces in front are passed over by some programs.
_FORMULA = re.compile(r"'*\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
MARKED_SQL = r"^'('*\s*[=+\-@])"  # what `as_written` undoes, for DuckDB


def csv_cell(value: Any) -> Any:
    """The value for a CSV file: a text that a spreadsheet would run is marked as one.

    Control characters are replaced too, since such a file may be shown on a terminal.
    """
    if not isinstance(value, str):
        return value
    marked = f"'{value}" if _FORMULA.match(value) else value
    return terminal_safe(marked.replace("\r", " ")) if not marked.isprintable() else marked


def as_written(cell: str) -> str:
    """The text of a cell that :func:`csv_cell` may have marked."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
