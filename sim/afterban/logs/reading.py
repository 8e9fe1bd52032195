"""A log of accounts, as a platform keeps one: read, checked row by row, and made arrays.

What cannot be used is left out, counted and told by the number of its row (row 1 is the header, as
everywhere).  Handles and ids of accounts are used while a log is read and then forgotten: nothing
that leaves this module holds one.

Checked by ``tests/logs/test_reading.py``.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from afterban import channels
from afterban.errors import AfterbanError, closest, listed, shortened
from afterban.files import fault_of
from afterban.language.documents import shown_path
from afterban.logs import similar
from afterban.logs import times as clock
from afterban.logs.columns import COUNTS, FLAGS, KNOWN, TIMES, Columns, find
from afterban.logs.record import NONE, Faults, Flags, Floats, Integers, Log, date_of

MOST_FAULTY: Final = 0.1  # share of the rows that may be left out
_YES: Final = ("true", "yes", "y", "1", "t", "ja", "oui")
_NO: Final = ("false", "no", "n", "0", "f", "", "nein", "non")


def read(
    path: Path | str,
    mapping: Mapping[str, str] | None = None,
    timezone: str = "UTC",
    until: str | None = None,
    allow: float = MOST_FAULTY,
) -> Log:
    """Read a log.

    mapping: known column -> name in the file, where they differ.  timezone: of times without one.
    until: when the log ends; its latest time if None.  allow: share of rows that may be faulty.

    Raises AfterbanError for a file that is no log, and one of which too much is faulty.
    """
    zone = clock.zone_of(timezone)
    file = Path(path)
    shown = shown_path(str(file))
    table, broken = _table(file, shown, mapping or {})
    found = _Reader(shown, table, broken, zone, until).log(allow)
    del table
    _give_back()
    return found


def _give_back() -> None:
    """Memory that Arrow keeps for later is the system's again: a fit comes next, and no table."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()


def _table(path: Path, shown: str, mapping: Mapping[str, str]) -> tuple[_Cells, list[int]]:
    """Cells of the known columns as text, and the numbers of rows with too few or too many."""
    import pyarrow as pa
    from pyarrow import csv

    if path.is_dir():
        raise AfterbanError(f"{shown}: this is a folder; name the file of the log")
    advice = "give the log as CSV: UTF-8, a line of names first"
    with fault_of(path, advice):
        header, separator = _header(path, shown)
        found = find(header, mapping, shown)
        broken: list[int] = []

        def skip(row: Any) -> str:
            broken.append(int(row.number or 0))
            return "skip"

        names = list(found.places.values())
        try:
            table = csv.read_csv(
                str(path),
                read_options=csv.ReadOptions(
                    use_threads=False, column_names=header, skip_rows=1, block_size=1 << 22
                ),
                parse_options=csv.ParseOptions(
                    delimiter=separator, newlines_in_values=True, invalid_row_handler=skip
                ),
                convert_options=csv.ConvertOptions(
                    include_columns=names,
                    column_types=dict.fromkeys(names, pa.string()),
                    strings_can_be_null=False,
                ),
            )
        except pa.ArrowInvalid as error:
            raise AfterbanError(
                f"{shown}: the log cannot be read ({shortened(str(error), 160)}); {advice}"
            ) from None
    if not len(table) and not broken:
        raise AfterbanError(f"{shown}: there is no row below the line of names; write at least one")
    return _Cells(found, table), broken


def _header(path: Path, shown: str) -> tuple[list[str], str]:
    """Names of the columns, and what separates them."""
    import csv as plain
    import gzip

    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    with gzip.open(path, "rb") if packed else path.open("rb") as stream:
        start = stream.readline(1 << 16)
    if not start.strip():
        raise AfterbanError(f"{shown}: the file is empty; begin with a line of names")
    try:
        line = start.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise AfterbanError(
            f"{shown}:1:{error.start + 1}: this is not UTF-8 text; save the log as UTF-8"
        ) from None
    separator = max(",;\t|", key=line.count)
    names = next(plain.reader([line], delimiter=separator), [])
    return [name.strip() for name in names], separator


class _Cells:
    """Cells of a table by known column; each can be taken once, so that it does not stay."""

    def __init__(self, columns: Columns, table: Any) -> None:
        self.columns = columns
        self.size = len(table)
        self._table = table

    def take(self, name: str) -> Any:
        """The texts of a known column, None if the file has none.  It is let go of."""
        own = self.columns.places.get(name)
        if own is None:
            return None
        column = self._table.column(own)
        self._table = self._table.drop_columns([own])
        return column.combine_chunks()


