"""Documents and figures that parameters and claims rest on, from ``scenarios/sources.yaml``.

A figure belongs to a document.  Both have an id; a scenario may cite either.  A document carries
the reason why it is cited, a figure the reason why it is used, and both the way they were read:
P (primary text), S (second hand), D (arithmetic on the source's numbers), R (re-analysis of data).
"""

from __future__ import annotations

from collections.abc import Mapping as Mappings
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from afterban.errors import ScenarioError, ScenarioErrors, closest, listed
from afterban.language.documents import (
    Mapping,
    Node,
    Scalar,
    kind_of,
    parse,
    read_file,
    shipped_directory,
)

TAGS = ("P", "S", "D", "R")
UNKNOWN = "unknown"

_DOCUMENT_KEYS = ("authors", "year", "title", "where", "reason", "tag")
_ADDRESSES = ("doi", "url")  # left out where nothing states them
_FIGURE_KEYS = ("says", "reason", "tag")


@dataclass(frozen=True)
class Source:
    """A document.  What is not known about it is ``unknown``; ``year`` is text, such as 2020/22."""

    id: str
    authors: str
    year: str
    title: str
    where: str
    reason: str
    tag: str
    doi: str = ""
    url: str = ""

    def missing(self) -> list[str]:
        """What a reader would need to find it and nothing says: authors, title, address."""
        known = {"authors": self.authors, "title": self.title, "where": self.where}
        found = [name for name, text in known.items() if text == UNKNOWN]
        return found if self.doi or self.url else [*found, "address"]

    def cited(self) -> str:
        """One line for lists of references; what is unknown is left out."""
        first, *rest = [
            part for part in (self.authors, self.title, self.where) if part != UNKNOWN
        ] or [self.id]
        year = f" ({self.year})" if self.year != UNKNOWN else ""
        address = self.url or (f"doi:{self.doi}" if self.doi else "")
        return f"{', '.join([first + year, *rest, *filter(None, [address])])} [{self.tag}]"


@dataclass(frozen=True)
class Figure:
    """What a document says in one place, and what it is used for."""

    id: str
    source: Source
    says: str
    reason: str
    tag: str
    locator: str | None = None


@dataclass(frozen=True)
class Registry:
    """All documents and figures by id."""

    sources: Mappings[str, Source]
    figures: Mappings[str, Figure]

    def source(self, id: str) -> Source:
        """Return the document of an id, be it of a document or a figure.  Raises KeyError."""
        return self.sources[id] if id in self.sources else self.figures[id].source

    def ids(self) -> frozenset[str]:
        """Every id that may be cited."""
        return frozenset(self.sources) | frozenset(self.figures)


@cache
def registry() -> Registry:
    """Return the shipped documents and figures."""
    return load_sources(shipped_directory() / "sources.yaml")


@cache
def source_ids() -> frozenset[str]:
    """Every id that a scenario may cite."""
    return registry().ids()


def load_sources(path: Path, shown: str | None = None) -> Registry:
    """Read documents and figures from a file.  Raises ScenarioErrors with every fault."""
    file = shown or str(path)
    return read_sources(read_file(path, file), file)


def read_sources(content: str, file: str = "<text>") -> Registry:
    """Read documents and figures from text.  Raises ScenarioErrors with every fault."""
    root, errors = parse(content, file)
    sources: dict[str, Source] = {}
    figures: dict[str, Figure] = {}
    documents = _section(root, "", ("documents",), (), errors).get("documents")
    seen: dict[str, int] = {}
    for key, node in _entries(documents, "documents", errors):
        path = f"documents.{key.value}"
        _unique(key, path, seen, errors)
        fields = _section(node, path, _DOCUMENT_KEYS, (*_ADDRESSES, "figures"), errors)
        texts = {name: _text(fields.get(name), f"{path}.{name}", errors) for name in _DOCUMENT_KEYS}
        _tag(fields.get("tag"), f"{path}.tag", errors)
        addresses = {
            name: _text(fields[name], f"{path}.{name}", errors)
            for name in _ADDRESSES
            if name in fields
        }
        source = Source(id=key.value, **texts, **addresses)
        sources[key.value] = source
        for name, entry in _entries(fields.get("figures"), f"{path}.figures", errors):
            at = f"{path}.figures.{name.value}"
            _unique(name, at, seen, errors)
            given = _section(entry, at, _FIGURE_KEYS, ("locator",), errors)
            own = {k: _text(given.get(k), f"{at}.{k}", errors) for k in _FIGURE_KEYS}
            _tag(given.get("tag"), f"{at}.tag", errors)
            locator = given.get("locator")
            figures[name.value] = Figure(
                id=name.value,
                source=source,
                locator=None if locator is None else _text(locator, f"{at}.locator", errors),
                **own,
            )
    if errors:
        raise ScenarioErrors(sorted(errors, key=lambda e: (e.line or 0, e.column or 0)))
    return Registry(sources, figures)


def _section(
    node: Node | None,
    path: str,
    required: tuple[str, ...],
    optional: tuple[str, ...],
    errors: list[ScenarioError],
) -> dict[str, Node]:
    if node is None:
        return {}
    names = (*required, *optional)
    if not isinstance(node, Mapping):
        errors.append(
            node.place.error(path, f"{kind_of(node)} is found", f"its keys are {listed(names)}")
        )
        return {}
    for key, _ in node.entries:
        if key.value not in names:
            near = closest(key.value, names)
            at = f"{path}.{key.value}" if path else key.value
            errors.append(
                key.place.error(at, "this key is unknown", f"the keys are {listed(names)}", near)
            )
    for name in required:
        if name not in node:
            errors.append(
                node.place.error(
                    path, f"`{name}` is missing", "add it, or write `unknown` if it is not known"
                )
            )
    return {key.value: value for key, value in node.entries}


def _entries(
    node: Node | None, path: str, errors: list[ScenarioError]
) -> tuple[tuple[Scalar, Node], ...]:
    if node is None:
        return ()
    if not isinstance(node, Mapping):
        errors.append(
            node.place.error(path, f"{kind_of(node)} is found", "write ids with their entries")
        )
        return ()
    return node.entries


def _text(node: Node | None, path: str, errors: list[ScenarioError]) -> str:
    if node is None:
        return UNKNOWN
    if not isinstance(node, Scalar) or node.is_null or not node.value.strip():
        errors.append(
            node.place.error(path, f"{kind_of(node)} is found", "write text, or `unknown`")
        )
        return UNKNOWN
    return node.value


def _tag(node: Node | None, path: str, errors: list[ScenarioError]) -> None:
    if isinstance(node, Scalar) and not set(node.value.split("/")) <= set(TAGS):
        errors.append(
            node.place.error(
                path,
                f"`{node.value}` is no tag",
                f"write {listed(TAGS, 'or')}, or two of them as in `P/S`",
            )
        )


def _unique(key: Scalar, path: str, seen: dict[str, int], errors: list[ScenarioError]) -> None:
    if key.value in seen:
        errors.append(
            key.place.error(
                path, f"this id occurs twice, first on line {seen[key.value]}", "choose another"
            )
        )
    seen.setdefault(key.value, key.place.line + 1)
