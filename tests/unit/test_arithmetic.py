"""Exponentials, logarithms and powers against 60 digits, and at the edges of all numbers."""

import math
import random
import warnings
from decimal import Context, Decimal, localcontext

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from afterban import arithmetic
from afterban.arithmetic import each, exp, exp_sum, expm1, log, log1p, pow, power

DIGITS = Context(prec=60, Emin=-9999, Emax=9999)
MANY = 4000
SMALLEST = 2.0**-1022  # of the numbers that have all their digits


def exactly(name, x, y=0.0):
    """The value to 40 digits at least, of a difference of nearly equal numbers too."""
    with localcontext(DIGITS) as context:
        x, y = Decimal(x), Decimal(y)
        if name in ("expm1", "log1p") and abs(x) < Decimal("1e-5"):
            signs = [Decimal(1) / math.factorial(k) for k in range(1, 12)]
            if name == "log1p":
                signs = [Decimal((-1) ** (k + 1)) / k for k in range(1, 12)]
            return sum(part * x**k for k, part in enumerate(signs, 1))
        context.prec = 90
        if name == "exp":
            return x.exp()
        if name == "expm1":
            return x.exp() - 1
        if name == "pow":
            return (x.ln() * y).exp()
        return x.ln() if name == "log" else (1 + x).ln()


def error(name, found, *arguments):
    """Units in the last place by which what was found is off."""
    exact = exactly(name, *arguments)
    with localcontext(DIGITS):
        return float(abs(Decimal(found) - exact) / Decimal(math.ulp(float(exact))))


def some(seed):
    """Uniform draws, and numbers of all sizes of either sign."""
    draws = random.Random(seed)
    return (
        draws.uniform,
        lambda low, high: draws.choice((-1.0, 1.0)) * 10.0 ** draws.uniform(low, high),
    )


def arguments(name):
    between, sized = some(name)
    usual = [between(-3.0, 0.0) for _ in range(MANY)]
    if name in ("exp", "expm1"):
        far = [between(-707.0, 709.7) for _ in range(MANY)]
        # At the edges between the table's cells what is left is largest, and its sign changes.
        edges = [(k + 0.5) * math.log(2.0) / 128.0 for k in range(-300, 300)]
        return usual + far + edges + [sized(-18.0, 1.6) for _ in range(MANY)]
    if name == "log":
        near = [1.0 + between(-0.02, 0.02) for _ in range(MANY)]
        edges = [(k + 0.5) / 256.0 * 2.0**e for k in range(128, 256) for e in (0, 1, 2)]
        return [abs(sized(-300.0, 300.0)) for _ in range(MANY)] + near + edges
    big = [10.0 ** between(0.0, 300.0) for _ in range(MANY)]
    return [-between(1e-9, 1.0) for _ in range(MANY)] + big + [sized(-18.0, -0.1) for _ in usual]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "function", "most"),
    [("exp", exp, 0.52), ("expm1", expm1, 0.52), ("log", log, 0.52), ("log1p", log1p, 0.52)],
)
def test_the_last_place_is_right(name, function, most):
    worst = max(error(name, function(x), x) for x in arguments(name))
    assert 0.49 < worst < most


def test_the_last_place_is_right_next_to_one_and_below_the_smallest_numbers():
    between, sized = some("next")
    near = [1.0 + sized(-15.5, -4.0) for _ in range(MANY)]
    assert max(error("log", log(x), x) for x in near if x != 1.0) < 0.75
    low = [between(-744.4, -708.4) for _ in range(MANY)]
    assert all(0.0 < exp(x) < SMALLEST for x in low)
    assert max(error("exp", exp(x), x) for x in low) < 0.75


def test_powers_are_as_exact():
    between, sized = some("powers")
    pairs = [(between(0.0, 1.0), between(-3.0, 10.0)) for _ in range(MANY)]
    for _ in range(MANY):
        for x in (10.0 ** between(-300.0, 300.0), 1.0 + sized(-15.0, -0.5)):
            if x != 1.0:
                pairs.append((x, between(-700.0, 705.0) / math.log(x)))
    worst = max(error("pow", pow(x, y), x, y) for x, y in pairs if x > 0.0)
    assert 0.49 < worst < 0.6


def test_a_wrong_last_place_would_be_found():
    assert error("exp", math.nextafter(exp(-0.7), 1.0), -0.7) > 0.52
    assert error("log1p", math.nextafter(log1p(1e-9), 1.0), 1e-9) > 0.52


def same(one, other):
    return (one != one and other != other) or (
        one == other and math.copysign(1.0, one) == math.copysign(1.0, other)
    )


