"""``afterban fit --check``: what is wrong with a log, before anything is fitted.

Checked by ``tests/logs/test_checking.py``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from afterban.errors import AfterbanError
from afterban.experiment.answer import Answer, plain
from afterban.files import write_text
from afterban.logs import lineages, reading
from afterban.logs.record import NONE, Faults, Log, date_of

if TYPE_CHECKING:
    import pandas as pd

    from afterban.report.figures import Figure

FAULTS: Final = "faults.csv"  # beside what is written
HEAD: Final = ("row", "column", "fault", "left_out")
_ORDERS: Final = "is before it was created", "is after the suspension", "is before the suspension"


@dataclass(frozen=True)
class Check(Answer):
    """What a log is like.  linked: accounts with a link.  lineages: chains of them."""

    log: Log
    linked: int
    lineages: int

    def rows(self) -> list[tuple[str, str]]:
        """What was looked at, and what it came to."""
        log = self.log
        n = max(len(log), 1)
        counts = log.faults.counts()
        orders = sum(c for _, what, _, c, _ in counts if what in _ORDERS)
        told = [
            ("rows", f"{log.read:,}"),
            ("accounts that can be used", f"{len(log):,}"),
            ("rows left out", f"{log.left_out:,}"),
            ("duplicates", f"{log.duplicates:,}"),
            ("first suspension", f"{date_of(log.since):%Y-%m-%d %H:%M}"),
            ("end of the log", f"{date_of(log.until):%Y-%m-%d %H:%M}"),
            ("made after the end", f"{log.later:,}"),
            ("still there at the end (censored)", f"{log.censored.sum() / n:.1%}"),
            ("from before the log (left-truncated)", f"{(log.created < 0).sum() / n:.1%}"),
            ("linked to an account before", f"{self.linked / n:.1%}"),
            ("lineages, as far as links tell", f"{self.lineages:,}"),
            ("impossible orders", f"{orders:,}"),
            ("accounts on a cycle of links", f"{log.cycles:,}"),
            ("times without a zone", f"{log.local_times:,}"),
        ]
        told += [(f"missing: {name}", f"{count:,}") for name, count in log.missing.items()]
        told += [
            (f"unknown channel: {name}", f"{count:,}")
            for name, count in log.unknown_channels.items()
        ]
        return told

    def words(self) -> list[str]:
        """The table in sentences, faults first."""
        log = self.log
        told = [
            f"{log.read:,} rows, of which {len(log):,} can be used; {log.left_out:,} are left out."
        ]
        told += [
            f"{column + ' ' if column else ''}{what}: {n:,} "
            f"{'row' if n == 1 else 'rows'}{' left out' if whole else ', the cell alone'}, "
            f"the first is row {first:,}."
            for column, what, whole, n, first in sorted(
                log.faults.counts(), key=lambda one: (not one[2], -one[3])
            )
        ]
        if log.others:
            told.append(f"Columns that are left alone: {', '.join(log.others)}.")
        if log.local_times:
            told.append(
                f"{log.local_times:,} times have no zone and count as in the one of `--timezone`."
            )
        return told

    def frame(self) -> pd.DataFrame:
        """A row for each kind of fault."""
        import pandas as pd

        head = ["column", "fault", "left_out", "rows", "first_row"]
        return pd.DataFrame(self.log.faults.counts(), columns=pd.Index(head))

    def figure(self) -> Figure:
        """Accounts made and suspended through the log."""
        from afterban.report.figures import in_style
        from afterban.report.fitted import through_log

        with in_style():
            return through_log(self.log)

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types."""
        data: dict[str, Any] = plain(
            {
                "log": self.log.path,
                "table": dict(self.rows()),
                "faults": self.frame().to_dict("records"),
                "others": list(self.log.others),
            }
        )
        return data


def check(
    log: str | Path,
    *,
    mapping: Mapping[str, str] | None = None,
    timezone: str = "UTC",
    until: str | None = None,
) -> Check:
    """Look a log over, however faulty.  Raises AfterbanError for a file that is none."""
    found = reading.read(log, mapping, timezone, until, allow=1.0)
    chains = lineages.of(found)
    return Check(found, int(np.sum(found.before != NONE)), chains.count)


def write_faults(path: Path, faults: Faults) -> None:
    """Every fault with the number of its row; neither a handle nor an id is in it."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(HEAD)
    for one in faults.all():
        writer.writerow([one.row, one.column, one.what, "yes" if one.whole else "no"])
    try:
        write_text(path, stream.getvalue())
    except OSError as error:
        raise AfterbanError(
            f"{path}: the faults cannot be written ({error.strerror}); choose another place"
        ) from None
