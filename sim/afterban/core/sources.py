"""The C sources, and which of them the module was made of: a section of its own says so at its end.

So that after a change of the sources a stale module is never run unseen.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).with_name("c") / "engine.c"  # which includes the others
_NAME: Final = b"sources"


def digest(folder: Path = SOURCE.parent) -> bytes:
    """SHA-256 of all C sources in a folder and those below, with their names."""
    found = hashlib.sha256()
    for file in sorted(folder.rglob("*.[ch]")):
        found.update(file.relative_to(folder).as_posix().encode())
        found.update(file.read_bytes())
    return found.digest()


def section(of: bytes) -> bytes:
    """A custom section that holds a digest: 0, its length, its name, what it holds.

    WebAssembly core specification, section 5.5.3; lengths below 128 are one byte.
    """
    content = bytes([len(_NAME)]) + _NAME + of
    return bytes([0, len(content)]) + content


@cache
def are_those_of(module: Path) -> bool:
    """Whether a module was made of the sources that lie here now."""
    return module.read_bytes().endswith(section(digest()))
