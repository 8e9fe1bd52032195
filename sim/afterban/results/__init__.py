"""Results of a run: what they hold, how they are collected, written and read."""

from afterban.results.columns import account_table, handle_texts
from afterban.results.files import read, write
from afterban.results.folder import FolderTaken, check, clear_leftovers, swap
from afterban.results.names import ACCOUNTS, EVERYBODY, LEVEL, OWN_SOURCES, RESOLVED, SERIES, TABLES
from afterban.results.recorder import Recorder
from afterban.results.shape import (
    Curve,
    Moments,
    Results,
    column_of,
    curve,
    digest_of,
    estimate,
    folder_of,
    former_digest_of,
    versions,
    written_dates,
)

__all__ = [
    "ACCOUNTS",
    "EVERYBODY",
    "LEVEL",
    "OWN_SOURCES",
    "RESOLVED",
    "SERIES",
    "TABLES",
    "Curve",
    "FolderTaken",
    "Moments",
    "Recorder",
    "Results",
    "account_table",
    "check",
    "clear_leftovers",
    "column_of",
    "curve",
    "digest_of",
    "estimate",
    "folder_of",
    "former_digest_of",
    "handle_texts",
    "read",
    "swap",
    "versions",
    "write",
    "written_dates",
]
