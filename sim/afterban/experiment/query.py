"""SQL over sweeps and runs, by DuckDB.

Checked by ``tests/experiment/test_query.py``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from afterban.errors import AfterbanError, MissingExtra, listed
from afterban.experiment.store import MANIFEST, TABLE, Store

_TABLES_OF_A_RUN = ("summary", "replications", "timeseries", "survival")


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

    ``sweep``: the table of the sweep, or what is finished of it.  ``summary``, ``replications``,
    ``timeseries``, ``survival`` and ``accounts``: tables of the run.  Columns have the names of the
    files, with ``_`` in place of dots.  Give the folder of a sweep or run to choose another one.

    Raises MissingExtra without DuckDB, and AfterbanError for a query that DuckDB refuses.
    """
    try:
        import duckdb
    except ImportError:
        raise MissingExtra("duckdb", "pip install 'afterban[sweep]'") from None
    if not sql.strip(" \t\r\n;"):
        raise AfterbanError("the query is empty; write one, such as `DESCRIBE sweep`")
    root = Path(root)
    tables: dict[str, Any] = {}
    with duckdb.connect(":memory:") as base:
        try:
            for folder in sweeps(root)[:1]:
                tables["sweep"] = _sweep_source(base, folder)
            for folder in runs(root)[:1]:
                for name in _TABLES_OF_A_RUN:
                    if (folder / f"{name}.csv").exists():
                        tables[name] = base.read_csv(str(folder / f"{name}.csv"))
                if (folder / "accounts.parquet").exists():
                    tables["accounts"] = base.read_parquet(str(folder / "accounts.parquet"))
        except duckdb.Error as error:
            raise AfterbanError(
                f"{root}: a table of these results cannot be read, perhaps since it was cut short: "
                f"{_first_line(error)}; make it again, or choose other results with `--results`"
            ) from None
        if not tables:
            raise AfterbanError(
                f"{root}: there are no results here; run `afterban sweep` or `afterban run` first, "
                "or say where they are with `--results`"
            )
        for name, relation in tables.items():
            relation.project(_renaming(relation.columns)).create_view(name)
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
            raise AfterbanError(
                "\n  ".join([f"the query is refused: {first[0]}", *(x for x in first[1:] if x)])
                + f"\n  there are the tables {listed(tables)}; `DESCRIBE sweep` lists columns"
            ) from None


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]


def _sweep_source(base: Any, folder: Path) -> Any:
    table = folder / TABLE
    if table.exists():
        return base.read_parquet(str(table))
    store = Store(folder)
    plan = store.read()
    if plan is None:
        raise AfterbanError(
            f"{folder / MANIFEST}: this is not the manifest of a sweep (damaged?); remove the "
            "folder, or choose another one with `--results`"
        )
    return base.from_arrow(store.table(plan))


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
