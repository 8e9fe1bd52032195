"""The live share: insiders are operators, so those who are suspended follow nobody.

A member's weight is the number of members whom it follows, since that is how often it stands among
others' insiders.  W is the weight of those with a public account on a platform, W0 that of the
platform's members: who was public at the start, and on a later platform also whoever has come there
since.  What is *counted* of insiders is their expected number times the share min(1, W / W0): they
come back by themselves as their operators do, so attachment goes on without it.  Newcomers add to W
only: they take the places of members who gave up.

W / W0 is written down when it has moved by ``STEP`` since it was last; between two entries the
share is the earlier one's.  That is the definition, not an approximation of one engine.

What live insiders see is an integral of the share times exponentials.  For each hazard that many
accounts have in common it is summed once, as the log grows:

    h * integral of share(t) exp(-h t) = sum of the steps of the share, each times exp(-h t) there

Time is cut into cells, at whose start that exponential begins anew, so that nothing overflows and
little cancels; an integral is then two partial cells and what lies between them.  The slower a
hazard, the longer are its cells, so that few lie between.  Hazards that have no such sums are
summed over the entries on the way.

Checked by ``tests/unit/test_model_liveshare.py``, ``tests/analytic/test_liveshare.py`` and
``tests/crn/test_liveshare.py``.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from afterban.arithmetic import each, exp
from afterban.mechanisms import state as s
from afterban.mechanisms.audience import (
    NOTHING,
    SLOWEST,
    Since,
    advance_by,
    joined_days,
    joining,
    since,
)
from afterban.mechanisms.census import count_operator

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

STEP = 1.0 / 1024.0
ROOM = 4096  # entries of each platform, for which there is room at first
_CELLS: Final = 4.0  # a day, for finding entries
FADE: Final = 4.0  # a hazard's cells are as many days long as make this of it, at most
FASTEST: Final = 2.0 * _CELLS  # per day; faster ones would need cells that are shorter than those
_NOTHING: Final = 1e-20  # left of what was there when a cell began

# Columns of an entry.
_DAY: Final = 0  # from when on
_SHARE: Final = 1
_DAYS: Final = 2  # integral of the share from day 0 on, days
_STEPS: Final = 3  # for each hazard: the share at the start of the cell, and steps since, faded

# Rows of the cells, and their lengths.
_FIRST: Final = 0  # number of the last entry before it
_WHOLE: Final = 1  # for each hazard: h * integral of the share that fades from the cell's start on


class Log(NamedTuple):
    """The live share of each of P platforms through time, in M entries that were made so far.

    used: entries so far, ``[P]``.  entries: ``[P, M, 3 + H]``.
    over: cells that have been summed up, ``[P, 1 + H]``.  cells: ``[P, 1 + H, C]``.
    days: that a cell takes, powers of two, ``[1 + H]``.
    hazards: H, with sums of their own, per day.  fades: each over a cell, ``[H]``.
    """

    used: Integers
    entries: Floats
    over: Integers
    cells: Floats
    days: Floats
    hazards: Floats
    fades: Floats


class Shares(NamedTuple):
    """The members of P platforms, and their live share.

    weight: number of members whom each operator follows, ``[N]``.
    live: weight of those who have a public account now, ``[P]``.  whole: W0, ``[P]``.
    noted: live / whole at the last time that it was written down, ``[P]``.  step: ``[1]``.
    """

    weight: Floats
    live: Floats
    whole: Floats
    noted: Floats
    step: Floats
    log: Log


def weights(
    links: Integers, promoters: npt.NDArray[np.int32], promoter_start: Integers, there: int
) -> Floats:
    """Number of members at the start whom each of them follows, ``[N]``; ``there`` of all N are.

    links: number of all operators whom each of them follows, ``[N]``.
    Those who come later are followed by members but take nobody's place among the followers of
    those who were there (:func:`afterban.world.build`); they weigh the mean of those, rounded.
    """
    n = len(links)
    if there == n:
        return links.astype(np.float64)
    found = np.bincount(promoters[: promoter_start[there]], minlength=n).astype(np.float64)
    found[there:] = np.rint(found[:there].mean()) if there else 0.0
    return found


def common_hazards(refollow: Floats, unrelated: float, forget: float, discover: float) -> Floats:
    """Hazards at which insiders join the accounts of operators who are found at the same speed.

    refollow: by tier, per day; times ``unrelated`` where a name is unlike the last.
    """
    found = np.union1d(refollow, refollow * unrelated) + forget
    hazards = np.append(discover, found[::-1])  # most operators are of a tier that is found fast
    return hazards[(hazards >= SLOWEST) & (hazards <= FASTEST)]


def at_the_start(
    weight: Floats, rows: Floats, place: Integers, platforms: int, hazards: Floats, horizon: float
) -> Shares:
    """The shares on day 0: whoever has a public account then is all of a platform's members."""
    whole = _public(weight, rows, place, platforms)
    log = _whole(platforms, ROOM, int(horizon * _CELLS) + 2, hazards)
    return Shares(weight, whole.copy(), whole, np.ones(platforms), np.array([STEP]), log)


