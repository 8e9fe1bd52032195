"""The program as this machine's own compiler builds it, once, into the user's cache.

Nothing is reordered or contracted, and of the C library only what is exact takes part, so it gives
the same bytes as the module.

    python -m afterban.core.native      # builds it, as the first run does beside its own work
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from afterban.core.cache import cache_directory
from afterban.core.program import ALIGNED, MOST_KEPT, Table
from afterban.core.sources import SOURCE
from afterban.core.sources import digest as digest_of_sources

FLAGS: Final = ("-std=c11", "-O3", "-ffp-contract=off", "-fno-math-errno")
_LIBRARY, _TRIED = "afterban.so", "tried"  # in the folder of a build; what failed is noted there
_LONGEST: Final = 300.0  # seconds that a compiler is waited for; it takes five of the processor


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
        folder = _folder(command)
        found = folder / _LIBRARY
        with _alone(folder):
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


def is_built() -> bool:
    """Whether the library of these sources is there and can be used, without a wait."""
    command = compiler()
    if os.name != "posix" or command is None:
        return False
    with contextlib.suppress(OSError):
        return (_folder(command) / _LIBRARY).exists() and built().library is not None
    return False


@cache
def begin() -> None:
    """Have the library built by a process of its own, for the runs after this one.

    Nobody waits for it, and it says nothing.  Where it failed it is not tried again, but by
    ``afterban doctor``.
    """
    command = compiler()
    if os.name != "posix" or command is None:
        return
    with contextlib.suppress(OSError):
        tried = _folder(command) / _TRIED
        if tried.exists():
            return
        nothing = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
        said = [sys.executable, "-m", "afterban.core.native"]
        os.posix_spawn(sys.executable, said, os.environ, file_actions=nothing)


def main() -> None:
    """Build the library, and note where that fails."""
    os.nice(10)
    command = compiler()
    if built().library is None and command is not None:
        (_folder(command) / _TRIED).write_text(built().fault, encoding="utf-8")


def _folder(command: str) -> Path:
    return cache_directory(f"native-{_digest(command)}")


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """No other process builds in the folder meanwhile, where the file system has locks.

    Without them two may build the same; each puts a whole file in its place.
    """
    import fcntl

    held = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # a folder cannot be locked on NFS
            fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


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


@cache
def _digest(command: str) -> str:
    """Of the sources, how they are built, and for which machine."""
    real = Path(command).resolve()
    told = real.stat()
    digest = hashlib.sha256(
        repr((real, told.st_size, told.st_mtime_ns, FLAGS, platform.machine())).encode()
    )
    digest.update(digest_of_sources())
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


if __name__ == "__main__":
    main()
