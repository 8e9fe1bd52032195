"""Networks from files: a table of operators, and a table of who may promote whom.

``operators``: columns ``operator``, ``tier``, ``audience``, ``posts_per_day`` and, if wanted,
``insider_share``.  ``follows``: columns ``promoter`` and ``operator``.  Both CSV (UTF-8, commas, a
line of names first) or Parquet.  Everything is checked before anything is simulated, and every
fault is told with its row and column, as the tables are: row 1 of a CSV file is its header.

Checked by ``tests/unit/test_inputs.py``.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from afterban.errors import AfterbanError, ScenarioError, ScenarioErrors, closest, listed, shortened
from afterban.language.documents import shown_path

if TYPE_CHECKING:
    from afterban.scenario import Scenario
    from afterban.scenario.sections.network import InputFile

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

OPERATOR_COLUMNS: Final = ("operator", "tier", "audience", "posts_per_day")
OPTIONAL_COLUMNS: Final = ("insider_share",)
FOLLOW_COLUMNS: Final = ("promoter", "operator")
LARGEST_FILE: Final = 1024**3  # bytes
LONGEST_NAME: Final = 64
_MOST_TOLD: Final = 100
_NUMBER: Final = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_WHOLE: Final = r"^[0-9]{1,9}$"


class Operators(NamedTuple):
    """The operators of a file, tier by tier in the scenario's order, as rows stand in the file."""

    names: tuple[str, ...]
    audience: Floats  # [N, 2] people: insiders, outsiders
    posts: Floats  # [N] per day


class Follows(NamedTuple):
    """The follow graph of a file, as :class:`afterban.world.World` has it."""

    start: Integers  # [N + 1]
    promoters: npt.NDArray[np.int32]  # [E], rising within each operator


def operators(scenario: Scenario) -> Operators | None:
    """The operators of ``network.operators``, None if they are drawn.

    Raises ScenarioErrors with the faults of the file.
    """
    given = scenario.network.operators
    return (
        None if given is None else _operators(*_key(given), _tiers(scenario), _outsiders(scenario))
    )


def follows(scenario: Scenario) -> Follows | None:
    """The graph of ``network.follows``, None if it is drawn.

    Its operators go by the names of ``network.operators``; by numbers from 0, tier by tier in the
    scenario's order, if those are drawn.  Raises ScenarioErrors with the faults of the files.
    """
    given = scenario.network.follows
    if given is None:
        return None
    known = scenario.network.operators
    tiers = _tiers(scenario)
    own = None if known is None else _key(known)
    return _follows(*_key(given), own, tiers, _outsiders(scenario))


def check(scenario: Scenario) -> None:
    """Read the files of a scenario and of all its arms.

    Raises ScenarioErrors with the faults of all of them, each file's once.
    """
    errors: dict[str, ScenarioError] = {}
    for arm in (scenario, *(scenario.arm(name) for name in scenario.policies)):
        for read in (operators, follows):
            try:
                read(arm)
            except ScenarioErrors as found:
                errors |= {str(error): error for error in found.errors}
    if errors:
        raise ScenarioErrors(errors.values())


def found(scenario: Scenario) -> dict[str, tuple[str, int]]:
    """What the files of a scenario hold: key -> the file as it is shown, and how many rows count.

    Operators of ``network.operators``, links of ``network.follows``; empty if both are drawn.
    """
    network = scenario.network
    out: dict[str, tuple[str, int]] = {}
    own, graph = operators(scenario), follows(scenario)
    if own is not None and network.operators is not None:
        out["operators"] = (shown_path(network.operators.file), len(own.names))
    if graph is not None and network.follows is not None:
        out["links"] = (shown_path(network.follows.file), len(graph.promoters))
    return out


_Tiers = tuple[tuple[str, int, float], ...]  # name, operators, insider share


def _outsiders(scenario: Scenario) -> int:
    return int(scenario.exposure.outsiders)


