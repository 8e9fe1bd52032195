"""The section `plan` held against the scenario that it stands in.

Checked by ``tests/unit/test_planning.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from afterban.channels import NAMES as CHANNELS
from afterban.errors import ScenarioError, ValueProblem, closest, listed
from afterban.language.documents import Mapping
from afterban.language.kinds import NumberKind
from afterban.language.merging import without
from afterban.language.paths import joined, steps
from afterban.language.reading import Reader
from afterban.scenario.build import build
from afterban.scenario.calibrating import value_at, written_at
from afterban.scenario.contents import Contents
from afterban.scenario.names import METRICS
from afterban.scenario.points import NOT_SWEPT
from afterban.scenario.sections.plan import MONEY, PEOPLE, Lever, Planning
from afterban.scenario.sweeping import fault_at, number

SECTION = "plan"


def check(scenario: Contents, root: Mapping, reader: Reader) -> None:
    """Note a fault for each lever that gives no value, and each metric or policy that is none."""
    found = scenario.plan
    if found is None:
        return
    told = _Faults(reader, root)
    for at, metric in _metrics(found):
        _check_metric(metric, joined(SECTION, at), scenario, told)
    for name, lever in found.levers.items():
        at = joined(f"{SECTION}.levers", name)
        for k, policy in enumerate(lever.policies):
            if policy not in ("base", *scenario.policies):
                told(
                    f"{at}.policies[{k}]",
                    f"there is no policy `{policy}`",
                    f"the policies are {listed(['base', *scenario.policies])}",
                    closest(policy, list(scenario.policies)),
                )
    if _places_are_apart(scenario, found, told):
        cut = ("sweep", "calibration", SECTION, "policies")
        plain = build(Contents, without(root, cut), ends_early=scenario.ends_early)
        for name, lever in found.levers.items():
            at = joined(f"{SECTION}.levers", name)
            if not lever.policies and _has_ends(lever, at, plain, told):
                _check_values(lever, at, plain, told)


class _Faults:
    """Notes faults at their places."""

    def __init__(self, reader: Reader, root: Mapping) -> None:
        self._reader = reader
        self._root = root

    def __call__(self, at: str, found: str, *more: Any) -> None:
        self._reader.faults(self._reader.place(at, self._root.place), at, found, *more)


# --- metrics --------------------------------------------------------------------------------------


def _metrics(found: Planning) -> Iterator[tuple[str, str]]:
    """Every metric that is named, with its place in the section."""
    yield "aim.metric", found.aim.metric
    yield from ((f"costs[{k}]", name) for k, name in enumerate(found.costs))
    yield from ((f"prices[{k}].metric", one.metric) for k, one in enumerate(found.prices))
    yield from ((f"limits[{k}].metric", one.metric) for k, one in enumerate(found.limits))
    yield from ((f"frontier[{k}]", name) for k, name in enumerate(found.frontier))


def _check_metric(metric: str, at: str, scenario: Contents, told: _Faults) -> None:
    if metric in (PEOPLE, MONEY):
        if "prices" in at:
            told(at, f"`{metric}` is made of metrics and has no price", "give one of `paid_hours`")
        return
    name, _, of = metric.partition(".")
    if name not in METRICS:
        near = closest(name, [*METRICS, PEOPLE, MONEY])
        told(at, f"`{name}` is no metric", "`afterban metrics` lists them", near)
    elif of and of not in (known := [*scenario.tiers, *CHANNELS[1:]]):
        found = f"`{of}` is no tier or channel here"
        told(at, found, f"they are {listed(known)}", closest(of, known))


# --- levers ---------------------------------------------------------------------------------------


def _places_are_apart(scenario: Contents, found: Planning, told: _Faults) -> bool:
    """Whether each place is chosen by one lever, and can be; a fault is noted if not."""
    from afterban.scenario.roles import changed

    before: dict[str, str] = {}
    for name, lever in found.levers.items():
        at = joined(f"{SECTION}.levers", name)
        of_policies = {path for arm in lever.policies for path in changed(scenario, arm)}
        for path in (*lever.places, *sorted(of_policies)):
            ours = steps(path)
            if ours[0] in (*NOT_SWEPT, "seed", "policies", "horizon", "start"):
                told(at, f"`{path}` is not chosen by a plan", "choose another path")
                return False
            for other, owner in before.items():
                theirs = steps(other)
                shared = min(len(ours), len(theirs))
                if owner != name and ours[:shared] == theirs[:shared]:
                    what = (
                        f"`{other}` is chosen by `{owner}`, and is the same place or a part of it"
                    )
                    told(at, what, "let one lever choose it")
                    return False
        before |= dict.fromkeys((*lever.places, *of_policies), name)
    return True


def numbers_of(lever: Lever) -> tuple[float, ...] | None:
    """The ends of a range, or the values, in the simulator's units; None if one is no number."""
    texts = lever.range_ or lever.values
    found = []
    for text in texts:
        value = _factor(text) if lever.factor else number(lever.places[0], text)
        if value is None:
            return None
        found.append(value)
    return tuple(found)


