"""Whether two engines tell the same story: what differs, in plain words.

Lives, cases, states and impressions are the same to the last bit.  Only the time series are sums
over many operators that the engines add up in different orders, so that they agree to rounding.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from afterban.engines.records import Records
from afterban.mechanisms.handles import text

SUMS: Final = 1e-9  # how much sums may differ, as a share of the largest of their kind


def differences(a: Records, b: Records) -> list[str]:
    """What is not the same in two runs; empty if nothing.

    A day that did not happen (NaN) equals another one.  Of each table the first few places are
    told, lives by operator and life.
    """
    found = [
        *_in_table("account", a.accounts, b.accounts, ("operator", "life")),
        *_in_table("case", a.cases, b.cases, ()),
        *_in_table("open case", a.open_cases, b.open_cases, ("operator", "life")),
    ]
    found += _in_array("series", a.series, b.series, rounding=SUMS)
    for name in ("window_impressions", "backlog", "final", "flags", "flags_by_day", "looked"):
        found += _in_array(name.replace("_", " "), getattr(a, name), getattr(b, name))
    if a.events != b.events:
        found.append(f"events processed: {a.events} and {b.events}")
    return found


def assert_same(a: Records, b: Records) -> None:
    """Raise AssertionError with the differences between two runs, if there are any."""
    found = differences(a, b)
    if found:
        raise AssertionError("the runs differ:\n" + "\n".join(found))


_MOST = 3  # places told of each column


def _in_table(
    what: str, a: npt.NDArray[Any], b: npt.NDArray[Any], key: tuple[str, ...]
) -> list[str]:
    found = []
    if a.dtype != b.dtype:
        return [f"{what}s: the columns are {a.dtype.names} and {b.dtype.names}"]
    if len(a) != len(b):
        found.append(f"{what}s: {len(a)} and {len(b)} rows")
    rows = min(len(a), len(b))
    for name in a.dtype.names or ():
        unlike = _unlike(a[name][:rows], b[name][:rows])
        places = np.flatnonzero(unlike.any(axis=1) if unlike.ndim > 1 else unlike)
        for place in places[:_MOST]:
            where = ", ".join(f"{part} {a[part][place]}" for part in key) or f"row {place}"
            one, other = a[name][place], b[name][place]
            if name == "handle":
                one, other = text(one), text(other)
            found.append(f"{what} ({where}), {name}: {one!s} and {other!s}")
        if len(places) > _MOST:
            found.append(f"{what}s, {name}: {len(places)} rows differ in all")
    return found


def _in_array(
    what: str, a: npt.NDArray[Any], b: npt.NDArray[Any], rounding: float = 0.0
) -> list[str]:
    if a.shape != b.shape:
        return [f"{what}: the shapes are {a.shape} and {b.shape}"]
    unlike = _unlike(a, b)
    if rounding > 0.0 and a.size:
        largest = np.maximum(np.abs(a), np.abs(b)).max(axis=0)  # of each tier and column
        unlike &= ~(np.abs(a - b) <= rounding * largest)
    places = np.argwhere(unlike)
    found = [
        f"{what} at {tuple(place.tolist())}: {a[tuple(place)]!r} and {b[tuple(place)]!r}"
        for place in places[:_MOST]
    ]
    if len(places) > _MOST:
        found.append(f"{what}: {len(places)} entries differ in all")
    return found


def _unlike(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    unlike: npt.NDArray[np.bool_] = a != b
    if np.issubdtype(a.dtype, np.floating):
        unlike &= ~(np.isnan(a) & np.isnan(b))
    return unlike
