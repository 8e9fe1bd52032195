"""A scenario lowered to numbers for a page, which has no Python: tables by name, and their pool.

Tables are what :class:`afterban.parameters.Parameters` holds and the compiled program is handed,
under the names that they have there.  What depends on the world (operators, links) is left out: the
program draws it in the page.

Checked by ``tests/page/test_slots.py`` and, through the program, ``tests/page/test_engine.py``.
"""

from __future__ import annotations

import base64
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from afterban.engines.compiled import packing
from afterban.parameters import Parameters

Table = npt.NDArray[Any]
Tables = dict[str, Table]

_ALIGNED: Final = 8
_KINDS: Final = {"f": np.float64, "i": np.int64, "b": np.uint8, "u": np.uint8}


def tables_of(p: Parameters) -> Tables:
    """The numbers of a scenario under a policy, by name; a single number is a table of shape ()."""
    observed = np.union1d(p.grid, p.windows)
    observed = np.append(observed[observed < p.horizon], p.horizon)
    found: dict[str, Any] = {
        **p._asdict(),
        "exposure": p.exposure,
        "double": p.double,
        "regimes": packing.regimes(p),
        "observed": observed,
        "grid_place": _place(observed, p.grid),
        "window_place": _place(observed, p.windows),
        "handle_recall": p.rate("handle_recall")[0],
    }
    return {name: _plain(value) for name, value in found.items()}


def _plain(value: Any) -> Table:
    table = np.asarray(value)
    if table.dtype == np.int32:
        return table
    if table.ndim == 0 and table.dtype == np.bool_:
        return table.astype(np.int64)
    return np.ascontiguousarray(table, dtype=_KINDS[table.dtype.kind])


def _place(days: Table, wanted: Table) -> Table:
    """Of each day its place among the wanted ones, or their number where it is none of them."""
    place = np.searchsorted(wanted, days)
    found = wanted[np.minimum(place, len(wanted) - 1)] == days
    return np.where(found, place, len(wanted))


class Pool:
    """Tables in one piece of bytes, each of them once however often it is put in."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, tuple[int, ...], bytes], int] = {}

    def put(self, table: Table) -> int:
        """Number of a table."""
        key = (table.dtype.str[1:], table.shape, table.tobytes())
        if key not in self._known:
            self._known[key] = len(self._known)
        return self._known[key]

    def data(self) -> dict[str, Any]:
        """For JSON: type, shape and first byte of each table, and all bytes."""
        tables, whole = [], bytearray()
        for kind, shape, content in self._known:
            tables.append([kind, list(shape), len(whole)])
            whole += content + bytes(-len(content) % _ALIGNED)
        return {"tables": tables, "bytes": base64.b64encode(bytes(whole)).decode("ascii")}
