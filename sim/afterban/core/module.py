"""The program as a WebAssembly module, which is the same file for every machine.

It imports nothing: no files, no clock.  A process compiles it once; each thread has an instance,
with up to 4 GB of memory, which is kept and used anew.
"""

from __future__ import annotations

import ctypes
import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from afterban.core.program import ALIGNED, Table

MODULE: Final = Path(__file__).with_name("afterban.wasm")
_PAGE: Final = 1 << 16  # bytes by which memory grows


def available() -> bool:
    """Whether the package that runs it is installed."""
    return find_spec("wasmtime") is not None


@cache
def _compiled(path: Path) -> tuple[Any, Any, str]:
    import wasmtime

    data = path.read_bytes()
    engine = wasmtime.Engine()
    return engine, wasmtime.Module(engine, data), hashlib.sha256(data).hexdigest()


class Module:
    """An instance of the module, for one thread."""

    kind = "module"

    def __init__(self, path: Path = MODULE) -> None:
        import wasmtime

        engine, code, self.digest = _compiled(path)
        self.imports = [f"{one.module}.{one.name}" for one in code.imports]
        self._store = wasmtime.Store(engine)
        self._exports = wasmtime.Instance(self._store, code, []).exports(self._store)
        self._memory: Any = self._exports["memory"]
        self._base = int(self._exports["__heap_base"].value(self._store))  # type: ignore[union-attr]
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

    def read(self, address: int, table: Table) -> None:
        """See :class:`~afterban.core.program.Program`."""
        ctypes.memmove(table.ctypes.data, self._address() + address, table.nbytes)

    def call(self, name: str, *arguments: int) -> int:
        """See :class:`~afterban.core.program.Program`."""
        return int(self._exports[f"afterban_{name}"](self._store, *arguments) or 0)  # type: ignore[operator]

    def clear(self) -> None:
        """See :class:`~afterban.core.program.Program`."""
        self._used = self._base
