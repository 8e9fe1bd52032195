"""The digest of a scenario: of what differs from the defaults of its version of the language.

A key that is added later and not used is at its default and so in no digest: results that were
published keep theirs.  A default that changes would change what a scenario means under the same
digest, so it raises ``SCHEMA_VERSION``, which is in every digest; ``tests/cases/defaults.json``
holds the defaults of the version, and a test fails by name if one of them moves without it.

Until then the digest was of all values, defaults included; :func:`former` is that one, of folders
from before, and is computed from their own text, since that has the keys of its time.

Checked by ``tests/unit/test_fingerprint.py``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

from afterban.language.documents import Flow, Written, dump, parse
from afterban.language.evidence import bare
from afterban.language.fields import Section
from afterban.language.shapes import Changes, Listed, Named, Shape, Table, slots
from afterban.language.writing import written
from afterban.scenario.contents import Contents
from afterban.scenario.resolve import NOT_RESOLVED

Data: TypeAlias = dict[str, Any]

_IN_NO_DIGEST = ("title", "description", "sweep", "calibration")


def digest(scenario: Section) -> str:
    """SHA-256 (hex) of everything that can change a run: all but texts, evidence and defaults."""
    return hashlib.sha256(dump(differing(scenario)).encode()).hexdigest()


def differing(scenario: Section) -> Data:
    """What a scenario says beside its defaults, as it is written; tables by their content.

    Keys are sorted, so that their order in the schema is no part of it; tiers, platforms and arms
    keep the order of the file, which decides their numbers and preference.
    """
    data = bare(written(Table(type(scenario)), scenario, "", {}))
    kept = {key: value for key, value in data.items() if key not in NOT_RESOLVED + _IN_NO_DIGEST}
    kept["policies"] = {
        name: {key: value for key, value in arm.items() if key not in _IN_NO_DIGEST}
        for name, arm in kept.get("policies", {}).items()
    }
    found: Data = _without_paths(_differing(Table(type(scenario)), kept, True))
    return found


def former(text: str) -> str:
    """The digest of before of a scenario, from its complete form (``scenario.resolved.yaml``).

    It was of that text without evidence, texts and paths.  Raises ScenarioErrors for no YAML.
    """
    data = bare(_data_of(text))
    kept = {key: value for key, value in data.items() if key not in _IN_NO_DIGEST}
    kept["policies"] = {
        name: {key: value for key, value in arm.items() if key not in _IN_NO_DIGEST}
        for name, arm in (kept.get("policies") or {}).items()
    }
    return hashlib.sha256(dump(_without_paths(kept)).encode()).hexdigest()


def _differing(shape: Shape, data: Any, whole: bool) -> Any:
    """Data of a shape without what is at its default.

    whole: a complete section; what an arm changes is not, and all that it says counts, since what
        it changes need not be at the default.
    """
    if isinstance(shape, Changes):
        shape, whole = Table(_scenario()), False
    if isinstance(shape, Table) and isinstance(data, dict):
        own = {
            key: _differing(slots(shape.cls)[key].shape, value, whole)
            for key, value in sorted(data.items())
        }
        defaults = defaults_of(shape.cls) if whole else {}
        return {
            key: value
            for key, value in own.items()
            if key not in defaults or value != defaults[key]
        }
    if isinstance(shape, Named) and isinstance(data, dict):
        return {name: _differing(shape.item, value, whole) for name, value in data.items()}
    if isinstance(shape, Listed) and isinstance(data, list):
        # A list replaces the one before it, so what is in it is complete in an arm, too.
        return [_differing(shape.item, item, True) for item in data]
    return data


@cache
def defaults_of(cls: type[Section]) -> Data:
    """What the keys of a section are at if they are left out, as it is written."""
    return {
        key: _differing(slot.shape, bare(written(slot.shape, slot.default(), "", {})), True)
        for key, slot in slots(cls).items()
        if not slot.required
    }


def _scenario() -> type[Section]:
    return Contents


def _without_paths(data: Any) -> Any:
    """Tables stand for their content: where it lies changes no run."""
    if isinstance(data, dict):
        if set(data) == {"file", "sha256"}:
            return {"sha256": data["sha256"]}
        kind = Flow if isinstance(data, Flow) else dict
        return kind((key, _without_paths(value)) for key, value in data.items())
    return data


def _data_of(text: str) -> Data:
    """What :func:`afterban.language.documents.dump` wrote, so that it gives the same text again."""
    parse(text, "scenario.resolved.yaml")  # with all faults that a text can have

    from ruamel.yaml import YAML
    from ruamel.yaml.nodes import MappingNode, SequenceNode

    def data(node: Any) -> Any:
        if isinstance(node, MappingNode):
            kind: type[Data] = Flow if node.flow_style and node.value else dict
            return kind((_scalar(key), data(value)) for key, value in node.value)
        if isinstance(node, SequenceNode):
            return [data(item) for item in node.value]
        return _scalar(node)

    found = data(YAML(typ="rt", pure=True).compose(text))
    if not isinstance(found, Mapping):
        return {}
    return dict(found)


def _scalar(node: Any) -> str:
    return str(node.value) if node.style else Written(node.value)


__all__ = ["defaults_of", "differing", "digest", "former"]
