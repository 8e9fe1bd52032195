"""The table of accounts, column by column."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from afterban.cells import csv_cell
from afterban.engines.records import END_REASONS, Records
from afterban.mechanisms import detection, handles
from afterban.results.names import ONLY_PLATFORM
from afterban.world import World

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from afterban.scenario import Scenario


def account_table(
    scenario: Scenario, policy: str, replication: int, records: Records, world: World
) -> pa.Table:
    """One row per life; days count from the first day, null where a thing did not happen."""
    import pyarrow as pa

    a = records.accounts
    n = len(a)
    constant = np.zeros(n, dtype=np.int32)
    followers = a["insider_followers"] + a["outsider_followers"]
    impressions = a["insider_impressions"] + a["outsider_impressions"]
    columns = {
        "policy": _words(constant, (policy,)),
        "replication": _numbers(np.full(n, replication, dtype=np.int32)),
        "operator": _numbers(a["operator"]),
        "life": _numbers(a["life"]),
        "tier": _words(world.tier[a["operator"]], tuple(scenario.tiers)),
        "platform": _words(a["platform"], tuple(scenario.platforms) or (ONLY_PLATFORM,)),
        "handle": _texts(a["handle"][:, : handles.LONGEST], a["handle"][:, handles.LONGEST]),
        "edit_distance_edits": _numbers(a["edit_distance"], a["edit_distance"] >= 0),
        **{
            name: _numbers(a[name], ~np.isnan(a[name]))
            for name in (
                "created_day",
                "public_day",
                "flagged_day",
                "review_started_day",
                "suspended_day",
            )
        },
        "channel": _words(a["channel"], detection.CHANNELS),
        "urgent": _flags(a["urgent"] == 1),
        "end_reason": _words(~np.isnan(a["suspended_day"]), END_REASONS),
        "peak_followers_people": _numbers(followers),
        "peak_outsider_followers_people": _numbers(a["outsider_followers"]),
        "impressions": _numbers(impressions),
        "outsider_impressions": _numbers(a["outsider_impressions"]),
        "unnoticed_impressions": _numbers(a["unnoticed_impressions"]),
        "promotions_received": _numbers(a["promotions_received"]),
        "promotions_made": _numbers(a["promotions_made"]),
    }
    return pa.Table.from_arrays(list(columns.values()), names=list(columns))


def _numbers(values: npt.NDArray[Any], told: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    """A column of numbers; null where it is undefined."""
    import pyarrow as pa

    values = np.ascontiguousarray(values)
    kind = pa.from_numpy_dtype(values.dtype)
    mask = (
        None if told is None or told.all() else pa.py_buffer(np.packbits(told, bitorder="little"))
    )
    return pa.Array.from_buffers(kind, len(values), [mask, pa.py_buffer(values)])


def _flags(values: npt.NDArray[np.bool_]) -> pa.Array:
    """A column of truth values."""
    import pyarrow as pa

    bits = pa.py_buffer(np.packbits(values, bitorder="little"))
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, bits])


def _words(codes: npt.NDArray[Any], names: Sequence[str]) -> pa.Array:
    """A column of a few words, each held once."""
    import pyarrow as pa

    letters = [name.encode() for name in names]
    offsets = np.cumsum([0, *map(len, letters)], dtype=np.int32)
    words = pa.Array.from_buffers(
        pa.string(), len(names), [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(letters))]
    )
    return pa.DictionaryArray.from_arrays(_numbers(codes.astype(np.int32)), words)


def _texts(characters: npt.NDArray[np.uint8], lengths: npt.NDArray[np.uint8]) -> pa.Array:
    """A column of texts, given as rows of bytes with their lengths."""
    import pyarrow as pa

    inside = np.arange(characters.shape[1]) < lengths[:, None]
    offsets = np.concatenate(([0], np.cumsum(lengths, dtype=np.int32))).astype(np.int32)
    return pa.Array.from_buffers(
        pa.string(),
        len(lengths),
        [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(characters[inside]))],
    )


def handle_texts(rows: npt.NDArray[np.uint8]) -> list[str]:
    """Names in rows of bytes (see ``model.handles``)."""
    return [bytes(row[: row[handles.LONGEST]]).decode("ascii") for row in rows]


def cell_of(value: Any) -> Any:
    """Ten digits of a number: more than any estimate has, and the same on every machine."""
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.10g}"
    return csv_cell(value)


def frame_of(head: list[str], rows: Iterable[list[Any]]) -> pd.DataFrame:
    """A table of rows with their names."""
    import pandas as pd

    return pd.DataFrame(list(rows), columns=pd.Index(head))
