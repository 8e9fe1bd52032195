"""Uncertainties of a scenario: which values each moves, and whether its range can be.

Checked by ``tests/unit/test_ranges.py``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping as Mappings
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from afterban.errors import ValueProblem, closest, listed, shortened
from afterban.language.documents import Mapping, Node, Sequence
from afterban.language.evidence import check_source
from afterban.language.fields import Evidence
from afterban.language.kinds import CountKind, Kind, NumberKind, ShareKind
from afterban.language.laws import Flavour
from afterban.language.paths import steps, target
from afterban.language.reading import Reader
from afterban.language.shapes import Law, Listed, Named, Shape, Table, slots
from afterban.language.spans import NARROW, NUMBERS_OF, check_prior, check_range
from afterban.scenario.contents import Contents
from afterban.scenario.correlations import lower_factor
from afterban.scenario.names import METRICS
from afterban.scenario.places import STAR, Spot, patterns, spots
from afterban.scenario.sections.uncertainties import Uncertainty

_NUMBER = NumberKind()
_SHARE = ShareKind()
# At which nothing is changed, of what is relative to the scenario's own values.
NEUTRAL = {"factor": 1.0, "odds": 1.0, "spread": 0.0}
# In which no fault was found, whatever the rest of the scenario says: the common ranges are the
# same in every version of every scenario.
_SOUND: dict[tuple[int, str, frozenset[str]], Uncertainty] = {}
_MOST_SOUND = 2000


@dataclass(frozen=True)
class Moved:
    """What an uncertainty moves: a value, and the path with ``*`` that led to it.

    own: the number of the uncertainty at which the value is the scenario's own.
    other: of a split, the share that has the other part.
    """

    spot: Spot
    pattern: str
    own: float
    other: Spot | None = None


def kind_of_number(one: Uncertainty) -> Kind | None:
    """How the number of an uncertainty is written; None if its first path leads to no number."""
    return _kind(one.how, one.paths[0] if one.paths else None)


@lru_cache(1024)
def _kind(how: str, first: str | None) -> Kind | None:
    if how in NEUTRAL or how == "split":
        return _SHARE if how in ("spread", "split") else _NUMBER
    of = target(Contents, first) if first is not None else None
    kind = of.value if isinstance(of, Flavour) else of
    return kind if isinstance(kind, NUMBERS_OF) else None


@lru_cache(1024)  # the common ranges are asked for with every scenario
def _ends(how: str, first: str, low: str, high: str) -> tuple[float, float]:
    kind = _kind(how, first)
    assert kind is not None
    return float(kind.parse(low)), float(kind.parse(high))


def ends_of(one: Uncertainty) -> tuple[float, float]:
    """The ends of its range, in the simulator's units; of a prior its 5 % and 95 % quantiles."""
    if one.prior is not None:
        from afterban.language.quantiles import quantile

        return quantile(one.prior, 0.05), quantile(one.prior, 0.95)
    low, high = one.range
    return _ends(one.how, one.paths[0], low, high)


def moves(scenario: Contents, one: Uncertainty, low: float | None = None) -> list[Moved]:
    """The values of a scenario that an uncertainty moves, whoever else moves them too.

    Where a mechanism is left out (a value of 0, or a factor of 1 among others) it is not put in.

    low: the low end of its range, if it is at hand.
    """
    least = ends_of(one)[0] if low is None else low
    found = [
        Moved(spot, path, NEUTRAL.get(one.how, spot.number))
        for path in one.paths
        for spot in spots(scenario, path, one.how == "spread")
        if _is_moved(spot, one.how, STAR in path, least)
    ]
    if one.how != "split":
        return found
    others = {spot.stars: spot for path in one.rest for spot in spots(scenario, path)}
    return [
        Moved(
            each.spot,
            each.pattern,
            _part(each.spot, others[each.spot.stars]),
            others[each.spot.stars],
        )
        for each in found
        if each.spot.stars in others
    ]


def _part(spot: Spot, other: Spot) -> float:
    return spot.number / (spot.number + other.number)


