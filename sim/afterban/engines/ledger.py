"""The compiled engine's daily census: running totals of the operators that nothing happens to.

Between events the audience of an account follows closed forms: who finds it again, or discovers it,
joins at a hazard, and counts grow along straight lines as soon as the operator is neither promoting
others nor rebuilding.  Most operators are like that on most days (steady, here).  So what they come
to is added up once, when they become steady, and taken out when something happens to them: a
straight line for each tier, and one exponential for each hazard at which people still join.  One
on a line whose posts go into promoting others for a while stays there: what it adds each day is
taken out, and put back by the first census after that while.  So a census looks at the other
operators only.  That of the model, which the reference engine takes every day, looks at all; the
two agree to rounding, and in each operator's impressions to the last bit
(``tests/engines/test_ledger.py``).

Where insiders are operators their columns are counted with the live share of a platform.  Then
there is a book for each tier and platform; what its insiders see is added up from census to census:
slopes times the integral of the share, and curves times that of the share that fades with them.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from afterban.arithmetic import exp
from afterban.instructions import fetch_ahead
from afterban.jit import compiled
from afterban.mechanisms import census as c
from afterban.mechanisms import liveshare
from afterban.mechanisms import state as s
from afterban.mechanisms.audience import SLOWEST, joining, since
from afterban.mechanisms.liveshare import Shares

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

# Kinds of operator.
_OTHER: Final = 0
_STRAIGHT: Final = 1  # steady, and nobody joins any more
_CURVED: Final = 2  # steady, and people still join


_AHEAD: Final = 6  # operators whose memory is fetched before they are looked at
_WORD: Final = 8  # operators whose kinds are looked at together
_WORDS_AHEAD: Final = 6
_ALL_STRAIGHT: Final = 0x0101010101010101
_HAZARDS: Final = 6  # different ones that a segment of a tier has room for

# What is added up for a tier: ``base + slope * day`` for each column of the census, as if all who
# may still join had always followed; and for each segment and hazard those who do not yet.
_BASE: Final = 0
_SLOPE: Final = c.COLUMNS
_HAZARD: Final = 2 * c.COLUMNS  # at which they join, per day; 0 if the place is free
_JOINING: Final = _HAZARD + 2 * _HAZARDS  # people yet to join, on the day of the last census
_MISSED: Final = _JOINING + 2 * _HAZARDS  # impressions that they will miss from then on
_TOTALS: Final = _MISSED + 2 * _HAZARDS

# What a straight operator's outsider follower-days, at which content was posted, are made of:
# seen + (rebuilding + followers * ((day - clock) - rest)), added up as `since` does it.
_SEEN: Final = 0
_REBUILDING: Final = 1
_FOLLOWERS: Final = 2
_CLOCK: Final = 3
_REST: Final = 4  # days from the clock on in which nothing counts, or only the rebuilding
_LINE: Final = 5


# What an operator adds less of each day while it promotes others.  Promoting counts as rebuilding,
# of which it adds more, so that the last of the three slopes is negative.
_PAUSED: Final = (c.INSIDER_IMPRESSIONS, c.OUTSIDER_IMPRESSIONS, c.REBUILD_POSTS)


class Ledger(NamedTuple):
    """Totals by tier of the steady operators, and who the others are."""

    totals: Floats  # [K, _TOTALS]
    days: Floats  # [C] of all censuses
    taken: Integers  # [1] censuses so far
    day: Floats  # [1] of the last one
    resuming: Floats  # [C + 1, K, 2, 3] slopes that each census puts back, and slope * day
    lines: Floats  # [_LINE, N] of the straight operators
    kind: npt.NDArray[np.int8]  # [N], and some straight ones that fill the last word
    held: Integers  # [K] steady operators of each tier
    others: npt.NDArray[np.int32]  # [N] those who are not, in no order
    how_many: Integers  # [1] of them


@compiled
def empty(tiers: int, operators: int, days: Floats) -> Ledger:
    """A ledger in which nobody is steady yet, for censuses on these days, the last after day 0."""
    kind = np.full(-(-operators // _WORD) * _WORD, _STRAIGHT, dtype=np.int8)
    kind[:operators] = _OTHER
    return Ledger(
        np.zeros((tiers, _TOTALS)),
        days,
        np.zeros(1, dtype=np.int64),
        np.zeros(1),
        np.zeros((len(days) + 1, tiers, 2, len(_PAUSED))),
        np.zeros((_LINE, operators)),
        kind,
        np.zeros(tiers, dtype=np.int64),
        np.arange(operators).astype(np.int32),
        np.full(1, operators, dtype=np.int64),
    )


@compiled(inline=True, borrows=True)
def _place_of(totals: Floats, segment: int, hazard: float) -> int:
    """Where a tier keeps those of a segment who join at this hazard; -1 if there is no room."""
    for place in range(segment * _HAZARDS, (segment + 1) * _HAZARDS):
        if totals[_HAZARD + place] == hazard or totals[_HAZARD + place] == 0.0:
            return place
    return -1


@compiled(inline=True, borrows=True)
def _curve(totals: Floats, segment: int, size: float, hazard: float) -> int:
    """Kind of operator that people who join at ``hazard`` make it; takes a place for them."""
    if size == 0.0 or hazard == 0.0:
        return _STRAIGHT
    place = _place_of(totals, segment, hazard) if hazard >= SLOWEST else -1
    if place < 0:
        return _OTHER
    totals[_HAZARD + place] = hazard  # at once, since the same operator may need another place
    return _CURVED


@compiled(inline=True, borrows=True)
def _kind_of(row: Floats, time: float, totals: Floats, discover: Floats) -> int:
    """Whether the row follows lines from ``time`` on, or curves that there is room for."""
    if row[s.PUBLIC] == 0.0:
        return _STRAIGHT
    if row[s.BUSY_UNTIL] > time or row[s.REBUILD_UNTIL] > time or row[s.POSTS_CHANGE] != 0.0:
        return _OTHER
    (size, hazard), (other, slow) = joining(
        row, s.ATTACHED_IN, row[s.REFOLLOW_IN], row[s.FORGET_IN], discover[0]
    )
    one = _curve(totals, 0, size, hazard)
    two = _curve(totals, 0, other, slow)
    (size, hazard), (other, slow) = joining(
        row, s.ATTACHED_OUT, row[s.REFOLLOW_OUT], row[s.FORGET_OUT], discover[1]
    )
    three = _curve(totals, 1, size, hazard)
    four = _curve(totals, 1, other, slow)
    if min(one, two, three, four) == _OTHER:
        return _OTHER
    return max(one, two, three, four)


@compiled(borrows=True)
def _add_curve(
    totals: Floats, segment: int, size: float, hazard: float, since_clock: float, rate: float
) -> None:
    """Add people of a segment who join at ``hazard``, ``since_clock`` days after the row's clock.

    ``size`` is negative to take them out again.
    """
    place = _place_of(totals, segment, hazard)
    left = size * exp(-hazard * since_clock)
    totals[_JOINING + place] += left
    totals[_MISSED + place] += rate * left / hazard


@compiled(inline=True, borrows=True)
def _lag(size: float, hazard: float, elapsed: float) -> float:
    """Follower-days that people will lack from ``elapsed`` days on, who join at ``hazard``."""
    return size * exp(-hazard * elapsed) / hazard


@compiled(inline=True, borrows=True)
def _steady_from(row: Floats) -> float:
    """Day from which on all posts of a public account are ordinary ones."""
    day: float = max(row[s.CLOCK], row[s.BUSY_UNTIL], row[s.REBUILD_UNTIL])
    return day


@compiled(inline=True, borrows=True)
def _add_segment(
    totals: Floats,
    segment: int,
    row: Floats,
    first: int,
    refollow: float,
    forget: float,
    discover: float,
    day: float,
    start: float,
    rate: float,
    sign: float,
    lags: bool,
) -> tuple[float, float]:
    """Add the curves of one segment, or take them out again.

    Returns its followers once all have joined, and the follower-days by which they lag behind at
    ``start``, as if all had followed since day 0; with ``lags`` false no days.
    """
    clock = row[s.CLOCK]
    followers: float = row[first]
    lag = 0.0
    for size, hazard in joining(row, first, refollow, forget, discover):
        if size != 0.0 and hazard != 0.0:
            _add_curve(totals, segment, sign * size, hazard, day - clock, sign * rate)
            followers += size
            if lags:
                lag += _lag(size, hazard, start - clock)
    return followers, lag + followers * start


@compiled(inline=True, borrows=True)
def _lag_of_all_posts(row: Floats, discover: float) -> float:
    """Outsider follower-days by which a row lags behind what it adds per day, counted from day 0.

    Of all posts, so that it follows its line or curve from its clock on, busy or not.
    """
    followers = row[s.ATTACHED_OUT]
    lag = 0.0
    for size, hazard in joining(
        row, s.ATTACHED_OUT, row[s.REFOLLOW_OUT], row[s.FORGET_OUT], discover
    ):
        if size != 0.0 and hazard != 0.0:
            followers += size
            lag += size / hazard
    return float(lag + followers * row[s.CLOCK])


@compiled(inline=True, borrows=True)
def _until_steady(row: Floats, start: float, p: Any) -> tuple[float, float, float]:
    """Content follower-days of both segments and rebuilding, from the row's clock to ``start``."""
    if start > row[s.BUSY_UNTIL] and start > row[s.CLOCK]:
        whole = p["live_insiders"] == 0
        more = since(row, start, p["discover"], p["rebuild_share"], whole)
        return more.seen_in, more.seen_out, more.effort
    return 0.0, 0.0, start - row[s.CLOCK]  # all of it went into promoting others


