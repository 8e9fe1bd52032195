"""The live share: insiders are operators, so those who are suspended follow nobody.

A member's weight is the number of members whom it follows, since that is how often it stands among
others' insiders.  W is the weight of those with a public account on a platform, W0 that of the
platform's members: who was public at the start, and on a later platform also whoever has come there
since.  What is *counted* of insiders is their expected number times the share min(1, W / W0): they
come back by themselves as their operators do, so attachment goes on without it.  Newcomers add to W
only: they take the places of members who gave up.

W / W0 is written down when it has moved by ``STEP`` since it was last; between two entries the
share is the earlier one's.  That is the definition, not an approximation of one engine.

Checked by ``tests/unit/test_model_liveshare.py``, ``tests/analytic/test_liveshare.py`` and
``tests/crn/test_liveshare.py``.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from afterban.jit import compiled
from afterban.model import state as s
from afterban.model.audience import Since, joined_days
from afterban.model.census import count_operator, so_far

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

STEP = 1.0 / 1024.0
ROOM = 4096  # entries of each platform, for which there is room at first


class Shares(NamedTuple):
    """The live share of each of P platforms through time, in M entries that were made so far.

    weight: number of members whom each operator follows, ``[N]``.
    live: weight of those who have a public account now, ``[P]``.  whole: W0, ``[P]``.
    noted: live / whole at the last time that it was written down, ``[P]``.  step: ``[1]``.
    used: entries so far, ``[P]``.
    day, share: from when on, and the share, ``[P, M]``.
    days: integral of the share from day 0 to ``day``, ``[P, M]``.
    """

    weight: Floats
    live: Floats
    whole: Floats
    noted: Floats
    step: Floats
    used: Integers
    day: Floats
    share: Floats
    days: Floats


def weights(promoters: npt.NDArray[np.int32], promoter_start: Integers, there: int) -> Floats:
    """Number of members at the start whom each of them follows, ``[N]``; ``there`` of all N are.

    Those who come later are followed by members but take nobody's place among the followers of
    those who were there (:func:`afterban.world.build`); they weigh the mean of those, rounded.
    """
    n = len(promoter_start) - 1
    found = np.bincount(promoters[: promoter_start[there]], minlength=n).astype(np.float64)
    found[there:] = np.rint(found[:there].mean()) if there else 0.0
    return found


def at_the_start(weight: Floats, rows: Floats, place: Integers, platforms: int) -> Shares:
    """The shares on day 0: whoever has a public account then is all of a platform's members."""
    public = rows[:, s.PUBLIC] != 0.0
    whole = np.zeros(platforms)
    np.add.at(whole, place[public], weight[public])
    shape = (platforms, ROOM)
    return Shares(
        weight,
        whole.copy(),
        whole,
        np.ones(platforms),
        np.array([STEP]),
        np.ones(platforms, dtype=np.int64),
        np.zeros(shape),
        np.ones(shape),
        np.zeros(shape),
    )


def constant(platforms: int) -> Shares:
    """The shares where insiders are no operators: 1, and nobody has a weight."""
    one = np.zeros((platforms, 1))
    none = np.zeros(platforms)
    return Shares(
        np.zeros(0),
        none,
        none,
        none,
        np.array([STEP]),
        np.ones(platforms, dtype=np.int64),
        one,
        np.ones((platforms, 1)),
        one,
    )


@compiled
def roomier(shares: Shares) -> Shares:
    """The same with room for twice the entries."""
    places, room = shares.day.shape
    day = np.zeros((places, 2 * room))
    share = np.ones((places, 2 * room))
    days = np.zeros((places, 2 * room))
    day[:, :room] = shares.day
    share[:, :room] = shares.share
    days[:, :room] = shares.days
    return Shares(
        shares.weight,
        shares.live,
        shares.whole,
        shares.noted,
        shares.step,
        shares.used,
        day,
        share,
        days,
    )


@compiled(inline=True, borrows=True)
def is_full(shares: Shares) -> bool:
    """Whether there may be no room for one more entry of each platform."""
    most = 0
    for used in shares.used:
        most = max(most, used)
    return bool(most == shares.day.shape[1])


@compiled(borrows=True)
def arrive(shares: Shares, i: int, place: int, day: float, newly: bool) -> None:
    """Operator ``i`` has a public account; ``newly``: its first on a platform that it moved to."""
    if newly:
        shares.whole[place] += shares.weight[i]
    shares.live[place] += shares.weight[i]
    _write_down(shares, place, day)


@compiled(borrows=True)
def depart(shares: Shares, i: int, place: int, day: float) -> None:
    """The public account of operator ``i`` is suspended."""
    shares.live[place] -= shares.weight[i]
    _write_down(shares, place, day)


@compiled(inline=True, borrows=True)
def _write_down(shares: Shares, place: int, day: float) -> None:
    if shares.whole[place] == 0.0:
        return  # nobody follows a member
    part = shares.live[place] / shares.whole[place]
    if abs(part - shares.noted[place]) < shares.step[0]:
        return
    shares.noted[place] = part
    last = shares.used[place] - 1
    share = min(1.0, part)
    if share == shares.share[place, last]:
        return
    if shares.day[place, last] == day:  # the same instant: what it came to in the end
        shares.share[place, last] = share
        return
    since = day - shares.day[place, last]
    shares.day[place, last + 1] = day
    shares.share[place, last + 1] = share
    shares.days[place, last + 1] = shares.days[place, last] + shares.share[place, last] * since
    shares.used[place] += 1


