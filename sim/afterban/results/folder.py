"""The folder of a run: its lock, its leftovers, and how a new one takes its place."""

from __future__ import annotations

import errno
import fcntl
import os
import platform
import re
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from afterban import manifest as manifests
from afterban.errors import AfterbanError
from afterban.files import json_or_none
from afterban.manifest import RunManifest
from afterban.results.names import RESOLVED, TABLES


class FolderTaken(AfterbanError):
    """The folder of a run holds something that is not this run."""


def check(folder: Path, names: Iterable[str] | None = None) -> None:
    """Raise AfterbanError if a table in a folder of results is not what the run wrote.

    names: of the tables that are checked; all of them, and the scenario, if None.
    """
    wanted = (RESOLVED, *TABLES) if names is None else names
    manifests.verify(folder, manifest_in(folder), wanted)


def manifest_in(folder: Path) -> RunManifest:
    """The manifest of a folder.  Raises if it is no folder of results."""
    return manifests.read(folder, RunManifest, "results")


def _digest_in(folder: Path) -> str | None:
    """The digest of the run that a folder holds, complete or not; None if it holds none."""
    data = json_or_none(folder / manifests.NAME)
    return str(data.get("digest")) if isinstance(data, dict) else None


def is_complete(folder: Path) -> bool:
    """Whether a folder holds a complete run, as it was written."""
    try:
        manifest = manifest_in(folder)
        if manifest.files_sha256 is None:
            return manifest.complete
        check(folder)
    except AfterbanError:
        return False
    return manifest.complete


def is_full(error: OSError) -> bool:
    """Whether a file could not be written for lack of room."""
    full = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    # Arrow has the number in its text only.
    return error.errno in full or any(f"[errno {code}]" in str(error) for code in full)


def reason(error: OSError) -> str:
    """Why a file could not be written, in words."""
    found = re.search(r"\[errno (\d+)\]", str(error))
    code = error.errno or (int(found[1]) if found else None)
    return os.strerror(code) if code else str(error)


def stamp() -> str:
    """This process among all that may write into a folder, some perhaps on other machines."""
    return f"{re.sub(r'[^A-Za-z0-9-]', '-', platform.node())}-{os.getpid()}"


def clear_leftovers(parent: Path) -> None:
    """Remove what runs on this machine left in a folder when they were killed.

    A run that was replacing a finished one gets that one back.
    """
    node = stamp().rpartition("-")[0]
    pattern = re.compile(rf"\.(?P<name>.+)\.{re.escape(node)}-(?P<pid>\d+)\.(?P<kind>tmp|old)")
    for path in parent.glob(".*"):
        found = pattern.fullmatch(path.name)
        if found is None or _is_alive(int(found["pid"])):
            continue
        lock = hold(path)
        if lock is None:
            continue  # of a process that cannot be seen from here, in another container, say
        os.close(lock)
        with suppress(OSError):
            finished = path.with_name(found["name"])
            if found["kind"] == "old" and not finished.exists():
                path.rename(finished)
            else:
                shutil.rmtree(path, ignore_errors=True)


def hold(folder: Path) -> int | None:
    """Lock a folder; None if another process has it, or if locks cannot be had there."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # of somebody else
        pass
    return True


def temporary_beside(folder: Path, digest: str) -> Path:
    """An empty folder beside the one to be made; refuses before any work where that must fail."""
    clear_leftovers(folder.parent)
    if (folder.exists() or folder.is_symlink()) and _digest_in(folder) != digest:
        raise FolderTaken(
            f"{folder}: this folder is there and does not hold this run, so it is left alone; "
            "remove it, or choose another place with `--out`"
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = folder.with_name(f".{folder.name}.{stamp()}.tmp")
        if temporary.exists():
            shutil.rmtree(temporary)
        temporary.mkdir()
    except OSError as error:
        raise AfterbanError(
            f"{folder.parent}: results cannot be written here ({error.strerror}); "
            "choose another place with `--out`"
        ) from None
    return temporary


def swap(temporary: Path, folder: Path) -> None:
    """Put a finished folder in its place."""
    old = folder.with_name(f".{folder.name}.{stamp()}.old")
    if folder.exists():
        folder.rename(old)
    try:
        temporary.rename(folder)
    except BaseException:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
