"""Ordinary users flagged and suspended, and what a right suspension costs."""

from __future__ import annotations

import math

from afterban.theory import check


def wrong_flags_per_right(precision: float) -> float:
    """Flags on ordinary users for each right flag of the untouched world: (1 - q)/q.

    Args:
        precision: q, share of a channel's flags that are right while nobody is suspended; above 0.
    """
    check.share(precision=precision)
    if precision == 0:
        raise ValueError("a channel whose flags are all wrong raises no right one to count by")
    return (1 - precision) / precision


def observed_precision(precision: float, hazard: float, days: float) -> float:
    """Share of right flags since the start, where a flag ends an account at once and for good.

    An operator is flagged with probability 1 - e^{-lambda t}, and wrong flags go on as at the
    start: (1 - e^{-x}) / (1 - e^{-x} + x (1 - q)/q) with x = lambda t. It is q at the start and
    falls to 0 as the network ends. Test: ``tests/analytic/test_price.py``.

    Args:
        precision: q, at the start; above 0.
        hazard: lambda, flags per day of one account.
        days: t since the start.
    """
    check.not_negative(hazard=hazard, days=days)
    x = hazard * days
    if x == 0:
        return precision
    found = -math.expm1(-x)
    return found / (found + x * wrong_flags_per_right(precision))


def wrong_suspensions_per_right(precision: float, mistake: float, sensitivity: float) -> float:
    """Ordinary users suspended for each account of a network that does not shrink.

    A suspension takes 1/s right flags, each beside (1 - q)/q wrong ones, of which the share m ends
    in suspension: m (1 - q)/(q s). Worse reviewing makes it larger.

    Args:
        precision: q, at the start; above 0.
        mistake: m, probability that the review of an ordinary user ends in suspension.
        sensitivity: s, probability that the review of the network's account does; above 0.
    """
    check.share(mistake=mistake, sensitivity=sensitivity)
    if sensitivity == 0:
        raise ValueError("no account of the network is ever suspended")
    return mistake * wrong_flags_per_right(precision) / sensitivity


def paid_hours_per_right_suspension(
    hours: float, precision: float, sensitivity: float, utilisation: float
) -> float:
    """Hours on duty for each account suspended in a network that does not shrink: h/(q s rho).

    Args:
        hours: h, mean time that a reviewer takes for one case.
        precision: q, at the start; above 0.
        sensitivity: s, probability that the review of the network's account ends in suspension.
        utilisation: rho, share of the paid hours that are spent on cases; above 0.
    """
    check.not_negative(hours=hours)
    check.share(sensitivity=sensitivity, utilisation=utilisation)
    if sensitivity == 0 or utilisation == 0:
        raise ValueError("a team that suspends nobody has no hours per suspension")
    return hours * (1 + wrong_flags_per_right(precision)) / (sensitivity * utilisation)
