"""Changes to a scenario: the arms of its policies, and single values by path."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Mappings
from typing import Any

from afterban.errors import ScenarioError, ScenarioErrors, UnknownName
from afterban.language.changes import node_of, put, steps_to
from afterban.language.documents import Mapping, Node
from afterban.language.merging import merge, without
from afterban.language.reading import Reader
from afterban.language.shapes import Table
from afterban.scenario.build import T, build
from afterban.scenario.contents import ABOUT_VALUES, Contents, ScenarioReader


def arm(scenario: T, policy: str) -> T:
    """The scenario with the changes of a policy, and without policies, sweep and calibration.

    Raises UnknownName, a KeyError, for a policy that it does not have.
    """
    policies = scenario.root.get("policies")
    changes = policies.get(policy) if isinstance(policies, Mapping) else None
    if not isinstance(changes, Mapping):
        raise UnknownName("arm", policy, scenario.name, ["base", *scenario.policies, "none"])
    root = merge(_alone(scenario), changes, Table(Contents))
    return build(type(scenario), root, ends_early=scenario.ends_early, reader=scenario.reader)


def changed(
    scenario: T,
    changes: Mappings[str, Any],
    *,
    ends_early: bool = False,
    reader: Callable[[], Reader] = ScenarioReader,
    also: Callable[[T, Mapping, Reader], None] | None = None,
) -> T:
    """The scenario with other values, by path.

    ends_early: whether dates after its end are no fault, since the end was moved: what is planned
        for them does not come about.
    reader: makes what reads it, and its arms when they are asked for.
    also: as for :func:`afterban.scenario.build.build`.
    """
    root: Node = scenario.root
    errors: list[ScenarioError] = []
    for number, (path, value) in enumerate(changes.items()):
        try:
            node = node_of(path, value, 1000 + number)
            root = put(root, Table(Contents), steps_to(path, node), 0, node, path, True)
        except ScenarioErrors as error:
            errors += error.errors
    if errors:
        raise ScenarioErrors(errors)
    assert isinstance(root, Mapping)
    early = ends_early or scenario.ends_early
    return build(type(scenario), root, ends_early=early, reader=reader, also=also)


def alone(scenario: T) -> T:
    """The scenario without policies, sweep, and all that is said about values and changes none.

    Versions of it are read faster than those of the whole.
    """
    root = _alone(scenario)
    return build(type(scenario), root, ends_early=scenario.ends_early, reader=scenario.reader)


def _alone(scenario: Contents) -> Mapping:
    """Without policies; a sweep may name arms and paths in them, none of which an arm has.

    What is said about values is said of the scenario, but sources are named by values.
    """
    about = (key for key in ABOUT_VALUES if key != "sources")
    return without(scenario.root, ("policies", "sweep", *about))