class _Reader:
    """From cells to arrays, step by step, with the faults so far."""

    def __init__(
        self, shown: str, cells: _Cells, broken: list[int], zone: dt.tzinfo, until: str | None
    ) -> None:
        self.shown = shown
        self.cells = cells
        self.broken = np.array(sorted(broken), dtype=np.int64)
        self.zone = zone
        self.until_text = until
        self.faults = Faults()
        self.rows = _numbers_of_rows(cells.size, self.broken)
        self.good = np.ones(cells.size, dtype=np.bool_)
        self.missing: dict[str, int] = {}
        self.faults.add(self.broken, "", "has more or fewer cells than the line of names", True)

    def log(self, allow: float) -> Log:
        """The log.  Raises AfterbanError if too much is faulty."""
        has = frozenset(self.cells.columns.places)
        stamps = self._times()
        self._refuse_orders(stamps)
        ids = self.cells.take("account_id")
        links = self.cells.take("linked_to")
        duplicates = self._without_duplicates(ids, stamps)
        self._refuse_many(allow, duplicates)
        since, until = self._span(stamps)
        later = self._not_later(stamps, until)
        if not self.good.any():
            raise AfterbanError(f"{self.shown}: no row of the log can be used; see `--check`")
        before, cycles = self._links(ids, links, stamps)
        del ids, links
        channel, unknown = self._channels()
        numbers = {name: self._numbers(name) for name in COUNTS}
        flags = {name: self._flags(name) for name in FLAGS}
        keep = np.flatnonzero(self.good)
        suspended = stamps["suspended_at"][keep] - since
        created = stamps["created_at"][keep] - since
        handles = self.cells.take("handle")
        handles = None if handles is None else handles.take(keep)
        if handles is not None:
            self.missing["handle"] = similar.blank(handles)
        distance, edit, pairs = similar.compare(handles, before, created, suspended)
        del handles
        return Log(
            self.shown,
            self.rows[keep],
            created,
            suspended,
            stamps["flagged_at"][keep] - since,
            before,
            numbers["followers_at_suspension"][keep],
            numbers["reports"][keep],
            channel[keep],
            flags["appealed"][keep],
            flags["reversed"][keep],
            stamps["reversed_at"][keep] - since,
            distance,
            edit,
            pairs,
            since,
            until,
            max(self.resolutions["created_at"], self.resolutions["suspended_at"]),
            max(self.resolutions.get("flagged_at", 0.0), self.resolutions["suspended_at"]),
            has,
            self.cells.columns.others,
            self.cells.size + len(self.broken),
            later,
            duplicates,
            self.faults,
            unknown,
            {name: self.missing[name] for name in KNOWN if name in self.missing},
            cycles,
            self.local,
        )

    # --- times -----------------------------------------------------------------------------------

    def _times(self) -> dict[str, Floats]:
        found: dict[str, Floats] = {}
        self.resolutions: dict[str, float] = {}
        self.local = 0
        for name in TIMES:
            cells = self.cells.take(name)
            if cells is None:
                found[name] = np.full(self.cells.size, np.nan)
                continue
            read_ = clock.read(cells, self.zone)
            found[name] = read_.days
            self.resolutions[name] = read_.resolution
            self.local += read_.local
            self.missing[name] = int((~read_.given).sum())
            needed = name in ("created_at", "suspended_at")
            for code, why in enumerate(clock.REASONS):
                if code:
                    self._fault(read_.codes == code, name, why, needed)
            if name == "created_at":
                self._fault(~read_.given, name, "is not there", True)
        return found

    def _refuse_orders(self, stamps: dict[str, Floats]) -> None:
        created, suspended = stamps["created_at"], stamps["suspended_at"]
        self._fault(suspended < created, "suspended_at", "is before it was created", True)
        for name, other, what in (
            ("flagged_at", created, "is before it was created"),
            ("flagged_at", -suspended, "is after the suspension"),
            ("reversed_at", suspended, "is before the suspension"),
        ):
            wrong = (-stamps[name] if what.startswith("is after") else stamps[name]) < other
            self._fault(wrong, name, what, False)
            stamps[name][wrong] = np.nan
        wrong = np.isfinite(stamps["reversed_at"]) & np.isnan(suspended)
        self._fault(wrong, "reversed_at", "is there without a suspension", False)
        stamps["reversed_at"][wrong] = np.nan

    def _span(self, stamps: dict[str, Floats]) -> tuple[float, float]:
        """When the log begins, with its first suspension, and when it ends."""
        used = np.concatenate([stamps[name][self.good] for name in TIMES])
        used = used[np.isfinite(used)]
        suspended = stamps["suspended_at"][self.good]
        suspended = suspended[np.isfinite(suspended)]
        if not len(suspended):
            raise AfterbanError(
                f"{self.shown}: no account of the log was suspended, so there is nothing to fit"
            )
        until = float(used.max())
        if self.until_text is not None:
            until = self._until(self.until_text)
        since = float(suspended.min())
        if until <= since:
            raise AfterbanError(
                f"--until {self.until_text}: the first suspension of the log is on "
                f"{date_of(since):%Y-%m-%d}; write a later date"
            )
        return since, until

    def _until(self, text: str) -> float:
        import pyarrow as pa

        found = clock.read(pa.array([text]), self.zone)
        if not np.isfinite(found.days[0]):
            raise AfterbanError(
                f"--until {text}: this {found.why(0) or 'is no time'}; write a date such as "
                "`2024-12-31`"
            )
        return float(found.days[0])

    def _not_later(self, stamps: dict[str, Floats], until: float) -> int:
        """Leave out what came after the end; what had not happened by then has not happened."""
        later = self.good & (stamps["created_at"] > until)
        self.good &= ~later
        for name in ("suspended_at", "flagged_at", "reversed_at"):
            stamps[name][stamps[name] > until] = np.nan
        return int(later.sum())

    # --- rows ------------------------------------------------------------------------------------

    def _fault(self, wrong: Flags, column: str, what: str, whole: bool) -> None:
        """Rows with a fault; those that are left out already are not told again."""
        wrong = wrong & self.good
        self.faults.add(self.rows[wrong], column, what, whole)
        if whole:
            self.good &= ~wrong

    def _without_duplicates(self, ids: Any, stamps: dict[str, Floats]) -> int:
        """Keep the first row of each account; how many rows said the same again."""
        import pandas as pd
        import pyarrow.compute as pc

        ids = pc.utf8_trim_whitespace(ids)
        blank = np.asarray(pc.equal(ids, ""))
        self.missing["account_id"] = int(blank.sum())
        self._fault(blank, "account_id", "is not there", True)
        codes = ids.dictionary_encode().indices.to_numpy(zero_copy_only=False)
        places = np.flatnonzero(self.good)
        frame = pd.DataFrame({"id": codes[places]})
        again = frame["id"].duplicated().to_numpy()
        for name in ("created_at", "suspended_at"):
            frame[name] = stamps[name][places]
        same = frame.duplicated().to_numpy()
        for which, what in ((same, "says again what another row said"), (again & ~same, _OTHER)):
            rows = np.zeros_like(self.good)
            rows[places[which]] = True
            self._fault(rows, "account_id", what, True)
        return int(same.sum())

    def _refuse_many(self, allow: float, duplicates: int) -> None:
        """Raises AfterbanError if more than a share of the rows is faulty, duplicates aside."""
        faulty = sum(n for _, _, whole, n, _ in self.faults.counts() if whole) - duplicates
        count = self.cells.size + len(self.broken)
        if faulty <= allow * count:
            return
        most = sorted(
            (one for one in self.faults.counts() if one[2] and one[1] != _SAME),
            key=lambda one: -one[3],
        )[:3]
        told = "; ".join(
            f"{column + ' ' if column else ''}{what} in {n:,} rows, the first is row {first:,}"
            for column, what, _, n, first in most
        )
        raise AfterbanError(
            f"{self.shown}: {faulty:,} of {count:,} rows are faulty, over {allow:.0%} ({told}); "
            f"mend them, see them all with `--check`, or allow it with `--allow-faults "
            f"{min(1.0, np.ceil(100 * faulty / count) / 100):g}`"
        )

    def _links(self, ids: Any, links: Any, stamps: dict[str, Floats]) -> tuple[Integers, int]:
        """Place of the account before, among the rows that are kept; and how many cycles."""
        import pyarrow.compute as pc

        keep = np.flatnonzero(self.good)
        before = np.full(len(keep), NONE, dtype=np.int64)
        if links is None:
            return before, 0
        known = pc.utf8_trim_whitespace(ids).take(keep)
        named = pc.utf8_trim_whitespace(links).take(keep)
        given = np.asarray(pc.not_equal(named, ""))
        self.missing["linked_to"] = int((~given).sum())
        found = pc.fill_null(pc.index_in(named, value_set=known), NONE)
        before = np.asarray(found).astype(np.int64)
        here = np.arange(len(keep))
        rows = self.rows[keep]
        created = stamps["created_at"][keep]
        suspended = stamps["suspended_at"][keep]
        for wrong, what in (
            (given & (before == NONE), "is an account that the log does not have"),
            (before == here, "is the account itself"),
            ((before != NONE) & (created[before] > created), "is an account that was made later"),
            (
                (before != NONE) & np.isnan(suspended[before]),
                "is an account that was never suspended",
            ),
        ):
            self.faults.add(rows[wrong], "linked_to", what, False)
            before[wrong] = NONE
        cyclic = _on_cycles(before)
        self.faults.add(rows[cyclic], "linked_to", "goes round in a circle", False)
        before[cyclic] = NONE
        return before, int(cyclic.sum())

    # --- other columns ---------------------------------------------------------------------------

    def _channels(self) -> tuple[npt.NDArray[np.int8], dict[str, int]]:
        import pyarrow.compute as pc

        cells = self.cells.take("channel")
        numbers = np.zeros(self.cells.size, dtype=np.int8)
        if cells is None:
            return numbers, {}
        words = pc.utf8_lower(pc.utf8_trim_whitespace(cells)).dictionary_encode()
        codes = words.indices.to_numpy(zero_copy_only=False)
        names = [str(word).replace(" ", "_") for word in words.dictionary.to_pylist()]
        of = np.array([_channel(name) for name in names], dtype=np.int8)
        numbers = of[codes]
        blank = np.array([not name for name in names])[codes]
        self.missing["channel"] = int((blank & self.good).sum())
        strange = (numbers == 0) & ~blank
        self._fault(strange, "channel", "is none that afterban knows", False)
        told = Counter(names[code] for code in codes[strange & self.good])
        return numbers, {_hint(name): count for name, count in told.most_common(20)}

    def _numbers(self, name: str) -> Floats:
        import pyarrow.compute as pc

        cells = self.cells.take(name)
        values = np.full(self.cells.size, np.nan)
        if cells is None:
            return values
        words = pc.utf8_trim_whitespace(cells)
        given = np.asarray(pc.not_equal(words, ""))
        fits = np.asarray(pc.match_substring_regex(words, r"^\d{1,12}(?:\.\d+)?$"))
        values[fits] = pc.cast(words.filter(_arrow(fits)), "float64").to_numpy()
        self.missing[name] = int((~given & self.good).sum())
        self._fault(given & ~fits, name, "is no number of 0 or more", False)
        return values

    def _flags(self, name: str) -> npt.NDArray[np.int8]:
        import pyarrow as pa
        import pyarrow.compute as pc

        cells = self.cells.take(name)
        values = np.full(self.cells.size, -1, dtype=np.int8)
        if cells is None:
            return values
        words = pc.utf8_lower(pc.utf8_trim_whitespace(cells))
        yes = np.asarray(pc.is_in(words, value_set=pa.array(_YES)))
        no = np.asarray(pc.is_in(words, value_set=pa.array(_NO)))
        self.missing[name] = int((np.asarray(pc.equal(words, "")) & self.good).sum())
        values[no], values[yes] = 0, 1
        self._fault(~yes & ~no, name, "is neither yes nor no", False)
        return values


