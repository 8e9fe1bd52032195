"""Files of a user: whatever goes wrong with one is told as a fault of that file.

And files that are written whole or not at all.

Checked by ``tests/unit/test_files.py``.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from afterban.errors import AfterbanError, shortened


@contextmanager
def fault_of(path: Path | str, advice: str = "make it again, or choose another") -> Iterator[None]:
    """Whatever a reader raises within, it is a fault of this file and told in one line.

    Only reading belongs within: a mistake of ours in there would be called one of the file.  What
    is an AfterbanError already passes, as do a lack of memory and a warning made an error.
    """
    try:
        yield
    except (AfterbanError, MemoryError, Warning):
        raise
    except FileNotFoundError:
        raise AfterbanError(f"{path}: there is no such file; {advice}") from None
    except OSError as error:
        why = error.strerror or shortened(str(error), 200)
        raise AfterbanError(f"{path}: this file cannot be read ({why}); {advice}") from None
    except Exception as error:
        why = shortened(str(error), 200) or type(error).__name__
        raise AfterbanError(
            f"{path}: this file is damaged, or not what it should be ({why}); {advice}"
        ) from None


def json_in(path: Path) -> Any:
    """What a JSON file holds.  Raises AfterbanError for one that cannot be read."""
    if path.exists() and not path.is_file():
        raise AfterbanError(f"{path}: this is no file")
    with fault_of(path):
        return json.loads(path.read_text(encoding="utf-8"))


def json_or_none(path: Path) -> Any:
    """What a JSON file holds, or None for whatever reason it is not known."""
    try:
        return json_in(path)
    except AfterbanError:
        return None


def sha256_of(path: Path) -> str:
    """Digest of a file, 64 hexadecimal digits.  Raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def written_whole(path: Path) -> Iterator[IO[bytes]]:
    """A stream to a file that has its name only when all of it is on the disk.

    A file that was there before is replaced then, and not touched if anything goes wrong.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.rename(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Write a text, whole or not at all.  Raises OSError."""
    with written_whole(path) as stream:
        stream.write(text.encode("utf-8"))
