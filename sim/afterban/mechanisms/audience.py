"""Attachment: how an audience finds an account, in closed form between events.

While an account is public, dD/dt = -refollow D and dU/dt = -discover U, and what leaves D or U
joins F.  So D and U decay exponentially, F is what they lost, and the time integral of F is closed
form too: no time step is needed and nothing depends on one.  Where people forget, D also flows into
U, and with it alone between accounts (:mod:`afterban.mechanisms.forgetting`).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from afterban.arithmetic import expm1
from afterban.mechanisms import state as s
from afterban.mechanisms.forgetting import leave

Floats = npt.NDArray[np.float64]

CLOSE: Final = 0.05  # hazards that differ by a smaller share; their difference is divided by
SLOWEST: Final = 1e-4  # per day; slower ones cancel too many digits where they are divided by


def joined(size: float, hazard: float, elapsed: float) -> float:
    """People who left a compartment of ``size`` within ``elapsed`` days at ``hazard`` per day."""
    if size == 0.0:
        return 0.0
    return -size * expm1(-hazard * elapsed)


def growth(size: float, hazard: float, elapsed: float) -> tuple[float, float]:
    """:func:`joined` and its integral from 0 to ``elapsed``, people and person-days.

    The integral is size * (elapsed - (1 - exp(-x)) / hazard) with x = hazard * elapsed; by its
    series where x is small and the difference would cancel (error under 1e-13 relative).
    """
    if size == 0.0:
        return 0.0, 0.0
    x = hazard * elapsed
    change = expm1(-x)
    if x < 0.01:
        share = x * (0.5 - x * (1.0 / 6.0 - x * (1.0 / 24.0 - x * (1.0 / 120.0 - x / 720.0))))
    else:
        share = 1.0 + change / x
    return -size * change, size * elapsed * share


def content_share(time: float, busy_until: float, rebuild_until: float, rebuild: float) -> float:
    """Share of an operator's posts that are ordinary ones, just after ``time``."""
    if time < busy_until:
        return 0.0
    if time < rebuild_until:
        return 1.0 - rebuild
    return 1.0


def _followers(
    row: Floats, first: int, refollow: float, forget: float, discover: float, elapsed: float
) -> float:
    """Followers in one segment of a public account, so many days after the row's clock."""
    attached: float = row[first]
    if forget == 0.0:
        return (
            attached
            + joined(row[first + 1], refollow, elapsed)
            + joined(row[first + 2], discover, elapsed)
        )
    left = leave(row[first + 1], refollow, forget, discover, elapsed)
    return attached + left.found + (joined(row[first + 2], discover, elapsed) + left.new)


def followers_at(row: Floats, time: float, discover: Floats) -> tuple[float, float]:
    """Insider and outsider followers at ``time``, from the row's clock on; only reads the row."""
    if row[s.PUBLIC] == 0.0:
        return 0.0, 0.0
    elapsed = time - row[s.CLOCK]
    return (
        _followers(row, s.ATTACHED_IN, row[s.REFOLLOW_IN], row[s.FORGET_IN], discover[0], elapsed),
        _followers(
            row, s.ATTACHED_OUT, row[s.REFOLLOW_OUT], row[s.FORGET_OUT], discover[1], elapsed
        ),
    )


def _came(
    detached: float,
    untouched: float,
    refollow: float,
    forget: float,
    discover: float,
    elapsed: float,
) -> tuple[float, float, float, float, float]:
    """What of one segment came to a public account in ``elapsed`` days.

    Returns people who found it again, new ones, those who stopped looking for it, and the
    person-days of the first two.
    """
    new, new_days = growth(untouched, discover, elapsed)
    if forget == 0.0:
        found, found_days = growth(detached, refollow, elapsed)
        return found, new, 0.0, found_days, new_days
    left = leave(detached, refollow, forget, discover, elapsed)
    return left.found, new + left.new, left.forgotten, left.found_days, new_days + left.new_days


def joined_days(
    detached: float,
    untouched: float,
    refollow: float,
    forget: float,
    discover: float,
    elapsed: float,
) -> tuple[float, float]:
    """Person-days of one segment's new followers in ``elapsed`` days.

    Of those who found the account again, and of those who discovered it.
    """
    if elapsed == 0.0:
        return 0.0, 0.0
    _, _, _, found, new = _came(detached, untouched, refollow, forget, discover, elapsed)
    return found, new


