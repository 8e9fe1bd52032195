"""Which code decides the numbers, as a digest of its files."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
_FILES = ("arithmetic.py", "channels.py", "randomness.py")
_FOLDERS = ("core", "engines", "mechanisms", "parameters", "world")
_KINDS = frozenset((".py", ".c", ".h"))


@cache
def source_digest() -> str:
    """Digest of the source files of both engines, Python and C (hex, 16 characters)."""
    digest = hashlib.sha256()
    files = [PACKAGE / name for name in _FILES]
    for folder in _FOLDERS:
        files += sorted(one for one in (PACKAGE / folder).rglob("*") if one.suffix in _KINDS)
    for file in files:
        digest.update(file.relative_to(PACKAGE).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
