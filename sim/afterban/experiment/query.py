"""SQL over sweeps and runs, by DuckDB.

Checked by ``tests/experiment/test_query.py``.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from afterban.cells import MARKED_SQL
from afterban.errors import AfterbanError, FileWarning, MissingExtra, listed
from afterban.experiment.store import MANIFEST, Store
from afterban.files import fault_of
from afterban.results import check

_TABLES_OF_A_RUN = ("summary", "replications", "timeseries", "survival", "lives")


@dataclass(frozen=True)
class Answer:
    """Rows of a query with the names of their columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def sweeps(root: Path) -> list[Path]:
    """Folders of sweeps below a root (or the root itself), the one last changed first."""
    found = [path.parent for path in root.glob(f"**/sweep-*/{MANIFEST}")]
    if (root / MANIFEST).exists() and Store(root).read() is not None:
        found.append(root)
    return sorted(found, key=lambda path: (path / MANIFEST).stat().st_mtime, reverse=True)


def runs(root: Path) -> list[Path]:
    """Folders of runs below a root (or the root itself), the one last changed first."""
    found = [path.parent for path in root.glob("**/summary.csv")]
    return sorted(set(found), key=lambda path: (path / "summary.csv").stat().st_mtime, reverse=True)


def sql_name(column: str) -> str:
    """A column's name that needs no quotes: ``reach_people.hub`` becomes ``reach_people_hub``."""
    return re.sub(r"\W+", "_", column).strip("_").lower()


def query(sql: str, root: Path | str = "results") -> Answer:
    """Answer a query over the sweep and the run that were changed last below ``root``.

    ``sweep``: the table of the sweep, or what is finished of it, which a
    :class:`afterban.errors.FileWarning` says.  ``summary``, ``replications``, ``timeseries``,
    ``survival``, ``lives`` and ``accounts``: tables of the run.  Columns have the names of the
    files, with ``_`` in place of dots.  Give the folder of a sweep or run to choose another one.

    The query sees these tables alone: no other file, no extension, no variable of Python, and it
    writes nothing.

    Raises MissingExtra without DuckDB, and AfterbanError for a query that DuckDB refuses or a table
    that is not as it was written.
    """
    try:
        import duckdb
    except ImportError:
        raise MissingExtra("duckdb", "pip install 'afterban[sweep]'") from None
    if not sql.strip(" \t\r\n;"):
        raise AfterbanError("the query is empty; write one, such as `DESCRIBE sweep`")
    root = Path(root)
    tables = _tables(root)
    if not tables:
        raise AfterbanError(
            f"{root}: there are no results here; run `afterban sweep` or `afterban run` first, "
            "or say where they are with `--results`"
        )
    with duckdb.connect(":memory:", config=dict(_ALONE)) as base:
        for name in _asked(sql, tables):
            _put(base, name, tables[name])
        for setting in _LOCKS:
            base.execute(setting)
        try:
            answer: Any = base.sql(sql)
            if answer is None:
                return Answer((), ())
            return Answer(tuple(answer.columns), tuple(answer.fetchall()))
        except RuntimeError as error:
            if "interrupted" in str(error).lower():  # DuckDB's word for Ctrl-C
                raise KeyboardInterrupt from None
            raise
        except duckdb.Error as error:
            # A missing module of Python is told with its traceback.
            first = str(error).partition("Traceback")[0].strip().splitlines()
            hint = (
                "\n  a query sees the tables of the results alone: no other file, no extension"
                if isinstance(error, duckdb.PermissionException)
                else ""
            )
            raise AfterbanError(
                "\n  ".join([f"the query is refused: {first[0]}", *(x for x in first[1:] if x)])
                + f"\n  there are the tables {listed(tables)}; `DESCRIBE sweep` lists columns"
                + hint
            ) from None


# No extension is loaded on its own, and no variable of this program is taken for a table.
_ALONE = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}
# After the tables are there: no file, no network, and none of this can be undone.
_LOCKS = ("SET enable_external_access = false", "SET lock_configuration = true")
_ANY_TABLE = re.compile(
    r"\b(query|query_table|information_schema|duckdb_\w+|pragma\w*)\b",
    re.IGNORECASE,
)


def _tables(root: Path) -> dict[str, Path]:
    """Tables that may be asked for: the folder of the sweep, or the files of the run."""
    tables: dict[str, Path] = {}
    for folder in sweeps(root)[:1]:
        tables["sweep"] = folder
    for folder in runs(root)[:1]:
        for name in (*_TABLES_OF_A_RUN, "accounts"):
            path = folder / f"{name}.{'parquet' if name == 'accounts' else 'csv'}"
            if path.exists():
                tables[name] = path
    return tables


def _asked(sql: str, tables: Iterable[str]) -> list[str]:
    """Tables that a query may be about; no other one is read, or has to be whole."""
    named = [name for name in tables if re.search(rf"\b{name}\b", sql, re.IGNORECASE)]
    return list(tables) if _ANY_TABLE.search(sql) or not named else named


def _put(base: Any, name: str, place: Path) -> None:
    """Make a table of the results one of the data base.  Raises AfterbanError if it is damaged."""
    if name == "sweep":
        source = _sweep_source(place)
    else:
        check(place.parent, [place.name])
        with fault_of(place, "make it again, or choose other results with `--results`"):
            source = (
                _texts_as_written(base.read_csv(str(place)))
                if place.suffix == ".csv"
                else _dataset(place)
            )
    with fault_of(place, "make it again, or choose other results with `--results`"):
        if place.suffix == ".csv":
            source.project(_renaming(source.columns)).create(name)
            return
        # Read by Arrow, a piece at a time: DuckDB itself may open no file by then.
        base.from_arrow(source).project(_renaming(source.schema.names)).create_view(name)


def _texts_as_written(relation: Any) -> Any:
    """The cells of a CSV file without the marks that keep spreadsheets from running them."""
    parts = []
    for column, kind in zip(relation.columns, relation.types, strict=True):
        quoted = '"{}"'.format(column.replace('"', '""'))
        if str(kind) == "VARCHAR":
            pattern = MARKED_SQL.replace("'", "''")
            parts.append(f"regexp_replace({quoted}, '{pattern}', '\\1') AS {quoted}")
        else:
            parts.append(quoted)
    return relation.project(", ".join(parts))


def _dataset(path: Path) -> Any:
    import pyarrow.dataset as ds

    return ds.dataset(path, format="parquet")


def _sweep_source(folder: Path) -> Any:
    """The table of a sweep, or what is finished of it."""
    store = Store(folder)
    plan = store.plan()
    table = store.verified_table()
    if table is not None:
        with fault_of(table):
            return _dataset(table)
    kept = store.table(plan)
    told = kept.num_rows // len(plan.policies)
    if told < plan.tasks:
        warnings.warn(
            f"{folder}: this sweep is unfinished: {told:,} of {plan.tasks:,} replications; "
            "`afterban sweep` with `--resume` runs the rest",
            FileWarning,
            stacklevel=4,
        )
    return kept


def _renaming(columns: Sequence[str]) -> str:
    taken: set[str] = set()
    parts = []
    for column in columns:
        name = sql_name(column)
        while name in taken:
            name += "_"
        taken.add(name)
        parts.append('"{}" AS "{}"'.format(column.replace('"', '""'), name))
    return ", ".join(parts)