@compiled(borrows=True)
def _add(
    totals: Floats,
    day: float,
    row: Floats,
    posts: float,
    p: Any,
    sign: float,
    shares: Shares,
    place: int,
) -> None:
    """Add a steady row, or with ``sign`` -1 take it out again; ``day``: of the last census.

    shares, place: the live shares and the operator's platform, where insiders are operators.
    """
    rate = sign * posts * p["view_probability"]
    inside = row[s.SEEN_IN]
    outside = row[s.SEEN_OUT]
    effort = row[s.REBUILD_DAYS]
    days = row[s.PUBLIC_DAYS]
    shown = row[s.SHOWN_OUT]
    if row[s.PUBLIC] != 0.0:
        clock = row[s.CLOCK]
        start = _steady_from(row)
        before_in, before_out, rebuilding = _until_steady(row, start, p)
        effort += rebuilding
        days -= clock
        inside += before_in
        outside += before_out
        again = row[s.REFOLLOW_IN]
        forget = row[s.FORGET_IN]
        new = p["discover"][0]
        whole = p["live_insiders"] == 0
        followers, lag = _add_segment(
            totals, 0, row, s.ATTACHED_IN, again, forget, new, day, start, rate, sign, whole
        )
        if whole:
            inside -= lag
        else:  # what they have seen until the census; more is added to it at the next one
            inside = row[s.SEEN_IN] + liveshare.seen_inside(
                shares, place, row, day, p["discover"][0], p["rebuild_share"]
            )
        totals[_SLOPE + c.INSIDER_IMPRESSIONS] += rate * followers
        totals[_BASE + c.ATTACHED_INSIDERS] += sign * followers
        again = row[s.REFOLLOW_OUT]
        forget = row[s.FORGET_OUT]
        new = p["discover"][1]
        followers, lag = _add_segment(
            totals, 1, row, s.ATTACHED_OUT, again, forget, new, day, start, rate, sign, True
        )
        outside -= lag
        shown -= _lag_of_all_posts(row, new)
        totals[_SLOPE + c.ALL_OUTSIDER_IMPRESSIONS] += rate * followers
        totals[_SLOPE + c.OUTSIDER_IMPRESSIONS] += rate * followers
        totals[_BASE + c.ATTACHED_OUTSIDERS] += sign * followers
        totals[_SLOPE + c.POSTS] += sign * posts
        totals[_BASE + c.LIVE] += sign
    totals[_BASE + c.INSIDER_IMPRESSIONS] += rate * inside
    totals[_BASE + c.OUTSIDER_IMPRESSIONS] += rate * outside
    totals[_BASE + c.ALL_OUTSIDER_IMPRESSIONS] += rate * shown
    totals[_BASE + c.POSTS] += sign * posts * days
    totals[_BASE + c.REBUILD_POSTS] += sign * posts * effort


