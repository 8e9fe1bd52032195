"""Instructions of the processor that numba has no name for, each with what it means in Python.

All are LLVM's own and exist for every processor that LLVM knows.
Test: ``tests/unit/test_instructions.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

SIXTEEN = 16


def fetch_ahead(array: Any, index: int, offset: int) -> None:
    """Ask for the memory at ``array[index]`` and ``offset`` bytes on, and do not wait for it.

    Changes nothing but the time at which the next use of it is answered; the index may be any.
    """


def places_of(row: npt.NDArray[np.uint8], byte: int) -> int:
    """Where this byte stands among the 16 of ``row``: bit k is 1 if ``row[k]`` is the byte.

    All 16 are compared in one go.  ``row`` lies in one piece.
    """
    return sum(1 << k for k in range(SIXTEEN) if row[k] == byte)


def first_bit(word: int) -> int:
    """Place of the lowest bit that is 1 in a whole number that is not 0; 0 is the lowest place."""
    return int(word & -word).bit_length() - 1