def _is_moved(spot: Spot, how: str, among_others: bool, least: float) -> bool:
    law = isinstance(spot.of, Flavour)
    if how == "spread":
        return law and spot.value.kind == "constant"
    number = spot.number
    if not math.isfinite(number):
        return False
    if how == "odds":
        return number < 1
    if number == 0:
        return not among_others and how == "value" and least == 0
    if how == "factor" and among_others and spot.path.endswith(".count"):
        return number != 1  # an account with a name stays one
    if how == "factor" and among_others and type(spot.kind) is NumberKind and not law:
        return number != 1  # what the others are relative to
    return True


def shared_out(
    scenario: Contents, given: Mappings[str, Uncertainty], evidence: Mappings[str, Evidence]
) -> dict[str, list[Moved]]:
    """What each uncertainty moves, by name: each value is moved by one.

    That is its own range, if it has one; else the uncertainty that names it with the fewest ``*``,
    and of several the last.
    """
    own = _own_ranges(evidence)
    owner: dict[str, tuple[int, str]] = {}
    found: dict[str, list[Moved]] = {}
    for name, one in given.items():
        found[name] = moves(scenario, one)
        for moved in found[name]:
            rank, path = moved.pattern.count(STAR), moved.spot.path
            if path not in owner or rank <= owner[path][0]:
                owner[path] = rank, name
    return {
        name: [
            moved
            for moved in each
            if moved.spot.path not in own and owner[moved.spot.path][1] == name
        ]
        for name, each in found.items()
    }


# --- checks ---------------------------------------------------------------------------------------


def checked(scenario: Contents, root: Mapping, reader: Reader) -> dict[str, Uncertainty]:
    """The uncertainties of a scenario; faults of what it says of them go to the reader.

    An inherited range that does not reach the scenario's own value is widened until it does.
    """
    good = {}
    for name, one in scenario.uncertainties.items():
        said = id(one), name, reader.own_sources
        if _SOUND.get(said) is one:
            good[name] = one
            continue
        before = len(reader.faults.found)
        _check_one(name, one, reader, root)
        if len(reader.faults.found) == before:
            good[name] = one
            if len(_SOUND) >= _MOST_SOUND:
                _SOUND.clear()
            _SOUND[said] = one
    known = _own_ranges(reader.evidence) | set(scenario.uncertainties)
    _check_correlations(scenario, known, reader, root)
    for k, path in enumerate(scenario.levers):
        if not _section_or_value(path):
            at = f"levers[{k}]"
            found = f"nothing of a scenario is at `{shortened(path)}`"
            reader.faults(reader.place(at, root.place), at, found, "write the path of a key")
    _check_claims(scenario, reader, root)
    if len(good) < len(scenario.uncertainties):
        return scenario.uncertainties
    return _reaching(scenario, good, root, reader)


def _own_ranges(evidence: Mappings[str, Evidence]) -> set[str]:
    return {path for path, why in evidence.items() if why.range or why.prior is not None}


def _section_or_value(path: str) -> bool:
    """Whether a path is that of a value or of a whole section."""
    shape: Shape = Table(Contents)
    for step in steps(path):
        if isinstance(shape, Table):
            if step == STAR:
                return True
            slot = slots(shape.cls).get(step)
            if slot is None:
                return False
            shape = slot.shape
        elif isinstance(shape, Named | Listed):
            shape = shape.item
        else:
            return isinstance(shape, Law)
    return True


def _check_one(name: str, one: Uncertainty, reader: Reader, root: Mapping) -> None:
    at = f"uncertainties.{name}"

    def fault(key: str, found: str, allowed: str, hint: str | None = None) -> None:
        path = f"{at}.{key}" if key else at
        reader.faults(reader.place(path, root.place), path, found, allowed, hint)

    if not one.paths:
        fault("paths", "no path is named", "write at least one")
        return
    kinds = [_check_path(path, f"paths[{k}]", one, fault) for k, path in enumerate(one.paths)]
    if (one.how == "split") != bool(one.rest):
        found = "no `rest` is named" if not one.rest else "`rest` is for `how: split` only"
        fault("rest" if one.rest else "", found, "write the shares that have the other part")
    for k, path in enumerate(one.rest):
        of = target(Contents, path)
        if not isinstance(of, ShareKind):
            fault(f"rest[{k}]", f"no share is at `{shortened(path)}`", "write the path of one")
        elif path.count(STAR) != one.paths[0].count(STAR):
            fault(f"rest[{k}]", "it has not as many `*` as the path", "write one for each of them")
    for k, source in enumerate(one.sources):
        path = f"{at}.sources[{k}]"
        place = reader.place(path, root.place)
        check_source(source, place, path, reader.faults, reader.sources())
    if not one.sources and not one.reason:
        fault("", "nothing says why this range", "add `sources:` or `reason:`")
    if bool(one.range) == (one.prior is not None):
        given = "a range and a prior are given" if one.range else "there is no range"
        fault("prior" if one.range else "", given, "write `range: [low, high]`, or `prior:`")
        return
    if all(kinds) and one.range:
        _check_ends(one, fault)