def _factor(text: str) -> float | None:
    try:
        return float(NumberKind().parse(text))
    except ValueProblem:
        return None


def texts_of(scenario: Contents, lever: Lever, text: str) -> dict[str, str]:
    """What a choice of a lever that is no factor writes into the scenario, by path."""
    return dict.fromkeys(lever.places, text)


def multiplied(path: str, value: float, factor: float) -> str:
    """A number times a factor, as it is written at a path; a share ends at 1."""
    from afterban.language.kinds import ShareKind
    from afterban.scenario.sweeping import target

    new = value * factor
    if isinstance(target(path), ShareKind):
        new = min(1.0, new)
    return written_at(path, new)


def _has_ends(lever: Lever, at: str, plain: Contents, told: _Faults) -> bool:
    """Whether the ends of a range are numbers in their order; a fault is noted if not."""
    if not lever.range_ and not lever.factor:
        return True
    where = joined(at, "range" if lever.range_ else "values")
    found = numbers_of(lever)
    if found is None:
        for text in () if lever.factor else lever.range_:
            fault = fault_at(plain, {lever.places[0]: text})
            if fault is not None:
                told(where, fault.found, fault.allowed, fault.hint)
                return False
        shown = ", ".join(lever.range_ or lever.values)
        what = f"`{shown}` are no numbers" + ("" if lever.factor else f" of `{lever.places[0]}`")
        told(where, what, "write plain factors" if lever.factor else "give `values` instead")
        return False
    if lever.range_ and found[0] >= found[1]:
        told(where, "the low end is not below the high one", "exchange them")
        return False
    if lever.scale == "log" and found[0] <= 0:
        told(where, "a logarithmic range begins at 0", "begin above 0")
        return False
    return True


def _check_values(lever: Lever, at: str, plain: Contents, told: _Faults) -> None:
    """Note a fault for the first value that cannot stand at its place."""
    for path in lever.places if lever.factor else ():
        if not value_at(plain, path):
            unknown = fault_at(plain, {path: "1"})
            if unknown is not None and unknown.hint is not None:
                told(at, unknown.found, unknown.allowed, unknown.hint)
                return
            what = f"`{path}` is no number above 0, so that a factor on it says nothing"
            told(at, what, "give the value itself, or another path")
            return
    for text in lever.range_ or lever.values:
        if lever.factor:
            factor = _factor(text) or 0.0
            made = {p: multiplied(p, value_at(plain, p) or 0.0, factor) for p in lever.places}
        else:
            made = texts_of(plain, lever, text)
        fault: ScenarioError | None = fault_at(plain, made)
        if fault is not None:
            where = joined(at, "range" if lever.range_ else "values")
            told(where, f"with `{text}`: {fault.found}", fault.allowed, fault.hint)
            return


__all__ = ["SECTION", "check", "multiplied", "numbers_of", "texts_of"]
