"""Reach: how many distinct outsiders were exposed at least once.

Outsiders differ in how much they follow.  Each has an appetite, drawn from the exponential law of
mean 1, and is in the audience of operator i with probability 1 - exp(-c_i x appetite), for each
operator independently: in it or not, never twice.  c_i = q_i / (1 - q_i), with q_i the audience's
share of the population, makes the mean over all outsiders q_i, whatever q_i is: expected members
are A_i.  Where audiences are small beside the population, the number of audiences that somebody is
in is geometric: many are in none, few in many.

No outsider is drawn.  Given the appetite memberships are independent, so the probability of having
been exposed is a product over operators, and its mean over appetites is a sum over ``KINDS`` of
them.  So reach has no error of a sample, and one more operator can redraw nobody.

Decision: ``docs/decisions/0021-reach-without-a-sample.md``.  Tests:
``tests/unit/test_model_reach.py``, ``tests/analytic/test_reach.py``.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from afterban.arithmetic import LOG_2, LOG_2_REST, each, exp, expm1

Floats = npt.NDArray[np.float64]

# The mean over appetites is a trapezoidal sum in the logarithm of the appetite.  A step of a factor
# of sqrt(2) leaves a relative error of 1e-11: the integrand is that of the gamma function, whose
# modulus at 1 + 2 pi i / log(sqrt(2)) is that small.  From 2^-23 (as many outsiders are left out
# below as are added to the first kind) to 45, which one in 10^19 exceeds.
KINDS: Final = 58
_HALVES: Final = np.arange(KINDS) - 46
APPETITES: Final = np.ldexp(np.where(_HALVES % 2 == 1, np.sqrt(2.0), 1.0), _HALVES // 2)
_UNBOUND: Final = 0.5 * (LOG_2 + LOG_2_REST) * APPETITES * each(exp, -APPETITES)
KIND_SHARES: Final = _UNBOUND.copy()
KIND_SHARES[0] += 1.0 - _UNBOUND.sum()

# Up to this c an operator's factor is written as a series in c, of which four terms leave a
# relative error below c^4: one short sum for all of them, where a product takes a step a kind.
SMALL: Final = 0.01


def _exposed(exposures: float) -> float:
    """Probability of at least one exposure, 1 - exp(-exposures); relative error below 1e-13.

    The series of a 64th of it, doubled six times, without a branch: a processor does several at
    once, in a quarter of the time that ``expm1`` takes one after another.
    """
    x = min(exposures, 38.0) / 64.0
    # x - x^2/2! + x^3/3! - ... to the tenth power, from the inside.
    e = x / 10.0
    e = x / 9.0 * (1.0 - e)
    e = x / 8.0 * (1.0 - e)
    e = x / 7.0 * (1.0 - e)
    e = x / 6.0 * (1.0 - e)
    e = x / 5.0 * (1.0 - e)
    e = x / 4.0 * (1.0 - e)
    e = x / 3.0 * (1.0 - e)
    e = x / 2.0 * (1.0 - e)
    e = x * (1.0 - e)
    e *= 2.0 - e
    e *= 2.0 - e
    e *= 2.0 - e
    e *= 2.0 - e
    e *= 2.0 - e
    return e * (2.0 - e)


def membership(share: float) -> Floats:
    """Probability of being in an audience, for outsiders of each kind ``[KINDS]``.

    share: of the outside population that the audience is, from 0 to 1; what is above 1 is taken as
        1.  The mean over kinds, by ``KIND_SHARES``, is the share.
    """
    if share >= 1.0:
        return np.ones(KINDS)
    c = share / (1.0 - share)
    inside = np.empty(KINDS)
    inside[0] = -expm1(-c * APPETITES[0])
    inside[1] = -expm1(-c * APPETITES[1])
    for k in range(2, KINDS):  # the next kind but one has twice the appetite
        inside[k] = inside[k - 2] * (2.0 - inside[k - 2])
    return inside


def exposed_share(impressions: Floats, audience: Floats, population: float) -> Floats:
    """Share of the outside population exposed at least once in each window.

    impressions: outsider impressions ``[windows, operators]``.
    audience: outsiders in each operator's audience ``[operators]``, people, up to ``population``.
    population: outsiders in all, people, above 0.
    Returns ``[windows + 1]``; the last entry is for all windows together.

    Assumption: each member of an audience expects as many exposures as the others, and is exposed
    with probability 1 - exp(-expected exposures).
    """
    windows, operators = impressions.shape
    small = np.zeros(operators)  # c of those with a series
    per_member = np.zeros(operators)
    large = np.flatnonzero(audience > population * SMALL / (1.0 + SMALL))
    inside = np.empty((len(large), KINDS))
    for j in range(len(large)):
        inside[j] = membership(audience[large[j]] / population)
    for i in range(operators):
        if audience[i] > 0.0:
            per_member[i] = 1.0 / audience[i]
        if audience[i] <= population * SMALL / (1.0 + SMALL):
            small[i] = audience[i] / (population - audience[i])
    missed = np.ones((windows + 1, KINDS))  # probability of no exposure
    unseen = np.ones(operators)  # probability that a member has missed all windows so far
    exposed = np.empty(operators)  # probability that a member is exposed in the window
    for w in range(windows + 1):
        if w < windows:
            for i in range(operators):
                exposed[i] = _exposed(impressions[w, i] * per_member[i])
            for i in range(operators):
                unseen[i] *= 1.0 - exposed[i]
        else:
            for i in range(operators):
                exposed[i] = 1.0 - unseen[i]
        # Cumulants of the small audiences: log(1 - e (1 - exp(-x))) in powers of x.
        first, second, third, fourth = 0.0, 0.0, 0.0, 0.0
        for i in range(operators):
            e = exposed[i]
            x = small[i]
            spread = e * (1.0 - e) * x * x
            first += e * x
            second += spread
            third += spread * (1.0 - 2.0 * e) * x
            fourth += spread * (1.0 - 6.0 * e * (1.0 - e)) * x * x
        for k in range(KINDS):
            a = APPETITES[k]
            missed[w, k] = exp(
                -a * (first - a / 2.0 * (second - a / 3.0 * (third - a / 4.0 * fourth)))
            )
        for j in range(len(large)):
            for k in range(KINDS):
                missed[w, k] *= 1.0 - exposed[large[j]] * inside[j, k]
    out = np.zeros(windows + 1)
    for w in range(windows + 1):
        for k in range(KINDS):
            out[w] += KIND_SHARES[k] * (1.0 - missed[w, k])
    return out