@compiled(inline=True, borrows=True)
def _draw_line(lines: Floats, i: int, row: Floats, p: Any) -> None:
    """Write down the line of an operator that has become straight."""
    lines[_SEEN, i] = row[s.SEEN_OUT]
    lines[_REBUILDING, i] = 0.0
    lines[_FOLLOWERS, i] = 0.0
    lines[_CLOCK, i] = 0.0
    lines[_REST, i] = 0.0
    if row[s.PUBLIC] != 0.0:
        start = _steady_from(row)
        _, lines[_REBUILDING, i], _ = _until_steady(row, start, p)
        lines[_FOLLOWERS, i] = row[s.ATTACHED_OUT]
        lines[_CLOCK, i] = row[s.CLOCK]
        lines[_REST, i] = start - row[s.CLOCK]


@compiled(inline=True, borrows=True)
def _paused(row: Floats, posts: float, p: Any) -> tuple[float, float, float]:
    """What a straight operator stops adding per day, in the order of ``_PAUSED``."""
    rate = posts * p["view_probability"]
    return rate * row[s.ATTACHED_IN], rate * row[s.ATTACHED_OUT], -posts


@compiled(inline=True, borrows=True)
def _census_from(days: Floats, day: float) -> int:
    """Number of the first census that is not before ``day``, their number if none is."""
    last = len(days) - 1
    k = min(int(day / days[last] * last), last)  # this one, where all are equally far apart
    while k > 0 and days[k - 1] >= day:
        k -= 1
    while k <= last and days[k] < day:
        k += 1
    return k


