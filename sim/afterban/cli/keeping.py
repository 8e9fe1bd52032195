"""What took a while, kept beside results with what it was made of.

Checked by ``tests/report/test_page.py``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from afterban.cli import output

T = TypeVar("T")


def keep(
    cache: Path | None, asked: dict[str, Any], made: dict[str, Any], what: str, quiet: bool
) -> None:
    """Write what took a while beside the results, with what it was made of."""
    from afterban.files import write_text
    from afterban.manifest import DOCUMENT_SEAL, sealed

    if cache is None:
        return
    text = json.dumps(sealed({"asked": asked, **made}, DOCUMENT_SEAL), indent=1, ensure_ascii=False)
    try:
        write_text(cache, text + "\n")
    except OSError:
        output.note(f"{cache} cannot be written; {what} is not kept", quiet)


def kept(
    cache: Path | None, asked: dict[str, Any], read: Callable[[dict[str, Any]], T]
) -> T | None:
    """What :func:`keep` wrote, if it was made of the same."""
    from afterban.files import json_or_none
    from afterban.manifest import DOCUMENT_SEAL, sealed

    data = None if cache is None else json_or_none(cache)
    if not isinstance(data, dict) or data.get("asked") != asked:
        return None
    if data.get(DOCUMENT_SEAL) != sealed(data, DOCUMENT_SEAL)[DOCUMENT_SEAL]:
        return None  # it was changed, or is of an earlier version: it is made anew
    plain = {key: value for key, value in data.items() if key not in ("asked", DOCUMENT_SEAL)}
    try:
        return read(plain)
    except Exception:  # whatever a file can lead to that is not ours
        return None
