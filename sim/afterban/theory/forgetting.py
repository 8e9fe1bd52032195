"""Followers who also forget: a Markov chain of four states."""

from __future__ import annotations

import math

import numpy as np
from scipy import linalg

from afterban.theory import check
from afterban.theory.check import FloatArray

_ATTACHED, _DETACHED, _UNTOUCHED, _GONE = range(4)


def _generator(refollow: float, forget: float, discover: float) -> FloatArray:
    """Generator of the Markov chain of one person, ``[to, from]``, while an account is public."""
    q = np.zeros((4, 4))
    for source, target, hazard in (
        (_DETACHED, _ATTACHED, refollow),
        (_DETACHED, _UNTOUCHED, forget),
        (_UNTOUCHED, _ATTACHED, discover),
    ):
        q[target, source] += hazard
        q[source, source] -= hazard
    return q


def followers_who_forget(
    time: float,
    *,
    attached: float = 0.0,
    detached: float = 0.0,
    untouched: float = 0.0,
    refollow: float,
    forget: float,
    discover: float = 0.0,
) -> tuple[FloatArray, float]:
    """Attached, detached and untouched people after `time` public days, and the follower-days.

    A person is in one of three states: dD/dt = -(h + f) D, dU/dt = f D - g U, F gains h D + g U.
    The solution is e^{Qt} x with the generator Q of that Markov chain, and the integral of F comes
    out of the exponential of Q with one state more, which adds up F (Ross, *Introduction to
    Probability Models*, continuous-time Markov chains). Rates may be equal.

    Args:
        time: days since the account became public, 0 or more.
        attached, detached, untouched: people at the beginning.
        refollow: h, per day, 0 or more.
        forget: f, per day, 0 or more.
        discover: g, per day, 0 or more.

    Returns:
        People ``[3]`` and people times days.
    """
    check.not_negative(time=time, refollow=refollow, forget=forget, discover=discover)
    wider = np.zeros((5, 5))
    wider[:4, :4] = _generator(refollow, forget, discover)
    wider[4, _ATTACHED] = 1.0
    end = linalg.expm(wider * time) @ np.array([attached, detached, untouched, 0.0, 0.0])
    return end[:3], float(end[4])


def kept_per_life(
    refollow: float,
    forget: float,
    loss: float,
    mean_life: float,
    mean_gap: float,
    *,
    fixed: bool = False,
) -> float:
    """Expected share of those who look for an operator that do so one life and one gap later.

    Derivation here: with a = h + f a life turns D into F = D (h/a)(1 - e^{-aT}) and leaves
    D e^{-aT} looking; the suspension gives F (1 - l) back to them, and the share e^{-fR} of all is
    left after the gap. Nobody who forgot comes back (g = 0). Below 1 repeated suspension compounds:
    followers at the end of a life fall by this factor from each life to the next; it is 1 if and
    only if nobody forgets and nobody is lost.

    Args:
        refollow: h, per day, 0 or more.
        forget: f, per day, 0 or more.
        loss: l, share of followers lost at a suspension.
        mean_life: mean of T, days, above 0.
        mean_gap: mean of R, days, 0 or more.
        fixed: whether all lives and gaps last their means; else they are exponential.
    """
    check.positive(mean_life=mean_life)
    check.not_negative(refollow=refollow, forget=forget, mean_gap=mean_gap)
    check.share(loss=loss)
    leaving = refollow + forget
    if leaving == 0:
        return 1.0
    x, y = leaving * mean_life, forget * mean_gap
    looking = math.exp(-x) if fixed else 1 / (1 + x)
    waiting = math.exp(-y) if fixed else 1 / (1 + y)
    return waiting * (looking + (1 - loss) * refollow / leaving * (1 - looking))


def followers_over_lives(
    lives: int,
    refollow: float,
    forget: float,
    loss: float,
    mean_life: float,
    mean_gap: float,
    discover: float = 0.0,
    *,
    fixed: bool = False,
) -> FloatArray:
    """Expected attached share of the audience at the end of each life, the first all attached.

    Over an exponential time of rate lambda, E[e^{QT}] = lambda (lambda I - Q)^{-1}; lives and gaps
    are independent, so their matrices multiply. Those who forgot may come upon a later account.

    Args:
        lives: number of lives, 1 or more.
        refollow: h, per day, 0 or more.
        forget: f, per day, 0 or more.
        loss: l, share of followers lost at a suspension.
        mean_life: days, above 0.
        mean_gap: days, 0 or more.
        discover: g, per day, 0 or more.
        fixed: whether all lives and gaps last their means; else they are exponential.

    Returns:
        ``[lives]``.
    """
    check.whole(1, lives=lives)
    check.positive(mean_life=mean_life)
    check.not_negative(refollow=refollow, forget=forget, mean_gap=mean_gap, discover=discover)
    check.share(loss=loss)

    def expected(q: FloatArray, mean: float) -> FloatArray:
        one = np.eye(4)
        after = linalg.expm(q * mean) if fixed else np.linalg.inv(one - mean * q)
        return np.asarray(after, dtype=np.float64)

    live = expected(_generator(refollow, forget, discover), mean_life)
    gap = expected(_generator(0.0, forget, 0.0), mean_gap)
    suspended = np.eye(4)
    suspended[:, _ATTACHED] = 0.0
    suspended[_DETACHED, _ATTACHED], suspended[_GONE, _ATTACHED] = 1 - loss, loss
    people = np.zeros(4)
    people[_ATTACHED] = 1.0
    out = np.empty(lives)
    for k in range(lives):
        people = live @ people
        out[k] = people[_ATTACHED]
        people = gap @ suspended @ people
    return out


def reinstated_followers(followers: float, loss: float, forget: float, days: float) -> float:
    """People who follow an account that is reinstated so many ``days`` after its suspension.

    followers: at the suspension.  loss: share of them lost for good at it.  forget: hazard with
    which the others stop looking, per day.
    """
    return followers * (1.0 - loss) * math.exp(-forget * days)