def _tiers(scenario: Scenario) -> _Tiers:
    return tuple(
        (name, int(tier.count), float(tier.insider_share)) for name, tier in scenario.tiers.items()
    )


def _key(given: InputFile) -> tuple[str, str]:
    assert given.sha256 is not None  # it is filled in when the scenario is read
    return given.file, given.sha256


@contextmanager
def _fault_of(file: str) -> Iterator[None]:
    """What Arrow makes of the values of a file is a fault of that file."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, UnicodeError) as error:
        raise _alone(
            file, f"its values cannot be read ({shortened(str(error), 200)})", "mend them"
        ) from None


@lru_cache(maxsize=8)
def _operators(file: str, sha256: str, tiers: _Tiers, outsiders: int) -> Operators:
    with _fault_of(file):
        return _operators_in(file, sha256, tiers, outsiders)


def _operators_in(file: str, sha256: str, tiers: _Tiers, outsiders: int) -> Operators:
    import pyarrow.compute as pc

    table = _Table.read(file, sha256, OPERATOR_COLUMNS, OPTIONAL_COLUMNS)
    names = table.names("operator")
    _refuse_repeats(table, names)
    known = [name for name, _, _ in tiers]
    tier = table.chosen("tier", known)
    people = table.numbers("audience", "how many people there are")
    posts = table.numbers("posts_per_day", "the posts of a day")
    share = np.full(len(table), np.nan)
    if "insider_share" in table:
        share = table.numbers("insider_share", "a share", highest=1.0, required=False)
    for k, (name, count, _) in enumerate(tiers):
        found = int((tier == k).sum())
        if found != count and not table.refused:
            table.refuse_whole(
                f"it has {found:,} operators of the tier `{name}`, and the scenario has {count:,}",
                f"write `tiers.{name}.count: {found}`"
                if found
                else f"add operators, or remove the tier `{name}`",
            )
    inside = np.where(np.isnan(share), np.array([one for _, _, one in tiers])[tier], share)
    people[~np.isfinite(people)] = np.nan  # refused already
    insiders = inside * people
    table.refuse(
        people - insiders > outsiders * (1.0 + 1e-12),
        "audience",
        lambda row: f"{people[row] - insiders[row]:,.0f} of these people are outsiders",
        f"there are {outsiders:,} in all; write fewer, or raise `exposure.outsiders`",
    )
    table.raise_any()
    order = np.argsort(tier, kind="stable")
    audience = np.column_stack((insiders, people - insiders))[order]
    return Operators(
        tuple(pc.take(names, order).to_pylist()),
        np.ascontiguousarray(audience),
        np.ascontiguousarray(posts[order]),
    )


@lru_cache(maxsize=8)
def _follows(
    file: str, sha256: str, own: tuple[str, str] | None, tiers: _Tiers, outsiders: int
) -> Follows:
    with _fault_of(file):
        return _follows_in(file, sha256, own, tiers, outsiders)


def _follows_in(
    file: str, sha256: str, own: tuple[str, str] | None, tiers: _Tiers, outsiders: int
) -> Follows:
    table = _Table.read(file, sha256, FOLLOW_COLUMNS)
    if own is None:
        count = sum(number for _, number, _ in tiers)
        ends = [table.indices(column, count) for column in FOLLOW_COLUMNS]
    else:
        known = _operators(*own, tiers, outsiders).names
        count = len(known)
        where = shown_path(own[0])
        ends = [table.looked_up(column, known, where) for column in FOLLOW_COLUMNS]
    promoter, operator = ends
    good = (promoter >= 0) & (operator >= 0)
    table.refuse(
        good & (promoter == operator),
        "operator",
        lambda row: "an operator follows itself",
        "remove the row",
    )
    pair = np.where(good, operator * count + promoter, -1 - np.arange(len(table)))
    _, first, where_in = np.unique(pair, return_index=True, return_inverse=True)
    before = first[where_in]
    table.refuse(
        before != np.arange(len(table)),
        "promoter",
        lambda row: f"this pair stands in row {table.rows[before[row]]:,} already",
        "keep one of them",
    )
    table.raise_any()
    order = np.argsort(pair, kind="stable")
    start = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(operator, minlength=count), out=start[1:])
    return Follows(start, promoter[order].astype(np.int32))


def _refuse_repeats(table: _Table, names: Any) -> None:
    codes = names.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    _, first, where_in = np.unique(codes, return_index=True, return_inverse=True)
    before = first[where_in]
    table.refuse(
        (before != np.arange(len(table))) & table.named["operator"],
        "operator",
        lambda row: f"`{_cell(names, row)}` stands in row {table.rows[before[row]]:,} already",
        "give each operator one row",
    )


class _Table:
    """Columns of a file, with the row of each value as people count it, and the faults so far."""

    def __init__(self, file: str, columns: dict[str, Any], places: dict[str, int], rows: Integers):
        self.file = file
        self.columns = columns
        self.places = places  # number of each column, from 1
        self.rows = rows
        self.named: dict[str, Flags] = {}
        self.refused = 0
        self.errors: list[ScenarioError] = []

    def __contains__(self, column: str) -> bool:
        return column in self.columns

    def __len__(self) -> int:
        return len(self.rows)

    # --- reading ---------------------------------------------------------------------------------

    @classmethod
    def read(
        cls, file: str, sha256: str, required: Sequence[str], optional: Sequence[str] = ()
    ) -> _Table:
        """The columns of a file.  Raises ScenarioErrors if they cannot be distinguished."""
        path = Path(file)
        try:
            if path.stat().st_size > LARGEST_FILE:
                raise _alone(file, "the file is over 1 GiB", "take a smaller network")
            data = path.read_bytes()
        except OSError as error:
            raise _alone(
                file,
                f"the file cannot be read ({error.strerror or error})",
                "put it where it was when the scenario was read",
            ) from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise _alone(
                file,
                "the file has changed since the scenario was read",
                "read the scenario again",
            )
        reader = cls._parquet if file.endswith(".parquet") else cls._csv
        try:
            table = reader(file, data, (*required, *optional), required)
        except (AfterbanError, MemoryError):
            raise
        except Exception as error:  # whatever the parser of a stranger's file raises
            raise _alone(
                file, f"the table cannot be read ({shortened(str(error), 200)})", "mend it"
            ) from None
        if len(table) == 0 and not table.refused:
            raise _alone(file, "the table has no rows", "write at least one")
        return table

    @classmethod
    def _csv(cls, file: str, data: bytes, known: Sequence[str], required: Sequence[str]) -> _Table:
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        if b"\n" not in data:  # lines end in CR alone, as old programs of the Macintosh write them
            data = data.replace(b"\r", b"\n")
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            row = data.count(b"\n", 0, error.start) + 1
            column = error.start - data.rfind(b"\n", 0, error.start)
            raise _alone(
                file, "this is not UTF-8 text", "save the table as UTF-8", row, column
            ) from None
        if not data.strip():
            raise _alone(file, "the file is empty", f"begin with the columns {listed(required)}")
        head = data.split(b"\n", 1)[0].decode("utf-8-sig").rstrip("\r")
        header = [name.strip() for name in next(csv.reader([head]), [])]
        places = _check_header(file, header, known, required)
        unread: list[tuple[int, int, int]] = []

        def note(row: Any) -> str:
            unread.append((int(row.number), int(row.expected_columns), int(row.actual_columns)))
            return "skip"

        names = [f"{number}" for number in range(len(header))]
        try:
            content = arrow_csv.read_csv(
                io.BytesIO(data),
                # One thread, so that the numbers of faulty rows are known.
                read_options=arrow_csv.ReadOptions(
                    use_threads=False, skip_rows=1, column_names=names
                ),
                parse_options=arrow_csv.ParseOptions(
                    ignore_empty_lines=False, invalid_row_handler=note
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
                ),
            )
        except pa.ArrowInvalid as error:
            if "Empty CSV" not in str(error):
                raise _alone(
                    file, f"the table cannot be read ({shortened(str(error), 200)})", "mend it"
                ) from None
            content = pa.table({name: pa.array([], pa.string()) for name in names})
        count = content.num_rows + len(unread)
        there = np.ones(count, dtype=bool)
        there[[number - 2 for number, _, _ in unread]] = False
        rows = np.flatnonzero(there) + 2
        columns = {name: _one(content.column(str(places[name] - 1))) for name in places}
        table = cls(file, columns, places, rows)
        for number, expected, actual in unread:
            table.tell(
                number,
                1,
                "",
                f"this row has {actual} value{'' if actual == 1 else 's'}, and the header "
                f"{expected}",
                "write one value for each column, with quotes around one that has a comma",
            )
        table._drop_empty_rows()
        return table

    def _drop_empty_rows(self) -> None:
        import pyarrow.compute as pc

        texts = [
            np.asarray(pc.equal(pc.binary_length(c), 0).to_numpy(zero_copy_only=False))
            for c in self.columns.values()
        ]
        empty = np.logical_and.reduce(texts)
        if empty.any():
            keep = np.flatnonzero(~empty)
            self.columns = {name: column.take(keep) for name, column in self.columns.items()}
            self.rows = self.rows[keep]

    @classmethod
    def _parquet(
        cls, file: str, data: bytes, known: Sequence[str], required: Sequence[str]
    ) -> _Table:
        import pyarrow as pa
        from pyarrow import parquet

        try:
            stored = parquet.ParquetFile(io.BytesIO(data))
            places = _check_header(file, list(stored.schema_arrow.names), known, required)
            content = stored.read(columns=list(places))
        except pa.ArrowException as error:
            raise _alone(
                file,
                f"this is not a Parquet file ({shortened(str(error), 200)})",
                "write one, or name a CSV file",
            ) from None
        columns = {name: _one(content.column(name)) for name in places}
        table = cls(file, columns, places, np.arange(1, content.num_rows + 1))
        for name, column in columns.items():
            kind = column.type
            if pa.types.is_dictionary(kind):
                kind = kind.value_type
            text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
            number = pa.types.is_integer(kind) or (
                pa.types.is_floating(kind) and name not in ("operator", "promoter", "tier")
            )
            if not (text or number or pa.types.is_null(kind)):
                table.tell(
                    1, places[name], name, f"the column is of type {kind}", "store text or numbers"
                )
            columns[name] = column.cast(pa.string()) if text or not number else column
        table.raise_any()
        return table

    # --- faults ----------------------------------------------------------------------------------

    def tell(self, row: int, place: int, column: str, found: str, allowed: str) -> None:
        """Note one fault."""
        self.refused += 1
        if self.refused <= 10 * _MOST_TOLD:
            self.errors.append(_error(self.file, found, allowed, row, place, column))

    def refuse(
        self,
        wrong: Flags,
        column: str,
        found: Callable[[int], str],
        allowed: str,
        hint: Callable[[int], str | None] | None = None,
    ) -> None:
        """Note a fault in each of the rows that are ``wrong``."""
        at = np.flatnonzero(wrong)
        self.refused += len(at)
        for row in at[:_MOST_TOLD].tolist():
            self.errors.append(
                _error(
                    self.file,
                    found(row),
                    allowed,
                    int(self.rows[row]),
                    self.places[column],
                    column,
                    None if hint is None else hint(row),
                )
            )

    def refuse_whole(self, found: str, allowed: str) -> None:
        """Note a fault of the table as a whole."""
        self.refused += 1
        self.errors.append(_error(self.file, found, allowed))

    def raise_any(self) -> None:
        """Raise ScenarioErrors if there is a fault, the first ones in the order of the rows."""
        if not self.refused:
            return
        self.errors.sort(key=lambda error: (error.line or 0, error.column or 0))
        told = self.errors
        if self.refused > _MOST_TOLD:
            told = told[: _MOST_TOLD - 1]
            more = self.refused - len(told)
            told.append(_error(self.file, f"there are {more:,} more faults", "mend these first"))
        raise ScenarioErrors(told)

    # --- values ----------------------------------------------------------------------------------

    def numbers(
        self, column: str, what: str, highest: float = np.inf, required: bool = True
    ) -> Floats:
        """Numbers from 0 to ``highest``; NaN where there is none and none is required."""
        import pyarrow as pa
        import pyarrow.compute as pc

        cells = self.columns[column]
        if pa.types.is_string(cells.type):
            cells = pc.utf8_trim_whitespace(cells)
            missing = _flags(pc.or_kleene(pc.is_null(cells), pc.equal(cells, "")))
            good = _flags(pc.match_substring_regex(cells, _NUMBER))
            kept = pc.if_else(pa.array(good), cells, pa.scalar(None, pa.string()))
            values = np.asarray(
                pc.cast(pc.ascii_ltrim(kept, "+"), pa.float64()).to_numpy(zero_copy_only=False)
            )
        else:
            missing = _flags(pc.is_null(cells))
            # Whole numbers beyond 2^53 are rounded.
            floats = pc.cast(cells, pa.float64(), safe=False)
            values = np.asarray(floats.to_numpy(zero_copy_only=False))
            good = ~np.isnan(values)
        form = f"write {what}, a number that is 0 or more"
        if highest < np.inf:
            form = f"write {what}, a number from 0 to {highest:g}"
        if required:
            self.refuse(missing, column, lambda row: "there is no value", form)
        cells_now = cells
        self.refuse(
            ~missing & ~good,
            column,
            lambda row: f"`{_cell(cells_now, row)}` is not a number",
            form,
        )
        below = ~missing & good & (values < 0)
        self.refuse(below, column, lambda row: f"`{_cell(cells_now, row)}` is below 0", form)
        above = ~missing & good & ((values > highest) | np.isinf(values))
        self.refuse(
            above,
            column,
            lambda row: f"`{_cell(cells_now, row)}` is too large",
            form,
        )
        return np.where(missing | ~good, np.nan, values)

    def names(self, column: str) -> Any:
        """Names of operators: numbers or words, as text."""
        import pyarrow as pa
        import pyarrow.compute as pc

        cells = pc.utf8_trim_whitespace(pc.cast(self.columns[column], pa.string()))
        cells = pc.fill_null(cells, "")
        empty = _flags(pc.equal(cells, ""))
        form = "write a number or a name of your own for each operator"
        self.refuse(empty, column, lambda row: "there is no value", form)
        long = _flags(pc.greater(pc.utf8_length(cells), LONGEST_NAME))
        self.refuse(
            long,
            column,
            lambda row: "this name is too long",
            f"write at most {LONGEST_NAME} characters",
        )
        handle = _flags(pc.starts_with(cells, "@"))
        self.refuse(
            handle,
            column,
            lambda row: f"`{_cell(cells, row)}` is the handle of an account",
            "write a number or a name of your own: handles of people do not belong here",
        )
        self.named[column] = ~empty
        return cells

    def chosen(self, column: str, known: Sequence[str]) -> Integers:
        """Position of each value in ``known``, -1 for others."""
        import pyarrow as pa
        import pyarrow.compute as pc

        cells = pc.utf8_trim_whitespace(pc.cast(self.columns[column], pa.string()))
        cells = pc.fill_null(cells, "")
        found = _positions(cells, known)
        empty = _flags(pc.equal(cells, ""))
        allowed = f"write {listed(known, 'or')}"
        self.refuse(empty, column, lambda row: "there is no value", allowed)
        self.refuse(
            (found < 0) & ~empty,
            column,
            lambda row: f"the scenario has no {column} `{_cell(cells, row)}`",
            allowed,
            lambda row: closest(_cell(cells, row), known),
        )
        return found

    def looked_up(self, column: str, known: Sequence[str], where: str) -> Integers:
        """Position of each operator's name in ``known``, -1 for others."""
        import pyarrow.compute as pc

        cells = self.names(column)
        found = _positions(cells, known)
        strange = (found < 0) & self.named[column] & ~_flags(pc.starts_with(cells, "@"))
        few = known if len(known) <= 2000 else ()
        self.refuse(
            strange,
            column,
            lambda row: f"there is no operator `{_cell(cells, row)}`",
            f"write one that {where} has",
            lambda row: closest(_cell(cells, row), few),
        )
        return found

    def indices(self, column: str, count: int) -> Integers:
        """Numbers of operators, below ``count``; -1 for others."""
        import pyarrow as pa
        import pyarrow.compute as pc

        cells = pc.utf8_trim_whitespace(pc.cast(self.columns[column], pa.string()))
        cells = pc.fill_null(cells, "")
        whole = _flags(pc.match_substring_regex(cells, _WHOLE))
        kept = pc.if_else(pa.array(whole), cells, "0")
        values = np.asarray(pc.cast(kept, pa.int64()).to_numpy(zero_copy_only=False))
        good = whole & (values < count)
        self.refuse(
            ~good,
            column,
            lambda row: (
                f"there is no operator `{_cell(cells, row)}`"
                if _cell(cells, row)
                else "there is no value"
            ),
            f"write a number from 0 to {count - 1:,}, or give network.operators for names",
        )
        return np.where(good, values, -1).astype(np.int64)


