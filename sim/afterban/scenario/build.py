"""From nodes to a scenario: everything is read and checked, and all faults are told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from afterban.errors import ScenarioError
from afterban.language.documents import Mapping, Node, Place, Scalar
from afterban.language.merging import merge, without
from afterban.language.paths import joined
from afterban.language.reading import Invalid, Reader
from afterban.language.shapes import Table, slots
from afterban.language.writing import written
from afterban.scenario.checks import problems
from afterban.scenario.contents import Contents, ScenarioReader
from afterban.scenario.files import anchored

T = TypeVar("T", bound=Contents)

# Arms of one scenario are compared run by run, so they share what a run is.
NOT_IN_ARMS = (
    "schema_version",
    "name",
    "extends",
    "start",
    "horizon",
    "seed",
    "replications",
    "metrics",
    "policies",
    "sweep",
    "calibration",
)
RESERVED_ARMS = ("none", "base")


def build(
    cls: type[T],
    root: Mapping,
    more: list[ScenarioError] | None = None,
    *,
    ends_early: bool = False,
    reader: Callable[[], Reader] = ScenarioReader,
    also: Callable[[T, Mapping, Reader], None] | None = None,
) -> T:
    """Make a scenario of nodes that are merged already.  Raises ScenarioErrors.

    ends_early: whether dates after its end are no fault.
    reader: makes what reads it, and its arms when they are asked for.
    also: looks for faults of what was made, for which others are made of it.
    """
    root = anchored(root, Path.cwd())
    found = reader()
    scenario = _read(cls, root, found, ends_early)
    policies = root.get("policies")
    arms: dict[str, dict[str, object]] = {}
    if isinstance(policies, Mapping):
        for key, changes in policies.entries:
            if isinstance(changes, Mapping):
                arms[key.value] = _arm(
                    key, changes, root, found, scenario is not None, ends_early, reader
                )
    found.faults.raise_any(more)
    assert scenario is not None  # a fault was raised otherwise
    whole = scenario.model_copy(update={"policies": arms})
    whole.adopt(root, found.evidence, ends_early, reader)
    if also is not None:
        also(whole, root, found)
        found.faults.raise_any(more)
    return whole


def _read(cls: type[T], root: Mapping, reader: Reader, ends_early: bool = False) -> T | None:
    """The scenario of a tree without its arms, or None if there is a fault."""
    scenario: T | Invalid = reader.section(cls, without(root, ("policies",)), "")
    policies = root.get("policies")
    if policies is not None:
        reader.places["policies"] = policies.place
        reader.slot(slots(Contents)["policies"], policies, "policies")
    if isinstance(scenario, Invalid):
        return None
    found = problems(scenario, ends_early)
    for path, what, allowed, *hint in found:
        reader.faults(reader.place(path, root.place), path, what, allowed, *hint)
    return None if found else scenario


def _arm(
    key: Scalar,
    changes: Mapping,
    root: Mapping,
    reader: Reader,
    base_is_good: bool,
    ends_early: bool,
    make: Callable[[], Reader],
) -> dict[str, object]:
    """What an arm changes, as it is written in full; its faults go to the reader."""
    path = joined("policies", key.value)
    if key.value in RESERVED_ARMS:
        if key.value == "base":
            reader.faults(
                key.place, path, "`base` is reserved: it is the scenario as written", "rename it"
            )
        return {}
    before = len(reader.faults.found)
    for name, _ in changes.entries:
        if name.value in NOT_IN_ARMS:
            reader.faults(
                name.place,
                joined(path, name.value),
                "an arm cannot change this",
                "change it in the scenario itself, since its arms are compared run by run",
            )
    part = make()
    part.faults = reader.faults
    values = part.section(Contents, without(changes, NOT_IN_ARMS), path, partial=True)
    if len(reader.faults.found) > before:
        return {}
    if base_is_good:
        whole = make()
        arm_root = merge(without(root, ("policies",)), changes, Table(Contents))
        _read(Contents, arm_root, whole, ends_early)
        own = {id(node) for node in _places(changes)}
        for place, fault in whole.faults.found:
            if id(place) in own:
                reader.faults(
                    place, joined(path, fault.path), fault.found, fault.allowed, fault.hint
                )
            else:
                reader.faults(
                    key.place, path, f"with this arm, {fault.path}: {fault.found}", fault.allowed
                )
    arm: dict[str, object] = written(Table(Contents), values, path, part.evidence)
    return arm


def _places(node: Node) -> list[Place]:
    if isinstance(node, Mapping):
        below = [p for key, child in node.entries for p in (key.place, *_places(child))]
        return [node.place, *below]
    if isinstance(node, Scalar):
        return [node.place]
    return [node.place, *(p for item in node.items for p in _places(item))]
