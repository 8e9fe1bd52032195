"""Draws from distributions by inversion: one uniform number gives one value.

Inversion keeps common random numbers in step: a distribution whose quantiles all grow gives larger
values for the same draws.  A distribution is a row of numbers, so that compiled code can hold it:
``[kind, a, b, floor, cap, points, p_0 .. p_7, x_0 .. x_7]``.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from afterban.arithmetic import exp, exp_sum, log, pow

CONSTANT: Final = 0
EXPONENTIAL: Final = 1
LOGNORMAL: Final = 2
UNIFORM: Final = 3
WEIBULL: Final = 4
PARETO: Final = 5
QUANTILES: Final = 6
# Of return delays, which may be longer than a row: see :mod:`afterban.mechanisms.returning`.
LONG: Final = 7
MIXTURE: Final = 8
OBSERVED: Final = 9

_FAR: Final = 5.0  # distance from which on the tail of the normal law has another formula

MOST_POINTS: Final = 8
ROW: Final = 6 + 2 * MOST_POINTS

Floats = npt.NDArray[np.float64]


def normal_quantile(p: float) -> float:
    """Quantile of the standard normal law, for p in (0, 1); relative error about 1e-16.

    Wichura (1988), algorithm AS 241 (PPND16), Applied Statistics 37, 477-484.
    """
    if _is_central(p):
        return _central_quantile(p)
    return _tail_quantile(p)


def _is_central(p: float) -> bool:
    return abs(p - 0.5) <= 0.425


def _central_quantile(p: float) -> float:
    q = p - 0.5
    r = 0.180625 - q * q
    num = (
        (
            (
                (
                    (
                        (2509.0809287301226727 * r + 33430.575583588128105) * r
                        + 67265.770927008700853
                    )
                    * r
                    + 45921.953931549871457
                )
                * r
                + 13731.693765509461125
            )
            * r
            + 1971.5909503065514427
        )
        * r
        + 133.14166789178437745
    ) * r + 3.387132872796366608
    den = (
        (
            (
                (
                    ((5226.495278852545925 * r + 28729.085735721942674) * r + 39307.89580009271061)
                    * r
                    + 21213.794301586595867
                )
                * r
                + 5394.1960214247511077
            )
            * r
            + 687.1870074920579083
        )
        * r
        + 42.313330701600911252
    ) * r + 1.0
    return q * num / den


def _tail_quantile(p: float) -> float:
    r = _tail_distance(p)
    size = _near_tail(r) if r <= _FAR else _far_tail(r)
    return -size if p < 0.5 else size


def _tail_distance(p: float) -> float:
    return math.sqrt(-log(min(p, 1.0 - p)))


def _near_tail(r: float) -> float:
    r -= 1.6
    num = (
        (
            (
                (
                    (
                        (7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r
                        + 0.24178072517745061177
                    )
                    * r
                    + 1.27045825245236838258
                )
                * r
                + 3.64784832476320460504
            )
            * r
            + 5.7694972214606914055
        )
        * r
        + 4.6303378461565452959
    ) * r + 1.42343711074968357734
    den = (
        (
            (
                (
                    (
                        (1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r
                        + 0.0151986665636164571966
                    )
                    * r
                    + 0.14810397642748007459
                )
                * r
                + 0.68976733498510000455
            )
            * r
            + 1.6763848301838038494
        )
        * r
        + 2.05319162663775882187
    ) * r + 1.0
    return num / den


def _far_tail(r: float) -> float:
    r -= _FAR
    num = (
        (
            (
                (
                    (
                        (2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
                        + 0.0012426609473880784386
                    )
                    * r
                    + 0.026532189526576123093
                )
                * r
                + 0.29656057182850489123
            )
            * r
            + 1.7848265399172913358
        )
        * r
        + 5.4637849111641143699
    ) * r + 6.6579046435011037772
    den = (
        (
            (
                (
                    (
                        (2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r
                        + 1.8463183175100546818e-5
                    )
                    * r
                    + 7.868691311456132591e-4
                )
                * r
                + 0.0148753612908506148525
            )
            * r
            + 0.13692988092273580531
        )
        * r
        + 0.59983220655588793769
    ) * r + 1.0
    return num / den


def normal_probability(z: float) -> float:
    """Probability that a standard normal number is at most ``z``, within the open interval (0, 1).

    Of a draw that was made of 52 bits, so that it is never 0 or 1.  Relative error under 1e-15.

    exp(z^2 / 2) times the probability of being below z < 0 is smooth in 1 / (4 - z): by the
    polynomial that meets it at Chebyshev's points between -8.375, beyond which nothing is asked
    for, and 0.
    """
    size = min(abs(z), 8.375)
    part = 1.0 / (size + 4.0)
    s = 1.955223880597015 - 11.82089552238806 * part
    total = 1.0258718576198057e-10
    total = total * s + 1.8923729729394579e-10
    total = total * s - 1.402386427142376e-09
    total = total * s - 5.570407039910742e-09
    total = total * s + 9.232664225477429e-09
    total = total * s + 1.0062727925136696e-07
    total = total * s + 2.3410954014008557e-08
    total = total * s - 1.59854004380433e-06
    total = total * s - 1.955407994194105e-06
    total = total * s + 2.7614314355522587e-05
    total = total * s + 3.504701545828226e-05
    total = total * s - 0.0005939276035389839
    total = total * s + 0.00031738551456985103
    total = total * s + 0.013719830956507641
    total = total * s - 0.08355618849195981
    total = total * s + 0.2783497033875634
    total = total * s - 0.626087469528477
    total = total * s + 0.9992051326844628
    short = math.floor(size * 1048576.0) / 1048576.0  # whose square is exact
    below = part * total * exp_sum(-0.5 * short * short, -0.5 * (size - short) * (size + short))
    return min(max(below if z < 0.0 else 1.0 - below, 2.0**-53), 1.0 - 2.0**-53)


def unit_exponential(u: float) -> float:
    """Value of the exponential distribution of mean 1 at probability u in (0, 1).

    The draws of :mod:`afterban.randomness` have 52 bits, so that 1 - u is exact; the logarithm of
    it takes a third of the time of ``log1p(-u)``.
    """
    return -log(1.0 - u)


def quantile(row: Floats, u: float) -> float:
    """Value of the distribution in ``row`` at probability u in (0, 1), in the row's own unit."""
    kind = int(row[0])
    a: float = row[1]
    b: float = row[2]
    floor: float = row[3]
    cap: float = row[4]
    if kind == CONSTANT:
        value = a
    elif kind == EXPONENTIAL:
        value = a * unit_exponential(u)
    elif kind == LOGNORMAL:
        value = exp(a + b * normal_quantile(u))
    elif kind == UNIFORM:
        value = a + (b - a) * u
    elif kind == WEIBULL:
        value = a * pow(unit_exponential(u), 1.0 / b)
    elif kind == PARETO:
        value = a * pow(1.0 - u, -1.0 / b)
    else:
        points = int(row[5])
        k = 1
        while k < points - 1 and u > row[6 + k]:
            k += 1
        p0 = row[5 + k]
        p1 = row[6 + k]
        x0 = row[5 + MOST_POINTS + k]
        x1 = row[6 + MOST_POINTS + k]
        part = (u - p0) / (p1 - p0)
        # Straight from an atom at 0, where a logarithm has no beginning.
        value = x0 * pow(x1 / x0, part) if x0 > 0.0 else x1 * part
    return min(max(value, floor), cap)


def quantiles(row: Floats, u: Floats) -> Floats:
    """:func:`quantile` of one distribution at each of the probabilities ``u``."""
    return np.array([quantile(row, one) for one in u.tolist()])