def _check_header(
    file: str, header: Sequence[str], known: Sequence[str], required: Sequence[str]
) -> dict[str, int]:
    """Number of each column, from 1.  Raises ScenarioErrors."""
    errors = []
    places: dict[str, int] = {}
    allowed = f"the columns are {listed(known)}"
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        raise _alone(
            file, f"the header is `{shortened(header[0])}`", "separate columns by commas", 1, 1
        )
    for place, name in enumerate(header, start=1):
        if name in places:
            errors.append(
                _error(file, "this column is there twice", "keep one of them", 1, place, name)
            )
        elif name not in known:
            hint = closest(name, known)
            errors.append(
                _error(file, f"`{shortened(name)}` is no column", allowed, 1, place, "", hint)
            )
        else:
            places[name] = place
    for name in required:
        if name not in places:
            errors.append(
                _error(file, f"the column `{name}` is missing", f"{allowed}, in any order", 1, 1)
            )
    if errors:
        raise ScenarioErrors(errors)
    return places


def _positions(cells: Any, known: Sequence[str]) -> Integers:
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.index_in(cells, value_set=pa.array(known, pa.string()))
    return np.asarray(pc.fill_null(found, -1).to_numpy(zero_copy_only=False), dtype=np.int64)


def _one(column: Any) -> Any:
    """A column in one piece."""
    whole = column.combine_chunks()
    return whole.chunk(0) if hasattr(whole, "chunks") and whole.num_chunks else whole


def _flags(array: Any) -> Flags:
    import pyarrow.compute as pc

    return np.asarray(pc.fill_null(array, False).to_numpy(zero_copy_only=False), dtype=bool)


def _cell(cells: Any, row: int) -> str:
    return shortened(str(cells[row].as_py()), 40)


def _error(
    file: str,
    found: str,
    allowed: str,
    row: int | None = None,
    place: int | None = None,
    column: str = "",
    hint: str | None = None,
) -> ScenarioError:
    return ScenarioError(
        file=shown_path(file),
        line=row,
        column=place,
        path=column,
        found=found,
        allowed=allowed,
        hint=hint,
    )


def _alone(
    file: str, found: str, allowed: str, row: int | None = None, place: int | None = None
) -> ScenarioErrors:
    return ScenarioErrors([_error(file, found, allowed, row, place)])
