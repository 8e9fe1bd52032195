"""Many versions of one scenario that differ in a few values, each made without reading the rest.

A version has to be what reading it would give, faults and evidence included.  So it is read, by the
same reader, but sections that are the same nodes as in the scenario itself are read once and kept.

Checked by ``tests/unit/test_patching.py``.
"""

from __future__ import annotations

from collections.abc import Mapping as Mappings
from typing import Any, NamedTuple

from afterban.language.documents import Mapping, Node, Place, Sequence
from afterban.language.fields import Evidence, Section
from afterban.language.reading import Reader
from afterban.scenario.changes import changed
from afterban.scenario.contents import ScenarioReader
from afterban.scenario.scenario import Scenario
from afterban.scenario.sweeping import HORIZON

_DEEPEST = 2  # dots in the path of a section that is kept whole, as in `policies.fast.review`


class _Kept(NamedTuple):
    value: Any
    evidence: dict[str, Evidence]
    places: dict[str, Place]


class Patches:
    """Versions of a scenario, by the values at some paths."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._kept: dict[tuple[Any, ...], _Kept] = {}
        # The nodes live as long as the scenario, so that no other node can take such a number.
        self._known = {id(node) for node in _mappings(scenario.root)}

    def at(self, values: Mappings[str, str]) -> Scenario:
        """The scenario at a point of a sweep, by path; equal to ``at_point(scenario, values)``.

        Raises ScenarioErrors as that does.
        """
        early = HORIZON in values
        return changed(self._scenario, values, ends_early=early, reader=self._reader)

    def _reader(self) -> Reader:
        return _PatchReader(self._known, self._kept)


class _PatchReader(ScenarioReader):
    def __init__(self, known: set[int], kept: dict[tuple[Any, ...], _Kept]) -> None:
        super().__init__()
        self._known = known
        self._kept = kept

    def section(self, cls: type[Section], node: Mapping, path: str, partial: bool = False) -> Any:
        """As every reader; a section that was read before is taken as it was."""
        mine = id(node) if id(node) in self._known else None
        if not path or path.count(".") > _DEEPEST or (mine is None and node.entries):
            return super().section(cls, node, path, partial)
        key = (cls, mine, path, partial)
        found = self._kept.get(key)
        if found is None:
            evidence, places, faults = self.evidence, self.places, len(self.faults.found)
            self.evidence, self.places = {}, {}
            try:
                value = super().section(cls, node, path, partial)
                found = _Kept(value, self.evidence, self.places)
            finally:
                self.evidence, self.places = evidence, places
            if len(self.faults.found) == faults:
                self._kept[key] = found
        self.evidence.update(found.evidence)
        self.places.update(found.places)
        return found.value


def _mappings(node: Node) -> list[Mapping]:
    if isinstance(node, Mapping):
        return [node, *(inner for _, child in node.entries for inner in _mappings(child))]
    if isinstance(node, Sequence):
        return [inner for item in node.items for inner in _mappings(item)]
    return []
