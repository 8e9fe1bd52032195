"""The C program's exponentials, logarithms and powers against those in Python, bit by bit."""

import ctypes
import math
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from afterban import arithmetic
from afterban.core.sources import SOURCE

C = SOURCE.parent
SOURCE = """
#include "memory.h"
#include "numbers.h"
#include "arithmetic.c"
#define EACH(name) void each_##name(const double *x, const double *y, double *out, i64 n) { \\
    (void)y; \\
    for (i64 k = 0; k < n; k++) out[k] = own_##name(x[k]); }
EACH(exp) EACH(expm1) EACH(log) EACH(log1p)
void each_pow(const double *x, const double *y, double *out, i64 n) {
    for (i64 k = 0; k < n; k++) out[k] = own_pow(x[k], y[k]);
}
void each_power(const double *x, const double *y, double *out, i64 n) {
    for (i64 k = 0; k < n; k++) out[k] = power(x[k], (i64)y[k]);
}
"""
OF_ONE = ("exp", "expm1", "log", "log1p")
FLAGS = ("-std=c11", "-O3", "-ffp-contract=off", "-fno-math-errno", "-Wall", "-Wextra", "-Werror")
# Where formulas meet, and what is no number.
EDGES = [0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, -5e-324, 2.0**-1022, 1.0, -1.0]
EDGES += [707.9999, 708.0, -708.0, -708.5, 709.78, 709.79, 710.5, -745.13, -745.14, -746.5]
EDGES += [40.0, -40.0, 39.99, 2.0**-53, -(2.0**-53), 2.0, 0.5, 1.7976931348623157e308, 3.0, -3.0]
EDGES += [2.0**53, 2.0**53 + 2.0, -(2.0**53), 2.0**63, 2.0**64, -(2.0**64), 1.5, -0.5]

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or not (shutil.which("gcc") or shutil.which("clang")),
    reason="there is no C compiler",
)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("arithmetic")
    (folder / "each.c").write_text(SOURCE)
    compiler = shutil.which("gcc") or shutil.which("clang")
    command = [compiler, *FLAGS, "-Wno-unused-function", f"-I{C}", "-shared", "-fPIC"]
    made = str(folder / "each.so")
    subprocess.run([*command, str(folder / "each.c"), "-o", made, "-lm"], check=True)
    return ctypes.CDLL(made)


def in_c(library, name, x, y=None):
    x = np.ascontiguousarray(x, dtype=np.float64)
    y = np.zeros_like(x) if y is None else np.ascontiguousarray(y, dtype=np.float64)
    out = np.empty_like(x)
    where = (ctypes.c_void_p(array.ctypes.data) for array in (x, y, out))
    getattr(library, f"each_{name}")(*where, ctypes.c_int64(len(x)))
    return out


def in_python(name, x, y=None):
    function = getattr(arithmetic, name)
    plain = getattr(function, "py_func", function)
    x = x.tolist()
    if y is None:
        return np.array([plain(a) for a in x])
    return np.array([plain(a, b) for a, b in zip(x, y.tolist(), strict=True)])


def same(one, other):
    """Equal to the bit; all that is no number is alike."""
    none = np.isnan(one) & np.isnan(other)
    return bool(np.all((one.view(np.int64) == other.view(np.int64)) | none))


def arguments(seed, n):
    """Of every size and sign, and many of those that a simulation asks for."""
    random = np.random.default_rng(seed)
    any_bits = random.integers(0, 1 << 64, n, dtype=np.uint64, endpoint=False).view(np.float64)
    sizes = 10.0 ** random.uniform(-18.0, 3.0, n) * random.choice((-1.0, 1.0), n)
    near_one = 1.0 + random.uniform(-1.0, 1.0, n) * 2.0 ** random.uniform(-50.0, 0.0, n)
    usual = (random.uniform(-750.0, 715.0, n), random.uniform(-5.0, 1.0, n), random.random(n))
    return np.concatenate([any_bits, sizes, near_one, *usual, EDGES])


def compare(library, seed, n):
    x = arguments(seed, n)
    for name in OF_ONE:
        assert same(in_c(library, name, x), in_python(name, x)), name
    random = np.random.default_rng(seed + 1)
    base = np.abs(x[np.isfinite(x) & (x != 0.0)])
    with np.errstate(all="ignore"):
        y = np.clip(random.uniform(-760.0, 720.0, len(base)) / np.log(base), -1e300, 1e300)
    bases, exponents = (table.ravel() for table in np.meshgrid(EDGES, EDGES))
    x, y = np.append(base, bases), np.append(y, exponents)
    assert same(in_c(library, "pow", x, y), in_python("pow", x, y))


def test_c_and_python_give_the_same_bits(library):
    compare(library, 1, 5000)


@pytest.mark.slow
def test_c_and_python_give_the_same_bits_for_millions(library):
    compare(library, 2, 500_000)


@settings(max_examples=500, deadline=None)
@given(st.floats(), st.floats())
@example(-0.0, 3.0)
@example(-8.0, 1.0 / 3.0)
def test_c_and_python_give_the_same_bits_for_any_number(library, x, y):
    x, y = np.array([x]), np.array([y])
    for name in OF_ONE:
        assert same(in_c(library, name, x), in_python(name, x)), name
    assert same(in_c(library, "pow", x, y), in_python("pow", x, y))


def test_whole_powers_are_by_squares_in_both(library):
    random = np.random.default_rng(3)
    x, n = random.uniform(0.0, 2.0, 3000), random.integers(0, 400, 3000)
    there = [arithmetic.power(a, b) for a, b in zip(x.tolist(), n.tolist(), strict=True)]
    assert same(in_c(library, "power", x, n), np.array(there))


def test_a_changed_table_would_be_found(library):
    x = arguments(4, 1000)
    told = in_c(library, "log", x)
    there = in_python("log", x)
    there[0] = np.nextafter(there[0], 2.0) if there[0] == there[0] else 0.0
    assert not same(told, there)


# What C libraries or numpy round as they like.
NOT_EXACT = r"(exp|exp2|exp10|expm1|log|log2|log10|log1p|pow|power|cbrt|erfc?|l?gamma|float_power"
NOT_EXACT += r"|sinh?|cosh?|tanh?|atan2?|hypot|fma)"
IN_PYTHON = re.compile(rf"\b(math|np)\.{NOT_EXACT}\(|[^*]\*\* (?!-?[\d.]+\b)")
IN_C = re.compile(rf"(?<![\w.]){NOT_EXACT.replace('|power', '')}\(")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
ROOT = Path(arithmetic.__file__).parent


def calls(text, pattern):
    return [found.group().strip() for found in pattern.finditer(text)]


def test_nothing_that_differs_between_libraries_is_called():
    files = [ROOT / "arithmetic.py"]
    files += [
        path for part in ("mechanisms", "engines", "world") for path in (ROOT / part).rglob("*.py")
    ]
    for path in files:
        assert calls(path.read_text(encoding="utf-8"), IN_PYTHON) == [], path
    for path in C.rglob("*.[ch]"):
        assert calls(COMMENT.sub("", path.read_text(encoding="utf-8")), IN_C) == [], path
    assert calls("x = a * math.exp(-b) + np.log(c) + d ** e", IN_PYTHON) == [
        "math.exp(",
        "np.log(",
        "**",
    ]
    assert calls("double x = own_exp(a) * exp(b);", IN_C) == ["exp("]
