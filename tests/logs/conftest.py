"""Makes the helpers of this folder importable by its tests, and reads a log once for all."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from afterban.logs import lineages, reading
from afterban.logs.lineages import Lineages
from afterban.logs.record import Log

sys.path.insert(0, str(Path(__file__).parent))

from accounts import as_log, made


@pytest.fixture(scope="session")
def accounts() -> pd.DataFrame:
    return made()


@pytest.fixture(scope="session")
def table(accounts: pd.DataFrame) -> pd.DataFrame:
    return as_log(accounts)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[pd.DataFrame | str], Path]:
    """Write a table or a text as a log."""

    def write(table: pd.DataFrame | str) -> Path:
        path = tmp_path / "log.csv"
        path.write_text(table if isinstance(table, str) else table.to_csv(index=False))
        return path

    return write


@pytest.fixture(scope="session")
def whole(table: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> tuple[Log, Lineages]:
    """The log of the accounts, every link there."""
    path = tmp_path_factory.mktemp("log") / "whole.csv"
    path.write_text(table.to_csv(index=False))
    log = reading.read(path)
    return log, lineages.of(log)
