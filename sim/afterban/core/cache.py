"""Folders for what was built on this machine, which nobody but this user can write.

Checked by ``tests/unit/test_cache_folder.py``.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import stat
import tempfile
from functools import cache
from pathlib import Path

PLACE = "AFTERBAN_CACHE"  # the variable that says where, in place of the user's cache


@cache
def cache_directory(name: str) -> Path:
    """Folder of that name in ``$AFTERBAN_CACHE``, the user's cache, or a temporary folder.

    What lies in it is run, so it is one that only this user can write: made so, or checked to be.
    Where none of the three is, a new one is made that this process and those it starts use, and
    that goes with it.
    """
    base = os.environ.get(PLACE) or os.environ.get("XDG_CACHE_HOME")
    try:
        root = Path(base) if base else Path.home() / ".cache"
        root.mkdir(parents=True, exist_ok=True)
        above = root / "afterban"
        if _is_private(above, holds_code=False) and _is_private(above / name):
            return above / name
    except (OSError, RuntimeError):  # no place there, or nobody knows this user's home
        pass
    above = Path(tempfile.gettempdir()) / f"afterban-{os.getuid()}"
    with contextlib.suppress(OSError):
        if _is_private(above) and _is_private(above / name):
            return above / name
    fresh = Path(tempfile.mkdtemp(prefix="afterban-"))
    atexit.register(_remove, fresh, os.getpid())
    os.environ[PLACE] = str(fresh)
    folder = fresh / "afterban" / name
    folder.mkdir(mode=0o700, parents=True)
    return folder


def _is_private(folder: Path, holds_code: bool = True) -> bool:
    """Whether only this user can write a folder, which is made if it is not there.

    One of this user's that others may write (as a mask of 002 makes it) is closed to them if it
    holds no code itself: what is in it is looked at on its own.  Raises OSError.
    """
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():  # nor is it a link
        return False
    if found.st_mode & 0o022:
        if holds_code:
            return False
        folder.chmod(stat.S_IMODE(found.st_mode) & ~0o022)
    return os.access(folder, os.W_OK | os.X_OK)


def _remove(folder: Path, owner: int) -> None:
    if os.getpid() == owner:  # and not in a process that was forked
        shutil.rmtree(folder, ignore_errors=True)
