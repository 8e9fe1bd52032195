"""The C engine as a WebAssembly module: built with zig, run with wasmtime.

Needs the packages ziglang and wasmtime, which afterban does not.
"""

from __future__ import annotations

import ctypes
import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import c_engine
import numpy.typing as npt

ENTRIES: Final = ("least", "begin", "give", "wanted", "go", "told")
_PAGE: Final = 1 << 16


def available() -> bool:
    """Whether both packages are installed."""
    return all(importlib.util.find_spec(name) for name in ("ziglang", "wasmtime"))


def make(folder: Path, flags: tuple[str, ...] = ("-O3", "-msimd128")) -> Path:
    """Build the module in ``folder``: no debug data, nothing of this machine in it."""
    module = folder / "afterban.wasm"
    exports = [f"-Wl,--export=afterban_{name}" for name in ENTRIES]
    command = [sys.executable, "-m", "ziglang", "cc", "-target", "wasm32-wasi", *flags]
    command += [
        "-std=c11",
        "-ffp-contract=off",
        "-fno-math-errno",
        "-g0",
        "-s",
        "-mexec-model=reactor",
    ]
    command += ["-Wl,--no-entry", "-Wl,-z,stack-size=262144", "-Wl,--export=__heap_base", *exports]
    subprocess.run([*command, str(c_engine.SOURCE), "-o", str(module)], check=True)
    return module


class Module:
    """The program as a module, with a memory of its own, which is kept from run to run."""

    def __init__(self, path: Path) -> None:
        import wasmtime

        self.store = wasmtime.Store()
        code = wasmtime.Module.from_file(self.store.engine, str(path))
        self.imports = [f"{one.module}.{one.name}" for one in code.imports]
        self.exports = wasmtime.Instance(self.store, code, []).exports(self.store)
        self.memory: Any = self.exports["memory"]
        self.base = int(self._export("__heap_base").value(self.store))
        self.used = self.base

    def _export(self, name: str) -> Any:
        return self.exports[name]

    def place(self, size: int) -> int:
        at = (self.used + 15) & ~15
        self.used = at + size
        missing = self.used - int(self.memory.data_len(self.store))
        if missing > 0:
            self.memory.grow(self.store, -(-missing // _PAGE))
        return at

    def _address(self) -> int:
        return ctypes.addressof(self.memory.data_ptr(self.store).contents)

    def write(self, address: int, data: npt.NDArray[Any]) -> None:
        ctypes.memmove(self._address() + address, data.ctypes.data, data.nbytes)

    def read(self, address: int, table: npt.NDArray[Any]) -> None:
        ctypes.memmove(table.ctypes.data, self._address() + address, table.nbytes)

    def call(self, name: str, *arguments: int) -> int:
        return int(self._export(f"afterban_{name}")(self.store, *arguments) or 0)

    def clear(self) -> None:
        self.used = self.base
