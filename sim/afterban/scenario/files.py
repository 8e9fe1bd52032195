"""From a file to its nodes: the place of a scenario, and what it extends."""

from __future__ import annotations

import os
from pathlib import Path

from afterban.errors import ScenarioError, ScenarioErrors, closest, listed
from afterban.language.documents import Mapping, Node, Scalar, kind_of, parse, read_file
from afterban.language.kinds import NONE
from afterban.language.merging import merge, without
from afterban.language.shapes import Table
from afterban.scenario.common import (
    refuses_common_ranges,
    with_common_ranges,
    without_common_ranges,
)
from afterban.scenario.contents import SCHEMA_VERSION, Contents
from afterban.scenario.sections.network import TABLES
from afterban.scenario.shipped import shipped_names, shipped_path
from afterban.scenario.upgrade import VERSION, is_earlier, version_of

# Each file has these of its own.
LONGEST_CHAIN = 50  # scenarios that extend each other
_NOT_INHERITED = (
    *("schema_version", "name", "title", "description", "extends", "common_ranges", "claims"),
)


def tree(source: str | os.PathLike[str]) -> tuple[Mapping, list[ScenarioError]]:
    """The nodes of a shipped scenario by its name, or of a file, with all that it extends.

    Also faults in the writing after which reading went on.  Raises ScenarioErrors.
    """
    path, shown = _locate(source)
    return _tree(read_file(path, shown), shown, path, [])


def tree_of_text(
    content: str, file: str, path: Path | None = None
) -> tuple[Mapping, list[ScenarioError]]:
    """As :func:`tree`, of a text, which a file at ``path`` has or would have.

    Paths in `extends` start from its folder, or from the current directory.
    """
    return _tree(content, file, path, [])


def anchored(root: Mapping, directory: Path) -> Mapping:
    """The nodes of a file with the paths of its tables made absolute."""

    def at(node: Node | None) -> Node | None:
        if isinstance(node, Mapping):
            for key in ("value", "file"):
                name, inner = node.key(key), at(node.get(key))
                if name is not None and inner is not None:
                    node = node.with_entry(name, inner)
            return node
        if not isinstance(node, Scalar) or node.is_null or node.value == NONE:
            return node
        return Scalar(node.place, os.path.abspath(directory / node.value), node.plain)

    def inside(part: Mapping) -> Mapping:
        network = part.get("network")
        section = part.key("network")
        if isinstance(network, Mapping) and section is not None:
            for key in TABLES:
                name, node = network.key(key), at(network.get(key))
                if name is not None and node is not None:
                    network = network.with_entry(name, node)
            part = part.with_entry(section, network)
        return part

    root = inside(root)
    policies, section = root.get("policies"), root.key("policies")
    if isinstance(policies, Mapping) and section is not None:
        for name, changes in policies.entries:
            if isinstance(changes, Mapping):
                policies = policies.with_entry(name, inside(changes))
        root = root.with_entry(section, policies)
    return root


def _tree(
    content: str, shown: str, path: Path | None, chain: list[tuple[Path | None, str]]
) -> tuple[Mapping, list[ScenarioError]]:
    node, more = parse(content, shown, order=len(chain))
    if not isinstance(node, Mapping):
        raise ScenarioErrors(
            [
                node.place.error(
                    "",
                    f"{kind_of(node)} is found where a scenario is expected",
                    "write `key: value` lines",
                )
            ]
        )
    _refuse_earlier(node, shown, path)
    if path is not None:
        node = anchored(node, path.parent)
    chain = [*chain, (path.resolve() if path else None, shown)]
    extends = node.get("extends")
    if extends is None or (isinstance(extends, Scalar) and extends.value == "none"):
        return with_common_ranges(node), more
    if not isinstance(extends, Scalar) or extends.is_null:
        what = f"{kind_of(extends)} is found where a scenario is expected"
        allowed = "write the name of one scenario, or the path of its file"
        raise ScenarioErrors([*more, extends.place.error("extends", what, allowed)])

    def refuse(found: str, allowed: str, hint: str | None = None) -> ScenarioErrors:
        error = extends.place.error("extends", found, allowed, hint)
        return ScenarioErrors([*more, error])

    try:
        base_path, base_shown = _locate(extends.value, path.parent if path else None, shown)
        base_content = read_file(base_path, base_shown)
    except ScenarioErrors as error:
        first = error.errors[0]
        if first.line is not None:
            raise
        named = f"`{extends.value}`" in first.found
        what = first.found if named else f"`{extends.value}`: {first.found}"
        raise refuse(what, first.allowed, first.hint) from None
    resolved = base_path.resolve()
    if resolved in [file for file, _ in chain]:
        circle = " -> ".join([name for _, name in chain] + [base_shown])
        raise refuse(f"this goes in a circle ({circle})", "remove one `extends` of the circle")
    if len(chain) >= LONGEST_CHAIN:
        raise refuse(
            f"{len(chain)} scenarios extend each other, one after the other",
            f"a chain has {LONGEST_CHAIN} at most; put some of them together",
        )
    base, base_more = _tree(base_content, base_shown, base_path, chain)
    kept = without(base, _NOT_INHERITED)
    if refuses_common_ranges(node):
        kept = without_common_ranges(kept)
    merged = merge(kept, without(node, ("extends",)), Table(Contents))
    # The place of the whole is that of the file that was asked for.
    return Mapping(node.place, merged.entries), [*more, *base_more]


def _refuse_earlier(node: Mapping, shown: str, path: Path | None) -> None:
    """Raise ScenarioErrors for a file of an earlier version of the language."""
    version = node.get(VERSION)
    if version is not None and is_earlier(node):
        what = f"version {version_of(node)} of the language, and {SCHEMA_VERSION} is read here"
        allowed = f"`afterban upgrade {shown if path else 'FILE'}` rewrites it"
        raise ScenarioErrors([version.place.error(VERSION, what, allowed)])


def _locate(
    source: str | os.PathLike[str], directory: Path | None = None, beside: str | None = None
) -> tuple[Path, str]:
    """The file of a name or path, and how it is shown."""
    text = os.fspath(source)
    is_name = isinstance(source, str) and not (
        os.sep in text or "/" in text or text.endswith((".yaml", ".yml"))
    )
    names = shipped_names()
    if is_name and text in names:
        found = shipped_path(text)
        return found, _shown(found)
    path = (directory or Path()) / text
    shown = text or "."
    if beside is not None and directory is not None and not Path(text).is_absolute():
        shown = os.path.normpath(Path(beside).parent / text)
    stem = text.removesuffix(".yaml")
    if stem != text and stem in names and not path.exists():
        error = ScenarioError(
            file=shown,
            found="there is no such file here",
            allowed="a shipped scenario goes by its name alone",
            hint=stem,
        )
        raise ScenarioErrors([error])
    if is_name and not path.exists():
        hint = closest(text, names)
        raise ScenarioErrors(
            [
                ScenarioError(
                    file=text or "scenario",
                    found=f"no scenario has the name `{text}`, neither a shipped one nor a file",
                    allowed=f"the shipped ones are {listed(names)}"
                    if names
                    else "give the path of a file",
                    hint=hint,
                )
            ]
        )
    return path, shown


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
