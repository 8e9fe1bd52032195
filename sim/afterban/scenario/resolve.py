"""The complete form of a scenario: every default explicit, every value with its evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from afterban.language.documents import Written, dump
from afterban.language.fields import Evidence, Section
from afterban.language.kinds import NONE
from afterban.language.paths import joined
from afterban.language.shapes import Changes, Law, Leaf, Listed, Named, Shape, Table, slots
from afterban.language.writing import law_parts, law_text, scalar_text, section_text

NOT_RESOLVED = ("extends",)


class Row(NamedTuple):
    """One value of a scenario, for people."""

    path: str
    value: str
    unit: str | None
    kind: str
    source: str | None
    locator: str | None
    note: str | None
    origin: str  # "default", or the file


def resolved(
    scenario: Section,
    evidence: Mapping[str, Evidence],
    change: Callable[[Any], Any] = lambda data: data,
    complete: bool = True,
) -> str:
    """The complete form of a scenario, in YAML; ``change`` is made to it before it is written.

    complete: whether it has the common ranges that apply to it; one that was made in Python has not
        got them yet.
    """
    data = section_text(type(scenario), scenario, "", evidence)
    if complete and "common_ranges" in data:
        data["common_ranges"] = Written("false")  # they are all written here
    return dump(change({key: value for key, value in data.items() if key not in NOT_RESOLVED}))


def rows(scenario: Section, evidence: Mapping[str, Evidence]) -> list[Row]:
    """Every value with its evidence, in the order of the schema; arms are left out."""
    found: list[Row] = []

    def add(path: str, text: str, unit: str | None) -> None:
        why = evidence.get(path, Evidence())
        found.append(Row(path, text, unit, why.kind, why.source, why.locator, why.note, why.origin))

    def walk(shape: Shape, value: Any, path: str, unit: str | None) -> None:
        if value is None:
            add(path, NONE, unit)
        elif isinstance(shape, Leaf):
            add(path, str(scalar_text(shape.kind, value)), unit)
        elif isinstance(shape, Law):
            add(path, law_text(shape.flavour, value), unit)
            for part, text in law_parts(shape.flavour, value, path):
                if part in evidence:
                    add(part, text, unit)
        elif isinstance(shape, Table):
            for slot in slots(shape.cls).values():
                if not isinstance(slot.shape, Named) or not isinstance(slot.shape.item, Changes):
                    at = joined(path, slot.key)
                    walk(slot.shape, getattr(value, slot.name), at, slot.unit)
        elif isinstance(shape, Listed):
            if not value or isinstance(shape.item, Leaf):
                add(path, ", ".join(map(str, value)) or "none", unit)
            else:
                for number, item in enumerate(value):
                    walk(shape.item, item, f"{path}[{number}]", unit)
        elif isinstance(shape, Named):
            for name, item in value.items():
                walk(shape.item, item, joined(path, name), unit)

    walk(Table(type(scenario)), scenario, "", None)
    return [row for row in found if row.path not in NOT_RESOLVED]
