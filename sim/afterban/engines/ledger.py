"""The compiled engine's daily census: running totals of the operators that nothing happens to.

An account whose audience is neither finding it again nor discovering it, and whose operator is not
busy rebuilding, has as many followers tomorrow as today, and its counts grow along a straight line.
Most operators are like that on most days (steady, here), so their lines are added up once, when
they become steady, and taken out when something happens to them; a census then looks at the others
only.  :func:`afterban.model.census.take_census`, which the reference engine uses, looks at all; the
two agree to rounding (``tests/engines/test_ledger.py``).
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from afterban.jit import compiled
from afterban.model import census as c
from afterban.model import state as s
from afterban.model.audience import seen_since

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_OTHERS: Final = 0  # marks: how many operators are not steady
_MARKS: Final = 1


class Ledger(NamedTuple):
    """Totals by tier of the steady operators, ``base + slope * day``, and who the others are."""

    base: Floats  # [K, census.COLUMNS]
    slope: Floats  # [K, census.COLUMNS]
    steady: npt.NDArray[np.bool_]  # [N]
    held: Integers  # [K] steady operators of each tier
    others: npt.NDArray[np.int32]  # [N] those who are not, in no order
    marks: Integers


@compiled
def empty(tiers: int, operators: int) -> Ledger:
    """A ledger in which nobody is steady yet."""
    marks = np.zeros(_MARKS, dtype=np.int64)
    marks[_OTHERS] = operators
    return Ledger(
        np.zeros((tiers, c.COLUMNS)),
        np.zeros((tiers, c.COLUMNS)),
        np.zeros(operators, dtype=np.bool_),
        np.zeros(tiers, dtype=np.int64),
        np.arange(operators).astype(np.int32),
        marks,
    )


@compiled(inline=True, borrows=True)
def _is_steady(row: Floats, time: float, discover: Floats) -> bool:
    """Whether the row's counts follow straight lines from ``time`` on."""
    if row[s.PUBLIC] == 0.0:
        return True
    return bool(
        (row[s.DETACHED_IN] == 0.0 or row[s.REFOLLOW_IN] == 0.0)
        and (row[s.DETACHED_OUT] == 0.0 or row[s.REFOLLOW_OUT] == 0.0)
        and (row[s.UNTOUCHED_IN] == 0.0 or discover[0] == 0.0)
        and (row[s.UNTOUCHED_OUT] == 0.0 or discover[1] == 0.0)
        and row[s.BUSY_UNTIL] <= time
        and row[s.REBUILD_UNTIL] <= time
    )


@compiled(borrows=True)
def _add(base: Floats, slope: Floats, row: Floats, posts: float, p: Any, sign: float) -> None:
    """Add the lines of a steady row, or with ``sign`` -1 take the very same ones out again."""
    rate = sign * posts * p["view_probability"]
    inside = row[s.SEEN_IN]
    outside = row[s.SEEN_OUT]
    effort = row[s.REBUILD_DAYS]
    days = row[s.PUBLIC_DAYS]
    if row[s.PUBLIC] != 0.0:
        start = max(row[s.CLOCK], row[s.BUSY_UNTIL], row[s.REBUILD_UNTIL])
        more_in, more_out, more_effort = seen_since(row, start, p["discover"], p["rebuild_share"])
        inside += more_in - row[s.ATTACHED_IN] * start
        outside += more_out - row[s.ATTACHED_OUT] * start
        effort += more_effort
        days -= row[s.CLOCK]
        slope[c.INSIDER_IMPRESSIONS] += rate * row[s.ATTACHED_IN]
        slope[c.OUTSIDER_IMPRESSIONS] += rate * row[s.ATTACHED_OUT]
        slope[c.POSTS] += sign * posts
        base[c.LIVE] += sign
        base[c.ATTACHED_INSIDERS] += sign * row[s.ATTACHED_IN]
        base[c.ATTACHED_OUTSIDERS] += sign * row[s.ATTACHED_OUT]
    base[c.INSIDER_IMPRESSIONS] += rate * inside
    base[c.OUTSIDER_IMPRESSIONS] += rate * outside
    base[c.POSTS] += sign * posts * days
    base[c.REBUILD_POSTS] += sign * posts * effort


@compiled(inline=True, borrows=True)
def disturb(ledger: Ledger, rows: Floats, i: int, k: int, posts: float, p: Any) -> None:
    """Something is about to change the row of operator ``i``: it no longer counts as steady."""
    if not ledger.steady[i]:
        return
    ledger.steady[i] = False
    _add(ledger.base[k], ledger.slope[k], rows[i], posts, p, -1.0)
    ledger.others[ledger.marks[_OTHERS]] = i
    ledger.marks[_OTHERS] += 1
    ledger.held[k] -= 1
    if ledger.held[k] == 0:  # what rounding has left of those who were taken out
        ledger.base[k] = 0.0
        ledger.slope[k] = 0.0


@compiled(borrows=True)
def take_census(
    ledger: Ledger,
    time: float,
    rows: Floats,
    tier: Integers,
    posts: Floats,
    p: Any,
    table: Floats,
) -> None:
    """Add up ``rows`` by tier into ``table``, ``[K, census.COLUMNS]``."""
    others = ledger.others
    left = 0
    for place in range(ledger.marks[_OTHERS]):
        i = others[place]
        if _is_steady(rows[i], time, p["discover"]):
            k = tier[i]
            ledger.steady[i] = True
            ledger.held[k] += 1
            _add(ledger.base[k], ledger.slope[k], rows[i], posts[i], p, 1.0)
        else:
            others[left] = i
            left += 1
            c.count_operator(
                rows[i],
                tier[i],
                posts[i],
                time,
                p["view_probability"],
                p["discover"],
                p["rebuild_share"],
                table,
            )
    ledger.marks[_OTHERS] = left
    for k in range(len(table)):
        for column in range(c.COLUMNS):
            table[k, column] += ledger.base[k, column] + ledger.slope[k, column] * time
