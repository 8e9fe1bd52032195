"""Instructions of the processor that numba has no name for, each with what it means in Python.

All are LLVM's own and exist for every processor that LLVM knows.
Test: ``tests/unit/test_instructions.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from afterban.jit import COMPILED

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


def _fetch_line(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """Code of :func:`fetch_ahead`."""
    from llvmlite import ir
    from numba.core import cgutils as code

    array = context.make_array(signature.args[0])(context, builder, arguments[0])
    word = ir.IntType(64)
    stride = builder.extract_value(array.strides, 0)
    step = builder.add(builder.mul(arguments[1], stride), arguments[2])
    address = builder.add(builder.ptrtoint(array.data, word), step)
    number = ir.IntType(32)
    instruction = code.get_or_insert_function(  # type: ignore[no-untyped-call]
        builder.module,
        ir.FunctionType(ir.VoidType(), [code.voidptr_t, number, number, number]),
        "llvm.prefetch.p0",
    )
    to_read, keep_in_all_caches, data = number(0), number(3), number(1)
    builder.call(
        instruction,
        [builder.inttoptr(address, code.voidptr_t), to_read, keep_in_all_caches, data],
    )
    return context.get_dummy_value()


def _compare_bytes(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """Code of :func:`places_of`."""
    from llvmlite import ir

    array = context.make_array(signature.args[0])(context, builder, arguments[0])
    sixteen = ir.VectorType(ir.IntType(8), SIXTEEN)
    row = builder.load(builder.bitcast(array.data, sixteen.as_pointer()), align=1)
    byte = builder.trunc(arguments[1], ir.IntType(8))
    one = builder.insert_element(ir.Constant(sixteen, ir.Undefined), byte, ir.IntType(32)(0))
    everywhere = ir.Constant(ir.VectorType(ir.IntType(32), SIXTEEN), [0] * SIXTEEN)
    same = builder.icmp_unsigned("==", row, builder.shuffle_vector(one, one, everywhere))
    return builder.zext(builder.bitcast(same, ir.IntType(SIXTEEN)), ir.IntType(64))


def _count_zeros(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """Code of :func:`first_bit`."""
    from llvmlite import ir

    return builder.cttz(arguments[0], ir.IntType(1)(1))  # not asked about 0


if COMPILED:
    import numba
    from numba.core import types
    from numba.extending import intrinsic

    if not numba.config.DISABLE_JIT:  # type: ignore[attr-defined]  # set at run time

        @intrinsic
        def fetch_ahead(typing_context: Any, array: Any, index: Any, offset: Any) -> Any:
            """As above."""
            return types.void(array, types.int64, types.int64), _fetch_line

        @intrinsic
        def places_of(typing_context: Any, row: Any, byte: Any) -> Any:
            """As above."""
            return types.int64(row, types.int64), _compare_bytes

        @intrinsic
        def first_bit(typing_context: Any, word: Any) -> Any:
            """As above."""
            return types.int64(types.int64), _count_zeros
