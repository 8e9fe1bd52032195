"""Points of a sweep that somebody else chose: rows in the scenario, a table in a file, a frame.

Every row gives a value to the same paths.  A row in the scenario and a cell of a CSV file are
written as the value is at its place in the scenario; a number in a column of a Parquet file, or of
a frame, is in the simulator's units (days, per day), as the table of a sweep has it.  Faults are
told with line and column: row 1 of a CSV file is its header.

Checked by ``tests/experiment/test_points.py``.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import math
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Mappings
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from afterban.errors import AfterbanError, ScenarioError, ScenarioErrors, ValueProblem, shortened
from afterban.language.documents import Mapping, Written, shown_path
from afterban.language.kinds import CountKind, Kind
from afterban.language.laws import Flavour
from afterban.language.paths import is_path, joined, steps, target
from afterban.language.reading import Reader
from afterban.scenario.contents import ABOUT_VALUES, Contents
from afterban.scenario.sections.network import InputFile
from afterban.scenario.sections.sweep import Sweep

Row: TypeAlias = Mappings[str, str]  # values by path, as they are written
Fault: TypeAlias = tuple[str, str, str, str | None]  # path, found, allowed, hint

NOT_SWEPT = (
    *("schema_version", "name", "title", "description", "extends", "sweep", "replications"),
    *ABOUT_VALUES,
)
LARGEST_FILE = 1024**3  # bytes
MOST_TOLD = 100  # faults of a table
MOST_ROWS = 200  # that are tried as a whole, spread over the table


@dataclass(frozen=True)
class Rows:
    """The rows of a table with the place of each value.

    places: line and column of a path in row k (-1: where the path itself is named).
    """

    rows: tuple[Row, ...]
    file: str
    places: Callable[[int, str], tuple[int, int]]

    def error(self, k: int, path: str, found: str, allowed: str, hint: str | None) -> ScenarioError:
        """A fault of a value, or with row -1 of a path."""
        line, column = self.places(k, path)
        return ScenarioError(
            file=self.file,
            line=line,
            column=column,
            path=path,
            found=found,
            allowed=allowed,
            hint=hint,
        )


def rows_of(sweep: Sweep) -> tuple[Row, ...]:
    """The rows of a table design, by path.

    Raises ScenarioErrors if its file cannot be read, or has changed since the scenario was read.
    """
    return tuple(sweep.rows) if sweep.table is None else _of_file(sweep.table).rows


def check(
    sweep: Sweep,
    root: Mapping,
    reader: Reader,
    tried: Callable[[Row], list[Fault]],
) -> None:
    """Raise ScenarioErrors with the faults of a table design.

    Every value is read by the kind of its path; whole rows are tried, of many some.

    tried: the faults of the scenario with the values of a row.
    """
    found = _inline(sweep, root, reader) if sweep.table is None else _of_file(sweep.table)
    first, paths = found.rows[0], list(found.rows[0])
    errors = list(_of_paths(found, paths))
    for k, row in enumerate(found.rows):
        if row.keys() != first.keys():  # of rows in the scenario alone
            path = sorted(row.keys() ^ first.keys())[0]
            what = "is missing" if path in first else "is in no row before"
            allowed = "give the same paths in every row"
            errors.append(found.error(k, path, f"`{path}` {what}", allowed, None))
        for path in row:
            fault = _of_value(path, row[path])
            if fault is not None:
                errors.append(found.error(k, path, *fault))
    count = 0 if errors else min(len(found.rows), MOST_ROWS)
    for k in (n * len(found.rows) // count for n in range(count)):
        row = found.rows[k]
        faults = tried(row)
        for path, what, allowed, hint in faults:
            given = path if path in row else paths[0]
            text = f"`{shortened(row[given], 40)}`: " if path in row else f"in this row, {path}: "
            errors.append(found.error(k, given, text + what, allowed, hint))
        if faults:
            break  # what is wrong with a path is wrong with it in every row
    if errors:
        raise ScenarioErrors(sorted(errors, key=lambda e: (e.line or 0, e.column or 0))[:MOST_TOLD])


def _inline(sweep: Sweep, root: Mapping, reader: Reader) -> Rows:
    """Rows that stand in the scenario."""

    def place(k: int, path: str) -> tuple[int, int]:
        at = reader.place(joined(f"sweep.rows[{max(k, 0)}]", path), root.place)
        return at.line + 1, at.column + 1

    return Rows(tuple(sweep.rows), reader.place("sweep.rows", root.place).text.file, place)


def _of_paths(found: Rows, paths: list[str]) -> Iterator[ScenarioError]:
    """Paths that no sweep varies, and those that lead to one place."""
    before: dict[str, list[str]] = {}
    for path in paths:
        if not is_path(path):
            allowed = "write keys with dots, such as `returning.probability`"
            yield found.error(-1, path, f"`{shortened(path)}` is not a path", allowed, None)
            continue
        ours = steps(path)
        if ours[0] in NOT_SWEPT:
            what = f"`{path}` is not varied by a sweep"
            yield found.error(-1, path, what, "choose another path", None)
        for other, theirs in before.items():
            shared = min(len(ours), len(theirs))
            if ours[:shared] == theirs[:shared]:
                what = f"`{other}` varies the same place, or a part of it"
                yield found.error(-1, path, what, "remove one of the two", None)
        before[path] = ours


def _of_value(path: str, text: str) -> tuple[str, str, str | None] | None:
    """What is wrong with a single value by itself; None for nothing, or of another form."""
    kind = target(Contents, path)
    if not text.strip():
        return "there is no value", "write one for every path", None
    if kind is None or isinstance(kind, Flavour):
        return None  # a distribution, which is tried with its row
    try:
        kind.parse(text)
    except ValueProblem as problem:
        return problem.found, problem.allowed, problem.hint
    return None


# --- files ----------------------------------------------------------------------------------------


def _of_file(given: InputFile) -> Rows:
    assert given.sha256 is not None  # it is filled in when the scenario is read
    return _read(given.file, given.sha256)


@lru_cache(maxsize=4)
def _read(file: str, sha256: str) -> Rows:
    path, shown = Path(file), shown_path(file)
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _whole(shown, "the file is over 1 GiB", "take fewer points")
        data = path.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        raise _whole(shown, f"the file cannot be read ({why})", "put it where it was") from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise _whole(shown, "the file has changed since the scenario was read", "read it again")
    header, lines = (_parquet if file.endswith(".parquet") else _csv)(shown, data)
    _check_header(shown, header)
    numbered = [(line, cells) for line, cells in lines if cells]
    errors = [
        ScenarioError(
            file=shown,
            line=line,
            column=1,
            found=f"this row has {len(cells)} value{'s'[: len(cells) != 1]}, and the header "
            f"{len(header)}",
            allowed="write one value for each column, with quotes around one that has a comma",
        )
        for line, cells in numbered
        if len(cells) != len(header)
    ]
    if errors:
        raise ScenarioErrors(errors[:MOST_TOLD])
    if not numbered:
        raise _whole(shown, "the table has no rows", "write at least one point")
    columns = {name: place for place, name in enumerate(header, start=1)}
    return Rows(
        tuple(dict(zip(header, cells, strict=True)) for _, cells in numbered),
        shown,
        lambda k, path: (numbered[k][0] if k >= 0 else 1, columns.get(path, 1)),
    )


def _csv(shown: str, data: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Header and numbered lines of a CSV file; those without a value have no cells."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _whole(shown, "this is not UTF-8 text", "save the table as UTF-8", line) from None
    lines: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            values = [cell.strip() for cell in cells]
            lines.append((line, values if any(values) else []))
            line = reader.line_num + 1
    except csv.Error as error:
        raise _whole(shown, f"the table cannot be read ({error})", "mend it", line) from None
    if not lines or not lines[0][1]:
        raise _whole(shown, "the table has no header", "begin with a line of paths", 1)
    return lines[0][1], lines[1:]


def _parquet(shown: str, data: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Header and rows, numbered from 1, of a Parquet file."""
    from pyarrow import parquet

    try:
        table = parquet.read_table(io.BytesIO(data))
        header = list(table.schema.names)
        columns = [table.column(k).to_pylist() for k in range(len(header))]
    except Exception as error:  # whatever the parser of a stranger's file raises
        why = shortened(str(error), 200)
        raise _whole(shown, f"this is not a Parquet file ({why})", "write one, or CSV") from None
    return header, [
        (k, [text_of(path, value) for path, value in zip(header, row, strict=True)])
        for k, row in enumerate(zip(*columns, strict=True), start=1)
    ]


