"""The values that a path with ``*`` leads to in a scenario.

Checked by ``tests/unit/test_ranges.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from afterban.language.kinds import Kind, NumberKind
from afterban.language.laws import PLAIN_PARAMETERS, Distribution, Flavour
from afterban.language.paths import joined, steps
from afterban.language.shapes import (
    Changes,
    Law,
    Leaf,
    Listed,
    Named,
    Shape,
    Table,
    slots,
)
from afterban.language.spans import NUMBERS_OF
from afterban.scenario.contents import Contents

STAR = "*"


class Spot(NamedTuple):
    """A value of a scenario.

    stars: what each ``*`` of the path stands for.  of: how it is written.
    """

    path: str
    of: Kind | Flavour
    value: Any
    stars: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """How the value, or its median, is written."""
        return self.of.value if isinstance(self.of, Flavour) else self.of

    @property
    def number(self) -> float:
        """The value, or the median of a distribution."""
        law = isinstance(self.value, Distribution)
        return float(self.value.median() if law else self.value)


def spots(scenario: Contents, path: str, absent: bool = False) -> list[Spot]:
    """The values at a path, in the order of the scenario; those that are ``none`` are left out.

    absent: whether a section that is left out counts with its defaults, if it has one for each key.
    """
    return list(_walk(Table(type(scenario)), scenario, steps(path), "", (), absent))


@cache
def patterns() -> tuple[str, ...]:
    """The path of every number of the language, with ``*`` for names and numbers of lists."""
    found: list[str] = []

    def walk(shape: Shape, path: str) -> None:
        if isinstance(shape, Law) or (
            isinstance(shape, Leaf) and isinstance(shape.kind, NUMBERS_OF)
        ):
            found.append(path)
        elif isinstance(shape, Table):
            for slot in slots(shape.cls).values():
                walk(slot.shape, joined(path, slot.key))
        elif isinstance(shape, Named) and not isinstance(shape.item, Changes):
            walk(shape.item, joined(path, STAR))
        elif isinstance(shape, Listed):
            walk(shape.item, f"{path}[{STAR}]")

    walk(Table(Contents), "")
    return tuple(found)


def numbers(scenario: Contents) -> list[Spot]:
    """Every number and distribution of a scenario, defaults included; arms are left out."""
    found: list[Spot] = []

    def walk(shape: Shape, value: Any, path: str) -> None:
        if value is None:
            return
        if isinstance(shape, Law):
            found.append(Spot(path, shape.flavour, value))
        elif isinstance(shape, Leaf) and isinstance(shape.kind, NUMBERS_OF):
            found.append(Spot(path, shape.kind, value))
        elif isinstance(shape, Table):
            for slot in slots(shape.cls).values():
                walk(slot.shape, getattr(value, slot.name), joined(path, slot.key))
        elif isinstance(shape, Listed):
            for k, item in enumerate(value):
                walk(shape.item, item, f"{path}[{k}]")
        elif isinstance(shape, Named) and not isinstance(shape.item, Changes):
            for name, item in value.items():
                walk(shape.item, item, joined(path, name))

    walk(Table(type(scenario)), scenario, "")
    return found


def filled(path: str, stars: tuple[str, ...]) -> str:
    """A path with a name in the place of each ``*``."""
    names = iter(stars)
    return re.sub(r"\*", lambda _: next(names), path)


def matches(pattern: str, path: str) -> bool:
    """Whether a path is the one of a pattern, or lies below it or above it."""
    ours, theirs = steps(pattern), steps(path)
    return all(a in (STAR, b) for a, b in zip(ours, theirs, strict=False))


def _walk(
    shape: Shape, value: Any, rest: list[str], path: str, stars: tuple[str, ...], absent: bool
) -> Iterator[Spot]:
    if value is None and absent and isinstance(shape, Table) and not _required(shape):
        value = shape.cls()
    if value is None:
        return
    if not rest:
        if isinstance(shape, Leaf):
            yield Spot(path, shape.kind, value, stars)
        elif isinstance(shape, Law):
            yield Spot(path, shape.flavour, value, stars)
        return
    step, below = rest[0], rest[1:]
    if isinstance(shape, Table):
        known = slots(shape.cls)
        for key in known if step == STAR else [step] if step in known else []:
            found = stars if step != STAR else (*stars, key)
            at = joined(path, key)
            yield from _walk(
                known[key].shape, getattr(value, known[key].name), below, at, found, absent
            )
    elif isinstance(shape, Named | Listed):
        named = isinstance(shape, Named)
        items = dict(value) if named else {str(k): item for k, item in enumerate(value)}
        for name in items if step == STAR else [step] if step in items else []:
            found = stars if step != STAR else (*stars, name)
            at = joined(path, name) if named else f"{path}[{name}]"
            yield from _walk(shape.item, items[name], below, at, found, absent)
    elif isinstance(shape, Law):
        yield from _parameter(shape.flavour, value, rest, path, stars)


def _required(table: Table) -> bool:
    return any(slot.required for slot in slots(table.cls).values())


def _parameter(
    flavour: Flavour, law: Distribution, rest: list[str], path: str, stars: tuple[str, ...]
) -> Iterator[Spot]:
    """A parameter of a distribution, such as ``lognormal.sigma``, where it is of that kind."""
    given = dict(law.written)
    if len(rest) == 2 and rest[0] == law.kind and isinstance(given.get(rest[1]), int | float):
        kind = NumberKind() if rest[1] in PLAIN_PARAMETERS else flavour.value
        yield Spot(joined(joined(path, law.kind), rest[1]), kind, given[rest[1]], stars)
