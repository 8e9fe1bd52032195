"""The section `calibration` held against the scenario that it stands in.

Checked by ``tests/unit/test_calibrating.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from afterban.channels import NAMES as CHANNELS
from afterban.errors import ValueProblem, closest, listed
from afterban.language.documents import Mapping
from afterban.language.kinds import CountKind, NumberKind, ShareKind
from afterban.language.laws import Distribution, Flavour
from afterban.language.merging import without
from afterban.language.paths import joined, steps
from afterban.language.reading import Reader
from afterban.scenario.build import build
from afterban.scenario.contents import Contents
from afterban.scenario.names import METRICS
from afterban.scenario.points import NOT_SWEPT
from afterban.scenario.sections.calibration import Figure, Parameter
from afterban.scenario.sweeping import fault_at, number, target

SECTION = "calibration"
INNER = 0.001  # tails of a prior beyond which no value is tried before it is drawn


def check(scenario: Contents, root: Mapping, reader: Reader) -> None:
    """Note a fault for each parameter that gives no value, and each figure of no metric or arm."""
    found = scenario.calibration
    if found is None:
        return
    arms = ["base", *scenario.policies, "none"]
    for kind, figures in (("targets", found.targets), ("hold_outs", found.hold_outs)):
        for name, figure in figures.items():
            _check_figure(figure, joined(f"{SECTION}.{kind}", name), arms, scenario, root, reader)
    taken: dict[str, str] = {}
    plain: Contents | None = None
    for name, parameter in found.parameters.items():
        at = joined(f"{SECTION}.parameters", name)
        for path in parameter.places:
            if path in taken:
                _fault(
                    reader,
                    root,
                    at,
                    f"`{path}` belongs to `{taken[path]}` too",
                    "a value has one parameter",
                )
            taken[path] = name
        if plain is None:
            plain = build(
                Contents, without(root, ("sweep", "plan", SECTION)), ends_early=scenario.ends_early
            )
        if _has_ends(parameter, at, plain, root, reader):
            _check_values(parameter, at, plain, root, reader)


def _fault(reader: Reader, root: Mapping, at: str, found: str, *more: Any) -> None:
    reader.faults(reader.place(at, root.place), at, found, *more)


def _check_figure(
    figure: Figure, at: str, arms: list[str], scenario: Contents, root: Mapping, reader: Reader
) -> None:
    if figure.arm not in arms:
        found = f"there is no arm `{figure.arm}`"
        near = closest(figure.arm, arms)
        _fault(reader, root, joined(at, "arm"), found, f"the arms are {listed(arms)}", near)
    name, _, of = figure.metric.partition(".")
    where = joined(at, "metric")
    if name not in METRICS:
        near = closest(name, list(METRICS))
        _fault(reader, root, where, f"`{name}` is no metric", "`afterban metrics` lists them", near)
    elif of and of not in (known := _parts(scenario)):
        _fault(
            reader,
            root,
            where,
            f"`{of}` is no tier, platform, speaker or channel here",
            f"they are {listed(known)}",
            closest(of, known),
        )


def _parts(scenario: Contents) -> list[str]:
    """What a metric can be told by, beside all together."""
    speakers = scenario.counter_speech.speakers if scenario.counter_speech else {}
    tiers = dict.fromkeys(scenario.tiers)
    for arm in scenario.policies.values():
        more = arm.get("tiers")
        tiers |= dict.fromkeys(more) if isinstance(more, dict) else {}
    return [*tiers, *scenario.platforms, *speakers, *CHANNELS[1:]]


# --- parameters -----------------------------------------------------------------------------------


def value_at(scenario: Contents, path: str) -> float | None:
    """The number that a scenario has at a path, in the simulator's units; None if it is none."""
    here: Any = scenario
    for step in steps(path):
        if isinstance(here, Distribution):
            here = here.parameters if step == here.kind else here.parameters.get(step)
        elif isinstance(here, dict):
            here = here.get(step)
        elif isinstance(here, list | tuple) and step.isdecimal():
            here = here[int(step)] if int(step) < len(here) else None
        else:
            here = getattr(here, step, None)
    if isinstance(here, Distribution):
        here = here.parameters["value"] if here.kind == "constant" else None
    if isinstance(here, bool) or not isinstance(here, int | float):
        return None
    return float(here)


