"""Settings without effect: which of the keys that somebody wrote change nothing, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Mappings
from typing import Any, NamedTuple, Protocol

from afterban.language.documents import Mapping, Node, Scalar
from afterban.language.documents import Sequence as Items
from afterban.language.paths import steps
from afterban.language.shapes import Listed, Named, Shape, Table, slots
from afterban.scenario.contents import Contents
from afterban.scenario.inert_rules import RULES
from afterban.scenario.uncertain import moves

_AS_WRITTEN, _WITHOUT = "base", "none"
# Keys that a complete form may be without: it was written before there were any.
_LATER = ("extends", "sweep", "calibration", "adaptation", "response_bounds", "plan")
_MANY = 6  # keys of one reason; of more, those of all tiers are told together


class Armed(Protocol):
    """A scenario that gives its arms."""

    @property
    def root(self) -> Mapping:
        """The nodes that it was read from."""

    @property
    def policies(self) -> Mappings[str, object]:
        """Its arms by name."""

    def arm(self, policy: str) -> Contents:
        """One of them."""


class Inert(NamedTuple):
    """A key without effect: where it is written, and why it has none."""

    path: str
    why: str


def inert(scenario: Armed, policies: Iterable[str] | None = None) -> list[Inert]:
    """Keys that were written and have no effect in what is run, in the order of the scenario.

    policies: arms that are run; ``base`` and every policy of the scenario if None.
    """
    names = list(policies) if policies is not None else [_AS_WRITTEN, *scenario.policies]
    names = [name for name in dict.fromkeys(names) if name != _WITHOUT]
    if not names:
        return []
    root = scenario.root
    own = root.place.text.file
    arms = {name: scenario.arm(name) for name in names}
    reasons = {name: reasons_of(arm) for name, arm in arms.items()}
    found: list[Inert] = []
    whole = _is_complete(root)
    for path, why in reasons[names[0]].items():
        node = node_at(root, path)
        if node is None or not all(path in reasons[name] for name in names):
            continue
        if node.place.text.file != own and not node.place.text.file.startswith("--"):
            continue  # somebody else's, whose scenario this one extends
        if whole and _is_default(scenario, path):
            continue
        found.append(Inert(path, why))
    changes = root.get("policies")
    for name in names:
        part = changes.get(name) if isinstance(changes, Mapping) else None
        if isinstance(part, Mapping):
            found += [
                Inert(f"policies.{name}.{path}", why)
                for path, why in reasons[name].items()
                if node_at(part, path) is not None
            ]
    if not whole:
        found += _idle_ranges(root, arms, reasons)
    order = {path: number for number, path in enumerate(_paths(root))}
    return sorted(found, key=lambda one: order.get(one.path, len(order)))


def _idle_ranges(
    root: Mapping, arms: Mappings[str, Contents], reasons: Mappings[str, Mappings[str, str]]
) -> list[Inert]:
    """Uncertainties that a scenario states itself and that move nothing in any arm."""
    stated = root.get("uncertainties")
    if not isinstance(stated, Mapping):
        return []
    own = root.place.text.file
    found = []
    for key, _ in stated.entries:
        here = key.place.text.file
        if here != own and not here.startswith("--"):
            continue
        given = next(iter(arms.values())).uncertainties.get(key.value)
        if given is not None and not any(
            moved.spot.path not in reasons[name]
            for name, arm in arms.items()
            for moved in moves(arm, given)
        ):
            why = "no value that it names is there and has an effect"
            found.append(Inert(f"uncertainties.{key.value}", why))
    return found


def common(each: Sequence[Sequence[Inert]]) -> list[Inert]:
    """What has no effect in any of several versions of a scenario, such as a sweep's points."""
    if not each:
        return []
    everywhere = set.intersection(*({one.path for one in version} for version in each))
    return [one for one in each[0] if one.path in everywhere]


def words(found: Iterable[Inert]) -> list[str]:
    """A sentence for each reason, with all the keys that it is the reason of."""
    groups: dict[str, list[str]] = {}
    for path, why in found:
        groups.setdefault(why, []).append(path)
    for why, paths in groups.items():
        if len(paths) > _MANY:
            groups[why] = list(dict.fromkeys(re.sub(r"^tiers\.[^.]+", "tiers.*", p) for p in paths))
    return [
        f"{_joined(paths)} {'has' if len(paths) == 1 else 'have'} no effect here: {why}"
        for why, paths in groups.items()
    ]


def _joined(paths: Sequence[str]) -> str:
    return paths[0] if len(paths) == 1 else f"{', '.join(paths[:-1])} and {paths[-1]}"


def without_effect(scenario: Armed) -> frozenset[str]:
    """Paths of everything, written or not, that has no effect in any arm of a scenario."""
    arms = [scenario.arm(name) for name in (_AS_WRITTEN, *scenario.policies)]
    return frozenset.intersection(*(frozenset(reasons_of(arm)) for arm in arms))


def reasons_of(scenario: Contents) -> dict[str, str]:
    """Every key without effect in a scenario, written or not, and why; the first reason counts."""
    found: dict[str, str] = {}
    for rule in RULES:
        for item in _items(scenario, rule.keys):
            told = rule.holds(scenario, item)
            if not told:
                continue
            for key in rule.keys:
                if "*" in key or not item:
                    path = key.replace("*", item)
                    found.setdefault(path, rule.why.format(item, told))
    return {
        path: why
        for path, why in found.items()
        if "*" not in path  # a list without items
    }


def _items(scenario: Contents, keys: Sequence[str]) -> list[str]:
    """Names or numbers that ``*`` stands for, and "" for the keys that have none."""
    found = [""] if any("*" not in key for key in keys) else []
    for key in keys:
        before, star, _ = key.partition("*")
        if not star:
            continue
        value: Any = scenario
        for step in before.rstrip(".[").split("."):
            value = getattr(value, step, None)
        if isinstance(value, dict):
            found += list(value)
        elif isinstance(value, list):
            found += [str(number) for number in range(len(value))]
    return list(dict.fromkeys(found))


def node_at(root: Node, path: str) -> Node | None:
    """The node at a path, None if nothing is written there."""
    node: Node | None = root
    for step in steps(path):
        if isinstance(node, Mapping):
            node = node.get(step)
        elif isinstance(node, Items) and step.isdecimal() and int(step) < len(node.items):
            node = node.items[int(step)]
        else:
            return None
    return None if isinstance(node, Scalar) and node.is_null else node


def _is_complete(root: Mapping) -> bool:
    """Whether a scenario has every key, as the complete form does, so that none was chosen."""
    return all(key in root for key in slots(Contents) if key not in _LATER)


def _is_default(scenario: object, path: str) -> bool:
    value: Any = scenario
    shape: Shape = Table(Contents)
    default: Any = None
    for step in steps(path):
        if isinstance(shape, Table):
            slot = slots(shape.cls)[step]
            default = None if slot.required else slot.default()
            value, shape = getattr(value, slot.name), slot.shape
        elif isinstance(shape, Named):
            value, shape = value[step], shape.item
        elif isinstance(shape, Listed):
            value, shape = value[int(step)], shape.item
    return bool(value == default)


def _paths(node: Node, path: str = "") -> list[str]:
    if isinstance(node, Mapping):
        return [
            one
            for key, child in node.entries
            for at in [f"{path}.{key.value}" if path else key.value]
            for one in (at, *_paths(child, at))
        ]
    if isinstance(node, Items):
        return [
            one
            for number, child in enumerate(node.items)
            for one in (f"{path}[{number}]", *_paths(child, f"{path}[{number}]"))
        ]
    return []
