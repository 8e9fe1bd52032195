"""Live pages beside the documentation: one of each story and of each scenario, kept by digest.

A page lies in ``pages/`` of the built documentation.  It is made anew where the program or the
scenarios are others than those it was made of, which takes a minute or two for all of them.
Knows nothing of Sphinx.

Checked by ``tests/docs/test_gallery.py`` and ``tests/docs/test_build.py``.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from afterban.errors import AfterbanError
from afterban.page import file
from afterban.page.stories import STORIES
from afterban.scenario import shipped_names
from afterban.scenario.shipped import shipped_path

ALL = "all"
FOLDER = "pages"
_DIGESTS = "made-of.json"
_PACKAGE = Path(file.__file__).parents[1]
_READ = (".py", ".js", ".css", ".html", ".json", ".wasm", ".yaml")  # by whoever makes a page
_NOT_READ = ("node_modules", "src", "__pycache__")

PICTURE = re.compile(r"<!-- page ([\w-]+) -->\n!\[(.*?)\]\((.*?)\)\n<!-- end of page -->")
LIST = "<!-- pages of stories -->"


def names(asked: str) -> list[str]:
    """What is asked for: ``all``, or names apart by commas.  Raises AfterbanError for others."""
    known = [*STORIES, *shipped_names()]
    if asked == ALL:
        return known
    wanted = [name.strip() for name in asked.split(",") if name.strip()]
    for name in wanted:
        if name not in known:
            raise AfterbanError(f"afterban_pages: `{name}` is neither a story nor a scenario")
    return wanted


def make(wanted: Sequence[str], out: Path, tell: Callable[[str], None] = print) -> set[str]:
    """Pages of stories and scenarios in a folder; those that are there.

    tell: is told each page that is made, and of one that cannot be made the reason.
    """
    folder = out / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    now = digest()
    kept = _kept(folder)
    made = {name for name in wanted if kept.get(name) == now and page(folder, name).exists()}
    rest = [name for name in wanted if name not in made]
    if rest:
        with ProcessPoolExecutor(min(len(rest), os.cpu_count() or 1)) as pool:
            at = {pool.submit(file.page_of, [name]): name for name in rest}
            for done in as_completed(at):
                name = at[done]
                try:
                    page(folder, name).write_text(done.result(), encoding="utf-8")
                except AfterbanError as error:
                    tell(f"no page of {name}: {error}")
                    continue
                made.add(name)
                tell(f"page of {name}, {len(made)} of {len(wanted)}")
                # At once, so that a build that is interrupted has lost none.
                kept[name] = now
                text = json.dumps(kept, indent=0, sort_keys=True)
                (folder / _DIGESTS).write_text(text, encoding="utf-8")
    return made


def page(folder: Path, name: str) -> Path:
    """Where a page lies."""
    return folder / f"{name}.html"


def _kept(folder: Path) -> dict[str, str]:
    try:
        found = json.loads((folder / _DIGESTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def digest(roots: Iterable[Path] = (_PACKAGE, shipped_path("minimal").parent)) -> str:
    """SHA-256 (hex) of all that pages are made of: the program and the scenarios."""
    whole = hashlib.sha256()
    for root in roots:
        for path in sorted(root.rglob("*")):
            inside = path.relative_to(root)
            if path.suffix in _READ and not set(inside.parts) & set(_NOT_READ):
                whole.update(f"{inside}\n".encode())
                whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


# --- in the text ----------------------------------------------------------------------------------


def pictured(text: str, made: set[str], to_root: str = "") -> str:
    """Text in which pictures of pages are links to them; where there is no page it says so."""

    def linked(match: re.Match[str]) -> str:
        name, alt, picture = match.groups()
        if name not in made:
            return (
                f"![{alt}]({picture})\n\n*This build of the documentation has no live page of it: "
                f"`afterban page {name}` makes one.*"
            )
        at = f"{to_root}{FOLDER}/{name}.html"
        what = "a story with predictions, then" if name in STORIES else "its network and"
        return (
            f"```{{image}} {picture}\n:alt: {alt}\n:target: {at}\n:class: live\n```\n\n"
            f'<p><a href="{at}">Open the live page</a>: {what} sliders that are simulated in the '
            "browser.</p>"
        )

    return PICTURE.sub(linked, text.replace(LIST, _stories(made, to_root)))


def _stories(made: set[str], to_root: str) -> str:
    there = [name for name in STORIES if name in made]
    if not there:
        return "This build of the documentation has no live pages of them."
    links = (f'<a href="{to_root}{FOLDER}/{name}.html">{name}</a>' for name in there)
    return f"Live in this documentation: {', '.join(links)}."
