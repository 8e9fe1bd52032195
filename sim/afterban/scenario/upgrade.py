"""Scenarios of earlier versions of the language, rewritten so that they mean the same in this one.

A change of the language that an older file would feel (a key with another name, another default)
raises ``SCHEMA_VERSION`` and gets a row in ``STEPS``: the version it starts from, what changed,
and a function that edits a file of that version.  :func:`rename` and :func:`spell_out` are what
such functions are mostly made of.  A file goes through one step after the other; its comments,
quotes and order stay.

Checked by ``tests/unit/test_upgrade.py``.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from afterban.errors import ScenarioErrors
from afterban.language.documents import Mapping, Scalar, parse
from afterban.language.shapes import Listed, Named, Shape, Table, slots
from afterban.scenario.contents import SCHEMA_VERSION, Contents

Tree: TypeAlias = Any  # a mapping of ruamel.yaml, which keeps comments and quotes
VERSION = "schema_version"


@dataclass(frozen=True)
class Step:
    """From one version of the language to the next.

    words: what changed in the language, as a clause for people.
    edit: changes a file of the version before, and says what it changed, one sentence a change.
    """

    words: str
    edit: Callable[[Tree], list[str]]


# Version that a step starts from -> the step.  There is no version before the first.
STEPS: dict[int, Step] = {}


def version_of(node: Mapping) -> int | None:
    """The version of the language that a file says it is in, or None if that is no number."""
    found = node.get(VERSION)
    if not isinstance(found, Scalar) or not re.fullmatch("[0-9]{1,6}", found.value):
        return None
    return int(found.value)


def is_earlier(node: Mapping) -> bool:
    """Whether a file is in an earlier version, from which steps lead to this one."""
    version = version_of(node)
    return version is not None and version < SCHEMA_VERSION and version in STEPS


def upgraded(text: str, file: str) -> tuple[str, list[str]]:
    """A scenario in this version of the language, and what was changed in it.

    The text comes back as it is, with an empty list, if it is in this version already.
    Raises ScenarioErrors if it is no scenario, or of a version that no steps lead from.
    """
    node, problems = parse(text, file)
    if problems:
        raise ScenarioErrors(problems)
    version = version_of(node) if isinstance(node, Mapping) else None
    if version == SCHEMA_VERSION:
        return text, []
    if version is None or version not in STEPS:
        place = (isinstance(node, Mapping) and node.get(VERSION)) or node
        what = "no version of the language is given, so this may be no scenario"
        if version is not None:
            what = f"version {version} of the language is not known here"
        allowed = f"a scenario begins with `{VERSION}: {SCHEMA_VERSION}`"
        raise ScenarioErrors([place.place.error(VERSION, what, allowed)])

    from ruamel.yaml import YAML

    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = 10**6
    key = r"^( *)[^\s#-][^\n]*:[ ]*(?:#[^\n]*)?\n(?: *(?:#[^\n]*)?\n)*( *)"
    inner = re.search(key + r"[^\s#-]", text, re.MULTILINE)
    items = re.search(key + "- ", text, re.MULTILINE)
    offset = len(items[2]) - len(items[1]) if items else 0
    mapping = max(len(inner[2]) - len(inner[1]), 0) if inner else 0
    yaml.indent(mapping=mapping or 2, sequence=offset + 2, offset=offset)
    tree = yaml.load(text)
    told: list[str] = []
    while version < SCHEMA_VERSION:
        step = STEPS[version]
        told += [f"version {version + 1}: {step.words}", *step.edit(tree)]
        version += 1
        tree[VERSION] = version
    out = io.StringIO()
    yaml.dump(tree, out)
    return out.getvalue(), told


def rename(tree: Tree, path: str, name: str) -> list[str]:
    """Give a key another name, also in arms and in the paths of a sweep.

    path: such as ``review.mean_time`` or ``tiers.*.rate``: ``*`` is every name, or every item.
    """
    *steps, old = path.split(".")
    told = []
    for where, section in _everywhere(tree, steps):
        if old not in section:
            continue
        place = list(section).index(old)
        comment = section.ca.items.pop(old, None)
        section.insert(place, name, section.pop(old))
        if comment is not None:
            section.ca.items[name] = comment
        told.append(f"`{_joined(where, old)}` is `{name}` now")
    above = "".join(r"(?:\.[^.\[\]]+|\[\d+\])" if s == "*" else rf"\.{re.escape(s)}" for s in steps)
    pattern = rf"((?:\.policies\.[^.]+)?{above}\.){re.escape(old)}(?![^.\[])"
    varied = _below(_below(tree, "sweep"), "parameters")
    for key in list(varied):
        found = re.match(pattern, f".{key}")
        if found:
            now = f"{found[1]}{name}"[1:] + f".{key}"[found.end() :]
            varied.insert(list(varied).index(key), now, varied.pop(key))
            told.append(f"`sweep.parameters`: `{key}` is `{now}` now")
    return told


def spell_out(tree: Tree, path: str, value: object) -> list[str]:
    """Write the default of before wherever a key is left to it, so that it stays in force.

    A scenario that extends another one inherits the value from there, and an arm from the scenario
    that it changes; lists are complete in each of them.
    path: as in :func:`rename`.
    """
    *steps, key = path.split(".")
    told = []
    whole = tree.get("extends") in (None, "none")
    for where, section in _sections(tree, Table(Contents), steps, "", whole):
        if key not in section:
            section[key] = value
            told.append(f"`{_joined(where, key)}` is written out as {value}, its default before")
    for name, arm in _below(tree, "policies").items():
        for where, section in _sections(arm, Table(Contents), steps, f"policies.{name}", False):
            if key not in section:
                section[key] = value
                told.append(
                    f"`{_joined(where, key)}` is written out as {value}, its default before"
                )
    return told


def _everywhere(tree: Tree, steps: list[str]) -> Iterator[tuple[str, Tree]]:
    """The sections at a path that are written, in the scenario and in its arms."""
    yield from _written(tree, steps, "")
    for name, arm in _below(tree, "policies").items():
        yield from _written(arm, steps, f"policies.{name}")


def _written(node: Tree, steps: list[str], where: str) -> Iterator[tuple[str, Tree]]:
    if not steps:
        if isinstance(node, dict):
            yield where, node
        return
    step, *rest = steps
    if isinstance(node, dict):
        for key in list(node) if step == "*" else [step]:
            if key in node:
                yield from _written(node[key], rest, _joined(where, str(key)))
    elif isinstance(node, list) and step == "*":
        for number, item in enumerate(node):
            yield from _written(item, rest, f"{where}[{number}]")


def _sections(
    node: Tree, shape: Shape, steps: list[str], where: str, whole: bool
) -> Iterator[tuple[str, Tree]]:
    """The sections at a path in which all keys count; those left to their defaults are made."""
    if not isinstance(node, dict | list):
        return
    if not steps:
        if isinstance(node, dict) and whole:
            yield where, node
        return
    step, *rest = steps
    if isinstance(shape, Table) and isinstance(node, dict) and step in slots(shape.cls):
        slot = slots(shape.cls)[step]
        if step not in node and whole and isinstance(slot.shape, Table) and not slot.optional:
            made: Tree = {}
            found = list(_sections(made, slot.shape, rest, _joined(where, step), whole))
            if found:
                node[step] = made
                # From the tree, which may have put a copy in its place.
                yield from _sections(node[step], slot.shape, rest, _joined(where, step), whole)
        elif step in node:
            yield from _sections(node[step], slot.shape, rest, _joined(where, step), whole)
    elif isinstance(shape, Named) and isinstance(node, dict):
        for name in list(node):
            yield from _sections(node[name], shape.item, rest, _joined(where, str(name)), whole)
    elif isinstance(shape, Listed) and isinstance(node, list):
        for number, item in enumerate(node):
            yield from _sections(item, shape.item, rest, f"{where}[{number}]", True)


def _below(tree: Tree, key: str) -> Tree:
    """The section of a key; an empty one if it is left out, or ``none``."""
    found = tree.get(key)
    return found if isinstance(found, dict) else {}


def _joined(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


__all__ = ["STEPS", "Step", "is_earlier", "rename", "spell_out", "upgraded", "version_of"]