def _public(weight: Floats, rows: Floats, place: Integers, platforms: int) -> Floats:
    """Weight of those with a public account on each platform, ``[P]``."""
    found = np.zeros(platforms)
    for i in range(len(weight)):
        if rows[i, s.PUBLIC] != 0.0:
            found[place[i]] += weight[i]
    return found


def constant(platforms: int) -> Shares:
    """The shares where insiders are no operators: 1, and nobody has a weight."""
    none = np.zeros(platforms)
    log = _whole(platforms, 1, 1, np.zeros(0))
    return Shares(np.zeros(0), none, none, none, np.array([STEP]), log)


def _whole(platforms: int, room: int, cells: int, hazards: Floats) -> Log:
    """A share of 1 from day 0 on."""
    entries = np.zeros((platforms, room, _STEPS + len(hazards)))
    entries[:, 0, _SHARE] = 1.0
    entries[:, 0, _STEPS:] = 1.0
    days = np.append(1.0 / _CELLS, np.ldexp(1.0, np.frexp(FADE / hazards)[1] - 1))
    return Log(
        np.ones(platforms, dtype=np.int64),
        entries,
        np.zeros((platforms, _WHOLE + len(hazards)), dtype=np.int64),
        np.zeros((platforms, _WHOLE + len(hazards), cells)),
        days,
        hazards,
        each(exp, -hazards * days[_WHOLE:]),
    )


def roomier(shares: Shares) -> Shares:
    """The same with room for twice the entries."""
    log = shares.log
    places, room, columns = log.entries.shape
    entries = np.zeros((places, 2 * room, columns))
    entries[:, :room] = log.entries
    return Shares(
        shares.weight,
        shares.live,
        shares.whole,
        shares.noted,
        shares.step,
        Log(log.used, entries, log.over, log.cells, log.days, log.hazards, log.fades),
    )


def is_full(shares: Shares) -> bool:
    """Whether there may be no room for one more entry of each platform."""
    most = 0
    for used in shares.log.used:
        most = max(most, used)
    return bool(most == shares.log.entries.shape[1])


def arrive(shares: Shares, i: int, place: int, day: float, newly: bool) -> None:
    """Operator ``i`` has a public account; ``newly``: its first on a platform that it moved to."""
    if newly:
        shares.whole[place] += shares.weight[i]
    shares.live[place] += shares.weight[i]
    _write_down(shares, place, day)


def depart(shares: Shares, i: int, place: int, day: float) -> None:
    """The public account of operator ``i`` is suspended."""
    shares.live[place] -= shares.weight[i]
    _write_down(shares, place, day)


def _write_down(shares: Shares, place: int, day: float) -> None:
    if shares.whole[place] == 0.0:
        return  # nobody follows a member
    part = shares.live[place] / shares.whole[place]
    if abs(part - shares.noted[place]) < shares.step[0]:
        return
    shares.noted[place] = part
    _enter(shares.log, place, day, min(1.0, part))


def _enter(log: Log, place: int, day: float, share: float) -> None:
    """An entry; at the instant of the last one: what that came to in the end."""
    _sum_up(log, place, day)
    last = log.used[place] - 1
    entry = log.entries[place, last]
    step = share - entry[_SHARE]
    if step == 0.0:
        return
    if entry[_DAY] != day:
        new = log.entries[place, last + 1]
        new[_DAY] = day
        new[_DAYS] = entry[_DAYS] + entry[_SHARE] * (day - entry[_DAY])
        for h in range(len(log.hazards)):
            new[_STEPS + h] = _steps(log, place, last, _begin(log, day, h), h)
        log.used[place] += 1
        entry = new
    entry[_SHARE] = share
    for h in range(len(log.hazards)):
        entry[_STEPS + h] += step * exp(-log.hazards[h] * (day - _begin(log, day, h)))