def _check_path(path: str, key: str, one: Uncertainty, fault: Any) -> bool:
    """Whether what is at a path can be moved in that way; else the fault is noted."""
    of = target(Contents, path)
    kind = of.value if isinstance(of, Flavour) else of
    if STAR in path and of is None and _section_or_value(path):
        return True  # such as every rate of a section
    if not isinstance(kind, NUMBERS_OF):
        last = path.rpartition(".")[2]
        same = [one for one in patterns() if one.rpartition(".")[2] == last]
        hint = closest(path, patterns()) or next(iter(same), None)
        fault(key, f"no number is at `{shortened(path)}`", "write the path of one", hint)
        return False
    law = isinstance(of, Flavour)
    wrong = {
        "value": "a distribution" if law else "",
        "median": "" if law else "a single value",
        "spread": "" if law else "a single value",
        "odds": "" if isinstance(of, ShareKind) else "no share",
        "split": "" if isinstance(of, ShareKind) else "no share",
    }.get(one.how, "")
    if wrong:
        allowed = {
            "value": "write `how: median` or `factor`",
            "median": "write `how: value` or `factor`",
            "spread": "write `how: value` or `factor`",
            "odds": "write `how: factor`",
            "split": "write `how: factor`",
        }[one.how]
        fault(key, f"`{path}` is {wrong}, which `how: {one.how}` is not for", allowed)
        return False
    first = kind_of_number(one)
    if one.how in ("value", "median") and first is not None and not _alike(first, kind):
        found = f"`{path}` is {kind.name}, and the first one {first.name}"
        fault(key, found, "put it into an uncertainty of its own, or write `how: factor`")
        return False
    return True


def _alike(one: Kind, other: Kind) -> bool:
    """Whether two kinds are written alike."""
    return one.name == other.name or (isinstance(one, ShareKind) and isinstance(other, ShareKind))


def _check_ends(one: Uncertainty, fault: Any) -> None:
    kind = kind_of_number(one)
    assert kind is not None
    if len(one.range) != 2:
        fault("range", f"a range of {len(one.range)} ends is found", "write `[low, high]`")
        return
    ends = []
    for k, text in enumerate(one.range):
        try:
            ends.append(float(kind.parse(text)))
        except ValueProblem as problem:
            fault(f"range[{k}]", problem.found, problem.allowed, problem.hint)
            return
    low, high = ends
    if low >= high:
        fault("range", "the low end is not below the high one", "write `[low, high]`")
    elif one.how in NEUTRAL and not low <= NEUTRAL[one.how] <= high:
        found = f"{NEUTRAL[one.how]:g}, at which the values are the scenario's own, lies outside"
        fault("range", found, f"widen it until it has {NEUTRAL[one.how]:g} in it")
    elif one.how == "factor" and low == 0:
        fault("range", "a factor of 0 would switch something off", "begin above 0")


def _check_correlations(scenario: Contents, known: set[str], reader: Reader, root: Mapping) -> None:
    seen: set[frozenset[str]] = set()
    for k, one in enumerate(scenario.correlations):
        at = f"correlations[{k}]"
        place = reader.place(at, root.place)
        for key, name in (("of", one.of), ("with", one.with_)):
            if name not in known:
                found = f"no uncertainty is called `{shortened(name)}`"
                allowed = "write a name of `uncertainties`, or the path of a value with a range"
                path = f"{at}.{key}"
                near = closest(name, sorted(known))
                reader.faults(reader.place(path, place), path, found, allowed, near)
        pair = frozenset((one.of, one.with_))
        if len(pair) == 1:
            reader.faults(place, at, "it goes together with itself", "name two different ones")
        elif pair in seen:
            reader.faults(place, at, "this correlation is given twice", "keep one")
        seen.add(pair)
    names = sorted({name for pair in seen for name in pair})
    pairs = [(one.of, one.with_, float(one.rank)) for one in scenario.correlations]
    if all(a != b for a, b, _ in pairs) and lower_factor(pairs, names) is None:
        reader.faults(
            reader.place("correlations", root.place),
            "correlations",
            "these correlations cannot hold together (their matrix is not positive definite)",
            "bring some of them nearer to 0",
        )


