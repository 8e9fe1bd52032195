"""Paths of values: keys with dots, and numbers of a list in brackets."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypeAlias

from afterban.language.fields import Section
from afterban.language.kinds import Kind, NumberKind
from afterban.language.laws import FORMS, LIMITS, PLAIN_PARAMETERS, Flavour
from afterban.language.shapes import Changes, Law, Leaf, Listed, Named, Shape, Table, slots

Target: TypeAlias = Kind | Flavour

_STEP = re.compile(r"([^.\[\]]+)|\[([^\[\]]+)\]")


def joined(path: str, key: str) -> str:
    """A path one step longer."""
    return f"{path}.{key}" if path else key


def steps(path: str) -> list[str]:
    """The keys and numbers of a path, from the outside in; empty if there is none."""
    return [a or b for a, b in _STEP.findall(path)]


def is_path(path: str) -> bool:
    """Whether a text has steps and nothing between them but dots."""
    return bool(steps(path)) and not _STEP.sub("", path).replace(".", "")


@lru_cache(4096)
def target(whole: type[Section], path: str) -> Target | None:
    """What is written at a path of a section: a kind of value, a distribution, or None."""
    shape: Shape = Table(whole)
    taken = steps(path)
    for k, step in enumerate(taken):
        if isinstance(shape, Changes):
            shape = Table(shape.cls)
        if isinstance(shape, Table):
            slot = slots(shape.cls).get(step)
            if slot is None:
                return None
            shape = slot.shape
        elif isinstance(shape, Named | Listed):
            shape = shape.item
        elif isinstance(shape, Law):
            rest = taken[k:]
            if rest[0] in FORMS:
                rest = rest[1:]
            if len(rest) != 1:
                return None
            plain = rest[0] in PLAIN_PARAMETERS
            known = {name for forms in FORMS.values() for form in forms for name in form}
            if rest[0] == "points" or rest[0] not in known | set(LIMITS):
                return None
            return NumberKind() if plain else shape.flavour.value
        else:
            return None
    if isinstance(shape, Leaf):
        return shape.kind
    return shape.flavour if isinstance(shape, Law) else None