def _cell(log: Log, day: float, row: int) -> int:
    """Number of the cell that a day lies in, of those of a row."""
    return int(day / log.days[row])


def _begin(log: Log, day: float, h: int) -> float:
    """Start of the cell that a day lies in, of those of hazard ``h``, day."""
    return float(_cell(log, day, _WHOLE + h) * log.days[_WHOLE + h])


def _steps(log: Log, place: int, k: int, begin: float, h: int) -> float:
    """The sum of steps as it stands at entry ``k``, or at the start of a cell after it."""
    begun = log.entries[place, k, _DAY] >= begin
    return float(log.entries[place, k, _STEPS + h if begun else _SHARE])


def _sum_up(log: Log, place: int, day: float) -> None:
    """Sum up the cells that are over on a day."""
    if log.over[place, _FIRST] < _cell(log, day, _FIRST):
        _sum_up_more(log, place, day)


def _sum_up_more(log: Log, place: int, day: float) -> None:
    last = log.used[place] - 1
    over = log.over[place]
    while over[_FIRST] < _cell(log, day, _FIRST):
        over[_FIRST] += 1
        log.cells[place, _FIRST, over[_FIRST]] = last
    for h in range(len(log.hazards)):
        row = _WHOLE + h
        while over[row] < _cell(log, day, row):
            at_end = log.entries[place, last, _SHARE] * log.fades[h]
            steps = _steps(log, place, last, over[row] * log.days[row], h)
            log.cells[place, row, over[row]] = steps - at_end
            over[row] += 1


def share_now(shares: Shares, place: int) -> float:
    """The live share of a platform (0 to 1)."""
    return float(shares.log.entries[place, shares.log.used[place] - 1, _SHARE])


def never_moved(shares: Shares, place: int) -> bool:
    """Whether the share has been 1 all the time."""
    return bool(shares.log.used[place] == 1 and shares.log.entries[place, 0, _SHARE] == 1.0)


def _entry_at(log: Log, place: int, day: float) -> int:
    """Number of the last entry that is not after ``day``, whose cell has begun."""
    last = log.used[place] - 1
    if log.entries[place, last, _DAY] <= day:
        return int(last)
    k = int(log.cells[place, _FIRST, _cell(log, day, _FIRST)])
    while log.entries[place, k + 1, _DAY] <= day:
        k += 1
    return k


def _days(log: Log, place: int, k: int, day: float) -> float:
    """Integral of the share from day 0 to ``day``, days; the last entry until then is ``k``."""
    entry = log.entries[place, k]
    return float(entry[_DAYS] + entry[_SHARE] * (day - entry[_DAY]))


def share_days(shares: Shares, place: int, day: float) -> float:
    """Integral of the share from day 0 to ``day``, days."""
    log = shares.log
    _sum_up(log, place, day)
    return _days(log, place, _entry_at(log, place, day), day)


def _place_of(log: Log, hazard: float) -> int:
    """Number of a hazard that has sums of its own; -1 if it has none."""
    for h in range(len(log.hazards)):
        if log.hazards[h] == hazard:
            return h
    return -1


def _fade(hazard: float, days: float) -> float:
    return 1.0 if days == 0.0 else exp(-hazard * days)


def _left(
    log: Log, place: int, h: int, clock: float, start: float, k: int, end: float, last: int
) -> float:
    """Integral of share(t) exp(-h (t - clock)) from ``start`` to ``end``, times h.

    h: number of the hazard.  k, last: of the entries at ``start`` and at ``end``.
    """
    hazard = log.hazards[h]
    begin, last_begin = _begin(log, start, h), _begin(log, end, h)
    at_start, at_end = _fade(hazard, start - begin), _fade(hazard, end - last_begin)
    total = log.entries[place, k, _SHARE] * at_start - _steps(log, place, k, begin, h)
    kept = 1.0
    for between in range(_cell(log, start, _WHOLE + h), _cell(log, end, _WHOLE + h)):
        if kept < _NOTHING:
            break
        total += kept * log.cells[place, _WHOLE + h, between]
        kept *= log.fades[h]
    left = _steps(log, place, last, last_begin, h) - log.entries[place, last, _SHARE] * at_end
    return float(_fade(hazard, start - clock) / at_start * (total + kept * left))


