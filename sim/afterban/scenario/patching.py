"""Many versions of one scenario that differ in a few values, each made without reading the rest.

A version has to be what reading it would give, faults and evidence included.  So it is read, by the
same reader, but sections that are the same nodes as in the scenario itself are read once and kept,
and those that a version has of its own once for all of its arms.

Checked by ``tests/unit/test_patching.py``.
"""

from __future__ import annotations

from collections.abc import Mapping as Mappings
from functools import lru_cache
from typing import Any, NamedTuple

from afterban.language.documents import Mapping, Node, Place, Sequence
from afterban.language.fields import Evidence, Section
from afterban.language.reading import Reader
from afterban.scenario.changes import changed
from afterban.scenario.contents import ScenarioReader
from afterban.scenario.scenario import Scenario
from afterban.scenario.sweeping import HORIZON

_REMEMBERED = 64  # versions of a scenario that are kept to be asked for again
_DEEPEST = 2  # dots in the path of a section that is kept whole, as in `policies.fast.review`


class _Kept(NamedTuple):
    value: Any
    evidence: dict[str, Evidence]
    places: dict[str, Place]
    node: Mapping  # which lives as long as this, so that no other node can take its number


_Sections = dict[tuple[Any, ...], _Kept]


class Patches:
    """Versions of a scenario, by the values at some paths."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._made = lru_cache(_REMEMBERED)(self._make)
        self._kept: _Sections = {}
        # The nodes live as long as the scenario, so that no other node can take such a number.
        self._known = {id(node) for node in _mappings(scenario.root)}

    def at(self, values: Mappings[str, str]) -> Scenario:
        """The scenario at a point of a sweep, by path; equal to ``at_point(scenario, values)``.

        Raises ScenarioErrors as that does.
        """
        return self._made(tuple(values.items()))

    def _make(self, items: tuple[tuple[str, str], ...]) -> Scenario:
        values = dict(items)
        own: _Sections = {}

        def reader() -> Reader:
            return _PatchReader(self._known, self._kept, own)

        return changed(self.scenario, values, ends_early=HORIZON in values, reader=reader)


_SHARED: dict[str, Patches] = {}  # of the scenario that was asked for last, by how it is written


def versions_of(scenario: Scenario) -> Patches:
    """Versions of a scenario, the same for all who ask for those of an equal one in a row."""
    written = scenario.resolved_yaml()
    found = _SHARED.get(written)
    if found is None:
        found = Patches(scenario)
        _SHARED.clear()
        _SHARED[written] = found
    return found


class _PatchReader(ScenarioReader):
    def __init__(self, known: set[int], kept: _Sections, own: _Sections) -> None:
        super().__init__()
        self._known = known  # nodes of the scenario itself
        self._kept = kept  # sections made of these
        self._own = own  # sections of one version, which its arms have too

    def section(self, cls: type[Section], node: Mapping, path: str, partial: bool = False) -> Any:
        """As every reader; a section that was read before is taken as it was."""
        if not path or path.count(".") > _DEEPEST:
            return super().section(cls, node, path, partial)
        # A section that nothing was written for has a new node each time.
        which = id(node) if node.entries else None
        kept = self._kept if which is None or which in self._known else self._own
        key = (cls, which, path, partial)
        found = kept.get(key)
        if found is None:
            evidence, places, faults = self.evidence, self.places, len(self.faults.found)
            self.evidence, self.places = {}, {}
            try:
                value = super().section(cls, node, path, partial)
                found = _Kept(value, self.evidence, self.places, node)
            finally:
                self.evidence, self.places = evidence, places
            if len(self.faults.found) == faults:
                kept[key] = found
        self.evidence.update(found.evidence)
        self.places.update(found.places)
        return found.value


def _mappings(node: Node) -> list[Mapping]:
    if isinstance(node, Mapping):
        return [node, *(inner for _, child in node.entries for inner in _mappings(child))]
    if isinstance(node, Sequence):
        return [inner for item in node.items for inner in _mappings(item)]
    return []