@compiled(inline=True, borrows=True)
def is_straight(ledger: Ledger, i: int) -> bool:
    """Whether the ledger holds the operator as one whom nobody joins any more."""
    return bool(ledger.kind[i] == _STRAIGHT)


@compiled(borrows=True)
def pause(ledger: Ledger, rows: Floats, i: int, k: int, posts: float, p: Any) -> None:
    """A straight operator's posts go into promoting others, from its row's clock on."""
    row = rows[i]
    _take_out(ledger, row, k, posts, p, row[s.CLOCK], 1.0)
    _draw_line(ledger.lines, i, row, p)


@compiled(borrows=True)
def _take_out(
    ledger: Ledger, row: Floats, k: int, posts: float, p: Any, day: float, sign: float
) -> None:
    """Take what an operator adds per day out of the totals from ``day`` to the end of its pause.

    With ``sign`` -1 and the day on which the pause ends: put it back before a census does so.
    """
    until = row[s.BUSY_UNTIL]
    totals = ledger.totals[k]
    due = ledger.resuming[_census_from(ledger.days, until), k]
    for place, paused in enumerate(_paused(row, posts, p)):
        slope = sign * paused
        totals[_SLOPE + _PAUSED[place]] -= slope
        totals[_BASE + _PAUSED[place]] += slope * day
        due[0, place] += slope
        due[1, place] += slope * until


@compiled(inline=True, borrows=True)
def _resume(ledger: Ledger) -> None:
    """Put back what comes back with the next census."""
    due = ledger.resuming[ledger.taken[0]]
    ledger.taken[0] += 1
    for k in range(len(ledger.totals)):
        totals = ledger.totals[k]
        for place in range(len(_PAUSED)):
            totals[_SLOPE + _PAUSED[place]] += due[k, 0, place]
            totals[_BASE + _PAUSED[place]] -= due[k, 1, place]


@compiled(inline=True, borrows=True)
def disturb(
    ledger: Ledger,
    rows: Floats,
    i: int,
    k: int,
    posts: float,
    p: Any,
    shares: Shares,
    place: int,
) -> None:
    """Something is about to change the row of operator ``i``: it no longer counts as steady.

    k: its book, see :func:`book_of`.
    """
    if ledger.kind[i] == _OTHER:
        return
    if rows[i, s.BUSY_UNTIL] > ledger.day[0] and rows[i, s.PUBLIC] != 0.0:
        _take_out(ledger, rows[i], k, posts, p, rows[i, s.BUSY_UNTIL], -1.0)
    ledger.kind[i] = _OTHER
    _add(ledger.totals[k], ledger.day[0], rows[i], posts, p, -1.0, shares, place)
    ledger.others[ledger.how_many[0]] = i
    ledger.how_many[0] += 1
    ledger.held[k] -= 1
    if ledger.held[k] == 0:  # what rounding has left of those who were taken out
        ledger.totals[k] = 0.0
        ledger.resuming[:, k] = 0.0


