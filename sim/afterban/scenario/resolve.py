"""The complete form of a scenario: every default explicit, every value with its evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from afterban.language.documents import dump
from afterban.language.fields import Evidence, Section
from afterban.language.kinds import NONE, Kind
from afterban.language.paths import joined, steps
from afterban.language.shapes import Changes, Law, Leaf, Listed, Named, Shape, Table, slots
from afterban.language.spans import flavour_of, span_text
from afterban.language.writing import law_parts, law_text, scalar_text, section_text
from afterban.scenario.contents import ABOUT_VALUES

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
    range: str | None = None  # its own, as it is written
    reason: str | None = None  # of the range
    range_source: str | None = None


def resolved(
    scenario: Section,
    evidence: Mapping[str, Evidence],
    change: Callable[[Any], Any] = lambda data: data,
) -> str:
    """The complete form of a scenario, in YAML; ``change`` is made to it before it is written."""
    data = section_text(type(scenario), scenario, "", evidence)
    return dump(change({key: value for key, value in data.items() if key not in NOT_RESOLVED}))


def rows(scenario: Section, evidence: Mapping[str, Evidence]) -> list[Row]:
    """Every value with its evidence, in the order of the schema.

    Arms are left out, and so is what is said about values: sources, ranges, levers, claims.
    """
    found: list[Row] = []

    def add(path: str, text: str, unit: str | None, kind: Kind | None = None) -> None:
        why = evidence.get(path, Evidence())
        told = (why.kind, why.source, why.locator, why.note, why.origin)
        span = None if kind is None else _span(kind, why)
        found.append(Row(path, text, unit, *told, span, why.reason, why.range_source))

    def walk(shape: Shape, value: Any, path: str, unit: str | None) -> None:
        if value is None:
            add(path, NONE, unit)
        elif isinstance(shape, Leaf):
            add(path, str(scalar_text(shape.kind, value)), unit, shape.kind)
        elif isinstance(shape, Law):
            add(path, law_text(shape.flavour, value), unit, shape.flavour.value)
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
    # What was observed for a calibration has evidence; what is said about values has none.
    left_out = {*NOT_RESOLVED, *ABOUT_VALUES} - {"calibration"}
    return [row for row in found if steps(row.path)[0] not in left_out]


def _span(kind: Kind, why: Evidence) -> str | None:
    """A range or prior as it is written, None if there is none."""
    if why.prior is not None:
        return f"prior {law_text(flavour_of(kind), why.prior)}"
    ends = span_text(kind, why.range, None).get("range")
    return None if ends is None else " to ".join(ends)