INF, NAN = math.inf, math.nan


@pytest.mark.parametrize(
    ("function", "x", "value"),
    [
        *((exp, x, 1.0) for x in (0.0, -0.0, 1e-300)),
        *((exp, x, value) for x, value in ((INF, INF), (-INF, 0.0), (NAN, NAN))),
        *((exp, x, value) for x, value in ((1000.0, INF), (709.79, INF), (-745.14, 0.0))),
        (exp, -745.13, 5e-324),
        *((f, x, x) for f in (expm1, log1p) for x in (0.0, -0.0, 5e-324, -5e-324, 1e-20, NAN)),
        *((expm1, x, value) for x, value in ((INF, INF), (-INF, -1.0), (1000.0, INF))),
        (expm1, -50.0, -1.0),
        *((log, x, value) for x, value in ((0.0, -INF), (-0.0, -INF), (1.0, 0.0), (INF, INF))),
        *((log, x, NAN) for x in (-1.0, -5e-324, -INF, NAN)),
        *((log1p, x, value) for x, value in ((-1.0, -INF), (-1.5, NAN), (INF, INF), (-INF, NAN))),
    ],
)
def test_the_edges_of_all_numbers(function, x, value):
    assert same(function(x), value)


ENDS = (0.0, -0.0, 1.5, -0.75, 1.0, -1.0, 2.0, 3.0, -3.0, 1e300, 2.0**53 + 2.0, INF, -INF, NAN)


@pytest.mark.parametrize("x", ENDS)
@pytest.mark.parametrize("y", ENDS)
def test_powers_have_the_special_cases_of_c(x, y):
    with np.errstate(all="ignore"):
        there = float(np.power(x, y))
    if there == 0.0 or not math.isfinite(there):
        assert same(pow(x, y), there)
    else:
        assert pow(x, y) == pytest.approx(there, rel=1e-15)


@given(st.floats(-700.0, 700.0), st.floats(-700.0, 700.0))
@example(0.0027076061740622863, 0.002707606174062287)  # where two cells of the table meet
def test_more_gives_no_less(x, y):
    """To the last place: that a draw that grows gives no smaller value is asked for elsewhere."""
    low, high = min(x, y), max(x, y)
    assert exp(low) <= exp(high) * (1.0 + 2.0**-52)
    assert expm1(low) <= expm1(high) + 2.0**-52 * abs(expm1(high))


@given(st.floats(2.0**-1000, 2.0**1000))
def test_the_logarithm_is_the_inverse(x):
    assert exp(log(x)) == pytest.approx(x, rel=2e-13)
    assert log(x) == pytest.approx(math.log(x), rel=1e-15)


def test_what_is_added_is_in_the_exponent():
    assert exp_sum(-3.0, 1e-9) == pytest.approx(math.exp(-3.0 + 1e-9), rel=1e-15)
    assert exp_sum(-3.0, 0.0) == exp(-3.0)


def test_numbers_of_numpy_give_the_same_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for function in (exp, expm1, log, log1p):
            for x in (0.3, 800.0, -0.0, 5e-324):
                assert same(function(np.float64(x)), function(x))
        assert pow(np.float64(1e200), np.float64(3.0)) == INF
        assert power(np.float64(1e200), 3) == INF


def test_an_array_gives_the_bits_of_each_entry():
    values = np.linspace(-5.0, 3.0, 24).reshape(4, 6)
    assert each(exp, values).shape == (4, 6)
    for found, x in zip(each(exp, values).ravel(), values.ravel(), strict=True):
        assert found == exp(float(x))


def test_whole_powers_are_products():
    assert power(0.7, 0) == 1.0
    assert power(0.7, 5) == 0.7 * ((0.7 * 0.7) * (0.7 * 0.7))
    assert power(3.0, 20) == 3.0**20
    assert power(0.999, 1000) == pytest.approx(0.999**1000, rel=1e-13)


def test_the_tables_cancel_around_one():
    """So that log(x) is exact near 1 from either side, whatever half of the numbers x is in."""
    assert (arithmetic.INVERSE[0], arithmetic.INVERSE[-1]) == (2.0, 1.0)
    assert arithmetic.LOG[0] == -arithmetic.LOG_2
    assert arithmetic.LOG_REST[0] == -arithmetic.LOG_2_REST
    assert arithmetic.LOG[-1] == arithmetic.LOG_REST[-1] == 0.0
    for number in (*arithmetic.LOG, arithmetic.LOG_2, arithmetic.STEP):
        assert (float(number) * 2.0**42).is_integer()
