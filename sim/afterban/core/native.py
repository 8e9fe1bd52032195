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
from typing import Final, NamedTuple

import numpy as np

from afterban.core.cache import cache_directory
from afterban.core.program import ALIGNED, MOST_KEPT, Table

SOURCE: Final = Path(__file__).with_name("c") / "engine.c"
FLAGS: Final = ("-std=c11", "-O3", "-ffp-contract=off", "-fno-math-errno")
_LONGEST: Final = 300.0  # seconds that a compiler is waited for; it takes three on an idle machine


def compiler() -> str | None:
    """Path of a C compiler of this machine."""
    return next(filter(None, map(shutil.which, ("gcc", "clang", "cc"))), None)


def build(command: str, library: Path, source: Path = SOURCE, flags: Sequence[str] = FLAGS) -> None:
    """Build a shared library; raises OSError or subprocess.SubprocessError if that fails."""
    said = [command, *flags, "-shared", "-fPIC", str(source), "-o", str(library), "-lm"]
    subprocess.run(said, check=True, capture_output=True, timeout=_LONGEST)


class Built(NamedTuple):
    """The library of these sources, or why there is none (in words, for ``afterban doctor``)."""

    library: Path | None
    fault: str = ""


@cache
def built() -> Built:
    """The library, which is built if it is not there yet; where that fails the module is run."""
    command = compiler()
    if os.name != "posix":
        return Built(None, f"not tried on {platform.system()}")
    if command is None:
        return Built(None, "no C compiler")
    try:
        name = f"native-{_digest(command)}"
        found = cache_directory(name) / "afterban.so"
        if not found.exists():
            with _beside(found) as new:
                build(command, new)
        ctypes.CDLL(str(found))
    except subprocess.CalledProcessError as error:
        said = [line for line in error.stderr.decode(errors="replace").splitlines() if line.strip()]
        return Built(None, f"{command} fails: {said[0] if said else error}")
    except (OSError, subprocess.SubprocessError) as error:  # or no place from which it may be run
        return Built(None, f"what {command} builds cannot be used: {error}")
    return Built(found)


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

    def lend(self, table: Table) -> int:
        """See :class:`~afterban.core.program.Program`."""
        return int(table.ctypes.data)

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
        if sum(piece.size for piece in self._pieces) > MOST_KEPT:
            self._pieces.clear()
