"""Forgetting: who looks for an operator that is away stops doing so, at a constant hazard.

While an account is public, per segment, with refollow r, forget f, discover g and a = r + f,

    dD/dt = -a D        dU/dt = f D - g U        dF/dt = r D + g U

and between accounts f alone acts.  What the detached D of a moment become is a divided difference
of the exponential function at 0, -g and -a, times powers of the time, all of one sign.  So nothing
cancels, and equal rates need no case of their own.  (Without forgetting D and U are independent:
see :mod:`afterban.mechanisms.audience`.)

Checked by ``tests/unit/test_model_forgetting.py`` against integration with many digits, and by
``tests/analytic/test_forgetting.py`` against :mod:`afterban.theory`, which shares no code with it.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from afterban.arithmetic import exp, expm1

_FEW: Final = 0.5  # below it 14 terms of the series are exact to the last digits
_TERMS: Final = 14


class Left(NamedTuple):
    """What has become of the detached of a moment."""

    found: float  # people who found the account again
    forgotten: float  # people who stopped looking
    new: float  # of these, people who came upon the account and follow as if for the first time
    found_days: float  # person-days for which those have followed
    new_days: float


def mean_decay(x: float) -> float:
    """(1 - exp(-x)) / x for x >= 0: the mean of exp(-x u) for u from 0 to 1."""
    return _mean_decay(x, -expm1(-x))


def _mean_decay(x: float, gone: float) -> float:
    """:func:`mean_decay` where ``gone``, 1 - exp(-x), is known."""
    return 1.0 if x == 0.0 else gone / x


def _mean_decay_so_far(x: float, gone: float) -> float:
    """(1 - mean_decay(x)) / x, by its series where x is small."""
    if x < 0.01:
        return 0.5 - x * (1.0 / 6.0 - x * (1.0 / 24.0 - x * (1.0 / 120.0 - x / 720.0)))
    return (1.0 - gone / x) / x


def divided_differences(x: float, y: float) -> tuple[float, float]:
    """Divided differences of exp at (0, -x, -y) and at (0, 0, -x, -y), for x and y >= 0.

    The first is (mean_decay(x) - mean_decay(y)) / (y - x), which is 1/2 at 0, the second 1/6 there.
    Relative error under 1e-13 everywhere, equal and nearly equal ones included.
    """
    return _divided_differences(x, -expm1(-x), y)


def _divided_differences(x: float, gone: float, y: float) -> tuple[float, float]:
    """:func:`divided_differences` where ``gone``, 1 - exp(-x), is known."""
    large = max(x, y)
    small = min(x, y)
    if large < _FEW:
        second = 0.0
        third = 0.0
        power = 1.0
        term = 1.0  # the sum of all products of k factors -x or -y
        factor = 0.5  # 1 / (k + 2)!
        for k in range(_TERMS):
            second += term * factor
            factor /= k + 3.0
            third += term * factor
            power *= -small
            term = power - large * term
        return second, third
    other = -expm1(-y)
    of_small = gone if x < y else other
    if small >= 0.5 * large:
        kept = small * exp(-small) * mean_decay(large - small)
        second = (of_small - kept) / (small * large)
    else:
        of_large = other if x < y else gone
        second = (_mean_decay(small, of_small) - of_large / large) / (large - small)
    return second, (_mean_decay_so_far(small, of_small) - second) / large


def leave(size: float, refollow: float, forget: float, discover: float, elapsed: float) -> Left:
    """What becomes of ``size`` detached people within ``elapsed`` days; hazards per day.

    forget: above 0.
    """
    if size == 0.0 or elapsed == 0.0:
        return Left(0.0, 0.0, 0.0, 0.0, 0.0)
    hazard = refollow + forget
    x = hazard * elapsed
    gone = -expm1(-x)
    left = size * gone
    found = left * (refollow / hazard)
    found_days = size * elapsed * (refollow * elapsed) * _mean_decay_so_far(x, gone)
    if discover == 0.0:
        return Left(found, left - found, 0.0, found_days, 0.0)
    second, third = _divided_differences(x, gone, discover * elapsed)
    both = size * (forget * elapsed) * (discover * elapsed)
    return Left(found, left - found, both * second, found_days, both * elapsed * third)
