"""Values as they are written in a file, in their one canonical form."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from afterban.language.documents import Flow, Written, dump
from afterban.language.evidence import wrapped
from afterban.language.fields import Evidence, Section
from afterban.language.kinds import NEVER, NONE, Kind, NameKind, NumberKind, TextKind
from afterban.language.laws import PLAIN_PARAMETERS, Distribution, Flavour
from afterban.language.paths import joined
from afterban.language.shapes import Law, Leaf, Listed, Named, Shape, Table, slots
from afterban.language.spans import flavour_of, span_text


def written(shape: Shape, value: Any, path: str, evidence: Mapping[str, Evidence]) -> Any:
    """A value as it is written in a file, in its one canonical form.

    ``value`` is a section, or a dictionary of the values of some of its keys.
    """
    if value is None:
        return wrapped(NONE, evidence.get(path))
    if isinstance(shape, Leaf):
        return _with(scalar_text(shape.kind, value), shape.kind, evidence.get(path))
    if isinstance(shape, Law):
        law = _law(shape.flavour, value, path, evidence)
        return _with(law, shape.flavour.value, evidence.get(path))
    if isinstance(shape, Table):
        return section_text(shape.cls, value, path, evidence)
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


def _with(text: Any, kind: Kind, evidence: Evidence | None, always: bool = False) -> Any:
    """A value with its evidence as it is written, the range in the unit of the value."""
    if evidence is None:
        return text
    prior = evidence.prior
    if prior is not None:
        prior = _law(flavour_of(kind), prior, "", {})
    return wrapped(text, evidence, always, span_text(kind, evidence.range, prior))


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


def law_text(flavour: Flavour, law: Distribution) -> str:
    """A distribution as it is written, such as ``{lognormal: {median: 1d, sigma: 1.2}}``."""
    data = _law(flavour, law, "", {})
    return dump({"x": data}).removeprefix("x: ").rstrip("\n")


def section_text(
    cls: type[Section], value: Any, path: str, evidence: Mapping[str, Evidence]
) -> dict[str, Any]:
    """The keys of a section as they are written; of a dictionary, those that it has."""
    out: dict[str, Any] = {}
    for slot in slots(cls).values():
        if isinstance(value, dict):
            if slot.key not in value:
                continue
            item = value[slot.key]
        else:
            item = getattr(value, slot.name)
        out[slot.key] = written(slot.shape, item, joined(path, slot.key), evidence)
    return Flow(out) if cls.on_one_line else out


def scalar_text(kind: Kind, value: Any) -> Any:
    """A single value as it is written."""
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
        return scalar_text(flavour.value, given["value"])
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
            body[name] = [scalar_text(flavour.value, time) for time in given[name]]
        if "beyond" in given:
            endless = math.isinf(given["beyond"])
            beyond = NEVER if endless else scalar_text(flavour.value, given["beyond"])
            body["beyond"] = wrapped(beyond, evidence.get(joined(at, "beyond")), True)
        return Flow({law.kind: body})
    for name, value in given.items():
        if name == "points":
            for p, x in value:
                key = NumberKind().format(p)
                text, own = scalar_text(flavour.value, x), evidence.get(f"{at}[{key}]")
                body[Written(key)] = _with(text, flavour.value, own, True)
        else:
            kind = NumberKind() if name in PLAIN_PARAMETERS else flavour.value
            own = evidence.get(joined(at, name))
            body[name] = _with(scalar_text(kind, value), kind, own, True)
    return Flow({law.kind: body})


def _component(
    flavour: Flavour, weight: float, law: Distribution, at: str, evidence: Mapping[str, Evidence]
) -> Any:
    """A component of a mixture."""
    body = Flow()
    own = evidence.get(joined(at, "weight"))
    body["weight"] = _with(scalar_text(NumberKind(), weight), NumberKind(), own, True)
    path = joined(at, "law")
    text = _law(flavour, law, path, evidence)
    body["law"] = _with(text, flavour.value, evidence.get(path), True)
    return body


def law_parts(flavour: Flavour, law: Distribution, path: str) -> list[tuple[str, str]]:
    """Path and text of each number of a distribution that may have evidence of its own."""
    found: list[tuple[str, str]] = []
    at = joined(path, law.kind)
    if law.kind == "mixture":
        for number, (weight, part) in enumerate(dict(law.written)["parts"]):
            here = f"{at}[{number}]"
            found.append((joined(here, "weight"), NumberKind().format(weight)))
            found.append((joined(here, "law"), law_text(flavour, part)))
            found += law_parts(flavour, part, joined(here, "law"))
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
