"""The program as a WebAssembly module, which is the same file for every machine.

It imports nothing: no files, no clock.  A process compiles it once; each thread has an instance,
with up to 4 GB of memory, which is kept and used anew.
"""

from __future__ import annotations

import atexit
import ctypes
import hashlib
import sys
import weakref
from functools import cache
from pathlib import Path
from typing import Any, Final

from afterban.core.program import ALIGNED, MOST_KEPT, Table

MODULE: Final = Path(__file__).with_name("afterban.wasm")
_PAGE: Final = 1 << 16  # bytes by which memory grows


@cache
def available() -> bool:
    """Whether the package that runs it is installed, and for this machine."""
    try:
        import wasmtime  # noqa: F401
    except (ImportError, OSError):  # wheels there are for the usual machines only
        return False
    return sys.byteorder == "little"  # as the memory of a module is everywhere


@cache
def _compiled(path: Path) -> tuple[Any, Any, str]:
    import wasmtime

    data = path.read_bytes()
    engine = wasmtime.Engine()
    found = engine, wasmtime.Module(engine, data), hashlib.sha256(data).hexdigest()
    atexit.register(_leave, found)
    return found


def _leave(it: Any) -> None:
    """Keep something until the process is gone.

    Python takes its modules apart at the end, and what wasmtime cleans up after that complains on
    the screen; the system takes the memory back anyway.
    """
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(it))


_alive: weakref.WeakSet[Module] = weakref.WeakSet()
atexit.register(lambda: _leave(list(_alive)))


class Module:
    """An instance of the module, for one thread."""

    kind = "module"

    def __init__(self, path: Path = MODULE) -> None:
        self._engine, self._code, self.digest = _compiled(path)
        _alive.add(self)
        self.imports = [f"{one.module}.{one.name}" for one in self._code.imports]
        self._begin()

    def _begin(self) -> None:
        import wasmtime

        self._store = wasmtime.Store(self._engine)
        exports: Any = wasmtime.Instance(self._store, self._code, []).exports(self._store)
        self._exports, self._memory = exports, exports["memory"]
        self._base = int(exports["__heap_base"].value(self._store))
        self._used = self._base

    def place(self, size: int) -> int:
        """See :class:`~afterban.core.program.Program`."""
        import wasmtime

        at = (self._used + ALIGNED - 1) & -ALIGNED
        missing = at + size - int(self._memory.data_len(self._store))
        if missing > 0:
            try:
                self._memory.grow(self._store, -(-missing // _PAGE))
            except wasmtime.WasmtimeError as error:
                raise MemoryError(f"{at + size} bytes in a WebAssembly module") from error
        self._used = at + size
        return at

    def _address(self) -> int:
        return ctypes.addressof(self._memory.data_ptr(self._store).contents)

    def write(self, address: int, data: Table) -> None:
        """See :class:`~afterban.core.program.Program`."""
        ctypes.memmove(self._address() + address, data.ctypes.data, data.nbytes)

    def lend(self, table: Table) -> int:
        """See :class:`~afterban.core.program.Program`."""
        at = self.place(table.nbytes)
        self.write(at, table)
        return at

    def read(self, address: int, table: Table) -> None:
        """See :class:`~afterban.core.program.Program`."""
        ctypes.memmove(table.ctypes.data, self._address() + address, table.nbytes)

    def call(self, name: str, *arguments: int) -> int:
        """See :class:`~afterban.core.program.Program`."""
        return int(self._exports[f"afterban_{name}"](self._store, *arguments) or 0)

    def clear(self) -> None:
        """See :class:`~afterban.core.program.Program`."""
        self._used = self._base
        if int(self._memory.data_len(self._store)) > MOST_KEPT:  # which never shrinks
            self._begin()