def ends(parameter: Parameter) -> tuple[float, float] | None:
    """The ends of what is known before, in the simulator's units; None if they are no numbers.

    Of a distribution its tails beyond a thousandth are left out, if it has some.
    """
    if parameter.prior is not None:
        law = parameter.prior
        low = law.smallest
        high = law.largest
        if high == float("inf"):
            high = _quantile(law, 1 - INNER)
        return low, high
    places = parameter.places
    texts = parameter.range_
    if parameter.factor:
        try:
            low, high = (NumberKind().parse(text) for text in texts)
        except ValueProblem:
            return None
        return low, high
    found = [number(places[0], text) for text in texts]
    if found[0] is None or found[1] is None:
        return None
    return found[0], found[1]


def _quantile(law: Distribution, share: float) -> float:
    """Where a law has a share below, by halving; the least of all such values within 1e-9."""
    low, high = 0.0, 1.0
    while law.below(high) < share:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if law.below(middle) >= share else (middle, high)
    return high


def written_at(path: str, value: float) -> str:
    """A number as it is written at a path; the nearest whole one of what is counted."""
    kind = target(path)
    if isinstance(kind, Flavour):
        kind = kind.value
    if kind is None:
        return repr(value)
    if isinstance(kind, CountKind):
        return kind.format(round(value))
    return kind.format(float(f"{value:.6g}"))


def changes(scenario: Contents, parameter: Parameter, value: float) -> dict[str, str]:
    """What a value of a parameter writes into the scenario, by path.

    A factor takes a share to 1 at the most.
    """
    found = {}
    for path in parameter.places:
        new = value
        if parameter.factor:
            new *= value_at(scenario, path) or 0.0
            kind = target(path)
            if isinstance(kind, ShareKind):
                new = min(1.0, new)
        found[path] = written_at(path, new)
    return found


def _has_ends(
    parameter: Parameter, at: str, plain: Contents, root: Mapping, reader: Reader
) -> bool:
    """Whether the ends of a parameter are numbers in their order; a fault is noted if not."""
    for path in parameter.places:
        if steps(path)[0] in (*NOT_SWEPT, "seed", "policies"):
            _fault(reader, root, at, f"`{path}` is not calibrated", "choose another path")
            return False
    where = joined(at, "range" if parameter.range_ else "prior")
    found = ends(parameter)
    if found is None:
        for text in () if parameter.factor else parameter.range_:
            told = fault_at(plain, {parameter.places[0]: text})
            if told is not None:
                _fault(reader, root, where, told.found, told.allowed, told.hint)
                return False
        what = f"`{', '.join(parameter.range_)}` are no two numbers of `{parameter.places[0]}`"
        allowed = "write each as at its place, such as `[2h, 6 d]`"
        _fault(reader, root, where, what, "write plain factors" if parameter.factor else allowed)
        return False
    low, high = found
    if low >= high:
        _fault(reader, root, where, "the low end is not below the high one", "exchange them")
        return False
    if parameter.scale == "log" and low <= 0:
        _fault(reader, root, where, "a logarithmic range begins at 0", "begin above 0")
        return False
    return True


def _check_values(
    parameter: Parameter, at: str, plain: Contents, root: Mapping, reader: Reader
) -> None:
    for path in parameter.places if parameter.factor else ():
        if not value_at(plain, path):
            _fault(
                reader,
                root,
                at,
                f"`{path}` is no number above 0, so that a factor on it says nothing",
                "give the value itself, or another path",
            )
            return
    for value in _tried(parameter):
        made = changes(plain, parameter, value)
        told = fault_at(plain, made)
        if told is not None:
            text = ", ".join(f"{path}={text}" for path, text in made.items())
            _fault(reader, root, at, f"with `{text}`: {told.found}", told.allowed, told.hint)
            return


def _tried(parameter: Parameter) -> Iterator[float]:
    found = ends(parameter)
    assert found is not None  # a fault was noted otherwise
    yield from found
