#!/usr/bin/env python3
"""Circles of imports inside the package: prints each, and fails unless they are the known ones.

    python3 .ci/circles.py

Imports inside functions count: a circle that is put off to the first call is still one, and two
files of it cannot be read one after the other.  So do imports that only annotations need: a file
that names another's type is about that other.  Checked by ``tests/unit/test_circles.py``.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "sim" / "afterban"

# Those that are there today, by module below the package.  One that is undone is struck here, and
# none is added: there is none.
KNOWN: tuple[frozenset[str], ...] = ()


def sources(package: Path = PACKAGE) -> dict[str, str]:
    """The text of every module by its full name; a package's own file has the package's name."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text("utf-8")
    return found


def graph(texts: dict[str, str], packages: Iterable[str] = ()) -> dict[str, set[str]]:
    """Module -> modules of ours that it imports anywhere.

    packages: modules that are packages, whose relative imports begin at themselves.
    """
    inner = {name.rpartition(".")[0] for name in texts} | set(packages)
    return {
        name: set(_imports(ast.parse(text), name, name in inner, texts)) - {name}
        for name, text in texts.items()
    }


def _imports(tree: ast.Module, module: str, package: bool, known: Iterable[str]) -> Iterator[str]:
    home = module.split(".") if package else module.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            wanted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            up = home[: len(home) - node.level + 1] if node.level else []
            base = ".".join([*up, *([node.module] if node.module else [])])
            both = [(f"{base}.{alias.name}", base) for alias in node.names]
            wanted = [inner if inner in known else outer for inner, outer in both]
        else:
            continue
        yield from (name for name in wanted if name in known)


def circles(edges: dict[str, set[str]]) -> list[frozenset[str]]:
    """Every set of modules of which each reaches each; sorted."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        todo = [start]
        while todo:
            for other in edges.get(todo.pop(), set()) - seen:
                seen.add(other)
                todo.append(other)
        return seen

    reach = {name: reached(name) for name in edges}
    found = {
        frozenset(other for other in reach[name] if name in reach[other])
        for name in edges
        if name in reach[name]
    }
    return sorted(found, key=sorted)


def faults(found: Iterable[frozenset[str]], known: Iterable[frozenset[str]] = KNOWN) -> list[str]:
    """What is new, and what is known and gone, in words; none if all is as it was."""
    here, there = set(found), set(known)
    told = []
    for one in sorted(here - there, key=sorted):
        smaller = any(one < other for other in there)
        told.append(f"{'smaller' if smaller else 'new'} circle of imports: {_told(one)}")
    for one in sorted(there - here, key=sorted):
        told.append(f"no such circle any more; strike it from .ci/circles.py: {_told(one)}")
    return told


def _told(circle: frozenset[str]) -> str:
    return " <-> ".join(sorted(circle))


def of_the_package() -> list[frozenset[str]]:
    """The circles of the package, by module below it."""
    texts = sources()
    return [
        frozenset(name.removeprefix(f"{PACKAGE.name}.") for name in ring)
        for ring in circles(graph(texts))
    ]


if __name__ == "__main__":
    wrong = faults(of_the_package())
    told = "\n".join(wrong) or f"no circle of imports but the {len(KNOWN)} that are known"
    sys.stdout.write(told + "\n")
    sys.exit(bool(wrong))
