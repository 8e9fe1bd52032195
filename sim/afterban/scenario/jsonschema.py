"""The scenario language as a JSON Schema (draft 2020-12), for editors.

Run as a module, it writes ``scenarios/schema/afterban-1.schema.json``.
"""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

from afterban.language.documents import shipped_directory
from afterban.language.evidence import KEYS, SPANS
from afterban.language.fields import EVIDENCE_KINDS, Section
from afterban.language.kinds import NEVER, NONE, IdKind, Kind, NumberKind, WordKind, form_of
from afterban.language.laws import (
    DURATIONS,
    FORMS,
    GAPS,
    LIMITS,
    NUMBERS,
    PLAIN_PARAMETERS,
    PRIORS,
    RATES,
    Distribution,
    Flavour,
)
from afterban.language.shapes import Changes, Law, Leaf, Listed, Named, Shape, Slot, Table, slots
from afterban.language.writing import law_text
from afterban.scenario.build import NOT_IN_ARMS
from afterban.scenario.contents import SCHEMA_VERSION
from afterban.scenario.names import WHAT_IT_IS
from afterban.scenario.scenario import Scenario

_EXPLAINED = {
    "constant": "always the same value",
    "exponential": "exponential, by its mean or its median",
    "lognormal": "lognormal, by two of median, mean and sigma (of the logarithm)",
    "uniform": "uniform from low to high",
    "weibull": "Weibull with survival exp(-(x / scale)^shape)",
    "pareto": "Pareto with survival (minimum / x)^exponent",
    "quantiles": "values at probabilities from 0 to 1, log-linear in between; straight from 0, "
    "where the first ones are 0",
    "mixture": "one of several distributions, each as often as its weight says",
    "observed": "times after which somebody was seen back, and times at which others had not been; "
    "`beyond` says what becomes of these: never, or the mean time after the last one",
}


def schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file."""
    definitions: dict[str, Any] = {"evidence": _evidence()}
    for flavour in (NUMBERS, DURATIONS, RATES, GAPS, PRIORS):
        definitions[f"distribution of {flavour.name}"] = _laws(flavour, definitions)
    _section(Scenario, True, definitions)
    _section(Scenario, False, definitions)
    definitions["arm"] = {
        **definitions["Scenario, in part"],
        "title": "Arm",
        "description": "Changes to the scenario. What makes a run is the same in all arms.",
        "properties": {
            key: value
            for key, value in definitions["Scenario, in part"]["properties"].items()
            if key not in NOT_IN_ARMS
        },
    }
    own = ["schema_version", "name"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://afterban.invalid/schema/afterban-{SCHEMA_VERSION}.schema.json",
        "title": "afterban scenario",
        "description": "A scenario is complete, or it extends another one and has the changes.",
        "if": {"type": "object", "required": ["extends"]},
        "then": {"$ref": _at("Scenario, in part"), "required": own},
        "else": {"$ref": _at("Scenario")},
        "$defs": dict(sorted(definitions.items())),
    }


def text() -> str:
    """The JSON Schema as it is written to its file: compact, with a line for each definition."""

    def line(key: str, value: object) -> str:
        compact = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return f"{json.dumps(key)}:{compact}"

    whole = schema()
    definitions = ",\n".join(line(key, value) for key, value in whole.pop("$defs").items())
    head = "".join(f"{line(key, value)},\n" for key, value in whole.items())
    return f'{{\n{head}"$defs":{{\n{definitions}\n}}\n}}\n'


def schema_path() -> Path:
    """Where the shipped scenarios look for it."""
    return shipped_directory() / "schema" / f"afterban-{SCHEMA_VERSION}.schema.json"


def _at(name: str) -> str:
    return "#/$defs/" + name.replace(" ", "%20")


def _name(cls: type[Section], whole: bool) -> str:
    return cls.__name__ if whole else f"{cls.__name__}, in part"


def _section(cls: type[Section], whole: bool, definitions: dict[str, Any]) -> dict[str, Any]:
    name = _name(cls, whole)
    if name not in definitions:
        definitions[name] = {}  # so that a section within itself ends here
        definitions[name] = {
            "title": cls.__name__,
            "description": inspect.cleandoc(cls.__doc__ or ""),
            "type": "object",
            "additionalProperties": False,
            "properties": {
                slot.key: _slot(slot, whole, definitions) for slot in slots(cls).values()
            },
            **(
                {"required": [slot.key for slot in slots(cls).values() if slot.required]}
                if whole
                else {}
            ),
        }
    return {"$ref": _at(name)}


def _slot(slot: Slot, whole: bool, definitions: dict[str, Any]) -> dict[str, Any]:
    inner = _shape(slot.shape, whole, definitions)
    if slot.optional:
        inner = {"anyOf": [_wrapped({"const": NONE}), inner]}
    words = slot.description + (f" [{slot.unit}]" if slot.unit else "")
    evidence = slot.evidence
    if not slot.required and evidence.source:
        words += f" (default {evidence.kind}, {evidence.source})"
    out = {"title": slot.key.replace("_", " "), "description": words, **inner}
    default = None if slot.required else slot.default()
    if isinstance(slot.shape, Leaf) and default is not None:
        out["default"] = (
            default
            if isinstance(default, bool | int | str)
            else _plain(slot.shape.kind.format(default))
        )
    elif isinstance(slot.shape, Law) and isinstance(default, Distribution):
        out["default"] = _plain(law_text(slot.shape.flavour, default))
    elif slot.optional:
        out["default"] = NONE
    return out


def _plain(written: str) -> Any:
    try:
        return json.loads(written)
    except ValueError:
        return written


def _shape(shape: Shape, whole: bool, definitions: dict[str, Any]) -> dict[str, Any]:
    if isinstance(shape, Leaf):
        return _kind(shape.kind, definitions)
    if isinstance(shape, Law):
        return {"$ref": _at(f"distribution of {shape.flavour.name}")}
    if isinstance(shape, Table):
        short = shape.cls.short_form
        if short is None:
            return _section(shape.cls, whole, definitions)
        alone = _shape(slots(shape.cls)[short].shape, True, definitions)
        return {"anyOf": [alone, _section(shape.cls, True, definitions)]}
    if isinstance(shape, Listed):
        # A list replaces the one that it changes, so its items are complete.
        return {"type": "array", "items": _shape(shape.item, True, definitions)}
    if isinstance(shape, Named):
        names: dict[str, Any] = {"pattern": shape.name.json_schema()["pattern"]}
        if not isinstance(shape.name, IdKind):
            names["not"] = {"enum": sorted(WHAT_IT_IS)}
        item = _shape(shape.item, whole, definitions)
        # What is inherited is taken away, and so are common ranges.
        if not whole or (isinstance(shape.item, Table) and shape.item.cls.replaced_whole):
            item = {"anyOf": [{"const": NONE}, item]}
        return {"type": "object", "propertyNames": names, "additionalProperties": item}
    assert isinstance(shape, Changes)
    return {"$ref": _at("arm")}


def _kind(kind: Kind, definitions: dict[str, Any]) -> dict[str, Any]:
    """A single value, with or without evidence; common kinds are defined once."""
    inner = kind.json_schema()
    if not kind.takes_evidence:
        return inner
    if isinstance(kind, WordKind):
        return _wrapped(inner)
    definitions[kind.name] = {"description": form_of(kind), **_wrapped(inner)}
    return {"$ref": _at(kind.name)}


def _wrapped(inner: dict[str, Any]) -> dict[str, Any]:
    """A value, or a value with its evidence."""
    return {
        "anyOf": [
            inner,
            {
                "title": "value with evidence",
                "type": "object",
                "additionalProperties": False,
                "required": ["value"],
                "properties": {"value": inner, **dict.fromkeys(KEYS[1:], True)},
                "$ref": _at("evidence"),
            },
        ]
    }


def _evidence() -> dict[str, Any]:
    """What stands beside a value."""
    words = {"type": ["string", "number"]}
    return {
        "properties": {
            "kind": {
                "description": "reported by a source, derived from its figures, fitted "
                "to it, measured by oneself, or assumed",
                "enum": list(EVIDENCE_KINDS),
            },
            "source": {
                "description": "an id of sources.yaml, such as L75, or of the scenario's own "
                "sources",
                **words,
            },
            "locator": {"description": "where in the source", **words},
            "note": {"description": "anything worth knowing about the value", **words},
            "range": {
                "description": "least and largest value that it may have, as the value is "
                "written; of a distribution those of its median",
                "type": "array",
                "items": words,
                "minItems": 2,
                "maxItems": 2,
            },
            "prior": {
                "description": "a distribution of the value, in place of a range",
                "type": "object",
            },
            "reason": {"description": "why that range", **words},
            "range_source": {"description": "id of what the range is from", **words},
        },
        "not": {"required": list(SPANS)},
        "if": {"required": ["kind"], "properties": {"kind": {"not": {"const": "assumed"}}}},
        "then": {"required": ["source"]},
        "else": {"dependentRequired": {"source": ["kind"]}},
    }


def _laws(flavour: Flavour, definitions: dict[str, Any]) -> dict[str, Any]:
    value = _kind(flavour.value, definitions)
    number = _kind(NumberKind(), definitions)
    limits = dict.fromkeys(LIMITS, value)
    choices: list[dict[str, Any]] = [flavour.value.json_schema()]
    if flavour.may_never_end:
        choices.append({"const": NEVER})
    for kind in flavour.kinds:
        forms = FORMS[kind]
        body: dict[str, Any]
        if kind == "quantiles":
            body = {
                "type": "object",
                "properties": limits,
                "additionalProperties": value,
                "minProperties": 2,
            }
        elif kind == "mixture":
            component = {
                "type": "object",
                "properties": {
                    "weight": number,
                    "law": {"$ref": _at(f"distribution of {flavour.name}")},
                },
                "required": ["weight", "law"],
                "additionalProperties": False,
            }
            body = {"type": "array", "items": component, "minItems": 1}
        elif kind == "observed":
            times = {"type": "array", "items": flavour.value.json_schema()}
            beyond = _wrapped({"anyOf": [{"const": NEVER}, flavour.value.json_schema()]})
            body = {
                "type": "object",
                "properties": {"back": times, "not_back": times, "beyond": beyond},
                "required": ["back"],
                "additionalProperties": False,
            }
        else:
            names = dict.fromkeys(name for form in forms for name in form)
            body = {
                "type": "object",
                "properties": {
                    **{name: number if name in PLAIN_PARAMETERS else value for name in names},
                    **limits,
                },
                "additionalProperties": False,
                "anyOf": [{"required": list(form)} for form in forms],
            }
        if kind == "constant":
            body = {"anyOf": [value, body]}
        choices.append(
            {
                "title": kind,
                "description": _EXPLAINED[kind],
                "type": "object",
                "additionalProperties": False,
                "required": [kind],
                "properties": {kind: body},
            }
        )
    return {
        "description": f"{flavour.value.name}, or a distribution of {flavour.name}; a draw above "
        "`cap` becomes `cap`, one below `floor` becomes `floor`",
        **_wrapped({"anyOf": choices}),
    }


def main() -> None:
    """Write the schema to its file."""
    path = schema_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
