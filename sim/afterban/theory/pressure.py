"""A network in which everybody is found again and again."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg

from afterban.theory import check
from afterban.theory.check import FloatArray


class UnderPressure(NamedTuple):
    """Expected days in a window, of operators whose audience counts 1; arrays of one shape.

    followed: attached share x live days, of one who was there at the start, all attached.
    live: its days with a live account.
    followed_newcomers, live_newcomers: the same for newcomers who begin with nobody, one a day
        since the start.
    """

    followed: FloatArray
    live: FloatArray
    followed_newcomers: FloatArray
    live_newcomers: FloatArray


def under_pressure(
    begin: float,
    end: float,
    *,
    life_rate: ArrayLike,
    gap_rate: float,
    returns: float,
    refollow: float,
    forget: float = 0.0,
    discover: float = 0.0,
    loss: float = 0.0,
    near: float = 1.0,
    unrelated: float = 1.0,
) -> UnderPressure:
    """What is followed, and how long it is there, where everybody is found again and again.

    Derivation here: with exponential lives and gaps the expected compartments, each counted only
    while its operator is live or waits, follow linear equations. Live: F; D_n and D_u, who look for
    an account of a near or an unrelated name; U. Between accounts: D_b, U_b. With l the life rate,
    m the gap rate, p returns, h refollow, s unrelated, f forget, g discover, q near, c loss:

        F' = h D_n + h s D_u + g U - l F          D_b' = p l ((1 - c) F + D_n + D_u) - (f + m) D_b
        D_n' = q m D_b - (h + f + l) D_n          U_b' = p l U + f D_b - m U_b
        D_u' = (1 - q) m D_b - (h s + f + l) D_u  U' = f (D_n + D_u) + m U_b - (g + l) U

    The solution and its integrals are those of a matrix exponential. With p = 1 and nobody lost,
    the long run is live_share x what is regained. Nobody promotes, nobody tires.

    Args:
        begin, end: of the window, days since the start.
        life_rate: l, per day, 0 or more; any shape. 0 is a world in which nobody is suspended.
        gap_rate: m, per day, above 0.
        returns: p, probability of return after each suspension.
        refollow, forget, discover: h, f, g, per day, 0 or more.
        loss: c, share of followers lost at a suspension.
        near: q, share of new names that are near-identical; the first account has such a name.
        unrelated: s, speed at which an unrelated name is found, beside a near one.

    Returns:
        Days, each of the shape of life_rate.  Test: ``tests/analytic/test_pressure.py``.
    """
    check.not_negative(begin=begin, refollow=refollow, forget=forget, discover=discover)
    check.positive(gap_rate=gap_rate)
    check.share(returns=returns, loss=loss, near=near, unrelated=unrelated)
    if not (end > begin and math.isfinite(end)):
        raise ValueError(f"end is after begin and finite, not {end!r}")
    rates = _rates(life_rate)
    attached, similar, other, untouched, looking, forgot, live, waits = range(8)
    followed, alive, followed_more, alive_more = range(8, 12)  # integrals, and theirs
    q = np.zeros((*rates.shape, 12, 12))

    def flow(source: int, target: int, rate: FloatArray | float, kept: float = 1.0) -> None:
        q[..., source, source] -= rate
        q[..., target, source] += kept * rate

    for who, hazard in ((similar, refollow), (other, refollow * unrelated), (untouched, discover)):
        flow(who, attached, hazard)
    for who, becomes in ((similar, untouched), (other, untouched), (looking, forgot)):
        flow(who, becomes, forget)
    flow(attached, looking, rates, returns * (1 - loss))
    for who, becomes in (
        *((similar, looking), (other, looking)),
        *((untouched, forgot), (live, waits)),
    ):
        flow(who, becomes, rates, returns)
    flow(looking, similar, gap_rate, near)
    q[..., other, looking] += (1 - near) * gap_rate
    flow(forgot, untouched, gap_rate)
    flow(waits, live, gap_rate)
    for total, of in ((followed, attached), (alive, live), (followed_more, followed)):
        q[..., total, of] = 1.0
    q[..., alive_more, alive] = 1.0
    within = linalg.expm(q * end) - linalg.expm(q * begin)
    return UnderPressure(
        within[..., followed, attached] + within[..., followed, live],
        within[..., alive, live],
        within[..., followed_more, untouched] + within[..., followed_more, live],
        within[..., alive_more, live],
    )


def _rates(life_rate: ArrayLike) -> FloatArray:
    """An array of hazards per day.  Raises ValueError if one is below 0 or not finite."""
    rates = check.array(life_rate)
    if not (np.isfinite(rates).all() and (rates >= 0).all()):
        raise ValueError("life_rate is 0 or more and finite")
    return rates
