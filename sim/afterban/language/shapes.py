"""What a section expects at each place, read off the annotations of its classes."""

from __future__ import annotations

import datetime as dt
import types
import typing
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from afterban.language.fields import Evidence, Section
from afterban.language.kinds import BooleanKind, DateKind, Kind, TextKind, WordKind
from afterban.language.laws import NUMBERS, Distribution, Flavour


@dataclass(frozen=True)
class Leaf:
    """A single value."""

    kind: Kind


@dataclass(frozen=True)
class Law:
    """A distribution."""

    flavour: Flavour


@dataclass(frozen=True)
class Table:
    """A section."""

    cls: type[Section]


@dataclass(frozen=True)
class Named:
    """Names with a section each."""

    name: Kind
    item: Shape


@dataclass(frozen=True)
class Listed:
    """A list."""

    item: Shape


@dataclass(frozen=True)
class Changes:
    """A part of a section, as policies have it of a scenario."""

    cls: type[Section]


Shape: TypeAlias = Leaf | Law | Table | Named | Listed | Changes


@dataclass(frozen=True)
class Slot:
    """A key of a section."""

    key: str  # as written in files
    name: str  # as named in Python
    shape: Shape
    optional: bool  # may be `none`
    required: bool
    field: FieldInfo

    @property
    def description(self) -> str:
        """What the key means."""
        return self.field.description or ""

    @property
    def unit(self) -> str | None:
        """The unit, if there is one."""
        unit = self._extra.get("unit")
        return None if unit is None else str(unit)

    @cached_property
    def evidence(self) -> Evidence:
        """Evidence for the default."""
        extra = self._extra
        return Evidence(
            kind=str(extra.get("kind", "assumed")),
            source=extra.get("source"),
            locator=extra.get("locator"),
        )

    @property
    def _extra(self) -> dict[str, Any]:
        extra = self.field.json_schema_extra
        return extra if isinstance(extra, dict) else {}

    def default(self) -> Any:
        """The default; only for a key that is not required."""
        return self.field.get_default(call_default_factory=True)


@cache
def slots(cls: type[Section]) -> dict[str, Slot]:
    """The keys of a section, as written in files, in the order of the schema."""
    hints = typing.get_type_hints(cls, include_extras=True)
    found: dict[str, Slot] = {}
    for name, field in cls.model_fields.items():
        shape, optional = _shape(hints[name], cls)
        key = field.alias or name
        required = field.default is PydanticUndefined and field.default_factory is None
        found[key] = Slot(key, name, shape, optional, required, field)
    return found


def _shape(hint: Any, within: type[Section]) -> tuple[Shape, bool]:
    """The shape of a field, and whether it may be `none`; ``within``: the section that has it."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (typing.Union, types.UnionType):
        rest = [argument for argument in arguments if argument is not type(None)]
        if len(rest) != 1 or len(rest) == len(arguments):
            raise TypeError(f"a field is one type, or that type and None, not {hint!r}")
        return _shape(rest[0], within)[0], True
    if origin is Annotated:
        for extra in arguments[1:]:
            if isinstance(extra, Flavour):
                return Law(extra), False
            if isinstance(extra, Kind):
                return Leaf(extra), False
    if origin is Literal:
        return Leaf(WordKind(arguments)), False
    if origin is list:
        return Listed(_shape(arguments[0], within)[0]), False
    if origin is dict:
        name = _shape(arguments[0], within)[0]
        if not isinstance(name, Leaf):
            raise TypeError(f"names cannot be {arguments[0]!r}")
        item: Shape = (
            Changes(within) if get_origin(arguments[1]) is dict else _shape(arguments[1], within)[0]
        )
        return Named(name.kind, item), False
    simple: dict[Any, Shape] = {
        str: Leaf(TextKind()),
        bool: Leaf(BooleanKind()),
        dt.date: Leaf(DateKind()),
        Distribution: Law(NUMBERS),
    }
    if hint in simple:
        return simple[hint], False
    if isinstance(hint, type) and issubclass(hint, Section):
        return Table(hint), False
    raise TypeError(f"the schema has no way to write {hint!r}")
