"""What an operator does after a suspension."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from afterban.arithmetic import exp, log, power
from afterban.mechanisms.clock import due
from afterban.mechanisms.distributions import (
    LONG,
    MIXTURE,
    OBSERVED,
    ROW,
    quantile,
    unit_exponential,
)

Floats = npt.NDArray[np.float64]

# Where the parts of a law begin that is longer than a row, after its kind and their number.
_SIZE: Final = 1
MIXED: Final = 2  # a mixture: shares, each with those before it; then where each component is
LAST: Final = 2  # a table of gaps: its longest time, seen back or not, in days
BEYOND: Final = 3  # mean wait after that of those who had not been seen back, inf for never
STEPS: Final = 4  # shares seen back by each time, then the times
MOST_POSTING: Final = 100.0  # times the first account's rate, where factors above 1 multiply up
_NEAR_ONE: Final = 1.0 - 2.0**-53


def return_probability(probability: float, fatigue: float, life: int) -> float:
    """Probability of coming back after the suspension of life number ``life`` (from 1)."""
    return probability * power(fatigue, life - 1)


def next_release(now: float, first: float, every: float) -> float:
    """Day on which the account for the next release is made, ``now`` or later.

    first: the day for the first release.  every: days between releases, above 0.
    """
    ahead = max(1.0, math.ceil((now - first) / every))
    day = due(first, ahead * every)
    return day if day >= now else due(first, (ahead + 1.0) * every)


def posting_factor(after_return: float, after_move: float, returns: int, moves: int) -> float:
    """Posting rate relative to the first account's, after so many returns and moves (0 or more).

    Of an operator that stays on its platform, life n posts at rate x factor^(n - 1); at most
    ``MOST_POSTING`` times as much.
    """
    if (after_return == 0.0 and returns > 0) or (after_move == 0.0 and moves > 0):
        return 0.0
    grown = 0.0  # by logarithms, since the power itself may be beyond all numbers
    if returns > 0:
        grown += returns * log(after_return)
    if moves > 0:
        grown += moves * log(after_move)
    return MOST_POSTING if grown > log(MOST_POSTING) else exp(grown)


def gives_up(day: float, earlier: float, suspensions: int, most: int, within: float) -> bool:
    """Whether an operator gives its platform up, at its suspension on ``day``.

    suspensions: its number there, this one included.  most, within: it does at so many in so many
    days (0 for never).  earlier: day of the first of the last ``most``.
    """
    return most > 0 and suspensions >= most and day - earlier <= within


def prolonged(days: float, factor: float) -> float:
    """A return delay (days, inf for never) of an operator that waits ``factor`` times as long."""
    return days if days == math.inf else days * factor


def gap(row: Floats, longer: Floats, u: float) -> float:
    """Return delay in days at probability u in (0, 1), inf for never.

    row: the law, or where it begins in ``longer``: a mixture, which spends the first part of u on
    the component and the rest on its value; or a table of gaps.
    """
    if row[0] != LONG:
        return quantile(row, u)
    at = int(row[1])
    if longer[at] == MIXTURE:
        size = int(longer[at + _SIZE])
        shares = at + MIXED
        k = 0
        while k < size - 1 and u >= longer[shares + k]:
            k += 1
        before = longer[shares + k - 1] if k > 0 else 0.0
        u = (u - before) / (longer[shares + k] - before)
        u = min(max(u, 1.0 - _NEAR_ONE), _NEAR_ONE)
        at = int(longer[shares + size + k])
    if longer[at] == OBSERVED:
        return _observed_gap(longer, at, u)
    return quantile(longer[at : at + ROW], u)


def _observed_gap(table: Floats, at: int, u: float) -> float:
    """The least time by which a share u had been seen back, or one beyond the table.

    Kaplan and Meier (1958), JASA 53, 457-481: the shares are one minus their estimate of survival.
    """
    size = int(table[at + _SIZE])
    steps = at + STEPS
    if size > 0 and u <= table[steps + size - 1]:
        low, high = 0, size - 1
        while low < high:
            middle = (low + high) >> 1
            if u <= table[steps + middle]:
                high = middle
            else:
                low = middle + 1
        return float(table[steps + size + low])
    seen = table[steps + size - 1] if size > 0 else 0.0
    mean = table[at + BEYOND]
    if mean == np.inf:
        return np.inf
    rest = min(max((u - seen) / (1.0 - seen), 0.0), _NEAR_ONE)
    return float(table[at + LAST] + mean * unit_exponential(rest))


def own_probability(probability: float, factor: float) -> float:
    """Probability of coming back of one operator: its tier's times its own factor, at most 1."""
    return min(1.0, probability * factor)


def another_life(life: int, most_lives: int) -> bool:
    """Whether an operator may have a life after number ``life`` (from 1)."""
    return life < most_lives


class Next(NamedTuple):
    """When the next account is made, and what is left then."""

    day: float  # inf: never
    spares: int  # accounts in store


def next_account(
    now: float,
    release_every: float,
    first_release: float,
    spares: int,
    spare_delay: Floats,
    delay: Floats,
    longer: Floats,
    u: float,
    waits: float = 1.0,
) -> Next:
    """When an operator that comes back makes its next account, suspended on day ``now``.

    With the next release if its tier makes accounts for those (release_every: days between them,
    above 0; first_release: day).  Else with a spare account while there are any, before all delays
    (spare_delay: law of its days).  Else after a delay (its law ``delay``, ``longer``: see
    :func:`gap`).  u: the draw of either law.  waits: factor on the time that either gives; a
    release has its date.  Days after the scenario's first.

    Assumption: who has an account in store uses it before making another.
    """
    if release_every > 0.0:
        return Next(next_release(now, first_release, release_every), spares)
    if spares > 0:
        return Next(due(now, prolonged(quantile(spare_delay, u), waits)), spares - 1)
    return Next(due(now, prolonged(gap(delay, longer, u), waits)), spares)


def public_day(created: float, release_every: float, prepared: float) -> float:
    """Day on which a further account becomes public: at once, but for one made for a release.

    prepared: days for which that is prepared.
    """
    return created if release_every == 0.0 else due(created, prepared)


def posts_on_ordinary_days(own: float, factor: float) -> float:
    """Posts per day of a life without bursts.  own: of the first.  factor: posting_factor."""
    return own * (1.0 + (factor - 1.0))
