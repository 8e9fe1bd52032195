"""The values that a sweep gives to a scenario: how they are checked, and how each is written.

Checked by ``tests/experiment/test_design.py``.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, TypeAlias

from afterban.errors import ScenarioErrors, ValueProblem, closest, listed
from afterban.scenario.read import joined
from afterban.scenario.shapes import Changes, Law, Leaf, Listed, Named, Shape, Table, slots
from afterban.scenario.types import FORMS, LIMITS, PLAIN_PARAMETERS, Flavour, Kind, NumberKind

if TYPE_CHECKING:
    from afterban.documents import Mapping
    from afterban.scenario.read import Reader
    from afterban.scenario.schema import Scenario, Variation

Target: TypeAlias = Kind | Flavour

_STEP = re.compile(r"([^.\[\]]+)|\[([^\[\]]+)\]")
_NOT_SWEPT = ("schema_version", "name", "title", "description", "extends", "sweep", "replications")


def target(path: str) -> Target | None:
    """What is written at a path: a kind of value, a distribution, or None for anything else."""
    from afterban.scenario.schema import Scenario

    shape: Shape = Table(Scenario)
    steps = [a or b for a, b in _STEP.findall(path)]
    for k, step in enumerate(steps):
        if isinstance(shape, Changes):
            shape = Table(Scenario)
        if isinstance(shape, Table):
            slot = slots(shape.cls).get(step)
            if slot is None:
                return None
            shape = slot.shape
        elif isinstance(shape, Named | Listed):
            shape = shape.item
        elif isinstance(shape, Law):
            rest = steps[k:]
            if rest[0] in FORMS:
                rest = rest[1:]
            if len(rest) != 1:
                return None
            plain = rest[0] in PLAIN_PARAMETERS
            known = {name for forms in FORMS.values() for form in forms for name in form}
            if rest[0] == "points" or rest[0] not in known | set(LIMITS):
                return None
            return NumberKind() if plain else shape.flavour.value
        else:
            return None
    if isinstance(shape, Leaf):
        return shape.kind
    return shape.flavour if isinstance(shape, Law) else None


def number(path: str, text: str) -> float | None:
    """A value as a number in the simulator's units, or None if it is not a single number."""
    kind = target(path)
    if isinstance(kind, Flavour):
        kind = kind.value
    if kind is None:
        return None
    try:
        value = kind.parse(text)
    except ValueProblem:
        return None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def typed(path: str, text: str) -> bool | int | float | dt.date | str:
    """A value in the type of what is written at its path: numbers in the simulator's units.

    The text itself for words, names and distributions.
    """
    kind = target(path)
    if isinstance(kind, Flavour):
        kind = kind.value
    if kind is None:
        return text
    try:
        value = kind.parse(text)
    except ValueProblem:
        return text
    return value if isinstance(value, bool | int | float | dt.date) else text


def canonical(path: str, text: str) -> str:
    """The one text for a value, so that ``24h`` and ``1 d`` are the same point."""
    kind = target(path)
    if isinstance(kind, Flavour):
        kind = kind.value
    if kind is None:
        return text.strip()
    try:
        return kind.format(kind.parse(text))
    except ValueProblem:
        return " ".join(text.split())  # a distribution, or a word such as `never`


def check(scenario: Scenario, root: Mapping, reader: Reader) -> None:
    """Note a fault for each path that cannot be swept and each value that cannot stand there."""
    from afterban.scenario.changes import changed
    from afterban.scenario.load import build, without

    sweep = scenario.sweep
    assert sweep is not None
    arms = ["base", *scenario.policies, "none"]
    for number_, name in enumerate(sweep.policies):
        if name not in arms:
            at = f"sweep.policies[{number_}]"
            reader.faults(
                reader.place(at, root.place),
                at,
                f"there is no arm `{name}`",
                f"the arms are {listed(arms)}",
                closest(name, arms),
            )
    with_arms = any(path.startswith("policies") for path in sweep.parameters)
    plain = build(without(root, ("sweep",) if with_arms else ("sweep", "policies")))
    for path, variation in sweep.parameters.items():
        at = joined("sweep.parameters", path)
        place = reader.place(at, root.place)
        if _STEP.findall(path)[0][0] in _NOT_SWEPT:
            reader.faults(place, at, "this is not varied by a sweep", "choose another path")
            continue
        for text in _texts(variation):
            try:
                changed(plain, {path: text})
            except ScenarioErrors as errors:
                fault = errors.errors[0]
                found = (
                    f"`{text}`: {fault.found}"
                    if fault.path == path
                    else (f"with `{text}`, {fault.path}: {fault.found}")
                )
                reader.faults(place, at, found, fault.allowed, fault.hint)
                break
        else:
            _check_range(path, variation, at, place, reader)


def _check_range(path: str, variation: Variation, at: str, place: Any, reader: Reader) -> None:
    if variation.from_ is None or variation.to is None:
        return
    low, high = number(path, variation.from_), number(path, variation.to)
    if low is None or high is None:
        reader.faults(place, at, "this is not a single number", "give a list of `values` for it")
    elif low >= high:
        reader.faults(place, at, "`from` is not below `to`", "exchange them")
    elif variation.scale == "log" and low <= 0:
        reader.faults(place, at, "a logarithmic range begins at 0", "begin above 0")


def _texts(variation: Variation) -> list[str]:
    ends = [text for text in (variation.from_, variation.to) if text is not None]
    return list(variation.values) or ends
