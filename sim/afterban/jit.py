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
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

_PACKAGE = Path(__file__).resolve().parent


def source_digest() -> str:
    """Digest of the files that compiled code depends on (hex, 16 characters)."""
    digest = hashlib.sha256()
    files = [_PACKAGE / "randomness.py", _PACKAGE / "jit.py", *sorted((_PACKAGE / "model").glob("*.py"))]
    files += sorted((_PACKAGE / "engines").glob("*.py")) + [_PACKAGE / "world.py"]
    for file in files:
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def cache_directory() -> Path:
    """Folder of the compiled code: ``$NUMBA_CACHE_DIR``, else the user's cache, else a temporary one."""
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

    def compiled(function: Function) -> Function:
        """Leave the function as it is (numba is not installed)."""
        return function

else:
    COMPILED = True
    _numba.config.CACHE_DIR = str(cache_directory())

    def compiled(function: Function) -> Function:
        """Compile on first use, keep the result on disk; IEEE arithmetic, nothing reordered."""
        made: Function = _numba.njit(cache=True, error_model="numpy", fastmath=False)(function)
        return made
