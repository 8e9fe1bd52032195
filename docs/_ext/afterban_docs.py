"""Sphinx extension: fills the pages that are made from the program, and lists what is not listed.

A page says ``<!-- generated: NAME -->`` where the text of ``pages.GENERATED[NAME]`` goes, and
``<!-- lesson: NAME -->`` where a lesson goes, which is run for it.  Nothing is written to files, so
that no page can be out of date.  What stands between ``<!-- if PAGE -->`` and ``<!-- end -->`` is
left out where there is no such page.

Live pages of stories and scenarios are made for the build (:mod:`gallery`), all of them or those
that ``-D afterban_pages=NAME,NAME`` names; with an empty value none, and the texts say so.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import gallery
import pages
from sphinx.util import logging

MARK = re.compile(r"<!-- generated: ([a-z]+) -->")
LESSON = re.compile(r"<!-- lesson: ([a-z]+) -->")
IF = re.compile(r"<!-- if ([\w/-]+) -->\n(.*?)<!-- end -->\n", re.DOTALL)
REST = "<!-- the other pages -->"


def fill(app: Any, name: str, content: list[str]) -> None:
    """Put what is generated into the text of a page."""
    text = MARK.sub(lambda match: pages.GENERATED[match[1]](), content[0])
    text = LESSON.sub(lambda match: pages.lesson(match[1]), text)
    text = gallery.pictured(text, app.live_pages, "../" * name.count("/"))
    text = IF.sub(lambda match: match[2] if match[1] in app.env.found_docs else "", text)
    if REST in text:
        text = text.replace(REST, _toctree(_unlisted(app, name, text)))
    folder, _, last = name.rpartition("/")
    # A folder's first page lists the others where it does not do so itself.
    if folder and last in ("index", "README") and "{toctree}" not in text:
        others = sorted(d for d in app.env.found_docs if d.startswith(f"{folder}/") and d != name)
        text += "\n" + _toctree([f"/{other}" for other in others], hidden=True)
    content[0] = text


def live(app: Any) -> None:
    """Make the live pages, where something is built that can link to them."""
    tell = logging.getLogger(__name__).info
    html = app.builder.format == "html"
    wanted = gallery.names(app.config.afterban_pages) if html else []
    app.live_pages = gallery.make(wanted, Path(app.outdir), tell) if wanted else set()


def _unlisted(app: Any, name: str, text: str) -> list[str]:
    """Pages that no list on the first page has; of a folder, its first page."""
    listed = set(re.findall(r"(?m)^(?:.*<)?/?([\w/.-]+)>?$", text))
    found = []
    for doc in sorted(app.env.found_docs):
        folder, _, last = doc.rpartition("/")
        first = not folder or last in ("index", "README")
        has_first = any(f"{folder}/{n}" in app.env.found_docs for n in ("index", "README"))
        if doc != name and doc not in listed and (first or not has_first):
            found.append(f"/{doc}")
    return found


def _toctree(docs: list[str], hidden: bool = False) -> str:
    if not docs:
        return ""
    options = ":hidden:\n" if hidden else ":maxdepth: 1\n"
    return "```{toctree}\n" + options + "\n" + "\n".join(docs) + "\n```\n"


def always(app: Any, env: Any, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """Pages that are read at every build, since the program may have changed."""
    docs = []
    for doc in env.found_docs:
        text = Path(env.doc2path(doc)).read_text(encoding="utf-8")
        if any(mark.search(text) for mark in (MARK, LESSON, IF, gallery.PICTURE)) or any(
            mark in text for mark in (REST, gallery.LIST)
        ):
            docs.append(doc)
    return docs


def setup(app: Any) -> dict[str, Any]:
    """Connect to Sphinx."""
    app.add_config_value("afterban_pages", gallery.ALL, "env", [str])
    app.connect("builder-inited", live)
    app.connect("source-read", fill)
    app.connect("env-get-outdated", always)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
