"""The complete form of a scenario: every default explicit, every value with its evidence."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from afterban.documents import Flow, Written, dump
from afterban.scenario.evidence import wrapped
from afterban.scenario.read import joined
from afterban.scenario.shapes import Changes, Law, Leaf, Listed, Named, Shape, Table, slots
from afterban.scenario.types import (
    NEVER,
    NONE,
    PLAIN_PARAMETERS,
    Distribution,
    Evidence,
    Flavour,
    Kind,
    NameKind,
    NumberKind,
    Section,
    TextKind,
)

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


def written(shape: Shape, value: Any, path: str, evidence: Mapping[str, Evidence]) -> Any:
    """A value as it is written in a file, in its one canonical form.

    ``value`` is a section, or a dictionary of the values of some of its keys.
    """
    if value is None:
        return wrapped(NONE, evidence.get(path))
    if isinstance(shape, Leaf):
        return wrapped(_scalar(shape.kind, value), evidence.get(path))
    if isinstance(shape, Law):
        return wrapped(_law(shape.flavour, value, path, evidence), evidence.get(path))
    if isinstance(shape, Table):
        return _section(shape.cls, value, path, evidence)
    if isinstance(shape, Listed):
        return [
            written(shape.item, item, f"{path}[{number}]", evidence)
            for number, item in enumerate(value)
        ]
    if isinstance(shape, Named):
        return {
            name: written(shape.item, item, joined(path, name), evidence)
            for name, item in value.items()
        }
    return value


def resolved(
    scenario: Section,
    evidence: Mapping[str, Evidence],
    change: Callable[[Any], Any] = lambda data: data,
) -> str:
    """The complete form of a scenario, in YAML; ``change`` is made to it before it is written."""
    data = _section(type(scenario), scenario, "", evidence)
    return dump(change({key: value for key, value in data.items() if key not in NOT_RESOLVED}))


def default_evidence(section: Section, path: str = "") -> dict[str, Evidence]:
    """Evidence for the defaults of a section that was made in Python."""
    found: dict[str, Evidence] = {}
    for slot in slots(type(section)).values():
        at, value = joined(path, slot.key), getattr(section, slot.name)
        if isinstance(value, Section):
            found |= default_evidence(value, at)
        elif isinstance(slot.shape, Named) and isinstance(slot.shape.item, Table):
            for name, item in value.items():
                found |= default_evidence(item, joined(at, name))
        elif slot.name not in section.model_fields_set:
            found[at] = slot.evidence
    return found


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
            add(path, str(_scalar(shape.kind, value)), unit)
        elif isinstance(shape, Law):
            add(path, law_text(shape.flavour, value), unit)
            for part, text in _parts(shape.flavour, value, path):
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


def law_text(flavour: Flavour, law: Distribution) -> str:
    """A distribution as it is written, such as ``{lognormal: {median: 1d, sigma: 1.2}}``."""
    data = _law(flavour, law, "", {})
    return dump({"x": data}).removeprefix("x: ").rstrip("\n")


def _section(
    cls: type[Section], value: Any, path: str, evidence: Mapping[str, Evidence]
) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for slot in slots(cls).values():
        if isinstance(value, dict):
            if slot.key not in value:
                continue
            item = value[slot.key]
        else:
            item = getattr(value, slot.name)
        out[slot.key] = written(slot.shape, item, joined(path, slot.key), evidence)
    return out


def _scalar(kind: Kind, value: Any) -> Any:
    if isinstance(kind, TextKind | NameKind):
        return str(value)
    text = kind.format(value)
    # Words are quoted where they would mean something else; numbers and dates never are.
    return text if isinstance(value, str) else Written(text)


def _law(flavour: Flavour, law: Distribution, path: str, evidence: Mapping[str, Evidence]) -> Any:
    given = dict(law.written)
    if law.kind == "never":
        return law.kind
    if law.kind == "constant" and set(given) == {"value"}:
        return _scalar(flavour.value, given["value"])
    body = Flow()
    at = joined(path, law.kind)
    if law.kind == "mixture":
        parts = [
            _component(flavour, weight, part, f"{at}[{number}]", evidence)
            for number, (weight, part) in enumerate(given["parts"])
        ]
        return Flow({law.kind: parts})
    if law.kind == "observed":
        for name in ("back", "not_back"):
            body[name] = [_scalar(flavour.value, time) for time in given[name]]
        if "beyond" in given:
            endless = math.isinf(given["beyond"])
            beyond = NEVER if endless else _scalar(flavour.value, given["beyond"])
            body["beyond"] = wrapped(beyond, evidence.get(joined(at, "beyond")), True)
        return Flow({law.kind: body})
    for name, value in given.items():
        if name == "points":
            for p, x in value:
                key = NumberKind().format(p)
                body[Written(key)] = wrapped(
                    _scalar(flavour.value, x), evidence.get(f"{at}[{key}]"), True
                )
        else:
            kind = NumberKind() if name in PLAIN_PARAMETERS else flavour.value
            body[name] = wrapped(_scalar(kind, value), evidence.get(joined(at, name)), True)
    return Flow({law.kind: body})


def _component(
    flavour: Flavour, weight: float, law: Distribution, at: str, evidence: Mapping[str, Evidence]
) -> Any:
    """A component of a mixture."""
    body = Flow()
    own = evidence.get(joined(at, "weight"))
    body["weight"] = wrapped(_scalar(NumberKind(), weight), own, True)
    path = joined(at, "law")
    body["law"] = wrapped(_law(flavour, law, path, evidence), evidence.get(path), True)
    return body


def _parts(flavour: Flavour, law: Distribution, path: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = joined(path, law.kind)
    if law.kind == "mixture":
        for number, (weight, part) in enumerate(dict(law.written)["parts"]):
            here = f"{at}[{number}]"
            found.append((joined(here, "weight"), NumberKind().format(weight)))
            found.append((joined(here, "law"), law_text(flavour, part)))
            found += _parts(flavour, part, joined(here, "law"))
        return found
    if law.kind == "observed":
        beyond = dict(law.written).get("beyond", math.inf)
        endless = math.isinf(beyond)
        return [(joined(at, "beyond"), NEVER if endless else flavour.value.format(beyond))]
    for name, value in law.written:
        if name == "points":
            for p, x in value:
                found.append((f"{at}[{NumberKind().format(p)}]", flavour.value.format(x)))
        else:
            kind = NumberKind() if name in PLAIN_PARAMETERS else flavour.value
            found.append((joined(at, name), kind.format(value)))
    return found
