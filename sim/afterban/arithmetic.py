"""Exponentials, logarithms and powers from + - * / and exact steps: the same on every machine.

C libraries differ in the last bit of ``exp`` for one argument in ten, and a whole number that hangs
on such a bit differs with it.  Here each operation is rounded once, in the order that is written,
and the compiled program (``arithmetic.c``) does the same ones: so both give the same bits.  What is
used besides is exact: ``frexp``, ``ldexp``, ``int``, ``abs`` and comparisons; so are ``sqrt`` and
``floor``, which others use.  Errors are below 0.52 units in the last place of exp, expm1 and log1p,
0.6 of pow, and 0.75 of log (0.52 but next to 1) and of whatever is below 2^-1022.

Nothing is raised: too large is inf, too small 0, and what has no value NaN, as in C.

- exp: x = k log(2) / 128 + r, and exp(x) = 2^(k / 128) exp(r) with the first from a table and the
  second from its series.  Tang (1989), ACM Transactions on Mathematical Software 15, 144-157.
- log: x = 2^k z, and z n = 1 + r with n a fraction of few bits, from a table as its logarithm is,
  so that r is exact.  Tang (1990), ibid. 16, 378-400.
- The rest are these two with their rounding errors carried along.  Dekker (1971), Numerische
  Mathematik 18, 224-242.

Tables are rounded from whole numbers of 200 bits, so that they hang on no library either.

Tests: ``tests/unit/test_arithmetic.py``, ``tests/engines/test_arithmetic_in_c.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from math import frexp, ldexp
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_BITS: Final = 200  # after the point, of the whole numbers below
_ONE: Final = 1 << _BITS
_GRID: Final = 42  # bits after the point of the high parts below: sums of them are exact


def _float(number: int) -> float:
    """The nearest float; dividing whole numbers rounds once."""
    return number / _ONE


def _parts(number: int) -> tuple[float, float]:
    """A number as one with few bits, and the rest."""
    sign = -1 if number < 0 else 1
    high = sign * (abs(number) >> (_BITS - _GRID) << (_BITS - _GRID))
    return _float(high), _float(number - high)


def _roots_of_two() -> tuple[list[float], list[float]]:
    """2^(i / 128) for i from 0 to 127, and what the float lacks, relative to it."""
    root = 2 * _ONE
    for _ in range(7):
        root = math.isqrt(root << _BITS)
    exact = [_ONE]
    for _ in range(_ROOTS - 1):
        exact.append(exact[-1] * root >> _BITS)
    near = [_float(number) for number in exact]
    lack = [e - int(n * 2**52) * (_ONE >> 52) for e, n in zip(exact, near, strict=True)]
    return near, [part / number for part, number in zip(lack, exact, strict=True)]


def _logarithms() -> tuple[list[float], list[float], list[float]]:
    """For z near j / 256 (j from 128 to 256) a fraction n near 1 / z, and -log(n) in two parts."""
    log = {256: 0}  # of m / 256: log(m + 1) - log(m) = 2 artanh(1 / (2 m + 1))
    for m in range(256, 512):
        odd, term, more = 2 * m + 1, _ONE // (2 * m + 1), 0
        for k in range(1, _BITS, 2):
            more += term // k
            term //= odd * odd
        log[m + 1] = log[m] + 2 * more
    nearest = [(2 * 65536 + j) // (2 * j) for j in range(128, 257)]
    parts = [_parts(-log[m]) for m in nearest]
    return [m / 256 for m in nearest], [high for high, _ in parts], [low for _, low in parts]


_ROOTS: Final = 128
ROOT, LACK = (tuple(table) for table in _roots_of_two())
INVERSE, LOG, LOG_REST = (tuple(table) for table in _logarithms())
_LOG_2 = sum(_ONE // (k << k) for k in range(1, _BITS))
LOG_2, LOG_2_REST = _parts(_LOG_2)
STEP, STEP_REST = _parts(_LOG_2 // _ROOTS)
STEPS: Final = _float(_ROOTS * _ONE * _ONE // _LOG_2)  # in 1

_WHOLE: Final = 1.5 * 2.0**52  # added and taken away again it leaves the nearest whole number
_SHORT: Final = 2.0**24  # of what a fraction of few bits is a multiple
_HALVES: Final = 2.0**27 + 1.0  # see _half
_SMALL: Final = 2.0**-8  # up to here the series for what the tables leave is enough
_MUCH: Final = 2.0**64  # the power of all but 1 to this is inf or 0


def exp(x: float) -> float:
    """e to the power of x; inf above 709.78, and 0 below -745.13."""
    x = float(x)  # one of numpy's own is slow, and warns
    if not -708.0 < x < 708.0:
        return _far_exp(x)
    near = (x * STEPS + _WHOLE) - _WHOLE
    k = int(near)
    r = (x - near * STEP) - near * STEP_REST
    rr = r * r
    root = ROOT[k & 127]
    more = (LACK[k & 127] + r) + rr * (0.5 + r * (1.0 / 6.0))
    more += rr * rr * (1.0 / 24.0 + r * (1.0 / 120.0))
    return ldexp(root + root * more, k >> 7)


def exp_sum(x: float, rest: float) -> float:
    """e to the power of x + rest, for x from -746 to 710 and a rest far below 1 / 128."""
    near = (x * STEPS + _WHOLE) - _WHOLE
    k = int(near)
    r = (x - near * STEP) - near * STEP_REST + rest
    rr = r * r
    root = ROOT[k & 127]
    more = (LACK[k & 127] + r) + rr * (0.5 + r * (1.0 / 6.0))
    more += rr * rr * (1.0 / 24.0 + r * (1.0 / 120.0))
    y = root + root * more
    if k >> 7 > 1023:
        return ldexp(y, 1023) * 2.0  # which ldexp would refuse
    return ldexp(y, k >> 7)


def _far_exp(x: float) -> float:
    if x != x:
        return x
    if x > 710.0:
        return math.inf
    return 0.0 if x < -746.0 else exp_sum(x, 0.0)


def expm1(x: float) -> float:
    """exp(x) - 1, as exact where x is small."""
    x = float(x)
    if not -40.0 < x < 40.0 or x == 0.0:
        return _far_expm1(x)
    near = (x * STEPS + _WHOLE) - _WHOLE
    k = int(near)
    high = x - near * STEP
    low = near * STEP_REST
    r = high - low
    rr = r * r
    power = ldexp(ROOT[k & 127], k >> 7)
    # What is rounded away is added at the end: of power - 1, and of that and the high part.
    less = power - 1.0
    gone = less - power
    lost = (power - (less - gone)) + (-1.0 - gone)
    whole = less + high
    lost += (less - whole) + high
    more = (LACK[k & 127] * (1.0 + r) - low) + rr * (0.5 + r * (1.0 / 6.0))
    more += rr * rr * ((1.0 / 24.0 + r * (1.0 / 120.0)) + rr * (1.0 / 720.0))
    return whole + (lost + (less * high + power * more))


def _far_expm1(x: float) -> float:
    if x != x or x == 0.0:
        return x
    return exp(x) if x > 0.0 else -1.0


def log(x: float) -> float:
    """Natural logarithm; -inf of 0, NaN below."""
    x = float(x)
    if not 0.0 < x < math.inf:
        return _far_log(x)
    return _log_sum(x, 0.0)


def _log_sum(x: float, more: float) -> float:
    """log(x) + more, for a finite x above 0 and what is much less than its last place."""
    z, k = frexp(x)
    j = int(z * 256.0 + 0.5) - 128
    n = INVERSE[j]
    short = int(z * _SHORT + 0.5) / _SHORT
    r = short * n - 1.0  # this and the rest of it are exact, and so is the sum with both logarithms
    rest = (z - short) * n
    low = rest + ((k * LOG_2_REST + LOG_REST[j]) + more)
    return ((k * LOG_2 + LOG[j]) + r) + (low + _bend(r + rest))


def _bend(t: float) -> float:
    """log(1 + t) - t for a small t."""
    tt = t * t
    more = (-0.25 + t * 0.2) + tt * (-1.0 / 6.0 + t * (1.0 / 7.0))
    return tt * ((-0.5 + t * (1.0 / 3.0)) + tt * more)


def _far_log(x: float) -> float:
    if x == 0.0:
        return -math.inf
    return math.nan if x < 0.0 else x


def log1p(x: float) -> float:
    """log(1 + x), as exact where x is small; -inf of -1, NaN below."""
    x = float(x)
    if -_SMALL < x < _SMALL:
        return x + _bend(x) if x != 0.0 else x
    if not -1.0 < x < math.inf:
        return _far_log(1.0 + x)
    u = 1.0 + x
    gone = u - 1.0
    lost = (1.0 - (u - gone)) + (x - gone)
    return _log_sum(u, lost / u)


def _half(x: float) -> float:
    """The first half of the digits of a number: products of halves are exact."""
    much = x * _HALVES
    return much - (much - x)


def pow(x: float, y: float) -> float:
    """x to the power of y, which need not be whole; special cases as in C."""
    x, y = float(x), float(y)
    if y == 0.0 or x == 1.0:
        return 1.0
    if not (0.0 < x < math.inf and abs(y) < _MUCH):
        return _far_pow(x, y)
    return _near_pow(x, y)


def _near_pow(x: float, y: float) -> float:
    z, k = frexp(x)  # as in _log_sum
    j = int(z * 256.0 + 0.5) - 128
    n = INVERSE[j]
    short = int(z * _SHORT + 0.5) / _SHORT
    r = short * n - 1.0
    rest = (z - short) * n
    table = (k * LOG_2 + LOG[j]) + r
    whole = table + rest
    lost = (table - whole) + rest
    # log(x) as a sum of two: the square of r is exact too, and what sums lose is in the smaller.
    half = 0.5 * r * r
    high = whole - half
    lost += (whole - high) - half
    t = r + rest
    series = 1.0 / 3.0 + t * (
        -0.25 + t * (0.2 + t * (-1.0 / 6.0 + t * (1.0 / 7.0 + t * (-0.125 + t * (1.0 / 9.0)))))
    )
    low = (t * t * t * series - rest * (r + 0.5 * rest)) + (lost + (k * LOG_2_REST + LOG_REST[j]))
    # And y times that.
    product = y * high
    if not -746.0 < product < 710.0:
        return math.inf if product > 0.0 else 0.0
    first, second = _half(y), _half(high)
    left, right = y - first, high - second
    gone = ((first * second - product) + first * right + left * second) + left * right
    return exp_sum(product, gone + y * low)


def _far_pow(x: float, y: float) -> float:
    if x != x or y != y:
        return math.nan
    size = abs(x)
    if abs(y) >= _MUCH:
        if size == 1.0:
            return 1.0
        return math.inf if (size > 1.0) == (y > 0.0) else 0.0
    whole = y % 1.0 == 0.0
    if size == 0.0 or size == math.inf:
        value = 0.0 if (size == 0.0) == (y > 0.0) else math.inf
    elif whole:
        value = _near_pow(size, y)
    else:
        return math.nan
    odd = y % 2.0 == 1.0
    return -value if odd and math.copysign(1.0, x) < 0.0 else value


def power(base: float, exponent: int) -> float:
    """A number to the power of a whole one, 0 or more, by squares."""
    base, result = float(base), 1.0
    while exponent > 0:
        if exponent & 1:
            result *= base
        base *= base
        exponent >>= 1
    return result


def each(function: Callable[[float], float], values: Floats) -> Floats:
    """One of these functions of each entry of an array."""
    plain: Any = getattr(function, "py_func", function)
    return np.array([plain(value) for value in values.ravel().tolist()]).reshape(values.shape)
