"""One HTML file that tells stories and simulates: script, style, stories, simulator.

The file asks for nothing: its content policy forbids every request, and allows the one script, the
one style, and WebAssembly.  Stories and the simulator lie in it packed, so that its text gives no
answer away.

Checked by ``tests/page/test_file.py`` and, in a browser, ``tests/page/test_browser.py``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Sequence
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

from afterban.errors import AfterbanError, closest, listed, shortened
from afterban.page.glossary import WORDS
from afterban.page.sandbox import page_data
from afterban.page.stories import PLAYS, STORIES
from afterban.page.told import BUILT, story_of
from afterban.scenario import shipped_names

HERE = Path(__file__).parent
Data = dict[str, Any]
LARGEST = 1_500_000  # bytes of the file


def known_story(name: str) -> str | None:
    """A story by its name, or by that of the story of sliders that it plays; None for another."""
    names = {plays: key for key, plays in PLAYS.items()} | {key: key for key in STORIES}
    return names.get(name)


def part_of(name: str) -> dict[str, Any]:
    """A told story by its name, or the page of a scenario by its name or file.

    Raises AfterbanError for what is neither, and for a scenario that no page has room for.
    """
    key = known_story(name)
    if key is not None:
        return story_of(key)
    near = closest(name, [*STORIES, *PLAYS.values(), *shipped_names()])
    if re.fullmatch(r"[\w-]+", name) and name not in shipped_names() and not Path(name).exists():
        raise AfterbanError(
            f"`{shortened(name)}` is neither a story nor a scenario; the stories are "
            f"{listed(STORIES)}" + (f"\n  did you mean `{near}`?" if near else "")
        )
    if name.endswith(".py"):
        raise AfterbanError(
            f"{shortened(name)} is no scenario: rules of one's own are run by Python, "
            "which a page does not have"
        )
    return page_data(name)


def page_of(names: Sequence[str], progress: Callable[[int, int], None] | None = None) -> str:
    """The file of some stories and scenarios.

    Raises AfterbanError if it would be too large for a page.
    """
    made = []
    for number, name in enumerate(names):
        made.append(part_of(name))
        if progress is not None:
            progress(number + 1, len(names))
    return assemble(made)


def assemble(stories: Sequence[dict[str, Any]]) -> str:
    """The file that carries stories.  Raises AfterbanError where two go by one name."""
    keys = [one.get("lowered", {}).get("key") for one in stories]
    twice = next((key for key in keys if key and keys.count(key) > 1), None)
    if twice:
        raise AfterbanError(
            f"two parts of the page go by `{twice}`; make a page of each, or change one's `name`"
        )
    payload = {
        "version": version("afterban"),
        "words": dict(WORDS),
        "layout": layout(),
        "stories": list(stories),
    }
    return document(
        _title(stories),
        payload,
        (BUILT / "page.js").read_text(encoding="utf-8"),
        (HERE / "page.css").read_text(encoding="utf-8"),
        "stories",
    )


def document(title: str, payload: Data, script: str, style: str, many: str) -> str:
    """The file of a script and what it shows.

    many: what to ask for fewer of.  Raises AfterbanError if it would be too large for a page.
    """
    parts = {
        "title": escape(title),
        "policy": escape(_policy(script, style)),
        "style": style,
        "stories": _packed(json.dumps(payload, separators=(",", ":")).encode("utf-8")),
        "module": _packed(module()),
        "worker": _packed((BUILT / "worker.js").read_bytes()),
        "script": script,
    }
    template = (HERE / "page.html").read_text(encoding="utf-8")
    for name, text in parts.items():
        template = template.replace(f"{{{{ {name} }}}}", text, 1)
    size = len(template.encode("utf-8"))
    if size > LARGEST:
        raise AfterbanError(
            f"the page would have {size:,} bytes, and at most {LARGEST:,} open well on a phone; "
            f"ask for fewer {many}"
        )
    return template


def _title(stories: Sequence[dict[str, Any]]) -> str:
    if len(stories) == 1:
        return f"{stories[0]['title']} · afterban"
    return "afterban: what happens after a ban"


def layout() -> Any:
    """How tables lie in the simulator's memory."""
    return json.loads((BUILT / "layout.json").read_text(encoding="utf-8"))


def module() -> bytes:
    """The simulator as a WebAssembly module."""
    return (HERE.parent / "core" / "afterban.wasm").read_bytes()


def _packed(content: bytes) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(packer.compress(content) + packer.flush()).decode("ascii")


def _policy(script: str, style: str) -> str:
    """Nothing from anywhere: this script and style, WebAssembly, and a worker made of text."""
    return (
        "default-src 'none'; "
        f"script-src '{_digest(script)}' 'wasm-unsafe-eval'; worker-src blob:; "
        f"style-src '{_digest(style)}'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