@compiled(inline=True, borrows=True)
def share_now(shares: Shares, place: int) -> float:
    """The live share of a platform (0 to 1)."""
    return float(shares.share[place, shares.used[place] - 1])


@compiled(inline=True, borrows=True)
def never_moved(shares: Shares, place: int) -> bool:
    """Whether the share has been 1 all the time."""
    return bool(shares.used[place] == 1 and shares.share[place, 0] == 1.0)


@compiled(inline=True, borrows=True)
def _entry_at(shares: Shares, place: int, day: float) -> int:
    """Number of the last entry that is not after ``day``."""
    low = 0
    high = shares.used[place]
    while high - low > 1:
        middle = (low + high) >> 1
        if shares.day[place, middle] <= day:
            low = middle
        else:
            high = middle
    return int(low)


@compiled(borrows=True)
def share_days(shares: Shares, place: int, day: float) -> float:
    """Integral of the share from day 0 to ``day``, days."""
    k = _entry_at(shares, place, day)
    return float(shares.days[place, k] + shares.share[place, k] * (day - shares.day[place, k]))


@compiled(borrows=True)
def fading_days(shares: Shares, place: int, start: float, end: float, hazard: float) -> float:
    """Integral of share(t) exp(-hazard (t - start)) from ``start`` to ``end``, days; hazard > 0."""
    k = _entry_at(shares, place, start)
    last = shares.used[place] - 1
    total = 0.0
    at = start
    while True:
        until = end
        if k < last:
            until = min(end, shares.day[place, k + 1])
        left = math.exp(-hazard * (at - start))
        total -= shares.share[place, k] * left * math.expm1(-hazard * (until - at)) / hazard
        if until == end:
            return float(total)
        at = until
        k += 1


@compiled(borrows=True)
def follower_days(
    shares: Shares, place: int, row: Floats, discover: float, start: float, end: float
) -> float:
    """Insider follower-days from ``start`` to ``end``, each day with the share that is live.

    discover: of insiders, per day.  start: not before the row's clock.
    """
    if end <= start:
        return 0.0
    attached = row[s.ATTACHED_IN]
    refollow = row[s.REFOLLOW_IN]
    forget = row[s.FORGET_IN]
    looks = row[s.DETACHED_IN] != 0.0
    if not (looks and (refollow > 0.0 or forget * discover > 0.0)) and not (
        row[s.UNTOUCHED_IN] != 0.0 and discover > 0.0
    ):  # nobody joins any more
        return float(attached * (share_days(shares, place, end) - share_days(shares, place, start)))
    clock = row[s.CLOCK]
    k = _entry_at(shares, place, start)
    last = shares.used[place] - 1
    found, new = joined_days(row, s.ATTACHED_IN, refollow, forget, discover, start - clock)
    before = found + new
    total = 0.0
    at = start
    while True:
        until = end
        if k < last:
            until = min(end, shares.day[place, k + 1])
        found, new = joined_days(row, s.ATTACHED_IN, refollow, forget, discover, until - clock)
        after = found + new
        total += shares.share[place, k] * (attached * (until - at) + (after - before))
        if until == end:
            return float(total)
        at = until
        before = after
        k += 1


@compiled(borrows=True)
def seen_inside(
    shares: Shares, place: int, row: Floats, time: float, discover: float, rebuild: float
) -> float:
    """Live insider follower-days from the row's clock to ``time`` at which content was posted.

    As :func:`afterban.model.audience.since` has them where everybody is live.
    """
    clock = row[s.CLOCK]
    busy = min(max(row[s.BUSY_UNTIL], clock), time)
    half = min(max(row[s.REBUILD_UNTIL], busy), time)
    slow = (1.0 - rebuild) * follower_days(shares, place, row, discover, busy, half)
    fast = follower_days(shares, place, row, discover, half, time)
    return float((1.0 + row[s.POSTS_CHANGE]) * (slow + fast))


@compiled(inline=True, borrows=True)
def counted(
    shares: Shares,
    place: int,
    row: Floats,
    more: Since,
    time: float,
    discover: Floats,
    rebuild: float,
) -> Since:
    """What has come to an account (``more``), with what live insiders have seen."""
    if row[s.PUBLIC] == 0.0 or never_moved(shares, place):
        return more
    return Since(
        more.found_in,
        more.new_in,
        more.found_out,
        more.new_out,
        more.forgotten_in,
        more.forgotten_out,
        seen_inside(shares, place, row, time, discover[0], rebuild),
        more.seen_out,
        more.effort,
        more.shown_out,
    )


@compiled(borrows=True)
def take_census(
    time: float,
    rows: Floats,
    tier: npt.NDArray[Any],
    posts: Floats,
    place: Integers,
    shares: Shares,
    view_probability: float,
    discover: Floats,
    rebuild: float,
    table: Floats,
    seen: Floats,
) -> None:
    """As :func:`afterban.model.census.take_census`, with live insiders.

    place: the platform that each operator is on, ``[N]``.
    """
    for i in range(len(tier)):
        row = rows[i]
        more = so_far(row, time, discover, rebuild)
        more = counted(shares, place[i], row, more, time, discover, rebuild)
        share = share_now(shares, place[i])
        seen[i] = count_operator(row, more, share, tier[i], posts[i], time, view_probability, table)