def _check_header(shown: str, header: list[str]) -> None:
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        what = f"the header is `{shortened(header[0])}`"
        raise _whole(shown, what, "separate columns by commas", 1)
    for place, name in enumerate(header, start=1):
        if name in header[: place - 1]:
            raise _whole(shown, f"`{name}` is there twice", "keep one column of it", 1, place)
        if not name:
            raise _whole(shown, "this column has no path", "name what it varies", 1, place)


def _whole(
    shown: str, found: str, allowed: str, line: int | None = None, column: int | None = None
) -> ScenarioErrors:
    place = None if line is None else column or 1
    return ScenarioErrors(
        [ScenarioError(file=shown, line=line, column=place, found=found, allowed=allowed)]
    )


# --- from Python ----------------------------------------------------------------------------------


def section_of(points: Any, **more: Any) -> dict[str, Any]:
    """The ``sweep`` section of points that Python has, as it is written.

    points: a pandas frame, rows of values by path, or a list of values for each path.  Text is
        written as at its place in the scenario; numbers are in the simulator's units.
    more: other keys of the section.

    Raises AfterbanError if that is no table, or an empty one.
    """
    rows = _rows_in(points)
    if not rows or not rows[0]:
        raise AfterbanError("there are no points; give at least one row with one path")
    written = [
        {str(path): Written(text_of(str(path), value)) for path, value in row.items()}
        for row in rows
    ]
    return {"design": "table", **more, "rows": written}


def _rows_in(points: Any) -> list[dict[Any, Any]]:
    if hasattr(points, "to_dict") and hasattr(points, "columns"):
        return [dict(row) for row in points.to_dict("records")]
    if isinstance(points, Mappings):
        columns = {path: list(values) for path, values in points.items()}
        if len({len(values) for values in columns.values()}) > 1:
            raise AfterbanError("the lists of values differ in length; give each path as many")
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return [dict(row) for row in points]


def text_of(path: str, value: Any) -> str:
    """A value of a frame as it is written at its path; no text for one that is missing.

    Numbers are in the simulator's units, and every digit of them is kept.
    """
    value = value.item() if hasattr(value, "item") else value
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        value = value.date()
    kind = target(Contents, path)
    found: Kind | None = kind.value if isinstance(kind, Flavour) else kind
    if not isinstance(value, int | float) or found is None:
        return str(value)
    if isinstance(found, CountKind) and float(value).is_integer():
        return str(int(value))
    try:
        return str(found.format(value if isinstance(found, CountKind) else float(value)))
    except (ArithmeticError, TypeError, ValueError):
        return str(value)  # which is refused where it is read


__all__ = ["NOT_SWEPT", "Rows", "check", "rows_of", "section_of", "text_of"]
