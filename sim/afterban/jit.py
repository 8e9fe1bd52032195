"""The one decorator of the equations: compiled where numba is there, plain Python where it is not.

Compiled code is cached on disk under a digest of every source file that it may be built from, so a
change in one file can never leave an old version of another in use.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, overload

Function = TypeVar("Function", bound=Callable[..., Any])

_PACKAGE = Path(__file__).resolve().parent


def source_digest() -> str:
    """Digest of the files that compiled code depends on (hex, 16 characters)."""
    digest = hashlib.sha256()
    files = [
        _PACKAGE / name
        for name in (
            *("arithmetic.py", "channels.py", "instructions.py", "jit.py"),
            *("randomness.py", "world.py"),
        )
    ]
    for folder in ("mechanisms", "parameters", "engines"):
        files += sorted((_PACKAGE / folder).glob("*.py"))
    for file in files:
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


@cache
def cache_directory() -> Path:
    """Folder of compiled code: ``$NUMBA_CACHE_DIR``, the user's cache, or a temporary one.

    What lies in it is run, so it is one that only this user can write: made so, or checked to be.
    Where none of the three is, a new one is made that this process and those it starts use, and
    that goes with it.
    """
    base = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    digest = source_digest()
    try:
        root = Path(base) if base else Path.home() / ".cache"
        root.mkdir(parents=True, exist_ok=True)
        if _is_private(root / "afterban") and _is_private(root / "afterban" / digest):
            return root / "afterban" / digest
    except (OSError, RuntimeError):  # no place there, or nobody knows this user's home
        pass
    folder = Path(tempfile.gettempdir()) / f"afterban-{os.getuid()}"
    with contextlib.suppress(OSError):
        if _is_private(folder) and _is_private(folder / digest):
            return folder / digest
    fresh = Path(tempfile.mkdtemp(prefix="afterban-"))
    atexit.register(_remove, fresh, os.getpid())
    os.environ["NUMBA_CACHE_DIR"] = str(fresh)
    folder = fresh / "afterban" / digest
    folder.mkdir(mode=0o700, parents=True)
    return folder


def _is_private(folder: Path) -> bool:
    """Whether only this user can write a folder, which is made if it is not there.

    One of this user's that others may write (as a mask of 002 makes it) is closed to them if it
    holds no compiled code itself: what is in it is looked at on its own.  Raises OSError.
    """
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():  # nor is it a link
        return False
    if found.st_mode & 0o022:
        if folder.name != "afterban":
            return False
        folder.chmod(stat.S_IMODE(found.st_mode) & ~0o022)
    return os.access(folder, os.W_OK | os.X_OK)


def _remove(folder: Path, owner: int) -> None:
    if os.getpid() == owner:  # and not in a process that was forked
        shutil.rmtree(folder, ignore_errors=True)


try:
    import numba as _numba
except ImportError:  # the equations are plain Python then, and only the reference engine runs
    COMPILED = False
else:
    COMPILED = True
    _numba.config.CACHE_DIR = str(cache_directory())  # type: ignore[attr-defined]  # set at run time


@overload
def compiled(function: Function) -> Function: ...


@overload
def compiled(
    *, inline: bool = False, nogil: bool = False, borrows: bool = False
) -> Callable[[Function], Function]: ...


def compiled(
    function: Function | None = None,
    *,
    inline: bool = False,
    nogil: bool = False,
    borrows: bool = False,
) -> Function | Callable[[Function], Function]:
    """Compile on first use, keep the result on disk; IEEE arithmetic, nothing reordered.

    inline: always make the code part of its caller's, for small functions that are handed much.
    nogil: let other threads of Python run meanwhile, for functions that take long.
    borrows: the function only works on arrays that its caller holds, so that it need not count who
        holds them; one that makes an array is refused by numba.
    Without numba the function is left as it is.
    """

    def compile_(function: Function) -> Function:
        if not COMPILED:
            return function
        options: dict[str, Any] = {
            "cache": True,
            "error_model": "numpy",
            "fastmath": False,
            "forceinline": inline,
            "nogil": nogil,
            "_nrt": not borrows,  # not in numba's documents, but in its list of options
        }
        made: Function = _numba.njit(**options)(function)
        return made

    return compile_ if function is None else compile_(function)