def _check_claims(scenario: Contents, reader: Reader, root: Mapping) -> None:
    arms = ("base", "none", *scenario.policies)
    policies = root.get("policies")
    if isinstance(policies, Mapping):
        arms = ("base", "none", *policies.keys())
    for name, claim in scenario.claims.items():
        at = f"claims.{name}"
        path = f"{at}.source"
        place = reader.place(path, root.place)
        check_source(claim.source, place, path, reader.faults, reader.sources())
        for key, metric in (("metric", claim.metric), ("divided_by", claim.divided_by)):
            if metric and metric.partition(".")[0] not in METRICS:
                path = f"{at}.{key}"
                reader.faults(
                    reader.place(path, root.place),
                    path,
                    f"`{shortened(metric)}` is no metric",
                    "`afterban metrics` lists them",
                    closest(metric, METRICS),
                )
        for key, arm in (("arm", claim.arm), ("divided_by_arm", claim.divided_by_arm)):
            if arm and arm not in arms:
                path = f"{at}.{key}"
                reader.faults(
                    reader.place(path, root.place),
                    path,
                    f"there is no arm `{shortened(arm)}`",
                    f"the arms are {listed(arms)}",
                    closest(arm, arms),
                )


def _reaching(
    scenario: Contents, given: dict[str, Uncertainty], root: Mapping, reader: Reader
) -> dict[str, Uncertainty]:
    """The uncertainties, those that are inherited widened to the values of the scenario."""
    ends = {name: ends_of(one) for name, one in given.items()}
    found = dict(given)
    for name, moved in shared_out(scenario, given, reader.evidence).items():
        one = given[name]
        numbers = [each.own for each in moved]
        if one.how in NEUTRAL or not numbers:
            continue
        at = f"uncertainties.{name}"
        if one.prior is not None:
            for number in numbers:
                place = reader.place(f"{at}.prior", root.place)
                check_prior(one.prior, number, place, f"{at}.prior", reader.faults)
            continue
        low, high = ends[name]
        kind = kind_of_number(one)
        assert kind is not None
        place = reader.place(f"{at}.range", root.place)
        outside = [each for each in moved if not low <= each.own <= high]
        here = [each for each in outside if _files(root, each.spot.path) == {place.text.file}]
        if here:
            number = here[0].own
            check_range((low, high), number, True, place, f"{at}.range", reader.faults, kind.format)
        elif outside:
            wide = (min(low, *numbers), max(high, *numbers))
            texts = [
                text if end == new else kind.format(_whole(kind, new))
                for text, end, new in zip(one.range, (low, high), wide, strict=True)
            ]
            found[name] = one.model_copy(update={"range": texts})
        elif not one.reason and (high - low) / 2 < NARROW * max(numbers):
            text = "the range is narrow (its half-width is under a tenth of the value)"
            reader.faults(place, f"{at}.range", text, "add `reason:`, or widen it")
    return found


def _files(root: Mapping, path: str) -> set[str]:
    """The files that a value is from: several, if a part of it was changed after it was read."""
    node: Node | None = root
    for step in steps(path):
        if isinstance(node, Mapping) and step not in node:
            node = node.get("value")  # beside its evidence
        if isinstance(node, Mapping):
            node = node.get(step)
        elif isinstance(node, Sequence) and step.isdecimal() and int(step) < len(node.items):
            node = node.items[int(step)]
        else:
            node = None
    found: set[str] = set()
    inside = [] if node is None else [node]
    while inside:
        here = inside.pop()
        found.add(here.place.text.file)
        if isinstance(here, Mapping):
            inside += [value for _, value in here.entries]
        elif isinstance(here, Sequence):
            inside += here.items
    return found


def _whole(kind: Kind, value: float) -> float | int:
    return int(value) if isinstance(kind, CountKind) else value
