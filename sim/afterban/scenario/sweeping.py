"""The values that a sweep gives to a scenario: how they are checked, and how each is written.

Checked by ``tests/experiment/test_design.py``.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from collections.abc import Mapping as Mappings
from typing import Any

from afterban.errors import ScenarioError, ScenarioErrors, ValueProblem, closest, listed
from afterban.language import paths
from afterban.language.documents import Mapping
from afterban.language.kinds import CountKind, DateKind, NameKind
from afterban.language.laws import Flavour
from afterban.language.paths import Target, joined, steps
from afterban.language.reading import Reader
from afterban.scenario import points
from afterban.scenario.build import T, build
from afterban.scenario.changes import changed
from afterban.scenario.contents import Contents
from afterban.scenario.sections.sweep import Variation

HORIZON = "horizon"
MOST_TRIED = 200  # points at which a condition between values is looked at


def target(path: str) -> Target | None:
    """What is written at a path: a kind of value, a distribution, or None for anything else."""
    return paths.target(Contents, path)


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


def at_point(scenario: T, values: Mappings[str, str]) -> T:
    """The scenario at a point of a sweep; where its end is varied, what comes later is left out.

    Raises ScenarioErrors if such a scenario cannot be.
    """
    return changed(scenario, values, ends_early=HORIZON in values)


def fault_at(scenario: Contents, values: Mappings[str, str]) -> ScenarioError | None:
    """The first fault of a scenario at a point, None if there is none."""
    try:
        at_point(scenario, values)
    except ScenarioErrors as errors:
        return errors.errors[0]
    return None


def faults_at(scenario: Contents, values: Mappings[str, str]) -> list[points.Fault]:
    """All faults of a scenario at a point."""
    try:
        at_point(scenario, values)
    except ScenarioErrors as errors:
        return [(one.path, one.found, one.allowed, one.hint) for one in errors.errors]
    return []


def of_point(values: Mappings[str, str], fault: ScenarioError) -> tuple[str, str]:
    """What is told of a fault at a point: what was found, and what is allowed."""
    point = ", ".join(f"{path}={text}" for path, text in values.items())
    where = fault.path if fault.path not in values else ""
    return f"at the point {point}{', ' + where if where else ''}: {fault.found}", fault.allowed


def check(scenario: Contents, root: Mapping, reader: Reader) -> None:
    """Note a fault for each path that cannot be swept, each value that cannot stand there, and the
    first point at which values that are varied together cannot.

    A value is faulty if it can stand at no point, not if none beside the others' own.
    Values of paths that have a condition in common are tried together.
    """
    from afterban.language.merging import without

    sweep = scenario.sweep
    if sweep is None:
        return
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
    given = sweep.parameters if sweep.design != "table" else points.rows_of(sweep)[0]
    with_arms = any(path.startswith("policies") for path in given)
    cut = ("sweep", "calibration", "plan", *(() if with_arms else ("policies",)))
    plain = build(Contents, without(root, cut), ends_early=scenario.ends_early)
    if sweep.design == "table":
        points.check(sweep, root, reader, lambda row: faults_at(plain, row))
        return
    _check_places(sweep.parameters, root, reader)
    texts: dict[str, list[str]] = {}
    alone: dict[tuple[str, str], ScenarioError] = {}
    for path, variation in sweep.parameters.items():
        at = joined("sweep.parameters", path)
        if steps(path)[0] in points.NOT_SWEPT:
            place = reader.place(at, root.place)
            reader.faults(place, at, "this is not varied by a sweep", "choose another path")
            continue
        texts[path] = _texts(variation)
        for text in texts[path]:
            fault = fault_at(plain, {path: text})
            if fault is not None:
                alone[path, text] = fault
    stand: set[tuple[str, str]] = set()  # those that can, though not alone
    bad: tuple[dict[str, str], ScenarioError] | None = None
    for group in _together(texts, alone):
        for point in _points(texts, group):
            fault = fault_at(plain, point)
            if fault is None:
                stand |= set(point.items())
            elif bad is None:
                bad = point, fault
    for path, variation in sweep.parameters.items():
        at = joined("sweep.parameters", path)
        place = reader.place(at, root.place)
        for text in texts.get(path, ()):
            told = alone.get((path, text))
            if told is not None and (path, text) not in stand:
                found = (
                    f"`{text}`: {told.found}"
                    if told.path == path
                    else (f"with `{text}`, {told.path}: {told.found}")
                )
                reader.faults(place, at, found, told.allowed, told.hint)
                bad = None
                break
        else:
            if path in texts:
                _check_range(path, variation, at, place, reader)
    # The points of another design than a grid are not the combinations of the ends of its ranges.
    if bad is not None and sweep.design == "grid":
        at = "sweep.parameters"
        reader.faults(reader.place(at, root.place), at, *of_point(*bad))


def _check_places(paths: Iterable[str], root: Mapping, reader: Reader) -> None:
    """Note a fault for each place that two paths lead to, the whole of it or a part."""
    before: dict[str, list[str]] = {}
    for path in paths:
        ours = steps(path)
        for other, theirs in before.items():
            shared = min(len(ours), len(theirs))
            if ours[:shared] == theirs[:shared]:
                at = joined("sweep.parameters", path)
                found = f"`{other}` varies the same place, or a part of it"
                reader.faults(reader.place(at, root.place), at, found, "remove one of the two")
                break
        before[path] = ours


def _together(
    texts: Mappings[str, list[str]], alone: Mappings[tuple[str, str], ScenarioError]
) -> list[list[str]]:
    """Paths whose values are tried together: of one section, or of conditions between sections."""
    if alone:
        return [list(texts)] if len(texts) > 1 else []
    sections: dict[str, list[str]] = {}
    across: list[str] = []
    for path in texts:
        sections.setdefault(_section_of(path), []).append(path)
        if path == HORIZON or isinstance(target(path), DateKind | NameKind | CountKind):
            across.append(path)
    return [group for group in (*sections.values(), across) if len(group) > 1]


def _section_of(path: str) -> str:
    """The section that a path lies in, or the distribution."""
    keys = path.split(".")
    while len(keys) > 1:
        keys.pop()
        if target(".".join(keys)) is None:
            break
    return ".".join(keys)


def _points(texts: Mappings[str, list[str]], group: list[str]) -> list[dict[str, str]]:
    """Combinations of the values of some paths; of very many only some, spread evenly."""
    size = math.prod(len(texts[path]) for path in group)
    places = {k * size // min(size, MOST_TRIED) for k in range(min(size, MOST_TRIED))}
    found = []
    for place in sorted({*places, size - 1}):
        point = {}
        for path in reversed(group):
            place, at = divmod(place, len(texts[path]))
            point[path] = texts[path][at]
        found.append({path: point[path] for path in group})
    return found


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