def joining(
    row: Floats, first: int, refollow: float, forget: float, discover: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Those of a segment who may still join, as two sizes that decay, each at its hazard.

    Without forgetting these are the detached and the untouched.  With it the detached decay at
    a = refollow + forget into the untouched, so that D + U is a sum of exp(-a t) and
    exp(-discover t), and one of its sizes may be negative.  A hazard of -1: the two are so close
    that the sizes would cancel.
    """
    detached: float = row[first + 1]
    untouched: float = row[first + 2]
    if forget == 0.0 or detached == 0.0:
        return (detached, refollow), (untouched, discover)
    hazard = refollow + forget
    apart = hazard - discover
    if abs(apart) < CLOSE * max(hazard, discover):
        return (detached, -1.0), (untouched, discover)
    still = detached * ((refollow - discover) / apart)
    return (still, hazard), (untouched + (detached - still), discover)


def _seen_days(
    row: Floats,
    first: int,
    refollow: float,
    forget: float,
    discover: float,
    busy: float,
    half: float,
    elapsed: float,
    part: float,
    found: float,
    new: float,
) -> float:
    """Follower-days of one segment at which content was posted.

    All in days after the row's clock: nothing counts until ``busy``, ``part`` of it until ``half``,
    and all until ``elapsed``.  ``found`` and ``new``: :func:`joined_days` until then.
    """
    if busy == elapsed:
        return 0.0
    attached: float = row[first]
    detached: float = row[first + 1]
    untouched: float = row[first + 2]
    found_busy, new_busy = joined_days(detached, untouched, refollow, forget, discover, busy)
    found_half, new_half = found_busy, new_busy
    days = 0.0
    if half > busy:
        if half == elapsed:
            found_half, new_half = found, new
        else:
            found_half, new_half = joined_days(
                detached, untouched, refollow, forget, discover, half
            )
        days += part * (
            attached * (half - busy) + (found_half - found_busy) + (new_half - new_busy)
        )
    if elapsed > half:
        days += attached * (elapsed - half) + (found - found_half) + (new - new_half)
    return days


class Since(NamedTuple):
    """What has come to a public account since its row's clock."""

    found_in: float  # people who followed again
    new_in: float  # people who followed for the first time
    found_out: float
    new_out: float
    forgotten_in: float  # people who stopped looking for it
    forgotten_out: float
    seen_in: float  # follower-days at which content was posted
    seen_out: float
    effort: float  # days of posting that went into rebuilding
    shown_out: float  # follower-days at which anything was posted


# What comes to an account in private.
NOTHING: Final = Since(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def since(
    row: Floats, time: float, discover: Floats, rebuild: float, inside_too: bool = True
) -> Since:
    """What came to a public account from its row's clock to ``time``; only reads the row.

    Nothing counts as seen while posts go into promoting others; a share counts while the operator
    is still re-announcing itself.  inside_too: whether what insiders have seen is among it, which
    hangs on the live share where they are operators (:mod:`afterban.mechanisms.liveshare`).
    """
    clock = row[s.CLOCK]
    busy = min(max(row[s.BUSY_UNTIL], clock), time)
    half = min(max(row[s.REBUILD_UNTIL], busy), time)
    elapsed = time - clock
    again_in, again_out = row[s.REFOLLOW_IN], row[s.REFOLLOW_OUT]
    forget_in, forget_out = row[s.FORGET_IN], row[s.FORGET_OUT]
    found_in, new_in, forgotten_in, found_days_in, new_days_in = _came(
        row[s.DETACHED_IN], row[s.UNTOUCHED_IN], again_in, forget_in, discover[0], elapsed
    )
    found_out, new_out, forgotten_out, found_days_out, new_days_out = _came(
        row[s.DETACHED_OUT], row[s.UNTOUCHED_OUT], again_out, forget_out, discover[1], elapsed
    )
    part = 1.0 - rebuild
    to_busy = busy - clock
    to_half = half - clock
    inside = 0.0
    if inside_too:
        inside = _seen_days(
            row,
            s.ATTACHED_IN,
            again_in,
            forget_in,
            discover[0],
            to_busy,
            to_half,
            elapsed,
            part,
            found_days_in,
            new_days_in,
        )
    outside = _seen_days(
        row,
        s.ATTACHED_OUT,
        again_out,
        forget_out,
        discover[1],
        to_busy,
        to_half,
        elapsed,
        part,
        found_days_out,
        new_days_out,
    )
    effort = to_busy + rebuild * (half - busy)
    shown = row[s.ATTACHED_OUT] * elapsed + found_days_out + new_days_out
    posts = 1.0 + row[s.POSTS_CHANGE]
    inside *= posts
    outside *= posts
    shown *= posts
    effort *= posts
    return Since(
        found_in,
        new_in,
        found_out,
        new_out,
        forgotten_in,
        forgotten_out,
        inside,
        outside,
        effort,
        shown,
    )


def advance(row: Floats, time: float, discover: Floats, rebuild: float) -> None:
    """Bring the row of a public account to ``time``: compartments, and the counts on the way."""
    advance_by(row, time, since(row, time, discover, rebuild))


def advance_by(row: Floats, time: float, more: Since) -> None:
    """:func:`advance` where it is known what has come to the account until ``time``."""
    row[s.SEEN_IN] += more.seen_in
    row[s.SEEN_OUT] += more.seen_out
    row[s.REBUILD_DAYS] += more.effort
    row[s.SHOWN_OUT] += more.shown_out
    row[s.PUBLIC_DAYS] += (1.0 + row[s.POSTS_CHANGE]) * (time - row[s.CLOCK])
    row[s.ATTACHED_IN] += more.found_in + more.new_in
    row[s.DETACHED_IN] -= more.found_in + more.forgotten_in
    row[s.UNTOUCHED_IN] -= more.new_in - more.forgotten_in
    row[s.ATTACHED_OUT] += more.found_out + more.new_out
    row[s.DETACHED_OUT] -= more.found_out + more.forgotten_out
    row[s.UNTOUCHED_OUT] -= more.new_out - more.forgotten_out
    row[s.CLOCK] = time


def wait(row: Floats, time: float) -> None:
    """Bring the row of an operator without a public account to ``time``: fewer look for it."""
    if row[s.FORGET_IN] == 0.0 and row[s.FORGET_OUT] == 0.0:
        return
    elapsed = time - row[s.CLOCK]
    for first, forget in ((s.ATTACHED_IN, row[s.FORGET_IN]), (s.ATTACHED_OUT, row[s.FORGET_OUT])):
        forgotten = joined(row[first + 1], forget, elapsed)
        row[first + 1] -= forgotten
        row[first + 2] += forgotten
    row[s.CLOCK] = time


def appear(
    row: Floats, time: float, refollow: Floats, recognition: float, rebuild_until: float
) -> None:
    """A new account becomes public: nobody follows it yet, and some have stopped looking."""
    wait(row, time)
    row[s.CLOCK] = time
    row[s.PUBLIC] = 1.0
    row[s.REFOLLOW_IN] = refollow[0] * recognition
    row[s.REFOLLOW_OUT] = refollow[1] * recognition
    row[s.BUSY_UNTIL] = time
    row[s.REBUILD_UNTIL] = rebuild_until


def detach(row: Floats, lost: Floats, factor: float = 1.0) -> None:
    """A suspension: followers become detached, except a share that is lost for good.

    factor: of this operator, on the shares, which end at 1.
    """
    gone = min(1.0, factor * lost[0]) * row[s.ATTACHED_IN]
    row[s.GONE_IN] += gone
    row[s.DETACHED_IN] += row[s.ATTACHED_IN] - gone
    row[s.ATTACHED_IN] = 0.0
    gone = min(1.0, factor * lost[1]) * row[s.ATTACHED_OUT]
    row[s.GONE_OUT] += gone
    row[s.DETACHED_OUT] += row[s.ATTACHED_OUT] - gone
    row[s.ATTACHED_OUT] = 0.0
    row[s.PUBLIC] = 0.0


def newly(before: float, now: float) -> float:
    """Of those who look for an operator now, the share who did not before a suspension (0 to 1)."""
    return 1.0 - before / now if now > 0.0 else 0.0


def reinstate(row: Floats, time: float, share_in: float, share_out: float) -> None:
    """The suspended account is public again, and followed by those who still look for it.

    share_in, share_out: of those who looked for the operator when the account was suspended, who
    had followed this very account; people stop looking for it at one hazard for all.
    """
    wait(row, time)
    for first, share in ((s.ATTACHED_IN, share_in), (s.ATTACHED_OUT, share_out)):
        back = share * row[first + 1]
        row[first] = back
        row[first + 1] -= back
    row[s.CLOCK] = time
    row[s.PUBLIC] = 1.0
    row[s.BUSY_UNTIL] = time
    row[s.REBUILD_UNTIL] = time


def _move_segment(row: Floats, first: int, away: int, kept: float) -> None:
    detached = row[first + 1]
    there = detached + row[first + 2]
    known = detached / there if there > 0.0 else 0.0
    people = there + row[away]
    followed = kept * people
    row[first + 1] = known * followed
    row[first + 2] = followed - row[first + 1]
    row[away] = people - followed


def migrate(row: Floats, kept: float) -> None:
    """The operator moves: of all who are not lost for good, the share ``kept`` is where it goes.

    Those who are not may be found again on a later one.  How many of them knew the operator follows
    the share among those it leaves.
    """
    _move_segment(row, s.ATTACHED_IN, s.AWAY_IN, kept)
    _move_segment(row, s.ATTACHED_OUT, s.AWAY_OUT, kept)


def recognition(edits: int, near_edits: int, unrelated: float) -> float:
    """Speed of being found again under a handle that many edits away from the last one (0 to 1)."""
    return 1.0 if edits <= near_edits else unrelated


def recognised(life: int, edits: int, near_edits: int, unrelated: float, factor: float) -> float:
    """Speed at which an operator's new account is found again, relative to its tier's.

    life: from 1; a first one has no earlier handle to be unlike.  edits: between the two handles.
    factor: of this operator.
    """
    found = 1.0 if life == 1 else recognition(edits, near_edits, unrelated)
    return found * factor


def rebuild_until(now: float, life: int, window: float) -> float:
    """Day until which some posts re-announce an account that is public from ``now`` on.

    window: days of that, for each life but the first.  Assumption: nobody announces a first one.
    """
    return now if life == 1 else now + window
