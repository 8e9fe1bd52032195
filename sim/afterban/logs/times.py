"""Times as logs write them: ISO 8601 with offsets, named zones, abbreviations, seconds since 1970.

An abbreviation counts as its fixed offset where it is that of one zone only; `CST` is Chicago's
and Shanghai's, so it is refused unless the zone that is given has it.  What has no zone is in the
one that is given.

Checked by ``tests/logs/test_times.py``.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from afterban.errors import AfterbanError, closest

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

DAY_NS: Final = 86_400_000_000_000
# Hours from Greenwich of abbreviations that mean one thing; standard and summer time apart.
OFFSETS: Final = {
    **{"UTC": 0, "GMT": 0, "Z": 0, "UT": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1},
    **{"MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3, "EST": -5, "EDT": -4, "MST": -7, "MDT": -6},
    **{"PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10, "NST": -3.5, "NDT": -2.5},
    **{"BRT": -3, "ART": -3, "JST": 9, "KST": 9, "HKT": 8, "SGT": 8, "WIB": 7},
    **{"PKT": 5, "NPT": 5.75, "SAST": 2, "EAT": 3, "WAT": 1, "CAT": 2, "AWST": 8, "ACST": 9.5},
    **{"ACDT": 10.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "TRT": 3},
}
AMBIGUOUS: Final = {
    "PST": "Los Angeles's and Manila's",
    "CST": "Chicago's and Shanghai's",
    "CDT": "Chicago's and Havana's",
    "IST": "India's, Israel's and Ireland's",
    "BST": "Britain's and Bangladesh's",
    "AST": "Halifax's and Arabia's",
    "ADT": "Halifax's and Arabia's",
    "GST": "the Gulf's and South Georgia's",
    "SST": "Samoa's and Singapore's",
    "WST": "Samoa's and Western Australia's",
    "ECT": "Ecuador's and the eastern Caribbean's",
}
_SUFFIX: Final = (
    r"^(.*\d)\s*(?:\[([A-Za-z_+\-/0-9]+)\]|\s([A-Za-z]{1,5}|[A-Za-z_]+/[A-Za-z_+\-/0-9]+))$"
)
_EPOCH: Final = r"^-?\d{9,13}(?:\.\d+)?$"
_SECONDS_UP_TO: Final = 1e11  # a larger number counts milliseconds: 5138 otherwise


@dataclass(frozen=True)
class Times:
    """Times of one column.

    days: since 1970-01-01 UTC, nan where there is none.  given: whether the cell held anything.
    why: reason per row for what could not be read, "" elsewhere (held as small codes).
    resolution: in days; what the times are told to: a day, a minute or a second.
    local: how many had no zone of their own.
    """

    days: Floats
    given: Flags
    codes: npt.NDArray[np.int8]
    resolution: float
    local: int

    def why(self, row: int) -> str:
        """Why the time of a row was not read, "" if it was or is not there."""
        return REASONS[self.codes[row]]


REASONS: Final = (
    "",
    "is no time that can be read",
    "has an abbreviation that several zones have (name yours with `--timezone`)",
    "has a zone that is not known",
    "is an hour that its zone has twice or not at all",
)
_FEW: Final = 5  # moments of which nobody can say what they are told to
_UNREAD, _AMBIGUOUS, _NO_ZONE, _NO_HOUR = 1, 2, 3, 4


def zone_of(name: str) -> dt.tzinfo:
    """A zone by its name (`Europe/Berlin`) or abbreviation (`EST`).  Raises AfterbanError."""
    if name.upper() in OFFSETS:
        return dt.timezone(dt.timedelta(hours=OFFSETS[name.upper()]))
    if name.upper() in AMBIGUOUS:
        raise AfterbanError(
            f"--timezone {name}: this is {AMBIGUOUS[name.upper()]}; write a zone such as "
            "`America/Chicago`"
        )
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        near = closest(name, zoneinfo.available_timezones())
        raise AfterbanError(
            f"--timezone {name}: there is no such zone; write one such as `Europe/Berlin`"
            + (f"\n  did you mean `{near}`?" if near else "")
        ) from None


def read(texts: Any, zone: dt.tzinfo) -> Times:
    """Read a column.  texts: an Arrow array of strings, null or blank where there is none."""
    import pandas as pd
    import pyarrow.compute as pc

    words = pc.utf8_trim_whitespace(texts)
    given = np.asarray(pc.fill_null(pc.not_equal(words, ""), False))
    nulls = pc.is_in(pc.utf8_lower(words), value_set=_nothing())
    given &= ~np.asarray(pc.fill_null(nulls, False))
    n = len(given)
    ns = np.full(n, np.iinfo(np.int64).min, dtype=np.int64)
    codes = np.zeros(n, dtype=np.int8)
    codes[given] = _UNREAD
    local = 0
    epoch = np.asarray(pc.fill_null(pc.match_substring_regex(words, _EPOCH), False)) & given
    if epoch.any():
        numbers = pc.cast(pc.filter(words, _mask(epoch)), "float64").to_numpy()
        scale = np.where(np.abs(numbers) < _SECONDS_UP_TO, 1e9, 1e6)
        ns[epoch] = np.round(numbers * scale).astype(np.int64)
        codes[epoch] = 0
    rest = given & ~epoch
    zoned = (
        np.asarray(pc.fill_null(pc.match_substring_regex(words, _SUFFIX), False)) & rest
        if rest.any()
        else rest
    )
    plain = rest & ~zoned
    if plain.any():
        part = pd.Series(pc.filter(words, _mask(plain)).to_pandas())
        ns[plain], codes[plain], local = _iso(part, zone)
    if zoned.any():
        part = pd.Series(pc.filter(words, _mask(zoned)).to_pandas())
        ns[zoned], codes[zoned] = _with_names(part, zone)
    read_ = given & (codes == 0)
    days = np.full(n, np.nan)
    days[read_] = ns[read_] / DAY_NS
    return Times(days, given, codes, _resolution(ns[read_]), local)


def _nothing() -> Any:
    import pyarrow as pa

    return pa.array(["null", "none", "nan", "nat", "na", "n/a", "-", "never"])


def _mask(rows: Flags) -> Any:
    import pyarrow as pa

    return pa.array(rows)


def _resolution(ns: npt.NDArray[np.int64]) -> float:
    """What times are told to, in days."""
    ns = np.unique(ns)
    if len(ns) < _FEW:
        return 1 / 86_400
    if (ns % DAY_NS == 0).mean() > 0.99:
        return 1.0
    return 1 / 1440 if (ns % 60_000_000_000 == 0).mean() > 0.99 else 1 / 86_400


def _iso(texts: pd.Series, zone: dt.tzinfo) -> tuple[Any, Any, int]:
    """Nanoseconds, codes and how many had no offset of their own."""
    import pandas as pd

    own = texts.str.contains(r"(?:[Zz]|[+-]\d{2}:?(?:\d{2})?)$", regex=True) & texts.str.contains(
        ":", regex=False
    )
    stamps = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[ns, UTC]")
    codes = np.full(len(texts), _UNREAD, dtype=np.int8)
    if own.any():
        stamps[own] = _parsed(texts[own], True)
    bare = _parsed(texts[~own], False)
    read_bare = bare.notna()
    if len(bare):
        placed = bare.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
        stamps[~own] = placed.dt.tz_convert("UTC")
        lost = (~own).to_numpy().nonzero()[0][(read_bare & placed.isna()).to_numpy()]
        codes[lost] = _NO_HOUR
    good = stamps.notna().to_numpy()
    codes[good] = 0
    return stamps.astype("int64").to_numpy(), codes, int(read_bare.sum())


def _parsed(texts: pd.Series, utc: bool) -> pd.Series:
    import pandas as pd

    found = pd.to_datetime(texts, utc=utc, format="ISO8601", errors="coerce")
    return found.astype("datetime64[ns, UTC]" if utc else "datetime64[ns]")


def _own(name: str, zone: dt.tzinfo) -> dt.tzinfo | None:
    """The fixed offset of an abbreviation in a zone, None if the zone does not have it."""
    for month in (1, 7):
        moment = dt.datetime(2024, month, 15, tzinfo=zone)
        offset = moment.utcoffset()
        if moment.tzname() == name and offset is not None:
            return dt.timezone(offset)
    return None


def _with_names(texts: pd.Series, given: dt.tzinfo) -> tuple[Any, Any]:
    """Nanoseconds and codes of times that end in the name of a zone.  given: by the user."""
    import pandas as pd

    parts = texts.str.extract(_SUFFIX)
    names = parts[1].fillna(parts[2])
    ns = np.full(len(texts), np.iinfo(np.int64).min, dtype=np.int64)
    codes = np.full(len(texts), _UNREAD, dtype=np.int8)
    for name in names.unique():
        mine = (names == name).to_numpy()
        own = _own(name.upper(), given)
        if own is None and name.upper() in AMBIGUOUS:
            codes[mine] = _AMBIGUOUS
            continue
        try:
            zone = own or zone_of(name)
        except AfterbanError:
            codes[mine] = _NO_ZONE
            continue
        stems = parts[0][mine].str.strip()
        offset = stems.str.contains(r"[T ].*[+-]\d{2}:?\d{2}$", regex=True)
        # An offset before a name, as `2024-03-01T12:00+01:00[Europe/Berlin]`, says it already.
        stems = stems.where(~offset, stems.str.replace(r"[+-]\d{2}:?\d{2}$", "", regex=True))
        found, these, _ = _iso(pd.Series(stems.to_numpy()), zone)
        ns[mine], codes[mine] = found, these
    return ns, codes