def _walk(
    log: Log,
    place: int,
    detached: float,
    untouched: float,
    refollow: float,
    forget: float,
    discover: float,
    clock: float,
    start: float,
    end: float,
) -> float:
    """Live follower-days from ``start`` to ``end`` of those who have come since ``clock``.

    Over the entries on the way, by differences of what it were if all were live.
    """
    k = _entry_at(log, place, start)
    last = log.used[place] - 1
    total = 0.0
    at = start
    found, new = joined_days(detached, untouched, refollow, forget, discover, at - clock)
    while at < end:
        before = found + new
        at = min(end, log.entries[place, k + 1, _DAY]) if k < last else end
        found, new = joined_days(detached, untouched, refollow, forget, discover, at - clock)
        total += log.entries[place, k, _SHARE] * (found + new - before)
        k += 1
    return total


def fading_days(shares: Shares, place: int, start: float, end: float, hazard: float) -> float:
    """Integral of share(t) exp(-hazard (t - start)) from ``start`` to ``end``, days; hazard > 0."""
    log = shares.log
    _sum_up(log, place, end)
    k = _entry_at(log, place, start)
    last = _entry_at(log, place, end)
    h = _place_of(log, hazard)
    if h >= 0:
        return _left(log, place, h, start, start, k, end, last) / hazard
    days = _days(log, place, last, end) - _days(log, place, k, start)
    return days - _walk(log, place, 1.0, 0.0, hazard, 0.0, 0.0, start, start, end)


def follower_days(
    shares: Shares, place: int, row: Floats, discover: float, start: float, end: float
) -> float:
    """Insider follower-days from ``start`` to ``end``, each day with the share that is live.

    discover: of insiders, per day.  start: not before the row's clock.
    """
    return 0.0 if end <= start else _follower_days(shares.log, place, row, discover, start, end)


def _follower_days(
    log: Log, place: int, row: Floats, discover: float, start: float, end: float
) -> float:
    _sum_up(log, place, end)
    k = _entry_at(log, place, start)
    last = _entry_at(log, place, end)
    days = _days(log, place, last, end) - _days(log, place, k, start)
    clock = row[s.CLOCK]
    attached = row[s.ATTACHED_IN]
    refollow, forget = row[s.REFOLLOW_IN], row[s.FORGET_IN]
    followers = attached  # once all have joined
    missing = 0.0
    for size, hazard in joining(row, s.ATTACHED_IN, refollow, forget, discover):
        if size != 0.0 and hazard != 0.0:
            h = _place_of(log, hazard)
            if h < 0:
                detached, untouched = row[s.DETACHED_IN], row[s.UNTOUCHED_IN]
                joined = _walk(
                    log, place, detached, untouched, refollow, forget, discover, clock, start, end
                )
                return float(attached * days + joined)
            followers += size
            missing += size / hazard * _left(log, place, h, clock, start, k, end, last)
    return float(followers * days - missing)


def seen_inside(
    shares: Shares, place: int, row: Floats, time: float, discover: float, rebuild: float
) -> float:
    """Live insider follower-days from the row's clock to ``time`` at which content was posted.

    As :func:`afterban.mechanisms.audience.since` has them where everybody is live.
    """
    clock = row[s.CLOCK]
    busy = min(max(row[s.BUSY_UNTIL], clock), time)
    half = min(max(row[s.REBUILD_UNTIL], busy), time)
    slow = (1.0 - rebuild) * follower_days(shares, place, row, discover, busy, half)
    fast = follower_days(shares, place, row, discover, half, time)
    return float((1.0 + row[s.POSTS_CHANGE]) * (slow + fast))


def so_far(
    shares: Shares, place: int, row: Floats, time: float, discover: Floats, rebuild: float
) -> Since:
    """As :func:`afterban.mechanisms.census.so_far`, with what live insiders have seen."""
    if row[s.PUBLIC] == 0.0:
        return NOTHING
    moved = not never_moved(shares, place)
    more = since(row, time, discover, rebuild, not moved)
    if not moved:
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


def advance(
    shares: Shares, place: int, row: Floats, time: float, discover: Floats, rebuild: float
) -> None:
    """As :func:`afterban.mechanisms.audience.advance`, with what live insiders have seen."""
    advance_by(row, time, so_far(shares, place, row, time, discover, rebuild))


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
    """As :func:`afterban.mechanisms.census.take_census`, with live insiders.

    place: the platform that each operator is on, ``[N]``.
    """
    for i in range(len(tier)):
        row = rows[i]
        more = so_far(shares, place[i], row, time, discover, rebuild)
        share = share_now(shares, place[i])
        seen[i] = count_operator(row, more, share, tier[i], posts[i], time, view_probability, table)
