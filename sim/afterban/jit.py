"""The one decorator of the equations: compiled where numba is there, plain Python where it is not.

Compiled code is cached on disk under a digest of every source file that it may be built from, so a
change in one file can never leave an old version of another in use.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, overload

Function = TypeVar("Function", bound=Callable[..., Any])

_PACKAGE = Path(__file__).resolve().parent


def source_digest() -> str:
    """Digest of the files that compiled code depends on (hex, 16 characters)."""
    digest = hashlib.sha256()
    files = [
        _PACKAGE / name
        for name in ("instructions.py", "jit.py", "parameters.py", "randomness.py", "world.py")
    ]
    for folder in ("model", "engines"):
        files += sorted((_PACKAGE / folder).glob("*.py"))
    for file in files:
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def cache_directory() -> Path:
    """Folder of compiled code: ``$NUMBA_CACHE_DIR``, the user's cache, or a temporary one."""
    base = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    root = Path(base) if base else Path.home() / ".cache"
    folder = root / "afterban" / source_digest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except OSError:
        pass
    folder = Path(tempfile.gettempdir()) / f"afterban-{os.getuid()}" / source_digest()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


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