_SAME: Final = "says again what another row said"
_OTHER: Final = "has another row with other times"


def _arrow(rows: Flags) -> Any:
    import pyarrow as pa

    return pa.array(rows)


def _numbers_of_rows(size: int, broken: Integers) -> Integers:
    """Numbers of the rows that were read, where some were passed over; the header is row 1."""
    every = np.arange(2, size + len(broken) + 2)
    return every[~np.isin(every, broken)]


def _channel(name: str) -> int:
    """Number of a channel by the name or key of it, 0 if there is none."""
    for number, one in enumerate(channels.CHANNELS, start=1):
        if name in (one.name, one.key, one.name.rstrip("s"), f"{one.name}s"):
            return number
    return 0


def _hint(name: str) -> str:
    """An unknown channel, shortened, with the nearest known one."""
    near = closest(name, [one.name for one in channels.CHANNELS])
    return shortened(name, 30) + (f" (did you mean {near}?)" if near else "")


def _on_cycles(before: Integers) -> Flags:
    """Accounts whose links lead back to themselves.

    Pointers are followed in doubling steps: who is still on the way after as many steps as there
    are accounts is on a cycle or leads into one; those reached again are on it.
    """
    n = len(before)
    far = np.append(before, NONE)  # the last place stands for none, and leads to itself
    for _ in range(max(1, n.bit_length())):
        far = np.where(far == NONE, NONE, far[far])
    ends = np.unique(far[:-1][far[:-1] != NONE])
    on = np.zeros(n, dtype=np.bool_)
    current = ends
    while len(current):  # once round
        on[current] = True
        current = np.unique(before[current])
        current = current[~on[current]]
    return on


def known_channels() -> str:
    """Names of the channels in a sentence."""
    return listed(one.name for one in channels.CHANNELS)
