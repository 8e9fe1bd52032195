"""A state that a page saved, as the fragment of a link that opens it there.

What the words in it mean is the page's affair (``src/engine/state.js``), which checks them and says
what is wrong in one line; here it is looked whether the file is one of a page at all.

Checked by ``tests/page/test_link.py``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from afterban.errors import AfterbanError, printable, shortened

FORMAT: Final = "afterban-page"
VERSION: Final = 2
LARGEST: Final = 20_000  # letters, as in the page


def fragment_of(file: Path) -> str:
    """The part of a link after the number sign.

    Raises AfterbanError with one line for a file that no page saved, and OSError.
    """
    with file.open("rb") as opened:  # no more of it than tells that it is too large
        content = opened.read(4 * LARGEST + 1)
    text = content.decode("utf-8-sig", "replace")
    if len(text) > LARGEST:
        raise AfterbanError(f"{file} is too large to be a state of the page")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise AfterbanError(
            f"{file} is no state of the page: it is not JSON; save one with `Save state`"
        ) from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise AfterbanError(f'{file} is no state of the page: it has no line "format": "{FORMAT}"')
    if data.get("version") != VERSION:
        found = shortened(printable(str(data.get("version"))), 40)
        raise AfterbanError(f"{file} has version `{found}`; this page reads {VERSION}")
    parts = {name: data[name] for name in ("story", "size", "seed") if name in data}
    for prefix, group in (("", "settings"), ("view.", "view")):
        values = data.get(group, {})
        if not isinstance(values, dict):
            raise AfterbanError(f"{file}: `{group}` is no table of values")
        parts |= {f"{prefix}{name}": value for name, value in values.items()}
    return urlencode({name: _text(name, value, file) for name, value in parts.items()})


def _text(name: str, value: Any, file: Path) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        shown = shortened(printable(name), 40)
        raise AfterbanError(f"{file}: `{shown}` is neither text nor a number")
    return str(value)