@compiled(borrows=True)
def take_census(
    ledger: Ledger,
    time: float,
    rows: Floats,
    tier: npt.NDArray[np.uint16],
    posts: Floats,
    p: Any,
    table: Floats,
    seen: Floats,
    shares: Shares,
    platform: Integers,
) -> None:
    """Add up ``rows`` by tier into ``table``, ``[K, census.COLUMNS]``.

    shares: live shares; platform: each operator's, ``[N]``; used where insiders are operators.
    seen: ``[N]``, set to each operator's outsider impressions, or ``[0]`` where nobody asks.
    """
    live = p["live_insiders"] != 0
    places = len(shares.live) if live else 1
    if live:
        _watch(ledger, time, shares)
    _pass_time(ledger, time)
    _resume(ledger)
    others = ledger.others
    left = 0
    waiting = ledger.how_many[0]
    for place in range(waiting):
        soon = others[min(place + _AHEAD, waiting - 1)]
        _fetch_row(rows, soon)
        i = others[place]
        k = int(np.int64(tier[i]))
        place = platform[i] if places > 1 else 0
        book = k * places + place
        kind = _kind_of(rows[i], time, ledger.totals[book], p["discover"])
        if kind == _OTHER:
            others[left] = i
            left += 1
            more = liveshare.so_far(shares, place, rows[i], time, p["discover"], p["rebuild_share"])
            share = liveshare.share_now(shares, place)
            c.count_operator(rows[i], more, share, k, posts[i], time, p["view_probability"], table)
            continue
        ledger.kind[i] = kind
        ledger.held[book] += 1
        _add(ledger.totals[book], time, rows[i], posts[i], p, 1.0, shares, place)
        if kind == _STRAIGHT:
            _draw_line(ledger.lines, i, rows[i], p)
    ledger.how_many[0] = left
    for book in range(len(ledger.totals)):
        into = table[book // places]
        _add_up(ledger.totals[book], time, into)
        if live:
            share = liveshare.share_now(shares, book % places)
            _add_live_insiders(ledger.totals[book], share, into)
        else:
            _add_insiders(ledger.totals[book], time, into)
    if len(seen) > 0:
        _count_impressions(ledger, time, rows, posts, p, seen)


@compiled(inline=True, borrows=True)
def _fetch_row(rows: Floats, i: int) -> None:
    """Have an operator's row fetched."""
    for offset in range(0, 8 * s.COLUMNS, 64):
        fetch_ahead(rows, i, offset)


@compiled(inline=True, borrows=True)
def book_of(tier: int, place: int, platforms: int, p: Any) -> int:
    """Number of the totals that an operator belongs to: its tier's, on each platform if need be."""
    return int(tier * platforms + place) if p["live_insiders"] != 0 else int(tier)


@compiled(borrows=True)
def _watch(ledger: Ledger, time: float, shares: Shares) -> None:
    """Add up what live insiders have seen since the last census."""
    day = ledger.day[0]
    places = len(shares.live)
    for place in range(places):
        days = liveshare.share_days(shares, place, time) - liveshare.share_days(shares, place, day)
        for book in range(place, len(ledger.totals), places):
            totals = ledger.totals[book]
            more = totals[_SLOPE + c.INSIDER_IMPRESSIONS] * days
            for k in range(_HAZARDS):
                hazard = totals[_HAZARD + k]
                if hazard != 0.0:
                    missing = totals[_MISSED + k] * hazard  # each day, at the last census
                    more -= missing * liveshare.fading_days(shares, place, day, time, hazard)
            totals[_BASE + c.INSIDER_IMPRESSIONS] += more


@compiled(inline=True, borrows=True)
def _pass_time(ledger: Ledger, time: float) -> None:
    """Those who were yet to join have become fewer."""
    elapsed = time - ledger.day[0]
    ledger.day[0] = time
    for k in range(len(ledger.totals)):
        totals = ledger.totals[k]
        for place in range(2 * _HAZARDS):
            if totals[_HAZARD + place] != 0.0:
                kept = exp(-totals[_HAZARD + place] * elapsed)
                totals[_JOINING + place] *= kept
                totals[_MISSED + place] *= kept


@compiled(inline=True, borrows=True)
def _add_up(totals: Floats, time: float, table: Floats) -> None:
    """Add what a tier's steady operators come to on the ledger's day to its row of the census."""
    if totals[_BASE + c.LIVE] == 0.0:  # what rounding has left of their followers
        totals[_BASE + c.ATTACHED_INSIDERS] = 0.0
        totals[_BASE + c.ATTACHED_OUTSIDERS] = 0.0
        totals[_JOINING:] = 0.0
    for column in range(c.COLUMNS):
        if column not in (c.ATTACHED_INSIDERS, c.INSIDER_IMPRESSIONS):
            table[column] += totals[_BASE + column] + totals[_SLOPE + column] * time
    for place in range(_HAZARDS):
        table[c.ATTACHED_OUTSIDERS] -= totals[_JOINING + _HAZARDS + place]
        table[c.OUTSIDER_IMPRESSIONS] += totals[_MISSED + _HAZARDS + place]
        table[c.ALL_OUTSIDER_IMPRESSIONS] += totals[_MISSED + _HAZARDS + place]


@compiled(inline=True, borrows=True)
def _add_insiders(totals: Floats, time: float, table: Floats) -> None:
    """The rest of :func:`_add_up`, where insiders are a constant number."""
    for column in (c.ATTACHED_INSIDERS, c.INSIDER_IMPRESSIONS):
        table[column] += totals[_BASE + column] + totals[_SLOPE + column] * time
    for place in range(_HAZARDS):
        table[c.ATTACHED_INSIDERS] -= totals[_JOINING + place]
        table[c.INSIDER_IMPRESSIONS] += totals[_MISSED + place]


@compiled(inline=True, borrows=True)
def _add_live_insiders(totals: Floats, share: float, table: Floats) -> None:
    """The rest of :func:`_add_up`, where insiders are operators; ``share`` of them is live."""
    followers = totals[_BASE + c.ATTACHED_INSIDERS]
    for place in range(_HAZARDS):
        followers -= totals[_JOINING + place]
    table[c.ATTACHED_INSIDERS] += share * followers
    table[c.INSIDER_IMPRESSIONS] += totals[_BASE + c.INSIDER_IMPRESSIONS]


@compiled(inline=True, borrows=True)
def _count_impressions(
    ledger: Ledger, time: float, rows: Floats, posts: Floats, p: Any, seen: Floats
) -> None:
    """Each operator's outsider impressions so far, to the last bit what a full census finds."""
    lines = ledger.lines
    view = p["view_probability"]
    for i in range(len(seen)):  # without a question in it, so that several are done at once
        days = max((time - lines[_CLOCK, i]) - lines[_REST, i], 0.0)  # 0 for those who are paused
        more = lines[_REBUILDING, i] + lines[_FOLLOWERS, i] * days
        seen[i] = (posts[i] * view) * (lines[_SEEN, i] + more)
    kinds = ledger.kind.view(np.int64)
    for word in range(len(kinds)):
        soon = min(word + _WORDS_AHEAD, len(kinds) - 1)
        if kinds[soon] != _ALL_STRAIGHT:
            for i in range(soon * _WORD, (soon + 1) * _WORD):
                if ledger.kind[i] != _STRAIGHT:
                    _fetch_row(rows, i)
        if kinds[word] == _ALL_STRAIGHT:
            continue
        for i in range(word * _WORD, min((word + 1) * _WORD, len(seen))):
            if ledger.kind[i] != _STRAIGHT:
                more = c.so_far(rows[i], time, p["discover"], p["rebuild_share"])
                seen[i] = (posts[i] * view) * (rows[i, s.SEEN_OUT] + more.seen_out)
