"""The program as this machine's own compiler builds it, once, into the user's cache.

Nothing is reordered or contracted, and of the C library only what is exact takes part, so it gives
the same bytes as the module.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from afterban.core.cache import cache_directory
from afterban.core.program import ALIGNED, Table

SOURCE: Final = Path(__file__).with_name("c") / "engine.c"
FLAGS: Final = ("-std=c11", "-O3", "-ffp-contract=off", "-fno-math-errno")
_LONGEST: Final = 300.0  # seconds that a compiler is waited for


def compiler() -> str | None:
    """Path of a C compiler of this machine."""
    return next(filter(None, map(shutil.which, ("gcc", "clang", "cc"))), None)


def build(command: str, library: Path, source: Path = SOURCE, flags: Sequence[str] = FLAGS) -> None:
    """Build a shared library; raises OSError or subprocess.SubprocessError if that fails."""
    said = [command, *flags, "-shared", "-fPIC", str(source), "-o", str(library), "-lm"]
    subprocess.run(said, check=True, capture_output=True, timeout=_LONGEST)


@cache
def library() -> Path | None:
    """The library of these sources; built if it is not there yet, None if it cannot be."""
    command = compiler()
    if command is None or os.name != "posix":
        return None
    try:
        name = f"native-{_digest(command)}"
        found = cache_directory(name) / "afterban.so"
        if not found.exists():
            with _beside(found) as new:
                build(command, new)
        ctypes.CDLL(str(found))
    except (OSError, subprocess.SubprocessError):  # none that works, or no place that may be run
        return None
    return found


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A file that takes the place of ``path`` when it is whole, whoever else makes one."""
    number, name = tempfile.mkstemp(dir=path.parent)
    os.close(number)
    try:
        yield Path(name)
        Path(name).chmod(0o700)
        os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)


def _digest(command: str) -> str:
    """Of the sources, how they are built, and for which machine."""
    real = Path(command).resolve()
    told = real.stat()
    digest = hashlib.sha256(
        repr((real, told.st_size, told.st_mtime_ns, FLAGS, platform.machine())).encode()
    )
    for file in sorted(SOURCE.parent.rglob("*.[ch]")):
        digest.update(file.relative_to(SOURCE.parent).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


class Native:
    """The program in this process; its memory is this process's."""

    kind = "native"

    def __init__(self, path: Path) -> None:
        self.digest = hashlib.sha256(path.read_bytes()).hexdigest()
        self._library = ctypes.CDLL(str(path))
        self._pieces: list[Table] = []  # kept, since fresh memory costs time
        self._used = 0

    def place(self, size: int) -> int:
        """See :class:`~afterban.core.program.Program`."""
        if self._used == len(self._pieces):
            self._pieces.append(np.empty(0, dtype=np.uint8))
        if self._pieces[self._used].size < size + ALIGNED:
            self._pieces[self._used] = np.empty(0, dtype=np.uint8)  # before another is asked for
            self._pieces[self._used] = np.empty(size + ALIGNED, dtype=np.uint8)
        self._used += 1
        return int(self._pieces[self._used - 1].ctypes.data + ALIGNED - 1) & -ALIGNED

    def write(self, address: int, data: Table) -> None:
        """See :class:`~afterban.core.program.Program`."""
        ctypes.memmove(address, data.ctypes.data, data.nbytes)

    def read(self, address: int, table: Table) -> None:
        """See :class:`~afterban.core.program.Program`."""
        ctypes.memmove(table.ctypes.data, address, table.nbytes)

    def call(self, name: str, *arguments: int) -> int:
        """See :class:`~afterban.core.program.Program`."""
        function = getattr(self._library, f"afterban_{name}")
        function.restype = ctypes.c_int64
        return int(function(*(ctypes.c_int64(value) for value in arguments)))

    def clear(self) -> None:
        """See :class:`~afterban.core.program.Program`."""
        self._used = 0
